"""Finding a food by words: typos, plurals and British names included, plain foods first."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from foods.table import FoodTable

WORD = re.compile(r"[a-z]+|\d+%?")
PART = re.compile(r"[,(]")
BRAND = re.compile(r"\b[A-Z][A-Z'&]{2,}\b")
"""USDA shouts brands."""
MIN_LIKENESS = 0.7
FILLERS = frozenset({"a", "an", "the", "of", "and", "in", "with", "or", "for", "to", "by", "from", "fresh"})
CATEGORY_WEIGHTS: Mapping[str, float] = {
    "Baby Foods": 0.6,
    "Fast Foods": 0.7,
    "Restaurant Foods": 0.7,
    "Meals, Entrees, and Side Dishes": 0.85,
    "American Indian/Alaska Native Foods": 0.75,
    "Sweets": 0.9,
    "Soups, Sauces, and Gravies": 0.9,
    "Snacks": 0.9,
    "Breakfast Cereals": 0.9,
}
TYPE_WEIGHTS: Mapping[str, float] = {"sr_legacy": 1.0, "foundation": 0.985, "fndds": 0.97, "sr21": 0.985}
PLAIN_WORDS: Mapping[str, float] = {
    **dict.fromkeys(("raw", "uncooked"), 0.06),
    **dict.fromkeys(("mature",), 0.02),
    **dict.fromkeys(("babyfood", "toddler", "junior", "strained", "infant", "formula"), -0.25),
    **dict.fromkeys(("imitation", "substitute", "restaurant", "meatless"), -0.1),
    **dict.fromkeys(("fried", "breaded", "sweetened", "candied", "flavored", "juice", "salted", "enriched"), -0.03),
}


DRY_STAPLES = frozenset({"Legumes and Legume Products", "Cereal Grains and Pasta"})
"""Where ``dry`` is how the food is bought, not a powder of it."""
DRY_BONUS = 0.06
AS_ASKED = 0.88
"""How much the very words count where the kitchen's name has a translation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A food found; ``score`` is 0-1 and orders hits of one search only."""

    food_id: str
    description: str
    data_type: str
    score: float


@dataclass(frozen=True, slots=True)
class _Index:
    """Words of all descriptions, and where each stands: ``weights[word]`` are (food row, weight) pairs."""

    ids: Sequence[str]
    descriptions: Sequence[str]
    types: Sequence[str]
    words: tuple[str, ...]
    vocabulary: frozenset[str]
    rows: Mapping[str, npt.NDArray[np.int64]]
    weights: Mapping[str, npt.NDArray[np.float64]]
    base: npt.NDArray[np.float64]
    bonus: npt.NDArray[np.float64]
    breadth: npt.NDArray[np.float64]


def search(table: FoodTable, words: str, limit: int = 10) -> list[Hit]:
    """The foods that fit the words best, best first; an empty list if none does.

    ``spinch`` finds spinach and ``garbanzo`` chickpeas. A food needs every word, or one much like it.
    """
    index = _build_index(table)
    scores = _score(index, words_of(words))
    translated = translate(words, index.vocabulary)
    if translated is not None:
        scores = np.maximum(scores * AS_ASKED, _score(index, words_of(translated)))
    order = np.lexsort((index.breadth, -np.round(scores, 6)))[:limit]
    return [
        Hit(
            food_id=index.ids[place],
            description=index.descriptions[place],
            data_type=index.types[place],
            score=float(np.clip(scores[place], 0, 1)),
        )
        for place in order
        if scores[place] > 0
    ]


def words_of(text: str) -> list[str]:
    """The telling words of a text in lower-case singular: ``Chick-peas, raw`` -> ``["chick", "pea", "raw"]``."""
    return [singular(word) for word in WORD.findall(text.lower()) if word not in FILLERS]


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """A rough singular, the same for both numbers of a noun: leaves/leaf, berries/berry, potatoes/potato."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word in ("leaves", "halves", "loaves", "knives"):
        return word[:-3] + "f"
    if word.endswith(("oes", "shes", "ches", "sses", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


@cache
def read_synonyms() -> Mapping[tuple[str, ...], str]:
    """Words of a kitchen -> USDA's words, from ``foods/data/synonyms.csv``."""
    text = files("foods").joinpath("data/synonyms.csv").read_text(encoding="utf-8")
    return {tuple(words_of(row["words"])): row["usda"] for row in csv.DictReader(text.splitlines())}


