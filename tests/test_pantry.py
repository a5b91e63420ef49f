"""What is at home and how a shop is walked, from files of the user."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foods.ingredients import read_catalogue
from mealplan.aisles import AISLES, BadAisles, read_aisles
from mealplan.pantry import BadPantry, Store, grams_at_home, read_pantry

CATALOGUE = read_catalogue()
HEAD = "item,amount,unit,best_before\n"


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "pantry.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_weights_are_as_bought_and_household_units_as_in_recipes(tmp_path):
    path = write(tmp_path, HEAD + "spinach,200,g,2026-03-04\ngarlic,2,cloves,\n")
    spinach, garlic = read_pantry(path, CATALOGUE)
    assert spinach == Store(ingredient="spinach", grams=200, best_before=date(2026, 3, 4))
    # A clove is peeled, and what lies in the basket is not.
    peeled = CATALOGUE["garlic"].grams(2, "clove")
    assert garlic.grams == pytest.approx(peeled / CATALOGUE["garlic"].edible_share)
    assert garlic.grams > peeled


def test_packages_and_bare_counts_are_understood(tmp_path):
    path = write(tmp_path, 'item,amount,unit\n"mung beans, dry",1,bag\nbanana,3,\n"mung beans, dry",0.5,500 g bag\n')
    held = grams_at_home(read_pantry(path, CATALOGUE))
    piece = next(package.grams for package in CATALOGUE["banana"].packages if package.label == "piece")
    assert held == {"mung beans, dry": 750, "banana": 3 * piece}
    # A pound in the US.
    us = write(tmp_path, 'item,amount,unit\n"mung beans, dry",2,bags\n')
    assert grams_at_home(read_pantry(us, CATALOGUE, "us")) == {"mung beans, dry": 908}


def test_a_package_of_several_sizes_is_asked_for(tmp_path):
    path = write(tmp_path, 'item,amount,unit\n"red lentils, dry",1,bag\n')
    with pytest.raises(BadPantry, match=r"has no unit `bag`; units known: .*500 g bag, 1 kg bag"):
        read_pantry(path, CATALOGUE)


def test_words_that_certainly_mean_one_food_are_enough(tmp_path):
    path = write(tmp_path, "item,amount,unit\nextra virgin olive oil,100,ml\nOnions,1,kg\n2% milk,1,l\n")
    assert [store.ingredient for store in read_pantry(path, CATALOGUE)] == ["olive oil", "onion", "2% milk"]


def test_the_export_of_a_spreadsheet_is_read(tmp_path):
    path = write(tmp_path, "Item;Amount;Unit\nspinach;0,5;kg\n;;\n", encoding="utf-8-sig")
    assert read_pantry(path, CATALOGUE) == (Store(ingredient="spinach", grams=500),)


def test_every_problem_of_a_pantry_is_told_at_once_with_its_line(tmp_path):
    rows = "unicorn,1,g,\nspinch,100,g,\nspinach,lots,g,soon\nspinach,-1,g,\nspinach,1,parsec,\n"
    with pytest.raises(BadPantry) as caught:
        read_pantry(write(tmp_path, HEAD + rows), CATALOGUE)
    lines = caught.value.message.splitlines()
    assert [line.split("line ")[1][0] for line in lines] == ["2", "3", "4", "4", "5", "6"]
    assert "`unicorn`" in lines[0]
    assert "did you mean `spinach`" in lines[1]
    assert "amount `lots` is no quantity" in lines[2]
    assert "best_before `soon` is no date" in lines[3]
    assert "amount `-1` is no quantity" in lines[4]
    assert "no unit `parsec`; units known: " in lines[5]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no column `item`"),
        ("item,amount\n", "no column `unit`"),
        ("item,amount,unit,colour\n", "column `colour` is not known"),
        ("item,amount,unit\nspinach,inf,g\n", "`inf` is no quantity"),
        ("item,amount,unit\nspinach,nan,g\n", "`nan` is no quantity"),
        ("item,amount,unit\nspinach\n", "amount `` is no quantity"),
    ],
)
def test_a_file_that_is_no_pantry_is_refused(tmp_path, text, named):
    with pytest.raises(BadPantry, match=named):
        read_pantry(write(tmp_path, text), CATALOGUE)


def test_a_pantry_that_is_not_there_or_no_text_is_named(tmp_path):
    with pytest.raises(BadPantry, match=r"missing\.csv"):
        read_pantry(tmp_path / "missing.csv", CATALOGUE)
    (tmp_path / "pantry.csv").write_bytes(b"\xff\xfe\x00item")
    with pytest.raises(BadPantry, match="no UTF-8 text"):
        read_pantry(tmp_path / "pantry.csv", CATALOGUE)


@given(st.text(max_size=200))
def test_any_text_is_refused_with_a_message(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "pantry.csv"
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    with pytest.raises(BadPantry) as caught:
        read_pantry(path, CATALOGUE)
    assert str(path) in caught.value.message


def test_the_aisles_of_a_user_come_first_and_the_others_follow(tmp_path):
    path = tmp_path / "aisles.txt"
    path.write_text("# my shop\nFrozen\n\n  dairy &  eggs # at the back\n", encoding="utf-8")
    order = read_aisles(path)
    assert order[:3] == ("frozen", "dairy & eggs", "produce")
    assert sorted(order) == sorted(AISLES)


def test_every_problem_of_the_aisles_is_told_at_once_with_its_line(tmp_path):
    path = tmp_path / "aisles.txt"
    path.write_text("prodcue\nfrozen\nfrozen\ntoys\n", encoding="utf-8")
    with pytest.raises(BadAisles) as caught:
        read_aisles(path)
    assert [line.partition(", ")[2] for line in caught.value.message.splitlines()] == [
        "line 1: there is no aisle `prodcue`, did you mean `produce`?",
        "line 3: `frozen` stands there twice",
        "line 4: there is no aisle `toys`",
    ]
    with pytest.raises(BadAisles, match=r"missing\.txt"):
        read_aisles(tmp_path / "missing.txt")
