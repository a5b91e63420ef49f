"""A plan as one self-contained HTML file: for the fridge, the shop, the stove and the screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from foods.table import FoodTable
from mealplan.dishes import Dish
from mealplan.plan import MealIron, Plan, PlanPerson
from mealplan.render import figures, fit, pages, words

Paper = Literal["a4", "letter"]

# The named sizes of CSS paged media; a landscape week and portrait pages after it.
PAPERS: Mapping[Paper, Mapping[str, str]] = MappingProxyType(
    {
        "a4": {"portrait": "A4 portrait", "landscape": "A4 landscape"},
        "letter": {"portrait": "letter portrait", "landscape": "letter landscape"},
    }
)


def render_html(plan: Plan, dishes: Mapping[str, Dish], *, paper: Paper = "a4", table: FoodTable | None = None) -> str:
    """The plan as a page that needs no network, no script and no other file.

    Args: dishes: recipes by slug, a dish without one is printed without steps; table: where the energy of a
    meal and the foods behind a nutrient are read, by default the embedded one.
    Raises: ValueError: a paper other than the two.
    """
    if paper not in PAPERS:
        raise ValueError(f"paper is {paper!r}, and must be one of {', '.join(PAPERS)}")
    table = FoodTable.embedded() if table is None else table
    return (
        environment()
        .get_template("plan.html")
        .render(
            plan=plan,
            paper=PAPERS[paper],
            leading=fit.LEADING,
            words=words,
            evening=pages.evening,
            span=words.plan_span(plan),
            diets=words.diets(plan),
            assumed=[line for line in map(words.assumed, plan.people) if line],
            weeks=pages.build_weeks(plan, dishes, table),
            aisles=pages.by_aisle(plan.shopping, staple=False),
            staples=[line for line in plan.shopping if line.staple],
            covered=[
                (
                    person,
                    figures.coverage_rows(plan, person.id, table),
                    figures.limit_rows(plan, person.id, table),
                )
                for person in plan.people
            ],
            missed=figures.missed(plan),
            unknown=figures.unknown(plan),
            notes=_notes(plan),
            iron=[(person, days) for person in plan.people if (days := _iron(plan, person))],
            recipes=pages.build_recipes(plan, dishes),
        )
    )


@cache
def environment() -> Environment:
    return Environment(
        loader=PackageLoader("mealplan.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _notes(plan: Plan) -> list[tuple[str, str]]:
    """What a reader should know about single targets, each note once."""
    notes = {(target.nutrient, target.note): None for person in plan.people for target in person.targets}
    return [(words.label(nutrient), words.sentence(note)) for nutrient, note in notes if note]


def _iron(plan: Plan, person: PlanPerson) -> list[tuple[date, list[MealIron]]]:
    """A person's meals by day."""
    dates = {day.day: day.date for day in plan.days}
    own = [row for row in plan.iron if row.person == person.id]
    return [(dates[day], list(rows)) for day, rows in groupby(own, key=lambda row: row.day)]
