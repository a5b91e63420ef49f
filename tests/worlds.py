"""Small random kitchens: dishes with made-up nutrients, for checking the solver by enumeration."""

from __future__ import annotations

import itertools

import numpy as np

from foods.ingredients import Ingredient
from mealplan.courses import AMOUNTS, COMPANIONS, companion_kind, goes_with, is_anchor
from mealplan.dishes import STARCHES, Dish, Line
from mealplan.nutrition import Servings
from mealplan.occasions import Occasion
from mealplan.patterns import Columns, Space
from mealplan.preference import Taste
from mealplan.request import Weights

KEYS = ("energy_kcal", "iron_mg", "vitamin_c_mg", "folate_ug_dfe", "protein_g", "calcium_mg")


def make_dish(slug: str, course: str, **fields: object) -> Dish:
    """A dish without ingredients, for the solver alone."""
    default = {
        "title": slug.title(),
        "meals": frozenset({"breakfast"}) if course == "breakfast" else frozenset({"lunch", "dinner"}),
        "serves": 1.0,
        "minutes": 20,
        "active_minutes": 10,
        "cuisine": "Italian",
        "protein": "beans" if course in ("main", "one-pot") else "",
        "kind": None,
        "sides": frozenset(),
        "seasons": frozenset({"all"}),
        "keeps_days": 2,
        "freezes": False,
        "difficulty": "easy",
        "lines": (),
        "steps": ("Cook.",),
        "day_before": "",
    }
    return Dish(slug=slug, course=course, **(default | fields))  # type: ignore[arg-type]


def make_line(food: str, group: str = "vegetable", **fields: object) -> Line:
    """100 g of a food that stands in no catalogue."""
    ingredient = Ingredient(
        name=food,
        food_id=food,
        state="raw",
        family="vegetable",
        aisle="produce",
        food_group=group,
        measures={},
        keeps_days=7,
        **fields,
    )  # type: ignore[arg-type]
    return Line(ingredient=ingredient, amount=100, unit="g", grams=100.0, cook="raw", retention=None, note="")


def random_lines(random: np.random.Generator) -> tuple[Line, ...]:
    """Four lines: one of three vegetables, at times coffee, and two foods of no consequence."""
    coffee = float(random.choice([0.0, 0.0, 0.0, 40.0]))
    return (
        make_line(str(random.choice(["spinach", "carrots", "beets"]))),
        make_line("coffee", "drink", caffeine_mg_per_100g=coffee),
        make_line("salt", "herb/spice"),
        make_line("oil", "fat"),
    )


def random_dishes(random: np.random.Generator, mains: int = 4, sides: int = 4) -> list[Dish]:
    kinds = ["rice", "salad", "vegetable", "fruit", "bread"]

    def some(slug: str, course: str, **fields: object) -> Dish:
        drawn = {
            "minutes": int(random.choice([20, 60])),
            "active_minutes": int(random.choice([5, 15])),
            "cuisine": str(random.choice(["Italian", "Indian"])),
            "seasons": frozenset({str(random.choice(["all", "summer"]))}),
            "lines": random_lines(random),
        }
        return make_dish(slug, course, **(drawn | fields))

    dishes = [
        some(f"main{n}", "main", protein=str(random.choice(["beans", "tofu"])),
             sides=frozenset(str(k) for k in random.choice(kinds, size=3, replace=False)))
        for n in range(mains)
    ]  # fmt: skip
    dishes += [some(f"side{n}", "side", kind=str(random.choice(kinds))) for n in range(sides)]
    dishes += [some(f"breakfast{n}", "breakfast") for n in range(2)]
    dishes += [
        some("fruit", "side", kind="fruit", meals=frozenset({"breakfast", "snack"})),
        some("milk", "drink", meals=frozenset({"breakfast", "snack"})),
        some("nuts", "snack", meals=frozenset({"snack"})),
        some("toast", "snack", meals=frozenset({"snack"})),
    ]
    return dishes


def random_space(random: np.random.Generator, mains: int = 4, sides: int = 4) -> Space:
    """A kitchen and a person who eats from it in winter."""
    dishes = random_dishes(random, mains, sides)
    count = len(dishes)
    size = np.array([{"main": 400, "breakfast": 350}.get(dish.course, 120) for dish in dishes])
    iron = random.uniform(0.2, 6, count) * size / 400
    heme = iron * random.choice([0.0, 0.4], count)
    amount = np.stack(
        [
            size * random.uniform(0.7, 1.3, count),
            iron,
            random.choice([1.0, 10.0, 60.0], count),
            random.uniform(5, 150, count),
            size * random.uniform(0.01, 0.06, count),
            random.uniform(0, 400, count),
        ],
        axis=1,
    )
    servings = Servings(
        dishes=tuple(dishes),
        keys=KEYS,
        amount=amount,
        unmeasured=np.zeros_like(amount),
        heme_mg=heme,
        nonheme_mg=iron - heme,
        meat_g=np.where(heme > 0, 60.0, 0.0),
    )
    return Space(servings, Taste(energy_kcal=1800.0, protein_g=50.0, season="winter", weights=Weights()))


def every_meal(space: Space, slot: str, weekday: bool = True) -> Columns:
    """All meals of a slot by plain enumeration, which shares nothing with `mealplan.pricing`."""
    dishes = space.servings.dishes
    item = {(int(d), float(n)): i for i, (d, n) in enumerate(zip(space.item_dish, space.item_amount, strict=True))}
    found = []
    for a, anchor in enumerate(dishes):
        if not is_anchor(anchor, slot):  # type: ignore[arg-type]
            continue
        company = [r for r, other in enumerate(dishes) if r != a and goes_with(anchor, other, slot)]  # type: ignore[arg-type]
        sets = [c for n in range(COMPANIONS[slot] + 1) for c in itertools.combinations(company, n)]  # type: ignore[index]
        for chosen in filter(lambda c: _fit_together([dishes[r] for r in c]), sets):
            rows = (a, *chosen)
            for amounts in itertools.product(*(AMOUNTS[dishes[r].course] for r in rows)):
                items = [item[r, n] for r, n in zip(rows, amounts, strict=True)]
                found.append(items + [-1] * (3 - len(items)))
    occasion = Occasion(slot=slot, days=(0,), weekday=weekday)  # type: ignore[arg-type]
    return space.build_columns(occasion, np.array(found, dtype=np.intp))


def _fit_together(dishes: list[Dish]) -> bool:
    kinds = [companion_kind(dish) for dish in dishes]
    return len(set(kinds)) == len(kinds) and sum(kind in STARCHES for kind in kinds) < 2
