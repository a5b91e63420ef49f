"""Columns of a log's file: headers in their many spellings, dates, numbers."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from mealplan.diary.entry import BrokenDiary
from mealplan.recipes.quantities import NUMBER, to_number

DELIMITERS = ",;\t"
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_OTHER_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_NUMBER = re.compile(rf"{NUMBER}(?:e[+-]?\d+)?", re.I)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_MONTHS = 12


def plain(header: str) -> str:
    """A header in one spelling: lower case, one micro sign (U+00B5 and U+03BC are one), no underscores.

    ``Vitamin K (μg)`` and ``vitamin_k_(mcg)`` both give ``vitamin k (ug)``.
    """
    text = unicodedata.normalize("NFKC", header).strip().lower().replace("_", " ")
    text = text.replace("μ", "u").replace("mcg", "ug")
    return " ".join(text.split())


def read_rows(text: str, source: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Headers in one spelling, and each row with its line number by header; comma, semicolon or tab between.

    Raises: BrokenDiary: the text is no table.
    """
    head = text.lstrip().splitlines()[0] if text.strip() else ""
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        headers = [plain(name) for name in next(reader, [])]
        # Line numbers are those of the file, where a quoted cell may hold a line break.
        rows = [
            (reader.line_num, dict(zip(headers, (cell.strip() for cell in row), strict=False)))
            for row in reader
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise BrokenDiary(f"{source}, line {reader.line_num}: {error}", hint="save it as CSV in UTF-8") from error
    return headers, rows


def to_date(text: str) -> date | None:
    """``2026-01-31``, ``2026/1/31``, or a day and month that cannot be taken for each other; else None."""
    first = text.strip().split(" ")[0].split("T")[0]
    try:
        if found := _DATE.fullmatch(first):
            return date(*(int(part) for part in found.groups()))
        if found := _OTHER_DATE.fullmatch(first):
            one, two, year = (int(part) for part in found.groups())
            if one > _MONTHS or one == two:
                return date(year, two, one)
            if two > _MONTHS:
                return date(year, one, two)
    except ValueError:
        return None
    return None


def to_amount(text: str) -> float | None:
    """A number of zero or more: ``1.5``, ``1,5``, ``1,204.10``, ``1 1/2``; None for anything else."""
    plain_text = text.strip()
    if _THOUSANDS.fullmatch(plain_text):
        return float(plain_text.replace(",", ""))
    return to_number(plain_text) if _NUMBER.fullmatch(plain_text) else None


def first_of(row: Mapping[str, str], *names: str) -> str:
    """The first of these columns that is filled."""
    return next((row[name] for name in names if row.get(name)), "")
