"""Candidate meals: an anchor dish with the companions that go with it, in sensible servings.

A **pattern** is a whole meal for one occasion. All that happens inside a meal (iron absorption, pairing, an uneven
size) is exact here, however nonlinear, so that the model over patterns stays linear. The space of patterns is
never written out; `mealplan.pricing` finds its cheapest members under given prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mealplan.courses import (
    AMOUNTS,
    COMPANIONS,
    EVERY_TABLE,
    GREENS,
    companion_kind,
    is_anchor,
    is_companion,
    is_welcome,
    star_foods,
    table_of,
)
from mealplan.dishes import STARCHES, Slot
from mealplan.iron import heme_share, nonheme_share
from mealplan.nutrition import Servings
from mealplan.occasions import Dearer, Occasion
from mealplan.preference import Insides, Taste, build_facts, build_insides
from mealplan.request import Weights

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

ABSORBED = "absorbed_iron_mg"

NONE = -1
"""The item of a place at the table that stays empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Meals of one occasion, a row each.

    ``items`` (n, 3): indices into the space's items, anchor first, -1 where there is none. ``amount``
    (n, keys): nutrients, absorbed iron last. ``cost`` (n,): preference, in points.
    """

    items: Ints
    amount: Floats
    cost: Floats

    def __len__(self) -> int:
        return len(self.cost)

    def take(self, rows: Ints) -> Columns:
        """The meals at these rows, in their order."""
        return Columns(items=self.items[rows], amount=self.amount[rows], cost=self.cost[rows])

    def joined(self, other: Columns) -> Columns:
        """These meals and those of ``other`` that are new, in order of first appearance."""
        items = np.concatenate([self.items, other.items])
        _, first = np.unique(items, axis=0, return_index=True)
        rows = np.sort(first)
        return Columns(
            items=items[rows],
            amount=np.concatenate([self.amount, other.amount])[rows],
            cost=np.concatenate([self.cost, other.cost])[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Companions of a slot: ``items`` (m,), and for each its kind (a number), its table, and what it brings."""

    items: Ints
    kind: Ints
    table: Ints
    kinds: tuple[str, ...]
    starch: Bools
    greens: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Anchors of a slot that keep the same company: ``anchors`` (n,) items, ``welcome`` (kinds,) kinds of side.

    ``table`` is theirs; ``starch`` and ``greens`` say whether they miss one; ``seats`` how many may stand beside.
    """

    anchors: Ints
    welcome: Bools
    table: int
    starch: bool
    greens: bool
    seats: int


class Space:
    """Every meal that may be planned, for one person and request.

    Attributes: ``servings``; ``taste``; ``item_dish`` and ``item_amount`` (n_items,): a dish and how many servings
    of it; ``nutrients`` (n_items, keys - 1); ``keys``: the nutrients of a meal, absorbed iron last.
    """

    def __init__(self, servings: Servings, taste: Taste) -> None:
        self.servings = servings
        self.taste = taste
        self.keys = (*servings.keys, ABSORBED)
        pairs = [(row, n) for row, dish in enumerate(servings.dishes) for n in AMOUNTS[dish.course]]
        self.item_dish: Ints = np.array([row for row, _ in pairs], dtype=np.intp)
        self.item_amount: Floats = np.array([n for _, n in pairs])
        scale = self.item_amount[:, None]
        self.nutrients = servings.amount[self.item_dish] * scale
        self._inside = build_insides(servings)[self.item_dish] * scale
        self.energy: Floats = self._inside[:, 4]
        self.most_absorbed: Floats = self._inside[:, 0] * heme_share() + self._inside[:, 1] * float(
            nonheme_share(np.inf)
        )
        self._facts = build_facts(servings.dishes)
        self._points: dict[tuple[Slot, bool, Dearer], Floats] = {}
        self._sides: dict[Slot, Side] = {}
        self._parties: dict[Slot, tuple[Party, ...]] = {}

    def reweighted(self, weights: Weights) -> Space:
        """The same meals with other preferences."""
        return Space(self.servings, replace(self.taste, weights=weights))

    def take(self, rows: Ints) -> Space:
        """The meals that some of the dishes make."""
        return Space(self.servings.take(rows), self.taste.take(rows))

    def anchors(self, slot: Slot) -> Ints:
        """Rows of the dishes that can carry this meal."""
        return np.array([row for row, dish in enumerate(self.servings.dishes) if is_anchor(dish, slot)], dtype=np.intp)

    def item_points(self, occasion: Occasion) -> Floats:
        """(n_items,) what each item costs by itself at an occasion."""
        key = occasion.slot, occasion.weekday, occasion.dearer
        if key not in self._points:
            dearer = dict(occasion.dearer)
            by_dish = np.array([dearer.get(dish.slug, 0.0) for dish in self.servings.dishes])
            points = self.taste.dish_points(self._facts, self.item_dish, self.item_amount, occasion)
            self._points[key] = points + by_dish[self.item_dish]
        return self._points[key]

    def sides(self, slot: Slot) -> Side:
        """The companions of a slot."""
        if slot not in self._sides:
            self._sides[slot] = self._build_sides(slot)
        return self._sides[slot]

    def parties(self, slot: Slot) -> tuple[Party, ...]:
        """The anchors of a slot by the company they keep, in order of first appearance."""
        if slot not in self._parties:
            self._parties[slot] = tuple(self._build_parties(slot))
        return self._parties[slot]

    def build_columns(self, occasion: Occasion, items: Ints) -> Columns:
        """The meals made of these items, with exact nutrients, absorbed iron and cost.

        Args: items: (n, 3) item indices, anchor first, -1 for none.
        """
        meals = self.insides(items)
        amount = np.column_stack([sum_items(self.nutrients, items), absorbed(meals)])
        cost = sum_items(self.item_points(occasion)[:, None], items)[:, 0]
        return Columns(items=items, amount=amount, cost=cost + self.meal_points(occasion.slot, items, meals))

    def dishes_in(self, meals: Iterable[Columns]) -> Ints:
        """The dishes of these meals, ascending, each once."""
        return np.unique(np.concatenate([self.item_dish[one.items[one.items >= 0]] for one in meals]))

    def places_in(self, held: Ints, items: Ints) -> Ints:
        """For each of any items the place of its dish among these ascending ones; one past the last for "none"."""
        return np.where(items >= 0, np.searchsorted(held, self.item_dish[items]), len(held))

    def most(self, column: int) -> Floats:
        """(n_items,) of a nutrient in each item; of absorbed iron the most that any company lets through."""
        return self.most_absorbed if column == len(self.keys) - 1 else self.nutrients[:, column]

    def insides(self, items: Ints) -> Insides:
        """What decides inside each of (n, 3) meals."""
        return Insides(**dict(zip(Insides.__dataclass_fields__, sum_items(self._inside, items).T, strict=True)))

    def meal_points(self, slot: Slot, items: Ints, meals: Insides) -> Floats:
        """(n,) what meals cost as a whole, beyond what their dishes do; never negative."""
        weights = self.taste.weights
        points: Floats = self.taste.whole_points(slot, meals) + self.taste.uneven_points(slot, meals.energy)
        for misses, brings, price in (
            (self._wants[STARCHES], self._is[STARCHES], weights.no_starch),
            (self._wants[GREENS], self._is[GREENS], weights.no_greens),
        ):
            points += price * (misses[items[:, 0]] & ~brings[items[:, 1]] & ~brings[items[:, 2]])
        for place in (1, 2):
            points += weights.foreign_side * is_foreign(self.table[items[:, 0]], self.table[items[:, place]])
        return points + weights.same_food * self._clashes(items)

    def _clashes(self, items: Ints) -> Floats:
        """(n,) how many pairs of dishes of a meal are built on the same food."""
        count = np.zeros(len(items))
        for one, other in ((0, 1), (0, 2), (1, 2)):
            shared = self._stars[items[:, one]] & self._stars[items[:, other]]
            count += shared.any(axis=1)
        return count

    @cached_property
    def stars(self) -> tuple[frozenset[str], ...]:
        """What each dish is made of (`mealplan.courses.star_foods`)."""
        return tuple(star_foods(dish) for dish in self.servings.dishes)

    @cached_property
    def _stars(self) -> NDArray[np.uint64]:
        """(n_items + 1, words) the foods each item is built on, a bit a food; the last row is for "none"."""
        stars = self.stars
        bit = {food: number for number, food in enumerate(sorted(frozenset[str]().union(*stars)))}
        words = np.zeros((len(stars) + 1, len(bit) // 64 + 1), dtype=np.uint64)
        for row, foods in enumerate(stars):
            for food in foods:
                words[row, bit[food] // 64] |= np.uint64(1 << bit[food] % 64)
        by_item: NDArray[np.uint64] = words[np.append(self.item_dish, len(stars))]
        return by_item

    @cached_property
    def table(self) -> Ints:
        """(n_items + 1,) the table each item belongs to; the last entry is for "none"."""
        tables = np.array([table_of(dish) for dish in self.servings.dishes] + [EVERY_TABLE], dtype=np.intp)
        by_item: Ints = tables[np.append(self.item_dish, len(self.servings.dishes))]
        return by_item

    @cached_property
    def _wants(self) -> dict[frozenset[str], Bools]:
        """Which items want a side of these kinds; the entry past the last is for "none"."""
        return {kinds: self._spread([bool(d.sides & kinds) for d in self.servings.dishes]) for kinds in _BRINGS}

    @cached_property
    def _is(self) -> dict[frozenset[str], Bools]:
        """Which items are a side of these kinds; the entry past the last is for "none"."""
        return {kinds: self._spread([d.kind in kinds for d in self.servings.dishes]) for kinds in _BRINGS}

    def _spread(self, by_dish: Sequence[bool]) -> Bools:
        return np.append(np.array(by_dish, dtype=bool)[self.item_dish], False)

    def _build_sides(self, slot: Slot) -> Side:
        dishes = self.servings.dishes
        rows = np.array([is_companion(dish, slot) for dish in dishes], dtype=bool)
        items = np.flatnonzero(rows[self.item_dish]) if len(dishes) else _no_ints()
        names = [companion_kind(dish) for dish in dishes]
        kinds = tuple(sorted({names[row] for row in self.item_dish[items]}))
        number = {name: place for place, name in enumerate(kinds)}
        kind = np.array([number[names[row]] for row in self.item_dish[items]], dtype=np.intp)
        return Side(
            items=items,
            kind=kind,
            table=self.table[items],
            kinds=kinds,
            starch=np.array([name in STARCHES for name in kinds], dtype=bool)[kind] if kinds else _no_bools(),
            greens=np.array([name in GREENS for name in kinds], dtype=bool)[kind] if kinds else _no_bools(),
        )

    def _build_parties(self, slot: Slot) -> Iterator[Party]:
        # What goes with a dish depends on its sides and its table alone, so that one look serves all that share them.
        alike: dict[tuple[bool, frozenset[str], int], list[int]] = {}
        for row in self.anchors(slot).tolist():
            dish = self.servings.dishes[row]
            alike.setdefault((dish.is_main, dish.sides, table_of(dish)), []).append(row)
        kinds = self.sides(slot).kinds
        for (_, _, table), rows in alike.items():
            first = self.servings.dishes[rows[0]]
            yield Party(
                anchors=np.flatnonzero(np.isin(self.item_dish, rows)),
                welcome=np.array([is_welcome(kind, first) for kind in kinds], dtype=bool),
                table=table,
                starch=bool(first.sides & STARCHES),
                greens=bool(first.sides & GREENS),
                seats=COMPANIONS[slot],
            )


_BRINGS = (STARCHES, GREENS)


def is_foreign(anchor: Ints, side: Ints) -> Bools:
    """Whether a side of this table stands beside an anchor of another; a dish at home on every table never does."""
    foreign: Bools = (side != EVERY_TABLE) & (anchor != EVERY_TABLE) & (side != anchor)
    return foreign


def absorbed(meals: Insides) -> Floats:
    """(n,) mg of iron absorbed from each meal, at empty stores."""
    return heme_share() * meals.heme + meals.nonheme * nonheme_share(meals.enhancing)


def sum_items(values: Floats, items: Ints) -> Floats:
    """(n, k) sums of the rows of ``values`` of each (n, places) ``items``; -1 adds nothing."""
    padded = np.concatenate([values, np.zeros((1, values.shape[1]))])
    total: Floats = padded[items[:, 0]]
    for place in range(1, items.shape[1]):
        total += padded[items[:, place]]
    return total


def _no_ints() -> Ints:
    return np.empty(0, dtype=np.intp)


def _no_bools() -> Bools:
    return np.empty(0, dtype=bool)
