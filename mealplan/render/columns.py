"""A shopping list set in columns of a printed page: reckoned here, as not every engine can break columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
_STEP_MM = 2.0
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
    blocks = [_whole(section) for section in sections]
    room = ROOM_MM[paper]
    columns = _columns(blocks, plan, [room - TITLE_MM] * COLUMNS, room)
    last = (len(columns) - 1) // COLUMNS * COLUMNS
    filled, rest = columns[:last], [block for column in columns[last:] for block in column]
    every = [*filled, *_even(rest, plan)]
    return [tuple(every[place : place + COLUMNS]) for place in range(0, len(every), COLUMNS)]


def even_columns(section: Section, plan: Plan) -> Sheet:
    """One section in columns of much the same height."""
    return tuple(_even([_whole(section)], plan))


def _whole(section: Section) -> Block:
    return Block(section=section, continued=False, lines=section.lines)


def _even(blocks: Sequence[Block], plan: Plan) -> list[Column]:
    """The blocks in as many columns as a page has, the tallest of them as low as can be."""
    whole = sum(_HEADING_MM + sum(_height_mm(line, plan) for line in block.lines) for block in blocks)
    room = whole / COLUMNS
    while len(columns := _columns(blocks, plan, [], room)) > COLUMNS:
        room += _STEP_MM
    return columns


def _columns(blocks: Sequence[Block], plan: Plan, first: Sequence[float], further: float) -> list[Column]:
    """Columns filled one after the other; ``first`` are the heights of the first few, ``further`` of the rest."""
    columns: list[list[Block]] = []
    left = 0.0
    for block in blocks:
        for place, line in enumerate(block.lines):
            height = _height_mm(line, plan)
            goes_on = bool(columns) and columns[-1][-1].section is block.section
            if not columns or left < height + (0.0 if goes_on else _HEADING_MM):
                left = first[len(columns)] if len(columns) < len(first) else further
                columns.append([])
                goes_on = False
            if goes_on:
                columns[-1][-1] = replace(columns[-1][-1], lines=(*columns[-1][-1].lines, line))
            else:
                continued = block.continued or place > 0
                columns[-1].append(Block(section=block.section, continued=continued, lines=(line,)))
                left -= _HEADING_MM
            left -= height
    return [tuple(column) for column in columns]


def _height_mm(line: ShoppingLine, plan: Plan) -> float:
    bought = 1 + len(items.bought(line)) // 2  # it stands in plain type beside a name in bold
    names = line_count(f"{line.ingredient} {'x' * bought}", COLUMN_MM, _NAME_POINTS, "bold")
    below = (items.use(line, plan), *items.notes(line, plan))
    notes = sum(line_count(text, COLUMN_MM, _NOTE_POINTS, "small") for text in below if text)
    points = _LEADING * (names * _NAME_POINTS + notes * _NOTE_POINTS)
    return points * MM_PER_POINT + _GAP_MM
