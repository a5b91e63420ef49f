"""What may be put on a plate besides: servings of foods as eaten and of dishes, within the diet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, log
from typing import Literal

import numpy as np
import pandas as pd

from foods.ingredients import Ingredient
from foods.portions import portions, unit_words
from mealplan.dishes import Dish
from mealplan.gaps import Kitchen, usual_servings
from mealplan.nutrition import build_servings

MULTIPLES: Mapping[str, tuple[float, ...]] = {
    "cup": (0.5, 1, 2), "tbsp": (1, 2, 3, 4), "piece": (1, 2, 3, 4), "slice": (1, 2, 3), "fillet": (0.5, 1),
    "large": (1, 2), "medium": (1, 2),
}  # fmt: skip
"""Household measures that a serving may be told in, and how many of each."""
COUNTED = frozenset({"piece", "slice", "fillet"})
NEAR = 1.75
"""Times the usual serving within which a household measure stands for it; else it is told in grams."""
_NEVER_RAW = frozenset({"egg", "red meat", "poultry", "fish", "shellfish", "offal"})
_COOKED_FIRST = frozenset({"potato", "root"})
_NO_HELPING = frozenset({"fat", "sweet"})
_YIELD = (0.5, 4.0)  # cooked grams of a raw one: from bacon to barley


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One serving: ``amount`` of ``unit`` weighs ``grams``, as eaten; ``food_id`` is None for a dish."""

    kind: Literal["food", "dish"]
    name: str
    amount: float
    unit: str
    grams: float
    food_id: str | None = None

    @property
    def title(self) -> str:
        """Its name among all offers."""
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Servings by title, and (offers x nutrients) what one holds, at least; ``unmeasured`` where that is not all."""

    servings: Mapping[str, Offer]
    content: pd.DataFrame
    unmeasured: pd.DataFrame


def build_offers(kitchen: Kitchen, keys: Sequence[str]) -> Offers:
    """Everything that certainly fits the diet and is ready to eat."""
    usual = usual_servings(kitchen.catalogue, kitchen.dishes)
    offers = _unlike([offer for one in kitchen.foods() if (offer := _food(one, usual[one.name], kitchen)) is not None])
    ids = [offer.food_id or "" for offer in offers]
    content = kitchen.table.matrix(ids, keys) * np.array([[offer.grams / 100] for offer in offers])
    blank = np.isnan(content)
    if dishes := kitchen.fitting_dishes():
        plates = build_servings(dishes, kitchen.table, keys)
        content, blank = np.vstack([content, plates.amount]), np.vstack([blank, plates.unmeasured > 0])
        offers += [
            Offer(kind="dish", name=dish.title, amount=1, unit="serving", grams=_weight(dish)) for dish in dishes
        ]
    titles = [offer.title for offer in offers]
    return Offers(
        servings=dict(zip(titles, offers, strict=True)),
        content=pd.DataFrame(np.nan_to_num(content), index=titles, columns=list(keys)),
        unmeasured=pd.DataFrame(blank, index=titles, columns=list(keys)),
    )


def _weight(dish: Dish) -> float:
    return round(sum(line.grams for line in dish.lines) / dish.serves, 1)


def _food(one: Ingredient, usual_g: float, kitchen: Kitchen) -> Offer | None:
    """A serving as it is eaten: cooked where the table has it so; None for what is not eaten as it is bought."""
    if one.food_group in _NO_HELPING:
        return None
    cooked = one.cooked_food_id
    if cooked is None and (
        one.state == "dry"
        or (one.state in ("raw", "frozen") and (one.food_group in _NEVER_RAW or one.family in _COOKED_FIRST))
    ):
        return None
    row = cooked or one.food_id
    grams = usual_g * _yield(one, kitchen) if cooked else usual_g
    known = {} if cooked else dict(one.measures)
    for portion in portions(row):
        known.setdefault(next(iter(unit_words(portion.unit)), ""), portion.grams / portion.amount)
    amount, unit, weight = _measure(grams, known)
    name = f"{one.name.partition(',')[0]}, cooked" if cooked else one.name
    return Offer(kind="food", name=name, amount=amount, unit=unit, grams=weight, food_id=row)


def _measure(grams: float, known: Mapping[str, float]) -> tuple[float, str, float]:
    """The household measure nearest to a weight, else grams."""
    options = [
        (many, unit, round(many * known[unit], 1))
        for unit, counts in MULTIPLES.items()
        if unit in known
        for many in counts
    ]
    near = [one for one in options if one[2] > 0 and abs(log(one[2] / grams)) <= log(NEAR)]
    if near:
        # An orange is one orange before it is so much of a cup.
        return min(near, key=lambda one: (one[1] not in COUNTED, abs(log(one[2] / grams))))
    rounded = max(5.0, 5.0 * round(grams / 5))
    return rounded, "g", rounded


def _yield(one: Ingredient, kitchen: Kitchen) -> float:
    """Cooked grams of a gram as bought, by the energy, which water neither adds nor takes."""
    raw, cooked = (
        kitchen.table.per_100g(food_id, "energy_kcal") for food_id in (one.food_id, one.cooked_food_id or one.food_id)
    )
    if isnan(raw) or isnan(cooked) or not cooked:
        return 1.0
    return min(max(raw / cooked, _YIELD[0]), _YIELD[1])


def _unlike(offers: Sequence[Offer]) -> list[Offer]:
    """One offer of each food of the table: two lentils that lead to one cooked row are one."""
    return list({offer.food_id: offer for offer in reversed(offers)}.values())[::-1]
