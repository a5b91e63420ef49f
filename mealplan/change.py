"""Changes to a plan after it was made: each takes a plan and gives another, with all that follows worked out anew.

A change touches the meals it names and no others; what it puts in their place is the best there is for the week as it
stands. A locked meal is never touched. The plan that was given stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mealplan.anew import Anew, choose_anew
from mealplan.choice import CannotChange, Than, avoided_in, is_so, wishes_for
from mealplan.coverage import portion_intake
from mealplan.diets import resolve_avoid
from mealplan.fill import fill, planned
from mealplan.kitchen import Kitchen
from mealplan.lay import Laid, lay
from mealplan.places import Place, describe, meal_at, places_from, with_meals
from mealplan.plan import Avoided, Plan, PlannedDish, Skipped
from mealplan.pots import linked, served_by
from mealplan.progress import Progress
from mealplan.recount import served_days, with_other_meals, with_served
from mealplan.request import PlanRequest, Weights
from mealplan.standing import resume

LOOKED = 5
"""Meals that are looked at where fewer are asked for, and their order or whether they will do shows in the end only:
one that another is left over from, one for several that must be easier."""


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

    They are the best of all that the request and the foods avoided since allow, the rest of the week as it is; a
    meal left over from the one there now is chosen anew.
    Args: dish: by slug or title: only meals that hold it; than: only meals that are so compared with now.
    Returns: at most ``count``, fewer where there are no more.
    Raises: CannotChange: the meal is locked or cooked, or no meal is so; LeftWithout.
    """
    kitchen = kitchen or Kitchen.embedded()
    _check_free(plan, place)
    table = resume(plan, kitchen)
    wishes = wishes_for(plan, place, table, kitchen, dish, than)
    open_order = served_by(plan.days, place) or (than and plan.people[1:])
    found = lay(table, place, wishes, max(count, LOOKED) if open_order else count, _weights(plan))
    if than is not None:
        found = [laid for laid in found if is_so(than, plan, place, planned(plan, place, laid.meals, table), kitchen)]
    if not found:
        what = f"is {than} than now" if than else "is left"
        raise CannotChange(f"no other meal for {describe(plan, place)} {what}", hint="--list shows what there is")
    tasks = [week.task for week in table.weeks]

    def rank(laid: Laid) -> float:
        days = served_days(plan, {place: laid.meals}, table, kitchen)
        return resume(plan.model_copy(update={"days": days}), kitchen, tasks).objective + laid.apart

    best = sorted(found, key=rank)[:count] if open_order else found
    before = table.objective
    plans = [with_served(plan, {place: laid.meals}, table, kitchen, now) for laid in best]
    return tuple(Alternative(plan=after, points=round(after.solve.objective - before, 4)) for after in plans)


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


def cook(plan: Plan, place: Place, *, now: datetime) -> Plan:
    """The plan with a meal that is cooked, so that nothing changes it. Raises: CannotChange: it is, or is eaten out."""
    meal = meal_at(plan, place)
    if meal.skipped is not None:
        raise CannotChange(f"{describe(plan, place)} is eaten out: nothing is used for it")
    _check_uncooked(plan, place)
    days = with_meals(plan, {place: meal.model_copy(update={"cooked": True})})
    return plan.model_copy(update={"days": days, "changed": now.replace(microsecond=0)})


def skip(plan: Plan, place: Place, *, now: datetime, estimate: bool = False, kitchen: Kitchen | None = None) -> Plan:
    """The plan with a meal eaten elsewhere: nothing is bought or cooked for it, and what it brings is not known.

    A meal left over from it is chosen anew.
    Args: estimate: count the energy that was planned as an estimate. The nutrients stay unknown.
    Raises: CannotChange: it is locked or cooked; LeftWithout.
    """
    kitchen = kitchen or Kitchen.embedded()
    _check_free(plan, place)
    meal = meal_at(plan, place)
    dishes = meal.dishes if meal.skipped is None else meal.skipped.planned
    energy = {
        person.id: round(
            sum(
                portion_intake(portion, person.id, kitchen.table, ("energy_kcal",)).amount["energy_kcal"]
                for dish in dishes
                for portion in dish.ingredients
            ),
            1,
        )
        for person in plan.people
    }
    skipped = Skipped(planned=dishes, energy_kcal=energy, counted=estimate)
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
        _check_free(plan, one)
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
    """The plan with those of these meals chosen anew that hold a food to avoid and may be changed."""
    held = [place for place in _holding_avoided(plan, places, kitchen) if not meal_at(plan, place).stays]
    table = resume(plan, kitchen)
    return with_served(plan, fill(plan, held, table, kitchen), table, kitchen, now)


