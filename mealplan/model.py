"""The master program over meal patterns, in PuLP: variables, rules by name, objective.

Its rows add up a week; its columns are whole meals. Every rule here is a relaxation of one in
`mealplan.score` (days average into weeks), so its optimum bounds every week from below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pulp
from numpy.typing import NDArray

from mealplan.dishes import Slot
from mealplan.patterns import Columns, Space
from mealplan.request import Weights
from mealplan.score import Bounds, Variety

Floats = NDArray[np.float64]


@dataclass(slots=True)
class Master:
    """A problem under construction: its columns' variables by slot, its cost terms, its rows by name.

    ``slots`` are the rows that fill a slot; ``rows`` maps every other rule to what each row is about: ``lower``
    and ``upper`` to the number of a bound, ``again`` and ``cap`` to a dish, ``protein`` to a protein.
    """

    problem: pulp.LpProblem
    columns: Mapping[Slot, Columns]
    days: int
    variables: dict[Slot, list[pulp.LpVariable]] = field(default_factory=dict)
    cost: dict[pulp.LpVariable, float] = field(default_factory=dict)
    slots: dict[Slot, pulp.LpConstraint] = field(default_factory=dict)
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


def build_master(
    space: Space,
    columns: Mapping[Slot, Columns],
    bounds: Bounds,
    variety: Variety,
    weights: Weights,
    days: int,
) -> Master:
    """The linear program that chooses how often each meal is eaten over the days."""
    master = Master(problem=pulp.LpProblem("week", pulp.LpMinimize), columns=columns, days=days)
    for slot, meals in columns.items():
        master.variables[slot] = [
            master.problem.add_variable(f"{slot}_{number}", lowBound=0) for number in range(len(meals))
        ]
        master.cost |= dict(zip(master.variables[slot], meals.cost.tolist(), strict=True))
    fill_slots(master)
    meet_bounds(master, bounds)
    limit_dishes(master, space, variety, weights)
    limit_proteins(master, space, variety, weights)
    master.problem.setObjective(pulp.LpAffineExpression(master.cost))
    return master


def fill_slots(master: Master) -> None:
    """Each slot has one meal a day."""
    for slot, variables in master.variables.items():
        terms = dict.fromkeys(variables, 1.0)
        master.slots[slot] = master.add_row(f"fill_{slot}", terms, pulp.LpConstraintEQ, master.days)


def meet_bounds(master: Master, bounds: Bounds) -> None:
    """The mean of the days stays between the bounds; what is missed costs its weight."""
    for number, column in enumerate(bounds.column.tolist()):
        terms = {
            variable: amount
            for slot, variables in master.variables.items()
            for variable, amount in zip(variables, master.columns[slot].amount[:, column].tolist(), strict=True)
            if amount
        }
        for rule, bound, sign in (
            ("lower", bounds.lower[number], 1.0),
            ("upper", bounds.upper[number], -1.0),
        ):
            if not np.isfinite(bound):
                continue
            # In units of 1 % of the bound's total over the days, so that rows of all nutrients are of one size.
            unit = bound * master.days / 100
            slack = master.add_slack(f"{rule}_slack_{number}", float(bounds.weight[number]))
            scaled = {variable: amount / unit for variable, amount in terms.items()}
            sense = pulp.LpConstraintGE if sign > 0 else pulp.LpConstraintLE
            master.add(rule, number, scaled | {slack: sign}, sense, 100.0)


def limit_dishes(master: Master, space: Space, variety: Variety, weights: Weights) -> None:
    """A dish eaten again costs a little, and beyond its cap a lot."""
    for dish, variables in _uses(master, space, anchor_only=False).items():
        terms = dict.fromkeys(variables, 1.0)
        again = master.add_slack(f"again_{dish}", weights.repeat)
        master.add("again", dish, terms | {again: -1.0}, pulp.LpConstraintLE, 1.0)
        over = master.add_slack(f"over_{dish}", weights.over_cap)
        master.add("cap", dish, terms | {over: -1.0}, pulp.LpConstraintLE, float(variety.cap[dish]))


def limit_proteins(master: Master, space: Space, variety: Variety, weights: Weights) -> None:
    """Mains of one protein beyond its fair share cost."""
    by_protein: dict[int, list[pulp.LpVariable]] = {}
    for dish, variables in _uses(master, space, anchor_only=True).items():
        if variety.protein[dish] >= 0:
            by_protein.setdefault(int(variety.protein[dish]), []).extend(variables)
    for protein, variables in sorted(by_protein.items()):
        extra = master.add_slack(f"extra_{protein}", weights.same_protein)
        terms = dict.fromkeys(variables, 1.0) | {extra: -1.0}
        master.add("protein", protein, terms, pulp.LpConstraintLE, float(variety.protein_cap[protein]))


def _uses(master: Master, space: Space, anchor_only: bool) -> dict[int, list[pulp.LpVariable]]:
    """The variables of the meals that hold a dish, by dish."""
    found: dict[int, list[pulp.LpVariable]] = {}
    for slot, variables in master.variables.items():
        items = master.columns[slot].items[:, :1] if anchor_only else master.columns[slot].items
        for variable, held in zip(variables, items, strict=True):
            for dish in space.item_dish[held[held >= 0]].tolist():
                found.setdefault(dish, []).append(variable)
    return dict(sorted(found.items()))
