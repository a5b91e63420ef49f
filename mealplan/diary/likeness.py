"""How near a food of the table is to a line of a diary, by their words."""

from __future__ import annotations

import re
from collections.abc import Set

from foods.search import words_of
from mealplan.recipes.kitchen_words import NEUTRAL, PREPARATION, STATES, words

_WITH = re.compile(r"\s+with\s+", re.I)
# Words for a food that is yet to be made: a diary tells it made.
AS_BOUGHT = frozenset({"mix", "dough", "unprepared", "uncooked", "condensed", "powder"})
COOKED = frozenset({"cooked", "boiled", "roasted", "baked", "fried", "grilled", "steamed", "mashed"})
UNSPECIFIED = frozenset(
    {"nf", "nfs", "ns", "regular", "plain", "generic", "brand", "fast", "food", "chain", "14", "12"}
)
_KIND = 0.5  # what a word that only says which kind of the noun it is counts
# Words with which USDA begins a description before it says what the food is.
CLASSES = frozenset(
    {"fish", "nut", "seed", "spice", "cereal", "beverage", "mollusk", "crustacean", "vegetable", "fruit", "snack",
     "candy", "alcoholic", "game", "meat", "ready", "eat", "leavening", "agent", "sweetener", "fast", "food",
     "formulated", "bar"}
)  # fmt: skip


def likeness(asked: list[str], description: str, *, side: Set[str] = frozenset(), raw_is_odd: bool = False) -> float:
    """0-1: how much of the line the description says, and how little else; less where its noun is not asked for.

    Args: asked: the line's telling words; side: those of them that only name what the food comes with, so that
    "pancakes with syrup" are no syrup; raw_is_odd: the food is not eaten raw unless the line says so.
    """
    have = set(asked)
    want = {word for word in words(description) if word in have or word not in UNSPECIFIED}
    common = have & want
    weight = sum(_weight(word) for word in have)
    if not common or not weight:
        return 0.0
    noun = noun_of(description)
    said = sum(1.0 if word in noun else _KIND for word in want)
    score = sum(_weight(word) for word in common) / weight
    score *= 0.6 + 0.4 * sum(1.0 if word in noun else _KIND for word in common) / said
    if not noun & have - NEUTRAL:
        score *= 0.5
    # "Pizza rolls" are no pizza and "Salad dressing" is no salad; what follows a comma is a kind of the noun.
    score *= 0.75 ** len(noun - have - NEUTRAL - STATES - UNSPECIFIED) * 0.9 ** len(noun & NEUTRAL - have)
    odd = AS_BOUGHT | {"raw"} if raw_is_odd else AS_BOUGHT
    if odd & want - have:
        score *= 0.9
    if COOKED & have and {"raw", "dried"} & want - have:
        score *= 0.5
    if side and _head_of(description) in side:
        score *= 0.5
    return round(score, 3)


def queries(text: str, food: str) -> list[str]:
    """What to search for, the fullest first, then less and less of what stands before the noun."""
    bare = [word for word in words_of(food) if word not in PREPARATION]
    every = [word for word in words_of(text) if word not in PREPARATION]
    tails = [bare[start:] for start in range(len(bare))] + [every[start:] for start in range(1, len(every))]
    return [query for query in dict.fromkeys(" ".join(part) for part in (every, *tails)) if query]


def split_side(text: str) -> tuple[str, str]:
    """``pancakes``, ``syrup`` of "pancakes with syrup"; the second is empty where nothing comes with it."""
    first, *rest = _WITH.split(text, maxsplit=1)
    return first, " ".join(rest)


def _head_of(description: str) -> str:
    """The last word of what a food of the table is called: ``syrup`` of "Pancake syrup, light"."""
    return (words(_WITH.split(description.partition(",")[0])[0]) or ("",))[-1]


def _weight(word: str) -> float:
    """How much a word tells of which food it is."""
    if word in STATES:
        return 0.5
    return 0.25 if word in NEUTRAL or word.endswith("free") else 1.0


def noun_of(description: str) -> set[str]:
    """The words that say what a food of the table is: those before the first comma, or after a mere class."""
    parts = [set(words(part)) for part in description.split(",")]
    return next((part for part in parts if not part <= CLASSES), parts[0])
