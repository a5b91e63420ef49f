"""A food as the FoodData Central API gives it, in any of its three shapes, made into one.

Search rows are flat (``nutrientId``, ``value``), details are nested (``nutrient.id``, ``amount``; the ``id`` beside
them is that of the row), abridged foods know only the nutrient's number (``"303"``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from foods.errors import FoodsError
from foods.nutrients import NUTRIENTS
from foods.portions import Portion, published_portion
from foods.release import FDC_IDS, build_checked, prefer_ids
from foods.table import FoodTable

DATA_TYPES: Mapping[str, str] = {
    "Foundation": "foundation",
    "SR Legacy": "sr_legacy",
    "Survey (FNDDS)": "fndds",
    "Branded": "branded",
}
"""The API's data type -> ours."""
NUMBERS: Mapping[int, str] = {
    1003: "203", 1004: "204", 1005: "205", 1008: "208", 1050: "205.2", 1051: "255", 1063: "269.3", 1079: "291",
    1085: "298", 1087: "301", 1089: "303", 1090: "304", 1091: "305", 1092: "306", 1093: "307", 1095: "309",
    1098: "312", 1100: "314", 1101: "315", 1102: "316", 1103: "317", 1105: "319", 1106: "320", 1107: "321",
    1108: "322", 1109: "323", 1114: "328", 1120: "334", 1122: "337", 1123: "338", 1162: "401", 1165: "404",
    1166: "405", 1167: "406", 1170: "410", 1175: "415", 1177: "417", 1178: "418", 1180: "421", 1185: "430",
    1186: "431", 1187: "432", 1190: "435", 1253: "601", 1258: "606", 1270: "619", 1272: "621", 1278: "629",
    1292: "645", 1293: "646", 1404: "851", 2000: "269", 2033: "293", 2039: "956", 2047: "957", 2048: "958",
}  # fmt: skip
"""FDC nutrient id -> nutrient number, which the API takes in questions.

Checked: all 56 pairs agree with one public copy of the releases' nutrient.csv (a third party's table of ids, numbers
and units). Not checked against a release of USDA's own; the API's specification names none of these pairs for sure: it
has the number 303 for "Iron, Fe", and its example of 1005 with "305" contradicts the copy, where 305 is phosphorus.
"""
_IDS = {number: fdc_id for fdc_id, number in NUMBERS.items()}
_UNITS = {fdc_id: known.unit for known in NUTRIENTS.values() for fdc_id in known.fdc_ids}
_MICRO = str.maketrans({"\N{MICRO SIGN}": "u", "\N{GREEK SMALL LETTER MU}": "u"})
_GRAMS = {"g": 1.0, "mg": 1e-3, "ug": 1e-6}


class StrangeAnswer(FoodsError):
    """An answer of the API that has none of its shapes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiFood:
    """One food. ``amounts``: FDC nutrient id -> amount per 100 g in the registry's unit; what is absent is unmeasured.

    Only the nutrients of the registry are kept. ``portions`` are given with details alone.
    """

    fdc_id: str
    description: str
    data_type: str
    category: str
    ndb: str
    amounts: Mapping[int, float]
    portions: tuple[Portion, ...]


def build_food(answer: object) -> ApiFood:
    """A food of any of the three shapes.

    Raises: StrangeAnswer.
    """
    if not isinstance(answer, dict) or not answer.get("description") or not str(answer.get("fdcId", "")).isdecimal():
        raise StrangeAnswer("FoodData Central gave a food without id or name", "try again later")
    rows = [row for row in _list(answer.get("foodNutrients")) if isinstance(row, dict)]
    portions = [_portion(row) for row in _list(answer.get("foodPortions")) if isinstance(row, dict)]
    return ApiFood(
        fdc_id=str(answer["fdcId"]),
        description=" ".join(str(answer["description"]).split()),
        data_type=DATA_TYPES.get(str(answer.get("dataType")), str(answer.get("dataType", ""))),
        category=_category(answer),
        ndb=str(answer.get("ndbNumber") or ""),
        amounts=dict(filter(None, map(_amount, rows))),
        portions=tuple(dict.fromkeys(portion for portion in portions if portion is not None)),
    )


def to_table(foods: Iterable[ApiFood]) -> FoodTable:
    """The foods as a table, repaired as a release is: one kind of energy, folate as DFE, the impossible left blank."""
    every = list({food.fdc_id: food for food in foods}.values())
    index = pd.Index([food.fdc_id for food in every], dtype=object)
    amounts = np.array([[food.amounts.get(fdc_id, np.nan) for fdc_id in FDC_IDS] for food in every], dtype=np.float64)
    told = pd.DataFrame(
        {
            "fdc_id": index,
            "ndb": [food.ndb for food in every],
            "description": [food.description for food in every],
            "category": [food.category for food in every],
            "data_type": [food.data_type for food in every],
            "release": "api",
        },
        index=index,
    )
    described, values, _ = build_checked(told, prefer_ids(amounts.reshape(len(every), len(FDC_IDS)), index))
    return FoodTable(described, values)


def numbers_of(keys: Iterable[str]) -> list[int]:
    """Nutrient keys -> the numbers that the API's ``nutrients`` takes; it takes whole ones only."""
    found = (NUMBERS[fdc_id] for key in keys for fdc_id in NUTRIENTS[key].fdc_ids)
    return [int(number) for number in dict.fromkeys(found) if number.isdecimal()]


def _amount(row: dict[str, Any]) -> tuple[int, float] | None:
    """FDC id and amount in the registry's unit; None for other nutrients, other units and no number."""
    nested = row.get("nutrient")
    told = nested if isinstance(nested, dict) else row
    fdc_id = told.get("id") if told is nested else told.get("nutrientId")
    if not isinstance(fdc_id, int):
        fdc_id = _IDS.get(str(told.get("number") or told.get("nutrientNumber") or ""))
    amount = _number(row.get("amount", row.get("value")))
    if fdc_id not in _UNITS or amount is None:
        return None
    unit = str(told.get("unitName", "")).lower().translate(_MICRO)
    wanted = _UNITS[fdc_id]
    if unit == wanted:
        return fdc_id, amount
    if unit in _GRAMS and wanted in _GRAMS:
        return fdc_id, amount * _GRAMS[unit] / _GRAMS[wanted]
    return None


def _portion(row: dict[str, Any]) -> Portion | None:
    measure = row.get("measureUnit")
    return published_portion(
        amount=_number(row.get("amount")),
        unit=str(measure.get("name") or "") if isinstance(measure, dict) else "",
        description=str(row.get("portionDescription") or ""),
        modifier=str(row.get("modifier") or ""),
        grams=_number(row.get("gramWeight")),
    )


def _category(answer: dict[str, Any]) -> str:
    for field, name in (
        ("foodCategory", "description"),
        ("wweiaFoodCategory", "wweiaFoodCategoryDescription"),
        ("brandedFoodCategory", ""),
    ):
        told = answer.get(field)
        if isinstance(told, dict):
            told = told.get(name)
        if isinstance(told, str) and told:
            return told
    return ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
