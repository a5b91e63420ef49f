"""`mealplan dishes`: look into the dishes, and check them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mealplan.cli.add import add

if TYPE_CHECKING:
    from rich.console import Console

    from foods.ingredients import Catalogue
    from mealplan.dishes import Dish, Problem
    from mealplan.quality import Report

EXIT_WRONG_DISH = 2
RICHEST = 6  # nutrients named in a report as those there is most of
# Stated here because the help must not load the dishes; a test holds it against them.
COURSES = ("breakfast", "main", "one-pot", "side", "snack", "drink")


@click.group()
def dishes() -> None:
    """Look into the dishes that plans are made of, and check your own."""


dishes.add_command(add)


@dishes.command("list")
@click.option("--course", type=click.Choice(COURSES), help="Only this course.")
@click.option("--diet", "diets", multiple=True, help="Only dishes that fit a diet; may be repeated.")
@click.option("--cuisine", help="Only this cuisine.")
@click.option("--protein", help="Only this main protein, such as lentils.")
@click.option("--max-minutes", type=int, help="No dish that takes longer.")
@click.option("--with", "foods", multiple=True, metavar="INGREDIENT", help="Only dishes that hold it; may be repeated.")
def list_dishes(
    course: str | None,
    diets: tuple[str, ...],
    cuisine: str | None,
    protein: str | None,
    max_minutes: int | None,
    foods: tuple[str, ...],
) -> None:
    """List the dishes, the library's and your own. An asterisk: fits the diet by its label only."""
    from foods.ingredients import read_catalogue
    from mealplan.diets import Verdict, find_diets, judge_dish

    catalogue = read_catalogue()
    wanted_diets, wanted_foods = find_diets(diets), [_meant(food, catalogue) for food in foods]
    every = read_and_warn(catalogue)
    _check_known("--cuisine", cuisine, (dish.cuisine for dish in every))
    _check_known("--protein", protein, (dish.protein for dish in every))
    found = []
    for dish in every:
        verdict = judge_dish(dish, wanted_diets)[0]
        held = {line.ingredient.name for line in dish.lines}
        if (
            verdict is not Verdict.REFUSED
            and course in (None, dish.course)
            and _same(cuisine, dish.cuisine)
            and _same(protein, dish.protein)
            and (max_minutes is None or dish.minutes <= max_minutes)
            and all(held & meant for meant in wanted_foods)
        ):
            found.append((dish, verdict is Verdict.CHECK_LABEL))
    _print_list(found, _console())


def read_and_warn(catalogue: Catalogue) -> tuple[Dish, ...]:
    """The library and the user's dishes; what there is to say of the latter goes to stderr, a line each."""
    from mealplan.library import read_all_dishes

    found, problems = read_all_dishes(catalogue)
    for problem in problems:
        hint = f"; {problem.hint}" if problem.hint else ""
        click.echo(f"warning: {problem}{hint}", err=True)
    return found


def _meant(food: str, catalogue: Catalogue) -> frozenset[str]:
    from mealplan.diets import UnknownAvoid, resolve_avoid

    try:
        return resolve_avoid([food], catalogue)
    except UnknownAvoid as error:
        raise UnknownAvoid(error.message.replace("--avoid", "--with"), error.hint) from error


def _same(wanted: str | None, value: str) -> bool:
    return wanted is None or wanted.casefold() == value.casefold()


def _check_known(option: str, value: str | None, known: Iterable[str]) -> None:
    from foods.errors import FoodsError

    names = sorted(set(known) - {""})
    if value is not None and value.casefold() not in {name.casefold() for name in names}:
        raise FoodsError(f"{option} {value}: no dish has it", hint=f"known: {', '.join(names)}")


