"""The straight line from a request to a checked plan, for every front end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from foods.adopt import relink
from foods.frame import build_catalogue, build_table
from foods.ingredients import Catalogue, read_catalogue
from foods.origins import read_origins
from foods.table import FoodTable, layer_tables
from mealplan.aims import check_quantities, own_cost, quantity_targets, targets_of, with_quantities
from mealplan.coverage import UNKNOWN_FROM, find_shortfalls, plan_coverage, plan_iron, plan_target
from mealplan.diagnose import Price, Rich, most_reachable, price_rules, richest
from mealplan.diets import Verdict, find_diets, judge_dish, resolve_avoid
from mealplan.dishes import Dish, read_library
from mealplan.errors import MealplanError
from mealplan.library import build_dishes
from mealplan.notices import asides, banners
from mealplan.nutrition import Servings, build_servings
from mealplan.occasions import EVENING, build_occasions, season_of, slots_from
from mealplan.patterns import ABSORBED, Ints, Space
from mealplan.plan import Day, Meal, Plan, PlannedDish, PlanPerson, Portion, Shortfall, Solve
from mealplan.preference import Taste, seen_share
from mealplan.request import PlanRequest
from mealplan.score import build_bounds
from mealplan.shopping import shopping_list
from mealplan.solve import Solution, solve
from mealplan.targets import Target
from mealplan.task import Task, build_task
from mealplan.verify import verify

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str], None]


ALWAYS = ("energy_kcal", "vitamin_c_mg")
"""Nutrients that a meal is judged by whatever the targets are."""


class BrokenKitchen(MealplanError):
    """A table, a catalogue and dishes that do not go together; the message has a line for each problem."""


class PlanDisagrees(MealplanError):
    """A plan whose figures do not follow from its grams: a defect of this program, never written out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kitchen:
    """What a plan is made from: the food table, the ingredient catalogue and the dishes."""

    table: FoodTable
    catalogue: Catalogue
    dishes: tuple[Dish, ...]

    @classmethod
    def embedded(cls) -> Kitchen:
        """All that comes with the program."""
        return cls(table=FoodTable.embedded(), catalogue=read_catalogue(), dishes=read_library())

    @classmethod
    def of_foods(cls, frame: pd.DataFrame, dishes: Iterable[Mapping[str, Any]]) -> Kitchen:
        """A kitchen of a caller's own foods and dishes alone.

        Args: frame: as `foods.frame.build_table` and `build_catalogue` read it; dishes: as `build_dishes` takes them.
        Raises: foods.errors.FoodsError: what those two say; BrokenDish, with every problem.
        """
        catalogue = build_catalogue(frame)
        return cls(table=build_table(frame), catalogue=catalogue, dishes=build_dishes(dishes, catalogue))

    def with_table(self, table: FoodTable, links: Mapping[str, str]) -> Kitchen:
        """The same with another table's foods behind some ingredients; what is not linked stays with this table.

        Args: links: ingredient -> food id of ``table``.
        Raises: foods.table.UnknownFood: a link to nowhere; UnknownIngredient.
        """
        for food_id in links.values():
            table.description(food_id)
        catalogue = relink(self.catalogue, links)
        dishes = tuple(
            replace(
                dish,
                lines=tuple(replace(line, ingredient=catalogue.resolve(line.ingredient.name)) for line in dish.lines),
            )
            for dish in self.dishes
        )
        return replace(self, table=layer_tables(table, self.table), catalogue=catalogue, dishes=dishes)

    def with_dishes(self, dishes: Iterable[Mapping[str, Any]]) -> Kitchen:
        """The same with more dishes, as `build_dishes` takes them; one of a known slug takes its place.

        Raises: BrokenDish, with every problem.
        """
        own = {dish.slug: dish for dish in build_dishes(dishes, self.catalogue)}
        return replace(self, dishes=tuple(({dish.slug: dish for dish in self.dishes} | own).values()))


def check_kitchen(kitchen: Kitchen) -> None:
    """Raises: BrokenKitchen: a dish whose food the table lacks or has no energy of, or two of one slug."""
    problems: dict[str, None] = {}
    slugs: set[str] = set()
    for dish in kitchen.dishes:
        if dish.slug in slugs:
            problems[f"two dishes are called `{dish.slug}`"] = None
        slugs.add(dish.slug)
        for food in {line.ingredient.food_id: line.ingredient for line in dish.lines}.values():
            if food.food_id not in kitchen.table:
                problems[f"{dish.slug}: food `{food.food_id}` of {food.name} is not in the food table"] = None
            elif isnan(kitchen.table.per_100g(food.food_id, "energy_kcal")):
                problems[f"{dish.slug}: {food.name} (food `{food.food_id}`) has no energy_kcal"] = None
            if food.name not in kitchen.catalogue:
                problems[f"{dish.slug}: {food.name} is not in the catalogue"] = None
    if problems:
        told = [*problems][:20] + ([f"and {len(problems) - 20} more"] if len(problems) > 20 else [])
        raise BrokenKitchen("\n".join(told), "each dish needs foods of the table, with their energy")


