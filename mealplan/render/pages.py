"""What stands on each page of a plan, worked out once for every form that prints it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from foods.table import FoodTable
from mealplan.amounts import in_household_units
from mealplan.coverage import portion_intake
from mealplan.dishes import SLOTS, Dish, Line, Slot
from mealplan.iron import PAIRED_NONHEME_MG, PAIRED_VITAMIN_C_MG
from mealplan.leftovers import left_over
from mealplan.plan import Day, Meal, Plan, PlannedDish, Portion
from mealplan.render import words
from mealplan.render.fit import Paragraph, Size, fitting_size
from mealplan.render.paper import Paper

DAYS_PER_PAGE = 7
Dishes = Mapping[str, Dish]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """A dish in a cell of the week; ``times`` is empty for one serving each."""

    title: str
    times: tuple[str, ...]
    main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A meal in the week; ``paired``: its plant iron comes with vitamin C."""

    plates: tuple[Plate, ...]
    kcal: str
    minutes: int
    paired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A day of the week; ``shares`` of the day's target by headline nutrient, of the person with the least.

    ``energy`` is the day's, in words, of everyone; empty where it is not known.
    """

    date: date
    cells: Mapping[Slot, Cell]
    tonight: tuple[str, ...]
    shares: Mapping[str, float]
    energy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A page of the fridge: at most seven days, set in a ``size`` at which they fit it."""

    number: int
    columns: tuple[Column, ...]
    slots: tuple[Slot, ...]
    evening_before: tuple[str, ...]
    size: Size

    @property
    def span(self) -> str:
        return words.span(self.columns[0].date, self.columns[-1].date)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeLine:
    """An ingredient of a recipe, as much as is cooked the first time; ``kitchen`` is empty where grams say it."""

    ingredient: str
    grams: float
    kitchen: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A dish at a meal: ``servings`` for everyone."""

    date: date
    slot: Slot
    servings: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A dish in order of first use; ``dish`` is None where its recipe is not at hand."""

    slug: str
    title: str
    dish: Dish | None
    uses: tuple[Use, ...]
    lines: tuple[RecipeLine, ...]


def build_weeks(plan: Plan, dishes: Dishes, table: FoodTable, paper: Paper = "a4") -> tuple[Week, ...]:
    """The plan by pages of seven days."""
    columns = [_column(plan, place, dishes, table) for place in range(len(plan.days))]
    starts = range(0, len(columns), DAYS_PER_PAGE)
    first = _day_before(plan.days[0], dishes) if plan.days else ()
    return tuple(
        _week(plan, number, tuple(columns[start : start + DAYS_PER_PAGE]), () if number > 1 else first, paper)
        for number, start in enumerate(starts, start=1)
    )


def _week(plan: Plan, number: int, columns: tuple[Column, ...], before: tuple[str, ...], paper: Paper) -> Week:
    slots = tuple(slot for slot in SLOTS if any(slot in column.cells for column in columns))
    rows = [[_cell_texts(column.cells.get(slot)) for column in columns] for slot in slots]
    tonight: list[list[Paragraph]] = [[(text, "plain") for text in column.tonight] for column in columns]
    head: tuple[str, ...] = ()
    if number == 1:
        people = " · ".join(words.who(person) for person in plan.people)
        head = (people, *map(words.assumed, plan.people), *plan.banners, "; ".join(before))
    return Week(
        number=number,
        columns=columns,
        slots=slots,
        evening_before=before,
        size=fitting_size(rows, tonight, head, paper),
    )


def _cell_texts(cell: Cell | None) -> list[Paragraph]:
    if cell is None:
        return []
    plates: list[Paragraph] = [
        (" ".join((plate.title, *plate.times)), "bold" if plate.main else "plain") for plate in cell.plates
    ]
    return [*plates, (f"{cell.kcal} · {cell.minutes} min {'(Fe+C)' if cell.paired else ''}", "small")]


def _column(plan: Plan, place: int, dishes: Dishes, table: FoodTable) -> Column:
    day = plan.days[place]
    following = plan.days[place + 1 : place + 2]
    return Column(
        date=day.date,
        cells={meal.slot: _cell(plan, day, meal, dishes, table) for meal in day.meals},
        tonight=_day_before(following[0], dishes) if following else (),
        shares=_shares(plan, place),
        energy=_day_energy(plan, place),
    )


def _cell(plan: Plan, day: Day, meal: Meal, dishes: Dishes, table: FoodTable) -> Cell:
    main = main_dish(meal, dishes)
    known = [_as_planned(planned, dishes) for planned in meal.dishes if planned.dish in dishes]
    # The mark recommends; where iron may build up it is left out.
    seeking = {person.id for person in plan.people if words.seeks_iron(person)}
    iron = [row for row in plan.iron if (row.day, row.slot) == (day.day, meal.slot) and row.person in seeking]
    plates = tuple(
        Plate(title=planned.title, times=words.times(planned.servings), main=planned is main) for planned in meal.dishes
    )
    if meal.skipped is not None:
        plates = (Plate(title=words.eaten_out(meal), times=(), main=False),)
    return Cell(
        plates=plates,
        kcal=_energy(meal, table),
        # Pots stand beside each other, hands do one thing at a time.
        minutes=max([sum(dish.active_minutes for dish in known), *(dish.minutes for dish in known)], default=0),
        paired=any(row.nonheme_mg >= PAIRED_NONHEME_MG and row.vitamin_c_mg >= PAIRED_VITAMIN_C_MG for row in iron),
    )


