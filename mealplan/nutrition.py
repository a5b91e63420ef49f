"""Dish -> nutrients per serving, as eaten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from foods.ingredients import Ingredient
from foods.retention import factors
from foods.table import FoodTable
from mealplan.dishes import Dish
from mealplan.iron import RAW_PER_COOKED_MEAT

Floats = NDArray[np.float64]

_AS_EATEN = frozenset({"cooked", "canned", "prepared"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Servings:
    """One serving of each dish, as eaten: rows are dishes, columns ``keys``.

    ``amount`` counts an unmeasured value as nothing; ``unmeasured`` is the share of a serving's weight
    that has no value for the nutrient. Iron is split into heme and non-heme; ``meat_g`` is cooked weight.
    """

    dishes: tuple[Dish, ...]
    keys: tuple[str, ...]
    amount: Floats
    unmeasured: Floats
    heme_mg: Floats
    nonheme_mg: Floats
    meat_g: Floats

    def column(self, key: str) -> Floats:
        """(n_dishes,) amounts of one nutrient per serving. Raises: ValueError: not among ``keys``."""
        return self.amount[:, self.keys.index(key)]

    def take(self, rows: NDArray[np.intp]) -> Servings:
        """The same for some of the dishes."""
        return replace(
            self,
            dishes=tuple(self.dishes[row] for row in rows),
            amount=self.amount[rows],
            unmeasured=self.unmeasured[rows],
            heme_mg=self.heme_mg[rows],
            nonheme_mg=self.nonheme_mg[rows],
            meat_g=self.meat_g[rows],
        )


def build_servings(dishes: Sequence[Dish], table: FoodTable, keys: Sequence[str]) -> Servings:
    """Nutrients of one serving of each dish: grams x per-100 g value x USDA retention factor.

    Args: keys: registry keys; iron and vitamin C need not be among them for the iron split.
    Raises: foods.errors.FoodsError: an ingredient whose food is not in the table.
    """
    columns = list(dict.fromkeys((*keys, "iron_mg")))
    lines = [(row, line) for row, dish in enumerate(dishes) for line in dish.lines]
    owner = np.array([row for row, _ in lines], dtype=np.intp)
    grams = np.array([line.grams / dishes[row].serves for row, line in lines])
    per_gram = table.matrix([line.ingredient.food_id for _, line in lines], columns) / 100
    kept = _kept([line.retention for _, line in lines], columns)
    as_eaten = grams[:, None] * per_gram * kept
    missing = np.isnan(as_eaten)

    def total(values: Floats) -> Floats:
        out = np.zeros((len(dishes), *values.shape[1:]))
        np.add.at(out, owner, values)
        return out

    weight = total(grams)
    iron = np.nan_to_num(as_eaten[:, columns.index("iron_mg")])
    heme = iron * np.array([line.ingredient.heme_fraction for _, line in lines])
    count = len(keys)
    return Servings(
        dishes=tuple(dishes),
        keys=tuple(keys),
        amount=total(np.nan_to_num(as_eaten[:, :count])),
        unmeasured=total(np.where(missing[:, :count], grams[:, None], 0.0)) / weight[:, None],
        heme_mg=total(heme),
        nonheme_mg=total(iron - heme),
        meat_g=total(grams * np.array([meat_share(line.ingredient) for _, line in lines])),
    )


def meat_share(ingredient: Ingredient) -> float:
    """Grams of cooked meat, fish or poultry in a gram of the ingredient as the dish file weighs it."""
    if not ingredient.is_meat:
        return 0.0
    return 1.0 if ingredient.state in _AS_EATEN else 1 / RAW_PER_COOKED_MEAT


def _kept(codes: Sequence[str | None], keys: Sequence[str]) -> Floats:
    known = {code: [factors(code).get(key, 1.0) for key in keys] for code in dict.fromkeys(codes)}
    return np.array([known[code] for code in codes]).reshape(len(codes), len(keys))
