"""The shopping list as plain text, short enough for a messenger."""

from __future__ import annotations

from collections.abc import Iterable

from mealplan.plan import Plan, ShoppingLine
from mealplan.render import pages, words
from mealplan.render.plain import one_line


def render_text(plan: Plan) -> str:
    """The list by aisle, a line for each thing to buy, staples last."""
    parts = [one_line(f"Shopping for {words.plan_span(plan)}")]
    for aisle, lines in pages.by_aisle(plan.shopping, staple=False):
        parts.append("\n".join([one_line(aisle).upper(), *_items(lines)]))
    if staples := [line for line in plan.shopping if line.staple]:
        parts.append("\n".join(["ENOUGH AT HOME?", *_items(staples)]))
    return "\n\n".join(parts) + "\n"


def _items(lines: Iterable[ShoppingLine]) -> list[str]:
    return [_item(line) for line in lines]


def _item(line: ShoppingLine) -> str:
    checked = f" ({'; '.join(line.check_label)})" if line.check_label else ""
    return one_line(f"- {line.ingredient}: {line.packages}{checked}")
