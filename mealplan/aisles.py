"""The aisles of a shop, in the order they are walked."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from mealplan.errors import MealplanError

AISLES = (
    "produce",
    "herbs",
    "bakery",
    "dairy & eggs",
    "plant milk & tofu",
    "meat & poultry",
    "fish & seafood",
    "grains & pasta",
    "legumes",
    "canned & jarred",
    "nuts & seeds",
    "baking",
    "oils & vinegars",
    "spices",
    "condiments",
    "breakfast",
    "snacks",
    "drinks",
    "frozen",
)
"""The order of a walk through a shop: what bruises and what thaws come last and first as they should."""


class BadAisles(MealplanError):
    """A file of aisles that cannot be read as one; the message has a line for each problem."""


def read_aisles(path: Path) -> tuple[str, ...]:
    """The order of a user's shop from a text file, an aisle a line; those it leaves out follow in the usual order.

    Empty lines and what follows a ``#`` do not count. Raises: BadAisles, with every problem at once.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise BadAisles(f"cannot read {path}: {why}", "a text file with an aisle a line") from error
    named = list(_named(text))
    problems = [
        f"{path}, line {number}: {problem}"
        for place, (number, aisle) in enumerate(named)
        if (problem := _problem(aisle, [before for _, before in named[:place]]))
    ]
    if problems:
        raise BadAisles("\n".join(problems), f"the aisles are {', '.join(AISLES)}")
    first = [aisle for _, aisle in named]
    return (*first, *(aisle for aisle in AISLES if aisle not in first))


def _named(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if aisle := " ".join(line.partition("#")[0].casefold().split()):
            yield number, aisle


def _problem(aisle: str, before: list[str]) -> str:
    if aisle in before:
        return f"`{aisle}` stands there twice"
    if aisle in AISLES:
        return ""
    near = get_close_matches(aisle, AISLES, n=1)
    return f"there is no aisle `{aisle}`{f', did you mean `{near[0]}`?' if near else ''}"
