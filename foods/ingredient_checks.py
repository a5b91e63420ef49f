"""Holds the ingredient catalogue against a food table: every link, unit, token and attribute.

A wrong link is the worst defect of a planner: the plan looks right and is not. So each name must share its
words with the description it leads to, each state must be the one described, and what the description and its
category say of meat, milk or gluten must stand among the attributes. Where a right link cannot meet a rule,
``data/accepted_links.csv`` lists the name, the rule and the reason.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import TYPE_CHECKING, Protocol

from foods.ingredients import Catalogue, Ingredient
from foods.retention import families

if TYPE_CHECKING:
    import pandas as pd


def _list(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(","))


TOKENS = _list(
    "meat, pork, beef, lamb, poultry, fish, crustacean, mollusc, egg, milk, honey, gelatin, animal_rennet,"
    "lanolin, gluten, wheat, barley, rye, oats, tree_nut, peanut, sesame, soy, alcohol, celery, mustard,"
    "lupin, sulphites, liver, high_mercury, raw_animal, unpasteurised, caffeine, blood"
)
STATES = _list("raw, dry, canned, cooked, frozen, dried, prepared")
AISLES = _list(
    "produce, herbs, bakery, dairy & eggs, plant milk & tofu, meat & poultry, fish & seafood, frozen,"
    "grains & pasta, legumes, canned & jarred, nuts & seeds, baking, oils & vinegars, spices, condiments,"
    "breakfast, snacks, drinks"
)
FOOD_GROUPS = _list(
    "vegetable, leafy green, fruit, citrus, legume, soy, whole grain, grain, nut, seed, dairy, egg, red meat,"
    "poultry, fish, shellfish, offal, fat, sweet, herb/spice, condiment, drink, fortified"
)
UNITS = _list(
    "cup, tbsp, tsp, pinch, piece, large, small, slice, wedge, strip, clove, leaf, sprig, stalk, spear,"
    "floret, ear, head, bunch, fillet, block, can, cube, sachet"
)
FLESH = _list("meat, poultry, fish, crustacean, mollusc")
# Share of the iron that is heme, as cooked, by the first token that an ingredient has: docs/iron.md gives the sources.
# Of poultry the breast or the dark meat; 0.40 of "meat" stands where none was measured: veal, sausages, game.
HEME_FRACTIONS: Mapping[str, frozenset[float]] = {
    "liver": frozenset({0.20}),
    "mollusc": frozenset({0.30}),
    "crustacean": frozenset({0.30}),
    "fish": frozenset({0.25}),
    "poultry": frozenset({0.25, 0.35}),
    "pork": frozenset({0.40}),
    "lamb": frozenset({0.60}),
    "meat": frozenset({0.40, 0.60}),
}

# A token that brings another with it.
IMPLIED = dict.fromkeys(("pork", "beef", "lamb", "poultry"), "meat")
IMPLIED |= dict.fromkeys(("wheat", "barley", "rye"), "gluten")
# What a category of SR Legacy is certain to contain, one token of each group.
CATEGORY_TOKENS: Mapping[str, tuple[frozenset[str], ...]] = {
    "Beef Products": (frozenset({"meat"}), frozenset({"beef"})),
    "Pork Products": (frozenset({"meat"}), frozenset({"pork"})),
    "Poultry Products": (frozenset({"meat"}), frozenset({"poultry"})),
    "Lamb, Veal, and Game Products": (frozenset({"meat"}),),
    "Sausages and Luncheon Meats": (frozenset({"meat"}),),
    "Finfish and Shellfish Products": (frozenset({"fish", "crustacean", "mollusc"}),),
    "Dairy and Egg Products": (frozenset({"milk", "egg"}),),
}
HEME_CATEGORIES = frozenset(CATEGORY_TOKENS) - {"Dairy and Egg Products"}
# Words of a description that call for a token, certain or unverified.
_SIGNS = {
    "gluten": "wheat bulgur couscous semolina spelt seitan macaroni spaghetti bread cracker barley malt rye",
    "oats": "oat oatmeal granola muesli",
    "tree_nut": "almond cashew hazelnut walnut pecan pistachio brazilnut macadamia pine",
    "peanut": "peanut",
    "sesame": "sesame tahini",
    "soy": "soy soybean tofu tempeh miso natto edamame",
    "milk": "milk cheese yogurt butter cream whey buttermilk",
    "egg": "egg mayonnaise",
    "beef": "beef veal",
    "pork": "pork bacon ham",
    "lamb": "lamb mutton",
    "poultry": "chicken turkey duck goose",
    "fish": "fish salmon tuna cod sardine anchovy herring mackerel trout halibut haddock tilapia",
    "crustacean": "crustacean shrimp crab lobster crayfish",
    "mollusc": "mollusk oyster mussel clam scallop squid octopus",
    "celery": "celery celeriac",
    "mustard": "mustard",
    "honey": "honey",
    "gelatin": "gelatin",
    "liver": "liver",
    "alcohol": "beer wine rum",
}
# Phrases that sound like such a food and are none.
_HARMLESS = re.compile(
    r"\b(?:(?:soy|almond|oat|rice|coconut|cashew|hemp) milk|yogurt, (?:soy|almond|coconut)(?: milk)?"
    r"|(?:peanut|almond|cashew|cocoa|apple|seed|sesame) butter|bread and butter pickles|butter ?beans?"
    r"|cream of (?:tartar|wheat)|mushrooms?, oyster|squash, summer, scallop|squash, winter, spaghetti"
    r"|vinegar, red wine|bread, gluten free|vegan \w+|meatless)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in one cell: the ingredient, the column, and what is wrong."""

    ingredient: str
    column: str
    what: str

    def __str__(self) -> str:
        return f"`{self.ingredient}`: {self.column} {self.what}"


