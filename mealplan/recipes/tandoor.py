"""Tandoor's export: a zip of zips, one for each recipe, with its ``recipe.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mealplan.recipes.recipe import Recipe, build_recipe, clean
from mealplan.recipes.times import to_minutes


def is_tandoor(raw: Any) -> bool:
    """Whether a JSON document is one of Tandoor's recipes."""
    steps = raw.get("steps") if isinstance(raw, Mapping) else None
    return isinstance(steps, list) and any(isinstance(step, Mapping) and "ingredients" in step for step in steps)


def read_tandoor(raw: Mapping[str, Any], source: str) -> Recipe:
    """The recipe in a Tandoor document.

    Raises: UnreadableRecipe.
    """
    steps = [step for step in raw["steps"] if isinstance(step, Mapping)]
    ingredients = [entry for step in steps for entry in _list(step.get("ingredients")) if isinstance(entry, Mapping)]
    working, waiting = to_minutes(raw.get("working_time")), to_minutes(raw.get("waiting_time"))
    servings, unit = raw.get("servings"), clean(raw.get("servings_text"))
    return build_recipe(
        title=raw.get("name"),
        lines=[_to_line(entry) for entry in ingredients if not entry.get("is_header")],
        steps=[part for step in steps for part in clean_lines(step.get("instruction"))],
        source=clean(raw.get("source_url")) or source,
        serves=f"{clean(servings)} {unit or 'servings'}",
        minutes=((working or 0) + (waiting or 0)) or None,
        active_minutes=working,
        category=[_name(keyword) for keyword in _list(raw.get("keywords"))],
    )


def clean_lines(text: object) -> list[str]:
    """The paragraphs of an instruction, each on a line of its own."""
    return [clean(part) for part in text.split("\n") if part.strip()] if isinstance(text, str) else []


def _to_line(entry: Mapping[str, Any]) -> str:
    amount = entry.get("amount")
    try:
        # Tandoor writes the amount as a number or as decimal text; 0 says there is none.
        number = float(amount) if isinstance(amount, str | int | float) else 0.0
    except ValueError:
        number = 0.0
    quantity = "" if entry.get("no_amount") or not number else f"{number:g}"
    line = " ".join(part for part in (quantity, _name(entry.get("unit")), _name(entry.get("food"))) if part)
    note = clean(entry.get("note"))
    return f"{line}, {note}" if note and line else line or note


def _name(value: Any) -> str:
    return clean(value.get("name")) if isinstance(value, Mapping) else clean(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
