"""The model of a week laid open: for rules that a request has no word for, and for other solvers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pulp
from numpy.typing import NDArray

from foods.nutrients import UnknownNutrient
from mealplan.aims import check_quantities, targets_of
from mealplan.diet_problem.program import find_engine
from mealplan.dishes import Slot
from mealplan.errors import MealplanError
from mealplan.household import Seat, Served
from mealplan.library import UnknownDish, find_dish
from mealplan.model import Master, Watched, build_master
from mealplan.occasions import Occasion
from mealplan.patterns import Columns
from mealplan.pipeline import Kitchen, Progress, check_kitchen, task_for, write_up
from mealplan.plan import Plan
from mealplan.request import PlanRequest
from mealplan.schedule import Search
from mealplan.solve import Solution, Status, solve
from mealplan.solvers import SolverFailed
from mealplan.task import Task

Ints = NDArray[np.intp]

NEAR = 0.02
"""Gap at which the choice of whole meals ends: placing them on days moves the points by more."""
SOLVED = (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)


class BeyondTheModel(MealplanError):
    """A request that no single model of a week answers."""


class UnknownModelFormat(MealplanError):
    """A file that is neither .lp nor .mps."""


class NoWeek(MealplanError):
    """No week of the meals at hand keeps every rule that was added."""


@dataclass(slots=True, kw_only=True)
class OpenModel:
    """The linear program over whole meals, for `PuLP`; docs/model.md has it in maths.

    ``problem`` may be changed: minimise points, one variable a meal and occasion, how often it is eaten.
    ``meals``: a row a variable, by its name: ``slot``, ``weekday``, ``days`` of the occasion, ``dishes`` (servings by
    slug), ``points`` of preference, then its nutrients and quantities per meal, with ``absorbed_iron_mg``.
    ``rows``: a row a constraint, by its name: its ``rule`` (fill, lower, upper, dish, group, floor) and what it is
    ``about``.
    """

    problem: pulp.LpProblem
    meals: pd.DataFrame
    rows: pd.DataFrame
    _request: PlanRequest = field(repr=False)
    _kitchen: Kitchen = field(repr=False)
    _task: Task = field(repr=False)
    _master: Master[Occasion] = field(repr=False)
    _solution: Solution = field(repr=False)
    _by_name: Mapping[str, pulp.LpVariable] = field(repr=False)

    def variable(self, name: str) -> pulp.LpVariable:
        """How often a meal of ``meals`` is eaten. Raises: KeyError."""
        return self._by_name[name]

    def servings(
        self, dishes: Collection[str], *, slot: Slot | None = None, weekday: bool | None = None
    ) -> pulp.LpAffineExpression:
        """Servings of dishes, by slug, in the plan: ``model.problem += model.servings({"dal"}) <= 3``.

        Args: slot, weekday: at this slot alone, on weekdays (Monday to Friday) or at the weekend alone.
        Raises: UnknownDish.
        """
        _check_dishes(dishes, self._kitchen)
        held = [sum(amount for slug, amount in meal.items() if slug in dishes) for meal in self.meals["dishes"]]
        return self._sum(held, slot, weekday)

    def times(
        self, dishes: Collection[str], *, slot: Slot | None = None, weekday: bool | None = None
    ) -> pulp.LpAffineExpression:
        """How many meals hold any of the dishes; the rest as for `servings`."""
        _check_dishes(dishes, self._kitchen)
        return self._sum([float(not meal.keys().isdisjoint(dishes)) for meal in self.meals["dishes"]], slot, weekday)

    def total(self, key: str, *, slot: Slot | None = None, weekday: bool | None = None) -> pulp.LpAffineExpression:
        """What the plan holds of a nutrient, or of the quantity ``own:<name>``; the rest as for `servings`.

        Raises: UnknownNutrient: one that the model does not follow.
        """
        if key not in self._task.space.keys:
            raise UnknownNutrient(key)
        return self._sum(self.meals[key].tolist(), slot, weekday)

    def _sum(self, each: Sequence[float], slot: Slot | None, weekday: bool | None) -> pulp.LpAffineExpression:
        told = zip(self._variables(), each, self.meals["slot"], self.meals["weekday"], strict=True)
        return pulp.LpAffineExpression(
            [
                (variable, amount)
                for variable, amount, its_slot, its_weekday in told
                if amount and slot in (None, its_slot) and weekday in (None, its_weekday)
            ]
        )

    def write(self, path: Path) -> None:
        """The model as it stands, as a file of CPLEX's LP (.lp) or of free MPS (.mps).

        Raises: UnknownModelFormat.
        """
        writers = {".lp": self.problem.writeLP, ".mps": self.problem.writeMPS}
        if path.suffix.lower() not in writers:
            raise UnknownModelFormat(f"{path}: there is no model format {path.suffix!r}", "known: .lp, .mps")
        writers[path.suffix.lower()](str(path))

    def plan(self, *, solver: str = "auto", time_limit_s: float = 60.0, progress: Progress = lambda _: None) -> Plan:
        """The best week of whole meals that keeps the model as it stands, placed on days and verified.

        Its bound is that of the request without what was added to the model. The variables are whole from then on.
        Args: solver: auto, highs, cbc or any of PuLP's; time_limit_s: after it the best week so far is taken.
        Raises: NoWeek; SolverFailed; mealplan.diet_problem.WrongDietProblem: no such solver.
        """
        name, engine = find_engine(solver, time_limit_s)
        for variable in self._variables():
            variable.cat = pulp.LpInteger
        engine.optionsDict["gapRel"] = NEAR
        progress(f"choosing among {len(self.meals)} meals")
        self.problem.solve(engine)
        if self.problem.sol_status not in SOLVED:
            if self.problem.status == pulp.LpStatusInfeasible:
                raise NoWeek(
                    "no week of these meals keeps every rule of the model", "loosen a rule, or take more meals"
                )
            raise SolverFailed(f"{name} found no week in {time_limit_s:g} s", "allow it more time")
        for variable in self._variables():
            variable.varValue = float(round(variable.varValue))  # a solver may answer 0.9999999
        search = Search(self._task, self._master.columns)
        random = np.random.default_rng([self._request.seed])
        search.place(self._chosen(random))
        search.arrange(random)
        if (rules := self._own_rules()) is not None:
            _descend(search, self._master, rules)
        solution = replace(
            self._solution,
            pool=self._master.columns,
            week=search.week(),
            shortfall=search.shortfall(),
            solver=name,
            status=Status.NEAR,
        )
        seat = Seat(request=self._request, targets=targets_of(self._request), task=self._task)
        served = Served(seat=seat, space=self._task.space, solution=solution, bound=solution.bound)
        return write_up(self._request, self._kitchen, [served], seconds=solution.seconds, progress=progress)

    def _own_rules(self) -> list[pulp.LpConstraint] | None:
        """The rows that were added, where all there is of one's own is rows over meals; None where there is more."""
        meals = set(self._variables())
        own = [row for row in self.problem.constraints() if row.name not in self.rows.index]
        if dict(self.problem.objective.items()) != self._master.cost or any(set(row) - meals for row in own):
            return None
        return own

    def _variables(self) -> Iterator[pulp.LpVariable]:
        for variables in self._master.variables.values():
            yield from variables

    def _chosen(self, random: np.random.Generator) -> Mapping[Slot, Ints]:
        chosen: dict[Slot, Ints] = {}
        for occasion, variables in self._master.variables.items():
            times = np.array([variable.varValue for variable in variables], dtype=np.intp)
            rows = chosen.setdefault(occasion.slot, np.zeros(self._task.days, dtype=np.intp))
            rows[list(occasion.days)] = random.permutation(np.repeat(np.arange(len(times)), times))
        return chosen


