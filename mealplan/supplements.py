"""What a person takes besides food, in the units of the nutrient registry, and which limit counts it.

A plan never asks for a supplement and picks no dose: one that is taken counts against the upper limits that
count it, and is shown beside what food covers, never as part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from foods.nutrients import NUTRIENTS, UnknownNutrient, find_nutrient

_TO_UG: Mapping[str, float] = {"g": 1e6, "mg": 1e3, "ug": 1.0}
_UNIT_WORDS: Mapping[str, str] = {"µg": "ug", "μg": "ug", "mcg": "ug", "iu": "IU", "ie": "IU", "ui": "IU"}
# 1 IU in the unit of the registry (NIH Office of Dietary Supplements, unit conversions of 2016-2020 labels).
_PER_IU: Mapping[str, float] = {"vitamin_d_ug": 0.025, "vitamin_a_ug_rae": 0.3, "vitamin_e_mg": 0.67}
_SYNTHETIC_E_PER_IU = 0.45  # all-rac-alpha-tocopherol, as the RDA counts it
_SYNTHETIC_E_PER_IU_LIMIT = 0.9  # ... and as the upper limit does: every form
_DFE_PER_FOLIC_ACID = 1.7  # IOM 1998
_PROVITAMIN_FORMS = ("carotene", "carotenoid")
_OTHER_FOLATES = ("methyl", "mthf", "folinic", "food")


class Supplement(BaseModel):
    """One nutrient of one product, a day's amount on average.

    Args: nutrient: as the label says, or a registry key; amount: of the nutrient itself (elemental), not of the
    compound; unit: g, mg, ug, IU or ug DFE; form: as the label says, such as ``retinol`` or ``beta-carotene``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)

    nutrient: str = Field(min_length=1, max_length=60)
    amount: float = Field(gt=0, le=100_000)
    unit: str = Field(min_length=1, max_length=12)
    form: str = Field(default="", max_length=60)

    @model_validator(mode="after")
    def _can_be_counted(self) -> Supplement:
        try:
            key = self.key
        except UnknownNutrient as error:
            raise PydanticCustomError(
                "person", "refused", {"why": f": {error.message}", "hint": error.hint or "write iron, vitamin D, ..."}
            ) from None
        if self._amount(key) is None:
            unit = NUTRIENTS[key].unit
            raise PydanticCustomError(
                "person",
                "refused",
                {"why": f", and `{self.unit}` is no unit of {NUTRIENTS[key].label}", "hint": f"give it in {unit}"},
            )
        return self

    @property
    def key(self) -> str:
        """The registry key; folate in any form is ``folate_ug_dfe``."""
        named = self.nutrient.lower()
        if "fol" in named:
            return "folate_ug_dfe"
        if named in ("retinol", "beta-carotene", "beta carotene", "vitamin a"):
            return "vitamin_a_ug_rae"
        return find_nutrient(self.nutrient).key

    @property
    def intake(self) -> float:
        """A day's amount in the registry's unit, as a target would count it."""
        return self._amount(self.key) or 0.0

    def counted(self, limit: str, scope: str) -> float:
        """What of it an upper limit counts, a day, in the limit's unit.

        Args: limit: registry key of the limit; scope: total, supplements, retinol or folic_acid, as in data/dri.csv.
        """
        form = f"{self.nutrient} {self.form}".lower()
        match scope:
            case "retinol":
                plant = any(word in form for word in _PROVITAMIN_FORMS)
                return self.intake if self.key == "vitamin_a_ug_rae" and not plant else 0.0
            case "folic_acid":
                other = any(word in form for word in _OTHER_FOLATES)
                return self.intake / _DFE_PER_FOLIC_ACID if self.key == "folate_ug_dfe" and not other else 0.0
        if self.key != limit:
            return 0.0
        if limit == "vitamin_e_mg" and self._unit == "IU" and self._is_synthetic:
            return self.amount * _SYNTHETIC_E_PER_IU_LIMIT
        return self.intake

    @property
    def _unit(self) -> str:
        plain = " ".join(self.unit.lower().replace("rae", "").replace("dfe", "").split())
        return _UNIT_WORDS.get(plain, plain)

    @property
    def _is_synthetic(self) -> bool:
        form = self.form.lower()
        return "synthetic" in form or "dl-" in form or "rac" in form

    def _amount(self, key: str) -> float | None:
        if self._unit == "IU":
            if key == "vitamin_e_mg" and self._is_synthetic:
                return self.amount * _SYNTHETIC_E_PER_IU
            return self.amount * _PER_IU[key] if key in _PER_IU else None
        unit = NUTRIENTS[key].unit
        if unit not in _TO_UG or self._unit not in _TO_UG:
            return self.amount if self._unit == unit else None
        amount = self.amount * _TO_UG[self._unit] / _TO_UG[unit]
        if key == "folate_ug_dfe" and "dfe" not in self.unit.lower():
            return amount * _DFE_PER_FOLIC_ACID
        return amount

    def describe(self) -> str:
        """``iron 14 mg (bisglycinate)``."""
        return f"{self.nutrient} {self.amount:g} {self.unit}{f' ({self.form})' if self.form else ''}"


def taken(supplements: Iterable[Supplement], key: str) -> float:
    """A day's amount of one nutrient from supplements, in the registry's unit."""
    return sum(supplement.intake for supplement in supplements if supplement.key == key)


def counted(supplements: Iterable[Supplement], limit: str, scope: str) -> float:
    """What of all supplements an upper limit counts, a day."""
    return sum(supplement.counted(limit, scope) for supplement in supplements)
