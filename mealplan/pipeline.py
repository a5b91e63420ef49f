"""The straight line from a request to a checked plan, for every front end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from math import floor, isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from foods.adopt import relink
from foods.frame import build_catalogue, build_table
from foods.ingredients import Catalogue, read_catalogue
from foods.origins import read_origins
from foods.table import FoodTable, layer_tables
from mealplan.aims import check_quantities, own_cost, quantities_asked, quantity_targets, targets_of, with_quantities
from mealplan.choose import choose_week
from mealplan.courses import is_anchor
from mealplan.coverage import UNKNOWN_FROM, find_shortfalls, plan_coverage, plan_iron, plan_target
from mealplan.diagnose import Price, Rich, least_usd, most_reachable, price_rules, richest
from mealplan.diets import Verdict, find_diets, judge_dish, resolve_avoid
from mealplan.dishes import SLOTS, Dish, Slot, read_library
from mealplan.errors import MealplanError
from mealplan.generation import lower_bound
from mealplan.household import (
    Seat,
    Served,
    combine_targets,
    companion_points,
    energy_of,
    serve,
    share_budget,
    usual_mains,
    with_budget,
)
from mealplan.leftovers import cooked_dish, is_left_over, with_leftovers
from mealplan.library import build_dishes
from mealplan.notices import asides, banners
from mealplan.nutrition import Servings, build_servings
from mealplan.obey import count_rules, dearer_dishes, is_disliked, judge_rules, with_steady_breakfast
from mealplan.occasions import EVENING, Dearer, added, build_occasions, season_of, slots_from
from mealplan.patterns import ABSORBED, Ints, Space
from mealplan.plan import Day, Meal, Plan, PlannedDish, PlanPerson, Portion, Shortfall, Solve
from mealplan.pots import plate_again
from mealplan.preference import Taste, seen_share
from mealplan.request import PlanRequest
from mealplan.score import Bounds, Count, build_bounds
from mealplan.shopping import own_diets, shopping_list
from mealplan.solve import Deadline, Status
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
    Raises: InvalidRequest, InvalidPerson: what only shows beside the kitchen or the published targets; UnknownDiet,
    UnknownAvoid, UnknownDish: a name in the request; BrokenKitchen: foods and dishes that do not
    go together; NoMeals: nothing is left for a meal; SolverFailed; PlanDisagrees: a defect.
    """
    started, deadline = time.monotonic(), Deadline(request.time_limit_s)
    kitchen = kitchen or Kitchen.embedded()
    check_kitchen(kitchen)
    check_quantities(request.quantities, kitchen.dishes)
    kitchen = kitchen_for(request, kitchen)
    seats = seats_for(request, kitchen)
    if request.household:
        served = serve(seats, shared_task(request, kitchen, seats), request, deadline, progress)
    else:
        served = [_serve_alone(seats[0], deadline, progress)]
    seconds = time.monotonic() - started
    plan = write_up(request, kitchen, served, seconds=seconds, now=now, in_time=deadline.in_time, progress=progress)
    return plan if deadline.in_time() else _cut_short(plan)


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


def kitchen_for(request: PlanRequest, kitchen: Kitchen) -> Kitchen:
    """The kitchen, with its dishes eaten again where that is asked for."""
    if not request.rules.leftovers:
        return kitchen
    return replace(kitchen, dishes=with_leftovers(kitchen.dishes, freezer=request.rules.freezer > 0))


def seats_for(request: PlanRequest, kitchen: Kitchen) -> list[Seat]:
    """Everyone who eats, with what they alone would ask for; ``kitchen``: as `kitchen_for` gives it."""
    asked = [request.of(diner) for diner in request.household] or [request]
    targets = [targets_of(one) for one in asked]
    asked = share_budget(asked, targets)
    return [
        Seat(request=one, targets=held, task=task_for(one, kitchen, held))
        for one, held in zip(asked, targets, strict=True)
    ]


def _cut_short(plan: Plan) -> Plan:
    """The plan, which says that time ran out; a week proven to be the best stays that."""
    said = {Status.NEAR.value: Status.LIMIT.value, "household": f"household, {Status.LIMIT.value}"}
    solve = plan.solve.model_copy(update={"status": said.get(plan.solve.status, plan.solve.status)})
    return plan.model_copy(update={"solve": solve})


