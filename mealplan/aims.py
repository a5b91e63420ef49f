"""What a plan is held to: a person's published targets, and the caller's own aims and quantities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from mealplan.asked import InvalidRequest, Problem
from mealplan.coverage import ABSORBED, MET
from mealplan.dishes import Dish
from mealplan.leftovers import cooked_dish, is_left_over
from mealplan.nutrition import Servings
from mealplan.plan import Plan
from mealplan.request import Aim, PlanRequest, Quantity
from mealplan.spending import serving_costs
from mealplan.targets import Authority, Target, targets_for

Floats = NDArray[np.float64]

DAYS_A_WEEK = 7
OWN = Authority(kind="own", report="as given")

BUDGET = "the week's budget"
BROKEN_PCT = 5.0
"""% beyond a budget that weigh as much as a rule broken once; energy weighs more: nobody goes hungry for a budget."""
BUDGET_KEY = f"own:{BUDGET}"


def targets_of(request: PlanRequest) -> tuple[Target, ...]:
    """The bounds that a request is held to, its own in place of those published for the person.

    A side that an aim leaves open stays as published.
    Raises: InvalidRequest: an aim that crosses a published bound, or seeks iron where it may build up; own bounds alone
    without both on energy, which decide how much is eaten; InvalidPerson.
    """
    published = {target.nutrient: target for target in targets_for(request.person)} if request.published else {}
    problems = [*_dangerous(request), *_crossed(request.aims, published)]
    if problems:
        raise InvalidRequest(tuple(problems))
    own = {aim.nutrient: _to_target(aim, published.get(aim.nutrient)) for aim in request.aims}
    targets = tuple((published | own).values())
    energy = next((target for target in targets if target.nutrient == "energy_kcal"), None)
    if energy is None or energy.lower is None or energy.upper is None:
        message = "needs `lower` and `upper` of energy_kcal: they decide how much is eaten"
        raise InvalidRequest((Problem(field="aims", value=[aim.nutrient for aim in request.aims], message=message),))
    return targets


def _dangerous(request: PlanRequest) -> Iterator[Problem]:
    for place, aim in enumerate(request.aims):
        if aim.lower and aim.nutrient in ("iron_mg", ABSORBED) and not request.person.may_seek_iron:
            message = f"iron is not sought for {request.person.id}, where it may build up; `upper` may be given"
            yield Problem(field=f"aims.{place}.lower", value=aim.lower, message=message)


def _crossed(aims: Sequence[Aim], published: Mapping[str, Target]) -> Iterator[Problem]:
    for place, aim in enumerate(aims):
        held = published.get(aim.nutrient)
        if held is None:
            continue
        for side, other, bound, limit, crossed in (
            ("lower", "upper", aim.lower, held.upper, aim.upper is None and (aim.lower or 0.0) > (held.upper or inf)),
            ("upper", "lower", aim.upper, held.lower, aim.lower is None and (aim.upper or inf) < (held.lower or 0.0)),
        ):
            if crossed:
                message = f"crosses the published {other} bound of {aim.nutrient}, {limit:g}: give `{other}` too"
                yield Problem(field=f"aims.{place}.{side}", value=bound, message=message)


def _to_target(aim: Aim, published: Target | None) -> Target:
    lower, upper = aim.lower, aim.upper
    authority = upper_authority = OWN
    if published is not None and lower is None:
        lower, authority = published.lower, published.authority if published.lower is not None else OWN
    if published is not None and upper is None:
        upper, upper_authority = published.upper, published.upper_authority or published.authority
    return Target(
        nutrient=aim.nutrient,
        lower=lower,
        upper=upper,
        goal="own",
        authority=authority,
        upper_authority=upper_authority if upper is not None and upper_authority != authority else None,
        period=aim.period,
        weight=aim.weight,
        headline=published is not None and published.headline,
        note="a bound of one's own",
    )


def quantity_targets(quantities: Sequence[Quantity]) -> Iterator[Target]:
    """The bounds on quantities, per day, as those on nutrients."""
    for one in quantities:
        if one.lower is None and one.upper is None:
            continue
        days = DAYS_A_WEEK if one.period == "week" else 1
        yield Target(
            nutrient=one.key,
            lower=None if one.lower is None else one.lower / days,
            upper=None if one.upper is None else one.upper / days,
            goal="own",
            authority=OWN,
            period=one.period,
            weight=one.weight,
        )


def quantities_asked(request: PlanRequest, dishes: Sequence[Dish]) -> tuple[Quantity, ...]:
    """The caller's own quantities, and what dishes cost where a rule of the week holds a budget."""
    budget = request.rules.budget
    if budget is None:
        return request.quantities
    costs = serving_costs(dish for dish in dishes if not is_left_over(dish.slug))
    spent = Quantity(
        name=BUDGET, unit="US$", per_serving=costs, upper=budget, weight=request.weights.broken_rule / BROKEN_PCT
    )
    return (*request.quantities, spent)


