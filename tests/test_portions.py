"""Household measures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foods.portions import UnknownPortion, grams, portions, read_portions, unit_words
from foods.table import FoodTable

LENTILS = "172420"
BANANA = "173944"


def test_a_cup_of_lentils_weighs_what_usda_weighed() -> None:
    assert grams(LENTILS, 1, "cup") == 192
    assert grams(LENTILS, 2, "Cups") == 384


@pytest.mark.parametrize("unit", ["tbsp", "Tbsp.", "tablespoon", "tablespoons", "TABLESPOON"])
def test_a_unit_may_be_written_as_kitchens_write_it(unit: str) -> None:
    assert grams(LENTILS, 1, unit) == grams(LENTILS, 1, "tbsp")


def test_a_teaspoon_follows_from_the_cup() -> None:
    assert grams(LENTILS, 1, "tsp") == pytest.approx(4.0)  # 192 g / 48


@pytest.mark.parametrize("unit", ["medium", "piece", "each", ""])
def test_one_banana_is_a_medium_one(unit: str) -> None:
    assert grams(BANANA, 1, unit) == 118


def test_qualified_units_are_told_apart() -> None:
    assert grams(BANANA, 1, "cup, sliced") == 150
    assert grams(BANANA, 1, "cup, mashed") == 225


def test_masses_need_no_portion() -> None:
    assert grams("no such food", 2, "oz") == pytest.approx(56.699, abs=0.001)
    assert grams("no such food", 1.5, "kg") == 1500


def test_an_unknown_measure_lists_the_known_ones() -> None:
    with pytest.raises(UnknownPortion, match="no weight known for `bucket` of food `172420`") as caught:
        grams(LENTILS, 1, "bucket")
    assert caught.value.hint is not None
    assert "cup" in caught.value.hint
    with pytest.raises(UnknownPortion):
        grams("no such food", 1, "cup")


@given(st.floats(0, 100))
def test_weight_grows_with_the_amount(amount: float) -> None:
    assert grams(LENTILS, amount, "cup") == pytest.approx(192 * amount)


def test_every_portion_belongs_to_a_food_and_has_a_weight() -> None:
    table = FoodTable.embedded()
    assert all(food_id in table for food_id in read_portions())
    assert all(entry.grams > 0 and entry.amount > 0 for food_id in read_portions() for entry in portions(food_id))


def test_units_have_one_spelling() -> None:
    assert unit_words("Cups, chopped") == ["cup", "chopped"]
    assert unit_words("fl. oz") == unit_words("fl oz") == ["fl oz"]
