"""The best meals for one place of a plan, for all who eat there, with the rest of everyone's week fixed.

For one person they are exact (`mealplan.swap`). Several share the dish that carries the meal and what stands beside it,
each in servings of their own; whoever may not eat that dish has a companion main.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from mealplan.courses import COMPANIONS, companion_kind, goes_with, is_anchor
from mealplan.dishes import STARCHES
from mealplan.household import side_apart
from mealplan.patterns import NONE, Columns
from mealplan.places import Place
from mealplan.request import Weights
from mealplan.standing import PLATES, Served, Standing, Table, number_items
from mealplan.swap import Wish, best_meals, fulfils, points_with

Ints = NDArray[np.intp]

LOOKED = 60
"""Carrying dishes of which each one's best meal is known from the start; of the others only that it is no better."""

LIKELIEST = 4
"""Sides that are tried on the table for all because they are best for one person, if nothing else stands there."""

Slugs = frozenset[str]
Meal = tuple[float, Columns]
"""A person's meal, after the points of their week with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A meal for everyone, and the points of the plan with it in its place.

    ``apart``: points beside those, by which meals of several people are put in order: for each who has a main of their
    own, as they may not eat the dish that carries the meal, and for what only one of them has beside it.
    """

    meals: Served
    objective: float
    apart: float = 0.0

    @property
    def rank(self) -> float:
        """What meals are ordered by, the least first."""
        return self.objective + self.apart


def lay(table: Table, place: Place, wishes: Sequence[Wish], count: int, weights: Weights) -> list[Laid]:
    """The best meals for a place, each carried by another dish, best first; at most ``count``.

    Args: wishes: of each person, in the order of the weeks; weights: what companion mains and dishes apart cost.
    """
    if len(table.weeks) > 1:
        return _Round(table, place, wishes, weights).run(count)
    (week,), (wish,) = table.weeks, wishes
    found = best_meals(week.search(), week.task, place.day, place.slot, count, wish)
    return [
        Laid(meals=(_row(found.meals, row),), objective=float(points)) for row, points in enumerate(found.objective)
    ]


def _row(meals: Columns, row: int) -> Columns:
    return meals.take(np.array([row], dtype=np.intp))


