"""Plain text: a title, servings, ingredient lines and steps, with headings or with blank lines between."""

from __future__ import annotations

import re

from mealplan.recipes.quantities import NUMBER, plain
from mealplan.recipes.recipe import HEADING, Recipe, build_recipe
from mealplan.recipes.times import to_minutes

INGREDIENTS = re.compile(r"^\W*(?:ingredients?|you(?:'ll| will) need|what you need|shopping list)\b[^a-z]*$", re.I)
STEPS = re.compile(
    r"^\W*(?:steps?|method|directions?|instructions?|preparation|how to(?: make)?(?: it)?)\b[^a-z]*$", re.I
)
NOTES = re.compile(r"^\W*(?:notes?|tips?|nutrition|storage|variations?)\b[^a-z]*$", re.I)
SERVES = re.compile(
    r"^\W*(?:(?:serves|servings?|makes|yields?|portions|for)\b\s*:?\s*(?P<after>.*\d.*)|(?P<before>\d[\d\s–-]*(?:servings?|portions?|people))\W*)$",
    re.I,
)
TIME = re.compile(r"^\W*(?P<what>total|prep(?:aration)?|cook(?:ing)?|ready in|time)\b[^:\d]*:?\s*(?P<time>\d.*)$", re.I)
FIELD = re.compile(r"^\W*(?P<key>cuisine|category|course)\s*:\s*(?P<value>.+)$", re.I)
AMOUNT = re.compile(
    rf"^\W*(?:{NUMBER}|an?\s+(?:pinch|handful|few|splash|knob|bunch|dash)\b|juice of|zest of|salt\b)", re.I
)
NUMBERED = re.compile(r"^(?:step\s*)?\d+\s*[.):]\s+", re.I)


def read_text(text: str, source: str) -> Recipe:
    """The recipe in a text. Markdown marks are ignored.

    Raises: UnreadableRecipe.
    """
    title, fields, rest = _read_head(text)
    lines, steps = _sections(rest) if any(INGREDIENTS.match(line) for line in rest) else _blocks(rest)
    return build_recipe(
        title=title,
        lines=lines,
        steps=[NUMBERED.sub("", step) for step in steps if not HEADING.match(step)],
        source=source,
        serves=fields.get("serves", ""),
        minutes=_minutes(fields),
        active_minutes=to_minutes(fields.get("prep")),
        category=fields.get("category", fields.get("course", "")),
        cuisine=fields.get("cuisine", ""),
    )


def _read_head(text: str) -> tuple[str, dict[str, str], list[str]]:
    title = ""
    fields: dict[str, str] = {}
    rest: list[str] = []
    for raw in text.splitlines():
        line = re.sub(r"^#+\s*|\*\*|__", "", raw.strip()).strip()
        if serves := SERVES.match(line):
            fields.setdefault("serves", (serves["after"] or serves["before"]).strip())
        elif (time := TIME.match(line)) and to_minutes(time["time"]):
            fields.setdefault(_time_key(time["what"]), time["time"])
        elif field := FIELD.match(line):
            fields[field["key"].lower()] = field["value"].strip()
        elif not title and line:
            title = re.sub(r"^title:\s*", "", line, flags=re.I)
        else:
            rest.append(line)
    return title, fields, rest


def _time_key(what: str) -> str:
    lower = what.lower()
    return "prep" if lower.startswith("prep") else "cook" if lower.startswith("cook") else "total"


def _minutes(fields: dict[str, str]) -> int | None:
    total = to_minutes(fields.get("total"))
    return total or ((to_minutes(fields.get("prep")) or 0) + (to_minutes(fields.get("cook")) or 0)) or None


def _sections(rest: list[str]) -> tuple[list[str], list[str]]:
    """With headings: what stands under them."""
    lines: list[str] = []
    steps: list[str] = []
    into: list[str] | None = None
    for line in rest:
        if INGREDIENTS.match(line):
            into = lines
        elif STEPS.match(line):
            into = steps
        elif NOTES.match(line):
            into = None
        elif line and into is not None:
            into.append(line)
    return lines, steps


def _blocks(rest: list[str]) -> tuple[list[str], list[str]]:
    """Without headings: the first block that is mostly amounts holds the ingredients, what follows are steps."""
    blocks = [block.splitlines() for block in re.split(r"\n\s*\n", "\n".join(rest)) if block.strip()]
    lines: list[str] = []
    steps: list[str] = []
    for whole in blocks:
        block = [line for line in whole if line.strip() and not STEPS.match(line)]
        amounts = sum(bool(AMOUNT.match(plain(line))) and not NUMBERED.match(line) for line in block)
        if block and not steps and amounts >= len(block) / 2:
            lines += block
        elif lines:
            steps += block
    return lines, steps
