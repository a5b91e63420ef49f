"""The plan document is a contract: whole on disk, readable again, and as its schema says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from mealplan import plan as document
from mealplan.plan import SCHEMA, Plan, UnreadablePlan, UnwritableFile, plan_schema, read_plan, write_beside
from tests.plans import build_plan

PUBLISHED = Path(__file__).parents[1] / "docs" / "plan.schema.json"


def test_the_published_schema_is_the_one_the_program_writes():
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == plan_schema(), "run scripts/write_schema.py"


def test_a_plan_passes_its_own_schema_and_reads_back_the_same(tmp_path):
    plan = build_plan(days=14)
    path = tmp_path / "plan.json"
    write_beside(path, plan.to_json())
    jsonschema.Draft202012Validator(plan_schema()).validate(json.loads(path.read_text(encoding="utf-8")))
    assert read_plan(path) == plan
    assert read_plan(path).to_json() == plan.to_json()


def test_the_document_has_the_fields_that_other_programs_read():
    raw = json.loads(build_plan().to_json())
    assert raw["schema"] == SCHEMA == "mealplan/plan/1"
    assert {
        "program", "created", "request", "people", "days", "coverage", "iron", "shopping", "solve", "origins",
    } <= raw.keys()  # fmt: skip
    dish = raw["days"][0]["meals"][0]["dishes"][0]
    assert {"dish", "title", "servings", "ingredients"} <= dish.keys()
    assert {"ingredient", "food_id", "grams", "retention"} <= dish["ingredients"][0].keys()
    assert {
        "person",
        "nutrient",
        "unit",
        "target",
        "authority",
        "upper",
        "daily",
        "mean",
        "worst",
        "unmeasured",
    } <= raw["coverage"][0].keys()
    assert {"nonheme_mg", "heme_mg", "vitamin_c_mg", "absorbed_mg"} <= raw["iron"][0].keys()
    assert {"status", "objective", "bound", "gap", "seconds", "solver", "seed"} <= raw["solve"].keys()


def test_an_unknown_or_missing_field_is_named(tmp_path):
    raw = json.loads(build_plan().to_json())
    del raw["days"][0]["meals"][0]["slot"]
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(UnreadablePlan, match=r"days\.0\.meals\.0\.slot"):
        read_plan(path)


def test_what_was_there_stays_when_writing_fails(tmp_path, monkeypatch):
    path = tmp_path / "plan.json"
    write_beside(path, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(document.os, "fsync", full)
    with pytest.raises(UnwritableFile, match="No space left"):
        write_beside(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["plan.json"]


def test_a_written_file_has_the_rights_of_a_plain_one(tmp_path):
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.write_text("x", encoding="utf-8")
    write_beside(ours, "x")
    assert ours.stat().st_mode == plain.stat().st_mode


def test_nan_never_leaves_as_json():
    plan = build_plan()
    row = plan.coverage[0].model_copy(update={"mean": float("nan")})
    raw = json.loads(plan.model_copy(update={"coverage": (row,)}).to_json())
    assert raw["coverage"][0]["mean"] is None


def test_plans_cannot_be_changed_in_place():
    plan: Plan = build_plan()
    with pytest.raises(ValueError, match="frozen"):
        plan.program = "other"  # type: ignore[misc]
