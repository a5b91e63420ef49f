"""The alternatives for a place are the best of all meals, by enumeration."""

import numpy as np
import pytest

from mealplan.swap import best_meals
from tests.test_schedule import DAYS, make_search
from tests.worlds import every_meal


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("slot", ["breakfast", "dinner", "snack"])
def test_the_best_alternatives_are_those_of_every_meal(seed, slot):
    search, task = make_search(seed)
    search.heat_bath(np.random.default_rng(seed), sweeps=3)
    day = seed % DAYS
    found = best_meals(search, task, day, slot, count=3)
    week = {name: rows.copy() for name, rows in search.rows.items()}
    space = task.space
    (weekday,) = (one.weekday for one in task.occasions if one.slot == slot and day in one.days)
    meals = every_meal(space, slot, weekday)
    points = np.empty(len(meals))
    # Whatever stands in the place, all meals of its occasion are in the pool, in this order.
    for row in range(len(meals)):
        search.place(week | {slot: np.where(np.arange(DAYS) == day, row, week[slot])})
        points[row] = search.objective()
    anchors = space.item_dish[meals.items[:, 0]]
    best = sorted(points[anchors == dish].min() for dish in np.unique(anchors))[:3]
    assert found.objective == pytest.approx(best, abs=1e-9)


def test_looking_for_alternatives_leaves_the_week_as_it_was():
    search, task = make_search(3)
    before = search.week()
    best_meals(search, task, 1, "lunch")
    after = search.week()
    assert after.objective == before.objective
    assert all(np.array_equal(after.rows[slot], before.rows[slot]) for slot in before.rows)