def translate(text: str, vocabulary: Set[str] = frozenset()) -> str | None:
    """The text with the longest kitchen names put as USDA puts them, or None where nothing changes.

    Args: ``vocabulary`` words that are not mistyped; another word may stand for a kitchen name much like it.
    """
    known = read_synonyms()
    words = [word if word in vocabulary else _mend(word) for word in words_of(text)]
    result: list[str] = []
    changed = False
    while words:
        length = next((n for n in range(len(words), 0, -1) if tuple(words[:n]) in known), 0)
        result.append(known[tuple(words[:length])] if length else words[0])
        changed |= bool(length)
        words = words[length or 1 :]
    return " ".join(result) if changed else None


def _mend(word: str) -> str:
    names = [key[0] for key in read_synonyms() if len(key) == 1]
    if len(word) < 5 or word in names:
        return word
    found = process.extractOne(word, names, scorer=OSA.normalized_similarity, score_cutoff=0.8)
    return word if found is None else found[0]


def _score(index: _Index, words: Sequence[str]) -> npt.NDArray[np.float64]:
    """(foods,) how well each fits all the words; 0 where a word is missing."""
    wanted = list(dict.fromkeys(words))
    if not wanted:
        return np.zeros(len(index.ids))
    total = np.zeros(len(index.ids))
    every = np.ones(len(index.ids), dtype=bool)
    for word in wanted:
        found = _find_word(index, word)
        every &= found > 0
        total += found
    fit = total / len(wanted)
    share = np.minimum(len(wanted) / index.breadth, 1.0)
    asked = sum(PLAIN_WORDS.get(word, 0.0) for word in wanted)
    return np.where(every, fit * index.base * (0.75 + 0.2 * np.sqrt(share)) + index.bonus - min(asked, 0.0), 0.0)


def _find_word(index: _Index, word: str) -> npt.NDArray[np.float64]:
    """(foods,) the weight of the best word in each description that is, begins like, or resembles ``word``."""
    found = np.zeros(len(index.ids))
    for other, likeness in _like(index.words, word):
        rows = index.rows[other]
        found[rows] = np.maximum(found[rows], likeness * index.weights[other])
    return found


def _like(vocabulary: tuple[str, ...], word: str) -> list[tuple[str, float]]:
    if len(word) < 4:
        return [(word, 1.0)] if word in vocabulary else []
    close = process.extract(word, vocabulary, scorer=OSA.normalized_similarity, score_cutoff=MIN_LIKENESS, limit=12)
    best = max((score for _, score, _ in close), default=0.0)
    if best == 1.0:
        close = [entry for entry in close if entry[1] == 1.0]
    starts = [(other, 0.85) for other in vocabulary if other.startswith(word) and other != word]
    return [(other, score if score == 1.0 else 0.9 * score) for other, score, _ in close] + starts


@lru_cache(maxsize=2)
def _build_index(table: FoodTable) -> _Index:
    foods = table.foods
    texts = foods["description"].tolist()
    rows: dict[str, list[int]] = {}
    weights: dict[str, list[float]] = {}
    bonus, breadth = np.zeros(len(foods)), np.ones(len(foods))
    for place, (text, category) in enumerate(zip(texts, foods["category"].tolist(), strict=True)):
        found, breadth[place] = _weigh(text)
        bonus[place] = sum(PLAIN_WORDS.get(word, 0.0) for word in found) - 0.02 * len(BRAND.findall(text))
        if "dry" in found and category in DRY_STAPLES:
            bonus[place] += DRY_BONUS
        for word, weight in found.items():
            rows.setdefault(word, []).append(place)
            weights.setdefault(word, []).append(weight)
    base = foods["category"].map(CATEGORY_WEIGHTS).fillna(1.0) * foods["data_type"].map(TYPE_WEIGHTS).fillna(0.97)
    return _Index(
        ids=foods.index.tolist(),
        descriptions=texts,
        types=foods["data_type"].tolist(),
        words=tuple(rows),
        vocabulary=frozenset(rows),
        rows={word: np.array(places) for word, places in rows.items()},
        weights={word: np.array(amounts) for word, amounts in weights.items()},
        base=np.asarray(base, dtype=np.float64),
        bonus=bonus,
        breadth=breadth,
    )


def _weigh(text: str) -> tuple[dict[str, float], int]:
    """Word -> 1 at the head of the name, less in each later part (USDA puts what a food is first); how many words."""
    found: dict[str, float] = {}
    count = 0
    for place, part in enumerate(PART.split(text)):
        for order, word in enumerate(words_of(part)):
            found.setdefault(word, max(1.0 - 0.07 * place - 0.03 * min(order, 3), 0.6))
            count += 1
    return found, max(count, 1)
