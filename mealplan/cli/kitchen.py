"""The kitchen that commands plan with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mealplan.cli.dishes import read_and_warn

if TYPE_CHECKING:
    from mealplan.kitchen import Kitchen


def read_kitchen() -> Kitchen:
    """The embedded table and catalogue, with the library's dishes and the user's own."""
    from dataclasses import replace

    from mealplan.kitchen import Kitchen

    kitchen = Kitchen.embedded()
    return replace(kitchen, dishes=read_and_warn(kitchen.catalogue))
