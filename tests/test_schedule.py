"""The running sums of the search agree with the week summed afresh."""

import numpy as np
import pytest

from mealplan.request import Weights
from mealplan.schedule import Search
from mealplan.score import build_variety
from tests.test_solve import DAYS, some_bounds
from tests.worlds import every_meal, random_space


def make_search(seed):
    """A small random week, its space and bounds; the pool is all the meals there are."""
    random = np.random.default_rng(seed)
    space = random_space(random, mains=3, sides=3)
    bounds = some_bounds(space, random)
    pool = {slot: every_meal(space, slot) for slot in space.slots}
    found = Search(space, pool, bounds, build_variety(space.servings.dishes, DAYS), Weights(), DAYS)
    found.place({slot: random.integers(len(meals), size=DAYS) for slot, meals in pool.items()})
    return found, space, bounds


@pytest.fixture
def search():
    return make_search(11)[0]


def test_the_price_of_a_change_is_the_difference_it_makes(search):
    for day in range(DAYS):
        for slot, rows in search.rows.items():
            old = int(rows[day])
            search._shift(day, slot, old, -1.0)
            points = search.candidates(day, slot)
            search._shift(day, slot, old, 1.0)
            before = search.objective()
            for new in range(0, 40, 7):
                search.place(search.rows | {slot: np.where(np.arange(DAYS) == day, new, rows)})
                assert search.objective() - before == pytest.approx(points[new] - points[old], abs=1e-9)
                search.place(search.rows | {slot: np.where(np.arange(DAYS) == day, old, search.rows[slot])})


def test_a_descent_ends_where_no_single_meal_helps(search):
    search.heat_bath(np.random.default_rng(1), sweeps=5)
    search.descend()
    end = search.objective()
    for day in range(DAYS):
        for slot, rows in search.rows.items():
            for new in range(40):
                search.place(search.rows | {slot: np.where(np.arange(DAYS) == day, new, rows)})
                assert search.objective() >= end - 1e-9
            search.place(search.rows | {slot: rows})
