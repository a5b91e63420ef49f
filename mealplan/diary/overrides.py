"""What a line of a diary means, said by its writer once: a CSV of ``text,food_id[,grams]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from foods.table import FoodTable
from mealplan.diary.columns import read_rows, to_amount
from mealplan.diary.entry import BrokenDiary, Problems
from mealplan.recipes.quantities import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A row of the food table for a text; ``grams`` are those of the whole line, None where the line says."""

    food_id: str
    grams: float | None = None


def same_text(text: str) -> str:
    """A line of a log as it is looked up: case, spacing and marks do not matter."""
    return plain(text).casefold()


def read_overrides(path: Path, table: FoodTable) -> Mapping[str, Override]:
    """Text, as `same_text` gives it -> what it means.

    Raises: BrokenDiary: not there, not such a table, or with every problem in it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenDiary(f"cannot read {path}: {error}", hint="a CSV of text,food_id,grams in UTF-8") from error
    headers, rows = read_rows(text, str(path))
    if not {"text", "food id"} <= set(headers):
        raise BrokenDiary(f"{path}, line 1: no columns text and food_id", hint="its first line is text,food_id,grams")
    problems = Problems(str(path))
    found: dict[str, Override] = {}
    for line, row in rows:
        said = row.get("grams", "")
        grams = to_amount(said) if said else None
        if said and grams is None:
            problems.add(line, "grams", said, "grams are a number from zero up, or empty")
        food_id = row.get("food id", "")
        if food_id not in table:
            problems.add(line, "food_id", food_id, "`mealplan foods search` finds ids")
        elif row.get("text"):
            found[same_text(row["text"])] = Override(food_id=food_id, grams=grams)
    problems.raise_any()
    return found
