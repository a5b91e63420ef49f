"""Every gram of a plan is on its list."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foods.ingredients import Catalogue, Package, UnknownIngredient, read_catalogue
from mealplan.aisles import AISLES
from mealplan.amounts import Purchase, in_household_units, in_packages
from mealplan.plan import Day, Meal, PlannedDish, Portion
from mealplan.shopping import Shop, shopping_list, with_list
from tests.plans import build_catalogue, build_plan

CATALOGUE = read_catalogue()
NAMES = sorted(CATALOGUE)


def day_of(grams: dict[str, float]) -> Day:
    portions = tuple(
        Portion(ingredient=name, food_id=CATALOGUE[name].food_id, grams={"a": weight, "b": weight / 2}, retention=None)
        for name, weight in grams.items()
    )
    dish = PlannedDish(dish="x", title="X", servings={"a": 1, "b": 0.5}, ingredients=portions)
    return Day(date=date(2026, 1, 5), day=1, meals=(Meal(slot="dinner", dishes=(dish,)),))


PLANS = st.lists(st.dictionaries(st.sampled_from(NAMES), st.floats(0.1, 2000), min_size=1, max_size=6), max_size=5)
SHOPS = st.builds(
    Shop,
    eaters=st.integers(1, 12),
    units=st.sampled_from(["metric", "us"]),
    aisles=st.permutations(AISLES),
    pantry=st.dictionaries(st.sampled_from(NAMES), st.floats(0, 30_000), max_size=12),
)


def needs(days: list[dict[str, float]], eaters: int) -> Counter[str]:
    """Edible grams by ingredient: of each plate 1 for a, 1/2 for b, times the eaters."""
    need: Counter[str] = Counter()
    for grams in days:
        for name, weight in grams.items():
            need[name] += eaters * 1.5 * weight  # type: ignore[assignment]
    return need


@given(PLANS, SHOPS)
def test_every_gram_of_the_plan_is_on_the_list_once_and_the_surplus_is_package_rounding(days, shop):
    lines = shopping_list([day_of(grams) for grams in days], CATALOGUE, shop=shop)
    need = needs(days, shop.eaters)
    assert len({line.ingredient for line in lines}) == len(lines) == len(need)
    for line in lines:
        ingredient = CATALOGUE[line.ingredient]
        as_bought = need[line.ingredient] / ingredient.edible_share
        held = shop.pantry.get(line.ingredient, 0.0)
        # Figures of the document are rounded to a tenth of a gram.
        assert min(line.grams, line.edible_grams, line.at_home_grams, line.packed_grams) >= 0
        assert line.edible_grams == pytest.approx(need[line.ingredient], abs=0.06)
        assert line.at_home_grams == pytest.approx(min(held, as_bought), abs=0.06)
        assert line.grams + line.at_home_grams == pytest.approx(as_bought, abs=0.11)
        assert line.packed_grams + line.at_home_grams >= as_bought - 0.15
        sizes = ingredient.packages_us if shop.units == "us" else ingredient.packages
        # Loose: to 50 g, or to a quarter of a pound.
        rounding = max((package.grams for package in sizes), default=113.4)
        assert line.packed_grams - line.grams < rounding + 0.15
        assert bool(line.packages) == (line.packed_grams > 0)


@given(PLANS, SHOPS)
def test_a_list_follows_the_aisles_of_its_shop_with_staples_last(days, shop):
    lines = shopping_list([day_of(grams) for grams in days], CATALOGUE, shop=shop)
    assert [(line.staple, shop.aisles.index(line.aisle), line.ingredient) for line in lines] == sorted(
        (line.staple, shop.aisles.index(line.aisle), line.ingredient) for line in lines
    )


@given(st.floats(1, 5000), st.lists(st.sampled_from([50.0, 250.0, 400.0, 1000.0]), max_size=3, unique=True))
def test_packages_are_rounded_up_and_never_by_more_than_one(grams, sizes):
    bought = in_packages([Package(label=f"{size:g} g bag", grams=size) for size in sizes], grams)
    assert bought.grams >= grams - 0.05  # so little is rounding, and no reason for another package
    if not sizes:
        assert bought.words == f"{bought.grams:.0f} g"
        return
    count, size = bought.words.split(" x ")
    held = float(size.split()[0])
    assert int(count) * held == bought.grams
    assert (int(count) - 1) * held < grams


def test_two_bags_of_spinach_leave_less_than_one_sack():
    sizes = [Package(label="200 g bag", grams=200), Package(label="1 kg sack", grams=1000)]
    assert in_packages(sizes, 390) == Purchase(words="2 x 200 g bag", grams=400)
    assert in_packages(sizes, 990) == Purchase(words="1 x 1 kg sack", grams=1000)


@pytest.mark.parametrize(
    ("label", "grams", "said"),
    [
        ("piece", 290, "3 pieces"),
        ("1 bunch", 190, "2 bunches"),
        ("lemon", 100, "1 lemon"),
        ("6 eggs", 80, "6 eggs"),
        ("6 eggs", 180, "2 x 6 eggs"),
        ("400 g can (240 g drained)", 100, "1 x 400 g can (240 g drained)"),
    ],
)
def test_packages_are_said_as_at_the_shelf(label, grams, said):
    assert in_packages([Package(label=label, grams=100)], grams).words == said


def test_loose_weights_are_rounded_to_what_one_asks_for():
    assert in_packages([], 183).words == "190 g"
    assert in_packages([], 470).words == "500 g"
    assert in_packages([], 100, "us").words == "4 oz"  # 3.5 oz
    assert in_packages([], 700, "us").words == "1 3/4 lb"  # 24.7 oz, to the next quarter pound
    assert in_packages([], 0) == Purchase(words="", grams=0)
    assert in_packages([], 0.01).words == "10 g"  # a trace is bought all the same


def test_a_line_is_priced_by_its_packages_in_the_year_of_the_price():
    # 1.5 plates of 400 g for each of 2 eaters are 1,200 g, of which 400 g are at home.
    tofu = CATALOGUE["firm tofu"]
    shop = Shop(eaters=2, pantry={"firm tofu": 400.0})
    (line,) = shopping_list([day_of({"firm tofu": 400.0})], CATALOGUE, shop=shop)
    assert (line.edible_grams, line.at_home_grams, line.grams) == (1200.0, 400.0, 800.0)
    size = tofu.packages[0].grams
    assert line.packed_grams == -(-800 // size) * size
    if tofu.price_usd_per_100g is None:
        assert line.price_usd is None
    else:
        assert line.price_usd == pytest.approx(line.packed_grams / 100 * tofu.price_usd_per_100g, abs=0.005)
        assert line.price_year == tofu.price_year


def test_what_is_at_home_keeps_its_line_and_is_not_bought():
    (line,) = shopping_list([day_of({"spinach": 100.0})], CATALOGUE, shop=Shop(pantry={"spinach": 500.0}))
    assert (line.grams, line.packed_grams, line.packages, line.price_usd) == (0.0, 0.0, "", 0.0)
    assert line.at_home_grams == pytest.approx(150 / CATALOGUE["spinach"].edible_share, abs=0.06)


def test_the_plan_is_listed_anew_for_more_eaters_and_keeps_its_plates():
    plan = build_plan()
    four = with_list(plan, build_catalogue(), Shop(eaters=4))
    assert (four.eaters, four.days, four.coverage) == (4, plan.days, plan.coverage)
    for one, all_four in zip(plan.shopping, four.shopping, strict=True):
        assert all_four.edible_grams == pytest.approx(4 * one.edible_grams, abs=0.25)
    with pytest.raises(UnknownIngredient, match=r"unknown ingredient .*"):
        with_list(plan, Catalogue(()), Shop())


def test_the_first_and_last_day_of_an_ingredient_are_kept():
    line = next(line for line in build_plan().shopping if line.ingredient == "salmon")
    # Dinner of the second day, Tuesday 3 March, and lunch of the seventh.
    assert (line.first_use, line.last_use) == (date(2026, 3, 3), date(2026, 3, 8))


def test_kitchen_amounts_read_as_a_cook_says_them():
    garlic = CATALOGUE["garlic"]
    clove = garlic.measures["clove"]
    assert in_household_units(garlic, 3 * clove) == "3 clove"
    assert in_household_units(CATALOGUE["red lentils, dry"], 250) == "1 1/4 cup"
    assert in_household_units(CATALOGUE["red lentils, dry"], 250, "us") == "1 1/4 cup"


def test_metric_amounts_know_no_cups_and_pour_in_millilitres():
    assert in_household_units(CATALOGUE["red lentils, dry"], 250, "metric") == "250 g"
    assert in_household_units(CATALOGUE["red lentils, dry"], 1250, "metric") == "1.2 kg"
    milk = CATALOGUE["whole milk"]
    assert in_household_units(milk, milk.grams(500, "ml"), "metric") == "500 ml"
    assert in_household_units(CATALOGUE["garlic"], 9, "metric") == "3 clove"


def test_every_aisle_of_the_catalogue_has_its_place_in_the_shop():
    assert {ingredient.aisle for ingredient in CATALOGUE.values()} <= set(AISLES)


def test_staples_come_last_and_aisles_in_shop_order():
    lines = shopping_list([day_of({"salt": 2.0, "firm tofu": 200.0, "spinach": 100.0})], CATALOGUE)
    assert [line.ingredient for line in lines] == ["spinach", "firm tofu", "salt"]
