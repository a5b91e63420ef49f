"""What is at home: a file of foods and amounts, matched to the ingredient catalogue."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from foods.ingredients import WEIGHTS_G, Catalogue, Ingredient, Package, UnknownIngredient, UnknownUnit
from mealplan.errors import MealplanError
from mealplan.plan import Units
from mealplan.recipes.matching import Certainty, Matcher
from mealplan.recipes.quantities import read_measure

REQUIRED = ("item", "amount", "unit")
COLUMNS = (*REQUIRED, "best_before")
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


class _Refused(Exception):
    """What is wrong with a row, a problem an argument."""


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise BadPantry(f"cannot read {path}: {why}", _HINT) from error
    head = lines[0] if lines else ""
    # Where the decimal sign is a comma, spreadsheets part fields by semicolons.
    reader = csv.reader(lines, delimiter=";" if head.count(";") > head.count(",") else ",")
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
