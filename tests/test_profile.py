"""The profile file is written to be edited and read with every problem at once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from mealplan.health import CONDITIONS, MEDICINES
from mealplan.people import Person
from mealplan.profile import BrokenProfile, build_profile, profile_template, read_profile


def test_the_template_is_a_profile_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "mealplan.toml"
    path.write_text(profile_template(path.name), encoding="utf-8")
    profile = read_profile(path)
    assert profile.person() == Person(id="me", sex="female", age=38)
    assert (profile.diets, profile.avoid, profile.max_minutes) == ((), (), None)


def test_every_example_of_the_template_is_right() -> None:
    """With the marks taken away from every example, but for the two that exclude others."""
    text = re.sub(r"^# (?=[a-z_]+ = |\[\[)", "", profile_template("p.toml"), flags=re.MULTILINE)
    text = re.sub(r"^(pregnant|menstruating|breastfeeding) = .*$", "", text, flags=re.MULTILINE)
    profile = build_profile(tomllib.loads(text), "p.toml")
    person = profile.person()
    assert person.ferritin_ug_l == 40
    assert person.conditions == ("restless_legs",)
    assert person.supplements[0].intake == 10
    assert profile.max_minutes == 45


def test_the_template_names_every_condition_and_medicine() -> None:
    text = profile_template("p.toml")
    assert all(word in text for word in (*CONDITIONS, *MEDICINES))


def test_every_problem_is_told_at_once_with_its_place() -> None:
    raw = {
        "diet": ["vegan"],
        "diets": ["carnivore"],
        "max_minutes": 1,
        "people": [{"sex": "female", "age": 200}, {"id": "Ben", "sex": "male"}],
    }
    with pytest.raises(BrokenProfile) as caught:
        build_profile(raw, "p.toml")
    for told in ("`diet` is no field", "`carnivore`", "max_minutes", "people[0]", "`age` is 200", "people[1]", "Ben"):
        assert told in caught.value.message, told
    assert "did you mean `diets`?" in (caught.value.hint or "")


def test_of_several_people_one_is_asked_for_by_name() -> None:
    profile = build_profile(
        {"people": [{"id": "Ana", "sex": "female", "age": 38}, {"id": "Ben", "sex": "male", "age": 40}]}, "p"
    )
    assert profile.person("ben").sex == "male"
    for name in (None, "Cy"):
        with pytest.raises(BrokenProfile) as caught:
            profile.person(name)
        assert "Ana, Ben" in (caught.value.hint or "")


def test_two_people_of_one_name_are_refused() -> None:
    with pytest.raises(BrokenProfile, match="two people are called `Ana`"):
        build_profile({"people": [{"id": "Ana", "sex": "female", "age": 38}] * 2}, "p.toml")


@pytest.mark.parametrize(("text", "told"), [("diets = [", "not TOML"), (None, "cannot read")])
def test_an_unreadable_profile_is_one_clear_error(tmp_path: Path, text: str | None, told: str) -> None:
    path = tmp_path / "p.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenProfile, match=told):
        read_profile(path)
