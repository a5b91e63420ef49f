"""Many places of a plan chosen anew at once: the best week found around the meals that stay.

Several people get shared dishes first, then each their own servings, as in a new plan (`mealplan.household`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from mealplan.choice import dishes_of, freezer_days
from mealplan.diets import resolve_avoid
from mealplan.dishes import Dish
from mealplan.fill import eaten_again
from mealplan.formulate import kitchen_for, shared_task
from mealplan.household import Seat, at_table, in_turn
from mealplan.household import Table as Slugs
from mealplan.kitchen import Kitchen
from mealplan.leftovers import PER_WEEK, Pot, choose_pots, is_left_over
from mealplan.obey import slug_planned
from mealplan.occasions import SATURDAY
from mealplan.patterns import NONE, Columns
from mealplan.places import Place, meal_at
from mealplan.plan import Plan
from mealplan.progress import Progress
from mealplan.recount import with_served
from mealplan.request import PlanRequest
from mealplan.solve import promising_meals
from mealplan.standing import (
    PLATES,
    Served,
    Standing,
    carry,
    carry_over,
    number_items,
    resume,
    resume_week,
    search_around,
    seats_of,
)
from mealplan.task import Task, with_dishes

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anew:
    """The places of a plan to be chosen anew, and how they are looked for."""

    plan: Plan
    free: Sequence[Place]
    kitchen: Kitchen
    now: datetime
    seed: int
    progress: Progress

    @property
    def request(self) -> PlanRequest:
        """What the plan was made from."""
        return PlanRequest.model_validate(self.plan.request)


def choose_anew(anew: Anew) -> Plan:
    """The plan with other meals in the free places, without what is avoided since.

    Where leftovers are asked for, the dinners of a first week are cooked for later lunches, and a second is found
    around them, as in a new plan.
    Raises: NoMeals: nothing is left for a slot; SolverFailed.
    """
    if not anew.request.rules.leftovers:
        return _with_found(anew, anew.request.effort)
    pots = _find_pots(replace(anew, plan=_with_found(anew, 1)))
    held = with_served(anew.plan, pots, resume(anew.plan, anew.kitchen), anew.kitchen, anew.now)
    rest = [place for place in anew.free if place not in pots]
    return _with_found(replace(anew, plan=held, free=rest), anew.request.effort) if rest else held


def _with_found(anew: Anew, effort: int) -> Plan:
    """The plan with the best meals found, none of them eaten again."""
    seats = seats_of(anew.plan, anew.kitchen)
    if len(seats) == 1:
        week = _choose(anew, _week(anew, 0, seats[0].task), effort)
        chosen: dict[Place, Served] = {place: (meal,) for place, meal in week.items()}
    else:
        chosen = _serve(anew, seats, _lay_table(anew, seats, effort))
    table = resume(anew.plan, anew.kitchen, [seat.task for seat in seats])
    return with_served(anew.plan, chosen, table, anew.kitchen, anew.now)


def _find_pots(anew: Anew) -> dict[Place, Served]:
    """Dinners of the free places that serve a later free lunch too, and those lunches, as a plan has them."""
    plan, known = anew.plan, dishes_of(anew.plan, anew.kitchen)
    dinners = {place.day: known[meal_at(plan, place).dishes[0].dish] for place in anew.free if place.slot == "dinner"}
    table, found = resume(plan, anew.kitchen), dict[Place, Served]()
    there = sum(dish.cooked_days_before is not None for _, _, dish in plan.servings())

    def price(pot: Pot) -> float:
        return 0.0 if Place(day=pot.again, slot="lunch") in anew.free else inf

    weekday = [day.date.weekday() < SATURDAY for day in plan.days]
    pots = choose_pots(dinners, len(plan.days), weekday.__getitem__, price, freezer_days(plan))
    for pot in pots[: max(0, ceil(PER_WEEK * len(plan.days) / 7) - there)]:
        dinner, lunch = Place(day=pot.cooked, slot="dinner"), Place(day=pot.again, slot="lunch")
        again = eaten_again(plan, lunch, table, anew.kitchen, {pot.again - pot.cooked})
        if again is not None:
            found[dinner], found[lunch] = tuple(week.meals[dinner] for week in table.weeks), again
            table = table.with_meals({lunch: again})
    return found


def _lay_table(anew: Anew, seats: Sequence[Seat], effort: int) -> Slugs:
    """What stands on the table in each place: dishes chosen for all in the free ones, in the others what there is."""
    anew.progress("choosing what all eat")
    shared = _shared_week(anew, shared_task(anew.request, kitchen_for(anew.request, anew.kitchen), seats), seats)
    table = {
        (number, meal.slot): {slug_planned(dish) for dish in meal.dishes}
        for number, day in enumerate(anew.plan.days)
        for meal in day.meals
    }
    for place, meal in _choose(anew, shared, effort).items():
        table[place.day, place.slot] = _slugs(shared.task, meal)
    return table


def _serve(anew: Anew, seats: Sequence[Seat], table: Slugs) -> dict[Place, Served]:
    """Everyone's meals around what stands on the table."""
    chosen: dict[int, dict[Place, Columns]] = {}
    shared = {place: set(dishes) for place, dishes in table.items()}
    for number in in_turn(seats):
        anew.progress(f"serving {seats[number].request.person.id}")
        task = at_table(seats[number], shared, table, anew.request)
        found = _choose(anew, _week(anew, number, task), 1)
        # The weeks of a plan are of what each person alone would ask for.
        alone = seats[number].task
        chosen[number] = {place: carry(meal, task, alone, place) for place, meal in found.items()}
        for place, meal in found.items():
            table[place.day, place.slot] |= _slugs(task, meal)
    return {place: tuple(chosen[number][place] for number in range(len(seats))) for place in anew.free}


