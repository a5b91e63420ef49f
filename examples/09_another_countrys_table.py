"""Another country's food table behind the library's dishes: its columns, units and marks, and what looks wrong.

`ciqual_shape.csv` has the columns, decimal commas and marks of ANSES-CIQUAL's table; its figures are USDA's. With the
real file, only the path and the links change.
"""

from datetime import date
from pathlib import Path

import pandas as pd

from foods import Shape, adopt_table, find_doubts
from mealplan import Kitchen, PlanRequest, generate

shape = Shape(
    food_id="alim_code",
    description="alim_nom_eng",
    category="alim_grp_nom_eng",
    decimal=",",
    nutrients={
        "energy_kcal": ("Energy, Regulation EU No 1169/2011 (kJ/100g)", "kJ"),
        "protein_g": ("Protein (g/100g)", "g"),
        "carbohydrate_g": ("Carbohydrate (g/100g)", "g"),
        "fat_g": ("Fat (g/100g)", "g"),
        "iron_mg": ("Iron (mg/100g)", "mg"),
        "magnesium_mg": ("Magnesium (mg/100g)", "mg"),
        "vitamin_c_mg": ("Vitamin C (mg/100g)", "mg"),
        "vitamin_d_ug": ("Vitamin D (µg/100g)", "ug"),
    },
)
table = adopt_table(pd.read_csv(Path(__file__).with_name("ciqual_shape.csv"), sep=";", dtype=str), shape)
print(f"{len(table)} foods; worth a look: {', '.join(map(str, find_doubts(table))) or 'nothing'}")

# Its foods stand behind these names; all others stay with the table that comes with the program.
links = {"spinach": "20059", "red lentils, dry": "20585", "orange": "13034", "brown rice": "9102"}
kitchen = Kitchen.embedded().with_table(table, links)
plan = generate(PlanRequest(start=date(2026, 1, 5), days=2, effort=1), kitchen)
used = {portion.food_id for _, _, dish in plan.servings() for portion in dish.ingredients}
print(f"{len(used)} foods in two days, of the other table: {', '.join(sorted(used & set(links.values()))) or 'none'}")
