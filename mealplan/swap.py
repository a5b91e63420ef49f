"""The best meals for one place of a week, with the rest of the week fixed: exact, over every meal there is.

With the rest fixed, what a meal's nutrients are worth is known: they earn up to what the day and the week still lack,
and cost beyond the room that is left. Beside a given anchor what a companion adds is therefore bounded from below by
what it would add alone: what two of them earn together is no more than the sum, what they cost together no less.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mealplan.courses import ENERGY_SHARE
from mealplan.dishes import Slot
from mealplan.patterns import NONE, Columns, Party, Space, is_foreign
from mealplan.pricing import Prices, Ramps, reduced_costs
from mealplan.schedule import Rest, Search
from mealplan.score import Bounds
from mealplan.task import Task

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

HAIR = 1e-9
"""Bound and cost of one meal are summed in different orders."""

FIRST_LOOK = 64
"""Meals of least bound that are worked out before the others of their anchor; each further look is twice as wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """The best meals for a place, one for each dish that carries it, best first.

    ``objective`` (n,): points of the whole week with that meal in the place.
    """

    meals: Columns
    objective: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """A sum that a meal must stay below: ``value`` (n_items,) of its items, ``limit`` of the meal."""

    value: Floats
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a meal must be to be looked at: of the dishes in ``dishes`` (n_dishes,), holding one of those in ``holding``
    (n_dishes,) if it is given, under every sum of ``under``."""

    dishes: Bools
    holding: Bools | None = None
    under: tuple[Under, ...] = field(default=())

    @classmethod
    def any(cls, space: Space) -> Wish:
        """Whatever the space holds."""
        return cls(dishes=np.ones(len(space.servings.dishes), dtype=bool))


def best_meals(
    search: Search, task: Task, day: int, slot: Slot, count: int = 5, wish: Wish | None = None
) -> Alternatives:
    """The ``count`` best meals for a day and slot of the week in ``search``, each with another anchor dish.

    The meal that stands there competes like any other. With a ``wish`` only the meals that fulfil it do; fewer
    than ``count`` where there are no more.
    """
    rest = search.rest(day, slot)
    hunt = _Hunt(task.space, rest, _prices(rest, task.bounds), wish or Wish.any(task.space), count)
    meals = task.space.build_columns(rest.occasion, hunt.run())
    change = _points(task, rest, meals) - _points(task, rest, rest.standing)
    return Alternatives(meals=meals, objective=search.objective() + change)


def _prices(rest: Rest, bounds: Bounds) -> Prices:
    """What one more meal earns and pays; with its own cost, the points of the week but for a constant."""
    share = np.where(bounds.daily, 1.0, 1 / rest.days)
    held = np.where(bounds.daily, rest.amount[bounds.column], rest.mean[bounds.column])
    lack, room = (bounds.lower - held) / share, (bounds.upper - held) / share
    # A day's points are shared over the days, a mean's amount is: either way the price of a unit is this.
    short, over = lack > 0, np.isfinite(room)
    return Prices(
        nutrient=np.zeros(len(rest.amount)),
        dish=-rest.dish,
        floors=Ramps(column=bounds.column[short], at=lack[short], price=bounds.short_price[short] / rest.days),
        ceilings=Ramps(column=bounds.column[over], at=room[over], price=bounds.over_price[over] / rest.days),
    )


def _points(task: Task, rest: Rest, meals: Columns) -> Floats:
    """(n,) points of the week that depend on the meal in the open place."""
    bounds = task.bounds
    points = meals.cost + bounds.points(rest.amount + meals.amount, daily=True) / rest.days
    points += bounds.points(rest.mean + meals.amount / rest.days, daily=False)
    dishes = np.append(task.space.item_dish, len(rest.dish))[meals.items]
    total: Floats = points + np.append(rest.dish, 0.0)[dishes].sum(axis=1)
    return total


@dataclass(frozen=True, slots=True)
class _Table:
    """Who may stand beside the anchors of a party: companions the wish allows, and "none" last.

    ``items`` (m + 1,); ``foreign`` (m + 1,) points at this table; ``pairs`` (n, 2) places of two of them, each pair
    once; ``points`` (n,) for what they do not bring, ``energy`` (n,) what they do; ``held`` (n,) whether they hold what
    the wish asks for.
    """

    items: Ints
    foreign: Floats
    pairs: Ints
    points: Floats
    energy: Floats
    held: Bools


class _Hunt:
    """One search; see `best_meals`."""

    def __init__(self, space: Space, rest: Rest, prices: Prices, wish: Wish, count: int) -> None:
        self._space, self._rest, self._prices, self._wish, self._count = space, rest, prices, wish, count
        energy = space.keys.index("energy_kcal")
        self._energy_ramps = prices.floors.of(energy), prices.ceilings.of(energy)
        self._floors, self._ceilings = prices.floors.of(energy, False), prices.ceilings.of(energy, False)
        self._plain: Floats = np.append(space.item_points(rest.occasion) - prices.dish[space.item_dish], 0.0)
        # Iron is counted at its highest share where it earns, and not at all where it would cost. The last row: "none".
        self._most = _with_none(np.column_stack([space.nutrients, space.most_absorbed]))
        self._least = _with_none(np.column_stack([space.nutrients, np.zeros(len(space.energy))]))
        self._allowed: Bools = wish.dishes[space.item_dish]
        for under in wish.under:
            self._allowed = self._allowed & (under.value < under.limit)
        holding = np.ones(len(wish.dishes), dtype=bool) if wish.holding is None else wish.holding
        self._held: Bools = np.append(holding[space.item_dish], False)
        self._best: dict[int, tuple[float, tuple[int, ...]]] = {}
        """By anchor dish: the cost and the items of its best meal."""

    def run(self) -> Ints:
        """(n, 3) items of the best meals, one for each anchor dish, best first."""
        anchors = [
            (float(bound), int(anchor), table, company)
            for party in self._space.parties(self._rest.occasion.slot)
            for wanted in (party.anchors[self._allowed[party.anchors]],)
            if len(wanted)
            for table in (self._table(party),)
            for beside in (self._beside(wanted, table),)
            for bound, anchor, company in zip(self._least_of(wanted, beside, party.seats), wanted, beside, strict=True)
        ]
        for bound, anchor, table, beside in sorted(anchors, key=lambda one: one[:2]):
            if bound >= self._cut():
                break
            self._look(anchor, table, beside)
        found = sorted(self._best.values())[: self._count]
        return np.array([items for _, items in found], dtype=np.intp).reshape(-1, 3)

    def _cut(self) -> float:
        """What a meal of a new anchor dish must cost less than."""
        costs = sorted(cost for cost, _ in self._best.values())
        return costs[self._count - 1] + HAIR if len(costs) >= self._count else np.inf

    def _cut_of(self, dish: int) -> float:
        """What a meal of this anchor dish must cost less than."""
        own = self._best[dish][0] if dish in self._best else np.inf
        return min(own, self._cut())

    def _table(self, party: Party) -> _Table:
        side, weights = self._space.sides(self._rest.occasion.slot), self._space.taste.weights
        places = np.flatnonzero(party.welcome[side.kind] & self._allowed[side.items])
        kind = np.append(side.kind[places], NONE)
        starch, greens = np.append(side.starch[places], False), np.append(side.greens[places], False)
        together = (kind[:, None] != kind) & ~(starch[:, None] & starch)
        # The later item first, "none" last: one meal is written in one way.
        together &= np.tri(len(kind), k=-1, dtype=bool)
        together[:, -1], together[-1] = True, False
        together[-1, -1] = True
        if party.seats == 1:
            together[:, :-1] = False
        first, second = np.nonzero(together)
        items = np.append(side.items[places], NONE)
        energy = np.append(self._space.energy, 0.0)[items]
        return _Table(
            items=items,
            foreign=np.append(weights.foreign_side * is_foreign(np.array(party.table), side.table[places]), 0.0),
            pairs=np.column_stack([first, second]),
            points=weights.no_starch * (party.starch & ~(starch[first] | starch[second]))
            + weights.no_greens * (party.greens & ~(greens[first] | greens[second])),
            energy=energy[first] + energy[second],
            held=self._held[items[first]] | self._held[items[second]],
        )

    def _alone(self, anchors: Ints) -> Floats:
        """(n,) what each anchor costs at the least, energy and what depends on its company left out."""
        points: Floats = self._plain[anchors] - self._floors.below(self._most[anchors])
        return points + self._ceilings.above(self._least[anchors])

    def _beside(self, anchors: Ints, table: _Table) -> Floats:
        """(n, m + 1) what each companion adds at the least beside each anchor, energy left out."""
        points = np.tile(self._plain[table.items] + table.foreign, (len(anchors), 1))
        for column, at, price in zip(self._floors.column, self._floors.at, self._floors.price, strict=True):
            lack = np.maximum(at - self._most[anchors, column], 0.0)
            points -= price * np.minimum(self._most[table.items, column], lack[:, None])
        for column, at, price in zip(self._ceilings.column, self._ceilings.at, self._ceilings.price, strict=True):
            held = self._least[anchors, column] - at
            both = held[:, None] + self._least[table.items, column]
            points += price * (np.maximum(both, 0.0) - np.maximum(held, 0.0)[:, None])
        return points

    def _energy_points(self, energy: Floats) -> Floats:
        """What meals of this energy cost for it."""
        points = self._space.taste.uneven_points(self._rest.occasion.slot, energy)
        floors, ceilings = self._energy_ramps
        for at, price in zip(floors.at, floors.price, strict=True):
            points = points - price * np.minimum(energy, at)
        for at, price in zip(ceilings.at, ceilings.price, strict=True):
            points = points + price * np.maximum(energy - at, 0)
        return points

    def _least_of(self, anchors: Ints, beside: Floats, seats: int) -> Floats:
        """(n,) a lower bound on what the meals of each anchor cost."""
        cheapest = np.sort(np.minimum(beside, 0.0), axis=1)[:, :seats].sum(axis=1)
        # Points of energy are convex, so that the least lies at a bend, or at the anchor's own energy.
        own = self._space.energy[anchors]
        band = np.array(ENERGY_SHARE[self._rest.occasion.slot]) * self._space.taste.energy_kcal
        bends = np.concatenate([band, *(ramps.at for ramps in self._energy_ramps)])
        energy = self._energy_points(np.maximum(bends, own[:, None])).min(axis=1)
        bounds: Floats = self._alone(anchors) + cheapest + np.minimum(energy, self._energy_points(own)) - HAIR
        return bounds

    def _look(self, anchor: int, table: _Table, beside: Floats) -> None:
        """Take in the best meal of an anchor, if it is among the best."""
        dish = int(self._space.item_dish[anchor])
        base = float(self._alone(np.array([anchor]))[0]) - HAIR
        bound = table.points + beside[table.pairs].sum(axis=1) + base
        bound += self._energy_points(self._space.energy[anchor] + table.energy)
        near = (bound < self._cut_of(dish)) & (table.held | self._held[anchor])
        beside_it = table.items[table.pairs[near]]
        meals = np.column_stack([np.full(len(beside_it), anchor), beside_it])
        bound = bound[near] + self._overlap(anchor, meals)
        order = np.argsort(bound, kind="stable")
        meals, bound = meals[order], bound[order]
        width, start = FIRST_LOOK, 0
        while start < len(meals) and bound[start] < self._cut_of(dish):
            some = meals[start : start + width]
            self._add(dish, some[self._fulfils(some)])
            start, width = start + width, 2 * width

    def _overlap(self, anchor: int, meals: Ints) -> Floats:
        """(n,) what two companions together earn less than each alone, as floors are earned once."""
        points = np.zeros(len(meals))
        for column, at, price in zip(self._floors.column, self._floors.at, self._floors.price, strict=True):
            lack = max(at - self._most[anchor, column], 0.0)
            first, second = self._most[meals[:, 1], column], self._most[meals[:, 2], column]
            points += price * (np.minimum(first, lack) + np.minimum(second, lack) - np.minimum(first + second, lack))
        return points

    def _fulfils(self, meals: Ints) -> Bools:
        """(n,) whether the meals stay under every sum."""
        kept = np.ones(len(meals), dtype=bool)
        for under in self._wish.under:
            kept &= np.append(under.value, 0.0)[meals].sum(axis=1) < under.limit
        return kept

    def _add(self, dish: int, meals: Ints) -> None:
        if not len(meals):
            return
        costs = reduced_costs(self._space, self._space.build_columns(self._rest.occasion, meals), self._prices)
        place = int(np.lexsort((meals[:, 2], meals[:, 1], meals[:, 0], costs))[0])
        found = float(costs[place]), tuple(meals[place].tolist())
        if dish not in self._best or found < self._best[dish]:
            self._best[dish] = found


def _with_none(values: Floats) -> Floats:
    """Rows of items, with a row of nothing past the last, so that -1 indexes it."""
    return np.concatenate([values, np.zeros((1, values.shape[1]))])
