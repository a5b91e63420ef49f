"""What the food of a week costs: at the known prices, and by an estimate for foods that have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mealplan.dishes import Dish
from mealplan.preference import cost_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """US$ for what is eaten, as bought but not in whole packages.

    ``estimated`` is the part of ``usd`` for the foods of ``unpriced``, which have no known price; most weight first.
    """

    usd: float
    estimated: float
    unpriced: tuple[str, ...]


def serving_costs(dishes: Iterable[Dish]) -> dict[str, float]:
    """US$ of a serving of each dish, by slug.

    A food without a known price counts like the rest of its dish, by weight; a dish of such foods alone like others.
    """
    dishes = tuple(dishes)
    weights = {dish.slug: sum(line.bought_grams for line in dish.lines) / dish.serves for dish in dishes}
    costs = {dish.slug: cost_usd(dish) for dish in dishes}
    priced = [slug for slug, usd in costs.items() if usd]
    usual = sum(costs[slug] for slug in priced) / sum(weights[slug] for slug in priced) if priced else 0.0
    return {slug: usd or usual * weights[slug] for slug, usd in costs.items()}


def spend(eaten: Sequence[tuple[Dish, float]], dishes: Iterable[Dish]) -> Spent:
    """What servings of dishes cost. Args: dishes: those of the library, for what has no price at all."""
    costs = serving_costs(dishes)
    known, unpriced = 0.0, Counter[str]()
    for dish, servings in eaten:
        for line in dish.lines:
            grams, price = line.bought_grams / dish.serves * servings, line.ingredient.price_usd_per_100g
            if price is None:
                unpriced[line.ingredient.name] += grams  # type: ignore[assignment] # Counter of grams
            else:
                known += grams * price / 100
    usd = sum(costs[dish.slug] * servings for dish, servings in eaten)
    return Spent(usd=usd, estimated=usd - known, unpriced=tuple(name for name, _ in unpriced.most_common()))
