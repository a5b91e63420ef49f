"""A notebook in cells: the week as data frames, and charts of it as inline SVG in one page."""

# %% A week
from datetime import date
from html import escape
from pathlib import Path

import pandas as pd

from mealplan import PlanRequest, coverage_frame, generate, meals_frame, write_beside

plan = generate(PlanRequest(start=date(2026, 1, 5), diets=("vegan",), effort=1))
coverage = coverage_frame(plan)
meals = meals_frame(plan)

# %% Mean of the week in % of each target, where most of the food has a value
known = coverage[coverage["target"].notna() & (coverage["unmeasured"] <= 0.2)]
share = (100 * known["mean"] / known["target"]).set_axis(known["nutrient"])
print(share.round().astype(int).to_string())

# %% Iron by day, in mg
daily = known.set_index("nutrient")["daily"]["iron_mg"]
iron = pd.Series(daily, index=[f"{day.date:%a}" for day in plan.days])
print(meals.groupby("date")["dish"].nunique().to_string())


# %% Charts
def bars(values: "pd.Series[float]", unit: str, line: float) -> str:
    """Horizontal bars, cut off at twice the line."""
    rows = []
    for place, (name, value) in enumerate(values.items()):
        y, width = 22 * place, 200 * min(value / line, 2)
        rows.append(f'<text x="0" y="{y + 14}">{escape(str(name))}</text>')
        rows.append(f'<rect x="170" y="{y + 3}" width="{width:.0f}" height="14" fill="#4a7"/>')
        rows.append(f'<text x="{178 + width:.0f}" y="{y + 14}">{value:.0f} {escape(unit)}</text>')
    height = 22 * len(values)
    rows.append(f'<line x1="370" x2="370" y1="0" y2="{height}" stroke="#333" stroke-dasharray="3"/>')
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="680" height="{height}" font-size="12">{"".join(rows)}</svg>'


target = float(known.set_index("nutrient")["target"]["iron_mg"])
page = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>The week in charts</title>
<h1>Mean of the week, % of target</h1>{bars(share, "%", 100.0)}
<h1>Iron a day, target {target:g} mg</h1>{bars(iron, "mg", target)}</html>
"""
write_beside(Path("charts.html"), page)
