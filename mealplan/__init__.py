"""Plan a week of real meals that cover the nutrients a person is short of.

    from datetime import date
    from mealplan import PlanRequest, generate

    plan = generate(PlanRequest(start=date(2026, 1, 5), diets=("vegetarian",)))

Nothing heavy is imported before a name is used. Every function takes its input and returns a new value: none prints,
changes the working folder, installs a signal handler or keeps state, and each may run in any thread or process.
They log to ``logging.getLogger("mealplan")``. Every error is a `MealplanError` or `foods.FoodsError`, with ``message``
and ``hint``. docs/library.md says more; `mealplan.diet_problem` is the classic diet problem, `foods` the food tables.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foods.errors import FoodsError as FoodsError
    from mealplan.aims import QuantityEaten as QuantityEaten
    from mealplan.aims import quantities_of as quantities_of
    from mealplan.aims import targets_of as targets_of
    from mealplan.asked import InvalidRequest as InvalidRequest
    from mealplan.assess import Eater as Eater
    from mealplan.change import Alternative as Alternative
    from mealplan.choice import CannotChange as CannotChange
    from mealplan.diary.entry import BrokenDiary as BrokenDiary
    from mealplan.diets import UnknownAvoid as UnknownAvoid
    from mealplan.diets import UnknownDiet as UnknownDiet
    from mealplan.dishes import BrokenDish as BrokenDish
    from mealplan.dishes import Dish as Dish
    from mealplan.dishes import read_dishes as read_dishes
    from mealplan.dishes import read_library as read_library
    from mealplan.document import PlanDisagrees as PlanDisagrees
    from mealplan.errors import MealplanError as MealplanError
    from mealplan.facade import assess_diary as assess_diary
    from mealplan.facade import assess_plan as assess_plan
    from mealplan.facade import render_plan as render_plan
    from mealplan.facade import verify_plan as verify_plan
    from mealplan.facade import with_list as with_list
    from mealplan.frames import coverage_frame as coverage_frame
    from mealplan.frames import meals_frame as meals_frame
    from mealplan.frames import portions_frame as portions_frame
    from mealplan.frames import shopping_frame as shopping_frame
    from mealplan.kitchen import BrokenKitchen as BrokenKitchen
    from mealplan.kitchen import Kitchen as Kitchen
    from mealplan.library import UnknownDish as UnknownDish
    from mealplan.library import build_dishes as build_dishes
    from mealplan.library import find_dish as find_dish
    from mealplan.library import plain_dish as plain_dish
    from mealplan.open_model import BeyondTheModel as BeyondTheModel
    from mealplan.open_model import NoWeek as NoWeek
    from mealplan.open_model import OpenModel as OpenModel
    from mealplan.open_model import UnknownModelFormat as UnknownModelFormat
    from mealplan.open_model import model_for as model_for
    from mealplan.people import InvalidPerson as InvalidPerson
    from mealplan.people import Person as Person
    from mealplan.pipeline import Explanation as Explanation
    from mealplan.pipeline import explain as explain
    from mealplan.pipeline import generate as generate
    from mealplan.places import UnknownPlace as UnknownPlace
    from mealplan.plan import Plan as Plan
    from mealplan.plan import UnreadablePlan as UnreadablePlan
    from mealplan.plan import UnwritableFile as UnwritableFile
    from mealplan.plan import plan_from_dict as plan_from_dict
    from mealplan.plan import plan_schema as plan_schema
    from mealplan.plan import read_plan as read_plan
    from mealplan.plan import write_beside as write_beside
    from mealplan.profile import BrokenProfile as BrokenProfile
    from mealplan.profile import Profile as Profile
    from mealplan.profile import read_profile as read_profile
    from mealplan.recount import LeftWithout as LeftWithout
    from mealplan.render.extras import MissingExtra as MissingExtra
    from mealplan.render.formats import UnknownFormat as UnknownFormat
    from mealplan.render.ics import UnknownTimezone as UnknownTimezone
    from mealplan.report import Report as Report
    from mealplan.report import report_schema as report_schema
    from mealplan.request import Aim as Aim
    from mealplan.request import Diner as Diner
    from mealplan.request import PlanRequest as PlanRequest
    from mealplan.request import Quantity as Quantity
    from mealplan.request import Weights as Weights
    from mealplan.request import request_schema as request_schema
    from mealplan.revise import avoid_food as avoid_food
    from mealplan.revise import cook_meal as cook_meal
    from mealplan.revise import find_swaps as find_swaps
    from mealplan.revise import lock_meals as lock_meals
    from mealplan.revise import move_meal as move_meal
    from mealplan.revise import regenerate_plan as regenerate_plan
    from mealplan.revise import skip_meal as skip_meal
    from mealplan.revise import swap_meal as swap_meal
    from mealplan.revise import unlock_meals as unlock_meals
    from mealplan.revise import unskip_meal as unskip_meal
    from mealplan.rules import Rules as Rules
    from mealplan.solve import NoMeals as NoMeals
    from mealplan.solvers import SolverFailed as SolverFailed
    from mealplan.spending import serving_costs as serving_costs
    from mealplan.targets import Target as Target
    from mealplan.targets import targets_for as targets_for

_HOME = {
    "foods.errors": ("FoodsError",),
    "mealplan.aims": ("QuantityEaten", "quantities_of", "targets_of"),
    "mealplan.asked": ("InvalidRequest",),
    "mealplan.assess": ("Eater",),
    "mealplan.change": ("Alternative",),
    "mealplan.choice": ("CannotChange",),
    "mealplan.diary.entry": ("BrokenDiary",),
    "mealplan.diets": ("UnknownAvoid", "UnknownDiet"),
    "mealplan.dishes": ("BrokenDish", "Dish", "read_dishes", "read_library"),
    "mealplan.document": ("PlanDisagrees",),
    "mealplan.errors": ("MealplanError",),
    "mealplan.facade": ("assess_diary", "assess_plan", "render_plan", "verify_plan", "with_list"),
    "mealplan.frames": ("coverage_frame", "meals_frame", "portions_frame", "shopping_frame"),
    "mealplan.kitchen": ("BrokenKitchen", "Kitchen"),
    "mealplan.library": ("UnknownDish", "build_dishes", "find_dish", "plain_dish"),
    "mealplan.open_model": ("BeyondTheModel", "NoWeek", "OpenModel", "UnknownModelFormat", "model_for"),
    "mealplan.people": ("InvalidPerson", "Person"),
    "mealplan.pipeline": ("Explanation", "explain", "generate"),
    "mealplan.places": ("UnknownPlace",),
    "mealplan.plan": (
        "Plan",
        "UnreadablePlan",
        "UnwritableFile",
        "plan_from_dict",
        "plan_schema",
        "read_plan",
        "write_beside",
    ),
    "mealplan.profile": ("BrokenProfile", "Profile", "read_profile"),
    "mealplan.recount": ("LeftWithout",),
    "mealplan.render.extras": ("MissingExtra",),
    "mealplan.render.formats": ("UnknownFormat",),
    "mealplan.render.ics": ("UnknownTimezone",),
    "mealplan.report": ("Report", "report_schema"),
    "mealplan.request": ("Aim", "Diner", "PlanRequest", "Quantity", "Weights", "request_schema"),
    "mealplan.revise": (
        "avoid_food",
        "cook_meal",
        "find_swaps",
        "lock_meals",
        "move_meal",
        "regenerate_plan",
        "skip_meal",
        "swap_meal",
        "unlock_meals",
        "unskip_meal",
    ),
    "mealplan.rules": ("Rules",),
    "mealplan.solve": ("NoMeals",),
    "mealplan.solvers": ("SolverFailed",),
    "mealplan.spending": ("serving_costs",),
    "mealplan.targets": ("Target", "targets_for"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
