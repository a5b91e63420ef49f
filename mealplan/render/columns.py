"""A shopping list set in columns of a printed page: reckoned here, as not every engine can break columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from mealplan.plan import Plan, ShoppingLine
from mealplan.render import items
from mealplan.render.fit import MM_PER_POINT, line_count
from mealplan.render.items import Section
from mealplan.render.paper import Paper

COLUMNS = 3
COLUMN_MM = 50.0
"""Width of the text beside a tick box: a third of an A4 page, which is the narrower one, less box and gutter."""
ROOM_MM: Mapping[Paper, float] = MappingProxyType({"a4": 272.0, "letter": 254.0})
"""Height to fill, as reckoned below; what is reckoned is a little more than what the usual fonts take."""
TITLE_MM = 22.0

_HEADING_MM = 6.2
_NAME_POINTS, _NOTE_POINTS, _LEADING, _GAP_MM = 8.0, 6.8, 1.17, 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines of a section in one column; ``continued`` from the column before."""

    section: Section
    continued: bool
    lines: tuple[ShoppingLine, ...]


Column = tuple[Block, ...]
Sheet = tuple[Column, ...]


def sheets(sections: Sequence[Section], plan: Plan, paper: Paper) -> list[Sheet]:
    """The sections in order, down the columns of as many pages as it takes; the last page's columns are even."""

    def height(line: ShoppingLine) -> float:
        return _height_mm(line, plan)

    room = ROOM_MM[paper]
    columns = _columns(sections, height, [room - TITLE_MM] * COLUMNS, room)
    last = (len(columns) - 1) // COLUMNS * COLUMNS
    filled, rest = columns[:last], [block for column in columns[last:] for block in column]
    every = [*filled, *_even(rest, height)]
    return [tuple(every[place : place + COLUMNS]) for place in range(0, len(every), COLUMNS)]


def even_columns(section: Section, plan: Plan) -> Sheet:
    """One section in columns of much the same height."""
    block = Block(section=section, continued=False, lines=section.lines)
    return tuple(_even([block], lambda line: _height_mm(line, plan)))


def _even(blocks: Sequence[Block], height: Callable[[ShoppingLine], float]) -> list[Column]:
    """The blocks in as many columns as a page has, the tallest of them as low as can be."""
    if not blocks:
        return []
    sections = [replace(block.section, lines=block.lines) for block in blocks]
    whole = sum(_HEADING_MM + sum(map(height, block.lines)) for block in blocks)
    room = whole / COLUMNS
    while len(columns := _columns(sections, height, [room], room)) > COLUMNS:
        room += 1.0
    if blocks[0].continued:
        columns[0] = (replace(columns[0][0], continued=True), *columns[0][1:])
    return columns


def _columns(
    sections: Sequence[Section],
    height: Callable[[ShoppingLine], float],
    first: Sequence[float],
    further: float,
) -> list[Column]:
    """Columns filled one after the other; ``first`` are the heights of the first few, ``further`` of the rest."""
    columns: list[list[Block]] = [[]]
    left = first[0]
    for section, line in _lines(sections):
        begins = line is section.lines[0]
        if columns[-1] and left < height(line) + (_HEADING_MM if begins else 0.0):
            columns.append([])
            left = first[len(columns) - 1] if len(columns) <= len(first) else further
        last = columns[-1][-1] if columns[-1] else None
        if last is not None and last.section is section:
            columns[-1][-1] = replace(last, lines=(*last.lines, line))
        else:
            columns[-1].append(Block(section=section, continued=not begins, lines=(line,)))
            left -= _HEADING_MM
        left -= height(line)
    return [tuple(column) for column in columns if column]


def _lines(sections: Sequence[Section]) -> Iterator[tuple[Section, ShoppingLine]]:
    return ((section, line) for section in sections for line in section.lines)


def _height_mm(line: ShoppingLine, plan: Plan) -> float:
    bought = 1 + len(items.bought(line)) // 2  # it stands in plain type beside a name in bold
    names = line_count(f"{line.ingredient} {'x' * bought}", COLUMN_MM, _NAME_POINTS, "bold")
    below = (items.use(line, plan), *items.notes(line, plan))
    notes = sum(line_count(text, COLUMN_MM, _NOTE_POINTS, "small") for text in below if text)
    points = _LEADING * (names * _NAME_POINTS + notes * _NOTE_POINTS)
    return points * MM_PER_POINT + _GAP_MM
