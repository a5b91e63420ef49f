"""A plan's meals put back into a search: the task of its request, with each meal standing in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mealplan.coverage import Intake, plan_iron, portion_intake
from mealplan.errors import MealplanError
from mealplan.occasions import Occasion
from mealplan.patterns import NONE, Columns, Ints, Space
from mealplan.pipeline import Kitchen, task_for
from mealplan.places import Place
from mealplan.plan import Day, Meal, Plan
from mealplan.request import PlanRequest
from mealplan.schedule import Search, Week
from mealplan.solve import HARDER, HELD
from mealplan.targets import targets_for
from mealplan.task import Task

PLATES = 3
"""Dishes that a meal of the search holds at the most."""


class CannotResume(MealplanError):
    """A plan that is not put back into a search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A week as it stands: a meal for each place, one row each.

    ``whole``: every meal is one that the task knows, so that the points of the week are those of its request.
    """

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

    def with_meal(self, place: Place, meal: Columns) -> Standing:
        """The week with another meal at a place."""
        return replace(self, meals={**self.meals, place: meal})

    @property
    def objective(self) -> float:
        """Points of the week."""
        return self.search().objective()


def occasion_of(task: Task, place: Place) -> Occasion:
    """The occasion of the task that a place belongs to."""
    return next(one for one in task.occasions if one.slot == place.slot and place.day in one.days)


def can_resume(plan: Plan) -> bool:
    """Whether a plan's meals go back into a search: it is for one person, and no meal hangs on another."""
    return len(plan.people) == 1 and not PlanRequest.model_validate(plan.request).rules.leftovers


def resume(plan: Plan, kitchen: Kitchen, task: Task | None = None) -> Standing:
    """The week of a plan. A meal that is skipped, or that the library no longer makes, stands as what is eaten of it.

    Args: task: of the plan's request, if it is at hand.
    Raises: CannotResume: a plan for several people with plates of their own, or one with leftovers.
    """
    if not can_resume(plan):
        what = "leftovers" if len(plan.people) == 1 else f"plates of its own for {len(plan.people)} people"
        raise CannotResume(
            f"the plan has {what}, and its meals are not chosen anew one by one",
            hint="make it anew with `mealplan generate`",
        )
    request = PlanRequest.model_validate(plan.request)
    task = task or task_for(request, kitchen, targets_for(request.person))
    items = number_items(task.space)
    meals, whole = {}, True
    for number, day in enumerate(plan.days):
        for meal in day.meals:
            place = Place(day=number, slot=meal.slot)
            found = _items(meal, plan.people[0].id, items)
            whole &= found is not None
            meals[place] = (
                _as_eaten(day, meal, plan.people[0].id, kitchen, task.space)
                if found is None
                else task.space.build_columns(occasion_of(task, place), found)
            )
    return Standing(task=task, meals=meals, whole=whole)


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
    held = replace(
        task,
        bounds=replace(task.bounds, weight=task.bounds.weight * factor),
        variety=replace(task.variety, over_cap=task.variety.over_cap * factor),
    )
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
    numbers = number_items(task.space)
    across = np.array([*(numbers[key] for key in number_items(source.space)), NONE], dtype=np.intp)
    return {
        occasion: task.space.build_columns(occasion, across[meals[theirs].items])
        for theirs, occasion in zip(source.occasions, task.occasions, strict=True)
    }


def number_items(space: Space) -> dict[tuple[str, float], int]:
    """The items of a space by the slug of their dish and the servings."""
    dishes = space.servings.dishes
    pairs = zip(space.item_dish.tolist(), space.item_amount.tolist(), strict=True)
    return {(dishes[dish].slug, amount): item for item, (dish, amount) in enumerate(pairs)}


def _items(meal: Meal, person: str, numbers: Mapping[tuple[str, float], int]) -> Ints | None:
    """(1, 3) the meal's items; None where one is not of the space, or it is eaten elsewhere."""
    found = [numbers.get((dish.dish, dish.servings[person])) for dish in meal.dishes]
    if meal.skipped is not None or not found or None in found or len(found) > PLATES:
        return None
    return np.array([[*found, *[NONE] * (PLATES - len(found))]], dtype=np.intp)


def _as_eaten(day: Day, meal: Meal, person: str, kitchen: Kitchen, space: Space) -> Columns:
    """What a meal brings that no items stand for. Of one eaten elsewhere that is the energy planned, and no more."""
    amount = np.zeros(len(space.keys))
    if meal.skipped is not None:
        amount[space.keys.index("energy_kcal")] = meal.skipped.energy_kcal[person]
    else:
        intake = Intake()
        for portion in (portion for dish in meal.dishes for portion in dish.ingredients):
            intake.add(portion_intake(portion, person, kitchen.table, space.keys[:-1]))
        amount[:-1] = [intake.amount[key] for key in space.keys[:-1]]
        alone = (day.model_copy(update={"meals": (meal,)}),)
        amount[-1] = plan_iron(alone, person, kitchen.table, kitchen.catalogue)[0].absorbed_mg
    none = np.full((1, PLATES), NONE, dtype=np.intp)
    return Columns(items=none, amount=amount[None, :], cost=np.zeros(1))
