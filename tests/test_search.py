"""Finding foods by words."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foods.search import read_synonyms, search, singular, translate
from foods.table import FoodTable


def first(words: str) -> str:
    return search(FoodTable.embedded(), words, limit=1)[0].description


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("spinach", "Spinach, raw"),
        ("banana", "Bananas, raw"),
        ("eggs", "Egg, whole, raw, fresh"),
        ("lentils", "Lentils, raw"),
        ("red lentils", "Lentils, pink or red, raw"),
        ("milk", "Milk, whole"),
        ("apple", "Apples, raw, with skin"),
        ("salt", "Salt, table"),
        ("brown rice", "Rice, brown, long-grain, raw"),
        ("olive oil", "Olive oil"),
        ("cod", "Fish, cod, Atlantic, raw"),
        ("turkey", "Turkey, Ground, raw"),
    ],
)
def test_a_plain_word_finds_the_plain_food(words: str, name: str) -> None:
    assert first(words) == name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("spinch", "Spinach, raw"),
        ("brocoli", "Broccoli, raw"),
        ("chikpeas", "Chickpeas (garbanzo beans, bengal gram), mature seeds, raw"),
        ("lentls", "Lentils, raw"),
        ("courgete", "Squash, summer, zucchini, includes skin, raw"),
        ("aubergin", "Eggplant, raw"),
    ],
)
def test_a_typo_finds_the_food_all_the_same(words: str, name: str) -> None:
    assert first(words) == name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("garbanzo", "Chickpeas (garbanzo beans, bengal gram), mature seeds, raw"),
        ("courgette", "Squash, summer, zucchini, includes skin, raw"),
        ("aubergine", "Eggplant, raw"),
        ("rocket", "Arugula, raw"),
        ("cilantro", "Coriander (cilantro) leaves, raw"),
        ("prawns", "Crustaceans, shrimp, raw"),
        ("spring onion", "Onions, spring or scallions (includes tops and bulb), raw"),
        ("beetroot", "Beets, raw"),
        ("marmite", "Yeast extract spread"),
    ],
)
def test_a_kitchen_name_finds_what_usda_calls_it(words: str, name: str) -> None:
    assert first(words) == name


def test_singular_and_plural_find_the_same() -> None:
    table = FoodTable.embedded()
    for one, many in (("strawberry", "strawberries"), ("carrot", "carrots"), ("tomato", "tomatoes")):
        assert search(table, one) == search(table, many)


def test_more_words_narrow_the_search() -> None:
    hits = search(FoodTable.embedded(), "spinach cooked boiled")
    assert hits
    assert all("cooked" in hit.description.lower() for hit in hits)


def test_baby_food_and_brands_come_after_plain_food() -> None:
    hits = search(FoodTable.embedded(), "carrots", limit=8)
    assert not any("Babyfood" in hit.description or "GERBER" in hit.description for hit in hits)


def test_scores_fall_from_hit_to_hit_and_the_limit_holds() -> None:
    hits = search(FoodTable.embedded(), "beans", limit=7)
    assert len(hits) == 7
    assert all(before.score >= after.score for before, after in pairwise(hits))


@pytest.mark.parametrize("words", ["", "   ", "!?", "xyzzyq"])
def test_nothing_fitting_is_an_empty_list(words: str) -> None:
    assert search(FoodTable.embedded(), words) == []


@given(st.text(max_size=20))
def test_any_text_may_be_searched(text: str) -> None:
    for hit in search(FoodTable.embedded(), text, limit=3):
        assert 0 < hit.score <= 1


def test_a_callers_table_is_searched_too() -> None:
    foods = pd.DataFrame({"description": ["Quark, plain", "Rye bread"]}, index=["1", "2"])
    mine = FoodTable(foods, pd.DataFrame({"iron_mg": [0.1, 2.0]}, index=["1", "2"]))
    assert [hit.food_id for hit in search(mine, "rye")] == ["2"]


def test_every_translation_finds_something() -> None:
    table = FoodTable.embedded()
    lost = [usda for usda in read_synonyms().values() if not search(table, usda, limit=1)]
    assert lost == []


def test_the_longest_kitchen_name_is_translated() -> None:
    assert translate("soy sauce") == "soy sauce made from soy and wheat shoyu"
    assert translate("granite") is None


@pytest.mark.parametrize(
    ("many", "one"),
    [("berries", "berry"), ("leaves", "leaf"), ("potatoes", "potato"), ("peaches", "peach"), ("hummus", "hummus")],
)
def test_plurals_are_undone(many: str, one: str) -> None:
    assert singular(many) == one
