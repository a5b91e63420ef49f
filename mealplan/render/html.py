"""A plan as one self-contained HTML file: for the fridge, the shop, the stove and the screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined, TemplateError

from foods.table import FoodTable
from mealplan.dishes import SLOTS, Dish, Slot
from mealplan.errors import MealplanError
from mealplan.plan import MealIron, Plan, PlanPerson
from mealplan.render import columns, figures, fit, items, pages, words
from mealplan.render.ahead import build_ahead
from mealplan.render.paper import PAPERS, Paper, check_paper


class BrokenTemplate(MealplanError):
    """A template of a page that does not come to an end: this installation is damaged."""


def render_html(plan: Plan, dishes: Mapping[str, Dish], *, paper: Paper = "a4", table: FoodTable | None = None) -> str:
    """The plan as a page that needs no network, no script and no other file.

    Args: dishes: recipes by slug, a dish without one is printed without steps; table: where the energy of a
    meal and the foods behind a nutrient are read, by default the embedded one.
    Raises: BrokenTemplate; ValueError: a paper other than the two.
    """
    check_paper(paper)
    table = FoodTable.embedded() if table is None else table
    return _page(
        "plan.html",
        plan,
        paper,
        evening=pages.evening,
        diets=words.diets(plan),
        assumed=[line for line in map(words.assumed, plan.people) if line],
        weeks=pages.build_weeks(plan, dishes, table, paper),
        covered=[
            (person, figures.coverage_rows(plan, person.id, table), figures.limit_rows(plan, person.id, table))
            for person in plan.people
        ],
        missed=figures.missed(plan),
        unknown=figures.unknown(plan),
        notes=_notes(plan),
        slots=[slot for slot in SLOTS if any(row.slot == slot for row in plan.iron)],
        iron=[(person, days) for person in plan.people if (days := _iron(plan, person))],
        ahead=build_ahead(plan, dishes),
        recipes=pages.build_recipes(plan, dishes),
    )


def render_list_html(plan: Plan, *, paper: Paper = "a4") -> str:
    """The shopping list alone. Raises: BrokenTemplate; ValueError: a paper other than the two."""
    check_paper(paper)
    return _page("list.html", plan, paper)


def _list(plan: Plan, paper: Paper) -> dict[str, object]:
    """The shopping list as it is set: aisles by page and column, what is apart by column."""
    sections = items.sections(plan)
    return {
        "sheets": columns.sheets([section for section in sections if section.kind == "aisle"], plan, paper),
        "apart": [(section, columns.even_columns(section, plan)) for section in sections if section.kind != "aisle"],
    }


def _page(template: str, plan: Plan, paper: Paper, **parts: object) -> str:
    try:
        return (
            environment()
            .get_template(template)
            .render(
                plan=plan,
                paper=PAPERS[paper],
                leading=fit.LEADING,
                words=words,
                items=items,
                span=words.plan_span(plan),
                **_list(plan, paper),
                **parts,
            )
        )
    except TemplateError as error:
        place = getattr(error, "filename", None) or getattr(error, "name", None) or template
        line = getattr(error, "lineno", None)
        raise BrokenTemplate(
            f"the template {place}{f', line {line}' if line else ''}: {error.message or 'cannot be filled'}",
            hint="install mealplan anew: `pip install --force-reinstall mealplan`",
        ) from error


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


def _iron(plan: Plan, person: PlanPerson) -> list[tuple[date, Mapping[Slot, MealIron], tuple[float, float]]]:
    """A person's meals by day and slot, with what is absorbed and eaten on the day, in mg."""
    dates = {day.day: day.date for day in plan.days}
    own = [row for row in plan.iron if row.person == person.id]
    days = [(dates[day], list(rows)) for day, rows in groupby(own, key=lambda row: row.day)]
    return [
        (
            day,
            {row.slot: row for row in rows},
            (sum(row.absorbed_mg for row in rows), sum(row.nonheme_mg + row.heme_mg for row in rows)),
        )
        for day, rows in days
    ]
