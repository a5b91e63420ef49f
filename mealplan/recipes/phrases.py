"""What the words of a line say of its food: the phrases to look up, the state, whether it is counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from foods.ingredients import Ingredient
from mealplan.recipes.kitchen_words import PARTS, PREPARATION, STATES, words
from mealplan.recipes.quantities import TRAILING_UNITS, Measured

DRIED_STATES = frozenset({"dried", "dry"})
KEPT_STATES = {
    "canned": frozenset({"canned", "prepared"}),
    "frozen": frozenset({"frozen"}),
    "dried": DRIED_STATES,
    "fresh": frozenset({"raw"}),
    "cooked": frozenset({"cooked", "prepared", "canned"}),
}
"""State said in a line -> states of the catalogue that it fits."""


def with_noun(measured: Measured) -> Measured:
    """``boneless, skinless chicken thighs``: the food stands behind the comma."""
    while (
        measured.notes
        and measured.food
        and not [word for word in without_preparation(words(measured.food)) if word not in STATES]
    ):
        measured = replace(measured, food=f"{measured.food} {measured.notes[0]}", notes=measured.notes[1:])
    return measured


def phrases(measured: Measured) -> list[tuple[str, ...]]:
    """The words to look up, the fullest first: with the note behind the comma, as written, without preparation."""
    food = words(measured.food)
    note = words(measured.notes[0]) if measured.notes else ()
    full = [(*note, *food), food] if len(note) <= 3 else [food]
    bare = [without_preparation(tokens) for tokens in full]
    without_unit = [
        tuple(word for word in without_preparation(tokens) if word not in PARTS | TRAILING_UNITS)
        for tokens in full
        if PARTS & set(tokens)
    ]
    # "tuna in olive oil": what a can is filled up with comes last.
    drained = without_preparation(
        words(re.split(r"\s(?:in|from|with (?:its|the|their)? ?juices?)(?:\s|$)", measured.food)[0])
    )
    return [tokens for tokens in dict.fromkeys([*full, *bare, *without_unit, drained]) if tokens]


def without_preparation(tokens: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in tokens if word not in PREPARATION)


def said_states(measured: Measured) -> frozenset[str]:
    said = set(words(measured.food)) & STATES
    for note in measured.notes:
        # "fresh or frozen" says neither, "fresh dill (or 1 tsp dried)" is fresh, "spinach (frozen is fine)" is spinach.
        if not said and not re.search(r"\b(?:or|fine|works?|ok|okay|instead|will do)\b", note):
            said |= set(words(note)) & STATES
    if measured.unit in ("can", "jar"):
        said.add("canned")
    return frozenset(said - {"fresh"} if len(said) > 1 else said)


def fits_state(ingredient: Ingredient, said: frozenset[str]) -> bool:
    return all(ingredient.state in KEPT_STATES[state] for state in said)


def state_order(ingredient: Ingredient, measured: Measured) -> int:
    """Where the state is not said: drained or by the cup is canned, bare counts are fresh."""
    notes = " ".join(measured.notes).lower()
    if "drain" in notes or "rinse" in notes or ingredient.family.startswith("legume"):
        order = ("canned", "frozen", "dry", "raw")
    elif is_counted(measured):
        order = ("raw", "frozen", "canned", "dry")
    else:
        order = ("frozen", "canned", "raw", "dry")
    return order.index(ingredient.state) if ingredient.state in order else len(order)


def is_counted(measured: Measured) -> bool:
    return measured.amount is not None and measured.unit in (None, "large", "medium", "small", "piece")


def is_eaten_in_parts(ingredient: Ingredient) -> bool:
    """Whether a leaf, a stalk or a clove of it is the same food."""
    return ingredient.family in ("greens", "vegetable", "lean_fish", "oily_fish") or ingredient.aisle in (
        "herbs",
        "spices",
    )
