"""Plan -> shopping list: merged by ingredient, edible share undone, in packages as sold, by aisle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from foods.ingredients import Catalogue, Ingredient, Package
from mealplan.diets import Diet, judge_ingredient
from mealplan.plan import Day, ShoppingLine

AISLES = (
    "produce",
    "herbs",
    "bakery",
    "dairy & eggs",
    "plant milk & tofu",
    "meat & poultry",
    "fish & seafood",
    "grains & pasta",
    "legumes",
    "canned & jarred",
    "nuts & seeds",
    "baking",
    "oils & vinegars",
    "spices",
    "condiments",
    "breakfast",
    "snacks",
    "drinks",
    "frozen",
)
"""The order of a walk through a shop: what bruises and what thaws come last and first as they should."""

_HOUSEHOLD_UNITS = ("piece", "clove", "slice", "can", "cup", "tbsp", "tsp")


@dataclass(slots=True)
class _Need:
    grams: float = 0.0
    dishes: dict[str, None] = field(default_factory=dict)


def shopping_list(days: Sequence[Day], catalogue: Catalogue, diets: Iterable[Diet] = ()) -> tuple[ShoppingLine, ...]:
    """What to buy for everyone at the table, in shop order; a line an ingredient.

    Every planned gram is on it: packages are rounded up, never down.
    """
    needs: dict[str, _Need] = defaultdict(_Need)
    for day in days:
        for meal in day.meals:
            for dish in meal.dishes:
                for portion in dish.ingredients:
                    need = needs[portion.ingredient]
                    need.grams += sum(portion.grams.values())
                    need.dishes[dish.title] = None
    lines = [_line(catalogue[name], need, tuple(diets)) for name, need in needs.items()]
    order = {aisle: place for place, aisle in enumerate(AISLES)}
    return tuple(sorted(lines, key=lambda line: (line.staple, order.get(line.aisle, len(AISLES)), line.ingredient)))


def _line(ingredient: Ingredient, need: _Need, diets: tuple[Diet, ...]) -> ShoppingLine:
    bought = need.grams / ingredient.edible_share
    return ShoppingLine(
        ingredient=ingredient.name,
        aisle=ingredient.aisle,
        grams=round(bought, 1),
        edible_grams=round(need.grams, 1),
        packages=in_packages(ingredient.packages, bought),
        kitchen=in_household_units(ingredient, need.grams),
        staple=ingredient.staple,
        check_label=tuple(judge_ingredient(ingredient, diets)[1]),
        dishes=tuple(need.dishes),
    )


def in_packages(packages: Sequence[Package], grams: float) -> str:
    """The packages that hold these grams with the least left over, in words: ``2 x 400 g can``.

    Without packages the weight is rounded up to what a shopper would ask for.
    """
    if not packages:
        step = 10 if grams < 250 else 50
        return f"{ceil(grams / step) * step} g"
    counts = [(ceil(grams / package.grams - 1e-9), package) for package in packages]
    count, package = min(counts, key=lambda pair: (pair[0] * pair[1].grams - grams, pair[0]))
    if package.label == "piece":
        return f"{count} piece{'s' if count > 1 else ''}"
    return f"{count} x {package.label}"


def in_household_units(ingredient: Ingredient, grams: float) -> str:
    """The amount as a cook would say it: ``2 1/2 cup``; grams where no measure of the ingredient fits."""
    for unit in _HOUSEHOLD_UNITS:
        size = ingredient.measures.get(unit)
        if size and grams >= size / 2 and grams / size <= 40:
            return f"{_mixed(grams / size)} {unit}"
    return f"{grams:.0f} g" if grams >= 1 else f"{grams:.1f} g"


def _mixed(amount: float) -> str:
    quarters = max(1, round(amount * 4)) if amount < 10 else round(amount) * 4
    whole, part = divmod(quarters, 4)
    fraction = str(Fraction(part, 4)) if part else ""
    return f"{whole} {fraction}".strip() if whole else fraction
