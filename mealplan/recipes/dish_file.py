"""A draft as a dish file: TOML with a ``# check`` on every line that was not certain."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence

from foods.ingredients import Catalogue
from mealplan.recipes.drafts import Draft, DraftLine, is_open
from mealplan.recipes.matching import Certainty
from mealplan.recipes.recipe import clean

MAX_SLUG = 60
MAX_NOTE = 90
DEVICES = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)$")
"""Names that Windows keeps for devices, whatever their suffix."""


def to_slug(title: str) -> str:
    """The name of a dish file: lower-case letters, digits and single hyphens, never a path."""
    plain = unicodedata.normalize("NFKD", title.casefold().replace("ß", "ss")).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:MAX_SLUG].strip("-")
    return f"dish-{slug}" if DEVICES.match(slug) else slug or "recipe"


def to_toml(draft: Draft, catalogue: Catalogue) -> str:
    """The text of the dish file.

    A draft with open lines carries a field ``incomplete``, which no dish has: the planner names the file and
    skips it until the cook has looked at the lines and deleted the field.
    """
    open_lines = [line for line in draft.lines if is_open(line, catalogue)]
    rows = [f"# Imported from {_comment(draft.recipe.source)}"]
    if open_lines:
        what = f"{len(open_lines)} of {len(draft.lines)} ingredients are open"
        rows += ["# This dish is incomplete and is not planned with yet.", f"incomplete = {_string(what)}"]
    rows += _head(draft)
    rows += ["ingredients = [", *(_line(line, is_open(line, catalogue)) for line in draft.lines), "]"]
    rows += _steps(draft)
    return "\n".join(rows) + "\n"


def _head(draft: Draft) -> Iterable[str]:
    entries: list[tuple[str, str]] = [
        ("title", _string(draft.recipe.title)),
        ("course", _string(draft.course)),
        ("meals", _strings(draft.meals)),
        ("serves", _number(draft.serves)),
        ("minutes", str(draft.minutes)),
        ("active_minutes", str(draft.active_minutes)),
        ("cuisine", _string(draft.cuisine)),
    ]
    if draft.protein:
        entries.append(("protein", _string(draft.protein)))
    if draft.kind:
        entries.append(("kind", _string(draft.kind)))
    for name, value in entries:
        yield _checked(f"{name} = {value}", [draft.guesses[name]] if name in draft.guesses else [])
    if draft.course == "main":
        yield _checked('sides = ["salad", "vegetable"]', ["guessed: the kinds of side that go with it"])
    yield _checked("keeps_days = 0", ["how many days it keeps in the fridge"])


def _line(line: DraftLine, is_open_line: bool) -> str:
    found, weighed = line.finding, line.weighed
    if found.certainty is Certainty.NOT_EATEN:
        return f"  # not counted: {_comment(line.text)}"
    if line.left_out:
        return f"  # left out: {_comment(line.text)}"
    if found.ingredient is None:
        near = f"; near: {', '.join(found.candidates)}" if found.candidates else ""
        return f"  # missing: {_comment(line.text)} (no such food in the catalogue{_comment(near)})"
    cook = line.cooked.cook if line.cooked is not None else "raw"
    if weighed is None:
        entry = _entry(found.ingredient.name, "?", "g", cook, "")
        return f"  # missing: {_comment(line.text)} (how much is it?)\n  # {entry}"
    entry = _entry(found.ingredient.name, _number(weighed.amount), weighed.unit, cook, _note(line))
    checks = [*line.checks]
    others = [name for name in found.candidates[1:4] if found.certainty is not Certainty.CERTAIN]
    if others:
        checks.append(f"or {', '.join(others)}")
    if checks:
        checks.append(f"the recipe: {line.text}")
    if is_open_line:
        checks[0] = checks[0].upper()
    return _checked(f"  {entry}", checks)


def _entry(item: str, amount: str, unit: str, cook: str, note: str) -> str:
    noted = f", note = {_string(note)}" if note else ""
    return f"{{ item = {_string(item)}, amount = {amount}, unit = {_string(unit)}, cook = {_string(cook)}{noted} }},"


def _note(line: DraftLine) -> str:
    note = clean(", ".join(line.measured.notes))
    return note if len(note) <= MAX_NOTE else note[:MAX_NOTE].rsplit(" ", 1)[0] + " ..."


def _steps(draft: Draft) -> Iterable[str]:
    if not draft.recipe.steps:
        yield _checked(f"steps = [{_string(f'See {draft.recipe.source}')}]", ["the source has no steps"])
        return
    yield "steps = ["
    yield from (f"  {_string(step)}," for step in draft.recipe.steps)
    yield "]"


def _checked(text: str, checks: Sequence[str]) -> str:
    return f"{text}  # check: {_comment('; '.join(checks))}" if checks else text


def _comment(text: str) -> str:
    """Foreign text inside a comment: on one line, whatever it holds."""
    return clean(text)[:400]


def _string(text: str) -> str:
    # A JSON string is a TOML basic string but for DEL, which `clean` takes away with the other controls.
    return json.dumps(clean(text), ensure_ascii=False)


def _strings(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_string, texts))}]"


def _number(number: float) -> str:
    return f"{number:.4g}" if number < 10_000 else f"{number:.0f}"
