"""The shopping list as plain text, short enough for a messenger."""

from __future__ import annotations

from mealplan.plan import Plan, ShoppingLine
from mealplan.render import items, words
from mealplan.render.plain import one_line


def render_text(plan: Plan) -> str:
    """The list by aisle, a line for each thing to buy; staples and what is at home come last."""
    parts = [one_line(f"Shopping for {words.span_and_people(plan)}")]
    for section in items.sections(plan):
        heading = "ENOUGH AT HOME?" if section.kind == "staples" else one_line(section.heading).upper()
        parts.append("\n".join([heading, *(_item(line, plan) for line in section.lines)]))
    if total := items.total(plan):
        parts.append(total)
    return "\n\n".join(parts) + "\n"


def _item(line: ShoppingLine, plan: Plan) -> str:
    needed = words.spoken_plural(line.kitchen)
    # A staple is looked for at home, so the kitchen amount is what counts.
    said = needed if line.staple or not line.packages else line.packages
    first, warning = items.first_used(line, plan), items.freshness(line, plan)
    notes = (warning or (f"by {first}" if first else ""), *line.check_label)
    kept = "; ".join(filter(None, notes))
    return one_line(f"- {line.ingredient}: {said}{f' ({kept})' if kept else ''}")
