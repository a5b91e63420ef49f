"""Kitchens of any size: the library, or a part of it, or the library and dishes made up from it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

import numpy as np

from foods.ingredients import Ingredient
from mealplan.dishes import Dish, Line
from mealplan.kitchen import Kitchen

START = date(2026, 1, 5)
"""A Monday in winter: every benchmark plans from here."""

SPREAD = 0.25
"""Standard deviation of the logarithm of a made-up amount."""

SWAPPED = 0.25
"""Share of ingredients that give way to another of their kind."""

Kinds = dict[tuple[str, str, str], list[Ingredient]]
"""Ingredients by food group, family and state: those of one kind may stand for each other."""


def kitchen_of(count: int, seed: int = 0) -> Kitchen:
    """The embedded kitchen with exactly ``count`` dishes: a random part of them, or all and made-up ones besides."""
    kitchen = Kitchen.embedded()
    random = np.random.default_rng([seed, count])
    if count <= len(kitchen.dishes):
        rows = sorted(random.choice(len(kitchen.dishes), size=count, replace=False))
        return replace(kitchen, dishes=tuple(kitchen.dishes[row] for row in rows))
    alike = _alike(kitchen)
    made = [
        _vary(kitchen.dishes[int(random.integers(len(kitchen.dishes)))], number, alike, random)
        for number in range(count - len(kitchen.dishes))
    ]
    return replace(kitchen, dishes=(*kitchen.dishes, *made))


def _alike(kitchen: Kitchen) -> Kinds:
    found: Kinds = defaultdict(list)
    for ingredient in sorted(kitchen.catalogue.ingredients, key=lambda one: one.name):
        found[_kind(ingredient)].append(ingredient)
    return found


def _kind(ingredient: Ingredient) -> tuple[str, str, str]:
    return ingredient.food_group, ingredient.family, ingredient.state


def _vary(dish: Dish, number: int, alike: Kinds, random: np.random.Generator) -> Dish:
    """A dish like this one: other amounts, and some ingredients replaced by others of their kind."""
    lines = tuple(_vary_line(line, alike, random) for line in dish.lines)
    return replace(dish, slug=f"{dish.slug}-{number}", title=f"{dish.title} {number}", lines=lines)


def _vary_line(line: Line, alike: Kinds, random: np.random.Generator) -> Line:
    others = alike[_kind(line.ingredient)]
    ingredient = others[int(random.integers(len(others)))] if random.random() < SWAPPED else line.ingredient
    return replace(line, ingredient=ingredient, grams=line.grams * float(random.lognormal(0.0, SPREAD)))
