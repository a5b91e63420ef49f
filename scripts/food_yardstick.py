"""How well the built table agrees with a full USDA table: the table of docs/data.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from food_identity import name_key
from rapidfuzz import fuzz

from foods.nutrients import NUTRIENTS
from foods.release import LOWER_BOUND, WHOLE

THEIR_NAMES: Mapping[str, str] = {
    "saturated_fat_g": "sfa_g",
    "monounsaturated_fat_g": "mufa_g",
    "polyunsaturated_fat_g": "pufa_g",
    "ala_g": "ala_18_3_n3_g",
    "vitamin_a_ug_rae": "vit_a_rae_ug",
    "vitamin_c_mg": "vit_c_mg",
    "vitamin_d_ug": "vit_d_ug",
    "vitamin_e_mg": "vit_e_mg",
    "vitamin_k_ug": "vit_k_ug",
    "pantothenic_acid_mg": "pantothenic_mg",
    "vitamin_b6_mg": "vit_b6_mg",
    "folate_ug": "folate_total_ug",
    "food_folate_ug": "folate_food_ug",
    "folate_ug_dfe": "folate_dfe_ug",
    "vitamin_b12_ug": "vit_b12_ug",
}
FILES: Mapping[str, str] = {
    "sr_legacy": "sr_legacy.csv.gz",
    "sr21": "sr_legacy.csv.gz",
    "fndds": "fndds_2021_2023.csv.gz",
}


def compare(foods: pd.DataFrame, values: pd.DataFrame, folder: Path) -> str:
    """A Markdown table: per nutrient and data type, equal cells in percent of those compared, and how many.

    Cells are equal within 2 % or half a unit of the last published decimal.
    """
    columns: dict[str, pd.Series] = {}
    lines: list[str] = []
    for kind, name in FILES.items():
        theirs = pd.read_csv(folder / name, dtype={"fdc_id": str}).set_index("fdc_id")
        ours = foods[(foods["data_type"] == kind) & foods["fdc_id"].isin(theirs.index)]
        lines.append(f"{kind}: {len(ours)} foods compared, {_other_names(ours, theirs)} with another name")
        columns |= _agreement(kind, ours, values, theirs)
        if kind == "fndds":
            bound = ours.index[ours["source_folate"] == LOWER_BOUND]
            true = theirs["folate_dfe_ug"].reindex(ours.loc[bound, "fdc_id"]).to_numpy(dtype=float)
            above = int((values.loc[bound, "folate_ug_dfe"].to_numpy() > true + 1).sum())
            lines.append(f"lower-bound DFE above the yardstick's DFE: {above} of {len(bound)}")
    table = pd.DataFrame(columns).loc[list(NUTRIENTS)]
    head = "| nutrient | " + " | ".join(table.columns) + " |"
    rows = ["| " + " | ".join([key, *(str(cell) for cell in table.loc[key])]) + " |" for key in table.index.tolist()]
    return "\n".join([*lines, "", head, "|" + " --- |" * (len(table.columns) + 1), *rows])


def _other_names(ours: pd.DataFrame, theirs: pd.DataFrame) -> int:
    pairs = zip(ours["description"], theirs["description"].reindex(ours["fdc_id"]), strict=True)
    return sum(fuzz.token_set_ratio(name_key(left), name_key(right)) < 90 for left, right in pairs)


def _agreement(kind: str, ours: pd.DataFrame, values: pd.DataFrame, theirs: pd.DataFrame) -> dict[str, pd.Series]:
    equal: dict[str, str] = {}
    compared: dict[str, str] = {}
    missing: dict[str, str] = {}
    for key in NUTRIENTS:
        name = THEIR_NAMES.get(key, key)
        equal[key] = compared[key] = missing[key] = "-"
        if name not in theirs.columns:
            continue
        left = values.loc[ours.index, key].to_numpy(dtype=float)
        right = theirs[name].reindex(ours["fdc_id"]).to_numpy(dtype=float)
        shared = ~np.isnan(left) & ~np.isnan(right)
        near = np.abs(left - right) <= np.maximum(0.02 * np.maximum(left, right), 0.5 if key in WHOLE else 0.005) + 1e-9
        compared[key] = str(int(shared.sum()))
        missing[key] = str(int((np.isnan(left) & ~np.isnan(right)).sum()))
        if shared.any():
            equal[key] = f"{100 * (near & shared).sum() / shared.sum():.1f}"
    return {
        f"{kind} equal %": pd.Series(equal),
        f"{kind} compared": pd.Series(compared),
        f"{kind} missing here": pd.Series(missing),
    }
