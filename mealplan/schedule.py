"""From a pool of meals to days: a seeded heat bath over the week's meals, then exchanges until none helps.

The search prices every candidate of a slot exactly (`mealplan.score`), given the rest of the week. It stops by
counts, never by the clock, and sums without BLAS, whose rounding depends on threads: the same pool and seed
give the same week.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mealplan.dishes import Slot
from mealplan.occasions import Occasion
from mealplan.patterns import Columns
from mealplan.task import Task

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

STIRRED = 1.0
ARRANGEMENTS = 40
"""Temperature in points, and how often each pair of days is tried, when a given mix of meals is put in order."""

NEAR_DAYS = 7
"""Two meals of a slot are replaced at once where they lie less than this apart: a long plan stays quick."""

LIKELY = 6
"""Meals of a place that are tried when two places are filled at once."""

SWEEPS = 60
HOT, COLD = 0.5, 0.005
"""Temperature in points at the first and last sweep, falling geometrically."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A meal for each day and slot: rows of the columns of the place's occasion, and what the week costs in points."""

    rows: Mapping[Slot, Ints]
    objective: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A week with one place open.

    ``amount`` and ``mean`` (keys,): nutrients of the day and of the mean day without that meal; ``dish`` (n_dishes,):
    points of variety that each dish of the space would add there; ``occasion``: of that place; ``standing``: the
    meal taken out.
    """

    amount: Floats
    mean: Floats
    dish: Floats
    occasion: Occasion
    standing: Columns
    days: int


class Search:
    """The state of one search: which meal stands where, and running sums that make a change cheap to price."""

    def __init__(self, task: Task, pool: Mapping[Occasion, Columns]) -> None:
        """Args: pool: the meals of each of the task's occasions that may be chosen."""
        space = task.space
        self._pool = pool
        self._bounds = task.bounds
        self._task = task
        self._days = task.days
        self._occasion = {(day, occasion.slot): occasion for occasion in pool for day in occasion.days}
        slots = tuple(dict.fromkeys(occasion.slot for occasion in pool))
        # Only the pool's dishes are counted. A row past the last stands for "none", so that -1 indexes it.
        self._held = space.dishes_in(pool.values())
        self._variety = task.variety.take(self._held)
        self._dishes = {occasion: space.places_in(self._held, meals.items) for occasion, meals in pool.items()}
        # A row a nutrient, with its maximum: the prices of candidates are summed nutrient by nutrient.
        self._amounts = {
            occasion: (np.ascontiguousarray(meals.amount.T), meals.amount.max(axis=0))
            for occasion, meals in pool.items()
        }
        self.rows = {slot: np.zeros(self._days, dtype=np.intp) for slot in slots}
        self._amount = np.zeros((self._days, len(space.keys)))
        self._uses = np.zeros((self._days, len(self._held) + 1))

    def place(self, rows: Mapping[Slot, Ints]) -> None:
        """Set the whole week."""
        self.rows = {slot: np.array(chosen) for slot, chosen in rows.items()}
        self._amount[:] = 0
        self._uses[:] = 0
        for slot, chosen in self.rows.items():
            for day, row in enumerate(chosen):
                self._shift(day, slot, int(row), 1.0)

    def draw(self, random: np.random.Generator) -> None:
        """Set the whole week at random."""
        sizes = {slot: [len(self._pool[self._occasion[day, slot]]) for day in range(self._days)] for slot in self.rows}
        self.place({slot: random.integers(size) for slot, size in sizes.items()})

    def _shift(self, day: int, slot: Slot, row: int, sign: float) -> None:
        occasion = self._occasion[day, slot]
        self._amount[day] += sign * self._pool[occasion].amount[row]
        np.add.at(self._uses[day], self._dishes[occasion][row], sign)
        self._uses[:, -1] = 0

    def objective(self) -> float:
        """Points of the week as it stands, summed afresh."""
        preference = sum(float(meals.cost[row]) for _, meals, row in self._standing())
        return preference + self._missed_points() + self._variety.points(self._uses[:, :-1])

    def shortfall(self) -> float:
        """The points that come before all preference: of targets missed, limits passed and dishes beyond their caps."""
        return self._missed_points() + self._variety.cap_points(self._uses[:, :-1])

    def _missed_points(self) -> float:
        """Points of targets missed and limits passed, summed afresh."""
        amount = np.zeros_like(self._amount)
        for day, meals, row in self._standing():
            amount[day] += meals.amount[row]
        days = self._bounds.points(amount, daily=True).sum() / self._days
        return float(days + self._bounds.points(amount.mean(axis=0), daily=False))

    def broken(self) -> float:
        """Points of dishes that are dearer where they stand, and of rules that count."""
        points = 0.0
        for slot, rows in self.rows.items():
            for day, row in enumerate(rows.tolist()):
                occasion, space = self._occasion[day, slot], self._task.space
                dearer, items = dict(occasion.dearer), self._pool[occasion].items[row]
                dishes = space.item_dish[items[items >= 0]].tolist()
                points += sum(dearer.get(space.servings.dishes[dish].slug, 0.0) for dish in dishes)
        counted = len(self._task.counts)
        return points + self._variety.crowded_points(self._uses[:, :-1].sum(axis=0), last=counted)

    def _standing(self) -> Iterator[tuple[int, Columns, int]]:
        """Every meal of the week: its day, and its row of these meals."""
        for slot, rows in self.rows.items():
            for day, row in enumerate(rows.tolist()):
                yield day, self._pool[self._occasion[day, slot]], row

    def candidates(self, day: int, slot: Slot) -> Floats:
        """(n_meals,) points of the week with each meal of the pool in this place, up to a constant.

        The meal that stands there must have been taken out with `_shift`.
        """
        return self._own_points(day, slot) + self._day_points(day, slot) + self._week_points(day, slot)

    def priced(self, day: int, slot: Slot) -> Floats:
        """(n_meals,) `candidates` in the stead of the meal that stands there; the search stays as it is."""
        row = int(self.rows[slot][day])
        self._shift(day, slot, row, -1.0)
        points = self.candidates(day, slot)
        self._shift(day, slot, row, 1.0)
        return points

    def put(self, day: int, slot: Slot, row: int) -> None:
        """Set another meal in a place."""
        self._shift(day, slot, int(self.rows[slot][day]), -1.0)
        self.rows[slot][day] = row
        self._shift(day, slot, row, 1.0)

    def _own_points(self, day: int, slot: Slot) -> Floats:
        """(n_meals,) what each meal costs by itself, and in variety."""
        occasion = self._occasion[day, slot]
        variety: Floats = np.append(self.dish_points(day), 0.0)[self._dishes[occasion]].sum(axis=1)
        return self._pool[occasion].cost + variety

    def _day_points(self, day: int, slot: Slot) -> Floats:
        """(n_meals,) what the day's bounds cost with each meal in this place."""
        amounts, most = self._amounts[self._occasion[day, slot]]
        return self._bounds.candidate_points(self._amount[day], amounts, most, daily=True) / self._days

    def _week_points(self, day: int, slot: Slot) -> Floats:
        """(n_meals,) what the bounds on the mean cost with each meal in this place."""
        amounts, most = self._amounts[self._occasion[day, slot]]
        mean = self._amount.sum(axis=0) / self._days
        return self._bounds.candidate_points(mean, amounts, most, daily=False, share=1 / self._days)

    def dish_points(self, day: int) -> Floats:
        """(n_held,) points of variety that one more use of each dish of the pool on a day adds."""
        return self._variety.added_points(self._uses[:, :-1], day)

    def rest(self, day: int, slot: Slot) -> Rest:
        """The week with one place left open; the search stays as it is."""
        row = int(self.rows[slot][day])
        self._shift(day, slot, row, -1.0)
        found = Rest(
            amount=self._amount[day].copy(),
            mean=self._amount.sum(axis=0) / self._days,
            dish=self._task.variety.added_points(self._all_uses(), day),
            occasion=self._occasion[day, slot],
            standing=self._pool[self._occasion[day, slot]].take(np.array([row])),
            days=self._days,
        )
        self._shift(day, slot, row, 1.0)
        return found

    def _all_uses(self) -> Floats:
        """(days, n_dishes) uses of every dish of the space."""
        uses = np.zeros((self._days, len(self._task.variety.cap)))
        uses[:, self._held] = self._uses[:, :-1]
        return uses

    def heat_bath(self, random: np.random.Generator, sweeps: int = SWEEPS, hot: float = HOT) -> None:
        """Draw each place's meal anew, the likelier the cheaper, while the temperature falls."""
        for temperature in np.geomspace(hot, COLD, sweeps):
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
        """Replace single meals, exchange meals between days, then replace two at once, until nothing helps.

        Two that stood still are looked at again once something of their days has changed.
        """
        best, changed = self.objective(), set(range(self._days))
        while changed:
            before = {slot: rows.copy() for slot, rows in self.rows.items()}
            self._best_singles()
            self._exchange_days()
            self._best_pairs(changed | self._changed(before))
            now = self.objective()
            changed = self._changed(before) if now < best - 1e-9 else set()
            best = now

    def _changed(self, before: Mapping[Slot, Ints]) -> set[int]:
        """The days on which something else is eaten."""
        return {day for slot, rows in self.rows.items() for day in np.flatnonzero(rows != before[slot]).tolist()}

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

    def _best_pairs(self, days: Container[int]) -> None:
        """Replace two meals of a day or of a slot at once: for each of the likeliest of one, the best of the other.

        Args: days: one of them at least is of these.
        """
        places = [(day, slot) for day in range(self._days) for slot in self.rows]
        for one, other in combinations(places, 2):
            near = one[0] == other[0] or (one[1] == other[1] and other[0] - one[0] < NEAR_DAYS)
            if near and (one[0] in days or other[0] in days):
                self._best_pair(one, other)

    def _best_pair(self, one: tuple[int, Slot], other: tuple[int, Slot]) -> None:
        (day, slot), (second_day, second_slot) = one, other
        old, second_old = int(self.rows[slot][day]), int(self.rows[second_slot][second_day])
        self._shift(day, slot, old, -1.0)
        self._shift(second_day, second_slot, second_old, -1.0)
        # With two meals out, bounds say little of one of them; where they share no day, the day's say something.
        first = self._own_points(day, slot)
        if day != second_day:
            first += self._day_points(day, slot)
        best, chosen = np.inf, (old, second_old)
        for row in [old, *np.argsort(first, kind="stable")[:LIKELY].tolist()]:
            self._shift(day, slot, row, 1.0)
            seconds = self.candidates(second_day, second_slot)
            second = int(np.argmin(seconds))
            total = float(first[row]) + float(seconds[second])
            if total < best - 1e-9:
                best, chosen = total, (row, second)
            self._shift(day, slot, row, -1.0)
        self.rows[slot][day], self.rows[second_slot][second_day] = chosen
        self._shift(day, slot, chosen[0], 1.0)
        self._shift(second_day, second_slot, chosen[1], 1.0)

    def arrange(self, random: np.random.Generator) -> None:
        """Give the week's meals other days of their occasion, the likelier the cheaper, as the temperature falls."""
        pairs = list(self._pairs())
        now = self._order_points()
        for temperature in np.geomspace(STIRRED, COLD, ARRANGEMENTS):
            for place in random.permutation(len(pairs)):
                self._exchange(*pairs[place])
                then = self._order_points()
                if then - now > temperature * random.exponential():
                    self._exchange(*pairs[place])
                else:
                    now = then

    def _exchange_days(self) -> None:
        """Give two days each other's meal of a slot where that helps: the mix of the week stays, its order changes."""
        best = self._order_points()
        for pair in self._pairs():
            self._exchange(*pair)
            now = self._order_points()
            if now < best - 1e-9:
                best = now
            else:
                self._exchange(*pair)

    def _pairs(self) -> Iterator[tuple[Slot, int, int]]:
        """Two days of one occasion, whose meals may change places."""
        for occasion in self._pool:
            for day, other in combinations(occasion.days, 2):
                yield occasion.slot, day, other

    def _order_points(self) -> float:
        """The points of the week that depend on which day a meal stands on."""
        days = self._bounds.points(self._amount, daily=True).sum() / self._days
        return float(days) + self._variety.order_points(self._uses[:, :-1])

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