def _check_single(request: PlanRequest) -> None:
    for asked, what in (
        (request.household, "several people"),
        (request.rules.leftovers, "leftovers"),
        (request.rules.same_breakfast, "the same breakfast on weekdays"),
    ):
        if asked:
            raise BeyondTheModel(f"a week with {what} is planned in steps, not by one model", "`generate` plans it")


def _check_dishes(dishes: Collection[str], kitchen: Kitchen) -> None:
    known = {dish.slug for dish in kitchen.dishes}
    for slug in sorted(set(dishes) - known):
        # Titles are found there too, but a model goes by slugs.
        raise UnknownDish(f"no dish `{slug}` in the kitchen", f"did you mean `{find_dish(kitchen.dishes, slug).slug}`?")


def _descend(search: Search, master: Master[Occasion], rules: Sequence[pulp.LpConstraint]) -> None:
    """Replace single meals where that helps the days, which the model sees only as a mean, and keeps the rules."""
    found = True
    while found:
        found = False
        for occasion, variables in master.variables.items():
            for day in occasion.days:
                found |= _replace(search, occasion.slot, day, variables, rules)


def _replace(
    search: Search, slot: Slot, day: int, variables: Sequence[pulp.LpVariable], rules: Sequence[pulp.LpConstraint]
) -> bool:
    old = int(search.rows[slot][day])
    search._shift(day, slot, old, -1.0)
    points = search.candidates(day, slot)
    new = old
    for row in np.argsort(points, kind="stable").tolist():
        if points[row] >= points[old] - 1e-9:
            break
        variables[old].varValue -= 1
        variables[row].varValue += 1
        if all(rule.valid(1e-6) for rule in rules):
            new = row
            break
        variables[old].varValue += 1
        variables[row].varValue -= 1
    search.rows[slot][day] = new
    search._shift(day, slot, new, 1.0)
    return new != old


