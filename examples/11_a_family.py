"""A family at one table: shared dishes, servings and coverage for each, and one list for all."""

from datetime import date

from mealplan import Diner, Person, PlanRequest, assess_plan, coverage_frame, generate, shopping_frame

family = (
    Diner(person=Person(id="Ana", sex="female", age=34, weight_kg=68, height_cm=167, pregnant=2)),
    Diner(person=Person(id="Ben", sex="male", age=37)),
    Diner(person=Person(id="Cleo", sex="female", age=15), diets=("vegetarian",)),
    Diner(person=Person(id="Dan", sex="male", age=6), avoid=("mushroom",)),
)
plan = generate(PlanRequest(household=family, start=date(2026, 1, 5), days=3, effort=1))

for day, meal, dish in plan.servings():
    if meal.slot == "dinner":
        plates = ", ".join(f"{who} {servings:g}" for who, servings in dish.servings.items() if servings)
        print(f"{day.date:%A}: {dish.title} ({plates})")

# The mean of the days in % of each person's own target.
short_of = ["iron_mg", "magnesium_mg", "folate_ug_dfe", "vitamin_b12_ug", "vitamin_d_ug"]
coverage = coverage_frame(plan)
share = coverage.assign(percent=100 * coverage["mean"] / coverage["target"])
print(share.pivot(index="nutrient", columns="person", values="percent").loc[short_of].round().to_string())
for one in plan.people:
    missed = [row.nutrient for row in assess_plan(plan, who=one.id).nutrients if row.status == "missed"]
    print(f"{one.id} misses: {', '.join(missed) or 'nothing'}")

shopping = shopping_frame(plan)
to_buy = shopping[(shopping["packages"] != "") & ~shopping["staple"]]
print(f"{len(to_buy)} things to buy for all, about US$ {to_buy['price_usd'].sum():.0f}")
print(to_buy[["aisle", "ingredient", "packages"]].head().to_string(index=False))
