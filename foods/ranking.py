"""Which foods hold most of a nutrient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from foods.errors import FoodsError
from foods.nutrients import nutrient
from foods.table import FoodTable

Basis = Literal["100g", "100kcal"]
MIN_KCAL = 5.0
"""Foods with less energy per 100 g (water, tea) have no useful amount per 100 kcal."""


class UnknownCategory(FoodsError):
    """A food category that no food of the table has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A food and how much of the nutrient it holds, per 100 g or per 100 kcal, in the nutrient's unit."""

    food_id: str
    description: str
    category: str
    data_type: str
    amount: float


def top(table: FoodTable, key: str, limit: int = 20, per: Basis = "100g", category: str | None = None) -> list[Ranked]:
    """The foods richest in a nutrient, richest first; unmeasured ones are left out.

    Args: ``category`` keeps foods whose category contains these words, in any case.
    Raises: UnknownNutrient, UnknownCategory.
    """
    nutrient(key)
    foods = table.foods
    if category is not None:
        foods = foods[foods["category"].str.contains(category, case=False, regex=False)]
        if foods.empty:
            raise UnknownCategory(f"no food category contains `{category}`")
    amounts = table.matrix(foods.index, [key, "energy_kcal"])
    amount = amounts[:, 0]
    if per == "100kcal":
        energy = np.where(amounts[:, 1] >= MIN_KCAL, amounts[:, 1], np.nan)
        amount = amount / energy * 100
    order = [place for place in np.argsort(-amount, kind="stable").tolist() if not np.isnan(amount[place])]
    ids = foods.index.tolist()
    names, categories, types = (foods[column].tolist() for column in ("description", "category", "data_type"))
    return [
        Ranked(
            food_id=ids[place],
            description=names[place],
            category=categories[place],
            data_type=types[place],
            amount=float(amount[place]),
        )
        for place in order[:limit]
    ]
