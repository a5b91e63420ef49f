"""The places of a plan that share their conditions: a slot, on weekdays or at the weekend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from mealplan.dishes import SLOTS, Season, Slot

Hemisphere = Literal["north", "south"]

SATURDAY = 5

MEAL_TIMES: Mapping[Slot, str] = {"breakfast": "07:30", "lunch": "12:30", "snack": "15:30", "dinner": "18:30"}
"""When meals are eaten, unless somebody says otherwise."""

EVENING = "17:00"
"""From when a meal is an evening meal."""

SEASONS: tuple[Season, ...] = ("winter", "spring", "summer", "autumn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A slot on all the days on which it is held to the same: ``days`` count from 0; on a weekday time is short."""

    slot: Slot
    days: tuple[int, ...]
    weekday: bool

    @property
    def name(self) -> str:
        """``dinner_weekday``: fit for a row of a model."""
        return f"{self.slot}_{'weekday' if self.weekday else 'weekend'}"


def build_occasions(start: date, days: int) -> tuple[Occasion, ...]:
    """Every slot of the days from ``start``, weekdays apart from weekends."""
    weekday = [(start + timedelta(days=number)).weekday() < SATURDAY for number in range(days)]
    return tuple(
        Occasion(slot=slot, weekday=kind, days=tuple(day for day in range(days) if weekday[day] is kind))
        for slot in SLOTS
        for kind in (True, False)
        if kind in weekday
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
