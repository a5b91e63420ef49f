"""A plan in the middle of its week: another dinner, a meal out, a food to avoid, and new meals for the rest."""

from datetime import date

from mealplan import (
    Plan,
    PlanRequest,
    avoid_food,
    find_swaps,
    generate,
    lock_meals,
    regenerate_plan,
    skip_meal,
    verify_plan,
)


def dinners(plan: Plan) -> list[str]:
    """What carries each dinner."""
    meals = [meal for day in plan.days for meal in day.meals if meal.slot == "dinner"]
    return [meal.dishes[0].title if meal.dishes else "out" for meal in meals]


plan = generate(PlanRequest(start=date(2026, 1, 5), days=5, effort=1))
print("at first:", *dinners(plan), sep="\n  ")

found = find_swaps(plan, "tue", "dinner", than="quicker")
print("quicker on Tuesday:", *(f"{dinners(one.plan)[1]} ({one.points:+.1f} points)" for one in found), sep="\n  ")

# Each step gives a plan of its own: whoever wants to take it back keeps the one before.
quicker = lock_meals(found[0].plan, "tue", "dinner")
out = skip_meal(quicker, "fri", "dinner")
wednesday = date(2026, 1, 7)
without_rice = avoid_food(out, "rice", today=wednesday)
changed = regenerate_plan(without_rice, today=wednesday)
print("in the end:", *dinners(changed), sep="\n  ")
print("figures that disagree with their grams:", verify_plan(changed) or "none")
