"""Durations and yields as recipes write them."""

from __future__ import annotations

import re

ISO = re.compile(r"P(?:(?P<d>[\d.]+)D)?(?:T(?:(?P<h>[\d.]+)H)?(?:(?P<m>[\d.]+)M)?(?:(?P<s>[\d.]+)S)?)?", re.I)
SPOKEN = re.compile(r"(?P<n>\d+(?:[.,]\d+)?)\s*(?P<u>d(?:ays?)?|h(?:ou)?rs?|h|m(?:in(?:ute)?s?)?)(?![a-z])", re.I)
CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::\d{2})?$")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
RANGE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:-|–|—|to|or)\s*(\d+(?:[.,]\d+)?)")
PEOPLE = re.compile(r"serv|person|people|portion|plate|bowl|adult|porcion|^\W*[\d\s.,–—-]+(?:to \d+)?\W*$", re.I)
MAX_MINUTES = 7 * 24 * 60


def to_minutes(text: object) -> int | None:
    """``PT1H20M``, ``1 hr 20 min``, ``1:20`` or ``80`` -> 80; None where it says nothing."""
    if isinstance(text, int | float) and not isinstance(text, bool):
        return _bounded(float(text))
    if not isinstance(text, str) or not text.strip():
        return None
    written = text.strip()
    iso = ISO.fullmatch(written)
    if iso and any(iso.groups()):
        parts = {key: _number(value) for key, value in iso.groupdict().items() if value}
        return _bounded(parts.get("d", 0) * 1440 + parts.get("h", 0) * 60 + parts.get("m", 0) + parts.get("s", 0) / 60)
    if clock := CLOCK.match(written):
        return _bounded(int(clock[1]) * 60 + int(clock[2]))
    if written.isdecimal():
        return _bounded(float(written))
    found = SPOKEN.findall(written)
    scale = {"d": 1440, "h": 60, "m": 1}
    return _bounded(sum(_number(number) * scale[unit[0].lower()] for number, unit in found)) if found else None


def to_serves(text: str) -> tuple[float | None, str | None]:
    """The number of servings in a yield, and what was assumed: ``Serves 4-6`` -> 5, ``makes 12 muffins`` -> 12."""
    if found := RANGE.search(text):
        low, high = _number(found[1]), _number(found[2])
        middle = (low + high) / 2
        return _servings(middle), f"the recipe says {text!r}"
    found_one = NUMBER.search(text)
    if found_one is None:
        return None, None
    serves = _servings(_number(found_one[0]))
    return serves, None if PEOPLE.search(text) else f"the recipe says {text!r}: how many servings is that?"


def _servings(number: float) -> float | None:
    return number if 0 < number <= 50 else None


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return 0.0


def _bounded(minutes: float) -> int | None:
    return round(minutes) if 0 < minutes <= MAX_MINUTES else None
