"""A plan as data frames, for those who count on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from pydantic import BaseModel

from mealplan.plan import Coverage, Plan, ShoppingLine

MEALS = ("date", "day", "meal", "dish", "title", "person", "servings")
PORTIONS = ("date", "day", "meal", "dish", "ingredient", "food_id", "person", "grams", "retention")


def meals_frame(plan: Plan) -> pd.DataFrame:
    """A row for each dish on each person's plate: the columns `MEALS`, servings as the recipe counts them."""
    rows = [
        (day.date, day.day, meal.slot, dish.dish, dish.title, person, servings)
        for day, meal, dish in plan.servings()
        for person, servings in dish.servings.items()
    ]
    return pd.DataFrame(rows, columns=list(MEALS))


def portions_frame(plan: Plan) -> pd.DataFrame:
    """A row for each ingredient on each person's plate: the columns `PORTIONS`, edible grams."""
    rows = [
        (day.date, day.day, meal.slot, dish.dish, portion.ingredient, portion.food_id, person, grams, portion.retention)
        for day, meal, dish in plan.servings()
        for portion in dish.ingredients
        for person, grams in portion.grams.items()
    ]
    return pd.DataFrame(rows, columns=list(PORTIONS))


def coverage_frame(plan: Plan) -> pd.DataFrame:
    """A row for each person and nutrient: the fields of `mealplan.plan.Coverage`, per day in the nutrient's unit."""
    return _frame(plan.coverage, Coverage)


def shopping_frame(plan: Plan) -> pd.DataFrame:
    """A row for each line of the shopping list: the fields of `mealplan.plan.ShoppingLine`, in shop order."""
    return _frame(plan.shopping, ShoppingLine)


def _frame(rows: Sequence[BaseModel], kind: type[BaseModel]) -> pd.DataFrame:
    return pd.DataFrame([dict(row) for row in rows], columns=list(kind.model_fields))
