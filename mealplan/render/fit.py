"""The size of type at which a week of meals stands on one sheet, on A4 as on Letter."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from mealplan.render.paper import Paper

Face = Literal["bold", "plain", "small"]
Paragraph = tuple[str, Face]

# Mean width of a character, as a share of the type size: on the wide side of the usual system fonts.
_EM: dict[Face, float] = {"bold": 0.61, "plain": 0.54, "small": 0.48}

PAGE_MM: Mapping[Paper, float] = MappingProxyType({"a4": 190.0, "letter": 196.0})
"""Height to fill: of the page on its side less two margins of 8 mm, and 4 mm for wider fonts."""
COLUMN_MM = 32.3
"""Width of a day's text: Letter on its side is the narrower page, a seventh of it less labels and padding."""
NOTE_MM = 255.0
"""Width of a line of notes above the week."""
MM_PER_POINT = 25.4 / 72
LEADING = 1.22

_LARGEST, _SMALLEST, _STEP = 10.0, 5.2, 0.2  # points
_TALLEST_MM = 36.0  # a meal with little in it need not be higher
_NOTE_POINTS = 8.0
_FIXED_MM = 45.0  # title, row of days, energy, bars, legend


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Type of the week in points, least height of a meal, and the space above and below the text of a cell."""

    points: float
    meal_mm: float
    padding_mm: float


def fitting_size(
    meals: Sequence[Sequence[Sequence[Paragraph]]],
    tonight: Sequence[Sequence[Paragraph]],
    head: Iterable[str],
    paper: Paper,
) -> Size:
    """The largest type at which the week fits the page, the smallest if none does; meals share what is left.

    Args: meals: paragraphs by meal and day; tonight: by day; head: notes above the first week.
    """
    days = max((len(row) for row in meals), default=1)
    width_mm = COLUMN_MM * 7 / days
    room = PAGE_MM[paper] - _FIXED_MM - sum(_note_mm(text) for text in head if text)
    points, rows, left = _LARGEST, [0.0], 0.0
    while points >= _SMALLEST:
        rows = [max((_cell_mm(cell, points, width_mm) for cell in row), default=0.0) for row in meals]
        left = room - max((_cell_mm(cell, points, width_mm) for cell in tonight if cell), default=0.0)
        if sum(rows) <= left:
            break
        points -= _STEP
    points = round(max(points, _SMALLEST), 1)
    return Size(points=points, meal_mm=round(_level(rows, left), 1), padding_mm=round(_padding_mm(points), 2))


def _level(rows: Sequence[float], room: float) -> float:
    """The least height that all rows can be given within the room."""
    height = _TALLEST_MM
    while height > 0 and sum(max(height, row) for row in rows) > room:
        height -= 0.5
    return max(height, 0.0)


def _cell_mm(cell: Sequence[Paragraph], points: float, width_mm: float) -> float:
    lines = sum(line_count(text, width_mm, points, face) for text, face in cell)
    return lines * points * LEADING * MM_PER_POINT + 2 * _padding_mm(points) + 0.5 * len(cell)


def _padding_mm(points: float) -> float:
    return 0.12 * points


def _note_mm(text: str) -> float:
    return line_count(text, NOTE_MM, _NOTE_POINTS, "bold") * _NOTE_POINTS * 1.3 * MM_PER_POINT + 1.5


def line_count(text: str, width_mm: float, points: float, face: Face) -> int:
    """Lines that a text takes in type of this size: at most, with the usual system fonts."""
    return len(textwrap.wrap(text, max(1, int(width_mm / (points * _EM[face] * MM_PER_POINT)))))
