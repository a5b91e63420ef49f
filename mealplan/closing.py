"""The smallest set of additions and swaps that closes the gaps: a diet problem in whole servings.

What is eaten is a food of which there is one, and what may be added are foods of which there are none yet. Each target
that is missed has a stand-in for what it lacks, dearer than all changes together, so that the most targets are met
first, then with the fewest changes; a second problem with those numbers fixed takes the least energy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from foods.table import FoodTable
from mealplan.coverage import ABSORBED, MET, food_intake
from mealplan.diary.entry import DAY_TOTAL
from mealplan.diet_problem import Diet, Status, diet_problem
from mealplan.eaten import EatenDay
from mealplan.gaps import MIN_KCAL, Kitchen
from mealplan.offers import Offers, build_offers
from mealplan.report import Change, Closing, Held, Moved, NutrientRow, OutOfReach, Report
from mealplan.solvers import SolverFailed

ENERGY = "energy_kcal"
MOST_ADDED = 6
"""Servings a day: more is another diet, not a change to this one."""
MOST_OF_ONE = 2
MOST_TAKEN_OUT = 3
RICHEST = 12
"""Servings looked at for each missed nutrient, by the serving and by energy each."""
SHARE_TO_TAKE_OUT = 0.03
"""Of the day's energy or sodium: what brings less is not worth leaving out."""
STEADY = 0.1
"""Share by which what is held to no target for this person may move: others set it, or it is kept steady."""
SOLVER = "cbc"  # comes with PuLP: the answer is the same whether HiGHS is installed or not
CRUMB = 1e-4  # share of a bound, and amount, by which rounding may miss it
UNMET = 100.0  # cost of a target left missed; a change costs 1
FULL = 0.995  # of a limit: it is reached

ADDED, KEPT, LACKING = "servings added", "eaten foods kept", "targets missed"
REST = "the rest of the food"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plate:
    """The problem: ``table`` has a row for each offer, each eaten food that may go, the rest, and each stand-in."""

    offers: Offers
    out: tuple[str, ...]
    missed: tuple[NutrientRow, ...]
    table: pd.DataFrame
    minimums: Mapping[str, float]
    maximums: Mapping[str, float]

    def holds(self, row: str, key: str) -> float:
        """What one of a row of the table brings."""
        return float(self.table[key].to_numpy()[self.table.index.tolist().index(row)])


def find_closing(report: Report, days: Sequence[EatenDay], kitchen: Kitchen, *, swaps: bool = True) -> Closing | None:
    """What to add and take out each day so that the most missed targets are met and every limit is kept.

    A limit counts as measured; one that is passed already is not passed further, and what is met stays met. None
    where no target is missed.
    Args: swaps: whether what was eaten may be taken out; not from a plan, whose dishes are cooked whole.
    Raises: SolverFailed.
    """
    missed = tuple(row for row in report.nutrients if row.status == "missed" and row.mean < MET * row.target)
    missed = tuple(row for row in missed if row.nutrient not in (ABSORBED, ENERGY))
    if not missed:
        return None
    plate = _build_plate(report, days, missed, kitchen, swaps=swaps)
    fewest = _solve(plate, plate.table[ADDED] - plate.table[KEPT] + UNMET * plate.table[LACKING])
    counts = {part: _count(plate, fewest, part) for part in (ADDED, KEPT, LACKING)}
    lightest = _solve(plate, plate.table[ENERGY], minimums=counts, maximums=counts)
    return _tell(report, plate, lightest, days, kitchen.table)


# -- the problem


def _build_plate(
    report: Report, days: Sequence[EatenDay], missed: tuple[NutrientRow, ...], kitchen: Kitchen, *, swaps: bool
) -> _Plate:
    minimums, maximums = _bounds(report)
    keys = list(dict.fromkeys((*minimums, *maximums)))
    offers = build_offers(kitchen, keys)
    offered = _richest(offers.content, missed)
    eaten = _means(days, kitchen.table, keys)
    out = _may_go(eaten) if swaps else []
    total = pd.Series({key: _known(report, key) for key in keys})
    rest = (total - eaten.loc[out].sum()).clip(lower=0.0)
    stand_ins = pd.DataFrame(0.0, index=[f"{LACKING}: {row.nutrient}" for row in missed], columns=keys)
    table = pd.concat([offered, eaten.loc[out].rename(_eaten), rest.to_frame(REST).T, stand_ins])
    for stand_in, row in zip(stand_ins.index, missed, strict=True):
        # A column of its own: what is lacking must not count towards a limit.
        table[_aim(row)] = table[row.nutrient]
        table.loc[stand_in, _aim(row)] = row.target - row.mean
    parts = np.repeat([ADDED, KEPT, REST, LACKING], [len(offered), len(out), 1, len(missed)])
    for part in (ADDED, KEPT, LACKING):
        table[part] = (parts == part).astype(float)
    return _Plate(
        offers=offers,
        out=tuple(out),
        missed=missed,
        table=table,
        minimums=minimums | {_aim(row): row.target for row in missed} | {KEPT: max(len(out) - MOST_TAKEN_OUT, 0)},
        maximums=maximums | {ADDED: MOST_ADDED},
    )


