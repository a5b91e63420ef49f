"""What is worth doing before its day: evenings on which something is soaked or thawed, pots that do for twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mealplan.dishes import Dish
from mealplan.plan import Plan
from mealplan.render import words

WORTH_MINUTES = 15
"""A dish at work for less is as soon made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done on the evening of ``date`` for a dish of the next day."""

    date: date
    text: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A dish that keeps, or freezes, from one meal of the plan to a later one.

    ``in_recipe``: the plan has it left over, and the amounts of its recipe are for both meals.
    """

    title: str
    first: date
    again: date
    servings: float
    frozen: bool
    in_recipe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The prep-ahead box of a plan."""

    steps: tuple[Step, ...]
    batches: tuple[Batch, ...]

    def __bool__(self) -> bool:
        return bool(self.steps or self.batches)


def build_ahead(plan: Plan, dishes: Mapping[str, Dish]) -> Ahead:
    """The steps in order of their evenings, each once a dish, and the pots in order of cooking."""
    return Ahead(steps=tuple(_steps(plan, dishes)), batches=tuple(_batches(plan, dishes)))


def _steps(plan: Plan, dishes: Mapping[str, Dish]) -> Iterator[Step]:
    for day in plan.days:
        titles = {
            planned.dish: planned.title
            for meal in day.meals
            for planned in meal.dishes
            if not planned.cooked_days_before
        }
        for slug, title in titles.items():
            if slug in dishes and (text := dishes[slug].day_before.strip()):
                yield Step(date=day.date - timedelta(days=1), text=words.sentence(text), title=title)
        for planned in (planned for meal in day.meals for planned in meal.dishes if planned.from_freezer):
            text = words.sentence(words.take_out(planned))
            yield Step(date=day.date - timedelta(days=1), text=text, title=planned.title)


def _batches(plan: Plan, dishes: Mapping[str, Dish]) -> Iterator[Batch]:
    cooked: dict[str, date] = {}
    for day, _, planned in plan.servings():
        dish = dishes.get(planned.dish)
        if dish is None or dish.minutes < WORTH_MINUTES or not (dish.keeps_days or dish.freezes):
            continue
        first = cooked.setdefault(planned.dish, day.date)
        wait = (day.date - first).days
        if wait == 0:
            continue
        if wait <= dish.keeps_days or dish.freezes:
            yield Batch(
                title=dish.title,
                first=first,
                again=day.date,
                servings=plan.eaters * sum(planned.servings.values()),
                frozen=wait > dish.keeps_days,
                in_recipe=planned.cooked_days_before == wait,
            )
        else:
            cooked[planned.dish] = day.date
