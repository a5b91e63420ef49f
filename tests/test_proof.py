"""The cheapest menus are those of enumeration, and the bound that knows days is one."""

from dataclasses import replace
from itertools import product

import numpy as np
import pulp
import pytest

import mealplan.proof
from mealplan.dive import Dive
from mealplan.generation import Generation
from mealplan.menus import count_uses
from mealplan.model import build_master
from mealplan.patterns import Columns
from mealplan.prices import reduced_costs
from mealplan.proof import cheapest_menus, prove_days, split_duals
from mealplan.solve import solve
from mealplan.solvers import find_solver, run_solver
from mealplan.task import build_task
from tests.test_solve import world
from tests.worlds import every_meal


def a_world_of(slots, seed, **dishes):
    """A task whose days have these slots alone and may follow each other as they like, and its program over meals."""
    task = world(seed, **dishes)
    task = build_task(task.space, tuple(one for one in task.occasions if one.slot in slots), task.bounds)
    task = replace(task, variety=replace(task.variety, adjacent=np.zeros(len(task.variety.adjacent))))
    generation = Generation(task, find_solver("cbc")[1])
    generation.run()
    return task, generation


def solved_over_meals(task, generation):
    master = build_master(task, generation.columns)
    run_solver(master.problem, generation.engine)
    return master


def every_menu(task, occasions):
    """Every day that can be made of these occasions, with what it costs by itself, as `mealplan.score` says."""
    meals = [every_meal(task.space, one.slot, one.weekday) for one in occasions]
    rows = np.array(list(product(*(range(len(one)) for one in meals))))
    items = np.concatenate([one.items[row] for one, row in zip(meals, rows.T, strict=True)], axis=1)
    amount = sum(one.amount[row] for one, row in zip(meals, rows.T, strict=True))
    uses = count_uses(np.where(items >= 0, task.space.item_dish[items], len(task.variety.cap)), len(task.variety.cap))
    cost = sum(one.cost[row] for one, row in zip(meals, rows.T, strict=True))
    cost = cost + task.bounds.points(amount, daily=True) / task.days + task.variety.day_points(uses)
    return Columns(items=items, amount=amount, cost=cost)


def shifted(duals, random, task):
    """The same prices but for a little of each: such as another program would set."""
    prices = duals.prices
    return replace(
        prices,
        nutrient=prices.nutrient * random.uniform(0.5, 1.5, len(prices.nutrient)),
        dish=prices.dish - random.uniform(0, 0.2, len(task.variety.cap)),
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_cheapest_menus_are_those_of_enumeration(seed):
    random = np.random.default_rng(seed)
    task, generation = a_world_of(("lunch", "dinner", "snack"), seed)
    duals, day = split_duals(task, solved_over_meals(task, generation))
    prices = shifted(duals, random, task)
    occasions = [one for one in task.occasions if 1 in one.days]
    menus = every_menu(task, occasions)
    costs = np.sort(reduced_costs(task.space, menus, prices))
    found, lower = cheapest_menus(task, occasions, prices, day, below=float(costs[60]), most=50)
    assert reduced_costs(task.space, found, prices) == pytest.approx(costs[:50], abs=1e-6)
    assert lower == pytest.approx(costs[0], abs=1e-6)
    for below in (float(costs[0]) - 0.5, float(costs[0]) - 1e-3):
        none, bound = cheapest_menus(task, occasions, prices, day, below=below, most=50)
        assert len(none) == 0
        assert bound == pytest.approx(below, abs=1e-6)


@pytest.mark.parametrize("slots", [("lunch",), ("lunch", "dinner"), ("breakfast", "lunch", "dinner", "snack")])
def test_a_day_may_have_any_number_of_meals(slots):
    task, generation = a_world_of(slots, seed=3, mains=1, sides=1)
    duals, day = split_duals(task, solved_over_meals(task, generation))
    occasions = [one for one in task.occasions if 0 in one.days]
    costs = np.sort(reduced_costs(task.space, every_menu(task, occasions), duals.prices))
    found, lower = cheapest_menus(task, occasions, duals.prices, day, below=float(costs[0]) + 0.3, most=20)
    assert reduced_costs(task.space, found, duals.prices) == pytest.approx(costs[: len(found)], abs=1e-6)
    assert lower == pytest.approx(costs[0], abs=1e-6)


@pytest.mark.parametrize("limit", ["MEALS_MOST", "PAIRS_MOST", "MENUS_MOST", "CHECKED"])
@pytest.mark.parametrize("seed", range(4))
def test_a_list_cut_short_still_bounds_every_menu(seed, limit, monkeypatch):
    monkeypatch.setattr(mealplan.proof, limit, 12)
    task, generation = a_world_of(("lunch", "dinner", "snack"), seed)
    duals, day = split_duals(task, solved_over_meals(task, generation))
    prices = shifted(duals, np.random.default_rng(seed), task)
    occasions = [one for one in task.occasions if 1 in one.days]
    costs = np.sort(reduced_costs(task.space, every_menu(task, occasions), prices))
    _, lower = cheapest_menus(task, occasions, prices, day, below=float(costs[100]), most=50)
    assert lower <= costs[0] + 1e-6


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_is_that_of_a_program_over_every_menu(seed):
    task, generation = a_world_of(("lunch", "dinner"), seed)
    dive = Dive(task, generation.build_pool(), generation.prices, generation.engine, np.random.default_rng(seed))
    bound = prove_days(task, generation, dive.start.menus)
    shared = replace(task, bounds=task.bounds.of_period(daily=False))
    every = {kind: every_menu(task, kind.occasions) for kind in dive.start.menus}
    full = build_master(shared, every)
    run_solver(full.problem, generation.engine)
    optimum = pulp.value(full.problem.objective)
    assert generation.bound <= bound <= optimum + 1e-6
    assert bound == pytest.approx(optimum, rel=0.002, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_beats_what_is_proven_of_its_days(seed):
    task = world(seed)
    solution = solve(task, seed=seed, effort=1, solver="cbc")
    generation = Generation(task, find_solver("cbc")[1])
    generation.run()
    dive = Dive(task, generation.build_pool(), generation.prices, generation.engine, np.random.default_rng(seed))
    bound = prove_days(task, generation, dive.start.menus)
    assert generation.bound <= bound <= solution.objective + 1e-6


def test_days_of_a_large_library_are_not_proven(monkeypatch):
    task, generation = a_world_of(("lunch", "dinner"), 0)
    monkeypatch.setattr(mealplan.proof, "DISHES_MOST", len(task.space.servings.dishes) - 1)
    assert prove_days(task, generation, {}) == generation.bound