def _richest(content: pd.DataFrame, missed: Sequence[NutrientRow]) -> pd.DataFrame:
    """The servings that bring most of some missed nutrient, by themselves or for their energy."""
    kcal = content[ENERGY].clip(lower=MIN_KCAL)
    kept: set[str] = set()
    for row in missed:
        for brought in (content[row.nutrient], content[row.nutrient] / kcal):
            kept.update(str(name) for name in brought[brought > 0].nlargest(RICHEST).index)
    return content[content.index.isin(kept)]


def _bounds(report: Report) -> tuple[dict[str, float], dict[str, float]]:
    """Nutrient -> the least and the most a day, of food alone: what is met stays met, and nothing falls."""
    minimums = {row.nutrient: min(row.target, row.mean) for row in report.nutrients if row.nutrient != ABSORBED}
    maximums: dict[str, float] = {}
    for limit in report.limits:
        if limit.scope != "supplements":
            bound = max(limit.limit - limit.supplements, limit.food)
            maximums[limit.nutrient] = min(bound, maximums.get(limit.nutrient, bound))
    for row in report.nutrients:
        if row.nutrient == ENERGY and row.upper is not None:
            maximums[ENERGY] = max(row.upper, row.mean)
    for shown in report.untargeted:
        minimums.setdefault(shown.nutrient, shown.mean * (1 - STEADY))
        bound = shown.mean * (1 + STEADY)
        maximums[shown.nutrient] = min(bound, maximums.get(shown.nutrient, bound))
    # The report's figures are rounded: to change nothing must keep them.
    least = {key: max(bound * (1 - CRUMB) - CRUMB, 0.0) for key, bound in minimums.items()}
    return least, {key: bound * (1 + CRUMB) + CRUMB for key, bound in maximums.items()}


def _aim(row: NutrientRow) -> str:
    return f"{row.nutrient} aimed at"


def _known(report: Report, key: str) -> float:
    """What food brings a day, at least."""
    means = {row.nutrient: row.food for row in report.limits}
    means |= {row.nutrient: row.mean for row in report.untargeted} | {
        row.nutrient: row.mean for row in report.nutrients
    }
    return means[key]


def _means(days: Sequence[EatenDay], table: FoodTable, keys: Sequence[str]) -> pd.DataFrame:
    """(foods eaten x keys) a day, as a mean; unmeasured counts nothing, as it does in the report."""
    found: dict[str, dict[str, float]] = {}
    for day in days:
        for food in day.foods:
            brought = found.setdefault(food.name, dict.fromkeys(keys, 0.0))
            for key, value in food_intake(food, table, keys).amount.items():
                brought[key] += value / len(days)
    return pd.DataFrame.from_dict(found, orient="index", columns=list(keys))


def _may_go(eaten: pd.DataFrame) -> list[str]:
    """Foods that bring a share worth leaving out."""
    judged = [key for key in (ENERGY, "sodium_mg", "saturated_fat_g") if key in eaten.columns]
    shares = eaten[judged] / eaten[judged].sum().replace(0.0, 1.0)
    named = shares[shares.ge(SHARE_TO_TAKE_OUT).any(axis=1)].index
    return sorted(str(name) for name in named if name != DAY_TOTAL)


def _eaten(name: object) -> str:
    return f"eaten {name}"


# -- solving it


def _solve(
    plate: _Plate,
    cost: pd.Series,
    *,
    minimums: Mapping[str, float] | None = None,
    maximums: Mapping[str, float] | None = None,
) -> Diet:
    """The cheapest plate within its bounds, some of them replaced."""
    lower, upper = pd.Series(0.0, index=cost.index), pd.Series(1.0, index=cost.index)
    lower[REST] = 1.0
    upper[plate.table[ADDED] > 0] = MOST_OF_ONE
    diet = diet_problem(
        plate.table,
        minimums={**plate.minimums, **(minimums or {})},
        maximums={**plate.maximums, **(maximums or {})},
        cost=cost,
        lower=lower,
        upper=upper,
        integer=True,
        solver=SOLVER,
    )
    if diet.status is not Status.OPTIMAL:
        raise SolverFailed(f"{diet.solver} finds no plate, though to change nothing is one", hint="try another solver")
    return diet


