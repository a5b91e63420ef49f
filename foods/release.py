"""From published values to a table that can be trusted: repairs, fills and checks, all pure.

Values are DataFrames (foods x nutrient keys) per 100 g, NaN = unmeasured.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from foods.nutrients import NUTRIENTS

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        group: tuple(key for key, nutrient in NUTRIENTS.items() if nutrient.group == group)
        for group in dict.fromkeys(nutrient.group for nutrient in NUTRIENTS.values())
    }
)
"""Value group -> nutrient keys; a group's values come from one source."""

AGREE_ON: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "macros": ("protein_g", "carbohydrate_g", "fiber_g", "sugars_g", "fat_g"),
        "fats": ("fat_g", "saturated_fat_g", "cholesterol_mg"),
        "minerals": GROUPS["minerals"],
        "vitamins": GROUPS["vitamins"],
        "folate": ("folate_ug",),
        "carotenoids": ("vitamin_a_ug_rae", "protein_g", "carbohydrate_g", "fat_g"),
    }
)
"""What two releases must agree on before one fills the other's gaps in a group."""

WHOLE = frozenset(
    {
        *("energy_kcal", "cholesterol_mg", "calcium_mg", "magnesium_mg", "phosphorus_mg", "potassium_mg", "sodium_mg"),
        *("vitamin_a_ug_rae", "retinol_ug", "alpha_carotene_ug", "beta_carotene_ug", "beta_cryptoxanthin_ug"),
        *("lycopene_ug", "lutein_zeaxanthin_ug"),
        *("folate_ug", "folic_acid_ug", "food_folate_ug", "folate_ug_dfe"),
    }
)
"""Nutrients that USDA publishes without decimals."""

FDC_IDS: tuple[int, ...] = tuple(dict.fromkeys(number for known in NUTRIENTS.values() for number in known.fdc_ids))
"""Every FoodData Central nutrient id that the registry reads."""

LOWER_BOUND = "total (lower bound)"

MAXIMUM: Mapping[str, float] = MappingProxyType(
    {
        "energy_kcal": 905.0,
        "iron_mg": 130.0,
        "calcium_mg": 8000.0,  # baking powder
        "magnesium_mg": 800.0,
        "sodium_mg": 40000.0,
        "zinc_mg": 190.0,  # eastern oysters
        "folate_ug_dfe": 7000.0,  # yeast extract and fortified powders
        "vitamin_b12_ug": 120.0,  # clams and liver stay below
        "vitamin_c_mg": 3000.0,  # acerola, fortified powders
        "vitamin_d_ug": 260.0,  # cod liver oil
    }
)
"""Largest plausible value per 100 g; grams are held to 100 besides."""


def atwater_kcal(values: pd.DataFrame) -> pd.Series:
    """Energy from protein 4, fat 9, carbohydrate 4 and fibre 2 kcal/g; alcohol is not seen. NaN without all three.

    Source: Merrill & Watt, USDA Agriculture Handbook 74 (general factors); fibre 2 kcal/g: FAO 2003, Paper 77.
    """
    fiber = values["fiber_g"].fillna(0).clip(upper=values["carbohydrate_g"])
    return 4 * values["protein_g"] + 4 * (values["carbohydrate_g"] - fiber) + 2 * fiber + 9 * values["fat_g"]


