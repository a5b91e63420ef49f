"""The plan as CSV, a row for each dish on each plate, and its list, a row for each ingredient: for other programs."""

from __future__ import annotations

import csv
import io
import re

from foods.table import FoodTable
from mealplan.coverage import Intake, portion_intake
from mealplan.plan import Plan, PlannedDish
from mealplan.render import words
from mealplan.render.plain import FORMULA_SIGNS, one_line

NUTRIENTS = ("energy_kcal", *words.HEADLINES, "vitamin_c_mg")
LIST_COLUMNS = (
    "aisle", "ingredient", "packages", "packed_grams", "grams", "at_home_grams", "edible_grams", "kitchen", "staple",
    "price_usd", "price_year", "keeps_days", "first_use", "last_use", "dishes", "check_label",
)  # fmt: skip
COLUMNS = ("date", "day", "weekday", "slot", "dish", "title", "person", "servings", *NUTRIENTS, "at_least")


def render_rows(plan: Plan, *, table: FoodTable | None = None) -> str:
    """Rows in the order of the plan, as `COLUMNS`: nutrients of one person's plate, as eaten.

    Whoever is not served has no row.
    An empty field is unmeasured; ``at_least`` names the nutrients that some of the dish has no value for.
    """
    table = FoodTable.embedded() if table is None else table
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for day, meal, planned in plan.servings():
        for person, servings in planned.servings.items():
            if not servings and len(plan.people) > 1:
                continue
            eaten = _intake(planned, person, table)
            writer.writerow(
                (
                    day.date.isoformat(),
                    day.day,
                    words.day_name(day.date),
                    meal.slot,
                    _field(planned.dish),
                    _field(planned.title),
                    _field(person),
                    f"{servings:.6g}",
                    *(_amount(eaten, nutrient) for nutrient in NUTRIENTS),
                    " ".join(key for key in NUTRIENTS if key in eaten.amount and eaten.unmeasured_g.get(key)),
                )
            )
    return file.getvalue()


def render_list_rows(plan: Plan) -> str:
    """The shopping list in its order, as `LIST_COLUMNS`: fields of `mealplan.plan.ShoppingLine`, unknown ones empty."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(LIST_COLUMNS)
    for line in plan.shopping:
        writer.writerow([_cell(getattr(line, column)) for column in LIST_COLUMNS])
    return file.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        value = " | ".join(map(str, value))
    return "" if value is None else _field(str(value))


def _intake(planned: PlannedDish, person: str, table: FoodTable) -> Intake:
    """What the dish brings a person; nothing is known of it where a food is not in the table."""
    intake = Intake()
    for portion in planned.ingredients:
        if portion.food_id not in table:
            return Intake()
        if person in portion.grams:
            intake.add(portion_intake(portion, person, table, NUTRIENTS))
    return intake


def _amount(intake: Intake, nutrient: str) -> str:
    return f"{intake.amount[nutrient]:.4f}" if nutrient in intake.amount else ""


def _field(text: str) -> str:
    """A text that no spreadsheet takes for a formula, nor what follows a semicolon, where that parts fields."""
    return re.sub(rf"(^|;)(?=\s*[{re.escape(FORMULA_SIGNS)}])", r"\1'", one_line(text))
