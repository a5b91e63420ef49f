"""A request worked out: the meals that may be planned, and what a week of them is held to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mealplan.dishes import Dish
from mealplan.occasions import Occasion, day_count, without_dearer
from mealplan.patterns import Space
from mealplan.request import Weights
from mealplan.score import Bounds, Count, Variety, build_variety


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the model and the search are given: the same task, the same week."""

    space: Space
    occasions: tuple[Occasion, ...]
    bounds: Bounds
    variety: Variety
    counts: tuple[Count, ...] = ()

    @property
    def days(self) -> int:
        return day_count(self.occasions)


def with_dishes(task: Task, kept: Callable[[Dish], bool]) -> Task:
    """The task with some of its dishes; what a library too small raises stays as it was."""
    rows = np.array([row for row, dish in enumerate(task.space.servings.dishes) if kept(dish)], dtype=np.intp)
    return replace(task, space=task.space.take(rows), variety=task.variety.take(rows))


def with_dearer_shortfall(task: Task, factor: float) -> Task:
    """The task with targets missed, limits passed and dishes beyond their caps so many times dearer."""
    return replace(
        task,
        bounds=replace(task.bounds, weight=task.bounds.weight * factor),
        variety=replace(task.variety, over_cap=task.variety.over_cap * factor),
    )


def build_task(space: Space, occasions: tuple[Occasion, ...], bounds: Bounds, counts: tuple[Count, ...] = ()) -> Task:
    """The task for these meals, bounds and rules, with the variety that the space's weights ask for."""
    variety = build_variety(space.servings.dishes, space.stars, day_count(occasions), space.taste.weights, counts)
    return Task(space=space, occasions=occasions, bounds=bounds, variety=variety, counts=counts)


def with_goals_only(task: Task, bounds: Bounds, over_cap: float) -> Task:
    """The same meals without any preference but the caps on repeats, held to these bounds."""
    free = Weights(**dict.fromkeys(Weights.model_fields, 0.0) | {"over_cap": over_cap})
    return build_task(task.space.reweighted(free), without_dearer(task.occasions), bounds)
