"""Writes the contracts for programs that ask for plans and read plans and coverage reports: docs/*.schema.json."""

import json
from pathlib import Path

from mealplan.plan import plan_schema
from mealplan.report import report_schema
from mealplan.request import request_schema

DOCS = Path(__file__).resolve().parent.parent / "docs"

if __name__ == "__main__":
    for name, schema in (("plan", plan_schema()), ("coverage", report_schema()), ("request", request_schema())):
        (DOCS / f"{name}.schema.json").write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")
