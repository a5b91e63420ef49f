"""The master program over meal patterns, in PuLP: variables, rules by name, objective.

Its rows add up a week; its columns are whole meals. Every rule here is a relaxation of one in
`mealplan.score` (days average into weeks), so its optimum bounds every week from below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import pulp
from numpy.typing import NDArray

from mealplan.patterns import Columns, Space
from mealplan.score import Bounds, Variety
from mealplan.task import Task

Floats = NDArray[np.float64]
Uses = dict[int, dict[pulp.LpVariable, float]]


class Filled(Protocol):
    """What the columns of a program fill, each for a day: an occasion with meals, a kind of day with menus."""

    @property
    def name(self) -> str: ...

    @property
    def days(self) -> tuple[int, ...]: ...


F = TypeVar("F", bound=Filled)


@dataclass(slots=True)
class Master(Generic[F]):
    """A problem under construction: its columns' variables by what they fill, its cost terms, its rows by name.

    ``fill`` are the rows that fill an occasion, or a kind of day; ``rows`` maps every other rule to what each row is
    about: ``lower`` and ``upper`` to the number of a bound, ``dish`` to a dish, ``group`` and ``floor`` to a group.
    """

    problem: pulp.LpProblem
    columns: Mapping[F, Columns]
    days: int
    variables: dict[F, list[pulp.LpVariable]] = field(default_factory=dict)
    cost: dict[pulp.LpVariable, float] = field(default_factory=dict)
    fill: dict[F, pulp.LpConstraint] = field(default_factory=dict)
    rows: dict[str, dict[int, pulp.LpConstraint]] = field(default_factory=dict)

    def rows_of(self, rule: str) -> Iterable[tuple[int, pulp.LpConstraint]]:
        """The rows of a rule with what each is about; none where the rule did not arise."""
        return self.rows.get(rule, {}).items()

    def add(self, rule: str, about: int, terms: dict[pulp.LpVariable, float], sense: int, rhs: float) -> None:
        """A row of a rule, kept under its name."""
        self.rows.setdefault(rule, {})[about] = self.add_row(f"{rule}_{about}", terms, sense, rhs)

    def add_row(self, name: str, terms: dict[pulp.LpVariable, float], sense: int, rhs: float) -> pulp.LpConstraint:
        """A row: the terms, added up, are at most, at least or equal to the right-hand side."""
        row = pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, name, rhs)
        self.problem.addConstraint(row)
        return row

    def add_slack(self, name: str, cost: float) -> pulp.LpVariable:
        """A variable that measures how far a rule is missed, at a price in points."""
        slack = self.problem.add_variable(name, lowBound=0)
        self.cost[slack] = cost
        return slack


def build_master(task: Task, columns: Mapping[F, Columns], *, lean: bool = False) -> Master[F]:
    """The linear program that chooses how often each column is eaten over the days.

    Args: lean: leave out the bounds that no choice of these columns can miss.
    """
    master = Master[F](problem=pulp.LpProblem("week", pulp.LpMinimize), columns=columns, days=task.days)
    for place, meals in columns.items():
        master.variables[place] = [
            master.problem.add_variable(f"{place.name}_{number}", lowBound=0) for number in range(len(meals))
        ]
        master.cost |= dict(zip(master.variables[place], meals.cost.tolist(), strict=True))
    fill_slots(master)
    meet_bounds(master, _missable(task, columns) if lean else task.bounds)
    uses = find_uses(master, task.space)
    limit_dishes(master, uses, task.variety)
    limit_groups(master, uses, task.variety)
    master.problem.setObjective(pulp.LpAffineExpression(master.cost))
    return master


def fill_slots(master: Master[Any]) -> None:
    """Each slot has one meal a day."""
    for place, variables in master.variables.items():
        terms = dict.fromkeys(variables, 1.0)
        master.fill[place] = master.add_row(f"fill_{place.name}", terms, pulp.LpConstraintEQ, len(place.days))


def meet_bounds(master: Master[Any], bounds: Bounds) -> None:
    """The mean of the days stays between the bounds; what is missed costs its weight.

    Towards a floor of every day a meal counts at most that floor: what it holds beyond helps no other day.
    """
    for number, column in enumerate(bounds.column.tolist()):
        for rule, bound, sense, sign in (
            ("lower", float(bounds.lower[number]), pulp.LpConstraintGE, 1.0),
            ("upper", float(bounds.upper[number]), pulp.LpConstraintLE, -1.0),
        ):
            if not np.isfinite(bound):
                continue
            most = bound if rule == "lower" and bounds.daily[number] else np.inf
            # In units of 1 % of the bound's total over the days, so that rows of all nutrients are of one size.
            unit = bound * master.days / 100
            terms = {
                variable: amount
                for place, variables in master.variables.items()
                for variable, amount in zip(
                    variables,
                    (np.minimum(master.columns[place].amount[:, column], most) / unit).tolist(),
                    strict=True,
                )
                if amount
            }
            slack = master.add_slack(f"{rule}_slack_{number}", float(bounds.weight[number]))
            master.add(rule, number, terms | {slack: sign}, sense, 100.0)


def _missable(task: Task, columns: Mapping[F, Columns]) -> Bounds:
    """The task's bounds, but for those that even columns with the least, or the most, of a nutrient keep."""
    bounds = task.bounds
    # As `meet_bounds` counts them.
    most_counted = np.where(bounds.daily & np.isfinite(bounds.lower), bounds.lower, np.inf)
    fewest, most = np.zeros(len(bounds.column)), np.zeros(len(bounds.column))
    for place, held in columns.items():
        amount, share = held.amount[:, bounds.column], len(place.days) / task.days
        fewest += share * np.minimum(amount, most_counted).min(axis=0, initial=np.inf)
        most += share * amount.max(axis=0, initial=0.0)
    return replace(
        bounds,
        lower=np.where(fewest >= bounds.lower, -np.inf, bounds.lower),
        upper=np.where(most <= bounds.upper, np.inf, bounds.upper),
    )


