"""The best meals for one place of a week, with the rest of the week fixed: exact, over every meal there is.

With the rest fixed, a week costs the meal's own cost, what its dishes repeat, and a convex function of the day's and
the week's nutrients. A convex function lies above its tangents, so a tangent is a set of prices under which
`Space.price` finds every meal that can still be among the best; those are then worked out exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mealplan.dishes import Slot
from mealplan.patterns import Columns, Prices, Space
from mealplan.schedule import Rest, Search
from mealplan.score import Bounds

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

FIRST_FEW = 4
"""How many meals of each main are looked at to learn what the best cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """The best meals for a place, one for each dish that carries it, best first.

    ``objective`` (n,): points of the whole week with that meal in the place.
    """

    meals: Columns
    objective: Floats


def best_meals(search: Search, space: Space, bounds: Bounds, day: int, slot: Slot, count: int = 5) -> Alternatives:
    """The ``count`` best meals for a day and slot of the week in ``search``, each with another anchor dish.

    The meal that stands there competes like any other.
    """
    rest = search.rest(day, slot)
    prices = _tangent(rest, bounds)
    standing = float(_points(space, rest, bounds, rest.standing)[0])
    # Points of any meal are at least its reduced cost and this: the tangent touches at the standing meal.
    floor = standing - float(space.reduced_cost(rest.standing, prices)[0])
    some, _ = space.price(slot, prices, np.inf, FIRST_FEW)
    _, points = _one_each(space, some, _points(space, rest, bounds, some), count)
    every, _ = space.price(slot, prices, float(points[-1]) - floor + 1e-9, np.iinfo(np.intp).max)
    meals = some.joined(every)
    rows, points = _one_each(space, meals, _points(space, rest, bounds, meals), count)
    return Alternatives(meals=meals.take(rows), objective=search.objective() - standing + points)


def _tangent(rest: Rest, bounds: Bounds) -> Prices:
    """Prices that make a meal's reduced cost a lower bound on its points, but for a constant."""
    meal = rest.standing.amount[0]
    slope = bounds.slope(rest.amount + meal, daily=True) / rest.days
    slope += bounds.slope(rest.mean + meal / rest.days, daily=False) / rest.days
    return Prices(nutrient=-slope, dish=-rest.dish, anchor=-rest.anchor)


def _points(space: Space, rest: Rest, bounds: Bounds, meals: Columns) -> Floats:
    """(n,) points of the week that depend on the meal in the open place."""
    points = meals.cost + bounds.points(rest.amount + meals.amount, daily=True) / rest.days
    points += bounds.points(rest.mean + meals.amount / rest.days, daily=False)
    dishes = np.where(meals.items >= 0, space.item_dish[meals.items], 0)
    points += np.where(meals.items >= 0, rest.dish[dishes], 0.0).sum(axis=1)
    total: Floats = points + rest.anchor[dishes[:, 0]]
    return total


def _one_each(space: Space, meals: Columns, points: Floats, count: int) -> tuple[Ints, Floats]:
    """The best meal of each anchor dish, the ``count`` best of those, in order."""
    order = np.argsort(points, kind="stable")
    anchors = space.item_dish[meals.items[order, 0]]
    first = np.sort(np.unique(anchors, return_index=True)[1])[:count]
    return order[first], points[order[first]]
