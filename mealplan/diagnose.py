"""What could not be reached, with proof."""

from __future__ import annotations

import numpy as np

from mealplan.patterns import Space
from mealplan.request import PlanRequest, Weights
from mealplan.score import Bounds, Variety
from mealplan.solve import lower_bound

_KEEP = 10_000.0
"""Points on energy and on caps while a nutrient is maximised: it is bought neither with more food nor with repeats."""


def most_reachable(nutrient: str, space: Space, bounds: Bounds, variety: Variety, request: PlanRequest) -> float:
    """The most of a nutrient's lower bound that any week's mean can reach, in % of the bound, at most 100.

    Proven by the linear bound of a model that knows only this target, the energy limits and the caps on
    repeats: no week of this library within its energy and caps can do better, though the best may be a little lower.
    """
    target = bounds.names.index(nutrient)
    kept = [
        target,
        *(row for row, name in enumerate(bounds.names) if name == "energy_kcal" and row != target),
    ]
    rows = np.array(kept)
    weight = np.where(rows == target, 1.0, _KEEP)
    only = Bounds(
        names=tuple(bounds.names[row] for row in kept),
        column=bounds.column[rows],
        lower=bounds.lower[rows],
        upper=np.where(rows == target, np.inf, bounds.upper[rows]),
        weight=weight,
        daily=bounds.daily[rows],
    )
    free = Weights(**dict.fromkeys(Weights.model_fields, 0.0) | {"over_cap": _KEEP})
    missed = lower_bound(space.reweighted(free), only, variety, free, days=request.days, solver=request.solver)
    return round(100 - min(100.0, missed), 1)
