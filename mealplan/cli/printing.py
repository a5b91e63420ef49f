"""`mealplan show` and `mealplan shopping`: a plan and its list, in the terminal and as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mealplan.cli.dishes import read_and_warn
from mealplan.cli.outputs import check_outputs, list_options, output_options, read_shop, say_written, write_outputs
from mealplan.render.formats import LIST_FORMATS

if TYPE_CHECKING:
    from mealplan.dishes import Dish
    from mealplan.plan import Plan


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@list_options
@output_options()
def show(plan: Path, outputs: tuple[Path, ...], paper: str, timezone: str | None, **options: Any) -> None:
    """Print a plan and its coverage in the terminal, or write it to files with -o.

    --people, --units, --pantry and --aisles make its shopping list and recipes anew.
    """
    from mealplan.render.terminal import print_plan

    printing = check_outputs(outputs, paper, timezone)
    document = _read(plan, options)
    if not outputs:
        print_plan(document, _console())
    write_outputs(document, outputs, _recipes() if outputs else {}, printing)
    say_written(outputs)


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@list_options
@output_options(LIST_FORMATS, " As .json it is the whole plan with this list.")
def shopping(plan: Path, outputs: tuple[Path, ...], paper: str, **options: Any) -> None:
    """Print a plan's shopping list by aisle, or write it to files with -o."""
    from mealplan.render.terminal import print_shopping

    printing = check_outputs(outputs, paper, formats=LIST_FORMATS)
    document = _read(plan, options)
    if not outputs:
        print_shopping(document, _console())
    write_outputs(document, outputs, {}, printing, LIST_FORMATS)
    say_written(outputs)


def _read(path: Path, options: Mapping[str, Any]) -> Plan:
    """The plan of a file, its list made anew where that is asked for."""
    from foods.ingredients import read_catalogue
    from mealplan.plan import read_plan
    from mealplan.shopping import with_list

    plan = read_plan(path)
    catalogue = read_catalogue()
    shop = read_shop(options, catalogue, plan)
    return plan if shop is None else with_list(plan, catalogue, shop)


def _recipes() -> Mapping[str, Dish]:
    """Dishes by slug."""
    from foods.ingredients import read_catalogue

    return {dish.slug: dish for dish in read_and_warn(read_catalogue())}


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)
