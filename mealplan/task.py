"""A request worked out: the meals that may be planned, and what a week of them is held to."""

from __future__ import annotations

from dataclasses import dataclass

from mealplan.occasions import Occasion, day_count
from mealplan.patterns import Space
from mealplan.request import Weights
from mealplan.score import Bounds, Variety, build_variety


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the model and the search are given: the same task, the same week."""

    space: Space
    occasions: tuple[Occasion, ...]
    bounds: Bounds
    variety: Variety

    @property
    def days(self) -> int:
        return day_count(self.occasions)


def build_task(space: Space, occasions: tuple[Occasion, ...], bounds: Bounds) -> Task:
    """The task for these meals and bounds, with the variety that the space's weights ask for."""
    variety = build_variety(space.servings.dishes, space.stars, day_count(occasions), space.taste.weights)
    return Task(space=space, occasions=occasions, bounds=bounds, variety=variety)


def with_goals_only(task: Task, bounds: Bounds, over_cap: float) -> Task:
    """The same meals without any preference but the caps on repeats, held to these bounds."""
    free = Weights(**dict.fromkeys(Weights.model_fields, 0.0) | {"over_cap": over_cap})
    return build_task(task.space.reweighted(free), task.occasions, bounds)
