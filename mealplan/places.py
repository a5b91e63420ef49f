"""Places of a plan as people name them: `tue dinner`, `2026-01-06 lunch`, `2 snack`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mealplan.dishes import SLOTS, Slot
from mealplan.errors import MealplanError
from mealplan.plan import Day, Meal, Plan

# Not strftime: its names follow the machine's language, and all that is said is in English.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORTEST = 2
"""Letters that tell a weekday from the others."""


DayName = str | int | date
"""A day as people name it: its weekday (``tue``, ``Tuesday``), its date (``2026-01-06``) or its number from 1."""


class UnknownPlace(MealplanError):
    """A day or meal that the plan does not have."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A meal of a plan: the day counts from 0."""

    day: int
    slot: Slot


def find_place(plan: Plan, day: DayName, slot: str) -> Place:
    """The place that a day and a meal name. Raises: UnknownPlace, naming what there is."""
    number = find_day(plan, day)
    return Place(day=number, slot=find_slot([meal.slot for meal in plan.days[number].meals], slot))


def find_places(plan: Plan, day: DayName, slot: str | None) -> list[Place]:
    """The place that a day and a meal name, or every place of the day that is not skipped. Raises: UnknownPlace."""
    if slot is not None:
        return [find_place(plan, day, slot)]
    number = find_day(plan, day)
    return [Place(day=number, slot=meal.slot) for meal in plan.days[number].meals if meal.skipped is None]


def find_slot(there: Sequence[Slot], said: str) -> Slot:
    """The one of these meals that is named. Raises: UnknownPlace."""
    for found in there:
        if found == str(said).strip().casefold():
            return found
    raise UnknownPlace(f"`{said}` is no meal of the plan", hint=f"the meals are {', '.join(there)}")


def find_day(plan: Plan, said: DayName) -> int:
    """The day of a plan, counted from 0. Raises: UnknownPlace."""
    return find_date([day.date for day in plan.days], said)


def find_date(days: Sequence[date], said: DayName) -> int:
    """The place of a day among these that follow each other, counted from 0. Raises: UnknownPlace."""
    word = said.isoformat() if isinstance(said, date) else str(said).strip().casefold()
    found = [number for number, day in enumerate(days) if _is_named(number, day, word)]
    if len(found) == 1:
        return found[0]
    if found:
        dates = " and ".join(days[number].isoformat() for number in found)
        raise UnknownPlace(f"`{said}` is more than one day of the plan: {dates}", hint="name it by its date")
    raise UnknownPlace(
        f"`{said}` is no day of the plan",
        hint=f"its days are {days[0]} to {days[-1]}: name one by its weekday, its date, or its number, "
        f"1 to {len(days)}",
    )


def _is_named(number: int, day: date, word: str) -> bool:
    weekday = WEEKDAYS[day.weekday()].casefold()
    by_weekday = len(word) >= SHORTEST and weekday.startswith(word)
    return by_weekday or word in (day.isoformat(), str(number + 1))


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
