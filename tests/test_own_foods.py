"""A caller's own foods and dishes, and another country's table: what is read, and what is said to nonsense."""

from contextlib import suppress
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foods import (
    BrokenCatalogue,
    BrokenFoodTable,
    DuplicateFood,
    FoodsError,
    FoodTable,
    ImpossibleAmount,
    Shape,
    UnknownFood,
    UnknownIngredient,
    UnknownNutrient,
    adopt_table,
    build_catalogue,
    build_table,
    find_doubts,
    layer_tables,
    read_table,
    relink,
)
from mealplan import BrokenDish, Kitchen, PlanRequest, build_dishes, generate, plain_dish, verify_plan
from mealplan.diets import Verdict, find_diets, judge_ingredient

FRAME = pd.DataFrame(
    {"description": ["Oats", "Milk"], "energy_kcal": [379, 61], "iron_mg": [4.3, np.nan]}, index=["F1", "F2"]
)


def test_a_frame_becomes_a_table_and_a_catalogue():
    table, catalogue = build_table(FRAME), build_catalogue(FRAME)
    assert table.description("F1") == "Oats"
    assert table.per_100g("F1", "iron_mg") == 4.3
    assert np.isnan(table.per_100g("F2", "iron_mg"))
    assert np.isnan(table.per_100g("F1", "zinc_mg"))
    assert catalogue.resolve("milk").food_id == "F2"
    assert catalogue["milk"].grams(250, "g") == 250


def test_ids_may_stand_in_a_column_and_names_be_the_ids():
    frame = pd.DataFrame({"food_id": ["oats"], "energy_kcal": [379]})
    assert build_table(frame).description("oats") == "oats"
    assert build_catalogue(frame)["oats"].food_id == "oats"


def test_what_a_food_contains_is_open_unless_the_frame_says():
    vegan = find_diets(["vegan"])
    assert judge_ingredient(build_catalogue(FRAME)["oats"], vegan)[0] is Verdict.REFUSED
    told = build_catalogue(FRAME.assign(contains=["", "milk"]))
    assert judge_ingredient(told["oats"], vegan)[0] is Verdict.FITS
    assert judge_ingredient(told["milk"], vegan)[0] is Verdict.REFUSED


@pytest.mark.parametrize(
    ("frame", "error", "said"),
    [
        (FRAME.iloc[:0], BrokenFoodTable, "no foods"),
        (FRAME.set_axis(["F1", "F1"]), DuplicateFood, "`F1` stands twice"),
        (FRAME.set_axis(["F1", None]), BrokenFoodTable, "no id"),
        (FRAME.rename(columns={"iron_mg": "irn_mg"}), UnknownNutrient, "irn_mg"),
        (FRAME.assign(iron_mg=[-1, 0]), ImpossibleAmount, "iron_mg of food `F1` is -1"),
        (FRAME.assign(iron_mg=[np.inf, 0]), ImpossibleAmount, "iron_mg of food `F1` is inf"),
        (FRAME.assign(iron_mg=["4", "much"]), ImpossibleAmount, "iron_mg of food `F2` is 'much'"),
        (pd.concat([FRAME, FRAME[["iron_mg"]]], axis=1), BrokenFoodTable, "`iron_mg` stands twice"),
        ({"oats": 1}, BrokenFoodTable, "dict"),
    ],
)
def test_a_frame_that_is_no_table_says_where(frame, error, said):
    with pytest.raises(error, match=said):
        build_table(frame)


def test_a_broken_fact_is_told_with_its_food():
    with pytest.raises(BrokenCatalogue, match="`Oats`: heme_fraction = `a lot` is no amount"):
        build_catalogue(FRAME.assign(heme_fraction=["a lot", ""]))
    with pytest.raises(BrokenCatalogue, match="two foods are called `Oats`"):
        build_catalogue(FRAME.assign(description=["Oats", "Oats"]))


def test_a_word_that_no_diet_knows_is_refused_since_a_diet_would_let_the_food_in():
    with pytest.raises(BrokenCatalogue, match=r"row 1, `Oats`: contains = `tree_nuts` is nothing that diets") as caught:
        build_catalogue(FRAME.assign(contains=["tree nuts", "milk"]))
    assert "did you mean tree_nut?" in (caught.value.hint or "")
    told = build_catalogue(FRAME.assign(contains=["Oats, tree nut", "milk;high-mercury"]))
    assert told["Oats"].contains == {"oats", "tree_nut"}
    assert told["Milk"].contains == {"milk", "high_mercury"}


