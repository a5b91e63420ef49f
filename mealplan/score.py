"""What a week costs, exactly: shortfall and excess of every bound, and preference, in points.

A point is 1 % of one nutrient's week at weight 1. `mealplan.model` is the linear relaxation of this function,
`mealplan.schedule` searches it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import NDArray

from mealplan.courses import BESIDE, OFTEN, star_produce
from mealplan.dishes import Dish
from mealplan.request import Weights
from mealplan.targets import Target

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

WEEK_ENERGY_TOLERANCE = 0.02
"""Energy of the whole plan stays this near to the target, so that days do not all lean to one edge."""

USES_PER_WEEK = {"breakfast": 4, "side": 3, "snack": 3, "drink": 7}
"""How often a dish of a course may be eaten in seven days; a main comes once a plan while the library has enough."""

FAIR_USES_PER_WEEK = {"protein": 3, "cuisine": 3, "produce": 3}
"""How many lunches and dinners of seven days may share their protein or cuisine, and dishes the vegetable or fruit they
are built on, before it costs."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Lower and upper bounds on nutrients, a row each: day bounds hold every day, the others on the mean.

    ``column`` (n,): index of the nutrient in a space's keys; ``lower`` and ``upper`` (n,): -inf and +inf where
    there is none; ``weight`` (n,): points per % missed; ``daily`` (n,): bool.
    """

    names: tuple[str, ...]
    column: Ints
    lower: Floats
    upper: Floats
    weight: Floats
    daily: NDArray[np.bool_]

    def points(self, amount: Floats, daily: bool) -> Floats:
        """(...,) points of intakes, (..., keys) per day or mean, against the bounds of one period."""
        rows = self.daily == daily
        values = amount[..., self.column[rows]]
        short = np.maximum(self.lower[rows] - values, 0) * self.short_price[rows]
        over = np.maximum(values - self.upper[rows], 0) * self.over_price[rows]
        points: Floats = (short + over).sum(axis=-1)
        return points

    def candidate_points(
        self, rest: Floats, candidates: Floats, most: Floats, daily: bool, share: float = 1.0
    ) -> Floats:
        """(n,) points of the intakes ``rest + share * candidate``, for one period.

        Args: rest (keys,); candidates (keys, n), none negative, with their maxima ``most`` (keys,): a nutrient
        that the rest already has enough of, or that no candidate brings to its limit, costs no work.
        """
        points = np.zeros(candidates.shape[1])
        for row in np.flatnonzero(self.daily == daily):
            column = self.column[row]
            offered = candidates[column]
            short = self.lower[row] - rest[column]
            if short > 0:
                points += np.maximum(short - share * offered, 0) * self.short_price[row]
            room = self.upper[row] - rest[column]
            if share * most[column] > room:
                points += np.maximum(share * offered - room, 0) * self.over_price[row]
        return points

    def of_period(self, *, daily: bool) -> Bounds:
        """Those that hold every day, or those on the mean."""
        return self.take(np.flatnonzero(self.daily == daily))

    def take(self, rows: Ints) -> Bounds:
        """Those at these rows, in their order."""
        return Bounds(
            names=tuple(self.names[row] for row in rows),
            column=self.column[rows],
            lower=self.lower[rows],
            upper=self.upper[rows],
            weight=self.weight[rows],
            daily=self.daily[rows],
        )

    @cached_property
    def short_price(self) -> Floats:
        """(n,) points per unit below the lower bound."""
        return _per_unit(self.lower, self.weight)

    @cached_property
    def over_price(self) -> Floats:
        """(n,) points per unit above the upper bound."""
        return _per_unit(self.upper, self.weight)


def _per_unit(bound: Floats, weight: Floats) -> Floats:
    """Points per unit missed; nothing for an absent bound."""
    finite = np.isfinite(bound) & (bound > 0)
    return np.where(finite, 100 * weight / np.where(finite, bound, 1.0), 0.0)


def build_bounds(targets: Sequence[Target], keys: Sequence[str], unknown: frozenset[str] = frozenset()) -> Bounds:
    """The targets as arrays, with the tighter band on the week's energy added.

    Args: unknown: nutrients that too little of the food has a value for, so that no plan is pushed up to them;
    their limits stay.
    """
    rows = []
    for t in targets:
        lower = -np.inf if t.nutrient in unknown else t.lower or -np.inf
        if lower > -np.inf or t.upper is not None:
            rows.append((t.nutrient, lower, np.inf if t.upper is None else t.upper, t.weight, t.period == "day"))
    energy = next((t for t in targets if t.nutrient == "energy_kcal"), None)
    if energy is not None and energy.lower and energy.upper:
        middle = (energy.lower + energy.upper) / 2
        slack = WEEK_ENERGY_TOLERANCE * middle
        rows.append(("energy_kcal", middle - slack, middle + slack, energy.weight, False))
    return Bounds(
        names=tuple(name for name, *_ in rows),
        column=np.array([list(keys).index(name) for name, *_ in rows], dtype=np.intp),
        lower=np.array([row[1] for row in rows], dtype=np.float64),
        upper=np.array([row[2] for row in rows], dtype=np.float64),
        weight=np.array([row[3] for row in rows], dtype=np.float64),
        daily=np.array([row[4] for row in rows], dtype=bool),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A rule on how often the dishes at ``rows`` are eaten over all days: at most ``cap``, at least ``floor`` times.

    ``price``: points for each use beyond or missing; ``name``: (kind, words).
    """

    name: tuple[str, str]
    rows: tuple[int, ...]
    price: float
    cap: float = np.inf
    floor: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Variety:
    """What repetition costs over the days asked for.

    By dish, (n_dishes,): ``cap`` uses before ``over_cap``, ``again`` points for each further use, ``adjacent`` points
    for two days in a row. By group, (n_groups,): ``group_cap`` uses of its dishes before each costs ``group_price``,
    ``group_floor`` uses of which each missing costs as much; ``groups`` (n_dishes, width) numbers the groups of each
    dish, n_groups where there is none; ``names`` says which. Two dishes of a group on one day cost ``group_day``
    (n_groups,).
    """

    cap: Floats
    again: Floats
    adjacent: Floats
    same_day: float
    over_cap: float
    groups: Ints
    names: tuple[tuple[str, str], ...]
    group_cap: Floats
    group_floor: Floats
    group_price: Floats
    group_day: Floats

    def take(self, rows: Ints) -> Variety:
        """The same for some of the dishes."""
        return replace(
            self, cap=self.cap[rows], again=self.again[rows], adjacent=self.adjacent[rows], groups=self.groups[rows]
        )

    def crowded_points(self, uses: Floats, last: int | None = None) -> float:
        """Points of groups eaten too often or too seldom, of all or of the ``last`` so many, from uses of each dish."""
        points = self.group_points(self.count_groups(uses))
        return float(points[0 if last is None else len(points) - last :].sum())

    def group_points(self, count: Floats, group: int | slice = slice(None)) -> Floats:
        """Points of groups, or of one, whose dishes are eaten so often, of any shape that broadcasts with them."""
        cap, floor, price = self.group_cap[group], self.group_floor[group], self.group_price[group]
        points: Floats = price * (np.maximum(count - cap, 0) + np.maximum(floor - count, 0))
        return points

    def count_groups(self, uses: Floats) -> Floats:
        """(n_groups,) uses of the dishes of each group, from (n_dishes,) uses of each dish."""
        width = self.groups.shape[1]
        return np.bincount(self.groups.ravel(), np.repeat(uses, width), len(self.names) + 1)[:-1].astype(np.float64)

    @cached_property
    def _daily(self) -> Ints:
        """The groups of which one a day is enough."""
        return np.flatnonzero(self.group_day)

    @cached_property
    def _member(self) -> Floats:
        """(n_dishes, n_daily) 1 where a dish belongs to a group of `_daily`; counts are whole, so any sum is exact."""
        member: Floats = (self.groups[:, :, None] == self._daily).any(axis=1).astype(np.float64)
        return member

    def points(self, uses: Floats) -> float:
        """Points of a plan whose (days, n_dishes) ``uses`` count how often each dish is eaten each day."""
        total = uses.sum(axis=0)
        mix = (self.again * np.maximum(total - 1, 0)).sum() + self.crowded_points(total)
        return float(mix) + self.cap_points(uses) + self.order_points(uses)

    def cap_points(self, uses: Floats) -> float:
        """The part of `points` for dishes beyond their caps."""
        return float(self.over_cap * np.maximum(uses.sum(axis=0) - self.cap, 0).sum())

    def order_points(self, uses: Floats) -> float:
        """The part of `points` that depends on which day is which."""
        in_a_row = np.minimum(uses[1:], uses[:-1]).sum(axis=0)
        return float(self.day_points(uses).sum() + (self.adjacent * in_a_row).sum())

    def day_points(self, uses: Floats) -> Floats:
        """(days,) the part of `points` that lies within each day."""
        alike = np.maximum(uses @ self._member - 1, 0) * self.group_day[self._daily]
        points: Floats = self.same_day * np.maximum(uses - 1, 0).sum(axis=-1) + alike.sum(axis=-1)
        return points

    def clashes(self, one: Floats, other: Floats) -> Floats:
        """(n, m) what a meal of (n, n_dishes) uses and one of (m, n_dishes) cost for being eaten on one day."""
        alike, also = (_products(uses, self._member.T) for uses in (one, other))
        points: Floats = self.same_day * _products(one, other) + _products(alike * self.group_day[self._daily], also)
        return points

    def added_points(self, uses: Floats, day: int) -> Floats:
        """(n_dishes,) points that one more use of each dish on a day adds to these (days, n_dishes) uses."""
        today, total = uses[day], uses.sum(axis=0)
        near = np.zeros(len(today))
        for other in (day - 1, day + 1):
            if 0 <= other < len(uses):
                near += uses[other] > today
        count = self.count_groups(total)
        by_group = self.group_price * ((count >= self.group_cap).astype(float) - (count < self.group_floor))
        by_group[self._daily] += self.group_day[self._daily] * (today @ self._member >= 1)
        points: Floats = (
            self.again * (total >= 1)
            + self.over_cap * (total >= self.cap)
            + self.same_day * (today >= 1)
            + self.adjacent * near
            + np.append(by_group, 0.0)[self.groups].sum(axis=1)
        )
        return points


