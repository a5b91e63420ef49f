"""A plan's meals put back into a search: everyone's week, with each meal standing in its place.

Everyone at a table has a week of their own, held to their own targets. The points of a plan are those of its people,
added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from foods.nutrients import NUTRIENTS
from mealplan.coverage import Intake, plan_iron, portion_intake
from mealplan.formulate import kitchen_for, seats_for
from mealplan.household import Seat
from mealplan.kitchen import Kitchen
from mealplan.obey import slug_planned
from mealplan.occasions import Occasion
from mealplan.patterns import NONE, Columns, Ints, Space
from mealplan.places import Place
from mealplan.plan import Day, Meal, Plan
from mealplan.request import PlanRequest
from mealplan.schedule import Search, Week
from mealplan.solve import HARDER, HELD
from mealplan.task import Task, with_dearer_shortfall

PLATES = 3
"""Dishes that one person's meal holds at the most in the search."""

Served = tuple[Columns, ...]
"""A meal as it is served: one row for each person of a plan, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One person's week as it stands: a meal for each place, one row each.

    ``whole``: every meal is one that the task knows, so that the points of the week are those of its request.
    """

    person: str
    task: Task
    meals: Mapping[Place, Columns]
    whole: bool

    def search(self) -> Search:
        """A search in which every meal stands in its place, and in which nothing else may stand."""
        pool = {self.alone(place): meals for place, meals in self.meals.items()}
        search = Search(self.task, pool)
        search.place({place.slot: np.zeros(self.task.days, dtype=np.intp) for place in self.meals})
        return search

    def alone(self, place: Place) -> Occasion:
        """The occasion of a place, of its day alone."""
        return replace(occasion_of(self.task, place), days=(place.day,))

    @property
    def objective(self) -> float:
        """Points of the week."""
        return self.search().objective()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The weeks of all who eat of a plan, in its order."""

    weeks: tuple[Standing, ...]

    @property
    def objective(self) -> float:
        """Points of the plan."""
        return sum(week.objective for week in self.weeks)

    @property
    def shortfall(self) -> float:
        """The points for targets missed, limits passed and dishes beyond their caps."""
        return sum(week.search().shortfall() for week in self.weeks)

    @property
    def whole(self) -> bool:
        """Whether every meal of everyone is one that their task knows."""
        return all(week.whole for week in self.weeks)

    def with_meals(self, meals: Mapping[Place, Served]) -> Table:
        """The weeks with other meals in some places."""
        return Table(
            weeks=tuple(
                replace(week, meals={**week.meals, **{place: served[number] for place, served in meals.items()}})
                for number, week in enumerate(self.weeks)
            )
        )


def occasion_of(task: Task, place: Place) -> Occasion:
    """The occasion of the task that a place belongs to."""
    return next(one for one in task.occasions if one.slot == place.slot and place.day in one.days)


def resume(plan: Plan, kitchen: Kitchen, tasks: Sequence[Task] = ()) -> Table:
    """The weeks of a plan. A meal that is skipped, or that the library no longer makes, stands as what is eaten of it.

    Args: tasks: of the plan's people, if they are at hand.
    """
    tasks = tasks or [seat.task for seat in seats_of(plan, kitchen)]
    return Table(
        weeks=tuple(
            resume_week(plan, person.id, task, kitchen) for person, task in zip(plan.people, tasks, strict=True)
        )
    )


def seats_of(plan: Plan, kitchen: Kitchen) -> list[Seat]:
    """Everyone who eats of a plan, with what they alone would ask for."""
    request = PlanRequest.model_validate(plan.request)
    return seats_for(request, kitchen_for(request, kitchen))


def resume_week(plan: Plan, person: str, task: Task, kitchen: Kitchen) -> Standing:
    """One person's week of a plan, as a task has it."""
    numbers = number_items(task.space)
    meals, whole = {}, True
    for number, day in enumerate(plan.days):
        for meal in day.meals:
            place = Place(day=number, slot=meal.slot)
            found = _items(meal, person, numbers)
            whole &= found is not None
            meals[place] = (
                _as_eaten(day, meal, person, kitchen, task.space)
                if found is None
                else task.space.build_columns(occasion_of(task, place), found)
            )
    return Standing(person=person, task=task, meals=meals, whole=whole)


