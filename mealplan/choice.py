"""Which meals may stand in a place of a plan: what is avoided, which dish is wished for, what is easier than now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mealplan.diets import find_diets, judge_dish, resolve_avoid
from mealplan.dishes import Dish
from mealplan.errors import MealplanError
from mealplan.formulate import kitchen_for
from mealplan.kitchen import Kitchen
from mealplan.leftovers import is_left_over
from mealplan.library import UnknownDish, find_dish
from mealplan.obey import slug_planned
from mealplan.places import Place, meal_at
from mealplan.plan import Meal, Plan, PlannedDish
from mealplan.pots import open_pots
from mealplan.preference import cost_usd
from mealplan.request import PlanRequest
from mealplan.standing import Standing, Table
from mealplan.swap import Under, Wish

Bools = NDArray[np.bool_]
Than = Literal["easier", "quicker", "cheaper"]

_DIFFICULTY = ("easy", "medium")


class CannotChange(MealplanError):
    """A change that is not possible, or that would break what is locked."""


def plain_wishes(plan: Plan, place: Place, table: Table, kitchen: Kitchen) -> list[Wish]:
    """What may stand in a place, for each person."""
    return [Wish(dishes=allowed_dishes(plan, place, week, kitchen)) for week in table.weeks]


def wishes_for(
    plan: Plan, place: Place, table: Table, kitchen: Kitchen, dish: str | None, than: Than | None
) -> list[Wish]:
    """What may stand in a place, for each person: with a dish, and so compared with now, as asked; else without the
    dish there now.

    Raises: CannotChange: there is no such dish, or not there.
    """
    wanted = None if dish is None else _find_dish(dish, place, table, kitchen, plan)
    return [_wish_for(plan, place, week, kitchen, wanted, than) for week in table.weeks]


def _wish_for(
    plan: Plan, place: Place, week: Standing, kitchen: Kitchen, wanted: str | None, than: Than | None
) -> Wish:
    dishes, meal = week.task.space.servings.dishes, meal_at(plan, place)
    allowed = allowed_dishes(plan, place, week, kitchen)
    holding = None
    if wanted is not None:
        holding = np.array([one.slug == wanted for one in dishes]) & allowed
        # Whoever may not eat it has something else.
        holding = holding if holding.any() else None
    elif meal.dishes:
        allowed = allowed & np.array([one.slug != slug_planned(meal.dishes[0]) for one in dishes])
    if than is None:
        return Wish(dishes=allowed, holding=holding)
    fits, under = _compared(than, meal, week, dishes_of(plan, kitchen))
    return Wish(dishes=allowed & fits, holding=holding, under=under)


def freezer_days(plan: Plan) -> int:
    """Days that a dish which freezes may wait to be eaten again."""
    return 7 * PlanRequest.model_validate(plan.request).rules.freezer


def dishes_of(plan: Plan, kitchen: Kitchen) -> dict[str, Dish]:
    """The dishes that a plan may be made of, by slug, those eaten again among them."""
    request = PlanRequest.model_validate(plan.request)
    return {dish.slug: dish for dish in kitchen_for(request, kitchen).dishes}


def avoided_in(plan: Plan, place: Place, dishes: Sequence[PlannedDish], kitchen: Kitchen) -> frozenset[str]:
    """The ingredients of these dishes that are avoided on the day of a place."""
    return _avoided_at(plan, place, kitchen) & {portion.ingredient for dish in dishes for portion in dish.ingredients}


def _avoided_at(plan: Plan, place: Place, kitchen: Kitchen) -> frozenset[str]:
    foods = [one.food for one in plan.avoided if one.since <= plan.days[place.day].date]
    return resolve_avoid(foods, kitchen.catalogue)


def allowed_dishes(plan: Plan, place: Place, week: Standing, kitchen: Kitchen) -> Bools:
    """(n_dishes,) the dishes that hold nothing avoided on the day of a place; eaten again only what was cooked."""
    names, dishes = _avoided_at(plan, place, kitchen), week.task.space.servings.dishes
    pots = open_pots(plan.days, place, dishes, freezer_days(plan))
    return np.array(
        [
            (dish.slug in pots or not is_left_over(dish.slug))
            and not any(line.ingredient.name in names for line in dish.lines)
            for dish in dishes
        ],
        dtype=bool,
    )


def _find_dish(said: str, place: Place, table: Table, kitchen: Kitchen, plan: Plan) -> str:
    """The slug of a dish named by slug or title. Raises: CannotChange, saying why it is not to be had there."""
    try:
        known = find_dish(dishes_of(plan, kitchen).values(), said)
    except UnknownDish as error:
        raise CannotChange(f"there is no dish `{said}`", hint=error.hint) from None
    rows = [(week, row) for week in table.weeks if (row := _row_of(known, week, place, plan, kitchen)) is not None]
    if not rows:
        raise CannotChange(f"`{known.slug}` is left out: {_why_left_out(known, place, plan, kitchen)}")
    if not any(_may_stand(row, week, place) for week, row in rows):
        raise CannotChange(
            f"`{known.slug}` is not for {place.slot}",
            hint=f"it is a {known.course} for {', '.join(sorted(known.meals))}",
        )
    return known.slug


def _row_of(dish: Dish, week: Standing, place: Place, plan: Plan, kitchen: Kitchen) -> int | None:
    """The row of a dish among those that a person may have in a place."""
    allowed = allowed_dishes(plan, place, week, kitchen)
    rows = (row for row, one in enumerate(week.task.space.servings.dishes) if one.slug == dish.slug and allowed[row])
    return next(rows, None)


def _may_stand(row: int, week: Standing, place: Place) -> bool:
    """Whether a dish carries a meal of the slot or stands beside one."""
    space = week.task.space
    return row in space.anchors(place.slot) or row in space.item_dish[space.sides(place.slot).items]


def _why_left_out(dish: Dish, place: Place, plan: Plan, kitchen: Kitchen) -> str:
    """The first person's reasons, where nobody may have a dish."""
    if is_left_over(dish.slug):
        return "no dinner before it is cooked for that meal, or it does not keep so long"
    foods = (*plan.request.get("avoid", ()), *(one.food for one in plan.avoided), *plan.people[0].avoid)
    diets = find_diets((*plan.request.get("diets", ()), *plan.people[0].diets))
    reasons = judge_dish(dish, diets, resolve_avoid(foods, kitchen.catalogue))[1]
    return "; ".join(reasons) or "the plan's own rules rule it out"


