"""Cronometer's exports: servings (a row a food) and daily nutrition (a row a day), with the nutrients they state.

Headers vary with the year and the settings: the micro sign is U+00B5 or U+03BC, vitamin A and D are in IU or ug,
energy in kcal or kJ, columns come and go. An empty cell is unmeasured. Two columns give no single value: folate may
be total folate or dietary equivalents (1 to 1.7 times as much), and an IU of vitamin A is 0.025 ug RAE from some
carotenoids up to 0.3 ug from retinol (NIH Office of Dietary Supplements). Those are read as a span.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import inf

from foods.nutrients import NUTRIENTS
from mealplan.diary.columns import first_of, read_rows, to_amount, to_date
from mealplan.diary.entry import DAY_TOTAL, BrokenDiary, Diary, Entry, Problems
from mealplan.eaten import Span

_NAMES: Mapping[str, str] = {
    "energy": "energy_kcal", "calories": "energy_kcal", "water": "water_g", "protein": "protein_g",
    "carbs": "carbohydrate_g", "carbohydrates": "carbohydrate_g", "fiber": "fiber_g", "fibre": "fiber_g",
    "sugars": "sugars_g", "fat": "fat_g", "saturated": "saturated_fat_g", "monounsaturated": "monounsaturated_fat_g",
    "polyunsaturated": "polyunsaturated_fat_g", "ala": "ala_g", "epa": "epa_g", "dha": "dha_g",
    "cholesterol": "cholesterol_mg", "calcium": "calcium_mg", "iron": "iron_mg", "magnesium": "magnesium_mg",
    "phosphorus": "phosphorus_mg", "potassium": "potassium_mg", "sodium": "sodium_mg", "zinc": "zinc_mg",
    "copper": "copper_mg", "manganese": "manganese_mg", "selenium": "selenium_ug", "iodine": "iodine_ug",
    "molybdenum": "molybdenum_ug", "vitamin a": "vitamin_a_ug_rae", "retinol": "retinol_ug",
    "alpha-carotene": "alpha_carotene_ug", "beta-carotene": "beta_carotene_ug",
    "beta-cryptoxanthin": "beta_cryptoxanthin_ug", "lycopene": "lycopene_ug",
    "lutein+zeaxanthin": "lutein_zeaxanthin_ug", "vitamin c": "vitamin_c_mg", "vitamin d": "vitamin_d_ug",
    "vitamin e": "vitamin_e_mg", "vitamin k": "vitamin_k_ug", "b1": "thiamin_mg", "thiamin": "thiamin_mg",
    "thiamine": "thiamin_mg", "b2": "riboflavin_mg", "riboflavin": "riboflavin_mg", "b3": "niacin_mg",
    "niacin": "niacin_mg", "b5": "pantothenic_acid_mg", "pantothenic acid": "pantothenic_acid_mg",
    "b6": "vitamin_b6_mg", "vitamin b6": "vitamin_b6_mg", "b12": "vitamin_b12_ug", "vitamin b12": "vitamin_b12_ug",
    "folate": "folate_ug_dfe", "choline": "choline_mg",
}  # fmt: skip
_SCALE: Mapping[str, float] = {"g": 1e6, "mg": 1e3, "ug": 1.0}
_PER_IU: Mapping[str, Span] = {
    "vitamin_d_ug": (0.025, 0.025),
    "vitamin_a_ug_rae": (0.025, 0.3),
    "vitamin_e_mg": (0.45, 0.67),
}
_DFE: Span = (1.0, 1.7)
_KCAL_PER_KJ = 1 / 4.184
_UNIT = re.compile(r"\(([^()]*)\)\s*$")
_BRACKET = re.compile(r"\([^()]*\)")
_UNSAID = frozenset({"", "uncategorized"})
_DATE_HINT = "write dates as 2026-01-31"


def is_servings(headers: Sequence[str]) -> bool:
    """Whether these are the columns of the servings export."""
    return "food name" in headers and ("day" in headers or "date" in headers)


def is_daily(headers: Sequence[str]) -> bool:
    """Whether these are the columns of the daily nutrition export."""
    dated = "date" in headers or "day" in headers
    return dated and "food name" not in headers and any(_column(name) for name in headers)


def read_servings(text: str, source: str) -> Diary:
    """A row for each food eaten. What is a supplement is left out, and named. Raises: BrokenDiary, all at once."""
    headers, rows = read_rows(text, source)
    columns = _columns(headers)
    problems = Problems(source)
    entries, left_out = [], []
    for line, row in rows:
        name = row.get("food name", "")
        if not name:
            problems.say(line, "no food name", "export the servings anew")
        elif row.get("category", "").lower() == "supplements":
            left_out.append(f"{name}: a supplement counts where limits count it: enter it in the profile")
        else:
            entries.append(_entry(line, row, name, columns, problems))
    problems.raise_any()
    if not entries:
        raise BrokenDiary(f"{source} has no servings", hint="export more days")
    return Diary(form="cronometer servings", entries=tuple(entries), left_out=tuple(dict.fromkeys(left_out)))


def read_daily(text: str, source: str) -> Diary:
    """A row for each day, without its foods. A sum says nothing of what was unmeasured in it: it is a least.

    Raises: BrokenDiary, all at once.
    """
    headers, rows = read_rows(text, source)
    columns = _columns(headers)
    problems = Problems(source)
    totals = {row.get("date") or row.get("day") for _, row in rows if row.get("group", "").lower() == "total"}
    entries = []
    for line, row in rows:
        when = first_of(row, "date", "day")
        if when in totals and row.get("group", "").lower() != "total":
            continue  # a part of a day whose total stands in a row of its own
        entry = _entry(line, row, DAY_TOTAL, columns, problems)
        if entry.stated:
            sums = {key: (least, inf) for key, (least, _) in entry.stated.items()}
            entries.append(Entry(line=line, day=entry.day, date=entry.date, text=entry.text, stated=sums))
    problems.raise_any()
    if not entries:
        raise BrokenDiary(f"{source} has no day with a value", hint="export more days")
    empty = len({first_of(row, "date", "day") for _, row in rows}) - len({entry.day for entry in entries})
    left_out = (f"{empty} days without any value",) if empty else ()
    return Diary(form="cronometer daily nutrition", entries=tuple(entries), left_out=left_out)


def _entry(
    line: int, row: Mapping[str, str], name: str, columns: Mapping[str, tuple[str, Span]], problems: Problems
) -> Entry:
    when = first_of(row, "day", "date")
    day = to_date(when)
    if day is None:
        problems.add(line, "day", when, _DATE_HINT)
    stated: dict[str, Span] = {}
    for header, (key, (low, high)) in columns.items():
        said = row.get(header, "")
        value = to_amount(said)
        if value is not None:
            stated[key] = (value * low, value * high)
        elif said:
            problems.add(line, header, said, "nutrients are numbers from zero up, or empty")
    group = row.get("group", "")
    amount = row.get("amount", "")
    if unit := row.get("unit", ""):
        amount = f"{amount} {unit}"
    return Entry(
        line=line,
        day=day.isoformat() if day else when,
        date=day,
        meal="" if group.lower() in _UNSAID else group,
        text=f"{amount} {name}".strip(),
        stated=stated,
    )


def _columns(headers: Sequence[str]) -> dict[str, tuple[str, Span]]:
    """Header -> registry key and what to multiply by; of two columns for one nutrient the first counts."""
    found: dict[str, tuple[str, Span]] = {}
    for header in headers:
        column = _column(header)
        if column is not None and column[0] not in {key for key, _ in found.values()}:
            found[header] = column
    return found


def _column(header: str) -> tuple[str, Span] | None:
    unit_found = _UNIT.search(header)
    if unit_found is None:
        return None
    words = unit_found[1].replace("rae", "").replace("dfe", "").split()
    unit = words[0] if words else ""
    name = " ".join(_BRACKET.sub(" ", header).split())
    key = _NAMES.get(name)
    if key is None:
        return None
    return None if (scale := _scale(key, unit, header)) is None else (key, scale)


def _scale(key: str, unit: str, header: str) -> Span | None:
    own = NUTRIENTS[key].unit
    if unit == "iu":
        return _PER_IU.get(key)
    if key == "energy_kcal":
        return {"kcal": (1.0, 1.0), "kj": (_KCAL_PER_KJ, _KCAL_PER_KJ)}.get(unit)
    if unit not in _SCALE:
        return None
    factor = _SCALE[unit] / _SCALE[own]
    low, high = _DFE if key == "folate_ug_dfe" and "dfe" not in header else (1.0, 1.0)
    return factor * low, factor * high
