"""From menus to a week: whole days are replaced, one and two at a time, until none helps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mealplan.dishes import Slot
from mealplan.dive import State
from mealplan.menus import Menus, count_uses
from mealplan.schedule import NEAR_DAYS
from mealplan.task import Task

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

LIKELY = 12
"""Menus of a day that are tried when two days are replaced at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """The menus of a kind of day as the search reads them.

    ``uses`` (n, n_held) of dishes; ``dishes`` (n, width) the same as numbers, n_held where there is none, beyond that
    where a dish is there already; ``groups`` (n_groups, n) uses of groups and ``amounts`` (keys, n), with their maxima
    ``most_groups`` and ``most``.
    """

    menus: Menus
    uses: Floats
    dishes: Ints
    groups: Floats
    most_groups: Floats
    amounts: Floats
    most: Floats


class Composer:
    """A week of menus, and what each other menu would make of it."""

    def __init__(self, task: Task, state: State) -> None:
        """Args: state: the menus to choose from, and the days that a dive has fixed."""
        self._task, self._state = task, state
        self._held = task.space.dishes_in(menus.columns for menus in state.menus.values())
        self._variety = task.variety.take(self._held)
        self._choice = {kind: self._read(menus) for kind, menus in state.menus.items()}
        self._kind = {day: kind for kind in state.menus for day in kind.days}
        self._days = task.days
        self._row = np.full(self._days, -1, dtype=np.intp)
        self._amount = np.zeros((self._days, len(task.space.keys)))
        self._uses = np.zeros((self._days, len(self._held)))

    def _read(self, menus: Menus) -> _Choice:
        none = len(self._held)
        dishes = np.sort(self._task.space.places_in(self._held, menus.columns.items), axis=1)
        uses = count_uses(dishes, none)
        twice = (dishes[:, 1:] == dishes[:, :-1]) & (dishes[:, 1:] < none)
        dishes[:, 1:] += twice * (none + 1)
        groups = np.array([self._variety.count_groups(used) for used in uses])
        return _Choice(
            menus=menus,
            uses=uses,
            dishes=dishes,
            groups=np.ascontiguousarray(groups.T),
            most_groups=groups.max(axis=0),
            amounts=np.ascontiguousarray(menus.columns.amount.T),
            most=menus.columns.amount.max(axis=0),
        )

    def run(self, random: np.random.Generator) -> dict[Slot, Ints]:
        """Fixed days first, in an order drawn at random, the open ones with the best that is left; then exchanges."""
        for kind, times in self._state.fixed.items():
            days = random.permutation(kind.days)
            fixed = np.repeat(np.arange(len(times)), times)[: len(days)]
            for day, row in zip(days, fixed, strict=False):
                self._put(int(day), int(row))
        for day in np.flatnonzero(self._row < 0).tolist():
            self._put(day, int(np.argmin(self._points(day))))
        self._exchange()
        chosen: dict[Slot, Ints] = {}
        for day, kind in self._kind.items():
            menu = self._choice[kind].menus.rows[self._row[day]]
            for occasion, rows, row in zip(kind.occasions, kind.pool_rows, menu, strict=True):
                chosen.setdefault(occasion.slot, np.zeros(self._days, dtype=np.intp))[day] = rows[row]
        return chosen

    def _put(self, day: int, row: int) -> None:
        choice = self._choice[self._kind[day]]
        self._row[day] = row
        self._amount[day] = choice.menus.columns.amount[row]
        self._uses[day] = choice.uses[row]

    def _take_out(self, day: int) -> None:
        self._amount[day] = 0
        self._uses[day] = 0

    def _points(self, day: int) -> Floats:
        """(n,) points of the week with each menu on this day, up to a constant. The day must be empty."""
        return self._own_points(day) + self._shared_points(day)

    def _own_points(self, day: int) -> Floats:
        """(n,) what each menu costs by itself, and its dishes beside those of the other days."""
        choice, variety = self._choice[self._kind[day]], self._variety
        total = self._uses.sum(axis=0)
        near = self._uses[[other for other in (day - 1, day + 1) if 0 <= other < self._days]]
        first, second = (
            variety.again * (total + before >= 1)
            + variety.over_cap * (total + before >= variety.cap)
            + variety.adjacent * (near > before).sum(axis=0)
            for before in (0, 1)
        )
        by_dish = np.concatenate([first, [0.0], second])
        points: Floats = choice.menus.columns.cost + by_dish[choice.dishes].sum(axis=1)
        return points

    def _shared_points(self, day: int) -> Floats:
        """(n,) what groups of dishes and bounds on the mean cost the whole week with each menu on this day."""
        choice, variety, days = self._choice[self._kind[day]], self._variety, self._days
        count = variety.count_groups(self._uses.sum(axis=0))
        mean = self._amount.sum(axis=0) / days
        points = self._task.bounds.candidate_points(mean, choice.amounts, choice.most, daily=False, share=1 / days)
        # A group that no menu brings beyond its cap costs no work.
        crowded = (count + choice.most_groups > variety.group_cap) | (count < variety.group_floor)
        for group in np.flatnonzero(crowded).tolist():
            points += variety.group_points(count[group] + choice.groups[group], group)
        return points

    def _exchange(self) -> None:
        """Replace single days, then two at once, until nothing helps."""
        days = range(self._days)
        best, changed = self._objective(), set(days)
        while changed:
            before = self._row.copy()
            for day in days:
                self._replace(day)
            changed.update(np.flatnonzero(self._row != before).tolist())
            for one, other in combinations(days, 2):
                if other - one < NEAR_DAYS and (one in changed or other in changed):
                    self._replace_two(one, other)
            now = self._objective()
            changed = set(np.flatnonzero(self._row != before).tolist()) if now < best - 1e-9 else set()
            best = now

    def _objective(self) -> float:
        """Points of the week as it stands, summed afresh."""
        cost = sum(float(self._choice[kind].menus.columns.cost[self._row[day]]) for day, kind in self._kind.items())
        # What lies within a day is in the costs of its menu.
        between = self._variety.points(self._uses) - float(self._variety.day_points(self._uses).sum())
        return cost + between + float(self._task.bounds.points(self._amount.mean(axis=0), daily=False))

    def _replace(self, day: int) -> None:
        old = int(self._row[day])
        self._take_out(day)
        points = self._points(day)
        new = int(np.argmin(points))
        self._put(day, new if points[new] < points[old] - 1e-9 else old)

    def _replace_two(self, one: int, other: int) -> None:
        """Put in the best menu of one day beside any of the likeliest of the other."""
        old = int(self._row[one]), int(self._row[other])
        self._take_out(one)
        self._take_out(other)
        first = self._own_points(other)
        best, chosen = np.inf, old
        for row in [old[1], *np.argsort(first + self._shared_points(other), kind="stable")[:LIKELY].tolist()]:
            self._put(other, row)
            points = self._points(one)
            found = int(np.argmin(points))
            if row == old[1] and points[found] > points[old[0]] - 1e-9:
                found = old[0]
            if first[row] + points[found] < best - 1e-9:
                best, chosen = float(first[row] + points[found]), (found, row)
            self._take_out(other)
        self._put(one, chosen[0])
        self._put(other, chosen[1])
