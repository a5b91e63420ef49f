"""What is near its date is used before it, as far as that is worth it; what is cooked leaves the pantry."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foods.ingredients import read_catalogue
from mealplan import change
from mealplan.pantry import Store, read_pantry, take_out
from mealplan.places import Place
from mealplan.plan import Plan
from mealplan.request import Weights
from mealplan.shopping import as_bought
from mealplan.use_first import find_expiring, use_first
from mealplan.verify import verify
from tests.weeks import LATER, NOW, START, small_kitchen, small_week

CATALOGUE = read_catalogue()
KITCHEN = small_kitchen()


def used_until(plan: Plan, food: str, due: date) -> float:
    return sum(
        as_bought(plan, meal.dishes, CATALOGUE).get(food, 0.0)
        for day in plan.days
        if day.date <= due
        for meal in day.meals
    )


def unused_food() -> str:
    """A fresh food of several mains of the kitchen that the week does not use."""
    eaten = {portion.ingredient for _, _, dish in small_week().servings() for portion in dish.ingredients}
    counts: dict[str, int] = {}
    for dish in KITCHEN.dishes:
        for line in dish.lines:
            keeps = line.ingredient.keeps_days or 99
            if dish.is_main and line.ingredient.name not in eaten and keeps <= 10 and line.grams / dish.serves > 40:
                counts[line.ingredient.name] = counts.get(line.ingredient.name, 0) + 1
    return max(sorted(counts), key=counts.__getitem__)


def test_only_what_is_dated_within_the_plan_is_near_its_date():
    def store(name: str, grams: float, day: int | None) -> Store:
        best = None if day is None else START + timedelta(days=day)
        return Store(ingredient=name, grams=grams, best_before=best)

    stores = [store("spinach", 100, 1), store("spinach", 50, 1), store("kale", 100, -1), store("tofu", 100, 3),
              store("milk", 0, 1), store("rice", 1000, None), store("beets", 80, 0)]  # fmt: skip
    found = find_expiring(stores, START, START + timedelta(days=2))
    assert [(one.ingredient, one.grams) for one in found] == [("beets", 80), ("spinach", 150)]


def test_it_is_used_in_time_by_meals_that_cost_the_week_no_more_than_they_may():
    food, due = unused_food(), START + timedelta(days=1)
    weights = Weights(use_up=4.0).model_dump(mode="json")
    plan = small_week().model_copy(update={"request": small_week().request | {"weights": weights}})
    store = Store(ingredient=food, grams=120, best_before=due)
    after = use_first(plan, [store], now=NOW, kitchen=KITCHEN)
    meals = [[meal for day in one.days for meal in day.meals] for one in (plan, after)]
    swapped = sum(was != now for was, now in zip(*meals, strict=True))
    assert used_until(after, food, due) > 0 == used_until(plan, food, due)
    assert 1 <= swapped <= 3
    assert after.solve.objective - plan.solve.objective <= swapped * 4.0 + 1e-3
    assert verify(after, KITCHEN.table, KITCHEN.catalogue) == []


def test_locked_meals_stay_and_nothing_near_its_date_changes_nothing():
    plan = small_week()
    every = [Place(day=n, slot=meal.slot) for n, day in enumerate(plan.days) for meal in day.meals]
    locked = change.lock(plan, every, now=LATER)
    store = Store(ingredient=unused_food(), grams=120, best_before=START)
    assert use_first(locked, [store], now=NOW, kitchen=KITCHEN) is locked
    assert use_first(plan, [], now=NOW, kitchen=KITCHEN) is plan


HEAD = "item,amount,unit,best_before\n"


def test_the_earliest_date_goes_first_and_other_lines_stay_as_they_are(tmp_path):
    path = tmp_path / "pantry.csv"
    path.write_text(HEAD + 'spinach,200,g,2026-01-09\n"brown rice" ,1,kg,\nspinach,100,g,2026-01-06\n')
    text, (taken,) = take_out(path, {"spinach": 150.0, "salmon": 90.0}, CATALOGUE)
    # 100 g of the sixth are gone, 50 g of the ninth's 200 g too.
    assert text == HEAD + 'spinach,150,g,2026-01-09\n"brown rice" ,1,kg,\n'
    assert (taken.ingredient, taken.grams, taken.left) == ("spinach", 150.0, 150.0)


def test_what_runs_out_leaves_the_file_and_is_taken_only_as_far_as_it_goes(tmp_path):
    path = tmp_path / "pantry.csv"
    path.write_bytes("﻿item;amount;unit\r\nspinach;1,5;kg\r\ngarlic;2;cloves\r\n".encode())
    cloves = read_pantry(path, CATALOGUE)[1].grams
    text, taken = take_out(path, {"garlic": 500.0, "spinach": 300.0}, CATALOGUE)
    assert text == "﻿item;amount;unit\r\nspinach;1,2;kg\r\n"
    assert [one.grams for one in taken] == pytest.approx([cloves, 300.0])
    assert [one.left for one in taken] == pytest.approx([0.0, 1200.0])


FOODS = st.sampled_from([("spinach", "g"), ("spinach", "kg"), ("salmon", "g"), ("banana", "piece")])
STORES = st.lists(st.tuples(FOODS, st.floats(0, 2000), st.sampled_from(["", "2026-01-06", "2026-01-09"])), max_size=6)
USED = st.dictionaries(st.sampled_from(["spinach", "salmon", "banana", "kale"]), st.floats(0, 5000), max_size=4)


@settings(max_examples=25)
@given(stores=STORES, used=USED)
def test_a_pantry_never_goes_below_zero_and_loses_what_was_used_and_no_more(tmp_path_factory, stores, used):
    path = tmp_path_factory.mktemp("pantry") / "pantry.csv"
    rows = [f"{item},{amount!r},{unit},{due}\n" for (item, unit), amount, due in stores]
    path.write_text(HEAD + "".join(rows))
    before = grams(path)
    text, taken = take_out(path, used, CATALOGUE)
    path.write_text(text)
    after = grams(path)
    assert all(store.grams >= 0 for store in read_pantry(path, CATALOGUE))
    for food, held in before.items():
        left = max(0.0, held - used.get(food, 0.0))
        # Amounts are written with six digits, and crumbs are swept.
        assert after.get(food, 0.0) == pytest.approx(left, rel=1e-4, abs=0.4)
    assert all(one.grams <= before.get(one.ingredient, 0.0) + 1e-9 for one in taken)


def grams(path) -> dict[str, float]:
    held: dict[str, float] = {}
    for store in read_pantry(path, CATALOGUE):
        held[store.ingredient] = held.get(store.ingredient, 0.0) + store.grams
    return held
