"""What is at home: a file of foods and amounts, matched to the ingredient catalogue."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from foods.ingredients import WEIGHTS_G, Catalogue, Ingredient, Package, UnknownIngredient, UnknownUnit
from mealplan.errors import MealplanError
from mealplan.plan import Units
from mealplan.recipes.matching import Certainty, Matcher
from mealplan.recipes.quantities import read_measure

REQUIRED = ("item", "amount", "unit")
COLUMNS = (*REQUIRED, "best_before")
CRUMB = 0.05
"""Grams under which nothing is left."""

_HINT = "a CSV file with the columns item, amount, unit and, if you like, best_before (YYYY-MM-DD)"


class BadPantry(MealplanError):
    """A pantry file that cannot be read as one; the message has a line for each problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Some of an ingredient at home: ``grams`` as bought, with peel or brine."""

    ingredient: str
    grams: float
    best_before: date | None = None


def grams_at_home(stores: Iterable[Store]) -> Mapping[str, float]:
    """Grams as bought by ingredient."""
    held: Counter[str] = Counter()
    for store in stores:
        held[store.ingredient] += store.grams  # type: ignore[assignment] # Counter of grams
    return dict(held)


def read_pantry(path: Path, catalogue: Catalogue, units: Units = "metric") -> tuple[Store, ...]:
    """The stores of a CSV file, in its order; an item may stand there more than once.

    Items are names of the catalogue, or words that certainly mean one, as in recipes. Weights are as bought; household
    units (``piece``, ``cup``) are those of recipes; ``bag``, ``can`` and the like are packages as sold,
    metric or US.
    Raises: BadPantry, with every problem at once.
    """
    matcher = Matcher(catalogue)
    stores, problems = [], []
    for number, row in _rows(path):
        try:
            stores.append(_store(row, matcher, units))
        except _Refused as error:
            problems += [f"{path}, line {number}: {problem}" for problem in error.args]
    if problems:
        raise BadPantry("\n".join(problems), _HINT)
    return tuple(stores)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Grams as bought of an ingredient that were taken out of a pantry, and what is ``left`` of it there."""

    ingredient: str
    grams: float
    left: float


def take_out(
    path: Path, used: Mapping[str, float], catalogue: Catalogue, units: Units = "metric"
) -> tuple[str, tuple[Taken, ...]]:
    """A pantry file without what was used, and what was taken out of it, by ingredient in the order of ``used``.

    The earliest date goes first, what has none last. What the pantry does not hold is not taken: nothing in it goes
    below zero, and what is used up leaves the file. All other lines stay as they are.
    Args: used: grams as bought by ingredient.
    Returns: the text of the file; `read_pantry` reads it. The file itself stays as it is.
    Raises: BadPantry.
    """
    stores = read_pantry(path, catalogue, units)
    order = sorted(range(len(stores)), key=lambda row: (stores[row].best_before or date.max, row))
    left, taken = [store.grams for store in stores], []
    for ingredient, grams in used.items():
        rows = [row for row in order if stores[row].ingredient == ingredient]
        wanted = grams
        for row in rows:
            part = min(left[row], wanted)
            left[row], wanted = left[row] - part, wanted - part
        if any(stores[row].grams for row in rows):
            rest = sum(left[row] for row in rows)
            taken.append(Taken(ingredient=ingredient, grams=grams - wanted, left=rest if rest >= CRUMB else 0.0))
    return _rewritten(path, [_share(store, rest) for store, rest in zip(stores, left, strict=True)]), tuple(taken)


def _share(store: Store, left: float) -> float:
    """What is left of a row, as a share; nothing for what no scale shows."""
    if left == store.grams:
        return 1.0
    return left / store.grams if left >= CRUMB else 0.0


def _rewritten(path: Path, shares: Sequence[float]) -> str:
    """The text of a pantry file with the amount of each row at a share of what it was."""
    raw = path.read_bytes().decode("utf-8")
    lines = raw.splitlines(keepends=True)
    reader = _reader(lines)
    columns = [name.strip("\ufeff ").casefold() for name in next(reader)]
    kept, start, number = lines[: reader.line_num], reader.line_num, 0
    for row in reader:
        text = lines[start : reader.line_num]
        start = reader.line_num
        if any(cell.strip() for cell in row):
            share, number = shares[number], number + 1
            text = text if share == 1.0 else [_line(row, columns, share, reader.dialect.delimiter, text[-1])]
        kept += text
    return "".join(kept)


