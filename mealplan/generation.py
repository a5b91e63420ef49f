"""The bound: column generation over meals. The master's prices find meals, the meals change the prices."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp
from numpy.typing import NDArray

from mealplan.model import Master, build_master
from mealplan.occasions import Occasion
from mealplan.patterns import Columns
from mealplan.prices import Prices, Ramps, least
from mealplan.pricing import cheapest_meals
from mealplan.progress import Progress
from mealplan.solvers import find_solver, run_solver
from mealplan.task import Task

Floats = NDArray[np.float64]

log = logging.getLogger(__name__)

ROUNDS, ROUNDS_AT_LEAST = 60, 4
CLOSED = 0.002
"""Column generation ends when bound and master are this near, as a share of the master."""
PER_ANCHOR = 2
NEW_PER_OCCASION = 60
"""Meals that one round adds to an occasion at the most, the cheapest: the master stays small with any library."""
KEPT_PER_OCCASION = 80
"""Meals of an occasion that a round keeps, those of least reduced cost, before it adds new ones."""
FEW_NEW = 20
"""Once the likeliest meals bring fewer new ones than this for an occasion, all meals are looked at."""
POOL_PER_OCCASION = 900
POOL_PER_ANCHOR = 12
MARGIN = 6.0
"""The pool holds meals of reduced cost up to this many points."""


def lower_bound(task: Task, *, solver: str = "auto", in_time: Callable[[], bool] = lambda: True) -> float:
    """Points that every week costs at the least, as far as is proven while there is time. Raises: SolverFailed."""
    generation = Generation(task, find_solver(solver)[1])
    generation.run(in_time=in_time)
    return generation.bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """The linear week: its bound, and what each rule's row is worth.

    ``duals`` maps a rule (``lower``, ``upper``, ``dish``, ``group``, ``floor``) to points per unit of its row's
    right-hand side, by what the row is about: 1 % of a bound, one use of a dish or of a group.
    """

    bound: float
    duals: Mapping[str, Mapping[int, float]]


def relax(task: Task, *, solver: str = "auto") -> Relaxation:
    """The linear relaxation solved to its end, with its duals. Raises: SolverFailed."""
    generation = Generation(task, find_solver(solver)[1])
    generation.run()
    return Relaxation(bound=generation.bound, duals=generation.duals)


class Generation:
    """Column generation: the master's prices find meals, the meals change the prices."""

    def __init__(self, task: Task, engine: pulp.LpSolver) -> None:
        """Prices the first meals; `run` does the rest."""
        self._task = task
        self.engine = engine
        space, occasions = task.space, task.occasions
        self.prices = Prices(nutrient=np.zeros(len(space.keys)), dish=np.zeros(len(space.servings.dishes)))
        self._fill: dict[Occasion, float] = dict.fromkeys(occasions, 0.0)
        self.columns: dict[Occasion, Columns] = {
            occasion: self._find(occasion, np.inf, PER_ANCHOR, NEW_PER_OCCASION, thorough=False)[0]
            for occasion in occasions
        }
        self._value = np.inf
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
            self.prices,
            below=price + margin,
            per_anchor=per_anchor,
            most=most,
            thorough=thorough,
        )
        return found, least - price

    def run(self, progress: Progress = lambda _: None, in_time: Callable[[], bool] = lambda: True) -> None:
        """Until the bound meets the master, nothing moves, or time is up: the bound is then what was proven so far."""
        thorough, many = False, True
        for number in range(ROUNDS):
            self.rounds = number + 1
            self._solve_master(trim=many)
            new = 0 if self._met() else self._price(thorough)
            log.info("round %d: master %.3f, bound %.3f, %d new meals", self.rounds, self._value, self.bound, new)
            progress(f"pricing meals, round {self.rounds}: {self._value:.1f} points, bound {self.bound:.1f}")
            if self._met() or (thorough and not new):
                return
            if number >= ROUNDS_AT_LEAST and not in_time():
                return
            # The likeliest meals move the prices most of the way; only a bound needs a look at all.
            many = new >= FEW_NEW * len(self._fill)
            thorough = thorough or not many

    def _met(self) -> bool:
        """Whether the bound is as near the master as is asked for."""
        return self._value - self.bound <= CLOSED * max(self._value, 1e-9)

    def _price(self, thorough: bool) -> int:
        """Add the cheapest meals under the present prices, and raise the bound; how many were new."""
        # Meals that the tolerance would forgive are not worth looking for.
        margin = -max(CLOSED / 4 * self._value / len(self._fill) / self._task.days, 1e-7)
        reached, new = self._value, 0
        for occasion, meals in self.columns.items():
            found, least = self._find(occasion, margin, PER_ANCHOR, NEW_PER_OCCASION, thorough)
            reached += len(occasion.days) * min(0.0, least)
            self.columns[occasion] = meals.joined(found)
            new += len(self.columns[occasion]) - len(meals)
        self.bound = max(self.bound, reached)
        return new

    def _solve_master(self, trim: bool) -> None:
        """Find the optimum over the meals at hand.

        Args: trim: keep the likeliest meals only. Where few are new, those dropped would be the next that are found.
        """
        master = build_master(self._task, self.columns, lean=True)
        run_solver(master.problem, self.engine)
        self._read(master)
        if trim:
            for occasion, meals in self.columns.items():
                reduced = np.array([variable.dj for variable in master.variables[occasion]])
                self.columns[occasion] = meals.take(least(reduced, KEPT_PER_OCCASION))

    def _read(self, master: Master[Occasion]) -> None:
        self._value = float(pulp.value(master.problem.objective))
        self.duals = {rule: {about: row.pi for about, row in rows.items()} for rule, rows in master.rows.items()}
        self.prices = read_prices(master, self._task)
        self._fill = {occasion: float(master.fill[occasion].pi) for occasion in self._fill}

    def build_pool(self) -> dict[Occasion, Columns]:
        """The meals worth searching: those of the master, and all near the prices it ended with."""
        return {
            occasion: meals.joined(self._find(occasion, MARGIN, POOL_PER_ANCHOR, POOL_PER_OCCASION, thorough=False)[0])
            for occasion, meals in self.columns.items()
        }


