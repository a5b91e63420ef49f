"""Changes to a plan as other programs make them: `mealplan.change`, with places named as people name them.

Each takes a plan and gives another, with coverage, shortfalls and shopping list worked out anew and verified. The one
given stays as it is, so keeping it is all that taking a change back needs. No file is touched.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import get_args

from mealplan import change
from mealplan.asked import InvalidRequest
from mealplan.change import Alternative
from mealplan.choice import Than
from mealplan.kitchen import Kitchen
from mealplan.places import DayName, find_day, find_place, find_places
from mealplan.plan import Plan
from mealplan.progress import Progress
from mealplan.request import PlanRequest

MOST = 1000
"""Swaps that are looked for at once."""


def swap_meal(
    plan: Plan,
    day: DayName,
    meal: str,
    *,
    dish: str | None = None,
    than: Than | None = None,
    kitchen: Kitchen | None = None,
    now: datetime | None = None,
) -> Plan:
    """The plan with the best other meal in a place, the rest of the week as it is. A skipped meal is eaten again.

    Args:
        day: its weekday (``tue``), its date, or its number from 1; meal: its slot.
        dish: by slug or title, one that the meal is to hold; than: ``easier``, ``quicker`` or ``cheaper`` than now.
        kitchen: what the plan was made from, by default all that comes with the program.
        now: recorded as the time of the change, and nothing else; by default the clock's.
    Raises: UnknownPlace; CannotChange: the meal is locked, or there is none such; LeftWithout: another meal is left
    over from it.
    """
    return find_swaps(plan, day, meal, dish=dish, than=than, count=1, kitchen=kitchen, now=now)[0].plan


def find_swaps(
    plan: Plan,
    day: DayName,
    meal: str,
    *,
    dish: str | None = None,
    than: Than | None = None,
    count: int = 5,
    kitchen: Kitchen | None = None,
    now: datetime | None = None,
) -> tuple[Alternative, ...]:
    """The best meals for a place, each carried by another dish, best for the week first: each as a whole plan.

    Returns: at most ``count`` (1 to 1000), fewer where there are no more.
    Raises, and all else: as `swap_meal`.
    """
    if than is not None and than not in get_args(Than):
        raise InvalidRequest.of("than", than, f"must be one of {', '.join(get_args(Than))}")
    if count not in range(1, MOST + 1):
        raise InvalidRequest.of("count", count, f"must be a whole number from 1 to {MOST}")
    said = None if dish is None else str(dish)
    return change.alternatives(
        plan, find_place(plan, day, meal), now=_time(now), kitchen=kitchen, dish=said, than=than, count=int(count)
    )


def lock_meals(plan: Plan, day: DayName, meal: str | None = None, *, now: datetime | None = None) -> Plan:
    """The plan with a meal, or every meal of a day, that nothing changes. Raises: UnknownPlace; CannotChange."""
    return change.lock(plan, find_places(plan, day, meal), now=_time(now))


def unlock_meals(
    plan: Plan, day: DayName, meal: str | None = None, *, kitchen: Kitchen | None = None, now: datetime | None = None
) -> Plan:
    """The plan with a meal, or every meal of a day, that may be changed again.

    One that holds a food avoided since is chosen anew at once.
    Raises: UnknownPlace; CannotChange: nothing is left for such a meal.
    """
    return change.unlock(plan, find_places(plan, day, meal), now=_time(now), kitchen=kitchen)


def cook_meal(plan: Plan, day: DayName, meal: str, *, now: datetime | None = None) -> Plan:
    """The plan with a meal that is cooked, so that nothing changes it any more; no pantry is touched.

    Raises: UnknownPlace; CannotChange: it is cooked already, or eaten out.
    """
    return change.cook(plan, find_place(plan, day, meal), now=_time(now))


def skip_meal(
    plan: Plan,
    day: DayName,
    meal: str,
    *,
    estimate: bool = False,
    kitchen: Kitchen | None = None,
    now: datetime | None = None,
) -> Plan:
    """The plan with a meal eaten elsewhere: nothing is bought or cooked for it, and what it brings is not known.

    Args: estimate: count the energy that was planned as an estimate. The nutrients stay unknown.
    Raises: UnknownPlace; CannotChange: it is locked; LeftWithout: another meal is left over from it.
    """
    return change.skip(plan, find_place(plan, day, meal), now=_time(now), estimate=bool(estimate), kitchen=kitchen)


def unskip_meal(
    plan: Plan, day: DayName, meal: str, *, kitchen: Kitchen | None = None, now: datetime | None = None
) -> Plan:
    """The plan with a skipped meal as it was planned.

    Raises: UnknownPlace; CannotChange: it is not skipped, or holds a food avoided since.
    """
    return change.unskip(plan, find_place(plan, day, meal), now=_time(now), kitchen=kitchen)


def move_meal(
    plan: Plan, day: DayName, meal: str, to: DayName, *, kitchen: Kitchen | None = None, now: datetime | None = None
) -> Plan:
    """The plan with a meal and that of the day ``to`` exchanged, skipped ones too.

    Raises: UnknownPlace; CannotChange: one is locked, or holds a food that is avoided on its new day; LeftWithout.
    """
    other = find_day(plan, to)
    return change.move(plan, find_place(plan, day, meal), other, now=_time(now), kitchen=kitchen)


def avoid_food(
    plan: Plan, food: str, *, today: date | None = None, kitchen: Kitchen | None = None, now: datetime | None = None
) -> Plan:
    """The plan without a food: meals that hold it are chosen anew, and no later change brings it back.

    A locked meal stays as it is.
    Args: today: the first day that may change, by default the plan's first.
    Raises: UnknownAvoid; CannotChange: no day is left, or nothing else for a meal; LeftWithout.
    """
    if not (said := str(food).strip()):
        raise InvalidRequest.of("food", food, "must be a food, a group of foods, or what ingredients contain")
    return change.avoid(plan, said, today=_first(plan, today), now=_time(now), kitchen=kitchen)


def regenerate_plan(
    plan: Plan,
    *,
    today: date | None = None,
    seed: int | None = None,
    kitchen: Kitchen | None = None,
    now: datetime | None = None,
    progress: Progress = lambda _: None,
) -> Plan:
    """The plan with new meals, but for what is locked, skipped or past: the best week found around them.

    Args: today: as for `avoid_food`; seed: of the search, by default the one after the plan's own, so that asking
    again gives another week; progress: as for `mealplan.generate`.
    Raises: CannotChange: nothing is left to choose; NoMeals; SolverFailed; InvalidRequest: no such seed.
    """
    if seed is not None:
        seed = PlanRequest.model_validate(plan.request | {"seed": seed}).seed
    return change.regenerate(
        plan, today=_first(plan, today), now=_time(now), seed=seed, kitchen=kitchen, progress=progress
    )


def _time(now: datetime | None) -> datetime:
    return now or datetime.now(UTC)


def _first(plan: Plan, today: date | None) -> date:
    if today is None:
        return plan.days[0].date
    if not isinstance(today, date):
        raise InvalidRequest.of("today", today, "must be a date")
    return today.date() if isinstance(today, datetime) else today
