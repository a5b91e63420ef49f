"""The cheapest meals of an occasion under given prices: best first, with bounds, over every meal there is.

A meal's reduced cost is what it costs in appetite less what its nutrients and dishes earn. Sums over its dishes bound
it from below: absorption at its highest share, floors counted dish by dish, what is lacking left out until the company
is known, costs of the meal as a whole left out but for those of missing sides and of energy. Anchors that keep the same
company are looked at together, the most promising first, and nothing whose bound lies over what is already found is
worked out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mealplan.courses import COMPANIONS, ENERGY_SHARE
from mealplan.occasions import Occasion
from mealplan.patterns import NONE, Columns, Party, Space, absorbed, is_foreign, sum_items
from mealplan.prices import Prices, Ramps

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]
Fits = Callable[[Ints], Bools]

LOOK_COMPANIONS, LOOK_ALIKE = 8, 2
LOOK_ANCHORS = 8
"""How many of a party's cheapest companions are tried first, and besides of every kind and size; how many anchors for
each dish wanted. What these meals cost cuts off most of the rest."""
SIZES = (0.05, 0.1)
"""Shares of the day's energy that part small companions from middling and large ones: they fill up other anchors."""

FIRST_LOOK = 2048
"""How many meals of least bound are worked out before the others of their party."""

PAIRS_MOST = 400_000
MEALS_MOST = 2_000_000
"""Companies and meals of one party that are held in memory at once. What lies beyond is bounded, not looked at."""

HALVINGS = 30
HAIR = 1e-9
"""Bound and cost of one meal are summed in different orders."""


def cheapest_meals(
    space: Space,
    occasion: Occasion,
    prices: Prices,
    *,
    below: float,
    per_anchor: int,
    most: int,
    thorough: bool = True,
    exhaustive: bool = False,
    fits: Fits | None = None,
) -> tuple[Columns, float]:
    """The ``most`` cheapest meals of an occasion with reduced cost under ``below``, ``per_anchor`` of each anchor dish.

    Args: thorough: look at every meal, not at the likeliest alone; exhaustive: however many there are; fits: (n,) which
    of (n, 3) items may be meals, by default all.
    Returns: those meals, cheapest first, and a lower bound on the reduced cost of every meal: the least of any, or
    ``below`` if none is under it, or less where not all were looked at.
    """
    hunt = _Hunt(space, occasion, prices, _Best(below, per_anchor, most, len(space.servings.dishes)), fits)
    least = hunt.run(thorough, exhaustive)
    found = hunt.best
    return space.build_columns(occasion, found.items), min(least, float(found.cost.min(initial=below)))


