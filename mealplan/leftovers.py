"""A dinner cooked once and eaten again: the dish as it comes out of the fridge, and which dinner serves which lunch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil

from foods.retention import reheated
from mealplan.dishes import Dish

PER_WEEK = 4
"""Lunches of seven days that are eaten from a dinner, where as many dinners keep."""

WARM_MINUTES = 10
"""What is left of a dish's minutes the second time, of which half are work."""

_MARK = "--left-over"


def left_over(dish: Dish) -> Dish:
    """A dish eaten again at lunch: few minutes, and every food in it heated once more."""
    return replace(
        dish,
        slug=dish.slug + _MARK,
        title=f"{dish.title} (left over)",
        meals=frozenset({"lunch"}),
        minutes=min(WARM_MINUTES, dish.minutes),
        active_minutes=min(WARM_MINUTES // 2, dish.active_minutes),
        lines=tuple(replace(line, retention=reheated(line.retention)) for line in dish.lines),
        day_before="",
    )


def is_left_over(slug: str) -> bool:
    """Whether a dish of the model is one eaten again."""
    return slug.endswith(_MARK)


def cooked_dish(slug: str) -> str:
    """The slug of the dish that was cooked."""
    return slug.removesuffix(_MARK)


def slug_left_over(slug: str) -> str:
    """The slug of a dish eaten again."""
    return slug + _MARK


def with_leftovers(dishes: Iterable[Dish]) -> tuple[Dish, ...]:
    """The dishes, and each main of a dinner that keeps a day or more as it is eaten again."""
    dishes = tuple(dishes)
    return (*dishes, *(left_over(d) for d in dishes if d.is_main and d.keeps_days >= 1 and "dinner" in d.meals))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pot:
    """A main cooked for the dinner of day ``cooked`` and eaten again at the lunch of day ``again``; days from 0."""

    dish: str
    cooked: int
    again: int


def choose_pots(
    dinners: Mapping[int, Dish],
    days: int,
    on_weekday: Callable[[int], bool],
    may_be: Callable[[Pot], bool] = lambda _: True,
) -> tuple[Pot, ...]:
    """Which dinners serve a later lunch: each once, no lunch two, nothing beyond the days it keeps.

    Lunches of weekdays come first, then those that wait least. Args: dinners: the main of each day, from 0;
    may_be: whether the lunch may have it.
    """
    possible = [
        Pot(dish=dish.slug, cooked=cooked, again=again)
        for cooked, dish in dinners.items()
        if dish.is_main
        for again in range(cooked + 1, min(days, cooked + dish.keeps_days + 1))
        if may_be(Pot(dish=dish.slug, cooked=cooked, again=again))
    ]
    chosen: list[Pot] = []
    for pot in sorted(possible, key=lambda pot: (not on_weekday(pot.again), pot.again - pot.cooked, pot.again)):
        if not any(pot.again == other.again or pot.dish == other.dish for other in chosen):
            chosen.append(pot)
    return tuple(sorted(chosen[: ceil(PER_WEEK * days / 7)], key=lambda pot: pot.again))
