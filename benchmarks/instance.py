"""One instance, in a process of its own so that its memory is its own: prints a line of JSON.

python -m benchmarks.instance 3000 vegetarian 1 highs
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import mealplan.dive
import mealplan.generation
import mealplan.proof
from benchmarks.kitchens import START, kitchen_of
from mealplan.dive import Dive
from mealplan.formulate import task_for
from mealplan.generation import Generation
from mealplan.proof import prove_days
from mealplan.request import PlanRequest
from mealplan.solve import WORTH_PROVING, _search
from mealplan.solvers import find_solver
from mealplan.targets import targets_for

SEARCHES, DEFAULT = 12, 3
"""How many searches are timed one by one, and after how many the days are proven: so many `mealplan generate` makes."""


class Clock:
    """Seconds of processor time by what they were spent on, the children's included."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            started = cpu_seconds()
            try:
                return work(*args, **kwargs)
            finally:
                self.spent[name] = self.spent.get(name, 0.0) + cpu_seconds() - started

        return wrapped


def cpu_seconds() -> float:
    """Processor time of this process and of the solvers it started."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def measure(size: int, diet: str, seed: int, solver: str) -> dict[str, Any]:
    """Times in seconds of one thread, gaps as shares, memory in MB."""
    request = PlanRequest(start=START, diets=(diet,), seed=seed)
    kitchen = kitchen_of(size, seed)
    started = cpu_seconds()
    task = task_for(request, kitchen, targets_for(request.person))
    build = cpu_seconds() - started
    clock = Clock()
    for module in (mealplan.generation, mealplan.dive, mealplan.proof):
        module.build_master = clock.timed("master", module.build_master)  # type: ignore[attr-defined]
        module.run_solver = clock.timed("solver", module.run_solver)  # type: ignore[attr-defined]
    started, wall = cpu_seconds(), time.monotonic()
    generation = Generation(task, find_solver(solver)[1])
    generation.run()
    bound = cpu_seconds() - started
    pool = generation.build_pool()
    dive = Dive(task, pool, generation.prices, generation.engine, np.random.default_rng(seed))
    best, proven, course = np.inf, generation.bound, []
    for number in range(SEARCHES):
        found = _search(task, task, pool, dive, np.random.default_rng([seed, number]))
        if found.week.objective < best:
            best, shortfall = found.week.objective, found.shortfall
        course.append((round(cpu_seconds() - started, 3), round(gap(best, proven), 5)))
        if number + 1 == DEFAULT:
            if gap(best, proven) > WORTH_PROVING:
                proven = prove_days(task, generation, dive.start.menus)
                course.append((round(cpu_seconds() - started, 3), round(gap(best, proven), 5)))
            default = course[-1][0]
    total = cpu_seconds() - started
    return {
        "size": size, "diet": diet, "seed": seed, "solver": solver, "dishes": len(task.space.servings.dishes),
        "build_s": round(build, 3), "bound_s": round(bound, 3), "rounds": generation.rounds,
        "bound": round(proven, 4), "objective": round(best, 4), "shortfall": round(shortfall, 4),
        "default_s": default, "course": course, "wall_s": round(time.monotonic() - wall, 2),
        "master_share": round(clock.spent["master"] / total, 3),
        "solver_share": round(clock.spent["solver"] / total, 3),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def gap(objective: float, bound: float) -> float:
    return (objective - bound) / objective if objective > 0 else 0.0


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])))
