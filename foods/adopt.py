"""Another food table, any country's: its columns, units and marks read into a `FoodTable`, and what looks wrong."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from foods.ingredients import Catalogue
from foods.nutrients import nutrient
from foods.table import BrokenFoodTable, FoodTable, ImpossibleAmount

PER_UG: Mapping[str, float] = {"ug": 1.0, "µg": 1.0, "mcg": 1.0, "mg": 1e3, "g": 1e6}
KJ_PER_KCAL = 4.184
ATWATER: Mapping[str, float] = {"protein_g": 4.0, "fat_g": 9.0, "carbohydrate_g": 4.0}
"""kcal per g: the general factors, Merrill & Watt 1973."""
ENERGY_OFF = (0.3, 40.0)
"""Share of the energy and kcal that energy and macronutrients may differ by before it is worth a look."""
UNIT_OFF = 100.0
"""Times that a typical value is above or below the embedded table's, from which the unit is in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a foreign table is written.

    ``nutrients`` maps a registry key to the table's column and its unit: kcal or kJ, g, mg or ug, per 100 g.
    ``decimal`` is its decimal sign. ``missing`` marks what was not measured; ``traces`` what was measured and found too
    little to tell, which counts 0, as does everything written as less than something.
    """

    food_id: str
    description: str
    nutrients: Mapping[str, tuple[str, str]]
    category: str | None = None
    decimal: str = "."
    missing: Sequence[str] = ("", "-", "n", "nd")
    traces: Sequence[str] = ("tr", "trace", "traces")


def adopt_table(frame: pd.DataFrame, shape: Shape) -> FoodTable:
    """A foreign table as a `FoodTable`, its values in the registry's units.

    Args: frame: a row a food, cells as text or numbers.
    Raises: BrokenFoodTable: a column that is not there; ImpossibleAmount: a cell that is no amount, with food and
    column named; UnknownNutrient; DuplicateFood.
    """
    columns = [shape.food_id, shape.description, *(column for column, _ in shape.nutrients.values())]
    columns += [shape.category] if shape.category else []
    if absent := [column for column in columns if column not in frame.columns]:
        known = ", ".join(map(str, frame.columns))
        raise BrokenFoodTable(f"the table has no column `{absent[0]}`", f"it has: {known:.400}")
    ids = [str(cell).strip() for cell in frame[shape.food_id]]
    texts = {"description": [str(cell).strip() for cell in frame[shape.description]]}
    if shape.category:
        texts["category"] = ["" if pd.isna(cell) else str(cell).strip() for cell in frame[shape.category]]
    values = {
        key: [_amount(cell, shape, ids[row], column) * _factor(key, unit) for row, cell in enumerate(frame[column])]
        for key, (column, unit) in shape.nutrients.items()
    }
    return FoodTable(pd.DataFrame(texts, index=ids), pd.DataFrame(values, index=ids, dtype=np.float64))


def _factor(key: str, unit: str) -> float:
    """What an amount in this unit is multiplied with to be in the registry's."""
    wanted = nutrient(key).unit
    if wanted == "kcal" and unit in ("kcal", "kJ"):
        return 1.0 if unit == "kcal" else 1 / KJ_PER_KCAL
    if wanted == "kcal" or unit not in PER_UG:
        raise BrokenFoodTable(f"`{key}` cannot be read in `{unit}`", f"its own unit is {wanted}")
    return PER_UG[unit] / PER_UG[wanted]


def _amount(cell: Any, shape: Shape, food_id: str, column: str) -> float:
    if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return math.nan
    text = str(cell).strip().casefold()
    if text in shape.missing:
        return math.nan
    if text in shape.traces:
        return 0.0
    try:
        number = float(text.removeprefix("<").replace(shape.decimal, "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise ImpossibleAmount(
            f"{column} of food `{food_id}` is {cell!r:.40}, which is no amount", "say what marks a missing value"
        )
    return 0.0 if text.startswith("<") else number


def relink(catalogue: Catalogue, links: Mapping[str, str]) -> Catalogue:
    """The catalogue with other foods behind some of its names: ingredient -> food id.

    A linked ingredient keeps what the kitchen knows of it (measures, packages, what it contains).
    Raises: UnknownIngredient.
    """
    food_of = {catalogue.resolve(name).name: food_id for name, food_id in links.items()}
    return Catalogue(
        replace(one, food_id=food_of[one.name]) if one.name in food_of else one for one in catalogue.ingredients
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something in a table that is worth a look; ``about`` is a food id or a nutrient."""

    about: str
    what: str

    def __str__(self) -> str:
        return f"{self.about}: {self.what}"


def find_doubts(table: FoodTable) -> tuple[Doubt, ...]:
    """What in a table looks wrong: energy that its macronutrients do not give, more than 100 g in 100 g, units.

    A doubt is no error: alcohol, fiber and polyols have their own factors. An empty answer proves nothing.
    """
    return (*_energy_doubts(table), *_mass_doubts(table), *_unit_doubts(table))


def _energy_doubts(table: FoodTable) -> Iterable[Doubt]:
    values = table.values  # noqa: PD011  # of a FoodTable
    told = values["energy_kcal"]
    macros = sum((values[key].fillna(0.0) * kcal for key, kcal in ATWATER.items()), start=0.0 * told)
    known = values[["protein_g", "fat_g", "carbohydrate_g"]].notna().all(axis=1) & told.notna()
    share, least = ENERGY_OFF
    off = known & ((told - macros).abs() > np.maximum(least, share * told))
    for food_id in told.index[off]:
        yield Doubt(about=food_id, what=f"{told[food_id]:.0f} kcal, {macros[food_id]:.0f} from its macronutrients")


def _mass_doubts(table: FoodTable) -> Iterable[Doubt]:
    parts = ["water_g", "protein_g", "fat_g", "carbohydrate_g"]
    whole = table.values[parts].sum(axis=1)  # noqa: PD011  # of a FoodTable
    for food_id in whole.index[whole > 105]:
        yield Doubt(about=food_id, what=f"{whole[food_id]:.0f} g of water, protein, fat and carbohydrate in 100 g")


def _unit_doubts(table: FoodTable) -> Iterable[Doubt]:
    usual = FoodTable.embedded().values  # noqa: PD011  # of a FoodTable
    for key, column in table.values.items():  # noqa: PD011  # of a FoodTable
        here, there = (values[values > 0].median() for values in (column, usual[key]))
        if here > UNIT_OFF * there or here * UNIT_OFF < there:
            yield Doubt(
                about=str(key), what=f"typically {here:.3g}, in the embedded table {there:.3g}: is the unit right?"
            )
