"""The pages of the HTML as a PDF, by PlutoPrint."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from foods.table import FoodTable
from mealplan.dishes import Dish
from mealplan.errors import MealplanError
from mealplan.plan import Plan
from mealplan.render import words
from mealplan.render.extras import need
from mealplan.render.html import render_html, render_list_html
from mealplan.render.pages import DAYS_PER_PAGE
from mealplan.render.paper import PAPERS, Paper

if TYPE_CHECKING:
    import plutoprint

# The engine gives all pages of a document the size of the first, so the weeks and the rest are two documents
# on one canvas. The rest holds an empty page in place of every week, left out below, so that it counts on.
_WEEKS = """
@page {{ size: {landscape} !important; margin: 8mm !important;
  @bottom-left {{ content: none !important }} @bottom-right {{ content: none !important }} }}
main > section:not(.week) {{ display: none !important }}
"""
_REST = """
main > .week { height: 1mm !important }
main > .week > * { display: none !important }
main > .week + .shopping { break-before: page !important }
"""
_POINTS_PER_PIXEL = 72 / 96


class NoFonts(MealplanError):
    """A machine without a single font, on which every page would be empty."""


def render_pdf(plan: Plan, dishes: Mapping[str, Dish], *, paper: Paper = "a4", table: FoodTable | None = None) -> bytes:
    """The same pages as `render_html`: each week on one landscape page, the rest in portrait.

    Raises: MissingExtra: PlutoPrint is not installed; NoFonts; ValueError: a paper other than the two.
    """
    need("plutoprint")
    html = render_html(plan, dishes, paper=paper, table=table)
    weeks = -(-len(plan.days) // DAYS_PER_PAGE)
    return _printed(plan, [(_WEEKS.format(landscape=PAPERS[paper]["landscape"]), 0), (_REST, weeks)], html)


def render_list_pdf(plan: Plan, *, paper: Paper = "a4") -> bytes:
    """The shopping list alone. Raises: as `render_pdf`."""
    need("plutoprint")
    return _printed(plan, [(_REST, 0)], render_list_html(plan, paper=paper))


def _printed(plan: Plan, styles: Sequence[tuple[str, int]], html: str) -> bytes:
    """The page in each style after the other, from the page on that is named beside it."""
    import plutoprint

    # A browser skips a NUL in a title; PlutoPrint takes none.
    books = [(_book(html.replace("\0", ""), style), first) for style, first in styles]
    file = io.BytesIO()
    canvas = plutoprint.PDFCanvas.create_for_stream(file, books[0][0].get_page_size_at(0))
    created = plan.created.isoformat(timespec="seconds")
    canvas.set_metadata(plutoprint.PDF_METADATA_TITLE, f"Meals for {words.plan_span(plan)}")
    canvas.set_metadata(plutoprint.PDF_METADATA_CREATOR, plan.program)
    canvas.set_metadata(plutoprint.PDF_METADATA_CREATION_DATE, created)
    canvas.set_metadata(plutoprint.PDF_METADATA_MODIFICATION_DATE, created)
    for book, first in books:
        _draw(book, canvas, first)
    canvas.finish()
    printed = file.getvalue()
    if b"/Font" not in printed:
        raise NoFonts("no font is installed, so the PDF would be empty", hint="install one, such as Liberation Sans")
    return printed


def _book(html: str, style: str) -> plutoprint.Book:
    import plutoprint

    book = plutoprint.Book(plutoprint.PAGE_SIZE_A4, plutoprint.PAGE_MARGINS_NONE)
    # The page needs no other file; the base address is for the links within it.
    book.load_html(html, user_style=style, base_url="about:blank")
    return book


def _draw(book: plutoprint.Book, canvas: plutoprint.PDFCanvas, first: int) -> None:
    for page in range(first, book.get_page_count()):
        canvas.set_size(book.get_page_size_at(page))
        canvas.save_state()
        canvas.scale(_POINTS_PER_PIXEL, _POINTS_PER_PIXEL)
        book.render_page(canvas, page)
        canvas.restore_state()
        canvas.show_page()
