"""A plan in the terminal: plain when piped, no colour where NO_COLOR asks for none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from foods.nutrients import NUTRIENTS, nutrient
from mealplan.dishes import SLOTS, Slot
from mealplan.people import Person
from mealplan.plan import Day, Plan, PlannedDish, ShoppingLine
from mealplan.render import figures, items, words
from mealplan.targets import describe_targets, not_assessed

if TYPE_CHECKING:
    from foods.ranking import Basis
    from foods.table import FoodTable
    from mealplan.report import Addition

BAR_CELLS = 18  # 150 % of a target; the stroke stands at 100 %
_FULL = 1.5
NOTABLE = 0.005  # an unmeasured share of the food that is worth a word


def print_plan(plan: Plan, console: Console) -> None:
    """The week, how it covers its targets, and how good it is."""
    _print_header(plan, console)
    console.print(_week(plan))
    console.print()
    print_coverage(plan, console)
    _say(console, f"Solved: {words.how_good(plan.solve)} ({plan.solve.solver}, seed {plan.solve.seed}).")
    _say(console, words.NOT_ADVICE, style="dim")


def _print_header(plan: Plan, console: Console) -> None:
    _say(console, f"Meals for {words.plan_span(plan)}", style="bold")
    for person in plan.people:
        _say(console, words.who(person))
        if said := words.assumed(person):
            _say(console, said)
    if eaten := words.diets(plan):
        _say(console, words.sentence(eaten))
    if plan.eaters > 1:
        _say(console, f"Cooked and bought {words.for_people(plan)}; what it covers is of one of them.")
    for banner in plan.banners:
        _say(console, f"! {banner}", style="bold")
    console.print()


def _say(console: Console, text: str, style: str = "") -> None:
    # A Text is taken as it stands: square brackets in a title are no markup.
    console.print(Text(text, style=style))


def _week(plan: Plan) -> Table:
    slots = [slot for slot in SLOTS if any(meal.slot == slot for day in plan.days for meal in day.meals)]
    table = Table(box=box.HORIZONTALS, show_edge=False, show_lines=True, padding=(0, 1, 0, 0), expand=True)
    table.add_column("Day", width=6, no_wrap=True)
    for slot in slots:
        table.add_column(slot.capitalize(), ratio=1, overflow="fold")
    for day in plan.days:
        name = Text(f"{words.day_name(day.date)[:3]} {day.date.day}", style="bold")
        table.add_row(name, *(_meal(day, slot) for slot in slots))
    return table


def _meal(day: Day, slot: Slot) -> Text:
    """A dish a line; the dot tells dishes apart where their titles wrap."""
    meals = [meal for meal in day.meals if meal.slot == slot]
    lines = [_dish(dish) for meal in meals for dish in meal.dishes]
    lines += [text for meal in meals for text in (words.eaten_out(meal), words.standing(meal)) if text]
    return Text("\n".join(lines))


def _dish(dish: PlannedDish) -> str:
    times = words.times(dish.servings)
    if len(dish.servings) > 1 and times:
        return f"· {dish.title}: {', '.join(times).replace(' x', '')}"
    # Servings stand first: rich would break "1 1/2 x" apart at the end of a line.
    return " ".join(("·", *times, dish.title))


def print_coverage(plan: Plan, console: Console) -> None:
    """Every target, the one least met first, then limits and what falls short in words."""
    for person in plan.people:
        whose = f" of {person.id}" if len(plan.people) > 1 else ""
        rows, limits = figures.coverage_rows(plan, person.id), figures.limit_rows(plan, person.id)
        _print_rows(console, f"Targets{whose}, the one least met first", "Target", rows)
        _print_rows(console, f"Limits{whose}, the nearest first", "Limit", limits)
        if said := _unmeasured([*rows, *limits]):
            _say(console, said, style="dim")
            console.print()
    missed = figures.missed(plan)
    _print_list(console, "Where it misses its targets", missed)
    if plan.coverage and not missed:
        _say(console, words.ALL_MET)
        console.print()
    _print_list(console, "What is not known", figures.unknown(plan))


def _print_list(console: Console, heading: str, sentences: Sequence[str]) -> None:
    if sentences:
        _say(console, heading, style="bold")
        for sentence in sentences:
            console.print(Padding(Text(sentence), (0, 0, 0, 2)))
        console.print()


def _print_rows(console: Console, title: str, bound: str, rows: Sequence[figures.CoverageRow]) -> None:
    if not rows:
        return
    _say(console, title, style="bold")
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Nutrient", overflow="fold", width=26)
    table.add_column("", width=BAR_CELLS, no_wrap=True)
    for heading in ("Mean", "Worst", bound):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        cover = row.coverage
        limit = cover.target or cover.upper
        table.add_row(
            Text(f"{row.label}{' (!)' if row.over else ''}"),
            Text(text_bar(row.share, ascii_only=console.options.ascii_only)),
            words.percent(row.share),
            words.percent(cover.worst / limit if limit else None),
            f"{words.amount(limit)} {words.unit_sign(cover.unit)}",
        )
    console.print(table)
    if any(row.over for row in rows):
        _say(console, "(!) the mean is above the upper limit")
    console.print()


def _unmeasured(rows: Sequence[figures.CoverageRow]) -> str:
    """Which figures are only the least that is eaten, the most uncertain first."""
    doubtful = sorted((row for row in rows if row.coverage.unmeasured >= NOTABLE), key=lambda r: -r.coverage.unmeasured)
    if not doubtful:
        return ""
    named = [f"{row.label} {words.percent(row.coverage.unmeasured)}" for row in doubtful]
    return (
        f"At least so much: for a share of the food, by weight, the table has no value ({words.some(named, 5)}), "
        "and none is counted."
    )


def text_bar(share: float, cells: int = BAR_CELLS, *, ascii_only: bool = False) -> str:
    """A bar up to 150 % of a target with a stroke at 100 %: ``███████·····│·····``."""
    full, empty, stroke = "#.|" if ascii_only else "█·│"
    filled = round(min(max(share, 0.0), _FULL) / _FULL * cells)
    mark = round(cells / _FULL)
    bar = full * filled + empty * (cells - filled)
    return f"{bar[:mark]}{stroke}{bar[mark + 1 :]}"


def print_shopping(plan: Plan, console: Console) -> None:
    """The shopping list by aisle; staples and what is at home come last."""
    _say(console, f"Shopping for {words.span_and_people(plan)}", style="bold")
    for section in items.sections(plan):
        console.print()
        _say(console, section.heading, style="bold")
        console.print(_aisle(section.lines, plan))
    if total := items.total(plan):
        console.print()
        _say(console, total)


def _aisle(lines: Iterable[ShoppingLine], plan: Plan) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), expand=True)
    table.add_column("", width=3)
    table.add_column("", width=26, overflow="fold")
    table.add_column("", width=18, overflow="fold")
    table.add_column("", ratio=1, overflow="fold")
    table.add_column("", width=10, justify="right", no_wrap=True)
    for line in lines:
        first = items.first_used(line, plan)
        needed = "; ".join(filter(None, (items.needed(line, plan.units), f"by {first}" if first else "")))
        name, packages = Text(line.ingredient), Text(line.packages)
        table.add_row(Text("[ ]"), name, packages, Text(needed, style="dim"), Text(items.price(line), style="dim"))
        for note in items.notes(line, plan):
            table.add_row("", Text(note, style="italic"))
    return table


def print_targets(person: Person, console: Console) -> None:
    """How much a person needs a day, by which authority, and what is not assessed."""
    _say(console, person.describe(), style="bold")
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Nutrient", overflow="fold")
    for heading in ("At least", "At most"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Held by", no_wrap=True)
    table.add_column("Authority", overflow="fold")
    for row in describe_targets(person):
        unit = words.unit_sign(str(row["unit"]))
        lower, upper = (_bound(row[bound], unit) for bound in ("lower", "upper"))
        held = "each day" if row["period"] == "day" else "the mean"
        table.add_row(Text(str(row["label"])), lower, upper, held, Text(str(row["authority"])))
    console.print(table)
    missing = words.joined([entry.nutrient for entry in not_assessed(person)])
    _say(console, f"Not assessed, for want of values in the food tables: {missing}.")


def _bound(value: object, unit: str) -> str:
    return f"{words.amount(value)} {unit}" if isinstance(value, int | float) else words.UNKNOWN


def print_food(table: FoodTable, food_id: str, console: Console) -> None:
    """What is in a food, per 100 g; a dash is unmeasured.

    Raises: foods.table.UnknownFood.
    """
    _say(console, f"{table.description(food_id)} (FDC {food_id}), per 100 g", style="bold")
    shown = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    shown.add_column("")
    shown.add_column("", justify="right")
    shown.add_column("")
    for key, known in NUTRIENTS.items():
        value = words.amount(table.per_100g(food_id, key))
        shown.add_row(Text(known.label), value, words.unit_sign(known.unit))
    console.print(shown)


def print_top(table: FoodTable, key: str, per: str, limit: int, console: Console) -> None:
    """The foods richest in a nutrient; ``iron`` is read as ``iron_mg``.

    Raises: foods.nutrients.UnknownNutrient.
    """
    from foods.ranking import top  # only this command ranks

    named = spelled_out(key)
    found = top(table, named, limit=limit, per=cast("Basis", per))
    unit = words.unit_sign(nutrient(named).unit)
    _say(console, f"{words.label(named)}, {unit} per {per.replace('100', '100 ')}", style="bold")
    shown = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    shown.add_column("", justify="right")
    shown.add_column("", justify="right", no_wrap=True)
    shown.add_column("", overflow="fold")
    for food in found:
        shown.add_row(words.amount(food.amount), food.food_id, Text(food.description))
    console.print(shown)


def print_rich_foods(rows: Sequence[Addition], key: str, per: str, console: Console) -> None:
    """Ingredients richest in a nutrient, with the serving they are counted by where it is by the serving."""
    unit = words.unit_sign(nutrient(key).unit)
    basis = per.replace("100", "100 ") if per != "serving" else "usual serving"
    _say(console, f"{words.label(key)}, {unit} per {basis}", style="bold")
    shown = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    shown.add_column("", justify="right")
    shown.add_column("", justify="right", no_wrap=True)
    shown.add_column("", overflow="fold")
    for row in rows:
        amount = row.per_100kcal if per == "100kcal" else row.per_serving
        shown.add_row(words.amount(amount), f"{row.serving_g:.0f} g" if per != "100kcal" else "", Text(row.name))
    console.print(shown)


def spelled_out(key: str) -> str:
    """The key meant by a plain word such as ``iron``; the word itself where none or several answer."""
    plain = key.strip().lower().replace(" ", "_").replace("-", "_")
    answering = [known for known in NUTRIENTS if known == plain or known.rsplit("_", 1)[0] == plain]
    return answering[0] if len(answering) == 1 else plain
