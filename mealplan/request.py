"""Everything that shapes a plan, with every default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from foods.nutrients import UnknownNutrient, nutrient
from mealplan.asked import Asked, InvalidRequest
from mealplan.errors import MealplanError
from mealplan.occasions import Hemisphere
from mealplan.people import ADULT_AGE, Person
from mealplan.rules import Rules

IN_PREGNANCY = "pregnancy"
"""The diet that everyone pregnant follows, whatever else they choose (`mealplan.diets`)."""

Amount = Annotated[float, Field(ge=0, le=1e12)]

LEAST_BOUND = 1e-6
"""Rows of the model are in percent of their bound: of one that is next to nothing, every amount is endless."""


class Aim(Asked):
    """A bound of the caller's own on one nutrient, per day in its unit; it takes the place of the published one.

    A side that is left open stays as published.
    ``nutrient`` is a registry key or ``absorbed_iron_mg``. With ``period`` "day" it is held by every day, else by the
    mean of the days. ``weight`` is in points per 1 % missed, as that of a target.
    Raises: InvalidRequest.
    """

    nutrient: str
    lower: Amount | None = None
    upper: Amount | None = None
    period: Literal["day", "week"] = "week"
    weight: Amount = 1.0

    @field_validator("nutrient")
    @classmethod
    def _in_the_registry(cls, value: str) -> str:
        try:
            return value if value == "absorbed_iron_mg" else nutrient(value).key
        except UnknownNutrient as error:
            raise PydanticCustomError("nutrient", "{told}", {"told": _told(error)}) from None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _check_bounds(self.lower, self.upper)
        return self


class Quantity(Asked):
    """Something of the caller's own that dishes bring: a price, CO2, servings of fish.

    ``per_serving`` is how much a serving of a dish holds, by slug; what it does not name holds none. ``lower`` and
    ``upper`` are for seven days, or with ``period`` "day" for each day; ``weight`` is in points per 1 % missed, and
    ``cost`` in points for each unit eaten in the plan, of which a day has its share.
    Raises: InvalidRequest.
    """

    name: Annotated[str, Field(min_length=1, max_length=60)]
    unit: str = ""
    per_serving: Mapping[str, Amount]
    lower: Amount | None = None
    upper: Amount | None = None
    period: Literal["day", "week"] = "week"
    weight: Amount = 1.0
    cost: Amount = 0.0

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.cost or self.lower is not None or self.upper is not None:
            _check_bounds(self.lower, self.upper)
        return self

    @property
    def key(self) -> str:
        """Its name among the nutrients of a model."""
        return f"own:{self.name}"


def _told(error: MealplanError | UnknownNutrient) -> str:
    return f"{error.message}: {error.hint}" if error.hint else error.message


def _check_bounds(lower: float | None, upper: float | None) -> None:
    if lower is None and upper is None:
        raise PydanticCustomError("bounds", "needs `lower` or `upper`")
    if lower is not None and upper is not None and lower > upper:
        raise PydanticCustomError("bounds", "`lower` is above `upper`")
    for side, bound in (("lower", lower), ("upper", upper)):
        if bound and bound < LEAST_BOUND:
            raise PydanticCustomError("bounds", f"`{side}` is under {LEAST_BOUND:g}: choose a smaller unit")
    if upper == 0:
        raise PydanticCustomError("bounds", "`upper` must be above 0: leave the dishes out instead")


class Weights(Asked):
    """What a week is judged by, in points; a point is 1 % of one nutrient's week at weight 1.

    The nutrient targets carry their own weights (`mealplan.targets`); these are the rest.
    """

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
    reuse: float = Field(default=0.0, ge=0, description="each line that a dish is likely to add to the week's list")
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
    quantities: float = Field(default=1.0, ge=0, description="times what the caller's own quantities cost")
    broken_rule: float = Field(default=50.0, ge=0, description="each dish or day that breaks a rule of the week")
    favourite: float = Field(default=3.0, ge=0, description="each favourite dish fewer than three a week")
    companion: float = Field(default=4.0, ge=0, description="each person who cannot eat a shared dish")
    usual_main: float = Field(
        default=10.0,
        ge=0,
        description="each main with meat or fish fewer than four a week, where most at a table eat them but not all",
    )
    apart: float = Field(default=1.0, ge=0, description="a side for one person beside those on the table")
    other_main: float = Field(default=30.0, ge=0, description="a main for one person who could eat the shared one")
    other_cuisine: float = Field(default=1.0, ge=0, description="a main of another cuisine than those preferred")


class Diner(Asked):
    """One person of a household, with diets and foods to avoid beyond those of all.

    Raises: InvalidRequest; InvalidPerson.
    """

    person: Person
    diets: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()


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
        except InvalidRequest as error:
            raise UnknownPreference(
                f"--prefer {text}: `{points}` is no number of points from 0 up", hint=f"write it as {name}=0.5"
            ) from error
    return Weights(**changed)


class PlanRequest(Asked):
    """What is asked for. Times are days; energy is per person and day in kcal.

    Raises: InvalidRequest, with every problem and its field; InvalidPerson.
    """

    person: Person = Field(default_factory=Person)
    household: tuple[Diner, ...] = Field(default=(), description="who eats at one table, in place of the one person")
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
    rules: Rules = Field(default_factory=Rules)
    weights: Weights = Field(default_factory=Weights)
    seen: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict, description="dishes of earlier plans, and how many days before the start they were last"
    )
    aims: tuple[Aim, ...] = Field(default=(), description="bounds of one's own, in place of published targets")
    published: bool = Field(default=True, description="whether the person's published targets hold beside the aims")
    quantities: tuple[Quantity, ...] = Field(default=(), description="what dishes bring beside nutrients, with bounds")

    @field_validator("aims", "quantities")
    @classmethod
    def _each_once(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        names = [one.nutrient if isinstance(one, Aim) else one.name for one in value]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise PydanticCustomError("twice", "`{name}` stands twice", {"name": twice})
        return value

    @model_validator(mode="after")
    def _heed_the_person(self) -> Self:
        """What is left out in pregnancy is left out, and no vitamin C is set beside iron that may build up."""
        names = [diner.person.id for diner in self.household]
        if len(set(names)) < len(names):
            raise ValueError("two people of the household have one id")
        if self.household:
            return self  # each of them is heeded by `of`
        if self.person.pregnant is not None and IN_PREGNANCY not in self.diets:
            object.__setattr__(self, "diets", (*self.diets, IN_PREGNANCY))
        if not self.person.may_seek_iron and self.weights.unpaired_iron:
            object.__setattr__(self, "weights", self.weights.model_copy(update={"unpaired_iron": 0.0}))
        return self

    def of(self, diner: Diner) -> PlanRequest:
        """What one of the household alone would ask for; nobody under age is served alcohol."""
        young = diner.person.age < ADULT_AGE
        diets = dict.fromkeys((*self.diets, *diner.diets, *(["alcohol-free"] if young else [])))
        fields = {
            "person": diner.person,
            "household": (),
            "diets": tuple(diets),
            "avoid": (*self.avoid, *diner.avoid),
        }
        return PlanRequest.model_validate(dict(self) | fields)


def request_schema() -> dict[str, Any]:
    """The JSON schema of a request: what `PlanRequest.model_validate` reads."""
    return PlanRequest.model_json_schema()
