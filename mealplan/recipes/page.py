"""A web page: schema.org JSON-LD and microdata, read by the library `recipe-scrapers`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mealplan.errors import MealplanError
from mealplan.recipes.recipe import Recipe, UnreadableRecipe, build_recipe, clean
from mealplan.recipes.times import to_minutes


class ImportExtraMissing(MealplanError):
    """The library that reads web pages is not installed."""


def read_page(html: str, source: str) -> Recipe:
    """The recipe of a page.

    Raises: ImportExtraMissing; UnreadableRecipe: the page marks up no recipe.
    """
    try:
        from recipe_scrapers import scrape_html
    except ImportError as error:
        raise ImportExtraMissing(
            "reading web pages needs one more library", hint='pip install "mealplan[import]"'
        ) from error
    url = source if source.startswith(("http://", "https://")) else "https://localhost/"
    try:
        scraper = scrape_html(html, org_url=url, supported_only=False)
    # The page is untrusted: whatever the library stumbles over, the answer is that there is no recipe to read.
    except Exception as error:
        raise UnreadableRecipe(
            f"{source}: no recipe is marked up on this page",
            hint="copy the recipe into a text file: title, servings, ingredients, steps",
        ) from error
    data = _schema(scraper)
    steps = list(_steps(data.get("recipeInstructions"))) or _said(scraper.instructions_list, [])
    prep, cook, total = (to_minutes(_first(data.get(key))) for key in ("prepTime", "cookTime", "totalTime"))
    return build_recipe(
        title=_said(scraper.title, ""),
        lines=map(str, _said(scraper.ingredients, [])),
        steps=[_without_markup(step) for step in steps],
        source=source,
        serves=_yield(data.get("recipeYield") or data.get("yield")) or _said(scraper.yields, ""),
        minutes=total or ((prep or 0) + (cook or 0)) or _said(scraper.total_time, None),
        active_minutes=prep,
        category=_first(data.get("recipeCategory")) or "",
        cuisine=_first(data.get("recipeCuisine")) or "",
    )


def _said(ask: Callable[[], Any], otherwise: Any) -> Any:
    # Every getter of the library may raise on a field it lacks; a missing field is no missing recipe.
    try:
        return ask() or otherwise
    except Exception:
        return otherwise


def _schema(scraper: Any) -> Mapping[str, Any]:
    data = getattr(getattr(scraper, "schema", None), "data", None)
    return data if isinstance(data, Mapping) else {}


def _first(value: Any) -> Any:
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, Mapping):
        return value.get("maxValue") or value.get("value") or value.get("name")
    return value


def _yield(value: Any) -> str:
    """Of ``["4", "4 servings"]`` the one that says what it counts."""
    options = [clean(_first(one)) for one in value] if isinstance(value, list) else [clean(_first(value))]
    return max(options, key=len, default="")


def _steps(node: Any) -> Iterator[str]:
    """The texts of steps: strings, HowToStep, HowToSection and ItemList, nested as sites nest them."""
    if isinstance(node, str):
        yield from re.split(r"\n+|<br\s*/?>|</(?:p|li)>", node)
    elif isinstance(node, list):
        for item in node:
            yield from _steps(item)
    elif isinstance(node, Mapping):
        inner = node.get("itemListElement")
        text = node.get("text") or node.get("item") or (None if inner else node.get("name"))
        yield from _steps(inner if inner else text)


def _without_markup(text: object) -> str:
    from html import unescape

    return re.sub(r"<[^<>]{0,500}>", " ", unescape(clean(text)))
