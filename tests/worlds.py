"""Small random kitchens: dishes with made-up nutrients, for checking the solver by enumeration."""

from __future__ import annotations

import itertools

import numpy as np

from mealplan.courses import AMOUNTS, COMPANIONS, companion_kind, goes_with, is_anchor
from mealplan.dishes import STARCHES, Dish
from mealplan.nutrition import Servings
from mealplan.patterns import Columns, Space
from mealplan.request import Weights

KEYS = ("energy_kcal", "iron_mg", "vitamin_c_mg", "folate_ug_dfe")


def make_dish(slug: str, course: str, **fields: object) -> Dish:
    """A dish without ingredients, for the solver alone."""
    default = {
        "title": slug.title(),
        "meals": frozenset({"breakfast"}) if course == "breakfast" else frozenset({"lunch", "dinner"}),
        "serves": 1.0,
        "minutes": 20,
        "active_minutes": 10,
        "cuisine": "Any",
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


def random_dishes(random: np.random.Generator, mains: int = 4, sides: int = 4) -> list[Dish]:
    kinds = ["rice", "salad", "vegetable", "fruit", "bread"]
    dishes = [
        make_dish(f"main{n}", "main", protein=str(random.choice(["beans", "tofu"])),
                  sides=frozenset(str(k) for k in random.choice(kinds, size=3, replace=False)))
        for n in range(mains)
    ]  # fmt: skip
    dishes += [make_dish(f"side{n}", "side", kind=str(random.choice(kinds))) for n in range(sides)]
    dishes += [make_dish(f"breakfast{n}", "breakfast") for n in range(2)]
    dishes += [
        make_dish("fruit", "side", kind="fruit", meals=frozenset({"breakfast", "snack"})),
        make_dish("milk", "drink", meals=frozenset({"breakfast", "snack"})),
        make_dish("nuts", "snack", meals=frozenset({"snack"})),
        make_dish("toast", "snack", meals=frozenset({"snack"})),
    ]
    return dishes


def random_space(random: np.random.Generator, mains: int = 4, sides: int = 4) -> Space:
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
    return Space(servings, 1800.0, Weights(), frozenset())


def every_meal(space: Space, slot: str) -> Columns:
    """All meals of a slot by plain enumeration, which shares nothing with `Space.price`."""
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
    return space.build_columns(slot, np.array(found, dtype=np.intp))  # type: ignore[arg-type]


def _fit_together(dishes: list[Dish]) -> bool:
    kinds = [companion_kind(dish) for dish in dishes]
    return len(set(kinds)) == len(kinds) and sum(kind in STARCHES for kind in kinds) < 2
