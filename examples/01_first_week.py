"""A week for one person, checked, printed, and written as a page."""

from datetime import date
from pathlib import Path

from mealplan import Person, PlanRequest, generate, render_plan, verify_plan, write_beside

person = Person(id="Ana", sex="female", age=34, weight_kg=60, height_cm=165, activity="low")
request = PlanRequest(person=person, diets=("vegetarian",), start=date(2026, 1, 5), effort=1)
plan = generate(request)

for day in plan.days:
    print(day.date.strftime("%A"))
    for meal in day.meals:
        print(f"  {meal.slot:9}", " + ".join(dish.title for dish in meal.dishes))
print(f"{len(plan.shopping)} things to buy; no week is better by more than {plan.solve.gap:.0%} of its points")
print("figures that disagree with their grams:", verify_plan(plan) or "none")

write_beside(Path("first-week.html"), render_plan(plan, "html"))
write_beside(Path("first-week.json"), plan.to_json())
