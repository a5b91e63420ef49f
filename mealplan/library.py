"""Every dish at hand: those that come with the program, and the user's own."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from foods.ingredients import Catalogue
from mealplan.dishes import BrokenDish, Course, Dish, Problem, Slot, build_dish, read_library
from mealplan.errors import MealplanError
from mealplan.recipes.dish_file import to_slug

FOLDER_VARIABLE = "MEALPLAN_DISHES"
"""Environment variable that names the folder of the user's dishes."""


TOLD = 30
"""Problems that a message spells out."""

MEALS_OF: Mapping[Course, tuple[Slot, ...]] = {
    "breakfast": ("breakfast",),
    "main": ("lunch", "dinner"),
    "one-pot": ("lunch", "dinner"),
    "side": ("lunch", "dinner"),
    "snack": ("snack",),
    "drink": ("breakfast", "snack"),
}
"""The meals at which a course is usually eaten."""


class UnknownDish(MealplanError):
    """No dish of that name."""


def library_folder() -> Path:
    """Where the dishes of the program stand."""
    return Path(str(files("mealplan") / "data" / "dishes"))


def users_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the user's own dishes stand; the folder need not exist."""
    named = environment.get(FOLDER_VARIABLE)
    return Path(named).expanduser() if named else user_data_path("mealplan", appauthor=False) / "dishes"


def read_all_dishes(catalogue: Catalogue, folder: Path | None = None) -> tuple[tuple[Dish, ...], list[Problem]]:
    """The library and the user's dishes, and what there is to say of the user's files.

    A broken file is named and skipped. A user's dish takes the place of the library's dish of the same slug,
    and this is said too.
    Args: folder: the user's dishes; by default `users_folder`, where none is no problem unless it was asked for.
    """
    dishes = {dish.slug: dish for dish in read_library()}
    own, problems = _users_dishes(catalogue, folder)
    for path, dish in own.items():
        if dish.slug in dishes:
            problems.append(
                Problem(
                    where=str(path),
                    what=f"takes the place of the library's dish `{dish.slug}`",
                    hint="rename the file to keep both",
                )
            )
        dishes[dish.slug] = dish
    return tuple(dishes.values()), problems


def _users_dishes(catalogue: Catalogue, folder: Path | None) -> tuple[dict[Path, Dish], list[Problem]]:
    asked_for = folder is not None or bool(os.environ.get(FOLDER_VARIABLE))
    folder = users_folder() if folder is None else folder
    if folder.is_dir():
        return read_files(sorted(folder.rglob("*.toml")), catalogue)
    if not asked_for:
        return {}, []
    hint = f"make it, or set {FOLDER_VARIABLE} to the folder of your dishes"
    return {}, [Problem(where=str(folder), what="there is no such folder of dishes", hint=hint)]


def read_files(paths: Iterable[Path], catalogue: Catalogue) -> tuple[dict[Path, Dish], list[Problem]]:
    """The dishes in files and below folders, by path, and every problem of those that cannot be used."""
    found: dict[Path, Dish] = {}
    problems: list[Problem] = []
    slugs: dict[str, Path] = {}
    for path in dict.fromkeys(file for given in paths for file in _dish_files(given, problems)):
        dish, wrong = read_dish(path, catalogue)
        problems += wrong
        if dish is None:
            continue
        if dish.slug in slugs:
            what = f"a second dish is called `{dish.slug}`: the first is {slugs[dish.slug]}"
            problems.append(Problem(where=str(path), what=what, hint="rename one of the files"))
            continue
        slugs[dish.slug] = path
        found[path] = dish
    return found, problems


