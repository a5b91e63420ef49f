"""A recipe's amount -> an amount and unit that a dish file can hold, with every assumption said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from foods.errors import FoodsError
from foods.ingredients import Ingredient, Package
from foods.portions import grams as portion_grams
from mealplan.recipes.kitchen_words import words
from mealplan.recipes.quantities import CONTAINERS, MEASURE, TRAILING_UNITS, VOLUMES, WEIGHTS, Measured, to_grams

ONE = ("piece", "ear", "head", "fillet", "stalk", "spear", "block", "leaf", "can", "clove")
"""What a bare count may mean, the likeliest first."""
SPOON_ML: Mapping[str, float] = {
    "pinch": 0.3,
    "grating": 0.3,
    "dash": 0.6,
    "squeeze": 5.0,
    "splash": 10.0,
    "drizzle": 10.0,
    "knob": 15.0,
    "glass": 150.0,
}
HERB_G: Mapping[str, float] = {"bunch": 30.0, "handful": 10.0, "sprig": 1.0, "leaf": 0.5}
GREENS_G: Mapping[str, float] = {"bunch": 200.0, "handful": 30.0, "leaf": 10.0, "head": 300.0}
COOKED_SHARE: Mapping[str, float] = {"pasta": 0.45, "legume_quick": 0.4, "legume_long": 0.4}
OTHER_COOKED_SHARE = 0.36
"""Dry grams in a gram as cooked: grain takes up about 1.8 times its weight of water, pasta and pulses less."""
STICK_OF_BUTTER_G = 113.4
INCH_OF_GINGER_G = 6.0
ZEST_OF_ONE_TBSP: Mapping[str, float] = {"lemon zest": 1.0, "orange zest": 2.0, "lime zest": 0.67}
AT_TABLE: Mapping[str, tuple[float, str]] = {
    "spices": (0.25, "tsp"),
    "herbs": (1, "tbsp"),
    "oils & vinegars": (1, "tbsp"),
    "condiments": (1, "tbsp"),
    "nuts & seeds": (1, "tbsp"),
    "dairy & eggs": (2, "tbsp"),
    "baking": (1, "tbsp"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """An amount that ``Ingredient.grams`` takes; ``checks`` say what was assumed to get there."""

    amount: float
    unit: str
    checks: tuple[str, ...] = ()


def weigh(measured: Measured, ingredient: Ingredient) -> Weighed | None:
    """The line's amount in a unit of the ingredient, or None where no weight can be told."""
    found = _weigh(measured, ingredient)
    if found is None or found.amount <= 0:
        return None
    if _is_cooked(measured) and ingredient.state in ("dry", "dried"):
        share = COOKED_SHARE.get(ingredient.family, OTHER_COOKED_SHARE)
        check = f"{_say(found)} cooked, taken as {share:.0%} of that dry"
        return Weighed(amount=_round(found.amount * share), unit=found.unit, checks=(*found.checks, check))
    return found


def _weigh(measured: Measured, ingredient: Ingredient) -> Weighed | None:
    if measured.amount is None:
        return _weigh_to_taste(measured, ingredient)
    if measured.grams is not None:
        return Weighed(amount=_round(measured.grams), unit="g", checks=measured.checks)
    if measured.unit in CONTAINERS:
        return _weigh_packed(measured, ingredient)
    if measured.unit in WEIGHTS:
        return _weigh_in_grams(measured, ingredient)
    found = _weigh_by_volume(measured, ingredient) or _weigh_by_measure(measured, ingredient)
    found = found or _weigh_by_habit(measured, ingredient) or _weigh_as_usda(measured, ingredient)
    if found is None:
        return None
    return Weighed(amount=found.amount, unit=found.unit, checks=(*measured.checks, *found.checks))


def _weigh_to_taste(measured: Measured, ingredient: Ingredient) -> Weighed | None:
    aisle = "spices" if ingredient.name == "salt" else ingredient.aisle
    if aisle not in AT_TABLE:
        return None
    amount, unit = AT_TABLE[aisle]
    if not _takes(ingredient, unit):
        return None
    return Weighed(amount=amount, unit=unit, checks=(*measured.checks, f"no amount given, {amount:g} {unit} assumed"))


def _weigh_in_grams(measured: Measured, ingredient: Ingredient) -> Weighed:
    grams = _round((measured.amount or 0) * WEIGHTS[measured.unit or "g"])
    checks = measured.checks
    peeled = {"peeled", "pitted", "shelled", "trimmed"} & set(words(measured.food))
    if ingredient.edible_share < 0.8 and not peeled:
        edible = _round(grams * ingredient.edible_share)
        check = f"{grams:g} g as bought, {ingredient.edible_share:.0%} of it edible"
        return Weighed(amount=edible, unit="g", checks=(*checks, check))
    return Weighed(amount=grams, unit="g", checks=checks)


def _weigh_packed(measured: Measured, ingredient: Ingredient) -> Weighed | None:
    count = measured.amount or 1.0
    known = measured.unit if measured.unit in ingredient.measures else "can" if measured.unit == "jar" else None
    sold = _sold(ingredient, measured.unit or "")
    if measured.unit == "block" and measured.package_g:
        return Weighed(amount=_round(count * measured.package_g), unit="g", checks=measured.checks)
    if known in ingredient.measures and known is not None:
        cans = count
        checks: tuple[str, ...] = ()
        if measured.package_g and sold:
            # A stated size counts by weight, drained as the catalogue's own can is.
            scale = measured.package_g / _gross(sold)
            cans = count if 0.85 <= scale <= 1.15 else _round(count * scale)
            checks = () if cans == count else (f"{measured.package_g:.0f} g each",)
        return Weighed(amount=cans, unit=known, checks=(*measured.checks, *checks))
    if measured.package_g:
        return Weighed(amount=_round(count * measured.package_g), unit="g", checks=measured.checks)
    if sold is None:
        return None
    grams = _round(count * sold.grams * ingredient.edible_share)
    return Weighed(amount=grams, unit="g", checks=(*measured.checks, f"{measured.unit} taken as {sold.label}"))


