"""From the files of FoodData Central releases to one checked table with its portions."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from foods.nutrients import NUTRIENTS
from foods.portions import Portion, published_portion
from foods.release import FDC_IDS, build_checked, check_release, prefer_ids
from foods.release_files import OFFICIAL, BrokenRelease, Progress, ReleaseFiles, open_release
from foods.table import FoodTable

Floats = npt.NDArray[np.float64]

DATA_TYPES: Mapping[str, tuple[str, str]] = {
    "foundation_food": ("foundation", "foundation"),
    "sr_legacy_food": ("sr_legacy", "srlegacy"),
    "survey_fndds_food": ("fndds", "fndds"),
}
"""USDA's data type -> ours, and the name of the source; branded foods and samples are left out."""
MAX_DOUBTFUL = 0.05
"""The share of foods with something wrong beyond which a release is refused."""
MAX_ROWS = 1_000_000
"""Rows kept of a file, that memory stays bounded; no release has a tenth of it, branded foods aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A table with its portions; ``notes`` say what was left out or is doubtful, a line each."""

    table: FoodTable
    portions: Mapping[str, tuple[Portion, ...]]
    sources: tuple[str, ...]
    notes: tuple[str, ...]


def read_release(paths: Sequence[Path], progress: Progress = lambda _: None) -> Release:
    """The foods of one or several releases in one table; of a food with several versions the newest.

    Raises: BrokenRelease: a file that cannot be read or is no release; too much in it is impossible.
    """
    foods: list[pd.DataFrame] = []
    amounts: list[Floats] = []
    portions: dict[str, tuple[Portion, ...]] = {}
    for path in paths:
        with open_release(path) as files:
            found = _read_foods(files, progress)
            foods.append(found.assign(source=files.source))
            amounts.append(_read_amounts(files, found.index, progress))
            portions = _read_portions(files, found.index, progress) | portions
    progress("checking the table")
    every, values = pd.concat(foods), np.vstack(amounts)
    keep = np.flatnonzero(~every.index.duplicated() & _is_newest(every))
    every, values = every.iloc[keep], values[keep]
    kept = {food_id: portions[food_id] for food_id in every.index if food_id in portions}
    return _build(every, values, kept, tuple(dict.fromkeys(every["source"])), _left_out(foods, keep))


def pack_release(release: Release) -> dict[str, bytes]:
    """The files of a table: ``foods.csv.gz`` as `read_table` reads it, ``portions.csv.gz`` as `to_portions` does."""
    table = release.table
    foods: str = table.foods.join(table.values).to_csv(index_label="food_id", lineterminator="\n", float_format="%.10g")
    portions = io.StringIO()
    lines = csv.writer(portions, lineterminator="\n")
    lines.writerow(("food_id", "amount", "unit", "grams"))
    for food_id, known in release.portions.items():
        lines.writerows((food_id, f"{one.amount:.10g}", one.unit, f"{one.grams:.10g}") for one in known)
    texts = {"foods.csv.gz": foods, "portions.csv.gz": portions.getvalue()}
    return {name: gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0) for name, text in texts.items()}


def _read_foods(files: ReleaseFiles, progress: Progress) -> pd.DataFrame:
    """By FDC id: data_type, description, category, ndb, date; only the data types that are kept."""
    columns = ("fdc_id", "data_type", "description", "food_category_id", "publication_date")
    rows = files.rows("food.csv", columns, progress)
    foods = _joined((chunk[chunk["data_type"].isin(DATA_TYPES)] for chunk in rows), files.source, "food.csv")
    if foods.empty:
        raise BrokenRelease(f"{files.source}: food.csv has no SR Legacy, FNDDS or Foundation food", OFFICIAL)
    _whole(foods["fdc_id"], files.source, "food.csv", "fdc_id")
    if foods["description"].str.strip().eq("").any():
        name = foods.loc[foods["description"].str.strip().eq(""), "fdc_id"].iat[0]
        raise BrokenRelease(f"{files.source}: food.csv: food {name} has no description", OFFICIAL)
    foods = foods.set_index("fdc_id")
    if foods.index.has_duplicates:
        name = foods.index[foods.index.duplicated()][0]
        raise BrokenRelease(f"{files.source}: food.csv: food {name} stands in it twice", OFFICIAL)
    categories = _texts(files, "food_category.csv", "id", "description")
    categories |= _texts(files, "wweia_food_category.csv", "wweia_food_category", "wweia_food_category_description")
    numbers = _texts(files, "sr_legacy_food.csv", "fdc_id", "NDB_number")
    numbers |= _texts(files, "foundation_food.csv", "fdc_id", "NDB_number")
    return pd.DataFrame(
        {
            "fdc_id": foods.index,
            "ndb": [numbers.get(name, "") for name in foods.index],
            "description": foods["description"].str.split().str.join(" "),
            "category": foods["food_category_id"].map(lambda code: categories.get(code, "")),
            "data_type": foods["data_type"].map(lambda kind: DATA_TYPES[kind][0]),
            "release": foods["data_type"].map(lambda kind: DATA_TYPES[kind][1]),
            "date": pd.to_datetime(foods["publication_date"], errors="coerce", format="mixed").to_numpy(),
        },
        index=foods.index,
    )


def _texts(files: ReleaseFiles, name: str, key: str, value: str) -> dict[str, str]:
    """A small file that may be missing, as a mapping."""
    if name not in files:
        return {}
    rows = _joined(files.rows(name, (key, value)), files.source, name)
    return dict(zip(rows[key], rows[value], strict=True))