def search_around(
    standing: Standing, free: Sequence[Place], meals: Mapping[Occasion, Columns], *, seed: int, effort: int
) -> dict[Place, Columns]:
    """The best meals found for the free places of a week, all others as they stand.

    Args: meals: to choose from, of a space whose dishes and servings the week's space has too; effort: how many
    searches from random weeks.
    """
    task = standing.task
    pool = {standing.alone(place): meal for place, meal in standing.meals.items() if place not in free}
    for occasion in task.occasions:
        days = tuple(day for day in occasion.days if Place(day=day, slot=occasion.slot) in free)
        if days:
            pool[replace(occasion, days=days)] = meals[occasion]
    best = min(_search(task, pool, 1.0, seed, effort), key=lambda found: found[1].objective)
    if best[0] > HELD:
        # As in a new week, what is missed of targets comes first.
        best = min(best, *_search(task, pool, HARDER, seed, effort), key=lambda found: found[0])
    week = best[1]
    rows = {place: int(week.rows[place.slot][place.day]) for place in free}
    return {place: _meals_at(pool, place).take(np.array([row])) for place, row in rows.items()}


def _search(
    task: Task, pool: Mapping[Occasion, Columns], factor: float, seed: int, effort: int
) -> list[tuple[float, Week]]:
    """Weeks found with shortfall so many times dearer: the shortfall of each, and the week as the task judges it."""
    held = with_dearer_shortfall(task, factor)
    search, judge, found = Search(held, pool), Search(task, pool), []
    for number in range(effort):
        random = np.random.default_rng([seed, number])
        search.draw(random)
        search.heat_bath(random)
        search.descend()
        judge.place(search.rows)
        found.append((judge.shortfall(), judge.week()))
    return found


def _meals_at(pool: Mapping[Occasion, Columns], place: Place) -> Columns:
    return next(meals for one, meals in pool.items() if one.slot == place.slot and place.day in one.days)


def carry_over(meals: Mapping[Occasion, Columns], source: Task, task: Task) -> dict[Occasion, Columns]:
    """Meals of one task as meals of another with the same occasions, whose space holds the same dishes and more."""
    across = _across(source.space, task.space)
    return {
        occasion: task.space.build_columns(occasion, across[meals[theirs].items])
        for theirs, occasion in zip(source.occasions, task.occasions, strict=True)
    }


def carry(meal: Columns, source: Task, task: Task, place: Place) -> Columns:
    """A meal of one task as a meal of another, whose space holds the same dishes and more."""
    return task.space.build_columns(occasion_of(task, place), _across(source.space, task.space)[meal.items])


def _across(source: Space, space: Space) -> Ints:
    """(n_items + 1,) the item of another space for each of a space; the last is for "none"."""
    numbers = number_items(space)
    return np.array([*(numbers[key] for key in number_items(source)), NONE], dtype=np.intp)


def number_items(space: Space) -> dict[tuple[str, float], int]:
    """The items of a space by the slug of their dish and the servings."""
    dishes = space.servings.dishes
    pairs = zip(space.item_dish.tolist(), space.item_amount.tolist(), strict=True)
    return {(dishes[dish].slug, amount): item for item, (dish, amount) in enumerate(pairs)}


def _items(meal: Meal, person: str, numbers: Mapping[tuple[str, float], int]) -> Ints | None:
    """(1, 3) the person's items; None where one is not of the space, or the meal is eaten elsewhere."""
    served = [(slug_planned(dish), dish.servings[person]) for dish in meal.dishes if dish.servings[person]]
    found = [numbers.get(one) for one in served]
    if meal.skipped is not None or not found or None in found or len(found) > PLATES:
        return None
    return np.array([[*found, *[NONE] * (PLATES - len(found))]], dtype=np.intp)


def _as_eaten(day: Day, meal: Meal, person: str, kitchen: Kitchen, space: Space) -> Columns:
    """What a meal brings that no items stand for. Of one eaten elsewhere that is the energy planned, and no more."""
    amount = np.zeros(len(space.keys))
    if meal.skipped is not None:
        amount[space.keys.index("energy_kcal")] = meal.skipped.energy_kcal[person]
    else:
        # Quantities of the caller's own are of dishes, and nothing is known of one that is gone.
        known, intake = [key for key in space.keys if key in NUTRIENTS], Intake()
        for portion in (portion for dish in meal.dishes for portion in dish.ingredients):
            intake.add(portion_intake(portion, person, kitchen.table, known))
        amount[:-1] = [intake.amount[key] for key in space.keys[:-1]]
        alone = (day.model_copy(update={"meals": (meal,)}),)
        amount[-1] = plan_iron(alone, person, kitchen.table, kitchen.catalogue)[0].absorbed_mg
    none = np.full((1, PLATES), NONE, dtype=np.intp)
    return Columns(items=none, amount=amount[None, :], cost=np.zeros(1))