def _serve_alone(seat: Seat, deadline: Deadline, progress: Progress) -> Served:
    held, solution = choose_week(seat.task, seat.request, deadline, progress)
    return Served(seat=seat, space=held.space, solution=solution, bound=solution.bound)


def shared_task(request: PlanRequest, kitchen: Kitchen, seats: Sequence[Seat]) -> Task:
    """What is chosen for all: of the dishes that anyone may eat, the dearer the more cannot."""
    request = with_budget(request, 1 / len(seats))
    targets = combine_targets(seats)
    anyone = frozenset().union(*(seat.allowed for seat in seats))
    dishes = [dish for dish in kitchen.dishes if dish.slug in anyone]
    space = Space(_servings(request, kitchen, dishes, targets), _taste(request, targets, dishes, frozenset()))
    dearer = companion_points(seats, dishes, request.weights)
    usual = usual_mains(seats, dishes, request.days, request.weights)
    return _under_rules(request, space, _bounds(request, space, targets), dearer, usual)


def task_for(request: PlanRequest, kitchen: Kitchen, targets: Sequence[Target]) -> Task:
    """A request worked out against a kitchen. Raises: UnknownDiet, UnknownAvoid."""
    space = _build_space(request, kitchen, targets)
    return _under_rules(request, space, _bounds(request, space, targets))


def _bounds(request: PlanRequest, space: Space, targets: Sequence[Target]) -> Bounds:
    held = [*targets, *quantity_targets(quantities_asked(request, space.servings.dishes))]
    return build_bounds(held, space.keys, _unknown(space.servings))


def _under_rules(
    request: PlanRequest, space: Space, bounds: Bounds, dearer: Dearer = frozenset(), beside: tuple[Count, ...] = ()
) -> Task:
    """The task of a request's days and rules, with more that counts ``beside`` them.

    Args: dearer: dishes that cost more at every meal but the snack.
    """
    rules, dishes, weights = request.rules, space.servings.dishes, request.weights
    of_rules = dearer_dishes(rules, dishes, weights)

    def at(day: date, slot: Slot) -> Dearer:
        return added(of_rules(day, slot), dearer if slot != "snack" else frozenset())

    occasions = build_occasions(request.start, request.days, rules.meals, at)
    # Snacks are each one's own: at the shared table no rule is served by them.
    counts = count_rules(rules, dishes, request.days, weights, snacks=not request.household)
    task = build_task(space, occasions, bounds, (*counts, *beside))
    if rules.same_breakfast:
        task = replace(task, variety=with_steady_breakfast(task.variety, dishes, request.days))
    return task


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a plan is as it is: what rules cost, and for each target missed the dishes that would bring most of it.

    ``prices``: what binds, in points per unit. ``rules``: each rule of the week in words, with the points by which the
    bound rises for it. ``rich``: by nutrient missed, in its unit per 100 kcal.
    """

    prices: tuple[Price, ...]
    rules: Mapping[str, float]
    rich: Mapping[str, tuple[Rich, ...]]


def explain(plan: Plan, kitchen: Kitchen | None = None) -> Explanation:
    """What binds a plan's week, from its request: worked out anew, so the kitchen should be the plan's own.

    Raises: UnknownDiet, UnknownAvoid: a name that the kitchen does not know; SolverFailed.
    """
    request = PlanRequest.model_validate(plan.request)
    kitchen = kitchen_for(request, kitchen or Kitchen.embedded())
    seats = seats_for(request, kitchen)
    task = _chosen_task(request, kitchen, seats)
    targets = dict.fromkeys(t.nutrient for seat in seats for t in seat.targets if t.nutrient != ABSORBED)
    every = build_servings(kitchen.dishes, kitchen.table, list(targets))
    missed = [s.nutrient for s in plan.shortfalls if s.nutrient != ABSORBED]
    return Explanation(
        prices=price_rules(task, request.solver),
        rules=_rule_costs(request, kitchen, task),
        rich={nutrient: richest(nutrient, every, task.space.servings.dishes) for nutrient in missed},
    )


def _chosen_task(request: PlanRequest, kitchen: Kitchen, seats: Sequence[Seat]) -> Task:
    """What chooses the dishes: the one person's task, or that of all at the table."""
    return shared_task(request, kitchen, seats) if request.household else seats[0].task


