"""From the linear program to whole meals: solve it, fix the meals it is surest of, solve it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pulp
from numpy.typing import NDArray

from mealplan.dishes import Slot
from mealplan.model import Master, Watched, build_master
from mealplan.occasions import Occasion
from mealplan.patterns import Columns
from mealplan.pricing import Prices, reduced_costs
from mealplan.solvers import run_solver
from mealplan.task import Task

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

WHOLE_PER_OCCASION = 60
"""Meals of an occasion that a dive chooses from, those of least reduced cost."""
SURE = 0.6
"""A meal that the linear program eats so often is fixed with others at once."""
NOISE = 0.02
"""Points, at most, by which a seed makes a meal dearer: other seeds, other weeks."""
TOLERANCE = 1e-6


def dive(
    task: Task, pool: Mapping[Occasion, Columns], prices: Prices, random: np.random.Generator, engine: pulp.LpSolver
) -> dict[Slot, Ints]:
    """Whole meals for every day, as rows of the pool: the linear program's, fixed a few at a time."""
    few = {occasion: _likeliest(task, meals, prices) for occasion, meals in pool.items()}
    dearer = {
        occasion: replace(
            pool[occasion].take(rows), cost=pool[occasion].cost[rows] + random.uniform(0, NOISE, len(rows))
        )
        for occasion, rows in few.items()
    }
    master = build_master(task, dearer, Watched.everything(task))
    times = _fix(master, engine)
    chosen = {occasion.slot: np.zeros(task.days, dtype=np.intp) for occasion in pool}
    for occasion, rows in few.items():
        chosen[occasion.slot][list(occasion.days)] = random.permutation(np.repeat(rows, times[occasion]))
    return chosen


def _fix(master: Master, engine: pulp.LpSolver) -> dict[Occasion, Ints]:
    """Solve, fix whole meals and the nearest to one, and so on; how often each meal is eaten."""
    while True:
        run_solver(master.problem, engine)
        eaten = {occasion: np.array([v.varValue for v in meals]) for occasion, meals in master.variables.items()}
        # Solvers answer 0.9999999 for a meal that is eaten once: rounded once, here.
        whole = {occasion: np.floor(times + TOLERANCE) for occasion, times in eaten.items()}
        missing = [occasion for occasion, times in whole.items() if times.sum() < len(occasion.days)]
        if not missing:
            return {occasion: times.astype(np.intp) for occasion, times in whole.items()}
        for occasion, meal in _surest({occasion: eaten[occasion] - whole[occasion] for occasion in missing}):
            whole[occasion][meal] += 1
        for occasion, variables in master.variables.items():
            for variable, times in zip(variables, whole[occasion].tolist(), strict=True):
                variable.lowBound = times


def _surest(parts: Mapping[Occasion, Floats]) -> Iterator[tuple[Occasion, int]]:
    """Of each occasion the meal with the largest part of one, where that is nearly whole; of all occasions one."""
    largest = {occasion: int(np.argmax(part)) for occasion, part in parts.items()}
    surest = max(parts, key=lambda occasion: float(parts[occasion][largest[occasion]]))
    for occasion, meal in largest.items():
        if occasion == surest or parts[occasion][meal] > SURE:
            yield occasion, meal


def _likeliest(task: Task, meals: Columns, prices: Prices) -> Ints:
    """Rows of the meals of least reduced cost."""
    costs = reduced_costs(task.space, meals, prices)
    return np.sort(np.argsort(costs, kind="stable")[:WHOLE_PER_OCCASION])
