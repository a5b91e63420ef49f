"""Household measures: what a cup, a slice or a medium one of a food weighs."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from foods.errors import FoodsError

GRAMS: Mapping[str, float] = MappingProxyType(
    {"g": 1.0, "kg": 1000.0, "mg": 0.001, "oz": 28.349523125, "lb": 453.59237}
)
"""Unit of mass -> grams (avoirdupois, exact)."""

MILLILITRES: Mapping[str, float] = MappingProxyType(
    {
        "ml": 1.0,
        "l": 1000.0,
        "tsp": 4.92892159375,
        "tbsp": 14.78676478125,
        "fl oz": 29.5735295625,
        "cup": 236.5882365,
        "pint": 473.176473,
        "quart": 946.352946,
    }
)
"""US customary unit of volume -> ml (exact)."""

UNIT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("gram", "gr", "gm", "gramme"), "g"),
        **dict.fromkeys(("kilo", "kilogram"), "kg"),
        **dict.fromkeys(("ounce", "onz"), "oz"),
        **dict.fromkeys(("pound",), "lb"),
        **dict.fromkeys(("milliliter", "millilitre", "cc"), "ml"),
        **dict.fromkeys(("liter", "litre", "ltr"), "l"),
        **dict.fromkeys(("teaspoon", "teaspoonful"), "tsp"),
        **dict.fromkeys(("tablespoon", "tablespoonful", "tbs", "tblsp"), "tbsp"),
        **dict.fromkeys(("fl", "floz"), "fl oz"),
        **dict.fromkeys(("c", "cupful"), "cup"),
        **dict.fromkeys(("pt",), "pint"),
        **dict.fromkeys(("qt",), "quart"),
        **dict.fromkeys(("pc", "pcs", "each", "item", "unit", "whole", "one"), "piece"),
        **dict.fromkeys(("med",), "medium"),
        **dict.fromkeys(("lg", "big"), "large"),
        **dict.fromkeys(("sm", "little"), "small"),
        **dict.fromkeys(("tin",), "can"),
        **dict.fromkeys(("rasher",), "slice"),
        **dict.fromkeys(("stick",), "stalk"),
        **dict.fromkeys(("leaves",), "leaf"),
        **dict.fromkeys(("halves",), "half"),
        **dict.fromkeys(("loaves",), "loaf"),
    }
)
"""How a kitchen writes a unit -> the word used here; plurals are undone before."""

ONE_PIECE = ("piece", "medium", "fruit", "vegetable", "large", "small")
"""What "one" of a food may be called, the likeliest first."""


class UnknownPortion(FoodsError):
    """A measure that cannot be weighed for a food."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """``amount`` of ``unit`` weighs ``grams`` (edible part), as USDA measured it."""

    amount: float
    unit: str
    grams: float


@cache
def read_portions() -> Mapping[str, tuple[Portion, ...]]:
    """Food id -> its portions in USDA's order, from ``foods/data/portions.csv.gz``."""
    return to_portions(files("foods").joinpath("data/portions.csv.gz").read_bytes())


def to_portions(packed: bytes) -> Mapping[str, tuple[Portion, ...]]:
    """Food id -> its portions, from a gzipped CSV of food_id, amount, unit, grams."""
    found: dict[str, list[Portion]] = {}
    for row in csv.DictReader(gzip.decompress(packed).decode("utf-8").splitlines()):
        portion = Portion(amount=float(row["amount"]), unit=row["unit"], grams=float(row["grams"]))
        found.setdefault(row["food_id"], []).append(portion)
    return MappingProxyType({food_id: tuple(portions) for food_id, portions in found.items()})


def portions(food_id: str) -> tuple[Portion, ...]:
    """The portions USDA weighed of a food; none for most survey foods."""
    return read_portions().get(food_id, ())