def _line(row: Sequence[str], columns: Sequence[str], share: float, delimiter: str, end: str) -> str:
    """A row with a share of its amount; empty where nothing is left."""
    if not share:
        return ""
    cells, place = list(row), columns.index("amount")
    said = f"{_amount(cells[place]) * share:.6g}"
    cells[place] = said.replace(".", ",") if "," in cells[place] else said
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator=end[len(end.rstrip("\r\n")) :]).writerow(cells)
    return file.getvalue()


class _Refused(Exception):
    """What is wrong with a row, a problem an argument."""


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise BadPantry(f"cannot read {path}: {why}", _HINT) from error
    reader = _reader(lines)
    columns = [name.strip().casefold() for name in next(reader, [])]
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in COLUMNS]
    if missing or unknown:
        problems = [f"{path}: there is no column `{name}`" for name in missing]
        problems += [f"{path}: column `{name}` is not known" for name in unknown]
        raise BadPantry("\n".join(problems), _HINT)
    return [
        (reader.line_num, dict(zip(columns, (cell.strip() for cell in row), strict=False)))
        for row in reader
        if any(cell.strip() for cell in row)
    ]


def _reader(lines: Sequence[str]) -> Any:
    """A reader of the lines' cells; where the decimal sign is a comma, spreadsheets part them by semicolons."""
    head = lines[0] if lines else ""
    return csv.reader(lines, delimiter=";" if head.count(";") > head.count(",") else ",")


def _store(row: Mapping[str, str], matcher: Matcher, units: Units) -> Store:
    problems: list[str] = []
    item, unit, said = (row.get(column, "") for column in ("item", "unit", "best_before"))
    ingredient, grams, best_before = None, 0.0, None
    amount = _amount(row.get("amount", ""))
    if not (math.isfinite(amount) and amount >= 0):
        problems.append(f"`{item}`: amount `{row.get('amount', '')}` is no quantity")
    try:
        ingredient = _ingredient(item, matcher)
        grams = _grams_per(ingredient, unit, units) * amount
    except (UnknownIngredient, UnknownUnit) as error:
        problems.append(f"{error.message}; {error.hint}" if error.hint else error.message)
    try:
        best_before = date.fromisoformat(said) if said else None
    except ValueError:
        problems.append(f"`{item}`: best_before `{said}` is no date such as 2026-01-31")
    if problems or ingredient is None:
        raise _Refused(*problems)
    return Store(ingredient=ingredient.name, grams=grams, best_before=best_before)


def _ingredient(item: str, matcher: Matcher) -> Ingredient:
    """The one ingredient that an item certainly means. Raises: UnknownIngredient, with what is near."""
    try:
        return matcher.catalogue.resolve(item)
    except UnknownIngredient as error:
        found = matcher.find(read_measure(item))
        if found.certainty is Certainty.CERTAIN and found.ingredient is not None:
            return found.ingredient
        if not found.candidates:
            raise
        near = " or ".join(f"`{name}`" for name in found.candidates[:3])
        raise UnknownIngredient(error.message, f"did you mean {near}?") from error


def _amount(text: str) -> float:
    """The number of a cell, ``1,5`` as 1.5; NaN where there is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan


def _grams_per(ingredient: Ingredient, unit: str, units: Units) -> float:
    """Grams as bought in one of a unit; a count without a unit is of pieces.

    Raises: UnknownUnit, naming every unit known.
    """
    unit = unit or "piece"
    sizes = {**WEIGHTS_G, **_packages(ingredient.packages_us if units == "us" else ingredient.packages)}
    for spelling in (unit, unit.removesuffix("s"), unit.removesuffix("es")):
        if spelling in sizes:
            return sizes[spelling]
    try:
        return ingredient.grams(1, unit) / ingredient.edible_share
    except UnknownUnit as error:
        known = dict.fromkeys((*ingredient.units(), *sizes))
        raise UnknownUnit(error.message, f"units known: {', '.join(known)}") from error


def _packages(packages: Sequence[Package]) -> dict[str, float]:
    """Grams of packages by their label, and by its last word where that means one size: ``bag``."""
    words = Counter(package.label.split()[-1] for package in packages)
    short = {word: package.grams for package in packages if words[word := package.label.split()[-1]] == 1}
    return {**short, **{package.label: package.grams for package in packages}}
