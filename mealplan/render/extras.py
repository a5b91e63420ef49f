"""Libraries that only some forms of a plan need, and the extra each comes with."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from types import MappingProxyType

from mealplan.errors import MealplanError

EXTRAS: Mapping[str, str] = MappingProxyType({"icalendar": "calendar", "openpyxl": "xlsx", "plutoprint": "pdf"})
"""Extra of this package by the library it installs."""


class MissingExtra(MealplanError):
    """A form of the plan that needs a library which is not installed."""


def need(library: str) -> None:
    """Raises: MissingExtra: the library is not installed; the hint is the command that installs it."""
    if find_spec(library) is None:
        extra = EXTRAS[library]
        raise MissingExtra(
            f"the library {library} is not installed, and `{extra}` output needs it",
            hint=f'pip install "mealplan[{extra}]"',
        )
