"""The best meals for one place of a week, with the rest of the week fixed: exact, over every meal there is.

With the rest fixed, what a meal's nutrients are worth is known: what the day and the week lack with it costs, and so
does what passes the room that is left. The best meals leave next to nothing lacking, so that what they cost in appetite
alone is near the truth, and `mealplan.pricing` finds them by it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mealplan.dishes import Slot
from mealplan.patterns import Columns, Space, sum_items
from mealplan.prices import Prices, Ramps
from mealplan.pricing import cheapest_meals
from mealplan.schedule import Rest, Search
from mealplan.score import Bounds
from mealplan.task import Task

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

BARRED = 1e9
"""Points of a dish that is not wished for: more than any meal costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """The best meals for a place, one for each dish that carries it, best first.

    ``objective`` (n,): points of the whole week with that meal in the place.
    """

    meals: Columns
    objective: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """A sum that a meal must stay below: ``value`` (n_items,) of its items, ``limit`` of the meal."""

    value: Floats
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a meal must be to be looked at: of the dishes in ``dishes`` (n_dishes,), holding one of those in ``holding``
    (n_dishes,) if it is given, under every sum of ``under``."""

    dishes: Bools
    holding: Bools | None = None
    under: tuple[Under, ...] = field(default=())

    @classmethod
    def any(cls, space: Space) -> Wish:
        """Whatever the space holds."""
        return cls(dishes=np.ones(len(space.servings.dishes), dtype=bool))


def best_meals(
    search: Search, task: Task, day: int, slot: Slot, count: int = 5, wish: Wish | None = None
) -> Alternatives:
    """The ``count`` best meals for a day and slot of the week in ``search``, each with another anchor dish.

    The meal that stands there competes like any other. With a ``wish`` only the meals that fulfil it do; fewer
    than ``count`` where there are no more.
    """
    rest, space = search.rest(day, slot), task.space
    prices, fits = _prices(rest, task.bounds), None
    if wish is not None:
        prices = replace(prices, dish=prices.dish - BARRED * ~_allowed(wish, space, slot))
        fits = partial(fulfils, wish, space)
    meals, _ = cheapest_meals(
        space, rest.occasion, prices, below=BARRED / 2, per_anchor=1, most=count, exhaustive=True, fits=fits
    )
    change = _points(task, rest, meals) - _points(task, rest, rest.standing)
    return Alternatives(meals=meals, objective=search.objective() + change)


def points_with(search: Search, task: Task, day: int, slot: Slot) -> Callable[[Columns], Floats]:
    """What tells of meals for a place (n,) the points of the whole week with each."""
    rest = search.rest(day, slot)
    others = search.objective() - _points(task, rest, rest.standing)
    return lambda meals: others + _points(task, rest, meals)


def _prices(rest: Rest, bounds: Bounds) -> Prices:
    """What one more meal pays; with its own cost, the points of the week but for a constant."""
    share = np.where(bounds.daily, 1.0, 1 / rest.days)
    held = np.where(bounds.daily, rest.amount[bounds.column], rest.mean[bounds.column])
    lack, room = (bounds.lower - held) / share, (bounds.upper - held) / share
    # A day's points are shared over the days, a mean's amount is: either way the price of a unit is this.
    short, over = lack > 0, np.isfinite(room)
    return Prices(
        nutrient=np.zeros(len(rest.amount)),
        dish=-rest.dish,
        lacks=Ramps(column=bounds.column[short], at=lack[short], price=bounds.short_price[short] / rest.days),
        ceilings=Ramps(column=bounds.column[over], at=room[over], price=bounds.over_price[over] / rest.days),
    )


def _points(task: Task, rest: Rest, meals: Columns) -> Floats:
    """(n,) points of the week that depend on the meal in the open place."""
    bounds = task.bounds
    points = meals.cost + bounds.points(rest.amount + meals.amount, daily=True) / rest.days
    points += bounds.points(rest.mean + meals.amount / rest.days, daily=False)
    dishes = np.append(task.space.item_dish, len(rest.dish))[meals.items]
    total: Floats = points + np.append(rest.dish, 0.0)[dishes].sum(axis=1)
    return total


def _allowed(wish: Wish, space: Space, slot: Slot) -> Bools:
    """(n_dishes,) the dishes that a meal which fulfils the wish may hold."""
    allowed = wish.dishes.copy()
    for under in wish.under:
        least = np.full(len(allowed), np.inf)
        np.minimum.at(least, space.item_dish, under.value)
        allowed &= least < under.limit
    if wish.holding is not None:
        beside = np.isin(np.arange(len(allowed)), space.item_dish[space.sides(slot).items])
        if not wish.holding[beside].any():
            allowed &= wish.holding | beside
    return allowed


def fulfils(wish: Wish, space: Space, items: Ints) -> Bools:
    """(n,) whether meals of (n, 3) items are of the dishes wished for, hold what is asked, and stay under every sum."""
    kept = np.ones(len(items), dtype=bool)
    kept &= np.append(wish.dishes[space.item_dish], True)[items].all(axis=1)
    if wish.holding is not None:
        kept &= np.append(wish.holding[space.item_dish], False)[items].any(axis=1)
    for under in wish.under:
        kept &= sum_items(under.value[:, None], items)[:, 0] < under.limit
    return kept
