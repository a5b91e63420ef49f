"""Pricing finds what enumeration finds."""

import numpy as np
import pytest

from mealplan.patterns import ABSORBED, PAIRED_VITAMIN_C_MG, Prices
from mealplan.request import Weights
from tests.worlds import KEYS, every_meal, random_space


def random_prices(random, space):
    return Prices(
        nutrient=random.normal(0, 1, len(space.keys)) * np.array([0.02, 2.0, 0.05, 0.05, 5.0])
        * np.array([1, 1, 1, 1, 1.0]),
        dish=-random.uniform(0, 1, len(space.servings.dishes)),
        anchor=-random.uniform(0, 1, len(space.servings.dishes)),
    )  # fmt: skip


def reduced_costs(space, meals, prices):
    """Meal by meal, straight from the definition."""
    costs = []
    for row in range(len(meals)):
        dishes = [space.item_dish[item] for item in meals.items[row] if item >= 0]
        earned = sum(price * amount for price, amount in zip(prices.nutrient, meals.amount[row], strict=True))
        costs.append(meals.cost[row] - earned - sum(prices.dish[d] for d in dishes) - prices.anchor[dishes[0]])
    return np.array(costs)


@pytest.mark.parametrize("seed", range(50))
@pytest.mark.parametrize("slot", ["breakfast", "lunch", "snack"])
def test_the_cheapest_meals_are_those_of_brute_force(seed, slot):
    random = np.random.default_rng(seed)
    space = random_space(random, mains=2, sides=3)
    prices = random_prices(random, space)
    meals = every_meal(space, slot)
    costs = reduced_costs(space, meals, prices)
    cut = float(np.quantile(costs, 0.3))
    found, least = space.price(slot, prices, cut, per_anchor=3)
    assert least == pytest.approx(costs.min() if costs.min() < cut else cut, abs=1e-9)
    for dish in space.anchors(slot):
        mine = np.sort(costs[(space.item_dish[meals.items[:, 0]] == dish) & (costs < cut)])[:3]
        got = reduced_costs(space, found, prices)[space.item_dish[found.items[:, 0]] == dish]
        assert np.sort(got) == pytest.approx(mine, abs=1e-9)


def test_an_unpaired_meal_costs_and_a_paired_one_does_not():
    space = random_space(np.random.default_rng(3))
    meals = every_meal(space, "dinner")
    vitamin_c = meals.amount[:, KEYS.index("vitamin_c_mg")]
    energy = meals.amount[:, KEYS.index("energy_kcal")]
    unpaired, plain = (
        space._meal_cost("dinner", meals.items, energy, np.full(len(meals), iron), vitamin_c) for iron in (3.0, 2.9)
    )
    assert unpaired - plain == pytest.approx(Weights().unpaired_iron * (vitamin_c < PAIRED_VITAMIN_C_MG))


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
