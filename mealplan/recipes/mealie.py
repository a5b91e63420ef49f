"""Mealie's recipe JSON, as its API and "export as JSON" give it (``recipeIngredient``) and as its zip holds it
(``recipe_ingredient``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mealplan.recipes.recipe import Recipe, build_recipe, clean
from mealplan.recipes.times import to_minutes


def is_mealie(raw: Any) -> bool:
    """Whether a JSON document is one of Mealie's recipes."""
    return isinstance(raw, Mapping) and ("recipeIngredient" in raw or "recipe_ingredient" in raw) and "@type" not in raw


def read_mealie(raw: Mapping[str, Any], source: str) -> Recipe:
    """The recipe in a Mealie document.

    Raises: UnreadableRecipe.
    """
    fields = {_camel(key): value for key, value in raw.items()}
    lines = [_to_line(entry) for entry in _list(fields.get("recipeIngredient"))]
    servings = fields.get("recipeServings")
    prep, perform = to_minutes(fields.get("prepTime")), to_minutes(fields.get("performTime") or fields.get("cookTime"))
    return build_recipe(
        title=fields.get("name"),
        lines=[line for line in lines if line],
        steps=[_text(entry) for entry in _list(fields.get("recipeInstructions"))],
        source=clean(fields.get("orgURL") or fields.get("orgUrl")) or source,
        serves=f"{servings:g} servings"
        if isinstance(servings, int | float) and servings
        else fields.get("recipeYield"),
        minutes=to_minutes(fields.get("totalTime")) or ((prep or 0) + (perform or 0)) or None,
        active_minutes=prep,
        category=[_name(entry) for entry in _list(fields.get("recipeCategory"))],
    )


def _to_line(entry: Any) -> str:
    """The fields where the food is known, else the text it was typed as; a bare title is a heading."""
    if isinstance(entry, str):
        return entry
    if not isinstance(entry, Mapping):
        return ""
    fields = {_camel(key): value for key, value in entry.items()}
    food, note = _name(fields.get("food")), clean(fields.get("note"))
    if not food:
        return clean(fields.get("originalText")) or note or clean(fields.get("display"))
    quantity = fields.get("quantity")
    amount = f"{quantity:g}" if isinstance(quantity, int | float) and quantity else clean(quantity).strip("0")
    line = " ".join(part for part in (amount, _name(fields.get("unit")), food) if part)
    return f"{line}, {note}" if note else line


def _name(value: Any) -> str:
    return clean(value.get("name")) if isinstance(value, Mapping) else clean(value)


def _text(entry: Any) -> str:
    return clean(entry.get("text")) if isinstance(entry, Mapping) else clean(entry)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _camel(key: Any) -> str:
    first, *rest = str(key).split("_")
    return first + "".join(part.capitalize() for part in rest)