class DescribedFoods(Protocol):
    """The part of a food table that is checked against: its ``foods`` by food id."""

    @property
    def foods(self) -> pd.DataFrame:
        """Columns description, category and data_type."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Food:
    description: str
    category: str
    data_type: str
    words: frozenset[str]


def check_catalogue(catalogue: Catalogue, table: DescribedFoods) -> list[Problem]:
    """Everything wrong in the catalogue, in file order; empty when all is well."""
    problems = list(_check_names(catalogue))
    for ingredient in catalogue.ingredients:
        found = [complaint for check in _CHECKS for complaint in check(ingredient)]
        found += _check_links(ingredient, table.foods)
        problems += [Problem(ingredient=ingredient.name, column=column, what=what) for column, what in found]
    return problems


@cache
def accepted_links() -> Mapping[tuple[str, str], str]:
    """(name, rule) -> why a link is right that breaks the rule: name, state, attributes or cooked."""
    text = (files("foods") / "data" / "accepted_links.csv").read_text(encoding="utf-8")
    return {(row["name"], row["rule"]): row["reason"] for row in csv.DictReader(StringIO(text))}


def _check_names(catalogue: Catalogue) -> Iterator[Problem]:
    rows = catalogue.ingredients
    spellings = [(row.name, spelling) for row in rows for spelling in (row.name, *row.aliases)]
    uses = Counter(name.casefold() for _, name in spellings)
    for ingredient, name in spellings:
        if uses[name.casefold()] > 1:
            yield Problem(ingredient=ingredient, column="name", what=f"`{name}` stands more than once")


def _check_words(ingredient: Ingredient) -> Iterator[tuple[str, str]]:
    for column, value, known in (
        ("state", ingredient.state, STATES),
        ("aisle", ingredient.aisle, AISLES),
        ("food_group", ingredient.food_group, FOOD_GROUPS),
        ("family", ingredient.family, frozenset(families())),
    ):
        if value not in known:
            yield column, f"= `{value}` is not one of: {', '.join(sorted(known))}"


def _check_tokens(ingredient: Ingredient) -> Iterator[tuple[str, str]]:
    for column, tokens in (("contains", ingredient.contains), ("unverified", ingredient.unverified)):
        for token in sorted(tokens - TOKENS):
            yield column, f"has the unknown token `{token}`"
    for token in sorted(ingredient.contains & ingredient.unverified):
        yield "unverified", f"repeats the certain `{token}`"
    for token, brought in IMPLIED.items():
        if token in ingredient.contains and brought not in ingredient.contains:
            yield "contains", f"has `{token}` without `{brought}`"


def _check_heme(ingredient: Ingredient) -> Iterator[tuple[str, str]]:
    share = ingredient.heme_fraction
    token = next((token for token in HEME_FRACTIONS if token in ingredient.contains), None)
    if share and token is None:
        yield "heme_fraction", "is given without meat, poultry or fish"
    elif share and token is not None and share not in HEME_FRACTIONS[token]:
        measured = " or ".join(map(str, sorted(HEME_FRACTIONS[token])))
        yield "heme_fraction", f"= {share} is not that of {token}: {measured}"


def _check_measures(ingredient: Ingredient) -> Iterator[tuple[str, str]]:
    for unit in sorted(set(ingredient.measures) - UNITS):
        yield "measures", f"has the unknown unit `{unit}`"
    for large, small, fewest, most in (("cup", "tbsp", 8, 24), ("tbsp", "tsp", 2, 4)):
        if {large, small} <= set(ingredient.measures):
            ratio = ingredient.measures[large] / ingredient.measures[small]
            if not fewest <= ratio <= most:
                yield "measures", f"has a {large} of {ratio:.1f} {small}"


def _check_amounts(ingredient: Ingredient) -> Iterator[tuple[str, str]]:
    if not 0.05 <= ingredient.edible_share <= 1:
        yield "edible_share", f"= {ingredient.edible_share} is outside 0.05 to 1"
    if ingredient.price_usd_per_100g is not None and not (ingredient.price_year and ingredient.price_source):
        yield "price_source", "or year is empty beside a price"


def _check_links(ingredient: Ingredient, foods: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for column, food_id, rules in (
        ("food_id", ingredient.food_id, _LINK_RULES),
        ("cooked_food_id", ingredient.cooked_food_id, _COOKED_RULES),
    ):
        if food_id is None:
            continue
        if food_id not in foods.index:
            yield column, f"= `{food_id}` is not in the food table"
            continue
        food = _to_food(foods, food_id)
        for rule, check in rules.items():
            if (ingredient.name, rule) not in accepted_links():
                for what in check(ingredient, food):
                    yield column, f"leads to `{food.description}`, {what}"


def _to_food(foods: pd.DataFrame, food_id: str) -> _Food:
    description = str(foods.loc[food_id, "description"])
    return _Food(
        description=description,
        category=str(foods.loc[food_id, "category"]),
        data_type=str(foods.loc[food_id, "data_type"]),
        words=_set(description),
    )


def _name_fits(ingredient: Ingredient, food: _Food) -> Iterator[str]:
    """A name or an alias shares its head noun and more than half its words with the description."""
    if not any(_shares_words(name, food.words) for name in (ingredient.name, *ingredient.aliases)):
        yield "which does not sound like the name"


def _shares_words(name: str, described: frozenset[str]) -> bool:
    words = [word for word in _words(name) if word not in _STATE_WORDS]
    # The head noun ends the part before the comma: "lentils" in "red lentils, dry".
    heads = [word for word in _words(name.partition(",")[0]) if word not in _STATE_WORDS][-1:]
    if "".join(words) in described:  # "water chestnuts" and "Waterchestnuts"
        return True
    return set(heads) <= described and sum(word in described for word in words) > len(words) / 2


def _state_fits(ingredient: Ingredient, food: _Food) -> Iterator[str]:
    """The description says the state, and no other one."""
    needed, excluded = _STATE_RULES.get(ingredient.state, (_NONE, _NONE))
    if ingredient.aisle == "spices" or (ingredient.state == "dry" and ingredient.family not in _STARCHES):
        needed = _NONE  # spices, flour and sugar are dry without saying so
    if needed and not food.words & needed:
        yield f"which is not said to be {ingredient.state}"
    if food.words & excluded and not food.words & _UNTOUCHED:
        yield f"which is {' and '.join(sorted(food.words & excluded))}, not {ingredient.state}"


def _attributes_fit(ingredient: Ingredient, food: _Food) -> Iterator[str]:
    """What category and description say of meat, milk or gluten stands among the attributes."""
    for group in CATEGORY_TOKENS.get(food.category, ()):
        if not group & ingredient.contains:
            yield f"of {food.category}, but is not said to contain {' or '.join(sorted(group))}"
    if food.category in HEME_CATEGORIES and not ingredient.heme_fraction:
        yield f"of {food.category}, but has no heme iron"
    told = ingredient.contains | ingredient.unverified
    words = set(_words(_HARMLESS.sub(" ", food.description)))
    for token, signs in _WORDS_BY_TOKEN.items():
        if token not in told and words & signs:
            yield f"but says nothing of {token}"


def _is_cooked(_ingredient: Ingredient, food: _Food) -> Iterator[str]:
    """Survey foods are as eaten; any other row says how it was cooked."""
    if not food.words & _COOKED and (food.data_type != "fndds" or "raw" in food.words):
        yield "which is not cooked"


def _words(text: str) -> list[str]:
    return [_singular(word) for word in re.findall(r"[a-z]+", text.lower().replace("'s", ""))]


def _singular(word: str) -> str:
    for ending, instead in (("ies", "y"), ("oes", "o"), ("ches", "ch"), ("shes", "sh"), ("s", "")):
        if word.endswith(ending) and not word.endswith("ss") and len(word) > len(ending) + 2:
            return word.removesuffix(ending) + instead
    return word


def _set(text: str) -> frozenset[str]:
    return frozenset(_words(text))


_NONE: frozenset[str] = frozenset()
_WORDS_BY_TOKEN = {token: _set(words) for token, words in _SIGNS.items()}
_STARCHES = frozenset({"legume_quick", "legume_long", "rice", "pasta"})
_UNTOUCHED = _set("raw unprepared uncooked unheated")
_COOKED = _set("cooked boiled baked roasted grilled fried steamed broiled braised simmered stewed heated")
_STATE_WORDS = _set(
    "raw dry dried canned cooked frozen fresh jarred in of and with the or from for to plain whole uncooked"
    " unprepared no added low fat reduced unsweetened sweetened ready"
)
# state -> words of which the description needs one, words that it must not have
_STATE_RULES = {
    "raw": (_NONE, _COOKED | _set("canned frozen dehydrated")),
    "dry": (_set("raw dry uncooked unprepared dried"), _COOKED | _set("canned frozen")),
    "canned": (_set("canned pickled bottled pack evaporated condensed"), _set("frozen raw")),
    "frozen": (_set("frozen"), _set("canned")),
    "dried": (_set("dried dry dehydrated powder ground"), _set("canned frozen")),
    "cooked": (_COOKED | _set("smoked rotisserie imitation prepared"), _set("raw")),
}
_CHECKS = (_check_words, _check_tokens, _check_heme, _check_measures, _check_amounts)
_Rules = Mapping[str, Callable[[Ingredient, _Food], Iterator[str]]]
_LINK_RULES: _Rules = {"name": _name_fits, "state": _state_fits, "attributes": _attributes_fit}
_COOKED_RULES: _Rules = {"name": _name_fits, "cooked": _is_cooked}
