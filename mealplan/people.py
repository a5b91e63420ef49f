"""Who eats: one person, checked at birth."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from mealplan.errors import MealplanError
from mealplan.health import (
    CONDITIONS,
    FERRITIN_HIGH_UG_L,
    IRON_OVERLOAD,
    MEDICINES,
    TSAT_HIGH_PCT,
    Condition,
    Medicine,
    stores_from_ferritin,
    to_condition,
    to_medicine,
)
from mealplan.supplements import Supplement

Sex = Literal["female", "male"]
Activity = Literal["inactive", "low", "active", "very_active"]
LifeStage = Literal["none", "pregnant", "breastfeeding"]

ASSUMED_AGE = 38
ASSUMED_KCAL = 2000.0  # the reference diet of US food labels, 21 CFR 101.9(c)(9)
ADULT_AGE = 18  # below it every plan carries the clinician banner
CHILDBEARING_AGES = (14, 50)  # the ages for which pregnancy and lactation values are published
TRIMESTER_IF_UNSAID = 2
MONTH_IF_UNSAID = 1
POSSIBLE_BMI = (8.0, 120.0)  # wider than any living body: catches mixed-up units, judges nobody
CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")

ACTIVITY_LABELS: Mapping[Activity, str] = {
    "inactive": "inactive",
    "low": "low active",
    "active": "active",
    "very_active": "very active",
}
_SEX_WORDS = {"f": "female", "woman": "female", "girl": "female", "m": "male", "man": "male", "boy": "male"}
_ACTIVITY_WORDS = {"sedentary": "inactive", "low_active": "low"}

# field -> what it must be, and the way on
_EXPECTED: Mapping[str, tuple[str, str]] = {
    "id": ("a name of 1 to 60 characters", "any name will do, such as `Ana`"),
    "sex": (
        "female or male",
        "reference intakes are published for these two; choose the set that fits the body, with a clinician",
    ),
    "age": ("a whole number of years from 1 to 120", "give completed years, such as 38"),
    "weight_kg": ("kilograms from 2 to 400", "1 lb is 0.454 kg; leave it out if you do not know"),
    "height_cm": ("centimetres from 40 to 250", "1.65 m is 165, 1 in is 2.54 cm; leave it out if unknown"),
    "activity": ("inactive, low, active or very_active", "low is the usual day at a desk with some walking"),
    "pregnant": ("the trimester 1, 2 or 3 (or true, or false)", "leave it out for nobody pregnant"),
    "pre_pregnancy_weight_kg": ("kilograms from 2 to 400", "leave it out if you do not know"),
    "breastfeeding": (
        "the month since birth, 1 to 36 (or true, or false)",
        "write 1 in the first month, false when not breastfeeding",
    ),
    "menstruating": ("true or false", "leave it out to take what the reference intakes assume for the age"),
    "smoker": ("true or false", "smoking raises the vitamin C target"),
    "kcal": ("from 600 to 6000 kcal a day", "leave it out to have it worked out from age, weight and height"),
    "iron_stores_mg": ("0, 250, 500 or 1000", "the four published levels; 0 is the one the targets assume"),
    "ferritin_ug_l": ("from 1 to 10000 ug/L", "1 ng/mL is 1 ug/L; leave it out if it was not measured"),
    "tsat_pct": ("from 1 to 100 %", "transferrin saturation, as the laboratory gives it; 18 for 18 %"),
    "conditions": (f"a list of: {', '.join(CONDITIONS)}", "leave out what is not listed, and tell your clinician"),
    "medicines": (f"a list of: {', '.join(MEDICINES)}", "a medicine that is not listed has no note here: ask"),
    "supplements": ("a list of nutrient, amount, unit and form", 'such as nutrient = "iron", amount = 14, unit = "mg"'),
    "no_caffeine_after": ("a time of day, such as 14:00", "leave it out for no rule"),
    "no_evening_alcohol": ("true or false", "leave it out for no rule"),
    "vitamin_k_usual_ug": ("from 1 to 5000 ug a day", "your usual intake, to keep steady on warfarin"),
    "assumed": ("true or false", "leave it out: the program sets it"),
}
_NUMBERS = (
    "age",
    "weight_kg",
    "height_cm",
    "pre_pregnancy_weight_kg",
    "kcal",
    "iron_stores_mg",
    "ferritin_ug_l",
    "tsat_pct",
    "vitamin_k_usual_ug",
)

_DECIDE_ENERGY = {"kcal", "weight_kg", "height_cm", "activity", "pregnant", "breastfeeding"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that cannot be true of a person; ``message`` names field and value."""

    field: str
    value: object
    message: str
    hint: str


