"""`mealplan swap`, `lock`, `skip`, `move`, `avoid`, `regenerate`, `undo`: change a plan file in place."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foods.errors import FoodsError
from mealplan.cli.kitchen import read_kitchen
from mealplan.cli.outputs import check_outputs, output_options, say_written, write_outputs
from mealplan.cli.terminal import console, progress

if TYPE_CHECKING:
    from mealplan.change import Alternative
    from mealplan.choice import Than
    from mealplan.kitchen import Kitchen
    from mealplan.places import Place
    from mealplan.plan import Plan

Command = Callable[..., Any]
Change = Callable[["Plan", "Kitchen"], "Plan"]

EXIT_TARGET_MISSED = 3

plan_argument = click.argument("plan", type=click.Path(path_type=Path))
today_option = click.option("--today", help="The first day that may change, YYYY-MM-DD; by default this one.")


def place_arguments(command: Command) -> Command:
    """A plan file, a day and a meal of it."""
    return plan_argument(click.argument("day")(click.argument("meal")(command)))


@click.command()
@place_arguments
@click.option("--list", "listed", is_flag=True, help="Show the five best meals, and what each does to the week.")
@click.option("--with", "dish", metavar="DISH", help="The best meal with this dish, by its name or title.")
@click.option("--easier", "than", flag_value="easier", help="Less work than now, and nothing more difficult.")
@click.option("--quicker", "than", flag_value="quicker", help="On the table sooner than now.")
@click.option("--cheaper", "than", flag_value="cheaper", help="For less money than now, as far as prices are known.")
@output_options()
def swap(
    plan: Path, day: str, meal: str, listed: bool, dish: str | None, than: Than | None, **options: Any
) -> None:  # fmt: skip
    """Put the best other meal in a place: `swap week.json tue dinner`.

    DAY is a weekday, a date or a number. The rest of the week stays as it is. Exit code 3: a target is missed.
    """
    from mealplan.change import alternatives
    from mealplan.change import swap as swap_meal

    if listed:
        document, kitchen = read_plan_file(plan), read_kitchen()
        place = _place(document, day, meal)
        found = alternatives(document, place, now=time_of_change(), kitchen=kitchen, dish=dish, than=than)
        _print_alternatives(document, place, found, kitchen)
        return
    _change(
        plan,
        lambda old, kitchen: swap_meal(
            old, _place(old, day, meal), now=time_of_change(), kitchen=kitchen, dish=dish, than=than
        ),
        options,
    )


@click.command()
@plan_argument
@click.argument("day")
@click.argument("meal", required=False)
@output_options()
def lock(plan: Path, day: str, meal: str | None, **options: Any) -> None:
    """Lock a meal, or every meal of a day, so that no other command changes it."""
    from mealplan.change import lock as lock_meals

    _change(plan, lambda old, _: lock_meals(old, _places(old, day, meal), now=time_of_change()), options)


@click.command()
@plan_argument
@click.argument("day")
@click.argument("meal", required=False)
@output_options()
def unlock(plan: Path, day: str, meal: str | None, **options: Any) -> None:
    """Unlock a meal, or every meal of a day."""
    from mealplan.change import unlock as unlock_meals

    _change(
        plan,
        lambda old, kitchen: unlock_meals(old, _places(old, day, meal), now=time_of_change(), kitchen=kitchen),
        options,
    )


@click.command()
@place_arguments
@click.option("--estimate", is_flag=True, help="Count the energy that was planned as an estimate.")
@output_options()
def skip(plan: Path, day: str, meal: str, estimate: bool, **options: Any) -> None:
    """Skip a meal that is eaten out: nothing is bought for it, and what it brings is not known."""
    from mealplan.change import skip as skip_meal

    _change(
        plan,
        lambda old, kitchen: skip_meal(
            old, _place(old, day, meal), now=time_of_change(), estimate=estimate, kitchen=kitchen
        ),
        options,
    )


@click.command()
@place_arguments
@output_options()
def unskip(plan: Path, day: str, meal: str, **options: Any) -> None:
    """Eat a skipped meal at home after all, as it was planned."""
    from mealplan.change import unskip as unskip_meal

    _change(
        plan,
        lambda old, kitchen: unskip_meal(old, _place(old, day, meal), now=time_of_change(), kitchen=kitchen),
        options,
    )


@click.command()
@place_arguments
@click.argument("to")
@output_options()
def move(plan: Path, day: str, meal: str, to: str, **options: Any) -> None:
    """Move a meal to the day TO, and the meal from there to its place."""
    from mealplan.change import move as move_meal
    from mealplan.places import find_day

    _change(
        plan,
        lambda old, kitchen: move_meal(
            old, _place(old, day, meal), find_day(old, to), now=time_of_change(), kitchen=kitchen
        ),
        options,
    )


@click.command()
@plan_argument
@click.argument("food")
@today_option
@output_options()
def avoid(plan: Path, food: str, today: str | None, **options: Any) -> None:
    """Leave a food out for the rest of the week, and choose anew the meals that hold it."""
    from mealplan.change import avoid as avoid_food
    from mealplan.change import kept_though_avoided
    from mealplan.places import describe

    kitchen, after = _change(
        plan,
        lambda old, kitchen: avoid_food(old, food, today=_day(today), now=time_of_change(), kitchen=kitchen),
        options,
    )
    for place in kept_though_avoided(after, kitchen):
        click.echo(f"{describe(after, place)} is locked and stays, though it holds a food to avoid")


@click.command()
@plan_argument
@today_option
@click.option("--seed", type=click.IntRange(0), help="By default another with each regenerate.")
@output_options()
def regenerate(plan: Path, today: str | None, seed: int | None, **options: Any) -> None:
    """Choose anew every meal that is not locked, skipped or past."""
    from mealplan.change import regenerate as regenerate_plan

    def anew(old: Plan, kitchen: Kitchen) -> Plan:
        with progress() as say:
            return regenerate_plan(
                old, today=_day(today), now=time_of_change(), seed=seed, kitchen=kitchen, progress=say
            )

    _change(plan, anew, options)


@click.command()
@plan_argument
@click.option("--plan-alone", is_flag=True, help="Leave a pantry file that changed with it as it is.")
@output_options()
def undo(plan: Path, plan_alone: bool, outputs: tuple[Path, ...], paper: Any, timezone: str | None) -> None:
    """Take the last change of a plan back; the file is again what it was, byte for byte, and so is a pantry file."""
    from mealplan.undo import undo as take_back

    printing = check_outputs(outputs, paper, timezone)
    left, beside = take_back(plan, plan_alone=plan_alone)
    for path in (plan, *beside):
        click.echo(f"{path} is as it was before the last change")
    click.echo(f"{left} more can be taken back")
    if outputs:
        write_outputs(read_plan_file(plan), outputs, {dish.slug: dish for dish in read_kitchen().dishes}, printing)
        say_written(outputs)


COMMANDS = (swap, lock, unlock, skip, unskip, move, avoid, regenerate, undo)


def read_plan_file(path: Path) -> Plan:
    """The plan of a file. Raises: UnreadablePlan."""
    from mealplan.plan import read_plan

    return read_plan(path)


def time_of_change() -> datetime:
    """What a plan that is changed now says of when."""
    return datetime.now(UTC)


def _day(today: str | None) -> date:
    try:
        return date.today() if today is None else date.fromisoformat(today)
    except ValueError as error:
        raise FoodsError(f"--today {today}: not a date", hint="write it as 2026-01-31") from error


def _place(plan: Plan, day: str, meal: str) -> Place:
    from mealplan.places import find_place

    return find_place(plan, day, meal)


def _places(plan: Plan, day: str, meal: str | None) -> list[Place]:
    from mealplan.places import find_places

    return find_places(plan, day, meal)


def _change(path: Path, make: Change, options: dict[str, Any]) -> tuple[Kitchen, Plan]:
    """Change a plan file and say what changed; ends with exit code 3 where a target is missed."""
    from mealplan.difference import compare
    from mealplan.render.changes import change_lines
    from mealplan.render.figures import missed
    from mealplan.undo import replace_plan

    outputs = tuple(output for output in options["outputs"] if output != path)
    printing = check_outputs((path, *outputs), options["paper"], options["timezone"])
    before, kitchen = read_plan_file(path), read_kitchen()
    after = make(before, kitchen)
    dishes = {dish.slug: dish for dish in kitchen.dishes}
    replace_plan(path, after.to_json())
    write_outputs(after, outputs, dishes, printing)
    for line in change_lines(compare(before, after, dishes), len(after.days)):
        click.echo(line)
    for line in missed(after):
        click.echo(line)
    say_written((path, *outputs))
    _say_stale(path, outputs)
    if missed(after):
        click.get_current_context().call_on_close(lambda: sys.exit(EXIT_TARGET_MISSED))
    return kitchen, after


def _say_stale(path: Path, written: tuple[Path, ...]) -> None:
    """Name the forms of the plan beside it that are of the week before the change."""
    from mealplan.render.formats import FORMATS

    for suffix in FORMATS:
        beside = path.with_suffix(suffix)
        if beside != path and beside not in written and beside.exists():
            click.echo(f"{beside} is of before the change: -o {beside} writes it anew")


def _print_alternatives(plan: Plan, place: Place, found: tuple[Alternative, ...], kitchen: Kitchen) -> None:
    from rich.text import Text

    from mealplan.difference import compare
    from mealplan.obey import slug_planned
    from mealplan.places import describe, meal_at
    from mealplan.render.changes import points, summary, titles

    screen = console()
    dishes = {dish.slug: dish for dish in kitchen.dishes}
    screen.print(Text(f"{describe(plan, place)} now: {titles(meal_at(plan, place))}", style="bold"))
    for number, one in enumerate(found, start=1):
        meal = meal_at(one.plan, place)
        screen.print(Text(f"{number}. {titles(meal)}"))
        screen.print(Text(f"   {points(one.points)}; {summary(compare(plan, one.plan, dishes), len(plan.days))}"))
        screen.print(Text(f"   --with {slug_planned(meal.dishes[0])}", style="dim"))
