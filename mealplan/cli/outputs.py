"""Options of every command that writes files or prints a plan, and what they mean."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foods.errors import FoodsError
from mealplan.render.formats import FORMATS, Format, Printing, format_of

if TYPE_CHECKING:
    from foods.ingredients import Catalogue
    from mealplan.dishes import Dish
    from mealplan.plan import Plan
    from mealplan.shopping import Shop

Command = Callable[..., Any]


def output_options(formats: Mapping[str, Format] = FORMATS, default: str = "") -> Callable[[Command], Command]:
    """Files to write, and how they are printed: ``outputs``, ``paper``, ``timezone``."""
    said = f"A file to write, {', '.join(formats)}; may be repeated.{default}"
    options = [
        click.option("-o", "outputs", multiple=True, type=click.Path(path_type=Path), help=said),
        click.option(
            "--paper", default="a4", show_default=True, type=click.Choice(["a4", "letter"]), help="Of the pages."
        ),
    ]
    if ".ics" in formats:
        zone = "Of the .ics, as Europe/Berlin; by default wherever it is read."
        options.append(click.option("--timezone", metavar="ZONE", help=zone))
    return _all_of(options)


def list_options(command: Command) -> Command:
    """How the shopping list is made: ``people``, ``units``, ``pantry``, ``aisles``."""
    file = click.Path(path_type=Path)
    options = (
        click.option("--people", type=click.IntRange(1, 100), help="How many eat the same: scales list and recipes."),
        click.option("--units", type=click.Choice(["metric", "us"]), help="Of the packages and weights on the list."),
        click.option("--pantry", type=file, help="A CSV file of what is at home: item, amount, unit, best_before."),
        click.option("--aisles", type=file, help="A text file with the aisles of your shop in order, one a line."),
    )
    return _all_of(options)(command)


def _all_of(options: Sequence[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


LIST_FIELDS = ("people", "units", "pantry", "aisles")


def read_shop(options: Mapping[str, Any], catalogue: Catalogue, plan: Plan | None = None) -> Shop | None:
    """How the list is asked for, the rest as in the plan; None where nothing is asked.

    Raises: BadPantry, BadAisles.
    """
    if all(options[field] is None for field in LIST_FIELDS):
        return None
    from mealplan.aisles import AISLES, read_aisles
    from mealplan.pantry import grams_at_home, read_pantry
    from mealplan.shopping import Shop

    units = options["units"] or (plan.units if plan else "metric")
    return Shop(
        eaters=options["people"] or (plan.eaters if plan else 1),
        units=units,
        aisles=read_aisles(options["aisles"]) if options["aisles"] else AISLES,
        pantry=grams_at_home(read_pantry(options["pantry"], catalogue, units)) if options["pantry"] else {},
    )


def check_outputs(
    outputs: Sequence[Path], paper: Any, timezone: str | None = None, formats: Mapping[str, Format] = FORMATS
) -> Printing:
    """Refuse at once what would fail after the work is done."""
    if timezone is not None:
        from mealplan.render.ics import read_zone

        read_zone(timezone)
    for path in outputs:
        format_of(path, formats)
        folder = path.parent
        if not folder.is_dir():
            raise FoodsError(f"-o {path}: there is no folder {folder}", hint="make it, or choose another")
        if path.is_dir() or not os.access(folder, os.W_OK):
            raise FoodsError(f"-o {path}: cannot be written", hint="choose another place")
    return Printing(paper=paper, timezone=timezone)


def write_outputs(
    plan: Plan,
    outputs: Sequence[Path],
    dishes: Mapping[str, Dish],
    printing: Printing,
    formats: Mapping[str, Format] = FORMATS,
) -> None:
    """Write every file; none is begun before all are made."""
    from mealplan.plan import write_beside

    made = [(path, format_of(path, formats).render(plan, dishes, printing)) for path in outputs]
    for path, content in made:
        write_beside(path, content)


def say_written(outputs: Sequence[Path]) -> None:
    """Name the files, a line each."""
    for path in outputs:
        click.echo(f"wrote {path}")
