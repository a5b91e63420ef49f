"""How much a recipe's line says: ``1 (14 oz) can chickpeas, drained`` -> 1 can of 397 g, "chickpeas", "drained".

Only the measuring is read here; what the food is, ``matching`` decides.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from foods.portions import GRAMS, MILLILITRES
from mealplan.recipes.kitchen_words import PREPARATION, words

WEIGHTS: Mapping[str, float] = GRAMS
VOLUMES: Mapping[str, float] = {**MILLILITRES, "dessertspoon": 10.0, "cl": 10.0, "dl": 100.0}

UNIT_SPELLINGS: Mapping[str, str] = {
    "g": "g gr gm gram grams gramme grammes",
    "kg": "kg kgs kilo kilos kilogram kilograms",
    "mg": "mg",
    "oz": "oz ozs ounce ounces",
    "lb": "lb lbs pound pounds",
    "ml": "ml mls millilitre millilitres milliliter milliliters cc",
    "cl": "cl",
    "dl": "dl",
    "l": "l litre litres liter liters ltr",
    "fl oz": "floz",
    "pint": "pint pints pt",
    "quart": "quart quarts qt",
    "tsp": "tsp tsps teaspoon teaspoons tl",
    "dessertspoon": "dessertspoon dessertspoons dsp",
    "tbsp": "tbsp tbsps tbs tblsp tablespoon tablespoons el",
    "cup": "cup cups c",
    "can": "can cans tin tins",
    "jar": "jar jars",
    "package": "package packages packet packets pack packs pkg pouch bag bags box boxes tub tubs carton cartons",
    "bottle": "bottle bottles",
    "block": "block blocks",
    "clove": "clove cloves",
    "slice": "slice slices rasher rashers",
    "piece": "piece pieces pc pcs",
    "head": "head heads",
    "bunch": "bunch bunches",
    "stalk": "stalk stalks rib ribs",
    "stick": "stick sticks",
    "sprig": "sprig sprigs",
    "leaf": "leaf leaves",
    "ear": "ear ears",
    "fillet": "fillet fillets",
    "sheet": "sheet sheets",
    "floret": "floret florets",
    "spear": "spear spears",
    "wedge": "wedge wedges",
    "sachet": "sachet sachets",
    "cube": "cube cubes",
    "handful": "handful handfuls",
    "pinch": "pinch pinches",
    "dash": "dash dashes",
    "splash": "splash splashes",
    "drizzle": "drizzle glug glugs",
    "knob": "knob knobs",
    "grating": "grating gratings",
    "squeeze": "squeeze squeezes",
    "glass": "glass glasses",
    "inch": "inch inches",
    "cm": "cm",
    "thumb": "thumb thumbs",
    "large": "large big lg lge lrg",
    "medium": "medium med",
    "small": "small sm",
}
UNITS: Mapping[str, str] = {word: unit for unit, words in UNIT_SPELLINGS.items() for word in words.split()}
CONTAINERS = frozenset({"can", "jar", "package", "bottle", "block", "sachet"})
TRAILING_UNITS = frozenset({"clove", "stalk", "stick", "sprig", "leaf", "fillet", "floret", "spear", "head", "slice"})
"""Units that stand behind the food too: ``3 garlic cloves``."""
WORD_NUMBERS: Mapping[str, float] = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10,
    "dozen": 12, "half": 0.5, "couple": 2, "few": 3, "quarter": 0.25,
}  # fmt: skip

NUMBER = r"(?:\d+\s+(?:and\s+)?\d+/\d+|\d+/\d+|\d+(?:[.,]\d+)?)"
LEADERS = re.compile(
    r"^(?:about|approx(?:imately|\.)?|around|roughly|scant|heap(?:ed|ing)|generous|rounded|level|good|~|plus)\s+", re.I
)
BULLET = re.compile(r"^[\s\-–—*•▢□☐◦·+]+(?=\S)|^\[[ x]?\]\s*", re.I)
TAG = re.compile(r"<[^<>]{0,200}>")
QUANTITY = re.compile(rf"^(?P<low>{NUMBER})(?:\s*(?:-|to|or)\s*(?P<high>{NUMBER}))?", re.I)
PACKED = re.compile(
    rf"^(?:x\s*)?\(?\s*(?P<size>{NUMBER})(?:\s*-\s*{NUMBER})?[\s-]*(?P<unit>[a-z]+(?:\s?oz)?)\.?(?:\s*/[^)\s]*)?\s*\)?[\s-]+"
    r"(?P<container>[a-z]+)\b\.?",
    re.I,
)
UNIT = re.compile(r"^(?:(?P<floz>fl\.?\s*oz|fluid\s+ounces?)|(?P<word>[a-z]+))\.?(?=[\s,;/()]|$)", re.I)
MEASURE = re.compile(rf"(?P<size>{NUMBER})(?:\s*-\s*(?P<top>{NUMBER}))?[\s-]*(?P<unit>fl\.?\s?oz|[a-z]+)\b", re.I)
OTHER_SYSTEM = re.compile(rf"^\s*/\s*{NUMBER}\s*[a-z]+\.?(?:\s+{NUMBER}\s*(?:oz|ounces?))?", re.I)
TRAILING_AMOUNT = re.compile(
    rf"^(?P<food>[a-z][^,()]*?)\s*[-:,]?\s+(?P<size>{NUMBER})\s*(?P<unit>g|kg|ml|l|dl|oz|lb|tsp|tbsp|cups?)\.?$", re.I
)
LITTLE = re.compile(r"^a\s+little\s+(?!gem)", re.I)
THUMB = re.compile(
    rf"^(?:(?P<count>{NUMBER})\s+|an?\s+)?thumb[\s-]*(?:sized?)?\s+(?:piece|knob|chunk|bit)s?\s+(?:of\s+)?", re.I
)
MORE = re.compile(rf"^(?:plus|and|\+|&)\s+(?={NUMBER})", re.I)
OF_FRUIT = re.compile(
    r"^(?:the\s+|finely\s+|freshly\s+|grated\s+|squeezed\s+)*"
    r"(?P<part>juice and zest|zest and juice|juice|zest|rind)\s+(?:of|from)\s+(?P<rest>.+)$",
    re.I,
)
TAILS = re.compile(
    r"\s+(?:plus (?:more|extra)|to taste|to serve|to garnish|as needed|as required|if needed|if desired|or to taste"
    r"|or more|or so|for (?:the |garnish|serving|frying|greasing|brushing|sprinkling|dusting|drizzling|topping|cooking"
    r"|saut)|\(?optional|(?:lightly\s+)?(?:beaten|whisked|mixed|dissolved|made(?:\s+up)?)\s+(?:with|in|from))\b.*$",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a line says of the amount, and the words that are left.

    ``unit`` is None for a bare count; ``grams`` is the weight the author states beside another measure;
    ``package_g`` the size of one can, jar or pack (ml count as g); ``second`` is a further amount on the line
    ("2 eggs + 1 yolk"); ``checks`` say what was read freely.
    """

    text: str
    food: str
    amount: float | None = None
    unit: str | None = None
    grams: float | None = None
    package_g: float | None = None
    notes: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


