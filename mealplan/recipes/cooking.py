"""How an ingredient is cooked, as the steps of a recipe tell it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foods.ingredients import Ingredient
from foods.retention import cooking_words
from mealplan.recipes.kitchen_words import PREPARATION, STATES, words

# The first that fits counts; "bring to a boil" says nothing of the water.
VERBS: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (cook, re.compile(pattern, re.I))
    for cook, pattern in (
        ("stir-fried", r"\bstir[- ]?fr(?:y|ied|ying)\b"),
        ("hard-boiled", r"\b(?:hard|soft)[- ]boil"),
        ("scrambled", r"\bscrambl"),
        ("poached", r"\bpoach"),
        ("steamed", r"\bsteam(?:ed|er|ing)?\b(?! rises)"),
        ("microwaved", r"\bmicrowav"),
        ("braised", r"\bbrais"),
        ("roasted", r"\broast(?:ed|ing)?\b"),
        ("grilled", r"\b(?:grill|broil|griddle|barbecue|char)"),
        ("baked", r"\bbak(?:e|ed|ing)\b(?! (?:powder|soda|sheet|tray|dish|tin|paper|parchment))"),
        ("simmered", r"\bsimmer|\bstew\b|\bbubbl|\bslow cooker|\bpressure[- ]cook"),
        ("boiled", r"\bboil(?:ed|ing)? (?:the |for |until |in )|\bsalted water|\bdrain\b"),
        ("sauteed", r"\bsaut|\bsweat\b|\bsoften|\bcook (?:the |until |for )?[^.]*\b(?:soft|translucent|fragrant)"),
        ("browned", r"\bbrown\b(?! (?:sugar|rice|lentil))"),
        ("fried", r"\bfr(?:y|ied|ying)\b"),
        ("toasted", r"\btoast(?:ed|ing)?\b"),
    )
)
RAW = re.compile(
    r"\b(?:garnish|to serve|serve with|served? (?:with|over)|scatter|sprinkle|top(?:ped)? with|drizzle|dress|toss|"
    r"blend|whizz|marinate|off the heat|remove[d]? from (?:the )?heat|finish with|squeeze over)",
    re.I,
)
SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+|,? then ", re.I)

USUAL: Mapping[str, str] = {
    "greens": "sauteed", "vegetable": "sauteed", "root": "simmered", "potato": "boiled", "sweet_potato": "baked",
    "tomato": "simmered", "legume_quick": "simmered", "legume_long": "simmered", "legume_canned": "heated",
    "rice": "simmered", "pasta": "boiled", "oats": "simmered", "cereal": "simmered", "flour": "baked", "fruit": "raw",
    "citrus": "raw", "dried_fruit": "raw", "nut": "raw", "egg": "fried", "milk": "heated", "cheese": "heated",
    "beef": "braised", "ground_beef": "browned", "pork": "roasted", "ground_pork": "browned", "ham": "heated",
    "bacon": "fried", "sausage": "fried", "lamb": "braised", "chicken": "roasted", "turkey": "roasted",
    "liver": "fried", "lean_fish": "baked", "oily_fish": "baked", "shellfish": "sauteed", "none": "raw",
}  # fmt: skip
"""Family -> how a kitchen mostly cooks it; only for recipes whose steps do not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooked:
    """A cooking word that fits the ingredient; ``guessed`` where the steps do not say it."""

    cook: str
    guessed: bool


def guess_cook(ingredient: Ingredient, food: str, steps: Sequence[str]) -> Cooked:
    """The cooking word for an ingredient that the line calls ``food``."""
    allowed = cooking_words(ingredient.family)
    told = _told(_names(ingredient, food), steps, allowed)
    if told is not None:
        return Cooked(cook=told, guessed=False)
    if not any(pattern.search(step) for step in steps for _, pattern in VERBS) and "raw" in allowed:
        return Cooked(cook="raw", guessed=not steps)
    usual = USUAL.get(ingredient.family, "simmered")
    cook = usual if usual in allowed else allowed[0]
    # Nothing is lost from oil and spices, whatever is done to them.
    return Cooked(cook=cook, guessed=ingredient.family != "none")


def _told(names: frozenset[str], steps: Sequence[str], allowed: Sequence[str]) -> str | None:
    sentences = [part for step in steps for part in SENTENCE.split(step) if part.strip()]
    for place, sentence in enumerate(sentences):
        if not names & set(words(sentence)):
            continue
        verbs = [cook for cook in _verbs(sentence) if cook in allowed]
        if verbs:
            return verbs[0]
        if RAW.search(sentence) and "raw" in allowed and not _later(sentences[place + 1 : place + 3], allowed):
            return "raw"
        later = _later(sentences[place + 1 : place + 4], allowed)
        if later is not None:
            return later
    return None


def _later(sentences: Sequence[str], allowed: Sequence[str]) -> str | None:
    """What happens next to what was just added to the pot."""
    for sentence in sentences:
        if RAW.search(sentence):
            return None
        for cook in _verbs(sentence):
            if cook in allowed:
                return cook
    return None


def _verbs(sentence: str) -> list[str]:
    return [cook for cook, pattern in VERBS if pattern.search(sentence)]


def _names(ingredient: Ingredient, food: str) -> frozenset[str]:
    """Words a step may call it by: the nouns of the line and of the catalogue's name."""
    spoken = [word for word in words(food) if word not in PREPARATION | STATES]
    known = [word for word in words(ingredient.name.split(",")[0]) if word not in STATES]
    # "olive oil" is called oil, "red lentils" lentils: the last word; one word of a colour would say too much.
    return frozenset([*spoken[-1:], *known[-1:]])