def find_uses(master: Master[Any], space: Space) -> Uses:
    """The variables of the meals that hold a dish, by dish, with how often they do."""
    found: Uses = {}
    for place, variables in master.variables.items():
        for variable, held in zip(variables, master.columns[place].items, strict=True):
            for dish in space.item_dish[held[held >= 0]].tolist():
                terms = found.setdefault(dish, {})
                terms[variable] = terms.get(variable, 0.0) + 1.0
    return dict(sorted(found.items()))


def limit_dishes(master: Master[Any], uses: Uses, variety: Variety) -> None:
    """A dish eaten again costs a little, beyond its cap a lot, and so often that days must follow each other, more."""
    for dish, variables in uses.items():
        # n days of D leave at least 2 n - D - 1 pairs of neighbours; twice on one day instead costs no less.
        neighbours = 2 * float(min(variety.adjacent[dish], variety.same_day / 2))
        steps = sorted(
            [
                (1.0, float(variety.again[dish])),
                (float(variety.cap[dish]), variety.over_cap),
                ((master.days + 1) / 2, neighbours),
            ]
        )
        terms = variables | dict.fromkeys(_steps(master, dish, steps), -1.0)
        master.add("dish", dish, terms, pulp.LpConstraintLE, 1.0)


def _steps(master: Master[Any], dish: int, steps: Sequence[tuple[float, float]]) -> Iterator[pulp.LpVariable]:
    """Uses beyond each step and up to the next, dearer with each. ``steps``: (uses, points more from there on)."""
    price = 0.0
    ends = [*(start for start, _ in steps[1:]), None]
    for number, ((start, more), end) in enumerate(zip(steps, ends, strict=True)):
        price += more
        if end is None or end > start:
            width = None if end is None else end - start
            variable = master.problem.add_variable(f"again_{dish}_{number}", lowBound=0, upBound=width)
            master.cost[variable] = price
            yield variable


def limit_groups(master: Master[Any], uses: Uses, variety: Variety) -> None:
    """Dishes of one protein, cuisine or vegetable beyond its fair share cost, and what a rule asks for and misses."""
    floors = np.flatnonzero(variety.group_floor).tolist()
    by_group: dict[int, dict[pulp.LpVariable, float]] = {group: {} for group in floors}
    for dish, variables in uses.items():
        for group in set(variety.groups[dish].tolist()) - {len(variety.names)}:
            terms = by_group.setdefault(group, {})
            for variable, times in variables.items():
                terms[variable] = terms.get(variable, 0.0) + times
    for group, terms in sorted(by_group.items()):
        price, cap, floor = (float(row[group]) for row in (variety.group_price, variety.group_cap, variety.group_floor))
        if np.isfinite(cap):
            extra = master.add_slack(f"extra_{group}", price)
            master.add("group", group, terms | {extra: -1.0}, pulp.LpConstraintLE, cap)
        if floor:
            missing = master.add_slack(f"missing_{group}", price)
            master.add("floor", group, terms | {missing: 1.0}, pulp.LpConstraintGE, floor)
