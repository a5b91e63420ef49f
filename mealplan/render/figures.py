"""A plan's intake against its targets, as it is tabled and told: worst first, missed, over, unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from foods.table import FoodTable
from mealplan.coverage import ABSORBED, UNKNOWN_FROM, is_over, portion_intake
from mealplan.plan import Coverage, Plan, PlanTarget, Portion
from mealplan.render import words

SOURCES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """A nutrient against its target, or against its limit where that is all; ``share`` is the mean's.

    ``worst_day`` is the weekday of ``coverage.worst``, ``sources`` the foods that bring most of it;
    ``upper_authority`` is empty where the limit comes from the report of the target.
    """

    coverage: Coverage
    target: PlanTarget | None
    label: str
    share: float
    worst_day: str
    over: bool
    upper_authority: str
    sources: tuple[str, ...]


def missed(plan: Plan) -> list[str]:
    """What falls short of a target, passes a limit or breaks a rule of the week, in sentences, the worst first."""
    people = len(plan.people)
    short = [words.short_of(shortfall, len(plan.days), people) for shortfall in plan.shortfalls]
    over = [words.over_limit(row, people) for row in plan.coverage if is_over(row)]
    return [*short, *over, *(f"Rule not kept, {rule.rule}: {rule.why}." for rule in plan.rules if not rule.kept)]


def unknown(plan: Plan) -> list[str]:
    """Meals eaten out, and targets neither met nor missed as too much of the food is unmeasured, in sentences."""
    named = {(shortfall.person, shortfall.nutrient) for shortfall in plan.shortfalls}
    out = [words.uncounted(day, meal) for day in plan.days for meal in day.meals if meal.skipped is not None]
    return out + [
        words.not_known(row, len(plan.people))
        for row in plan.coverage
        if row.target
        and row.mean < row.target
        and row.unmeasured > UNKNOWN_FROM
        and (row.person, row.nutrient) not in named
    ]


def coverage_rows(plan: Plan, person: str, table: FoodTable | None = None) -> list[CoverageRow]:
    """One person's nutrients that have a target, worst first. With a ``table``, where they come from too."""
    rows = [row for row in plan.coverage if row.person == person and row.target]
    return sorted(_rows(plan, person, rows, table), key=lambda row: row.share)


def limit_rows(plan: Plan, person: str, table: FoodTable | None = None) -> list[CoverageRow]:
    """One person's nutrients that have a limit only, nearest to it first."""
    rows = [row for row in plan.coverage if row.person == person and not row.target and row.upper is not None]
    return sorted(_rows(plan, person, rows, table), key=lambda row: -row.share)


def _rows(plan: Plan, person: str, rows: Sequence[Coverage], table: FoodTable | None) -> list[CoverageRow]:
    targets = {t.nutrient: t for p in plan.people if p.id == person for t in p.targets}
    sources = {} if table is None else _sources(plan, person, [row.nutrient for row in rows], table)
    return [
        CoverageRow(
            coverage=row,
            target=targets.get(row.nutrient),
            label=words.label(row.nutrient),
            share=row.mean / bound if (bound := row.target or row.upper) else 0.0,
            worst_day=_worst_day(plan, row),
            upper_authority=_other_report(targets.get(row.nutrient)),
            over=is_over(row),
            sources=sources.get(row.nutrient, ()),
        )
        for row in rows
    ]


def _other_report(target: PlanTarget | None) -> str:
    if target is None:
        return ""
    report = target.authority.partition(", ")[2]
    return "" if target.upper_authority == f"UL, {report}" else target.upper_authority


def _worst_day(plan: Plan, row: Coverage) -> str:
    if not row.daily or len(row.daily) != len(plan.days):
        return ""
    # The worst day is sought among those that are wholly known; there may be none.
    place = row.daily.index(row.worst) if row.worst in row.daily else 0
    day = words.day_name(plan.days[place].date)[:3]
    return day if len(plan.days) <= 7 else f"{day} {plan.days[place].date.day}"


def _sources(plan: Plan, person: str, nutrients: Sequence[str], table: FoodTable) -> dict[str, tuple[str, ...]]:
    """The foods that bring most of each nutrient, most first; none where a food is not in the table."""
    keys = [key for key in nutrients if key != ABSORBED]
    brought: dict[str, dict[str, float]] = {key: defaultdict(float) for key in keys}
    for portion in _portions(plan):
        if portion.food_id not in table:
            return {}
        for key, value in portion_intake(portion, person, table, keys).amount.items():
            brought[key][portion.ingredient] += value
    return {key: tuple(_most(foods)) for key, foods in brought.items()}


def _portions(plan: Plan) -> Iterable[Portion]:
    return (portion for _, _, dish in plan.servings() for portion in dish.ingredients)


def _most(foods: Mapping[str, float]) -> list[str]:
    first = sorted(foods.items(), key=lambda item: (-item[1], item[0]))[:SOURCES]
    return [food for food, value in first if value > 0]
