"""`mealplan foods`: look into the food table, and let it grow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from foods.errors import FoodsError
from mealplan.cli.terminal import console, progress

if TYPE_CHECKING:
    from foods.store import Installed, Store

SHOWN_NOTES = 5
online = click.option("--online", is_flag=True, help="Ask FoodData Central; the key is read from FDC_API_KEY.")


@click.group()
def foods() -> None:
    """Look into the food table: the installed one, or the one that comes with the program."""


@foods.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", default=10, show_default=True)
@online
def search(words: tuple[str, ...], limit: int, *, online: bool) -> None:
    """Find a food by words, typos included."""
    text = " ".join(words)
    for food_id, description, data_type in _search_online(text, limit) if online else _search(text, limit):
        click.echo(f"{food_id:>9}  {description}  ({data_type})")


@foods.command()
@click.argument("food_id")
@online
def show(food_id: str, *, online: bool) -> None:
    """Show what is in a food, per 100 g; a dash is unmeasured."""
    from foods.store import Store
    from foods.table import FoodTable
    from mealplan.render.terminal import print_food

    if online:
        from foods.fdc import FoodDataCentral, to_table

        table = to_table([FoodDataCentral().food(food_id)])
    else:
        table = Store().table()
    print_food(table if food_id in table else FoodTable.embedded(), food_id, console())


@foods.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--rollback", is_flag=True, help="Bring the previous table back; a second time undoes it.")
@click.option("--allow-fewer", is_flag=True, help="Also if the release has fewer foods than the installed table.")
def update(sources: tuple[str, ...], *, rollback: bool, allow_fewer: bool) -> None:
    """Install official FoodData Central releases as your food table.

    SOURCE is the address of a CSV release, a zip file or an unpacked folder; several make one table. Without one,
    the Foundation, SR Legacy and FNDDS releases are fetched (13 MB). `foods search`, `show` and `top` read the
    installed table; plans are made from the table that comes with the program, which the dishes are checked against.
    """
    from foods.store import Store

    store = Store()
    if rollback:
        if sources:
            raise FoodsError(f"--rollback takes no source: {sources[0]}", hint="mealplan foods update --rollback")
        _tell_rolled_back(store.rollback())
        return
    _tell_installed(_install(store, sources, allow_fewer=allow_fewer))


def _search(text: str, limit: int) -> list[tuple[str, str, str]]:
    from foods.search import search as find
    from foods.store import Store

    hits = find(Store().table(), text, limit=limit)
    if not hits:
        raise FoodsError(f"no food found for {text!r}", hint="try a plainer word")
    return [(hit.food_id, hit.description, hit.data_type) for hit in hits]


def _search_online(text: str, limit: int) -> list[tuple[str, str, str]]:
    from foods.fdc import FoodDataCentral

    found = FoodDataCentral().search(text, limit=limit)
    if not found:
        raise FoodsError(f"FoodData Central knows no food for {text!r}", hint="try a plainer word")
    return [(food.fdc_id, food.description, food.data_type) for food in found]


def _install(store: Store, sources: tuple[str, ...], *, allow_fewer: bool) -> Installed:
    from foods.fdc import RELEASES, fetch_release
    from foods.release_table import read_release

    with progress("looking at the release") as say, store.scratch() as folder:
        paths = [
            fetch_release(source, folder / str(number), say) if "://" in source else Path(source)
            for number, source in enumerate(sources or RELEASES)
        ]
        release = read_release(paths, say)
        say("installing the table")
        return store.install(release, allow_fewer=allow_fewer)


def _tell_installed(installed: Installed) -> None:
    click.echo(
        f"installed {installed.foods:,} foods with {installed.portions:,} portions from {', '.join(installed.sources)}"
    )
    for note in installed.notes[:SHOWN_NOTES]:
        click.echo(f"  {note}")
    if len(installed.notes) > SHOWN_NOTES:
        click.echo(f"  and {len(installed.notes) - SHOWN_NOTES} more such notes, in release.json")


def _tell_rolled_back(installed: Installed | None) -> None:
    if installed is None:
        click.echo("the table that comes with the program is in use again")
    else:
        click.echo(f"back to {installed.foods:,} foods from {', '.join(installed.sources)}")