def _rule_costs(request: PlanRequest, kitchen: Kitchen, task: Task) -> dict[str, float]:
    """By how many points the bound falls without each rule; that of one breakfast is beyond the linear program."""
    priced = [(said, others) for said, one, others in request.rules.each() if not one.same_breakfast]
    held = lower_bound(task, solver=request.solver) if priced else 0.0
    freer = [request.model_copy(update={"rules": others}) for _, others in priced]
    free = (_chosen_task(one, kitchen, seats_for(one, kitchen)) for one in freer)
    return {
        said: max(0.0, held - lower_bound(without, solver=request.solver))
        for (said, _), without in zip(priced, free, strict=True)
    }


def _with_best(shortfall: Shortfall, task: Task, solver: str, in_time: Callable[[], bool]) -> Shortfall:
    best = most_reachable(shortfall.nutrient, task, solver, in_time)
    # A plan that had to break a cap may do better than any that keeps them all.
    if best is not None:
        best = max(best, min(shortfall.planned_pct, 100.0))
    return shortfall.model_copy(update={"best_pct": best})


def _build_space(request: PlanRequest, kitchen: Kitchen, targets: Sequence[Target]) -> Space:
    allowed = _allowed(request, kitchen)
    dishes = [dish for dish, _ in allowed]
    doubtful = frozenset(row for row, (_, verdict) in enumerate(allowed) if verdict is Verdict.CHECK_LABEL)
    return Space(_servings(request, kitchen, dishes, targets), _taste(request, targets, dishes, doubtful))


def _allowed(request: PlanRequest, kitchen: Kitchen) -> list[tuple[Dish, Verdict]]:
    """The dishes that diet, foods to avoid, minutes and dislikes leave."""
    diets = find_diets(request.diets)
    avoid = resolve_avoid(request.avoid, kitchen.catalogue)
    judged = [(dish, judge_dish(dish, diets, avoid)[0]) for dish in kitchen.dishes]
    return [
        (dish, verdict)
        for dish, verdict in judged
        if verdict is not Verdict.REFUSED
        and (request.max_minutes is None or dish.minutes <= request.max_minutes)
        and not is_disliked(dish, request.rules)
    ]


def allowed_for(request: PlanRequest, kitchen: Kitchen) -> tuple[Dish, ...]:
    """The dishes that anyone of a request may eat, those eaten again among them."""
    kitchen = kitchen_for(request, kitchen)
    asked = [request.of(diner) for diner in request.household] or [request]
    anyone = {dish.slug for one in asked for dish, _ in _allowed(one, kitchen)}
    return tuple(dish for dish in kitchen.dishes if dish.slug in anyone)


def _servings(request: PlanRequest, kitchen: Kitchen, dishes: Sequence[Dish], targets: Sequence[Target]) -> Servings:
    keys = [t.nutrient for t in targets if t.nutrient != ABSORBED]
    keys += [key for key in ALWAYS if key not in keys]
    return with_quantities(build_servings(dishes, kitchen.table, keys), quantities_asked(request, dishes))


def _taste(request: PlanRequest, targets: Sequence[Target], dishes: Sequence[Dish], doubtful: frozenset[int]) -> Taste:
    protein = next((target.lower for target in targets if target.nutrient == "protein_g"), None)
    return Taste(
        energy_kcal=energy_of(targets),
        protein_g=protein or 0.0,
        season=season_of(request.start, request.hemisphere),
        doubtful=doubtful,
        no_caffeine=slots_from(request.person.no_caffeine_after),
        no_alcohol=slots_from(EVENING if request.person.no_evening_alcohol else None),
        seen={
            row: seen_share(dish, request.seen[dish.slug])
            for row, dish in enumerate(dishes)
            if dish.slug in request.seen
        },
        own_cost=own_cost(dishes, request.quantities),
        weights=request.weights,
    )


def _unknown(servings: Servings) -> frozenset[str]:
    """Nutrients of which the dishes hold too much food without a value."""
    share = servings.unmeasured.sum(axis=0) / max(len(servings.dishes), 1)
    return frozenset(key for key, part in zip(servings.keys, share, strict=True) if part > UNKNOWN_FROM)


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