def regenerate(
    plan: Plan,
    *,
    today: date,
    now: datetime,
    seed: int | None = None,
    kitchen: Kitchen | None = None,
    progress: Progress = lambda _: None,
) -> Plan:
    """The plan with new meals from a day on, but for what is locked, cooked or skipped: the best week found around
    them. What is left over from a dinner that stays, stays too.

    Args: seed: of the search, by default the one after the plan's own, so that asking again gives another week.
    Raises: CannotChange: nothing is left to choose; NoMeals.
    """
    kitchen = kitchen or Kitchen.embedded()
    free = _free(plan, _ahead(plan, today))
    if not free:
        raise CannotChange(
            f"every meal from {today} on is locked, cooked or eaten out", hint="`mealplan unlock` frees one"
        )
    seed = plan.solve.seed + 1 if seed is None else seed
    plan = plan.model_copy(update={"solve": plan.solve.model_copy(update={"seed": seed})})
    return choose_anew(Anew(plan=plan, free=free, kitchen=kitchen, now=now, seed=seed, progress=progress))


def _free(plan: Plan, ahead: Sequence[Place]) -> list[Place]:
    """The places that may be chosen anew; a dinner and what is left over from it stay together."""
    free = [place for place in ahead if not meal_at(plan, place).stays and meal_at(plan, place).skipped is None]
    while tied := [place for place in free if any(other not in free for other in linked(plan.days, place))]:
        free = [place for place in free if place not in tied]
    return free


def _weights(plan: Plan) -> Weights:
    return PlanRequest.model_validate(plan.request).weights


def kept_though_avoided(plan: Plan, kitchen: Kitchen) -> list[Place]:
    """The locked meals that hold a food to avoid."""
    places = places_from(plan, plan.days[0].date)
    held = [(place, meal_at(plan, place)) for place in _holding_avoided(plan, places, kitchen)]
    return [place for place, meal in held if meal.locked and not meal.cooked]


def _holding_avoided(plan: Plan, places: Iterable[Place], kitchen: Kitchen) -> list[Place]:
    """Those of these meals that hold a food avoided on their day."""
    return [place for place in places if avoided_in(plan, place, meal_at(plan, place).dishes, kitchen)]


def _check_avoided(plan: Plan, place: Place, dishes: Sequence[PlannedDish], kitchen: Kitchen) -> None:
    if found := avoided_in(plan, place, dishes, kitchen):
        raise CannotChange(
            f"{min(found)} is to be avoided on the day of {describe(plan, place)}", hint="swap it instead"
        )


def _ahead(plan: Plan, today: date) -> tuple[Place, ...]:
    ahead = places_from(plan, today)
    if not ahead:
        raise CannotChange(
            f"every day of the plan lies before {today}, its last is {plan.days[-1].date}",
            hint="--today takes the date from which it may be changed",
        )
    return ahead


def _check_free(plan: Plan, place: Place) -> None:
    _check_uncooked(plan, place)
    if meal_at(plan, place).locked:
        raise CannotChange(f"{describe(plan, place)} is locked", hint="`mealplan unlock` lets it be changed")


def _check_uncooked(plan: Plan, place: Place) -> None:
    if meal_at(plan, place).cooked:
        raise CannotChange(
            f"{describe(plan, place)} is cooked already", hint="`mealplan undo` takes the last change back"
        )
