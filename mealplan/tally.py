"""Counts what was eaten into a coverage report, from grams, the food table and what a log states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from importlib.metadata import version
from math import isfinite

from foods.ceilings import Ceilings
from foods.nutrients import NUTRIENTS
from foods.origins import read_origins
from foods.table import FoodTable
from mealplan.coverage import (
    ABSORBED,
    MET,
    UNKNOWN_FROM,
    Intake,
    cover,
    find_shortfalls,
    food_intake,
    plan_target,
)
from mealplan.diary.entry import DAY_TOTAL
from mealplan.eaten import EatenDay
from mealplan.health import KIDNEY
from mealplan.iron_by_meal import iron_a_day, iron_by_meal
from mealplan.notices import asides, banners
from mealplan.people import Person
from mealplan.plan import Coverage
from mealplan.report import LimitRow, NutrientRow, Read, Report, ShownRow, Source, WeekMean
from mealplan.supplements import counted, taken
from mealplan.targets import KIDNEY_NUTRIENTS, Limit, Target, limits_for, targets_for

SOURCES = 3
DAYS_A_WEEK = 7

_WITHHELD = ("iron_mg", *KIDNEY_NUTRIENTS, "vitamin_k_ug")


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
    iron = iron_by_meal(days, person, table)
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
        iron_summary=iron_a_day(iron, person, len(days)) if iron else None,
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
        if value > 0 and food != DAY_TOTAL
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
