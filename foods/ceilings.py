"""The most that a food without a value may hold: what the richest measured food of its kind holds."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from foods.nutrients import nutrient
from foods.table import KEYS, FoodTable

ENOUGH_MEASURED = 10
"""Measured foods from which a category bounds its unmeasured ones; with fewer nothing is known of them."""


class Ceilings:
    """Per-100 g ceilings of a table's categories, by food.

    The ceiling is the highest value measured in the food's category. It rests on one assumption: that no food
    without a value holds more than the richest measured one of its kind.
    """

    def __init__(self, table: FoodTable) -> None:
        categories = table.foods["category"]
        self._category = dict(zip(categories.index.tolist(), categories.tolist(), strict=True))
        grouped = table.values.groupby(categories)
        highest = grouped.max().where(grouped.count() >= ENOUGH_MEASURED, np.inf)
        self._highest = {
            str(name): dict(zip(KEYS, row, strict=True))
            for name, row in zip(highest.index, highest[list(KEYS)].to_numpy(), strict=True)
        }

    def per_100g(self, food_id: str, key: str) -> float:
        """The ceiling in the nutrient's unit; inf where nothing bounds the food. Raises: UnknownNutrient."""
        nutrient(key)
        return float(self._highest.get(self._category.get(food_id, ""), {}).get(key, np.inf))


@lru_cache(maxsize=4)
def ceilings(table: FoodTable) -> Ceilings:
    """The ceilings of a table, worked out once."""
    return Ceilings(table)