class InvalidPerson(MealplanError):
    """A person who cannot be; ``problems`` lists everything that is wrong, one line each."""

    def __init__(self, who: str, problems: tuple[Problem, ...]) -> None:
        lines = [f"{who}: {problem.message}" for problem in problems]
        hints = dict.fromkeys(problem.hint for problem in problems)
        super().__init__("\n".join(lines), "\n".join(hints))
        self.who = who
        self.problems = problems


class Person(BaseModel):
    """One person at the table.

    With neither sex nor age the person is the assumed woman of 38, marked ``assumed``, on 2,000 kcal unless
    something that decides energy is given; with only one of the two the other is asked for.

    Args:
        age: completed years.
        weight_kg: as the person is now, also in pregnancy.
        pregnant: the trimester; True is read as the second.
        breastfeeding: the month since birth; True is read as the first.
        menstruating: only where it differs from what the DRIs assume for the age (menses from 14 to 50).
        kcal: energy a day, in place of the estimated requirement.
        iron_stores_mg: shapes the absorption estimate only; the absorbed-iron target is for empty stores. Where it
            is left out, ferritin decides (`shown_stores_mg`).
        ferritin_ug_l, tsat_pct: laboratory values; they change what is said, and never a target upwards.
        conditions, medicines: change what is said and which targets are set (`mealplan.notices`, `targets_for`).
        supplements: counted against the upper limits that count them, and nowhere else.
        no_caffeine_after: a time of day, HH:MM, from which no caffeine is planned.
        vitamin_k_usual_ug: what warfarin is set to, a day; the plan keeps near it.
        assumed: nobody gave sex and age, and the output must say so.
    Raises: InvalidPerson: with every problem, not the first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)

    # Order matters: a check that compares fields sees only those declared above it.
    id: str = Field(default="person 1", min_length=1, max_length=60)
    sex: Sex = "female"
    age: int = Field(default=ASSUMED_AGE, ge=1, le=120)
    weight_kg: float | None = Field(default=None, ge=2, le=400)
    height_cm: float | None = Field(default=None, ge=40, le=250)
    activity: Activity = "low"
    pregnant: int | None = Field(default=None, ge=1, le=3)
    pre_pregnancy_weight_kg: float | None = Field(default=None, ge=2, le=400)
    breastfeeding: int | None = Field(default=None, ge=1, le=36)
    menstruating: bool | None = None
    smoker: bool = False
    kcal: float | None = Field(default=None, ge=600, le=6000)
    iron_stores_mg: Literal[0, 250, 500, 1000] | None = None
    ferritin_ug_l: float | None = Field(default=None, ge=1, le=10_000)
    tsat_pct: float | None = Field(default=None, ge=1, le=100)
    conditions: tuple[Condition, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    no_caffeine_after: str | None = None
    no_evening_alcohol: bool = False
    vitamin_k_usual_ug: float | None = Field(default=None, ge=1, le=5000)
    assumed: bool = False

    @property
    def shown_stores_mg(self) -> Literal[0, 250, 500, 1000]:
        """The iron stores of the absorption estimate that is shown: as given, else from ferritin, else empty."""
        if self.iron_stores_mg is not None:
            return self.iron_stores_mg
        return 0 if self.ferritin_ug_l is None else stores_from_ferritin(self.ferritin_ug_l)

    @property
    def may_seek_iron(self) -> bool:
        """Whether food may be chosen for its iron, with vitamin C beside it: not where iron may build up."""
        high = (self.ferritin_ug_l or 0) > FERRITIN_HIGH_UG_L or (self.tsat_pct or 0) > TSAT_HIGH_PCT
        return not high and not IRON_OVERLOAD & set(self.conditions)

    @property
    def life_stage(self) -> LifeStage:
        if self.pregnant is not None:
            return "pregnant"
        return "none" if self.breastfeeding is None else "breastfeeding"

    def describe(self) -> str:
        """One line for people: ``Ana: woman, 38 years, 60 kg, 165 cm, low active``."""
        parts = [_noun(self), f"{self.age} year{'' if self.age == 1 else 's'}"]
        parts += [f"{self.weight_kg:g} kg"] if self.weight_kg is not None else []
        parts += [f"{self.height_cm:g} cm"] if self.height_cm is not None else []
        parts += [ACTIVITY_LABELS[self.activity]] if self.kcal is None else [f"{self.kcal:,.0f} kcal a day"]
        parts += [f"pregnant, trimester {self.pregnant}"] if self.pregnant is not None else []
        parts += [f"breastfeeding, month {self.breastfeeding}"] if self.breastfeeding is not None else []
        parts += ["menstruating"] if self.menstruating else []
        parts += ["smoker"] if self.smoker else []
        text = f"{self.id}: {', '.join(parts)}"
        return f"{text} (assumed: no sex and age given)" if self.assumed else text

    @model_validator(mode="wrap")
    @classmethod
    def _tell_every_problem_at_once(cls, data: Any, build: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return build(_completed(data) if isinstance(data, Mapping) else data)
        except ValidationError as error:
            problems = tuple(_problem(detail) for detail in error.errors())
            raise InvalidPerson(_who(data), problems) from None

    @field_validator(*_NUMBERS, mode="before")
    @classmethod
    def _true_is_no_number(cls, value: object) -> object:
        if isinstance(value, bool):
            raise PydanticCustomError("number", "not a number")
        return value

    @field_validator("sex", "activity", mode="before")
    @classmethod
    def _everyday_words(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        word = value.strip().lower().replace(" ", "_").replace("-", "_")
        return _SEX_WORDS.get(word, _ACTIVITY_WORDS.get(word, word))

    @field_validator("conditions", "medicines", mode="before")
    @classmethod
    def _known_by_other_names(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, str):
            value = value.split(",")
        if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
            return value
        spelled = to_condition if info.field_name == "conditions" else to_medicine
        return tuple(dict.fromkeys(spelled(word) for word in value))

    @field_validator("no_caffeine_after")
    @classmethod
    def _a_time_of_day(cls, value: str | None) -> str | None:
        if value is not None and not CLOCK.fullmatch(value):
            _refuse(", and must be a time of day", "write it as 14:00")
        return None if value is None else value.zfill(5)

    @field_validator("age", mode="before")
    @classmethod
    def _an_age_with_reference_intakes(cls, value: object) -> object:
        if isinstance(value, int | float):
            if value < 0:
                _refuse(", and an age cannot be negative", _EXPECTED["age"][1])
            if value < 1:
                _refuse(
                    ", and there is nothing to plan by before the first birthday",
                    "an infant's food belongs to a paediatrician; plan from age 1",
                )
        return value

    @field_validator("height_cm")
    @classmethod
    def _a_body_that_can_be(cls, value: float | None, info: ValidationInfo) -> float | None:
        weight = info.data.get("weight_kg")
        if value is not None and weight is not None:
            bmi = weight / (value / 100) ** 2
            if not POSSIBLE_BMI[0] <= bmi <= POSSIBLE_BMI[1]:
                _refuse(f" with `weight_kg` {weight:g}, which no body has", "check the units: kg and cm")
        return value

    @field_validator("pregnant", "breastfeeding", mode="before")
    @classmethod
    def _yes_or_no(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, bool):
            unsaid = TRIMESTER_IF_UNSAID if info.field_name == "pregnant" else MONTH_IF_UNSAID
            return unsaid if value else None
        return value

    @field_validator("pregnant", "breastfeeding")
    @classmethod
    def _a_mother_with_reference_intakes(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is None:
            return value
        field, sex, age = info.field_name, info.data.get("sex"), info.data.get("age")
        if sex == "male":
            _refuse(" with `sex` male", f"leave out `{field}`, or give `sex` female")
        if age is not None and not CHILDBEARING_AGES[0] <= age <= CHILDBEARING_AGES[1]:
            _refuse(
                f" at `age` {age}, and reference intakes are published for 14 to 50 only",
                "this plan belongs to a clinician or a dietitian",
            )
        if field == "breastfeeding" and info.data.get("pregnant") is not None:
            _refuse(
                " with `pregnant` given, and no reference intakes cover both",
                "give the one your clinician or dietitian plans by",
            )
        return value

    @field_validator("pre_pregnancy_weight_kg")
    @classmethod
    def _only_in_pregnancy(cls, value: float | None, info: ValidationInfo) -> float | None:
        # A refused `pregnant` is absent from the data, and has been told already.
        if value is not None and info.data.get("pregnant", 0) is None:
            _refuse(" with nobody pregnant", "give `pregnant` too, or use `weight_kg`")
        return value

    @field_validator("menstruating")
    @classmethod
    def _a_body_that_can_menstruate(cls, value: bool | None, info: ValidationInfo) -> bool | None:
        if value and info.data.get("sex") == "male":
            _refuse(" with `sex` male", "leave out `menstruating`, or give `sex` female")
        if value and info.data.get("pregnant") is not None:
            _refuse(" with `pregnant` given", "leave out one of the two")
        return value


def default_person() -> Person:
    """Who is planned for when nobody is described: a woman of 31-50 on 2,000 kcal, marked as assumed."""
    return Person()


def build_person(fields: Mapping[str, object], *, where: str | None = None) -> Person:
    """A person from plain data, such as a table of a profile file.

    Args: where: named in the message, such as ``profile.toml, people[0]``.
    Raises: InvalidPerson: with every problem.
    """
    try:
        return Person.model_validate(dict(fields))
    except InvalidPerson as error:
        who = error.who if where is None else f"{error.who} ({where})"
        raise InvalidPerson(who, error.problems) from None


def _noun(person: Person) -> str:
    if person.sex == "female":
        return "woman" if person.age >= ADULT_AGE else "girl"
    return "man" if person.age >= ADULT_AGE else "boy"


def _completed(data: Mapping[str, object]) -> dict[str, object]:
    """What was given, with the assumed woman for nobody; a sex or age left out alone is None, and is told."""
    given = {field: value for field, value in data.items() if value is not None and value is not False}
    if "sex" not in given and "age" not in given:
        given |= {"sex": "female", "age": ASSUMED_AGE, "assumed": True}
        if not _DECIDE_ENERGY & given.keys():
            given["kcal"] = ASSUMED_KCAL
    return {"sex": None, "age": None} | given


def _refuse(why: str, hint: str) -> NoReturn:
    """Refuse a value; ``why`` continues the line "`field` is value"."""
    raise PydanticCustomError("person", "refused", {"why": why, "hint": hint})


def _who(data: object) -> str:
    name = data.get("id") if isinstance(data, Mapping) else None
    return f"person `{name}`" if isinstance(name, str) and name.strip() else "person"


def _problem(detail: ErrorDetails) -> Problem:
    """One line from one of pydantic's findings."""
    top = str(detail["loc"][0]) if detail["loc"] else "person"
    field = top + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"][1:])
    value = detail["input"]
    expected, hint = _EXPECTED.get(top, ("described by fields", "such as sex = female, age = 38"))
    said = f"`{field}` is {value:g}" if isinstance(value, float) else f"`{field}` is {value!r}"
    match detail["type"]:
        case "person":
            said, hint = said + detail["ctx"]["why"], detail["ctx"]["hint"]
        case _ if value is None:
            said = f"`{field}` is missing, and must be {expected}"
        case "extra_forbidden":
            near = difflib.get_close_matches(field, _EXPECTED, n=1)
            said = f"`{field}` ({value!r}) is no field of a person"
            hint = f"did you mean `{near[0]}`?" if near else f"the fields are {', '.join(_EXPECTED)}"
        case _:
            said = f"{said}, and must be {expected}"
    return Problem(field=field, value=value, message=said, hint=hint)
