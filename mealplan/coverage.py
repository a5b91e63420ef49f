"""Intake against targets, from grams and the food table alone.

Nothing here comes from the solver: a plan's numbers are worked out again from the grams on the plates, so
that a wrong coefficient cannot certify itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan

from foods.ingredients import Catalogue
from foods.nutrients import NUTRIENTS
from foods.retention import factors
from foods.table import FoodTable
from mealplan.iron import RAW_PER_COOKED_MEAT, absorbed_iron_mg
from mealplan.plan import Coverage, Day, Meal, MealIron, PlanTarget, Portion, Shortfall

ABSORBED = "absorbed_iron_mg"
_COOKED_STATES = frozenset({"cooked", "canned", "prepared"})
_MET = 0.995
"""A target counts as met from 99.5 %: half a percent is below what any food table resolves."""


UNKNOWN_FROM = 0.2
"""Share of the food's weight without a value from which an intake is unknown: neither met nor missed."""


@dataclass(slots=True)
class Intake:
    """What one person eats in some stretch of time: ``amount`` per nutrient, at least, as eaten.

    ``unmeasured_g`` is the weight of food without a value for the nutrient, out of ``weight_g``.
    """

    amount: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    unmeasured_g: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    weight_g: float = 0.0

    def add(self, other: Intake) -> None:
        """Count another intake in."""
        self.weight_g += other.weight_g
        for key, value in other.amount.items():
            self.amount[key] += value
        for key, value in other.unmeasured_g.items():
            self.unmeasured_g[key] += value


def portion_intake(portion: Portion, person: str, table: FoodTable, keys: Iterable[str]) -> Intake:
    """Nutrients of one ingredient on one plate: grams x per-100 g value x USDA retention factor.

    Raises: KeyError: a person not in the portion; foods.errors.FoodsError: a food not in the table.
    """
    grams = portion.grams[person]
    kept = factors(portion.retention)
    intake = Intake(weight_g=grams)
    for key in keys:
        value = table.per_100g(portion.food_id, key)
        if isnan(value):
            intake.unmeasured_g[key] += grams
        else:
            intake.amount[key] += grams * value / 100 * kept.get(key, 1.0)
    return intake


def meal_iron(meal: Meal, person: str, day: int, table: FoodTable, catalogue: Catalogue) -> MealIron:
    """Iron of a meal, split into heme and non-heme, and what of it is absorbed at empty stores.

    Heme share and meat come from the catalogue by the ingredient's name.
    """
    heme = nonheme = vitamin_c = meat = 0.0
    for portion in _portions(meal):
        eaten = portion_intake(portion, person, table, ("iron_mg", "vitamin_c_mg")).amount
        ingredient = catalogue[portion.ingredient]
        heme += eaten["iron_mg"] * ingredient.heme_fraction
        nonheme += eaten["iron_mg"] * (1 - ingredient.heme_fraction)
        vitamin_c += eaten["vitamin_c_mg"]
        if ingredient.is_meat:
            cooked = ingredient.state in _COOKED_STATES
            meat += portion.grams[person] / (1 if cooked else RAW_PER_COOKED_MEAT)
    absorbed = float(absorbed_iron_mg(nonheme, heme, vitamin_c, meat))
    return MealIron(
        person=person,
        day=day,
        slot=meal.slot,
        nonheme_mg=round(nonheme, 4),
        heme_mg=round(heme, 4),
        vitamin_c_mg=round(vitamin_c, 3),
        absorbed_mg=round(absorbed, 4),
    )


def plan_iron(days: Sequence[Day], person: str, table: FoodTable, catalogue: Catalogue) -> tuple[MealIron, ...]:
    """Iron of every meal of a plan, in its order."""
    return tuple(meal_iron(meal, person, day.day, table, catalogue) for day in days for meal in day.meals)


def plan_coverage(
    days: Sequence[Day],
    person: str,
    targets: Sequence[PlanTarget],
    iron: Sequence[MealIron],
    table: FoodTable,
) -> tuple[Coverage, ...]:
    """Daily intake, mean and worst day of every nutrient with a target, in the order of the targets.

    The worst day is the one with the least where there is a target to reach, with the most where there is
    only a limit.
    """
    keys = [target.nutrient for target in targets if target.nutrient != ABSORBED]
    intakes = [_day_intake(day, person, table, keys) for day in days]
    absorbed = [sum(meal.absorbed_mg for meal in iron if meal.day == day.day) for day in days]
    return tuple(_cover(target, person, intakes, absorbed) for target in targets)


def _day_intake(day: Day, person: str, table: FoodTable, keys: Sequence[str]) -> Intake:
    intake = Intake()
    for meal in day.meals:
        for portion in _portions(meal):
            intake.add(portion_intake(portion, person, table, keys))
    return intake


def _portions(meal: Meal) -> Iterable[Portion]:
    return (portion for dish in meal.dishes for portion in dish.ingredients)


def _cover(target: PlanTarget, person: str, intakes: Sequence[Intake], absorbed: Sequence[float]) -> Coverage:
    key = target.nutrient
    daily = list(absorbed) if key == ABSORBED else [intake.amount[key] for intake in intakes]
    asked = "iron_mg" if key == ABSORBED else key
    weight = sum(intake.weight_g for intake in intakes)
    unmeasured = sum(intake.unmeasured_g[asked] for intake in intakes)
    return Coverage(
        person=person,
        nutrient=key,
        unit=NUTRIENTS[asked].unit,
        target=target.lower,
        authority=target.authority,
        upper=target.upper,
        daily=tuple(round(value, 4) for value in daily),
        mean=round(sum(daily) / len(daily), 4),
        worst=round(min(daily) if target.lower else max(daily), 4),
        unmeasured=round(unmeasured / weight, 4) if weight else 0.0,
    )


def find_shortfalls(
    coverage: Sequence[Coverage], targets: Sequence[PlanTarget], best_pct: Mapping[str, float] | None = None
) -> tuple[Shortfall, ...]:
    """The targets that a plan misses, worst first.

    A nutrient that more than a fifth of the food has no value for is unknown, not missed. A headline nutrient
    asked of every day counts as missed from one day; any other from its weekly mean.
    Args: best_pct: the most of a target that the week's mean can reach, by nutrient, where that was proven.
    """
    missed = []
    for row, target in zip(coverage, targets, strict=True):
        if not target.lower or row.unmeasured > UNKNOWN_FROM:
            continue
        mean_pct = 100 * row.mean / target.lower
        days = sum(value < _MET * target.lower for value in row.daily)
        every_day = target.period == "day" and target.headline
        if days if every_day else mean_pct < 100 * _MET:
            missed.append(
                Shortfall(
                    person=row.person,
                    nutrient=row.nutrient,
                    period="day" if every_day else "week",
                    days_missed=days,
                    planned_pct=round(mean_pct, 1),
                    best_pct=(best_pct or {}).get(row.nutrient),
                )
            )
    return tuple(sorted(missed, key=lambda shortfall: shortfall.planned_pct))


def is_over(row: Coverage) -> bool:
    """Whether the mean is above an upper limit by more than any food table resolves."""
    return row.upper is not None and row.mean > row.upper * (2 - _MET)
