"""Writes docs/plan.schema.json, the contract for programs that read plans."""

import json
from pathlib import Path

from mealplan.plan import plan_schema

TARGET = Path(__file__).resolve().parent.parent / "docs" / "plan.schema.json"

if __name__ == "__main__":
    TARGET.write_text(json.dumps(plan_schema(), indent=1) + "\n", encoding="utf-8")