def _products(one: Floats, other: Floats) -> Floats:
    """(n, m) products of rows of (n, k) and of (m, k), most of whose columns are empty.

    Without BLAS, whose threads take longer to agree than such sums take.
    """
    shared = one.any(axis=0) & other.any(axis=0)
    points: Floats = np.einsum("ij,kj->ik", one[:, shared], other[:, shared])
    return points


def build_variety(
    dishes: Sequence[Dish], stars: Sequence[frozenset[str]], days: int, weights: Weights, counts: Sequence[Count] = ()
) -> Variety:
    """Caps and prices for this library, what its dishes are made of, these days, and the rules that count.

    A library too small for the usual caps has them raised to what fills its slots, so that a vegan with ten
    mains is not told that every week is wrong.
    """
    names, groups = _find_groups(dishes, stars)
    groups = _with_counts(groups, len(names), counts)
    often = np.array([dish.course in OFTEN for dish in dishes], dtype=bool)
    price = {"protein": weights.same_protein, "cuisine": weights.same_cuisine, "produce": weights.same_produce}
    per_day = {"protein": weights.protein_twice, "cuisine": 0.0, "produce": 0.0}
    return Variety(
        cap=_caps(dishes, days),
        again=np.where(often, weights.repeat_breakfast, weights.repeat),
        adjacent=np.where(often, weights.adjacent_breakfast, weights.adjacent),
        same_day=weights.same_day,
        over_cap=weights.over_cap,
        groups=groups,
        names=(*names, *(count.name for count in counts)),
        group_cap=np.array([*(_fair_uses(kind, names, days) for kind, _ in names), *(count.cap for count in counts)]),
        group_floor=np.array([0.0] * len(names) + [count.floor for count in counts]),
        group_price=np.array([*(price[kind] for kind, _ in names), *(count.price for count in counts)]),
        group_day=np.array([per_day[kind] for kind, _ in names] + [0.0] * len(counts)),
    )