def with_quantities(servings: Servings, quantities: Sequence[Quantity]) -> Servings:
    """The servings with a column for each quantity."""
    if not quantities:
        return servings
    columns = np.column_stack([_per_serving(servings.dishes, one) for one in quantities])
    return replace(
        servings,
        keys=(*servings.keys, *(one.key for one in quantities)),
        amount=np.column_stack([servings.amount, columns]),
        unmeasured=np.column_stack([servings.unmeasured, np.zeros_like(columns)]),
    )


def own_cost(dishes: Sequence[Dish], quantities: Sequence[Quantity]) -> Floats | None:
    """(n_dishes,) points that quantities put on a serving of each dish; None where none has a cost."""
    dear = [one.cost * _per_serving(dishes, one) for one in quantities if one.cost]
    return np.sum(dear, axis=0) if dear else None


def _per_serving(dishes: Sequence[Dish], quantity: Quantity) -> Floats:
    return np.array([quantity.per_serving.get(cooked_dish(dish.slug), 0.0) for dish in dishes])


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityEaten:
    """A quantity of a plan: ``total`` of all days, ``daily``, and whether its bounds are kept, to half a percent."""

    name: str
    unit: str
    total: float
    daily: tuple[float, ...]
    kept: bool


def quantities_of(plan: Plan) -> tuple[QuantityEaten, ...]:
    """What a plan holds of each quantity it was asked to heed, per eater: from its servings, not from the solver.

    Raises: InvalidRequest: a request that is none.
    """
    asked = PlanRequest.model_validate(plan.request).quantities
    return tuple(_eaten(one, plan) for one in asked)


def _eaten(quantity: Quantity, plan: Plan) -> QuantityEaten:
    daily = [0.0] * len(plan.days)
    for day, _, dish in plan.servings():
        # People share a plate, so the servings of all are what the day holds of it.
        daily[day.day - 1] += quantity.per_serving.get(dish.dish, 0.0) * sum(dish.servings.values())
    held, days = ([sum(daily)], len(daily) / DAYS_A_WEEK) if quantity.period == "week" else (daily, 1.0)
    least, most = (quantity.lower or 0.0) * days, (inf if quantity.upper is None else quantity.upper) * days
    return QuantityEaten(
        name=quantity.name,
        unit=quantity.unit,
        total=round(sum(daily), 4),
        daily=tuple(round(amount, 4) for amount in daily),
        kept=all(least * MET <= amount <= most * (2 - MET) for amount in held),
    )


def check_quantities(quantities: Sequence[Quantity], dishes: Sequence[Dish]) -> None:
    """Raises: InvalidRequest: a quantity of a dish that is not there."""
    known = {dish.slug for dish in dishes}
    problems = tuple(
        Problem(field=f"quantities.{place}.per_serving", value=slug, message="no dish is called that")
        for place, one in enumerate(quantities)
        for slug in one.per_serving
        if slug not in known
    )
    if problems:
        raise InvalidRequest(problems)
