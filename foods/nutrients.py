"""The nutrient registry: key with unit, label, and FoodData Central ids in order of preference."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from types import MappingProxyType

from foods.errors import FoodsError


class UnknownNutrient(FoodsError):
    """A nutrient key that the registry does not have."""

    def __init__(self, key: str) -> None:
        close = get_close_matches(key, NUTRIENTS, n=1, cutoff=0.4)
        super().__init__(f"unknown nutrient `{key}`", f"did you mean `{close[0]}`?" if close else None)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Nutrient:
    """One nutrient.

    ``unit`` is kcal, g, mg or ug; ``group`` names the values that are taken from one source together;
    ``decimals`` is how finely the embedded table keeps it; ``fdc_ids`` are FoodData Central nutrient ids (1089,
    never the nutrient number 303), the preferred first.
    """

    key: str
    label: str
    unit: str
    group: str
    decimals: int
    fdc_ids: tuple[int, ...]


def read_nutrients() -> Mapping[str, Nutrient]:
    """Key -> nutrient in registry order, from ``foods/data/nutrients.csv``."""
    text = files("foods").joinpath("data/nutrients.csv").read_text(encoding="utf-8")
    found = {
        row["key"]: Nutrient(
            key=row["key"],
            label=row["label"],
            unit=row["unit"],
            group=row["group"],
            decimals=int(row["decimals"]),
            fdc_ids=tuple(int(number) for number in row["fdc_ids"].split(";")),
        )
        for row in csv.DictReader(text.splitlines())
    }
    return MappingProxyType(found)


NUTRIENTS: Mapping[str, Nutrient] = read_nutrients()


def nutrient(key: str) -> Nutrient:
    """The nutrient of a key.

    Raises: UnknownNutrient.
    """
    if key not in NUTRIENTS:
        raise UnknownNutrient(key)
    return NUTRIENTS[key]


def find_nutrient(text: str) -> Nutrient:
    """The nutrient a person means: ``iron``, ``vitamin D``, ``b12``, ``folate_ug_dfe``; the first that fits.

    Raises: UnknownNutrient.
    """
    wanted = _plain(text)
    for known in NUTRIENTS.values():
        if wanted in (_plain(known.key), _plain(known.label), _plain(known.key.removesuffix(f"_{known.unit}"))):
            return known
    for known in NUTRIENTS.values():
        if wanted and wanted in f"{_plain(known.key)} {_plain(known.label)}":
            return known
    raise UnknownNutrient(text)


def _plain(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())
