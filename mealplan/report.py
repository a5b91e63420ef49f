"""The coverage report: what was eaten against targets and limits, what is unknown, and iron meal by meal.

The JSON form is a contract, named by ``schema``; `report_schema` exports its JSON schema. `mealplan.tally` makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA: Literal["mealplan/coverage/1"] = "mealplan/coverage/1"

Status = Literal["met", "missed", "unknown"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Part):
    """A food and what it brings a day, on average; ``share`` is of what is measured."""

    food: str
    amount: float
    share: float


class NutrientRow(_Part):
    """A nutrient against its target: per day, in ``unit``.

    ``mean`` is at least what was eaten and ``mean_most`` at most, None where nothing bounds it. ``days_met`` counts
    days whose least reaches the target. ``foods_measured`` of ``foods`` have a value. ``supplements`` stands beside
    what food covers and is no part of it.
    """

    nutrient: str
    unit: str
    target: float
    upper: float | None
    period: Literal["day", "week"]
    goal: str
    authority: str
    status: Status
    mean: float
    mean_most: float | None
    worst: float
    worst_day: str
    days_met: int
    daily: tuple[float, ...]
    unmeasured: float
    foods: int
    foods_measured: int
    sources: tuple[Source, ...]
    supplements: float
    note: str


class LimitRow(_Part):
    """An upper limit and what it counts, per day: food, supplements or both, by ``scope``.

    ``status`` is "passed" where the mean of the least is above it, "kept" where that of the most is not, else
    "unknown".
    """

    nutrient: str
    unit: str
    limit: float
    authority: str
    scope: str
    counts: str
    food: float
    food_most: float | None
    supplements: float
    highest: float
    highest_day: str
    status: Literal["passed", "kept", "unknown"]


class ShownRow(_Part):
    """A nutrient that is held to no target for this person, because it is someone else's to set; per day."""

    nutrient: str
    unit: str
    mean: float
    mean_most: float | None
    worst: float


class ReportIron(_Part):
    """Iron of a meal, mg, as eaten and at least.

    ``absorbed_mg`` is for empty stores, as the target is; ``shown_mg`` for the person's own, within the band
    ``low_mg`` to ``high_mg`` of the second model. All three are estimates.
    """

    day: str
    meal: str
    heme_mg: float
    nonheme_mg: float
    vitamin_c_mg: float
    meat_g: float
    calcium_mg: float
    absorbed_mg: float
    shown_mg: float
    low_mg: float
    high_mg: float
    notes: tuple[str, ...]


class IronSummary(_Part):
    """Iron a day, mg, and the stores that the shown estimate is for."""

    stores_mg: int
    eaten_mg: float
    heme_mg: float
    absorbed_mg: float
    shown_mg: float
    low_mg: float
    high_mg: float
    without_vitamin_c: int
    meals: int


class Addition(_Part):
    """A food or dish that would add to what is short: one usual serving, per 100 kcal, and what a serving weighs."""

    kind: Literal["food", "dish"]
    name: str
    serving_g: float
    per_serving: float
    per_100kcal: float | None
    kcal: float


class Gap(_Part):
    """A shortfall and what adds most to it within the diet, per serving and per kcal.

    ``short`` is per day, as a mean; it is 0 where only single days fall short, ``days_short`` of them.
    """

    nutrient: str
    unit: str
    short: float
    days_short: int
    foods_by_serving: tuple[Addition, ...] = ()
    foods_by_energy: tuple[Addition, ...] = ()
    dishes_by_serving: tuple[Addition, ...] = ()
    dishes_by_energy: tuple[Addition, ...] = ()


class Change(_Part):
    """A food or dish put on the plate each day, or one that was eaten taken off it.

    ``servings`` of ``amount`` ``unit`` each; ``grams`` and ``kcal`` are those of all of them. What is taken out is all
    that was eaten of it, as a mean.
    """

    action: Literal["add", "take out"]
    kind: Literal["food", "dish"]
    name: str
    servings: int
    amount: float
    unit: str
    grams: float
    kcal: float


class Moved(_Part):
    """A target before and after the changes, per day; the means are leasts."""

    nutrient: str
    unit: str
    target: float
    before: float
    after: float
    days_met_before: int
    days_met_after: int


class Held(_Part):
    """A limit that the changes keep: the mean before and after, per day, as far as measured.

    ``unmeasured`` names what is added and has no value for it, or not for all of it.
    """

    nutrient: str
    unit: str
    limit: float
    before: float
    after: float
    unmeasured: tuple[str, ...]


class OutOfReach(_Part):
    """A target that the changes leave missed: what the mean may reach ``within`` the limits, and ``without`` them.

    Both are for this target alone, with as many additions as the changes may have. ``held_by`` names the limits that
    are reached on the way.
    """

    nutrient: str
    unit: str
    target: float
    before: float
    within: float
    without: float
    held_by: tuple[str, ...]


class Closing(_Part):
    """The smallest set of changes that meets the most targets and keeps the limits; no changes where none helps.

    The fewest servings first, then the least energy; ``kcal_before`` and ``kcal_after`` are a day's. No more than
    ``most_added`` servings are looked at.
    """

    changes: tuple[Change, ...]
    moved: tuple[Moved, ...]
    held: tuple[Held, ...]
    out_of_reach: tuple[OutOfReach, ...]
    kcal_before: float
    kcal_after: float
    most_added: int


class DoubtfulLine(_Part):
    """A line of a log that was not read with certainty, or not at all; ``taken_as`` is empty where it is unknown."""

    line: int
    text: str
    taken_as: str
    food_id: str
    grams: float | None
    certainty: str
    confidence: float
    checks: tuple[str, ...]
    candidates: tuple[str, ...]


class Read(_Part):
    """Where the food comes from: lines read, how many with certainty, and those that count as unknown."""

    kind: Literal["plan", "diary"]
    name: str
    form: str
    days: int
    lines: int
    certain: int
    unknown: int
    doubtful: tuple[DoubtfulLine, ...] = ()
    left_out: tuple[str, ...] = ()


class WeekMean(_Part):
    """The mean of one nutrient over a week, per day, that is kept steady rather than high."""

    first_day: str
    mean: float


class Report(_Part):
    """What one person ate, against what they need."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal["mealplan/coverage/1"] = Field(default=SCHEMA, alias="schema")
    program: str
    read: Read
    person: dict[str, Any]
    assumed: bool
    days: tuple[str, ...]
    nutrients: tuple[NutrientRow, ...]
    untargeted: tuple[ShownRow, ...]
    limits: tuple[LimitRow, ...]
    iron: tuple[ReportIron, ...]
    iron_summary: IronSummary | None
    gaps: tuple[Gap, ...] = ()
    closing: Closing | None = None
    vitamin_k_weeks: tuple[WeekMean, ...] = ()
    banners: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    supplements: tuple[str, ...] = ()
    origins: tuple[dict[str, Any], ...] = ()

    def counted_by(self, releases: Sequence[str]) -> Report:
        """The same report, naming the installed releases that its values come from before those of the program."""
        own = tuple({"title": "USDA FoodData Central, installed", "release": release} for release in releases)
        return self.model_copy(update={"origins": (*own, *self.origins)})

    def to_json(self) -> str:
        """The document as JSON, stable in order and ending in a newline."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """The document as plain data: what its JSON holds."""
        return self.model_dump(mode="json", by_alias=True)


def report_schema() -> dict[str, Any]:
    """The JSON schema of a coverage report."""
    return Report.model_json_schema(by_alias=True, mode="serialization")
