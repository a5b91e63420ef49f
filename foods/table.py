"""``FoodTable``: foods and their nutrients per 100 g."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from foods.errors import FoodsError
from foods.nutrients import NUTRIENTS, UnknownNutrient

KEYS: tuple[str, ...] = tuple(NUTRIENTS)
TEXT_COLUMNS: tuple[str, ...] = (
    *("fdc_id", "ndb", "description", "category", "data_type", "source_energy"),
    *("source_macros", "source_fats", "source_minerals", "source_vitamins", "source_folate", "source_carotenoids"),
)
"""Columns of ``FoodTable.foods``; an unknown one is empty text."""


class BrokenFoodTable(FoodsError):
    """Foods and values that do not make a table; the message says where."""


class DuplicateFood(BrokenFoodTable):
    """A food id that stands twice."""


class ImpossibleAmount(BrokenFoodTable):
    """An amount of a nutrient that is negative or no number."""


class UnknownFood(FoodsError):
    """A food id that the table does not have."""

    def __init__(self, food_id: str) -> None:
        super().__init__(f"no food `{food_id}` in the food table", "search for it by words to find its id")
        self.food_id = food_id


class FoodTable:
    """Foods x nutrients per 100 g of edible part; NaN = unmeasured, never 0. Cannot be changed.

    Args:
        foods: indexed by food id; ``description`` is required, the other columns of ``TEXT_COLUMNS`` may be absent.
        values: indexed by the same food ids in any order, columns are nutrient keys; an absent nutrient is unmeasured.
    Raises: UnknownNutrient, DuplicateFood, ImpossibleAmount, BrokenFoodTable.
    """

    __slots__ = ("_array", "_column", "_foods", "_row", "_values")

    def __init__(self, foods: pd.DataFrame, values: pd.DataFrame) -> None:
        _check_frames(foods, values)
        ids = [str(name) for name in foods.index.tolist()]
        texts = pd.DataFrame({column: _to_text(foods, column) for column in TEXT_COLUMNS}, index=ids)
        amounts = values.set_axis([str(name) for name in values.index.tolist()]).reindex(index=ids, columns=list(KEYS))
        array = _to_numbers(amounts)
        _check_amounts(array, ids)
        self._fill(texts, array, ids)

    @classmethod
    def _from_checked(cls, foods: pd.DataFrame, array: npt.NDArray[np.float64]) -> FoodTable:
        table = cls.__new__(cls)
        table._fill(foods, array, foods.index.tolist())
        return table

    def _fill(self, foods: pd.DataFrame, array: npt.NDArray[np.float64], ids: list[str]) -> None:
        array.flags.writeable = False
        foods.index.name = "food_id"
        self._array = array
        self._foods = foods
        self._values = pd.DataFrame(array, index=foods.index, columns=list(KEYS), copy=False)
        self._row = {name: place for place, name in enumerate(ids)}
        self._column = {key: place for place, key in enumerate(KEYS)}

    @classmethod
    def embedded(cls) -> FoodTable:
        """The table that comes with the package, read once (docs/data.md says what is in it)."""
        return _read_embedded()

    @property
    def foods(self) -> pd.DataFrame:
        """Food id -> the columns of ``TEXT_COLUMNS``, all text, "" where unknown. A copy."""
        return self._foods.copy()

    @property
    def values(self) -> pd.DataFrame:
        """(foods x nutrient keys) float64 per 100 g, NaN = unmeasured; writing to it is an error."""
        return self._values.copy(deep=False)

    def __contains__(self, food_id: object) -> bool:
        return food_id in self._row

    def __len__(self) -> int:
        return len(self._row)

    def description(self, food_id: str) -> str:
        """USDA's name of the food.

        Raises: UnknownFood.
        """
        return str(self._foods["description"].iat[self._place(food_id)])

    def per_100g(self, food_id: str, key: str) -> float:
        """Amount in the nutrient's unit, NaN = unmeasured.

        Raises: UnknownFood, UnknownNutrient.
        """
        return float(self._array[self._place(food_id), self._place_of_key(key)])

    def matrix(self, food_ids: Iterable[str], keys: Sequence[str]) -> npt.NDArray[np.float64]:
        """(n foods, k nutrients) per 100 g in the order asked for, NaN = unmeasured; a fresh array.

        Raises: UnknownFood, UnknownNutrient.
        """
        rows = [self._place(food_id) for food_id in food_ids]
        columns = [self._place_of_key(key) for key in keys]
        return self._array[np.ix_(rows, columns)]

    def _place(self, food_id: str) -> int:
        if food_id not in self._row:
            raise UnknownFood(food_id)
        return self._row[food_id]

    def _place_of_key(self, key: str) -> int:
        if key not in self._column:
            raise UnknownNutrient(key)
        return self._column[key]


def read_table(path: Path) -> FoodTable:
    """A table from a ``foods.csv.gz``: food_id, the text columns, the nutrients; empty = unmeasured.

    Raises: BrokenFoodTable and its kinds, UnknownNutrient.
    """
    try:
        foods, values = _read_frames(path)
    except (OSError, ValueError, EOFError) as error:
        raise BrokenFoodTable(
            f"cannot read the food table {path}: {error}", "a CSV file with a column `food_id`"
        ) from error
    return FoodTable(foods, values)


def layer_tables(top: FoodTable, base: FoodTable) -> FoodTable:
    """The foods of ``top``, and those of ``base`` whose id it lacks."""
    rest = [food_id for food_id in base.foods.index.tolist() if food_id not in top]
    return FoodTable(
        pd.concat([top.foods, base.foods.loc[rest]]),
        pd.concat([top.values, base.values.loc[rest]]),  # noqa: PD011  # of a FoodTable
    )


def _read_frames(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    texts = {"food_id": str} | dict.fromkeys(TEXT_COLUMNS, str)
    frame = pd.read_csv(
        path, dtype=texts, index_col="food_id", keep_default_na=False, na_values={key: [""] for key in KEYS}
    )
    present = [column for column in frame.columns if column in TEXT_COLUMNS]
    return frame[present], frame.drop(columns=present)


@cache
def _read_embedded() -> FoodTable:
    with as_file(files("foods").joinpath("data/foods.csv.gz")) as path:
        foods, values = _read_frames(path)
    # The tests hold the embedded table to every check, so loading need not repeat them.
    return FoodTable._from_checked(foods[list(TEXT_COLUMNS)], _to_numbers(values[list(KEYS)]))


def _check_frames(foods: pd.DataFrame, values: pd.DataFrame) -> None:
    if not len(foods):
        raise BrokenFoodTable("the table has no foods", "a row a food, indexed by its id")
    if "description" not in foods.columns:
        raise BrokenFoodTable("foods have no column `description`", "give each food its name there")
    for key in values.columns:
        if key not in NUTRIENTS:
            raise UnknownNutrient(str(key))
    for what, index in (("foods", foods.index), ("values", values.index)):
        if index.has_duplicates:
            name = index[index.duplicated()][0]
            raise DuplicateFood(f"food id `{name}` stands twice in the {what}", "each food has one row")
    if strangers := sorted(set(map(str, values.index.tolist())) ^ set(map(str, foods.index.tolist()))):
        raise BrokenFoodTable(
            f"food `{strangers[0]}` is in only one of foods and values ({len(strangers)} such ids)",
            "foods and values need the same ids",
        )


def _to_text(foods: pd.DataFrame, column: str) -> list[str]:
    if column not in foods.columns:
        return [""] * len(foods)
    texts = foods[column].tolist()
    # A list in a cell is no missing text: pandas would ask each of its entries.
    return ["" if pd.api.types.is_scalar(text) and pd.isna(text) else str(text) for text in texts]


def _to_numbers(amounts: pd.DataFrame) -> npt.NDArray[np.float64]:
    try:
        return np.array(amounts.to_numpy(dtype=np.float64), dtype=np.float64, order="C")
    except (TypeError, ValueError, OverflowError) as error:
        raise ImpossibleAmount(_first_that_is_no_number(amounts), "leave unmeasured cells empty") from error


def _first_that_is_no_number(amounts: pd.DataFrame) -> str:
    for key in amounts.columns:
        for food_id, cell in amounts[key].items():
            try:
                np.float64(cell)
            except (TypeError, ValueError, OverflowError):
                return f"{key} of food `{food_id}` is {cell!r:.40}, which is no number"
    return "a nutrient amount is no number"


def _check_amounts(array: npt.NDArray[np.float64], ids: Sequence[str]) -> None:
    bad = np.argwhere((array < 0) | np.isinf(array))
    if bad.size:
        row, column = bad[0]
        raise ImpossibleAmount(
            f"{KEYS[column]} of food `{ids[row]}` is {array[row, column]:g} per 100 g",
            "amounts are 0 or more; leave unmeasured cells empty",
        )
