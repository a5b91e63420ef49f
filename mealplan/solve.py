"""Runs the model: bound by column generation, plan by search, and what is proven about it.

The only module that knows which solver is used.
"""

from __future__ import annotations

import importlib.util
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pulp
from numpy.typing import NDArray

from mealplan.dishes import Slot
from mealplan.errors import MealplanError
from mealplan.model import Master, build_master
from mealplan.patterns import Columns, Prices, Space
from mealplan.request import Weights
from mealplan.schedule import Search, Week
from mealplan.score import Bounds, Variety

Floats = NDArray[np.float64]
Progress = Callable[[str], None]

log = logging.getLogger(__name__)

ROUNDS = 60
CLOSED = 0.002
"""Column generation ends when bound and master are this near, as a share of the master."""
PER_ANCHOR = 2
NEW_PER_SLOT = 400
"""Meals that one round adds to a slot at the most, the cheapest: the master stays small with any library."""
POOL_PER_SLOT = 1500
POOL_PER_ANCHOR = 40
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
    pool: Mapping[Slot, Columns]
    week: Week
    bound: float
    solver: str
    rounds: int
    seconds: float

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
    space: Space,
    bounds: Bounds,
    variety: Variety,
    weights: Weights,
    *,
    days: int,
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
    for slot in space.slots:
        if not len(space.anchors(slot)):
            raise NoMeals(f"no dish for {slot} is left under this diet", hint="allow more foods, or add dishes")
    name, engine = find_solver(solver)
    master = _Generation(space, bounds, variety, weights, days, engine)
    master.run(progress)
    pool = master.build_pool()
    best: Week | None = None
    status = Status.NEAR
    for number in range(effort):
        if best is not None and time.monotonic() - started > time_limit_s:
            status = Status.LIMIT
            break
        progress(f"searching the week, {number + 1} of {effort}")
        search = Search(space, pool, bounds, variety, weights, days)
        random = np.random.default_rng([seed, number])
        search.place({slot: random.integers(len(meals), size=days) for slot, meals in pool.items()})
        search.heat_bath(random)
        search.descend()
        week = search.week()
        log.info("search %d: %.3f points, bound %.3f", number, week.objective, master.bound)
        if best is None or week.objective < best.objective - 1e-9:
            best = week
    assert best is not None  # effort is at least 1  # noqa: S101
    return Solution(
        status=Status.OPTIMAL if best.objective <= master.bound + 1e-6 else status,
        pool=pool,
        week=best,
        bound=master.bound,
        solver=name,
        rounds=master.rounds,
        seconds=time.monotonic() - started,
    )


def lower_bound(
    space: Space, bounds: Bounds, variety: Variety, weights: Weights, *, days: int, solver: str = "auto"
) -> float:
    """Points that every week costs at the least. Raises: SolverFailed."""
    return relax(space, bounds, variety, weights, days=days, solver=solver).bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """The linear week: its bound, and what each rule's row is worth.

    ``duals`` maps a rule (``lower``, ``upper``, ``again``, ``cap``, ``protein``) to points per unit of its row's
    right-hand side, by what the row is about: 1 % of a bound, one use of a dish, one main of a protein.
    """

    bound: float
    duals: Mapping[str, Mapping[int, float]]


def relax(
    space: Space, bounds: Bounds, variety: Variety, weights: Weights, *, days: int, solver: str = "auto"
) -> Relaxation:
    """The linear relaxation solved to its end, with its duals. Raises: SolverFailed."""
    generation = _Generation(space, bounds, variety, weights, days, find_solver(solver)[1])
    generation.run(lambda _: None)
    return Relaxation(bound=generation.bound, duals=generation.duals)


