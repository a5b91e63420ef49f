"""A linear program in arrays, solved by any of PuLP's solvers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np
import pulp
from numpy.typing import NDArray

from mealplan.diet_problem.problem import Mistake, WrongDietProblem
from mealplan.solve import SolverFailed, find_solver

Floats = NDArray[np.float64]

HOUSE_SOLVERS = ("auto", "highs", "cbc")
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
    problem = pulp.LpProblem("diet", pulp.LpMinimize)
    columns = [
        problem.add_variable(
            f"x{place}",
            lowBound=None if lower == -np.inf else lower,
            upBound=None if upper == np.inf else upper,
            cat=pulp.LpInteger if whole else pulp.LpContinuous,
        )
        for place, (lower, upper, whole) in enumerate(zip(program.lower, program.upper, program.whole, strict=True))
    ]
    # Nutrients come in g and in ug: rows of one size keep the solver's tolerances meaningful.
    size = np.abs(program.rows).max(axis=1, initial=0.0)
    size[size == 0] = 1.0
    rows = [
        pulp.LpConstraint(_terms(columns, row / unit), SENSES[int(sense)], f"r{place}", rhs / unit)
        for place, (row, unit, sense, rhs) in enumerate(
            zip(program.rows, size, program.sense, program.rhs, strict=True)
        )
    ]
    for row in rows:
        problem.addConstraint(row)
    problem.setObjective(_terms(columns, program.cost))
    try:
        problem.solve(engine)
    except (pulp.PulpError, OSError) as error:
        raise SolverFailed(f"the solver gave no answer: {error}") from error
    ending = _ending(problem)
    solved = ending in (Ending.OPTIMAL, Ending.FEASIBLE)
    x = np.array([column.varValue or 0.0 if solved else np.nan for column in columns])
    linear = ending is Ending.OPTIMAL and not program.whole.any()
    prices = np.array([row.pi or 0.0 if linear else np.nan for row in rows]) / size
    return Outcome(ending=ending, cost=float(program.cost @ x), columns=x, prices=prices)


def _terms(columns: list[pulp.LpVariable], numbers: Floats) -> pulp.LpAffineExpression:
    return pulp.LpAffineExpression(
        [(column, number) for column, number in zip(columns, numbers.tolist(), strict=True) if number]
    )


def _ending(problem: pulp.LpProblem) -> Ending:
    # PuLP 3 calls a problem "Optimal" after a limit too; the kind of solution tells.
    match problem.sol_status:
        case pulp.LpSolutionOptimal:
            return Ending.OPTIMAL
        case pulp.LpSolutionIntegerFeasible:
            return Ending.FEASIBLE
        case pulp.LpSolutionInfeasible:
            return Ending.INFEASIBLE
        case pulp.LpSolutionUnbounded:
            return Ending.UNBOUNDED
    return Ending.UNKNOWN
