"""Who can be planned for, who is refused and how, and who should see a clinician first."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mealplan.errors import MealplanError
from mealplan.notices import banners
from mealplan.people import InvalidPerson, Person, build_person, default_person


def refused(**fields: Any) -> InvalidPerson:
    with pytest.raises(InvalidPerson) as caught:
        build_person(fields)
    return caught.value


def person_or_refusal(fields: dict[str, Any]) -> Person | InvalidPerson:
    try:
        return build_person(fields)
    except InvalidPerson as error:
        return error


def test_nobody_described_is_a_woman_of_38_on_2000_kcal_and_says_so() -> None:
    person = Person()
    assert person == default_person()
    assert (person.sex, person.age, person.kcal, person.assumed) == ("female", 38, 2000, True)
    assert person.describe() == "person 1: woman, 38 years, 2,000 kcal a day (assumed: no sex and age given)"


def test_an_energy_alone_keeps_the_assumed_person() -> None:
    person = Person(kcal=1800)
    assert (person.sex, person.age, person.kcal, person.assumed) == ("female", 38, 1800, True)


@pytest.mark.parametrize(
    "fields",
    [{"weight_kg": 60}, {"height_cm": 165}, {"activity": "active"}, {"pregnant": 2}, {"breastfeeding": 3}],
)
def test_the_assumed_2000_kcal_gives_way_to_what_decides_energy(fields: dict[str, Any]) -> None:
    person = build_person(fields)
    assert person.assumed
    assert person.kcal is None


def test_what_a_front_end_leaves_unsaid_is_unsaid() -> None:
    unsaid = {
        "sex": None,
        "age": None,
        "weight_kg": None,
        "activity": None,
        "pregnant": False,
        "smoker": False,
    }
    assert build_person(unsaid) == default_person()


def test_a_described_person_is_not_assumed() -> None:
    person = Person(id="Ana", sex="female", age=38, weight_kg=60, height_cm=165, activity="low")
    assert not person.assumed
    assert person.kcal is None
    assert person.describe() == "Ana: woman, 38 years, 60 kg, 165 cm, low active"


@pytest.mark.parametrize(("given_field", "missing"), [({"age": 60}, "sex"), ({"sex": "male"}, "age")])
def test_half_a_description_asks_for_the_other_half(given_field: dict[str, Any], missing: str) -> None:
    error = refused(**given_field)
    assert [problem.field for problem in error.problems] == [missing]
    assert f"`{missing}` is missing" in error.message


def test_everyday_words_are_understood() -> None:
    words = {"sex": " F ", "age": 38, "activity": "Low Active"}
    person = build_person(words)
    assert (person.sex, person.activity) == ("female", "low")
    assert build_person({"sex": "man", "age": 20, "activity": "sedentary"}).activity == "inactive"
    assert build_person({"sex": "m", "age": 20, "activity": "very-active"}).activity == "very_active"


def test_pregnant_without_a_trimester_is_the_second_and_breastfeeding_without_a_month_the_first() -> None:
    assert build_person({"sex": "female", "age": 30, "pregnant": True}).pregnant == 2
    assert build_person({"sex": "female", "age": 30, "breastfeeding": True}).breastfeeding == 1


def test_a_person_does_not_change_and_can_be_a_key() -> None:
    person = default_person()
    with pytest.raises(ValidationError):
        person.age = 50
    assert len({person, default_person()}) == 1


def test_a_person_survives_json() -> None:
    for person in (
        default_person(),
        build_person({"id": "Bo", "sex": "male", "age": 9, "weight_kg": 28.5, "activity": "active"}),
        build_person({"sex": "female", "age": 30, "pregnant": 3, "pre_pregnancy_weight_kg": 58}),
    ):
        assert Person.model_validate_json(person.model_dump_json()) == person


def test_every_problem_is_told_at_once_one_line_each() -> None:
    error = refused(id="Bo", sex="male", age=-4, weight_kg=500, pregnant=True, kcal=100, breastfeeding=0, hieght=180)
    assert isinstance(error, MealplanError)
    assert error.message.splitlines() == [
        "person `Bo`: `age` is -4, and an age cannot be negative",
        "person `Bo`: `weight_kg` is 500, and must be kilograms from 2 to 400",
        "person `Bo`: `pregnant` is True with `sex` male",
        "person `Bo`: `breastfeeding` is 0, and must be the month since birth, 1 to 36 (or true, or false)",
        "person `Bo`: `kcal` is 100, and must be from 600 to 6000 kcal a day",
        "person `Bo`: `hieght` (180) is no field of a person",
    ]
    assert error.hint is not None
    assert "did you mean `height_cm`?" in error.hint
    assert all(problem.hint for problem in error.problems)
    assert [problem.field for problem in error.problems] == [
        "age",
        "weight_kg",
        "pregnant",
        "breastfeeding",
        "kcal",
        "hieght",
    ]


def test_the_message_names_the_file() -> None:
    with pytest.raises(InvalidPerson, match=r"^person `Bo` \(family.toml, people\[1\]\): `age` is 200") as caught:
        build_person({"id": "Bo", "sex": "male", "age": 200}, where="family.toml, people[1]")
    assert caught.value.problems[0].value == 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"age": 0}, "nothing to plan by before the first birthday"),
        ({"age": 0.5}, "nothing to plan by before the first birthday"),
        ({"age": 38.5}, "a whole number of years"),
        ({"age": True}, "a whole number of years"),
        ({"age": "old"}, "`age` is 'old'"),
        ({"age": math.nan}, "`age` is nan"),
        ({"sex": "other"}, "must be female or male"),
        ({"weight_kg": math.inf}, "`weight_kg` is inf"),
        ({"weight_kg": 1.9}, "`weight_kg` is 1.9"),
        ({"height_cm": 1.65}, "must be centimetres"),
        ({"height_cm": 65, "weight_kg": 60}, "`height_cm` is 65 with `weight_kg` 60, which no body has"),
        ({"activity": "extreme"}, "inactive, low, active or very_active"),
        ({"pregnant": 4}, "the trimester 1, 2 or 3"),
        ({"pregnant": 2, "age": 60}, "published for 14 to 50 only"),
        ({"breastfeeding": 2, "age": 13}, "published for 14 to 50 only"),
        ({"pregnant": 2, "breastfeeding": 2}, "no reference intakes cover both"),
        ({"sex": "male", "breastfeeding": 2}, "with `sex` male"),
        ({"sex": "male", "menstruating": True}, "with `sex` male"),
        ({"pregnant": 1, "menstruating": True}, "with `pregnant` given"),
        ({"pre_pregnancy_weight_kg": 60}, "with nobody pregnant"),
        ({"kcal": 599}, "from 600 to 6000 kcal"),
        ({"kcal": 6001}, "from 600 to 6000 kcal"),
        ({"iron_stores_mg": 300}, "0, 250, 500 or 1000"),
        ({"id": ""}, "a name of 1 to 60 characters"),
        ({"id": "x" * 61}, "a name of 1 to 60 characters"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, Any], said: str) -> None:
    error = refused(**({"sex": "female", "age": 30} | fields))
    assert said in error.message
    assert len(error.problems) == 1
    assert error.hint


def test_what_is_no_set_of_fields_is_refused() -> None:
    with pytest.raises(InvalidPerson, match="must be described by fields"):
        Person.model_validate(38)


@pytest.mark.parametrize(("name", "value"), [("age", 1), ("age", 120), ("weight_kg", 2), ("weight_kg", 400)])
def test_the_ends_of_a_range_belong_to_it(name: str, value: float) -> None:
    assert getattr(build_person({"sex": "male", "age": 30} | {name: value}), name) == value


@given(
    st.dictionaries(
        st.text(max_size=8) | st.sampled_from(list(Person.model_fields)),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=8)
        | st.lists(st.integers(), max_size=2),
    )
)
def test_any_data_gives_a_person_or_one_clear_refusal(fields: dict[str, Any]) -> None:
    outcome = person_or_refusal(fields)
    if isinstance(outcome, Person):
        assert 1 <= outcome.age <= 120
        assert outcome.describe()
    else:
        assert outcome.problems
        assert len(outcome.problems) == len({problem.field for problem in outcome.problems})


def test_a_healthy_adult_has_no_banner() -> None:
    assert banners(default_person()) == []


@pytest.mark.parametrize(
    ("fields", "opening"),
    [
        ({"age": 1}, "Under 18:"),
        ({"age": 17}, "Under 18:"),
        ({"age": 30, "pregnant": 1}, "Pregnant:"),
        ({"age": 30, "breastfeeding": 30}, "Breastfeeding:"),
        ({"age": 30, "kcal": 900}, "900 kcal a day:"),
    ],
)
def test_who_should_ask_first_is_told_to(fields: dict[str, Any], opening: str) -> None:
    (banner,) = banners(build_person({"sex": "female"} | fields))
    assert banner.startswith(opening)
    assert "clinician" in banner


def test_a_pregnant_girl_gets_both_banners() -> None:
    assert len(banners(Person(sex="female", age=16, pregnant=2))) == 2


def test_no_banner_promises_or_doses() -> None:
    people = [
        Person(sex="female", age=16, pregnant=2),
        Person(sex="female", age=30, breastfeeding=2, kcal=900),
    ]
    text = " ".join(line for person in people for line in banners(person)).lower()
    for word in ("cure", "treat", "relie", "diagnos", " mg", " ug", "restless", "lose weight", "should take"):
        assert word not in text
