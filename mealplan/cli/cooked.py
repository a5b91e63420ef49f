"""`mealplan cooked`: marks a meal as cooked, and takes what it used out of the pantry file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mealplan.cli.change import place_arguments, read_plan_file, time_of_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mealplan.pantry import Taken
    from mealplan.plan import Units


@click.command()
@place_arguments
@click.option("--pantry", type=click.Path(path_type=Path), help="The CSV file of what is at home.")
@click.option("--units", type=click.Choice(["metric", "us"]), help="Of its packages; by default as in the plan.")
def cooked(plan: Path, day: str, meal: str, pantry: Path | None, units: Units | None) -> None:
    """Mark a meal as cooked: `cooked week.json tue dinner --pantry pantry.csv`.

    No other command changes it then. What it used is taken out of the pantry file: what is near its date goes first,
    what is used up leaves the file. A dinner takes what is eaten of it later too. `undo` takes both back.
    """
    from foods.ingredients import read_catalogue
    from mealplan.change import cook
    from mealplan.pantry import take_out
    from mealplan.places import describe, find_place
    from mealplan.pots import cooked_for
    from mealplan.shopping import as_bought
    from mealplan.undo import replace_plan

    document, catalogue = read_plan_file(plan), read_catalogue()
    place = find_place(document, day, meal)
    after = cook(document, place, now=time_of_change())
    if pantry is None:
        replace_plan(plan, after.to_json())
    else:
        used = as_bought(document, cooked_for(document.days, place), catalogue)
        text, taken = take_out(pantry, used, catalogue, units or document.units)
        replace_plan(plan, after.to_json(), {pantry: text})
        for line in _told(taken, document.units):
            click.echo(line)
    click.echo(f"{describe(document, place)} is cooked: nothing changes it")
    for path in filter(None, (plan, pantry)):
        click.echo(f"wrote {path}")


def _told(taken: tuple[Taken, ...], units: Units) -> Iterator[str]:
    from mealplan.amounts import weight

    for one in taken:
        rest = f"{weight(one.left, units)} left" if one.left else "used up"
        yield f"{one.ingredient}: {weight(one.grams, units)} taken, {rest}"
    if not taken:
        yield "the pantry holds nothing that the meal uses"
