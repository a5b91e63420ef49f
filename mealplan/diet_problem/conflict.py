"""Why no diet is possible: limits that collide, none of which could be left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pulp
from numpy.typing import NDArray

from mealplan.diet_problem.problem import Limit, Problem
from mealplan.diet_problem.program import Ending, Program, solve_program

Floats = NDArray[np.float64]
NOTICEABLE = 1e-9
"""A price below this, in shares of the limit, is rounding."""
MANY = 60
"""With more bounds of foods than this in a conflict, they are named together: each costs a run of the solver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """A limit of the conflict, and what ``would_do`` instead if all other limits of the problem stay; None: nothing."""

    limit: Limit
    would_do: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Limits that no diet keeps; ``irreducible``: without any one of them the others can be kept."""

    collisions: tuple[Collision, ...]
    irreducible: bool


class _Limits:
    """Every limit of a problem in one numbering: first the requirements, then the bounds of the foods."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._rows = problem.rows()
        self.limits = list(problem.requirements)
        self.first_bound = len(self.limits)
        self._food: dict[int, int] = {}
        for place, food in enumerate(problem.foods):
            for side, bound, bounds in (("lower", problem.lower[place], 0.0), ("upper", problem.upper[place], np.inf)):
                if bound != bounds:
                    self._food[len(self.limits)] = place
                    self.limits.append(Limit(side=side, about=food, bound=float(bound)))  # type: ignore[arg-type]  # one of Side

    def row(self, number: int) -> Floats:
        """(n_foods,) what the limit limits, per unit of each food."""
        row = np.zeros(len(self._problem.foods))
        if number < self.first_bound:
            row += self._rows[number]
        else:
            row[self._food[number]] = 1.0
        return row

    def program(self, kept: Sequence[int], cost: Floats | None = None) -> Program:
        """Only the limits kept, at this cost per food."""
        requirements = [number for number in kept if number < self.first_bound]
        lower, upper = np.zeros(len(self._problem.foods)), np.full(len(self._problem.foods), np.inf)
        for number in kept:
            if number >= self.first_bound:
                limit = self.limits[number]
                (lower if limit.sign > 0 else upper)[self._food[number]] = limit.bound
        return Program(
            cost=np.zeros(len(lower)) if cost is None else cost,
            rows=self._rows[requirements],
            sense=np.array([self.limits[number].sign for number in requirements], dtype=np.int_),
            rhs=np.array([self.limits[number].bound for number in requirements]),
            lower=lower,
            upper=upper,
            whole=self._problem.whole,
        )

    def collide(self, kept: Sequence[int], engine: pulp.LpSolver) -> bool:
        return solve_program(self.program(kept), engine).ending is Ending.INFEASIBLE

    def suspects(self, engine: pulp.LpSolver) -> list[int]:
        """Limits that have a price where every requirement may give, in shares of itself: those alone collide.

        All limits where whole units are to blame: prices see nothing of them.
        """
        everything = list(range(len(self.limits)))
        program = replace(self.program(everything), whole=np.zeros(len(self._problem.foods), dtype=bool))
        unit = np.where(program.rhs > 0, program.rhs, 1.0)
        loose, count = np.diag(program.sense * unit), self.first_bound
        outcome = solve_program(
            Program(
                cost=np.concatenate([program.cost, np.ones(count)]),
                rows=np.hstack([program.rows, loose]),
                sense=program.sense,
                rhs=program.rhs,
                lower=np.concatenate([program.lower, np.zeros(count)]),
                upper=np.concatenate([program.upper, np.full(count, np.inf)]),
                whole=np.zeros(len(program.cost) + count, dtype=bool),
            ),
            engine,
        )
        if outcome.ending is not Ending.OPTIMAL:
            return everything
        price = np.nan_to_num(outcome.prices)
        worth = -price @ self._rows
        found = [
            number
            for number, limit in enumerate(self.limits)
            if (
                abs(price[number]) * unit[number] > NOTICEABLE
                if number < self.first_bound
                else limit.sign * worth[self._food[number]] > NOTICEABLE * np.abs(worth).max()
            )
        ]
        return found if self.collide(found, engine) else everything


def find_conflict(problem: Problem, engine: pulp.LpSolver) -> Conflict:
    """A set of limits that no diet keeps, and out of which none can be left.

    An elastic relaxation points out limits that collide; then each is left out in turn, and stays out if the rest
    still collides (deletion filter). Bounds of foods go first, so that the nutrients remain to tell the story.
    Source: Chinneck & Dravnieks 1991, ORSA Journal on Computing 3:157.
    """
    every = _Limits(problem)
    kept = every.suspects(engine)
    few = sum(number >= every.first_bound for number in kept) <= MANY
    for number in sorted(kept, reverse=True):
        rest = [other for other in kept if other != number]
        if (few or number < every.first_bound) and every.collide(rest, engine):
            kept = rest
    return Conflict(
        collisions=tuple(_collision(every, number, engine, ask=few or number < every.first_bound) for number in kept),
        irreducible=few,
    )


def _collision(every: _Limits, number: int, engine: pulp.LpSolver, *, ask: bool) -> Collision:
    if not ask:
        return Collision(limit=every.limits[number], would_do=None)
    others = [other for other in range(len(every.limits)) if other != number]
    limit, row = every.limits[number], every.row(number)
    outcome = solve_program(every.program(others, -limit.sign * row), engine)
    reached = outcome.ending is Ending.OPTIMAL
    return Collision(limit=limit, would_do=float(row @ outcome.columns) if reached else None)
