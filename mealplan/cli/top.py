"""`mealplan foods top`: the foods richest in a nutrient, within a diet."""

from __future__ import annotations

from typing import Any

import click

from mealplan.cli.who import DIET_FLAGS, diet_options


@click.command()
@click.argument("nutrient")
@click.option("--per", default="100g", show_default=True, type=click.Choice(["100g", "100kcal", "serving"]))
@click.option("--limit", default=20, show_default=True)
@diet_options
def top(nutrient: str, per: str, limit: int, avoid: tuple[str, ...], **flags: Any) -> None:
    """List the foods richest in a nutrient, such as `iron` or `vitamin_d_ug`.

    With a diet or by the serving, only foods of the ingredient catalogue, where it is known what they contain; what
    depends on the brand is left out. A serving is what the dishes of the library put on a plate.
    """
    from foods.store import Store
    from mealplan.cli.terminal import console
    from mealplan.render.terminal import print_rich_foods, print_top

    diets = tuple(name for name in DIET_FLAGS if flags[name.replace("-", "_")])
    if not diets and not avoid and per != "serving":
        print_top(Store().table(), nutrient, per, limit, console())
        return
    from foods.ingredients import read_catalogue
    from mealplan.cli.dishes import read_and_warn
    from mealplan.diets import find_diets, resolve_avoid
    from mealplan.gaps import Kitchen, rank_foods
    from mealplan.render.terminal import spelled_out

    catalogue = read_catalogue()
    kitchen = Kitchen(
        table=Store().layered(),
        catalogue=catalogue,
        dishes=read_and_warn(catalogue),
        diets=find_diets(diets),
        avoid=resolve_avoid(avoid, catalogue),
    )
    key = spelled_out(nutrient)
    print_rich_foods(rank_foods(key, kitchen, per=per, limit=limit), key, per, console())
