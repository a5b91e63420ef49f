"""What meals earn and pay in a program or a week: prices per nutrient and dish, and prices that begin at an amount."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mealplan.patterns import Columns, Space

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramps:
    """Prices that begin or end at an amount: of nutrient ``column`` (n,) at ``at`` (n,), ``price`` (n,) per unit."""

    column: Ints
    at: Floats
    price: Floats

    @classmethod
    def none(cls) -> Ramps:
        return cls(column=np.empty(0, dtype=np.intp), at=np.empty(0), price=np.empty(0))

    def __iter__(self) -> Iterator[tuple[int, float, float]]:
        """Column, amount and price of each."""
        return zip(self.column.tolist(), self.at.tolist(), self.price.tolist(), strict=True)

    def take(self, rows: Ints | Bools) -> Ramps:
        """Those at these rows, in their order."""
        return Ramps(column=self.column[rows], at=self.at[rows], price=self.price[rows])

    def of(self, column: int, wanted: bool = True) -> Ramps:
        """Those of one nutrient, or of all others."""
        return self.take((self.column == column) == wanted)

    def below(self, amount: Floats) -> Floats:
        """(n,) price times what (n, keys) amounts hold up to ``at``, summed."""
        points: Floats = (np.minimum(amount[:, self.column], self.at) * self.price).sum(axis=1)
        return points

    def above(self, amount: Floats) -> Floats:
        """(n,) price times what (n, keys) amounts hold beyond ``at``, summed."""
        points: Floats = (np.maximum(amount[:, self.column] - self.at, 0) * self.price).sum(axis=1)
        return points

    def missing(self, amount: Floats) -> Floats:
        """(n,) price times what (n, keys) amounts lack of ``at``, summed."""
        points: Floats = (np.maximum(self.at - amount[:, self.column], 0) * self.price).sum(axis=1)
        return points


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a meal earns and pays.

    It earns ``nutrient`` (keys,) per unit, ``floors`` per unit up to an amount, ``dish`` (n_dishes,) per use; it pays
    ``ceilings`` per unit beyond an amount and ``lacks`` per unit below one. Prices of ramps are not negative.

    What floors and lacks ask for is the same but for a constant. Floors are for amounts that no meal is likely to
    reach, lacks for those that the meals looked for do reach: the bounds are near the truth there.
    """

    nutrient: Floats
    dish: Floats
    floors: Ramps = field(default_factory=Ramps.none)
    ceilings: Ramps = field(default_factory=Ramps.none)
    lacks: Ramps = field(default_factory=Ramps.none)


def least(points: Floats, count: int) -> Ints:
    """Rows of the least, at most so many, in their old order."""
    return np.sort(np.argsort(points, kind="stable")[:count])


def reduced_costs(space: Space, meals: Columns, prices: Prices) -> Floats:
    """(n,) what these meals cost less what they earn."""
    dishes = np.append(space.item_dish, len(prices.dish))[meals.items]
    earned = (meals.amount * prices.nutrient).sum(axis=1) + np.append(prices.dish, 0.0)[dishes].sum(axis=1)
    paid = prices.ceilings.above(meals.amount) + prices.lacks.missing(meals.amount)
    costs: Floats = meals.cost - earned - prices.floors.below(meals.amount) + paid
    return costs
