"""The straight line from a plan or a diary to its coverage report, for every front end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from foods.ceilings import ceilings
from foods.ingredients import Catalogue
from foods.portions import Portion
from foods.table import FoodTable
from mealplan.closing import find_closing
from mealplan.diary.entry import Diary
from mealplan.diary.foods import Finder, Taken, eaten_in_diary, match_diary
from mealplan.diary.overrides import Override
from mealplan.diary.read import read_diary
from mealplan.diets import find_diets, resolve_avoid
from mealplan.dishes import Dish
from mealplan.eaten import EatenDay, eaten_in_plan
from mealplan.errors import MealplanError
from mealplan.gaps import Kitchen, find_gaps
from mealplan.people import Person
from mealplan.plan import Plan, read_plan
from mealplan.recipes.matching import Certainty
from mealplan.report import DoubtfulLine, Read, Report
from mealplan.request import IN_PREGNANCY
from mealplan.tally import build_report


@dataclass(frozen=True, slots=True, kw_only=True)
class Eater:
    """Who ate, and what they eat at all: additions are offered within it."""

    person: Person
    diets: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()

    @property
    def followed(self) -> tuple[str, ...]:
        """The diets chosen, with what is left out in pregnancy."""
        return self.diets if self.person.pregnant is None else (*self.diets, IN_PREGNANCY)


def is_plan(path: Path) -> bool:
    """Whether a file is a plan rather than a diary, by its first sign."""
    try:
        return path.suffix.lower() == ".json" or path.read_text(encoding="utf-8-sig").lstrip().startswith("{")
    except (OSError, UnicodeDecodeError):
        return False


def assess_plan(
    path: Path, table: FoodTable, catalogue: Catalogue, dishes: Sequence[Dish], who: str | None = None
) -> Report:
    """The report on a plan file, for the person planned for, or the one named.

    Raises: UnreadablePlan; MealplanError: a person or a food that the plan or the program does not have.
    """
    return report_on(read_plan(path), table, catalogue, dishes, who, path.name)


def report_on(
    plan: Plan,
    table: FoodTable,
    catalogue: Catalogue,
    dishes: Sequence[Dish],
    who: str | None = None,
    name: str = "plan",
) -> Report:
    """The report on a plan, for the person planned for, or the one named; ``name`` says where the plan is from.

    Raises: MealplanError: a person or a food that the plan or the program does not have.
    """
    planned = _planned_person(plan, who)
    request = plan.request
    (own,) = (person for person in plan.people if person.id == planned.id)
    eater = Eater(
        person=planned,
        diets=(*request.get("diets", ()), *own.diets),
        avoid=(*request.get("avoid", ()), *own.avoid),
    )
    try:
        days = eaten_in_plan(plan.days, planned.id, catalogue)
    except KeyError as error:
        hint = "plan anew with `mealplan generate`"
        raise MealplanError(f"{name}: ingredient {error} is not in the catalogue", hint=hint) from error
    lines = sum(len(day.foods) for day in days)
    read = Read(kind="plan", name=name, form=plan.schema_, days=len(days), lines=lines, certain=lines, unknown=0)
    report = build_report(days, planned, read, table, ceilings(table))
    return _with_gaps(report, days, eater, table, catalogue, dishes)


def assess_diary(
    path: Path,
    eater: Eater,
    table: FoodTable,
    catalogue: Catalogue,
    dishes: Sequence[Dish],
    overrides: Mapping[str, Override] | None = None,
    portions: Mapping[str, tuple[Portion, ...]] | None = None,
) -> Report:
    """The report on a diary.

    Args: portions: of the foods of the table, where it is not the embedded one.
    Raises: BrokenDiary; UnknownDiet, UnknownAvoid.
    """
    return report_on_diary(read_diary(path), eater, table, catalogue, dishes, overrides, portions, path.name)


def report_on_diary(
    diary: Diary,
    eater: Eater,
    table: FoodTable,
    catalogue: Catalogue,
    dishes: Sequence[Dish],
    overrides: Mapping[str, Override] | None = None,
    portions: Mapping[str, tuple[Portion, ...]] | None = None,
    name: str = "diary",
) -> Report:
    """The same for a diary that was read. Raises: UnknownDiet, UnknownAvoid."""
    taken = match_diary(diary, Finder(catalogue, table, overrides, portions), table)
    days = eaten_in_diary(taken)
    read = Read(
        kind="diary",
        name=name,
        form=diary.form,
        days=len(days),
        lines=len(taken),
        certain=sum(_is_certain(one) for one in taken),
        unknown=sum(not one.is_known for one in taken),
        doubtful=tuple(_doubtful(taken)),
        left_out=diary.left_out,
    )
    report = build_report(days, eater.person, read, table, ceilings(table))
    return _with_gaps(report, days, eater, table, catalogue, dishes)


def _with_gaps(
    report: Report,
    days: Sequence[EatenDay],
    eater: Eater,
    table: FoodTable,
    catalogue: Catalogue,
    dishes: Sequence[Dish],
) -> Report:
    kitchen = Kitchen(
        table=table,
        catalogue=catalogue,
        dishes=dishes,
        diets=find_diets(eater.followed),
        avoid=resolve_avoid(eater.avoid, catalogue),
    )
    closing = find_closing(report, days, kitchen, swaps=report.read.kind == "diary")
    return report.model_copy(update={"gaps": find_gaps(report.nutrients, kitchen), "closing": closing})


def _planned_person(plan: Plan, who: str | None) -> Person:
    names = [person.id for person in plan.people]
    wanted = names[0] if who is None and len(names) == 1 else who
    for person in plan.people:
        if wanted is not None and person.id.casefold() == wanted.casefold():
            return Person.model_validate(person.attributes)
    said = f"--person {who}: nobody of that name in the plan" if who else f"the plan is for {len(names)} people"
    raise MealplanError(said, hint=f"--person says which: {', '.join(names)}")


def _is_certain(one: Taken) -> bool:
    stated = one.entry.stated is not None
    return stated or one.certainty is Certainty.NOT_EATEN or (one.certainty is Certainty.CERTAIN and one.is_known)


def _doubtful(taken: Sequence[Taken]) -> list[DoubtfulLine]:
    """Lines not read with certainty, the least certain first, each text once."""
    found: dict[str, DoubtfulLine] = {}
    for one in taken:
        if _is_certain(one) and not (one.checks and one.entry.stated is None):
            continue
        found.setdefault(
            json.dumps([one.entry.text, one.entry.amount, one.entry.unit, one.entry.grams]),
            DoubtfulLine(
                line=one.entry.line,
                text=one.entry.text,
                taken_as=one.description,
                food_id=one.food.food_id or "",
                grams=None if one.food.grams is None else round(one.food.grams, 1),
                certainty="unweighed" if one.description and not one.is_known else one.certainty.value,
                confidence=one.confidence,
                checks=one.checks,
                candidates=one.candidates[:3],
            ),
        )
    return sorted(found.values(), key=lambda line: (line.grams is not None and bool(line.taken_as), line.confidence))
