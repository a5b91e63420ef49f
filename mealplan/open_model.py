"""The model of a week laid open: for rules that a request has no word for, and for other solvers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pulp
from numpy.typing import NDArray

from foods.nutrients import UnknownNutrient
from mealplan.aims import check_quantities, targets_of
from mealplan.asked import InvalidRequest
from mealplan.diet_problem.problem import WrongDietProblem
from mealplan.diet_problem.program import find_engine
from mealplan.dishes import Slot
from mealplan.document import write_up
from mealplan.errors import MealplanError
from mealplan.formulate import task_for
from mealplan.household import Seat, Served
from mealplan.kitchen import Kitchen, check_kitchen
from mealplan.library import UnknownDish, find_dish
from mealplan.model import Master, build_master
from mealplan.obey import contains
from mealplan.occasions import Occasion
from mealplan.patterns import Columns
from mealplan.places import DayName, find_date, find_slot
from mealplan.plan import Plan
from mealplan.progress import Progress
from mealplan.request import PlanRequest
from mealplan.schedule import Search
from mealplan.settle import Settling
from mealplan.solve import Solution, Status, solve
from mealplan.solvers import SolverFailed
from mealplan.task import Task

Ints = NDArray[np.intp]

NEAR = 0.02
"""Gap at which the choice of whole meals ends: placing them on days moves the points by more."""
MOST_MEALS = 100_000
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

    ``problem`` may be changed: minimise points, one variable a meal and occasion, how often it is eaten. Once a term
    is about a day, also one a meal of that day.
    ``meals``: a row a variable of an occasion, by its name: ``slot``, ``weekday``, ``days`` of the occasion, ``dishes``
    (servings by slug), ``points`` of preference, then its nutrients and quantities per meal, with ``absorbed_iron_mg``.
    ``rows``: a row a constraint, by its name: its ``rule`` (fill, lower, upper, dish, group, floor, day) and what it is
    ``about``.

    `servings`, `times` and `total` are terms for rows and for the objective. Their dishes are slugs, or a word that
    dishes answer to as in the rules of the week: a cuisine, a protein, a food group, words of a title. Each may be
    asked for at one ``slot``, on weekdays (Monday to Friday) or at the weekend (``weekday``), or on one ``day``, by
    weekday, date or number from 1.
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
    _on_day: dict[tuple[Occasion, int], list[pulp.LpVariable]] = field(default_factory=dict, repr=False)

    def variable(self, name: str, *, day: DayName | None = None) -> pulp.LpVariable:
        """How often a meal of ``meals`` is eaten, in the plan or on a day of its occasion. Raises: KeyError."""
        if day is None:
            return self._by_name[name]
        number = self._number(day)
        for occasion, variables in self._master.variables.items():
            names = [variable.name for variable in variables]
            if name in names and number in occasion.days:
                return self._on(occasion, number)[names.index(name)]
        raise KeyError(name)

    def servings(
        self,
        dishes: str | Collection[str],
        *,
        slot: Slot | None = None,
        weekday: bool | None = None,
        day: DayName | None = None,
    ) -> pulp.LpAffineExpression:
        """Servings of dishes: ``model.problem += model.servings({"dal"}, day="tue") <= 1``.

        Raises: UnknownDish; UnknownPlace.
        """
        slugs = _slugs(dishes, self._kitchen)
        held = [sum(amount for slug, amount in meal.items() if slug in slugs) for meal in self.meals["dishes"]]
        return self._sum(held, slot, weekday, day)

    def times(
        self,
        dishes: str | Collection[str],
        *,
        slot: Slot | None = None,
        weekday: bool | None = None,
        day: DayName | None = None,
    ) -> pulp.LpAffineExpression:
        """How many meals hold any of the dishes. Raises: as `servings`."""
        slugs = _slugs(dishes, self._kitchen)
        return self._sum(
            [float(not meal.keys().isdisjoint(slugs)) for meal in self.meals["dishes"]], slot, weekday, day
        )

    def total(
        self, key: str, *, slot: Slot | None = None, weekday: bool | None = None, day: DayName | None = None
    ) -> pulp.LpAffineExpression:
        """What the plan holds of a nutrient in its unit, or of the quantity ``own:<name>``.

        Raises: UnknownNutrient: one that the model does not follow; UnknownPlace.
        """
        if key not in self._task.space.keys:
            raise UnknownNutrient(key)
        return self._sum(self.meals[key].tolist(), slot, weekday, day)

    def _sum(
        self, each: Sequence[float], slot: Slot | None, weekday: bool | None, day: DayName | None
    ) -> pulp.LpAffineExpression:
        slot = None if slot is None else find_slot([occasion.slot for occasion in self._master.variables], slot)
        number = None if day is None else self._number(day)
        terms: list[tuple[pulp.LpVariable, float]] = []
        start = 0
        for occasion, variables in self._master.variables.items():
            amounts = each[start : start + len(variables)]
            start += len(variables)
            if slot in (None, occasion.slot) and weekday in (None, occasion.weekday):
                if number is None:
                    terms += zip(variables, amounts, strict=True)
                elif number in occasion.days:
                    terms += zip(self._on(occasion, number), amounts, strict=True)
        return pulp.LpAffineExpression([(variable, amount) for variable, amount in terms if amount])

    def _number(self, day: DayName) -> int:
        return find_date([self._request.start + timedelta(days=number) for number in range(self._task.days)], day)

    def _on(self, occasion: Occasion, day: int) -> list[pulp.LpVariable]:
        """For each meal of an occasion whether it is eaten on a day of it."""
        if len(occasion.days) == 1:
            return self._master.variables[occasion]
        return self._on_day.get((occasion, day)) or self._tell_apart(occasion, day)

    def _tell_apart(self, occasion: Occasion, day: int) -> list[pulp.LpVariable]:
        """Give a day of an occasion its own variables: one meal of it, and no meal on more days than it is eaten."""
        name, variables = f"{occasion.name}_day_{day + 1}", self._master.variables[occasion]
        own = [self.problem.add_variable(f"{name}_{row}", lowBound=0) for row in range(len(variables))]
        self._on_day[occasion, day] = own
        known = [held for (other, _), held in self._on_day.items() if other == occasion]
        added = {f"fill_{name}": pulp.LpAffineExpression(dict.fromkeys(own, 1.0)) == 1}
        for row, variable in enumerate(variables):
            on_days = pulp.LpAffineExpression(dict.fromkeys((held[row] for held in known), 1.0))
            added[f"share_{name}_{row}"] = on_days <= variable
        for row_name, row in added.items():
            self.problem.addConstraint(row, row_name)
        told = pd.DataFrame([("day", name)] * len(added), index=list(added), columns=list(self.rows.columns))
        self.rows = pd.concat([self.rows, told])
        return own

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

        Its points, its bound and what it says is possible at the most are those of the request: they hold for every
        week, also under rules that were added, and know nothing of what those cost. Its status is then ``own rules``.
        The variables are whole from then on.
        Args: solver: auto, highs, cbc or any of PuLP's; time_limit_s: after it the best week so far is taken.
        Raises: NoWeek; SolverFailed; InvalidRequest: no such solver, or no seconds.
        """
        name, engine = _engine(solver, time_limit_s)
        every = [*self._variables(), *(variable for held in self._on_day.values() for variable in held)]
        for variable in every:
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
        for variable in every:
            variable.varValue = float(round(variable.varValue))  # a solver may answer 0.9999999
        search = self._settled()
        solution = replace(
            self._solution,
            pool=self._master.columns,
            week=search.week(),
            shortfall=search.shortfall(),
            solver=name,
            status=Status.NEAR if self._own_rules() == [] else Status.OWN,
        )
        seat = Seat(request=self._request, targets=targets_of(self._request), task=self._task)
        served = Served(seat=seat, space=self._task.space, solution=solution, bound=solution.bound)
        return write_up(self._request, self._kitchen, [served], seconds=solution.seconds, progress=progress)

    def _settled(self) -> Search:
        """The week of the model, placed on days as well as they go."""
        search = Search(self._task, self._master.columns)
        random = np.random.default_rng([self._request.seed])
        search.place(self._chosen(random))
        if not self._on_day:
            search.arrange(random)
        times, rules = self._master.variables, self._own_rules()
        Settling(search=search, times=times, on_day=self._on_day, rules=rules).run()
        return search

    def _own_rules(self) -> list[pulp.LpConstraint] | None:
        """The rows that were added, where all there is of one's own is rows over meals; None where there is more."""
        meals = {*self._variables(), *(variable for held in self._on_day.values() for variable in held)}
        own = [row for row in self.problem.constraints() if row.name not in self.rows.index]
        if dict(self.problem.objective.items()) != self._master.cost or any(set(row) - meals for row in own):
            return None
        return own

    def _variables(self) -> Iterator[pulp.LpVariable]:
        for variables in self._master.variables.values():
            yield from variables

    def _chosen(self, random: np.random.Generator) -> Mapping[Slot, Ints]:
        """The rows that stand on each day: where the model knows a day, as it says."""
        chosen: dict[Slot, Ints] = {}
        for occasion, variables in self._master.variables.items():
            rows = chosen.setdefault(occasion.slot, np.zeros(self._task.days, dtype=np.intp))
            left = np.array([variable.varValue for variable in variables], dtype=np.intp)
            open_days = [day for day in occasion.days if (occasion, day) not in self._on_day]
            for day in set(occasion.days) - set(open_days):
                rows[day] = np.argmax([variable.varValue for variable in self._on_day[occasion, day]])
                left[rows[day]] -= 1
            rows[open_days] = random.permutation(np.repeat(np.arange(len(left)), left))
        return chosen