def _choose(anew: Anew, week: Standing, effort: int) -> dict[Place, Columns]:
    """The best meals found for the free places of one person's week."""
    task = week.task
    avoided = resolve_avoid([one.food for one in anew.plan.avoided], anew.kitchen.catalogue)

    def is_left(dish: Dish) -> bool:
        return not is_left_over(dish.slug) and not any(line.ingredient.name in avoided for line in dish.lines)

    source = with_dishes(task, is_left)
    meals = promising_meals(source, solver=anew.request.solver, progress=anew.progress)
    anew.progress("searching the rest of the week")
    return search_around(week, anew.free, carry_over(meals, source, task), seed=anew.seed, effort=effort)


def _week(anew: Anew, number: int, task: Task) -> Standing:
    return resume_week(anew.plan, anew.plan.people[number].id, task, anew.kitchen)


def _shared_week(anew: Anew, task: Task, seats: Sequence[Seat]) -> Standing:
    """The week of one person made of all: of each meal as much as they have of it in the mean."""
    weeks = [_week(anew, number, seat.task) for number, seat in enumerate(seats)]
    items = {slug: item for (slug, _), item in number_items(task.space).items()}
    meals = {}
    for number, day in enumerate(anew.plan.days):
        for meal in day.meals:
            place = Place(day=number, slot=meal.slot)
            known = [items[slug] for slug in map(slug_planned, meal.dishes) if slug in items][:PLATES]
            meals[place] = Columns(
                items=np.array([known + [NONE] * (PLATES - len(known))], dtype=np.intp),
                amount=np.mean([_amount(week, place, task) for week in weeks], axis=0)[None, :],
                cost=np.zeros(1),
            )
    return Standing(person="", task=task, meals=meals, whole=False)


def _amount(week: Standing, place: Place, task: Task) -> Floats:
    """(keys,) what a person's meal brings, by the keys of another task."""
    held = dict(zip(week.task.space.keys, week.meals[place].amount[0], strict=True))
    return np.array([held.get(key, 0.0) for key in task.space.keys])


def _slugs(task: Task, meal: Columns) -> set[str]:
    dishes, items = task.space.servings.dishes, meal.items[0]
    return {dishes[row].slug for row in task.space.item_dish[items[items != NONE]]}
