"""A meal is worked out exactly, and costs what a person would hold against it."""

from dataclasses import replace

import numpy as np
import pytest

from mealplan.nutrition import Servings
from mealplan.occasions import Occasion, slots_from
from mealplan.patterns import ABSORBED, NONE, Space
from mealplan.pipeline import generate
from mealplan.preference import INHIBITING_CALCIUM_MG, PAIRED_VITAMIN_C_MG, Insides, Taste, cost_usd, new_lines
from mealplan.request import PlanRequest, Weights
from tests.weeks import NOW, START, small_kitchen, small_week
from tests.worlds import KEYS, every_meal, make_dish, make_line, random_space

WEIGHTS = Weights()
TASTE = Taste(energy_kcal=2000.0, protein_g=50.0, season="winter", weights=WEIGHTS)


def a_table(*dishes, kcal=500.0):
    """A space of these dishes, each 500 kcal and 25 g protein a serving and nothing else."""
    amount = np.zeros((len(dishes), len(KEYS)))
    amount[:, KEYS.index("energy_kcal")] = kcal
    amount[:, KEYS.index("protein_g")] = 25.0
    nothing = np.zeros(len(dishes))
    servings = Servings(
        dishes=dishes, keys=KEYS, amount=amount, unmeasured=np.zeros_like(amount), heme_mg=nothing,
        nonheme_mg=nothing, meat_g=nothing,
    )  # fmt: skip
    return Space(servings, TASTE)


def item_of(space, row, amount=1.0):
    return int(np.flatnonzero((space.item_dish == row) & (space.item_amount == amount))[0])


def cost(space, *items, slot="dinner", weekday=False):
    """Of a meal of these items."""
    occasion = Occasion(slot=slot, days=(0,), weekday=weekday)
    padded = [*items, *[NONE] * (3 - len(items))]
    return float(space.build_columns(occasion, np.array([padded])).cost[0])


def insides(**fields):
    zero = dict.fromkeys(Insides.__dataclass_fields__, np.zeros(1))
    return Insides(
        **(zero | {"protein": np.array([25.0])} | {name: np.array([value]) for name, value in fields.items()})
    )


def whole_cost(**fields):
    return float(TASTE.whole_points("lunch", insides(**fields))[0])


def test_absorbed_iron_is_exact_inside_a_meal():
    space = random_space(np.random.default_rng(4))
    meals = every_meal(space, "lunch")
    row = int(np.argmax(meals.amount[:, KEYS.index("iron_mg")]))
    servings = [(space.item_dish[i], space.item_amount[i]) for i in meals.items[row] if i >= 0]
    heme = sum(space.servings.heme_mg[d] * n for d, n in servings)
    nonheme = sum(space.servings.nonheme_mg[d] * n for d, n in servings)
    factor = sum((space.servings.amount[d, 2] + space.servings.meat_g[d]) * n for d, n in servings)
    share = 0.05 + 0.15 * np.log1p(min(factor, 75) / 100) / np.log(1.75)
    assert meals.amount[row, space.keys.index(ABSORBED)] == pytest.approx(0.35 * heme + nonheme * share)


def test_iron_without_its_partner_costs_and_with_it_does_not():
    assert whole_cost(nonheme=3.0, vitamin_c=PAIRED_VITAMIN_C_MG - 0.1) == WEIGHTS.unpaired_iron
    assert whole_cost(nonheme=3.0, vitamin_c=PAIRED_VITAMIN_C_MG) == 0
    assert whole_cost(nonheme=2.9) == 0


def test_calcium_or_coffee_beside_much_iron_costs_once():
    paired = {"nonheme": 3.0, "vitamin_c": 60.0}
    assert whole_cost(**paired, calcium=INHIBITING_CALCIUM_MG) == WEIGHTS.inhibited_iron
    assert whole_cost(**paired, calcium=INHIBITING_CALCIUM_MG, caffeine=1.0) == WEIGHTS.inhibited_iron
    assert whole_cost(nonheme=2.9, calcium=INHIBITING_CALCIUM_MG, caffeine=1.0) == 0


def test_a_meal_with_little_protein_costs_but_a_snack_does_not():
    # A fifth of 50 g is 10 g; 5 g lie 10 % of the day below it.
    assert whole_cost(protein=5.0) == pytest.approx(10 * WEIGHTS.thin_protein)
    assert TASTE.whole_points("snack", insides(protein=0.0)) == 0


def test_a_long_dish_costs_on_a_weekday():
    space = a_table(make_dish("stew", "main", minutes=90, active_minutes=20))
    stew = item_of(space, 0)
    assert cost(space, stew, weekday=False) == pytest.approx(20 * WEIGHTS.minutes)
    assert cost(space, stew, weekday=True) == pytest.approx(20 * WEIGHTS.minutes + 60 * WEIGHTS.weekday_minutes)