def _engine(solver: str, time_limit_s: float) -> tuple[str, pulp.LpSolver]:
    if not (type(time_limit_s) in (int, float) and 0 < time_limit_s < inf):
        raise InvalidRequest.of("time_limit_s", time_limit_s, "must be seconds, above 0")
    try:
        return find_engine(solver, time_limit_s)
    except WrongDietProblem as error:
        raise InvalidRequest.of("solver", solver, error.mistakes[0].what) from None


def _check_single(request: PlanRequest) -> None:
    for asked, what in (
        (request.household, "several people"),
        (request.rules.leftovers, "leftovers"),
        (request.rules.same_breakfast, "the same breakfast on weekdays"),
    ):
        if asked:
            raise BeyondTheModel(f"a week with {what} is planned in steps, not by one model", "`generate` plans it")


def _slugs(dishes: str | Collection[str], kitchen: Kitchen) -> frozenset[str]:
    """The dishes that are meant, by slug. Raises: UnknownDish."""
    known = {dish.slug for dish in kitchen.dishes}
    if isinstance(dishes, str):
        found = {dishes} & known or {dish.slug for dish in kitchen.dishes if contains(dish, dishes)}
        if not found or not dishes.strip():
            raise UnknownDish(f"no dish answers to `{dishes}`", "a cuisine, a protein, a food group, words of a title")
        return frozenset(found)
    for slug in sorted(set(map(str, dishes)) - known):
        # Titles are found there too, but a model goes by slugs.
        raise UnknownDish(f"no dish `{slug}` in the kitchen", f"did you mean `{find_dish(kitchen.dishes, slug).slug}`?")
    return frozenset(dishes)


