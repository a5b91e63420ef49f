"""What a change does to a plan, in words."""

from __future__ import annotations

from collections.abc import Iterator

from mealplan.difference import Difference, MealChange, PotChange, Shift
from mealplan.places import WEEKDAYS, in_words
from mealplan.plan import Meal
from mealplan.render import words

FEW = 3
"""Shifts and foods that are named on the one line of an alternative."""
MANY = 12


def change_lines(difference: Difference, days: int) -> Iterator[str]:
    """A change as it is told after it is made, in lines; ``days`` is the length of the plan."""
    for change in difference.meals:
        yield from _meal_lines(change, days)
    yield from (_pot_line(pot, days) for pot in difference.pots)
    if difference.points is not None and difference.meals:
        yield f"The week: {points(difference.points)}"
    for what in _effects(difference, days, MANY):
        yield words.sentence(what)
    if not difference.meals:
        yield "Nothing in the plan changes."


def summary(difference: Difference, days: int) -> str:
    """What an alternative does to the week, on one line: ``Iron Tue 104 % -> 96 %; 12 minutes less; ...``."""
    return "; ".join(_effects(difference, days, FEW)) or "nothing else changes"


def points(value: float) -> str:
    """``+0.35 points``: more is worse."""
    return f"{value:+.2f} points" if abs(value) >= 0.005 else "as good as before"


def titles(meal: Meal) -> str:
    """The dishes of a meal with their servings, or that it is eaten out."""
    said = (
        "; ".join(" ".join((*words.times(dish.servings), dish.title)) for dish in meal.dishes),
        words.eaten_out(meal),
    )
    return next(filter(None, said), "")


def _meal_lines(change: MealChange, days: int) -> Iterator[str]:
    where = in_words(change.date, change.slot, days)
    if (change.before.dishes, change.before.skipped) != (change.after.dishes, change.after.skipped):
        yield f"{where}: {titles(change.after)}"
        yield f"  instead of: {titles(change.before)}"
    if change.before.locked != change.after.locked:
        yield f"{where}: {'locked' if change.after.locked else 'no longer locked'} ({titles(change.after)})"


def _pot_line(pot: PotChange, days: int) -> str:
    dinner, lunch = in_words(pot.cooked, "dinner", days), in_words(pot.eaten, pot.slot, days)
    if pot.added:
        return f"{dinner}: {pot.title} is cooked for {lunch} too"
    return f"{dinner}: {pot.title} is no longer cooked for {lunch} too"


def _effects(difference: Difference, days: int, most: int) -> Iterator[str]:
    yield from (_shift(shift, days) for shift in difference.shifts[:most])
    if (left := len(difference.shifts) - most) > 0:
        yield f"{left} more shift{'s' * (left > 1)} of what is short"
    yield from (f"{words.label(nutrient)} goes above its limit" for nutrient in difference.over)
    if difference.minutes:
        less = "less" if difference.minutes < 0 else "more"
        yield f"{words.count(abs(difference.minutes), 'minute')} {less} at the stove"
    if abs(difference.usd) >= 0.5:
        less = "less" if difference.usd < 0 else "more"
        yield f"${abs(difference.usd):.2f} {less} on the list, as far as prices are known"
    if difference.spared:
        yield f"no longer needs: {_named(difference.spared, most)}"
    if difference.buy:
        yield f"needs: {_named(difference.buy, most)}"


def _shift(shift: Shift, days: int) -> str:
    when = "over the week" if shift.date is None else words.day_name(shift.date)[:3]
    if shift.date is not None and days > len(WEEKDAYS):
        when = f"{when} {shift.date.day}"
    return f"{words.label(shift.nutrient)} {when} {words.percent(shift.before)} -> {words.percent(shift.after)}"


def _named(foods: tuple[str, ...], most: int) -> str:
    """Names hold commas of their own: ``red lentils, dry; spinach; 3 more``."""
    return "; ".join((*foods[:most], *([f"{len(foods) - most} more"] if len(foods) > most else [])))