def read_prices(master: Master[Any], task: Task) -> Prices:
    """The prices that a solved master of this task sets on meals, or on whatever its columns are."""
    week, _ = price_nutrients(master, task, daily=False)
    limits, floors = price_nutrients(master, task, daily=True)
    return Prices(nutrient=week + limits, dish=price_dishes(master, task), floors=floors)


def price_nutrients(master: Master[Any], task: Task, *, daily: bool) -> tuple[Floats, Ramps]:
    """Prices per unit (keys,) of the bounds of one period, and those of a day's floors, which end at the floor."""
    bounds = task.bounds
    nutrient, floor = np.zeros(len(task.space.keys)), np.zeros(len(bounds.column))
    for rule, bound in (("lower", bounds.lower), ("upper", bounds.upper)):
        for number, row in master.rows_of(rule):
            if bounds.daily[number] != daily:
                continue
            price = row.pi / (bound[number] * task.days / 100)
            if rule == "lower" and daily:
                floor[number] = max(0.0, price)
            else:
                nutrient[bounds.column[number]] += price
    dear = np.flatnonzero(floor)
    return nutrient, Ramps(column=bounds.column[dear], at=bounds.lower[dear], price=floor[dear])


def price_dishes(master: Master[Any], task: Task) -> Floats:
    """(n_dishes,) what the use of each earns, negative where it is repetition."""
    variety = task.variety
    dish, group = np.zeros(len(variety.cap)), np.zeros(len(variety.names) + 1)
    for number, row in master.rows_of("dish"):
        dish[number] = row.pi
    for rule in ("group", "floor"):
        for number, row in master.rows_of(rule):
            group[number] += row.pi
    prices: Floats = dish + group[variety.groups].sum(axis=1)
    return prices
