"""A week for Mealie and Tandoor: recipes, meal plan and shopping list in the shapes of their APIs, as JSON files.

Send them with a client of your choice: recipes first, then the plan, whose entries name the recipe.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from mealplan import Dish, Kitchen, Plan, PlanRequest, generate, write_beside

Json = dict[str, Any]


def to_mealie(plan: Plan, dishes: list[Dish]) -> Json:
    """``recipes``, ``mealplans`` and shopping ``items``.

    POST /api/recipes makes a recipe of a name and answers with its slug, PATCH /api/recipes/SLUG fills it; mealplans
    go to POST /api/households/mealplans, items with a ``shoppingListId`` to /api/households/shopping/items.
    """
    recipes = [
        {
            "name": dish.title,
            "recipeServings": dish.serves,
            "totalTime": f"{dish.minutes} minutes",
            "performTime": f"{dish.active_minutes} minutes",
            "recipeIngredient": [
                {"quantity": line.amount, "unit": {"name": line.unit}, "food": {"name": line.ingredient.name},
                 "note": line.note}
                for line in dish.lines
            ],
            "recipeInstructions": [{"text": step} for step in dish.steps],
        }
        for dish in dishes
    ]  # fmt: skip
    entries = [
        {"date": day.date.isoformat(), "entryType": meal.slot if meal.slot != "snack" else "side", "title": dish.title,
         "text": ", ".join(f"{servings:g} servings for {person}" for person, servings in dish.servings.items())}
        for day, meal, dish in plan.servings()
    ]  # fmt: skip
    items = [{"quantity": 1, "note": f"{line.ingredient}: {line.packages}", "checked": False} for line in plan.shopping]
    return {"recipes": recipes, "mealplans": entries, "items": items}


def to_tandoor(plan: Plan, dishes: list[Dish]) -> Json:
    """``recipes`` for POST /api/recipe/, ``mealplans`` for /api/meal-plan/, ``items`` for /api/shopping-list-entry/."""
    recipes = [
        {
            "name": dish.title,
            "servings": dish.serves,
            "working_time": dish.active_minutes,
            "waiting_time": dish.minutes - dish.active_minutes,
            "keywords": [{"name": dish.cuisine}],
            "steps": [
                {
                    "instruction": "\n".join(dish.steps),
                    "ingredients": [
                        {"amount": line.amount, "unit": {"name": line.unit}, "food": {"name": line.ingredient.name},
                         "note": line.note, "order": number, "is_header": False, "no_amount": False}
                        for number, line in enumerate(dish.lines)
                    ],
                }
            ],
        }
        for dish in dishes
    ]  # fmt: skip
    entries = [
        {"title": dish.title, "servings": sum(dish.servings.values()), "from_date": day.date.isoformat(),
         "to_date": day.date.isoformat(), "meal_type": {"name": meal.slot}}
        for day, meal, dish in plan.servings()
    ]  # fmt: skip
    items = [
        {"amount": line.grams, "unit": {"name": "g"}, "food": {"name": line.ingredient}, "checked": False}
        for line in plan.shopping
    ]
    return {"recipes": recipes, "mealplans": entries, "items": items}


if __name__ == "__main__":
    kitchen = Kitchen.embedded()
    plan = generate(PlanRequest(start=date(2026, 1, 5), days=2, effort=1), kitchen)
    eaten = {dish.dish for _, _, dish in plan.servings()}
    dishes = [dish for dish in kitchen.dishes if dish.slug in eaten]
    for name, shaped in (("mealie", to_mealie(plan, dishes)), ("tandoor", to_tandoor(plan, dishes))):
        write_beside(Path(f"{name}.json"), json.dumps(shaped, indent=1) + "\n")
        print(f"{name}.json: {', '.join(f'{len(rows)} {what}' for what, rows in shaped.items())}")