class _Best:
    """The best meals so far; ``cut`` is what a meal must cost less than to be among them."""

    def __init__(self, below: float, per_anchor: int, most: int, n_dishes: int) -> None:
        self.items: Ints = np.empty((0, 3), dtype=np.intp)
        self.cost: Floats = np.empty(0)
        self._anchor: Ints = np.empty(0, dtype=np.intp)
        self.below = below
        self._per_anchor = per_anchor
        self._most = most
        self.cut = below
        self._cut_of: Floats = np.full(n_dishes, below)

    @property
    def dishes_wanted(self) -> int:
        """How many anchor dishes are enough to fill the list."""
        return -(-self._most // self._per_anchor)

    def cuts(self, anchor: Ints) -> Floats:
        """(n,) what meals of these anchor dishes must cost less than."""
        return np.minimum(self._cut_of[anchor], self.cut)

    def add(self, items: Ints, cost: Floats, anchor: Ints) -> None:
        """Take in meals not seen before, and drop what is no longer among the best. ``anchor`` (n,): dishes."""
        under = cost < self.cuts(anchor)
        if not under.any():
            return
        items = np.concatenate([self.items, items[under]])
        cost = np.concatenate([self.cost, cost[under]])
        anchor = np.concatenate([self._anchor, anchor[under]])
        # A party is looked at twice, first at its likeliest; equal meals have equal items and stand side by side.
        order = np.lexsort((items[:, 2], items[:, 1], items[:, 0], cost))
        items, cost, anchor = items[order], cost[order], anchor[order]
        new = np.append(True, (items[1:] != items[:-1]).any(axis=1))
        items, cost, anchor = items[new], cost[new], anchor[new]
        kept = _rank(anchor) < self._per_anchor
        items, cost, anchor = items[kept], cost[kept], anchor[kept]
        full, first = np.flatnonzero(_rank(anchor) == self._per_anchor - 1), self._most
        self._cut_of[anchor[full]] = cost[full]
        self.items, self.cost, self._anchor = items[:first], cost[:first], anchor[:first]
        if len(self.cost) == self._most:
            self.cut = float(self.cost[-1])


def _rank(values: Ints) -> Ints:
    """(n,) how many equal values stand before each."""
    order = np.argsort(values, kind="stable")
    start = np.flatnonzero(np.append(True, values[order][1:] != values[order][:-1])) if len(values) else order
    rank = np.empty(len(values), dtype=np.intp)
    rank[order] = np.arange(len(values)) - np.repeat(start, np.diff(np.append(start, len(values))))
    return rank


@dataclass(frozen=True, slots=True)
class _Company:
    """What may stand beside the anchors of a party, cheapest first: ``items`` (n, 2), their points and energy.

    ``lacking`` (n,): the part of the points for what is lacking beside any of the anchors.
    """

    items: Ints
    points: Floats
    lacking: Floats
    energy: Floats


class _Hunt:
    """One search; see `cheapest_meals`."""

    def __init__(self, space: Space, occasion: Occasion, prices: Prices, best: _Best, fits: Fits | None) -> None:
        self._space = space
        self._occasion = occasion
        self._prices = prices
        self.best = best
        self._fits = fits
        self._side = space.sides(occasion.slot)
        self._parties = space.parties(occasion.slot)
        energy = space.keys.index("energy_kcal")
        self._energy_ramps = tuple(ramps.of(energy) for ramps in (prices.floors, prices.ceilings, prices.lacks))
        self._floors = prices.floors.of(energy, False)
        self._ceilings = self._within_reach(prices.ceilings)
        columns = np.concatenate([prices.floors.column, self._ceilings.column, prices.lacks.column])
        self._columns = np.unique(columns[columns < len(space.keys) - 1])
        self._priced = space.nutrients[:, self._columns]
        lacks = prices.lacks.of(energy, False)
        self._lacks = lacks.take(np.argsort(-lacks.at * lacks.price, kind="stable"))
        self._plain: Floats = space.item_points(occasion) - prices.dish[space.item_dish]
        for column in np.flatnonzero(prices.nutrient[:-1]).tolist():
            self._plain -= space.nutrients[:, column] * prices.nutrient[column]
        # A floor counts every dish up to its amount here, and the whole meal only up to it: never less.
        self._worth: Floats = self._plain - space.most_absorbed * max(float(prices.nutrient[-1]), 0.0)
        for column, at, price in self._floors:
            self._worth -= price * np.minimum(space.most(column), at)
        for column, at, price in self._ceilings.of(energy, False):
            if column < len(space.keys) - 1:
                self._worth += price * np.maximum(space.nutrients[:, column] - max(at, 0.0), 0)
        size = np.digitize(space.energy[self._side.items], np.array(SIZES) * space.taste.energy_kcal)
        self._alike: Ints = self._side.kind * (len(SIZES) + 1) + size
        self._kind_pairs = self._find_kind_pairs()
        self._least_energy_points = self._find_least_energy_points()

    def run(self, thorough: bool, exhaustive: bool) -> float:
        """Look at every party that may hold a meal among the best; the return bounds all meals not looked at."""
        bounds = self._party_bounds()
        order = np.argsort(bounds, kind="stable").tolist()
        for number in order:
            if bounds[number] >= self.best.cut:
                break
            self._look(self._parties[number])
        if not thorough:
            return min(self.best.below, float(bounds.min(initial=np.inf)))
        least = self.best.below
        for number in order:
            if bounds[number] >= self.best.cut:
                break
            least = min(least, self._search(self._parties[number], exhaustive))
        return least

    def _party_bounds(self) -> Floats:
        """(n_parties,) a lower bound on what the meals of each party cost."""
        bounds = np.full(len(self._parties), np.inf)
        cheapest: dict[int, Floats] = {}
        for number, party in enumerate(self._parties):
            if party.table not in cheapest:
                cheapest[party.table] = self._cheapest_kinds(party.table)
            anchor = float(self._worth[party.anchors].min())
            beside = self._least_company(party, cheapest[party.table])
            bounds[number] = anchor + beside + self._least_energy_points - HAIR
        return bounds

    def _cheapest_kinds(self, table: int) -> Floats:
        """(kinds + 1,) the least a companion of each kind costs at this table; the last is for "none"."""
        least = np.full(len(self._side.kinds) + 1, np.inf)
        least[-1] = 0.0
        side, price = self._side, self._space.taste.weights.foreign_side
        np.minimum.at(least, side.kind, self._worth[side.items] + price * is_foreign(np.array(table), side.table))
        return least

    def _least_company(self, party: Party, cheapest: Floats) -> float:
        """The least that company adds to a meal of this party, what it misses included."""
        welcome = np.append(party.welcome, True)
        points = np.where(welcome, cheapest, np.inf)
        together, starch, greens = self._kind_pairs
        pairs = points[:, None] + points[None, :] + self._missing(party, starch, greens)
        if party.seats == 1:
            pairs, together = pairs[-1], together[-1]
        return float(np.min(pairs, where=together, initial=np.inf))

    def _find_kind_pairs(self) -> tuple[Bools, Bools, Bools]:
        """(kinds + 1, kinds + 1) which kinds fit together, and whether two of them bring a starch and greens."""
        side, count = self._side, len(self._side.kinds) + 1
        starch, greens = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        starch[side.kind], greens[side.kind] = side.starch, side.greens
        together = ~np.eye(count, dtype=bool) & ~(starch[:, None] & starch[None, :])
        together[-1, -1] = True
        return together, starch[:, None] | starch[None, :], greens[:, None] | greens[None, :]

    def _missing(self, party: Party, starch: Bools, greens: Bools) -> Floats:
        """Points for what the party's meals go with and this company does not bring."""
        weights = self._space.taste.weights
        points: Floats = weights.no_starch * (party.starch & ~starch) + weights.no_greens * (party.greens & ~greens)
        return points

    def _energy_points(self, energy: Floats) -> Floats:
        """What meals of this energy cost for it, beyond a price per kcal."""
        floors, ceilings, lacks = self._energy_ramps
        points = self._space.taste.uneven_points(self._occasion.slot, energy)
        for _, at, price in floors:
            points = points - price * np.minimum(energy, at)
        for _, at, price in ceilings:
            points = points + price * np.maximum(energy - at, 0)
        for _, at, price in lacks:
            points = points + price * np.maximum(at - energy, 0)
        return points

    def _find_least_energy_points(self) -> float:
        """The least of `_energy_points` over all energies, which are piecewise linear and grow at the far end."""
        band = np.array(ENERGY_SHARE[self._occasion.slot]) * self._space.taste.energy_kcal
        bends = np.concatenate([[0.0], band, *(ramps.at for ramps in self._energy_ramps)])
        return float(self._energy_points(np.maximum(bends, 0)).min())

    def _look(self, party: Party) -> None:
        """The likeliest meals of a party, for a first cut."""
        welcome, points = self._welcome(party)
        order = np.argsort(points, kind="stable")
        # With few prices the cheapest are all alike; what an anchor misses is of another kind, or larger.
        alike = _rank(self._alike[welcome[order]]) < LOOK_ALIKE
        few = order[alike | (np.arange(len(order)) < LOOK_COMPANIONS)]
        company, _ = self._companies(party, welcome[few], points[few], np.inf)
        likely = np.argsort(self._worth[party.anchors], kind="stable")[: LOOK_ANCHORS * self.best.dishes_wanted]
        self._meet(party.anchors[likely], company)

    def _search(self, party: Party, exhaustive: bool) -> float:
        """Every meal of a party that may be among the best; the return bounds those that were not looked at."""
        worth = self._worth[party.anchors] + self._least_energy_points
        room = self.best.cuts(self._space.item_dish[party.anchors]) - worth + HAIR
        few, points = self._welcome(party)
        complete = np.inf
        for block in _blocks(np.sort(points), float(room.max())) if exhaustive else (None,):
            company, complete = self._companies(party, few, points, float(room.max()), block)
            sizes = np.cumsum(np.searchsorted(company.points, room, side="right"))
            for chunk in np.split(party.anchors, np.flatnonzero(np.diff(sizes // MEALS_MOST)) + 1):
                self._meet(chunk, company)
        return float(worth.min()) + complete

    def _welcome(self, party: Party) -> tuple[Ints, Floats]:
        """Positions of the companions that may stand beside a party's anchors, and their points there."""
        side, price = self._side, self._space.taste.weights.foreign_side
        places = np.flatnonzero(party.welcome[side.kind])
        foreign = is_foreign(np.array(party.table), side.table[places])
        return places, self._worth[side.items[places]] + price * foreign

    def _companies(
        self, party: Party, few: Ints, points: Floats, room: float, block: Ints | None = None
    ) -> tuple[_Company, float]:
        """What stands beside the party's anchors for at most ``room`` points, and to how many points that is complete.

        Args: few: (n,) positions of the companions to choose from, with their points; block: of the pairs only those
        whose dearer companion is at these places of ascending points, however many.
        """
        side = self._side
        order = np.argsort(points, kind="stable")
        few, points = few[order], points[order]
        kind, starch, greens = side.kind[few], side.starch[few], side.greens[few]
        complete = np.inf
        pairs = [np.column_stack([[-1], [-1]]), np.column_stack([np.arange(len(few)), np.full(len(few), -1)])]
        if party.seats > 1:
            first, second, complete = _pairs_under(points, room, block)
            fits = (kind[first] != kind[second]) & ~(starch[first] & starch[second])
            pairs.append(np.column_stack([first[fits], second[fits]]))
        places = np.concatenate(pairs)
        total = np.append(points, 0.0)[places].sum(axis=1) + self._missing(
            party, np.append(starch, False)[places].any(axis=1), np.append(greens, False)[places].any(axis=1)
        )
        near = np.flatnonzero(total <= min(room, complete))
        # The later item first, "none" last: one meal is written in one way.
        items = -np.sort(-np.append(side.items[few], NONE)[places[near]], axis=1)
        lacking = self._lacking(party.anchors, items)
        total = total[near] + lacking
        near = np.flatnonzero(total <= room)
        near = near[np.argsort(total[near], kind="stable")]
        energy = sum_items(self._space.energy[:, None], items)[:, 0]
        return _Company(items[near], total[near], lacking[near], energy[near]), complete

    def _lacking(self, anchors: Ints, beside: Ints) -> Floats:
        """(n,) points for what meals of the best of these anchors and this company lack at the least."""
        points = np.zeros(len(beside))
        for column, at, price in self._lacks:
            most = self._space.most(column)
            held = float(most[anchors].max()) + sum_items(most[:, None], beside)[:, 0]
            points += price * np.maximum(at - held, 0)
        return points

    def _meet(self, anchors: Ints, company: _Company) -> None:
        """Take in the meals of these anchors and company that are among the best."""
        space, best = self._space, self.best
        dish = space.item_dish[anchors]
        cut = best.cuts(dish) + HAIR
        worth = self._worth[anchors]
        counts = np.searchsorted(company.points, cut - worth - self._least_energy_points, side="right")
        who = np.repeat(np.arange(len(anchors)), counts)
        beside = np.arange(len(who)) - np.repeat(np.cumsum(counts) - counts, counts)
        energy = space.energy[anchors[who]] + company.energy[beside]
        bound = worth[who] + company.points[beside] + self._energy_points(energy)
        under = np.flatnonzero(bound <= cut[who])
        items = np.column_stack([anchors[who[under]], company.items[beside[under]]])
        items, bound = self._narrow(items, bound[under] - company.lacking[beside[under]])
        if len(items) > FIRST_LOOK:
            self._work_out(items[np.argpartition(bound, FIRST_LOOK)[:FIRST_LOOK]])
            items = items[bound <= self._cuts(items)]
        self._work_out(items)

    def _narrow(self, items: Ints, bound: Floats) -> tuple[Ints, Floats]:
        """Those of these meals that fit and may yet be among the best by what they lack, and their bounds."""
        if self._fits is not None:
            fit = self._fits(items)
            items, bound = items[fit], bound[fit]
        for column, at, price in self._lacks:
            held = sum_items(self._space.most(column)[:, None], items)[:, 0]
            bound = bound + price * np.maximum(at - held, 0)
            under = bound <= self._cuts(items)
            items, bound = items[under], bound[under]
        return items, bound

    def _cuts(self, items: Ints) -> Floats:
        """(n,) bounds up to which these meals may be among the best."""
        return self.best.cuts(self._space.item_dish[items[:, 0]]) + HAIR

    def _work_out(self, items: Ints) -> None:
        if len(items):
            self.best.add(items, self._exact(items), self._space.item_dish[items[:, 0]])

    def _exact(self, items: Ints) -> Floats:
        """(n,) reduced costs."""
        space, prices = self._space, self._prices
        meals = space.insides(items)
        cost: Floats = sum_items(self._plain[:, None], items)[:, 0]
        cost += space.meal_points(self._occasion.slot, items, meals)
        taken_in = absorbed(meals)
        if prices.nutrient[-1]:
            cost -= prices.nutrient[-1] * taken_in
        amounts = dict(zip(self._columns.tolist(), sum_items(self._priced, items).T, strict=True))
        amounts[len(space.keys) - 1] = taken_in
        for column, at, price in prices.floors:
            cost -= price * np.minimum(amounts[column], at)
        for column, at, price in self._ceilings:
            cost += price * np.maximum(amounts[column] - at, 0)
        for column, at, price in prices.lacks:
            cost += price * np.maximum(at - amounts[column], 0)
        return cost

    def _within_reach(self, ceilings: Ramps) -> Ramps:
        """The ceilings that some meal may pass: the others cost nothing."""
        anchors = np.concatenate([np.empty(0, dtype=np.intp), *(party.anchors for party in self._parties)])
        most = np.array(
            [
                self._space.most(column)[anchors].max(initial=0.0)
                + COMPANIONS[self._occasion.slot] * self._space.most(column)[self._side.items].max(initial=0.0)
                for column, *_ in ceilings
            ]
        )
        return ceilings.take(ceilings.at < most)


def _pairs_under(points: Floats, room: float, block: Ints | None) -> tuple[Ints, Ints, float]:
    """Pairs i > j of ascending points that sum to at most ``room``, and up to which sum they are complete.

    With a ``block`` those with i in it, all of them.
    """
    complete = np.inf
    counts = _count_pairs(points, room)
    if block is None:
        block = np.arange(len(points))
        if counts.sum() > PAIRS_MOST:
            ends = float(2 * points[0]), float(2 * points[-1])
            complete = room_for(lambda room: int(_count_pairs(points, room).sum()), PAIRS_MOST, *ends)
            counts = _count_pairs(points, complete)
    counts = counts[block]
    first = np.repeat(block, counts)
    return first, np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts), complete


def _count_pairs(points: Floats, room: float) -> Ints:
    """(n,) for each of ascending points how many before it sum with it to at most ``room``."""
    counts: Ints = np.minimum(np.searchsorted(points, room - points, side="right"), np.arange(len(points)))
    return counts


def _blocks(points: Floats, room: float) -> list[Ints]:
    """The places of ascending points in parts, none with many more than `PAIRS_MOST` pairs under ``room``."""
    pairs = np.cumsum(_count_pairs(points, room))
    return np.split(np.arange(len(points)), np.flatnonzero(np.diff(pairs // PAIRS_MOST)) + 1)


def room_for(count: Callable[[float], int], most: int, low: float, high: float) -> float:
    """About the largest room between two within which no more than so many are counted."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if count(middle) <= most else (low, middle)
    return low
