"""Amounts of an ingredient as a shop sells them and as a cook says them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from foods.ingredients import WEIGHTS_G, Ingredient, Package, UnknownUnit
from mealplan.plan import Units

_COUNTED = ("piece", "clove", "slice", "can")
_SPOONS = ("tbsp", "tsp")
_MOST = 40  # more of a measure than this nobody counts out
_MOST_SPOONS = 4
_WHOLE = 0.05
"""Grams that rounding explains: so little is no reason for another package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What is bought, in ``words`` as at the shelf, and the ``grams`` it holds."""

    words: str
    grams: float


def in_packages(packages: Sequence[Package], grams: float, units: Units = "metric") -> Purchase:
    """The packages of one size that hold these grams with the least left over: ``2 x 400 g can``, ``3 lemons``.

    Without packages it is a weight rounded up to what a shopper would ask for; nothing where nothing is needed.
    """
    if grams <= 0:
        return Purchase(words="", grams=0.0)
    if not packages:
        return _loose(grams, units)
    counts = [(max(1, ceil((grams - _WHOLE) / package.grams)), package) for package in packages]
    count, package = min(counts, key=lambda pair: (pair[0] * pair[1].grams - grams, pair[0]))
    return Purchase(words=_counted(count, package.label), grams=count * package.grams)


def _loose(grams: float, units: Units) -> Purchase:
    if units == "us":
        ounces = max(1, ceil((grams - _WHOLE) / WEIGHTS_G["oz"]))
        ounces = ounces if ounces < 16 else ceil(ounces / 4) * 4
        return Purchase(words=_us_weight(ounces), grams=ounces * WEIGHTS_G["oz"])
    step = 10 if grams < 250 else 50
    bought = max(1, ceil((grams - _WHOLE) / step)) * step
    return Purchase(words=f"{bought} g", grams=float(bought))


def _us_weight(ounces: float) -> str:
    return f"{ounces:.0f} oz" if ounces < 16 else f"{_mixed(ounces / 16)} lb"


def _counted(count: int, label: str) -> str:
    """``3 lemons`` and ``2 bunches`` where the label says no size, else ``2 x 400 g can``."""
    bare = label.removeprefix("1 ")
    if bare.isalpha():
        return f"{count} {bare if count == 1 else plural(bare)}"
    return label if count == 1 and _is_counted(label) else f"{count} x {label}"


def _is_counted(label: str) -> bool:
    """``6 eggs``: as many as the label says, no weight or volume."""
    number, _, rest = label.partition(" ")
    return number.isdecimal() and rest.isalpha()


def in_household_units(ingredient: Ingredient, grams: float, units: Units | None = None) -> str:
    """Edible grams as a cook would say them: ``2 1/2 cup``; a weight where no measure of the ingredient fits.

    Without ``units`` cups come before spoons, as in recipes. ``metric`` knows no cups, and says what is poured in ml.
    """
    for unit in (*_COUNTED, *(() if units == "metric" else ("cup",)), *_SPOONS):
        size = ingredient.measures.get(unit)
        most = _MOST_SPOONS if units == "metric" and unit in _SPOONS else _MOST
        if size and grams >= size / 2 and grams / size <= most:
            return f"{_mixed(grams / size)} {unit}"
    return _measured(ingredient, grams, units)


def _measured(ingredient: Ingredient, grams: float, units: Units | None) -> str:
    if units == "metric" and _is_poured(ingredient):
        try:
            return _metric(grams / ingredient.grams(1, "ml"), "ml", "l")
        except UnknownUnit:  # sold by volume, but no measure says how heavy it is
            pass
    return weight(grams, units or "metric")


def weight(grams: float, units: Units) -> str:
    """``240 g``, ``1.2 kg``; in the US ``8 oz``, ``1 1/4 lb``, and grams of what is less than half an ounce."""
    if units == "us" and grams >= WEIGHTS_G["oz"] / 2:
        return _us_weight(grams / WEIGHTS_G["oz"])
    return _metric(grams, "g", "kg")


def _metric(value: float, small: str, large: str) -> str:
    if value >= 1000:
        return f"{value / 1000:.2g} {large}"
    return f"{value:.0f} {small}" if value >= 1 else f"{value:.1f} {small}"


def _is_poured(ingredient: Ingredient) -> bool:
    return any({"ml", "l"} & set(package.label.split()) for package in ingredient.packages)


def _mixed(amount: float) -> str:
    """A number in quarters, in whole ones from ten on: ``2 1/4``."""
    quarters = max(1, round(amount * 4)) if amount < 10 else round(amount) * 4
    whole, part = divmod(quarters, 4)
    fraction = str(Fraction(part, 4)) if part else ""
    return f"{whole} {fraction}".strip() if whole else fraction


def plural(noun: str) -> str:
    """More than one of a unit: ``slices``, ``bunches``, ``leaves``, ``large``."""
    if noun in ("small", "medium", "large"):
        return noun
    if noun.endswith(("ch", "sh", "s", "x")):
        return f"{noun}es"
    return f"{noun[:-1]}ves" if noun.endswith("leaf") else f"{noun}s"
