"""The bound that knows days: a program over menus whose cheapest menus are proven.

Under any prices of what the week shares, the least reduced cost of a menu bounds the week (Lagrange). A menu costs at
least what its meals do, less what the floors and limits of a day are worth to the program over meals: the sum over the
slots of the least. Where a menu could cost less than those that are known, all its meals lie near that least; they are
listed, put together and worked out. The prices move from those of the program over meals, whose bound this can only
raise, towards those of the program over menus.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pulp
from numpy.typing import NDArray

from mealplan.generation import Generation, price_dishes, price_nutrients, read_prices
from mealplan.menus import DayKind, Menus, count_uses
from mealplan.model import F, Master, build_master
from mealplan.occasions import Occasion
from mealplan.patterns import Columns, Space
from mealplan.prices import Prices, Ramps, least, reduced_costs
from mealplan.pricing import cheapest_meals, room_for
from mealplan.progress import Progress
from mealplan.solvers import run_solver
from mealplan.task import Task

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

log = logging.getLogger(__name__)

ROUNDS = 12
CLOSED = 0.001
"""The proof ends when bound and program are this near, as a share of the program."""
STEP, STEP_LEAST = 0.5, 0.03
"""How far the prices go towards those of the program at the most; they go a quarter as far after a step that did not
help, twice as far after one that did, and such a short one is not made."""
DISHES_MOST = 2000
"""Of more, so many meals lie near the least that every list is cut short: nothing would be proven."""
KEPT_PER_KIND, NEW_PER_KIND = 100, 40
"""Menus of a kind that a round keeps, those of least reduced cost, and adds."""
MEALS_MOST, PAIRS_MOST, MENUS_MOST, CHECKED = 2000, 100_000, 300_000, 5000
"""Meals of a slot, parts of days and whole days that are put together of them, and days whose dishes are compared, the
cheapest of each: what is dearer is bounded."""
HAIR = 1e-9
"""Bound and cost of one menu are summed in different orders."""


@dataclass(frozen=True, slots=True)
class Duals:
    """What the rows that the days share are worth: ``prices`` of what a day holds, ``rest`` points beside all days."""

    prices: Prices
    rest: float

    def towards(self, other: Duals, step: float) -> Duals:
        """Part of the way to others: 1 is all of it."""
        return Duals(
            Prices(
                nutrient=(1 - step) * self.prices.nutrient + step * other.prices.nutrient,
                dish=(1 - step) * self.prices.dish + step * other.prices.dish,
            ),
            (1 - step) * self.rest + step * other.rest,
        )


@dataclass(frozen=True, slots=True)
class DayDuals:
    """What a day's own floors and limits are worth to its meals.

    ``floors`` per unit up to an amount; ``limits`` (keys,) per unit, none positive; ``rest``: points that the floors
    ask for less those that the limits allow.
    """

    floors: Ramps
    limits: Floats
    rest: float


def prove_days(
    task: Task,
    meals: Generation,
    start: Mapping[DayKind, Menus],
    in_time: Callable[[], bool] = lambda: True,
    progress: Progress = lambda _: None,
) -> float:
    """Points that every week costs at the least, no fewer than the program over meals has proven.

    Args: meals: that program, run; start: some menus of each kind of day; in_time: whether to go on.
    Raises: SolverFailed.
    """
    if len(task.space.servings.dishes) > DISHES_MOST:
        return meals.bound
    # A dish twice on a day costs that in its menu: rows must not count it once more as days in a row.
    task = replace(task, variety=replace(task.variety, adjacent=np.zeros_like(task.variety.adjacent)))
    shared = replace(task, bounds=task.bounds.of_period(daily=False))
    center, day = split_duals(task, _solved(task, meals.columns, meals.engine))
    best, menus = _bound(task, {kind: known.columns for kind, known in start.items()}, center, day)
    step = STEP
    for number in range(ROUNDS):
        master = _solved(shared, menus, meals.engine)
        value = float(pulp.value(master.problem.objective))
        if value - best <= CLOSED * value or step < STEP_LEAST or not in_time():
            break
        trial = center.towards(Duals(read_prices(master, shared), _rest(master)), step)
        menus = {kind: _keep(known, master.variables[kind]) for kind, known in menus.items()}
        reached, menus = _bound(task, menus, trial, day)
        log.info("proof %d: program %.3f, reached %.3f, step %.3f", number, value, reached, step)
        if reached > best:
            center, best, step = trial, reached, min(STEP, 2 * step)
        else:
            step /= 4
        progress(f"proving days, round {number + 1}: bound {best:.1f} points")
    return max(meals.bound, best)


def _solved(task: Task, columns: Mapping[F, Columns], engine: pulp.LpSolver) -> Master[F]:
    """The program over these columns, at its optimum."""
    master = build_master(task, columns, lean=True)
    run_solver(master.problem, engine)
    return master


def _rest(master: Master[Any]) -> float:
    """The part of a solved program's value that the columns do not pay for."""
    paid = sum(len(place.days) * float(row.pi) for place, row in master.fill.items())
    return float(pulp.value(master.problem.objective)) - paid


