"""The obvious program, for comparison: a binary for each dish, amount, day and slot, given to CBC or HiGHS whole.

It is held to the same bounds and rules as the planner and gives up one thing, absorbed iron, which is not linear; its
week is then judged by the planner's own objective.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pulp

from mealplan.courses import ENERGY_SHARE, companion_kind, is_welcome
from mealplan.dishes import STARCHES, Slot
from mealplan.occasions import Occasion
from mealplan.patterns import ABSORBED, NONE
from mealplan.preference import PAIRED_NONHEME_MG, PAIRED_VITAMIN_C_MG
from mealplan.schedule import Search
from mealplan.task import Task

Choice = dict[tuple[int, Slot], dict[int, pulp.LpVariable]]
"""By day and slot: a binary for each item that may be eaten there."""


@dataclass
class Monolith:
    """The program and its binaries: anchors and companions apart."""

    problem: pulp.LpProblem
    anchors: Choice
    sides: Choice


def build_monolith(task: Task) -> Monolith:
    """The whole week as one program."""
    problem = pulp.LpProblem("monolith", pulp.LpMinimize)
    anchors: Choice = {}
    sides: Choice = {}
    cost: dict[pulp.LpVariable, float] = {}
    space = task.space
    for occasion in task.occasions:
        points = space.item_points(occasion)
        own = np.flatnonzero(np.isin(space.item_dish, space.anchors(occasion.slot)))
        beside = space.sides(occasion.slot).items
        for day in occasion.days:
            place = day, occasion.slot
            anchors[place] = {int(i): problem.add_variable(f"a_{day}_{occasion.slot}_{i}", cat="Binary") for i in own}
            sides[place] = {int(i): problem.add_variable(f"s_{day}_{occasion.slot}_{i}", cat="Binary") for i in beside}
            cost |= {variable: float(points[i]) for i, variable in (anchors[place] | sides[place]).items()}
            _fill(problem, task, occasion, anchors[place], sides[place], cost, day)
    model = Monolith(problem, anchors, sides)
    _meet_bounds(model, task, cost)
    _limit_repeats(model, task, cost)
    problem.setObjective(pulp.LpAffineExpression(cost))
    return model


def _fill(
    problem: pulp.LpProblem,
    task: Task,
    occasion: Occasion,
    anchors: dict[int, pulp.LpVariable],
    sides: dict[int, pulp.LpVariable],
    cost: dict[pulp.LpVariable, float],
    day: int,
) -> None:
    """One anchor, companions that go with it, one of a kind and one starch; an uneven or unpaired meal costs."""
    space, weights = task.space, task.space.taste.weights
    problem += pulp.LpAffineExpression(dict.fromkeys(anchors.values(), 1.0)) == 1
    kinds: dict[str, list[int]] = defaultdict(list)
    for item in sides:
        kinds[companion_kind(space.servings.dishes[space.item_dish[item]])].append(item)
    seats = 1 if occasion.slot == "snack" else 2
    problem += pulp.LpAffineExpression(dict.fromkeys(sides.values(), 1.0)) <= seats
    for kind, items in kinds.items():
        host = [v for i, v in anchors.items() if is_welcome(kind, space.servings.dishes[space.item_dish[i]])]
        terms = dict.fromkeys([sides[i] for i in items], 1.0) | dict.fromkeys(host, -1.0)
        problem += pulp.LpAffineExpression(terms) <= 0
    starches = [sides[i] for kind in kinds for i in kinds[kind] if kind in STARCHES]
    problem += pulp.LpAffineExpression(dict.fromkeys(starches, 1.0)) <= 1
    meals = anchors | sides
    inside = space.insides(np.array([[item, NONE, NONE] for item in meals]))
    name = f"{day}_{occasion.slot}"
    unpaired = problem.add_variable(f"unpaired_{name}", cat="Binary")
    cost[unpaired] = weights.unpaired_iron
    iron = dict(zip(meals.values(), inside.nonheme.tolist(), strict=True))
    vitamin_c = dict(zip(meals.values(), inside.vitamin_c.tolist(), strict=True))
    heavy = problem.add_variable(f"heavy_{name}", cat="Binary")
    problem += pulp.LpAffineExpression(iron | {heavy: -100.0}) <= PAIRED_NONHEME_MG
    problem += pulp.LpAffineExpression(vitamin_c | {heavy: -PAIRED_VITAMIN_C_MG, unpaired: PAIRED_VITAMIN_C_MG}) >= 0
    low, high = ENERGY_SHARE[occasion.slot]
    uneven = problem.add_variable(f"uneven_{name}", lowBound=0)
    cost[uneven] = weights.uneven_meal
    percent = 100 / task.space.taste.energy_kcal
    energy = {v: e * percent for v, e in zip(meals.values(), inside.energy.tolist(), strict=True)}
    problem += pulp.LpAffineExpression(energy | {uneven: 1.0}) >= 100 * low
    problem += pulp.LpAffineExpression(energy | {uneven: -1.0}) <= 100 * high


def _meet_bounds(model: Monolith, task: Task, cost: dict[pulp.LpVariable, float]) -> None:
    bounds, space = task.bounds, task.space
    for number, column in enumerate(bounds.column.tolist()):
        if space.keys[column] == ABSORBED:
            continue
        of_day = [
            {
                variable: float(space.nutrients[item, column])
                for choice in (model.anchors, model.sides)
                for place, variables in choice.items()
                if place[0] == day
                for item, variable in variables.items()
            }
            for day in range(task.days)
        ]
        whole = {v: amount / task.days for terms in of_day for v, amount in terms.items()}
        periods = of_day if bounds.daily[number] else [whole]
        for period, terms in enumerate(periods):
            for bound, sign in ((bounds.lower[number], 1.0), (bounds.upper[number], -1.0)):
                if np.isfinite(bound) and bound > 0:
                    slack = model.problem.add_variable(f"slack_{number}_{period}_{int(sign)}", lowBound=0)
                    cost[slack] = float(bounds.weight[number]) / len(periods)
                    scaled = {v: 100 * amount / bound for v, amount in terms.items() if amount} | {slack: sign}
                    row = pulp.LpAffineExpression(scaled)
                    model.problem += (row >= 100) if sign > 0 else (row <= 100)


def _limit_repeats(model: Monolith, task: Task, cost: dict[pulp.LpVariable, float]) -> None:
    variety, space = task.variety, task.space
    uses: dict[int, dict[int, list[pulp.LpVariable]]] = defaultdict(lambda: defaultdict(list))
    for choice in (model.anchors, model.sides):
        for (day, _), variables in choice.items():
            for item, variable in variables.items():
                uses[int(space.item_dish[item])][day].append(variable)
    groups: dict[int, list[pulp.LpVariable]] = defaultdict(list)
    for dish, by_day in uses.items():
        every = [variable for variables in by_day.values() for variable in variables]
        for name, limit, price in (("again", 1.0, variety.again[dish]), ("cap", variety.cap[dish], variety.over_cap)):
            extra = model.problem.add_variable(f"{name}_{dish}", lowBound=0)
            cost[extra] = float(price)
            model.problem += pulp.LpAffineExpression(dict.fromkeys(every, 1.0) | {extra: -1.0}) <= float(limit)
        for day in range(task.days - 1):
            near = model.problem.add_variable(f"near_{dish}_{day}", lowBound=0)
            cost[near] = float(variety.adjacent[dish])
            both = by_day[day] + by_day[day + 1]
            model.problem += pulp.LpAffineExpression(dict.fromkeys(both, 1.0) | {near: -1.0}) <= 1
        for group in variety.groups[dish][variety.groups[dish] < len(variety.names)].tolist():
            groups[group] += every
    for group, variables in groups.items():
        extra = model.problem.add_variable(f"group_{group}", lowBound=0)
        cost[extra] = float(variety.group_price[group])
        terms = dict.fromkeys(variables, 1.0) | {extra: -1.0}
        model.problem += pulp.LpAffineExpression(terms) <= float(variety.group_cap[group])


def judge(model: Monolith, task: Task, value: dict[str, float]) -> float:
    """What the program's week costs by the planner's own objective; infinite where a place stays empty."""
    pool, rows = {}, {occasion.slot: np.zeros(task.days, dtype=np.intp) for occasion in task.occasions}
    for occasion in task.occasions:
        meals = []
        for number, day in enumerate(occasion.days):
            place = day, occasion.slot
            chosen = [i for i, v in model.anchors[place].items() if value.get(v.name, 0.0) > 0.5]
            if not chosen:
                return float("inf")
            chosen += sorted((i for i, v in model.sides[place].items() if value.get(v.name, 0.0) > 0.5), reverse=True)
            meals.append([*chosen[:3], *[NONE] * (3 - len(chosen))])
            rows[occasion.slot][day] = number
        pool[occasion] = task.space.build_columns(occasion, np.array(meals))
    search = Search(task, pool)
    search.place(rows)
    return search.objective()


def run_cbc(model: Monolith, seconds: float) -> dict[str, float]:
    """PuLP with the CBC that comes with it."""
    model.problem.solve(pulp.COIN_CMD(path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False, threads=2, timeLimit=seconds))
    return {v.name: v.varValue or 0.0 for v in model.problem.variables()}


def run_highs(model: Monolith, seconds: float) -> dict[str, float]:
    """HiGHS on the program's MPS file, without PuLP."""
    import highspy

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "monolith.mps"
        # PuLP shortens names in MPS files; the columns keep their order.
        names = model.problem.writeMPS(str(path), rename=True)
        solver: Any = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("time_limit", seconds)
        solver.setOptionValue("threads", 2)
        solver.readModel(str(path))
        solver.run()
        renamed = {short: long for long, short in names[1].items()}
        lp = solver.getLp()
        values = solver.getSolution().col_value
        return {renamed[name]: value for name, value in zip(lp.col_names_, values, strict=False)}
