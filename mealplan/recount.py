"""A plan with other meals: all that follows from them worked out anew, and what is still proven of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from mealplan.choice import freezer_days
from mealplan.coverage import find_shortfalls, plan_coverage, plan_iron
from mealplan.diets import find_diets
from mealplan.document import PlanDisagrees
from mealplan.errors import MealplanError
from mealplan.fill import fill_again, planned
from mealplan.formulate import allowed_for
from mealplan.kitchen import Kitchen
from mealplan.obey import judge_rules
from mealplan.places import Place, describe, meal_at, with_meals
from mealplan.plan import Day, Meal, Plan, PlanRule, Solve
from mealplan.pots import relink
from mealplan.request import PlanRequest
from mealplan.shopping import own_diets, shop_of, shopping_list
from mealplan.standing import Served, Table, resume
from mealplan.verify import broken_locks, verify

CHANGED = "changed"
"""The status of a plan that is no longer as the solver left it."""

SAME_POINTS = 1e-3
"""A week whose points are again those that the plan states was made from this library."""


class LeftWithout(MealplanError):
    """A change that takes away the dinner which a locked meal is left over from."""


def with_served(plan: Plan, chosen: Mapping[Place, Served], table: Table, kitchen: Kitchen, now: datetime) -> Plan:
    """The plan with meals of its people's tasks in some places, and all that follows from them."""
    return _worked_out(plan, served_days(plan, chosen, table, kitchen), kitchen, now, table)


def served_days(plan: Plan, chosen: Mapping[Place, Served], table: Table, kitchen: Kitchen) -> tuple[Day, ...]:
    """The days of the plan with meals of its people's tasks in some places, and what hangs on those."""
    after = plan
    # A dinner stands there before the lunch that is left over from it.
    for place in sorted(chosen):
        meal = planned(after, place, chosen[place], table)
        after = after.model_copy(update={"days": with_meals(after, {place: meal})})
    return _with_pots(plan, after.days, table, kitchen)


def with_other_meals(
    before: Plan, meals: dict[Place, Meal], kitchen: Kitchen, now: datetime, table: Table | None = None
) -> Plan:
    """The plan with these meals, and all that follows from them worked out and checked.

    A meal that is left over from a dinner no longer there is chosen anew.
    Args: table: the weeks of the plan as it was, if they are at hand.
    Raises: LeftWithout; CannotChange: nothing is left for a meal; PlanDisagrees.
    """
    table = table or resume(before, kitchen)
    return _worked_out(before, _with_pots(before, with_meals(before, meals), table, kitchen), kitchen, now, table)


def _worked_out(before: Plan, days: tuple[Day, ...], kitchen: Kitchen, now: datetime, table: Table) -> Plan:
    after = _recounted(before, days, kitchen).model_copy(update={"changed": now.replace(microsecond=0)})
    after = after.model_copy(update={"solve": _proven(before, after, kitchen, table)})
    problems = [*verify(after, kitchen.table, kitchen.catalogue), *broken_locks(before, after)]
    if problems:
        raise PlanDisagrees(f"the changed plan does not agree with its foods: {'; '.join(problems)}")
    return after


def _with_pots(before: Plan, days: tuple[Day, ...], table: Table, kitchen: Kitchen) -> tuple[Day, ...]:
    """The days with every meal eaten again linked to its dinner, or chosen anew where it has none."""
    dishes = [dish for week in table.weeks for dish in week.task.space.servings.dishes]
    days, lost = relink(days, dishes, freezer_days(before))
    if not lost:
        return days
    plan = before.model_copy(update={"days": days})
    for place in lost:
        if (meal := meal_at(plan, place)).stays:
            titles = " and ".join(dish.title for dish in meal.dishes if dish.cooked_days_before is not None)
            raise LeftWithout(
                f"{describe(plan, place)} is {titles} and {'cooked' if meal.cooked else 'locked'}, and no dinner that "
                "it could be from is left",
                hint="leave the dinner" + ("" if meal.cooked else f", or `mealplan unlock` {describe(plan, place)}"),
            )
    now = resume(plan, kitchen, [week.task for week in table.weeks])
    for place in lost:
        served = fill_again(plan, place, now, kitchen)
        plan = plan.model_copy(update={"days": with_meals(plan, {place: planned(plan, place, served, now)})})
        now = now.with_meals({place: served})
    return plan.days


def _recounted(plan: Plan, days: tuple[Day, ...], kitchen: Kitchen) -> Plan:
    """The plan with other days: coverage, iron, shortfalls and list anew."""
    iron = [(who, plan_iron(days, who.id, kitchen.table, kitchen.catalogue)) for who in plan.people]
    rows = [(who, plan_coverage(days, who.id, who.targets, meals, kitchen.table)) for who, meals in iron]
    # What the library can reach at the most was proven for a week that is eaten whole.
    whole = not any(meal.skipped for day in days for meal in day.meals)
    best: dict[str, dict[str, float]] = {who.id: {} for who in plan.people}
    for one in plan.shortfalls if whole else ():
        if one.best_pct is not None:
            best[one.person][one.nutrient] = one.best_pct
    short = [one for who, covered in rows for one in find_shortfalls(covered, who.targets, best[who.id])]
    return plan.model_copy(
        update={
            "days": days,
            "coverage": tuple(row for _, covered in rows for row in covered),
            "iron": tuple(meal for _, meals in iron for meal in meals),
            "shortfalls": tuple(short),
            "rules": _rules(plan, days, kitchen),
            "shopping": shopping_list(
                days,
                kitchen.catalogue,
                find_diets(plan.request.get("diets", ())),
                shop_of(plan),
                own_diets(plan.people),
            ),
        }
    )


def _rules(plan: Plan, days: tuple[Day, ...], kitchen: Kitchen) -> tuple[PlanRule, ...]:
    """Which rules of the week the days keep. A dish that the library no longer has answers to none."""
    if not plan.rules:
        return ()
    request = PlanRequest.model_validate(plan.request)
    return judge_rules(request.rules, days, allowed_for(request, kitchen), request.weights)


def _proven(before: Plan, after: Plan, kitchen: Kitchen, table: Table) -> Solve:
    """What is still known of how good the plan is.

    The bound is of every week that the request allows. It holds while the week is one of them, whatever is locked or
    avoided: it is, if the points stated are found again, and no meal is eaten elsewhere.
    """
    now = resume(after, kitchen, [week.task for week in table.weeks])
    solve = before.solve.model_copy(
        update={"status": CHANGED, "objective": round(now.objective, 4), "shortfall": round(now.shortfall, 4)}
    )
    as_stated = abs(table.objective - before.solve.objective) <= SAME_POINTS
    if not (table.whole and now.whole and as_stated) or solve.bound is None:
        return solve.model_copy(update={"bound": None, "gap": None, "least_shortfall": 0.0})
    gap = 1 - solve.bound / solve.objective if solve.objective > 0 else 0.0
    return solve.model_copy(update={"gap": round(max(0.0, gap), 4)})
