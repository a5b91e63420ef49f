"""Meals of a plan chosen anew, in turn, until none changes."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

import numpy as np

from mealplan.choice import CannotChange, freezer_days, plain_wishes
from mealplan.document import plates
from mealplan.kitchen import Kitchen
from mealplan.lay import lay
from mealplan.patterns import NONE
from mealplan.places import Place, describe, meal_at, with_meals
from mealplan.plan import Meal, Plan
from mealplan.pots import open_pots
from mealplan.request import PlanRequest
from mealplan.standing import Served, Standing, Table, occasion_of
from mealplan.swap import Wish

PASSES = 4
"""How often meals that depend on each other are chosen anew in turn."""


def fill(plan: Plan, places: Sequence[Place], table: Table, kitchen: Kitchen) -> dict[Place, Served]:
    """The best meal for each place, the others as they stand. Raises: CannotChange: nothing is left for one."""
    chosen: dict[Place, Served] = {}
    for _ in range(PASSES):
        before = dict(chosen)
        for place in places:
            chosen[place] = _best(plan, place, table, kitchen)
            table = table.with_meals({place: chosen[place]})
            plan = plan.model_copy(
                update={"days": with_meals(plan, {place: planned(plan, place, chosen[place], table)})}
            )
        if len(places) == 1 or all(place in before and _same(before[place], chosen[place]) for place in places):
            break
    return chosen


def fill_again(plan: Plan, place: Place, table: Table, kitchen: Kitchen) -> Served:
    """The best meal for one that was left over from a dinner which is another now: left over from that one, if it keeps
    so long and no rule is broken; else any.

    Raises: CannotChange: nothing is left.
    """
    waited = {dish.cooked_days_before for dish in meal_at(plan, place).dishes} - {None}
    return eaten_again(plan, place, table, kitchen, waited) or _best(plan, place, table, kitchen)


def eaten_again(plan: Plan, place: Place, table: Table, kitchen: Kitchen, waited: Set[int | None]) -> Served | None:
    """The best meal that is left over from a dinner of so many days before; None where there is none, or it breaks a
    rule."""
    weights = PlanRequest.model_validate(plan.request).weights
    wishes = [
        _for_pots(wish, plan, place, week, waited, weights.broken_rule)
        for wish, week in zip(plain_wishes(plan, place, table, kitchen), table.weeks, strict=True)
    ]
    if all(wish.holding is None for wish in wishes):
        return None
    return next((laid.meals for laid in lay(table, place, wishes, 1, weights)), None)


def _for_pots(wish: Wish, plan: Plan, place: Place, week: Standing, waited: Set[int | None], dear: float) -> Wish:
    """The wish for a dish eaten again; the same where there is none."""
    dishes = week.task.space.servings.dishes
    dearer = dict(occasion_of(week.task, place).dearer)
    pots = {
        slug for slug, before in open_pots(plan.days, place, dishes, freezer_days(plan)).items() if before in waited
    }
    again = np.array([dish.slug in pots and dearer.get(dish.slug, 0.0) < dear for dish in dishes], dtype=bool)
    if not (again & wish.dishes).any():
        return wish
    others = np.array([dish.is_main for dish in dishes], dtype=bool) & ~again
    return replace(wish, dishes=wish.dishes & ~others, holding=again)


def planned(plan: Plan, place: Place, served: Served, table: Table) -> Meal:
    """A meal as the plan holds it, in the place of the one there now; a skipped one is eaten again."""
    spaces = [week.task.space for week in table.weeks]
    eaten = {
        week.person: (space, one.items[0][one.items[0] != NONE])
        for week, space, one in zip(table.weeks, spaces, served, strict=True)
    }
    dishes = [dish for space in spaces for dish in space.servings.dishes]
    pots = open_pots(plan.days, place, dishes, freezer_days(plan))
    return meal_at(plan, place).model_copy(update={"dishes": plates(eaten, place.slot, pots), "skipped": None})


def _best(plan: Plan, place: Place, table: Table, kitchen: Kitchen) -> Served:
    weights = PlanRequest.model_validate(plan.request).weights
    found = lay(table, place, plain_wishes(plan, place, table, kitchen), 1, weights)
    if not found:
        raise CannotChange(f"nothing is left for {describe(plan, place)}", hint="avoid less, or skip the meal")
    return found[0].meals


def _same(one: Served, other: Served) -> bool:
    return all(np.array_equal(was.items, now.items) for was, now in zip(one, other, strict=True))
