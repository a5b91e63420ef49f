"""A linear program in arrays, solved by any of PuLP's solvers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np
import pulp
from numpy.typing import NDArray

from mealplan.diet_problem.problem import Mistake, WrongDietProblem
from mealplan.solvers import SolverFailed, find_solver

Floats = NDArray[np.float64]

HOUSE_SOLVERS = ("auto", "highs", "cbc")
SMALLEST = 1e-3
"""Of a right-hand side beside the largest."""
SENSES = {1: pulp.LpConstraintGE, 0: pulp.LpConstraintEQ, -1: pulp.LpConstraintLE}


class Ending(Enum):
    """How a solver ended."""

    OPTIMAL = auto()
    FEASIBLE = auto()
    INFEASIBLE = auto()
    UNBOUNDED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Minimise cost: ``rows`` (m, n) at least (sense 1), equal to (0) or at most (-1) ``rhs`` (m,), columns bounded."""

    cost: Floats
    rows: Floats
    sense: NDArray[np.int_]
    rhs: Floats
    lower: Floats
    upper: Floats
    whole: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``columns`` (n,), and ``prices`` (m,): what a unit more of each rhs adds to the cost, NaN with whole columns."""

    ending: Ending
    cost: float
    columns: Floats
    prices: Floats


def find_engine(name: object, time_limit_s: float | None = None) -> tuple[str, pulp.LpSolver]:
    """A solver by name: ``auto``, ``highs`` or ``cbc`` as everywhere here, or any that PuLP lists.

    Raises: WrongDietProblem: PuLP has no such solver; SolverFailed: it is not installed.
    """
    if isinstance(name, str) and name.lower() in HOUSE_SOLVERS:
        title, engine = find_solver(name.lower())
    else:
        known = {solver.upper(): solver for solver in pulp.listSolvers()}
        if not isinstance(name, str) or name.upper() not in known:
            what = f"is {name!r}: one of {', '.join((*HOUSE_SOLVERS, *sorted(known.values())))}"
            raise WrongDietProblem([Mistake(field="solver", about="", what=what)])
        title = known[name.upper()]
        engine = pulp.getSolver(title, msg=False)
        if not engine.available():
            raise SolverFailed(f"{title} is not installed", hint="solver='auto' takes one that is")
    engine.timeLimit = time_limit_s
    return title, engine


def solve_program(program: Program, engine: pulp.LpSolver) -> Outcome:
    """The best columns, or why there are none. Raises: SolverFailed."""
    outcome = _run(program, engine)
    if outcome.ending in (Ending.OPTIMAL, Ending.FEASIBLE) or not program.cost.any():
        return outcome
    # Solvers differ in what they call a program without an optimum: whether it has any solution settles it.
    any_solution = _run(replace(program, cost=np.zeros_like(program.cost)), engine)
    if any_solution.ending is Ending.OPTIMAL and outcome.ending is not Ending.UNKNOWN:
        return replace(outcome, ending=Ending.UNBOUNDED)
    return any_solution if any_solution.ending is Ending.INFEASIBLE else outcome


def _run(program: Program, engine: pulp.LpSolver) -> Outcome:
    size, unit, money = _scales(program)
    problem = pulp.LpProblem("diet", pulp.LpMinimize)
    columns = [
        problem.add_variable(
            f"x{place}",
            lowBound=None if lower == -np.inf else lower / unit,
            upBound=None if upper == np.inf else upper / unit,
            cat=pulp.LpInteger if whole else pulp.LpContinuous,
        )
        for place, (lower, upper, whole) in enumerate(zip(program.lower, program.upper, program.whole, strict=True))
    ]
    rows = [
        pulp.LpConstraint(_terms(columns, row / large), SENSES[int(sense)], f"r{place}", rhs / large / unit)
        for place, (row, large, sense, rhs) in enumerate(
            zip(program.rows, size, program.sense, program.rhs, strict=True)
        )
    ]
    for row in rows:
        problem.addConstraint(row)
    problem.setObjective(_terms(columns, program.cost / money))
    try:
        problem.solve(engine)
    except (pulp.PulpError, OSError) as error:
        raise SolverFailed(f"the solver gave no answer: {error}") from error
    ending = _ending(problem)
    solved = ending in (Ending.OPTIMAL, Ending.FEASIBLE)
    x = np.array([column.varValue or 0.0 if solved else np.nan for column in columns]) * unit
    linear = ending is Ending.OPTIMAL and not program.whole.any()
    prices = np.array([row.pi or 0.0 if linear else np.nan for row in rows]) * money / size
    return Outcome(ending=ending, cost=float(program.cost @ x), columns=x, prices=prices)


def _scales(program: Program) -> tuple[Floats, float, float]:
    """Sizes of the rows, the columns and the cost that bring all numbers near 1, where solvers' tolerances are meant.

    Nutrients come in g and in ug, foods in g and in sacks. Whole columns keep their unit.
    """
    size = np.abs(program.rows).max(axis=1, initial=0.0)
    size[size == 0] = 1.0
    needed = np.abs(program.rhs) / size
    unit = float(needed.max(initial=0.0)) if not program.whole.any() else 1.0
    unit = unit if unit > 0 else 1.0
    # A requirement that a crumb would meet must not vanish beside the others.
    size *= np.where(needed > 0, np.minimum(1.0, needed / unit / SMALLEST), 1.0)
    return size, unit, float(np.abs(program.cost).max(initial=0.0)) or 1.0


def _terms(columns: list[pulp.LpVariable], numbers: Floats) -> pulp.LpAffineExpression:
    return pulp.LpAffineExpression(
        [(column, number) for column, number in zip(columns, numbers.tolist(), strict=True) if number]
    )


def _ending(problem: pulp.LpProblem) -> Ending:
    # PuLP 3 calls a problem "Optimal" after a limit too; the kind of solution tells. Where there is none, it is the
    # other way round: of a program without whole solutions CBC only says so in the status.
    match problem.sol_status, problem.status:
        case pulp.LpSolutionOptimal, _:
            return Ending.OPTIMAL
        case pulp.LpSolutionIntegerFeasible, _:
            return Ending.FEASIBLE
        case _, pulp.LpStatusInfeasible:
            return Ending.INFEASIBLE
        case _, pulp.LpStatusUnbounded:
            return Ending.UNBOUNDED
    return Ending.UNKNOWN