def is_so(than: Than, plan: Plan, place: Place, meal: Meal, kitchen: Kitchen) -> bool:
    """Whether a meal is easier, quicker or cheaper than the one in a place, for the whole table.

    What each person has is so by their wish; with companion mains all of it together may be more.
    """
    known = dishes_of(plan, kitchen)
    now, then = (_work(_dishes(_planned(one), known)) for one in (meal_at(plan, place), meal))
    return {"easier": then[0] < now[0], "quicker": then[1] < now[1], "cheaper": True}[than]


def _planned(meal: Meal) -> tuple[PlannedDish, ...]:
    return meal.dishes if meal.skipped is None else meal.skipped.planned


def _dishes(planned: Sequence[PlannedDish], known: Mapping[str, Dish]) -> list[Dish]:
    return [known[slug] for slug in map(slug_planned, planned) if slug in known]


def _work(dishes: Sequence[Dish]) -> tuple[float, float]:
    """Minutes of work, and until all is on the table: pots stand beside each other, hands do one thing at a time."""
    active = sum(dish.active_minutes for dish in dishes)
    return float(active), float(max([active, *(dish.minutes for dish in dishes)]))


def _compared(than: Than, meal: Meal, week: Standing, known: Mapping[str, Dish]) -> tuple[Bools, tuple[Under, ...]]:
    """Which dishes may be in a meal that is easier, quicker or cheaper than this one, and what it must stay under.

    Work and time are those of the whole table, money is that of what the person has of it.
    """
    space, now = week.task.space, _dishes(_planned(meal), known)
    dishes = space.servings.dishes
    active = np.array([dish.active_minutes for dish in dishes], dtype=float)[space.item_dish]
    hands_on, minutes = _work(now)
    match than:
        case "easier":
            hardest = max((_DIFFICULTY.index(dish.difficulty) for dish in now), default=0)
            fits = np.array([_DIFFICULTY.index(dish.difficulty) <= hardest for dish in dishes], dtype=bool)
            return fits, (Under(value=active, limit=hands_on),)
        case "quicker":
            fits = np.array([dish.minutes < minutes for dish in dishes], dtype=bool)
            return fits, (Under(value=active, limit=minutes),)
        case "cheaper":
            costs = np.array([cost_usd(dish) for dish in dishes])
            fits = costs > 0  # of the others no price is known
            value = costs[space.item_dish] * space.item_amount
            served = [(known[slug_planned(one)], one) for one in _planned(meal) if slug_planned(one) in known]
            spent = sum(cost_usd(dish) * one.servings[week.person] for dish, one in served)
            return fits, (Under(value=value, limit=float(spent)),)