def _keep(menus: Columns, variables: Sequence[pulp.LpVariable]) -> Columns:
    """The menus of least reduced cost in a program that has been solved."""
    return menus.take(least(np.array([variable.dj for variable in variables]), KEPT_PER_KIND))


def split_duals(task: Task, master: Master[Occasion]) -> tuple[Duals, DayDuals]:
    """What a solved program over meals pays for what days share, and for what each day is held to."""
    week, _ = price_nutrients(master, task, daily=False)
    limits, floors = price_nutrients(master, task, daily=True)
    own = [row.pi for rule in ("lower", "upper") for at, row in master.rows_of(rule) if task.bounds.daily[at]]
    # The right-hand side of each row is 100.
    beside = 100 * sum(own)
    shared = Prices(nutrient=week, dish=price_dishes(master, task))
    return Duals(shared, _rest(master) - beside), DayDuals(floors, limits, beside / task.days)


def _bound(
    task: Task, known: Mapping[DayKind, Columns], duals: Duals, day: DayDuals
) -> tuple[float, dict[DayKind, Columns]]:
    """Points that every week costs at the least by these duals, and the menus known with cheaper ones."""
    total, more = duals.rest, {}
    for kind, menus in known.items():
        below = float(reduced_costs(task.space, menus, duals.prices).min())
        found, lower = cheapest_menus(task, kind.occasions, duals.prices, day, below=below, most=NEW_PER_KIND)
        total += len(kind.days) * lower
        more[kind] = menus.joined(found)
    return total, more


def cheapest_menus(
    task: Task, occasions: Sequence[Occasion], prices: Prices, day: DayDuals, *, below: float, most: int
) -> tuple[Columns, float]:
    """The ``most`` cheapest menus of these occasions with reduced cost under ``below``.

    Args: prices: of what days share; day: the nearer to what its bounds are worth, the fewer menus are looked at.
    Returns: those menus, cheapest first, their cost with all that a day costs by itself, and a lower bound on the
    reduced cost of every menu: the least of any, or ``below`` if none is under it, or less where not all were put
    together.
    """
    joint = replace(prices, nutrient=prices.nutrient + day.limits, floors=day.floors)
    lowest = [cheapest_meals(task.space, one, joint, below=np.inf, per_anchor=1, most=1)[1] for one in occasions]
    bound = sum(lowest) + day.rest - HAIR
    room = max(0.0, below - bound)
    parts = []
    for occasion, low in zip(occasions, lowest, strict=True):
        part, room = _list_meals(task.space, occasion, prices, joint, low, room)
        parts.append(part)
    # Lunch and dinner go together first: they are most alike, and clash.
    left, room = _put_together(task, parts[::3], room)
    right, room = _put_together(task, parts[1:3], room)
    one, other, room = _pairs_below(left.excess, right.excess, room, MENUS_MOST)
    found, lower = _work_out(task, left, right, one, other, below, most)
    return found, min(bound + room, lower)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Meals of some of a day's slots together, a row each, in order of ``excess`` (n,): by how much their reduced cost
    lies above the least, a day's bounds counted as prices. ``points`` (n,) is that cost without any bound of a day."""

    meals: Columns
    points: Floats
    excess: Floats

    @classmethod
    def nothing(cls, space: Space) -> _Part:
        """No slot at all, which is put together in one way."""
        none = Columns(items=np.empty((1, 0), dtype=np.intp), amount=np.zeros((1, len(space.keys))), cost=np.zeros(1))
        return cls(meals=none, points=np.zeros(1), excess=np.zeros(1))

    def beside(self, other: _Part, one: Ints, two: Ints, clash: Floats) -> _Part:
        """These rows with those of another part, which cost so much more together."""
        excess = self.excess[one] + other.excess[two] + clash
        order = np.argsort(excess, kind="stable")
        one, two = one[order], two[order]
        return _Part(
            meals=_side_by_side(self.meals.take(one), other.meals.take(two)),
            points=self.points[one] + other.points[two],
            excess=excess[order],
        )


