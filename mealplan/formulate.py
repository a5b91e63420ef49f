"""From a request and a kitchen to the tasks of those who eat: what they may eat, are held to and like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from mealplan.aims import own_cost, quantities_asked, quantity_targets, targets_of, with_quantities
from mealplan.coverage import UNKNOWN_FROM
from mealplan.diets import Verdict, find_diets, judge_dish, resolve_avoid
from mealplan.dishes import Dish, Slot
from mealplan.household import (
    Seat,
    combine_targets,
    companion_points,
    energy_of,
    share_budget,
    usual_mains,
    with_budget,
)
from mealplan.kitchen import Kitchen
from mealplan.leftovers import with_leftovers
from mealplan.nutrition import Servings, build_servings
from mealplan.obey import count_rules, dearer_dishes, is_disliked, with_steady_breakfast
from mealplan.occasions import EVENING, Dearer, added, build_occasions, season_of, slots_from
from mealplan.patterns import ABSORBED, Space
from mealplan.preference import Taste, seen_share
from mealplan.request import PlanRequest
from mealplan.score import Bounds, Count, build_bounds
from mealplan.targets import Target
from mealplan.task import Task, build_task

ALWAYS = ("energy_kcal", "vitamin_c_mg")
"""Nutrients that a meal is judged by whatever the targets are."""


def kitchen_for(request: PlanRequest, kitchen: Kitchen) -> Kitchen:
    """The kitchen, with its dishes eaten again where that is asked for."""
    if not request.rules.leftovers:
        return kitchen
    return replace(kitchen, dishes=with_leftovers(kitchen.dishes, freezer=request.rules.freezer > 0))


def seats_for(request: PlanRequest, kitchen: Kitchen) -> list[Seat]:
    """Everyone who eats, with what they alone would ask for; ``kitchen``: as `kitchen_for` gives it."""
    asked = _each(request)
    targets = [targets_of(one) for one in asked]
    asked = share_budget(asked, targets)
    return [
        Seat(request=one, targets=held, task=task_for(one, kitchen, held))
        for one, held in zip(asked, targets, strict=True)
    ]


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


def allowed_for(request: PlanRequest, kitchen: Kitchen) -> tuple[Dish, ...]:
    """The dishes that anyone of a request may eat, those eaten again among them."""
    kitchen = kitchen_for(request, kitchen)
    anyone = {dish.slug for one in _each(request) for dish, _ in _allowed(one, kitchen)}
    return tuple(dish for dish in kitchen.dishes if dish.slug in anyone)


def _each(request: PlanRequest) -> list[PlanRequest]:
    """What everyone who eats would ask for alone."""
    return [request.of(diner) for diner in request.household] or [request]


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
