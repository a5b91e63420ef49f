"""The profile file: who eats and how, written once and used by every command."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import wrap
from typing import Any

from foods.errors import FoodsError
from mealplan.diets import find_diets
from mealplan.errors import MealplanError
from mealplan.health import CONDITIONS, MEDICINES
from mealplan.people import Person, build_person
from mealplan.request import Diner
from mealplan.rules import Rules, build_rules

_FIELDS = ("diets", "avoid", "max_minutes", "rules", "people")


class BrokenProfile(MealplanError):
    """A profile that cannot be used; the message has one line per problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who eats, what all of them eat or leave out, and by name what one alone does beyond that."""

    people: tuple[Person, ...]
    diets: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    max_minutes: int | None = None
    rules: Rules = field(default_factory=Rules)
    diets_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    avoid_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def household(self) -> tuple[Diner, ...]:
        """Everyone with what they alone eat or leave out."""
        return tuple(
            Diner(person=one, diets=self.diets_of.get(one.id, ()), avoid=self.avoid_of.get(one.id, ()))
            for one in self.people
        )

    def person(self, name: str | None = None) -> Person:
        """The one person of the profile, or the one of that name. Raises: BrokenProfile."""
        names = ", ".join(person.id for person in self.people)
        if name is None:
            if len(self.people) == 1:
                return self.people[0]
            raise BrokenProfile(
                f"the profile is of {len(self.people)} people", hint=f"say which with --person: {names}"
            )
        for person in self.people:
            if person.id.casefold() == name.casefold():
                return person
        raise BrokenProfile(f"--person {name}: nobody of that name in the profile", hint=f"there are {names}")


def read_profile(path: Path) -> Profile:
    """The profile in a TOML file, such as `mealplan init` writes.

    Raises: BrokenProfile: not there, not TOML, or every problem in it at once.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        hint = "`mealplan init` writes one to edit"
        raise BrokenProfile(f"cannot read {path}: {error.strerror or error}", hint=hint) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenProfile(f"{path} is not TOML: {error}", hint="text stands in quotes, lists in [ ]") from error
    return build_profile(raw, str(path))