def _count(plate: _Plate, diet: Diet, part: str) -> float:
    return sum(plate.holds(food, part) * many for food, many in diet.amounts.items())


def _reach(plate: _Plate, row: NutrientRow, *, limited: bool) -> tuple[float, tuple[str, ...]]:
    """The most of a nutrient, the other targets as they are now, and the limits that are reached with it."""
    lacking = {LACKING: 0.0}
    least = {_aim(one): 0.0 for one in plate.missed}
    most = lacking if limited else dict.fromkeys(plate.maximums, np.inf) | {ADDED: MOST_ADDED} | lacking
    diet = _solve(plate, -plate.table[row.nutrient], minimums=least, maximums=most)
    totals = {one.nutrient: one for one in diet.requirements if one.side == "maximum"}
    held = [
        name
        for name, one in totals.items()
        if name not in (ADDED, LACKING, row.nutrient) and one.total >= FULL * one.bound
    ]
    return -float(diet.cost or 0.0), tuple(held) if limited else ()


# -- telling it


def _tell(report: Report, plate: _Plate, diet: Diet, days: Sequence[EatenDay], table: FoodTable) -> Closing:
    added = {title: round(many) for title, many in diet.amounts.items() if title in plate.offers.servings}
    gone = [name for name in plate.out if _eaten(name) not in diet.amounts]
    lacking = [row for row in plate.missed if f"{LACKING}: {row.nutrient}" in diet.amounts]
    more = {key: sum(many * plate.holds(title, key) for title, many in added.items()) for key in plate.table.columns}
    less = {key: sum(plate.holds(_eaten(name), key) for name in gone) for key in plate.table.columns}
    net = {key: more[key] - less[key] for key in more}
    energy = _known(report, ENERGY)
    return Closing(
        changes=(
            *(_added(plate, title, many) for title, many in added.items()),
            *(_gone(plate, name, days) for name in gone),
        ),
        moved=tuple(_moved(row, net[row.nutrient], more[row.nutrient], gone, days, table) for row in plate.missed),
        held=tuple(
            Held(
                nutrient=limit.nutrient,
                unit=limit.unit,
                limit=limit.limit,
                before=round(limit.food + limit.supplements, 4),
                after=round(limit.food + limit.supplements + net[limit.nutrient], 4),
                unmeasured=tuple(
                    plate.offers.servings[title].name
                    for title in added
                    if plate.offers.unmeasured.at[title, limit.nutrient]
                ),
            )
            for limit in report.limits
            if limit.scope != "supplements"
        ),
        out_of_reach=tuple(_out_of_reach(plate, row) for row in lacking),
        kcal_before=round(energy, 1),
        kcal_after=round(energy + net[ENERGY], 1),
        most_added=MOST_ADDED,
    )


def _added(plate: _Plate, title: str, many: int) -> Change:
    offer = plate.offers.servings[title]
    return Change(
        action="add",
        kind=offer.kind,
        name=offer.name,
        servings=many,
        amount=offer.amount,
        unit=offer.unit,
        grams=round(many * offer.grams, 1),
        kcal=round(many * plate.holds(title, ENERGY), 1),
    )


def _gone(plate: _Plate, name: str, days: Sequence[EatenDay]) -> Change:
    grams = sum(food.grams or 0.0 for day in days for food in day.foods if food.name == name) / len(days)
    return Change(
        action="take out",
        kind="food",
        name=name,
        servings=1,
        amount=round(grams, 1),
        unit="g",
        grams=round(grams, 1),
        kcal=round(plate.holds(_eaten(name), ENERGY), 1),
    )


def _moved(
    row: NutrientRow, net: float, more: float, gone: Sequence[str], days: Sequence[EatenDay], table: FoodTable
) -> Moved:
    """Day by day: the same is added to each, and what is taken out goes where it was eaten."""
    less = [
        sum(food_intake(food, table, [row.nutrient]).amount[row.nutrient] for food in day.foods if food.name in gone)
        for day in days
    ]
    after = [value + more - lost for value, lost in zip(row.daily, less, strict=True)]
    return Moved(
        nutrient=row.nutrient,
        unit=row.unit,
        target=row.target,
        before=row.mean,
        after=round(row.mean + net, 4),
        days_met_before=row.days_met,
        days_met_after=sum(value >= MET * row.target for value in after),
    )


def _out_of_reach(plate: _Plate, row: NutrientRow) -> OutOfReach:
    within, held_by = _reach(plate, row, limited=True)
    return OutOfReach(
        nutrient=row.nutrient,
        unit=row.unit,
        target=row.target,
        before=row.mean,
        within=round(within, 4),
        without=round(_reach(plate, row, limited=False)[0], 4),
        held_by=held_by,
    )