def generate(
    request: PlanRequest,
    kitchen: Kitchen | None = None,
    *,
    now: datetime | None = None,
    progress: Progress = lambda _: None,
) -> Plan:
    """The best plan found for a request, its coverage recomputed and verified.

    A target that cannot be met is no error: the plan says what is missed, and what is the most that can be
    reached.
    Args:
        kitchen: by default all that comes with the program.
        now: recorded as the time of creation, and nothing else; by default the clock's.
        progress: told what is being worked on, a line at a time, in the thread of the caller. What it raises ends
            the work at once and comes out unchanged; nothing is left behind.
    Raises: UnknownDiet, UnknownAvoid, UnknownDish: a name in the request; BrokenKitchen: foods and dishes that do not
    go together; NoMeals: nothing is left for a meal; SolverFailed; PlanDisagrees: a defect.
    """
    kitchen = kitchen or Kitchen.embedded()
    check_kitchen(kitchen)
    check_quantities(request.quantities, kitchen.dishes)
    targets = targets_of(request)
    task = task_for(request, kitchen, targets)
    solution = solve(
        task,
        seed=request.seed,
        effort=request.effort,
        solver=request.solver,
        time_limit_s=request.time_limit_s,
        progress=progress,
    )
    return write_up(request, kitchen, task, solution, now=now, progress=progress)


def write_up(
    request: PlanRequest,
    kitchen: Kitchen,
    task: Task,
    solution: Solution,
    *,
    now: datetime | None = None,
    progress: Progress = lambda _: None,
) -> Plan:
    """The plan of a solution, with what it misses proven and every figure recomputed.

    Raises: PlanDisagrees: a defect; SolverFailed.
    """
    plan = _document(request, kitchen, targets_of(request), task.space, solution, now or datetime.now(UTC))
    missed = [s.nutrient for s in plan.shortfalls]
    if missed:
        progress("proving what is out of reach")
        best = {nutrient: most_reachable(nutrient, task, request.solver) for nutrient in missed}
        plan = plan.model_copy(update={"shortfalls": tuple(_with_best(s, best) for s in plan.shortfalls)})
    problems = verify(plan, kitchen.table, kitchen.catalogue)
    if problems:
        raise PlanDisagrees(f"the plan does not agree with its foods: {'; '.join(problems)}")
    return plan