class _Eater:
    """One person at the table, and the best meals for them."""

    def __init__(self, week: Standing, place: Place, wish: Wish) -> None:
        self._week, self._place, self._wish, self._space = week, place, wish, week.task.space
        search = week.search()
        self._points = points_with(search, week.task, place.day, place.slot)
        dishes = self._space.servings.dishes
        self._items: dict[str, list[int]] = {dish.slug: [] for dish in dishes}
        for (slug, _), item in number_items(self._space).items():
            self._items[slug].append(item)
        beside = self._space.item_dish[self._space.sides(place.slot).items]
        self.sides = [dishes[row].slug for row in np.unique(beside)]
        self.may_eat = {dishes[row].slug: int(row) for row in self._space.anchors(place.slot)}
        """Rows of the dishes that may carry a meal of theirs, by slug."""
        found = best_meals(search, week.task, place.day, place.slot, LOOKED, wish)
        self._meals: dict[str, Meal | None] = {
            self.carrier(meal): (float(found.objective[row]), meal)
            for row in range(len(found.meals))
            for meal in (_row(found.meals, row),)
        }
        self._search = search
        self._beyond = float(found.objective[-1]) if len(found.meals) == LOOKED else np.inf
        self.least = float(found.objective[0]) if len(found.meals) else np.inf
        """Points of their week with the best meal of all."""
        self.own = self._own_main()
        """What they eat where they may not eat what all do; empty where they have nothing."""

    def _own_main(self) -> str:
        """The main they have, else that of their best meal."""
        now = self.carrier(self._week.meals[self._place])
        if now in self.may_eat and self._wish.dishes[self.may_eat[now]]:
            return now
        return next(iter(self._meals), "")

    def carrier(self, meal: Columns) -> str:
        """The slug of the dish that carries a meal; empty where none does."""
        item = int(meal.items[0, 0])
        return "" if item == NONE else self._slug(item)

    def company(self, meal: Columns) -> Slugs:
        """The slugs of what stands beside it."""
        return frozenset(self._slug(item) for item in meal.items[0, 1:].tolist() if item != NONE)

    def _slug(self, item: int) -> str:
        row = int(self._space.item_dish[item])
        return self._space.servings.dishes[row].slug

    def at_least(self, main: str) -> float:
        """What their week costs at the least with this dish; infinite where there is no such meal."""
        if main in self._meals:
            known = self._meals[main]
            return np.inf if known is None else known[0]
        return self._beyond if self._wish.dishes[self.may_eat[main]] else np.inf

    def best(self, main: str) -> Meal | None:
        """Their best meal with this dish, whatever stands beside it."""
        if main not in self._meals and main:
            dishes = self._space.servings.dishes
            carries = np.array([is_anchor(dish, self._place.slot) for dish in dishes], dtype=bool)
            carries[self.may_eat[main]] = False
            wish = replace(self._wish, dishes=self._wish.dishes & ~carries)
            found = best_meals(self._search, self._week.task, self._place.day, self._place.slot, 1, wish)
            self._meals[main] = (float(found.objective[0]), found.meals) if len(found.meals) else None
        return self._meals.get(main)

    def best_beside(self, main: str, company: Sequence[str], together: bool) -> Meal | None:
        """Their best servings of this dish and of what there is beside it; of that they may leave something out.

        Args: together: whether one person may have all of it, or one side at the most.
        """
        beside = [[NONE, *self._welcome(main, slug)] for slug in company]
        beside += [[NONE]] * (PLATES - 1 - len(beside))
        items = np.array([*product(self._items[main], *beside)], dtype=np.intp)
        if not together:
            items = items[(items[:, 1:] != NONE).sum(axis=1) <= 1]
        items = items[fulfils(self._wish, self._space, items)]
        if not len(items):
            return None
        meals = self._space.build_columns(self._week.alone(self._place), items)
        points = self._points(meals)
        row = int(np.argmin(points))
        return float(points[row]), _row(meals, row)

    def likeliest(self, main: str) -> list[str]:
        """What is best for them beside this dish alone, the best first."""
        sides = [side for side in self.sides if self._welcome(main, side)]
        items = np.array(
            [(item, beside, NONE) for side in sides for item in self._items[main] for beside in self._items[side]],
            dtype=np.intp,
        ).reshape(-1, PLATES)
        items = items[fulfils(self._wish, self._space, items)]
        points = self._points(self._space.build_columns(self._week.alone(self._place), items))
        best: dict[str, float] = {}
        for item, value in zip(items[:, 1].tolist(), points.tolist(), strict=True):
            best[self._slug(item)] = min(best.get(self._slug(item), np.inf), value)
        return sorted(best, key=lambda side: (best[side], side))[:LIKELIEST]

    def _welcome(self, main: str, side: str) -> list[int]:
        """The items of a side, if it goes with the main."""
        dishes, items = self._space.servings.dishes, self._items.get(side, [])
        anchor = dishes[self.may_eat[main]]
        return [item for item in items if goes_with(anchor, dishes[self._space.item_dish[item]], self._place.slot)]


