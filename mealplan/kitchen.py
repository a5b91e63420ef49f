"""What plans are made from: a food table, an ingredient catalogue and dishes that go together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING, Any

from foods.adopt import relink
from foods.frame import build_catalogue, build_table
from foods.ingredients import Catalogue, read_catalogue
from foods.table import FoodTable, layer_tables
from mealplan.dishes import Dish, read_library
from mealplan.errors import MealplanError
from mealplan.library import build_dishes

if TYPE_CHECKING:
    import pandas as pd


class BrokenKitchen(MealplanError):
    """A table, a catalogue and dishes that do not go together; the message has a line for each problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kitchen:
    """What a plan is made from: the food table, the ingredient catalogue and the dishes."""

    table: FoodTable
    catalogue: Catalogue
    dishes: tuple[Dish, ...]

    @classmethod
    def embedded(cls) -> Kitchen:
        """All that comes with the program."""
        return cls(table=FoodTable.embedded(), catalogue=read_catalogue(), dishes=read_library())

    @classmethod
    def of_foods(cls, frame: pd.DataFrame, dishes: Iterable[Mapping[str, Any]]) -> Kitchen:
        """A kitchen of a caller's own foods and dishes alone.

        Args: frame: as `foods.frame.build_table` and `build_catalogue` read it; dishes: as `build_dishes` takes them.
        Raises: foods.errors.FoodsError: what those two say; BrokenDish, with every problem.
        """
        catalogue = build_catalogue(frame)
        return cls(table=build_table(frame), catalogue=catalogue, dishes=build_dishes(dishes, catalogue))

    def with_table(self, table: FoodTable, links: Mapping[str, str]) -> Kitchen:
        """The same with another table's foods behind some ingredients; what is not linked stays with this table.

        Args: links: ingredient -> food id of ``table``.
        Raises: foods.table.UnknownFood: a link to nowhere; UnknownIngredient.
        """
        for food_id in links.values():
            table.description(food_id)
        catalogue = relink(self.catalogue, links)
        dishes = tuple(
            replace(
                dish,
                lines=tuple(replace(line, ingredient=catalogue.resolve(line.ingredient.name)) for line in dish.lines),
            )
            for dish in self.dishes
        )
        return replace(self, table=layer_tables(table, self.table), catalogue=catalogue, dishes=dishes)

    def with_dishes(self, dishes: Iterable[Mapping[str, Any]]) -> Kitchen:
        """The same with more dishes, as `build_dishes` takes them; one of a known slug takes its place.

        Raises: BrokenDish, with every problem.
        """
        own = {dish.slug: dish for dish in build_dishes(dishes, self.catalogue)}
        return replace(self, dishes=tuple(({dish.slug: dish for dish in self.dishes} | own).values()))


def check_kitchen(kitchen: Kitchen) -> None:
    """Raises: BrokenKitchen: a dish whose food the table lacks or has no energy of, or two of one slug."""
    problems: dict[str, None] = {}
    slugs: set[str] = set()
    for dish in kitchen.dishes:
        if dish.slug in slugs:
            problems[f"two dishes are called `{dish.slug}`"] = None
        slugs.add(dish.slug)
        for food in {line.ingredient.food_id: line.ingredient for line in dish.lines}.values():
            if food.food_id not in kitchen.table:
                problems[f"{dish.slug}: food `{food.food_id}` of {food.name} is not in the food table"] = None
            elif isnan(kitchen.table.per_100g(food.food_id, "energy_kcal")):
                problems[f"{dish.slug}: {food.name} (food `{food.food_id}`) has no energy_kcal"] = None
            if food.name not in kitchen.catalogue:
                problems[f"{dish.slug}: {food.name} is not in the catalogue"] = None
    if problems:
        told = [*problems][:20] + ([f"and {len(problems) - 20} more"] if len(problems) > 20 else [])
        raise BrokenKitchen("\n".join(told), "each dish needs foods of the table, with their energy")
