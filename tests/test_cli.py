"""Bad input gets one line, the way on, exit code 2, and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from mealplan.cli import main
from mealplan.cli.who import DIET_FLAGS
from mealplan.diets import DIETS
from tests.plans import build_plan


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(*words: object):
        return CliRunner().invoke(main, [str(word) for word in words])

    return invoke


@pytest.fixture
def plan_file(tmp_path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(build_plan().to_json(), encoding="utf-8")
    return path


WRONG = [
    (("generate", "--avoid", "unicorn"), "`unicorn`"),
    (("generate", "--kcal", "20000"), "20000"),
    (("generate", "--kcal", "10"), "10"),
    (("generate", "--sex", "female", "--age", "-3"), "-3"),
    (("generate", "--sex", "female"), "age"),
    (("generate", "--start", "yesterday"), "yesterday"),
    (("generate", "--days", "0"), "0"),
    (("generate", "--days", "400"), "400"),
    (("generate", "-o", "plan.docx"), ".docx"),
    (("generate", "-o", "no/such/folder/plan.html"), "no/such/folder"),
    (("show", "missing.json"), "missing.json"),
    (("verify", "missing.json"), "missing.json"),
    (("targets", "--sex", "male", "--age", "30", "--pregnant", "2"), "pregnant"),
    (("foods", "show", "999999999"), "999999999"),
    (("foods", "top", "happiness"), "happiness"),
]


@pytest.mark.parametrize(("words", "named"), WRONG)
def test_wrong_input_is_named_in_one_line_and_writes_nothing(run, tmp_path, words, named):
    result = run(*words)
    assert result.exit_code == 2, result.output
    errors = [line for line in result.stderr.splitlines() if line.lower().startswith("error")]
    assert len(errors) == 1, result.stderr
    assert named in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_closed_folder_is_refused_before_the_work(run, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    result = run("generate", "-o", closed / "plan.html")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize("command", ["show", "shopping", "verify"])
def test_a_truncated_plan_is_named(run, plan_file, command):
    plan_file.write_text(plan_file.read_text(encoding="utf-8")[:2000], encoding="utf-8")
    result = run(command, plan_file)
    assert result.exit_code == 2
    assert "not a whole plan file" in result.stderr


def test_a_plan_of_another_schema_is_named(run, plan_file):
    plan_file.write_text('{"schema": "mealplan/plan/99"}', encoding="utf-8")
    result = run("show", plan_file)
    assert result.exit_code == 2
    assert "mealplan/plan/99" in result.stderr
    plan_file.write_text("[]", encoding="utf-8")
    assert run("show", plan_file).exit_code == 2


def test_a_plan_is_shown_and_listed_from_its_file(run, plan_file):
    shown, listed = run("show", plan_file), run("shopping", plan_file)
    assert shown.exit_code == listed.exit_code == 0
    plan = build_plan()
    # Long names wrap in the table; their first word does not.
    assert all(dish.title.split()[0] in shown.output for _, _, dish in plan.servings())
    assert all(line.ingredient.split()[0] in listed.output for line in plan.shopping)


def test_generate_writes_what_it_names_and_exits_by_what_is_met(run, tmp_path):
    result = run("generate", "--vegetarian", "--days", "2", "--effort", "1", "-o", "a.json", "-o", "a.html")
    assert result.exit_code in (0, 3), result.output
    assert {path.name for path in tmp_path.iterdir()} == {"a.json", "a.html"}
    assert "wrote a.json" in result.output
    assert run("verify", "a.json").exit_code == 0


def test_an_unreachable_request_is_written_and_exits_with_3(run, tmp_path):
    result = run("generate", "--vegan", "--kcal", "900", "--days", "2", "--effort", "1", "-o", "a.json")
    assert result.exit_code == 3, result.output
    assert (tmp_path / "a.json").exists()


def test_food_search_forgives_spelling(run):
    assert "Spinach, raw" in run("foods", "search", "spinch").output
    assert "hickpeas" in run("foods", "search", "garbanzo").output
    assert "11.0" not in run("foods", "show", "168462").stderr


def test_the_targets_name_their_authority(run):
    result = run("targets")
    assert result.exit_code == 0
    assert "RDA" in result.output
    assert "assumed" in result.output.lower()


def test_every_diet_is_an_option():
    assert {*DIET_FLAGS, "omnivore"} == set(DIETS)


@pytest.mark.parametrize(
    ("text", "said"),
    [("minuts=1", "did you mean minutes?"), ("minutes=fast", "no number of points"), ("minutes=-1", "no number")],
)
def test_a_preference_that_there_is_not_is_one_line(text, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["generate", "--prefer", text])
    assert result.exit_code == 2
    assert said in result.output
    assert not list(tmp_path.iterdir())
