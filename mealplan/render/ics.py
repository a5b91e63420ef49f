"""The plan as a calendar: an event for each meal, with what is on the plates and how it is made."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo, available_timezones

from mealplan.dishes import Dish, Slot
from mealplan.errors import MealplanError
from mealplan.occasions import MEAL_TIMES
from mealplan.plan import SCHEMA, Day, Meal, Plan, PlannedDish
from mealplan.render import pages, words
from mealplan.render.extras import need
from mealplan.render.plain import ingredient, one_line, servings

if TYPE_CHECKING:
    from icalendar import Event

_NAMESPACE = uuid5(NAMESPACE_URL, SCHEMA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """When a meal is eaten, and how long it stands in the calendar."""

    start: time
    minutes: int


_MINUTES: Mapping[Slot, int] = {"breakfast": 30, "lunch": 45, "snack": 15, "dinner": 45}
SITTINGS: Mapping[Slot, Sitting] = MappingProxyType(
    {slot: Sitting(start=time.fromisoformat(MEAL_TIMES[slot]), minutes=minutes) for slot, minutes in _MINUTES.items()}
)


class UnknownTimezone(MealplanError):
    """A time zone that is not in the IANA database."""


def read_zone(name: str) -> ZoneInfo:
    """The zone of a name such as ``Europe/Berlin``. Raises: UnknownTimezone."""
    known = available_timezones()
    if name in known:
        return ZoneInfo(name)
    cities = {zone.rpartition("/")[2].lower(): zone for zone in sorted(known)}
    near = get_close_matches(name.rpartition("/")[2].lower().replace(" ", "_"), cities, n=1, cutoff=0.7)
    hint = f"did you mean {cities[near[0]]}?" if near else "write it as Europe/Berlin or America/New_York"
    raise UnknownTimezone(f"--timezone {name}: no such time zone", hint=hint)


def render_ics(plan: Plan, dishes: Mapping[str, Dish], *, timezone: str | None = None) -> bytes:
    """An iCalendar file (RFC 5545) with an event for each meal at its usual time.

    Without a timezone meals are at that time wherever the calendar is read ("floating"). An event keeps its UID
    while people, request, day and slot are the same: reading the file in again updates it.
    Raises: MissingExtra: icalendar is not installed; UnknownTimezone.
    """
    need("icalendar")
    from icalendar import Calendar

    zone = None if timezone is None else read_zone(timezone)
    calendar = Calendar()
    calendar.add("prodid", f"-//{plan.program}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    name = f"Meals for {words.plan_span(plan)}"
    calendar.add("name", name)  # RFC 7986
    calendar.add("x-wr-calname", name)  # what most programs read
    calendar.add("description", words.NOT_ADVICE)
    taken: Counter[tuple[int, Slot]] = Counter()
    for day in plan.days:
        for meal in day.meals:
            calendar.add_component(_event(plan, day, meal, taken[day.day, meal.slot], dishes, zone))
            taken[day.day, meal.slot] += 1
    if zone is not None:
        calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _event(plan: Plan, day: Day, meal: Meal, place: int, dishes: Mapping[str, Dish], zone: ZoneInfo | None) -> Event:
    from icalendar import Event

    sitting = SITTINGS[meal.slot]
    start = datetime.combine(day.date, _start(plan, meal.slot), tzinfo=zone)
    event = Event()
    event.add("uid", _uid(plan, day, meal, place))
    made = plan.changed or plan.created
    event.add("dtstamp", made.astimezone(UTC) if made.tzinfo else made.replace(tzinfo=UTC))
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=sitting.minutes))
    event.add("summary", f"{meal.slot.capitalize()}: {_titles(meal, dishes)}")
    event.add("description", _description(plan, day, meal, dishes))
    event.add("categories", ["Meals"])
    event.add("transp", "TRANSPARENT")  # a meal does not make one busy
    return event


def _start(plan: Plan, slot: Slot) -> time:
    """When a meal is eaten: as the plan's rules say, or as is usual."""
    said = plan.request.get("rules", {}).get("times", {}).get(slot)
    return time.fromisoformat(said) if said else SITTINGS[slot].start


def _uid(plan: Plan, day: Day, meal: Meal, place: int) -> str:
    people = [[person.id, person.attributes] for person in plan.people]
    what = [plan.request, people, day.date.isoformat(), meal.slot, place]
    return str(uuid5(_NAMESPACE, json.dumps(what, sort_keys=True, default=str)))


def _said(text: str) -> str:
    """One line without a backslash: icalendar takes one before an n or N for a line break."""
    return one_line(text).replace("\\", "＼")


def _titles(meal: Meal, dishes: Mapping[str, Dish]) -> str:
    """The dish that carries the meal first."""
    main = pages.main_dish(meal, dishes)
    if main is None:
        return words.eaten_out(meal)
    return "; ".join(_said(dish.title) for dish in sorted(meal.dishes, key=lambda dish: dish is not main))


def _description(plan: Plan, day: Day, meal: Meal, dishes: Mapping[str, Dish]) -> str:
    # A plan of this one meal: its recipes come with the amounts of this meal.
    only = plan.model_copy(update={"days": (day.model_copy(update={"meals": (meal,)}),)})
    planned = {dish.dish: dish for dish in meal.dishes}
    return "\n\n".join(
        _recipe(recipe, planned[recipe.slug], plan.eaters) for recipe in pages.build_recipes(only, dishes)
    )


def _recipe(recipe: pages.Recipe, planned: PlannedDish, eaters: int) -> str:
    cooked = {person: eaters * size for person, size in planned.servings.items()}
    lines = [f"{_said(recipe.title)} ({servings(cooked)})"]
    lines += [f"- {_said(ingredient(line))}" for line in recipe.lines]
    if recipe.dish is None:
        return "\n".join(lines)
    if recipe.dish.day_before:
        lines.append(f"The day before: {words.sentence(_said(recipe.dish.day_before))}")
    if recipe.dish.steps and recipe.dish.serves != recipe.uses[0].servings:
        lines.append(f"The steps are written for {words.count(recipe.dish.serves, 'serving')}.")
    lines += [f"{number}. {_said(step)}" for number, step in enumerate(recipe.dish.steps, start=1)]
    return "\n".join(lines)
