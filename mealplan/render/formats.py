"""The forms a plan is written in: one place that knows them all, by the suffix of the file.

Nothing heavy is imported before a form is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from mealplan.errors import MealplanError
from mealplan.render.extras import need

if TYPE_CHECKING:
    from mealplan.dishes import Dish
    from mealplan.plan import Plan
    from mealplan.render.paper import Paper


class UnknownFormat(MealplanError):
    """A file whose suffix is none of the forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """What a plan leaves open: the paper, and the time zone of its calendar, None for wherever it is read."""

    paper: Paper = "a4"
    timezone: str | None = None


Renderer = Callable[["Plan", "Mapping[str, Dish]", Printing], "str | bytes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A form of the plan: what writes it, and the library that takes, if it comes with an extra."""

    render: Renderer
    library: str | None = None


def _html(plan: Plan, dishes: Mapping[str, Dish], printing: Printing) -> str:
    from mealplan.render.html import render_html

    return render_html(plan, dishes, paper=printing.paper)


def _pdf(plan: Plan, dishes: Mapping[str, Dish], printing: Printing) -> bytes:
    from mealplan.render.pdf import render_pdf

    return render_pdf(plan, dishes, paper=printing.paper)


def _json(plan: Plan, _dishes: Mapping[str, Dish], _printing: Printing) -> str:
    return plan.to_json()


def _markdown(plan: Plan, dishes: Mapping[str, Dish], _printing: Printing) -> str:
    from mealplan.render.markdown import render_markdown

    return render_markdown(plan, dishes)


def _text(plan: Plan, _dishes: Mapping[str, Dish], _printing: Printing) -> str:
    from mealplan.render.text import render_text

    return render_text(plan)


def _rows(plan: Plan, _dishes: Mapping[str, Dish], _printing: Printing) -> str:
    from mealplan.render.rows import render_rows

    return render_rows(plan)


def _workbook(plan: Plan, dishes: Mapping[str, Dish], printing: Printing) -> bytes:
    from mealplan.render.workbook import render_workbook

    return render_workbook(plan, dishes, paper=printing.paper)


def _ics(plan: Plan, dishes: Mapping[str, Dish], printing: Printing) -> bytes:
    from mealplan.render.ics import render_ics

    return render_ics(plan, dishes, timezone=printing.timezone)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        ".html": Format(render=_html),
        ".pdf": Format(render=_pdf, library="plutoprint"),
        ".json": Format(render=_json),
        ".md": Format(render=_markdown),
        ".txt": Format(render=_text),
        ".csv": Format(render=_rows),
        ".xlsx": Format(render=_workbook, library="openpyxl"),
        ".ics": Format(render=_ics, library="icalendar"),
    }
)


def _list_html(plan: Plan, _dishes: Mapping[str, Dish], printing: Printing) -> str:
    from mealplan.render.html import render_list_html

    return render_list_html(plan, paper=printing.paper)


def _list_pdf(plan: Plan, _dishes: Mapping[str, Dish], printing: Printing) -> bytes:
    from mealplan.render.pdf import render_list_pdf

    return render_list_pdf(plan, paper=printing.paper)


def _list_markdown(plan: Plan, _dishes: Mapping[str, Dish], _printing: Printing) -> str:
    from mealplan.render.markdown import render_list_markdown

    return render_list_markdown(plan)


def _list_rows(plan: Plan, _dishes: Mapping[str, Dish], _printing: Printing) -> str:
    from mealplan.render.rows import render_list_rows

    return render_list_rows(plan)


def _list_workbook(plan: Plan, _dishes: Mapping[str, Dish], printing: Printing) -> bytes:
    from mealplan.render.workbook import render_list_workbook

    return render_list_workbook(plan, paper=printing.paper)


LIST_FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        ".html": Format(render=_list_html),
        ".pdf": Format(render=_list_pdf, library="plutoprint"),
        ".json": Format(render=_json),
        ".md": Format(render=_list_markdown),
        ".txt": Format(render=_text),
        ".csv": Format(render=_list_rows),
        ".xlsx": Format(render=_list_workbook, library="openpyxl"),
    }
)
"""The forms of a shopping list alone; as JSON it is the plan that holds it."""


def format_of(path: Path, formats: Mapping[str, Format] = FORMATS) -> Format:
    """The form that a file's suffix names, with its library at hand.

    Raises: UnknownFormat; mealplan.render.extras.MissingExtra.
    """
    found = formats.get(path.suffix.lower())
    if found is None:
        raise UnknownFormat(f"{path}: there is no format {path.suffix!r}", hint=f"known: {', '.join(formats)}")
    if found.library is not None:
        need(found.library)
    return found
