"""The cheapest meals of an occasion under given prices: best first, with bounds, over every meal there is.

A meal's reduced cost is what it costs in appetite less what its nutrients and dishes earn. Sums over its dishes bound
it from below: absorption at its highest share, floors counted dish by dish, costs of the meal as a whole left out but
for those of missing sides and of energy. Anchors that keep the same company are looked at together, the most promising
first, and nothing whose bound lies over what is already found is worked out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mealplan.courses import ENERGY_SHARE
from mealplan.occasions import Occasion
from mealplan.patterns import NONE, Columns, Party, Space, absorbed, is_foreign, sum_items

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

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

HAIR = 1e-9
"""Bound and cost of one meal are summed in different orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramps:
    """Prices that begin or end at an amount: of nutrient ``column`` (n,) at ``at`` (n,), ``price`` (n,) per unit."""

    column: Ints
    at: Floats
    price: Floats

    @classmethod
    def none(cls) -> Ramps:
        return cls(column=np.empty(0, dtype=np.intp), at=np.empty(0), price=np.empty(0))

    def of(self, column: int, wanted: bool = True) -> Ramps:
        """Those of one nutrient, or of all others."""
        rows = (self.column == column) == wanted
        return Ramps(column=self.column[rows], at=self.at[rows], price=self.price[rows])

    def below(self, amount: Floats) -> Floats:
        """(n,) price times what (n, keys) amounts hold up to ``at``, summed."""
        points: Floats = (np.minimum(amount[:, self.column], self.at) * self.price).sum(axis=1)
        return points

    def above(self, amount: Floats) -> Floats:
        """(n,) price times what (n, keys) amounts hold beyond ``at``, summed."""
        points: Floats = (np.maximum(amount[:, self.column] - self.at, 0) * self.price).sum(axis=1)
        return points


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a meal earns and pays.

    It earns ``nutrient`` (keys,) per unit, ``floors`` per unit up to an amount, ``dish`` (n_dishes,) per use; it pays
    ``ceilings`` per unit beyond an amount. Prices of ramps are not negative.
    """

    nutrient: Floats
    dish: Floats
    floors: Ramps = field(default_factory=Ramps.none)
    ceilings: Ramps = field(default_factory=Ramps.none)


def reduced_costs(space: Space, meals: Columns, prices: Prices) -> Floats:
    """(n,) what these meals cost less what they earn."""
    dishes = np.append(space.item_dish, len(prices.dish))[meals.items]
    earned = (meals.amount * prices.nutrient).sum(axis=1) + np.append(prices.dish, 0.0)[dishes].sum(axis=1)
    costs: Floats = meals.cost - earned - prices.floors.below(meals.amount) + prices.ceilings.above(meals.amount)
    return costs


def cheapest_meals(
    space: Space,
    occasion: Occasion,
    prices: Prices,
    *,
    below: float,
    per_anchor: int,
    most: int,
    thorough: bool = True,
) -> tuple[Columns, float]:
    """The ``most`` cheapest meals of an occasion with reduced cost under ``below``, ``per_anchor`` of each anchor dish.

    Args: thorough: look at every meal, not at the likeliest alone.
    Returns: those meals, cheapest first, and a lower bound on the reduced cost of every meal: the least of any, or
    ``below`` if none is under it, or less where not all were looked at.
    """
    hunt = _Hunt(space, occasion, prices, _Best(below, per_anchor, most, len(space.servings.dishes)))
    least = hunt.run(thorough)
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
    """What may stand beside the anchors of a party, cheapest first: ``items`` (n, 2), their points and energy."""

    items: Ints
    points: Floats
    energy: Floats


class _Hunt:
    """One search; see `cheapest_meals`."""

    def __init__(self, space: Space, occasion: Occasion, prices: Prices, best: _Best) -> None:
        self._space = space
        self._occasion = occasion
        self._prices = prices
        self.best = best
        self._side = space.sides(occasion.slot)
        self._parties = space.parties(occasion.slot)
        energy = space.keys.index("energy_kcal")
        self._energy_floors, self._energy_ceilings = prices.floors.of(energy), prices.ceilings.of(energy)
        self._floors = prices.floors.of(energy, False)
        self._plain: Floats = space.item_points(occasion) - prices.dish[space.item_dish]
        for column in np.flatnonzero(prices.nutrient[:-1]):
            self._plain -= space.nutrients[:, column] * prices.nutrient[column]
        # A floor counts every dish up to its amount here, and the whole meal only up to it: never less.
        self._worth: Floats = self._plain - space.most_absorbed * max(float(prices.nutrient[-1]), 0.0)
        for column, at, price in zip(self._floors.column, self._floors.at, self._floors.price, strict=True):
            self._worth -= price * np.minimum(space.most(int(column)), at)
        size = np.digitize(space.energy[self._side.items], np.array(SIZES) * space.taste.energy_kcal)
        self._alike: Ints = self._side.kind * (len(SIZES) + 1) + size
        self._kind_pairs = self._find_kind_pairs()
        self._least_energy_points = self._find_least_energy_points()

    def run(self, thorough: bool) -> float:
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
            least = min(least, self._search(self._parties[number]))
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
        points = self._space.taste.uneven_points(self._occasion.slot, energy)
        for floor, price in zip(self._energy_floors.at, self._energy_floors.price, strict=True):
            points = points - price * np.minimum(energy, floor)
        for ceiling, price in zip(self._energy_ceilings.at, self._energy_ceilings.price, strict=True):
            points = points + price * np.maximum(energy - ceiling, 0)
        return points

    def _find_least_energy_points(self) -> float:
        """The least of `_energy_points` over all energies, which are piecewise linear and grow at the far end."""
        band = np.array(ENERGY_SHARE[self._occasion.slot]) * self._space.taste.energy_kcal
        bends = np.concatenate([[0.0], band, self._energy_floors.at, self._energy_ceilings.at])
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

    def _search(self, party: Party) -> float:
        """Every meal of a party that may be among the best; the return bounds those that were not looked at."""
        worth = self._worth[party.anchors] + self._least_energy_points
        room = self.best.cuts(self._space.item_dish[party.anchors]) - worth + HAIR
        company, complete = self._companies(party, *self._welcome(party), float(room.max()))
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

    def _companies(self, party: Party, few: Ints, points: Floats, room: float) -> tuple[_Company, float]:
        """What stands beside the party's anchors for at most ``room`` points, and to how many points that is complete.

        Args: few: (n,) positions of the companions to choose from, with their points.
        """
        side = self._side
        order = np.argsort(points, kind="stable")
        few, points = few[order], points[order]
        kind, starch, greens = side.kind[few], side.starch[few], side.greens[few]
        complete = np.inf
        pairs = [np.column_stack([[-1], [-1]]), np.column_stack([np.arange(len(few)), np.full(len(few), -1)])]
        if party.seats > 1:
            first, second, complete = _pairs_under(points, room)
            fits = (kind[first] != kind[second]) & ~(starch[first] & starch[second])
            pairs.append(np.column_stack([first[fits], second[fits]]))
        places = np.concatenate(pairs)
        total = np.append(points, 0.0)[places].sum(axis=1) + self._missing(
            party, np.append(starch, False)[places].any(axis=1), np.append(greens, False)[places].any(axis=1)
        )
        near = np.flatnonzero(total <= min(room, complete))
        near = near[np.argsort(total[near], kind="stable")]
        # The later item first, "none" last: one meal is written in one way.
        items = -np.sort(-np.append(side.items[few], NONE)[places[near]], axis=1)
        energy = sum_items(self._space.energy[:, None], items)[:, 0]
        return _Company(items, total[near], energy), complete

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
        if len(under) > FIRST_LOOK:
            first = under[np.argpartition(bound[under], FIRST_LOOK)[:FIRST_LOOK]]
            self._work_out(anchors[who[first]], company.items[beside[first]])
            cut = best.cuts(dish) + HAIR
            under = under[bound[under] <= cut[who[under]]]
        self._work_out(anchors[who[under]], company.items[beside[under]])

    def _work_out(self, anchors: Ints, beside: Ints) -> None:
        items = np.column_stack([anchors, beside])
        self.best.add(items, self._exact(items), self._space.item_dish[anchors])

    def _exact(self, items: Ints) -> Floats:
        """(n,) reduced costs."""
        space, prices = self._space, self._prices
        meals = space.insides(items)
        cost: Floats = sum_items(self._plain[:, None], items)[:, 0]
        cost += space.meal_points(self._occasion.slot, items, meals)
        taken_in = absorbed(meals)
        if prices.nutrient[-1]:
            cost -= prices.nutrient[-1] * taken_in
        for ramps, sign in ((prices.floors, -1.0), (prices.ceilings, 1.0)):
            for column, at, price in zip(ramps.column, ramps.at, ramps.price, strict=True):
                if column == len(space.keys) - 1:
                    amount = taken_in
                else:
                    amount = sum_items(space.nutrients[:, column : column + 1], items)[:, 0]
                cost += sign * price * (np.minimum(amount, at) if sign < 0 else np.maximum(amount - at, 0))
        return cost


def _pairs_under(points: Floats, room: float) -> tuple[Ints, Ints, float]:
    """Pairs i > j of ascending points that sum to at most ``room``, and up to which sum they are complete."""
    complete = np.inf
    places = np.arange(len(points))
    counts = np.minimum(np.searchsorted(points, room - points, side="right"), places)
    if counts.sum() > PAIRS_MOST:
        complete = _room_for(points, PAIRS_MOST)
        counts = np.minimum(np.searchsorted(points, complete - points, side="right"), places)
    first = np.repeat(places, counts)
    return first, np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts), complete


def _room_for(points: Floats, count: int) -> float:
    """The largest of some sums that at most ``count`` pairs of ascending points do not exceed."""
    low, high = float(2 * points[0]), float(2 * points[-1])
    places = np.arange(len(points))
    for _ in range(30):
        middle = (low + high) / 2
        pairs = np.minimum(np.searchsorted(points, middle - points, side="right"), places).sum()
        low, high = (middle, high) if pairs <= count else (low, middle)
    return low
