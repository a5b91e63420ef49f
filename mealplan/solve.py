"""Runs the model: bound by column generation, plan by search, and what is proven about it.

The only module that knows which solver is used.
"""

from __future__ import annotations

import importlib.util
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pulp
from numpy.typing import NDArray

from mealplan.dishes import Slot
from mealplan.errors import MealplanError
from mealplan.model import Master, Watched, build_master
from mealplan.occasions import Occasion
from mealplan.patterns import Columns
from mealplan.pricing import Prices, Ramps, cheapest_meals, reduced_costs
from mealplan.schedule import Search, Week
from mealplan.task import Task

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Progress = Callable[[str], None]

log = logging.getLogger(__name__)

ROUNDS = 60
CLOSED = 0.002
"""Column generation ends when bound and master are this near, as a share of the master."""
TOLERANCE = 1e-6
PER_ANCHOR = 2
NEW_PER_OCCASION = 120
"""Meals that one round adds to an occasion at the most, the cheapest: the master stays small with any library."""
KEPT_PER_OCCASION = 240
"""Meals of an occasion that a round keeps, those of least reduced cost, before it adds new ones."""
FEW_NEW = 20
"""Once the likeliest meals bring fewer new ones than this for an occasion, all meals are looked at."""
POOL_PER_OCCASION = 1500
POOL_PER_ANCHOR = 12
WHOLE_PER_OCCASION = 60
"""Meals of an occasion that a dive chooses from, those of least reduced cost."""
SURE = 0.6
"""A meal that the linear program eats so often is fixed with others at once."""
NOISE = 0.02
"""Points, at most, by which a seed makes a meal dearer in a dive: other seeds, other weeks."""
WARMTH = (0.02, 0.1)
"""Temperatures at which searches set out, in turn: easy weeks want little change after a dive, narrow ones more."""
MARGIN = 6.0
"""The pool holds meals of reduced cost up to this many points."""


class NoMeals(MealplanError):
    """A slot for which the library has no dish under this diet."""


class SolverFailed(MealplanError):
    """The linear solver gave no answer: a defect, or a broken installation of it."""


