"""What is said of each line of a shopping list, and of the whole of it, the same in every form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from mealplan.amounts import weight
from mealplan.plan import Plan, ShoppingLine, Units
from mealplan.render import words

PERISHABLE_DAYS = 7
"""What keeps no longer than this is marked with the day it is first used."""

_USE = 46  # characters on a line below a name, in the small type of the page
_FRAME = 4  # and as many for the frame of the day
_SHORTEST = 12  # characters of a title that still tell the dish

_LOOSE_END = re.compile(r"([,;]|\s+(with|and|in|on|of|a|the))+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Lines under one heading: an aisle, the staples, or what the pantry holds enough of."""

    heading: str
    lines: tuple[ShoppingLine, ...]
    kind: Literal["aisle", "staples", "home"]


def sections(plan: Plan) -> list[Section]:
    """The list in the order of the shop, then staples, then what needs no buying."""
    bought = [line for line in plan.shopping if line.packages]
    aisles = groupby((line for line in bought if not line.staple), key=lambda line: line.aisle)
    found = [Section(heading=aisle.capitalize(), lines=tuple(lines), kind="aisle") for aisle, lines in aisles]
    staples = tuple(line for line in bought if line.staple)
    at_home = tuple(line for line in plan.shopping if not line.packages)
    found.append(Section(heading="Staples: see whether there is enough at home", lines=staples, kind="staples"))
    found.append(Section(heading="At home already", lines=at_home, kind="home"))
    return [section for section in found if section.lines]


def needed(line: ShoppingLine, units: Units) -> str:
    """How much the dishes need, and how much of it is at home: ``3 pieces; 200 g at home``."""
    held = f"{weight(line.at_home_grams, units)} at home" if line.at_home_grams and line.packages else ""
    return "; ".join(filter(None, (words.spoken_plural(line.kitchen), held)))


def bought(line: ShoppingLine) -> str:
    """The packages as a narrow column takes them: without what stands in brackets, such as the drained weight."""
    return line.packages.partition(" (")[0]


def use(line: ShoppingLine, plan: Plan) -> str:
    """The line below the name on paper: the day a perishable is first used, what is needed, what for, the price."""
    cost = price(line)
    if line.staple or not line.packages:
        return " · ".join(filter(None, (line.packages, cost)))
    first = first_used(line, plan)
    said = f"{first} {needed(line, plan.units)}".strip()
    room = _USE - len(said) - len(cost) - len(", for  · ") - (_FRAME if first else 0)
    return " · ".join(filter(None, (f"{said}, for {_used_for(line, room)}", cost)))


def _used_for(line: ShoppingLine, room: int) -> str:
    """The first dish, by the beginning of its title, and how many more; how many there are where there is no room."""
    others = f" +{len(line.dishes) - 1}" if len(line.dishes) > 1 else ""
    title = _shortened(line.dishes[0], max(room - len(others), _SHORTEST)) if line.dishes else ""
    if others and len(title) + len(others) > room:
        return f"{len(line.dishes)} dishes"
    return f"{title}{others}"


def _shortened(title: str, room: int) -> str:
    if len(title) <= room:
        return title
    cut = title[: room - 1].rpartition(" ")[0] or title[: room - 1]
    return f"{_LOOSE_END.sub('', cut)}…"


def first_used(line: ShoppingLine, plan: Plan) -> str:
    """The day a perishable is first used, ``Mon``, with its date in a plan of more than a week; else empty."""
    if line.first_use is None or line.keeps_days is None or line.keeps_days > PERISHABLE_DAYS:
        return ""
    return _day(line.first_use, plan)


def freshness(line: ShoppingLine, plan: Plan) -> str:
    """A warning where something bought for the first day does not keep until it is used; else empty."""
    if not plan.days or line.keeps_days is None or line.first_use is None or line.last_use is None:
        return ""
    good_until = plan.days[0].date + timedelta(days=line.keeps_days)
    keeps = f"keeps {line.keeps_days} day{'' if line.keeps_days == 1 else 's'}"
    if line.first_use > good_until:
        return f"{keeps}: not before {_day(line.first_use - timedelta(days=line.keeps_days), plan)}"
    if line.last_use > good_until:
        return f"{keeps}: some later, for {_day(line.last_use, plan)}"
    return ""


def notes(line: ShoppingLine, plan: Plan) -> list[str]:
    """What to mind in the shop, in sentences: when to buy it, what to read on the label."""
    return [words.sentence(note) for note in (freshness(line, plan), *line.check_label) if note]


def _day(day: date, plan: Plan) -> str:
    name = words.day_name(day)[:3]
    return name if len(plan.days) <= 7 else f"{name} {day.day}"


def price(line: ShoppingLine) -> str:
    """``$2.40 ’22``: the packages, at prices of that year; empty where it is not known or nothing is bought."""
    if line.price_usd is None or not line.packages:
        return ""
    year = f" ’{line.price_year % 100:02}" if line.price_year else ""
    return f"${line.price_usd:.2f}{year}"


def total(plan: Plan) -> str:
    """What the list costs as far as prices are known, and what a budget counted; empty where no price is known."""
    bought = [line for line in plan.shopping if line.packages]
    shop = [line for line in bought if not line.staple]
    known = [line for line in shop if line.price_usd is not None]
    if not known:
        return ""
    staples = [line for line in bought if line.staple and line.price_usd is not None]
    unknown = len(shop) - len(known)
    rest = f"; {unknown} of the {len(shop)} things have no known price" if unknown else ""
    more = f" Staples, if all were bought: ${_sum(staples):.0f} more." if staples else ""
    counted = "".join(f" {rule.note}" for rule in plan.rules if rule.note)
    return f"About ${_sum(known):.0f} in whole packages, at US average prices{_years(known)}{rest}.{more}{counted}"


def _sum(lines: Iterable[ShoppingLine]) -> float:
    return sum(line.price_usd or 0.0 for line in lines)


def _years(lines: Iterable[ShoppingLine]) -> str:
    years = sorted({line.price_year for line in lines if line.price_year})
    if not years:
        return ""
    return f" of {years[0]}" if len(years) == 1 else f" of {years[0]} to {years[-1]}"
