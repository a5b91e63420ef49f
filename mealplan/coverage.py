"""Intake against targets, from grams and the food table alone.

Nothing here comes from the solver: a plan's numbers are worked out again from the grams on the plates, so
that a wrong coefficient cannot certify itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import inf, isnan

import numpy as np

from foods.ceilings import Ceilings
from foods.ingredients import Catalogue
from foods.nutrients import NUTRIENTS
from foods.retention import factors
from foods.table import FoodTable
from mealplan.dishes import Slot
from mealplan.eaten import EatenDay, EatenFood, EatenMeal, eaten_in_plan
from mealplan.iron import absorbed_iron_mg
from mealplan.plan import Coverage, Day, Meal, MealIron, PlanTarget, Portion, Shortfall
from mealplan.targets import Target

ABSORBED = "absorbed_iron_mg"
MET = 0.995
"""A target counts as met from 99.5 %: half a percent is below what any food table resolves."""

UNKNOWN_FROM = 0.2
"""Share of the food's weight without a value from which an intake is unknown: neither met nor missed."""

NOMINAL_G = 100.0
"""Weight that stands for a food of unknown weight in the share that is unmeasured, and nowhere else."""


@dataclass(slots=True)
class Intake:
    """What one person eats in some stretch of time: ``amount`` per nutrient, at least, as eaten; ``most`` at most.

    ``most`` is inf where nothing bounds what is unmeasured. ``unmeasured_g`` is the weight of food without a value
    for the nutrient, out of ``weight_g``.
    """

    amount: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    most: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    unmeasured_g: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    weight_g: float = 0.0

    def add(self, other: Intake) -> None:
        """Count another intake in."""
        self.weight_g += other.weight_g
        for own, others in (
            (self.amount, other.amount),
            (self.most, other.most),
            (self.unmeasured_g, other.unmeasured_g),
        ):
            for key, value in others.items():
                own[key] += value

    def unmeasured(self, key: str) -> float:
        """Share of the weight without a value for a nutrient."""
        return self.unmeasured_g[key] / self.weight_g if self.weight_g else 0.0


def portion_intake(portion: Portion, person: str, table: FoodTable, keys: Iterable[str]) -> Intake:
    """Nutrients of one ingredient on one plate: grams x per-100 g value x USDA retention factor.

    Raises: KeyError: a person not in the portion; foods.errors.FoodsError: a food not in the table.
    """
    eaten = EatenFood(
        name=portion.ingredient, food_id=portion.food_id, grams=portion.grams[person], retention=portion.retention
    )
    return food_intake(eaten, table, keys)


def food_intake(food: EatenFood, table: FoodTable, keys: Iterable[str], ceilings: Ceilings | None = None) -> Intake:
    """Nutrients of one food: as the log states them, else grams x per-100 g value x USDA retention factor.

    An unmeasured value adds nothing to the least, and to the most what the ``ceilings`` allow; without them, or of
    a food that is not known, the most is inf.
    Raises: foods.errors.FoodsError: a food not in the table.
    """
    grams = NOMINAL_G if food.grams is None else food.grams
    intake = Intake(weight_g=grams)
    kept = factors(food.retention)
    for key in keys:
        least, most = _span(food, key, table, ceilings)
        intake.most[key] += most * kept.get(key, 1.0)
        if isnan(least):
            intake.unmeasured_g[key] += grams
        else:
            intake.amount[key] += least * kept.get(key, 1.0)
    return intake


def _span(food: EatenFood, key: str, table: FoodTable, ceilings: Ceilings | None) -> tuple[float, float]:
    """The least, NaN where unmeasured, and the most of a nutrient before cooking."""
    if food.stated is not None:
        return food.stated.get(key, (float("nan"), inf))
    if food.food_id is None or food.grams is None:
        return float("nan"), inf
    value = table.per_100g(food.food_id, key)
    if not isnan(value):
        return food.grams * value / 100, food.grams * value / 100
    if not food.grams:
        return float("nan"), 0.0
    return value, inf if ceilings is None else food.grams * ceilings.per_100g(food.food_id, key) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class IronEaten:
    """Iron of a meal and what bears on it, as eaten, at least: mg, and g of cooked meat, fish and poultry.

    ``tea_g`` and ``coffee_g`` are drinks; ``phytate_mg`` is the least and the most.
    """

    heme_mg: float
    nonheme_mg: float
    vitamin_c_mg: float
    meat_g: float
    calcium_mg: float
    phytate_mg: tuple[float, float]
    tea_g: float
    coffee_g: float


