"""The `mealplan` command: a thin front end over the library.

Everything heavy is imported by the command that needs it, so that `mealplan --help` answers at once.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foods.errors import FoodsError
from mealplan.cli.change import COMMANDS
from mealplan.cli.cooked import cooked
from mealplan.cli.coverage import coverage
from mealplan.cli.dishes import dishes
from mealplan.cli.foods import foods
from mealplan.cli.init import init
from mealplan.cli.kitchen import read_kitchen
from mealplan.cli.outputs import check_outputs, list_options, output_options, read_shop, say_written, write_outputs
from mealplan.cli.printing import shopping, show
from mealplan.cli.rules import rule_options
from mealplan.cli.terminal import console as _console
from mealplan.cli.terminal import progress as _progress
from mealplan.cli.top import top
from mealplan.cli.who import diet_options, person_options, read_who

if TYPE_CHECKING:
    from mealplan.render.paper import Paper

EXIT_WRONG_INPUT = 2
EXIT_TARGET_MISSED = 3

DEFAULT_FORMATS = (".html", ".json")


class Group(click.Group):
    """A group whose commands answer bad input with one line, the way on, and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            # What is left unwritten would be tried again, and complained of, at the exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            click.echo(f"error: cannot write the output: {error.strerror}", err=True)
            ctx.exit(EXIT_WRONG_INPUT)
        except FoodsError as error:
            click.echo(f"error: {error.message}", err=True)
            if error.hint:
                click.echo(f"hint: {error.hint}", err=True)
            ctx.exit(EXIT_WRONG_INPUT)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mealplan")
def main() -> None:
    """Plan a week of real meals that cover iron, magnesium, folate, B12, vitamin D and the rest.

    It plans food; it gives no medical advice.
    """


@main.command()
@diet_options
@person_options
@click.option("--days", default=7, show_default=True, help="How many days, 1 to 28.")
@click.option("--start", help="First day, YYYY-MM-DD; by default the coming Monday.")
@click.option("--max-minutes", type=int, help="No dish that takes longer.")
@rule_options
@click.option("--seed", default=1, show_default=True, help="Another seed, another plan; the same seed, the same plan.")
@click.option("--effort", default=3, show_default=True, help="Searches to take the best of.")
@click.option(
    "--prefer",
    multiple=True,
    metavar="NAME=POINTS",
    help="How much a preference weighs, such as minutes=0.03; may be repeated. docs/model.md has the names.",
)
@click.option(
    "--history",
    type=click.Path(path_type=Path),
    help="A folder of earlier plans (.json), whose dishes come less soon again.",
)
@click.option("--solver", default="auto", show_default=True, type=click.Choice(["auto", "highs", "cbc"]))
@list_options
@output_options(default=" HTML and JSON by default.")
def generate(outputs: tuple[Path, ...], start: str | None, paper: Paper, timezone: str | None, **options: Any) -> None:
    """Plan a week, print it, and write it to files.

    Exit code 3: written, but a target is missed; the output says which and by how much.
    """
    from datetime import UTC, datetime

    first = _first_day(start)
    outputs = outputs or tuple(Path(f"mealplan-{first:%Y-%m-%d}{suffix}") for suffix in DEFAULT_FORMATS)
    printing = check_outputs(outputs, paper, timezone)
    request = _request(options, first)
    from mealplan.coverage import is_over
    from mealplan.pipeline import generate as make
    from mealplan.shopping import with_list

    kitchen = read_kitchen()
    if options["history"]:
        from mealplan.history import read_history

        request = request.model_copy(update={"seen": read_history(options["history"], first)})
    shop = read_shop(options, kitchen.catalogue)
    with _progress() as progress:
        plan = make(request, now=datetime.now(UTC), kitchen=kitchen, progress=progress)
        if options["pantry"]:
            from mealplan.pantry import read_pantry
            from mealplan.use_first import use_first

            progress("using first what is near its date")
            stores = read_pantry(options["pantry"], kitchen.catalogue, options["units"] or "metric")
            plan = use_first(plan, stores, now=plan.created, kitchen=kitchen)
    plan = plan if shop is None else with_list(plan, kitchen.catalogue, shop)
    write_outputs(plan, outputs, {dish.slug: dish for dish in kitchen.dishes}, printing)
    from mealplan.render.terminal import print_plan

    print_plan(plan, _console())
    say_written(outputs)
    if plan.shortfalls or any(is_over(row) for row in plan.coverage):
        sys.exit(EXIT_TARGET_MISSED)


@main.command()
@click.argument("plan", type=click.Path(path_type=Path))
def verify(plan: Path) -> None:
    """Recompute a plan from its grams and the food table, without the solver. Exit code 2 if it disagrees."""
    from mealplan.kitchen import Kitchen
    from mealplan.plan import read_plan
    from mealplan.verify import verify as check

    kitchen = Kitchen.embedded()
    document = read_plan(plan)
    problems = check(document, kitchen.table, kitchen.catalogue)
    for problem in problems:
        click.echo(f"{plan}: {problem}")
    if problems:
        sys.exit(EXIT_WRONG_INPUT)
    figures = sum(len(row.daily) + 2 for row in document.coverage) + 4 * len(document.iron)
    click.echo(f"{plan}: {figures} figures recomputed from grams and the food table, all agree")


@main.command()
@click.argument("plan", type=click.Path(path_type=Path))
def explain(plan: Path) -> None:
    """Say what each target and rule costs a plan, what could not be reached, and what would bring it."""
    from mealplan.pipeline import explain as explain_plan
    from mealplan.plan import read_plan
    from mealplan.render.explanation import print_explanation

    document = read_plan(plan)
    with _progress() as progress:
        progress("working out what binds")
        found = explain_plan(document, read_kitchen())
    print_explanation(document, found.prices, found.rich, found.rules, _console())


@main.command()
@person_options
def targets(**options: Any) -> None:
    """Show how much a person needs, and by which authority."""
    from mealplan.render.terminal import print_targets

    print_targets(read_who(options).person, _console())


def _request(options: dict[str, Any], first: Any) -> Any:
    from mealplan.asked import InvalidRequest
    from mealplan.errors import MealplanError
    from mealplan.request import PlanRequest, read_weights

    who = read_who(options, together=True)
    try:
        return PlanRequest(
            person=who.person,
            household=who.household,
            diets=who.diets or ("omnivore",),
            avoid=who.avoid,
            days=options["days"],
            start=first,
            seed=options["seed"],
            max_minutes=who.max_minutes,
            rules=who.rules,
            solver=options["solver"],
            effort=options["effort"],
            weights=read_weights(options["prefer"]),
        )
    except InvalidRequest as error:
        first = error.problems[0]
        option = "--" + first.field.replace("_", "-")
        raise MealplanError(f"{option} {first.value}: {first.message.lower()}") from error


def _first_day(start: str | None) -> Any:
    from datetime import date, timedelta

    if start is None:
        today = date.today()
        return today + timedelta(days=(7 - today.weekday()) % 7)
    try:
        return date.fromisoformat(start)
    except ValueError as error:
        raise FoodsError(f"--start {start}: not a date", hint="write it as 2026-01-31") from error


foods.add_command(top)
for command in (coverage, dishes, foods, init, show, shopping, cooked, *COMMANDS):
    main.add_command(command)
