"""Rules of one's own: a budget, a least amount, a bound on a nutrient, and one that only the model can say."""

from datetime import date

from mealplan import Aim, Kitchen, PlanRequest, Quantity, generate, model_for, quantities_of, serving_costs

kitchen = Kitchen.embedded()
legumes = {
    dish.slug: sum(line.grams / dish.serves for line in dish.lines if line.ingredient.food_group == "legume")
    for dish in kitchen.dishes
}

request = PlanRequest(
    start=date(2026, 1, 5),
    diets=("vegetarian",),
    effort=1,
    aims=(Aim(nutrient="fiber_g", lower=35),),
    quantities=(
        Quantity(name="price", unit="US$", per_serving=serving_costs(kitchen.dishes), upper=45, weight=5),
        Quantity(name="legumes", unit="g", per_serving=legumes, lower=700),
    ),
)
for held in quantities_of(generate(request, kitchen)):
    print(f"{held.name}: {held.total:.1f} {held.unit} a week, {'kept' if held.kept else 'not kept'}")

# Fruit at breakfast on at least five days: a rule on meals, in the model itself.
fruity = {dish.slug for dish in kitchen.dishes if any(line.ingredient.food_group == "fruit" for line in dish.lines)}
model = model_for(request, kitchen, about=fruity, meals_per_occasion=100)
model.problem += model.times(fruity, slot="breakfast") >= 5, "fruit_at_breakfast"
plan = model.plan(time_limit_s=5)
for day in plan.days:
    print(f"{day.date:%A}:", " + ".join(dish.title for dish in day.meals[0].dishes))