def read_measure(text: str) -> Measured:
    """The amount, unit, food words and notes of one ingredient line."""
    line = plain(text)
    fruit = OF_FRUIT.match(line)
    if fruit:
        return _part_of_fruit(line, fruit["part"].lower(), fruit["rest"])
    measured, rest = _read_amount(line)
    return _read_food(measured, rest)


def plain(text: str) -> str:
    """A line without markup and bullets, its fractions written ``1 1/2``, its dashes and spaces plain."""
    line = TAG.sub(" ", html.unescape(text))
    line = "".join(_spell_fraction(char) for char in line)
    line = unicodedata.normalize("NFKC", line).replace("⁄", "/")
    line = re.sub(r"[‐‑‒–—−]", "-", line).replace("×", "x").replace("’", "'")
    line = re.sub(r"\bw/\s?(?!o\b)", "with ", line)
    line = BULLET.sub("", " ".join(line.split()))
    return line.strip(" .")


def split_lines(text: str) -> list[str]:
    """One line per food: ``salt and pepper`` names two, ``zest and juice of a lemon`` one."""
    line = re.sub(r"^S\s?(?:&|\+|and)\s?P\b", "salt and pepper", plain(text))
    if re.match(rf"^(?:{NUMBER}\s*\S*\s*)?(?:[a-z-]+ ){{0,2}}salt (?:and|&|\+) [a-z -]*pepper\b", line, re.I):
        salt, _, pepper = re.split(r"(\s(?:and|&|\+)\s)", line, maxsplit=1)
        # An amount before both means each, as in "1/2 tsp salt and pepper".
        amount = re.match(rf"^{NUMBER}\s*[a-z]*\s+(?=\S)", salt, re.I)
        each = amount[0] if amount and not re.match(r"^\d", pepper) else ""
        return [salt, each + pepper]
    # "1/4 tsp baking soda + 1/4 tsp baking powder"; an amount alone ("1 cup plus 2 tbsp milk") is no second food.
    parts = re.split(rf"\s(?:and|&|\+|plus)\s(?={NUMBER})", line)
    named = all(names_food(part) and part.count("(") == part.count(")") for part in parts)
    return parts if len(parts) > 1 and named else [line]