class _Round:
    """One look for the best meals of several people; see `lay`."""

    def __init__(self, table: Table, place: Place, wishes: Sequence[Wish], weights: Weights) -> None:
        self._weights, self._seats = weights, COMPANIONS[place.slot]
        self._dishes = {dish.slug: dish for week in table.weeks for dish in week.task.space.servings.dishes}
        self._eaters = [_Eater(week, place, wish) for week, wish in zip(table.weeks, wishes, strict=True)]

    def run(self, count: int) -> list[Laid]:
        """Dishes whose bound is above the last that counts are not looked at."""
        mains = {main for eater in self._eaters for main in eater.may_eat}
        found: list[tuple[float, str, Laid]] = []
        for bound, main in sorted((sum(self._at_least(main)), main) for main in mains):
            cut = found[count - 1][0] if len(found) >= count else np.inf
            if bound >= cut:
                break
            laid = self._laid(main, cut)
            if laid is not None:
                found = sorted([*found, (laid.rank, main, laid)], key=lambda one: one[:2])
        return [laid for _, _, laid in found[:count]]

    def _at_least(self, main: str) -> Iterable[float]:
        """What each one's week costs at the least where this dish carries the meal."""
        for eater in self._eaters:
            yield eater.at_least(main) if main in eater.may_eat else self._weights.companion + eater.least

    def _laid(self, main: str, cut: float) -> Laid | None:
        """The best meal carried by a dish, unless it ranks behind the cut or somebody is left without."""
        mains = self._mains(main)
        companions = self._weights.companion * sum(own != main for own in mains)
        alone = [eater.best(own) for eater, own in zip(self._eaters, mains, strict=True)]
        free = [one for one in alone if one is not None]
        if len(free) < len(alone) or sum(points for points, _ in free) + companions >= cut:
            return None
        taken = {side for eater, (_, meal) in zip(self._eaters, free, strict=True) for side in eater.company(meal)}
        taken.update(side for eater, own in zip(self._eaters, mains, strict=True) for side in eater.likeliest(own))
        least = [points for points, _ in free]
        best: Laid | None = None
        there: tuple[str, ...] = ()
        tries, better = self._companies(sorted(taken)), True
        while better:
            better = False
            for company in tries:
                laid = self._with(mains, company, least, companions, np.inf if best is None else best.rank)
                if laid is not None and (best is None or laid.rank < best.rank):
                    best, there, better = laid, company, True
            tries = self._near(there)
        return best

    def _companies(self, sides: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """What may stand on the table together, of these."""
        for count in range(self._seats + 1):
            yield from combinations(sides, count)

    def _near(self, company: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """What may stand on the table with any other side in the stead of one of these, or beside them."""
        sides = sorted(set().union(*(eater.sides for eater in self._eaters)) - set(company))
        for kept in (company, *combinations(company, max(0, len(company) - 1))):
            if len(kept) < self._seats:
                yield from ((*kept, side) for side in sides)

    def _fit(self, company: Sequence[str]) -> bool:
        """Whether one person may have all these sides: they are of different kinds, and one starch at the most."""
        kinds = [companion_kind(self._dishes[slug]) for slug in company]
        return len(set(kinds)) == len(kinds) and sum(kind in STARCHES for kind in kinds) <= 1

    def _with(
        self, mains: Sequence[str], company: Sequence[str], least: Sequence[float], companions: float, cut: float
    ) -> Laid | None:
        """Everyone's best servings of what is on the table; None where somebody has none, or it ranks behind the cut.

        Args: least: what each one's week costs at the least with their main.
        """
        meals: list[Meal] = []
        bound, together = sum(least) + companions, self._fit(company)
        for eater, own, free in zip(self._eaters, mains, least, strict=True):
            one = eater.best_beside(own, company, together)
            if one is None or (bound := bound + one[0] - free) >= cut:
                return None
            meals.append(one)
        eaten = Counter(
            slug for eater, (_, meal) in zip(self._eaters, meals, strict=True) for slug in eater.company(meal)
        )
        alone = sum(side_apart(self._dishes[slug], self._weights) for slug, eaters in eaten.items() if eaters == 1)
        return Laid(
            meals=tuple(meal for _, meal in meals),
            objective=sum(points for points, _ in meals),
            apart=companions + alone,
        )

    def _mains(self, main: str) -> list[str]:
        """What carries each one's meal: the dish, or for those who may not eat it as few others as will do."""
        chosen: dict[int, str] = {}
        for number in sorted(range(len(self._eaters)), key=lambda number: (len(self._eaters[number].may_eat), number)):
            eater = self._eaters[number]
            there = (main, *chosen.values())
            chosen[number] = next((own for own in there if own in eater.may_eat), eater.own)
        return [chosen[number] for number in range(len(self._eaters))]