CELLS = st.one_of(
    st.none(), st.floats(), st.integers(), st.booleans(), st.text(max_size=4), st.binary(max_size=2),
    st.lists(st.integers(), max_size=2), st.dates(),
)  # fmt: skip
COLUMNS = st.sampled_from(["iron_mg", "energy_kcal", "contains", "description", "heme_fraction", "measures", "huh"])


@given(
    st.dictionaries(COLUMNS, st.lists(CELLS, min_size=2, max_size=2), max_size=4),
    st.lists(st.one_of(st.none(), st.text(max_size=2), st.integers(), st.floats()), min_size=2, max_size=2),
)
def test_no_frame_brings_any_other_error(columns, index):
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()}, index=range(2))
    frame.index = pd.Index(index, dtype=object)
    for build in (build_table, build_catalogue):
        with suppress(FoodsError):
            build(frame)


ENTRY = plain_dish("Porridge", {"oats": 60, "milk": 250}, course="breakfast")


def test_a_plain_dish_weighs_what_it_says():
    (dish,) = build_dishes([ENTRY], build_catalogue(FRAME))
    assert dish.slug == "porridge"
    assert {line.ingredient.name: line.grams for line in dish.lines} == {"Oats": 60, "Milk": 250}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (plain_dish("P", {"oats": -60}, course="breakfast"), r"ingredients\.0\.amount|greater than 0"),
        (plain_dish("P", {"oats": float("nan")}, course="breakfast"), "finite"),
        (plain_dish("P", {"oats": "lots"}, course="breakfast"), "lots"),
        (plain_dish("P", {"gold": 5}, course="breakfast"), "unknown ingredient `gold`"),
        (plain_dish("P", {}, course="breakfast"), "ingredients"),
        (plain_dish("P", {"oats": 5}, course="breakfast", colour="red"), "`colour` is no field"),
        ({"title": 5}, "title"),
        ("porridge", "is a str, not a mapping"),
    ],
)
def test_a_dish_that_is_none_says_why(entry, said):
    with pytest.raises(BrokenDish, match=said):
        build_dishes([entry], build_catalogue(FRAME))


def test_every_broken_dish_is_told_at_once():
    with pytest.raises(BrokenDish) as caught:
        build_dishes([ENTRY, ENTRY, {"title": "x"}], build_catalogue(FRAME))
    assert "a second dish is called `porridge`" in caught.value.message
    assert "`course` is missing" in caught.value.message


@given(st.dictionaries(st.sampled_from([*ENTRY, "slug", "huh"]), CELLS, max_size=6), st.booleans())
def test_no_dish_brings_any_other_error(fields, whole):
    with suppress(FoodsError):
        build_dishes([ENTRY | fields if whole else fields], build_catalogue(FRAME))


def test_ten_thousand_dishes_are_planned_over():
    kitchen = Kitchen.embedded()
    names = [one.name for one in kitchen.catalogue.ingredients if one.food_group == "fruit"]
    many = [
        plain_dish(f"Plate {number}", {names[number % len(names)]: 100 + number % 300}, course="main", sides=("rice",))
        for number in range(10_000)
    ]
    plan = generate(PlanRequest(start=date(2026, 1, 5), days=1, effort=1), kitchen.with_dishes(many))
    assert plan.solve.gap < 1


def test_a_file_that_is_no_table_is_told(tmp_path):
    for content, said in ((None, "No such file"), (b"a,b\n1,2\n", "food_id"), (b"\xff\xfe", "cannot read")):
        path = tmp_path / f"{said[:2]}.csv"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(BrokenFoodTable, match=said):
            read_table(path)


# Another country's table

SHAPE = Shape(
    food_id="code", description="name", decimal=",", nutrients={"energy_kcal": ("kJ", "kJ"), "iron_mg": ("Fe", "ug")}
)
FOREIGN = pd.DataFrame(
    {"code": ["1", "2", "3"], "name": ["a", "b", "c"], "kJ": ["418,4", "-", "0"], "Fe": ["2500", "traces", "< 0,5"]}
)


