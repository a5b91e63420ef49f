"""Linear solvers by name; the only module that knows which there are."""

from __future__ import annotations

import importlib.util

import pulp

from mealplan.errors import MealplanError


class SolverFailed(MealplanError):
    """The linear solver gave no answer: a defect, or a broken installation of it."""


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


def run_solver(problem: pulp.LpProblem, engine: pulp.LpSolver) -> None:
    """Solve a linear program to its optimum. Raises: SolverFailed: there is none, or it was not reached."""
    try:
        problem.solve(engine)
    except (IndexError, pulp.PulpError) as error:
        # HiGHS leaves out a row with numbers beyond its range, and PuLP then looks for it in vain.
        raise SolverFailed(
            "the solver did not take the model: its numbers lie too far apart",
            hint="bounds and amounts that are near each other do: choose another unit",
        ) from error
    # PuLP 3 calls a problem "Optimal" after a limit too; the kind of solution tells.
    if problem.sol_status != pulp.LpSolutionOptimal:
        raise SolverFailed(f"the solver ended with {pulp.LpStatus[problem.status]!r}")
