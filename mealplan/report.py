"""The coverage report: what was eaten against targets and limits, what is unknown, and iron meal by meal.

The JSON form is a contract, named by ``schema``; `report_schema` exports its JSON schema. Every number is worked out
from grams, the food table and what a log states, in `mealplan.coverage`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from importlib.metadata import version
from math import isfinite
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from foods.ceilings import Ceilings
from foods.nutrients import NUTRIENTS
from foods.origins import read_origins
from foods.table import FoodTable
from mealplan.coverage import (
    ABSORBED,
    MET,
    UNKNOWN_FROM,
    Intake,
    IronEaten,
    cover,
    find_shortfalls,
    food_intake,
    iron_of,
    plan_target,
)
from mealplan.eaten import EatenDay, EatenMeal
from mealplan.health import KIDNEY, ferritin_of_stores
from mealplan.iron import (
    CUP_OF_TEA_G,
    PAIRED_NONHEME_MG,
    PAIRED_VITAMIN_C_MG,
    absorbed_iron_mg,
    heme_share,
    nonheme_share_in_diets,
)
from mealplan.notices import asides, banners
from mealplan.people import Person
from mealplan.plan import Coverage
from mealplan.supplements import counted, taken
from mealplan.targets import KIDNEY_NUTRIENTS, Limit, Target, limits_for, targets_for

SCHEMA: Literal["mealplan/coverage/1"] = "mealplan/coverage/1"
SOURCES = 3
CALCIUM_BESIDE_MG = 300.0
"""Calcium in a meal from which single-meal tests found clearly less iron taken up (Hallberg et al. 1991)."""
STEEPED_BESIDE_G = 100.0
DAYS_A_WEEK = 7

_WITHHELD = ("iron_mg", *KIDNEY_NUTRIENTS, "vitamin_k_ug")

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
    vitamin_k_weeks: tuple[WeekMean, ...] = ()
    banners: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    supplements: tuple[str, ...] = ()
    origins: tuple[dict[str, Any], ...] = ()

    def to_json(self) -> str:
        """The document as JSON, stable in order and ending in a newline."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"


def report_schema() -> dict[str, Any]:
    """The JSON schema of a coverage report."""
    return Report.model_json_schema(by_alias=True, mode="serialization")


@dataclass(slots=True)
class _Tally:
    """All that is counted in one pass over the food."""

    intakes: list[Intake]
    sources: dict[str, dict[str, float]]
    measured: dict[str, set[str]]
    names: set[str]


def build_report(days: Sequence[EatenDay], person: Person, read: Read, table: FoodTable, ceilings: Ceilings) -> Report:
    """The report on what one person ate, worst nutrient first; ``days`` holds at least one.

    Raises: foods.errors.FoodsError: a food not in the table; InvalidPerson: an impossible energy.
    """
    targets = targets_for(person)
    limits = [limit for limit in limits_for(person) if not _is_the_clinics(limit.nutrient, person)]
    iron = _iron_rows(days, person, table)
    told = iron is not None
    held = [target for target in targets if told or target.nutrient != ABSORBED]
    keys = sorted({target.nutrient for target in held} - {ABSORBED} | {limit.nutrient for limit in limits})
    keys = sorted({*keys, *_WITHHELD}, key=list(NUTRIENTS).index)
    tally = _tally(days, table, ceilings, keys)
    absorbed = [sum(row.absorbed_mg for row in iron or () if row.day == day.name) for day in days]
    names = tuple(day.name for day in days)
    rows = _nutrient_rows(held, person, tally, absorbed, names)
    return Report(
        program=f"mealplan {version('mealplan')}",
        read=read,
        person=person.model_dump(mode="json", exclude_none=True),
        assumed=person.assumed,
        days=names,
        nutrients=rows,
        untargeted=_untargeted(held, tally),
        limits=_limit_rows(limits, held, person, tally, names),
        iron=iron or (),
        iron_summary=_summary(iron, person, len(days)) if iron else None,
        vitamin_k_weeks=_weeks(names, tally) if "warfarin" in person.medicines else (),
        banners=tuple(banners(person)),
        asides=tuple(asides(person)),
        supplements=tuple(supplement.describe() for supplement in person.supplements),
        origins=read_origins(),
    )


def _is_the_clinics(nutrient: str, person: Person) -> bool:
    """Whether no published limit is to be read for this person: the renal team sets it."""
    return nutrient in KIDNEY_NUTRIENTS and bool(KIDNEY & set(person.conditions))


def _untargeted(targets: Sequence[Target], tally: _Tally) -> tuple[ShownRow, ...]:
    """The intake alone of what usually has a target and has none for this person."""
    aimed = {target.nutrient for target in targets if target.lower is not None}
    days = len(tally.intakes)
    return tuple(
        ShownRow(
            nutrient=key,
            unit=NUTRIENTS[key].unit,
            mean=round(sum(intake.amount[key] for intake in tally.intakes) / days, 4),
            mean_most=_finite(sum(intake.most[key] for intake in tally.intakes) / days),
            worst=round(min(intake.amount[key] for intake in tally.intakes), 4),
        )
        for key in _WITHHELD
        if key not in aimed
    )


