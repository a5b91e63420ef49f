"""A caller's own foods: one ``DataFrame`` becomes a food table and the catalogue that dishes are written with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import pandas as pd

from foods.ingredient_checks import TOKENS
from foods.ingredients import COLUMNS, BrokenCatalogue, Catalogue, parse_rows
from foods.nutrients import NUTRIENTS, UnknownNutrient
from foods.table import TEXT_COLUMNS, BrokenFoodTable, DuplicateFood, FoodTable

if TYPE_CHECKING:
    from collections.abc import Hashable

DEFAULTS: Mapping[str, str] = {
    "state": "prepared", "family": "none", "aisle": "own foods", "food_group": "own", "edible_share": "1",
    "keeps_days": "3",
}  # fmt: skip
"""What a food is taken for where the frame does not say: eaten as it is, all of it, and nothing lost in cooking."""

_FACTS = frozenset(COLUMNS) - {"name", "food_id"}
_OF_TOKENS = ("contains", "unverified")


def build_table(frame: pd.DataFrame) -> FoodTable:
    """A food table from one frame.

    Args:
        frame: a row a food, the index its ids (or a column ``food_id``). Columns are nutrient keys, per 100 g in the
            key's unit, an empty cell unmeasured; ``description`` (by default the id) and the other ``TEXT_COLUMNS``;
            and the facts that `build_catalogue` reads. Nothing else, so that a misspelt nutrient is not lost.
    Raises: UnknownNutrient, DuplicateFood, ImpossibleAmount, BrokenFoodTable.
    """
    own = _by_id(frame)
    for column in own.columns:
        if column not in NUTRIENTS and column not in TEXT_COLUMNS and column not in _FACTS:
            raise UnknownNutrient(str(column))
    foods = own[[column for column in own.columns if column in TEXT_COLUMNS]]
    if "description" not in own.columns:
        foods = foods.assign(description=list(own.index))
    return FoodTable(foods, own[[column for column in own.columns if column in NUTRIENTS]])


def build_catalogue(frame: pd.DataFrame) -> Catalogue:
    """The ingredients of a frame: each food under its description, weighed in grams.

    Columns of ``foods.ingredients.COLUMNS`` are read where they stand, written as there, `DEFAULTS` where they do not.
    What a food contains is open (every diet but omnivore refuses it) unless the frame has a column ``contains``; there
    an empty cell means that it contains nothing that a diet leaves out, and only the words of
    ``foods.ingredient_checks.TOKENS`` stand.
    Raises: BrokenCatalogue, with every broken cell; BrokenFoodTable, DuplicateFood.
    """
    own = _by_id(frame)
    rows = list(_rows(own))
    _check_tokens(rows)
    catalogue = parse_rows(rows, "frame")
    names = [one.name for one in catalogue.ingredients]
    if len(catalogue) < len(names):
        name = next(name for place, name in enumerate(names) if catalogue[name] is not catalogue.ingredients[place])
        raise BrokenCatalogue(f"frame: two foods are called `{name}`", "give each its own description")
    return catalogue


def _by_id(frame: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(frame, pd.DataFrame):
        raise BrokenFoodTable(f"the foods are a {type(frame).__name__}, not a DataFrame", "a row a food")
    own = frame.set_index("food_id") if "food_id" in frame.columns else frame
    if own.columns.has_duplicates:
        twice = own.columns[own.columns.duplicated()][0]
        raise BrokenFoodTable(f"column `{twice}` stands twice", "each nutrient has one column")
    own = own.set_axis([_id_of(name) for name in own.index.tolist()])
    if own.index.has_duplicates:
        raise DuplicateFood(f"food id `{own.index[own.index.duplicated()][0]}` stands twice", "each food has one row")
    return own


def _id_of(name: Hashable) -> str:
    text = "" if pd.isna(name) else str(name).strip()  # type: ignore[call-overload]  # any label of an index
    if not text:
        raise BrokenFoodTable("a food has no id", "the index, or the column `food_id`, names each food")
    return text


def _rows(frame: pd.DataFrame) -> Iterator[tuple[int, Mapping[str, str]]]:
    open_facts = {} if "contains" in frame.columns else {"unverified": ";".join(sorted(TOKENS))}
    facts = [column for column in frame.columns if column in _FACTS]
    names = frame["description"] if "description" in frame.columns else pd.Series(frame.index, index=frame.index)
    for number, food_id in enumerate(frame.index):
        told = {column: _text(frame[column].iat[number]) for column in facts}
        told = {column: text for column, text in told.items() if text or column not in DEFAULTS}
        told |= {column: ";".join(_tokens(told[column])) for column in _OF_TOKENS if column in told}
        name = _text(names.iat[number]) or food_id
        yield number + 1, {**DEFAULTS, **open_facts, **told, "name": name, "food_id": food_id}


def _tokens(text: str) -> list[str]:
    """The words for what a food contains, as the catalogue spells them: `Tree nut, milk` is tree_nut and milk."""
    return ["_".join(word.casefold().split()).replace("-", "_") for word in re.split("[;,]", text) if word.strip()]


def _check_tokens(rows: Sequence[tuple[int, Mapping[str, str]]]) -> None:
    """Raises: BrokenCatalogue: a word that no diet knows, and that would leave a food in where it must not be."""
    broken, hints = [], []
    for number, row in rows:
        for column in _OF_TOKENS:
            for word in sorted(set(_tokens(row.get(column, ""))) - TOKENS):
                broken.append(f"frame, row {number}, `{row['name']}`: {column} = `{word}` is nothing that diets know")
                hints += get_close_matches(word, TOKENS, n=1)
    if broken:
        near = f"did you mean {', '.join(dict.fromkeys(hints))}? " if hints else ""
        raise BrokenCatalogue("\n".join(broken), f"{near}known: {', '.join(sorted(TOKENS))}")


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, list | tuple | set | frozenset):
        return ";".join(sorted(map(str, cell)))
    return "" if pd.isna(cell) else str(cell).strip()
