"""Writes the contracts for programs that read plans and coverage reports: docs/*.schema.json."""

import json
from pathlib import Path

from mealplan.plan import plan_schema
from mealplan.report import report_schema

DOCS = Path(__file__).resolve().parent.parent / "docs"

if __name__ == "__main__":
    for name, schema in (("plan", plan_schema()), ("coverage", report_schema())):
        (DOCS / f"{name}.schema.json").write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")