def iron_of(meal: EatenMeal, table: FoodTable) -> IronEaten:
    """Iron of a meal, split into heme and non-heme by the heme share of each food."""
    heme = nonheme = vitamin_c = calcium = meat = least_phytate = most_phytate = 0.0
    steeped = {"tea": 0.0, "coffee": 0.0, "": 0.0}
    for food in meal.foods:
        eaten = food_intake(food, table, ("iron_mg", "vitamin_c_mg", "calcium_mg")).amount
        grams = food.grams or 0.0
        heme += eaten["iron_mg"] * food.heme_fraction
        nonheme += eaten["iron_mg"] * (1 - food.heme_fraction)
        vitamin_c += eaten["vitamin_c_mg"]
        calcium += eaten["calcium_mg"]
        meat += grams * food.meat_share
        least_phytate += grams * food.phytate[0] / 100
        most_phytate += grams * food.phytate[1] / 100
        steeped[food.steeped] += grams
    return IronEaten(
        heme_mg=heme,
        nonheme_mg=nonheme,
        vitamin_c_mg=vitamin_c,
        meat_g=meat,
        calcium_mg=calcium,
        phytate_mg=(least_phytate, most_phytate),
        tea_g=steeped["tea"],
        coffee_g=steeped["coffee"],
    )


def plan_iron(days: Sequence[Day], person: str, table: FoodTable, catalogue: Catalogue) -> tuple[MealIron, ...]:
    """Iron of every meal of a plan, in its order, and what of it is absorbed at empty stores.

    Heme share and meat come from the catalogue by the ingredient's name.
    """
    eaten = eaten_in_plan(days, person, catalogue)
    return tuple(
        _meal_iron(iron_of(have, table), person, day.day, meal.slot)
        for day, eaten_day in zip(days, eaten, strict=True)
        for meal, have in zip(day.meals, eaten_day.meals, strict=True)
    )


def _meal_iron(iron: IronEaten, person: str, day: int, slot: Slot) -> MealIron:
    absorbed = float(absorbed_iron_mg(iron.nonheme_mg, iron.heme_mg, iron.vitamin_c_mg, iron.meat_g))
    return MealIron(
        person=person,
        day=day,
        slot=slot,
        nonheme_mg=round(iron.nonheme_mg, 4),
        heme_mg=round(iron.heme_mg, 4),
        vitamin_c_mg=round(iron.vitamin_c_mg, 3),
        absorbed_mg=round(absorbed, 4),
    )


def plan_coverage(
    days: Sequence[Day],
    person: str,
    targets: Sequence[PlanTarget],
    iron: Sequence[MealIron],
    table: FoodTable,
) -> tuple[Coverage, ...]:
    """Daily intake, mean and worst day of every nutrient with a target, in the order of the targets."""
    keys = [target.nutrient for target in targets if target.nutrient != ABSORBED]
    intakes = [_plan_day(day, person, table, keys) for day in days]
    absorbed = [sum(meal.absorbed_mg for meal in iron if meal.day == day.day) for day in days]
    return tuple(_of_known_days(row, days) for row in cover(targets, person, intakes, absorbed))


def _of_known_days(row: Coverage, days: Sequence[Day]) -> Coverage:
    """The row with mean and worst of the days of which every meal is known, if there are any."""
    uncounted = tuple(day.day for day in days if any(_is_uncounted(meal, row.nutrient) for meal in day.meals))
    known = [value for day, value in zip(days, row.daily, strict=True) if day.day not in uncounted]
    if not uncounted or not known:
        return row.model_copy(update={"uncounted": uncounted})
    worst = min(known) if row.target else max(known)
    return row.model_copy(update={"uncounted": uncounted, "mean": round(sum(known) / len(known), 4), "worst": worst})