def model_for(
    request: PlanRequest,
    kitchen: Kitchen | None = None,
    *,
    about: str | Collection[str] = (),
    meals_per_occasion: int = 200,
    progress: Progress = lambda _: None,
) -> OpenModel:
    """The model of a request over the likeliest meals of each occasion.

    Without changes, its linear optimum is that of the request but for meals that were left out.
    Args:
        about: dishes, as `OpenModel.servings` takes them, that the rules to come are about: of their meals many more
            are taken, so that there is a choice.
        meals_per_occasion: of the others.
    Raises: BeyondTheModel: a request of several people, for leftovers or for the same breakfast, which are planned in
    steps; UnknownDish; InvalidRequest: no such number of meals; the rest as `mealplan.generate`.
    """
    _check_single(request)
    if meals_per_occasion not in range(1, MOST_MEALS + 1):
        raise InvalidRequest.of(
            "meals_per_occasion", meals_per_occasion, f"must be a whole number from 1 to {MOST_MEALS}"
        )
    kitchen = kitchen or Kitchen.embedded()
    check_kitchen(kitchen)
    check_quantities(request.quantities, kitchen.dishes)
    wanted = _slugs(about, kitchen) if about else frozenset()
    task = task_for(request, kitchen, targets_of(request))
    limit = request.time_limit_s
    solution = solve(task, seed=request.seed, effort=1, solver=request.solver, time_limit_s=limit, progress=progress)
    few = {occasion: _few(meals, task, wanted, meals_per_occasion) for occasion, meals in solution.pool.items()}
    master = build_master(task, few)
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


def _few(meals: Columns, task: Task, about: frozenset[str], most: int) -> Columns:
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
