"""From the linear program to whole days: a program over menus, whose surest days are fixed until few are left.

The program begins where that over meals has ended. Its prices find menus and the menus change the prices, as with
meals; but menus are looked for, not proven to be the cheapest, so that its value bounds nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pulp
from numpy.typing import NDArray

from mealplan.generation import read_prices
from mealplan.menus import DayKind, Menus, day_kinds
from mealplan.model import Master, build_master
from mealplan.occasions import Occasion
from mealplan.patterns import Columns
from mealplan.prices import Prices, least, reduced_costs
from mealplan.solvers import run_solver
from mealplan.task import Task

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

log = logging.getLogger(__name__)

ROUNDS = 30
ROUNDS_FIXED = 2
"""Rounds of pricing before anything is fixed, and each time that more is."""
NEW_PER_ROUND = 50
KEPT_PER_KIND = 100
"""Menus of a kind that a round adds at the most, and that it keeps before: the program stays small."""
SETTLED = 0.003
"""A round that promises less than this share of the value is the last."""
OPEN = 1
"""Days that are left open at the end: the best menu for one is plain to see."""
TRIED = 3
"""Choices of what to fix next that are solved, of which the best is taken: one that looks sure can cost dear."""
FIXED_AT_ONCE = 1 / 4
"""Share of the open days that is fixed before the program is solved again."""
LUCK = 0.3
"""Part of a day, at most, by which a seed makes a menu seem surer: other seeds, other weeks."""
NEAR, MARGIN, NEIGHBOURS = 0.05, 0.2, 600
"""Of menus within so many points of the cheapest, those that differ in one meal within so many, at the most so many."""
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a dive stands: the menus of each kind of day, and how often each is at least eaten (``fixed``).

    Of the last solution: ``value``, ``times`` each is eaten, ``prices``, and ``fill``, what a day of each kind costs.
    """

    menus: Mapping[DayKind, Menus]
    fixed: Mapping[DayKind, Ints]
    prices: Prices
    fill: Mapping[DayKind, float]
    times: Mapping[DayKind, Floats]
    value: float

    @property
    def whole(self) -> dict[DayKind, Ints]:
        """How often each menu is eaten for sure. Solvers answer 0.9999999 for a day eaten once: rounded here."""
        return {kind: np.floor(times + TOLERANCE).astype(np.intp) for kind, times in self.times.items()}


class Dive:
    """A program over menus, solved once; dives set out from there."""

    def __init__(
        self,
        task: Task,
        pool: Mapping[Occasion, Columns],
        prices: Prices,
        engine: pulp.LpSolver,
        random: np.random.Generator,
    ) -> None:
        """Args: prices: of the program over meals."""
        self._engine = engine
        # What holds every day is inside the menus.
        self._task = replace(task, bounds=task.bounds.of_period(daily=False))
        kinds = day_kinds(task, pool, prices)
        menus = {kind: kind.cheapest(prices, random)[0] for kind in kinds}
        none = {kind: np.zeros(len(found), dtype=np.intp) for kind, found in menus.items()}
        self.start = self._grow(self._solve(self._build(menus), menus, none), random, ROUNDS)

    def run(self, random: np.random.Generator) -> State:
        """Fix the surest days, price menus for the others, and so on until few are open; then menus near the best."""
        state = self.start
        while self._open_days(state) > OPEN:
            drawn = [self._surest(state, random) for _ in range(TRIED)]
            different = {tuple(times.tobytes() for times in fixed.values()): fixed for fixed in drawn}
            master = self._build(state.menus)
            choices = [self._solve(master, state.menus, fixed) for fixed in different.values()]
            state = self._grow(min(choices, key=lambda choice: choice.value), random, ROUNDS_FIXED)
        log.info("dive: %.3f points before the last days", state.value)
        return replace(state, fixed=state.whole, menus={kind: self._widen(kind, state) for kind in state.menus})

    def _grow(self, state: State, random: np.random.Generator, rounds: int) -> State:
        """Price menus for the days that are open, and solve again."""
        for _ in range(rounds):
            promised, menus, fixed = 0.0, {}, {}
            for kind, held in state.menus.items():
                kept = self._keep(kind, state)
                menus[kind] = held.take(kept)
                fixed[kind] = state.fixed[kind][kept]
                open_days = len(kind.days) - int(fixed[kind].sum())
                if open_days:
                    found, points = kind.cheapest(state.prices, random)
                    good = np.flatnonzero(points < state.fill[kind] - TOLERANCE)[:NEW_PER_ROUND]
                    menus[kind] = menus[kind].joined(found.take(good))
                    promised += open_days * max(0.0, state.fill[kind] - float(points[0]))
                new = len(menus[kind]) - len(kept)
                fixed[kind] = np.append(fixed[kind], np.zeros(new, dtype=np.intp))
            state = self._solve(self._build(menus), menus, fixed)
            if promised <= SETTLED * state.value:
                break
        return state

    def _keep(self, kind: DayKind, state: State) -> Ints:
        """The menus of least reduced cost, and all that are fixed."""
        points = reduced_costs(self._task.space, state.menus[kind].columns, state.prices)
        points[state.fixed[kind] > 0] = -np.inf
        return least(points, KEPT_PER_KIND)

    def _build(self, menus: Mapping[DayKind, Menus]) -> Master[DayKind]:
        return build_master(self._task, {kind: found.columns for kind, found in menus.items()}, lean=True)

    def _solve(self, master: Master[DayKind], menus: Mapping[DayKind, Menus], fixed: Mapping[DayKind, Ints]) -> State:
        """The optimum of the program over these menus with those fixed that are."""
        for kind, variables in master.variables.items():
            for variable, times in zip(variables, fixed[kind].tolist(), strict=True):
                variable.lowBound = times
        run_solver(master.problem, self._engine)
        return State(
            menus=menus,
            fixed=fixed,
            prices=read_prices(master, self._task),
            fill={kind: float(row.pi) for kind, row in master.fill.items()},
            times={kind: np.array([v.varValue for v in variables]) for kind, variables in master.variables.items()},
            value=float(pulp.value(master.problem.objective)),
        )

    def _open_days(self, state: State) -> int:
        return sum(len(kind.days) - int(whole.sum()) for kind, whole in state.whole.items())

    def _surest(self, state: State, random: np.random.Generator) -> dict[DayKind, Ints]:
        """What may be fixed next: all whole days, and menus with the largest parts of one, as luck shifts them."""
        fixed, open_days = state.whole, self._open_days(state)
        parts = [
            (float(part) + random.uniform(0, LUCK), kind, menu)
            for kind, times in state.times.items()
            for menu, part in enumerate(times - fixed[kind])
            if part > TOLERANCE
        ]
        parts.sort(key=lambda one: -one[0])
        for _, kind, menu in parts[: max(1, int(open_days * FIXED_AT_ONCE))]:
            if fixed[kind].sum() < len(kind.days):
                fixed[kind][menu] += 1
        return fixed

    def _widen(self, kind: DayKind, state: State) -> Menus:
        """The kind's menus, and others that differ from a good one in one meal."""
        menus = state.menus[kind]
        points = reduced_costs(self._task.space, menus.columns, state.prices)
        others = kind.near(menus.take(np.flatnonzero(points <= points.min() + NEAR)), state.prices, MARGIN)
        ranked = np.argsort(reduced_costs(self._task.space, others.columns, state.prices), kind="stable")
        return menus.joined(others.take(ranked[:NEIGHBOURS]))
