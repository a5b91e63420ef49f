"""The best meals for one place of a week, with the rest of the week fixed: exact, over every meal there is.

With the rest fixed, what a meal's nutrients are worth is known: they earn up to what the day and the week still lack,
and cost beyond the room that is left. Such ramps are prices that `mealplan.pricing` works with exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mealplan.dishes import Slot
from mealplan.patterns import Columns
from mealplan.pricing import Prices, Ramps, cheapest_meals
from mealplan.schedule import Rest, Search
from mealplan.score import Bounds
from mealplan.task import Task

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """The best meals for a place, one for each dish that carries it, best first.

    ``objective`` (n,): points of the whole week with that meal in the place.
    """

    meals: Columns
    objective: Floats


def best_meals(search: Search, task: Task, day: int, slot: Slot, count: int = 5) -> Alternatives:
    """The ``count`` best meals for a day and slot of the week in ``search``, each with another anchor dish.

    The meal that stands there competes like any other.
    """
    rest = search.rest(day, slot)
    prices = _prices(rest, task.bounds)
    meals, _ = cheapest_meals(task.space, rest.occasion, prices, below=np.inf, per_anchor=1, most=count)
    change = _points(task, rest, meals) - _points(task, rest, rest.standing)
    return Alternatives(meals=meals, objective=search.objective() + change)


def _prices(rest: Rest, bounds: Bounds) -> Prices:
    """What one more meal earns and pays; with its own cost, the points of the week but for a constant."""
    share = np.where(bounds.daily, 1.0, 1 / rest.days)
    held = np.where(bounds.daily, rest.amount[bounds.column], rest.mean[bounds.column])
    lack, room = (bounds.lower - held) / share, (bounds.upper - held) / share
    # A day's points are shared over the days, a mean's amount is: either way the price of a unit is this.
    short, over = lack > 0, np.isfinite(room)
    return Prices(
        nutrient=np.zeros(len(rest.amount)),
        dish=-rest.dish,
        floors=Ramps(column=bounds.column[short], at=lack[short], price=bounds.short_price[short] / rest.days),
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
