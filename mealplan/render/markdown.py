"""The plan in Markdown (CommonMark with tables and task lists, as GitHub reads it), without any HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from foods.table import FoodTable
from mealplan.dishes import Dish
from mealplan.plan import Plan, ShoppingLine
from mealplan.render import figures, items, pages, words
from mealplan.render.plain import ingredient, one_line

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(text: str) -> str:
    """A text on one line that no reader of Markdown takes for markup, nor for a list, a heading or HTML."""
    text = re.sub(r"[\\`*_\[\]|#~]", r"\\\g<0>", one_line(text))
    text = re.sub(r"&(?=[#\w])|[<>]", lambda sign: _ENTITIES[sign[0]], text)
    text = re.sub(r"^(\d+)([.)])", r"\1\\\2", text)
    return re.sub(r"^[-+=]", r"\\\g<0>", text)


def render_markdown(plan: Plan, dishes: Mapping[str, Dish], *, table: FoodTable | None = None) -> str:
    """The week as a table, what it misses, the shopping list with boxes to tick, and the recipes."""
    table = FoodTable.embedded() if table is None else table
    blocks = [*_head(plan)]
    for week in pages.build_weeks(plan, dishes, table):
        blocks += _week(week)
    blocks += [*_coverage(plan), *_shopping(plan), "## Recipes"]
    for recipe in pages.build_recipes(plan, dishes):
        blocks += _recipe(recipe)
    blocks += ["## About this plan", *_about(plan)]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _head(plan: Plan) -> Iterator[str]:
    yield f"# Meals for {escaped(words.plan_span(plan))}"
    yield "  \n".join(escaped(words.who(person)) for person in plan.people)
    if eaten := words.diets(plan):
        yield escaped(words.sentence(eaten))
    yield from (escaped(line) for line in map(words.assumed, plan.people) if line)
    yield from (f"**{escaped(banner)}**" for banner in plan.banners)


def _week(week: pages.Week) -> Iterator[str]:
    yield f"## Week of {week.span}"
    if week.evening_before:
        evening = pages.evening(week.columns[0].date)
        yield f"**{evening} evening, before you start:** {escaped(words.sentence('; '.join(week.evening_before)))}"
    tonight = any(column.tonight for column in week.columns)
    heading = ["Day", *(slot.capitalize() for slot in week.slots), *(["Tonight"] if tonight else [])]
    rows = [heading, ["---"] * len(heading)]
    for column in week.columns:
        day = f"**{words.day_name(column.date)}** {words.day_and_month(column.date)}"
        meals = [_cell(column.cells.get(slot)) for slot in week.slots]
        rows.append([day, *meals, *([escaped("; ".join(column.tonight))] if tonight else [])])
    yield "\n".join(_row(row) for row in rows)
    yield "kcal are per person; *Fe+C* is plant iron (3 mg or more) with vitamin C (25 mg or more) beside it."


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: pages.Cell | None) -> str:
    if cell is None:
        return ""
    plates = "; ".join(_plate(plate) for plate in cell.plates)
    minutes = f"{cell.minutes} min" if cell.minutes else ""
    facts = ", ".join(filter(None, (escaped(cell.kcal), minutes, "*Fe+C*" if cell.paired else "")))
    return f"{plates} ({facts})" if facts else plates


def _plate(plate: pages.Plate) -> str:
    title = escaped(plate.title)
    times = f" {escaped(', '.join(plate.times))}" if plate.times else ""
    return f"**{title}**{times}" if plate.main and title else f"{title}{times}"


def _coverage(plan: Plan) -> Iterator[str]:
    yield "## What the plan covers"
    found = [*figures.missed(plan), *figures.unknown(plan)]
    yield _list(found) if found else words.ALL_MET


def render_list_markdown(plan: Plan) -> str:
    """The shopping list alone."""
    return "\n\n".join(_shopping(plan, level=1)) + "\n"


def _shopping(plan: Plan, level: int = 2) -> Iterator[str]:
    yield f"{'#' * level} Shopping list"
    yield escaped(f"For {words.span_and_people(plan)}.")
    for section in items.sections(plan):
        yield f"{'#' * (level + 1)} {escaped(section.heading)}"
        yield "\n".join(_item(line, plan) for line in section.lines)
    if total := items.total(plan):
        yield escaped(total)


def _item(line: ShoppingLine, plan: Plan) -> str:
    bought = f": {escaped(line.packages)}" if line.packages else ""
    first = items.first_used(line, plan)
    facts = (items.needed(line, plan.units), f"by {first}" if first else "", items.price(line))
    said = "; ".join(filter(None, facts))
    notes = "".join(f" *{escaped(note)}*" for note in items.notes(line, plan))
    return f"- [ ] {escaped(line.ingredient)}{bought}{f' ({escaped(said)})' if said else ''}{notes}"


def _recipe(recipe: pages.Recipe) -> Iterator[str]:
    first, *again = recipe.uses
    yield f"### {escaped(recipe.title)}"
    said = [f"{words.count(first.servings, 'serving')} for {words.day_name(first.date)} {first.slot}"]
    if recipe.dish is not None and recipe.dish.minutes:
        said.append(f"{recipe.dish.minutes} min")
    if again:
        uses = (
            f"{words.day_name(use.date)} {use.date.day} {use.slot} ({words.fraction(use.servings)})" for use in again
        )
        said.append(f"again {', '.join(uses)}")
    yield words.sentence("; ".join(said))
    if recipe.dish is not None and recipe.dish.day_before:
        yield f"**The day before:** {escaped(words.sentence(recipe.dish.day_before))}"
    yield _list([ingredient(line) for line in recipe.lines])
    if recipe.dish is None or not recipe.dish.steps:
        yield "The recipe is not in this library; the amounts are those of the plan."
        return
    if recipe.dish.serves != first.servings:
        yield f"The steps are written for {words.count(recipe.dish.serves, 'serving')}: go by the amounts listed here."
    yield "\n".join(f"{number}. {escaped(step)}" for number, step in enumerate(recipe.dish.steps, start=1))


def _about(plan: Plan) -> Iterator[str]:
    yield escaped(f"{words.sentence(words.how_good(plan.solve))} {words.points(plan.solve)}")
    yield f"{words.NOT_ADVICE} {words.ASK_FOR}"
    yield escaped(f"Made by {plan.program}, solver {plan.solve.solver}, seed {plan.solve.seed}.")


def _list(texts: Sequence[str]) -> str:
    return "\n".join(f"- {escaped(text)}" for text in texts)
