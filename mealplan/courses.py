"""Courses and what goes with what: who carries a meal, what may stand beside it, and in what amounts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from foods.ingredients import Ingredient
from foods.search import singular
from mealplan.dishes import Course, Dish, Slot

AMOUNTS: Mapping[str, tuple[float, ...]] = {
    "breakfast": (0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    "main": (0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    "one-pot": (0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    "side": (0.5, 1.0, 1.5, 2.0),
    "snack": (0.5, 1.0, 1.5, 2.0),
    "drink": (1.0,),
}
"""Servings of a dish that a person may get in one meal, by course."""

ENERGY_SHARE: Mapping[Slot, tuple[float, float]] = {
    "breakfast": (0.18, 0.30),
    "lunch": (0.25, 0.38),
    "dinner": (0.25, 0.40),
    "snack": (0.06, 0.18),
}
"""Share of the day's energy a meal should hold; outside it the meal costs `Weights.uneven_meal`."""

GREENS: frozenset[str] = frozenset({"vegetable", "salad"})
"""Kinds of side that bring vegetables to a meal."""

TABLES: tuple[frozenset[str], ...] = (
    frozenset(
        {"American", "British", "Irish", "French", "Italian", "Spanish", "Portuguese", "Greek", "German",
         "Eastern European", "Scandinavian"}
    ),
    frozenset({"Turkish", "Middle Eastern", "Persian", "North African"}),
    frozenset({"Indian"}),
    frozenset({"Chinese", "Japanese", "Korean", "Thai", "Vietnamese"}),
    frozenset({"Mexican", "Latin American", "Brazilian", "Caribbean"}),
    frozenset({"West African", "Ethiopian"}),
)  # fmt: skip
"""Cuisines whose dishes share a table; a side from another table beside a main costs `Weights.foreign_side`."""

EVERY_TABLE = -1
"""The table of a dish that is at home on all of them."""

PLAIN_LINES = 3
"""A side of so few ingredients (rice, bread, broccoli with lemon) is at home on every table; a flatbread never is."""

COMPANIONS: Mapping[Slot, int] = {"breakfast": 2, "lunch": 2, "dinner": 2, "snack": 1}
"""How many dishes may stand beside the anchor."""

STAR_SHARE = 0.25
"""Share of a dish's weight as eaten from which a food is what the dish is made of."""

BESIDE: frozenset[Course] = frozenset({"side", "drink"})
"""Courses that never carry a meal."""

OFTEN: frozenset[Course] = frozenset({"breakfast", "drink"})
"""Courses that people like to repeat."""

NAMED_SHARE = 0.10
"""The same for a food that stands in the title; below it the food is a topping."""

COOKED_PER_DRY = 2.5
"""Grams as eaten in a gram of dry grain, pasta or pulses, about: they take up water that no recipe lists."""

SEASONINGS: frozenset[str] = frozenset({"fat", "condiment", "herb/spice", "drink", "sweet"})
"""Food groups that flavour a dish and never are what it is made of."""

BASES: frozenset[str] = frozenset(
    {"onion", "shallot", "garlic", "ginger", "lemon", "lime", "celery", "tomato", "passata", "milk", "buttermilk",
     "beverage", "stock", "flour"}
)  # fmt: skip
"""Foods that many dishes of one meal are built on: a tomato sauce goes with a salad that has tomatoes in it. They
count only where the title names them."""

TWO_WORDS: frozenset[str] = frozenset(
    {"sweet potato", "green bean", "bean sprout", "brussels sprout", "snow pea", "bok choy", "broccoli rabe",
     "fennel bulb"}
)  # fmt: skip
"""Foods whose last word alone is another food, or none."""

PRODUCE: frozenset[str] = frozenset({"vegetable", "leafy green", "fruit", "citrus"})

FLESH: frozenset[str] = frozenset({"red meat", "poultry", "fish", "shellfish", "offal"})
"""Food groups of which any two kinds are one food: tuna beside salmon is fish twice."""

FRUIT_DRINK = "fruit drink"
BLENDED: frozenset[str] = frozenset({"smoothie", "shake", "juice", "lassi"})
"""Words of a title that make a dish a fruit drink, of which a meal has one."""