def model_for(
    request: PlanRequest,
    kitchen: Kitchen | None = None,
    *,
    about: Collection[str] = (),
    meals_per_occasion: int = 200,
    progress: Progress = lambda _: None,
) -> OpenModel:
    """The model of a request over the likeliest meals of each occasion.

    Without changes, its linear optimum is that of the request but for meals that were left out.
    Args:
        about: dishes, by slug, that the rules to come are about: of their meals many more are taken, so that there is
            a choice.
        meals_per_occasion: of the others.
    Raises: BeyondTheModel: a request of several people, for leftovers or for the same breakfast, which are planned in
    steps; UnknownDish; the rest as `mealplan.generate`.
    """
    _check_single(request)
    kitchen = kitchen or Kitchen.embedded()
    check_kitchen(kitchen)
    check_quantities(request.quantities, kitchen.dishes)
    _check_dishes(about, kitchen)
    task = task_for(request, kitchen, targets_of(request))
    limit = request.time_limit_s
    solution = solve(task, seed=request.seed, effort=1, solver=request.solver, time_limit_s=limit, progress=progress)
    few = {occasion: _few(meals, task, about, meals_per_occasion) for occasion, meals in solution.pool.items()}
    master = build_master(task, few, Watched.everything(task))
    return OpenModel(
        problem=master.problem,
        meals=_meals(master, task),
        rows=_rows(master, task),
        _request=request,
        _kitchen=kitchen,
        _task=task,
        _master=master,
        _solution=solution,
        _by_name={variable.name: variable for held in master.variables.values() for variable in held},
    )


def _few(meals: Columns, task: Task, about: Collection[str], most: int) -> Columns:
    """The first of a pool, which begins with the meals the linear program ended with, and all that hold a dish."""
    dishes = task.space.servings.dishes
    wanted = [item for item, dish in enumerate(task.space.item_dish.tolist()) if dishes[dish].slug in about]
    kept = np.isin(meals.items, wanted).any(axis=1) | (np.arange(len(meals)) < most)
    return meals.take(np.flatnonzero(kept))


def _meals(master: Master[Occasion], task: Task) -> pd.DataFrame:
    keys = task.space.keys
    rows = {
        variable.name: _meal(occasion, columns, row, task) | dict(zip(keys, columns.amount[row].tolist(), strict=True))
        for occasion, columns in master.columns.items()
        for row, variable in enumerate(master.variables[occasion])
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _meal(occasion: Occasion, columns: Columns, row: int, task: Task) -> dict[str, Any]:
    space = task.space
    held = [item for item in columns.items[row].tolist() if item >= 0]
    return {
        "slot": occasion.slot,
        "weekday": occasion.weekday,
        "days": occasion.days,
        "dishes": {space.servings.dishes[space.item_dish[item]].slug: float(space.item_amount[item]) for item in held},
        "points": float(columns.cost[row]),
    }


def _rows(master: Master[Occasion], task: Task) -> pd.DataFrame:
    dishes, bounds, names = task.space.servings.dishes, task.bounds, task.variety.names
    told = {"lower": lambda n: bounds.names[n], "upper": lambda n: bounds.names[n], "dish": lambda n: dishes[n].slug}
    rows = {row.name: ("fill", occasion.name) for occasion, row in master.fill.items()}
    for rule, held in master.rows.items():
        for about, row in held.items():
            rows[row.name] = (rule, " ".join(names[about]) if rule in ("group", "floor") else told[rule](about))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["rule", "about"])
