"""Everything that shapes a plan, with every default."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from mealplan.errors import MealplanError
from mealplan.occasions import Hemisphere
from mealplan.people import Person

IN_PREGNANCY = "pregnancy"
"""The diet that everyone pregnant follows, whatever else they choose (`mealplan.diets`)."""


class Weights(BaseModel):
    """What a week is judged by, in points; a point is 1 % of one nutrient's week at weight 1.

    The nutrient targets carry their own weights (`mealplan.targets`); these are the rest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    unpaired_iron: float = Field(
        default=3.0, ge=0, description="a meal with 3 mg non-heme iron and under 25 mg vitamin C"
    )
    inhibited_iron: float = Field(
        default=0.3, ge=0, description="such a meal with 300 mg calcium or more, or with coffee, tea or cocoa"
    )
    evening: float = Field(default=0.5, ge=0, description="a dish with caffeine or alcohol at dinner")
    uneven_meal: float = Field(
        default=0.15, ge=0, description="per % of the day's energy a meal lies outside its share"
    )
    thin_protein: float = Field(
        default=0.03,
        ge=0,
        description="per % of the day's protein that a breakfast, lunch or dinner lies below a fifth of it",
    )
    serving: float = Field(default=0.4, ge=0, description="per half serving away from what is usual at this energy")
    minutes: float = Field(default=0.01, ge=0, description="per minute at the stove")
    weekday_minutes: float = Field(
        default=0.01,
        ge=0,
        description="per minute beyond half an hour that a dish takes on a weekday, waiting included",
    )
    cost: float = Field(default=0.0, ge=0, description="per US$ of food; 0 where cost was not asked for")
    no_starch: float = Field(default=0.4, ge=0, description="a main that goes with rice, bread or potatoes, without")
    no_greens: float = Field(default=0.4, ge=0, description="a main that goes with vegetables or salad, without")
    foreign_side: float = Field(default=0.3, ge=0, description="a side of another table: a Chinese one beside a curry")
    same_food: float = Field(default=2.0, ge=0, description="two dishes of one meal built on the same food")
    out_of_season: float = Field(default=0.2, ge=0, description="a dish out of its season")
    check_label: float = Field(default=0.3, ge=0, description="a dish that fits only if the label says so")
    same_protein: float = Field(default=1.5, ge=0, description="each main of one protein beyond its fair share")
    same_cuisine: float = Field(default=0.5, ge=0, description="each main of one cuisine beyond its fair share")
    same_produce: float = Field(
        default=0.2,
        ge=0,
        description="each main, breakfast or snack built on one vegetable or fruit beyond three a week",
    )
    protein_twice: float = Field(default=0.5, ge=0, description="a lunch and a dinner of one day with the same protein")
    repeat: float = Field(default=0.4, ge=0, description="each further time a dish is eaten in the week")
    repeat_breakfast: float = Field(default=0.1, ge=0, description="the same for a breakfast or a drink")
    adjacent: float = Field(default=4.0, ge=0, description="a dish on two days in a row")
    adjacent_breakfast: float = Field(default=0.3, ge=0, description="the same for a breakfast or a drink")
    same_day: float = Field(default=8.0, ge=0, description="a dish twice on one day")
    use_up: float = Field(
        default=1.0,
        ge=0,
        description="so much more a week may cost for a meal that uses something before its date",
    )
    seen: float = Field(
        default=0.5, ge=0, description="a main of an earlier plan, planned the day before; half after two weeks"
    )
    over_cap: float = Field(default=100.0, ge=0, description="each use of a dish beyond its cap")


class UnknownPreference(MealplanError):
    """A preference that there is none of, or points that are no number from zero up."""


def read_weights(texts: Sequence[str]) -> Weights:
    """The default weights with some changed, from texts such as ``minutes=0.03``. Raises: UnknownPreference."""
    changed: dict[str, float] = {}
    for text in texts:
        name, _, points = text.partition("=")
        name = name.strip().replace("-", "_")
        if name not in Weights.model_fields:
            near = get_close_matches(name, Weights.model_fields, n=1)
            hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(Weights.model_fields)}"
            raise UnknownPreference(f"--prefer {text}: there is no preference `{name}`", hint=hint)
        try:
            changed[name] = Weights.model_validate({name: points.strip()}).model_dump()[name]
        except ValidationError as error:
            raise UnknownPreference(
                f"--prefer {text}: `{points}` is no number of points from 0 up", hint=f"write it as {name}=0.5"
            ) from error
    return Weights(**changed)


class PlanRequest(BaseModel):
    """What is asked for. Times are days; energy is per person and day in kcal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: Person = Field(default_factory=Person)
    diets: tuple[str, ...] = ("omnivore",)
    avoid: tuple[str, ...] = ()
    days: int = Field(default=7, ge=1, le=28)
    start: date
    seed: int = Field(default=1, ge=0, le=2**32 - 1)
    hemisphere: Hemisphere = Field(default="north", description="which months are summer")
    max_minutes: int | None = Field(default=None, ge=5)
    solver: Literal["auto", "cbc", "highs"] = "auto"
    effort: int = Field(default=3, ge=1, le=50, description="how many seeded searches the plan is the best of")
    time_limit_s: float = Field(default=120.0, gt=0)
    weights: Weights = Field(default_factory=Weights)
    seen: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict, description="dishes of earlier plans, and how many days before the start they were last"
    )

    @model_validator(mode="after")
    def _heed_the_person(self) -> Self:
        """What is left out in pregnancy is left out, and no vitamin C is set beside iron that may build up."""
        if self.person.pregnant is not None and IN_PREGNANCY not in self.diets:
            object.__setattr__(self, "diets", (*self.diets, IN_PREGNANCY))
        if not self.person.may_seek_iron and self.weights.unpaired_iron:
            object.__setattr__(self, "weights", self.weights.model_copy(update={"unpaired_iron": 0.0}))
        return self
