"""Dishes: what people cook, read from TOML files and checked against the ingredient catalogue."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from foods.errors import FoodsError
from foods.ingredients import Catalogue, Ingredient, read_catalogue
from foods.retention import code_for
from mealplan.errors import MealplanError

Slot = Literal["breakfast", "lunch", "dinner", "snack"]
SLOTS: tuple[Slot, ...] = get_args(Slot)
Course = Literal["breakfast", "main", "one-pot", "side", "snack", "drink"]
Kind = Literal["rice", "bread", "flatbread", "potato", "pasta", "grain", "vegetable", "salad", "soup", "fruit", "sauce"]
Season = Literal["all", "spring", "summer", "autumn", "winter"]
STARCHES: frozenset[str] = frozenset({"rice", "bread", "flatbread", "potato", "pasta", "grain"})

Text = Annotated[str, Field(min_length=1)]


class BrokenDish(MealplanError):
    """A dish file that cannot be used; the message lists every problem found in it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class LineEntry(_Strict):
    """One ingredient as a dish file writes it: an amount of the edible part, as it goes into the pot."""

    item: Text
    amount: float = Field(gt=0, allow_inf_nan=False)
    unit: Text
    cook: Text
    note: str = ""


class DishEntry(_Strict):
    """A dish file, field by field."""

    title: Text
    course: Course
    meals: tuple[Slot, ...] = Field(min_length=1)
    serves: float = Field(gt=0, le=50)
    minutes: int = Field(ge=0)
    active_minutes: int = Field(ge=0)
    cuisine: Text
    protein: str = ""
    kind: Kind | None = None
    sides: tuple[Kind, ...] = ()
    seasons: tuple[Season, ...] = ("all",)
    keeps_days: int = Field(default=0, ge=0)
    freezes: bool = False
    difficulty: Literal["easy", "medium"] = "easy"
    ingredients: tuple[LineEntry, ...] = Field(min_length=1)
    steps: tuple[Text, ...] = Field(min_length=1)
    day_before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One ingredient of a dish: ``grams`` is the whole recipe's edible weight, ``retention`` a USDA code."""

    ingredient: Ingredient
    amount: float
    unit: str
    grams: float
    cook: str
    retention: str | None
    note: str

    @property
    def bought_grams(self) -> float:
        """The whole recipe's weight as bought."""
        return self.grams / self.ingredient.edible_share


@dataclass(frozen=True, slots=True, kw_only=True)
class Dish:
    """A dish as the planner sees it; one serving is ``1 / serves`` of every line.

    ``minutes`` go by until it is on the table, ``active_minutes`` of them at work; it ``keeps_days`` in the fridge.
    """

    slug: str
    title: str
    course: Course
    meals: frozenset[Slot]
    serves: float
    minutes: int
    active_minutes: int
    cuisine: str
    protein: str
    kind: Kind | None
    sides: frozenset[Kind]
    seasons: frozenset[Season]
    keeps_days: int
    freezes: bool
    difficulty: str
    lines: tuple[Line, ...]
    steps: tuple[str, ...]
    day_before: str

    @property
    def is_main(self) -> bool:
        """Whether it carries a lunch or dinner."""
        return self.course in ("main", "one-pot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in a file: where, what, and the way on."""

    where: str
    what: str
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.what} ({self.where})"


def build_dish(slug: str, entry: dict[str, Any], catalogue: Catalogue) -> tuple[Dish | None, list[Problem]]:
    """The dish in a parsed file, or None and every problem found in it."""
    try:
        parsed = DishEntry.model_validate(entry)
    except ValidationError as error:
        return None, [_problem(slug, issue) for issue in error.errors()]
    lines, problems = _build_lines(slug, parsed, catalogue)
    problems += _check_roles(slug, parsed)
    if problems:
        return None, problems
    dish = Dish(
        slug=slug,
        title=parsed.title,
        course=parsed.course,
        meals=frozenset(parsed.meals),
        serves=parsed.serves,
        minutes=parsed.minutes,
        active_minutes=parsed.active_minutes,
        cuisine=parsed.cuisine,
        protein=parsed.protein,
        kind=parsed.kind,
        sides=frozenset(parsed.sides),
        seasons=frozenset(parsed.seasons),
        keeps_days=parsed.keeps_days,
        freezes=parsed.freezes,
        difficulty=parsed.difficulty,
        lines=tuple(lines),
        steps=parsed.steps,
        day_before=parsed.day_before,
    )
    return dish, []


def _problem(slug: str, issue: Any) -> Problem:
    place = ".".join(str(part) for part in issue["loc"])
    where = f"{slug}, {place}"
    if place == "incomplete":
        hint = "settle the lines marked in the file, then delete the line `incomplete`"
        return Problem(where=where, what=f"the dish is not finished: {issue['input']}", hint=hint)
    if issue["type"] == "extra_forbidden":
        fields = "a dish has: " + ", ".join(DishEntry.model_fields)
        return Problem(where=where, what=f"`{issue['loc'][-1]}` is no field here", hint=fields)
    if issue["type"] == "missing":
        return Problem(where=where, what=f"`{issue['loc'][-1]}` is missing")
    return Problem(where=where, what=f"{issue['msg']}: got {issue['input']!r}")


def _build_lines(slug: str, entry: DishEntry, catalogue: Catalogue) -> tuple[list[Line], list[Problem]]:
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, item in enumerate(entry.ingredients):
        where = f"{slug}, ingredients[{number}]"
        try:
            ingredient = catalogue.resolve(item.item)
            grams = ingredient.grams(item.amount, item.unit)
            retention = code_for(ingredient.family, item.cook)
        except FoodsError as error:
            problems.append(Problem(where=where, what=error.message, hint=error.hint))
            continue
        lines.append(
            Line(
                ingredient=ingredient,
                amount=item.amount,
                unit=item.unit,
                grams=grams,
                cook=item.cook,
                retention=retention,
                note=item.note,
            )
        )
    return lines, problems


def _check_roles(slug: str, entry: DishEntry) -> list[Problem]:
    problems = []
    if entry.course == "side" and entry.kind is None:
        problems.append(Problem(where=f"{slug}, kind", what="a side needs a kind", hint='kind = "salad"'))
    if entry.active_minutes > entry.minutes:
        problems.append(Problem(where=f"{slug}, active_minutes", what="more active minutes than minutes"))
    if entry.course in ("main", "one-pot") and not entry.protein:
        problems.append(Problem(where=f"{slug}, protein", what="a main names its protein"))
    return problems


def read_dishes(folder: Path, catalogue: Catalogue) -> tuple[list[Dish], list[Problem]]:
    """Every dish below a folder, by slug, and the problems of those that cannot be used.

    A file that fails is left out and named; the others are returned.
    """
    dishes: dict[str, Dish] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.toml"), key=lambda found: found.stem):
        try:
            entry = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            problems.append(Problem(where=str(path), what=f"not a readable TOML file: {error}"))
            continue
        dish, found = build_dish(path.stem, entry, catalogue)
        if path.stem in dishes:
            found = [*found, Problem(where=str(path), what=f"a second dish is called `{path.stem}`")]
        if dish is not None and not found:
            dishes[path.stem] = dish
        problems += found
    return list(dishes.values()), problems


@cache
def read_library() -> tuple[Dish, ...]:
    """The dishes that come with the program.

    Raises: BrokenDish: a defect of the library itself, with every problem.
    """
    dishes, problems = read_dishes(Path(str(files("mealplan") / "data" / "dishes")), read_catalogue())
    if problems:
        raise BrokenDish("; ".join(str(problem) for problem in problems))
    return tuple(dishes)
