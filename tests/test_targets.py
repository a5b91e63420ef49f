"""Bounds per person: the published values, the energy equations, and what the upper limits count."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foods.nutrients import NUTRIENTS
from mealplan.people import InvalidPerson, Person, build_person, default_person
from mealplan.targets import (
    ENERGY_TOLERANCE,
    REFERENCE_BODY,
    WEIGHT_AI,
    WEIGHT_AMDR,
    WEIGHT_ENERGY,
    WEIGHT_GUIDELINE,
    WEIGHT_HEADLINE,
    WEIGHT_LIMIT,
    WEIGHT_RDA,
    Authority,
    Target,
    describe_targets,
    energy_for,
    not_assessed,
    targets_for,
)

HEADLINE = ["iron_mg", "magnesium_mg", "folate_ug_dfe", "vitamin_b12_ug", "vitamin_d_ug", "vitamin_c_mg"]
DOCS = Path(__file__).parents[1] / "docs" / "targets.md"


def read(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files("mealplan").joinpath("data", name).read_text("utf-8").splitlines()))


DRI = read("dri.csv")
ENERGY = read("energy.csv")
GROUPS = sorted({row["group"] for row in DRI})


def person(**fields: Any) -> Person:
    return build_person({"sex": "female", "age": 38} | fields)


def target(nutrient: str, **fields: Any) -> Target:
    return {one.nutrient: one for one in targets_for(person(**fields))}[nutrient]


def cell(group: str, nutrient: str, column: str) -> float | None:
    (row,) = (row for row in DRI if row["group"] == group and row["nutrient"] == nutrient)
    return float(row[column]) if row[column] else None


# --- the data file --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "nutrient", "column", "value"),
    [
        # typed from the summary tables of the reports, not from the file
        ("F31-50", "iron_mg", "value", 18),
        ("F51-70", "iron_mg", "value", 8),
        ("M19-30", "iron_mg", "value", 8),
        ("P19-30", "iron_mg", "value", 27),
        ("L19-30", "iron_mg", "value", 9),
        ("C1-3", "iron_mg", "value", 7),
        ("C4-8", "iron_mg", "ul", 40),
        ("F14-18", "iron_mg", "ul", 45),
        ("F31-50", "magnesium_mg", "value", 320),
        ("M31-50", "magnesium_mg", "value", 420),
        ("M14-18", "magnesium_mg", "value", 410),
        ("P14-18", "magnesium_mg", "value", 400),
        ("F31-50", "folate_ug_dfe", "value", 400),
        ("P31-50", "folate_ug_dfe", "value", 600),
        ("L31-50", "folate_ug_dfe", "value", 500),
        ("P14-18", "folic_acid_ug", "ul", 800),
        ("M71+", "folic_acid_ug", "ul", 1000),
        ("F31-50", "vitamin_b12_ug", "value", 2.4),
        ("L14-18", "vitamin_b12_ug", "value", 2.8),
        ("F71+", "vitamin_d_ug", "value", 20),
        ("M51-70", "vitamin_d_ug", "value", 15),
        ("C1-3", "vitamin_d_ug", "ul", 62.5),
        ("C4-8", "vitamin_d_ug", "ul", 75),
        ("F31-50", "vitamin_c_mg", "value", 75),
        ("M19-30", "vitamin_c_mg", "value", 90),
        ("L19-30", "vitamin_c_mg", "value", 120),
        ("F51-70", "calcium_mg", "value", 1200),
        ("M51-70", "calcium_mg", "value", 1000),
        ("F9-13", "calcium_mg", "ul", 3000),
        ("M31-50", "zinc_mg", "value", 11),
        ("C1-3", "zinc_mg", "ul", 7),
        ("F31-50", "copper_mg", "value", 0.9),
        ("F31-50", "copper_mg", "ul", 10),
        ("M9-13", "selenium_ug", "value", 40),
        ("F31-50", "vitamin_a_ug_rae", "value", 700),
        ("P19-30", "vitamin_a_ug_rae", "value", 770),
        ("F14-18", "retinol_ug", "ul", 2800),
        ("F31-50", "potassium_mg", "value", 2600),
        ("M31-50", "potassium_mg", "value", 3400),
        ("P31-50", "potassium_mg", "value", 2900),
        ("C4-8", "sodium_mg", "cdrr", 1500),
        ("F31-50", "sodium_mg", "cdrr", 2300),
        ("M51-70", "vitamin_b6_mg", "value", 1.7),
        ("F51-70", "vitamin_b6_mg", "value", 1.5),
        ("F31-50", "choline_mg", "value", 425),
        ("M31-50", "fiber_g", "value", 38),
        ("M51-70", "fiber_g", "value", 30),
        ("L14-18", "fiber_g", "value", 29),
        ("F31-50", "ala_g", "value", 1.1),
        ("F31-50", "niacin_mg", "value", 14),
        ("P31-50", "iodine_ug", "value", 220),
        ("C1-3", "protein_g", "per_kg", 1.05),
        ("F71+", "protein_g", "value", 46),
        ("M71+", "phosphorus_mg", "ul", 3000),
        ("P31-50", "phosphorus_mg", "ul", 3500),
        ("C1-3", "fat_g", "amdr_high", 40),
    ],
)
def test_a_value_is_the_published_one(group: str, nutrient: str, column: str, value: float) -> None:
    assert cell(group, nutrient, column) == value


def test_every_group_has_every_nutrient_once() -> None:
    nutrients = [row["nutrient"] for row in DRI if row["group"] == "F31-50"]
    assert len(nutrients) == len(set(nutrients)) == 31
    for group in GROUPS:
        assert [row["nutrient"] for row in DRI if row["group"] == group] == nutrients
    assert len(GROUPS) == 20


def test_every_nutrient_is_in_the_registry() -> None:
    assert {row["nutrient"] for row in DRI} <= set(NUTRIENTS)


def test_every_age_belongs_to_one_group() -> None:
    ages: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in DRI:
        if row["nutrient"] == "iron_mg":
            for sex in ("female", "male") if row["sex"] == "both" else (row["sex"],):
                ages[row["state"], sex] += range(int(row["age_min"]), int(row["age_max"]) + 1)
    every, mothers = list(range(1, 121)), list(range(14, 51))
    assert {who: sorted(covered) for who, covered in ages.items()} == {
        ("none", "female"): every,
        ("none", "male"): every,
        ("pregnant", "female"): mothers,
        ("breastfeeding", "female"): mothers,
    }


def test_the_columns_hold_known_words_only() -> None:
    assert {row["goal"] for row in DRI} == {"RDA", "AI", "AMDR", "UL"}
    assert {row["ul_scope"] for row in DRI} == {"total", "supplements", "retinol", "folic_acid", "none"}
    assert {row["state"] for row in DRI} == {"none", "pregnant", "breastfeeding"}
    for row in DRI:
        assert bool(row["ul"]) == (row["ul_scope"] != "none"), row
        assert bool(row["value"]) == (row["goal"] in ("RDA", "AI")), row


def test_no_need_is_above_the_limit_on_the_same_intake() -> None:
    for row in DRI:
        if row["value"] and row["ul_scope"] == "total":
            assert float(row["value"]) < float(row["ul"]), row
        if row["cdrr"]:
            assert float(row["value"]) < float(row["cdrr"]), row


def test_limits_do_not_fall_as_children_grow() -> None:
    for sex in "MF":
        for nutrient in {row["nutrient"] for row in DRI if row["ul"]} - {"phosphorus_mg", "calcium_mg"}:
            limits = [cell(group, nutrient, "ul") or 0 for group in ("C1-3", "C4-8", f"{sex}9-13", f"{sex}14-18")]
            assert limits == sorted(limits), nutrient


def test_pregnancy_asks_for_no_less_than_before_it() -> None:
    for group, before in (("P14-18", "F14-18"), ("P19-30", "F19-30"), ("P31-50", "F31-50")):
        for nutrient in {row["nutrient"] for row in DRI if row["goal"] in ("RDA", "AI")}:
            assert (cell(group, nutrient, "value") or 0) >= (cell(before, nutrient, "value") or 0), nutrient


def test_the_protein_grams_are_the_grams_per_kg_of_the_reference_body() -> None:
    for (sex, age), (_, kg) in REFERENCE_BODY.items():
        row = next(
            row
            for row in DRI
            if row["nutrient"] == "protein_g"
            and row["sex"] in (sex, "both")
            and int(row["age_min"]) == age
            and row["state"] == "none"
        )
        # 34 g is printed for girls of 9-13: 37 x 0.95 = 35.15
        assert float(row["value"]) == pytest.approx(kg * float(row["per_kg"]), abs=1.2)


def test_every_report_is_named_in_the_docs() -> None:
    text = DOCS.read_text("utf-8")
    used = {row["report"] for row in DRI} | {row["report"] for row in ENERGY}
    used |= {one.authority.report for one in targets_for(default_person())}
    for report in used:
        assert f"| {report} |" in text


# --- energy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "kcal"),
    [
        # 575.77 - 7.01 x 38 + 6.60 x 165 + 12.14 x 60
        ({"age": 38, "weight_kg": 60, "height_cm": 165}, 2126.79),
        # 753.07 - 10.83 x 50 + 6.50 x 180 + 14.10 x 80
        ({"sex": "male", "age": 50, "weight_kg": 80, "height_cm": 180, "activity": "inactive"}, 2509.57),
        # 710.25 - 7.01 x 25 + 6.54 x 170 + 12.34 x 65
        ({"age": 25, "weight_kg": 65, "height_cm": 170, "activity": "active"}, 2448.90),
        # -517.88 - 10.83 x 20 + 15.61 x 175 + 19.11 x 70
        ({"sex": "male", "age": 20, "weight_kg": 70, "height_cm": 175, "activity": "very_active"}, 3334.97),
        # 19.12 + 3.68 x 10 + 8.62 x 138 + 20.28 x 32 + 25 for growth
        ({"sex": "male", "age": 10, "weight_kg": 32, "height_cm": 138}, 1919.44),
        # 55.59 - 22.25 x 6 + 8.43 x 115 + 17.07 x 20 + 15 for growth
        ({"age": 6, "weight_kg": 20, "height_cm": 115, "activity": "inactive"}, 1247.94),
        # -69.15 + 80.0 x 2 + 2.65 x 86 + 54.15 x 12 + 15, whatever the activity
        ({"age": 2, "weight_kg": 12, "height_cm": 86, "activity": "very_active"}, 983.55),
        # -716.45 - 1.00 x 1 + 17.82 x 76 + 15.06 x 10 + 20
        ({"sex": "male", "age": 1, "weight_kg": 10, "height_cm": 76}, 807.47),
        # first trimester as before: 575.77 - 7.01 x 30 + 6.60 x 165 + 12.14 x 61
        ({"age": 30, "weight_kg": 61, "height_cm": 165, "pregnant": 1}, 2195.01),
        # second: 693.35 - 2.04 x 30 + 5.73 x 165 + 10.20 x 64 + 9.16 x 20 + 200; BMI (64 - 4) / 1.65^2 = 22.0
        ({"age": 30, "weight_kg": 64, "height_cm": 165, "pregnant": 2}, 2613.60),
        # third, obese before: 693.35 - 61.2 + 945.45 + 10.20 x 100 + 9.16 x 34 - 50; BMI 90 / 1.65^2 = 33.1
        (
            {"age": 30, "weight_kg": 100, "height_cm": 165, "pregnant": 3, "pre_pregnancy_weight_kg": 90},
            2859.04,
        ),
        # 2126.79 + 540 - 140
        ({"age": 38, "weight_kg": 60, "height_cm": 165, "breastfeeding": 6}, 2526.79),
        ({"age": 38, "weight_kg": 60, "height_cm": 165, "breastfeeding": 7}, 2506.79),
        ({"age": 38, "weight_kg": 60, "height_cm": 165, "breastfeeding": 13}, 2126.79),
        # the reference woman: 575.77 - 7.01 x 38 + 6.60 x 163 + 12.14 x 57
        ({"age": 38}, 2077.17),
        # her BMI at 180 cm: 57 x (180 / 163)^2 = 69.51 kg
        ({"age": 38, "height_cm": 180}, 2341.24),
        # the reference woman in her third trimester: 67 kg; 693.35 - 77.52 + 933.99 + 683.4 + 311.44 + 200
        ({"age": 38, "pregnant": 3}, 2744.66),
    ],
)
def test_energy_is_that_of_the_2023_equation(fields: dict[str, Any], kcal: float) -> None:
    energy = energy_for(person(**fields))
    assert energy.kcal == pytest.approx(kcal, abs=0.01)
    assert str(energy.authority) == "EER, NASEM 2023"


def test_the_energy_given_is_the_energy_planned_in_a_band() -> None:
    bounds = target("energy_kcal", kcal=1800, weight_kg=60)
    assert (bounds.lower, bounds.upper) == pytest.approx((1710, 1890))  # 1800 -+ 5 %
    assert pytest.approx(0.05) == ENERGY_TOLERANCE
    assert (bounds.period, str(bounds.authority)) == ("day", "energy, as given")


def test_the_assumed_energy_names_its_origin() -> None:
    energy = energy_for(default_person())
    assert (energy.kcal, str(energy.authority)) == (2000, "reference diet, 21 CFR 101.9")


def test_what_was_taken_from_the_reference_body_is_said() -> None:
    assert "reference weight and height" in energy_for(person()).note
    assert "reference height" in energy_for(person(weight_kg=60)).note
    assert "reference" not in energy_for(person(weight_kg=60, height_cm=165)).note


@pytest.mark.parametrize("sex", ["female", "male"])
@pytest.mark.parametrize("age", [6, 9, 13, 14, 18, 19, 38, 70])
def test_more_activity_asks_for_more_energy(sex: str, age: int) -> None:
    levels = ("inactive", "low", "active", "very_active")
    kcal = [energy_for(person(sex=sex, age=age, activity=level)).kcal for level in levels]
    assert kcal == sorted(kcal)


def test_activity_levels_meet_without_a_gap() -> None:
    for row in ENERGY:
        same = [other for other in ENERGY if all(other[key] == row[key] for key in ("state", "sex", "age_min"))]
        if len(same) == 1:
            assert row["activity"] == "any"
            continue
        assert [one["activity"] for one in same] == ["inactive", "low", "active", "very_active"]
        assert [one["pal_below"] for one in same][:-1] == [one["pal_from"] for one in same][1:]


def test_a_body_of_impossible_energy_is_refused() -> None:
    tiny = person(age=110, weight_kg=3, height_cm=45, activity="inactive")
    with pytest.raises(InvalidPerson, match="kcal a day, which no body needs"):
        targets_for(tiny)


# --- bounds ---------------------------------------------------------------------------------------


def test_the_woman_of_38_has_the_published_bounds_headline_first() -> None:
    targets = targets_for(default_person())
    assert [one.nutrient for one in targets if one.headline] == HEADLINE
    assert [one.nutrient for one in targets][:6] == HEADLINE
    assert [one.lower for one in targets][:6] == [18, 320, 400, 2.4, 15, 75]
    assert len(targets) == len({one.nutrient for one in targets}) == 33


def test_iron_counts_all_intake_towards_its_limit() -> None:
    iron = target("iron_mg")
    assert (iron.upper, str(iron.authority), str(iron.upper_authority)) == (
        45,
        "RDA, IOM 2001",
        "UL, IOM 2001",
    )
    assert "supplements" in iron.upper_scope


@pytest.mark.parametrize("nutrient", ["magnesium_mg", "niacin_mg", "vitamin_e_mg"])
@pytest.mark.parametrize("fields", [{}, {"sex": "male"}, {"age": 2}, {"age": 30, "pregnant": 2}])
def test_a_limit_on_supplements_binds_no_food(nutrient: str, fields: dict[str, Any]) -> None:
    bounds = target(nutrient, **fields)
    assert bounds.upper is None
    assert bounds.upper_authority is None
    assert "supplements" in bounds.note


def test_the_vitamin_a_limit_is_on_retinol_alone() -> None:
    assert target("vitamin_a_ug_rae").upper is None
    retinol = target("retinol_ug")
    assert (retinol.lower, retinol.upper, retinol.goal) == (None, 3000, "UL")
    assert "not carotenoids" in retinol.upper_scope


def test_the_folate_limit_is_on_folic_acid_alone() -> None:
    assert target("folate_ug_dfe").upper is None
    folic_acid = target("folic_acid_ug")
    assert (folic_acid.lower, folic_acid.upper) == (None, 1000)
    assert "fortified foods and supplements" in folic_acid.upper_scope


def test_sodium_is_limited_and_never_pushed() -> None:
    sodium = target("sodium_mg")
    assert (sodium.lower, sodium.upper, sodium.goal) == (None, 2300, "CDRR")


def test_copper_is_in_mg() -> None:
    assert (target("copper_mg").lower, target("copper_mg").upper) == (0.9, 10)


@pytest.mark.parametrize(
    ("fields", "iron_mg"),
    [
        ({}, 3.24),  # 18 x 0.18
        ({"sex": "male"}, 1.44),  # 8 x 0.18
        ({"pregnant": 1}, 4.86),  # 27 x 0.18
        ({"pregnant": 2}, 6.75),  # 27 x 0.25
        ({"pregnant": 3}, 6.75),
        ({"age": 60, "menstruating": True}, 3.24),
        ({"iron_stores_mg": 500}, 3.24),  # the target stays that of empty stores
    ],
)
def test_absorbed_iron_is_what_the_rda_lets_through(fields: dict[str, Any], iron_mg: float) -> None:
    bounds = target("absorbed_iron_mg", **fields)
    assert bounds.lower == pytest.approx(iron_mg)
    assert (bounds.goal, bounds.period, bounds.upper) == ("RDA", "week", None)
    assert "empty iron stores" in bounds.note


@pytest.mark.parametrize(
    ("fields", "iron_mg"),
    [
        ({"age": 60}, 8),
        ({"age": 60, "menstruating": True}, 18),
        ({"age": 12}, 8),
        ({"age": 12, "menstruating": True}, 10.5),  # 8 + 2.5
        ({"age": 30, "breastfeeding": 8}, 9),
        ({"age": 30, "breastfeeding": 8, "menstruating": True}, 18),
        ({"age": 38, "menstruating": False}, 18),
    ],
)
def test_menstruation_raises_iron_and_its_absence_lowers_nothing(fields: dict[str, Any], iron_mg: float) -> None:
    assert target("iron_mg", **fields).lower == iron_mg


def test_smoking_adds_35_mg_of_vitamin_c() -> None:
    assert target("vitamin_c_mg", smoker=True).lower == 75 + 35


def test_shares_of_energy_in_grams() -> None:
    fields: dict[str, Any] = {"kcal": 2000}
    protein, fat = target("protein_g", **fields), target("fat_g", **fields)
    carbohydrate, saturated = target("carbohydrate_g", **fields), target("saturated_fat_g", **fields)
    assert (protein.lower, protein.upper) == pytest.approx((50, 175))  # 10 and 35 % of 2000 / 4
    assert (carbohydrate.lower, carbohydrate.upper) == pytest.approx((225, 325))  # 45 and 65 % of 2000 / 4
    assert (fat.lower, fat.upper) == pytest.approx((400 / 9, 700 / 9))  # 20 and 35 % of 2000 / 9
    assert saturated.lower is None
    assert saturated.upper == pytest.approx(200 / 9)  # 10 % of 2000 / 9


def test_children_have_their_own_shares() -> None:
    fat = target("fat_g", age=2, kcal=1000)
    assert (fat.lower, fat.upper) == pytest.approx((300 / 9, 400 / 9))  # 30 and 40 % of 1000 / 9
    assert target("protein_g", age=10, kcal=2000).upper == pytest.approx(150)  # 30 % of 2000 / 4
    assert "saturated_fat_g" not in {one.nutrient for one in targets_for(person(age=1))}


@pytest.mark.parametrize(
    ("fields", "grams", "goal"),
    [
        ({"kcal": 2000, "weight_kg": 80}, 64, "RDA"),  # 80 x 0.8 > 10 % = 50
        ({"kcal": 2000, "weight_kg": 55}, 50, "AMDR"),  # 55 x 0.8 = 44 < 50
        ({"kcal": 1600}, 46, "RDA"),  # the reference woman, > 40
        ({"kcal": 2500, "pregnant": 2}, 71, "RDA"),
        (
            {"kcal": 2500, "pregnant": 2, "weight_kg": 70, "pre_pregnancy_weight_kg": 65},
            71.5,
            "RDA",
        ),  # 65 x 1.1
        ({"kcal": 2000, "pregnant": 1, "weight_kg": 60}, 50, "AMDR"),  # as before: 48 < 50
        ({"kcal": 2500, "breastfeeding": 2, "weight_kg": 60}, 78, "RDA"),  # 60 x 1.3
    ],
)
def test_protein_is_the_larger_of_need_and_share(fields: dict[str, Any], grams: float, goal: str) -> None:
    protein = target("protein_g", **fields)
    assert protein.lower == pytest.approx(grams)
    assert protein.goal == goal
    assert str(protein.authority) == f"{goal}, IOM 2002/2005"


def test_a_need_beyond_the_range_keeps_the_need_and_drops_the_upper_bound() -> None:
    protein = target("protein_g", kcal=1000, weight_kg=120)  # 96 g; 35 % of 1000 / 4 = 87.5
    assert protein.lower == pytest.approx(96)
    assert protein.upper is None
    carbohydrate = target("carbohydrate_g", kcal=700)  # 130 g; 65 % of 700 / 4 = 113.75
    assert (carbohydrate.lower, carbohydrate.upper) == (130, None)


def test_headline_nutrients_are_asked_of_every_day_but_vitamin_d() -> None:
    periods = {one.nutrient: one.period for one in targets_for(default_person())}
    assert {nutrient for nutrient in HEADLINE if periods[nutrient] == "week"} == {"vitamin_d_ug"}
    assert periods["energy_kcal"] == periods["sodium_mg"] == periods["retinol_ug"] == "day"


def test_every_ai_is_held_by_the_week_and_every_period_has_its_reason() -> None:
    for one in targets_for(default_person()):
        assert one.goal != "AI" or one.period == "week"
        assert "IOM 2003" in one.period_reason


def test_weights_follow_the_kind_of_goal() -> None:
    by_goal = {
        "RDA": WEIGHT_RDA,
        "AI": WEIGHT_AI,
        "EER": WEIGHT_ENERGY,
        "AMDR": WEIGHT_AMDR,
        "CDRR": WEIGHT_LIMIT,
        "UL": WEIGHT_LIMIT,
        "guideline": WEIGHT_GUIDELINE,
    }
    for one in targets_for(default_person()):
        assert one.weight == (WEIGHT_HEADLINE if one.headline else by_goal[one.goal])
    nutrients = {goal: weight for goal, weight in by_goal.items() if goal != "EER"}
    assert max(nutrients.values()) < WEIGHT_HEADLINE < WEIGHT_ENERGY  # no target is bought with more food


def test_a_target_without_sense_is_refused() -> None:
    origin = Authority(kind="RDA", report="IOM 2001")
    for lower, upper in ((None, None), (2.0, 1.0), (-1.0, None), (math.nan, None), (None, math.inf)):
        with pytest.raises(ValueError, match="target iron_mg"):
            Target(nutrient="iron_mg", lower=lower, upper=upper, goal="RDA", authority=origin)


def test_what_cannot_be_assessed_is_listed_and_no_target() -> None:
    listed = {one.nutrient: one for one in not_assessed(default_person())}
    assert listed["iodine"].reference == "150 ug (RDA, IOM 2001)"
    assert {"molybdenum", "biotin", "chromium", "fluoride", "linoleic acid"} <= set(listed)
    assert all(one.reason for one in listed.values())
    assert not {"iodine_ug", "molybdenum_ug"} & {one.nutrient for one in targets_for(default_person())}


def test_the_rows_for_people_are_plain() -> None:
    rows = describe_targets(default_person())
    assert len(rows) == 33
    iron = rows[0]
    assert (iron["label"], iron["lower"], iron["upper"], iron["unit"]) == ("Iron", 18, 45, "mg")
    assert (iron["authority"], iron["upper_authority"], iron["period"]) == (
        "RDA, IOM 2001",
        "UL, IOM 2001",
        "day",
    )
    for row in rows:
        assert all(isinstance(value, str | float | bool | None) for value in row.values())


def docs_table() -> Iterator[tuple[str, ...]]:
    for line in DOCS.read_text("utf-8").splitlines():
        cells = tuple(part.strip() for part in line.strip("|").split("|"))
        if len(cells) == 6 and cells[4] in ("day", "week"):
            yield cells


def test_the_table_of_the_docs_is_the_table_of_the_program() -> None:
    def text(value: object) -> str:
        return "" if value is None else f"{value:g}"

    assert list(docs_table()) == [
        (
            row["nutrient"],
            text(row["lower"]),
            text(row["upper"]),
            row["goal"],
            row["period"],
            text(row["weight"]),
        )
        for row in describe_targets(default_person())
    ]


HEIGHTS = ((14, 130, 210), (9, 110, 180), (4, 85, 140), (1, 65, 110))  # from that age: cm


@st.composite
def people(draw: st.DrawFn) -> Person:
    sex, age = draw(st.sampled_from(["female", "male"])), draw(st.integers(1, 120))
    low, high = next((low, high) for first, low, high in HEIGHTS if age >= first)
    height, bmi = draw(st.floats(low, high)), draw(st.floats(12, 60))
    mother = sex == "female" and 14 <= age <= 50
    stage = draw(st.sampled_from(["none", "pregnant", "breastfeeding"] if mother else ["none"]))
    fields: dict[str, Any] = {
        "sex": sex,
        "age": age,
        "height_cm": draw(st.sampled_from([None, height])),
        "weight_kg": draw(st.sampled_from([None, min(bmi * (height / 100) ** 2, 400)])),
        "activity": draw(st.sampled_from(["inactive", "low", "active", "very_active"])),
        "kcal": draw(st.none() | st.floats(600, 6000)),
        "smoker": draw(st.booleans()),
        "menstruating": True if sex == "female" and stage != "pregnant" and draw(st.booleans()) else None,
    }
    if stage != "none":
        fields[stage] = draw(st.integers(1, 3))
    return build_person(fields)


@given(people())
def test_anyone_has_bounds_that_can_be_met(anyone: Person) -> None:
    targets = targets_for(anyone)
    order = [one.nutrient for one in targets_for(default_person())]
    assert [one.nutrient for one in targets] == [key for key in order if anyone.age > 1 or key != "saturated_fat_g"]
    for one in targets:
        bounds = [bound for bound in (one.lower, one.upper) if bound is not None]
        assert bounds
        assert all(math.isfinite(bound) and bound >= 0 for bound in bounds)
        assert bounds == sorted(bounds)
        assert str(one.authority)
        assert one.weight > 0
        assert (one.upper_scope != "") >= (one.upper_authority is not None)


@given(people())
def test_a_smoker_needs_no_less_and_nobody_has_a_magnesium_limit(anyone: Person) -> None:
    by_key = {one.nutrient: one for one in targets_for(anyone)}
    assert by_key["magnesium_mg"].upper is None
    assert by_key["sodium_mg"].lower is None
    calm = {one.nutrient: one for one in targets_for(anyone.model_copy(update={"smoker": False}))}
    assert (by_key["vitamin_c_mg"].lower or 0) >= (calm["vitamin_c_mg"].lower or 0)
