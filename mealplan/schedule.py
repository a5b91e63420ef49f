"""From a pool of meals to days: a seeded heat bath over the week's meals, then exchanges until none helps.

The search prices every candidate of a slot exactly (`mealplan.score`), given the rest of the week. It stops by
counts, never by the clock, and sums without BLAS, whose rounding depends on threads: the same pool and seed
give the same week.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mealplan.dishes import Slot
from mealplan.patterns import Columns, Space
from mealplan.request import Weights
from mealplan.score import Bounds, Variety, variety_points

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

SWEEPS = 80
HOT, COLD = 0.5, 0.005
"""Temperature in points at the first and last sweep, falling geometrically."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A meal for each day and slot: rows of the pool's columns, and what the week costs in points."""

    rows: Mapping[Slot, Ints]
    objective: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A week with one place open.

    ``amount`` and ``mean`` (keys,): nutrients of the day and of the mean day without that meal; ``dish`` and
    ``anchor`` (n_dishes,): points of variety that a dish would add there, and as an anchor besides; ``standing``:
    the meal taken out.
    """

    amount: Floats
    mean: Floats
    dish: Floats
    anchor: Floats
    standing: Columns
    days: int


class Search:
    """The state of one search: which meal stands where, and running sums that make a change cheap to price."""

    def __init__(
        self,
        space: Space,
        pool: Mapping[Slot, Columns],
        bounds: Bounds,
        variety: Variety,
        weights: Weights,
        days: int,
    ) -> None:
        self._pool = pool
        self._bounds = bounds
        self._variety = variety
        self._weights = weights
        self._days = days
        self._n_dishes = len(space.servings.dishes)
        # Dishes of each meal; the row past the last dish stands for "none", so that -1 indexes it.
        self._dishes = {
            slot: np.where(meals.items >= 0, space.item_dish[meals.items], self._n_dishes)
            for slot, meals in pool.items()
        }
        # A row a nutrient, with its maximum: the prices of candidates are summed nutrient by nutrient.
        self._amounts = {
            slot: (np.ascontiguousarray(meals.amount.T), meals.amount.max(axis=0)) for slot, meals in pool.items()
        }
        self.rows = {slot: np.zeros(days, dtype=np.intp) for slot in pool}
        self._amount = np.zeros((days, len(space.keys)))
        self._uses = np.zeros((days, self._n_dishes + 1))

    def place(self, rows: Mapping[Slot, Ints]) -> None:
        """Set the whole week."""
        self.rows = {slot: np.array(chosen) for slot, chosen in rows.items()}
        self._amount[:] = 0
        self._uses[:] = 0
        for slot, chosen in self.rows.items():
            for day, row in enumerate(chosen):
                self._shift(day, slot, int(row), 1.0)

    def _shift(self, day: int, slot: Slot, row: int, sign: float) -> None:
        self._amount[day] += sign * self._pool[slot].amount[row]
        np.add.at(self._uses[day], self._dishes[slot][row], sign)
        self._uses[:, -1] = 0

    def objective(self) -> float:
        """Points of the week as it stands, summed afresh."""
        amount = np.stack(
            [
                np.sum([self._pool[slot].amount[rows[day]] for slot, rows in self.rows.items()], axis=0)
                for day in range(self._days)
            ]
        )
        preference = sum(float(self._pool[slot].cost[rows].sum()) for slot, rows in self.rows.items())
        goals = self._bounds.points(amount, daily=True).sum() / self._days
        goals += self._bounds.points(amount.mean(axis=0), daily=False)
        return preference + float(goals) + variety_points(self._uses[:, :-1], self._variety, self._weights)

    def candidates(self, day: int, slot: Slot) -> Floats:
        """(n_meals,) points of the week with each meal of the pool in this place, up to a constant.

        The meal that stands there must have been taken out with `_shift`.
        """
        amounts, most = self._amounts[slot]
        points = self._bounds.candidate_points(self._amount[day], amounts, most, daily=True) / self._days
        mean = self._amount.sum(axis=0) / self._days
        points += self._bounds.candidate_points(mean, amounts, most, daily=False, share=1 / self._days)
        points += self._pool[slot].cost
        return points + self._variety_change(day, slot)

    def _variety_change(self, day: int, slot: Slot) -> Floats:
        """(n_meals,) points of variety that each meal adds."""
        dishes = self._dishes[slot]
        dish, anchor = self.dish_points(day)
        points: Floats = np.append(dish, 0.0)[dishes].sum(axis=1)
        points += anchor[dishes[:, 0]]
        return points

    def dish_points(self, day: int) -> tuple[Floats, Floats]:
        """(n_dishes,) points of variety that one more use of each dish on a day adds, and one as an anchor besides."""
        weights, variety = self._weights, self._variety
        today, total = self._uses[day, :-1], self._uses[:, :-1].sum(axis=0)
        near = np.zeros(self._n_dishes)
        for other in (day - 1, day + 1):
            if 0 <= other < self._days:
                near += self._uses[other, :-1] > today
        dish = (
            weights.repeat * (total >= 1)
            + weights.over_cap * (total >= variety.cap)
            + weights.same_day * (today >= 1)
            + weights.adjacent * near
        )
        mains = variety.protein >= 0
        eaten = np.bincount(variety.protein[mains], weights=total[mains], minlength=len(variety.protein_cap))
        crowded = np.append(eaten >= variety.protein_cap, False)  # the last entry is for dishes without a group
        return dish, weights.same_protein * crowded[variety.protein]

    def rest(self, day: int, slot: Slot) -> Rest:
        """The week with one place left open; the search stays as it is."""
        row = int(self.rows[slot][day])
        self._shift(day, slot, row, -1.0)
        dish, anchor = self.dish_points(day)
        found = Rest(
            amount=self._amount[day].copy(),
            mean=self._amount.sum(axis=0) / self._days,
            dish=dish,
            anchor=anchor,
            standing=self._pool[slot].take(np.array([row])),
            days=self._days,
        )
        self._shift(day, slot, row, 1.0)
        return found

    def heat_bath(self, random: np.random.Generator, sweeps: int = SWEEPS) -> None:
        """Draw each place's meal anew, the likelier the cheaper, while the temperature falls."""
        for temperature in np.geomspace(HOT, COLD, sweeps):
            for day in random.permutation(self._days):
                for slot in self.rows:
                    self._redraw(int(day), slot, float(temperature), random)

    def _redraw(self, day: int, slot: Slot, temperature: float, random: np.random.Generator) -> None:
        self._shift(day, slot, int(self.rows[slot][day]), -1.0)
        points = self.candidates(day, slot)
        # Adding Gumbel noise and taking the least is drawing from the Boltzmann distribution.
        row = int(np.argmin(points - temperature * random.gumbel(size=len(points))))
        self.rows[slot][day] = row
        self._shift(day, slot, row, 1.0)

    def descend(self) -> None:
        """Replace single meals, then exchange meals between days, until neither helps."""
        best = self.objective()
        while True:
            self._best_singles()
            self._exchange_days()
            now = self.objective()
            if now > best - 1e-9:
                return
            best = now

    def _best_singles(self) -> None:
        improved = True
        while improved:
            improved = False
            for day in range(self._days):
                for slot, rows in self.rows.items():
                    old = int(rows[day])
                    self._shift(day, slot, old, -1.0)
                    points = self.candidates(day, slot)
                    new = int(np.argmin(points))
                    if points[new] >= points[old] - 1e-9:
                        new = old
                    improved |= new != old
                    rows[day] = new
                    self._shift(day, slot, new, 1.0)

    def _exchange_days(self) -> None:
        """Give two days each other's meal of a slot where that helps: the mix of the week stays, its order changes."""
        best = self.objective()
        for slot, rows in self.rows.items():
            for day in range(self._days):
                for other in range(day + 1, self._days):
                    if rows[day] == rows[other]:
                        continue
                    self._exchange(slot, day, other)
                    now = self.objective()
                    if now < best - 1e-9:
                        best = now
                    else:
                        self._exchange(slot, day, other)

    def _exchange(self, slot: Slot, day: int, other: int) -> None:
        rows = self.rows[slot]
        for place, sign in ((day, -1.0), (other, -1.0)):
            self._shift(place, slot, int(rows[place]), sign)
        rows[day], rows[other] = rows[other], rows[day]
        for place in (day, other):
            self._shift(place, slot, int(rows[place]), 1.0)

    def week(self) -> Week:
        """The week as it stands."""
        return Week(rows={slot: rows.copy() for slot, rows in self.rows.items()}, objective=self.objective())
