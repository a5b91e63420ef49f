"""The straight line from a request to a checked plan, for every front end."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mealplan.aims import check_quantities
from mealplan.choose import choose_week
from mealplan.diagnose import Price, Rich, price_rules, richest
from mealplan.document import write_up
from mealplan.formulate import kitchen_for, seats_for, shared_task
from mealplan.generation import lower_bound
from mealplan.household import Seat, Served, serve
from mealplan.kitchen import Kitchen, check_kitchen
from mealplan.nutrition import build_servings
from mealplan.patterns import ABSORBED
from mealplan.plan import Plan
from mealplan.progress import Progress
from mealplan.request import PlanRequest
from mealplan.solve import Deadline, Status
from mealplan.task import Task


def generate(
    request: PlanRequest,
    kitchen: Kitchen | None = None,
    *,
    now: datetime | None = None,
    progress: Progress = lambda _: None,
) -> Plan:
    """The best plan found for a request, its coverage recomputed and verified.

    A target that cannot be met is no error: the plan says what is missed, and what is the most that can be
    reached.
    Args:
        kitchen: by default all that comes with the program.
        now: recorded as the time of creation, and nothing else; by default the clock's.
        progress: told what is being worked on, a line at a time, in the thread of the caller. What it raises ends
            the work at once and comes out unchanged; nothing is left behind.
    Raises: InvalidRequest, InvalidPerson: what only shows beside the kitchen or the published targets; UnknownDiet,
    UnknownAvoid, UnknownDish: a name in the request; BrokenKitchen: foods and dishes that do not
    go together; NoMeals: nothing is left for a meal; SolverFailed; PlanDisagrees: a defect.
    """
    started, deadline = time.monotonic(), Deadline(request.time_limit_s)
    kitchen = kitchen or Kitchen.embedded()
    check_kitchen(kitchen)
    check_quantities(request.quantities, kitchen.dishes)
    kitchen = kitchen_for(request, kitchen)
    seats = seats_for(request, kitchen)
    if request.household:
        served = serve(seats, shared_task(request, kitchen, seats), request, deadline, progress)
    else:
        served = [_serve_alone(seats[0], deadline, progress)]
    seconds = time.monotonic() - started
    plan = write_up(request, kitchen, served, seconds=seconds, now=now, in_time=deadline.in_time, progress=progress)
    return plan if deadline.in_time() else _cut_short(plan)


def _cut_short(plan: Plan) -> Plan:
    """The plan, which says that time ran out; a week proven to be the best stays that."""
    said = {Status.NEAR.value: Status.LIMIT.value, "household": f"household, {Status.LIMIT.value}"}
    solve = plan.solve.model_copy(update={"status": said.get(plan.solve.status, plan.solve.status)})
    return plan.model_copy(update={"solve": solve})


def _serve_alone(seat: Seat, deadline: Deadline, progress: Progress) -> Served:
    held, solution = choose_week(seat.task, seat.request, deadline, progress)
    return Served(seat=seat, space=held.space, solution=solution, bound=solution.bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a plan is as it is: what rules cost, and for each target missed the dishes that would bring most of it.

    ``prices``: what binds, in points per unit. ``rules``: each rule of the week in words, with the points by which the
    bound rises for it. ``rich``: by nutrient missed, in its unit per 100 kcal.
    """

    prices: tuple[Price, ...]
    rules: Mapping[str, float]
    rich: Mapping[str, tuple[Rich, ...]]


def explain(plan: Plan, kitchen: Kitchen | None = None) -> Explanation:
    """What binds a plan's week, from its request: worked out anew, so the kitchen should be the plan's own.

    Raises: UnknownDiet, UnknownAvoid: a name that the kitchen does not know; SolverFailed.
    """
    request = PlanRequest.model_validate(plan.request)
    kitchen = kitchen_for(request, kitchen or Kitchen.embedded())
    seats = seats_for(request, kitchen)
    task = _chosen_task(request, kitchen, seats)
    targets = dict.fromkeys(t.nutrient for seat in seats for t in seat.targets if t.nutrient != ABSORBED)
    every = build_servings(kitchen.dishes, kitchen.table, list(targets))
    missed = [s.nutrient for s in plan.shortfalls if s.nutrient != ABSORBED]
    return Explanation(
        prices=price_rules(task, request.solver),
        rules=_rule_costs(request, kitchen, task),
        rich={nutrient: richest(nutrient, every, task.space.servings.dishes) for nutrient in missed},
    )


def _chosen_task(request: PlanRequest, kitchen: Kitchen, seats: Sequence[Seat]) -> Task:
    """What chooses the dishes: the one person's task, or that of all at the table."""
    return shared_task(request, kitchen, seats) if request.household else seats[0].task


def _rule_costs(request: PlanRequest, kitchen: Kitchen, task: Task) -> dict[str, float]:
    """By how many points the bound falls without each rule; that of one breakfast is beyond the linear program."""
    priced = [(said, others) for said, one, others in request.rules.each() if not one.same_breakfast]
    held = lower_bound(task, solver=request.solver) if priced else 0.0
    freer = [request.model_copy(update={"rules": others}) for _, others in priced]
    free = (_chosen_task(one, kitchen, seats_for(one, kitchen)) for one in freer)
    return {
        said: max(0.0, held - lower_bound(without, solver=request.solver))
        for (said, _), without in zip(priced, free, strict=True)
    }
