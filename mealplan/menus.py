"""Whole days: the meals of one day together, with all that a day is held to.

A **menu** is a meal for each slot of a day, of a pool's likeliest. What happens inside a day (the floors and limits
that hold every day, two dishes of one kind) is exact here, so that a program over menus knows days, which a program
over meals does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mealplan.occasions import Occasion
from mealplan.patterns import Columns
from mealplan.prices import Prices, least, reduced_costs
from mealplan.task import Task

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

LIKELY_MEALS = 80
"""Meals of an occasion that menus are made of, those of least reduced cost."""
STARTS = 16
"""For each slot, its so many cheapest meals are each given the best company for the day."""
LIKELY_COMPANY = 12
SWEEPS = 4
"""How often each meal of a menu is chosen anew, the others as they are: most menus stand still before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menus:
    """Menus of one kind of day, a row each.

    ``rows`` (n, slots): the meal of each slot, as a row of the kind's. ``columns``: the menus as if they were meals;
    their cost has all that a day costs by itself.
    """

    rows: Ints
    columns: Columns

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, kept: Ints) -> Menus:
        """The menus at these places, in their order."""
        return Menus(rows=self.rows[kept], columns=self.columns.take(kept))

    def joined(self, other: Menus) -> Menus:
        """These menus, then those of ``other`` that are new, in order of first appearance."""
        _, first = np.unique(np.concatenate([self.rows, other.rows]), axis=0, return_index=True)
        new = np.sort(first[first >= len(self)]) - len(self)
        more = other.columns.take(new)
        return Menus(
            rows=np.concatenate([self.rows, other.rows[new]]),
            columns=Columns(
                items=np.concatenate([self.columns.items, more.items]),
                amount=np.concatenate([self.columns.amount, more.amount]),
                cost=np.concatenate([self.columns.cost, more.cost]),
            ),
        )


