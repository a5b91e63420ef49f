"""The plan: a document that people print and other programs read.

The JSON form is a contract, named by ``schema``; `plan_schema` exports its JSON schema.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mealplan.asked import InvalidRequest
from mealplan.dishes import Slot
from mealplan.errors import MealplanError
from mealplan.people import InvalidPerson
from mealplan.request import PlanRequest

SCHEMA: Literal["mealplan/plan/1"] = "mealplan/plan/1"
Units = Literal["metric", "us"]


class UnreadablePlan(MealplanError):
    """A plan file that is not one, or of a version this program does not know."""


class UnwritableFile(MealplanError):
    """A place where nothing can be written."""


class _Part(BaseModel):
    # ser_json_inf_nan stays at its default (null): a NaN never leaves as invalid JSON.
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlanTarget(_Part):
    """One bound a person's intake is held against, per day in the nutrient's unit."""

    nutrient: str
    lower: float | None
    upper: float | None
    goal: str
    authority: str
    upper_authority: str
    period: Literal["day", "week"]
    weight: float
    headline: bool
    note: str


class PlanPerson(_Part):
    """Who eats: attributes as given, the bounds that follow from them, and diets beyond those that all follow."""

    id: str
    attributes: dict[str, Any]
    assumed: bool
    targets: tuple[PlanTarget, ...]
    diets: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()


class Portion(_Part):
    """An ingredient of a dish on the plate: grams of edible food per person, for the dish as served."""

    ingredient: str
    food_id: str
    grams: dict[str, float]
    retention: str | None


class PlannedDish(_Part):
    """A dish of a meal: servings per person (1 is what the recipe calls a portion, 0 is not served).

    ``cooked_days_before``: it is left over from the dinner of so many days before, ``from_freezer`` where it does not
    keep so long in the fridge.
    """

    dish: str
    title: str
    servings: dict[str, float]
    cooked_days_before: int | None = Field(default=None, ge=1)
    from_freezer: bool = False
    ingredients: tuple[Portion, ...]


class Skipped(_Part):
    """A meal that is eaten elsewhere: what was ``planned``, of which nothing counts.

    ``energy_kcal`` per person is what was planned. ``counted``: that energy counts as an estimate of what is eaten
    instead; else nothing of it is known.
    """

    planned: tuple[PlannedDish, ...]
    energy_kcal: dict[str, float]
    counted: bool


class Meal(_Part):
    """What is eaten at one slot of one day; no dishes where it is ``skipped``.

    Nothing changes a ``locked`` meal, nor one that is ``cooked`` already.
    """

    slot: Slot
    dishes: tuple[PlannedDish, ...]
    locked: bool = False
    cooked: bool = False
    skipped: Skipped | None = None

    @property
    def stays(self) -> bool:
        """Whether nothing changes it."""
        return self.locked or self.cooked


class Day(_Part):
    """A day of the plan; ``day`` counts from 1."""

    date: date
    day: int
    meals: tuple[Meal, ...]


class Coverage(_Part):
    """Intake of one nutrient by one person against its target, recomputed from grams and the food table.

    ``target`` and ``upper`` are per day; ``unmeasured`` is the share of the food's weight without a value, so
    that ``daily``, ``mean`` and ``worst`` are at least the figures given. On the days in ``uncounted``, by number, a
    meal is eaten elsewhere and not known: their figures are the least, ``mean`` and ``worst`` are of the other days.
    """

    person: str
    nutrient: str
    unit: str
    target: float | None
    authority: str
    upper: float | None
    daily: tuple[float, ...]
    mean: float
    worst: float
    unmeasured: float
    uncounted: tuple[int, ...] = ()


class MealIron(_Part):
    """Iron of one meal of one person, in mg; ``absorbed_mg`` is an estimate at empty stores."""

    person: str
    day: int
    slot: Slot
    nonheme_mg: float
    heme_mg: float
    vitamin_c_mg: float
    absorbed_mg: float


class ShoppingLine(_Part):
    """An ingredient of the plan, for everyone at the table, and what to buy of it.

    Grams are as bought but for ``edible_grams``, which is what the plates hold: ``grams`` is needed beside
    ``at_home_grams`` from the pantry, ``packed_grams`` is in the ``packages``, empty where nothing is to be bought.
    ``kitchen`` says ``edible_grams`` as a cook would. ``price_usd`` is for the packages, at prices of ``price_year``.
    """

    ingredient: str
    aisle: str
    grams: float
    edible_grams: float
    packages: str
    kitchen: str
    staple: bool
    check_label: tuple[str, ...]
    dishes: tuple[str, ...]
    at_home_grams: float = 0.0
    packed_grams: float | None = None
    price_usd: float | None = None
    price_year: int | None = None
    keeps_days: int | None = None
    first_use: date | None = None
    last_use: date | None = None


class Solve(_Part):
    """How the plan was found: objective and bound in points, gap as a share of the objective.

    ``shortfall`` is the part of the objective for targets missed, limits passed and dishes beyond their caps,
    ``least_shortfall`` what every week has of it at the least. Bound and gap are None where a change has left nothing
    proven of the plan.
    """

    status: str
    objective: float
    bound: float | None
    gap: float | None
    shortfall: float = 0.0
    least_shortfall: float = 0.0
    seconds: float
    solver: str
    seed: int


class Shortfall(_Part):
    """A target the plan misses: ``best_pct`` is the most that is proven possible for the week's mean, if known."""

    person: str
    nutrient: str
    period: Literal["day", "week"]
    days_missed: int
    planned_pct: float
    best_pct: float | None


