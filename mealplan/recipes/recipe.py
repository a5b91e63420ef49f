"""A recipe as its author wrote it: lines and steps are text, nothing is matched yet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mealplan.errors import MealplanError
from mealplan.recipes.quantities import plain

MAX_LINES = 200
MAX_STEPS = 200
MAX_TEXT = 4000
HEADING = re.compile(
    r"^[^\d]{2,40}:$|^for (?:the|your) [a-z ]{2,30}$"
    r"|^(?:dressing|sauce|topping|filling|marinade|garnish|glaze|crust|base|batter|optional)s?$"
    r"|^to (?:serve|finish|garnish)$",
    re.I,
)
"""A line of a list that names a part of the dish, not a food."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class UnreadableRecipe(MealplanError):
    """A file or page that holds no recipe that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a source says. ``serves`` is as written ("Serves 4-6"), minutes are None where nothing is said."""

    title: str
    lines: tuple[str, ...]
    steps: tuple[str, ...]
    source: str
    serves: str = ""
    minutes: int | None = None
    active_minutes: int | None = None
    category: str = ""
    cuisine: str = ""


def build_recipe(
    *,
    title: object,
    lines: Iterable[str],
    steps: Iterable[str],
    source: str,
    serves: object = "",
    minutes: int | None = None,
    active_minutes: int | None = None,
    category: object = "",
    cuisine: object = "",
) -> Recipe:
    """A recipe from untrusted text: one line each, no control characters, bounded in number and length.

    Raises: UnreadableRecipe: no title or no ingredient line.
    """
    name = clean(title)
    cleaned = tuple(line for line in map(clean, map(plain, lines)) if line and not HEADING.match(line))
    if not cleaned:
        raise UnreadableRecipe(f"{source}: no ingredients found", hint="is it the page of one recipe?")
    if not name:
        raise UnreadableRecipe(f"{source}: the recipe has no title", hint="give one with --title")
    return Recipe(
        title=name[:200],
        lines=cleaned[:MAX_LINES],
        steps=tuple(step for step in map(clean, steps) if step)[:MAX_STEPS],
        source=source,
        serves=clean(serves)[:80],
        minutes=minutes,
        active_minutes=active_minutes,
        category=clean(category)[:200],
        cuisine=clean(cuisine)[:60],
    )


def clean(text: object) -> str:
    """One line of printable text; anything that is no text or number is empty."""
    if isinstance(text, list | tuple):
        text = ", ".join(clean(part) for part in text)
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return ""
    spaced = CONTROL.sub(" ", str(text))
    # A lone surrogate comes through JSON escapes and cannot be written.
    return " ".join(spaced.encode("utf-8", "replace").decode("utf-8").split())[:MAX_TEXT]