def test_a_dish_out_of_season_costs():
    inn, out = (
        make_dish(season, "main", active_minutes=0, seasons=frozenset({season})) for season in ("winter", "summer")
    )
    space = a_table(inn, out)
    assert cost(space, item_of(space, 0)) == 0
    assert cost(space, item_of(space, 1)) == WEIGHTS.out_of_season
    assert cost(Space(space.servings, replace(TASTE, season=None)), item_of(space, 1)) == 0


def test_coffee_at_dinner_costs_and_at_lunch_does_not():
    coffee = make_line("coffee", "drink", caffeine_mg_per_100g=40.0)
    space = a_table(make_dish("mocha", "main", active_minutes=0, lines=(coffee,)))
    assert cost(space, item_of(space, 0), slot="lunch") == 0
    assert cost(space, item_of(space, 0), slot="dinner") == WEIGHTS.evening


def test_caffeine_after_the_hour_that_was_chosen_costs_as_much_as_a_cap():
    coffee = make_line("coffee", "drink", caffeine_mg_per_100g=40.0)
    space = a_table(make_dish("mocha", "main", active_minutes=0, lines=(coffee,)))
    strict = Space(space.servings, replace(TASTE, no_caffeine=slots_from("12:00")))
    assert cost(strict, item_of(space, 0), slot="lunch") == WEIGHTS.over_cap
    assert slots_from("15:30") == {"snack", "dinner"}
    assert slots_from(None) == frozenset()


def test_food_costs_where_it_was_asked_for_and_what_has_no_price_costs_like_the_rest():
    # 100 g at 0.40 per 100 g, of which half is eaten, and 100 g without a price: 0.80 a priced 200 g, 300 g in all.
    lines = (make_line("peas", price_usd_per_100g=0.4, edible_share=0.5), make_line("herbs"))
    dish = make_dish("peas", "main", active_minutes=0, lines=lines)
    assert cost_usd(dish) == pytest.approx(0.8 * 300 / 200)
    space = a_table(dish)
    dear = Space(space.servings, replace(TASTE, weights=Weights(cost=2.0)))
    assert cost(space, item_of(space, 0)) == 0
    assert cost(dear, item_of(space, 0)) == pytest.approx(2.4)


def test_a_main_without_the_sides_it_goes_with_costs():
    main = make_dish("dal", "main", active_minutes=0, sides=frozenset({"rice", "salad"}))
    space = a_table(
        main, make_dish("rice", "side", active_minutes=0, kind="rice"),
        make_dish("slaw", "side", active_minutes=0, kind="salad"), kcal=200.0,
    )  # fmt: skip
    dal, rice, slaw = (item_of(space, row) for row in range(3))
    small = TASTE.uneven_points("dinner", np.array([200.0, 400.0, 600.0]))
    assert cost(space, dal) == pytest.approx(small[0] + WEIGHTS.no_starch + WEIGHTS.no_greens)
    assert cost(space, dal, rice) == pytest.approx(small[1] + WEIGHTS.no_greens)
    assert cost(space, dal, rice, slaw) == pytest.approx(small[2])


def test_two_dishes_of_one_food_and_a_foreign_side_cost():
    lines = (make_line("spinach"), *(make_line(f"spice {n}", "herb/spice") for n in range(3)))
    main = make_dish("saag", "main", active_minutes=0, cuisine="Indian", sides=frozenset({"vegetable"}), lines=lines)
    side = make_dish("spinach", "side", active_minutes=0, cuisine="Italian", kind="vegetable", lines=lines)
    space = a_table(main, side, kcal=300.0)
    assert cost(space, item_of(space, 0), item_of(space, 1)) == pytest.approx(WEIGHTS.same_food + WEIGHTS.foreign_side)


def test_a_dish_adds_the_lines_that_others_are_not_likely_to_have_added():
    """Of 100 dishes one has saffron, half have onions, all have salt, a staple: 0.99 ^ 40 = 0.669, 0.5 ^ 40 = 0."""
    salt = make_line("salt", "herb/spice", staple=True)
    plain = make_dish("plain", "main", lines=(salt,))
    paella = make_dish("paella", "main", lines=(salt, make_line("onion"), make_line("saffron")))
    soup = make_dish("soup", "main", lines=(salt, make_line("onion")))
    lines = new_lines([paella, *[soup] * 49, *[plain] * 50])
    assert lines[0] == pytest.approx(0.669, abs=5e-4)
    assert lines[[1, 50]].tolist() == pytest.approx([0, 0], abs=1e-9)


def test_a_week_that_reuses_its_foods_has_a_shorter_list():
    request = PlanRequest(start=START, days=3, effort=1, weights=Weights(reuse=0.4))
    reusing, usual = generate(request, now=NOW, kitchen=small_kitchen()), small_week()
    assert len(reusing.shopping) <= len(usual.shopping) - 5
    assert len(reusing.shortfalls) <= len(usual.shortfalls)
