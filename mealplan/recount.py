"""A plan with other meals: all that follows from them worked out anew, and what is still proven of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from mealplan.coverage import find_shortfalls, plan_coverage, plan_iron
from mealplan.diets import find_diets
from mealplan.patterns import Columns
from mealplan.pipeline import Kitchen, PlanDisagrees, plates
from mealplan.places import Place, meal_at, with_meals
from mealplan.plan import Day, Meal, Plan, Solve
from mealplan.shopping import shop_of, shopping_list
from mealplan.standing import Standing, resume
from mealplan.verify import broken_locks, verify

CHANGED = "changed"
"""The status of a plan that is no longer as the solver left it."""

SAME_POINTS = 1e-3
"""A week whose points are again those that the plan states was made from this library."""


def with_columns(
    plan: Plan, chosen: Mapping[Place, Columns], standing: Standing, kitchen: Kitchen, now: datetime
) -> Plan:
    """The plan with meals of the task's space in some places."""
    person, space = plan.people[0].id, standing.task.space
    meals = {
        place: meal_at(plan, place).model_copy(update={"dishes": plates(person, space, meal.items[0]), "skipped": None})
        for place, meal in chosen.items()
    }
    return with_other_meals(plan, meals, kitchen, now, standing)


def with_other_meals(
    before: Plan, meals: dict[Place, Meal], kitchen: Kitchen, now: datetime, standing: Standing | None = None
) -> Plan:
    """The plan with these meals, and all that follows from them worked out and checked. Raises: PlanDisagrees."""
    days = with_meals(before, meals)
    after = _recounted(before, days, kitchen).model_copy(update={"changed": now.replace(microsecond=0)})
    if len(before.people) == 1:
        after = after.model_copy(update={"solve": _proven(before, after, kitchen, standing)})
    else:
        unproven = {"status": CHANGED, "bound": None, "gap": None, "least_shortfall": 0.0}
        after = after.model_copy(update={"solve": after.solve.model_copy(update=unproven)})
    problems = [*verify(after, kitchen.table, kitchen.catalogue), *broken_locks(before, after)]
    if problems:
        raise PlanDisagrees(f"the changed plan does not agree with its foods: {'; '.join(problems)}")
    return after


def _recounted(plan: Plan, days: tuple[Day, ...], kitchen: Kitchen) -> Plan:
    """The plan with other days: coverage, iron, shortfalls and list anew."""
    iron = [(who, plan_iron(days, who.id, kitchen.table, kitchen.catalogue)) for who in plan.people]
    rows = [(who, plan_coverage(days, who.id, who.targets, meals, kitchen.table)) for who, meals in iron]
    # What the library can reach at the most was proven for a week that is eaten whole.
    whole = not any(meal.skipped for day in days for meal in day.meals)
    best = {short.nutrient: short.best_pct for short in plan.shortfalls if short.best_pct is not None and whole}
    short = [one for who, covered in rows for one in find_shortfalls(covered, who.targets, best)]
    return plan.model_copy(
        update={
            "days": days,
            "coverage": tuple(row for _, covered in rows for row in covered),
            "iron": tuple(meal for _, meals in iron for meal in meals),
            "shortfalls": tuple(short),
            "shopping": shopping_list(
                days, kitchen.catalogue, find_diets(plan.request.get("diets", ())), shop_of(plan)
            ),
        }
    )


def _proven(before: Plan, after: Plan, kitchen: Kitchen, standing: Standing | None) -> Solve:
    """What is still known of how good the plan is.

    The bound is of every week that the request allows. It holds while the week is one of them, whatever is locked or
    avoided: it is, if the points stated are found again, and no meal is eaten elsewhere.
    """
    standing = standing or resume(before, kitchen)
    now = resume(after, kitchen, standing.task)
    solve = before.solve.model_copy(
        update={
            "status": CHANGED,
            "objective": round(now.objective, 4),
            "shortfall": round(now.search().shortfall(), 4),
        }
    )
    as_stated = abs(standing.objective - before.solve.objective) <= SAME_POINTS
    if not (standing.whole and now.whole and as_stated) or solve.bound is None:
        return solve.model_copy(update={"bound": None, "gap": None, "least_shortfall": 0.0})
    gap = 1 - solve.bound / solve.objective if solve.objective > 0 else 0.0
    return solve.model_copy(update={"gap": round(max(0.0, gap), 4)})