class Status(StrEnum):
    """What is known of a plan."""

    OPTIMAL = "optimal"
    NEAR = "near"  # a plan with a proven gap
    LIMIT = "time limit"  # the search was cut short; the gap is still proven


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A week of the pool's meals, with a bound that no week of the library can beat.

    ``objective`` and ``bound`` in points, ``gap`` as a share of the objective. ``best_mean`` (n_bounds,): the
    most of each lower bound that the week's mean can reach in the linear relaxation, as a share, 1 if met.
    """

    status: Status
    pool: Mapping[Occasion, Columns]
    week: Week
    bound: float
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


def find_solver(name: str) -> tuple[str, pulp.LpSolver]:
    """The solver asked for: ``highs``, ``cbc``, or ``auto`` for HiGHS where it is installed.

    Raises: SolverFailed: HiGHS asked for and not installed.
    """
    has_highs = importlib.util.find_spec("highspy") is not None
    if name == "highs" and not has_highs:
        raise SolverFailed("HiGHS is not installed", hint='pip install "mealplan[highs]", or --solver cbc')
    if name == "highs" or (name == "auto" and has_highs):
        return "HiGHS", pulp.HiGHS(msg=False, threads=1)
    # The CBC that comes with PuLP 3, by its path: the class named after it warns that PuLP 4 will drop it.
    return "CBC", pulp.COIN_CMD(path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False, threads=1)


def solve(
    task: Task,
    *,
    seed: int = 1,
    effort: int = 3,
    solver: str = "auto",
    time_limit_s: float = np.inf,
    progress: Progress = lambda _: None,
) -> Solution:
    """The best week found, with its proven bound.

    Args: effort: how many searches from different random draws; the best one is returned.
    Raises: NoMeals: a slot without any dish; SolverFailed.
    """
    started = time.monotonic()
    for occasion in task.occasions:
        if not len(task.space.anchors(occasion.slot)):
            raise NoMeals(
                f"no dish for {occasion.slot} is left under this diet", hint="allow more foods, or add dishes"
            )
    name, engine = find_solver(solver)
    generation = _Generation(task, engine)
    generation.run(progress)
    pool = generation.build_pool()
    best: Week | None = None
    status = Status.NEAR
    for number in range(effort):
        if best is not None and time.monotonic() - started > time_limit_s:
            status = Status.LIMIT
            break
        progress(f"searching the week, {number + 1} of {effort}")
        random = np.random.default_rng([seed, number])
        search = Search(task, pool)
        search.place(generation.dive(pool, random))
        search.arrange(random)
        search.heat_bath(random, hot=WARMTH[number % len(WARMTH)])
        search.descend()
        week = search.week()
        log.info("search %d: %.3f points, bound %.3f", number, week.objective, generation.bound)
        if best is None or week.objective < best.objective - 1e-9:
            best = week
    assert best is not None  # effort is at least 1  # noqa: S101
    return Solution(
        status=Status.OPTIMAL if best.objective <= generation.bound + 1e-6 else status,
        pool=pool,
        week=best,
        bound=generation.bound,
        solver=name,
        rounds=generation.rounds,
        seconds=time.monotonic() - started,
    )


def lower_bound(task: Task, *, solver: str = "auto") -> float:
    """Points that every week costs at the least. Raises: SolverFailed."""
    return relax(task, solver=solver).bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """The linear week: its bound, and what each rule's row is worth.

    ``duals`` maps a rule (``lower``, ``upper``, ``dish``, ``group``) to points per unit of its row's right-hand side,
    by what the row is about: 1 % of a bound, one use of a dish or of a group.
    """

    bound: float
    duals: Mapping[str, Mapping[int, float]]


def relax(task: Task, *, solver: str = "auto") -> Relaxation:
    """The linear relaxation solved to its end, with its duals. Raises: SolverFailed."""
    generation = _Generation(task, find_solver(solver)[1])
    generation.run(lambda _: None)
    return Relaxation(bound=generation.bound, duals=generation.duals)


class _Generation:
    """Column generation: the master's prices find meals, the meals change the prices."""

    def __init__(self, task: Task, engine: pulp.LpSolver) -> None:
        self._task = task
        self._engine = engine
        space, occasions = task.space, task.occasions
        self._prices = Prices(nutrient=np.zeros(len(space.keys)), dish=np.zeros(len(space.servings.dishes)))
        self._fill: dict[Occasion, float] = dict.fromkeys(occasions, 0.0)
        self.columns: dict[Occasion, Columns] = {
            occasion: self._find(occasion, np.inf, PER_ANCHOR, NEW_PER_OCCASION, thorough=False)[0]
            for occasion in occasions
        }
        self._watched = Watched(frozenset(), frozenset())
        self.bound = 0.0  # every cost is non-negative
        self.rounds = 0
        self.duals: dict[str, dict[int, float]] = {}

    def _find(
        self, occasion: Occasion, margin: float, per_anchor: int, most: int, thorough: bool
    ) -> tuple[Columns, float]:
        """Meals that cost less than the occasion's price and a margin, and the least any costs beyond the price."""
        price = self._fill[occasion]
        found, least = cheapest_meals(
            self._task.space,
            occasion,
            self._prices,
            below=price + margin,
            per_anchor=per_anchor,
            most=most,
            thorough=thorough,
        )
        return found, least - price

    def run(self, progress: Progress) -> None:
        """Until the bound meets the master, or nothing moves."""
        thorough = False
        for number in range(ROUNDS):
            self.rounds = number + 1
            value, watched = self._solve_master()
            new = self._price(value, thorough)
            log.info("round %d: master %.3f, bound %.3f, %d new meals", self.rounds, value, self.bound, new)
            progress(f"pricing meals, round {self.rounds}: {value:.1f} points, bound {self.bound:.1f}")
            met = not new or value - self.bound <= CLOSED * max(value, 1e-9)
            if thorough and met and watched == self._watched:
                return
            self._watched = watched
            # The likeliest meals move the prices most of the way; only a bound needs a look at all.
            thorough = thorough or new < FEW_NEW * len(self._fill)

    def _price(self, value: float, thorough: bool) -> int:
        """Add the cheapest meals under the present prices, and raise the bound; how many were new."""
        # Meals that the tolerance would forgive are not worth looking for.
        margin = -max(CLOSED / 4 * value / len(self._fill) / self._task.days, 1e-7)
        reached, new = value, 0
        for occasion, meals in self.columns.items():
            found, least = self._find(occasion, margin, PER_ANCHOR, NEW_PER_OCCASION, thorough)
            reached += len(occasion.days) * min(0.0, least)
            self.columns[occasion] = meals.joined(found)
            new += len(self.columns[occasion]) - len(meals)
        self.bound = max(self.bound, reached)
        return new

    def _solve_master(self) -> tuple[float, Watched]:
        """The optimum over the meals at hand, and what must be watched for repetition from now on."""
        master = build_master(self._task, self.columns, self._watched)
        master.problem.solve(self._engine)
        _check_solved(master)
        self._read_prices(master)
        watched = self._find_repeated(master)
        self.columns = {
            occasion: _keep(meals, np.array([variable.dj for variable in master.variables[occasion]]))
            for occasion, meals in self.columns.items()
        }
        return float(pulp.value(master.problem.objective)), watched

    def _find_repeated(self, master: Master) -> Watched:
        """What is watched, and all that the master uses more often than is free."""
        variety, space = self._task.variety, self._task.space
        uses = np.zeros(len(variety.cap) + 1)
        for occasion, variables in master.variables.items():
            dishes = np.append(space.item_dish, len(variety.cap))[self.columns[occasion].items]
            np.add.at(uses, dishes, np.array([variable.varValue for variable in variables])[:, None])
        groups = variety.count_groups(uses[:-1])
        return Watched(
            self._watched.dishes.union(np.flatnonzero(uses[:-1] > 1 + TOLERANCE).tolist()),
            self._watched.groups.union(np.flatnonzero(groups > variety.group_cap + TOLERANCE).tolist()),
        )

    def _read_prices(self, master: Master) -> None:
        self.duals = {rule: {about: row.pi for about, row in rows.items()} for rule, rows in master.rows.items()}
        bounds, variety = self._task.bounds, self._task.variety
        nutrient, floor = np.zeros(len(self._task.space.keys)), np.zeros(len(bounds.column))
        for rule, bound in (("lower", bounds.lower), ("upper", bounds.upper)):
            for number, row in master.rows_of(rule):
                price = row.pi / (bound[number] * self._task.days / 100)
                if rule == "lower" and bounds.daily[number]:
                    floor[number] = max(0.0, price)
                else:
                    nutrient[bounds.column[number]] += price
        dish, group = np.zeros(len(variety.cap)), np.zeros(len(variety.names) + 1)
        for number, row in master.rows_of("dish"):
            dish[number] = row.pi
        for number, row in master.rows_of("group"):
            group[number] = row.pi
        dear = np.flatnonzero(floor)
        self._prices = Prices(
            nutrient=nutrient,
            dish=dish + group[variety.groups].sum(axis=1),
            floors=Ramps(column=bounds.column[dear], at=bounds.lower[dear], price=floor[dear]),
        )
        self._fill = {occasion: float(master.fill[occasion].pi) for occasion in self._fill}

    def build_pool(self) -> dict[Occasion, Columns]:
        """The meals worth searching: those of the master, and all near the prices it ended with."""
        return {
            occasion: meals.joined(self._find(occasion, MARGIN, POOL_PER_ANCHOR, POOL_PER_OCCASION, thorough=False)[0])
            for occasion, meals in self.columns.items()
        }

    def dive(self, pool: Mapping[Occasion, Columns], random: np.random.Generator) -> dict[Slot, Ints]:
        """Whole meals for every day, as rows of the pool: the linear program's, fixed a few at a time."""
        few = {occasion: self._likeliest(meals) for occasion, meals in pool.items()}
        dearer = {
            occasion: replace(
                pool[occasion].take(rows), cost=pool[occasion].cost[rows] + random.uniform(0, NOISE, len(rows))
            )
            for occasion, rows in few.items()
        }
        master = build_master(self._task, dearer, Watched.everything(self._task))
        times = self._fix(master)
        chosen = {occasion.slot: np.zeros(self._task.days, dtype=np.intp) for occasion in pool}
        for occasion, rows in few.items():
            chosen[occasion.slot][list(occasion.days)] = random.permutation(np.repeat(rows, times[occasion]))
        return chosen

    def _fix(self, master: Master) -> dict[Occasion, Ints]:
        """Solve, fix whole meals and the nearest to one, and so on; how often each meal is eaten."""
        while True:
            master.problem.solve(self._engine)
            _check_solved(master)
            value = {o: np.array([v.varValue for v in vs]) for o, vs in master.variables.items()}
            # Solvers answer 0.9999999 for a meal that is eaten once: rounded once, here.
            whole = {occasion: np.floor(values + TOLERANCE) for occasion, values in value.items()}
            if all(times.sum() == len(occasion.days) for occasion, times in whole.items()):
                return {occasion: times.astype(np.intp) for occasion, times in whole.items()}
            parts = sorted(
                (
                    (float(whole[o][n] - value[o][n]), number, n)
                    for number, o in enumerate(value)
                    if whole[o].sum() < len(o.days)
                    for n in np.flatnonzero(value[o] - whole[o] > TOLERANCE).tolist()
                )
            )
            occasions = list(value)
            fixed: set[int] = set()
            for part, number, n in parts:
                if number not in fixed and (not fixed or part < -SURE):
                    fixed.add(number)
                    whole[occasions[number]][n] += 1
            for occasion, variables in master.variables.items():
                for variable, times in zip(variables, whole[occasion].tolist(), strict=True):
                    variable.lowBound = times

    def _likeliest(self, meals: Columns) -> Ints:
        """Rows of the meals of least reduced cost."""
        costs = reduced_costs(self._task.space, meals, self._prices)
        return np.sort(np.argsort(costs, kind="stable")[:WHOLE_PER_OCCASION])


def _check_solved(master: Master) -> None:
    # PuLP 3 calls a problem "Optimal" after a limit too; the kind of solution tells.
    if master.problem.sol_status != pulp.LpSolutionOptimal:
        raise SolverFailed(f"the solver ended with {pulp.LpStatus[master.problem.status]!r}")


def _keep(meals: Columns, reduced: Floats) -> Columns:
    """The meals of least reduced cost, in their old order."""
    return meals.take(np.sort(np.argsort(reduced, kind="stable")[:KEPT_PER_OCCASION]))
