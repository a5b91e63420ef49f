"""What a change does to a plan: meals, coverage, minutes, the shopping list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mealplan.coverage import MET, UNKNOWN_FROM, is_over
from mealplan.dishes import Dish, Slot
from mealplan.leftovers import left_over
from mealplan.plan import Coverage, Meal, Plan, PlannedDish, PlanTarget

WORTH_SAYING = 0.005
"""Share of a target by which coverage changes before it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MealChange:
    """A meal of another state: what stood there and what stands there now."""

    date: date
    slot: Slot
    before: Meal
    after: Meal


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PotChange:
    """A dish of a dinner that is cooked for a later meal too, or, if not ``added``, no longer is."""

    cooked: date
    eaten: date
    slot: Slot
    dish: str
    added: bool
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A share of a target that was or is missed: on a ``date``, or in the mean where that is None."""

    person: str
    nutrient: str
    date: date | None
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two states of a plan. ``minutes`` are of work in the kitchen, ``usd`` of the list as far as prices are known.

    ``pots``: dinners that stay and are cooked for another meal too, or no longer; ``points`` more of the week, None
    where the two are not judged by the same; ``over``: nutrients newly above their limit; ``buy`` and ``spared``:
    ingredients that only the later or the earlier list has, staples aside.
    """

    meals: tuple[MealChange, ...]
    pots: tuple[PotChange, ...]
    points: float | None
    shifts: tuple[Shift, ...]
    over: tuple[str, ...]
    minutes: int
    usd: float
    buy: tuple[str, ...]
    spared: tuple[str, ...]


def compare(before: Plan, after: Plan, dishes: Mapping[str, Dish]) -> Difference:
    """What is different in a later state of a plan. ``dishes`` by slug, for their minutes."""
    earlier, later = ([line.ingredient for line in plan.shopping if not line.staple] for plan in (before, after))
    skips = [[meal.skipped is not None for day in plan.days for meal in day.meals] for plan in (before, after)]
    return Difference(
        meals=tuple(_meals(before, after)),
        pots=tuple(sorted(_pots(before, after))),
        points=round(after.solve.objective - before.solve.objective, 4) if skips[0] == skips[1] else None,
        shifts=tuple(sorted(_shifts(before, after), key=lambda shift: (shift.after, shift.nutrient))),
        over=tuple(
            row.nutrient
            for was, row in zip(before.coverage, after.coverage, strict=True)
            if is_over(row) and not is_over(was)
        ),
        minutes=_minutes(after, dishes) - _minutes(before, dishes),
        usd=round(_usd(after) - _usd(before), 2),
        buy=tuple(name for name in later if name not in earlier),
        spared=tuple(name for name in earlier if name not in later),
    )


def _meals(before: Plan, after: Plan) -> Iterator[MealChange]:
    for day, other in zip(before.days, after.days, strict=True):
        for was, now in zip(day.meals, other.meals, strict=True):
            if was != now:
                yield MealChange(date=day.date, slot=was.slot, before=was, after=now)


def _pots(before: Plan, after: Plan) -> Iterator[PotChange]:
    """Dinners that stay and serve another meal now, or no longer do."""
    there = {(day.date, dish.dish): dish.title for day, meal, dish in after.servings() if meal.slot == "dinner"}
    had, has = (set(_links(plan)) for plan in (before, after))
    for cooked, eaten, slot, dish in had ^ has:
        if (cooked, dish) in there:
            added = (cooked, eaten, slot, dish) in has
            title = there[cooked, dish]
            yield PotChange(cooked=cooked, eaten=eaten, slot=slot, dish=dish, added=added, title=title)


def _links(plan: Plan) -> Iterator[tuple[date, date, Slot, str]]:
    for day, meal, dish in plan.servings():
        if dish.cooked_days_before is not None:
            yield day.date - timedelta(days=dish.cooked_days_before), day.date, meal.slot, dish.dish


def _shifts(before: Plan, after: Plan) -> Iterator[Shift]:
    """Days of headline nutrients, and means of all others, that are missed before or after."""
    targets = {(person.id, target.nutrient): target for person in after.people for target in person.targets}
    for was, row in zip(before.coverage, after.coverage, strict=True):
        target = targets[row.person, row.nutrient]
        for day, earlier, later in _pairs(was, row, target, after):
            share, other = earlier / (row.target or 1.0), later / (row.target or 1.0)
            if min(share, other) < MET and abs(other - share) >= WORTH_SAYING:
                yield Shift(person=row.person, nutrient=row.nutrient, date=day, before=share, after=other)


def _pairs(was: Coverage, row: Coverage, target: PlanTarget, plan: Plan) -> Iterator[tuple[date | None, float, float]]:
    if not row.target or row.unmeasured > UNKNOWN_FROM:
        return
    if target.period != "day" or not target.headline:
        yield None, was.mean, row.mean
        return
    unknown = {*was.uncounted, *row.uncounted}
    for day, earlier, later in zip(plan.days, was.daily, row.daily, strict=True):
        if day.day not in unknown:
            yield day.date, earlier, later


def _minutes(plan: Plan, dishes: Mapping[str, Dish]) -> int:
    return sum(_as_planned(dish, dishes).active_minutes for _, _, dish in plan.servings() if dish.dish in dishes)


def _as_planned(planned: PlannedDish, dishes: Mapping[str, Dish]) -> Dish:
    """The dish as it is cooked, or eaten again."""
    return left_over(dishes[planned.dish]) if planned.cooked_days_before else dishes[planned.dish]


def _usd(plan: Plan) -> float:
    return sum(line.price_usd or 0.0 for line in plan.shopping if not line.staple)
