"""A diary in plain lines, ``2 slices whole-wheat bread``, with headings for days and meals where one likes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mealplan.diary.columns import to_date
from mealplan.diary.entry import MAX_ENTRIES, BrokenDiary, Diary, Entry
from mealplan.recipes.quantities import split_lines
from mealplan.recipes.recipe import clean

_MEALS = ("breakfast", "lunch", "dinner", "snack", "snacks", "supper", "brunch", "tea time", "drinks", "dessert")
_TIMES = r"(?:(?:morning|afternoon|evening|mid-?morning|late)\s+)?"
_MEAL = re.compile(rf"^{_TIMES}(?:{'|'.join(_MEALS)})\b[^:\w]*(?::\s*(?P<rest>.*))?$", re.I)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?"
_DAY = re.compile(rf"^(?:day\s*\d+|{_WEEKDAY})\b[^:]*:?$", re.I)
_DATED = re.compile(rf"^(?:{_WEEKDAY}[,\s]+)?(?P<date>\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}})\s*:?$", re.I)
_MARKS = re.compile(r"^#+\s*|\*\*|__|^=+|=+$")


@dataclass(slots=True)
class _Place:
    day: str = "day 1"
    date: date | None = None
    meal: str = ""


def read_lines(text: str, source: str) -> Diary:
    """The diary in plain lines. A line that is no heading is a food, or a remark where it begins with ``#``.

    Raises: BrokenDiary: there is no food in it.
    """
    entries = tuple(_entries(text, source))
    if not entries:
        raise BrokenDiary(f"{source} has no food in it", hint="a line is `2 slices whole-wheat bread`")
    return Diary(form="lines", entries=entries)


def _entries(text: str, source: str) -> Iterator[Entry]:
    place = _Place()
    count = 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = clean(_MARKS.sub("", raw.strip()))
        if not line or _is_day(line, place):
            continue
        meal = _MEAL.match(line)
        if meal is None and raw.lstrip().startswith("#"):
            continue  # a remark
        if meal is not None:
            place.meal = line.partition(":")[0].strip().lower()
            line = (meal["rest"] or "").strip()
        foods = line.split(";") if ";" in line else [line]
        for food in (part for one in foods for part in split_lines(one) if part):
            count += 1
            if count > MAX_ENTRIES:
                raise BrokenDiary(f"{source} has more than {MAX_ENTRIES:,} foods", hint="split it")
            yield Entry(line=number, day=place.day, date=place.date, meal=place.meal, text=food)


def _is_day(line: str, place: _Place) -> bool:
    """Whether the line is the heading of a day, which then begins."""
    dated = _DATED.match(line)
    day = to_date(dated["date"]) if dated else None
    if day is None and not _DAY.match(line):
        return False
    place.day, place.date = (day.isoformat(), day) if day else (line.rstrip(":").strip(), None)
    place.meal = ""
    return True
