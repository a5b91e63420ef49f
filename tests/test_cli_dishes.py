"""`mealplan dishes` finds, shows and checks dishes."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from mealplan.cli import main
from mealplan.cli.dishes import COURSES
from mealplan.dishes import Course
from mealplan.library import FOLDER_VARIABLE
from tests.test_library import SOUP


@pytest.fixture
def run(tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(own))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)

    def invoke(*words: object):
        return CliRunner().invoke(main, ["dishes", *(str(word) for word in words)])

    return invoke


def write(path: Path, text: str = SOUP) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def listed(result) -> list[str]:
    """The slugs of a list: its rows without heading and footer."""
    assert result.exit_code == 0, result.output
    rows = [line.split() for line in result.stdout.splitlines()[1:]]
    return [row[0].rstrip("*") for row in rows if len(row) > 3 and row[1] in COURSES]


def test_the_courses_offered_are_those_of_the_dishes() -> None:
    assert get_args(Course) == COURSES


def test_the_list_has_every_dish_and_says_how_many(run) -> None:
    result = run("list")
    assert len(listed(result)) >= 250
    assert f"{len(listed(result))} dishes" in result.stdout


def test_filters_narrow_the_list_together(run) -> None:
    dals = listed(run("list", "--cuisine", "indian", "--protein", "lentils", "--with", "spinach"))
    assert "red-lentil-dal-with-spinach" in dals
    quick = listed(run("list", "--course", "breakfast", "--max-minutes", "15", "--diet", "vegan"))
    assert quick
    assert set(quick) <= set(listed(run("list", "--course", "breakfast")))
    assert "red-lentil-dal-with-spinach" not in quick


def test_a_dish_that_fits_by_its_label_only_has_a_mark(run) -> None:
    result = run("list", "--diet", "vegan")
    assert "peanut-butter-banana-toast-with-strawberries* " in result.stdout
    assert "* fits only if the labels" in result.stdout
    assert "*" not in run("list", "--diet", "omnivore").stdout


def test_a_food_may_be_a_whole_group(run) -> None:
    both = listed(run("list", "--with", "mushroom", "--with", "egg"))
    assert both
    assert set(both) <= set(listed(run("list", "--with", "mushroom")))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("list", "--cuisine", "klingon"), "--cuisine klingon"),
        (("list", "--protein", "unicorn"), "--protein unicorn"),
        (("list", "--diet", "carnivore"), "`carnivore`"),
        (("list", "--with", "unobtainium"), "--with"),
        (("show", "xyzzyq"), "`xyzzyq`"),
    ],
)
def test_wrong_input_is_named_with_the_way_on(run, words, named) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert named in result.stderr
    assert "hint:" in result.stderr
    assert result.stdout == ""


def test_a_dish_is_shown_as_one_would_print_it(run) -> None:
    result = run("show", "red-lentil-dal-with-spinach")
    assert result.exit_code == 0, result.output
    for said in ("Red lentil dal with spinach", "red lentils, dry", "tbsp", "1. ", "Iron", "Vitamin C", "Of a day",
                 "Fits: omnivore, vegetarian, vegan"):  # fmt: skip
        assert said in result.stdout
    assert "assumed" not in result.stdout


def test_a_dish_says_which_diets_it_does_not_fit_and_why(run) -> None:
    result = run("show", "shakshuka-with-chickpeas-and-spinach")
    assert "vegan: no; " in result.stdout
    assert "eggs is not vegan: contains egg" in result.stdout


def test_a_users_dish_is_listed_and_shown_and_a_broken_one_warned_of(run, tmp_path) -> None:
    write(tmp_path / "own" / "my-soup.toml")
    write(tmp_path / "own" / "torn.toml", "title = ")
    result = run("list", "--cuisine", "German")
    assert "my-soup" in listed(result)
    warned = result.stderr.splitlines()
    assert len(warned) == 1
    assert warned[0].startswith("warning: ")
    assert "torn.toml" in warned[0]
    assert "Grandmother's lentil soup" in run("show", "my-soup").stdout


def test_generate_reads_the_users_dishes_and_warns_in_one_line(run, tmp_path) -> None:
    write(tmp_path / "own" / "torn.toml", "title = ")
    words = ["generate", "--days", "1", "--effort", "1", "-o", "a.json"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code in (0, 3), result.output
    warned = [line for line in result.stderr.splitlines() if line.startswith("warning:")]
    assert len(warned) == 1
    assert "torn.toml" in warned[0]


def test_the_library_checks_clean(run) -> None:
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "0 errors, 0 warnings" in result.stdout


def test_a_warning_fails_a_strict_check_only(run, tmp_path) -> None:
    salty = write(tmp_path / "salty.toml", SOUP.replace('"Heat', '"Bake at 200 C. Heat', 1))
    assert "warning:" in run("check", salty).stdout
    assert run("check", salty).exit_code == 0
    assert run("check", salty, "--strict").exit_code == 2


def test_the_report_says_what_the_library_covers(run) -> None:
    result = run("check", "--report")
    assert result.exit_code == 0
    for said in ("By course:", "By diet:", "By season:", "By minutes:", "Sodium, mg", "vegan: poor in"):
        assert said in result.stdout


def test_an_honest_file_checks_clean(run, tmp_path) -> None:
    result = run("check", write(tmp_path / "soup.toml"))
    assert result.exit_code == 0
    assert "1 dish, 0 errors" in result.stdout


def test_every_problem_of_every_file_is_named_at_once(run, tmp_path) -> None:
    folder = tmp_path / "checked"
    folder.mkdir()
    write(folder / "good.toml", SOUP.replace("Grandmother's", "Another"))
    write(folder / "broken.toml", SOUP.replace("red lentils, dry", "red lentil").replace('"piece"', '"clove"'))
    write(folder / "salty.toml", SOUP.replace("amount = 250", "amount = 2500"))
    result = run("check", folder)
    assert result.exit_code == 2
    assert "broken.toml, ingredients[0]: unknown ingredient `red lentil`" in result.stdout
    assert "hint: did you mean `red lentils, dry`" in result.stdout
    assert "broken.toml, ingredients[1]: " in result.stdout
    # The file is named as one would type it from here.
    assert f"error: {Path('checked') / 'salty.toml'}, ingredients[0]: 625 g of `red lentils, dry`" in result.stdout
    assert "good.toml, " not in result.stdout
    assert "2 dishes" in result.stdout


def test_a_path_that_is_not_there_is_an_error(run) -> None:
    result = run("check", "missing.toml")
    assert result.exit_code == 2
    assert "error: missing.toml: cannot be read: no such file" in result.stdout


def test_a_report_on_no_readable_dish_is_left_out(run, tmp_path) -> None:
    result = run("check", write(tmp_path / "torn.toml", "title = "), "--report")
    assert result.exit_code == 2
    assert "By course" not in result.stdout
    assert "0 dishes, 1 error" in result.stdout
