"""The running sums of the search agree with the week summed afresh."""

import numpy as np
import pytest

from mealplan.occasions import build_occasions
from mealplan.schedule import Search
from mealplan.task import build_task
from tests.test_solve import DAYS, START, some_bounds
from tests.worlds import every_meal, random_space


def make_search(seed):
    """A small random week and its task; the pool is all the meals there are."""
    random = np.random.default_rng(seed)
    space = random_space(random, mains=3, sides=3)
    task = build_task(space, build_occasions(START, DAYS), some_bounds(space, random))
    pool = {occasion: every_meal(space, occasion.slot, occasion.weekday) for occasion in task.occasions}
    found = Search(task, pool)
    found.draw(random)
    return found, task


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


def test_another_order_of_the_days_keeps_the_mix_of_meals(search):
    before = {slot: rows.copy() for slot, rows in search.rows.items()}
    search.arrange(np.random.default_rng(2))
    for occasion in search._pool:
        days = list(occasion.days)
        assert sorted(before[occasion.slot][days]) == sorted(search.rows[occasion.slot][days])
