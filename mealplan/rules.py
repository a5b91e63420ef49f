"""Rules of the week: how often, on which day, in how many minutes; written in a profile or given as options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from mealplan.asked import Asked, told_by_another
from mealplan.dishes import SLOTS, Slot
from mealplan.errors import MealplanError
from mealplan.people import CLOCK

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)

_TOGETHER: Mapping[str, tuple[Weekday, ...]] = {
    "weekdays": WEEKDAYS[:5], "weekday": WEEKDAYS[:5], "weekend": WEEKDAYS[5:], "weekends": WEEKDAYS[5:],
    "daily": WEEKDAYS, "every day": WEEKDAYS,
}  # fmt: skip

NO_COOKING_MINUTES = 15
"""Active minutes that a day without cooking still has for a dish: open, toss, warm through."""


MOST_WEEKS_FROZEN = 12
"""USDA's Food Safety and Inspection Service ("Leftovers and Food Safety") gives frozen leftovers 3 to 4 months."""


class BrokenRules(MealplanError):
    """Rules that cannot be read; the message has one line per problem."""


def find_weekdays(word: str) -> tuple[Weekday, ...]:
    """The weekdays meant: ``monday``, ``Mon``, ``weekdays``, ``weekend``. Raises: ValueError."""
    wanted = word.strip().casefold()
    if wanted in _TOGETHER:
        return _TOGETHER[wanted]
    found = tuple(day for day in WEEKDAYS if len(wanted) >= 3 and day.startswith(wanted))
    if not found:
        raise ValueError(f"`{word}` is no weekday: write monday to sunday, weekdays or weekend")
    return found


def _days(value: object) -> object:
    if isinstance(value, list | tuple) and all(isinstance(word, str) for word in value):
        return tuple(dict.fromkeys(day for word in value for day in find_weekdays(word)))
    return value


def _by_day(value: object) -> object:
    if isinstance(value, Mapping):
        return {day: said for word, said in value.items() for day in find_weekdays(str(word))}
    return value


Days = Annotated[tuple[Weekday, ...], BeforeValidator(_days)]
Times = Annotated[int, Field(ge=0, le=28)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class Rules(Asked):
    """What a week is to look like, beside its targets; every rule may be broken where it must, and is then named.

    ``at_most`` and ``at_least``: times in seven days, by what is counted; ``on``: the dinner of a weekday. What is
    counted or wanted is a cuisine, a protein, a food group, or words of a dish's title. ``minutes``: of each dish;
    ``leftovers``: dinners are cooked for a later lunch too; ``freezer``: weeks that a dish which freezes may wait for
    it, 0 for none; ``budget``: US$ in seven days for everyone at the table.
    Raises: InvalidRequest, with every problem and its field.
    """

    model_config = ConfigDict(str_strip_whitespace=True)

    at_most: dict[Name, Times] = Field(default_factory=dict)
    at_least: dict[Name, Times] = Field(default_factory=dict)
    on: Annotated[dict[Weekday, Name], BeforeValidator(_by_day)] = Field(default_factory=dict)
    minutes: Annotated[dict[Weekday, Annotated[int, Field(ge=5)]], BeforeValidator(_by_day)] = Field(
        default_factory=dict
    )
    meat_free: Days = ()
    no_cooking: Days = ()
    favourites: tuple[Name, ...] = ()
    dislikes: tuple[Name, ...] = ()
    cuisines: tuple[Name, ...] = ()
    same_breakfast: bool = False
    leftovers: bool = False
    freezer: Annotated[int, Field(ge=0, le=MOST_WEEKS_FROZEN)] = 0
    budget: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    meals: tuple[Slot, ...] = Field(default=SLOTS, min_length=1)
    times: dict[Slot, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _eaten_again(cls, data: Any) -> Any:
        """What waits in the freezer is left over."""
        return {"leftovers": True} | data if isinstance(data, dict) and data.get("freezer") else data

    @field_validator("meals")
    @classmethod
    def _in_order_of_the_day(cls, value: tuple[Slot, ...]) -> tuple[Slot, ...]:
        return tuple(slot for slot in SLOTS if slot in value)

    @field_validator("times")
    @classmethod
    def _times_of_day(cls, value: dict[Slot, str]) -> dict[Slot, str]:
        for slot, said in value.items():
            if not CLOCK.fullmatch(said):
                raise ValueError(f"`{said}` is no time for {slot}: write it as 18:30")
        return {slot: said.zfill(5) for slot, said in value.items()}

    def each(self) -> Iterator[tuple[str, Self, Self]]:
        """Every rule that decides what is cooked: in words, the rules that hold it alone, and those without it."""
        for field, form in _WORDS.items():
            value = getattr(self, field)
            for key in value:
                alone = {key: value[key]} if isinstance(value, dict) else (key,)
                said = form.format(key=key, value=value[key] if isinstance(value, dict) else key)
                one, others = self._only(field, alone), self._without(field, key)
                yield said, one, others
        if self.same_breakfast:
            said = "the same breakfast on weekdays"
            yield said, type(self)(same_breakfast=True), self.model_copy(update={"same_breakfast": False})
        if self.budget is not None:
            said = f"at most US$ {self.budget:g} a week"
            yield said, type(self)(budget=self.budget), self.model_copy(update={"budget": None})

    def _only(self, field: str, value: Any) -> Self:
        return type(self).model_validate({field: value, "meals": self.meals})

    def _without(self, field: str, key: str) -> Self:
        value = getattr(self, field)
        if isinstance(value, dict):
            return self.model_copy(update={field: {other: said for other, said in value.items() if other != key}})
        return self.model_copy(update={field: tuple(other for other in value if other != key)})


_WORDS: Mapping[str, str] = {
    "at_most": "at most {value} {key} a week",
    "at_least": "at least {value} {key} a week",
    "on": "{value} on {key}",
    "minutes": "at most {value} minutes a dish on {key}",
    "meat_free": "no meat or fish on {key}",
    "no_cooking": "no cooking on {key}",
    "favourites": "favourite: {key}",
    "dislikes": "disliked: {key}",
    "cuisines": "rather {key}",
}


def weekday_of(day: date) -> Weekday:
    """The weekday of a date."""
    return WEEKDAYS[day.weekday()]


def build_rules(raw: object, where: str) -> Rules:
    """Rules from parsed TOML or options. Raises: BrokenRules, with every problem; ``where`` leads each line."""
    try:
        with told_by_another():
            return Rules.model_validate(raw)
    except ValidationError as error:
        lines, hints = [], []
        for issue in error.errors():
            place = ".".join(str(part) for part in issue["loc"] if part != "[key]")
            if issue["type"] == "extra_forbidden":
                lines.append(f"{where}: `{place}` is no rule")
                hints.append(f"the rules are {', '.join(Rules.model_fields)}")
            else:
                said = re.sub(r"^Value error, ", "", issue["msg"])
                lines.append(f"{where}: `{place}` is {issue['input']!r}: {said}")
                hints.append("docs/rules.md shows how each is written")
        raise BrokenRules("\n".join(lines), hint="\n".join(dict.fromkeys(hints))) from None
