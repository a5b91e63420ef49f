"""What cooking keeps: shares of each nutrient by family of food and cooking word.

Source: USDA Table of Nutrient Retention Factors, Release 6 (2007), CC0, doi 10.15482/USDA.ADC/1409034, in
steps of 5 %. ``data/retention.csv`` holds as shares the codes that ``data/cooking.csv`` names; the ``note``
there says where USDA has no code for a pair and the nearest one stands in.

USDA publishes nothing for energy, water, macronutrients, fatty acids, manganese, selenium, iodine,
molybdenum, vitamins D, E and K and pantothenic acid: their share is 1.0 because no loss is published, not
because none occurs. Folate, folic acid and food folate carry one factor in every code, so the share holds
for dietary folate equivalents too (food folate x f + 1.7 x folic acid x f = DFE x f). Vitamin A and the
carotenoids also share one factor; in code 1706 alone USDA gives 0.85 for vitamin A (RE) beside 0.80 for the
rest, and 0.80 stands here. Code 2402 (lean fish, liquid used) keeps less of the minerals than 2401 (liquid
thrown away), as published.

Rule: nutrient on the plate = raw grams x per 100 g / 100 x share. Never divide by a yield, and never apply a
share to a food taken from a cooked row.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from types import MappingProxyType

from foods.errors import FoodsError
from foods.nutrients import NUTRIENTS

COOKING_WORDS: tuple[str, ...] = (
    "raw", "boiled", "simmered", "steamed", "sauteed", "stir-fried", "fried", "baked", "roasted", "grilled",
    "toasted", "poached", "scrambled", "hard-boiled", "microwaved", "braised", "browned", "heated",
)  # fmt: skip

# One column of retention.csv stands for several nutrients; every other column is a nutrient key itself.
COLUMN_NUTRIENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "folate": ("folate_ug", "folic_acid_ug", "food_folate_ug", "folate_ug_dfe"),
        "vitamin_a": (
            "vitamin_a_ug_rae",
            "retinol_ug",
            "alpha_carotene_ug",
            "beta_carotene_ug",
            "beta_cryptoxanthin_ug",
            "lycopene_ug",
            "lutein_zeaxanthin_ug",
        ),
    }
)


REHEATED = "+reheated"
"""Behind a code: of each vitamin the least share of any of USDA's "reheated" codes (vitamin C and folate 0.90)."""


class UnknownCooking(FoodsError):
    """A family of food that is not kept, or a cooking word that does not fit it."""


class UnknownRetentionCode(FoodsError):
    """A retention code that ``data/retention.csv`` does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooking:
    """One row of ``data/cooking.csv``; ``code`` is None where nothing is lost."""

    family: str
    cook: str
    code: str | None
    note: str


def factors(code: str | None) -> Mapping[str, float]:
    """Share kept of every nutrient of the registry, 0 to 1; all 1.0 for None.

    Args: code: of USDA's; with `REHEATED` behind it (``3005+reheated``, ``+reheated``) of food that is heated again.
    Raises: UnknownRetentionCode.
    """
    if code is None:
        return _nothing_lost()
    first, again, _ = code.partition(REHEATED)
    if again:
        return _kept_twice(first or None)
    try:
        return _factors_by_code()[code]
    except KeyError:
        hint = "codes have four digits, as in USDA's Release 6: 3005, 0521"
        raise UnknownRetentionCode(f"no retention factors for code `{code}`", hint) from None


def reheated(code: str | None) -> str:
    """The code of the same food heated again."""
    return f"{code or ''}{REHEATED}"


@cache
def _kept_twice(code: str | None) -> Mapping[str, float]:
    """Shares kept by cooking, times the least that USDA gives any food for being reheated."""
    again = [_factors_by_code()[number] for number, said in descriptions().items() if said.endswith("REHEATED")]
    least = {nutrient: min(shares[nutrient] for shares in again) for nutrient in _nothing_lost()}
    return MappingProxyType({nutrient: share * least[nutrient] for nutrient, share in factors(code).items()})


def code_for(family: str, cook: str) -> str | None:
    """The USDA code for a family of food cooked in a way, e.g. ``("greens", "boiled")`` -> ``"3005"``.

    Returns: None where nothing is lost: family none, or food that is not heated.
    Raises: UnknownCooking, naming the words that fit.
    """
    return cooking(family, cook).code


def cooking(family: str, cook: str) -> Cooking:
    """The row behind :func:`code_for`, with the note that says where the nearest code stands in."""
    ways = _cooking_by_family().get(family)
    if ways is None:
        raise UnknownCooking(f"unknown retention family `{family}`", "families: " + ", ".join(families()))
    if cook not in ways:
        verb = "does not fit" if cook in COOKING_WORDS else "is no cooking word for"
        raise UnknownCooking(f"cook = `{cook}` {verb} family `{family}`", "choose from: " + ", ".join(ways))
    return ways[cook]


def families() -> tuple[str, ...]:
    """The retention families, in file order."""
    return tuple(_cooking_by_family())


def cooking_words(family: str) -> tuple[str, ...]:
    """The cooking words that fit a family.

    Raises: UnknownCooking.
    """
    ways = _cooking_by_family().get(family)
    if ways is None:
        raise UnknownCooking(f"unknown retention family `{family}`", "families: " + ", ".join(families()))
    return tuple(ways)


def descriptions() -> Mapping[str, str]:
    """USDA's own words for every code held."""
    return MappingProxyType({row["code"]: row["description"] for row in _read_rows("retention.csv")})


@cache
def _nothing_lost() -> Mapping[str, float]:
    return MappingProxyType(dict.fromkeys(NUTRIENTS, 1.0))


@cache
def _factors_by_code() -> Mapping[str, Mapping[str, float]]:
    return {row["code"]: MappingProxyType(_to_factors(row)) for row in _read_rows("retention.csv")}


def _to_factors(row: Mapping[str, str]) -> dict[str, float]:
    shares = dict(_nothing_lost())
    for column, text in row.items():
        if column in ("code", "description") or not text:
            continue
        for nutrient in COLUMN_NUTRIENTS.get(column, (column,)):
            shares[nutrient] = float(text)
    return shares


@cache
def _cooking_by_family() -> Mapping[str, Mapping[str, Cooking]]:
    table: dict[str, dict[str, Cooking]] = {}
    for row in _read_rows("cooking.csv"):
        way = Cooking(family=row["family"], cook=row["cook"], code=row["code"] or None, note=row["note"])
        table.setdefault(way.family, {})[way.cook] = way
    return table


def _read_rows(name: str) -> list[dict[str, str]]:
    text = (files("foods") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(text)))
