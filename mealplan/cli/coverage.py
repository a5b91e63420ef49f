"""`mealplan coverage`: what a plan or a diary covers, what is unknown, and what would add most."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mealplan.cli.who import DIET_FLAGS, diet_options, person_options, read_who

if TYPE_CHECKING:
    from mealplan.render.paper import Paper
    from mealplan.report import Report

FORMATS = (".html", ".json")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@diet_options
@person_options
@click.option("--person", "who", metavar="NAME", help="Whose report, of a plan or profile for several.")
@click.option(
    "--foods",
    "overrides",
    type=click.Path(path_type=Path),
    help="What lines of the diary mean: a CSV with the columns text,food_id,grams.",
)
@click.option(
    "-o",
    "outputs",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file to write, .html or .json; may be repeated.",
)
@click.option("--paper", default="a4", show_default=True, type=click.Choice(["a4", "letter"]), help="Of the page.")
def coverage(
    file: Path, who: str | None, overrides: Path | None, outputs: tuple[Path, ...], paper: Paper, **options: Any
) -> None:
    """Show what a plan or a food diary covers: worst first, limits, iron by meal, and what would add most.

    A diary is a CSV with date,meal,food_id,food,amount,unit,grams; an export of Cronometer (servings or daily
    nutrition); or plain lines such as "2 slices whole-wheat bread" under headings for days and meals.
    """
    _check_outputs(outputs)
    from rich.console import Console

    from mealplan.render.report_terminal import print_report

    report = _assess(file, who, overrides, options)
    _write(report, outputs, paper)
    print_report(report, Console(highlight=False))
    for path in outputs:
        click.echo(f"wrote {path}")


def _assess(file: Path, who: str | None, overrides: Path | None, options: dict[str, Any]) -> Report:
    from foods.ingredients import read_catalogue
    from foods.store import Store
    from foods.table import FoodTable
    from mealplan.assess import Eater, assess_diary, assess_plan, is_plan
    from mealplan.cli.dishes import read_and_warn
    from mealplan.diary.overrides import read_overrides
    from mealplan.errors import MealplanError

    catalogue = read_catalogue()
    dishes = read_and_warn(catalogue)
    if is_plan(file):
        if options["profile"] is not None or any(options[name.replace("-", "_")] for name in DIET_FLAGS):
            raise MealplanError(
                f"{file} is a plan, which has its own person and diet", hint="leave out --profile and the diets"
            )
        # A plan is counted by the table that it was made from.
        return assess_plan(file, FoodTable.embedded(), catalogue, dishes, who)
    found = read_who(options, who)
    store = Store()
    table, portions, installed = store.layered(), store.portions(), store.installed()
    said = read_overrides(overrides, table) if overrides is not None else None
    eater = Eater(person=found.person, diets=found.diets, avoid=found.avoid)
    report = assess_diary(file, eater, table, catalogue, dishes, said, portions)
    return report if installed is None else report.counted_by(installed.sources)


def _check_outputs(outputs: tuple[Path, ...]) -> None:
    """Refuse at once what would fail after the work is done."""
    from mealplan.errors import MealplanError

    for path in outputs:
        if path.suffix.lower() not in FORMATS:
            raise MealplanError(f"-o {path}: no such form of a report", hint=f"one of {', '.join(FORMATS)}")
        if not path.parent.is_dir():
            raise MealplanError(f"-o {path}: there is no folder {path.parent}", hint="make it, or choose another")


def _write(report: Report, outputs: tuple[Path, ...], paper: Paper) -> None:
    from mealplan.plan import write_beside
    from mealplan.render.report_html import render_report

    for path in outputs:
        write_beside(path, report.to_json() if path.suffix.lower() == ".json" else render_report(report, paper=paper))
