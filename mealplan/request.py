"""Everything that shapes a plan, with every default."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from mealplan.people import Person


class Weights(BaseModel):
    """What a week is judged by, in points; a point is 1 % of one nutrient's week at weight 1.

    The nutrient targets carry their own weights (`mealplan.targets`); these are the rest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    energy_day: float = Field(
        default=6.0, ge=0, description="per % of energy outside a day's band, shared over the days"
    )
    energy_week: float = Field(default=6.0, ge=0, description="per % of energy outside the week's band")
    unpaired_iron: float = Field(
        default=3.0, ge=0, description="a meal with 3 mg non-heme iron and under 25 mg vitamin C"
    )
    uneven_meal: float = Field(
        default=0.15, ge=0, description="per % of the day's energy a meal lies outside its share"
    )
    serving: float = Field(default=0.4, ge=0, description="per half serving away from what is usual at this energy")
    minutes: float = Field(
        default=0.01, ge=0, description="per minute of cooking a meal takes beyond a quarter of an hour"
    )
    no_starch: float = Field(default=0.4, ge=0, description="a main that goes with rice, bread or potatoes, without")
    no_greens: float = Field(default=0.4, ge=0, description="a main that goes with vegetables or salad, without")
    foreign_side: float = Field(default=0.3, ge=0, description="a side of another table: a Chinese one beside a curry")
    same_protein: float = Field(default=1.5, ge=0, description="each main of one protein beyond its fair share")
    repeat: float = Field(default=0.4, ge=0, description="each further time a dish is eaten in the week")
    adjacent: float = Field(default=4.0, ge=0, description="a dish on two days in a row")
    same_day: float = Field(default=8.0, ge=0, description="a dish twice on one day")
    over_cap: float = Field(default=100.0, ge=0, description="each use of a dish beyond its cap")
    check_label: float = Field(default=0.3, ge=0, description="a dish that fits only if the label says so")


class PlanRequest(BaseModel):
    """What is asked for. Times are days; energy is per person and day in kcal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: Person = Field(default_factory=Person)
    diets: tuple[str, ...] = ("omnivore",)
    avoid: tuple[str, ...] = ()
    days: int = Field(default=7, ge=1, le=28)
    start: date
    seed: int = Field(default=1, ge=0, le=2**32 - 1)
    max_minutes: int | None = Field(default=None, ge=5)
    solver: Literal["auto", "cbc", "highs"] = "auto"
    effort: int = Field(default=3, ge=1, le=50, description="how many seeded searches the plan is the best of")
    time_limit_s: float = Field(default=120.0, gt=0)
    weights: Weights = Field(default_factory=Weights)