def _print_list(found: Sequence[tuple[Dish, bool]], console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Dish", overflow="fold")
    table.add_column("Course", no_wrap=True)
    table.add_column("Min", justify="right", no_wrap=True)
    table.add_column("Protein", no_wrap=True)
    table.add_column("Cuisine", overflow="fold")
    for dish, doubtful in found:
        slug = Text(dish.slug + ("*" if doubtful else ""))
        table.add_row(slug, dish.course, str(dish.minutes), Text(dish.protein), Text(dish.cuisine))
    console.print(table)
    console.print(f"{len(found)} dish{'' if len(found) == 1 else 'es'}")
    if any(doubtful for _, doubtful in found):
        console.print("* fits only if the labels of its ingredients say so")


@dishes.command()
@click.argument("name", metavar="DISH")
def show(name: str) -> None:
    """Print a dish by its name: the recipe, what a serving holds, and the diets it fits."""
    from foods.ingredients import read_catalogue
    from mealplan.library import find_dish

    dish = find_dish(read_and_warn(read_catalogue()), name)
    console = _console()
    _print_recipe(dish, console)
    _print_nutrients(dish, console)
    _print_diets(dish, console)


def _print_recipe(dish: Dish, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    from mealplan.render import words

    console.print(Text(dish.title, style="bold"))
    keeps = "eat at once" if not dish.keeps_days else f"keeps {words.count(dish.keeps_days, 'day')}"
    console.print(
        f"{dish.cuisine} {dish.course} for {dish.serves:g}; {dish.minutes} minutes, {dish.active_minutes} of them at "
        f"work; {keeps}{', freezes' if dish.freezes else ''}"
    )
    if dish.day_before:
        console.print(Text(f"The day before: {words.sentence(dish.day_before)}"))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for line in dish.lines:
        grams = "" if line.unit in ("g", "kg") else f" ({words.amount(round(line.grams, 1))} g)"
        note = f", {line.note}" if line.note else ""
        table.add_row(words.measured(line.amount, line.unit) + grams, Text(f"{line.ingredient.name}{note}"))
    console.print()
    console.print(table)
    console.print()
    steps = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    for number, step in enumerate(dish.steps, start=1):
        steps.add_row(f"{number}.", Text(step))
    console.print(steps)


def _print_nutrients(dish: Dish, console: Console) -> None:
    from rich.table import Table

    from foods.nutrients import NUTRIENTS
    from foods.table import FoodTable
    from mealplan.iron import absorbed_iron_mg
    from mealplan.nutrition import build_servings
    from mealplan.people import default_person
    from mealplan.render import words
    from mealplan.targets import targets_for

    targets = targets_for(default_person())
    keys = [target.nutrient for target in targets if target.nutrient in NUTRIENTS]
    serving = build_servings([dish], FoodTable.embedded(), keys)
    held = dict(zip(serving.keys, map(float, serving.amount[0]), strict=True))
    unmeasured = dict(zip(serving.keys, map(float, serving.unmeasured[0]), strict=True))
    iron = absorbed_iron_mg(serving.nonheme_mg, serving.heme_mg, serving.column("vitamin_c_mg"), serving.meat_g)
    held["absorbed_iron_mg"], unmeasured["absorbed_iron_mg"] = float(iron[0]), unmeasured["iron_mg"]
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("One serving")
    for heading in ("", "Of a day"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    for target in targets:
        key, lower, upper = target.nutrient, target.lower, target.upper
        if target.goal == "EER" and lower and upper:
            lower = (lower + upper) / 2
        unit = words.unit_sign(NUTRIENTS[key].unit if key in NUTRIENTS else "mg")
        least = "≥ " if unmeasured[key] >= words.DOUBTFUL_FROM else ""
        share = held[key] / bound if (bound := lower or upper) else None
        label = words.label(key)
        kind = "" if lower else f"of the limit, {words.amount(upper)} {unit}"
        table.add_row(label, f"{least}{words.amount(held[key])} {unit}", words.percent(share), kind)
    console.print()
    console.print(table)
    day = default_person().describe().split(" (assumed")[0].removeprefix("person 1: ")
    console.print(f"The day is that of a {day}.")
    if any(share >= words.DOUBTFUL_FROM for share in unmeasured.values()):
        console.print("≥: at least; some of its ingredients have no value.")


def _print_diets(dish: Dish, console: Console) -> None:
    from rich.text import Text

    from mealplan.diets import DIETS, Verdict, judge_dish

    judged = {name: judge_dish(dish, [diet]) for name, diet in DIETS.items()}
    console.print()
    fits = [name for name, (verdict, _) in judged.items() if verdict is Verdict.FITS]
    console.print(Text(f"Fits: {', '.join(fits)}"))
    for name, (verdict, reasons) in judged.items():
        if verdict is not Verdict.FITS:
            said = "only by the label" if verdict is Verdict.CHECK_LABEL else "no"
            console.print(Text(f"{name}: {said}; {'; '.join(reasons)}"))


@dishes.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE|FOLDER]...")
@click.option("--report", is_flag=True, help="Also print what the dishes cover.")
@click.option("--strict", is_flag=True, help="Let warnings fail the check too.")
def check(paths: tuple[Path, ...], report: bool, strict: bool) -> None:
    """Check dish files, or those below a folder; by default the library.

    Every problem is named with its place and the way on. Exit code 2 if there are errors; warnings are worth a look.
    """
    from foods.ingredients import read_catalogue
    from foods.table import FoodTable
    from mealplan.dishes import read_library
    from mealplan.library import library_folder, read_files
    from mealplan.quality import build_report, check_dishes

    table = FoodTable.embedded()
    read, problems = read_files(paths or [library_folder()], read_catalogue())
    found = tuple(read.values())
    places = {dish.slug: _shown(path) for path, dish in read.items()}
    findings = check_dishes(found, table, beside=read_library() if paths else (), places=places)
    errors = [*problems, *findings.errors]
    _print_problems("warning", findings.warnings)
    _print_problems("error", errors)
    if report and found:
        _print_report(build_report(found, table), _console())
    counted = ((found, "dish", "dishes"), (errors, "error", "errors"), (findings.warnings, "warning", "warnings"))
    click.echo(", ".join(f"{len(each)} {one if len(each) == 1 else many}" for each, one, many in counted))
    if errors or (strict and findings.warnings):
        sys.exit(EXIT_WRONG_DISH)


def _shown(path: Path) -> str:
    """The path as one would type it from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _print_problems(severity: str, problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(f"{severity}: {problem.where}: {problem.what}")
        if problem.hint:
            click.echo(f"  hint: {problem.hint}")


def _print_report(report: Report, console: Console) -> None:
    from rich.text import Text

    console.print()
    for what, counted in report.counts.items():
        console.print(Text(f"By {what}: {', '.join(f'{count} {name}' for name, count in counted.items())}"))
    _print_ranges(report, console)
    _print_densities(report, console)
    console.print()


def _print_ranges(report: Report, console: Console) -> None:
    from statistics import median

    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), title="One serving: least, median, most", title_justify="left")
    for heading in ("Course", "kcal", "Grams", "Protein, g", "Sodium, mg"):
        table.add_column(heading, justify="left" if heading == "Course" else "right")
    for course in COURSES:
        rows = [row for row in report.figures if row.dish.course == course]
        columns = [[getattr(row, name) for row in rows] for name in ("kcal", "grams", "protein_g", "sodium_mg")]
        if rows:
            table.add_row(course, *(f"{min(c):.0f}  {median(c):.0f}  {max(c):.0f}" for c in columns))
    console.print()
    console.print(table)


def _print_densities(report: Report, console: Console) -> None:
    """What the dishes of each diet are poor and rich in, the poorest and the richest first."""
    from rich.text import Text

    from mealplan.coverage import UNKNOWN_FROM
    from mealplan.render import words

    console.print()
    console.print("2,000 kcal of the median dish, as a share of a day; in brackets how many dishes reach it")
    known = [key for key in report.density["omnivore"] if report.unmeasured[key] <= UNKNOWN_FROM]
    for diet, rows in report.density.items():
        if not rows:
            continue
        ranked = sorted(known, key=lambda key: rows[key].median)
        said = [f"{words.label(key)} {words.percent(rows[key].median)} ({rows[key].reaching})" for key in ranked]
        poor = sum(rows[key].median < 1 for key in ranked)
        rich = said[poor:][: -RICHEST - 1 : -1]
        console.print(Text(f"{diet}: poor in {', '.join(said[:poor]) or 'nothing'}; rich in {', '.join(rich)}"))
    unknown = [words.label(key) for key in report.density["omnivore"] if key not in known]
    if unknown:
        console.print(f"Not judged, as more than a fifth of the food has no value: {', '.join(unknown)}")


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)