def names_food(text: str) -> bool:
    """Whether more is said than an amount and what to do: not so of ``1 thinly sliced`` or ``2 tbsp for topping``."""
    food = read_measure(text).food
    return not food.startswith("for ") and bool(set(words(food)) - PREPARATION - {"more", "extra"})


def to_number(text: str) -> float:
    """``1 1/2`` -> 1.5; ``1,5`` -> 1.5. A division by zero counts as zero."""
    total = 0.0
    for part in text.replace(" and ", " ").replace(",", ".").split():
        try:
            total += float(Fraction(part))
        except ZeroDivisionError:
            return 0.0
    return total


def to_unit(word: str) -> str | None:
    """The one spelling of a unit, or None. ``T`` and ``t`` are spoons, as American recipes have it."""
    word = word.rstrip(".")
    if word in ("T", "Tb", "Tbs"):
        return "tbsp"
    if word == "t":
        return "tsp"
    lower = word.lower()
    if re.fullmatch(r"fl\.?\s*oz|fluid\s+ounces?", lower):
        return "fl oz"
    return UNITS.get(lower)


def to_grams(size: str, unit: str) -> float | None:
    """Grams of a stated size; millilitres count as grams. None where the unit is no weight or volume."""
    known = to_unit(unit)
    factor = WEIGHTS.get(known or "") or VOLUMES.get(known or "")
    return None if factor is None or known in ("tsp", "dessertspoon", "tbsp", "cup") else to_number(size) * factor


def _spell_fraction(char: str) -> str:
    if unicodedata.category(char) != "No" or unicodedata.decomposition(char)[:10] != "<fraction>":
        return char
    fraction = Fraction(unicodedata.numeric(char)).limit_denominator(10)
    return f" {fraction.numerator}/{fraction.denominator} "


def _part_of_fruit(line: str, part: str, rest: str) -> Measured:
    inner = read_measure(rest)
    kind = "juice" if "juice" in part else "zest"
    checks = (*inner.checks, *(("the recipe uses the zest too",) if part not in ("juice", "zest", "rind") else ()))
    fruit = re.sub(r"\b(lemon|lime|orange|grapefruit)s\b", r"\1", inner.food)
    amount, unit = inner.amount or 1.0, "zested" if kind == "zest" else "piece"
    return replace(inner, text=line, food=f"{fruit} {kind}", amount=amount, unit=unit, checks=checks)


def _read_amount(line: str) -> tuple[Measured, str]:
    rest = LITTLE.sub("a splash ", LEADERS.sub("", line))
    rest = THUMB.sub(lambda found: f"{found['count'] or 1} thumb ", rest)
    measured = Measured(text=line, food="")
    found = QUANTITY.match(rest)
    if found:
        low = to_number(found["low"])
        amount, checks = low, tuple[str, ...]()
        if found["high"] and (high := to_number(found["high"])) > low:
            amount, checks = (low + high) / 2, (f"the recipe says {found[0].strip()}",)
        rest = rest[found.end() :].lstrip(" -")
        if dozen := re.match(r"^dozens?\s+(?:of\s+)?", rest, re.I):
            amount, rest = 12 * amount, rest[dozen.end() :]
        measured = replace(measured, amount=amount, checks=checks)
    elif trailing := TRAILING_AMOUNT.match(rest):
        # "Spinach - 200 g", as much of Europe writes it.
        measured = replace(measured, amount=to_number(trailing["size"]), unit=to_unit(trailing["unit"]))
        return measured, trailing["food"]
    else:
        measured, rest = _read_word_number(measured, rest)
    return _read_unit(measured, rest, numeral=found)


def _read_word_number(measured: Measured, rest: str) -> tuple[Measured, str]:
    words = rest.split()
    number, used = None, 0
    while used < min(3, len(words) - 1) and words[used].lower() in WORD_NUMBERS:
        value = WORD_NUMBERS[words[used].lower()]
        # "half a lemon", "a dozen eggs", "a couple of": the telling number is the one that is not 1.
        number = value if number is None or number == 1 else number
        used += 1
        if used < len(words) and words[used].lower() == "of":
            used += 1
    if number is None:
        return measured, rest
    return replace(measured, amount=float(number)), " ".join(words[used:])


