"""`diet_problem`: solves it, and says what the diet costs, what each requirement costs, and what collides."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
import pulp

from mealplan.diet_problem.conflict import Collision, Conflict, find_conflict
from mealplan.diet_problem.problem import Mistake, Problem, Side, WrongDietProblem, build_problem
from mealplan.diet_problem.program import Ending, Outcome, Program, find_engine, solve_program
from mealplan.diet_problem.ranging import Optimum, Range, cost_range, price_range
from mealplan.solvers import SolverFailed

PerFood = Mapping[str, float] | pd.Series | float
EATEN = 1e-9
"""The share of the largest amount below which an amount is rounding."""
KEPT = 1e-5
"""The share of a bound by which a solver may miss it."""
TOLD = 80
"""Limits that an explanation spells out."""


class Status(StrEnum):
    """What is known of a diet."""

    OPTIMAL = "optimal"
    LIMIT = "time limit"  # a diet that keeps all limits, not proven to be the cheapest
    INFEASIBLE = "infeasible"  # no diet keeps all limits; `Diet.conflict` says why
    UNBOUNDED = "unbounded"  # a food of negative cost that nothing limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Eaten:
    """A food of the table: its ``amount`` in units of the table, and what it is worth.

    ``reduced_cost`` is what a first unit more would add to the total cost: 0 or more at the lower bound (how much
    too dear), 0 or less at the upper (what a unit more would save), 0 between. ``cost_range``: the costs of a unit
    between which all amounts stay as they are. Both None where units are whole: prices do not exist there.
    """

    food: str
    amount: float
    cost: float
    reduced_cost: float | None
    cost_range: Range | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A nutrient's minimum or maximum: its ``bound``, the measured ``total``, and its price.

    ``price`` (the dual) is what raising the bound by one unit adds to the total cost: 0 or more for a minimum, 0 or
    less for a maximum, 0 where the bound does not bind, None where units are whole. Where the optimum is degenerate
    it is one of several. ``price_range``: the bounds between which the price holds. ``unmeasured``: foods eaten that
    have no value of the nutrient; they count nothing, so that of a maximum the truth may be above the total.
    """

    nutrient: str
    side: Side
    bound: float
    total: float
    price: float | None
    price_range: Range | None
    unmeasured: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diet:
    """The answer. Without a diet (infeasible, unbounded) ``cost`` is None and foods and requirements are empty."""

    status: Status
    solver: str
    cost: float | None
    foods: tuple[Eaten, ...]
    requirements: tuple[Requirement, ...]
    conflict: Conflict | None

    @property
    def amounts(self) -> dict[str, float]:
        """Food -> units, of the foods eaten."""
        least = EATEN * max((row.amount for row in self.foods), default=0.0)
        return {row.food: row.amount for row in self.foods if row.amount > least}

    @property
    def explanation(self) -> tuple[str, ...]:
        """Why there is no diet, a line each; empty where there is one."""
        if self.status is Status.UNBOUNDED:
            return ("the cost falls without end: a food of negative cost has no upper bound that binds",)
        if self.conflict is None:
            return ()
        told = self.conflict.collisions[:TOLD]
        rest = len(self.conflict.collisions) - len(told)
        alone = ", and without any one of them the others can be kept" if self.conflict.irreducible else ""
        more = (f"  and {rest} more bounds on amounts of foods",) if rest else ()
        return (f"no diet keeps all of these{alone}:", *map(_say, told), *more)

    def to_dict(self) -> dict[str, Any]:
        """The answer in plain data, with `explanation`."""
        return asdict(self) | {"status": str(self.status), "explanation": list(self.explanation)}


