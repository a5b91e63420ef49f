"""What a plan could not reach, what binds, what a rule costs, and what would help most."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mealplan.aims import BUDGET_KEY
from mealplan.dishes import Dish
from mealplan.generation import lower_bound, relax
from mealplan.nutrition import Servings
from mealplan.score import Bounds
from mealplan.task import Task, with_goals_only

WORTH_SAYING = 0.005
"""Points under which a price is left out: nobody changes a plan for it."""

_KEEP = 10_000.0
"""Points on energy and on caps while a nutrient is maximised: it is bought neither with more food nor with repeats."""


def most_reachable(nutrient: str, task: Task, solver: str, in_time: Callable[[], bool] = lambda: True) -> float | None:
    """The most of a nutrient's lower bound that any week's mean can reach, in % of the bound, at most 100.

    None where the task asks for none of it: too little of the library's food has a value.
    Proven by the linear bound of a model that knows only this target, the energy limits and the caps on
    repeats: no week of this library within its energy and caps can do better, though the best may be a little lower,
    the more so where time ran out.
    """
    bounds = task.bounds
    asked = [row for row, name in enumerate(bounds.names) if name == nutrient and np.isfinite(bounds.lower[row])]
    if not asked:
        return None
    only = _with_energy(bounds, asked[0])  # of energy, which has a band of the week too, the day's
    only = replace(only, upper=np.append(np.inf, only.upper[1:]))
    missed = lower_bound(with_goals_only(task, only, over_cap=_KEEP), solver=solver, in_time=in_time)
    return round(100 - min(100.0, missed), 1)


def least_usd(task: Task, solver: str) -> float:
    """US$ that no seven days of enough energy cost less than, whatever else they miss; of a task with a budget.

    Proven by the linear bound of a model that knows only cost, the energy limits and the caps on repeats.
    """
    only = _with_energy(task.bounds, task.bounds.names.index(BUDGET_KEY))
    # A bound that every week is beyond, so that the points say how far: a hundredth of the budget a day.
    only = replace(only, upper=np.append(only.upper[0] / 100, only.upper[1:]))
    beyond = lower_bound(with_goals_only(task, only, over_cap=_KEEP), solver=solver)
    return float(7 * only.upper[0] * (1 + beyond / 100))


def _with_energy(bounds: Bounds, row: int) -> Bounds:
    """One bound, and after it those on energy, which are dear to miss."""
    energy = [other for other, name in enumerate(bounds.names) if name == "energy_kcal" and other != row]
    return replace(bounds.take(np.array([row, *energy])), weight=np.append(1.0, np.full(len(energy), _KEEP)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a rule costs the week, in points per unit: 1 % of a bound, one more use of a dish or of a group.

    ``rule`` is lower, upper, dish, protein, cuisine or produce; ``about`` the nutrient, the dish's title or the group.
    """

    rule: str
    about: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rich:
    """A dish that brings much of a nutrient for its energy: ``amount`` per 100 kcal, ``allowed`` under the request."""

    title: str
    amount: float
    allowed: bool


def price_rules(task: Task, solver: str) -> tuple[Price, ...]:
    """What each target and rule costs the linear week, dearest first; those that cost nothing are left out.

    The figures are the duals of the master: how many points one unit more (or of a limit, less) would cost.
    """
    relaxation = relax(task, solver=solver)
    dishes, bounds = task.space.servings.dishes, task.bounds
    names: Mapping[str, Callable[[int], tuple[str, str]]] = {
        "lower": lambda about: ("lower", bounds.names[about]),
        "upper": lambda about: ("upper", bounds.names[about]),
        "dish": lambda about: ("dish", dishes[about].title),
        "group": lambda about: task.variety.names[about],
        "floor": lambda about: task.variety.names[about],
    }
    prices = [
        Price(rule=kind, about=name, points=abs(points))
        for rule, duals in relaxation.duals.items()
        for about, points in duals.items()
        for kind, name in (names[rule](about),)
        if abs(points) >= WORTH_SAYING
    ]
    return tuple(sorted(prices, key=lambda price: -price.points))


def richest(nutrient: str, every: Servings, allowed: Sequence[Dish], count: int = 5) -> tuple[Rich, ...]:
    """The dishes with most of a nutrient per 100 kcal, allowed or not, best first.

    Args: every: servings of the whole library.
    """
    per_100_kcal = 100 * every.column(nutrient) / np.maximum(every.column("energy_kcal"), 1.0)
    slugs = {dish.slug for dish in allowed}
    order = np.argsort(-per_100_kcal, kind="stable")[:count]
    return tuple(
        Rich(title=dish.title, amount=float(per_100_kcal[row]), allowed=dish.slug in slugs)
        for row in order
        for dish in (every.dishes[row],)
    )
