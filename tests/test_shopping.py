"""Every gram of a plan is on its list."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foods.ingredients import Package, read_catalogue
from mealplan.plan import Day, Meal, PlannedDish, Portion
from mealplan.shopping import AISLES, in_household_units, in_packages, shopping_list

CATALOGUE = read_catalogue()
NAMES = sorted(CATALOGUE)


def day_of(grams: dict[str, float]) -> Day:
    portions = tuple(
        Portion(ingredient=name, food_id=CATALOGUE[name].food_id, grams={"a": weight, "b": weight / 2}, retention=None)
        for name, weight in grams.items()
    )
    dish = PlannedDish(dish="x", title="X", servings={"a": 1, "b": 0.5}, ingredients=portions)
    return Day(date=date(2026, 1, 5), day=1, meals=(Meal(slot="dinner", dishes=(dish,)),))


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), st.floats(0.1, 2000), min_size=1, max_size=6), max_size=5))
def test_the_list_holds_what_the_days_need_and_each_ingredient_once(days):
    lines = shopping_list([day_of(grams) for grams in days], CATALOGUE)
    need: Counter[str] = Counter()
    for grams in days:
        for name, weight in grams.items():
            need[name] += 1.5 * weight
    assert len({line.ingredient for line in lines}) == len(lines) == len(need)
    for line in lines:
        share = CATALOGUE[line.ingredient].edible_share
        assert line.edible_grams == pytest.approx(need[line.ingredient], abs=0.06)
        assert line.grams * share == pytest.approx(need[line.ingredient], abs=0.06)


@given(st.floats(1, 5000), st.lists(st.sampled_from([50.0, 250.0, 400.0, 1000.0]), max_size=3, unique=True))
def test_packages_are_rounded_up_and_never_by_more_than_one(grams, sizes):
    words = in_packages([Package(label=f"{size:g} g bag", grams=size) for size in sizes], grams)
    if not sizes:
        assert float(words.removesuffix(" g")) >= grams
        return
    count, size = words.split(" x ")
    held = float(size.split()[0])
    assert int(count) * held >= grams - 1e-6
    assert (int(count) - 1) * held < grams


def test_two_bunches_of_spinach_leave_less_than_one_sack():
    sizes = [Package(label="200 g bag", grams=200), Package(label="1 kg sack", grams=1000)]
    assert in_packages(sizes, 390) == "2 x 200 g bag"
    assert in_packages(sizes, 990) == "1 x 1 kg sack"


def test_kitchen_amounts_read_as_a_cook_says_them():
    garlic = CATALOGUE["garlic"]
    clove = garlic.measures["clove"]
    assert in_household_units(garlic, 3 * clove) == "3 clove"
    assert in_household_units(CATALOGUE["red lentils, dry"], 250) == "1 1/4 cup"


def test_every_aisle_of_the_catalogue_has_its_place_in_the_shop():
    assert {ingredient.aisle for ingredient in CATALOGUE.values()} <= set(AISLES)


def test_staples_come_last_and_aisles_in_shop_order():
    lines = shopping_list([day_of({"salt": 2.0, "firm tofu": 200.0, "spinach": 100.0})], CATALOGUE)
    assert [line.ingredient for line in lines] == ["spinach", "firm tofu", "salt"]
