"""A diary as a plain table: ``date,meal,food_id,food,amount,unit,grams``, in any order, with what is needed of it."""

from __future__ import annotations

from collections.abc import Sequence

from mealplan.diary.columns import first_of, read_rows, to_amount, to_date
from mealplan.diary.entry import BrokenDiary, Diary, Entry, Problems

COLUMNS = ("date", "meal", "food id", "food", "amount", "unit", "grams")
_COLUMNS_HINT = "the columns are date, meal, food_id, food, amount, unit, grams"
_DATE_HINT = "write dates as 2026-01-31"


def is_table(headers: Sequence[str]) -> bool:
    """Whether these are the columns of a plain table."""
    return "food" in headers or "food id" in headers


def read_table(text: str, source: str) -> Diary:
    """The diary in a table. Raises: BrokenDiary, with every problem."""
    headers, rows = read_rows(text, source)
    problems = Problems(source)
    strangers = [name for name in headers if name and name not in COLUMNS]
    if strangers:
        problems.say(1, f"unknown column `{strangers[0]}`", _COLUMNS_HINT)
    entries = [entry for line, row in rows if (entry := _entry(line, row, problems)) is not None]
    problems.raise_any()
    if not entries:
        raise BrokenDiary(f"{source} has no rows", hint="a row is 2026-01-31,lunch,,banana,1,,")
    return Diary(form="table", entries=tuple(entries))


def _entry(line: int, row: dict[str, str], problems: Problems) -> Entry | None:
    when = row.get("date", "")
    day = to_date(when) if when else None
    if when and day is None:
        problems.add(line, "date", when, _DATE_HINT)
    numbers = {}
    for field in ("amount", "grams"):
        if said := row.get(field):
            numbers[field] = to_amount(said)
            if numbers[field] is None:
                problems.add(line, field, said, "write amounts as numbers from zero up")
    food, food_id = row.get("food", ""), row.get("food id", "")
    if not food and not food_id:
        problems.say(line, "neither food nor food_id", "name the food, or give its id from `mealplan foods search`")
        return None
    return Entry(
        line=line,
        day=day.isoformat() if day else "day 1",
        date=day,
        meal=first_of(row, "meal"),
        text=food or food_id,
        amount=numbers.get("amount"),
        unit=row.get("unit") or None,
        grams=numbers.get("grams"),
        food_id=food_id or None,
    )