class DayKind:
    """Days that have the same occasions, and the menus that they may have.

    Attributes: ``occasions``; ``days``, counted from 0; ``meals``: of each occasion those to choose from, and
    ``pool_rows``: where these are in the pool.
    """

    def __init__(self, task: Task, days: Sequence[int], pool: Mapping[Occasion, Columns], prices: Prices) -> None:
        """Args: pool: the meals of the days' occasions; prices: by which the likeliest are chosen."""
        self.days = tuple(days)
        self.occasions = tuple(pool)
        self.pool_rows = [least(reduced_costs(task.space, meals, prices), LIKELY_MEALS) for meals in pool.values()]
        self.meals = [meals.take(rows) for meals, rows in zip(pool.values(), self.pool_rows, strict=True)]
        self._task = task
        held = task.space.dishes_in(self.meals)
        self._variety = task.variety.take(held)
        self._uses = [count_uses(task.space.places_in(held, meals.items), len(held)) for meals in self.meals]
        self._clash = {
            (one, other): self._variety.clashes(self._uses[one], self._uses[other])
            for one in range(len(self.meals))
            for other in range(len(self.meals))
            if one != other
        }
        bounds = task.bounds.of_period(daily=True)
        self._lower, self._upper = bounds.lower, bounds.upper
        self._short, self._over = bounds.short_price / task.days, bounds.over_price / task.days
        # A row a bound: points are summed bound by bound.
        self._amounts = [np.ascontiguousarray(meals.amount[:, bounds.column].T) for meals in self.meals]

    @property
    def name(self) -> str:
        """Fit for a row of a model."""
        return f"day_{self.days[0]}"

    def build(self, rows: Ints) -> Menus:
        """The menus of these (n, slots) rows of the kind's meals, with what their days cost."""
        meals = list(zip(self.meals, rows.T, strict=True))
        amount = sum((one.amount[chosen] for one, chosen in meals), np.zeros((len(rows), len(self._task.space.keys))))
        cost = sum((one.cost[chosen] for one, chosen in meals), np.zeros(len(rows)))
        uses = sum((held[chosen] for held, chosen in zip(self._uses, rows.T, strict=True)), np.zeros(1))
        cost = cost + self._task.bounds.points(amount, daily=True) / self._task.days + self._variety.day_points(uses)
        items = np.concatenate([one.items[chosen] for one, chosen in meals], axis=1)
        return Menus(rows=rows, columns=Columns(items=items, amount=amount, cost=cost))

    def cheapest(self, prices: Prices, random: np.random.Generator) -> tuple[Menus, Floats]:
        """Menus of small reduced cost, cheapest first, and that cost of each.

        Not surely the cheapest of all: each begins with a cheap meal beside others drawn from the cheap ones, and has
        one meal after the other replaced by the best.
        """
        own = [reduced_costs(self._task.space, meals, prices) for meals in self.meals]
        rows, begun = self._draw(own, random)
        for sweep in range(SWEEPS):
            for place in random.permutation(len(own)):
                free = np.flatnonzero(begun != place) if sweep == 0 else np.arange(len(rows))
                rows[free, place] = self._points(own, rows[free], place).argmin(axis=1)
        menus = self.build(np.unique(rows, axis=0))
        points = reduced_costs(self._task.space, menus.columns, prices)
        order = np.argsort(points, kind="stable")
        return menus.take(order), points[order]

    def _draw(self, own: Sequence[Floats], random: np.random.Generator) -> tuple[Ints, Ints]:
        """(n, slots) rows, one of each chosen for its own sake, and (n,) the place of that one."""
        ranked = [np.argsort(points, kind="stable") for points in own]
        rows, begun = [], []
        for place, best in enumerate(ranked):
            drawn = [random.choice(other[:LIKELY_COMPANY], size=min(STARTS, len(best))) for other in ranked]
            drawn[place] = best[:STARTS]
            rows.append(np.column_stack(drawn))
            begun.append(np.full(len(rows[-1]), place))
        return np.concatenate(rows), np.concatenate(begun)

    def near(self, menus: Menus, prices: Prices, margin: float) -> Menus:
        """Menus one meal away from one of these, at reduced costs up to ``margin`` above the least of theirs."""
        own = [reduced_costs(self._task.space, meals, prices) for meals in self.meals]
        limit = float(reduced_costs(self._task.space, menus.columns, prices).min()) + margin
        return self.build(np.unique(np.concatenate(list(self._neighbours(own, menus.rows, limit))), axis=0))

    def _neighbours(self, own: Sequence[Floats], rows: Ints, limit: float) -> Iterator[Ints]:
        for place in range(len(own)):
            which, meal = np.nonzero(self._points(own, rows, place) <= limit)
            found = rows[which]
            found[:, place] = meal
            yield found

    def _points(self, own: Sequence[Floats], rows: Ints, place: int) -> Floats:
        """(n, meals of the place) reduced costs of these menus with each meal in the place."""
        others = [other for other in range(len(own)) if other != place]
        rest = sum((own[other][rows[:, other]] for other in others), np.zeros(len(rows)))
        for one, other in combinations(others, 2):
            rest += self._clash[one, other][rows[:, one], rows[:, other]]
        points: Floats = rest[:, None] + own[place]
        for other in others:
            points += self._clash[other, place][rows[:, other]]
        held = sum((self._amounts[other][:, rows[:, other]] for other in others), np.zeros((len(self._lower), 1)))
        for bound, offered in enumerate(self._amounts[place]):
            short, room = self._lower[bound] - held[bound], self._upper[bound] - held[bound]
            # A bound that the other meals keep already, or that no meal reaches, costs no work.
            if short.max() > 0:
                points += np.maximum(short[:, None] - offered, 0) * self._short[bound]
            if offered.max() > room.min():
                points += np.maximum(offered - room[:, None], 0) * self._over[bound]
        return points


def day_kinds(task: Task, pool: Mapping[Occasion, Columns], prices: Prices) -> tuple[DayKind, ...]:
    """The days of the task by the occasions they have."""
    alike: dict[tuple[Occasion, ...], list[int]] = {}
    for day in range(task.days):
        alike.setdefault(tuple(occasion for occasion in pool if day in occasion.days), []).append(day)
    return tuple(
        DayKind(task, days, {occasion: pool[occasion] for occasion in occasions}, prices)
        for occasions, days in alike.items()
    )


def count_uses(dishes: Ints, count: int) -> Floats:
    """(n, count) how often each of so many dishes is in each row; from there on there is none."""
    uses = np.zeros((len(dishes), count + 1))
    np.add.at(uses, (np.arange(len(dishes))[:, None], dishes), 1.0)
    return uses[:, :-1]
