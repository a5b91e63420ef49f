"""The kitchen catalogue: what a cook calls a food, and every fact that a planner needs of it.

``data/ingredients.csv`` has one row for each food as bought. Diet and allergen facts stand there and nowhere
else: ``contains`` is certain, ``unverified`` depends on the brand and never means "free from". Grams are the
edible part as it goes into the dish (peeled, drained); ``edible_share`` leads back to what is bought.
``ingredient_checks`` holds the catalogue against a food table.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path
from types import MappingProxyType

from foods.errors import FoodsError

# A US customary cup and its spoons, as USDA's portion weights mean them, in ml.
VOLUMES_ML: Mapping[str, float] = {"cup": 240.0, "tbsp": 15.0, "tsp": 5.0, "ml": 1.0, "l": 1000.0}
WEIGHTS_G: Mapping[str, float] = {"g": 1.0, "kg": 1000.0, "oz": 28.349523125, "lb": 453.59237}


class UnknownIngredient(FoodsError):
    """A name that no row and no alias of the catalogue carries."""


class UnknownUnit(FoodsError):
    """A unit that says nothing about the weight of this ingredient."""


class BadAmount(FoodsError):
    """An amount that is negative or no number."""


class BrokenCatalogue(FoodsError):
    """A catalogue file that cannot be read; the message has one line per broken cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A size as sold: ``label`` as on the shelf ("500 g bag", "piece"), ``grams`` with peel or brine."""

    label: str
    grams: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """A food as the kitchen buys it.

    ``food_id`` and ``cooked_food_id`` are rows of the food table; ``measures`` are edible grams per household
    unit; ``heme_fraction`` is the share of the iron that is heme; the price is US$ per 100 g as bought;
    phytate and caffeine are mg per 100 g edible, None where unknown; ``packages`` are metric sizes,
    ``packages_us`` those of US shops.
    """

    name: str
    aliases: tuple[str, ...] = ()
    food_id: str
    state: str
    cooked_food_id: str | None = None
    family: str
    aisle: str
    food_group: str
    contains: frozenset[str] = frozenset()
    unverified: frozenset[str] = frozenset()
    heme_fraction: float = 0.0
    measures: Mapping[str, float]
    edible_share: float = 1.0
    packages: tuple[Package, ...] = ()
    packages_us: tuple[Package, ...] = ()
    keeps_days: int
    staple: bool = False
    price_usd_per_100g: float | None = None
    price_year: int | None = None
    price_source: str | None = None
    phytate_mg_per_100g: float | None = None
    caffeine_mg_per_100g: float | None = None

    @property
    def is_meat(self) -> bool:
        """Meat, fish or poultry as the iron models mean it: flesh or liver, whose iron is partly heme."""
        return self.heme_fraction > 0

    def grams(self, amount: float, unit: str) -> float:
        """Edible grams in an amount: ``grams(2, "clove")``, ``grams(250, "ml")``.

        Volumes need one volume among the measures (a cup is 240 ml, a tablespoon 15, a teaspoon 5).
        Raises: BadAmount; UnknownUnit, naming the units that this ingredient knows.
        """
        if not math.isfinite(amount) or amount < 0:
            hint = "amounts are numbers from zero up"
            raise BadAmount(f"`{self.name}`: amount {amount} {unit} is no quantity", hint)
        return amount * self._grams_per(unit)

    def units(self) -> tuple[str, ...]:
        """Every unit that :meth:`grams` takes, household measures first."""
        volumes = [unit for unit in VOLUMES_ML if unit not in self.measures] if self._grams_per_ml() else []
        return (*self.measures, *volumes, *WEIGHTS_G)

    def _grams_per(self, unit: str) -> float:
        for spelling in (unit, unit.removesuffix("s"), unit.removesuffix("es")):
            if spelling in self.measures:
                return self.measures[spelling]
            if spelling in WEIGHTS_G:
                return WEIGHTS_G[spelling]
            density = self._grams_per_ml()
            if density is not None and spelling in VOLUMES_ML:
                return VOLUMES_ML[spelling] * density
        raise UnknownUnit(f"`{self.name}` has no unit `{unit}`", "units known: " + ", ".join(self.units()))

    def _grams_per_ml(self) -> float | None:
        # The largest measure first: its rounding matters least.
        for unit in ("cup", "tbsp", "tsp"):
            if unit in self.measures:
                return self.measures[unit] / VOLUMES_ML[unit]
        return None


class Catalogue(Mapping[str, Ingredient]):
    """Ingredients by name; an alias leads to its ingredient, case and spacing do not matter.

    Iterating gives the names only, in file order. Where a name stands twice the first row counts;
    ``ingredients`` keeps every row, so that the checks can see it.
    """

    def __init__(self, ingredients: Iterable[Ingredient]) -> None:
        self.ingredients = tuple(ingredients)
        self._by_name: dict[str, Ingredient] = {}
        for ingredient in self.ingredients:
            self._by_name.setdefault(_spelling(ingredient.name), ingredient)
        self._by_spelling = dict(self._by_name)
        for ingredient in self.ingredients:
            for alias in ingredient.aliases:
                self._by_spelling.setdefault(_spelling(alias), ingredient)

    def __getitem__(self, name: str) -> Ingredient:
        return self._by_spelling[_spelling(name)]

    def __iter__(self) -> Iterator[str]:
        return (ingredient.name for ingredient in self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def resolve(self, text: str) -> Ingredient:
        """The ingredient of that name or alias.

        Raises: UnknownIngredient, with the nearest names as its hint.
        """
        found = self._by_spelling.get(_spelling(text))
        if found is None:
            near = self.suggest(text)
            hint = "did you mean " + " or ".join(f"`{name}`" for name in near) + "?" if near else None
            raise UnknownIngredient(f"unknown ingredient `{text}`", hint)
        return found

    def suggest(self, text: str, limit: int = 3) -> list[str]:
        """Names near a misspelt one, best first, empty when nothing comes near."""
        from rapidfuzz import fuzz, process

        wanted = _spelling(text)
        hits = process.extract(wanted, list(self._by_spelling), scorer=fuzz.WRatio, limit=40, score_cutoff=60)
        # WRatio alone likes short names that sit inside a long word ("pear" in "cheakpeas"), so whole words
        # weigh as much; the state after the comma is seldom typed.
        scores = {name: score + fuzz.ratio(wanted, name.partition(",")[0]) for name, score, _ in hits}
        near = sorted((name for name in scores if scores[name] >= 125), key=lambda name: -scores[name])
        return list(dict.fromkeys(self._by_spelling[name].name for name in near))[:limit]


def read_catalogue(path: Path | None = None) -> Catalogue:
    """The embedded catalogue, or the one in a file of the same columns (UTF-8 CSV with a header row).

    Raises: BrokenCatalogue, with every broken cell at once.
    """
    if path is None:
        return _embedded_catalogue()
    with path.open(encoding="utf-8", newline="") as stream:
        return _to_catalogue(csv.DictReader(stream), str(path))


@cache
def _embedded_catalogue() -> Catalogue:
    text = (files("foods") / "data" / "ingredients.csv").read_text(encoding="utf-8")
    return _to_catalogue(csv.DictReader(StringIO(text)), "foods/data/ingredients.csv")


def _to_catalogue(rows: csv.DictReader[str], source: str) -> Catalogue:
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise BrokenCatalogue(f"{source}: no column {', '.join(missing)}", "columns: " + ", ".join(COLUMNS))
    return parse_rows(enumerate(rows, start=2), source, "line")


def parse_rows(rows: Iterable[tuple[int, Mapping[str, str | None]]], source: str, what: str = "row") -> Catalogue:
    """A catalogue from numbered rows of text by column, as ``data/ingredients.csv`` writes them.

    Raises: BrokenCatalogue, with every broken cell at once.
    """
    ingredients, broken = [], []
    for number, row in rows:
        reader = _RowReader(row)
        ingredient = reader.ingredient()
        broken += [f"{source}, {what} {number}, {problem}" for problem in reader.problems]
        if ingredient is not None:
            ingredients.append(ingredient)
    if broken:
        raise BrokenCatalogue("\n".join(broken), "lists are joined with `;`, pairs are written `cup=192`")
    return Catalogue(ingredients)


COLUMNS: tuple[str, ...] = (
    "name", "aliases", "food_id", "state", "cooked_food_id", "family", "aisle", "food_group", "contains",
    "unverified", "heme_fraction", "measures", "edible_share", "packages", "keeps_days", "staple",
    "price_usd_per_100g", "price_year", "price_source", "phytate_mg_per_100g", "caffeine_mg_per_100g",
)  # fmt: skip


class _RowReader:
    """Reads one row, gathering what is wrong with it instead of stopping at the first cell."""

    def __init__(self, row: Mapping[str, str | None]) -> None:
        self.row = {column: (row.get(column) or "").strip() for column in COLUMNS}
        self.problems: list[str] = []

    def ingredient(self) -> Ingredient | None:
        metric, _, us = self.row["packages"].partition("|")
        ingredient = Ingredient(
            name=self._text("name"),
            food_id=self._text("food_id"),
            state=self._text("state"),
            family=self._text("family"),
            aisle=self._text("aisle"),
            food_group=self._text("food_group"),
            aliases=self._list("aliases"),
            cooked_food_id=self.row["cooked_food_id"] or None,
            contains=frozenset(self._list("contains")),
            unverified=frozenset(self._list("unverified")),
            heme_fraction=self._number("heme_fraction") or 0.0,
            measures=MappingProxyType(dict(self._pairs("measures", self.row["measures"]))),
            edible_share=self._filled("edible_share"),
            packages=self._packages(metric),
            packages_us=self._packages(us or metric),
            keeps_days=int(self._filled("keeps_days")),
            staple=self._yes("staple"),
            price_usd_per_100g=self._number("price_usd_per_100g"),
            price_year=self._year("price_year"),
            price_source=self.row["price_source"] or None,
            phytate_mg_per_100g=self._number("phytate_mg_per_100g"),
            caffeine_mg_per_100g=self._number("caffeine_mg_per_100g"),
        )
        return None if self.problems else ingredient

    def _complain(self, column: str, message: str) -> None:
        self.problems.append(f"`{self.row['name']}`: {column} = `{self.row[column]}` {message}")

    def _text(self, column: str) -> str:
        if not self.row[column]:
            self._complain(column, "must not be empty")
        return self.row[column]

    def _list(self, column: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.row[column].split(";") if part.strip())

    def _filled(self, column: str) -> float:
        self._text(column)
        return self._number(column) or 0.0

    def _number(self, column: str) -> float | None:
        text = self.row[column]
        try:
            value = float(text) if text else None
        except ValueError:
            value = math.nan
        if value is None or (math.isfinite(value) and value >= 0):
            return value
        self._complain(column, "is no amount")
        return None

    def _year(self, column: str) -> int | None:
        text = self.row[column]
        if text and not (text.isdecimal() and len(text) == 4):
            self._complain(column, "is no year")
            return None
        return int(text) if text else None

    def _yes(self, column: str) -> bool:
        if self.row[column] not in ("", "yes", "no"):
            self._complain(column, "is neither `yes` nor `no`")
        return self.row[column] == "yes"

    def _pairs(self, column: str, text: str) -> Iterator[tuple[str, float]]:
        for part in filter(None, (part.strip() for part in text.split(";"))):
            label, _, number = part.rpartition("=")
            try:
                grams = float(number)
            except ValueError:
                grams = math.nan
            if label.strip() and grams > 0:
                yield label.strip(), grams
            else:
                self._complain(column, f"has `{part}`, which is not `unit=grams`")

    def _packages(self, text: str) -> tuple[Package, ...]:
        return tuple(Package(label=label, grams=grams) for label, grams in self._pairs("packages", text))


def _spelling(text: str) -> str:
    return " ".join(text.casefold().split())
