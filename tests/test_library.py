"""The user's dishes join the library; a broken one is named and left out."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from foods.ingredients import read_catalogue
from foods.retention import COOKING_WORDS
from foods.table import FoodTable
from mealplan.dishes import DishEntry, read_library
from mealplan.kitchen import Kitchen
from mealplan.library import (
    FOLDER_VARIABLE,
    UnknownDish,
    find_dish,
    library_folder,
    read_all_dishes,
    read_dish,
    read_files,
    users_folder,
)
from mealplan.pipeline import generate
from mealplan.quality import Findings, check_dishes
from mealplan.request import PlanRequest

CATALOGUE = read_catalogue()
SLUGS = {dish.slug for dish in read_library()}

SOUP = """
title = "Grandmother's lentil soup"
course = "one-pot"
meals = ["lunch", "dinner"]
serves = 4
minutes = 40
active_minutes = 10
cuisine = "German"
protein = "lentils"
ingredients = [
  { item = "red lentils, dry", amount = 250, unit = "g", cook = "simmered" },
  { item = "carrots", amount = 2, unit = "piece", cook = "simmered" },
  { item = "lemon juice", amount = 2, unit = "tbsp", cook = "raw" },
]
steps = ["Simmer the lentils and carrots.", "Add the lemon juice."]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    return tmp_path


def write(folder: Path, name: str, text: str = SOUP) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_users_dish_joins_the_library(folder) -> None:
    write(folder, "soups/grandmothers-soup.toml")
    dishes, problems = read_all_dishes(CATALOGUE, folder)
    assert {dish.slug for dish in dishes} == SLUGS | {"grandmothers-soup"}
    assert problems == []


def test_a_broken_file_is_named_and_skipped_and_the_others_are_kept(folder) -> None:
    write(folder, "good.toml")
    broken = write(folder, "broken.toml", SOUP.replace("red lentils, dry", "red lentil").replace('"piece"', '"clove"'))
    no_toml = write(folder, "torn.toml", SOUP.replace("serves = 4", "serves ="))
    latin = folder / "latin.toml"
    latin.write_bytes(SOUP.replace("Grandmother", "Großmutter").encode("latin-1"))
    dishes, problems = read_all_dishes(CATALOGUE, folder)
    assert {dish.slug for dish in dishes} == SLUGS | {"good"}
    named = {problem.where: problem for problem in problems}
    assert set(named) == {f"{broken}, ingredients[0]", f"{broken}, ingredients[1]", str(no_toml), str(latin)}
    assert "`red lentils, dry`" in str(named[f"{broken}, ingredients[0]"].hint)
    assert "line 5" in named[str(no_toml)].what
    assert "UTF-8" in named[str(latin)].what


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("serves = 4", "serves = 0", "serves"),
        ("minutes = 40", "", "minutes"),
        ('course = "one-pot"', 'course = "dinner"', "course"),
        ("amount = 250", 'amount = "some"', "ingredients[0].amount"),
        ('protein = "lentils"', "", "protein"),
        ('cuisine = "German"', 'cuisine = "German"\ncolour = "red"', "colour"),
    ],
)
def test_a_problem_says_the_file_and_the_field(folder, old, new, where) -> None:
    path = write(folder, "soup.toml", SOUP.replace(old, new, 1))
    dish, problems = read_dish(path, CATALOGUE)
    assert dish is None
    assert f"{path}, {where}" in [problem.where for problem in problems]


def test_a_users_dish_takes_the_place_of_the_librarys_and_this_is_said(folder) -> None:
    slug = min(SLUGS)
    path = write(folder, f"{slug}.toml")
    dishes, problems = read_all_dishes(CATALOGUE, folder)
    assert [dish.title for dish in dishes if dish.slug == slug] == ["Grandmother's lentil soup"]
    assert len(dishes) == len(SLUGS)
    assert [(problem.where, f"`{slug}`" in problem.what) for problem in problems] == [(str(path), True)]


def test_a_broken_file_does_not_take_the_librarys_dish_away(folder) -> None:
    slug = min(SLUGS)
    write(folder, f"{slug}.toml", "title = ")
    dishes, problems = read_all_dishes(CATALOGUE, folder)
    assert {dish.slug for dish in dishes} == SLUGS
    assert len(problems) == 1


