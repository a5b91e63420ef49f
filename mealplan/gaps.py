"""What closes a gap: the foods and dishes within the diet that add most to what is short, per serving and per kcal.

Only what certainly fits the diet is offered: what depends on the brand is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from statistics import median

from foods.ingredients import Catalogue, Ingredient
from foods.nutrients import NUTRIENTS, nutrient
from foods.table import FoodTable
from mealplan.coverage import ABSORBED
from mealplan.diets import Diet, Verdict, judge_dish, judge_ingredient
from mealplan.dishes import Dish
from mealplan.nutrition import build_servings
from mealplan.report import Addition, Gap, NutrientRow

MOST = 5
WORTH_SHARE = 0.03
"""Of the target: what adds less in a serving is no way to close a gap."""
MIN_KCAL = 5.0
"""A serving of less energy (tea, a herb) has no useful amount per 100 kcal."""
_USUAL_G = (5.0, 300.0)
_SEASONING = frozenset({"spices", "baking", "oils & vinegars", "condiments"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kitchen:
    """What additions are chosen from, and how the person eats."""

    table: FoodTable
    catalogue: Catalogue
    dishes: Sequence[Dish]
    diets: Sequence[Diet] = ()
    avoid: frozenset[str] = frozenset()

    def foods(self) -> list[Ingredient]:
        """The ingredients that certainly fit, and are eaten by the serving rather than by the pinch."""
        return [
            one
            for one in self.catalogue.values()
            if one.name not in self.avoid
            and one.aisle not in _SEASONING
            and judge_ingredient(one, self.diets)[0] is Verdict.FITS
        ]

    def fitting_dishes(self) -> list[Dish]:
        """The dishes that certainly fit."""
        return [dish for dish in self.dishes if judge_dish(dish, self.diets, self.avoid)[0] is Verdict.FITS]


def usual_servings(catalogue: Catalogue, dishes: Sequence[Dish]) -> Mapping[str, float]:
    """Ingredient -> grams of a usual serving: the median of what dishes put on a plate.

    What no dish holds is served like its food group, in the same state if possible; else by a household
    measure, else 100 g.
    Grams are edible and as bought.
    """
    used: dict[str, list[float]] = {}
    alike: dict[tuple[str, str], list[float]] = {}
    for dish in dishes:
        for line in dish.lines:
            grams = line.grams / dish.serves
            used.setdefault(line.ingredient.name, []).append(grams)
            for kind in (_kind(line.ingredient), (line.ingredient.food_group, "")):
                alike.setdefault(kind, []).append(grams)
    known = {
        one.name: used.get(one.name) or alike.get(_kind(one)) or alike.get((one.food_group, ""))
        for one in catalogue.values()
    }
    return {
        one.name: median(amounts) if (amounts := known[one.name]) else _measure_g(one) for one in catalogue.values()
    }


def find_gaps(rows: Sequence[NutrientRow], kitchen: Kitchen) -> tuple[Gap, ...]:
    """For each nutrient missed, in the order of the rows, what adds most to it. Energy is no gap to close."""
    short = [row for row in rows if row.status == "missed" and row.nutrient not in (ABSORBED, "energy_kcal")]
    if not short:
        return ()
    foods, dishes = kitchen.foods(), kitchen.fitting_dishes()
    usual = usual_servings(kitchen.catalogue, kitchen.dishes)
    keys = [row.nutrient for row in short]
    servings = build_servings(dishes, kitchen.table, [*keys, "energy_kcal"]) if dishes else None
    gaps = []
    for row in short:
        added = [food_addition(one, row.nutrient, usual[one.name], kitchen.table) for one in foods]
        cooked = [] if servings is None else [
            _addition("dish", dish.title, _weight_g(dish), float(amount), float(kcal))
            for dish, amount, kcal in zip(
                dishes, servings.column(row.nutrient), servings.column("energy_kcal"), strict=True
            )
        ]  # fmt: skip
        worth = [one for one in added if one is not None and one.per_serving >= WORTH_SHARE * row.target]
        plates = [one for one in cooked if one.per_serving >= WORTH_SHARE * row.target]
        gaps.append(
            Gap(
                nutrient=row.nutrient,
                unit=NUTRIENTS[row.nutrient].unit,
                short=round(max(row.target - row.mean, 0.0), 4),
                days_short=len(row.daily) - row.days_met,
                foods_by_serving=_first(worth, _by_serving),
                foods_by_energy=_first(worth, _by_energy),
                dishes_by_serving=_first(plates, _by_serving),
                dishes_by_energy=_first(plates, _by_energy),
            )
        )
    return tuple(gaps)


def rank_foods(key: str, kitchen: Kitchen, *, per: str, limit: int) -> tuple[Addition, ...]:
    """The ingredients that certainly fit, richest first: per ``serving``, ``100g`` or ``100kcal``.

    Raises: UnknownNutrient.
    """
    nutrient(key)
    usual = usual_servings(kitchen.catalogue, kitchen.dishes)
    found = [
        food_addition(one, key, 100.0 if per == "100g" else usual[one.name], kitchen.table) for one in kitchen.foods()
    ]
    by = _by_energy if per == "100kcal" else _by_serving
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (-by(one), one.name))[:limit])


def food_addition(one: Ingredient, key: str, grams: float, table: FoodTable) -> Addition | None:
    """What a serving of an ingredient as bought adds; None where its value is unmeasured."""
    value, kcal = table.per_100g(one.food_id, key), table.per_100g(one.food_id, "energy_kcal")
    if isnan(value):
        return None
    return _addition("food", one.name, grams, grams * value / 100, 0.0 if isnan(kcal) else grams * kcal / 100)


def _addition(kind: str, name: str, grams: float, amount: float, kcal: float) -> Addition:
    return Addition(
        kind="food" if kind == "food" else "dish",
        name=name,
        serving_g=round(grams, 1),
        per_serving=round(amount, 4),
        per_100kcal=round(100 * amount / kcal, 4) if kcal >= MIN_KCAL else None,
        kcal=round(kcal, 1),
    )


def _first(additions: Sequence[Addition], by: Callable[[Addition], float]) -> tuple[Addition, ...]:
    return tuple(sorted(additions, key=lambda one: (-by(one), one.name))[:MOST])


def _by_serving(one: Addition) -> float:
    return one.per_serving


def _by_energy(one: Addition) -> float:
    return one.per_100kcal or 0.0


def _weight_g(dish: Dish) -> float:
    return sum(line.grams for line in dish.lines) / dish.serves


def _kind(one: Ingredient) -> tuple[str, str]:
    return one.food_group, one.state


def _measure_g(one: Ingredient) -> float:
    low, high = _USUAL_G
    return next((grams for grams in one.measures.values() if low <= grams <= high), 100.0)
