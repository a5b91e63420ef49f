"""Courses and what goes with what: who carries a meal, what may stand beside it, and in what amounts."""

from __future__ import annotations

from collections.abc import Mapping

from mealplan.dishes import Dish, Slot

AMOUNTS: Mapping[str, tuple[float, ...]] = {
    "breakfast": (0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    "main": (0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    "one-pot": (0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    "side": (0.5, 1.0, 1.5, 2.0),
    "snack": (0.5, 1.0, 1.5, 2.0),
    "drink": (1.0,),
}
"""Servings of a dish that a person may get in one meal, by course."""

ENERGY_SHARE: Mapping[Slot, tuple[float, float]] = {
    "breakfast": (0.18, 0.30),
    "lunch": (0.25, 0.38),
    "dinner": (0.25, 0.40),
    "snack": (0.06, 0.18),
}
"""Share of the day's energy a meal should hold; outside it the meal costs `Weights.uneven_meal`."""

GREENS: frozenset[str] = frozenset({"vegetable", "salad"})
"""Kinds of side that bring vegetables to a meal."""

TABLES: tuple[frozenset[str], ...] = (
    frozenset(
        {"American", "British", "Irish", "French", "Italian", "Spanish", "Portuguese", "Greek", "German",
         "Eastern European", "Scandinavian"}
    ),
    frozenset({"Turkish", "Middle Eastern", "Persian", "North African"}),
    frozenset({"Indian"}),
    frozenset({"Chinese", "Japanese", "Korean", "Thai", "Vietnamese"}),
    frozenset({"Mexican", "Latin American", "Brazilian", "Caribbean"}),
    frozenset({"West African", "Ethiopian"}),
)  # fmt: skip
"""Cuisines whose dishes share a table; a side from another table beside a main costs `Weights.foreign_side`."""

EVERY_TABLE = -1
"""The table of a dish that is at home on all of them."""

PLAIN_LINES = 3
"""A side of so few ingredients (rice, bread, broccoli with lemon) is at home on every table."""

COMPANIONS: Mapping[Slot, int] = {"breakfast": 2, "lunch": 2, "dinner": 2, "snack": 1}
"""How many dishes may stand beside the anchor."""


def is_anchor(dish: Dish, slot: Slot) -> bool:
    """Whether a dish can carry a meal of this slot."""
    course = {"breakfast": ("breakfast",), "snack": ("snack",)}.get(slot, ("main", "one-pot"))
    return slot in dish.meals and dish.course in course


def is_companion(dish: Dish, slot: Slot) -> bool:
    """Whether a dish may stand beside an anchor of this slot."""
    return slot in dish.meals and dish.course in ("side", "drink")


def is_welcome(kind: str, anchor: Dish) -> bool:
    """Whether a companion of this kind goes with the anchor."""
    # Beside a bowl or a snack: fruit, a glass of something. A second snack dish would be a second snack.
    return kind in anchor.sides if anchor.is_main else kind in ("fruit", "drink")


def goes_with(anchor: Dish, other: Dish, slot: Slot) -> bool:
    """Whether ``other`` may stand beside the anchor of this meal."""
    return is_companion(other, slot) and is_welcome(companion_kind(other), anchor)


def table_of(dish: Dish) -> int:
    """The number of the table in `TABLES` a dish belongs to; -1 if it is at home on all of them."""
    if dish.course == "drink" or dish.kind == "fruit" or (dish.course == "side" and len(dish.lines) <= PLAIN_LINES):
        return EVERY_TABLE
    return next((number for number, cuisines in enumerate(TABLES) if dish.cuisine in cuisines), EVERY_TABLE)


def companion_kind(dish: Dish) -> str:
    """What a companion is on the table; a meal has one of each."""
    return dish.kind or dish.course


PRODUCE = frozenset({"vegetable", "leafy green", "fruit", "citrus"})
STAR_GRAMS = 50.0


def star_foods(dish: Dish) -> frozenset[str]:
    """Provisional."""
    found = [
        (line.grams / dish.serves, line.ingredient.name)
        for line in dish.lines
        if line.ingredient.food_group in PRODUCE and "onion" not in line.ingredient.name
    ]
    return frozenset(name for grams, name in sorted(found, reverse=True)[:2] if grams >= STAR_GRAMS)
