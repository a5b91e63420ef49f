"""A short real week from a part of the library, for tests of what happens to a plan after it is made."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

from foods.ingredients import read_catalogue
from foods.table import FoodTable
from mealplan.dishes import read_library
from mealplan.kitchen import Kitchen
from mealplan.people import Person
from mealplan.pipeline import generate
from mealplan.plan import Plan
from mealplan.request import Diner, PlanRequest
from mealplan.rules import Rules

START = date(2026, 1, 5)  # a Monday
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 1, 6, 8, 30, tzinfo=UTC)


@cache
def small_kitchen() -> Kitchen:
    """Every third dish of the library."""
    return Kitchen(table=FoodTable.embedded(), catalogue=read_catalogue(), dishes=read_library()[::3])


@cache
def small_week(days: int = 3) -> Plan:
    """A few days from the small kitchen."""
    return generate(PlanRequest(start=START, days=days, effort=1), now=NOW, kitchen=small_kitchen())


@cache
def small_leftovers(days: int = 4) -> Plan:
    """A few days from the small kitchen with dinners that are eaten again."""
    request = PlanRequest(start=START, days=days, effort=1, rules=Rules(leftovers=True))
    return generate(request, now=NOW, kitchen=small_kitchen())


@cache
def small_family(leftovers: bool = False) -> Plan:
    """Three days of a table of three from the small kitchen: Cleo eats no meat or fish, Dan no mushrooms."""
    household = (
        Diner(person=Person(id="Ben", sex="male", age=37)),
        Diner(person=Person(id="Cleo", sex="female", age=34, pregnant=2), diets=("vegetarian",)),
        Diner(person=Person(id="Dan", sex="male", age=6), avoid=("mushroom",)),
    )
    request = PlanRequest(start=START, days=3, effort=1, household=household, rules=Rules(leftovers=leftovers))
    return generate(request, now=NOW, kitchen=small_kitchen())