def _weigh_by_volume(measured: Measured, ingredient: Ingredient) -> Weighed | None:
    amount, unit = measured.amount or 0, measured.unit or ""
    if unit not in VOLUMES:
        return None
    if unit not in ("tsp", "tbsp", "cup", "ml"):
        amount, unit = amount * VOLUMES[unit], "ml"
    return Weighed(amount=_round(amount), unit=unit) if _takes(ingredient, unit) else None


def _weigh_by_measure(measured: Measured, ingredient: Ingredient) -> Weighed | None:
    amount, unit = measured.amount or 0, measured.unit
    if unit is None:
        trailing = [word for word in words(measured.food)[-1:] if word in TRAILING_UNITS]
        options: tuple[str, ...] = (*trailing, *(("clove",) if ingredient.name == "garlic" else ()), *ONE)
    elif unit in ("large", "small", "medium"):
        options = (unit, *ONE)
    elif unit == "stick":
        options = ("stalk",)
    elif unit in ("fillet", "sheet"):
        options = (unit, "piece")
    else:
        options = (unit,)
    for option in options:
        if option in ingredient.measures:
            plain = option in (unit, "piece") or unit is None
            usually = any(alias.startswith(f"{unit} ") for alias in ingredient.aliases)
            size = unit in ("large", "small") and option == "piece" and not usually
            checks = (f"a {unit} one taken as an ordinary one",) if size else ()
            usual = plain or size or usually or unit in ("medium", "stick")
            return Weighed(
                amount=_round(amount), unit=option, checks=checks if usual else (f"{unit} taken as {option}",)
            )
    return None


def _weigh_by_habit(measured: Measured, ingredient: Ingredient) -> Weighed | None:
    amount, unit = measured.amount or 0, measured.unit or ""
    check = f"the recipe says {amount:g} {unit}"
    if unit == "zested" and ingredient.name in ZEST_OF_ONE_TBSP:
        return Weighed(amount=_round(amount * ZEST_OF_ONE_TBSP[ingredient.name]), unit="tbsp", checks=("zest of each",))
    if unit in SPOON_ML and _takes(ingredient, "tsp"):
        return Weighed(amount=_round(amount * SPOON_ML[unit] / 5), unit="tsp", checks=(check,))
    if unit == "stick" and "butter" in ingredient.name:
        return Weighed(amount=_round(amount * STICK_OF_BUTTER_G), unit="g")
    if unit in ("inch", "cm", "thumb") and ingredient.name == "ginger":
        inches = {"inch": 1.0, "cm": 0.4, "thumb": 2.5}[unit] * amount
        return Weighed(amount=_round(inches * INCH_OF_GINGER_G), unit="g", checks=(check,))
    bundles = (
        HERB_G if ingredient.aisle == "herbs" else GREENS_G if ingredient.family == "greens" else {"handful": 30.0}
    )
    trailing = [word for word in words(measured.food)[-1:] if word in bundles] if not unit else []
    unit = trailing[0] if trailing else unit
    if unit in bundles:
        return Weighed(amount=_round(amount * bundles[unit]), unit="g", checks=(check,))
    return None


def _weigh_as_usda(measured: Measured, ingredient: Ingredient) -> Weighed | None:
    sold = _sold(ingredient, "piece")
    if measured.unit in (None, "large", "medium", "small", "piece", "head") and sold is not None:
        grams = _round((measured.amount or 0) * sold.grams * ingredient.edible_share)
        return Weighed(amount=grams, unit="g", checks=(f"one taken as {sold.grams:g} g as bought",))
    try:
        grams = portion_grams(ingredient.food_id, measured.amount or 0, measured.unit or "piece")
    except FoodsError:
        return None
    return Weighed(amount=_round(grams), unit="g", checks=(f"{measured.amount:g} {measured.unit or 'piece'}",))


def _sold(ingredient: Ingredient, unit: str) -> Package | None:
    """The package whose label names the unit, or the only packed one for a pack of any kind."""
    packages = (*ingredient.packages, *ingredient.packages_us)
    named = next((package for package in packages if unit in package.label.split()), None)
    if named is not None or unit == "piece":
        return named
    return next((package for package in packages if package.label != "piece"), None)


def _gross(package: Package) -> float:
    """Grams on the label, liquid and all: ``15 oz can (255 g drained)`` -> 425."""
    found = MEASURE.match(package.label)
    size = to_grams(found["size"], found["unit"]) if found else None
    return size or package.grams


def _is_cooked(measured: Measured) -> bool:
    said = {*words(measured.food), *(word for note in measured.notes for word in words(note))}
    return "cooked" in said or "leftover" in said


def _takes(ingredient: Ingredient, unit: str) -> bool:
    try:
        ingredient.grams(1, unit)
    except FoodsError:
        return False
    return True


def _say(weighed: Weighed) -> str:
    return f"{weighed.amount:g} {weighed.unit}"


def _round(amount: float) -> float:
    """Three figures are more than any kitchen measures."""
    return float(f"{amount:.3g}") if amount < 1000 else float(round(amount))
