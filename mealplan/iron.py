"""Iron absorbed from a meal: heme, non-heme, and what helps the second."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

ENHANCING_CAP = 75.0
"""Enhancing factor beyond which nothing more is absorbed: mg vitamin C plus g cooked meat, fish, poultry."""

HEME_OF_MEAT = 0.40
"""Share of the iron of meat, fish or poultry that is heme, where its kind was not measured (Monsen et al. 1978)."""

RAW_PER_COOKED_MEAT = 1.3
"""Grams of raw meat, fish or poultry in a gram as eaten (Monsen et al. 1978)."""

PAIRED_NONHEME_MG = 3.0
PAIRED_VITAMIN_C_MG = 25.0
"""From so much non-heme iron a meal is to hold so much vitamin C (FAO/WHO 2004)."""

CUP_OF_TEA_G = 240.0
PHYTATE_FLOOR_MG = 10.0
CALCIUM_FLOOR_MG = 10.0
"""Below these the logarithm would run away; hardly a meal holds less."""


@dataclass(frozen=True, slots=True)
class _Shares:
    """Shares absorbed at one level of iron stores: heme, and non-heme at enhancing factor 0 and 75."""

    heme: float
    base: float
    top: float


# Monsen et al. 1978, Am J Clin Nutr 31:134, table of availability classes; stores in mg.
_SHARES = {
    0: _Shares(0.35, 0.05, 0.20),
    250: _Shares(0.28, 0.04, 0.12),
    500: _Shares(0.23, 0.03, 0.08),
    1000: _Shares(0.15, 0.02, 0.04),
}
STORES_MG = tuple(_SHARES)


def nonheme_share(enhancing: ArrayLike, stores_mg: int = 0) -> Floats:
    """Share of a meal's non-heme iron that is absorbed.

    Args: enhancing: mg vitamin C plus g cooked meat, fish and poultry in the meal, any shape.
    Returns: the same shape, between the published low and high class.
    Raises: ValueError: a negative factor, or stores outside the published four.
    Source: Monsen & Balintfy 1982, J Am Diet Assoc 80:307: base + c ln(1 + EF/100), c such that EF 75
    gives the high class.
    """
    shares = _shares(stores_mg)
    factor = np.asarray(enhancing, dtype=np.float64)
    if np.any(factor < 0):
        raise ValueError("the enhancing factor cannot be negative")
    slope = (shares.top - shares.base) / math.log1p(ENHANCING_CAP / 100)
    return shares.base + slope * np.log1p(np.minimum(factor, ENHANCING_CAP) / 100)


def heme_share(stores_mg: int = 0) -> float:
    """Share of heme iron that is absorbed, whatever else is eaten. Source: Monsen et al. 1978."""
    return _shares(stores_mg).heme


def absorbed_iron_mg(
    nonheme_mg: ArrayLike, heme_mg: ArrayLike, vitamin_c_mg: ArrayLike, meat_g: ArrayLike, stores_mg: int = 0
) -> Floats:
    """Iron absorbed from one meal, in mg.

    Args: arrays of one shape, a meal each; vitamin C in mg and cooked meat, fish and poultry in g as eaten;
    ``stores_mg`` 0, 250, 500 or 1000.
    Raises: ValueError: a negative amount, or stores outside the published four.
    Source: Monsen & Balintfy 1982; its limits are in docs/iron.md.
    """
    nonheme, heme = np.asarray(nonheme_mg, dtype=np.float64), np.asarray(heme_mg, dtype=np.float64)
    vitamin_c, meat = np.asarray(vitamin_c_mg, dtype=np.float64), np.asarray(meat_g, dtype=np.float64)
    if any(np.any(amount < 0) for amount in (nonheme, heme, vitamin_c, meat)):
        raise ValueError("an amount in a meal cannot be negative")
    return heme_share(stores_mg) * heme + nonheme * nonheme_share(vitamin_c + meat, stores_mg)


def nonheme_share_in_diets(
    nonheme_mg: float,
    vitamin_c_mg: float,
    meat_g: float,
    *,
    calcium_mg: float,
    phytate_mg: float,
    tea_cups: float,
    ferritin_ug_l: float,
) -> float:
    """Share of a meal's non-heme iron that is absorbed, by a second model that knows what holds iron back.

    Args: one meal as eaten; ``meat_g`` cooked. Amounts below those of any meal it was fitted to count as the floor.
    Returns: at most the share of heme iron absorbed at empty stores.
    Raises: ValueError: a negative amount, or no ferritin.
    Source: Armah et al. 2013, J Nutr 143:1136, a regression on complete diets. Its coefficients were carried over
    from memory of the paper and per-meal inputs are inferred (docs/iron.md): a band about the estimate, not an
    estimate.
    """
    if ferritin_ug_l <= 0 or min(nonheme_mg, vitamin_c_mg, meat_g, calcium_mg, phytate_mg, tea_cups) < 0:
        raise ValueError("an amount in a meal cannot be negative, and ferritin is above 0")
    percent = math.exp(
        6.294
        - 0.709 * math.log(ferritin_ug_l)
        + 0.119 * math.log(max(vitamin_c_mg, 1.0))
        + 0.006 * math.log(meat_g + 0.1)
        - 0.055 * math.log(tea_cups + 0.1)
        - 0.247 * math.log(max(phytate_mg, PHYTATE_FLOOR_MG))
        - 0.137 * math.log(max(calcium_mg, CALCIUM_FLOOR_MG))
        - 0.083 * math.log(max(nonheme_mg, 0.1))
    )
    return min(percent / 100, heme_share(0))


def _shares(stores_mg: int) -> _Shares:
    if stores_mg not in _SHARES:
        raise ValueError(f"iron stores of {stores_mg} mg: published are {', '.join(map(str, STORES_MG))}")
    return _SHARES[stores_mg]