def _as_planned(planned: PlannedDish, dishes: Dishes) -> Dish:
    return left_over(dishes[planned.dish]) if planned.cooked_days_before else dishes[planned.dish]


def main_dish(meal: Meal, dishes: Dishes) -> PlannedDish | None:
    """The dish that carries a meal: the one of a main course, else the first."""
    mains = [p for p in meal.dishes if p.dish in dishes and dishes[p.dish].course in ("main", "one-pot", "breakfast")]
    return next(iter((*mains, *meal.dishes)), None)


def _energy(meal: Meal, table: FoodTable) -> str:
    """Energy of a meal in words, per person where they differ; empty where a food is not in the table."""
    portions = [portion for dish in meal.dishes for portion in dish.ingredients]
    if not portions or any(portion.food_id not in table for portion in portions):
        return ""
    kcal: dict[str, float] = defaultdict(float)
    least = ""
    for portion in portions:
        for person in portion.grams:
            intake = portion_intake(portion, person, table, ("energy_kcal",))
            kcal[person] += intake.amount["energy_kcal"]
            least = "at least " if intake.unmeasured_g["energy_kcal"] else least
    said = {person: words.amount(round(value)) for person, value in kcal.items()}
    if len(set(said.values())) == 1:
        return f"{least}{next(iter(said.values()))} kcal"
    return f"{least}{', '.join(f'{person} {value}' for person, value in said.items())} kcal"


def _day_before(day: Day, dishes: Dishes) -> tuple[str, ...]:
    """What to do on the evening before a day, each once."""
    cooked = (planned for meal in day.meals for planned in meal.dishes if not planned.cooked_days_before)
    slugs = dict.fromkeys(planned.dish for planned in cooked)
    said = (dishes[slug].day_before.strip().rstrip(".") for slug in slugs if slug in dishes)
    frozen = (planned for meal in day.meals for planned in meal.dishes if planned.from_freezer)
    return tuple(dict.fromkeys((*(text for text in said if text), *map(words.take_out, frozen))))


def _shares(plan: Plan, place: int) -> dict[str, float]:
    shares: dict[str, float] = {}
    for row in plan.coverage:
        if row.nutrient in words.HEADLINES and row.target and place < len(row.daily):
            share = row.daily[place] / row.target
            shares[row.nutrient] = min(share, shares.get(row.nutrient, share))
    return {nutrient: shares[nutrient] for nutrient in words.HEADLINES if nutrient in shares}


def _day_energy(plan: Plan, place: int) -> str:
    rows = [row for row in plan.coverage if row.nutrient == "energy_kcal" and place < len(row.daily)]
    said = [words.amount(round(row.daily[place])) for row in rows]
    return f"{words.joined(said if len(set(said)) > 1 else said[:1])} kcal" if said else ""


def build_recipes(plan: Plan, dishes: Dishes) -> tuple[Recipe, ...]:
    """Every dish of the plan in order of first use, scaled to everyone at the table the first time it is cooked.

    What is eaten again from the first pot is in its amounts.
    """
    uses: dict[str, list[Use]] = defaultdict(list)
    first: dict[str, PlannedDish] = {}
    pots: dict[str, float] = {}
    for day, meal, planned in plan.servings():
        first.setdefault(planned.dish, planned)
        servings = plan.eaters * sum(planned.servings.values())
        uses[planned.dish].append(Use(date=day.date, slot=meal.slot, servings=servings))
        cooked = planned.cooked_days_before
        if cooked is None:
            pots.setdefault(planned.dish, servings)
        elif uses[planned.dish][0].date == day.date - timedelta(days=cooked):
            pots[planned.dish] += servings
    for slug, servings in pots.items():
        uses[slug][0] = replace(uses[slug][0], servings=servings)
    return tuple(
        Recipe(
            slug=slug,
            title=planned.title,
            dish=dishes.get(slug),
            uses=tuple(uses[slug]),
            lines=_recipe_lines(planned, dishes.get(slug), uses[slug][0].servings / sum(planned.servings.values())),
        )
        for slug, planned in first.items()
    )


def _recipe_lines(planned: PlannedDish, dish: Dish | None, eaters: float) -> tuple[RecipeLine, ...]:
    lines: Sequence[Line | None] = dish.lines if dish is not None else ()
    named = [line.ingredient.name for line in lines if line is not None]
    if named != [portion.ingredient for portion in planned.ingredients]:
        # The plan is what is eaten: a recipe that has changed since lends its steps, not its amounts.
        lines = [None] * len(planned.ingredients)
    return tuple(_recipe_line(p, line, eaters) for p, line in zip(planned.ingredients, lines, strict=True))


def _recipe_line(portion: Portion, line: Line | None, eaters: float) -> RecipeLine:
    grams = eaters * sum(portion.grams.values())
    kitchen = ""
    if line is not None and line.unit in ("g", "kg"):
        spoken = in_household_units(line.ingredient, grams)
        kitchen = "" if spoken.endswith(" g") else words.spoken_plural(spoken)
    elif line is not None and line.grams > 0:
        kitchen = words.measured(line.amount * grams / line.grams, line.unit)
    return RecipeLine(
        ingredient=portion.ingredient, grams=grams, kitchen=kitchen, note="" if line is None else line.note
    )


def evening(day: date) -> str:
    """The weekday before a date, in words."""
    return words.day_name(day - timedelta(days=1))