def _tally(days: Sequence[EatenDay], table: FoodTable, ceilings: Ceilings, keys: Sequence[str]) -> _Tally:
    tally = _Tally([], defaultdict(lambda: defaultdict(float)), defaultdict(set), set())
    for day in days:
        total = Intake()
        for food in day.foods:
            intake = food_intake(food, table, keys, ceilings)
            total.add(intake)
            tally.names.add(food.name)
            for key, value in intake.amount.items():
                tally.sources[key][food.name] += value
                tally.measured[key].add(food.name)
        tally.intakes.append(total)
    return tally


def _nutrient_rows(
    targets: Sequence[Target], person: Person, tally: _Tally, absorbed: Sequence[float], names: Sequence[str]
) -> tuple[NutrientRow, ...]:
    """Those with a target to reach, the one least met first; what is unknown after what is missed."""
    held = [plan_target(target) for target in targets]
    covered = cover(held, person.id, tally.intakes, absorbed)
    missed = {short.nutrient for short in find_shortfalls(covered, held)}
    rows = [
        _nutrient_row(target, row, row.nutrient in missed, person, tally, names)
        for target, row in zip(targets, covered, strict=True)
        if row.target
    ]
    order = ("missed", "unknown", "met")
    return tuple(sorted(rows, key=lambda row: (order.index(row.status), row.mean / row.target)))


def _nutrient_row(
    target: Target, row: Coverage, missed: bool, person: Person, tally: _Tally, names: Sequence[str]
) -> NutrientRow:
    key = row.nutrient
    lower = row.target or 0.0
    asked = "iron_mg" if key == ABSORBED else key
    most = None if key == ABSORBED else _finite(sum(intake.most[key] for intake in tally.intakes) / len(names))
    unknown = row.unmeasured > UNKNOWN_FROM and row.mean < MET * lower
    return NutrientRow(
        nutrient=key,
        unit=row.unit,
        target=round(lower, 3),
        upper=None if row.upper is None else round(row.upper, 3),
        period=target.period,
        goal=target.goal,
        authority=row.authority,
        status="missed" if missed else "unknown" if unknown else "met",
        mean=row.mean,
        mean_most=most,
        worst=row.worst,
        worst_day=names[row.daily.index(min(row.daily))],
        days_met=sum(value >= MET * lower for value in row.daily),
        daily=row.daily,
        unmeasured=row.unmeasured,
        foods=len(tally.names),
        foods_measured=len(tally.measured[asked]),
        sources=_sources(tally.sources[asked], len(names)) if key != ABSORBED else (),
        supplements=0.0 if key == ABSORBED else round(taken(person.supplements, key), 4),
        note=target.note,
    )


def _limit_rows(
    limits: Sequence[Limit], targets: Sequence[Target], person: Person, tally: _Tally, names: Sequence[str]
) -> tuple[LimitRow, ...]:
    """The nearest first; a limit on supplements alone is shown only to those who take one."""
    others = _other_limits(targets, {limit.nutrient for limit in limits})
    rows = [_limit_row(limit, person, tally, names) for limit in (*limits, *others)]
    shown = [row for row in rows if row.scope != "supplements" or row.supplements]
    return tuple(sorted(shown, key=lambda row: -(row.food + row.supplements) / row.limit))


def _other_limits(targets: Sequence[Target], limited: Set[str]) -> list[Limit]:
    """What is to be stayed below for another reason than a UL: sodium, saturated fat, shares of energy."""
    return [
        Limit(
            nutrient=target.nutrient,
            amount=target.upper,
            scope="total",
            counts=target.upper_scope or "food, drinks and supplements together",
            authority=target.upper_authority or target.authority,
        )
        for target in targets
        if target.upper is not None and target.nutrient not in {*limited, "energy_kcal"}
    ]


def _limit_row(limit: Limit, person: Person, tally: _Tally, names: Sequence[str]) -> LimitRow:
    key = limit.nutrient
    pills = counted(person.supplements, key, limit.scope)
    on_food = limit.scope != "supplements"
    daily = [intake.amount[key] if on_food else 0.0 for intake in tally.intakes]
    mean = sum(daily) / len(daily)
    most = _finite(sum(intake.most[key] for intake in tally.intakes) / len(names)) if on_food else 0.0
    passed = mean + pills > limit.amount * (2 - MET)
    kept = most is not None and most + pills <= limit.amount * (2 - MET)
    return LimitRow(
        nutrient=key,
        unit=NUTRIENTS[key].unit,
        limit=round(limit.amount, 3),
        authority=str(limit.authority),
        scope=limit.scope,
        counts=limit.counts,
        food=round(mean, 4),
        food_most=most,
        supplements=round(pills, 4),
        highest=round(max(daily) + pills, 4),
        highest_day=names[daily.index(max(daily))],
        status="passed" if passed else "kept" if kept else "unknown",
    )


