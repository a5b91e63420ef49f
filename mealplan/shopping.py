"""Plan -> shopping list: merged by ingredient, edible share undone, less what is at home, in packages, by aisle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from foods.ingredients import Catalogue, Ingredient, UnknownIngredient
from mealplan.aisles import AISLES
from mealplan.amounts import in_household_units, in_packages
from mealplan.diets import Diet, find_diets, judge_ingredient
from mealplan.plan import Day, Plan, PlannedDish, PlanPerson, ShoppingLine, Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """How a list is made: for how many eaters of each plate, in which packages, by which aisles, from which pantry.

    ``pantry`` is grams as bought by ingredient.
    """

    eaters: int = 1
    units: Units = "metric"
    aisles: Sequence[str] = AISLES
    pantry: Mapping[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Need:
    grams: float = 0.0
    dishes: dict[str, str] = field(default_factory=dict)
    dates: list[date] = field(default_factory=list)
    eaters: set[str] = field(default_factory=set)


def shopping_list(
    days: Sequence[Day],
    catalogue: Catalogue,
    diets: Iterable[Diet] = (),
    shop: Shop | None = None,
    diets_of: Mapping[str, tuple[Diet, ...]] = MappingProxyType({}),
) -> tuple[ShoppingLine, ...]:
    """What the days need and what to buy of it, for everyone at the table, in shop order; a line an ingredient.

    Every planned gram is on it: packages are rounded up, never down, and what the pantry holds has its line too.
    Args: diets_of: by person, diets beyond those of all.
    Raises: UnknownIngredient: one that the catalogue does not know.
    """
    shop = shop or Shop()
    needs: dict[str, _Need] = defaultdict(_Need)
    for day in days:
        for meal in day.meals:
            for dish in meal.dishes:
                for portion in dish.ingredients:
                    need = needs[portion.ingredient]
                    need.grams += shop.eaters * sum(portion.grams.values())
                    need.dishes.setdefault(dish.dish, dish.title)
                    need.dates.append(day.date)
                    need.eaters |= {person for person, grams in portion.grams.items() if grams}
    followed = tuple(diets)
    lines = [
        _line(catalogue.resolve(name), need, _diets_of_eaters(need, followed, diets_of), shop)
        for name, need in needs.items()
    ]
    order = {aisle: place for place, aisle in enumerate(shop.aisles)}
    return tuple(sorted(lines, key=lambda line: (line.staple, order.get(line.aisle, len(order)), line.ingredient)))


def as_bought(plan: Plan, dishes: Iterable[PlannedDish], catalogue: Catalogue) -> dict[str, float]:
    """Grams as bought of each ingredient that dishes of a plan take, for everyone who eats of them.

    Raises: UnknownIngredient: one that the catalogue does not know.
    """
    grams: dict[str, float] = defaultdict(float)
    for portion in (portion for dish in dishes for portion in dish.ingredients):
        share = catalogue.resolve(portion.ingredient).edible_share
        grams[portion.ingredient] += plan.eaters * sum(portion.grams.values()) / share
    return dict(grams)


def shop_of(plan: Plan) -> Shop:
    """How the list of a plan was made, as far as the list itself tells."""
    seen = tuple(dict.fromkeys(line.aisle for line in plan.shopping if not line.staple))
    as_usual = tuple(aisle for aisle in AISLES if aisle in seen) == seen
    return Shop(
        eaters=plan.eaters,
        units=plan.units,
        aisles=AISLES if as_usual else tuple(dict.fromkeys((*seen, *AISLES))),
        pantry={line.ingredient: line.at_home_grams for line in plan.shopping if line.at_home_grams},
    )


def own_diets(people: Sequence[PlanPerson]) -> dict[str, tuple[Diet, ...]]:
    """The diets of each person beyond those of all. Raises: UnknownDiet."""
    return {person.id: find_diets(person.diets) for person in people}


def _diets_of_eaters(
    need: _Need, diets: tuple[Diet, ...], diets_of: Mapping[str, tuple[Diet, ...]]
) -> tuple[Diet, ...]:
    """The diets of all, and those of whoever eats of it."""
    own = (diet for person, followed in diets_of.items() if person in need.eaters for diet in followed)
    return tuple(dict.fromkeys((*diets, *own)))


def with_list(plan: Plan, catalogue: Catalogue, shop: Shop) -> Plan:
    """The plan for as many eaters as the shop says, with the list made anew.

    Raises: UnknownIngredient: a plan made with another catalogue; UnknownDiet.
    """
    try:
        diets = find_diets(plan.request.get("diets", ()))
        lines = shopping_list(plan.days, catalogue, diets, shop, own_diets(plan.people))
    except UnknownIngredient as error:
        hint = "the plan was made with another catalogue of ingredients: make it anew with `mealplan generate`"
        raise UnknownIngredient(f"the plan needs an {error.message}", hint) from error
    return plan.model_copy(update={"eaters": shop.eaters, "units": shop.units, "shopping": lines})


def _line(ingredient: Ingredient, need: _Need, diets: tuple[Diet, ...], shop: Shop) -> ShoppingLine:
    as_bought = need.grams / ingredient.edible_share
    at_home = min(as_bought, shop.pantry.get(ingredient.name, 0.0))
    sizes = ingredient.packages_us if shop.units == "us" else ingredient.packages
    bought = in_packages(sizes, as_bought - at_home, shop.units)
    price = ingredient.price_usd_per_100g
    return ShoppingLine(
        ingredient=ingredient.name,
        aisle=ingredient.aisle,
        grams=round(as_bought - at_home, 1),
        edible_grams=round(need.grams, 1),
        packages=bought.words,
        kitchen=in_household_units(ingredient, need.grams, shop.units),
        staple=ingredient.staple,
        check_label=tuple(judge_ingredient(ingredient, diets)[1]),
        dishes=tuple(dict.fromkeys(need.dishes.values())),
        at_home_grams=round(at_home, 1),
        packed_grams=round(bought.grams, 1),
        price_usd=None if price is None else round(bought.grams / 100 * price, 2),
        price_year=None if price is None else ingredient.price_year,
        keeps_days=ingredient.keeps_days,
        first_use=min(need.dates),
        last_use=max(need.dates),
    )
