"""The embedded food table, and any table a caller brings."""

from __future__ import annotations

import math
from contextlib import suppress
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foods.nutrients import NUTRIENTS, UnknownNutrient, find_nutrient, nutrient
from foods.ranking import UnknownCategory, top
from foods.release import (
    GROUPS,
    LOWER_BOUND,
    atwater_kcal,
    check_release,
    fill_from_older,
    fill_lower_bound_dfe,
    repair_energy,
)
from foods.table import KEYS, BrokenFoodTable, DuplicateFood, FoodTable, ImpossibleAmount, UnknownFood, read_table


@pytest.fixture(scope="module")
def table() -> FoodTable:
    return FoodTable.embedded()


def small(**columns: list[float]) -> FoodTable:
    ids = [str(number) for number in range(1, len(next(iter(columns.values()))) + 1)]
    foods = pd.DataFrame({"description": [f"food {name}" for name in ids], "category": "Things"}, index=ids)
    return FoodTable(foods, pd.DataFrame(columns, index=ids))


def values_of(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=float).reindex(columns=list(KEYS))


# The embedded table


def test_the_registry_has_48_nutrients_with_their_unit_in_the_key() -> None:
    assert len(NUTRIENTS) == 48
    assert all(f"_{entry.unit}" in key for key, entry in NUTRIENTS.items())
    assert nutrient("iron_mg").fdc_ids == (1089,)


def test_lentils_hold_what_usda_measured(table: FoodTable) -> None:
    assert table.description("172420") == "Lentils, raw"
    assert table.per_100g("172420", "iron_mg") == 6.51
    assert table.per_100g("172420", "folate_ug_dfe") == 479


def test_clams_hold_their_b12_and_salmon_its_vitamin_d_in_micrograms(table: FoodTable) -> None:
    clams = table.foods.index[table.foods["description"] == "Mollusks, clam, mixed species, cooked, moist heat"][0]
    assert table.per_100g(clams, "vitamin_b12_ug") == pytest.approx(98.89)
    salmon = table.foods.index[table.foods["description"] == "Fish, salmon, sockeye, cooked, dry heat"][0]
    assert 10 < table.per_100g(salmon, "vitamin_d_ug") < 25  # 670 IU would be 16.8 ug


def test_the_embedded_table_passes_every_check_of_a_release(table: FoodTable) -> None:
    assert check_release(table.foods, table.values) == []


def test_the_embedded_table_would_be_accepted_from_a_caller(table: FoodTable) -> None:
    again = FoodTable(table.foods, table.values)
    pd.testing.assert_frame_equal(again.values, table.values)


def test_reading_the_file_with_all_checks_gives_the_embedded_table(table: FoodTable) -> None:
    path = files("foods").joinpath("data/foods.csv.gz")
    pd.testing.assert_frame_equal(read_table(path).values, table.values)  # type: ignore[arg-type]


def test_every_value_group_that_has_a_value_names_its_source(table: FoodTable) -> None:
    foods = table.foods
    values = table.values  # noqa: PD011 - a FoodTable's
    for group, keys in GROUPS.items():
        known = values[list(keys)].notna().any(axis=1)
        assert (foods[f"source_{group}"] != "").equals(known), group


def test_every_food_with_folate_has_dfe_and_bounds_are_marked(table: FoodTable) -> None:
    foods = table.foods
    values = table.values  # noqa: PD011 - a FoodTable's
    bound = foods["source_folate"] == LOWER_BOUND
    assert values.loc[values["folate_ug"].notna(), "folate_ug_dfe"].notna().all()
    assert (values.loc[bound, "folate_ug_dfe"] == values.loc[bound, "folate_ug"]).all()
    assert values.loc[bound & (foods["data_type"] == "fndds"), "folic_acid_ug"].isna().all()


def test_plant_foods_the_planner_leans_on_have_iron_magnesium_and_folate(table: FoodTable) -> None:
    foods = table.foods
    for name in ("Lentils, raw", "Spinach, raw", "Broccoli, raw", "Kale, raw"):
        found = foods.index[(foods["description"] == name) & (foods["data_type"] == "sr_legacy")]
        assert len(found) == 1, name
        assert not np.isnan(table.matrix(found, ["iron_mg", "magnesium_mg", "folate_ug_dfe"])).any(), name


def test_a_food_id_is_an_fdc_id_or_says_what_else_it_is(table: FoodTable) -> None:
    foods = table.foods
    known = foods["fdc_id"] != ""
    assert (foods.index[known] == foods.loc[known, "fdc_id"]).all()
    assert all(name.startswith(("ndb:", "sr:", "fndds:", "foundation:")) for name in foods.index[~known])


