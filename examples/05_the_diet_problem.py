"""The classic diet problem over any table: amounts, prices of requirements, and why there is no diet."""

from pathlib import Path

import pandas as pd

from mealplan.diet_problem import diet_problem

foods = pd.read_csv(Path(__file__).with_name("thirty_foods.csv"), index_col="description")
table = foods[["energy_kcal", "protein_g", "iron_mg", "calcium_mg", "vitamin_c_mg", "folate_ug_dfe"]]
needs = {"energy_kcal": 2000, "iron_mg": 18, "calcium_mg": 1000, "vitamin_c_mg": 75, "folate_ug_dfe": 400}

# Units are 100 g; the lightest diet, with at most 400 g of each food.
diet = diet_problem(table, minimums=needs, maximums={"energy_kcal": 2300}, cost=1, upper=4)
for food in diet.foods:
    if food.amount > 0.005:
        print(f"{100 * food.amount:4.0f} g {food.food}")
for need in diet.requirements:
    if need.price:
        print(f"one unit of {need.nutrient} more: {100 * need.price:+.2f} g")

impossible = diet_problem(table, minimums=needs, maximums={"energy_kcal": 2300, "protein_g": 15}, cost=1)
print(impossible.status, *impossible.explanation, sep="\n")
