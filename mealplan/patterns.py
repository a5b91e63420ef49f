"""Candidate meals: an anchor dish with the companions that go with it, in sensible servings.

A **pattern** is a whole meal for one slot. All that happens inside a meal (iron absorption, pairing, an uneven
size) is exact here, however nonlinear, so that the model over patterns stays linear. The space of patterns is
never written out; `Space.price` finds its cheapest members under given prices by bounded enumeration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mealplan.courses import (
    AMOUNTS,
    COMPANIONS,
    ENERGY_SHARE,
    EVERY_TABLE,
    GREENS,
    companion_kind,
    goes_with,
    is_anchor,
    table_of,
)
from mealplan.dishes import STARCHES, Slot
from mealplan.iron import heme_share, nonheme_share
from mealplan.nutrition import Servings
from mealplan.request import Weights

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

ABSORBED = "absorbed_iron_mg"
PAIRED_NONHEME_MG = 3.0
PAIRED_VITAMIN_C_MG = 25.0

USUAL_KCAL = 2000.0

LOOK_AT = 32
"""How many of the cheapest companions are tried first beside every anchor."""

FIRST_LOOK = 512
"""How many of those meals are worked out exactly; what they cost cuts off most of the rest."""

_NONE = -1  # no companion


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Meals of one slot, a row each.

    ``items`` (n, 3): indices into the space's items, anchor first, -1 where there is none. ``amount``
    (n, keys + 1): nutrients, absorbed iron last. ``cost`` (n,): preference, in points.
    """

    slot: Slot
    items: Ints
    amount: Floats
    cost: Floats

    def __len__(self) -> int:
        return len(self.cost)

    def take(self, rows: Ints) -> Columns:
        """The meals at these rows, in their order."""
        return Columns(slot=self.slot, items=self.items[rows], amount=self.amount[rows], cost=self.cost[rows])

    def joined(self, other: Columns) -> Columns:
        """These meals and those of ``other`` that are new, in order of first appearance."""
        items = np.concatenate([self.items, other.items])
        _, first = np.unique(items, axis=0, return_index=True)
        rows = np.sort(first)
        return Columns(
            slot=self.slot,
            items=items[rows],
            amount=np.concatenate([self.amount, other.amount])[rows],
            cost=np.concatenate([self.cost, other.cost])[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What the master pays: per unit of each nutrient (absorbed last), per use of a dish and per anchor use.

    A meal's reduced cost is its own cost less what it earns.
    """

    nutrient: Floats
    dish: Floats
    anchor: Floats


@dataclass(frozen=True, slots=True)
class _Group:
    """Anchors of a slot that share their companions.

    ``anchors`` (n,) and ``companions`` (m,): items; ``kind`` (m,): a number for each kind of companion;
    ``starch`` (m,): whether it is one; ``two``: whether two may stand beside the anchor.
    """

    anchors: Ints
    companions: Ints
    kind: Ints
    starch: NDArray[np.bool_]
    two: bool

    def company(self, few: Ints) -> Ints:
        """(n, 2) items beside the anchor, from these companions only: none, one, or two that go together."""
        items = self.companions[few]
        alone = np.full((1, 2), _NONE, dtype=np.intp)
        one = np.column_stack([items, np.full(len(items), _NONE)])
        if not self.two:
            return np.concatenate([alone, one])
        kind, starch = self.kind[few], self.starch[few]
        together = (kind[:, None] != kind[None, :]) & ~(starch[:, None] & starch[None, :])
        return np.concatenate([alone, one, items[np.argwhere(np.triu(together, 1))]])

    def least_beside(self, worth: Floats) -> tuple[float, Floats]:
        """The least that company can add to a meal, and (m,) that others can add beside each companion.

        Args: worth: (m,) what each companion adds.
        """
        kinds = int(self.kind.max(initial=-1)) + 1
        least = np.zeros(kinds)
        np.minimum.at(least, self.kind, worth)
        if not self.two:
            return float(least.min(initial=0.0)), np.zeros(len(worth))
        order = np.argsort(least, kind="stable")[:2]
        best = float(least[order].sum())
        # Beside a companion of the cheapest kind stands at best the next cheapest kind.
        first = float(least[order[0]]) if kinds else 0.0
        second = float(least[order[1]]) if kinds > 1 else 0.0
        return best, np.where(self.kind == (order[0] if kinds else -1), second, first)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hunt:
    """The search for the cheapest meals of one anchor dish: its items, their worth and that of all others."""

    slot: Slot
    anchors: Ints
    anchor_worth: Floats
    worth: Floats
    plain: Floats
    prices: Prices


class Space:
    """Every meal that may be planned, for one person and request.

    Attributes: ``servings``; ``item_dish`` (n_items,) and ``item_amount`` (n_items,): a dish and how many
    servings of it; ``keys``: the nutrients of a meal, absorbed iron last.
    """

    def __init__(self, servings: Servings, energy_kcal: float, weights: Weights, doubtful: frozenset[int]) -> None:
        """Args: energy_kcal: of the person's day; doubtful: rows of dishes that fit only by their label."""
        self.servings = servings
        self.keys = (*servings.keys, ABSORBED)
        self._energy_kcal = energy_kcal
        self._weights = weights
        # A recipe's portion is meant for 2,000 kcal a day; who needs half as much again finds that normal.
        self._usual = min(1.5, max(0.75, round(energy_kcal / USUAL_KCAL * 4) / 4))
        self._doubtful = doubtful
        pairs = [(row, n) for row, dish in enumerate(servings.dishes) for n in AMOUNTS[dish.course]]
        self.item_dish: Ints = np.array([row for row, _ in pairs], dtype=np.intp)
        self.item_amount: Floats = np.array([n for _, n in pairs])
        scale = self.item_amount[:, None]
        self._nutrients = servings.amount[self.item_dish] * scale
        vitamin_c = servings.column("vitamin_c_mg")
        # What decides inside a meal: heme, non-heme, enhancing factor, vitamin C, energy.
        inner = np.column_stack(
            [
                servings.heme_mg,
                servings.nonheme_mg,
                vitamin_c + servings.meat_g,
                vitamin_c,
                servings.column("energy_kcal"),
            ]
        )
        self._inner = inner[self.item_dish] * scale
        self._most_absorbed = self._inner[:, 0] * heme_share() + self._inner[:, 1] * float(nonheme_share(np.inf))
        self._cost = np.array([self._item_cost(row, n, row in doubtful) for row, n in pairs])
        self._sides = {kinds: self._find_sides(kinds) for kinds in (STARCHES, GREENS)}
        self._table = np.array([table_of(servings.dishes[row]) for row in self.item_dish] + [EVERY_TABLE])
        self._groups = {slot: self._build_groups(slot) for slot in COMPANIONS}

    def reweighted(self, weights: Weights) -> Space:
        """The same meals with other preferences."""
        return Space(self.servings, self._energy_kcal, weights, self._doubtful)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The meals of a day."""
        return tuple(COMPANIONS)

    def anchors(self, slot: Slot) -> Ints:
        """Rows of the dishes that can carry this meal."""
        groups = self._groups[slot]
        return np.unique(self.item_dish[np.concatenate([g.anchors for g in groups])]) if groups else _no_ints()

    def build_columns(self, slot: Slot, items: Ints) -> Columns:
        """The meals made of these items, with exact nutrients, absorbed iron and cost.

        Args: items: (n, 3) item indices, anchor first, -1 for none.
        """
        amount, cost = self._evaluate(slot, items)
        return Columns(slot=slot, items=items, amount=amount, cost=cost)

    def price(self, slot: Slot, prices: Prices, below: float, per_anchor: int) -> tuple[Columns, float]:
        """The cheapest meals of a slot: for each anchor dish its best few of reduced cost under ``below``.

        Returns: those meals, and the least reduced cost of any meal of the slot (``below`` if none is under it).
        The enumeration is complete: only meals whose lower bound is not under the cut are left out.
        """
        plain = self._plain_worth(prices)
        worth = plain - self._most_absorbed * max(float(prices.nutrient[-1]), 0.0)
        found: list[tuple[Ints, Floats]] = []
        for group in self._groups[slot]:
            beside = worth[group.companions]
            best, others = group.least_beside(beside)
            look = group.company(np.argsort(beside, kind="stable")[:LOOK_AT])
            anchor_worth = worth[group.anchors] - prices.anchor[self.item_dish[group.anchors]]
            anchor_dish = self.item_dish[group.anchors]
            for dish in np.unique(anchor_dish[anchor_worth + best < below]):
                mine = anchor_dish == dish
                hunt = _Hunt(
                    slot=slot,
                    anchors=group.anchors[mine],
                    anchor_worth=anchor_worth[mine],
                    worth=worth,
                    plain=plain,
                    prices=prices,
                )
                cut = self._cut(hunt, look, below, per_anchor)
                near = np.flatnonzero(hunt.anchor_worth.min() + beside + others <= cut)
                items, cost = self._under(hunt, group.company(near), cut)
                few = _least(cost, per_anchor, below)
                if len(few):
                    found.append((items[few], cost[few]))
        if not found:
            return self.build_columns(slot, np.empty((0, 3), dtype=np.intp)), below
        items = np.concatenate([some for some, _ in found])
        costs = np.concatenate([some for _, some in found])
        order = np.argsort(costs, kind="stable")
        return self.build_columns(slot, items[order]), float(costs[order[0]])

    def _cut(self, hunt: _Hunt, company: Ints, below: float, count: int) -> float:
        """A reduced cost that ``count`` meals of the likeliest company do not exceed, or ``below``."""
        if count >= FIRST_LOOK:
            return below
        _, cost = self._under(hunt, company, below, FIRST_LOOK)
        if len(cost) < count:
            return below
        # A hair more: bound and cost of one meal are summed in different orders.
        return min(below, float(np.partition(cost, count - 1)[count - 1]) + 1e-9)

    def _under(self, hunt: _Hunt, company: Ints, cut: float, most: int | None = None) -> tuple[Ints, Floats]:
        """Meals of these anchors and company whose bound is not over the cut, with their exact reduced cost.

        Args: most: only so many of the least bounds.
        """
        # Rows are anchors, columns company; sums of worth bound the reduced cost from below.
        bound = (hunt.anchor_worth[:, None] + _sum_items(hunt.worth[:, None], company)[:, 0]).ravel()
        places = np.flatnonzero(bound <= cut)
        if most is not None and len(places) > most:
            places = places[np.argpartition(bound[places], most)[:most]]
        anchor, beside = np.divmod(places, len(company))
        items = np.column_stack([hunt.anchors[anchor], company[beside]])
        return items, self._reduced_cost(hunt.slot, items, hunt.plain, hunt.prices)

    def reduced_cost(self, meals: Columns, prices: Prices) -> Floats:
        """(n,) what these meals cost less what they earn."""
        return self._reduced_cost(meals.slot, meals.items, self._plain_worth(prices), prices)

    def _plain_worth(self, prices: Prices) -> Floats:
        """(n_items,) what each item adds to a meal's reduced cost, absorbed iron aside.

        Less what its iron can earn at the highest enhancing factor, sums of these bound a meal from below: the
        costs of a meal as a whole are never negative.
        """
        earned = (self._nutrients * prices.nutrient[:-1]).sum(axis=1)
        worth: Floats = self._cost - earned - prices.dish[self.item_dish]
        return worth

    def _reduced_cost(self, slot: Slot, items: Ints, plain: Floats, prices: Prices) -> Floats:
        """(n,) exact reduced costs."""
        absorbed_price = float(prices.nutrient[-1])
        parts = _sum_items(np.column_stack([plain, self._inner]), items)
        worth, heme, nonheme, enhancing, vitamin_c, energy = parts.T
        cost: Floats = worth + self._meal_cost(slot, items, energy, nonheme, vitamin_c)
        if absorbed_price:
            cost -= absorbed_price * (heme_share() * heme + nonheme * nonheme_share(enhancing))
        return cost - prices.anchor[self.item_dish[items[:, 0]]]

    def _evaluate(self, slot: Slot, items: Ints) -> tuple[Floats, Floats]:
        nutrients = _sum_items(self._nutrients, items)
        heme, nonheme, enhancing, vitamin_c, energy = _sum_items(self._inner, items).T
        absorbed = heme_share() * heme + nonheme * nonheme_share(enhancing)
        amount = np.column_stack([nutrients, absorbed])
        cost = _sum_items(self._cost[:, None], items)[:, 0]
        return amount, cost + self._meal_cost(slot, items, energy, nonheme, vitamin_c)

    def _meal_cost(self, slot: Slot, items: Ints, energy: Floats, nonheme: Floats, vitamin_c: Floats) -> Floats:
        """What a meal costs as a whole; never negative, which the bound in `_plain_worth` rests on."""
        weights = self._weights
        unpaired = (nonheme >= PAIRED_NONHEME_MG) & (vitamin_c < PAIRED_VITAMIN_C_MG)
        share = energy / self._energy_kcal
        low, high = ENERGY_SHARE[slot]
        uneven = np.maximum(low - share, 0) + np.maximum(share - high, 0)
        cost: Floats = (
            weights.unpaired_iron * unpaired
            + weights.uneven_meal * 100 * uneven
            + weights.no_starch * self._lacks(STARCHES, items)
            + weights.no_greens * self._lacks(GREENS, items)
            + weights.foreign_side * self._foreign(items)
        )
        return cost

    def _foreign(self, items: Ints) -> Floats:
        """(n,) how many companions come from another table than the anchor."""
        anchor, *sides = self._table[items].T
        foreign = np.zeros(len(items))
        for side in sides:
            foreign += (side >= 0) & (anchor >= 0) & (side != anchor)
        return foreign

    def _lacks(self, kinds: frozenset[str], items: Ints) -> NDArray[np.bool_]:
        """(n,) meals whose main goes with one of these kinds of side and has none."""
        wants, is_one = self._sides[kinds]
        lacks: NDArray[np.bool_] = wants[items[:, 0]] & ~is_one[items[:, 1]] & ~is_one[items[:, 2]]
        return lacks

    def _find_sides(self, kinds: frozenset[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which items want a side of these kinds, and which are one; the entry past the last is for "none"."""
        dishes = [self.servings.dishes[row] for row in self.item_dish]
        wants = np.array([bool(dish.sides & kinds) for dish in dishes] + [False])
        is_one = np.array([dish.kind in kinds for dish in dishes] + [False])
        return wants, is_one

    def _item_cost(self, row: int, amount: float, doubtful: bool) -> float:
        dish, weights = self.servings.dishes[row], self._weights
        return (
            weights.minutes * dish.active_minutes
            + weights.serving * 2 * abs(amount - (self._usual if dish.is_main or dish.course == "breakfast" else 1))
            + weights.check_label * doubtful
        )

    def _build_groups(self, slot: Slot) -> list[_Group]:
        dishes = self.servings.dishes
        # What goes with a dish depends on its sides alone, so that one look serves all dishes of the same sides.
        alike: dict[tuple[bool, frozenset[str]], list[int]] = {}
        for row, dish in enumerate(dishes):
            if is_anchor(dish, slot):
                alike.setdefault((dish.is_main, dish.sides), []).append(row)
        return [self._build_group(slot, rows) for rows in alike.values()]

    def _build_group(self, slot: Slot, rows: Sequence[int]) -> _Group:
        dishes = self.servings.dishes
        company = [row for row, other in enumerate(dishes) if goes_with(dishes[rows[0]], other, slot)]
        companions = np.flatnonzero(np.isin(self.item_dish, company))
        kinds = [companion_kind(dishes[row]) for row in self.item_dish[companions]]
        return _Group(
            anchors=np.flatnonzero(np.isin(self.item_dish, rows)),
            companions=companions,
            kind=np.unique(kinds, return_inverse=True)[1] if kinds else _no_ints(),
            starch=np.array([kind in STARCHES for kind in kinds], dtype=bool),
            two=COMPANIONS[slot] > 1,
        )


def _least(cost: Floats, count: int, below: float) -> Ints:
    """Positions of the ``count`` least costs under the cut, in order; ties go to the earlier position."""
    few = np.flatnonzero(cost < below)
    if len(few) > count:
        cut = np.partition(cost[few], count - 1)[count - 1]
        few = few[cost[few] <= cut]
    return few[np.argsort(cost[few], kind="stable")[:count]]


def _sum_items(values: Floats, items: Ints) -> Floats:
    """(n, k) sums of the rows of ``values`` of each (n, places) ``items``; -1 adds nothing."""
    padded = np.concatenate([values, np.zeros((1, values.shape[1]))])
    total: Floats = padded[items[:, 0]]
    for place in range(1, items.shape[1]):
        total += padded[items[:, place]]
    return total


def _no_ints() -> Ints:
    return np.empty(0, dtype=np.intp)