def _is_uncounted(meal: Meal, nutrient: str) -> bool:
    return meal.skipped is not None and not (meal.skipped.counted and nutrient == "energy_kcal")


def _plan_day(day: Day, person: str, table: FoodTable, keys: Sequence[str]) -> Intake:
    """What `portion_intake` gives for each portion of the day, added up: all at once, as a plan has thousands."""
    portions = [portion for meal in day.meals for dish in meal.dishes for portion in dish.ingredients]
    grams = np.array([portion.grams[person] for portion in portions])[:, None]
    kept = np.array([_kept(portion.retention, tuple(keys)) for portion in portions]).reshape(len(portions), len(keys))
    amount = grams * table.matrix([portion.food_id for portion in portions], keys) / 100 * kept
    unmeasured = np.isnan(amount)
    intake = Intake(weight_g=float(grams.sum()))
    intake.amount.update(zip(keys, np.where(unmeasured, 0.0, amount).sum(axis=0).tolist(), strict=True))
    intake.unmeasured_g.update(zip(keys, (unmeasured * grams).sum(axis=0).tolist(), strict=True))
    for meal in day.meals:
        if meal.skipped is not None and meal.skipped.counted:
            intake.amount["energy_kcal"] += meal.skipped.energy_kcal[person]
    return intake


@cache
def _kept(retention: str | None, keys: tuple[str, ...]) -> tuple[float, ...]:
    """The share of each nutrient that cooking leaves."""
    shares = factors(retention)
    return tuple(shares.get(key, 1.0) for key in keys)


def day_intake(day: EatenDay, table: FoodTable, keys: Sequence[str], ceilings: Ceilings | None = None) -> Intake:
    """All that is eaten on a day."""
    intake = Intake()
    for food in day.foods:
        intake.add(food_intake(food, table, keys, ceilings))
    return intake


def cover(
    targets: Sequence[PlanTarget], person: str, intakes: Sequence[Intake], absorbed: Sequence[float]
) -> tuple[Coverage, ...]:
    """The days' intakes against targets, in their order; ``absorbed`` is mg of iron a day.

    The worst day is the one with the least where there is a target to reach, with the most where there is
    only a limit.
    """
    return tuple(_cover(target, person, intakes, absorbed) for target in targets)


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


def plan_target(target: Target) -> PlanTarget:
    """A target as documents write it."""
    return PlanTarget(
        nutrient=target.nutrient,
        lower=target.lower,
        upper=target.upper,
        goal=target.goal,
        authority=str(target.authority),
        upper_authority=str(target.upper_authority or ""),
        period=target.period,
        weight=target.weight,
        headline=target.headline,
        note=target.note,
    )


def find_shortfalls(
    coverage: Sequence[Coverage], targets: Sequence[PlanTarget], best_pct: Mapping[str, float] | None = None
) -> tuple[Shortfall, ...]:
    """The targets that a plan misses, worst first.

    A nutrient that more than a fifth of the food has no value for is unknown, not missed. A headline nutrient
    asked of every day counts as missed from one day; any other from its weekly mean. Days that are not wholly known
    are left out.
    Args: best_pct: the most of a target that the week's mean can reach, by nutrient, where that was proven.
    """
    missed = []
    for row, target in zip(coverage, targets, strict=True):
        known = [value for day, value in enumerate(row.daily, start=1) if day not in row.uncounted]
        if not target.lower or row.unmeasured > UNKNOWN_FROM or not known:
            continue
        mean_pct = 100 * row.mean / target.lower
        days = sum(value < MET * target.lower for value in known)
        every_day = target.period == "day" and target.headline
        if days if every_day else mean_pct < 100 * MET:
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
    return row.upper is not None and row.mean > row.upper * (2 - MET)