def test_gin_keeps_the_energy_of_its_alcohol(table: FoodTable) -> None:
    gin = table.foods.index[table.foods["description"] == "Gin"][0]
    assert table.per_100g(gin, "energy_kcal") == 231  # 4/9/4 of its macronutrients would say 0


# Asking


def test_an_unknown_food_and_an_unknown_nutrient_are_named(table: FoodTable) -> None:
    with pytest.raises(UnknownFood, match="no food `999`"):
        table.per_100g("999", "iron_mg")
    with pytest.raises(UnknownNutrient, match="unknown nutrient `iron`") as caught:
        table.per_100g("172420", "iron")
    assert caught.value.hint == "did you mean `iron_mg`?"


def test_a_matrix_keeps_the_order_asked_for_and_is_the_callers_own(table: FoodTable) -> None:
    matrix = table.matrix(["172420", "168462", "172420"], ["magnesium_mg", "iron_mg"])
    assert matrix.shape == (3, 2)
    assert matrix[0, 1] == table.per_100g("172420", "iron_mg")
    matrix[0, 1] = -1
    assert table.per_100g("172420", "iron_mg") == 6.51


def test_the_table_cannot_be_changed_through_what_it_hands_out(table: FoodTable) -> None:
    values = table.values  # noqa: PD011 - a FoodTable's
    with suppress(ValueError):  # pandas before 3 refuses, pandas 3 writes to a copy
        values.loc["172420", "iron_mg"] = 0.0
    foods = table.foods
    foods.loc["172420", "description"] = "Gravel"
    assert table.per_100g("172420", "iron_mg") == 6.51
    assert table.description("172420") == "Lentils, raw"


def test_a_person_may_name_a_nutrient_loosely() -> None:
    asked = ("iron", "Vitamin D", "b12", "folate_ug_dfe", "Folate (DFE)", "fiber")
    expected = ["iron_mg", "vitamin_d_ug", "vitamin_b12_ug", "folate_ug_dfe", "folate_ug_dfe", "fiber_g"]
    assert [find_nutrient(text).key for text in asked] == expected
    with pytest.raises(UnknownNutrient):
        find_nutrient("unobtainium")


# A caller's table


def test_a_callers_table_knows_what_it_was_given_and_nothing_else() -> None:
    mine = small(iron_mg=[1.5, np.nan])
    assert mine.per_100g("1", "iron_mg") == 1.5
    assert math.isnan(mine.per_100g("2", "iron_mg"))
    assert math.isnan(mine.per_100g("1", "zinc_mg"))
    assert "1" in mine
    assert "3" not in mine


def test_values_may_come_in_another_order_than_the_foods() -> None:
    foods = pd.DataFrame({"description": ["a", "b"]}, index=["1", "2"])
    mine = FoodTable(foods, pd.DataFrame({"iron_mg": [2.0, 1.0]}, index=["2", "1"]))
    assert (mine.description("1"), mine.per_100g("1", "iron_mg")) == ("a", 1.0)


def test_a_misspelt_nutrient_column_is_refused() -> None:
    with pytest.raises(UnknownNutrient, match="unknown nutrient `irn_mg`"):
        small(irn_mg=[1.0])


@pytest.mark.parametrize("amount", [-0.1, math.inf])
def test_an_impossible_amount_is_refused(amount: float) -> None:
    with pytest.raises(ImpossibleAmount, match="iron_mg of food `2`"):
        small(iron_mg=[1.0, amount])


def test_text_among_the_amounts_is_refused() -> None:
    foods = pd.DataFrame({"description": ["a"]}, index=["1"])
    with pytest.raises(ImpossibleAmount, match="no number"):
        FoodTable(foods, pd.DataFrame({"iron_mg": ["trace"]}, index=["1"]))


def test_a_food_that_stands_twice_is_refused() -> None:
    foods = pd.DataFrame({"description": ["a", "b"]}, index=["1", "1"])
    with pytest.raises(DuplicateFood, match="food id `1` stands twice"):
        FoodTable(foods, pd.DataFrame({"iron_mg": [1.0, 2.0]}, index=["1", "1"]))


def test_foods_without_values_or_names_are_refused() -> None:
    foods = pd.DataFrame({"description": ["a", "b"]}, index=["1", "2"])
    with pytest.raises(BrokenFoodTable, match="food `2` is in only one"):
        FoodTable(foods, pd.DataFrame({"iron_mg": [1.0]}, index=["1"]))
    with pytest.raises(BrokenFoodTable, match="no column `description`"):
        FoodTable(foods.drop(columns="description"), pd.DataFrame({"iron_mg": [1.0, 2.0]}, index=["1", "2"]))


