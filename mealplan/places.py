"""Places of a plan as people name them: `tue dinner`, `2026-01-06 lunch`, `2 snack`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mealplan.dishes import SLOTS, Slot
from mealplan.errors import MealplanError
from mealplan.plan import Day, Meal, Plan

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORTEST = 2
"""Letters that tell a weekday from the others."""


class UnknownPlace(MealplanError):
    """A day or meal that the plan does not have."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A meal of a plan: the day counts from 0."""

    day: int
    slot: Slot


def find_place(plan: Plan, day: str, slot: str) -> Place:
    """The place that a day and a meal name. Raises: UnknownPlace, naming what there is."""
    number = find_day(plan, day)
    there = [meal.slot for meal in plan.days[number].meals]
    for found in there:
        if found == slot.strip().casefold():
            return Place(day=number, slot=found)
    raise UnknownPlace(f"`{slot}` is no meal of the plan", hint=f"the meals are {', '.join(there)}")


def find_places(plan: Plan, day: str, slot: str | None) -> list[Place]:
    """The place that a day and a meal name, or every place of the day that is not skipped. Raises: UnknownPlace."""
    if slot is not None:
        return [find_place(plan, day, slot)]
    number = find_day(plan, day)
    return [Place(day=number, slot=meal.slot) for meal in plan.days[number].meals if meal.skipped is None]


def find_day(plan: Plan, said: str) -> int:
    """The day of a weekday (`tue`, `Tuesday`), a date (`2026-01-06`) or a number from 1, counted from 0.

    Raises: UnknownPlace.
    """
    word = said.strip().casefold()
    found = [number for number, day in enumerate(plan.days) if _is_named(day, word)]
    if len(found) == 1:
        return found[0]
    if found:
        dates = " and ".join(plan.days[number].date.isoformat() for number in found)
        raise UnknownPlace(f"`{said}` is more than one day of the plan: {dates}", hint="name it by its date")
    first, last = plan.days[0].date, plan.days[-1].date
    raise UnknownPlace(
        f"`{said}` is no day of the plan",
        hint=f"its days are {first} to {last}: name one by its weekday, its date, or its number, 1 to {len(plan.days)}",
    )


def _is_named(day: Day, word: str) -> bool:
    weekday = WEEKDAYS[day.date.weekday()].casefold()
    by_weekday = len(word) >= SHORTEST and weekday.startswith(word)
    return by_weekday or word in (day.date.isoformat(), str(day.day))


def meal_at(plan: Plan, place: Place) -> Meal:
    """The meal at a place of the plan."""
    return next(meal for meal in plan.days[place.day].meals if meal.slot == place.slot)


def with_meals(plan: Plan, meals: dict[Place, Meal]) -> tuple[Day, ...]:
    """The days of a plan with other meals at some places."""
    return tuple(
        day.model_copy(
            update={"meals": tuple(meals.get(Place(day=number, slot=meal.slot), meal) for meal in day.meals)}
        )
        for number, day in enumerate(plan.days)
    )


def describe(plan: Plan, place: Place) -> str:
    """``Tuesday dinner``, with its date in a plan of more than a week."""
    return in_words(plan.days[place.day].date, place.slot, len(plan.days))


def in_words(day: date, slot: str, days: int) -> str:
    """``Tuesday dinner``, or ``Tuesday 13 dinner`` where a plan has more than seven ``days``."""
    return f"{WEEKDAYS[day.weekday()]}{f' {day.day}' if days > len(WEEKDAYS) else ''} {slot}"


def places_from(plan: Plan, today: date) -> tuple[Place, ...]:
    """Every place of the days from a date on, in the plan's order."""
    return tuple(
        Place(day=number, slot=slot)
        for number, day in enumerate(plan.days)
        if day.date >= today
        for slot in SLOTS
        if any(meal.slot == slot for meal in day.meals)
    )
