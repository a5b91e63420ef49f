"""The bound is a bound, the plan is a plan, and both come out the same each time."""

import subprocess
import sys

import numpy as np
import pulp
import pytest

from mealplan.model import build_master
from mealplan.request import Weights
from mealplan.score import Bounds, build_variety
from mealplan.solve import NoMeals, find_solver, lower_bound, solve
from tests.worlds import every_meal, random_space

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
    return space, some_bounds(space, random), build_variety(space.servings.dishes, DAYS)


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_is_the_linear_program_over_every_meal(seed):
    space, bounds, variety = world(seed)
    meals = {slot: every_meal(space, slot) for slot in space.slots}
    full = build_master(space, meals, bounds, variety, Weights(), DAYS)
    full.problem.solve(find_solver("cbc")[1])
    bound = lower_bound(space, bounds, variety, Weights(), days=DAYS, solver="cbc")
    optimum = pulp.value(full.problem.objective)
    assert bound <= optimum + 1e-6
    assert bound == pytest.approx(optimum, rel=0.0025, abs=1e-6)  # column generation stops within 0.2 %


@pytest.mark.parametrize("seed", range(8))
def test_no_plan_beats_its_bound(seed):
    space, bounds, variety = world(seed)
    solution = solve(space, bounds, variety, Weights(), days=DAYS, seed=seed, effort=1, solver="cbc")
    assert solution.bound <= solution.objective + 1e-6
    assert 0 <= solution.gap < 1


def test_the_same_seed_gives_the_same_week():
    space, bounds, variety = world(1)
    first, second = (
        solve(space, bounds, variety, Weights(), days=DAYS, seed=5, effort=1, solver="cbc") for _ in range(2)
    )
    assert first.objective == second.objective
    assert all(np.array_equal(first.week.rows[slot], second.week.rows[slot]) for slot in space.slots)


def test_more_effort_is_never_worse():
    space, bounds, variety = world(2)
    once, thrice = (
        solve(space, bounds, variety, Weights(), days=DAYS, seed=1, effort=effort, solver="cbc") for effort in (1, 3)
    )
    assert thrice.objective <= once.objective + 1e-9


def test_highs_and_cbc_prove_the_same_bound():
    pytest.importorskip("highspy")
    space, bounds, variety = world(3)
    by = {s: lower_bound(space, bounds, variety, Weights(), days=DAYS, solver=s) for s in ("cbc", "highs")}
    assert by["cbc"] == pytest.approx(by["highs"], rel=0.004, abs=1e-6)


def test_a_library_without_breakfast_is_named():
    space, bounds, variety = world(4)
    space._groups["breakfast"] = []
    with pytest.raises(NoMeals, match="breakfast"):
        solve(space, bounds, variety, Weights(), days=DAYS, solver="cbc")


def test_the_time_limit_is_said(monkeypatch):
    space, bounds, variety = world(5)
    solution = solve(space, bounds, variety, Weights(), days=DAYS, effort=3, solver="cbc", time_limit_s=0.0)
    assert solution.status == "time limit"
    assert solution.bound <= solution.objective + 1e-6


def test_only_the_solver_modules_import_pulp():
    code = "import sys, mealplan.schedule, mealplan.coverage; sys.exit('pulp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