def test_two_files_of_one_name_are_told_apart(folder) -> None:
    first, second = write(folder, "a/soup.toml"), write(folder, "b/soup.toml")
    found, problems = read_files([folder], CATALOGUE)
    assert list(found) == [first]
    assert problems[0].where == str(second)
    assert str(first) in problems[0].what


def test_a_file_given_twice_is_read_once(folder) -> None:
    path = write(folder, "soup.toml")
    assert read_files([path, folder], CATALOGUE)[1] == []


def test_the_folder_is_the_users_own_or_the_one_the_environment_names(folder, monkeypatch) -> None:
    assert users_folder({}).name == "dishes"
    assert "mealplan" in users_folder({}).parts
    assert users_folder({FOLDER_VARIABLE: "~/kitchen"}) == Path.home() / "kitchen"
    write(folder, "soup.toml")
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    assert "soup" in {dish.slug for dish in read_all_dishes(CATALOGUE)[0]}


def test_no_folder_is_no_problem_unless_it_was_asked_for(folder, monkeypatch) -> None:
    monkeypatch.setattr("mealplan.library.users_folder", lambda: folder / "none")
    assert read_all_dishes(CATALOGUE)[1] == []
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder / "none"))
    for _, problems in (read_all_dishes(CATALOGUE), read_all_dishes(CATALOGUE, folder / "none")):
        assert [problem.where for problem in problems] == [str(folder / "none")]
        assert FOLDER_VARIABLE in str(problems[0].hint)


def test_a_path_that_holds_no_dish_is_a_problem(folder) -> None:
    _, problems = read_files([folder, folder / "missing.toml"], CATALOGUE)
    assert [problem.where for problem in problems] == [str(folder), str(folder / "missing.toml")]


def test_the_library_reads_the_same_from_its_folder() -> None:
    found, problems = read_files([library_folder()], CATALOGUE)
    assert problems == []
    assert {dish.slug for dish in found.values()} == SLUGS


def test_a_dish_is_found_by_slug_or_title_and_a_misspelt_one_gets_the_near_ones() -> None:
    dishes = read_library()
    dal = find_dish(dishes, "red-lentil-dal-with-spinach")
    assert find_dish(dishes, " Red lentil dal with SPINACH") is dal
    with pytest.raises(UnknownDish, match="`lentl dal`") as near:
        find_dish(dishes, "lentl dal")
    assert "`red-lentil-dal-with-spinach`" in str(near.value.hint)
    with pytest.raises(UnknownDish) as far:
        find_dish(dishes, "xyzzyq")
    assert "mealplan dishes list" in str(far.value.hint)


def test_the_example_of_the_docs_is_a_dish_without_a_problem_and_names_every_cooking_word(folder) -> None:
    text = (Path(__file__).parents[1] / "docs" / "dishes.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    assert example is not None
    dish, problems = read_dish(write(folder, "white-bean-stew.toml", example[1]), CATALOGUE)
    assert dish is not None
    assert problems == []
    assert check_dishes([dish], FoodTable.embedded(), beside=read_library()) == Findings(errors=(), warnings=())
    assert [word for word in COOKING_WORDS if f"`{word}`" not in text] == []
    assert [field for field in DishEntry.model_fields if f"`{field}`" not in text] == []
    required = text[text.index("Of these,") : text.index("must\nbe given")]
    asked = {field for field, info in DishEntry.model_fields.items() if info.is_required()}
    assert {field for field in DishEntry.model_fields if f"`{field}`" in required} == asked


def test_a_plan_may_be_made_of_a_users_dish(folder) -> None:
    for slug in ("soup", "stew"):
        write(folder, f"{slug}.toml")
    dishes, _ = read_all_dishes(CATALOGUE, folder)
    # With no other main than the user's, both dinners are the user's.
    dishes = tuple(dish for dish in dishes if not dish.is_main or dish.slug in ("soup", "stew"))
    embedded = Kitchen.embedded()
    kitchen = Kitchen(table=embedded.table, catalogue=embedded.catalogue, dishes=dishes)
    request = PlanRequest(days=1, start=date(2026, 1, 5), effort=1, diets=("vegan",))
    plan = generate(request, now=datetime(2026, 1, 1, tzinfo=UTC), kitchen=kitchen)
    assert {planned.dish for _, _, planned in plan.servings()} & {"soup", "stew"}
