"""The bound is a bound, the plan is a plan, and both come out the same each time."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pulp
import pytest

from mealplan.diagnose import most_reachable
from mealplan.generation import lower_bound
from mealplan.model import build_master
from mealplan.occasions import build_occasions
from mealplan.score import Bounds
from mealplan.solve import Deadline, NoMeals, solve
from mealplan.solvers import find_solver
from mealplan.task import build_task
from tests.worlds import every_meal, random_space

START = date(2026, 1, 9)
"""A Friday: three days hold a weekday and a weekend."""

DAYS = 3


def some_bounds(space, random):
    """A minimum for iron, vitamin C and folate, a band on energy, and absorbed iron over the week."""
    names = ("energy_kcal", "iron_mg", "vitamin_c_mg", "folate_ug_dfe", "absorbed_iron_mg")
    return Bounds(
        names=names,
        column=np.array([space.keys.index(name) for name in names]),
        lower=np.array([1710.0, random.uniform(8, 18), 75.0, random.uniform(200, 400), 2.5]),
        upper=np.array([1890.0, 45.0, np.inf, np.inf, np.inf]),
        weight=np.array([5.0, 10.0, 10.0, 10.0, 10.0]),
        daily=np.array([True, True, True, True, False]),
    )


def world(seed, mains=2, sides=2):
    random = np.random.default_rng(seed)
    space = random_space(random, mains, sides)
    return build_task(space, build_occasions(START, DAYS), some_bounds(space, random))


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_is_the_linear_program_over_every_meal(seed):
    task = world(seed)
    meals = {occasion: every_meal(task.space, occasion.slot, occasion.weekday) for occasion in task.occasions}
    full = build_master(task, meals)
    full.problem.solve(find_solver("auto")[1])
    bound = lower_bound(task)
    optimum = pulp.value(full.problem.objective)
    assert bound <= optimum + 1e-6
    assert bound == pytest.approx(optimum, rel=0.0025, abs=1e-6)  # column generation stops within 0.2 %


@pytest.mark.parametrize("seed", range(8))
def test_no_plan_beats_its_bound(seed):
    task = world(seed)
    solution = solve(task, seed=seed, effort=1, solver="cbc")
    assert solution.bound <= solution.objective + 1e-6
    assert 0 <= solution.gap < 1


def test_the_same_seed_gives_the_same_week():
    task = world(1)
    first, second = (solve(task, seed=5, effort=1, solver="cbc") for _ in range(2))
    assert first.objective == second.objective
    assert all(np.array_equal(first.week.rows[slot], second.week.rows[slot]) for slot in first.week.rows)


def test_more_effort_is_never_worse():
    task = world(2)
    once, thrice = (solve(task, seed=1, effort=effort, solver="cbc") for effort in (1, 3))
    assert thrice.objective <= once.objective + 1e-9


def test_highs_and_cbc_prove_the_same_bound():
    pytest.importorskip("highspy")
    task = world(3)
    by = {s: lower_bound(task, solver=s) for s in ("cbc", "highs")}
    assert by["cbc"] == pytest.approx(by["highs"], rel=0.004, abs=1e-6)


def test_a_library_without_breakfast_is_named():
    task = world(4)
    task.space.anchors = lambda slot: [] if slot == "breakfast" else [0]
    with pytest.raises(NoMeals, match="breakfast"):
        solve(task, solver="cbc")


def test_the_time_limit_is_said(monkeypatch):
    task = world(5)
    solution = solve(task, effort=3, solver="cbc", time_limit_s=0.0)
    assert solution.status == "time limit"
    assert solution.bound <= solution.objective + 1e-6


def test_a_deadline_is_one_for_all_who_ask_it(monkeypatch):
    clock = iter([100.0, 101.0, 109.5, 111.0])
    monkeypatch.setattr("mealplan.solve.time", SimpleNamespace(monotonic=lambda: next(clock)))
    deadline = Deadline(10.0)
    assert [deadline.left for _ in range(3)] == [9.0, 0.5, 0.0]


def test_only_the_solver_modules_import_pulp():
    code = "import sys, mealplan.schedule, mealplan.coverage; sys.exit('pulp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_nothing_asks_for_has_no_reach():
    """A plan may know enough of its own food to miss what its library knows too little of to plan for."""
    task = world(3)
    no_floor = replace(task.bounds, lower=np.where(np.arange(5) == 1, -np.inf, task.bounds.lower))
    assert most_reachable("iron_mg", task, "auto") is not None
    assert most_reachable("iron_mg", replace(task, bounds=no_floor), "auto") is None
    assert most_reachable("choline_mg", task, "auto") is None


def test_energy_is_held_by_the_day_and_by_the_week_and_reached_once():
    """What is out of reach of energy is asked of a task in which it stands twice."""
    task = world(3)
    twice = {"names": (*task.bounds.names, "energy_kcal")}
    for row in ("column", "lower", "upper", "weight", "daily"):
        twice[row] = np.append(getattr(task.bounds, row), getattr(task.bounds, row)[0])
    twice["daily"][-1] = False
    assert most_reachable("energy_kcal", replace(task, bounds=Bounds(**twice)), "auto") == 100.0