class Avoided(_Part):
    """A food that no meal chosen from a date on may hold."""

    food: str
    since: date


class PlanRule(_Part):
    """A rule of the week in words, and whether the plan keeps it; ``why`` it does not; ``note``: how it was counted."""

    rule: str
    kept: bool
    why: str = ""
    note: str = ""


class Plan(_Part):
    """A week of meals, what they cover, what to buy, and how near to the best it is.

    ``eaters`` is how many people eat each plate of the plan: amounts on the plates and what they cover are of one,
    the shopping list and the recipes are for all. ``units`` are those of the shopping list. ``request`` is what the
    plan was made from; what was asked since is in ``avoided`` and in the meals, and ``changed`` is when it was last.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal["mealplan/plan/1"] = Field(default=SCHEMA, alias="schema")
    program: str
    created: datetime
    changed: datetime | None = None
    request: dict[str, Any]
    avoided: tuple[Avoided, ...] = ()
    people: tuple[PlanPerson, ...] = Field(min_length=1)
    eaters: int = Field(default=1, ge=1)
    units: Units = "metric"
    days: tuple[Day, ...] = Field(min_length=1)
    coverage: tuple[Coverage, ...] = ()
    iron: tuple[MealIron, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    rules: tuple[PlanRule, ...] = ()
    shopping: tuple[ShoppingLine, ...] = ()
    solve: Solve
    banners: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    origins: tuple[dict[str, Any], ...] = ()

    def servings(self) -> Iterator[tuple[Day, Meal, PlannedDish]]:
        """Every dish of the plan with the day and meal it stands in."""
        for day in self.days:
            for meal in day.meals:
                for dish in meal.dishes:
                    yield day, meal, dish

    def to_json(self) -> str:
        """The document as JSON, stable in order and ending in a newline."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """The document as plain data: what its JSON holds. `plan_from_dict` reads it back."""
        return self.model_dump(mode="json", by_alias=True)


def plan_schema() -> dict[str, Any]:
    """The JSON schema of a plan document."""
    return Plan.model_json_schema(by_alias=True, mode="serialization")


def read_plan(path: Path) -> Plan:
    """A plan from its JSON file.

    Raises: UnreadablePlan: not there, not JSON, cut short, or of another schema; names file and field.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadablePlan(f"cannot read {path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UnreadablePlan(
            f"{path} is not a whole plan file: {error}", hint="`mealplan generate -o plan.json` writes one"
        ) from error
    return plan_from_dict(raw, str(path))


def plan_from_dict(raw: object, source: str = "plan") -> Plan:
    """A plan from plain data, such as `Plan.to_dict` gives; ``source`` names it in errors.

    Raises: UnreadablePlan: of another schema, or with a field that is missing or wrong.
    """
    found = raw.get("schema") if isinstance(raw, dict) else None
    if found != SCHEMA:
        raise UnreadablePlan(
            f"{source}: field `schema` is {found!r}, this program reads {SCHEMA!r}", hint=_way_on_from(found)
        )
    try:
        plan = Plan.model_validate(raw)
        PlanRequest.model_validate(plan.request)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnreadablePlan(f"{source}: field `{place}`: {first['msg']}") from error
    except (InvalidRequest, InvalidPerson) as error:
        told = error.problems[0]
        raise UnreadablePlan(f"{source}: field `request.{told.field}`: {told.message}") from error
    return plan


def _way_on_from(schema: object) -> str:
    """What to do with a plan of another schema."""
    family, _, number = str(schema).rpartition("/")
    known_family, _, known_number = SCHEMA.rpartition("/")
    if family == known_family and number.isdecimal() and int(number) > int(known_number):
        return "a newer mealplan wrote it: `pip install --upgrade mealplan`"
    if family == known_family and number.isdecimal():
        return "an older mealplan wrote it: make the plan anew with `mealplan generate`"
    return "it is no plan: `mealplan generate -o plan.json` writes one"


def write_beside(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: beside it first, then renamed over it.

    Raises: UnwritableFile: the folder is missing or closed, or the disk is full; what was there stays.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        # Opened as a plain file is, so that the umask decides who may read it: asking for the umask would change it
        # for other threads.
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UnwritableFile(
            f"cannot write {path}: {error.strerror or error}", hint="choose another place with -o"
        ) from error
