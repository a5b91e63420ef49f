"""`mealplan dishes add`: a recipe from elsewhere becomes a dish file of one's own."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mealplan.errors import MealplanError

if TYPE_CHECKING:
    from foods.ingredients import Catalogue
    from mealplan.recipes.drafts import Draft, DraftLine, Wishes
    from mealplan.recipes.matching import Matcher
    from mealplan.recipes.recipe import Recipe

# Stated here because the help must not load the dishes; a test holds them against `mealplan.dishes`.
COURSES = ("breakfast", "main", "one-pot", "side", "snack", "drink")
SLOTS = ("breakfast", "lunch", "dinner", "snack")
KINDS = (
    "rice", "bread", "flatbread", "potato", "pasta", "grain", "vegetable", "salad", "soup", "fruit", "sauce",
)  # fmt: skip


class DishExists(MealplanError):
    """A dish of that name is there already."""


class NothingMatched(MealplanError):
    """Not one ingredient of the recipe is in the catalogue."""


@click.command()
@click.argument("source", metavar="URL|FILE")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="By default the folder of your dishes.")
@click.option("--title", help="In place of the recipe's own.")
@click.option("--course", type=click.Choice(COURSES), help="What it is on the table.")
@click.option("--meals", multiple=True, help="Which meals it suits, such as lunch,dinner.")
@click.option("--cuisine", help="In a word or two.")
@click.option("--protein", help="The main source of protein, such as lentils.")
@click.option("--kind", type=click.Choice(KINDS), help="Of a side: what kind.")
@click.option("--serves", type=click.FloatRange(0, 50, min_open=True), help="Servings the recipe makes.")
@click.option("--minutes", type=click.IntRange(1, 2880), help="From start to table.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing; mark what is not certain.")
@click.option("--force", is_flag=True, help="Overwrite a dish of the same name.")
def add(source: str, into: Path | None, title: str | None, yes: bool, force: bool, **options: Any) -> None:
    """Import a recipe as a dish: a web page, a text, a .cook file, or an export of Mealie or Tandoor.

    What is not certain is asked on a terminal, and marked `# check` in the file otherwise.
    """
    from foods.ingredients import read_catalogue
    from mealplan.library import users_folder
    from mealplan.recipes.matching import Matcher
    from mealplan.recipes.sources import read_recipes

    wishes = _wishes(options)
    recipes = read_recipes(source)
    if title is not None and len(recipes) > 1:
        raise MealplanError(f"--title: {source} holds {len(recipes)} recipes", hint="leave --title out")
    matcher = Matcher(read_catalogue())
    folder = into or users_folder()
    asking = not yes and _on_terminal()
    for recipe in recipes:
        named = replace(recipe, title=title) if title else recipe
        try:
            _add_one(named, folder, matcher, wishes, asking=asking, force=force)
        except (DishExists, NothingMatched) as error:
            if len(recipes) == 1:
                raise
            click.echo(f"skipped: {error.message}", err=True)


def _add_one(recipe: Recipe, folder: Path, matcher: Matcher, wishes: Wishes, *, asking: bool, force: bool) -> None:
    from foods.table import FoodTable
    from mealplan.plan import write_beside
    from mealplan.recipes.dish_file import to_slug, to_toml
    from mealplan.recipes.drafts import build_draft, read_lines

    path = folder / f"{to_slug(recipe.title)}.toml"
    _check_free(path, force=force)
    lines = read_lines(recipe, matcher)
    if asking:
        click.echo(f"{recipe.title}: {len(lines)} ingredients")
        lines = tuple(_ask(line, recipe, matcher.catalogue) for line in lines)
        wishes = _ask_roles(wishes)
    draft = build_draft(recipe, lines, wishes, FoodTable.embedded())
    if not any(line.weighed for line in draft.lines):
        raise NothingMatched(
            f"{recipe.source}: no ingredient of `{recipe.title}` is known", hint="is it written in English?"
        )
    text = to_toml(draft, matcher.catalogue)
    _make(folder)
    write_beside(path, text)
    _say(path, draft, text, matcher.catalogue)


def _wishes(options: dict[str, Any]) -> Wishes:
    from mealplan.recipes.drafts import Wishes

    meals = tuple(slot.strip().lower() for given in options.pop("meals") for slot in given.split(",") if slot.strip())
    for slot in meals:
        if slot not in SLOTS:
            raise MealplanError(f"--meals {slot}: no such meal", hint=f"known: {', '.join(SLOTS)}")
    return Wishes(meals=tuple(dict.fromkeys(meals)), **options)


def _check_free(path: Path, *, force: bool) -> None:
    from mealplan.dishes import read_library

    if force:
        return
    if path.exists() or path.is_symlink():
        raise DishExists(f"{path} is there already", hint="--force overwrites it, --title gives another name")
    if any(dish.slug == path.stem for dish in read_library()):
        raise DishExists(
            f"`{path.stem}` is a dish of the library, and yours would take its place",
            hint="--title gives it another name, --force means it",
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MealplanError(
            f"cannot make the folder {folder}: {error.strerror or error}", hint="choose another with --into"
        ) from error


def _on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _ask(line: DraftLine, recipe: Recipe, catalogue: Catalogue) -> DraftLine:
    """The line as the cook answers for it; lines that are certain or likely are not asked."""
    from mealplan.recipes.drafts import confirm
    from mealplan.recipes.matching import Certainty

    if line.finding.certainty in (Certainty.UNSURE, Certainty.UNMATCHED):
        options = line.finding.candidates
        click.echo(f"\n{line.text}")
        for number, name in enumerate(options, start=1):
            click.echo(f"  {number}  {name}")
        chosen = _ask_food(options, catalogue, default="1" if line.finding.ingredient is not None else "0")
        if chosen is None:
            return replace(line, left_out=True)
        line = confirm(line, catalogue.resolve(chosen), recipe.steps)
    return _ask_grams(line) if line.is_missing and line.finding.ingredient is not None else line


def _ask_food(options: tuple[str, ...], catalogue: Catalogue, default: str) -> str | None:
    while True:
        answer = click.prompt("  a number, another food, or 0 to leave it out", default=default).strip()
        if answer == "0":
            return None
        if answer.isdecimal() and int(answer) <= len(options):
            return options[int(answer) - 1]
        if answer in catalogue:
            return catalogue.resolve(answer).name
        near = catalogue.suggest(answer)
        click.echo(f"  no such food{': did you mean ' + ' or '.join(near) + '?' if near else ''}")


def _ask_grams(line: DraftLine) -> DraftLine:
    from mealplan.recipes.weighing import Weighed

    click.echo(f"\n{line.text}")
    grams = click.prompt("  how many grams is that, 0 to leave it out", type=click.FloatRange(0, 20_000), default=0.0)
    return replace(line, weighed=Weighed(amount=grams, unit="g")) if grams else replace(line, left_out=True)


def _ask_roles(wishes: Wishes) -> Wishes:
    course = wishes.course or click.prompt("\nCourse", type=click.Choice(COURSES), default="main")
    if wishes.meals:
        return replace(wishes, course=course)
    from mealplan.recipes.drafts import MEALS

    while True:
        answer = click.prompt("Meals", default=",".join(MEALS[course]))
        meals = tuple(slot.strip().lower() for slot in answer.split(",") if slot.strip())
        if meals and set(meals) <= set(SLOTS):
            return replace(wishes, course=course, meals=tuple(dict.fromkeys(meals)))
        click.echo(f"  known: {', '.join(SLOTS)}")


def _say(path: Path, draft: Draft, text: str, catalogue: Catalogue) -> None:
    """What was written, how much of it is sure, and what is left to do."""
    import tomllib

    from mealplan.dishes import build_dish
    from mealplan.recipes.drafts import is_open
    from mealplan.recipes.matching import Certainty

    click.echo(f"wrote {path}")
    counts = [
        (sum(line.finding.certainty is certainty for line in draft.lines), certainty.value) for certainty in Certainty
    ]
    click.echo(f"  {len(draft.lines)} ingredients: {', '.join(f'{count} {name}' for count, name in counts if count)}")
    open_lines = [line for line in draft.lines if is_open(line, catalogue)]
    entry = tomllib.loads(text)
    entry.pop("incomplete", None)
    _, problems = build_dish(path.stem, entry, catalogue)
    for line in open_lines:
        click.echo(f"  open: {line.text}")
    for problem in problems:
        click.echo(f"  open: {problem}")
    marked = text.count("# check:")
    if open_lines or problems:
        click.echo("  incomplete: not planned with until these are settled in the file")
    if marked:
        click.echo(f"  {marked} lines are marked `# check`; then `mealplan dishes check {path}`")
