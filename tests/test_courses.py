"""Dishes of one meal are not made of the same food."""

from __future__ import annotations

from itertools import pairwise

import pytest

from foods.ingredients import read_catalogue
from mealplan.courses import EVERY_TABLE, STAR_SHARE, share_a_food, star_foods, table_of
from mealplan.dishes import Dish, build_dish, read_library

CATALOGUE = read_catalogue()
LIBRARY = {dish.slug: dish for dish in read_library()}


def made_of(title: str, **grams: float) -> Dish:
    """A dish of these foods, each with the weight given: ``frozen_spinach=100``."""
    lines = [{"item": item.replace("_", " "), "amount": g, "unit": "g", "cook": "baked"} for item, g in grams.items()]
    entry = {
        "title": title, "course": "snack", "meals": ["snack"], "serves": 2, "minutes": 5, "active_minutes": 5,
        "cuisine": "Any", "ingredients": lines, "steps": ["Serve."],
    }  # fmt: skip
    dish, problems = build_dish(title.lower().replace(" ", "-"), entry, CATALOGUE)
    assert dish is not None, problems
    return dish


def test_a_food_counts_from_a_quarter_of_the_weight_or_a_tenth_if_the_title_names_it() -> None:
    # 26 g of 100 g, and 24 g of 100 g
    assert "carrot" in star_foods(made_of("Plate", carrots=26, potatoes=74))
    assert "carrot" not in star_foods(made_of("Plate", carrots=24, potatoes=76))
    assert "carrot" in star_foods(made_of("Plate with carrots", carrots=11, potatoes=89))
    assert "carrot" not in star_foods(made_of("Plate with carrots", carrots=9, potatoes=91))


def test_dry_pulses_are_weighed_as_they_are_eaten() -> None:
    dry = {"red lentils, dry": 20, "potatoes": 80}
    # 20 x 2.5 = 50 g of 130 g
    assert 20 / 100 < STAR_SHARE < 50 / 130
    assert "lentil" in star_foods(made_of("Pot", **dry))


KIN = [
    ("spinach", "frozen spinach"),
    ("red bell pepper", "yellow bell pepper"),
    ("black beans, canned", "white beans, dry"),
    ("potatoes", "red potatoes"),
    ("orange", "mandarin"),
    ("orange", "orange juice, fresh"),
    ("strawberries", "frozen mixed berries"),
    ("UV mushrooms", "cremini mushrooms"),
    ("light tuna, canned", "Atlantic salmon"),
]


@pytest.mark.parametrize(("one", "other"), KIN)
def test_one_food_in_two_colours_or_states_is_one(one, other) -> None:
    assert share_a_food(made_of("One", **{one: 100}), made_of("Other", **{other: 100}))


STRANGERS = [
    ("potatoes", "sweet potatoes"),
    ("green beans", "black beans, canned"),
    ("brussels sprouts", "bean sprouts"),
    ("chickpeas, canned", "frozen peas"),
    ("orange", "lemon"),
    ("lemon", "lime"),
]


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_two_foods_that_share_a_word_are_two(one, other) -> None:
    assert not share_a_food(made_of("One", **{one: 100}), made_of("Other", **{other: 100}))


def test_seasonings_and_what_sauces_are_built_on_make_no_dish() -> None:
    assert star_foods(made_of("Sauce", onion=50, garlic=50, tomatoes=100, olive_oil=100)) == frozenset()
    assert star_foods(made_of("Tomato sauce", onion=50, garlic=50, tomatoes=100, olive_oil=100)) == {"tomato"}


APART = [
    ("orange-with-almonds", "orange-wedges"),
    ("greek-yogurt-bowl-with-strawberries-and-wheat-germ", "bowl-of-strawberries"),
    ("berry-and-silken-tofu-smoothie-bowl", "glass-of-fresh-orange-juice"),
    ("green-smoothie-bowl-with-mango-and-hemp-seeds", "green-smoothie-with-spinach-and-kiwi"),
    ("chickpea-and-spinach-coconut-curry", "catalan-spinach-with-raisins-and-pine-nuts"),
    ("red-lentil-dal-with-spinach", "turkish-red-lentil-soup-with-mint"),
    ("vegetable-biryani-with-chickpeas", "basmati-rice"),
    ("misir-wot-with-tomato-salad", "tomato-cucumber-and-dill-salad"),
]
TOGETHER = [
    ("chana-masala", "kachumber-with-peanuts"),  # a tomato sauce beside a fresh salad
    ("chana-masala", "basmati-rice"),
    ("oatmeal-with-pumpkin-seeds-and-strawberries", "orange-wedges"),
    ("oatmeal-with-pumpkin-seeds-and-strawberries", "glass-of-milk"),
    ("miso-salmon-with-bok-choy-and-shiitake", "brown-rice"),
    ("greek-lemon-chicken-with-potatoes-and-green-beans", "greek-salad"),
]


@pytest.mark.parametrize(("main", "side"), APART)
def test_a_meal_has_no_food_twice(main, side) -> None:
    assert share_a_food(LIBRARY[main], LIBRARY[side])
    assert share_a_food(LIBRARY[side], LIBRARY[main])


@pytest.mark.parametrize(("main", "side"), TOGETHER)
def test_what_cooks_serve_together_stays_together(main, side) -> None:
    assert not share_a_food(LIBRARY[main], LIBRARY[side])


def test_stars_do_not_depend_on_the_number_of_servings_or_the_order_of_lines() -> None:
    for dish, other in pairwise(LIBRARY.values()):
        assert share_a_food(dish, other) == share_a_food(other, dish)
        assert not star_foods(dish) or share_a_food(dish, dish)


def test_rice_is_at_home_on_every_table_and_a_tortilla_on_its_own():
    dishes = {dish.slug: dish for dish in read_library()}
    assert table_of(dishes["warm-corn-tortillas"]) != EVERY_TABLE
    assert table_of(dishes["warm-corn-tortillas"]) != table_of(dishes["warm-naan"])
    assert table_of(next(dish for dish in dishes.values() if dish.kind == "rice")) == EVERY_TABLE
