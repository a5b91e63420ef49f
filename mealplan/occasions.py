"""The places of a plan that share their conditions: a slot, on the days that are held to the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from mealplan.dishes import SLOTS, Season, Slot

Hemisphere = Literal["north", "south"]
Dearer = frozenset[tuple[str, float]]

SATURDAY = 5

MEAL_TIMES: Mapping[Slot, str] = {"breakfast": "07:30", "lunch": "12:30", "snack": "15:30", "dinner": "18:30"}
"""When meals are eaten, unless somebody says otherwise."""

EVENING = "17:00"
"""From when a meal is an evening meal."""

SEASONS: tuple[Season, ...] = ("winter", "spring", "summer", "autumn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A slot on all the days on which it is held to the same: ``days`` count from 0; on a weekday time is short.

    ``dearer`` are dishes that cost more points there than elsewhere, by slug.
    """

    slot: Slot
    days: tuple[int, ...]
    weekday: bool
    dearer: Dearer = frozenset()

    @property
    def name(self) -> str:
        """``dinner_weekday``: fit for a row of a model; with its first day's number where some dishes are dearer."""
        name = f"{self.slot}_{'weekday' if self.weekday else 'weekend'}"
        return f"{name}_{self.days[0]}" if self.dearer else name


def added(one: Dearer, other: Dearer) -> Dearer:
    """What both make dearer, their points summed."""
    points = dict(one)
    for slug, more in other:
        points[slug] = points.get(slug, 0.0) + more
    return frozenset(points.items())


def _alike(day: date, slot: Slot) -> Dearer:
    """No dish is dearer anywhere."""
    return frozenset()


def build_occasions(
    start: date, days: int, slots: Sequence[Slot] = SLOTS, dearer: Callable[[date, Slot], Dearer] = _alike
) -> tuple[Occasion, ...]:
    """Every slot of the days from ``start``, days apart that are not both weekdays or make other dishes dearer."""
    found: list[Occasion] = []
    for slot in slots:
        alike: dict[tuple[bool, Dearer], list[int]] = {}
        for number in range(days):
            day = start + timedelta(days=number)
            alike.setdefault((day.weekday() < SATURDAY, dearer(day, slot)), []).append(number)
        weekdays_first = sorted(alike.items(), key=lambda item: not item[0][0])
        found += (
            Occasion(slot=slot, weekday=weekday, dearer=more, days=tuple(held))
            for (weekday, more), held in weekdays_first
        )
    return tuple(found)


def with_dearer(occasions: Sequence[Occasion], more: Callable[[int, Slot], Dearer]) -> tuple[Occasion, ...]:
    """The same places with these dishes dearer still, days apart that differ in it. ``more``: by day and slot."""
    found: list[Occasion] = []
    for occasion in occasions:
        alike: dict[Dearer, list[int]] = {}
        for day in occasion.days:
            alike.setdefault(added(occasion.dearer, more(day, occasion.slot)), []).append(day)
        found += (replace(occasion, dearer=dearer, days=tuple(days)) for dearer, days in alike.items())
    return tuple(found)


def without_dearer(occasions: Sequence[Occasion]) -> tuple[Occasion, ...]:
    """The same places with no dish dearer anywhere, days together that differed in that alone."""
    alike: dict[tuple[Slot, bool], list[int]] = {}
    for occasion in occasions:
        alike.setdefault((occasion.slot, occasion.weekday), []).extend(occasion.days)
    return tuple(
        Occasion(slot=slot, weekday=weekday, days=tuple(sorted(days))) for (slot, weekday), days in alike.items()
    )


def day_count(occasions: Sequence[Occasion]) -> int:
    """How many days the occasions stretch over."""
    return 1 + max(day for occasion in occasions for day in occasion.days)


def season_of(day: date, hemisphere: Hemisphere) -> Season:
    """The meteorological season: spring begins with March in the north, with September in the south."""
    northern = day.month % 12 // 3
    return SEASONS[(northern + 2 * (hemisphere == "south")) % 4]


def slots_from(clock: str | None) -> frozenset[Slot]:
    """The meals eaten at a time of day, HH:MM, or later; none without one."""
    return frozenset(slot for slot, time in MEAL_TIMES.items() if clock is not None and time >= clock)
