"""The plan as an Excel workbook: the week, the shopping list, the coverage."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date
from typing import TYPE_CHECKING, cast

from foods.table import FoodTable
from mealplan.dishes import SLOTS, Dish
from mealplan.plan import Coverage, Plan
from mealplan.render import figures, pages, words
from mealplan.render.extras import need
from mealplan.render.paper import Paper
from mealplan.render.plain import FORMULA_SIGNS, one_line

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

Value = str | float | date | None
"""What a cell holds; None is unknown, and stays empty."""

_PERCENT = "0%"


def render_workbook(
    plan: Plan, dishes: Mapping[str, Dish], *, paper: Paper = "a4", table: FoodTable | None = None
) -> bytes:
    """Three sheets, each a plain table under one row of headings, set up for the printer.

    Texts are written as texts: none is ever a formula. Raises: MissingExtra: openpyxl is not installed.
    """
    table = FoodTable.embedded() if table is None else table
    book = _book(plan)
    _fill_week(book.create_sheet("Week"), plan, dishes, table)
    _fill_shopping(book.create_sheet("Shopping"), plan)
    _fill_coverage(book.create_sheet("Coverage"), plan)
    return _saved(book, plan, paper)


def render_list_workbook(plan: Plan, *, paper: Paper = "a4") -> bytes:
    """The sheet of the shopping list alone. Raises: MissingExtra: openpyxl is not installed."""
    book = _book(plan)
    _fill_shopping(book.create_sheet("Shopping"), plan)
    return _saved(book, plan, paper)


def _book(plan: Plan) -> Workbook:
    """A workbook without a sheet."""
    need("openpyxl")
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = f"Meals for {words.plan_span(plan)}"
    book.properties.creator = plan.program
    # openpyxl keeps times in UTC without saying so.
    book.properties.created = plan.created.astimezone(UTC).replace(tzinfo=None)
    return book


def _saved(book: Workbook, plan: Plan, paper: Paper) -> bytes:
    from openpyxl.worksheet.properties import PageSetupProperties

    for sheet in book.worksheets:
        sheet.page_setup.paperSize = 9 if paper == "a4" else 1  # of Excel's list of papers
        sheet.page_setup.orientation = "portrait" if sheet.title == "Shopping" else "landscape"
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToHeight = 1 if sheet.title == "Week" and len(plan.days) <= pages.DAYS_PER_PAGE else 0
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _fill_week(sheet: Worksheet, plan: Plan, dishes: Mapping[str, Dish], table: FoodTable) -> None:
    weeks = pages.build_weeks(plan, dishes, table)
    slots = [slot for slot in SLOTS if any(slot in week.slots for week in weeks)]
    columns = [column for week in weeks for column in week.columns]
    shown = [nutrient for nutrient in words.HEADLINES if any(nutrient in column.shares for column in columns)]
    heading = ["Date", "Day", *(slot.capitalize() for slot in slots), "Tonight"]
    _write_head(sheet, [*heading, *(f"{words.HEADLINES[nutrient]}, share of target" for nutrient in shown)])
    for column in columns:
        meals = [_meal(column.cells.get(slot)) for slot in slots]
        shares = [column.shares.get(nutrient) for nutrient in shown]
        tonight = "; ".join(map(one_line, column.tonight))
        _write(sheet, [column.date, words.day_name(column.date), *meals, tonight, *shares], shares=len(shares))
    _set_widths(sheet, [12, 12, *[34] * len(slots), 24, *[11] * len(shown)])


def _meal(cell: pages.Cell | None) -> str:
    """A dish a line."""
    if cell is None:
        return ""
    plates = [one_line(" ".join((plate.title, *plate.times))) for plate in cell.plates]
    minutes = f"{cell.minutes} min" if cell.minutes else ""
    facts = ", ".join(filter(None, (one_line(cell.kcal), minutes, "Fe+C" if cell.paired else "")))
    return "\n".join(filter(None, (*plates, facts)))


def _fill_shopping(sheet: Worksheet, plan: Plan) -> None:
    heading = ("Got it", "Aisle", "Ingredient", "Buy", "Grams needed", "Grams at home", "In the kitchen", "First used")
    _write_head(sheet, [*heading, "Keeps days", "US$", "Prices of", "Staple", "For", "Check the label"])
    for line in sorted(plan.shopping, key=lambda line: line.staple):
        texts = map(one_line, (line.aisle, line.ingredient, line.packages))
        kitchen, staple = one_line(words.spoken_plural(line.kitchen)), "yes" if line.staple else ""
        figures = [round(line.grams + line.at_home_grams, 1), line.at_home_grams or None, kitchen, line.first_use]
        prices = [line.keeps_days, line.price_usd, line.price_year]
        notes = map(one_line, ("; ".join(line.dishes), "; ".join(line.check_label)))
        cells = _write(sheet, ["", *texts, *figures, *prices, staple, *notes])
        cells[9].number_format = "0.00"
    _set_widths(sheet, [8, 18, 26, 22, 9, 9, 16, 11, 8, 8, 8, 8, 60, 40])


def _fill_coverage(sheet: Worksheet, plan: Plan) -> None:
    days = [f"{words.day_name(day.date)[:3]} {day.date.day}" for day in plan.days]
    heading = ("Person", "Nutrient", "Unit", "Target a day", "Upper limit a day", "Mean", "Share of target")
    _write_head(sheet, [*heading, "Worst day", "Unmeasured", "Authority", *days])
    for person in plan.people:
        for row in (*figures.coverage_rows(plan, person.id), *figures.limit_rows(plan, person.id)):
            _write_coverage(sheet, row.coverage)
    _set_widths(sheet, [12, 28, 7, 11, 11, 11, 11, 11, 12, 26, *[9] * len(days)])


def _write_coverage(sheet: Worksheet, row: Coverage) -> None:
    share = row.mean / row.target if row.target else None
    named = [one_line(row.person), words.label(row.nutrient), words.unit_sign(row.unit)]
    cells = _write(
        sheet,
        [
            *named,
            row.target,
            row.upper,
            row.mean,
            share,
            row.worst,
            row.unmeasured,
            one_line(row.authority),
            *row.daily,
        ],
    )
    cells[6].number_format = cells[8].number_format = _PERCENT


def _write_head(sheet: Worksheet, texts: Sequence[str]) -> None:
    from openpyxl.styles import Font

    for cell in _write(sheet, texts):
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"


def _write(sheet: Worksheet, values: Sequence[Value], shares: int = 0) -> list[Cell]:
    """Adds a row, its last ``shares`` values as percentages."""
    from openpyxl.styles import Alignment

    place = sheet.max_row + 1 if sheet["A1"].value is not None else 1
    cells = [_put(sheet, place, number, value) for number, value in enumerate(values, start=1)]
    for cell in cells:
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    for cell in cells[len(cells) - shares :]:
        cell.number_format = _PERCENT
    return cells


def _put(sheet: Worksheet, row: int, column: int, value: Value) -> Cell:
    cell = cast("Cell", sheet.cell(row, column))  # no cell here is merged
    cell.value = value if value != "" else None
    if isinstance(value, str) and value:
        cell.data_type = "s"  # openpyxl would make a formula of what begins with =
        # As if typed after an apostrophe: it stays a text when the cell is edited.
        cell.quotePrefix = value.startswith(tuple(FORMULA_SIGNS))
    return cell


def _set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
