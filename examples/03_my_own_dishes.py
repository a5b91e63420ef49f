"""Dishes of one's own beside the library's: written out with losses of cooking, or by weight alone."""

from datetime import date

from mealplan import Kitchen, PlanRequest, Quantity, generate, plain_dish

soup = {
    "title": "Lentil soup with lemon",
    "course": "one-pot",
    "meals": ["lunch", "dinner"],
    "serves": 4,
    "minutes": 40,
    "active_minutes": 15,
    "cuisine": "Turkish",
    "protein": "lentils",
    "sides": ["bread", "salad"],
    "ingredients": [
        {"item": "red lentils, dry", "amount": 300, "unit": "g", "cook": "simmered"},
        {"item": "carrots", "amount": 200, "unit": "g", "cook": "simmered"},
        {"item": "onion", "amount": 1, "unit": "piece", "cook": "sauteed"},
        {"item": "olive oil", "amount": 2, "unit": "tbsp", "cook": "sauteed"},
        {"item": "lemon juice", "amount": 3, "unit": "tbsp", "cook": "raw"},
    ],
    "steps": ["Fry the onion in the oil.", "Simmer all but the lemon juice for 25 minutes.", "Add the juice; serve."],
}
kefir = plain_dish("Kefir with pumpkin seeds", {"plain kefir": 200, "pumpkin seeds": 20}, course="snack")
kitchen = Kitchen.embedded().with_dishes([soup, kefir])

# Nothing makes the planner choose them: a rule does, here at least twice and three times a week.
wanted = (
    Quantity(name="my soup", per_serving={"lentil-soup-with-lemon": 1}, lower=2, weight=2),
    Quantity(name="kefir", per_serving={"kefir-with-pumpkin-seeds": 1}, lower=3, weight=2),
)
plan = generate(PlanRequest(start=date(2026, 1, 5), quantities=wanted, effort=1), kitchen)

own = {"lentil-soup-with-lemon", "kefir-with-pumpkin-seeds"}
for day, meal, dish in plan.servings():
    if dish.dish in own:
        print(f"{day.date:%A} {meal.slot}: {dish.servings['person 1']:g} x {dish.title}")