def _sources(brought: Mapping[str, float], days: int) -> tuple[Source, ...]:
    total = sum(brought.values())
    first = sorted(brought.items(), key=lambda item: (-item[1], item[0]))[:SOURCES]
    return tuple(
        Source(food=food, amount=round(value / days, 4), share=round(value / total, 4))
        for food, value in first
        if value > 0
    )


def _iron_rows(days: Sequence[EatenDay], person: Person, table: FoodTable) -> tuple[ReportIron, ...] | None:
    """Iron by meal, or None where the log does not tell meals apart: vitamin C helps only beside the iron."""
    if any(not meal.name for day in days for meal in day.meals):
        return None
    return tuple(_iron_row(day.name, meal, person, table) for day in days for meal in day.meals)


def _iron_row(day: str, meal: EatenMeal, person: Person, table: FoodTable) -> ReportIron:
    iron = iron_of(meal, table)
    stores = person.shown_stores_mg
    amounts = (iron.nonheme_mg, iron.heme_mg, iron.vitamin_c_mg, iron.meat_g)
    shown = float(absorbed_iron_mg(*amounts, stores_mg=stores))
    others = _second_model(iron, person.ferritin_ug_l or ferritin_of_stores(stores), stores)
    return ReportIron(
        day=day,
        meal=meal.name,
        heme_mg=round(iron.heme_mg, 4),
        nonheme_mg=round(iron.nonheme_mg, 4),
        vitamin_c_mg=round(iron.vitamin_c_mg, 3),
        meat_g=round(iron.meat_g, 1),
        calcium_mg=round(iron.calcium_mg, 1),
        absorbed_mg=round(float(absorbed_iron_mg(*amounts)), 4),
        shown_mg=round(shown, 4),
        low_mg=round(min(shown, *others), 4),
        high_mg=round(max(shown, *others), 4),
        notes=_beside(iron, seeks_iron=person.may_seek_iron),
    )


def _second_model(iron: IronEaten, ferritin_ug_l: float, stores_mg: int) -> tuple[float, ...]:
    """Absorbed iron by the second model, with phytate at its least and at its most; heme as in the first."""
    return tuple(
        iron.heme_mg * heme_share(stores_mg)
        + iron.nonheme_mg
        * nonheme_share_in_diets(
            iron.nonheme_mg,
            iron.vitamin_c_mg,
            iron.meat_g,
            calcium_mg=iron.calcium_mg,
            phytate_mg=phytate,
            tea_cups=iron.tea_g / CUP_OF_TEA_G,
            ferritin_ug_l=ferritin_ug_l,
        )
        for phytate in iron.phytate_mg
    )


def _beside(iron: IronEaten, *, seeks_iron: bool) -> tuple[str, ...]:
    """What stands beside the iron of a meal, where there is enough of it to matter."""
    if iron.nonheme_mg < PAIRED_NONHEME_MG or not seeks_iron:
        return ()
    notes = []
    if iron.vitamin_c_mg < PAIRED_VITAMIN_C_MG:
        notes.append(f"under {PAIRED_VITAMIN_C_MG:g} mg vitamin C")
    drinks = (("tea", iron.tea_g), ("coffee", iron.coffee_g))
    notes += [f"{name} beside it" for name, grams in drinks if grams >= STEEPED_BESIDE_G]
    if iron.calcium_mg >= CALCIUM_BESIDE_MG:
        notes.append(f"{iron.calcium_mg:.0f} mg calcium beside it")
    return tuple(notes)


def _summary(iron: Sequence[ReportIron], person: Person, days: int) -> IronSummary:
    def a_day(values: Iterable[float]) -> float:
        return round(sum(values) / days, 4)

    return IronSummary(
        stores_mg=person.shown_stores_mg,
        eaten_mg=a_day(row.heme_mg + row.nonheme_mg for row in iron),
        heme_mg=a_day(row.heme_mg for row in iron),
        absorbed_mg=a_day(row.absorbed_mg for row in iron),
        shown_mg=a_day(row.shown_mg for row in iron),
        low_mg=a_day(row.low_mg for row in iron),
        high_mg=a_day(row.high_mg for row in iron),
        without_vitamin_c=sum(any("vitamin C" in note for note in row.notes) for row in iron),
        meals=len(iron),
    )


def _weeks(names: Sequence[str], tally: _Tally) -> tuple[WeekMean, ...]:
    """Vitamin K by stretches of seven days."""
    daily = [intake.amount["vitamin_k_ug"] for intake in tally.intakes]
    weeks = [range(start, min(start + DAYS_A_WEEK, len(daily))) for start in range(0, len(daily), DAYS_A_WEEK)]
    return tuple(
        WeekMean(first_day=names[week[0]], mean=round(sum(daily[day] for day in week) / len(week), 2)) for week in weeks
    )


def _finite(value: float) -> float | None:
    return round(value, 4) if isfinite(value) else None
