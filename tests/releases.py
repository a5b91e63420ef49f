"""Releases of made-up foods in the form of FoodData Central's CSV downloads, of any size.

``python -m tests.releases FOLDER`` writes one of 13,000 foods and 650,000 values, to measure an installation with.
"""

from __future__ import annotations

import csv
import sys
import zipfile
from pathlib import Path

import numpy as np

from foods.fdc.food import NUMBERS
from foods.nutrients import NUTRIENTS

KINDS = ("sr_legacy_food", "survey_fndds_food", "foundation_food")
UNITS = {fdc_id: known.unit.upper() for known in NUTRIENTS.values() for fdc_id in known.fdc_ids}
OTHERS = {1062: ("kJ", "268"), 1110: ("IU", "324"), 1018: ("G", "221"), 1057: ("MG", "262")}
"""Nutrients that a release has besides, and that must not be taken for ours."""
FOOD = ("fdc_id", "data_type", "description", "food_category_id", "publication_date")
FOOD_NUTRIENT = (
    *("id", "fdc_id", "nutrient_id", "amount", "data_points", "derivation_id"),
    *("min", "max", "median", "footnote", "min_year_acquired"),
)
FOOD_PORTION = (
    *("id", "fdc_id", "seq_num", "amount", "measure_unit_id", "portion_description", "modifier"),
    *("gram_weight", "data_points", "footnote", "min_year_acquired"),
)


def write_csv(path: Path, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Every cell quoted, as USDA does; short rows are filled up."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows((*row, *("",) * (len(columns) - len(row))) for row in rows)


def write_release(
    folder: Path,
    foods: list[tuple[object, ...]],
    amounts: list[tuple[object, object, object]],
    portions: list[tuple[object, ...]] = (),  # type: ignore[assignment]
) -> Path:
    """A release of these rows: food.csv, (fdc_id, nutrient_id, amount), and food_portion.csv without its id."""
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "food.csv", FOOD, foods)
    write_csv(folder / "food_nutrient.csv", FOOD_NUTRIENT, [(number, *row) for number, row in enumerate(amounts, 1)])
    write_csv(folder / "food_portion.csv", FOOD_PORTION, [(number, *row) for number, row in enumerate(portions, 1)])
    known = [(fdc_id, f"nutrient {fdc_id}", unit, NUMBERS[fdc_id], "") for fdc_id, unit in UNITS.items()]
    others = [(fdc_id, f"other {fdc_id}", unit, number, "") for fdc_id, (unit, number) in OTHERS.items()]
    write_csv(folder / "nutrient.csv", ("id", "name", "unit_name", "nutrient_nbr", "rank"), known + others)
    write_csv(folder / "measure_unit.csv", ("id", "name"), [(1000, "cup"), (9999, "undetermined")])
    write_csv(folder / "food_category.csv", ("id", "code", "description"), [(11, "1100", "Vegetables")])
    write_csv(
        folder / "wweia_food_category.csv",
        ("wweia_food_category", "wweia_food_category_description"),
        [(6409, "Other dark green vegetables")],
    )
    return folder


def write_random(folder: Path, count: int, *, seed: int = 1) -> Path:
    """A release of so many foods with 50 values each, and as many branded foods, which nobody wants."""
    random = np.random.default_rng(seed)
    ids = [fdc_id for fdc_id in UNITS if fdc_id not in (2047, 2048, 1050, 2039, 1063, 2033, 1085, 1270)]
    rows, amounts, portions = [], [], []
    for number in range(count):
        fdc_id = 300_000 + number
        kind = KINDS[number % 2] if number % 20 else KINDS[2]
        category = 6409 if kind == "survey_fndds_food" else 11
        rows.append((fdc_id, kind, f"Food number {number}, raw", category, "2024-10-31"))
        rows.append((9_000_000 + number, "branded_food", f"BRAND {number}", "", "2024-10-31"))
        values = dict.fromkeys(OTHERS, 1.0)
        values |= dict(zip(ids, random.gamma(1.0, 4.0, len(ids)).round(3).tolist(), strict=True))
        protein, fat, carbohydrate, fiber = random.uniform(0, 20, 4).round(2).tolist()
        fiber = min(fiber, carbohydrate)
        values |= {1003: protein, 1004: fat, 1005: carbohydrate, 1079: fiber, 1051: 40.0}
        values[1008] = round(4 * protein + 9 * fat + 4 * (carbohydrate - fiber) + 2 * fiber)
        values |= {1187: 30, 1186: 10, 1177: 40, 1190: 47}
        amounts += [(fdc_id, nutrient, amount) for nutrient, amount in values.items()]
        portions.append((fdc_id, 1, 1, 9999, "", "cup, chopped", 91))
    return write_release(folder, rows, amounts, portions)


def zip_release(folder: Path, path: Path) -> Path:
    """The folder as USDA packs it: its files in one folder of the same name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"{folder.name}/{file.name}")
    return path


if __name__ == "__main__":
    written = write_random(Path(sys.argv[1]) / "FoodData_Central_csv_2026-04-30", 13_000)
    print(zip_release(written, written.with_suffix(".zip")))
