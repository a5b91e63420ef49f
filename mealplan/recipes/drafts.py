"""A foreign recipe -> a draft of a dish: every line matched, weighed and marked with how sure that is."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from foods.ingredients import Catalogue, Ingredient
from foods.table import FoodTable
from mealplan.recipes.cooking import Cooked, guess_cook
from mealplan.recipes.matching import Certainty, Finding, Matcher
from mealplan.recipes.quantities import Measured, read_measure, split_lines
from mealplan.recipes.recipe import Recipe
from mealplan.recipes.times import to_serves
from mealplan.recipes.weighing import Weighed, weigh

DEFAULT_SERVES = 4.0
DEFAULT_MINUTES = 30
COURSE_WORDS: Mapping[str, str] = {
    "drink": r"drinks?|beverages?|smoothies?|juices?|cocktails?|shakes?",
    "breakfast": r"breakfasts?|brunch|porridge|pancakes?|granola|overnight oats",
    "snack": r"snacks?|desserts?|cookies?|cakes?|muffins?|appetizers?|starters?|energy balls?",
    "side": r"sides?|side dish(?:es)?|accompaniments?|condiments?|dips?|breads?",
}
MEALS: Mapping[str, tuple[str, ...]] = {
    "breakfast": ("breakfast",),
    "snack": ("snack",),
    "drink": ("breakfast", "snack"),
    "main": ("lunch", "dinner"),
    "one-pot": ("lunch", "dinner"),
    "side": ("lunch", "dinner"),
}
KIND_WORDS: Mapping[str, str] = {
    "salad": r"salads?|slaw",
    "soup": r"soups?|broth",
    "flatbread": r"naan|flatbreads?|roti|chapatis?",
    "bread": r"breads?|rolls?|loaf",
    "rice": r"rice|pilaf",
    "potato": r"potato(?:es)?|mash|fries|wedges",
    "pasta": r"pasta|noodles?",
    "grain": r"couscous|quinoa|bulgur|polenta",
    "sauce": r"sauces?|dips?|dressings?",
    "fruit": r"fruit",
}
PROTEINS: Mapping[str, str] = {
    "lentils": r"lentil|dal\b|split pea",
    "chickpeas": r"chickpea",
    "beans": r"bean|black-eyed|pigeon pea|edamame",
    "tofu": r"tofu",
    "tempeh": r"tempeh",
    "seitan": r"gluten",
    "liver": r"liver",
    "egg": r"\beggs?\b",
    "chicken": r"chicken",
    "turkey": r"turkey",
    "pork": r"pork|bacon|ham\b|chorizo|sausage|prosciutto",
    "lamb": r"lamb\b",
    "beef": r"beef|steak|brisket|veal|bison|venison",
}
GROUP_PROTEINS: Mapping[str, str] = {
    "fish": "fish",
    "shellfish": "shellfish",
    "poultry": "chicken",
    "red meat": "beef",
    "egg": "egg",
    "dairy": "dairy",
    "legume": "beans",
    "soy": "tofu",
    "nut": "nuts",
    "seed": "seeds",
    "grain": "grains",
    "whole grain": "grains",
}
"""Food group -> main protein, where the name of the ingredient does not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One line of the recipe. ``weighed`` is None where the food or its weight is not known."""

    text: str
    measured: Measured
    finding: Finding
    weighed: Weighed | None = None
    cooked: Cooked | None = None
    left_out: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether the dish lacks it: the food is not known, or not how much of it."""
        eaten = self.finding.certainty is not Certainty.NOT_EATEN and not self.left_out
        return eaten and (self.finding.ingredient is None or self.weighed is None)

    @property
    def checks(self) -> tuple[str, ...]:
        """What the cook should look at, empty where nothing was assumed."""
        found = self.finding
        said = [*found.checks]
        if found.certainty in (Certainty.LIKELY, Certainty.UNSURE) and not said and found.ingredient is not None:
            said.append(f"taken as {found.ingredient.name}")
        if self.weighed is not None:
            said += self.weighed.checks
        if self.cooked is not None and self.cooked.guessed:
            said.append("cook is a guess")
        prefix = (f"{found.certainty.value} ({found.confidence:.2f})",) if found.certainty in DOUBTFUL else ()
        return (*prefix, *dict.fromkeys(said))


