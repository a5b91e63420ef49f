"""A plan with other meals: all that follows from them worked out anew, and what is still proven of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from mealplan.coverage import find_shortfalls, plan_coverage, plan_iron
from mealplan.diets import find_diets
from mealplan.errors import MealplanError
from mealplan.obey import judge_rules
from mealplan.patterns import Columns
from mealplan.pipeline import Kitchen, PlanDisagrees, allowed_for, plates
from mealplan.places import Place, in_words, meal_at, with_meals
from mealplan.plan import Day, Meal, Plan, PlanRule, Solve
from mealplan.request import PlanRequest
from mealplan.shopping import own_diets, shop_of, shopping_list
from mealplan.standing import Standing, can_resume, resume
from mealplan.verify import broken_locks, verify

CHANGED = "changed"
"""The status of a plan that is no longer as the solver left it."""

SAME_POINTS = 1e-3
"""A week whose points are again those that the plan states was made from this library."""


class LeftWithout(MealplanError):
    """A change that takes away the dinner which another meal is left over from."""


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
    """The plan with these meals, and all that follows from them worked out and checked.

    Raises: LeftWithout; PlanDisagrees.
    """
    days = with_meals(before, meals)
    _check_leftovers(days)
    after = _recounted(before, days, kitchen).model_copy(update={"changed": now.replace(microsecond=0)})
    if can_resume(before):
        after = after.model_copy(update={"solve": _proven(before, after, kitchen, standing)})
    else:
        unproven = {"status": CHANGED, "bound": None, "gap": None, "least_shortfall": 0.0}
        after = after.model_copy(update={"solve": after.solve.model_copy(update=unproven)})
    problems = [*verify(after, kitchen.table, kitchen.catalogue), *broken_locks(before, after)]
    if problems:
        raise PlanDisagrees(f"the changed plan does not agree with its foods: {'; '.join(problems)}")
    return after


def _check_leftovers(days: tuple[Day, ...]) -> None:
    cooked = {
        (day.day, dish.dish) for day in days for meal in day.meals if meal.slot == "dinner" for dish in meal.dishes
    }
    for day in days:
        for meal in day.meals:
            for dish in meal.dishes:
                before = dish.cooked_days_before
                if before is not None and (day.day - before, dish.dish) not in cooked:
                    where = in_words(day.date, meal.slot, len(days))
                    raise LeftWithout(
                        f"{where} is {dish.title}, and no dinner is left that it is cooked for",
                        hint=f"skip {where} first, or make the plan anew with `mealplan generate`",
                    )


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
