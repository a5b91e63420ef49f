"""Options that say who eats and how, the same for every command, and the profile they are laid over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mealplan.cli.rules import read_rules

if TYPE_CHECKING:
    from mealplan.people import Person
    from mealplan.request import Diner
    from mealplan.rules import Rules

DIET_FLAGS = (
    "vegetarian", "vegan", "pescatarian", "gluten-free", "dairy-free", "egg-free", "nut-free", "peanut-free",
    "soy-free", "sesame-free", "fish-free", "shellfish-free", "alcohol-free",
)  # fmt: skip
PERSON_FIELDS = (
    "sex", "age", "weight_kg", "height_cm", "activity", "pregnant", "breastfeeding", "smoker", "kcal",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who eats and how: the profile, with what the options say laid over it."""

    person: Person
    diets: tuple[str, ...]
    avoid: tuple[str, ...]
    max_minutes: int | None
    rules: Rules
    household: tuple[Diner, ...] = ()


def person_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Who it is for."""
    options = (
        click.option(
            "--profile", type=click.Path(path_type=Path), help="A file on who eats; `mealplan init` writes one."
        ),
        click.option("--sex", help="female or male."),
        click.option("--age", type=float, help="Years."),
        click.option("--weight", "weight_kg", type=float, help="kg."),
        click.option("--height", "height_cm", type=float, help="cm."),
        click.option("--activity", help="inactive, low, active or very_active."),
        click.option("--pregnant", type=click.IntRange(1, 3), help="The trimester."),
        click.option("--breastfeeding", type=int, help="The month since birth."),
        click.option("--smoker", is_flag=True, help="Raises the vitamin C target."),
        click.option("--kcal", type=float, help="Energy a day, in place of the estimate from the body."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def diet_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What is eaten; each diet is a flag of its own."""
    for name in reversed(DIET_FLAGS):
        command = click.option(f"--{name}", name.replace("-", "_"), is_flag=True, help=f"Only what is {name}.")(command)
    return click.option("--avoid", multiple=True, metavar="FOOD", help="A food to leave out; may be repeated.")(command)


def read_who(options: dict[str, Any], name: str | None = None, *, together: bool = False) -> Who:
    """Who is meant: of a profile the one person, or the one of that name.

    Args: together: several people of a profile are a household, and none is asked for by name.
    Raises: BrokenProfile; InvalidPerson: with every problem.
    """
    from mealplan.people import build_person
    from mealplan.profile import Profile, read_profile

    given = {field: options[field] for field in PERSON_FIELDS if options[field]}
    if options["profile"] is None:
        profile = Profile(people=(build_person(given),))
        person = profile.people[0]
        together = False
    else:
        profile = read_profile(options["profile"])
        together &= len(profile.people) > 1 and not given
        person = profile.people[0] if together else profile.person(name)
        if given:
            person = build_person(person.model_dump(exclude_none=True, exclude={"assumed"}) | given)
    own = () if together else profile.diets_of.get(person.id, ())
    diets = tuple(flag for flag in DIET_FLAGS if options.get(flag.replace("-", "_")))
    return Who(
        person=person,
        diets=(*(diets or profile.diets), *own),
        avoid=(*profile.avoid, *options.get("avoid", ()), *(() if together else profile.avoid_of.get(person.id, ()))),
        max_minutes=options.get("max_minutes") or profile.max_minutes,
        rules=read_rules(options, profile.rules),
        household=profile.household if together else (),
    )
