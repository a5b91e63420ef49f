"""What is near its date at home is used first: meals that use it are swapped in where that costs the week least."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from mealplan.choice import plain_wishes
from mealplan.dishes import Dish
from mealplan.fill import planned
from mealplan.kitchen import Kitchen
from mealplan.lay import lay
from mealplan.pantry import Store
from mealplan.places import Place, meal_at, with_meals
from mealplan.plan import Plan
from mealplan.pots import linked
from mealplan.recount import with_served
from mealplan.request import PlanRequest
from mealplan.standing import Served, Standing, Table, resume
from mealplan.swap import Wish

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

ENOUGH = 0.75
"""Share of what is at home from which it counts as used up: a rest is no reason for another meal."""

TASTE = 0.05
"""Share of what is at home that a serving must take to count as using it."""

MOST_MEALS = 3
"""Meals that are swapped in for one food."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring:
    """Grams as bought of an ingredient at home that are good until ``due``."""

    ingredient: str
    grams: float
    due: date


def find_expiring(stores: Iterable[Store], first: date, last: date) -> tuple[Expiring, ...]:
    """What is at home with a date within these days, the soonest first; one entry an ingredient and date."""
    grams: dict[tuple[date, str], float] = {}
    for store in stores:
        if store.best_before is not None and first <= store.best_before <= last and store.grams > 0:
            key = (store.best_before, store.ingredient)
            grams[key] = grams.get(key, 0.0) + store.grams
    return tuple(Expiring(ingredient=name, grams=held, due=due) for (due, name), held in sorted(grams.items()))


def use_first(plan: Plan, stores: Iterable[Store], *, now: datetime, kitchen: Kitchen) -> Plan:
    """The plan with what is near its date used before it is past, as far as that is worth it.

    A meal is swapped in where it costs the week least, if that is no more than the request's weight ``use_up``; meals
    that are locked, skipped, or cooked for two days stay. The plan is the same if nothing is near its date or all of it
    is used.
    """
    foods = find_expiring(stores, plan.days[0].date, plan.days[-1].date)
    if not foods:
        return plan
    table, after = resume(plan, kitchen), plan
    worth = PlanRequest.model_validate(plan.request).weights.use_up
    chosen: dict[Place, Served] = {}
    for food in foods:
        for _ in range(MOST_MEALS):
            look = _Look(after, table, kitchen, food)
            if look.used() >= ENOUGH * food.grams:
                break
            found = look.cheapest([*chosen])
            if found is None or found[0] > worth:
                break
            _, place, chosen[place] = found
            table = table.with_meals({place: chosen[place]})
            days = with_meals(after, {place: planned(after, place, chosen[place], table)})
            after = after.model_copy(update={"days": days})
    return with_served(plan, chosen, resume(plan, kitchen), kitchen, now) if chosen else plan


class _Look:
    """One look for the meal that uses a food in time and costs the plan least."""

    def __init__(self, plan: Plan, table: Table, kitchen: Kitchen, food: Expiring) -> None:
        self._plan, self._table, self._kitchen, self._food = plan, table, kitchen, food
        self._grams = [plan.eaters * _grams(week, food.ingredient) for week in table.weeks]
        """(n_items,) of each person."""

    def used(self) -> float:
        """Grams of the food that the week takes before it is past."""
        return sum(self._takes(place) for place in self._table.weeks[0].meals if not self._is_late(place))

    def cheapest(self, taken: Sequence[Place]) -> tuple[float, Place, Served] | None:
        """Points more than now, the place, the meal; None where none uses the food."""
        before, weights = self._table.objective, PlanRequest.model_validate(self._plan.request).weights
        found = []
        for place in self._table.weeks[0].meals:
            if place in taken or self._is_late(place) or self._stays(place) or self._takes(place):
                continue
            for best in lay(self._table, place, self._wishes(place), 1, weights):
                found.append((best.rank - before, place, best.meals))
        return min(found, key=lambda one: one[:2], default=None)

    def _wishes(self, place: Place) -> list[Wish]:
        return [
            replace(wish, holding=self._holding(week, grams))
            for wish, week, grams in zip(
                plain_wishes(self._plan, place, self._table, self._kitchen),
                self._table.weeks,
                self._grams,
                strict=True,
            )
        ]

    def _holding(self, week: Standing, grams: Floats) -> Bools | None:
        """The dishes that use the food; all others too for whoever may eat none of them."""
        holding = np.zeros(len(week.task.space.servings.dishes), dtype=bool)
        holding[week.task.space.item_dish[grams * len(self._grams) >= TASTE * self._food.grams]] = True
        return holding if holding.any() or len(self._grams) == 1 else None

    def _is_late(self, place: Place) -> bool:
        return self._plan.days[place.day].date > self._food.due

    def _stays(self, place: Place) -> bool:
        meal = meal_at(self._plan, place)
        return meal.stays or meal.skipped is not None or bool(linked(self._plan.days, place))

    def _takes(self, place: Place) -> float:
        """Grams of the food that the meal at a place takes, for all who eat of it."""
        meals = [
            (week.meals[place].items[0], grams) for week, grams in zip(self._table.weeks, self._grams, strict=True)
        ]
        return sum(float(grams[items[items >= 0]].sum()) for items, grams in meals)


def _grams(week: Standing, ingredient: str) -> Floats:
    """(n_items,) grams as bought of an ingredient in each item of a person's space."""
    space = week.task.space
    return np.array([_in_serving(dish, ingredient) for dish in space.servings.dishes])[space.item_dish] * (
        space.item_amount
    )


def _in_serving(dish: Dish, ingredient: str) -> float:
    return sum(line.bought_grams for line in dish.lines if line.ingredient.name == ingredient) / dish.serves
