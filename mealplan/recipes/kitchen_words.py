"""How recipes talk: which words say what is done to a food, in what state it is bought, what it is called elsewhere."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from foods.search import singular

WORD = re.compile(r"[a-z]+(?:'s)?|\d+%?")
FREE = re.compile(r"\b(\w+) free\b")

SPELLINGS: Mapping[str, str] = {
    **dict.fromkeys(("chilli", "chile", "chilies", "chillies", "chilis"), "chili"),
    **dict.fromkeys(("yoghurt", "yogourt", "yoghurts"), "yogurt"),
    **dict.fromkeys(("tinned", "jarred", "bottled"), "canned"),
    **dict.fromkeys(("dry",), "dried"),
    **dict.fromkeys(("soya",), "soy"),
    **dict.fromkeys(("flavoured",), "flavored"),
    **dict.fromkeys(("choc",), "chocolate"),
    **dict.fromkeys(("pitta", "pittas"), "pita"),
}
PHRASES: Mapping[str, str] = {
    "wholewheat": "whole wheat",
    "wholemeal": "whole wheat",
    "wholegrain": "whole grain",
    "sun dried": "sundried",
    "sunblush": "sundried",
    "dry roasted": "dryroasted",
    "active dry": "active",
    "dry white wine": "white wine",
    "dry red wine": "red wine",
    "bayleaf": "bay leaf",
    "bayleaves": "bay leaf",
    "free range": "",
    "store bought": "",
    "shop bought": "",
    "sushi grade": "",
    "all natural": "",
    "good quality": "",
    "best quality": "",
    "half fat": "reduced fat",
    "low salt": "low sodium",
    "reduced salt": "reduced sodium",
    "no added salt": "no salt added",
    "hard boiled": "",
    "soft boiled": "",
    "fat clove": "clove",
    "bite size": "",
    "bite sized": "",
    "lengthways": "",
}
"""Words that belong together, put so that neither half is read alone; applied to names and lines alike."""

FILLERS = frozenset({"a", "an", "the", "of", "and", "in", "with", "for", "to", "your", "some", "from", "de", "cooking"})
STATES = frozenset({"canned", "frozen", "dried", "fresh", "cooked"})

PREPARATION = frozenset(
    """
    chopped diced minced sliced grated shredded crushed peeled cored seeded deseeded pitted stoned trimmed
    washed rinsed drained cubed half halved quartered julienned torn crumbled mashed beaten whisked melted
    softened chilled cold warm warmed room temperature thawed defrosted sifted packed loosely lightly firmly
    finely roughly coarsely thinly thickly freshly squeezed zested juiced pureed blanched toasted shelled hulled
    separated divided cut into piece chunk cube strip round wedge ribbon matchstick inch cm mm crosswise
    lengthwise diagonally patted picked about small large medium big heaped heaping scant level good generous
    ripe overripe organic local raw leftover bite sized size thick thin long well scrubbed deveined debearded
    bruised smashed cracked bashed each lukewarm tepid uncooked unpeeled unwaxed boneless skinless
    """.split()  # noqa: SIM905
)
"""What is done to a food, its size and the author's praise: words that never change which food it is.

``whole``, ``ground``, ``baby``, ``lean``, ``plain``, ``hot``, ``roasted``, ``seed``, ``stem`` are missing on purpose.
"""

PARTS = frozenset({"leaf", "stalk", "spear", "sprig", "floret", "head", "clove", "stick"})
"""Parts that one eats of greens and herbs; of anything else they may be another food (lime leaves)."""

NEUTRAL = frozenset(
    """
    red green white black yellow brown gold purple sweet large small whole plain light lean extra virgin full baby wild
    king greek italian mexican indian irish french british atlantic style type pure natural long short flat fine coarse
    strong mature sharp mild young old new fashioned classic quick low fat reduced sodium creamy crunchy smooth runny
    """.split()  # noqa: SIM905
)
"""Words in names of the catalogue that are no foods: beside another noun they say little."""

PROCESSED = frozenset(
    {
        "smoked",
        "pickled",
        "salted",
        "candied",
        "sweetened",
        "fried",
        "glazed",
        "flavored",
        "instant",
        "filled",
        "breaded",
        "crystallised",
        "crystallized",
        "stem",
        "vegan",
        "vegetarian",
        "meatless",
        "eggless",
        "vegetable",
        "substitute",
    }
)
"""Words that make another food of it, even where the noun is the same; so does ``gluten-free``."""

KINDS = frozenset({"sauce", "cheese", "mustard"})
"""Nouns that a name goes without in the kitchen: Worcestershire, Dijon."""

HERB_FRESH = frozenset(
    {"fresh", "chopped", "leaf", "leaves", "minced", "torn", "picked", "grated", "shredded", "sliced", "sprig", "bunch",
     "handful", "peeled", "snipped", "finely", "roughly"}
)  # fmt: skip
"""Words beside which a spoon of a herb or of ginger cannot be the dried one."""


def words(text: str) -> tuple[str, ...]:
    """The telling words in lower-case singular and one spelling: ``Chilli flakes`` -> ``("chili", "flake")``."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace("-", " ").replace("/", " ")
    spaced = f" {' '.join(WORD.findall(plain))} "
    for phrase, other in PHRASES.items():
        spaced = spaced.replace(f" {phrase} ", f" {other} ")
    spaced = FREE.sub(r"\1free", spaced)
    found = (SPELLINGS.get(word, word) for word in spaced.split())
    return tuple(SPELLINGS.get(one, one) for one in map(_singular, found) if one not in FILLERS)


def _singular(word: str) -> str:
    return {"leaves": "leaf", "molasses": "molasses", "hummus": "hummus"}.get(word) or singular(word)


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenNames:
    """``data/kitchen_names.toml`` by the words of each name: what is no food, what is near one, what may be several."""

    not_eaten: frozenset[tuple[str, ...]]
    likely: Mapping[tuple[str, ...], str]
    unsure: Mapping[tuple[str, ...], tuple[str, ...]]


@cache
def read_kitchen_names() -> KitchenNames:
    """The embedded names."""
    raw = tomllib.loads((files("mealplan") / "data" / "kitchen_names.toml").read_text(encoding="utf-8"))
    return KitchenNames(
        not_eaten=frozenset(words(name) for name in raw["not_eaten"]),
        likely={words(name): ingredient for ingredient, names in raw["likely"].items() for name in names},
        unsure={words(name): tuple(ingredients) for name, ingredients in raw["unsure"].items()},
    )