DOUBTFUL = frozenset({Certainty.LIKELY, Certainty.UNSURE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A dish in the making; ``guesses`` maps a field of the dish to why it must be looked at."""

    recipe: Recipe
    lines: tuple[DraftLine, ...]
    serves: float
    minutes: int
    active_minutes: int
    course: str
    meals: tuple[str, ...]
    cuisine: str
    protein: str
    kind: str | None
    guesses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the cook says of the dish; None is guessed."""

    course: str | None = None
    meals: tuple[str, ...] = ()
    cuisine: str | None = None
    protein: str | None = None
    kind: str | None = None
    serves: float | None = None
    minutes: int | None = None


def read_lines(recipe: Recipe, matcher: Matcher) -> tuple[DraftLine, ...]:
    """Every ingredient line matched and weighed, in the recipe's order."""
    return tuple(match_line(text, matcher, recipe.steps) for line in recipe.lines for text in split_lines(line))


def match_line(text: str, matcher: Matcher, steps: Sequence[str] = ()) -> DraftLine:
    """One line of text: amount and unit, food, cooking word, and how sure each is."""
    measured = read_measure(text)
    line = DraftLine(text=text, measured=measured, finding=matcher.find(measured))
    return line if line.finding.ingredient is None else settle(line, line.finding.ingredient, steps)


def settle(line: DraftLine, ingredient: Ingredient, steps: Sequence[str]) -> DraftLine:
    """The line with this food in it."""
    cooked = guess_cook(ingredient, line.measured.food, steps)
    return replace(line, weighed=weigh(line.measured, ingredient), cooked=cooked)


def confirm(line: DraftLine, ingredient: Ingredient, steps: Sequence[str]) -> DraftLine:
    """The line with the food that the cook named: certain now, whatever it looked like."""
    finding = Finding(ingredient=ingredient, certainty=Certainty.CERTAIN, confidence=1.0, candidates=(ingredient.name,))
    return settle(replace(line, finding=finding), ingredient, steps)


def is_open(line: DraftLine, catalogue: Catalogue) -> bool:
    """Whether a plan must not use the dish before the cook has looked at this line.

    Diets and allergies are judged by the ingredients: a food that is missing, or that may be one with other facts
    than those of the food offered, would let a dish pass that must not.
    """
    if line.is_missing:
        return True
    if line.left_out or line.finding.certainty is not Certainty.UNSURE:
        return False
    facts = {(option.contains, option.unverified) for option in map(catalogue.resolve, line.finding.candidates)}
    return line.finding.by_likeness or len(facts) > 1


def build_draft(recipe: Recipe, lines: Sequence[DraftLine], wishes: Wishes, table: FoodTable) -> Draft:
    """The whole dish; what neither the recipe nor the cook says is guessed and listed in ``guesses``."""
    guesses: dict[str, str] = {}
    serves = _serves(recipe, wishes, guesses)
    minutes = wishes.minutes or recipe.minutes or DEFAULT_MINUTES
    if not (wishes.minutes or recipe.minutes):
        guesses["minutes"] = "the recipe does not say"
    active = min(recipe.active_minutes or min(minutes, 20), minutes)
    if recipe.active_minutes is None:
        guesses["active_minutes"] = "guessed"
    course = wishes.course or _course(recipe)
    if wishes.course is None:
        guesses["course"] = "guessed; --course sets it"
    if not wishes.meals:
        guesses["meals"] = "guessed; --meals sets them"
    if not (wishes.cuisine or recipe.cuisine):
        guesses["cuisine"] = "the recipe does not say; --cuisine sets it"
    protein = wishes.protein or _protein(lines, table)
    if protein and not wishes.protein:
        guesses["protein"] = "guessed from the ingredient that brings most of it"
    kind = wishes.kind or (_kind(recipe) if course == "side" else None)
    if kind and not wishes.kind:
        guesses["kind"] = "guessed from the title"
    return Draft(
        recipe=recipe,
        lines=tuple(lines),
        serves=serves,
        minutes=minutes,
        active_minutes=active,
        course=course,
        meals=wishes.meals or MEALS[course],
        cuisine=wishes.cuisine or recipe.cuisine or "International",
        protein=protein,
        kind=kind,
        guesses=guesses,
    )


def _serves(recipe: Recipe, wishes: Wishes, guesses: dict[str, str]) -> float:
    if wishes.serves is not None:
        return wishes.serves
    serves, check = to_serves(recipe.serves)
    if serves is None:
        guesses["serves"] = "the recipe does not say"
    elif check is not None:
        guesses["serves"] = check
    return serves or DEFAULT_SERVES


def _course(recipe: Recipe) -> str:
    for text in (recipe.category, recipe.title):
        for course, pattern in COURSE_WORDS.items():
            if re.search(rf"\b(?:{pattern})\b", text, re.I):
                return course
    return "main"


def _kind(recipe: Recipe) -> str:
    named = (kind for kind, pattern in KIND_WORDS.items() if re.search(rf"\b(?:{pattern})\b", recipe.title, re.I))
    return next(named, "vegetable")


def _protein(lines: Sequence[DraftLine], table: FoodTable) -> str:
    """The group that brings most protein, "" where none brings any."""
    grams: dict[str, float] = {}
    for line in lines:
        ingredient, weighed = line.finding.ingredient, line.weighed
        name = _protein_name(ingredient) if ingredient is not None else ""
        if not name or ingredient is None or weighed is None:
            continue
        share = table.per_100g(ingredient.food_id, "protein_g")
        amount = ingredient.grams(weighed.amount, weighed.unit) * share / 100
        # Pasta with tuna is a dish of tuna: what carries it counts half. An unmeasured value is NaN and says nothing.
        counted = 0.0 if math.isnan(amount) else amount / 2 if name == "grains" else amount
        grams[name] = grams.get(name, 0.0) + counted
    return max(grams, key=lambda name: grams[name], default="")


def _protein_name(ingredient: Ingredient) -> str:
    if ingredient.food_group == "dairy":
        return "cheese" if ingredient.family == "cheese" else "dairy"
    if ingredient.food_group not in GROUP_PROTEINS and not ingredient.is_meat:
        return ""
    named = next((name for name, pattern in PROTEINS.items() if re.search(pattern, ingredient.name, re.I)), None)
    return named or GROUP_PROTEINS.get(ingredient.food_group, "")
