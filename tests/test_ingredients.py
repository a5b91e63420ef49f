"""The kitchen catalogue: names, grams, reading, and the checks that hold it against the food table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foods import ingredient_checks, ingredients
from foods.ingredient_checks import check_catalogue
from foods.ingredients import (
    BadAmount,
    BrokenCatalogue,
    Catalogue,
    Ingredient,
    Package,
    UnknownIngredient,
    UnknownUnit,
    read_catalogue,
)
from foods.table import FoodTable

HEADER = ",".join(ingredients.COLUMNS)
LENTILS = Ingredient(
    name="red lentils, dry",
    aliases=("split red lentils", "masoor dal"),
    food_id="1",
    state="dry",
    family="legume_quick",
    aisle="legumes",
    food_group="legume",
    measures={"cup": 192.0, "tbsp": 12.0},
    keeps_days=365,
)
BEEF = Ingredient(
    name="ground beef",
    food_id="2",
    state="raw",
    family="ground_beef",
    aisle="meat & poultry",
    food_group="red meat",
    contains=frozenset({"meat", "beef"}),
    heme_fraction=0.60,
    measures={},
    keeps_days=2,
)


def table_of(*foods: tuple[str, str, str]) -> SimpleNamespace:
    """A food table of (food id, description, category)."""
    frame = pd.DataFrame(foods, columns=["food_id", "description", "category"]).set_index("food_id")
    return SimpleNamespace(foods=frame.assign(data_type="sr_legacy"))


KITCHEN = table_of(
    ("1", "Lentils, pink or red, raw", "Legumes and Legume Products"),
    ("2", "Beef, ground, 85% lean meat / 15% fat, raw", "Beef Products"),
    ("3", "Mayonnaise, made with egg", "Fats and Oils"),
    ("4", "Lentils, mature seeds, cooked, boiled, without salt", "Legumes and Legume Products"),
    ("5", "Chickpeas, mature seeds, canned, drained", "Legumes and Legume Products"),
    ("6", "Cheese, cheddar", "Dairy and Egg Products"),
    ("7", "Bread, whole-wheat", "Baked Products"),
)


def complaints(*rows: Ingredient) -> list[str]:
    return [str(problem) for problem in check_catalogue(Catalogue(rows), KITCHEN)]


# Grams


@pytest.mark.parametrize(
    ("amount", "unit", "grams"),
    [
        (250, "g", 250.0),
        (0.5, "kg", 500.0),
        (2, "oz", 56.699),
        (1, "lb", 453.592),
        (0.5, "cup", 96.0),
        (2, "tbsp", 24.0),
        (1, "tsp", 4.0),  # 5 ml of 192 g / 240 ml
        (120, "ml", 96.0),  # 120 ml x 0.8 g/ml
        (3, "cups", 576.0),
        (0, "g", 0.0),
    ],
)
def test_amounts_become_edible_grams(amount: float, unit: str, grams: float) -> None:
    assert LENTILS.grams(amount, unit) == pytest.approx(grams, abs=0.001)


@given(st.floats(0, 1e4), st.sampled_from(LENTILS.units()))
def test_twice_the_amount_weighs_twice(amount: float, unit: str) -> None:
    assert LENTILS.grams(2 * amount, unit) == pytest.approx(2 * LENTILS.grams(amount, unit))


def test_a_unit_that_says_nothing_is_refused_with_the_units_known() -> None:
    with pytest.raises(UnknownUnit) as raised:
        LENTILS.grams(1, "clove")
    assert raised.value.message == "`red lentils, dry` has no unit `clove`"
    assert raised.value.hint == "units known: cup, tbsp, tsp, ml, l, g, kg, oz, lb"


def test_volumes_need_a_density() -> None:
    with pytest.raises(UnknownUnit, match="ml"):
        BEEF.grams(100, "ml")
    assert "ml" not in BEEF.units()


@pytest.mark.parametrize("amount", [-1.0, float("nan"), float("inf")])
def test_an_amount_that_is_no_quantity_is_refused(amount: float) -> None:
    with pytest.raises(BadAmount, match="red lentils"):
        LENTILS.grams(amount, "g")


def test_only_flesh_counts_as_meat() -> None:
    assert BEEF.is_meat
    assert not LENTILS.is_meat


# Names


def test_names_and_aliases_lead_to_the_ingredient_whatever_their_case() -> None:
    catalogue = Catalogue([LENTILS, BEEF])
    assert catalogue["red lentils, dry"] is catalogue["Masoor  Dal"] is LENTILS
    assert catalogue.resolve(" Split red lentils") is LENTILS
    assert "masoor dal" in catalogue
    assert list(catalogue) == ["red lentils, dry", "ground beef"]
    assert len(catalogue) == 2


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("red lentil", "red lentils, dry"),
        ("spinch", "spinach"),
        ("brocolli", "broccoli"),
        ("cheakpeas", "chickpeas, canned"),
        ("garbanzo", "chickpeas, canned"),
        ("chicken brest", "chicken breast"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_near_ones(text: str, meant: str) -> None:
    assert meant in read_catalogue().suggest(text)
    with pytest.raises(UnknownIngredient) as raised:
        read_catalogue().resolve(text)
    assert raised.value.message == f"unknown ingredient `{text}`"
    assert f"`{meant}`" in str(raised.value.hint)


def test_nonsense_gets_no_hint() -> None:
    with pytest.raises(UnknownIngredient) as raised:
        read_catalogue().resolve("xyzzy")
    assert raised.value.hint is None


# Reading


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "ingredients.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_row_is_read_cell_by_cell(tmp_path: Path) -> None:
    row = (
        "banana,bananas,173944,raw,,fruit,produce,fruit,,sulphites,,cup=150;piece=118,0.64,"
        "piece=184;bag=900|piece=184;2 lb bag=907,5,yes,0.132,2022,USDA ERS,3,"
    )
    banana = read_catalogue(write(tmp_path, row))["banana"]
    assert banana.measures == {"cup": 150.0, "piece": 118.0}
    assert banana.packages == (Package(label="piece", grams=184), Package(label="bag", grams=900))
    assert banana.packages_us[1].label == "2 lb bag"
    assert (banana.edible_share, banana.keeps_days, banana.staple) == (0.64, 5, True)
    assert (banana.price_usd_per_100g, banana.price_year, banana.price_source) == (0.132, 2022, "USDA ERS")
    assert (banana.phytate_mg_per_100g, banana.caffeine_mg_per_100g) == (3.0, None)
    assert banana.cooked_food_id is None
    assert banana.unverified == {"sulphites"}


def test_sizes_hold_for_both_shops_when_only_one_list_is_given(tmp_path: Path) -> None:
    row = "kale,,1,raw,,greens,produce,leafy green,,,,,0.6,200 g bag=200,6,,,,,,"
    kale = read_catalogue(write(tmp_path, row))["kale"]
    assert kale.packages == kale.packages_us == (Package(label="200 g bag", grams=200),)


def test_every_broken_cell_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    broken = "kale,,,raw,,greens,produce,leafy green,,,x,cup,0.6,bag,,maybe,-1,2015/2016,,,"
    with pytest.raises(BrokenCatalogue) as raised:
        read_catalogue(write(tmp_path, broken))
    lines = raised.value.message.splitlines()
    columns = ("food_id", "heme", "measures", "packages", "keeps_days", "staple", "price_usd", "price_year")
    assert all(any(column in line for line in lines) for column in columns)
    assert all("line 2, `kale`" in line for line in lines)


def test_a_file_without_a_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenCatalogue, match="no column aliases"):
        read_catalogue(write(tmp_path, header=HEADER.replace("aliases,", "")))


# Checks


def test_a_sound_catalogue_has_no_problems() -> None:
    assert complaints(LENTILS, BEEF) == []


def test_the_embedded_catalogue_has_no_problems() -> None:
    assert [str(problem) for problem in check_catalogue(read_catalogue(), FoodTable.embedded())] == []


def test_the_embedded_catalogue_is_a_whole_kitchen() -> None:
    catalogue = read_catalogue()
    assert len(catalogue) >= 450
    assert {ingredient.aisle for ingredient in catalogue.values()} == ingredient_checks.AISLES


def test_no_exception_is_kept_for_a_name_that_is_gone() -> None:
    names = {name for name, _ in ingredient_checks.accepted_links()}
    assert names <= set(read_catalogue())
    assert all(ingredient_checks.accepted_links().values()), "an exception gives its reason"


def test_a_flour_that_leads_to_mayonnaise_is_found() -> None:
    egg = frozenset({"egg"})
    flour = replace(LENTILS, name="flour", aliases=(), food_id="3", family="flour", contains=egg)
    assert complaints(flour) == [
        "`flour`: food_id leads to `Mayonnaise, made with egg`, which does not sound like the name"
    ]


def test_sharing_one_word_of_two_is_not_enough() -> None:
    mung_beans = replace(LENTILS, name="mung lentils", aliases=())
    assert "does not sound like the name" in complaints(mung_beans)[0]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"food_id": "99"}, "food_id = `99` is not in the food table"),
        ({"cooked_food_id": "1"}, "which is not cooked"),
        ({"food_id": "4"}, "which is boiled and cooked, not dry"),
        ({"state": "canned"}, "which is not said to be canned"),
        ({"state": "soaked"}, "state = `soaked` is not one of"),
        ({"family": "pulse"}, "family = `pulse` is not one of"),
        ({"aisle": "pulses"}, "aisle = `pulses` is not one of"),
        ({"food_group": "pulse"}, "food_group = `pulse` is not one of"),
        ({"contains": frozenset({"nuts"})}, "contains has the unknown token `nuts`"),
        ({"contains": frozenset({"wheat"})}, "contains has `wheat` without `gluten`"),
        ({"contains": frozenset({"soy"}), "unverified": frozenset({"soy"})}, "repeats the certain `soy`"),
        ({"heme_fraction": 0.4}, "heme_fraction is given without meat"),
        ({"heme_fraction": 0.6, "contains": frozenset({"meat", "pork"})}, "= 0.6 is not that of pork: 0.4"),
        ({"heme_fraction": 0.4, "contains": frozenset({"meat", "beef", "liver"})}, "= 0.4 is not that of liver: 0.2"),
        ({"measures": {"handful": 30.0}}, "measures has the unknown unit `handful`"),
        ({"measures": {"cup": 192.0, "tbsp": 120.0}}, "measures has a cup of 1.6 tbsp"),
        ({"edible_share": 1.2}, "edible_share = 1.2 is outside"),
        ({"edible_share": 0.0}, "edible_share = 0.0 is outside"),
        ({"price_usd_per_100g": 0.4}, "price_source or year is empty beside a price"),
        ({"aliases": ("Red lentils, DRY",)}, "stands more than once"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], complaint: str) -> None:
    found = complaints(replace(LENTILS, **change))
    assert any(complaint in problem for problem in found), found


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (replace(BEEF, heme_fraction=0.0), "of Beef Products, but has no heme iron"),
        (replace(BEEF, contains=frozenset({"meat"})), "is not said to contain beef"),
        (replace(LENTILS, name="cheddar", food_id="6", state="raw"), "but says nothing of milk"),
        (replace(LENTILS, name="bread", food_id="7", state="prepared"), "but says nothing of gluten"),
    ],
)
def test_attributes_must_bear_out_the_food(row: Ingredient, complaint: str) -> None:
    found = complaints(row)
    assert any(complaint in problem for problem in found), found


def test_what_depends_on_the_brand_counts_as_said() -> None:
    bread = replace(LENTILS, name="whole-wheat bread", food_id="7", state="prepared", unverified=frozenset({"gluten"}))
    assert complaints(bread) == []


def test_two_rows_of_one_name_are_both_named() -> None:
    twin = replace(BEEF, aliases=("masoor dal",))
    assert complaints(LENTILS, twin) == [
        "`red lentils, dry`: name `masoor dal` stands more than once",
        "`ground beef`: name `masoor dal` stands more than once",
    ]


# Facts of the embedded catalogue that diets rest on


@pytest.mark.parametrize("name", ["parmesan", "pecorino romano", "gorgonzola"])
def test_cheeses_set_with_calf_rennet_for_certain_say_so(name: str) -> None:
    assert "animal_rennet" in read_catalogue()[name].contains


@pytest.mark.parametrize("kind", ["cheddar", "mozzarella", "feta", "hard cheese", "goat cheese"])
def test_the_vegetarian_cheeses_hold_no_rennet_in_doubt(kind: str) -> None:
    cheese = read_catalogue()[f"vegetarian {kind}"]
    assert "milk" in cheese.contains
    assert "animal_rennet" not in cheese.contains | cheese.unverified


def test_produce_is_what_it_says() -> None:
    catalogue = read_catalogue()
    assert catalogue["courgette"].name == "zucchini"
    assert catalogue["celeriac"].contains == {"celery"}
    assert catalogue["garlic"].grams(3, "cloves") == 9.0
    assert catalogue["lemon juice"].grams(30, "ml") == 30.5  # 30 ml x 244 g / 240 ml
    assert catalogue["banana"].edible_share == 0.64
