"""Courses and what goes with what: who carries a meal, what may stand beside it, and in what amounts."""

from __future__ import annotations

from collections.abc import Mapping

from mealplan.dishes import STARCHES, Dish, Slot

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


def goes_with(anchor: Dish, other: Dish, slot: Slot) -> bool:
    """Whether ``other`` may stand beside the anchor of this meal."""
    if slot not in other.meals:
        return False
    if anchor.is_main:
        return other.course == "side" and other.kind in anchor.sides
    # Beside a bowl or a snack: fruit, a glass of something. A second snack dish would be a second snack.
    return other.course == "drink" or (other.course == "side" and other.kind == "fruit")


def table_of(dish: Dish) -> int:
    """The number of the table in `TABLES` a dish belongs to; -1 if it is at home on all of them."""
    if dish.course == "drink" or dish.kind == "fruit" or (dish.course == "side" and len(dish.lines) <= PLAIN_LINES):
        return EVERY_TABLE
    return next((number for number, cuisines in enumerate(TABLES) if dish.cuisine in cuisines), EVERY_TABLE)


def companion_kind(dish: Dish) -> str:
    """What a companion is on the table; a meal has one of each."""
    return dish.kind or dish.course


def fit_together(dish: Dish, other: Dish) -> bool:
    """Whether two companions may stand beside one anchor: not two of a kind, and not two starches."""
    kinds = {companion_kind(dish), companion_kind(other)}
    return len(kinds) == 2 and not kinds <= STARCHES