def _with_counts(groups: Ints, none: int, counts: Sequence[Count]) -> Ints:
    """The groups of each dish with those of rules that count beside them; ``none`` stood for no group."""
    beside = np.full((len(groups), len(counts)), none + len(counts), dtype=np.intp)
    for number, count in enumerate(counts):
        beside[list(count.rows), number] = none + number
    return np.hstack([np.where(groups == none, none + len(counts), groups), beside])


def _caps(dishes: Sequence[Dish], days: int) -> Floats:
    mains = sum(dish.is_main for dish in dishes)
    needed = {
        "main": ceil(2 * days / max(mains, 1)),
        "breakfast": ceil(days / max(sum(d.course == "breakfast" for d in dishes), 1)),
        "snack": ceil(days / max(sum(d.course == "snack" for d in dishes), 1)),
    }
    needed["one-pot"] = needed["main"]
    weeks = days / 7
    return np.array([max(ceil(USES_PER_WEEK.get(d.course, 0) * weeks), needed.get(d.course, 1)) for d in dishes], float)


def _find_groups(dishes: Sequence[Dish], stars: Sequence[frozenset[str]]) -> tuple[tuple[tuple[str, str], ...], Ints]:
    """The groups that any dish belongs to, as (kind, name), and for each dish the numbers of its own."""
    of_dish = [
        # Only what carries a meal counts, once a meal: the points of a meal are then the sum of its dishes'.
        [("protein", dish.protein), ("cuisine", dish.cuisine)] * dish.is_main
        + [("produce", food) for food in sorted(star_produce(dish, foods))] * (dish.course not in BESIDE)
        for dish, foods in zip(dishes, stars, strict=True)
    ]
    names = tuple(sorted({group for groups in of_dish for group in groups}))
    number = {group: place for place, group in enumerate(names)}
    found = np.full((len(dishes), max(map(len, of_dish), default=0)), len(names), dtype=np.intp)
    for row, groups in enumerate(of_dish):
        found[row, : len(groups)] = [number[group] for group in groups]
    return names, found


def _fair_uses(kind: str, names: Sequence[tuple[str, str]], days: int) -> float:
    """Uses before a group costs: the usual ones, or an even share where a library has few groups of the kind."""
    usual = FAIR_USES_PER_WEEK[kind] * days / 7
    if kind == "produce":
        return float(ceil(usual))
    return float(ceil(max(usual, 2 * days / sum(other == kind for other, _ in names))))
