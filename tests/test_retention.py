"""What cooking keeps, checked against figures printed in USDA's Release 6 table."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foods import retention
from foods.nutrients import NUTRIENTS
from foods.retention import UnknownCooking, UnknownRetentionCode, code_for, factors

# fmt: off
FAMILIES = {
    "greens", "vegetable", "root", "potato", "sweet_potato", "tomato", "legume_quick", "legume_long",
    "legume_canned", "rice", "pasta", "oats", "cereal", "flour", "fruit", "citrus", "dried_fruit", "nut",
    "egg", "milk", "cheese", "beef", "ground_beef", "pork", "ground_pork", "ham", "bacon", "sausage", "lamb",
    "chicken", "turkey", "liver", "lean_fish", "oily_fish", "shellfish", "none",
}
# fmt: on
PAIRS = [(family, cook) for family in retention.families() for cook in retention.cooking_words(family)]


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("foods") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_greens_boiled_and_drained_keep_55_percent_of_vitamin_c() -> None:
    kept = factors(code_for("greens", "boiled"))
    vitamin_c_mg = 200 * 28.1 / 100 * kept["vitamin_c_mg"]  # 200 g of raw spinach at 28.1 mg/100 g
    assert kept["vitamin_c_mg"] == 0.55
    assert vitamin_c_mg == pytest.approx(30.91)  # 56.2 x 0.55
    assert (kept["folate_ug"], kept["iron_mg"], kept["potassium_mg"]) == (0.60, 0.95, 0.85)


@pytest.mark.parametrize(
    ("family", "cook", "nutrient", "share"),
    [
        ("greens", "simmered", "vitamin_c_mg", 0.70),
        ("greens", "stir-fried", "folate_ug", 0.85),
        ("vegetable", "steamed", "vitamin_c_mg", 0.85),
        ("tomato", "simmered", "vitamin_c_mg", 0.95),
        ("legume_long", "boiled", "iron_mg", 0.80),
        ("legume_long", "boiled", "magnesium_mg", 0.75),
        ("legume_quick", "simmered", "iron_mg", 0.90),
        ("milk", "simmered", "vitamin_b12_ug", 0.55),
        ("ground_beef", "baked", "vitamin_b12_ug", 0.60),
        ("oily_fish", "fried", "vitamin_b12_ug", 0.75),
    ],
)
def test_published_figures_are_kept(family: str, cook: str, nutrient: str, share: float) -> None:
    assert factors(code_for(family, cook))[nutrient] == share


def test_every_family_and_only_those_are_held() -> None:
    assert set(retention.families()) == FAMILIES


@pytest.mark.parametrize(("family", "cook"), PAIRS)
def test_every_pair_resolves_to_a_held_code(family: str, cook: str) -> None:
    code = code_for(family, cook)
    if code is None:
        assert family == "none" or cook == "raw", "only unheated food and family none lose nothing"
    else:
        assert len(code) == 4
        assert code in retention.descriptions()


def test_no_code_is_stored_without_use() -> None:
    used = {code_for(family, cook) for family, cook in PAIRS} - {None}
    assert used == set(retention.descriptions())


def test_no_row_stands_twice() -> None:
    codes = [row["code"] for row in _rows("retention.csv")]
    pairs = [(row["family"], row["cook"]) for row in _rows("cooking.csv")]
    assert len(codes) == len(set(codes))
    assert len(pairs) == len(set(pairs))
    assert {cook for _, cook in pairs} == set(retention.COOKING_WORDS)


@given(st.sampled_from(sorted(retention.descriptions())))
def test_every_share_lies_between_none_and_all(code: str) -> None:
    shares = factors(code)
    assert set(shares) == set(NUTRIENTS)
    assert all(0 < share <= 1 for share in shares.values())


@given(st.sampled_from(sorted(retention.descriptions())), st.floats(0, 500), st.floats(0, 500))
def test_folate_equivalents_stay_consistent(code: str, food_folate: float, folic_acid: float) -> None:
    kept = factors(code)
    dfe = (food_folate + 1.7 * folic_acid) * kept["folate_ug_dfe"]
    parts = food_folate * kept["food_folate_ug"] + 1.7 * folic_acid * kept["folic_acid_ug"]
    assert dfe == pytest.approx(parts)


def test_what_usda_does_not_publish_is_kept_whole() -> None:
    kept = factors("3005")
    unpublished = ("vitamin_d_ug", "vitamin_e_mg", "selenium_ug", "energy_kcal", "fat_g")
    assert {kept[key] for key in unpublished} == {1.0}


def test_food_that_is_not_heated_loses_nothing() -> None:
    assert set(factors(code_for("citrus", "raw")).values()) == {1.0}
    assert set(factors(None)) == set(NUTRIENTS)


@pytest.mark.parametrize(
    ("family", "cook"),
    [("rice", "raw"), ("legume_long", "raw"), ("chicken", "raw"), ("fruit", "hard-boiled")],
)
def test_a_pair_that_makes_no_sense_is_refused_with_the_choices(family: str, cook: str) -> None:
    with pytest.raises(UnknownCooking) as raised:
        code_for(family, cook)
    assert family in raised.value.message
    assert cook in raised.value.message
    assert raised.value.hint is not None
    assert retention.cooking_words(family)[0] in raised.value.hint


def test_an_unknown_family_word_or_code_is_refused_by_name() -> None:
    with pytest.raises(UnknownCooking, match="leaves"):
        code_for("leaves", "boiled")
    with pytest.raises(UnknownCooking, match="leaves"):
        retention.cooking_words("leaves")
    with pytest.raises(UnknownCooking, match="sous-vide"):
        code_for("beef", "sous-vide")
    with pytest.raises(UnknownRetentionCode, match="9999"):
        factors("9999")


def test_stand_in_codes_say_so() -> None:
    assert retention.cooking("turkey", "grilled").note == "as chicken, broiled"
    assert retention.cooking("greens", "boiled").note == ""