def is_anchor(dish: Dish, slot: Slot) -> bool:
    """Whether a dish can carry a meal of this slot."""
    course = {"breakfast": ("breakfast",), "snack": ("snack",)}.get(slot, ("main", "one-pot"))
    return slot in dish.meals and dish.course in course


def is_companion(dish: Dish, slot: Slot) -> bool:
    """Whether a dish may stand beside an anchor of this slot."""
    return slot in dish.meals and dish.course in BESIDE


def is_welcome(kind: str, anchor: Dish) -> bool:
    """Whether a companion of this kind goes with the anchor."""
    # Beside a bowl or a snack: fruit, a glass of something. A second snack dish would be a second snack.
    return kind in anchor.sides if anchor.is_main else kind in ("fruit", "drink")


def goes_with(anchor: Dish, other: Dish, slot: Slot) -> bool:
    """Whether ``other`` may stand beside the anchor of this meal."""
    return is_companion(other, slot) and is_welcome(companion_kind(other), anchor)


def table_of(dish: Dish) -> int:
    """The number of the table in `TABLES` a dish belongs to; -1 if it is at home on all of them."""
    is_plain = dish.course == "side" and dish.kind != "flatbread" and len(dish.lines) <= PLAIN_LINES
    if dish.course == "drink" or dish.kind == "fruit" or is_plain:
        return EVERY_TABLE
    return next((number for number, cuisines in enumerate(TABLES) if dish.cuisine in cuisines), EVERY_TABLE)


def companion_kind(dish: Dish) -> str:
    """What a companion is on the table; a meal has one of each."""
    return dish.kind or dish.course


def share_a_food(dish: Dish, other: Dish) -> bool:
    """Whether two dishes of one meal are made of the same food: spinach curry beside spinach, an orange beside one."""
    return not star_foods(dish).isdisjoint(star_foods(other))


def star_foods(dish: Dish) -> frozenset[str]:
    """What a dish is made of, in words that its kin share: ``bean``, ``spinach``, ``citrus``, ``fruit drink``.

    A food counts from `STAR_SHARE` of the weight as eaten, and from `NAMED_SHARE` if the title names it. Fresh and
    frozen, red and brown are one food; oranges and their juice are ``citrus``, and a smoothie is a fruit drink.
    """
    title = set(_words(dish.title))
    grams: dict[str, float] = defaultdict(float)
    named: set[str] = set()
    for line in dish.lines:
        kin = _kin(line.ingredient)
        grams[kin] += line.grams * (COOKED_PER_DRY if line.ingredient.state == "dry" else 1)
        if any(_head_words(name) <= title for name in (line.ingredient.name, *line.ingredient.aliases)):
            named.add(kin)
    whole = sum(grams.values())
    stars = {kin for kin in named if kin and grams[kin] >= NAMED_SHARE * whole}
    stars |= {kin for kin in grams.keys() - BASES if kin and grams[kin] >= STAR_SHARE * whole}
    return frozenset(stars | {FRUIT_DRINK} if BLENDED & title else stars)


def star_produce(dish: Dish, stars: frozenset[str]) -> frozenset[str]:
    """The vegetables and fruit among a dish's star foods."""
    return stars & {_kin(line.ingredient) for line in dish.lines if line.ingredient.food_group in PRODUCE}


def _kin(ingredient: Ingredient) -> str:
    """What a food is called whatever its colour and state; empty for a seasoning."""
    return _kin_named(ingredient.name, ingredient.food_group)


@cache
def _kin_named(name: str, group: str) -> str:
    if group in SEASONINGS:
        return ""
    if group in FLESH:
        return group
    head = _head(name)
    base = next((word for word in _words(name) if word in BASES), "")
    if group == "citrus":
        return base or "citrus"
    return base or ("berry" if head.endswith("berry") else head)


@cache
def _head_words(name: str) -> frozenset[str]:
    return frozenset(_head(name).split())


@cache
def _head(name: str) -> str:
    """The noun of a name: ``bean`` of "black beans, canned", ``sweet potato`` of "sweet potatoes"."""
    words = _words(name.partition(",")[0])
    pair = " ".join(words[-2:])
    return pair if pair in TWO_WORDS else words[-1] if words else ""


def _words(text: str) -> list[str]:
    return [singular(word) for word in re.findall(r"[a-z]+", text.casefold())]