def test_units_marks_and_decimals_are_read():
    # 418.4 kJ / 4.184 = 100 kcal; 2500 ug = 2.5 mg; traces and "less than" were measured and count nothing.
    table = adopt_table(FOREIGN, SHAPE)
    assert table.per_100g("1", "energy_kcal") == pytest.approx(100)
    assert table.matrix(["1", "2", "3"], ["iron_mg"]).ravel().tolist() == [2.5, 0, 0]
    assert np.isnan(table.per_100g("2", "energy_kcal"))


@pytest.mark.parametrize(
    ("frame", "shape", "error", "said"),
    [
        (FOREIGN.drop(columns="Fe"), SHAPE, BrokenFoodTable, "no column `Fe`"),
        (FOREIGN.iloc[:0], SHAPE, BrokenFoodTable, "no foods"),
        (FOREIGN.assign(code="1"), SHAPE, DuplicateFood, "`1` stands twice"),
        (FOREIGN.assign(Fe="n/a"), SHAPE, ImpossibleAmount, "Fe of food `1` is 'n/a'"),
        (FOREIGN.assign(Fe="-3"), SHAPE, ImpossibleAmount, "Fe of food `1` is '-3'"),
        (FOREIGN, Shape(food_id="code", description="name", nutrients={"irn": ("Fe", "mg")}), UnknownNutrient, "irn"),
        (
            FOREIGN,
            Shape(food_id="code", description="name", nutrients={"iron_mg": ("Fe", "lb")}),
            BrokenFoodTable,
            "lb",
        ),
    ],
)
def test_a_table_of_another_shape_says_where(frame, shape, error, said):
    with pytest.raises(error, match=said):
        adopt_table(frame, shape)


@given(st.lists(CELLS, min_size=3, max_size=3), st.sampled_from(["code", "name", "kJ", "Fe"]))
def test_no_foreign_cell_brings_any_other_error(cells, column):
    with suppress(FoodsError):
        adopt_table(FOREIGN.assign(**{column: pd.Series(cells, dtype=object)}), SHAPE)


def test_what_looks_wrong_is_pointed_out():
    frame = pd.DataFrame(
        {
            "energy_kcal": [900, 400], "protein_g": [10, 10], "fat_g": [10, 10], "carbohydrate_g": [60, 90],
            "iron_mg": [4000, 2000],
        },
        index=["wrong", "heavy"],
    )  # fmt: skip
    told = [str(doubt) for doubt in find_doubts(build_table(frame))]
    assert told[0] == "wrong: 900 kcal, 370 from its macronutrients"  # 4 x 10 + 9 x 10 + 4 x 60
    assert told[1] == "heavy: 110 g of water, protein, fat and carbohydrate in 100 g"
    assert told[2].startswith("iron_mg: typically 3e+03")


def test_a_linked_ingredient_keeps_what_the_kitchen_knows_of_it():
    catalogue = relink(Kitchen.embedded().catalogue, {"Spinach": "20059"})
    assert catalogue["spinach"].food_id == "20059"
    assert catalogue["spinach"].measures == Kitchen.embedded().catalogue["spinach"].measures
    with pytest.raises(UnknownIngredient):
        relink(catalogue, {"moon dust": "1"})


def test_a_plan_over_another_table_uses_its_figures_and_verifies():
    iron = build_table(pd.DataFrame({"energy_kcal": [23.0], "iron_mg": [50.0]}, index=["own-spinach"]))
    kitchen = Kitchen.embedded().with_table(iron, {"spinach": "own-spinach"})
    assert kitchen.table.per_100g("own-spinach", "iron_mg") == 50
    plan = generate(PlanRequest(start=date(2026, 1, 5), days=2, effort=1), kitchen)
    used = {portion.food_id for _, _, dish in plan.servings() for portion in dish.ingredients}
    assert "168462" not in used  # USDA's spinach
    assert verify_plan(plan, kitchen) == ()
    with pytest.raises(UnknownFood):
        kitchen.with_table(iron, {"spinach": "nowhere"})


def test_layered_tables_take_each_food_from_the_first_that_has_it():
    top = build_table(FRAME)
    base = build_table(FRAME.assign(iron_mg=9.0).set_axis(["F2", "F3"]))
    both = layer_tables(top, base)
    assert len(both) == 3
    assert np.isnan(both.per_100g("F2", "iron_mg"))
    assert both.per_100g("F3", "iron_mg") == 9


def test_an_empty_table_is_no_table():
    with pytest.raises(BrokenFoodTable, match="no foods"):
        FoodTable(pd.DataFrame({"description": []}), pd.DataFrame())