# Ranking


def test_the_richest_foods_come_first_and_unmeasured_ones_not_at_all() -> None:
    mine = small(iron_mg=[1.0, np.nan, 3.0], energy_kcal=[10.0, 10.0, 300.0])
    assert [row.food_id for row in top(mine, "iron_mg")] == ["3", "1"]
    assert [(row.food_id, row.amount) for row in top(mine, "iron_mg", per="100kcal")] == [("1", 10.0), ("3", 1.0)]


def test_a_category_narrows_the_ranking(table: FoodTable) -> None:
    rows = top(table, "iron_mg", limit=5, category="vegetable")
    assert len(rows) == 5
    assert all("vegetable" in row.category.lower() for row in rows)
    with pytest.raises(UnknownCategory, match="`gravel`"):
        top(table, "iron_mg", category="gravel")


# Building


def test_a_gap_is_filled_from_the_older_release_only_where_both_agree() -> None:
    newer = values_of(folate_ug=[100.0, 100.0, np.nan])
    older = values_of(
        folate_ug=[101.0, 150.0, 50.0], folic_acid_ug=[40.0, 40.0, 0.0], food_folate_ug=[61.0, 110.0, 50.0]
    )
    filled, took = fill_from_older(newer, older)
    assert filled["folic_acid_ug"].tolist()[0] == 40.0  # 100 and 101 are the same within 2 %
    assert filled["folic_acid_ug"].isna().tolist()[1:] == [True, True]  # 150 is not; nothing shared is no agreement
    assert took["folate"].tolist() == [True, False, False]


def test_dfe_counts_folic_acid_1_7_times_and_else_is_at_least_the_total() -> None:
    values = values_of(
        folate_ug=[150.0, 80.0, np.nan], folic_acid_ug=[100.0] + [np.nan] * 2, food_folate_ug=[50.0] + [np.nan] * 2
    )
    filled, sources = fill_lower_bound_dfe(values, pd.Series(["sr21", "fndds", ""]))
    assert filled["folate_ug_dfe"].tolist()[:2] == [220.0, 80.0]  # 50 + 1.7 x 100
    assert math.isnan(filled["folate_ug_dfe"].tolist()[2])
    assert sources.tolist() == ["sr21", LOWER_BOUND, ""]


def test_forms_of_folate_that_do_not_add_up_are_dropped() -> None:
    values = values_of(folate_ug=[50.0], folic_acid_ug=[30.0], food_folate_ug=[5.0])
    filled, _ = fill_lower_bound_dfe(values, pd.Series(["sr21"]))
    assert math.isnan(filled["folic_acid_ug"].iloc[0])
    assert filled["folate_ug_dfe"].iloc[0] == 50.0


def test_energy_converted_from_kj_gives_way_to_the_older_kcal() -> None:
    macros = {"protein_g": [3.0] * 3, "carbohydrate_g": [5.0] * 3, "fat_g": [1.0] * 3}
    newer = values_of(energy_kcal=[85.32504780114722, 85.0, np.nan], **macros)
    older = values_of(energy_kcal=[88.0, 88.0, np.nan], **macros)
    energy, source = repair_energy(newer, older)
    assert energy.tolist() == [88.0, 85.0, 41.0]  # 4 x 3 + 4 x 5 + 9 x 1
    assert source.tolist() == ["sr21", "published", "atwater"]


@given(st.floats(0, 30), st.floats(0, 30), st.floats(0, 30), st.floats(0, 1))
def test_fibre_lowers_atwater_energy_by_2_kcal_a_gram(
    protein: float, fat: float, carbohydrate: float, share: float
) -> None:
    fiber = carbohydrate * share
    values = values_of(protein_g=[protein], fat_g=[fat], carbohydrate_g=[carbohydrate], fiber_g=[fiber])
    expected = 4 * protein + 9 * fat + 4 * carbohydrate - 2 * fiber
    assert atwater_kcal(values).iloc[0] == pytest.approx(expected, abs=1e-9)


def test_checks_name_the_food_and_the_value() -> None:
    foods = pd.DataFrame({"description": ["Gravel"], "category": "", "data_type": "sr21"}, index=["1"])
    values = values_of(
        iron_mg=[500.0], energy_kcal=[800.0], protein_g=[1.0], fat_g=[0.0], carbohydrate_g=[1.0], folate_ug=[9.0]
    ).set_axis(["1"])
    problems = check_release(foods, values)
    assert problems == [
        "iron_mg of `Gravel` (1) is 500",
        "energy of `Gravel` (1) is 800, Atwater says 8",
        "folate DFE of `Gravel` (1) breaks food folate + 1.7 folic acid",
    ]