def equal_as_rounded(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Whether values are the same within 2 % or half a unit of the last decimal that USDA publishes."""
    ours, theirs = left.to_numpy(dtype=np.float64), right.to_numpy(dtype=np.float64)
    half = np.array([0.5 if key in WHOLE else 0.005 for key in left.columns])
    near = np.abs(ours - theirs) <= np.maximum(0.02 * np.maximum(ours, theirs), half) + 1e-9
    return pd.DataFrame(near, index=left.index, columns=left.columns)


def fill_from_older(values: pd.DataFrame, older: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Gaps of a group filled from an older release of the same foods where both agree on all they share.

    Args: both (foods x keys) on the same index; rows of ``older`` may be all NaN.
    Returns: the filled values, and (foods x groups) whether a group was filled.
    """
    filled = values.copy()
    took = pd.DataFrame(False, index=values.index, columns=list(GROUPS))
    for group, keys in GROUPS.items():
        judge = list(AGREE_ON[group])
        shared = values[judge].notna() & older[judge].notna()
        same = equal_as_rounded(values[judge], older[judge]) | ~shared
        agreed = same.all(axis=1) & shared.any(axis=1)
        gaps = values[list(keys)].isna() & older[list(keys)].notna()
        gaps = gaps & agreed.to_numpy()[:, np.newaxis]
        filled[list(keys)] = values[list(keys)].where(~gaps, older[list(keys)])
        took[group] = gaps.any(axis=1)
    return filled, took


def repair_energy(values: pd.DataFrame, older: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Energy in whole kcal, and where each comes from: published, sr21, atwater or "".

    A published figure with decimals was converted from kJ, which loses the specific factors of some foods; the
    older release's kcal stands in for it where protein, carbohydrate and fat are the same. Atwater's general
    factors fill in only where nothing was published: alcohol and sweeteners make them no judge of the rest.
    """
    published, macros = values["energy_kcal"], ["protein_g", "carbohydrate_g", "fat_g"]
    same = equal_as_rounded(values[macros], older[macros]).all(axis=1) & older["energy_kcal"].notna()
    converted = (published - published.round()).abs() > 0.001
    take_older = same & (converted | published.isna())
    expected = atwater_kcal(values).round()
    compute = published.isna() & ~take_older & expected.notna()
    energy = published.round().mask(take_older, older["energy_kcal"]).mask(compute, expected)
    source = pd.Series("published", index=values.index).mask(take_older, "sr21").mask(compute, "atwater")
    return energy, source.where(energy.notna(), "")


def _energy_is_off(energy: pd.Series, expected: pd.Series) -> pd.Series:
    return (energy - expected).abs() > 0.30 * expected + 30


def fill_lower_bound_dfe(values: pd.DataFrame, sources: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """Folate DFE for every food with folate: food folate + 1.7 x folic acid, else total folate as a lower bound.

    Forms that do not add up to the total are dropped first. Total folate can only understate DFE, since folic acid
    counts 1.7 instead of 1.
    Source: Institute of Medicine 1998, Dietary Reference Intakes for Thiamin ... Choline, chapter 8.
    """
    values = values.copy()
    parts = values["food_folate_ug"] + values["folic_acid_ug"]
    broken = (parts - values["folate_ug"]).abs() > np.maximum(1.5, 0.02 * values["folate_ug"])
    values.loc[broken, ["food_folate_ug", "folic_acid_ug"]] = np.nan
    measured = values["food_folate_ug"] + 1.7 * values["folic_acid_ug"]
    only_total = measured.isna() & values["folate_ug"].notna()
    values["folate_ug_dfe"] = measured.round().where(~only_total, values["folate_ug"])
    known = values[list(GROUPS["folate"])].notna().any(axis=1)
    return values, sources.where(~only_total, LOWER_BOUND).where(known, "")


def prefer_ids(amounts: npt.NDArray[np.float64], foods: pd.Index) -> pd.DataFrame:
    """(foods x nutrient keys) the amount of each nutrient under the first of its FDC ids that has one.

    Args: ``amounts`` (n_foods, n_ids) in the order of ``FDC_IDS``.
    """
    places = {fdc_id: place for place, fdc_id in enumerate(FDC_IDS)}
    columns = {}
    for key, nutrient in NUTRIENTS.items():
        column = np.full(len(foods), np.nan)
        for fdc_id in nutrient.fdc_ids:
            column = np.where(np.isnan(column), amounts[:, places[fdc_id]], column)
        columns[key] = column
    return pd.DataFrame(columns, index=foods)


def build_checked(foods: pd.DataFrame, values: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Foods and values as `FoodTable` takes them, of one release, and what was blanked as impossible, a line each.

    Args: ``foods`` by food id: fdc_id, ndb, description, category, data_type, and the ``release`` they are from.
    """
    values, blanked = _blank_impossible(values)
    values["energy_kcal"], source_energy = repair_energy(values, values * np.nan)
    values, folate = fill_lower_bound_dfe(values, foods["release"])
    told = foods[["fdc_id", "ndb", "description", "category", "data_type"]].assign(source_energy=source_energy)
    # USDA has a few foods of one name.
    twice = told.duplicated(["data_type", "description"], keep=False)
    told["description"] = told["description"].where(~twice, told["description"] + " (FDC " + told["fdc_id"] + ")")
    for group, keys in GROUPS.items():
        told[f"source_{group}"] = foods["release"].where(values[list(keys)].notna().any(axis=1), "")
    told["source_folate"] = folate
    return told, values, blanked


def _blank_impossible(values: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    values = values.copy()
    # Carbohydrate by difference falls below 0 in lean meats.
    values.loc[values["carbohydrate_g"].between(-5, 0), "carbohydrate_g"] = 0.0
    blanked = []
    for key in values.columns:
        impossible = ~values[key].between(0, _largest(key)) & values[key].notna()
        blanked += [f"{key} of food {name} is {values[key][name]:g}" for name in values.index[impossible].tolist()]
        values.loc[impossible, key] = np.nan
    return values, blanked


def check_release(foods: pd.DataFrame, values: pd.DataFrame) -> list[str]:
    """Everything that is wrong with a table, one line each; an empty list is a good table."""
    return [
        *_check_names(foods),
        *_check_ranges(foods, values),
        *_check_energy(foods, values),
        *_check_folate(foods, values),
    ]


def _check_names(foods: pd.DataFrame) -> list[str]:
    problems = [f"food id `{name}` is used twice" for name in foods.index[foods.index.duplicated()].tolist()]
    twice = foods[foods.duplicated(["data_type", "description"])]
    pairs = zip(twice["description"].tolist(), twice["data_type"].tolist(), strict=True)
    return problems + [f"`{name}` stands twice in {kind}" for name, kind in pairs]


def _check_ranges(foods: pd.DataFrame, values: pd.DataFrame) -> list[str]:
    problems: list[str] = []
    for key in values.columns:
        column = values[key]
        for name in values.index[(column < 0) | (column > _largest(key))].tolist():
            problems.append(f"{key} of {_named(foods, name)} is {float(column[name]):g}")
    return problems


def _largest(key: str) -> float:
    return 100.5 if NUTRIENTS[key].unit == "g" else MAXIMUM.get(key, np.finfo(np.float64).max)


def _check_energy(foods: pd.DataFrame, values: pd.DataFrame) -> list[str]:
    expected = atwater_kcal(values)
    energy = values["energy_kcal"]
    off = _energy_is_off(energy, expected) & ~_may_differ(foods)
    return [
        f"energy of {_named(foods, name)} is {float(energy[name]):g}, Atwater says {float(expected[name]):.0f}"
        for name in values.index[off].tolist()
    ]


def _may_differ(foods: pd.DataFrame) -> pd.Series:
    """Foods with energy from alcohol, or with carbohydrate that yields little: sweeteners, gums, leavening, cocoa."""
    words = (
        r"alcohol|wine|liqueur|liquor|cocktail|beer|vanilla extract|vinegar|sugar substitute|sugar.free|dietetic|"
        r"reduced calorie|low calorie sweetener|processed with alkali|gums|leavening|seasoning mix"
    )
    drinks = foods["category"].isin(["Liquor and cocktails", "Wine", "Beer"])
    return drinks | foods["description"].str.contains(words, case=False)


def _check_folate(foods: pd.DataFrame, values: pd.DataFrame) -> list[str]:
    identity = values["food_folate_ug"] + 1.7 * values["folic_acid_ug"]
    off = (values["folate_ug_dfe"] - identity).abs() > 1
    off |= values["folate_ug_dfe"] < values["folate_ug"] - 1
    off |= values["folate_ug"].notna() & values["folate_ug_dfe"].isna()
    return [
        f"folate DFE of {_named(foods, name)} breaks food folate + 1.7 folic acid"
        for name in values.index[off].tolist()
    ]


def _named(foods: pd.DataFrame, name: str) -> str:
    return f"`{foods['description'].astype(str)[name]}` ({name})"
