"""Changes to a plan after it was made: each takes a plan and gives another, with all that follows worked out anew.

A change touches the meals it names and no others; what it puts in their place is the best there is for the week as it
stands. A locked meal is never touched. The plan that was given stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from mealplan.choice import CannotChange, Than, allowed_dishes, avoided_in, wish_for
from mealplan.coverage import portion_intake
from mealplan.diets import resolve_avoid
from mealplan.pipeline import Kitchen, Progress, task_for
from mealplan.places import Place, describe, meal_at, places_from, with_meals
from mealplan.plan import Avoided, Meal, Plan, PlannedDish, Skipped
from mealplan.recount import with_columns, with_other_meals
from mealplan.request import PlanRequest
from mealplan.solve import promising_meals
from mealplan.standing import Standing, carry_over, resume, search_around
from mealplan.swap import Wish, best_meals
from mealplan.targets import targets_for

PASSES = 4
"""How often meals that depend on each other are chosen anew in turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A plan with another meal in one place; ``points`` more than the plan that was given, less if negative."""

    plan: Plan
    points: float


def alternatives(
    plan: Plan,
    place: Place,
    *,
    now: datetime,
    kitchen: Kitchen | None = None,
    dish: str | None = None,
    than: Than | None = None,
    count: int = 5,
) -> tuple[Alternative, ...]:
    """The best meals for a place, each carried by another dish than the one there now, best for the week first.

    They are the best of all that the request and the foods avoided since allow, the rest of the week as it is.
    Args: dish: by slug or title: only meals that hold it; than: only meals that are so compared with now.
    Returns: at most ``count``, fewer where there are no more.
    Raises: CannotChange: the meal is locked, or no meal is so; CannotResume.
    """
    kitchen = kitchen or Kitchen.embedded()
    _check_unlocked(plan, place)
    standing = resume(plan, kitchen)
    wish = wish_for(plan, place, standing, kitchen, dish, than)
    found = best_meals(standing.search(), standing.task, place.day, place.slot, count, wish)
    if not len(found.meals):
        what = f"is {than} than now" if than else "is left"
        raise CannotChange(f"no other meal for {describe(plan, place)} {what}", hint="--list shows what there is")
    before = standing.objective
    return tuple(
        Alternative(
            plan=with_columns(plan, {place: found.meals.take(np.array([row]))}, standing, kitchen, now),
            points=round(float(found.objective[row] - before), 4),
        )
        for row in range(len(found.meals))
    )


def swap(
    plan: Plan,
    place: Place,
    *,
    now: datetime,
    kitchen: Kitchen | None = None,
    dish: str | None = None,
    than: Than | None = None,
) -> Plan:
    """The plan with the best other meal in a place; see `alternatives`. A skipped meal is eaten again."""
    return alternatives(plan, place, now=now, kitchen=kitchen, dish=dish, than=than, count=1)[0].plan


def lock(plan: Plan, places: Iterable[Place], *, now: datetime) -> Plan:
    """The plan with meals that nothing changes. Raises: CannotChange: one is skipped."""
    for place in places:
        if meal_at(plan, place).skipped is not None:
            raise CannotChange(f"{describe(plan, place)} is eaten out", hint="`mealplan unskip` brings it back")
    return _with_lock(plan, places, True, now)


def unlock(plan: Plan, places: Sequence[Place], *, now: datetime, kitchen: Kitchen | None = None) -> Plan:
    """The plan with meals that may be changed again; one that holds a food avoided since is chosen anew at once."""
    kitchen = kitchen or Kitchen.embedded()
    plan = _with_lock(plan, places, False, now)
    return _without_avoided(plan, places, kitchen, now) if _holding_avoided(plan, places, kitchen) else plan


def _with_lock(plan: Plan, places: Iterable[Place], locked: bool, now: datetime) -> Plan:
    meals = {place: meal_at(plan, place).model_copy(update={"locked": locked}) for place in places}
    return plan.model_copy(update={"days": with_meals(plan, meals), "changed": now.replace(microsecond=0)})


def skip(plan: Plan, place: Place, *, now: datetime, estimate: bool = False, kitchen: Kitchen | None = None) -> Plan:
    """The plan with a meal eaten elsewhere: nothing is bought or cooked for it, and what it brings is not known.

    Args: estimate: count the energy that was planned as an estimate. The nutrients stay unknown.
    Raises: CannotChange: it is locked.
    """
    kitchen = kitchen or Kitchen.embedded()
    _check_unlocked(plan, place)
    meal = meal_at(plan, place)
    planned = meal.dishes if meal.skipped is None else meal.skipped.planned
    energy = {
        person.id: round(
            sum(
                portion_intake(portion, person.id, kitchen.table, ("energy_kcal",)).amount["energy_kcal"]
                for dish in planned
                for portion in dish.ingredients
            ),
            1,
        )
        for person in plan.people
    }
    skipped = Skipped(planned=planned, energy_kcal=energy, counted=estimate)
    return with_other_meals(plan, {place: meal.model_copy(update={"dishes": (), "skipped": skipped})}, kitchen, now)


def unskip(plan: Plan, place: Place, *, now: datetime, kitchen: Kitchen | None = None) -> Plan:
    """The plan with a skipped meal as it was planned.

    Raises: CannotChange: it is not skipped, or holds a food avoided since.
    """
    meal = meal_at(plan, place)
    if meal.skipped is None:
        raise CannotChange(f"{describe(plan, place)} is not skipped")
    kitchen = kitchen or Kitchen.embedded()
    _check_avoided(plan, place, meal.skipped.planned, kitchen)
    back = meal.model_copy(update={"dishes": meal.skipped.planned, "skipped": None})
    return with_other_meals(plan, {place: back}, kitchen, now)


def move(plan: Plan, place: Place, day: int, *, now: datetime, kitchen: Kitchen | None = None) -> Plan:
    """The plan with a meal and that of another day exchanged, skipped ones too.

    Raises: CannotChange: one is locked, or holds a food that is avoided on its new day.
    """
    other = Place(day=day, slot=place.slot)
    if other == place:
        raise CannotChange(f"{describe(plan, place)} stands on that day already")
    for one in (place, other):
        _check_unlocked(plan, one)
    kitchen = kitchen or Kitchen.embedded()
    meals = {place: meal_at(plan, other), other: meal_at(plan, place)}
    for one, meal in meals.items():
        _check_avoided(plan, one, meal.dishes, kitchen)
    return with_other_meals(plan, meals, kitchen, now)


def avoid(plan: Plan, food: str, *, today: date, now: datetime, kitchen: Kitchen | None = None) -> Plan:
    """The plan without a food from a day on: meals that hold it are chosen anew, and no later change brings it back.

    A locked meal stays; `kept_though_avoided` names it.
    Raises: UnknownAvoid; CannotChange: no day is left, or nothing else is left for a meal.
    """
    kitchen = kitchen or Kitchen.embedded()
    resolve_avoid((food,), kitchen.catalogue)
    ahead = _ahead(plan, today)
    plan = plan.model_copy(update={"avoided": (*plan.avoided, Avoided(food=food, since=today))})
    return _without_avoided(plan, ahead, kitchen, now)


def _without_avoided(plan: Plan, places: Sequence[Place], kitchen: Kitchen, now: datetime) -> Plan:
    """The plan with those of these meals chosen anew that hold a food to avoid and are not locked."""
    held = [place for place in _holding_avoided(plan, places, kitchen) if not meal_at(plan, place).locked]
    if not held:
        return with_other_meals(plan, {}, kitchen, now)
    standing = resume(plan, kitchen)
    chosen = _choose_in_turn(plan, held, standing, kitchen)
    return with_columns(plan, {place: chosen.meals[place] for place in held}, standing, kitchen, now)


def regenerate(
    plan: Plan,
    *,
    today: date,
    now: datetime,
    seed: int | None = None,
    kitchen: Kitchen | None = None,
    progress: Progress = lambda _: None,
) -> Plan:
    """The plan with new meals from a day on, but for what is locked or skipped: the best week found around them.

    Args: seed: of the search, by default the one after the plan's own, so that asking again gives another week.
    Raises: CannotChange: nothing is left to choose; NoMeals.
    """
    kitchen = kitchen or Kitchen.embedded()
    free = [place for place in _ahead(plan, today) if _is_free(meal_at(plan, place))]
    if not free:
        raise CannotChange(f"every meal from {today} on is locked or eaten out", hint="`mealplan unlock` frees one")
    seed = plan.solve.seed + 1 if seed is None else seed
    plan = plan.model_copy(update={"solve": plan.solve.model_copy(update={"seed": seed})})
    request = PlanRequest.model_validate(plan.request)
    avoided = (*request.avoid, *(one.food for one in plan.avoided))
    narrow = request.model_copy(update={"avoid": tuple(dict.fromkeys(avoided))})
    standing = resume(plan, kitchen)
    source = task_for(narrow, kitchen, targets_for(request.person))
    # What rules make dearer depends on the dishes there are: both weeks are held to the same.
    source = replace(source, occasions=standing.task.occasions)
    meals = promising_meals(source, solver=request.solver, progress=progress)
    meals = carry_over(meals, source, standing.task)
    progress("searching the rest of the week")
    chosen = search_around(standing, free, meals, seed=seed, effort=request.effort)
    return with_columns(plan, chosen, standing, kitchen, now)


def _is_free(meal: Meal) -> bool:
    return not meal.locked and meal.skipped is None


def kept_though_avoided(plan: Plan, kitchen: Kitchen) -> list[Place]:
    """The locked meals that hold a food to avoid."""
    places = places_from(plan, plan.days[0].date)
    return [place for place in _holding_avoided(plan, places, kitchen) if meal_at(plan, place).locked]


def _holding_avoided(plan: Plan, places: Iterable[Place], kitchen: Kitchen) -> list[Place]:
    """Those of these meals that hold a food avoided on their day."""
    return [place for place in places if avoided_in(plan, place, meal_at(plan, place).dishes, kitchen)]


def _check_avoided(plan: Plan, place: Place, dishes: Sequence[PlannedDish], kitchen: Kitchen) -> None:
    if found := avoided_in(plan, place, dishes, kitchen):
        raise CannotChange(
            f"{min(found)} is to be avoided on the day of {describe(plan, place)}", hint="swap it instead"
        )


def _choose_in_turn(plan: Plan, places: Sequence[Place], standing: Standing, kitchen: Kitchen) -> Standing:
    """The week with the best meal in each place, chosen in turn until none changes."""
    for _ in range(PASSES):
        before = {place: standing.meals[place].items for place in places}
        for place in places:
            wish = Wish(dishes=allowed_dishes(plan, place, standing, kitchen))
            found = best_meals(standing.search(), standing.task, place.day, place.slot, 1, wish)
            if not len(found.meals):
                raise CannotChange(f"nothing is left for {describe(plan, place)}", hint="avoid less, or skip the meal")
            standing = standing.with_meal(place, found.meals)
        if all(np.array_equal(standing.meals[place].items, items) for place, items in before.items()):
            break
    return standing


def _ahead(plan: Plan, today: date) -> tuple[Place, ...]:
    ahead = places_from(plan, today)
    if not ahead:
        raise CannotChange(
            f"every day of the plan lies before {today}, its last is {plan.days[-1].date}",
            hint="--today takes the date from which it may be changed",
        )
    return ahead


def _check_unlocked(plan: Plan, place: Place) -> None:
    if meal_at(plan, place).locked:
        raise CannotChange(f"{describe(plan, place)} is locked", hint="`mealplan unlock` lets it be changed")
