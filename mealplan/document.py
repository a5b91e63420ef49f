"""From the weeks found to the plan: what is on the plates, what it covers, what it misses, all recomputed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from math import floor

import numpy as np

from foods.origins import read_origins
from mealplan.courses import is_anchor
from mealplan.coverage import find_shortfalls, plan_coverage, plan_iron, plan_target
from mealplan.diagnose import least_usd, most_reachable
from mealplan.diets import find_diets
from mealplan.dishes import SLOTS, Dish, Slot
from mealplan.errors import MealplanError
from mealplan.household import Served
from mealplan.kitchen import Kitchen
from mealplan.leftovers import cooked_dish, is_left_over
from mealplan.notices import asides, banners
from mealplan.obey import judge_rules
from mealplan.patterns import Ints, Space
from mealplan.plan import Day, Meal, Plan, PlannedDish, PlanPerson, Portion, Shortfall, Solve
from mealplan.pots import plate_again
from mealplan.progress import Progress
from mealplan.request import PlanRequest
from mealplan.shopping import own_diets, shopping_list
from mealplan.task import Task
from mealplan.verify import verify


class PlanDisagrees(MealplanError):
    """A plan whose figures do not follow from its grams: a defect of this program, never written out."""


def write_up(
    request: PlanRequest,
    kitchen: Kitchen,
    served: Sequence[Served],
    *,
    seconds: float,
    now: datetime | None = None,
    in_time: Callable[[], bool] = lambda: True,
    progress: Progress = lambda _: None,
) -> Plan:
    """The plan of everyone's week, with what it misses proven and every figure recomputed.

    Args: seconds: that it took to find; in_time: whether proofs go on.
    Raises: PlanDisagrees: a defect; SolverFailed.
    """
    plan = _document(request, kitchen, served, now or datetime.now(UTC), seconds)
    if plan.shortfalls:
        progress("proving what is out of reach")
        tasks = {one.request.person.id: one.seat.task for one in served}
        proven = tuple(_with_best(missed, tasks[missed.person], request.solver, in_time) for missed in plan.shortfalls)
        plan = plan.model_copy(update={"shortfalls": proven})
    problems = verify(plan, kitchen.table, kitchen.catalogue)
    if problems:
        raise PlanDisagrees(f"the plan does not agree with its foods: {'; '.join(problems)}")
    return plan


def _with_best(shortfall: Shortfall, task: Task, solver: str, in_time: Callable[[], bool]) -> Shortfall:
    best = most_reachable(shortfall.nutrient, task, solver, in_time)
    # A plan that had to break a cap may do better than any that keeps them all.
    if best is not None:
        best = max(best, min(shortfall.planned_pct, 100.0))
    return shortfall.model_copy(update={"best_pct": best})


def _document(request: PlanRequest, kitchen: Kitchen, served: Sequence[Served], now: datetime, seconds: float) -> Plan:
    days = _build_days(request, served)
    people = tuple(_plan_person(one, request) for one in served)
    iron = {person.id: plan_iron(days, person.id, kitchen.table, kitchen.catalogue) for person in people}
    coverage = {
        person.id: plan_coverage(days, person.id, person.targets, iron[person.id], kitchen.table) for person in people
    }
    left = {dish.slug: dish for one in served for dish in one.space.servings.dishes}
    objective, bound = sum(one.objective for one in served), sum(one.bound for one in served)
    return Plan(
        program=f"mealplan {version('mealplan')}",
        created=now.replace(microsecond=0),
        request=request.model_dump(mode="json", exclude_none=True),
        people=people,
        days=days,
        coverage=tuple(row for rows in coverage.values() for row in rows),
        iron=tuple(row for rows in iron.values() for row in rows),
        shortfalls=tuple(
            missed for person in people for missed in find_shortfalls(coverage[person.id], person.targets)
        ),
        rules=judge_rules(
            request.rules,
            days,
            left.values(),
            request.weights,
            lambda: sum(least_usd(one.seat.task, request.solver) for one in served),
        ),
        shopping=shopping_list(days, kitchen.catalogue, find_diets(request.diets), diets_of=own_diets(people)),
        solve=Solve(
            status="household" if request.household else served[0].solution.status.value,
            objective=round(objective, 4),
            bound=floor(1e4 * bound) / 1e4,  # rounded up it would be none
            gap=round(0.0 if objective <= 0 else max(0.0, (objective - bound) / objective), 4),
            shortfall=round(sum(one.solution.shortfall for one in served), 4),
            least_shortfall=round(sum(one.solution.least_shortfall for one in served), 4),
            seconds=round(seconds, 2),
            solver=served[0].solution.solver,
            seed=request.seed,
        ),
        banners=tuple(dict.fromkeys(line for one in served for line in banners(one.request.person))),
        asides=tuple(dict.fromkeys(line for one in served for line in asides(one.request.person))),
        origins=read_origins(),
    )


def _plan_person(served: Served, request: PlanRequest) -> PlanPerson:
    """A person with what they eat beyond the diets of all."""
    asked = served.request
    return PlanPerson(
        id=asked.person.id,
        attributes=asked.person.model_dump(mode="json", exclude_none=True),
        assumed=asked.person.assumed,
        targets=tuple(plan_target(target) for target in served.seat.targets),
        diets=tuple(diet for diet in asked.diets if diet not in request.diets),
        avoid=tuple(food for food in asked.avoid if food not in request.avoid),
    )


def _build_days(request: PlanRequest, served: Sequence[Served]) -> tuple[Day, ...]:
    return tuple(
        Day(
            date=request.start + timedelta(days=number),
            day=number + 1,
            meals=tuple(
                Meal(slot=slot, dishes=_table_plates(served, number, slot))
                for slot in SLOTS
                if slot in request.rules.meals
            ),
        )
        for number in range(request.days)
    )


def _table_plates(served: Sequence[Served], day: int, slot: Slot) -> tuple[PlannedDish, ...]:
    eaten = {one.request.person.id: (one.space, one.solution.items(day, slot)) for one in served}
    slugs = (space.servings.dishes[row].slug for space, items in eaten.values() for row in space.item_dish[items])
    return plates(eaten, slot, {slug: day - _day_cooked(served, day, slug) for slug in slugs if is_left_over(slug)})


def _day_cooked(served: Sequence[Served], day: int, slug: str) -> int:
    """The last day before ``day`` whose dinner has the dish that is left over."""
    return max(
        before
        for before in range(day)
        for one in served
        for item in one.solution.items(before, "dinner")
        if one.space.servings.dishes[one.space.item_dish[item]].slug == cooked_dish(slug)
    )


def plates(
    eaten: Mapping[str, tuple[Space, Ints]], slot: Slot, days_before: Mapping[str, int]
) -> tuple[PlannedDish, ...]:
    """What stands on the table, the dish that carries the meal for most first, with everyone's servings.

    Args: eaten: by person, a space and the items of it that they eat; days_before: of each dish eaten again, how many
    days before it is cooked.
    """
    dishes: dict[str, Dish] = {}
    amounts: dict[str, dict[str, float]] = {}
    for person, (space, items) in eaten.items():
        for item in items:
            dish = space.servings.dishes[space.item_dish[item]]
            dishes[dish.slug] = dish
            amounts.setdefault(dish.slug, {})[person] = float(space.item_amount[item])
    order = sorted(dishes, key=lambda slug: (not is_anchor(dishes[slug], slot), -len(amounts[slug])))
    plates = (
        (dishes[slug], _plate(dishes[slug], {who: amounts[slug].get(who, 0.0) for who in eaten})) for slug in order
    )
    return tuple(
        plate_again(plate, dish, days_before[dish.slug]) if dish.slug in days_before else plate
        for dish, plate in plates
    )


def _plate(dish: Dish, amounts: Mapping[str, float]) -> PlannedDish:
    return PlannedDish(
        dish=cooked_dish(dish.slug),
        title=dish.title,
        servings=dict(amounts),
        ingredients=tuple(
            Portion(
                ingredient=line.ingredient.name,
                food_id=line.ingredient.food_id,
                grams={who: float(np.round(line.grams / dish.serves * amount, 4)) for who, amount in amounts.items()},
                retention=line.retention,
            )
            for line in dish.lines
        ),
    )
