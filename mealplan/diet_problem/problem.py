"""What is asked: a table and limits, checked and put into arrays."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mealplan.errors import MealplanError

Floats = NDArray[np.float64]
Side = Literal["minimum", "maximum", "lower", "upper"]

LARGEST = 1e12
"""Numbers above this drown the others in a solver's arithmetic."""
NAMED = 8
"""Mistakes that the message spells out; all are in ``mistakes``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing wrong: the ``field`` (an argument of `diet_problem`), whose entry it is, or "", and what is wrong."""

    field: str
    about: str
    what: str

    def __str__(self) -> str:
        return f"{self.field}[{self.about!r}] {self.what}" if self.about else f"{self.field} {self.what}"


class WrongDietProblem(MealplanError):
    """A diet problem that cannot be meant; ``mistakes`` has everything that is wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        named = "; ".join(map(str, self.mistakes[:NAMED]))
        more = f"; and {len(self.mistakes) - NAMED} more" if len(self.mistakes) > NAMED else ""
        super().__init__(f"not a diet problem: {named}{more}", hint="leave unmeasured cells empty (NaN)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A row: a nutrient's ``minimum`` or ``maximum``, or the ``lower`` or ``upper`` bound of a food's amount."""

    side: Side
    about: str
    bound: float

    @property
    def sign(self) -> int:
        """1 for at least, -1 for at most."""
        return 1 if self.side in ("minimum", "lower") else -1

    def __str__(self) -> str:
        return f"at {'least' if self.sign > 0 else 'most'} {self.bound:.6g} of `{self.about}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A checked problem. ``content`` (n_foods, n_nutrients) per unit of food, NaN = unmeasured; the rest (n_foods,)."""

    foods: tuple[str, ...]
    nutrients: tuple[str, ...]
    content: Floats
    cost: Floats
    lower: Floats
    upper: Floats
    whole: NDArray[np.bool_]
    requirements: tuple[Limit, ...]

    def rows(self) -> Floats:
        """(n_requirements, n_foods) what a unit of each food counts; unmeasured counts nothing."""
        columns = [self.nutrients.index(limit.about) for limit in self.requirements]
        return np.nan_to_num(self.content[:, columns], nan=0.0).T


def build_problem(
    table: object, minimums: object, maximums: object, cost: object, lower: object, upper: object, integer: object
) -> Problem:
    """The problem of `diet_problem`'s arguments.

    Raises: WrongDietProblem.
    """
    reader = _Reader()
    foods, nutrients, content = reader.table(table)
    least, most = reader.limits("minimums", minimums, nutrients), reader.limits("maximums", maximums, nutrients)
    per_food = {
        "cost": reader.per_food("cost", cost, foods, None, least=-math.inf),
        "lower": reader.per_food("lower", lower, foods, 0.0),
        "upper": reader.per_food("upper", upper, foods, math.inf),
    }
    whole = reader.whole(integer, foods)
    reader.ordered("minimums", "maximums", least, most)
    reader.ordered(
        "lower",
        "upper",
        dict(zip(foods, per_food["lower"], strict=True)),
        dict(zip(foods, per_food["upper"], strict=True)),
    )
    if reader.mistakes:
        raise WrongDietProblem(reader.mistakes)
    return Problem(
        foods=foods,
        nutrients=nutrients,
        content=content,
        **{name: np.array(numbers, dtype=np.float64) for name, numbers in per_food.items()},
        whole=whole,
        requirements=(
            *(Limit(side="minimum", about=name, bound=bound) for name, bound in least.items()),
            *(Limit(side="maximum", about=name, bound=bound) for name, bound in most.items() if bound < math.inf),
        ),
    )


