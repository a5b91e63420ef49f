"""A diary as it was read: entries are what the log says, nothing is matched yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mealplan.eaten import Span
from mealplan.errors import MealplanError

Form = Literal["table", "cronometer servings", "cronometer daily nutrition", "lines"]
MAX_ENTRIES = 100_000
DAY_TOTAL = "a day's total"
"""The text of an entry that is no food but the sum of a day."""


class BrokenDiary(MealplanError):
    """A diary that cannot be read; the message has one line per problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a log.

    ``day`` is an ISO date, or the name a diary without dates gives the day. ``text`` is the food as written; with
    ``amount`` and ``unit`` in columns of their own, or all in the text. ``food_id`` and ``grams`` are the log's own
    statements, and so are the ``stated`` nutrients, by registry key.
    """

    line: int
    day: str
    date: date | None = None
    meal: str = ""
    text: str
    amount: float | None = None
    unit: str | None = None
    grams: float | None = None
    food_id: str | None = None
    stated: Mapping[str, Span] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """Entries in the order of the log, and what there is to say of those that were left out."""

    form: Form
    entries: tuple[Entry, ...]
    left_out: tuple[str, ...] = ()


class Problems:
    """Everything wrong in one file, told at once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._found: list[tuple[str, str]] = []

    def add(self, line: int, field: str, value: object, hint: str) -> None:
        """A field of a line that cannot be read, and the way on."""
        self._found.append((f"{self._source}, line {line}: {field} {value!r} cannot be read", hint))

    def say(self, line: int, what: str, hint: str) -> None:
        """Anything else that is wrong with a line."""
        self._found.append((f"{self._source}, line {line}: {what}", hint))

    def raise_any(self) -> None:
        """Raises: BrokenDiary: if there was any."""
        if not self._found:
            return
        shown = [message for message, _ in self._found[:20]]
        if len(self._found) > len(shown):
            shown.append(f"{self._source}: and {len(self._found) - len(shown)} more lines")
        raise BrokenDiary("\n".join(shown), hint="\n".join(dict.fromkeys(hint for _, hint in self._found)))