def diet_problem(
    table: pd.DataFrame,
    *,
    minimums: Mapping[str, float] | pd.Series | None = None,
    maximums: Mapping[str, float] | pd.Series | None = None,
    cost: PerFood,
    lower: PerFood | None = None,
    upper: PerFood | None = None,
    integer: Iterable[str] | bool = False,
    solver: str = "auto",
    time_limit_s: float | None = None,
    ranging: bool = False,
) -> Diet:
    """The cheapest amounts of foods that keep every minimum and maximum.

    Args:
        table: foods x nutrients, amount per unit of food (a unit is what ``cost`` and the bounds are per), 0 or more;
            NaN = unmeasured, which counts nothing and is listed in the answer.
        minimums, maximums: nutrient -> bound on the total; None or absent = no bound.
        cost: per unit of food, of every food; negative is a benefit.
        lower, upper: units of a food, by default 0 and without end.
        integer: foods that come in whole units, or True for all.
        solver: ``auto``, ``highs``, ``cbc``, or any solver PuLP lists.
        time_limit_s: of each run of the solver.
        ranging: also work out how far prices and amounts hold: two small programs per requirement and food.
    Raises: WrongDietProblem: with everything that is wrong in the arguments; SolverFailed.
    """
    minimums, maximums = ({} if bound is None else bound for bound in (minimums, maximums))
    problem = build_problem(table, minimums, maximums, cost, lower, upper, integer)
    name, engine = find_engine(solver, _check_limit(time_limit_s))
    outcome = solve_program(_program(problem), engine)
    match outcome.ending:
        case Ending.OPTIMAL | Ending.FEASIBLE:
            return _diet(problem, outcome, name, engine, ranging=bool(ranging))
        case Ending.INFEASIBLE:
            return _no_diet(Status.INFEASIBLE, name, find_conflict(problem, engine))
        case Ending.UNBOUNDED:
            return _no_diet(Status.UNBOUNDED, name, None)
    raise SolverFailed(f"{name} found no diet and no proof that there is none", hint="allow it more time")


def _program(problem: Problem) -> Program:
    return Program(
        cost=problem.cost,
        rows=problem.rows(),
        sense=np.array([limit.sign for limit in problem.requirements], dtype=np.int_),
        rhs=np.array([limit.bound for limit in problem.requirements]),
        lower=problem.lower,
        upper=problem.upper,
        whole=problem.whole,
    )


def _diet(problem: Problem, outcome: Outcome, solver: str, engine: pulp.LpSolver, *, ranging: bool) -> Diet:
    # A solver may report 2.9999999 units: round once, here.
    amounts = np.where(problem.whole, np.round(outcome.columns), outcome.columns)
    amounts = np.clip(amounts, problem.lower, problem.upper)
    rows = problem.rows()
    priced = not np.isnan(outcome.prices).any() and not problem.whole.any()
    optimum = Optimum(
        amounts=amounts, reduced=problem.cost - outcome.prices @ rows, prices=outcome.prices, totals=rows @ amounts
    )
    _check_answer(problem, optimum)
    ranges = priced and ranging
    return Diet(
        status=Status.OPTIMAL if outcome.ending is Ending.OPTIMAL else Status.LIMIT,
        solver=solver,
        cost=float(problem.cost @ amounts),
        foods=tuple(
            Eaten(
                food=food,
                amount=float(amounts[place]),
                cost=float(problem.cost[place]),
                reduced_cost=float(optimum.reduced[place]) if priced else None,
                cost_range=cost_range(problem, optimum, place, engine) if ranges else None,
            )
            for place, food in enumerate(problem.foods)
        ),
        requirements=tuple(
            Requirement(
                nutrient=limit.about,
                side=limit.side,
                bound=limit.bound,
                total=float(optimum.totals[place]),
                price=float(optimum.prices[place]) if priced else None,
                price_range=price_range(problem, optimum, place, engine) if ranges else None,
                unmeasured=_unmeasured(problem, limit.about, amounts),
            )
            for place, limit in enumerate(problem.requirements)
        ),
        conflict=None,
    )


def _check_answer(problem: Problem, optimum: Optimum) -> None:
    """The solver's word is no evidence: every requirement is added up again."""
    crumb = 1e-6 * np.abs(problem.rows()).max(axis=1, initial=0.0) * optimum.amounts.max()
    for place, limit in enumerate(problem.requirements):
        missed = limit.sign * (limit.bound - optimum.totals[place])
        if missed > KEPT * max(limit.bound, crumb[place]):
            raise SolverFailed(f"the solver's diet misses {limit} by {missed:.3g}", hint="try another solver")


def _unmeasured(problem: Problem, nutrient: str, amounts: Any) -> tuple[str, ...]:
    blank = np.isnan(problem.content[:, problem.nutrients.index(nutrient)])
    return tuple(problem.foods[place] for place in np.flatnonzero(blank & (amounts > EATEN * amounts.max())))


def _no_diet(status: Status, solver: str, conflict: Conflict | None) -> Diet:
    return Diet(status=status, solver=solver, cost=None, foods=(), requirements=(), conflict=conflict)


def _say(collision: Collision) -> str:
    limit, value = collision.limit, collision.would_do
    if value is None:
        return f"  {limit}"
    return f"  {limit} (with all other limits kept, {value:.6g} would do)"


def _check_limit(seconds: object) -> float | None:
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < math.inf:
        raise WrongDietProblem([Mistake(field="time_limit_s", about="", what=f"is {seconds!r}: seconds, above 0")])
    return float(seconds)
