"""The alternatives for a place are the best of all meals, by enumeration."""

import numpy as np
import pytest

from mealplan.swap import Under, Wish, best_meals
from tests.test_schedule import DAYS, make_search
from tests.worlds import every_meal


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("slot", ["breakfast", "dinner", "snack"])
def test_the_best_alternatives_are_those_of_every_meal(seed, slot):
    search, task = make_search(seed)
    search.heat_bath(np.random.default_rng(seed), sweeps=3)
    day = seed % DAYS
    found = best_meals(search, task, day, slot, count=3)
    meals, points = every_week(search, task, day, slot)
    anchors = task.space.item_dish[meals.items[:, 0]]
    best = sorted(points[anchors == dish].min() for dish in np.unique(anchors))[:3]
    assert found.objective == pytest.approx(best, abs=1e-9)


def every_week(search, task, day, slot):
    """Every meal of a place by plain enumeration, and the points of the week with it."""
    week = {name: rows.copy() for name, rows in search.rows.items()}
    (weekday,) = (one.weekday for one in task.occasions if one.slot == slot and day in one.days)
    meals = every_meal(task.space, slot, weekday)
    points = np.empty(len(meals))
    # Whatever stands in the place, all meals of its occasion are in the pool, in this order.
    for row in range(len(meals)):
        search.place(week | {slot: np.where(np.arange(DAYS) == day, row, week[slot])})
        points[row] = search.objective()
    search.place(week)
    return meals, points


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("slot", ["breakfast", "lunch", "snack"])
def test_the_best_meals_under_a_wish_are_those_of_every_meal_that_fulfils_it(seed, slot):
    search, task = make_search(seed)
    random = np.random.default_rng([seed, 7])
    search.heat_bath(random, sweeps=3)
    day, space = seed % DAYS, task.space
    count = len(space.servings.dishes)
    work = random.choice([1.0, 5.0, 12.0], len(space.item_dish))
    wish = Wish(
        dishes=random.random(count) < 0.7,
        holding=random.random(count) < 0.3 if seed % 2 else None,
        under=(Under(value=work, limit=float(random.choice([9.0, 14.0]))),),
    )
    found = best_meals(search, task, day, slot, 3, wish)
    meals, points = every_week(search, task, day, slot)
    dishes = np.append(space.item_dish, count)[meals.items]
    kept = np.append(wish.dishes, True)[dishes].all(axis=1)
    kept &= np.append(work, 0.0)[meals.items].sum(axis=1) < wish.under[0].limit
    if wish.holding is not None:
        kept &= np.append(wish.holding, False)[dishes].any(axis=1)
    carriers = np.unique(dishes[kept, 0])
    best = sorted(points[kept & (dishes[:, 0] == carrier)].min() for carrier in carriers)[:3]
    assert found.objective == pytest.approx(best, abs=1e-9)


def test_looking_for_alternatives_leaves_the_week_as_it_was():
    search, task = make_search(3)
    before = search.week()
    best_meals(search, task, 1, "lunch")
    after = search.week()
    assert after.objective == before.objective
    assert all(np.array_equal(after.rows[slot], before.rows[slot]) for slot in before.rows)