def build_dishes(entries: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> tuple[Dish, ...]:
    """Dishes from plain data: the fields of a dish file (docs/dishes.md), and ``slug``, by default from the title.

    Raises: BrokenDish: with the problems of every entry, as far as a page holds them.
    """
    dishes: dict[str, Dish] = {}
    problems: list[Problem] = []
    for number, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            problems.append(Problem(where=f"dish {number}", what=f"is a {type(entry).__name__}, not a mapping"))
            continue
        fields = dict(entry)
        slug = str(fields.pop("slug", "") or to_slug(str(fields.get("title") or f"dish {number}")))
        dish, found = build_dish(slug, fields, catalogue)
        if slug in dishes:
            found = [*found, Problem(where=f"dish {number}", what=f"a second dish is called `{slug}`")]
        if dish is not None and not found:
            dishes[slug] = dish
        problems += found
    if problems:
        told = [str(problem) for problem in problems[:TOLD]]
        told += [f"and {len(problems) - TOLD} more problems"] if len(problems) > TOLD else []
        hints = dict.fromkeys(problem.hint for problem in problems[:TOLD] if problem.hint)
        raise BrokenDish("\n".join(told), "\n".join(hints) or None)
    return tuple(dishes.values())


def plain_dish(
    title: str, grams: Mapping[str, float], *, course: Course, cook: str = "raw", **fields: object
) -> dict[str, Any]:
    """One serving of foods by weight, as `build_dishes` takes it: all that a dish needs beside, where not given.

    Args:
        grams: edible grams by ingredient of the catalogue, as it goes into the pot.
        cook: how all of it is cooked, which decides the losses (`foods.retention`); foods of one's own lose nothing.
        fields: any field of a dish, in place of what is assumed: 20 minutes, 10 of them at work, eaten at the
            meals of its course, a main named after its heaviest food and without sides.
    """
    heaviest = max(grams, key=lambda name: grams[name]) if grams else ""
    assumed: dict[str, Any] = {
        "title": title,
        "course": course,
        "meals": MEALS_OF[course],
        "serves": 1,
        "minutes": 20,
        "active_minutes": 10,
        "cuisine": "own",
        "protein": heaviest if course in ("main", "one-pot") else "",
        "ingredients": [{"item": item, "amount": amount, "unit": "g", "cook": cook} for item, amount in grams.items()],
        "steps": ["Weigh the foods, prepare them as usual, and serve."],
    }
    return assumed | fields


def _dish_files(given: Path, problems: list[Problem]) -> Sequence[Path]:
    if not given.is_dir():
        return (given,)
    paths = sorted(given.rglob("*.toml"))
    if not paths:
        problems.append(Problem(where=str(given), what="holds no dish", hint="a dish is a file <name>.toml"))
    return paths


def read_dish(path: Path, catalogue: Catalogue) -> tuple[Dish | None, list[Problem]]:
    """The dish in a file, or None and every problem found in it; its slug is the name of the file."""
    try:
        entry = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        return None, [Problem(where=str(path), what=f"cannot be read: {(error.strerror or str(error)).lower()}")]
    except UnicodeDecodeError as error:
        return None, [Problem(where=str(path), what=f"is not UTF-8 text: {error.reason}", hint="save it as UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return None, [Problem(where=str(path), what=f"is not TOML: {error}")]
    dish, problems = build_dish(path.stem, entry, catalogue)
    return dish, [replace(problem, where=_place(problem.where, path)) for problem in problems]


def _place(where: str, path: Path) -> str:
    """``dal, ingredients.0.unit`` as ``dishes/dal.toml, ingredients[0].unit``."""
    field = re.sub(r"\.(\d+)", r"[\1]", where.removeprefix(path.stem))
    return f"{path}{field}"


def find_dish(dishes: Iterable[Dish], name: str) -> Dish:
    """The dish of that slug or title, case apart. Raises: UnknownDish, with the nearest slugs as its hint."""
    every = tuple(dishes)
    wanted = name.strip().casefold()
    found = next((dish for dish in every if wanted in (dish.slug.casefold(), dish.title.casefold())), None)
    if found is not None:
        return found
    from rapidfuzz import fuzz, process

    titles = {dish.slug: dish.title.casefold() for dish in every}
    near = process.extract(wanted.replace("-", " "), titles, scorer=fuzz.WRatio, limit=3, score_cutoff=60)
    slugs = [f"`{slug}`" for _, _, slug in near]
    hint = f"did you mean {' or '.join(slugs)}?" if slugs else "`mealplan dishes list` has them"
    raise UnknownDish(f"unknown dish `{name}`", hint=hint)
