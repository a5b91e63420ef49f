"""What a week costs, exactly: shortfall and excess of every bound, and preference, in points.

A point is 1 % of one nutrient's week at weight 1. `mealplan.model` is the linear relaxation of this function,
`mealplan.schedule` searches it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import NDArray

from mealplan.dishes import Dish
from mealplan.request import Weights
from mealplan.targets import Target

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

WEEK_ENERGY_TOLERANCE = 0.02
"""Energy of the whole plan stays this near to the target, so that days do not all lean to one edge."""

USES_PER_WEEK = {"breakfast": 3, "side": 3, "snack": 3, "drink": 4}
"""How often a dish of a course may be eaten in seven days; a main comes once a plan while the library has enough."""

PROTEIN_USES_PER_WEEK = 3
"""How many lunches and dinners of seven days may share their protein before it costs."""


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

    def slope(self, amount: Floats, daily: bool) -> Floats:
        """(keys,) a subgradient of `points` at one day's or the mean's (keys,) amount."""
        slope = np.zeros(len(amount))
        values = amount[self.column]
        steps = self.over_price * (values > self.upper) - self.short_price * (values < self.lower)
        np.add.at(slope, self.column, steps * (self.daily == daily))
        return slope

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
class Variety:
    """How often dishes and proteins may come before it costs, for the days asked for.

    ``cap`` (n_dishes,): uses of a dish; ``protein`` (n_dishes,): protein group of a main, -1 for the others;
    ``protein_cap`` (n_groups,).
    """

    cap: Floats
    protein: Ints
    protein_cap: Floats


def build_variety(dishes: Sequence[Dish], days: int) -> Variety:
    """Caps for this library and these days.

    A library too small for the usual caps has them raised to what fills its slots, so that a vegan with ten
    mains is not told that every week is wrong.
    """
    mains = sum(dish.is_main for dish in dishes)
    proteins = sorted({dish.protein for dish in dishes if dish.is_main})
    group = {name: index for index, name in enumerate(proteins)}
    weeks = days / 7
    needed = {
        "main": ceil(2 * days / max(mains, 1)),
        "breakfast": ceil(days / max(sum(d.course == "breakfast" for d in dishes), 1)),
        "snack": ceil(days / max(sum(d.course == "snack" for d in dishes), 1)),
    }
    needed["one-pot"] = needed["main"]
    cap = [max(ceil(USES_PER_WEEK.get(d.course, 0) * weeks), needed.get(d.course, 1)) for d in dishes]
    fair = max(PROTEIN_USES_PER_WEEK * weeks, 2 * days / max(len(proteins), 1))
    return Variety(
        cap=np.array(cap, dtype=np.float64),
        protein=np.array([group[d.protein] if d.is_main else -1 for d in dishes], dtype=np.intp),
        protein_cap=np.full(len(proteins), float(ceil(fair))),
    )


def variety_points(uses: Floats, variety: Variety, weights: Weights) -> float:
    """Points of a plan whose (days, n_dishes) ``uses`` count how often each dish is eaten each day.

    Mains are counted once a meal, so the uses of a protein are those of its mains.
    """
    total = uses.sum(axis=0)
    mains = variety.protein >= 0
    by_protein = np.bincount(variety.protein[mains], weights=total[mains], minlength=len(variety.protein_cap))
    in_a_row = np.minimum(uses[1:], uses[:-1]).sum()
    return float(
        weights.repeat * np.maximum(total - 1, 0).sum()
        + weights.over_cap * np.maximum(total - variety.cap, 0).sum()
        + weights.same_protein * np.maximum(by_protein - variety.protein_cap, 0).sum()
        + weights.same_day * np.maximum(uses - 1, 0).sum()
        + weights.adjacent * in_a_row
    )