def _joined(chunks: Iterable[pd.DataFrame], source: str, name: str) -> pd.DataFrame:
    kept, count = [], 0
    for chunk in chunks:
        kept.append(chunk)
        count += len(chunk)
        if count > MAX_ROWS:
            raise BrokenRelease(f"{source}: {name} has over {MAX_ROWS:,} rows: no release has", OFFICIAL)
    return pd.concat(kept)


def _read_amounts(files: ReleaseFiles, foods: pd.Index, progress: Progress) -> Floats:
    """(foods, FDC_IDS) per 100 g."""
    ids = _nutrient_ids(files)
    columns = {fdc_id: place for place, fdc_id in enumerate(FDC_IDS)}
    amounts = np.full((len(foods), len(FDC_IDS)), np.nan)
    for chunk in files.rows("food_nutrient.csv", ("fdc_id", "nutrient_id", "amount"), progress):
        row = foods.get_indexer(pd.Index(chunk["fdc_id"]))
        column = chunk["nutrient_id"].map(ids).map(columns).to_numpy(dtype=np.float64, na_value=np.nan)
        wanted = (row >= 0) & ~np.isnan(column)
        amount = chunk["amount"][wanted]
        number = pd.to_numeric(amount.replace("", None), errors="coerce")
        if (wrong := number.isna() & amount.ne("")).any():
            place = amount.index[wrong][0]
            raise BrokenRelease(
                f"{files.source}: food_nutrient.csv, row {place + 2}: amount `{amount[place]}` is no number", OFFICIAL
            )
        amounts[row[wanted], column[wanted].astype(np.intp)] = number
    if np.isnan(amounts).all():
        raise BrokenRelease(f"{files.source}: food_nutrient.csv has no amount for any of its foods", OFFICIAL)
    return amounts


def _nutrient_ids(files: ReleaseFiles) -> dict[str, int]:
    """What food_nutrient.csv calls a nutrient -> FDC id: the id, or the older number that some FNDDS releases have."""
    units = {fdc_id: known.unit.upper() for known in NUTRIENTS.values() for fdc_id in known.fdc_ids}
    ids: dict[str, int] = {}
    for chunk in files.rows("nutrient.csv", ("id", "unit_name", "nutrient_nbr")):
        for label, unit, number in zip(chunk["id"], chunk["unit_name"], chunk["nutrient_nbr"], strict=True):
            if not label.isdecimal() or int(label) not in units:
                continue
            if unit.upper() != units[int(label)]:
                raise BrokenRelease(
                    f"{files.source}: nutrient.csv gives nutrient {label} in {unit}, not in {units[int(label)]}",
                    OFFICIAL,
                )
            ids[label] = int(label)
            ids.setdefault(number.removesuffix(".0"), int(label))
    return ids


def _read_portions(files: ReleaseFiles, foods: pd.Index, progress: Progress) -> dict[str, tuple[Portion, ...]]:
    """Food id -> portions in USDA's order; those without a weight are left out."""
    if "food_portion.csv" not in files:
        return {}
    units = _texts(files, "measure_unit.csv", "id", "name")
    columns = ("fdc_id", "seq_num", "amount", "measure_unit_id", "portion_description", "modifier", "gram_weight")
    chunks = files.rows("food_portion.csv", columns, progress)
    rows = _joined((chunk[chunk["fdc_id"].isin(foods)] for chunk in chunks), files.source, "food_portion.csv")
    for column in ("seq_num", "amount", "gram_weight"):
        rows[column] = pd.to_numeric(rows[column], errors="coerce")
    rows = rows.sort_values("seq_num", kind="stable")
    rows["unit"] = rows["measure_unit_id"].map(lambda unit: units.get(unit, ""))
    told = ("fdc_id", "amount", "unit", "portion_description", "modifier", "gram_weight")
    found: dict[str, dict[Portion, None]] = {}
    for food_id, amount, unit, description, modifier, grams in zip(
        *(rows[column].tolist() for column in told), strict=True
    ):
        portion = published_portion(amount=amount, unit=unit, description=description, modifier=modifier, grams=grams)
        if portion is not None:
            found.setdefault(food_id, {})[portion] = None
    return {food_id: tuple(portions) for food_id, portions in found.items()}


def _whole(column: pd.Series, source: str, file: str, name: str) -> None:
    wrong = ~column.str.fullmatch(r"\d{1,12}")
    if wrong.any():
        place = column.index[wrong][0]
        raise BrokenRelease(f"{source}: {file}, row {place + 2}: {name} `{column[place]}` is no number", OFFICIAL)


def _is_newest(foods: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether no food of the same data type and name was published later: FNDDS and Foundation keep old versions."""
    newest = foods.groupby(["data_type", "description"])["date"].transform("max")
    return (foods["date"].isna() | (foods["date"] >= newest)).to_numpy()


def _left_out(foods: Sequence[pd.DataFrame], keep: npt.NDArray[np.intp]) -> list[str]:
    count = sum(map(len, foods)) - len(keep)
    return [f"{count} foods left out: an older version, or in two of the sources"] if count else []


def _build(
    foods: pd.DataFrame,
    amounts: Floats,
    portions: Mapping[str, tuple[Portion, ...]],
    sources: tuple[str, ...],
    notes: list[str],
) -> Release:
    told, values, blanked = build_checked(foods, prefer_ids(amounts, foods.index))
    doubtful = check_release(told, values)
    wrong = blanked + doubtful
    if len(wrong) > MAX_DOUBTFUL * len(told):
        raise BrokenRelease(
            f"{', '.join(sources)}: {len(wrong)} values of {len(told)} foods are impossible, such as: {wrong[0]}",
            OFFICIAL,
        )
    notes += [f"left blank: {line}" for line in blanked] + [f"doubtful: {line}" for line in doubtful]
    return Release(table=FoodTable(told, values), portions=portions, sources=sources, notes=tuple(notes))