def published_portion(
    *, amount: float | None, unit: str, description: str, modifier: str, grams: float | None
) -> Portion | None:
    """A portion as FoodData Central publishes it; None without a weight or a unit.

    SR Legacy has the words in the modifier, Foundation the unit by its id, FNDDS all in the description
    (``1 cup, chopped``) with a code of digits for a modifier.
    """
    words = "" if unit == "undetermined" else unit
    told = description if description and not description.startswith("Quantity not spec") else words
    parts = (told, "" if modifier.isdecimal() else modifier)
    name = ", ".join(" ".join(part.split()) for part in parts if part.strip())
    number, _, rest = name.partition(" ")
    if rest and re.fullmatch(r"\d+(\.\d+)?", number):
        amount, name = float(number), rest
    count = 1.0 if amount is None or not amount > 0 else float(amount)
    if not name or grams is None or not 0 < grams < float("inf"):
        return None
    return Portion(amount=count, unit=name, grams=float(grams))


def grams(food_id: str, amount: float, unit: str, known: tuple[Portion, ...] | None = None) -> float:
    """What an amount weighs. Masses need no portion; a volume may follow from another volume of the same food.

    Args:
        unit: as a kitchen writes it: ``g``, ``cups``, ``Tbsp.``, ``medium``, ``slices``, ``cup, chopped``.
        known: the food's portions, where they are not those of the embedded table.
    Raises: UnknownPortion: the food was never weighed in this unit.
    """
    return _weigh(portions(food_id) if known is None else known, amount, unit, food_id)


def _weigh(known: tuple[Portion, ...], amount: float, unit: str, food_id: str) -> float:
    words = unit_words(unit) or ["piece"]
    name = _joined(words)
    if name in GRAMS:
        return amount * GRAMS[name]
    if (portion := _find(known, words)) is not None:
        return amount * portion.grams / portion.amount
    if name in MILLILITRES and (density := _density(known)) is not None:
        return amount * MILLILITRES[name] * density
    if words == ["piece"]:
        for other in ONE_PIECE:
            if (portion := _find(known, [other])) is not None:
                return amount * portion.grams / portion.amount
    have = ", ".join(portion.unit for portion in known[:6])
    raise UnknownPortion(
        f"no weight known for `{unit}` of food `{food_id}`", f"give grams, or one of: {have}" if have else "give grams"
    )


def unit_words(text: str) -> list[str]:
    """The words of a unit in one spelling: ``Cups, chopped`` -> ``["cup", "chopped"]``, ``fl. oz`` -> ``["fl oz"]``."""
    spelled = re.sub(r"fl\.? *oz", "floz", text.lower())
    words = [_one_word(word) for word in re.findall("[a-z]+", spelled)]
    return [word for word in words if word not in ("a", "of", "the", "about", "approx")]


def _one_word(word: str) -> str:
    if word in UNIT_WORDS:
        return UNIT_WORDS[word]
    single = word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 2 else word
    return UNIT_WORDS.get(single, single)


def _joined(words: list[str]) -> str:
    return " ".join(words)


def _find(known: tuple[Portion, ...], words: list[str]) -> Portion | None:
    """The portion that has all these words, as its first ones if possible, with the fewest others."""
    best: tuple[tuple[bool, int, int], Portion] | None = None
    for place, portion in enumerate(known):
        have = unit_words(portion.unit)
        if portion.amount > 0 and set(words) <= set(have):
            rank = (have[: len(words)] != words, len(have), place)
            if best is None or rank < best[0]:
                best = (rank, portion)
    return best[1] if best else None


def _density(known: tuple[Portion, ...]) -> float | None:
    """g per ml, from the plainest volume among the portions, the largest unit first."""
    for name in ("cup", "fl oz", "tbsp", "tsp", "ml", "l", "pint", "quart"):
        portion = _find(known, [name])
        if portion is not None and unit_words(portion.unit)[:1] == [name]:
            return portion.grams / portion.amount / MILLILITRES[name]
    return None
