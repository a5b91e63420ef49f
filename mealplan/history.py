"""What was planned before: the dishes of the plans in a folder, and how long ago each was last on the table."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from mealplan.errors import MealplanError
from mealplan.plan import SCHEMA, read_plan

REMEMBERED_DAYS = 84
"""Days after which a dish is as good as new: what is left of its weight is under 2 %."""


class BadHistory(MealplanError):
    """A folder of earlier plans that cannot be read."""


def read_history(folder: Path, start: date) -> dict[str, int]:
    """How many days before ``start`` each dish was last planned, by slug, in the order of the slugs.

    Every plan of the folder counts with its days before ``start``, so that the plan being made does not count for
    itself. Files of another kind are left alone.
    Raises: BadHistory: there is no such folder; UnreadablePlan: a plan of another version, or a file cut short.
    """
    if not folder.is_dir():
        raise BadHistory(f"there is no folder {folder}", hint="--history takes a folder with earlier plans, as .json")
    found: dict[str, int] = {}
    for path in sorted(folder.glob("*.json")):
        if not _is_plan(path):
            continue
        for day, _, dish in read_plan(path).servings():
            ago = (start - day.date).days
            if 1 <= ago <= REMEMBERED_DAYS:
                found[dish.dish] = min(ago, found.get(dish.dish, ago))
    return dict(sorted(found.items()))


def _is_plan(path: Path) -> bool:
    """Whether a file says that it is a plan, of whatever version; one that says nothing may be a broken one."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    return str(raw.get("schema") if isinstance(raw, dict) else "").startswith(SCHEMA.rpartition("/")[0])
