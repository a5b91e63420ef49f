"""What was eaten, by day and meal, in one form for plans and diaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from foods.ingredients import Catalogue, Ingredient
from mealplan.iron import RAW_PER_COOKED_MEAT
from mealplan.plan import Day, Meal

Span = tuple[float, float]
"""The least and the most that an amount may be; inf where nothing bounds it."""
Steeped = Literal["", "tea", "coffee"]

_COOKED_STATES = frozenset({"cooked", "canned", "prepared"})
_NO_PHYTATE = frozenset(
    {"dairy", "egg", "red meat", "poultry", "fish", "shellfish", "offal", "fat", "sweet", "drink", "condiment",
     "herb/spice"}
)  # fmt: skip
_STEEPED: Mapping[str, Steeped] = {"black tea": "tea", "green tea": "tea"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EatenFood:
    """One food of a meal, edible grams as weighed.

    ``food_id`` or ``grams`` None: it was eaten, and what or how much of it is not known, so nor are its nutrients.
    ``stated`` are amounts that the log itself gives for it, which then count alone. ``meat_share`` is cooked meat,
    fish or poultry per gram; ``phytate`` mg per 100 g.
    """

    name: str
    food_id: str | None = None
    grams: float | None = None
    retention: str | None = None
    heme_fraction: float = 0.0
    meat_share: float = 0.0
    phytate: Span = (0.0, 0.0)
    caffeine_mg_per_100g: float = 0.0
    steeped: Steeped = ""
    stated: Mapping[str, Span] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EatenMeal:
    """The foods of one meal; an empty ``name`` is a day's food that no meal is told of."""

    name: str
    foods: tuple[EatenFood, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EatenDay:
    """A day by its date, or by the name that a diary without dates gives it."""

    name: str
    date: date | None = None
    meals: tuple[EatenMeal, ...] = field(default=())

    @property
    def foods(self) -> tuple[EatenFood, ...]:
        return tuple(food for meal in self.meals for food in meal.foods)


def eat(
    ingredient: Ingredient,
    grams: float | None,
    phytate_ceilings: Mapping[str, float],
    *,
    food_id: str | None = None,
    cooked: bool | None = None,
    retention: str | None = None,
) -> EatenFood:
    """An ingredient as eaten.

    Args: phytate_ceilings: of `phytate_ceilings`; food_id: the row it is counted by, by default the ingredient's own;
    cooked: whether the grams are cooked weight, by default as the ingredient is bought.
    """
    cooked = ingredient.state in _COOKED_STATES if cooked is None else cooked
    return EatenFood(
        name=ingredient.name,
        food_id=food_id or ingredient.food_id,
        grams=grams,
        retention=retention,
        heme_fraction=ingredient.heme_fraction,
        meat_share=0.0 if not ingredient.is_meat else 1.0 if cooked else 1 / RAW_PER_COOKED_MEAT,
        phytate=_phytate(ingredient, phytate_ceilings),
        caffeine_mg_per_100g=ingredient.caffeine_mg_per_100g or 0.0,
        steeped="coffee" if "coffee" in ingredient.name else _STEEPED.get(ingredient.name, ""),
    )


def eaten_in_plan(days: Sequence[Day], person: str, catalogue: Catalogue) -> tuple[EatenDay, ...]:
    """A plan's days as one person eats them.

    Raises: KeyError: an ingredient that is not in the catalogue, or a person not in the plan.
    """
    most_phytate = phytate_ceilings(catalogue)
    return tuple(
        EatenDay(
            name=day.date.isoformat(),
            date=day.date,
            meals=tuple(
                EatenMeal(name=meal.slot, foods=tuple(_foods(meal, person, catalogue, most_phytate)))
                for meal in day.meals
            ),
        )
        for day in days
    )


def _foods(meal: Meal, person: str, catalogue: Catalogue, most_phytate: Mapping[str, float]) -> Iterator[EatenFood]:
    if meal.skipped is not None:
        kcal = meal.skipped.energy_kcal[person]
        yield EatenFood(name="a meal out", stated={"energy_kcal": (kcal, kcal)} if meal.skipped.counted else None)
    for portion in (portion for dish in meal.dishes for portion in dish.ingredients):
        yield eat(
            catalogue[portion.ingredient],
            portion.grams[person],
            most_phytate,
            food_id=portion.food_id,
            retention=portion.retention,
        )


def phytate_ceilings(catalogue: Catalogue) -> Mapping[str, float]:
    """Food group -> mg per 100 g of its richest measured food."""
    found: dict[str, float] = {}
    for row in catalogue.ingredients:
        if row.phytate_mg_per_100g is not None:
            found[row.food_group] = max(found.get(row.food_group, 0.0), row.phytate_mg_per_100g)
    return found


def _phytate(ingredient: Ingredient, ceilings: Mapping[str, float]) -> Span:
    """As measured; of a plant food without a value, anything up to the richest of its group."""
    known = ingredient.phytate_mg_per_100g
    if known is not None:
        return known, known
    if ingredient.food_group in _NO_PHYTATE:
        return 0.0, 0.0
    return 0.0, ceilings.get(ingredient.food_group, 0.0)
