"""Runs the model: bound by column generation, plan by dive and search, and what is proven about it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from mealplan.compose import Composer
from mealplan.dishes import Slot
from mealplan.dive import Dive
from mealplan.errors import MealplanError
from mealplan.generation import Generation, lower_bound
from mealplan.occasions import Occasion
from mealplan.patterns import Columns
from mealplan.progress import Progress
from mealplan.proof import prove_days
from mealplan.schedule import Search, Week
from mealplan.solvers import find_solver
from mealplan.task import Task, with_dearer_shortfall, with_goals_only

Ints = NDArray[np.intp]

log = logging.getLogger(__name__)

HELD = 0.1
"""Points of shortfall and excess that a week may have beyond what is proven to be the least."""
HARDER = 10.0
"""How much dearer shortfall is made where a week has more of it than that."""
WORTH_PROVING = 0.02
"""Gap above which the bound is looked at again: what days cannot hold explains a part of it."""


class Deadline:
    """When all the searches of a request must have ended: so many seconds of wall clock from now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until then, 0 from then on."""
        return max(0.0, self._end - time.monotonic())

    def in_time(self) -> bool:
        """Whether there is any time left."""
        return self.left > 0


class NoMeals(MealplanError):
    """A slot for which the library has no dish under this diet."""


class Status(StrEnum):
    """What is known of a plan."""

    OPTIMAL = "optimal"
    NEAR = "near"  # a plan with a proven gap
    OWN = "own rules"  # rules were added to the model, of which the bound knows nothing
    LIMIT = "time limit"  # the search was cut short; the gap is still proven


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A week of the pool's meals, with a bound that no week of the library can beat.

    ``objective`` and ``bound`` in points, ``gap`` as a share of the objective. ``shortfall`` is the part of the
    objective for targets missed, limits passed and dishes beyond their caps; no week has less than ``least_shortfall``.
    """

    status: Status
    pool: Mapping[Occasion, Columns]
    week: Week
    bound: float
    shortfall: float
    least_shortfall: float
    solver: str
    rounds: int
    seconds: float

    def items(self, day: int, slot: Slot) -> Ints:
        """(n,) items of the space that are eaten at a slot of a day, anchor first."""
        (occasion,) = (one for one in self.pool if one.slot == slot and day in one.days)
        items: Ints = self.pool[occasion].items[self.week.rows[slot][day]]
        return items[items >= 0]

    @property
    def objective(self) -> float:
        return self.week.objective

    @property
    def gap(self) -> float:
        return 0.0 if self.objective <= 0 else max(0.0, (self.objective - self.bound) / self.objective)


@dataclass(frozen=True, slots=True)
class _Found:
    """A week of a pool's meals, as the task itself judges it."""

    pool: Mapping[Occasion, Columns]
    week: Week
    shortfall: float
    broken: float


def solve(
    task: Task,
    *,
    seed: int = 1,
    effort: int = 3,
    solver: str = "auto",
    time_limit_s: float = np.inf,
    insist: bool = True,
    prove: bool = True,
    progress: Progress = lambda _: None,
) -> Solution:
    """The best week found, with its proven bound.

    First comes what is missed of targets and limits: where a week has more of it than is proven to be the least, it is
    looked for again with a dearer shortfall. Then comes preference.
    Args: effort: how many searches from different random draws; the best one is returned.
    insist: whether to look again. prove: whether the bound is wanted at its best, for a gap above 2 %.
    Raises: NoMeals: a slot without any dish; SolverFailed.
    """
    started, deadline = time.monotonic(), Deadline(time_limit_s)
    _check_meals(task)

    generation = Generation(task, find_solver(solver)[1])
    generation.run(progress, deadline.in_time)

    def prepared(held: Task, priced: Generation) -> tuple[dict[Occasion, Columns], Dive]:
        pool = priced.build_pool()
        return pool, Dive(held, pool, priced.prices, priced.engine, np.random.default_rng(seed))

    def searched(held: Task, pool: Mapping[Occasion, Columns], dive: Dive) -> Iterator[_Found]:
        for number in range(effort):
            progress(f"searching the week, {number + 1} of {effort}")
            found = _search(task, held, pool, dive, np.random.default_rng([seed, number]))
            log.info("search %d: %.3f points, bound %.3f", number, found.week.objective, generation.bound)
            yield found
            if not deadline.in_time():
                return

    pool, dive = prepared(task, generation)
    best = min(searched(task, pool, dive), key=lambda found: found.week.objective)
    bound, least = generation.bound, 0.0
    if insist and best.shortfall > HELD and deadline.in_time():
        progress("proving what is out of reach")
        goals = with_goals_only(task, task.bounds, task.variety.over_cap)
        least = lower_bound(goals, solver=solver, in_time=deadline.in_time)
    if insist and best.shortfall > least + HELD and deadline.in_time():
        held = with_dearer_shortfall(task, HARDER)
        dearer = Generation(held, find_solver(solver)[1])
        dearer.run(progress, deadline.in_time)
        again = searched(held, *prepared(held, dearer))
        best = min(best, *again, key=lambda found: found.shortfall + found.broken)
    if prove and best.week.objective - bound > WORTH_PROVING * best.week.objective and deadline.in_time():
        progress("proving days")
        bound = prove_days(task, generation, dive.start.menus, deadline.in_time, progress)
    return Solution(
        status=status_of(best.week.objective, bound, deadline.in_time()),
        pool=best.pool,
        week=best.week,
        bound=bound,
        shortfall=best.shortfall,
        least_shortfall=least,
        solver=find_solver(solver)[0],
        rounds=generation.rounds,
        seconds=time.monotonic() - started,
    )


def promising_meals(
    task: Task, *, solver: str = "auto", progress: Progress = lambda _: None
) -> dict[Occasion, Columns]:
    """The meals of each occasion that are worth searching: the linear week's, and all near its prices.

    Raises: NoMeals: a slot without any dish; SolverFailed.
    """
    _check_meals(task)
    generation = Generation(task, find_solver(solver)[1])
    generation.run(progress)
    return generation.build_pool()


def _check_meals(task: Task) -> None:
    for occasion in task.occasions:
        if not len(task.space.anchors(occasion.slot)):
            raise NoMeals(
                f"no dish for {occasion.slot} is left under this diet", hint="allow more foods, or add dishes"
            )


def _search(
    task: Task, held: Task, pool: Mapping[Occasion, Columns], dive: Dive, random: np.random.Generator
) -> _Found:
    """One week, looked for with the points of ``held`` and judged by the task."""
    search, judge = Search(held, pool), Search(task, pool)
    search.place(Composer(held, dive.run(random)).run(random))
    search.descend()
    judge.place(search.rows)
    return _Found(pool, judge.week(), judge.shortfall(), judge.broken())


def status_of(objective: float, bound: float, in_time: bool = True) -> Status:
    """What is known of a week of these points; ``in_time``: whether its search came to its end."""
    if objective <= bound + 1e-6:
        return Status.OPTIMAL
    return Status.NEAR if in_time else Status.LIMIT
