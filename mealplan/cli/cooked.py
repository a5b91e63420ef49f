"""`mealplan cooked`: takes what a meal used out of the pantry file."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.argument("day")
@click.argument("meal")
@click.option("--pantry", required=True, type=click.Path(path_type=Path), help="The CSV file of what is at home.")
@click.option("--units", type=click.Choice(["metric", "us"]), help="Of its packages; by default as in the plan.")
def cooked(plan: Path, day: str, meal: str, pantry: Path, units: str | None) -> None:
    """Take what a meal used out of the pantry file: `cooked week.json tue dinner --pantry pantry.csv`.

    What is near its date goes first; what is used up leaves the file. Each call takes the meal out once.
    """
    from foods.ingredients import read_catalogue
    from mealplan.amounts import weight
    from mealplan.choice import CannotChange
    from mealplan.pantry import take_out
    from mealplan.places import describe, find_place, meal_at
    from mealplan.plan import read_plan, write_beside
    from mealplan.shopping import as_bought

    document, catalogue = read_plan(plan), read_catalogue()
    place = find_place(document, day, meal)
    if meal_at(document, place).skipped is not None:
        raise CannotChange(f"{describe(document, place)} is eaten out: nothing is used for it")
    used = as_bought(document, meal_at(document, place), catalogue)
    sizes = document.units if units is None else "us" if units == "us" else "metric"
    text, taken = take_out(pantry, used, catalogue, sizes)
    write_beside(pantry, text)
    for one in taken:
        rest = f"{weight(one.left, document.units)} left" if one.left else "used up"
        click.echo(f"{one.ingredient}: {weight(one.grams, document.units)} taken, {rest}")
    if not taken:
        click.echo("the pantry holds nothing that the meal uses")
    click.echo(f"wrote {pantry}")
