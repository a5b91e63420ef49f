"""A dinner cooked once and eaten again, out of the fridge or the freezer, and which dinner serves which lunch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil, inf

from foods.retention import reheated
from mealplan.dishes import Dish

PER_WEEK = 4
"""Lunches of seven days that are eaten from a dinner, where as many dinners keep."""

FROZEN_PER_WEEK = 2
"""Lunches of seven days that come out of the freezer beside those, where that is asked for; they are of the first
dinners of the seven days, as those wait longest."""

WARM_MINUTES = 10
"""What is left of a dish's minutes the second time, of which half are work."""

_MARK = "--left-over"
_TITLED = " (left over)"


def left_over(dish: Dish) -> Dish:
    """A dish eaten again at lunch: few minutes, and every food in it heated once more."""
    return replace(
        dish,
        slug=dish.slug + _MARK,
        title=f"{dish.title}{_TITLED}",
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


def thawed(title: str) -> str:
    """The title of a dish eaten again as it comes out of the freezer."""
    return f"{title.removesuffix(_TITLED)} (from the freezer)"


def slug_left_over(slug: str) -> str:
    """The slug of a dish eaten again."""
    return slug + _MARK


def with_leftovers(dishes: Iterable[Dish], freezer: bool = False) -> tuple[Dish, ...]:
    """The dishes, and each main of a dinner as it is eaten again: that keeps a day or more, or waits in the freezer."""
    dishes = tuple(dishes)
    return (*dishes, *(left_over(d) for d in dishes if d.is_main and "dinner" in d.meals and keeps(d, 1, 7 * freezer)))


def keeps(dish: Dish, days: int, freezer_days: int = 0) -> bool:
    """Whether a dish can be eaten so many days after it was cooked, in the fridge or out of the freezer."""
    return days <= dish.keeps_days or (dish.freezes and days <= freezer_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pot:
    """A main cooked for the dinner of day ``cooked`` and eaten again at the lunch of day ``again``; days from 0."""

    dish: str
    cooked: int
    again: int

    @property
    def wait(self) -> int:
        """Days between the two meals."""
        return self.again - self.cooked


def choose_pots(
    dinners: Mapping[int, Dish],
    days: int,
    on_weekday: Callable[[int], bool],
    price: Callable[[Pot], float] = lambda _: 0.0,
    freezer_days: int = 0,
) -> tuple[Pot, ...]:
    """Which dinners serve a later lunch: each once, no lunch two, nothing beyond the days it keeps.

    The cheapest come first, then lunches of weekdays: out of the freezer those that wait most, then out of the fridge
    those that wait least.
    Args: dinners: the main of each day, from 0; price: points of a pot, infinite where the lunch may not have it;
    freezer_days: that a dish which freezes may wait.
    """
    possible = [
        (dish.keeps_days, pot)
        for cooked, dish in dinners.items()
        if dish.is_main
        for again in range(cooked + 1, days)
        if keeps(dish, again - cooked, freezer_days)
        and price(pot := Pot(dish=dish.slug, cooked=cooked, again=again)) < inf
    ]
    fresh = [pot for kept, pot in possible if pot.wait <= kept]
    frozen = [pot for kept, pot in possible if pot.wait > kept]
    fresh.sort(key=lambda pot: (price(pot), not on_weekday(pot.again), pot.wait, pot.again))
    frozen.sort(key=lambda pot: (price(pot), not on_weekday(pot.again), -pot.wait, pot.again))
    chosen = _each_once(frozen, [], ceil(FROZEN_PER_WEEK * days / 7))
    chosen = _each_once(fresh, chosen, len(chosen) + ceil(PER_WEEK * days / 7))
    return tuple(sorted(chosen, key=lambda pot: pot.again))


def _each_once(pots: Iterable[Pot], chosen: list[Pot], most: int) -> list[Pot]:
    """What was chosen, with more pots of other dishes at other lunches, up to so many."""
    chosen = list(chosen)
    for pot in pots:
        if len(chosen) < most and not any(pot.again == other.again or pot.dish == other.dish for other in chosen):
            chosen.append(pot)
    return chosen
