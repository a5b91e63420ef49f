"""A week over thirty foods of one's own: a CSV of what is in them, and a few plain dishes."""

from datetime import date
from pathlib import Path

import pandas as pd

from mealplan import Kitchen, PlanRequest, coverage_frame, generate, plain_dish

foods = pd.read_csv(Path(__file__).with_name("thirty_foods.csv"), dtype={"food_id": str, "contains": str})

company = ("potato", "grain", "vegetable", "salad")
mains = {"salmon": 140, "chicken": 140, "lean beef": 140, "tofu": 180, "lentils": 250, "chickpeas": 220, "eggs": 120}
sides = {
    "potatoes": "potato",
    "brown rice": "grain",
    "spinach": "vegetable",
    "broccoli": "vegetable",
    "tomatoes": "salad",
}
dishes = [
    plain_dish("Porridge", {"oats": 60, "milk": 250, "banana": 80}, course="breakfast"),
    plain_dish("Bread and cheddar", {"bread": 80, "cheddar": 30, "red pepper": 80}, course="breakfast"),
    plain_dish("Yogurt and berries", {"yogurt": 150, "strawberries": 100, "almonds": 20}, course="snack"),
    plain_dish("Hummus and seeds", {"hummus": 60, "bread": 40, "pumpkin seeds": 15}, course="snack"),
    *(plain_dish(name, {name: grams, "olive oil": 8}, course="main", sides=company) for name, grams in mains.items()),
    *(plain_dish(name, {name: 180}, course="side", kind=kind) for name, kind in sides.items()),
    plain_dish("Kiwi", {"kiwi": 150}, course="side", kind="fruit", meals=["breakfast", "snack"]),
]

plan = generate(PlanRequest(start=date(2026, 1, 5), effort=1), Kitchen.of_foods(foods, dishes))

told = coverage_frame(plan).query("unmeasured < 0.2")
print(told[["nutrient", "unit", "target", "mean", "worst"]].to_string(index=False))
