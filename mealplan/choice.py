"""Which meals may stand in a place of a plan: what is avoided, which dish is wished for, what is easier than now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process

from mealplan.diets import find_diets, judge_dish, resolve_avoid
from mealplan.dishes import Dish
from mealplan.errors import MealplanError
from mealplan.pipeline import Kitchen
from mealplan.places import Place, meal_at
from mealplan.plan import Meal, Plan, PlannedDish
from mealplan.preference import cost_usd
from mealplan.standing import Standing
from mealplan.swap import Under, Wish

Bools = NDArray[np.bool_]
Than = Literal["easier", "quicker", "cheaper"]

_DIFFICULTY = ("easy", "medium")


class CannotChange(MealplanError):
    """A change that is not possible, or that would break what is locked."""


def wish_for(
    plan: Plan, place: Place, standing: Standing, kitchen: Kitchen, dish: str | None, than: Than | None
) -> Wish:
    """What may stand in a place: with a dish, and so compared with now, as asked; else without the dish there now.

    Raises: CannotChange: there is no such dish, or not there.
    """
    space = standing.task.space
    allowed, holding = allowed_dishes(plan, place, standing, kitchen), None
    meal = meal_at(plan, place)
    if dish is not None:
        holding = np.arange(len(allowed)) == _find_dish(dish, place, standing, kitchen, allowed, plan)
    elif meal.dishes:
        allowed = allowed & np.array([one.slug != meal.dishes[0].dish for one in space.servings.dishes])
    if than is None:
        return Wish(dishes=allowed, holding=holding)
    fits, under = _compared(than, meal, standing, kitchen)
    return Wish(dishes=allowed & fits, holding=holding, under=under)


def avoided_in(plan: Plan, place: Place, dishes: Sequence[PlannedDish], kitchen: Kitchen) -> frozenset[str]:
    """The ingredients of these dishes that are avoided on the day of a place."""
    return _avoided_at(plan, place, kitchen) & {portion.ingredient for dish in dishes for portion in dish.ingredients}


def _avoided_at(plan: Plan, place: Place, kitchen: Kitchen) -> frozenset[str]:
    foods = [one.food for one in plan.avoided if one.since <= plan.days[place.day].date]
    return resolve_avoid(foods, kitchen.catalogue)


def allowed_dishes(plan: Plan, place: Place, standing: Standing, kitchen: Kitchen) -> Bools:
    """(n_dishes,) the dishes that hold nothing that is avoided on the day of a place."""
    names = _avoided_at(plan, place, kitchen)
    dishes = standing.task.space.servings.dishes
    return np.array([not any(line.ingredient.name in names for line in dish.lines) for dish in dishes], dtype=bool)


def _find_dish(said: str, place: Place, standing: Standing, kitchen: Kitchen, allowed: Bools, plan: Plan) -> int:
    """The row of a dish named by slug or title. Raises: CannotChange, saying why it is not to be had there."""
    word = said.strip().casefold()
    dishes = standing.task.space.servings.dishes
    known = [one for one in kitchen.dishes if word in (one.slug, one.title.casefold())]
    if not known:
        near = process.extract(word, {one.slug: one.slug.replace("-", " ") for one in kitchen.dishes}, limit=3)
        hint = f"did you mean {' or '.join(f'`{slug}`' for _, _, slug in near)}?"
        raise CannotChange(f"there is no dish `{said}`", hint=hint)
    row = next((row for row, one in enumerate(dishes) if one.slug == known[0].slug), None)
    if row is None or not allowed[row]:
        raise CannotChange(f"`{known[0].slug}` is left out: {_why_left_out(known[0], plan, kitchen)}")
    carries = row in standing.task.space.anchors(place.slot)
    if not carries and row not in standing.task.space.item_dish[standing.task.space.sides(place.slot).items]:
        raise CannotChange(
            f"`{known[0].slug}` is not for {place.slot}",
            hint=f"it is a {known[0].course} for {', '.join(sorted(known[0].meals))}",
        )
    return row


def _why_left_out(dish: Dish, plan: Plan, kitchen: Kitchen) -> str:
    foods = (*plan.request.get("avoid", ()), *(one.food for one in plan.avoided))
    reasons = judge_dish(dish, find_diets(plan.request.get("diets", ())), resolve_avoid(foods, kitchen.catalogue))[1]
    return "; ".join(reasons) or "the plan's own rules rule it out"


def _compared(than: Than, meal: Meal, standing: Standing, kitchen: Kitchen) -> tuple[Bools, tuple[Under, ...]]:
    """Which dishes may be in a meal that is easier, quicker or cheaper than this one, and what it must stay under."""
    space = standing.task.space
    dishes = space.servings.dishes
    known = {dish.slug: dish for dish in kitchen.dishes}
    planned = meal.dishes if meal.skipped is None else meal.skipped.planned
    now = [known[one.dish] for one in planned if one.dish in known]
    active = np.array([dish.active_minutes for dish in dishes], dtype=float)[space.item_dish]
    hands_on = float(sum(dish.active_minutes for dish in now))
    match than:
        case "easier":
            hardest = max((_DIFFICULTY.index(dish.difficulty) for dish in now), default=0)
            fits = np.array([_DIFFICULTY.index(dish.difficulty) <= hardest for dish in dishes], dtype=bool)
            return fits, (Under(value=active, limit=hands_on),)
        case "quicker":
            # Pots stand beside each other, hands do one thing at a time.
            minutes = max([hands_on, *(dish.minutes for dish in now)])
            fits = np.array([dish.minutes < minutes for dish in dishes], dtype=bool)
            return fits, (Under(value=active, limit=minutes),)
        case "cheaper":
            costs = np.array([cost_usd(dish) for dish in dishes])
            fits = costs > 0  # of the others no price is known
            value = costs[space.item_dish] * space.item_amount
            spent = sum(cost_usd(known[one.dish]) * sum(one.servings.values()) for one in planned if one.dish in known)
            return fits, (Under(value=value, limit=float(spent)),)
