"""Food composition: what is in what we eat, per 100 g of edible part, and what is not known of it.

Nothing heavy is imported before a name is used.

    FoodTable.embedded()          the table that comes with the program; docs/data.md
    read_table(path)              one from a file; Store() the one that `mealplan foods update` installed
    build_table(frame)            a caller's own DataFrame; build_catalogue(frame) its foods as ingredients
    adopt_table(frame, shape)     any country's table; find_doubts(table) looks it through
    read_catalogue()              what a cook calls a food, and every fact a planner needs of it

Every error is a `FoodsError` with ``message`` and ``hint``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foods.adopt import Doubt as Doubt
    from foods.adopt import Shape as Shape
    from foods.adopt import adopt_table as adopt_table
    from foods.adopt import find_doubts as find_doubts
    from foods.adopt import relink as relink
    from foods.errors import FoodsError as FoodsError
    from foods.frame import build_catalogue as build_catalogue
    from foods.frame import build_table as build_table
    from foods.ingredients import BadAmount as BadAmount
    from foods.ingredients import BrokenCatalogue as BrokenCatalogue
    from foods.ingredients import Catalogue as Catalogue
    from foods.ingredients import Ingredient as Ingredient
    from foods.ingredients import UnknownIngredient as UnknownIngredient
    from foods.ingredients import UnknownUnit as UnknownUnit
    from foods.ingredients import read_catalogue as read_catalogue
    from foods.nutrients import NUTRIENTS as NUTRIENTS
    from foods.nutrients import Nutrient as Nutrient
    from foods.nutrients import UnknownNutrient as UnknownNutrient
    from foods.store import DamagedTable as DamagedTable
    from foods.store import FewerFoods as FewerFoods
    from foods.store import NotInstalled as NotInstalled
    from foods.store import Store as Store
    from foods.table import BrokenFoodTable as BrokenFoodTable
    from foods.table import DuplicateFood as DuplicateFood
    from foods.table import FoodTable as FoodTable
    from foods.table import ImpossibleAmount as ImpossibleAmount
    from foods.table import UnknownFood as UnknownFood
    from foods.table import layer_tables as layer_tables
    from foods.table import read_table as read_table

_HOME = {
    "foods.adopt": ("Doubt", "Shape", "adopt_table", "find_doubts", "relink"),
    "foods.errors": ("FoodsError",),
    "foods.frame": ("build_catalogue", "build_table"),
    "foods.ingredients": (
        "BadAmount",
        "BrokenCatalogue",
        "Catalogue",
        "Ingredient",
        "UnknownIngredient",
        "UnknownUnit",
        "read_catalogue",
    ),
    "foods.nutrients": ("NUTRIENTS", "Nutrient", "UnknownNutrient"),
    "foods.store": ("DamagedTable", "FewerFoods", "NotInstalled", "Store"),
    "foods.table": (
        "BrokenFoodTable",
        "DuplicateFood",
        "FoodTable",
        "ImpossibleAmount",
        "UnknownFood",
        "layer_tables",
        "read_table",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
