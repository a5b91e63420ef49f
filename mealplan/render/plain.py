"""Text of a plan in plain lines: titles and names come from users, and must not become anything but text."""

from __future__ import annotations

from collections.abc import Mapping
from unicodedata import category

from mealplan.render import words
from mealplan.render.pages import RecipeLine

FORMULA_SIGNS = "=+-@＝＋－＠"
"""What a spreadsheet may take for the beginning of a formula; the wide ones by East Asian editions."""

_NOT_TEXT = "\ufffe\uffff"  # no XML may hold them


def one_line(text: str) -> str:
    """The text with line breaks, tabs and other control characters as single blanks."""
    kept = (" " if category(sign) == "Cc" or sign in _NOT_TEXT else sign for sign in text)
    return " ".join("".join(kept).split())


def ingredient(line: RecipeLine) -> str:
    """``62 g red lentils, dry (1/3 cup), rinsed``."""
    kitchen = f" ({line.kitchen})" if line.kitchen else ""
    note = f", {line.note}" if line.note else ""
    return one_line(f"{words.measured(line.grams, 'g')} {line.ingredient}{kitchen}{note}")


def servings(by_person: Mapping[str, float]) -> str:
    """``1 1/2 servings``, and for several people who eats how much: ``2 1/2 servings: Ana 1, Ben 1 1/2``."""
    by_person = {name: size for name, size in by_person.items() if size or len(by_person) == 1}
    total = words.count(sum(by_person.values()), "serving")
    if len(by_person) <= 1:
        return total
    return one_line(f"{total}: {', '.join(f'{name} {words.fraction(size)}' for name, size in by_person.items())}")
