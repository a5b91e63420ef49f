"""Why a plan is as it is, in plain words with the figures beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from foods.nutrients import NUTRIENTS
from mealplan.diagnose import Price, Rich
from mealplan.plan import Plan
from mealplan.render import figures, words

if TYPE_CHECKING:
    from rich.console import Console

MOST = 8
"""Rules of a kind that are told; the rest are counted."""

_RULES = {
    "dish": "is eaten as often as it pays; once more without charge would save",
    "protein": "mains with it are at their fair share; one more would save",
    "cuisine": "mains of it are at their fair share; one more would save",
    "produce": "dishes built on it are at their fair share; one more would save",
}

_FORTIFIED = {
    "vitamin_b12_ug": "B12 is in animal foods and fortified ones",
    "vitamin_d_ug": "vitamin D is in few foods: oily fish, eggs, fortified milks and mushrooms grown under UV light",
    "iron_mg": "iron is also in fortified cereals",
    "folate_ug_dfe": "folic acid is also in fortified flour and cereals",
}


def explain_lines(
    plan: Plan, prices: Sequence[Price], rich: Mapping[str, Sequence[Rich]], rules: Mapping[str, float] | None = None
) -> Iterator[str]:
    """The explanation, line by line: the gap, what targets cost, what rules cost, what is missed and what brings it.

    Args: rules: each rule of the week in words, with its points.
    """
    solve = plan.solve
    least = "" if solve.bound is None else f", and no week of this library costs under {solve.bound:.2f}"
    yield f"The plan costs {solve.objective:.2f} points{least}."
    yield "A point is 1 % of one nutrient's week; the rest of a plan's points are preference and variety."
    yield ""
    yield from _targets(prices)
    yield ""
    yield from _rules(prices)
    yield from _rules_of_the_week(rules or {})
    missed = figures.missed(plan)
    yield ""
    yield "What could not be met" if missed else "Every target is met as far as the food table measures."
    for line in missed:
        yield f"  {line}"
    for nutrient, dishes in rich.items():
        yield from _what_brings(nutrient, dishes)


def _targets(prices: Sequence[Price]) -> Iterator[str]:
    bounds = [price for price in prices if price.rule in ("lower", "upper")]
    if not bounds:
        yield "No target costs anything: all hold with room to spare."
        return
    yield "What targets cost: points for asking 1 % more, or for a limit 1 % tighter"
    for price in bounds[:MOST]:
        kind = "limit " if price.rule == "upper" else ""
        yield f"  {kind}{words.label(price.about)}: {price.points:.2f}"


def _rules(prices: Sequence[Price]) -> Iterator[str]:
    yield "Rules that bind, in points"
    for rule, meaning in _RULES.items():
        found = [price for price in prices if price.rule == rule]
        for price in found[:MOST]:
            yield f"  {price.about}: {meaning} {price.points:.2f}"
        if len(found) > MOST:
            yield f"  and {len(found) - MOST} more of this kind"


def _rules_of_the_week(rules: Mapping[str, float]) -> Iterator[str]:
    if rules:
        yield ""
        yield "What rules of the week cost, in points that the best week rises by (to within 0.2 % of the bound)"
    for said, points in rules.items():
        yield f"  {said}: {points:.2f}"


def _what_brings(nutrient: str, dishes: Sequence[Rich]) -> Iterator[str]:
    yield f"  Dishes with most {words.label(nutrient)} per 100 kcal:"
    unit = words.unit_sign(NUTRIENTS[nutrient].unit)
    for dish in dishes:
        left_out = "" if dish.allowed else " (left out by the diet, the foods avoided or the minutes)"
        yield f"    {dish.title}: {words.amount(dish.amount)} {unit}{left_out}"
    if nutrient in _FORTIFIED:
        yield f"    {_FORTIFIED[nutrient]}; whether a supplement fits is for a clinician to say."


def print_explanation(
    plan: Plan,
    prices: Sequence[Price],
    rich: Mapping[str, Sequence[Rich]],
    rules: Mapping[str, float],
    console: Console,
) -> None:
    """The explanation on a terminal or in a pipe."""
    for line in explain_lines(plan, prices, rich, rules):
        console.print(line, markup=False)