def build_profile(raw: dict[str, Any], where: str) -> Profile:
    """A profile from parsed TOML. Raises: BrokenProfile, with every problem."""
    problems: list[FoodsError] = []
    for unknown in raw.keys() - set(_FIELDS):
        near = difflib.get_close_matches(unknown, _FIELDS, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"the fields are {', '.join(_FIELDS)}"
        problems.append(MealplanError(f"{where}: `{unknown}` is no field of a profile", hint=hint))
    diets, avoid = _eaten(raw, where, problems)
    people, diets_of, avoid_of = _people(raw, where, problems)
    rules = _rules(raw, where, problems)
    minutes = raw.get("max_minutes")
    if minutes is not None and (not isinstance(minutes, int) or isinstance(minutes, bool) or minutes < 5):
        problems.append(MealplanError(f"{where}: `max_minutes` is {minutes!r}", hint="a whole number from 5"))
    if problems:
        raise _all(problems)
    return Profile(
        people=people,
        diets=diets,
        avoid=avoid,
        max_minutes=minutes,
        rules=rules,
        diets_of=diets_of,
        avoid_of=avoid_of,
    )


def _eaten(raw: dict[str, Any], where: str, problems: list[FoodsError]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Diets and foods to avoid, of all or of one."""
    diets, avoid = (_words(raw, name, where, problems) for name in ("diets", "avoid"))
    try:
        find_diets(diets)
    except FoodsError as error:
        problems.append(MealplanError(f"{where}: {error.message}", hint=error.hint))
    return diets, avoid


def _words(raw: dict[str, Any], field: str, where: str, problems: list[FoodsError]) -> tuple[str, ...]:
    value = raw.get(field, [])
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return tuple(value)
    problems.append(MealplanError(f"{where}: `{field}` is {value!r}", hint=f'a list, such as {field} = ["vegan"]'))
    return ()


def _rules(raw: dict[str, Any], where: str, problems: list[FoodsError]) -> Rules:
    try:
        return build_rules(raw.get("rules", {}), f"{where}, rules")
    except FoodsError as error:
        problems.append(error)
        return Rules()


Eaten = dict[str, tuple[str, ...]]


def _people(raw: dict[str, Any], where: str, problems: list[FoodsError]) -> tuple[tuple[Person, ...], Eaten, Eaten]:
    """Everyone, with the diets and the foods to avoid of each by name."""
    tables = raw.get("people", [{}])
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        problems.append(MealplanError(f"{where}: `people` is no list of people", hint="begin each with [[people]]"))
        return (), {}, {}
    people: list[Person] = []
    diets_of: Eaten = {}
    avoid_of: Eaten = {}
    for number, table in enumerate(tables):
        place = f"{where}, people[{number}]"
        named = {"id": f"person {number + 1}"} | table
        own = {name: named.pop(name) for name in ("diets", "avoid") if name in named}
        diets, avoid = _eaten(own, place, problems)
        try:
            person = build_person(named, where=place)
        except FoodsError as error:
            problems.append(error)
            continue
        people.append(person)
        diets_of |= {person.id: diets} if diets else {}
        avoid_of |= {person.id: avoid} if avoid else {}
    for name in sorted({person.id for person in people if sum(other.id == person.id for other in people) > 1}):
        problems.append(MealplanError(f"{where}: two people are called `{name}`", hint="give each an `id`"))
    return tuple(people), diets_of, avoid_of


def _all(problems: Iterable[FoodsError]) -> BrokenProfile:
    found = list(problems)
    hints = dict.fromkeys(error.hint for error in found if error.hint)
    return BrokenProfile("\n".join(error.message for error in found), hint="\n".join(hints) or None)


TEMPLATE = """\
# A profile for mealplan: who eats, and how. Lines that begin with # are notes or examples; take the # away to use one.
#   mealplan generate --profile {name}
#   mealplan coverage diary.csv --profile {name}
# Several people at one table have a [[people]] each, with an id: docs/household.md.

# How everybody eats: vegetarian, vegan, pescatarian, gluten-free, dairy-free, egg-free, nut-free, peanut-free,
# soy-free, sesame-free, fish-free, shellfish-free, alcohol-free.
diets = []

# Foods that nobody gets; words of the kitchen will do.
avoid = []  # ["mushroom", "coriander"]

# No dish that takes longer.
# max_minutes = 45

# Rules of the week. A day is monday to sunday, weekdays or weekend. What is counted or wanted is a cuisine, a protein
# (beans), a food group (red meat, fish) or words of a dish's title.
[rules]
# at_most = {{ "red meat" = 2 }}          # times in seven days
# at_least = {{ fish = 2 }}
# on = {{ friday = "pizza" }}             # the dinner of a weekday
# minutes = {{ weekdays = 40 }}           # of each dish
# meat_free = ["monday"]
# no_cooking = ["sunday"]               # only dishes of few minutes' work
# favourites = ["shakshuka"]
# dislikes = ["porridge"]
# cuisines = ["Italian", "Indian"]      # rather these
# same_breakfast = true                 # one breakfast on all weekdays
# leftovers = true                      # dinners are cooked for a later lunch too
# freezer = 4                           # or out of the freezer, up to so many weeks later
# budget = 80                           # US$ a week for all at the table
# meals = ["breakfast", "lunch", "dinner"]
# times = {{ dinner = "19:00" }}

[[people]]
id = "me"
sex = "female"           # female or male: whose reference intakes to use
age = 38                 # completed years
# weight_kg = 60
# height_cm = 165
activity = "low"         # inactive, low, active, very_active
# kcal = 2000            # in place of the estimate from the body
# pregnant = 2           # the trimester
# breastfeeding = 3      # the month since birth
# menstruating = true    # only where it differs from what is usual at the age
# smoker = true          # raises the vitamin C target
# diets = ["dairy-free"] # of this person alone, beside those of all; avoid too

# Blood values, if you have them. They change what is said and the iron stores of the estimate shown, and no target.
# ferritin_ug_l = 40     # 1 ng/mL is 1 ug/L
# tsat_pct = 18          # transferrin saturation
# iron_stores_mg = 250   # 0, 250, 500 or 1000, in place of what ferritin says

# Conditions that change what is said or done:
#   {conditions}
# conditions = ["restless_legs"]

# Medicines that meals and minerals interfere with; nothing here says to begin or end one:
#   {medicines}
# medicines = ["levothyroxine"]
# vitamin_k_usual_ug = 90    # on warfarin: the usual intake, which is kept steady

# The evening.
# no_caffeine_after = "14:00"
# no_evening_alcohol = true

# What you take already, a day. It counts against the upper limits that count it, and towards no target.
# [[people.supplements]]
# nutrient = "vitamin D"
# amount = 10
# unit = "ug"            # g, mg, ug, IU, or ug DFE
# form = "D3"
"""


def profile_template(name: str) -> str:
    """A commented profile to edit, for a file of that name."""
    return TEMPLATE.format(name=name, conditions=_wrapped(CONDITIONS), medicines=_wrapped(MEDICINES))


def _wrapped(words: Iterable[str]) -> str:
    return "\n#   ".join(wrap(", ".join(words), 100))