def task_for(request: PlanRequest, kitchen: Kitchen, targets: Sequence[Target]) -> Task:
    """A request worked out against a kitchen. Raises: UnknownDiet, UnknownAvoid."""
    space = _build_space(request, kitchen, targets)
    held = [*targets, *quantity_targets(request.quantities)]
    bounds = build_bounds(held, space.keys, _unknown(space.servings))
    return build_task(space, build_occasions(request.start, request.days), bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a plan is as it is: what rules cost, and for each target missed the dishes that would bring most of it."""

    prices: tuple[Price, ...]
    rich: Mapping[str, tuple[Rich, ...]]


def explain(plan: Plan, kitchen: Kitchen | None = None) -> Explanation:
    """What binds a plan's week, from its request: worked out anew, so the kitchen should be the plan's own."""
    kitchen = kitchen or Kitchen.embedded()
    request = PlanRequest.model_validate(plan.request)
    targets = targets_of(request)
    task = task_for(request, kitchen, targets)
    every = build_servings(kitchen.dishes, kitchen.table, [t.nutrient for t in targets if t.nutrient != ABSORBED])
    missed = [s.nutrient for s in plan.shortfalls if s.nutrient != ABSORBED]
    return Explanation(
        prices=price_rules(task, request.solver),
        rich={nutrient: richest(nutrient, every, task.space.servings.dishes) for nutrient in missed},
    )


def _with_best(shortfall: Shortfall, best: dict[str, float]) -> Shortfall:
    # A plan that had to break a cap may do better than any that keeps them all.
    return shortfall.model_copy(update={"best_pct": max(best[shortfall.nutrient], min(shortfall.planned_pct, 100.0))})


def _build_space(request: PlanRequest, kitchen: Kitchen, targets: Sequence[Target]) -> Space:
    diets = find_diets(request.diets)
    avoid = resolve_avoid(request.avoid, kitchen.catalogue)
    judged = [(dish, judge_dish(dish, diets, avoid)[0]) for dish in kitchen.dishes]
    allowed = [
        (dish, verdict)
        for dish, verdict in judged
        if verdict is not Verdict.REFUSED and (request.max_minutes is None or dish.minutes <= request.max_minutes)
    ]
    keys = [t.nutrient for t in targets if t.nutrient != ABSORBED]
    dishes = [dish for dish, _ in allowed]
    keys += [key for key in ALWAYS if key not in keys]
    servings = with_quantities(build_servings(dishes, kitchen.table, keys), request.quantities)
    doubtful = frozenset(row for row, (_, verdict) in enumerate(allowed) if verdict is Verdict.CHECK_LABEL)
    protein = next((target.lower for target in targets if target.nutrient == "protein_g"), None)
    taste = Taste(
        energy_kcal=_energy_kcal(targets),
        protein_g=protein or 0.0,
        season=season_of(request.start, request.hemisphere),
        doubtful=doubtful,
        no_caffeine=slots_from(request.person.no_caffeine_after),
        no_alcohol=slots_from(EVENING if request.person.no_evening_alcohol else None),
        seen={
            row: seen_share(dish, request.seen[dish.slug])
            for row, dish in enumerate(servings.dishes)
            if dish.slug in request.seen
        },
        own_cost=own_cost(dishes, request.quantities),
        weights=request.weights,
    )
    return Space(servings, taste)


def _unknown(servings: Servings) -> frozenset[str]:
    """Nutrients of which the dishes hold too much food without a value."""
    share = servings.unmeasured.sum(axis=0) / max(len(servings.dishes), 1)
    return frozenset(key for key, part in zip(servings.keys, share, strict=True) if part > UNKNOWN_FROM)


def _energy_kcal(targets: Sequence[Target]) -> float:
    energy = next(target for target in targets if target.nutrient == "energy_kcal")
    return ((energy.lower or 0.0) + (energy.upper or 0.0)) / 2


def _document(
    request: PlanRequest,
    kitchen: Kitchen,
    targets: Sequence[Target],
    space: Space,
    solution: Solution,
    now: datetime,
) -> Plan:
    person = request.person.id
    days = _build_days(request, space, solution)
    held = tuple(plan_target(target) for target in targets)
    iron = plan_iron(days, person, kitchen.table, kitchen.catalogue)
    coverage = plan_coverage(days, person, held, iron, kitchen.table)
    return Plan(
        program=f"mealplan {version('mealplan')}",
        created=now.replace(microsecond=0),
        request=request.model_dump(mode="json", exclude_none=True),
        people=(
            PlanPerson(
                id=person,
                attributes=request.person.model_dump(mode="json", exclude_none=True),
                assumed=request.person.assumed,
                targets=held,
            ),
        ),
        days=days,
        coverage=coverage,
        iron=iron,
        shortfalls=find_shortfalls(coverage, held),
        shopping=shopping_list(days, kitchen.catalogue, find_diets(request.diets)),
        solve=Solve(
            status=solution.status.value,
            objective=round(solution.objective, 4),
            bound=round(solution.bound, 4),
            gap=round(solution.gap, 4),
            shortfall=round(solution.shortfall, 4),
            least_shortfall=round(solution.least_shortfall, 4),
            seconds=round(solution.seconds, 2),
            solver=solution.solver,
            seed=request.seed,
        ),
        banners=tuple(banners(request.person)),
        asides=tuple(asides(request.person)),
        origins=read_origins(),
    )


def _build_days(request: PlanRequest, space: Space, solution: Solution) -> tuple[Day, ...]:
    return tuple(
        Day(
            date=request.start + timedelta(days=number),
            day=number + 1,
            meals=tuple(
                Meal(slot=slot, dishes=plates(request.person.id, space, solution.items(number, slot)))
                for slot in solution.week.rows
            ),
        )
        for number in range(request.days)
    )


def plates(person: str, space: Space, items: Ints) -> tuple[PlannedDish, ...]:
    """The dishes of a meal of these items of a space, as a plan holds them; -1 is none."""
    return tuple(
        _plate(person, space.servings.dishes[space.item_dish[item]], float(space.item_amount[item]))
        for item in items[items >= 0]
    )


def _plate(person: str, dish: Dish, amount: float) -> PlannedDish:
    return PlannedDish(
        dish=dish.slug,
        title=dish.title,
        servings={person: amount},
        ingredients=tuple(
            Portion(
                ingredient=line.ingredient.name,
                food_id=line.ingredient.food_id,
                grams={person: float(np.round(line.grams / dish.serves * amount, 4))},
                retention=line.retention,
            )
            for line in dish.lines
        ),
    )
