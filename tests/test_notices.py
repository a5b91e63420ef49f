"""What a person is told and what is done for them follows from what they have, take and measured."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mealplan.diets import Verdict, find_diets, judge_ingredient
from mealplan.health import CONDITIONS, MEDICINES, ferritin_of_stores, stores_from_ferritin
from mealplan.notices import asides, banners, notices
from mealplan.people import InvalidPerson, Person, build_person
from mealplan.request import PlanRequest
from mealplan.supplements import Supplement
from mealplan.targets import limits_for, targets_for

WOMAN = {"sex": "female", "age": 38}


def person(**fields: Any) -> Person:
    return build_person(WOMAN | fields)


def said(**fields: Any) -> str:
    return " ".join(banners(person(**fields)))


def done(**fields: Any) -> str:
    return " ".join(asides(person(**fields)))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"conditions": ["rls"], "ferritin_ug_l": 75, "tsat_pct": 30}, "not above 75"),
        ({"conditions": ["rls"], "ferritin_ug_l": 76, "tsat_pct": 30}, None),
        ({"conditions": ["rls"], "age": 12, "ferritin_ug_l": 50, "tsat_pct": 30}, "not above 50"),
        ({"ferritin_ug_l": 40, "tsat_pct": 30}, None),
        ({"ferritin_ug_l": 14, "tsat_pct": 30}, "below 15"),
        ({"ferritin_ug_l": 301}, "above 300"),
        ({"tsat_pct": 19}, "below 20 %"),
        ({"tsat_pct": 46}, "above 45 %"),
        ({"tsat_pct": 30}, None),
    ],
)
def test_blood_values_send_to_the_clinician_from_the_published_line(fields: dict[str, Any], told: str | None) -> None:
    text = " ".join(banners(build_person(WOMAN | fields)))
    if told is None:
        assert "clinician" not in text
    else:
        assert told in text
        assert "see a clinician" in text


def test_restless_legs_without_values_asks_for_both() -> None:
    assert "ferritin and transferrin saturation" in said(conditions=["restless_legs"])


def test_low_ferritin_without_a_known_loss_asks_for_its_reason() -> None:
    man = " ".join(banners(build_person({"sex": "male", "age": 50, "ferritin_ug_l": 10})))
    assert "loss of blood" in man
    assert "loss of blood" not in said(ferritin_ug_l=10)


@pytest.mark.parametrize(
    ("ferritin", "stores"), [(5, 0), (15, 0), (30, 250), (45, 250), (60, 500), (89, 500), (120, 1000), (400, 1000)]
)
def test_ferritin_gives_the_nearest_published_stores(ferritin: float, stores: int) -> None:
    assert stores_from_ferritin(ferritin) == stores
    assert person(ferritin_ug_l=ferritin).shown_stores_mg == stores
    assert person(ferritin_ug_l=ferritin, iron_stores_mg=0).shown_stores_mg == 0


def test_stores_lead_back_to_the_ferritin_they_stand_for() -> None:
    assert [ferritin_of_stores(stores) for stores in (0, 250, 500, 1000)] == pytest.approx([15, 30, 60, 120])


# -- what is done


@pytest.mark.parametrize(
    "fields",
    [{"conditions": ["haemochromatosis"]}, {"conditions": ["transfusions"]}, {"ferritin_ug_l": 350}, {"tsat_pct": 50}],
)
def test_iron_that_may_build_up_is_not_sought_and_not_paired(fields: dict[str, Any]) -> None:
    who = person(**fields)
    targets = {target.nutrient: target for target in targets_for(who)}
    assert "absorbed_iron_mg" not in targets
    assert (targets["iron_mg"].lower, targets["iron_mg"].upper) == (None, 45)
    request = PlanRequest(person=who, start=date(2026, 1, 5))
    assert request.weights.unpaired_iron == 0
    assert PlanRequest(person=person(), start=date(2026, 1, 5)).weights.unpaired_iron > 0
    assert "not sought" in done(**fields)


@pytest.mark.parametrize("condition", ["kidney_disease", "dialysis"])
def test_the_kidneys_minerals_have_no_automatic_target(condition: str) -> None:
    aimed = {target.nutrient for target in targets_for(person(conditions=[condition]))}
    assert not aimed & {"potassium_mg", "magnesium_mg", "phosphorus_mg"}
    assert "renal team" in said(conditions=[condition])


def test_on_warfarin_vitamin_k_is_kept_and_not_raised() -> None:
    assert "vitamin_k_ug" not in {target.nutrient for target in targets_for(person(medicines=["warfarin"]))}
    steady = person(medicines=["warfarin"], vitamin_k_usual_ug=150)
    (band,) = [target for target in targets_for(steady) if target.nutrient == "vitamin_k_ug"]
    assert (band.lower, band.upper, band.period) == (pytest.approx(120), pytest.approx(180), "week")
    assert "steady" in " ".join(asides(steady))


@pytest.mark.parametrize(
    ("medicine", "told"),
    [
        ("levothyroxine", "4 to 5 hours from iron and calcium"),
        ("levodopa", "high in protein"),
        ("ciprofloxacin", "2 hours before iron"),
        ("doxycycline", "2 hours from iron"),
        ("alendronate", "2 hours from iron and calcium"),
    ],
)
def test_medicines_have_their_times(medicine: str, told: str) -> None:
    assert told in done(medicines=[medicine])


def test_in_pregnancy_folate_is_600_and_liver_mercury_and_alcohol_are_left_out() -> None:
    who = person(pregnant=2)
    assert next(one.lower for one in targets_for(who) if one.nutrient == "folate_ug_dfe") == 600
    request = PlanRequest(person=who, diets=("vegetarian",), start=date(2026, 1, 5))
    assert request.diets == ("vegetarian", "pregnancy")
    assert PlanRequest.model_validate(request.model_dump()).diets == request.diets
    text = done(pregnant=2)
    for word in ("600", "Liver", "mercury", "caffeine below 200 mg"):
        assert word in text


def test_every_liver_and_high_mercury_fish_of_the_catalogue_is_refused_in_pregnancy() -> None:
    from foods.ingredients import read_catalogue

    diets = find_diets(["pregnancy"])
    for one in read_catalogue().values():
        if one.contains & {"liver", "high_mercury", "alcohol"}:
            assert judge_ingredient(one, diets)[0] is Verdict.REFUSED


def test_the_rule_of_the_evening_is_said_where_it_is_set() -> None:
    assert "after 14:00" in done(no_caffeine_after="14:00")
    assert "evening" in done(no_evening_alcohol=True)
    assert person(no_caffeine_after="9:30").no_caffeine_after == "09:30"
    assert done() == ""


@given(
    conditions=st.sets(st.sampled_from(CONDITIONS)),
    medicines=st.sets(st.sampled_from(MEDICINES)),
    ferritin=st.none() | st.floats(1, 2000),
    tsat=st.none() | st.floats(1, 100),
)
def test_anyone_can_be_told_and_who_is_told_first_comes_first(
    conditions: set[str], medicines: set[str], ferritin: float | None, tsat: float | None
) -> None:
    who = person(conditions=sorted(conditions), medicines=sorted(medicines), ferritin_ug_l=ferritin, tsat_pct=tsat)
    kinds = [notice.kind for notice in notices(who)]
    assert kinds == sorted(kinds, key=("clinician", "plan", "timing").index)
    assert Person.model_validate(who.model_dump(mode="json", exclude_none=True)) == who
    assert targets_for(who)


def test_each_condition_and_medicine_changes_what_is_said() -> None:
    for condition in CONDITIONS:
        assert notices(person(conditions=[condition])) != notices(person()), condition
    for medicine in MEDICINES:
        assert notices(person(medicines=[medicine])) != notices(person()), medicine


def test_every_notice_beyond_the_banners_names_its_source() -> None:
    who = person(conditions=list(CONDITIONS), medicines=list(MEDICINES), pregnant=2)
    assert all(notice.source for notice in notices(who) if notice.kind != "clinician")


# -- limits and supplements


def test_every_limit_says_what_it_counts() -> None:
    scopes = {limit.nutrient: (limit.amount, limit.scope) for limit in limits_for(person())}
    assert scopes["magnesium_mg"] == (350, "supplements")
    assert scopes["niacin_mg"] == (35, "supplements")
    assert scopes["folic_acid_ug"] == (1000, "folic_acid")
    assert scopes["iron_mg"] == (45, "total")
    assert all(limit.counts for limit in limits_for(person()))


@pytest.mark.parametrize(
    ("nutrient", "amount", "unit", "form", "key", "intake"),
    [
        ("iron", 14, "mg", "", "iron_mg", 14),
        ("vitamin D", 1000, "IU", "D3", "vitamin_d_ug", 25),
        ("vitamin D", 10, "µg", "", "vitamin_d_ug", 10),
        ("B12", 1, "mg", "", "vitamin_b12_ug", 1000),
        ("folic acid", 400, "mcg", "", "folate_ug_dfe", 680),  # x 1.7
        ("folate", 680, "ug DFE", "", "folate_ug_dfe", 680),
        ("vitamin E", 100, "IU", "natural", "vitamin_e_mg", 67),
        ("vitamin E", 100, "IU", "dl-alpha", "vitamin_e_mg", 45),
    ],
)
def test_a_label_is_read_in_the_unit_of_the_registry(
    nutrient: str, amount: float, unit: str, form: str, key: str, intake: float
) -> None:
    supplement = Supplement(nutrient=nutrient, amount=amount, unit=unit, form=form)
    assert supplement.key == key
    assert supplement.intake == pytest.approx(intake)


def test_synthetic_vitamin_e_counts_whole_against_its_limit() -> None:
    pill = Supplement(nutrient="vitamin E", amount=400, unit="IU", form="dl-alpha-tocopherol")
    assert pill.intake == pytest.approx(180)  # 0.45 mg an IU for the RDA
    assert pill.counted("vitamin_e_mg", "supplements") == pytest.approx(360)  # 0.9 mg an IU for the limit


def test_methylfolate_is_no_folic_acid() -> None:
    pill = Supplement(nutrient="folate", amount=400, unit="ug", form="methylfolate")
    assert pill.counted("folic_acid_ug", "folic_acid") == 0


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"conditions": ["happiness"]}, "conditions"),
        ({"medicines": ["aspirin"]}, "medicines"),
        ({"ferritin_ug_l": -1}, "ferritin_ug_l"),
        ({"tsat_pct": 120}, "tsat_pct"),
        ({"no_caffeine_after": "noon"}, "no_caffeine_after"),
        ({"supplements": [{"nutrient": "iron", "amount": 14, "unit": "IU"}]}, "supplements[0]"),
        ({"supplements": [{"nutrient": "joy", "amount": 14, "unit": "mg"}]}, "supplements[0]"),
        ({"supplements": [{"nutrient": "iron", "amount": 0, "unit": "mg"}]}, "supplements[0].amount"),
    ],
)
def test_what_cannot_be_is_refused_by_field(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidPerson) as caught:
        person(**fields)
    assert named in caught.value.message
    assert caught.value.hint
