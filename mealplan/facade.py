"""What other programs call beside `generate`: each takes a plan and a kitchen, and leaves both as they were."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args, overload

from pydantic import Field

from mealplan.asked import Asked, InvalidRequest
from mealplan.assess import Eater, report_on, report_on_diary
from mealplan.diary.read import build_diary, read_diary
from mealplan.kitchen import Kitchen
from mealplan.plan import Plan, Units
from mealplan.render.formats import FORMATS, LIST_FORMATS, Printing, format_of
from mealplan.render.paper import Paper
from mealplan.report import Report
from mealplan.request import Amount
from mealplan.shopping import Shop
from mealplan.shopping import with_list as _with_list
from mealplan.verify import verify

Text = Literal["html", "json", "md", "txt", "csv"]
Binary = Literal["pdf", "xlsx", "ics"]


class _List(Asked):
    """What a shopping list is asked for with."""

    people: int = Field(ge=1, le=10_000)
    units: Units
    pantry: Mapping[str, Amount]


def verify_plan(plan: Plan, kitchen: Kitchen | None = None) -> tuple[str, ...]:
    """Every disagreement between a plan and what follows from its grams, worked out without the solver; none if empty.

    Args: kitchen: what the plan was made from, by default all that comes with the program.
    """
    kitchen = kitchen or Kitchen.embedded()
    return tuple(verify(plan, kitchen.table, kitchen.catalogue))


def assess_plan(plan: Plan, kitchen: Kitchen | None = None, *, who: str | None = None) -> Report:
    """What a plan covers for one person: the only one, or the one named.

    Raises: MealplanError: a person or a food that plan or kitchen does not have.
    """
    kitchen = kitchen or Kitchen.embedded()
    return report_on(plan, kitchen.table, kitchen.catalogue, kitchen.dishes, None if who is None else str(who))


def assess_diary(diary: str | Path, eater: Eater, kitchen: Kitchen | None = None) -> Report:
    """What a food diary covers, and what would add most to what is short within the eater's diets.

    Args: diary: a file as a ``Path``, or its text: a table, an export of Cronometer or plain lines (docs/coverage.md).
    Raises: BrokenDiary, with every problem; UnknownDiet, UnknownAvoid.
    """
    kitchen = kitchen or Kitchen.embedded()
    read = read_diary(diary) if isinstance(diary, Path) else build_diary(diary, "diary", is_csv=False)
    return report_on_diary(read, eater, kitchen.table, kitchen.catalogue, kitchen.dishes)


def with_list(
    plan: Plan,
    kitchen: Kitchen | None = None,
    *,
    people: int = 1,
    units: Units = "metric",
    pantry: Mapping[str, float] | None = None,
) -> Plan:
    """The plan with its shopping list made anew (``plan.shopping``), for so many eaters of every plate.

    Args: units: of the packages; pantry: grams at home, as bought, by ingredient.
    Raises: UnknownIngredient, UnknownDiet: the kitchen does not know it; InvalidRequest: for nobody, or no grams.
    """
    asked = _List(people=people, units=units, pantry=pantry or {})
    kitchen = kitchen or Kitchen.embedded()
    at_home = {kitchen.catalogue.resolve(name).name: grams for name, grams in asked.pantry.items()}
    return _with_list(plan, kitchen.catalogue, Shop(eaters=asked.people, units=asked.units, pantry=at_home))


@overload
def render_plan(
    plan: Plan,
    form: Text = ...,
    kitchen: Kitchen | None = ...,
    *,
    list_only: bool = ...,
    paper: Paper = ...,
    timezone: str | None = ...,
) -> str: ...


@overload
def render_plan(
    plan: Plan,
    form: Binary,
    kitchen: Kitchen | None = ...,
    *,
    list_only: bool = ...,
    paper: Paper = ...,
    timezone: str | None = ...,
) -> bytes: ...


def render_plan(
    plan: Plan,
    form: Text | Binary = "html",
    kitchen: Kitchen | None = None,
    *,
    list_only: bool = False,
    paper: Paper = "a4",
    timezone: str | None = None,
) -> str | bytes:
    """A plan as people read it, or its shopping list alone; the recipes are those of the kitchen's dishes.

    Args: timezone: of the calendar, as ``Europe/Berlin``; by default it is the reader's.
    Raises: UnknownFormat; MissingExtra: pdf, xlsx and ics take a library each; UnknownTimezone; InvalidRequest: no such
    paper.
    """
    if paper not in (papers := get_args(Paper)):
        raise InvalidRequest.of("paper", paper, f"must be one of {', '.join(papers)}")
    kitchen = kitchen or Kitchen.embedded()
    found = format_of(Path(f"plan.{form}"), LIST_FORMATS if list_only else FORMATS)
    dishes = {dish.slug: dish for dish in kitchen.dishes}
    zone = None if timezone is None else str(timezone)
    return found.render(plan, dishes, Printing(paper=paper, timezone=zone))