class _Reader:
    """Reads one argument after the other and gathers what is wrong."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def wrong(self, field: str, about: object, what: str) -> None:
        self.mistakes.append(Mistake(field=field, about=str(about), what=what))

    def table(self, table: object) -> tuple[tuple[str, ...], tuple[str, ...], Floats]:
        nothing = np.empty((0, 0))
        if not isinstance(table, pd.DataFrame):
            self.wrong("table", "", f"is a {type(table).__name__}, not a DataFrame of foods x nutrients")
            return (), (), nothing
        foods, nutrients = tuple(map(str, table.index)), tuple(map(str, table.columns))
        for what, names in (("food", foods), ("nutrient", nutrients)):
            for name, count in Counter(names).items():
                if count > 1:
                    self.wrong("table", name, f"is a {what} that stands {count} times")
        if table.empty:
            self.wrong("table", "", "has no foods" if not foods else "has no nutrients")
            return foods, nutrients, nothing
        columns = [self.column(name, table.iloc[:, place], foods) for place, name in enumerate(nutrients)]
        return foods, nutrients, np.column_stack(columns)

    def column(self, nutrient: str, cells: pd.Series[Any], foods: tuple[str, ...]) -> Floats:
        kind = getattr(cells.dtype, "kind", "O")
        numbers = (
            cells.to_numpy(dtype=np.float64, na_value=np.nan)
            if kind in "iuf"
            else np.array([_measured(cell) for cell in cells.tolist()], dtype=np.float64)
        )
        # Only what is no number at all became infinite.
        for place in np.flatnonzero((numbers < 0) | (numbers > LARGEST)).tolist():
            self.wrong(
                "table", f"{foods[place]}, {nutrient}", f"is {_said(cells.iloc[place])}: amounts are 0 to {LARGEST:g}"
            )
        return numbers

    def limits(self, field: str, given: object, nutrients: tuple[str, ...]) -> dict[str, float]:
        found = self.mapping(field, given, nutrients, "nutrient")
        return {name: self.number(field, name, value, 0.0) for name, value in found.items() if value is not None}

    def per_food(
        self, field: str, given: object, foods: tuple[str, ...], default: float | None, least: float = 0.0
    ) -> list[float]:
        if isinstance(given, Real | np.number) or given is None or isinstance(given, str):
            one = default if given is None else self.number(field, "", given, least)
            if one is None:
                self.wrong(field, "", "is missing")
            return [0.0 if one is None else one] * len(foods)
        found = self.mapping(field, given, foods, "food")
        numbers = []
        for food in foods:
            value = found.get(food)
            if value is None and default is None:
                self.wrong(field, food, "is missing")
            fallback = 0.0 if default is None else default
            numbers.append(fallback if value is None else self.number(field, food, value, least))
        return numbers

    def whole(self, given: object, foods: tuple[str, ...]) -> NDArray[np.bool_]:
        if isinstance(given, bool | np.bool_):
            return np.full(len(foods), bool(given))
        if isinstance(given, str) or not isinstance(given, Iterable):
            self.wrong("integer", "", f"is {_said(given)}: True, False, or the foods that come in whole units")
            return np.zeros(len(foods), dtype=bool)
        names = {str(name) for name in given}
        for name in sorted(names - set(foods)):
            self.wrong("integer", name, "is no food of the table")
        return np.array([food in names for food in foods], dtype=bool)

    def mapping(self, field: str, given: object, known: tuple[str, ...], what: str) -> dict[str, object]:
        if isinstance(given, pd.Series):
            pairs = list(zip(given.index.tolist(), given.tolist(), strict=True))
        elif isinstance(given, Mapping):
            pairs = list(given.items())
        else:
            self.wrong(field, "", f"is {_said(given)}, not a mapping by {what}")
            return {}
        table = set(known)
        for name, count in Counter(str(name) for name, _ in pairs).items():
            if count > 1:
                self.wrong(field, name, f"stands {count} times")
            if table and name not in table:
                self.wrong(field, name, f"is no {what} of the table")
        return {str(name): value for name, value in pairs if str(name) in table}

    def number(self, field: str, about: str, value: object, least: float) -> float:
        number = _to_float(value)
        if number is None:
            self.wrong(field, about, f"is {_said(value)}, not a number")
        elif number < least:
            self.wrong(field, about, f"is {number:g}: 0 or more")
        elif abs(number) > LARGEST and not (number == math.inf and field in ("maximums", "upper")):
            self.wrong(field, about, f"is {number:g}: numbers go up to {LARGEST:g}")
        else:
            return number
        return 0.0

    def ordered(self, low: str, high: str, lower: Mapping[str, float], upper: Mapping[str, float]) -> None:
        if any(mistake.field in (low, high) for mistake in self.mistakes):
            return  # what was wrong there reads as 0 here
        for name, bound in lower.items():
            if bound > upper.get(name, math.inf):
                self.wrong(low, name, f"is {bound:g}, above {upper[name]:g} in {high}")


def _to_float(value: object) -> float | None:
    """None for what is no number: text, True, NaN."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real | np.number) or isinstance(value, complex):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return None if math.isnan(number) else number


def _measured(cell: object) -> float:
    """NaN for an empty cell, infinite for what is no number."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return math.nan
    number = _to_float(cell)
    return math.inf if number is None else number


def _said(value: object) -> str:
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= 40 else f"{text[:37]}..."