def _side_by_side(one: Columns, other: Columns) -> Columns:
    """Row by row, the meals of both."""
    return Columns(
        items=np.concatenate([one.items, other.items], axis=1),
        amount=one.amount + other.amount,
        cost=one.cost + other.cost,
    )


def _list_meals(
    space: Space, occasion: Occasion, prices: Prices, joint: Prices, low: float, room: float
) -> tuple[_Part, float]:
    """The meals of a slot within ``room`` of its least, and to how much room they are all."""
    meals, _ = cheapest_meals(
        space, occasion, joint, below=low + room + HAIR, per_anchor=MEALS_MOST, most=MEALS_MOST, exhaustive=True
    )
    excess = reduced_costs(space, meals, joint) - low
    if len(meals) == MEALS_MOST:
        room = min(room, float(excess.max()))
    order = np.argsort(excess, kind="stable")
    meals = meals.take(order)
    return _Part(meals=meals, points=reduced_costs(space, meals, prices), excess=excess[order]), room


def _put_together(task: Task, parts: Sequence[_Part], room: float) -> tuple[_Part, float]:
    """What these parts make together within ``room``, and to how much room that is all."""
    whole = _Part.nothing(task.space)
    for part in parts:
        one, other, room = _pairs_below(whole.excess, part.excess, room, PAIRS_MOST)
        clash = _clashes(task, whole.meals.items, part.meals.items, one, other)
        near = whole.excess[one] + part.excess[other] + clash < room
        whole = whole.beside(part, one[near], other[near], clash[near])
    return whole, room


def _clashes(task: Task, items: Ints, others: Ints, one: Ints, other: Ints) -> Floats:
    """(n,) what the pairs of rows ``one`` of some items and ``other`` of others cost for being eaten on one day."""
    held = np.unique(task.space.item_dish[np.concatenate([items[items >= 0], others[others >= 0]])])
    uses, which = [], []
    for rows in (items, others):
        # Amounts do not clash, dishes do: few sets of dishes are among many meals.
        sets, where = np.unique(np.sort(task.space.places_in(held, rows), axis=1), axis=0, return_inverse=True)
        uses.append(count_uses(sets, len(held)))
        which.append(where.ravel())
    points: Floats = task.variety.take(held).clashes(*uses)[which[0][one], which[1][other]]
    return points


def _pairs_below(one: Floats, other: Floats, room: float, most: int) -> tuple[Ints, Ints, float]:
    """Pairs of ascending points whose sum is below ``room``, or below what at the most so many pairs leave of it."""

    def counts(under: float) -> Ints:
        found: Ints = np.searchsorted(other, under - one, side="left")
        return found

    if counts(room).sum() > most:
        room = room_for(lambda under: int(counts(under).sum()), most, 0.0, room)
    beside = counts(room)
    first = np.repeat(np.arange(len(one)), beside)
    return first, np.arange(len(first)) - np.repeat(np.cumsum(beside) - beside, beside), room


def _work_out(
    task: Task, left: _Part, right: _Part, one: Ints, other: Ints, below: float, most: int
) -> tuple[Columns, float]:
    """The cheapest menus under ``below`` that these rows of both parts make, and a bound on what each of all costs."""
    bounds = task.bounds.of_period(daily=True)
    points = left.points[one] + right.points[other]
    for number, column in enumerate(bounds.column.tolist()):
        held = left.meals.amount[one, column] + right.meals.amount[other, column]
        short = np.maximum(bounds.lower[number] - held, 0) * bounds.short_price[number]
        over = np.maximum(held - bounds.upper[number], 0) * bounds.over_price[number]
        points = points + (short + over) / task.days
        under = points < below
        one, other, points = one[under], other[under], points[under]
    order = np.argsort(points, kind="stable")
    beyond = float(points[order[CHECKED]]) if len(order) > CHECKED else below
    order = order[:CHECKED]
    found = _side_by_side(left.meals.take(one[order]), right.meals.take(other[order]))
    held = task.space.dishes_in([found])
    clash = task.variety.take(held).day_points(count_uses(task.space.places_in(held, found.items), len(held)))
    points = points[order] + clash
    own = bounds.points(found.amount, daily=True) / task.days + clash
    found = Columns(items=found.items, amount=found.amount, cost=found.cost + own)
    lower = min(below, beyond, float(points.min(initial=below)))
    cheapest = np.argsort(points, kind="stable")[:most]
    return found.take(cheapest[points[cheapest] < below]), lower
