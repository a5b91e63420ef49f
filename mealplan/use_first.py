"""What is near its date at home is used first: meals that use it are swapped in where that costs the week least."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from mealplan.choice import allowed_dishes
from mealplan.dishes import Dish
from mealplan.pantry import Store
from mealplan.patterns import Columns
from mealplan.pipeline import Kitchen
from mealplan.places import Place, meal_at
from mealplan.plan import Plan
from mealplan.recount import with_columns
from mealplan.request import PlanRequest
from mealplan.standing import Standing, can_resume, resume
from mealplan.swap import Wish, best_meals

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

    A meal is swapped in where it costs the week least, if that is no more than the request's weight ``use_up``; locked
    and skipped meals stay. The plan is the same if nothing is near its date or all of it is used, and where its meals
    are not chosen anew one by one (`mealplan.standing.can_resume`).
    """
    if not can_resume(plan):
        return plan
    standing = resume(plan, kitchen)
    worth = PlanRequest.model_validate(plan.request).weights.use_up
    chosen: dict[Place, Columns] = {}
    for food in find_expiring(stores, plan.days[0].date, plan.days[-1].date):
        per_item = _grams(standing, food.ingredient) * plan.eaters
        for _ in range(MOST_MEALS):
            if _used(plan, standing, food, per_item) >= ENOUGH * food.grams:
                break
            found = _cheapest(plan, standing, kitchen, food, per_item, [*chosen])
            if found is None or found[0] > worth:
                break
            _, place, meal = found
            standing, chosen[place] = standing.with_meal(place, meal), meal
    return with_columns(plan, chosen, resume(plan, kitchen, standing.task), kitchen, now) if chosen else plan


def _cheapest(
    plan: Plan, standing: Standing, kitchen: Kitchen, food: Expiring, per_item: Floats, taken: list[Place]
) -> tuple[float, Place, Columns] | None:
    """The meal that uses a food in time and costs the week least: points more than now, its place, the meal."""
    space, search = standing.task.space, standing.search()
    before = search.objective()
    holding = np.zeros(len(space.servings.dishes), dtype=bool)
    holding[space.item_dish[per_item >= TASTE * food.grams]] = True
    found = []
    for place in standing.meals:
        meal = meal_at(plan, place)
        late = plan.days[place.day].date > food.due
        if late or meal.locked or meal.skipped is not None or place in taken or _takes(standing, place, per_item):
            continue
        wish = Wish(dishes=allowed_dishes(plan, place, standing, kitchen), holding=holding)
        best = best_meals(search, standing.task, place.day, place.slot, 1, wish)
        if len(best.meals):
            found.append((float(best.objective[0]) - before, place, best.meals))
    return min(found, key=lambda one: one[:2], default=None)


def _grams(standing: Standing, ingredient: str) -> Floats:
    """(n_items,) grams as bought of an ingredient in each item of the space."""
    space = standing.task.space
    return np.array([_in_serving(dish, ingredient) for dish in space.servings.dishes])[space.item_dish] * (
        space.item_amount
    )


def _in_serving(dish: Dish, ingredient: str) -> float:
    lines = [line for line in dish.lines if line.ingredient.name == ingredient]
    return sum(line.grams / line.ingredient.edible_share for line in lines) / dish.serves


def _takes(standing: Standing, place: Place, per_item: Floats) -> float:
    """Grams of the food that the meal at a place takes."""
    items = standing.meals[place].items[0]
    return float(per_item[items[items >= 0]].sum())


def _used(plan: Plan, standing: Standing, food: Expiring, per_item: Floats) -> float:
    """Grams of a food that the week takes before it is past."""
    return sum(_takes(standing, place, per_item) for place in standing.meals if plan.days[place.day].date <= food.due)
