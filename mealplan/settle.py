"""A week that a model has chosen, settled on days: meals exchanged and replaced where that helps and no rule minds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pulp

from mealplan.occasions import Occasion
from mealplan.schedule import Search

KEPT = 1e-6
"""How far a row of the model may be off, as its solver leaves it."""
HELPS = 1e-9
"""Points below which a change is none."""

Variables = Sequence[pulp.LpVariable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """A search whose week is that of a model, with the variables that say so.

    ``times``: how often each meal of an occasion is eaten; ``on_day``: whether it is eaten on a day, where the model
    knows that day. ``rules`` are rows to keep; where it is None, more than rows was added to the model, and only what
    the model does not see may change.
    """

    search: Search
    times: Mapping[Occasion, Variables]
    on_day: Mapping[tuple[Occasion, int], Variables]
    rules: Sequence[pulp.LpConstraint] | None

    def run(self) -> None:
        """Exchange and replace single meals until nothing helps."""
        found = True
        while found:
            found = False
            for occasion in self.times:
                for day, other in combinations(occasion.days, 2):
                    found |= self._exchange(occasion, day, other)
                for day in occasion.days:
                    found |= self._replace(occasion, day)

    def _exchange(self, occasion: Occasion, day: int, other: int) -> bool:
        """Give two days each other's meal, if that helps."""
        rows = self.search.rows[occasion.slot]
        if rows[day] == rows[other]:
            return False
        if self.rules is None and (self._is_known(occasion, day) or self._is_known(occasion, other)):
            return False
        before = self.search.objective()
        self._swap_rows(occasion, day, other)
        if self.search.objective() < before - HELPS and self._keeps_rules():
            return True
        self._swap_rows(occasion, day, other)
        return False

    def _swap_rows(self, occasion: Occasion, day: int, other: int) -> None:
        rows = self.search.rows[occasion.slot]
        first, second = int(rows[day]), int(rows[other])
        self._put(occasion, day, second)
        self._put(occasion, other, first)

    def _replace(self, occasion: Occasion, day: int) -> bool:
        """Set the best other meal in a place that keeps the rules, if there is one that helps."""
        if self.rules is None:
            return False
        points, old = self.search.priced(day, occasion.slot), int(self.search.rows[occasion.slot][day])
        for row in np.argsort(points, kind="stable").tolist():
            if points[row] >= points[old] - HELPS:
                break
            self._put(occasion, day, row)
            if self._keeps_rules():
                return True
            self._put(occasion, day, old)
        return False

    def _put(self, occasion: Occasion, day: int, row: int) -> None:
        """Set a meal in a place, in the search and in the model."""
        old = int(self.search.rows[occasion.slot][day])
        for variables in (self.times[occasion], self.on_day.get((occasion, day), ())):
            if variables:
                variables[old].varValue -= 1
                variables[row].varValue += 1
        self.search.put(day, occasion.slot, row)

    def _is_known(self, occasion: Occasion, day: int) -> bool:
        return (occasion, day) in self.on_day

    def _keeps_rules(self) -> bool:
        return all(rule.valid(KEPT) for rule in self.rules or ())