def _read_unit(measured: Measured, rest: str, numeral: re.Match[str] | None) -> tuple[Measured, str]:
    packed = PACKED.match(rest) if measured.amount is not None else None
    if packed and to_unit(packed["container"]) in CONTAINERS:
        size = to_grams(packed["size"], packed["unit"])
        if size is not None:
            return replace(measured, unit=to_unit(packed["container"]), package_g=size), _after(rest, packed.end())
    rest = LEADERS.sub("", rest)
    found = UNIT.match(rest)
    unit = to_unit(found[0]) if found else None
    if found is None or unit is None or (measured.amount is None and unit not in ("pinch", "dash", "handful")):
        return measured, rest
    after = rest[found.end() :].lstrip(" .-")
    weight = to_grams(str(measured.amount), unit) if numeral and measured.amount is not None else None
    container = UNIT.match(after)
    # "400g tin chopped tomatoes": the weight is the size of one tin.
    if weight is not None and container and to_unit(container[0]) in CONTAINERS - {"block"}:
        whole = replace(measured, amount=1.0, unit=to_unit(container[0]), package_g=weight)
        return whole, _after(after, container.end())
    if unit in ("large", "medium", "small") and container and to_unit(container[0]):
        # "2 large cloves garlic": the thing counted says more than its size.
        unit, after = to_unit(container[0]), after[container.end() :].lstrip()
    after = OTHER_SYSTEM.sub("", after).lstrip()
    measured = replace(measured, amount=measured.amount or 1.0, unit=unit)
    more = MORE.match(after)
    if more:
        return _add_more(measured, after, after[more.end() :])
    return measured, _after(after, 0)


def _add_more(measured: Measured, after: str, more: str) -> tuple[Measured, str]:
    """``1 cup plus 2 tbsp``: one amount, where both are volumes or both are weights."""
    second, rest = _read_amount(more)
    for scale, unit in ((VOLUMES, "ml"), (WEIGHTS, "g")):
        first, other = scale.get(measured.unit or ""), scale.get(second.unit or "")
        if first is not None and other is not None:
            amount = (measured.amount or 0) * first + (second.amount or 0) * other
            return replace(measured, amount=round(amount, 1), unit=unit), rest
    return measured, after


def _after(text: str, start: int) -> str:
    return re.sub(r"^(?:of\s+|de\s+)", "", text[start:].lstrip(" .,-"), flags=re.I)


def _read_food(measured: Measured, rest: str) -> Measured:
    notes: list[str] = []
    for found in re.finditer(r"\(([^()]*)\)", rest):
        bracket = found[1]
        # "4 (6-ounce) salmon fillets": right behind the count it is the size of one.
        measured = _read_bracket(measured, bracket, each=found.start() == 0 and measured.unit is None)
        notes.append(bracket.strip())
    rest = re.sub(r"\s*\([^()]*\)", " ", rest).replace("(", " ").replace(")", " ")
    tail = TAILS.search(rest)
    if tail:
        notes.append(tail[0].strip())
        rest = rest[: tail.start()]
    rest, _, second = re.sub(r"\s+(?:\+|plus|and)\s+(?=\d)", "\n", rest).partition("\n")
    parts = [part.strip(" .-*") for part in re.split(r",\s*|;\s*|\s+-\s+", rest)]
    parts = [" ".join(part.split()) for part in parts if part.strip(" .-*")]
    food, *others = re.split(r"\s+(?:or|and/or)\s+|\s*/\s*", parts[0], flags=re.I) if parts else [""]
    food = re.sub(r"^(?:of|de)\s+", "", food, flags=re.I)
    second_food = (second,) if second else ()
    return replace(measured, food=food, alternatives=tuple(others), notes=(*parts[1:], *notes), second=second_food)


def _read_bracket(measured: Measured, bracket: str, *, each: bool) -> Measured:
    """The weight in ``1 cup (200 g) rice`` is the author's own; in ``2 cans (15 oz each)`` it is one can's."""
    best: float | None = None
    for found in MEASURE.finditer(bracket):
        size = to_grams(found["top"] or found["size"], found["unit"])
        metric = to_unit(found["unit"]) in ("g", "kg")
        if size and (best is None or metric):
            best = size
        if size and metric:
            break
    if best is None or measured.amount is None:
        return measured
    if measured.unit in CONTAINERS and measured.package_g is None:
        total = re.search(r"\b(?:total|in all)\b", bracket)
        return replace(measured, package_g=best / measured.amount if total else best)
    if measured.unit in WEIGHTS or measured.grams is not None or _is_liquid_size(bracket):
        return measured
    if each or re.search(r"\beach\b", bracket, re.I):
        best *= measured.amount
    return replace(measured, grams=best)


def _is_liquid_size(bracket: str) -> bool:
    units = {to_unit(found["unit"]) for found in MEASURE.finditer(bracket)}
    return not units & set(WEIGHTS)