class _Generation:
    """Column generation: the master's prices find meals, the meals change the prices."""

    def __init__(
        self,
        space: Space,
        bounds: Bounds,
        variety: Variety,
        weights: Weights,
        days: int,
        engine: pulp.LpSolver,
    ) -> None:
        self._space = space
        self._bounds = bounds
        self._variety = variety
        self._weights = weights
        self._days = days
        self._engine = engine
        self.columns: dict[Slot, Columns] = {}
        self.bound = 0.0  # every cost is non-negative
        self.rounds = 0
        self.duals: dict[str, dict[int, float]] = {}
        self._prices = Prices(
            nutrient=np.zeros(len(space.keys)),
            dish=np.zeros(len(space.servings.dishes)),
            anchor=np.zeros(len(space.servings.dishes)),
        )
        self._slot_price: dict[Slot, float] = dict.fromkeys(space.slots, 0.0)

    def run(self, progress: Progress) -> None:
        """Until the bound meets the master, or nothing moves."""
        for slot in self._space.slots:
            self.columns[slot] = _first(self._space.price(slot, self._prices, np.inf, 1)[0], NEW_PER_SLOT)
        for number in range(ROUNDS):
            self.rounds = number + 1
            value = self._solve_master()
            least, new = 0.0, 0
            for slot in self._space.slots:
                price = self._slot_price[slot]
                found, cheapest = self._space.price(slot, self._prices, price - 1e-7, PER_ANCHOR)
                least += min(0.0, cheapest - price) if len(found) else 0.0
                before = len(self.columns[slot])
                self.columns[slot] = self.columns[slot].joined(_first(found, NEW_PER_SLOT))
                new += len(self.columns[slot]) - before
            self.bound = max(self.bound, value + self._days * least)
            log.info("round %d: master %.3f, bound %.3f, %d new meals", self.rounds, value, self.bound, new)
            progress(f"pricing meals, round {self.rounds}: {value:.1f} points, bound {self.bound:.1f}")
            if not new or value - self.bound <= CLOSED * max(value, 1e-9):
                return

    def _solve_master(self) -> float:
        master = build_master(self._space, self.columns, self._bounds, self._variety, self._weights, self._days)
        master.problem.solve(self._engine)
        # PuLP 3 calls a problem "Optimal" after a limit too; the kind of solution tells.
        if master.problem.sol_status != pulp.LpSolutionOptimal:
            raise SolverFailed(f"the solver ended with {pulp.LpStatus[master.problem.status]!r}")
        self._read_prices(master)
        return float(pulp.value(master.problem.objective))

    def _read_prices(self, master: Master) -> None:
        self.duals = {rule: {about: row.pi for about, row in rows.items()} for rule, rows in master.rows.items()}
        nutrient = np.zeros(len(self._space.keys))
        for rule, bound in (("lower", self._bounds.lower), ("upper", self._bounds.upper)):
            for number, row in master.rows_of(rule):
                unit = bound[number] * self._days / 100
                nutrient[self._bounds.column[number]] += row.pi / unit
        dish, anchor = np.zeros(len(self._prices.dish)), np.zeros(len(self._prices.dish))
        for rule in ("again", "cap"):
            for number, row in master.rows_of(rule):
                dish[number] += row.pi
        for number, row in master.rows_of("protein"):
            anchor[self._variety.protein == number] += row.pi
        self._prices = Prices(nutrient=nutrient, dish=dish, anchor=anchor)
        self._slot_price = {slot: float(master.slots[slot].pi) for slot in self._space.slots}

    def build_pool(self) -> dict[Slot, Columns]:
        """The meals worth searching: those of the master, and all near the prices it ended with."""
        pool = {}
        for slot in self._space.slots:
            near, _ = self._space.price(slot, self._prices, self._slot_price[slot] + MARGIN, POOL_PER_ANCHOR)
            pool[slot] = self.columns[slot].joined(_first(near, POOL_PER_SLOT))
        return pool


def _first(meals: Columns, count: int) -> Columns:
    """The first meals, which are the cheapest where they come from `Space.price`."""
    return meals.take(np.arange(min(len(meals), count), dtype=np.intp))
