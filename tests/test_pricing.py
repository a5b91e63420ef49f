"""Pricing finds what enumeration finds, and says truly what it did not look at."""

import numpy as np
import pytest

import mealplan.pricing
from mealplan.occasions import Occasion
from mealplan.patterns import ABSORBED
from mealplan.prices import Prices, Ramps
from mealplan.pricing import cheapest_meals
from tests.worlds import every_meal, random_space

ALL = np.iinfo(np.intp).max
SCALE = np.array([0.002, 1.0, 0.05, 0.05, 0.05, 0.01, 5.0])
"""Points per unit of energy, iron, vitamin C, folate, protein, calcium and absorbed iron: of the order of a meal."""


def random_ramps(random, space, count):
    column = random.integers(len(space.keys), size=count)
    amounts = np.array([600.0, 5, 50, 120, 20, 300, 0.8])
    return Ramps(column=column, at=amounts[column] * random.uniform(0.5, 1.5, count), price=SCALE[column])


def random_prices(random, space):
    return Prices(
        nutrient=random.normal(0, 1, len(space.keys)) * SCALE,
        dish=-random.uniform(0, 1, len(space.servings.dishes)),
        floors=random_ramps(random, space, 3),
        ceilings=random_ramps(random, space, 2),
        lacks=random_ramps(random, space, 3),
    )


def reduced_costs(space, meals, prices):
    """Meal by meal, straight from the definition."""
    costs = []
    for row in range(len(meals)):
        cost = meals.cost[row] - sum(prices.dish[space.item_dish[item]] for item in meals.items[row] if item >= 0)
        for column, amount in enumerate(meals.amount[row]):
            cost -= prices.nutrient[column] * amount
        for column, at, price in zip(prices.floors.column, prices.floors.at, prices.floors.price, strict=True):
            cost -= price * min(meals.amount[row, column], at)
        for column, at, price in zip(prices.ceilings.column, prices.ceilings.at, prices.ceilings.price, strict=True):
            cost += price * max(meals.amount[row, column] - at, 0)
        for column, at, price in zip(prices.lacks.column, prices.lacks.at, prices.lacks.price, strict=True):
            cost += price * max(at - meals.amount[row, column], 0)
        costs.append(cost)
    return np.array(costs)


def a_world(seed, slot):
    random = np.random.default_rng(seed)
    space = random_space(random, mains=2, sides=3)
    prices = random_prices(random, space)
    occasion = Occasion(slot=slot, days=(0,), weekday=bool(seed % 2))
    meals = every_meal(space, slot, occasion.weekday)
    return space, occasion, prices, meals, reduced_costs(space, meals, prices)


@pytest.mark.parametrize("seed", range(200))
@pytest.mark.parametrize("slot", ["breakfast", "lunch", "snack"])
def test_the_cheapest_meals_are_those_of_brute_force(seed, slot):
    space, occasion, prices, meals, costs = a_world(seed, slot)
    cut = float(np.quantile(costs, 0.3))
    found, least = cheapest_meals(space, occasion, prices, below=cut, per_anchor=3, most=ALL)
    assert least == pytest.approx(min(costs.min(), cut), abs=1e-9)
    for dish in space.anchors(slot):
        mine = np.sort(costs[(space.item_dish[meals.items[:, 0]] == dish) & (costs < cut)])[:3]
        got = reduced_costs(space, found, prices)[space.item_dish[found.items[:, 0]] == dish]
        assert np.sort(got) == pytest.approx(mine, abs=1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_only_so_many_are_the_cheapest_of_all(seed):
    space, occasion, prices, _, costs = a_world(seed, "dinner")
    found, least = cheapest_meals(space, occasion, prices, below=np.inf, per_anchor=ALL, most=7)
    assert reduced_costs(space, found, prices) == pytest.approx(np.sort(costs)[:7], abs=1e-9)
    assert least == pytest.approx(costs.min(), abs=1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_an_enumeration_cut_short_still_bounds_every_meal(seed, monkeypatch):
    monkeypatch.setattr(mealplan.pricing, "PAIRS_MOST", 5)
    monkeypatch.setattr(mealplan.pricing, "LOOK_COMPANIONS", 1)
    space, occasion, prices, _, costs = a_world(seed, "dinner")
    _, least = cheapest_meals(space, occasion, prices, below=np.inf, per_anchor=2, most=10)
    assert least <= costs.min() + 1e-9


@pytest.mark.parametrize("seed", range(40))
def test_an_exhaustive_search_looks_at_every_meal_however_many_pairs_there_are(seed, monkeypatch):
    monkeypatch.setattr(mealplan.pricing, "PAIRS_MOST", 5)
    monkeypatch.setattr(mealplan.pricing, "LOOK_COMPANIONS", 1)
    space, occasion, prices, _, costs = a_world(seed, "dinner")
    found, least = cheapest_meals(space, occasion, prices, below=np.inf, per_anchor=ALL, most=20, exhaustive=True)
    assert reduced_costs(space, found, prices) == pytest.approx(np.sort(costs)[:20], abs=1e-9)
    assert least == pytest.approx(costs.min(), abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_only_meals_that_fit_are_found(seed):
    space, occasion, prices, meals, costs = a_world(seed, "lunch")

    def has_two_sides(items):
        return items[:, 2] >= 0

    found, _ = cheapest_meals(space, occasion, prices, below=np.inf, per_anchor=ALL, most=7, fits=has_two_sides)
    assert reduced_costs(space, found, prices) == pytest.approx(
        np.sort(costs[has_two_sides(meals.items)])[:7], abs=1e-9
    )


def test_no_meal_under_the_cut_is_no_meal_found():
    space, occasion, prices, _, costs = a_world(1, "lunch")
    found, least = cheapest_meals(space, occasion, prices, below=costs.min() - 1, per_anchor=2, most=10)
    assert len(found) == 0
    assert least == costs.min() - 1


def test_absorbed_iron_is_priced_as_it_is_absorbed():
    space, occasion, _, meals, _ = a_world(3, "lunch")
    prices = Prices(
        nutrient=np.where(np.array(space.keys) == ABSORBED, 5.0, 0.0), dish=np.zeros(len(space.servings.dishes))
    )
    found, _ = cheapest_meals(space, occasion, prices, below=np.inf, per_anchor=ALL, most=1)
    assert found.cost[0] - 5 * found.amount[0, -1] == pytest.approx((meals.cost - 5 * meals.amount[:, -1]).min())
