"""How near a food of the table is to a line of a diary, by their words."""

from __future__ import annotations

from foods.search import words_of
from mealplan.recipes.kitchen_words import NEUTRAL, PREPARATION, STATES, words

UNSPECIFIED = frozenset({"nf", "nfs", "ns", "regular", "plain", "generic", "brand"})
# Words with which USDA begins a description before it says what the food is.
CLASSES = frozenset(
    {"fish", "nut", "seed", "spice", "cereal", "beverage", "mollusk", "crustacean", "vegetable", "fruit", "snack",
     "candy", "alcoholic", "game", "meat", "ready", "eat", "leavening", "agent", "sweetener", "fast", "food",
     "formulated", "bar"}
)  # fmt: skip


def likeness(asked: list[str], description: str, *, raw_is_odd: bool = False) -> float:
    """0-1: how much of the line the description says, and how little else; less where its noun is not asked for.

    Args: asked: the line's telling words; raw_is_odd: the food is not eaten raw unless the line says so.
    """
    have, want = set(asked), set(words(description)) - UNSPECIFIED
    common = have & want
    weight = sum(_weight(word) for word in have)
    if not common or not weight:
        return 0.0
    score = sum(_weight(word) for word in common) / weight * (0.6 + 0.4 * len(common) / len(want))
    noun = _noun_of(description)
    if not noun & have - NEUTRAL:
        score *= 0.5
    # "Pizza rolls" are no pizza and "Salad dressing" is no salad; what follows a comma is a kind of the noun.
    score *= 0.75 ** len(noun - have - NEUTRAL - STATES - UNSPECIFIED) * 0.9 ** len(noun & NEUTRAL - have)
    if raw_is_odd and "raw" in want and "raw" not in have:
        score *= 0.9
    return round(score, 3)


def queries(text: str, food: str) -> list[str]:
    """What to search for, the fullest first, then less and less of what stands before the noun."""
    bare = [word for word in words_of(food) if word not in PREPARATION]
    every = [word for word in words_of(text) if word not in PREPARATION]
    tails = [bare[start:] for start in range(len(bare))] + [every[start:] for start in range(1, len(every))]
    return [query for query in dict.fromkeys(" ".join(part) for part in (every, *tails)) if query]


def _weight(word: str) -> float:
    """How much a word tells of which food it is."""
    if word in STATES:
        return 0.5
    return 0.25 if word in NEUTRAL or word.endswith("free") else 1.0


def _noun_of(description: str) -> set[str]:
    """The words that say what a food of the table is: those before the first comma, or after a mere class."""
    parts = [set(words(part)) for part in description.split(",")]
    return next((part for part in parts if not part <= CLASSES), parts[0])
