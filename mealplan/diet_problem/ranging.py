"""How far prices and amounts hold: each end of a range is the optimum of a linear program of its own.

A price holds while some diet fits it: foods stay at the bounds that their reduced costs say, limits with a price
stay met exactly. Amounts hold while some prices fit them. Both are exact also where the optimum is degenerate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from mealplan.diet_problem.problem import Problem
from mealplan.diet_problem.program import Ending, Program, solve_program

Floats = NDArray[np.float64]
SAME = 1e-7
"""Numbers nearer than this, as a share of their size, are one to a solver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From ``least`` to ``most``, both included; infinite where there is no end."""

    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """A linear optimum: ``amounts`` and ``reduced`` (n_foods,), ``prices`` and ``totals`` (n_requirements,)."""

    amounts: Floats
    reduced: Floats
    prices: Floats
    totals: Floats


def price_range(problem: Problem, optimum: Optimum, row: int, engine: pulp.LpSolver) -> Range:
    """The bounds of a requirement between which its price holds."""
    rows = problem.rows()
    sense = np.array([limit.sign for limit in problem.requirements], dtype=np.int_)
    rhs = np.array([limit.bound for limit in problem.requirements])
    size = np.maximum(np.abs(rows).max(axis=1, initial=0.0), 1e-300)
    sense[np.abs(optimum.prices) * size > SAME * _scale(problem)] = 0
    at_lower, at_upper = _nonbasic(problem, optimum)
    # One more column, the bound itself.
    moving = np.zeros((len(rows), 1))
    moving[row] = -1.0
    rhs[row] = 0.0
    return _extremes(
        rows=np.hstack([rows, moving]),
        sense=sense,
        rhs=rhs,
        lower=np.append(np.where(at_upper, problem.upper, problem.lower), 0.0),
        upper=np.append(np.where(at_lower, problem.lower, problem.upper), np.inf),
        now=problem.requirements[row].bound,
        engine=engine,
    )


def cost_range(problem: Problem, optimum: Optimum, food: int, engine: pulp.LpSolver) -> Range:
    """The costs of a unit of a food between which the amounts stay the cheapest."""
    rows = problem.rows()
    below, above = _at_bounds(problem, optimum)
    free = below & above  # fixed amounts hold at any cost
    keep = np.flatnonzero(~free)
    moving = np.zeros((len(problem.foods), 1))
    moving[food] = -1.0
    cost = problem.cost.copy()
    cost[food] = 0.0
    sign = np.array([limit.sign for limit in problem.requirements], dtype=np.float64)
    bound = np.array([limit.bound for limit in problem.requirements])
    tight = np.abs(optimum.totals - bound) <= SAME * (1 + bound)
    return _extremes(
        rows=np.hstack([rows.T, moving])[keep],
        sense=np.where(below, -1, np.where(above, 1, 0))[keep],
        rhs=cost[keep],
        lower=np.append(np.where(tight & (sign < 0), -np.inf, 0.0), -np.inf),
        upper=np.append(np.where(tight & (sign > 0), np.inf, 0.0), np.inf),
        now=float(problem.cost[food]),
        engine=engine,
    )


def _nonbasic(problem: Problem, optimum: Optimum) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which foods their reduced cost keeps at the lower bound, and which at the upper."""
    noticeable = SAME * _scale(problem)
    below, above = _at_bounds(problem, optimum)
    return below & (optimum.reduced > noticeable), above & (optimum.reduced < -noticeable)


def _at_bounds(problem: Problem, optimum: Optimum) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    crumb = SAME * float(optimum.amounts.max())
    return optimum.amounts <= problem.lower + crumb, optimum.amounts >= problem.upper - crumb


def _scale(problem: Problem) -> float:
    return max(1e-9, float(np.abs(problem.cost).max(initial=0.0)))


def _extremes(
    *,
    rows: Floats,
    sense: NDArray[np.int_],
    rhs: Floats,
    lower: Floats,
    upper: Floats,
    now: float,
    engine: pulp.LpSolver,
) -> Range:
    """The least and the most of the last column; as it is ``now`` where the solver's rounding leaves nothing else."""
    ends = []
    for sign in (1.0, -1.0):
        cost = np.zeros(rows.shape[1])
        cost[-1] = sign
        whole = np.zeros(len(cost), dtype=bool)
        outcome = solve_program(
            Program(cost=cost, rows=rows, sense=sense, rhs=rhs, lower=lower, upper=upper, whole=whole), engine
        )
        if outcome.ending is Ending.UNBOUNDED:
            ends.append(-sign * np.inf)
        else:
            ends.append(float(outcome.columns[-1]) if outcome.ending is Ending.OPTIMAL else now)
    return Range(least=min(ends[0], now), most=max(ends[1], now))
