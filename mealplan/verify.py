"""Checks a plan against its request, from grams and the food table, never with the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from foods.errors import FoodsError
from foods.ingredients import Catalogue
from foods.retention import REHEATED
from foods.table import FoodTable
from mealplan.coverage import plan_coverage, plan_iron, portion_intake
from mealplan.diets import Verdict, find_diets, judge_ingredient, resolve_avoid
from mealplan.dishes import SLOTS
from mealplan.plan import Coverage, MealIron, Plan, ShoppingLine

TOLERANCE = 0.005
"""Relative difference from which a recomputed figure counts as another one."""

_FLOOR = 0.001
"""Absolute difference in a nutrient's unit that rounding explains."""


def verify(plan: Plan, table: FoodTable, catalogue: Catalogue) -> list[str]:
    """Every disagreement between what a plan says and what follows from its grams; empty if it holds.

    Recomputes coverage and iron per meal from the food table and retention factors, checks that the foods are
    those of the catalogue and fit the diet, that each gram planned is on the shopping list, and that dates,
    slots and people agree.
    """
    try:
        return [
            *_structure(plan),
            *_foods(plan, table, catalogue),
            *_skips(plan, table),
            *_leftovers(plan),
            *_figures(plan, table, catalogue),
            *_list(plan, catalogue),
        ]
    except (FoodsError, KeyError, ValueError) as error:
        return [f"cannot be recomputed: {error}"]


def _structure(plan: Plan) -> Iterator[str]:
    people = {person.id for person in plan.people}
    asked = set(plan.request.get("rules", {}).get("meals", SLOTS))
    for number, day in enumerate(plan.days, start=1):
        if day.day != number or (day.date - plan.days[0].date).days != number - 1:
            yield f"day {day.day} of {day.date} is out of order"
        slots = Counter(meal.slot for meal in day.meals)
        if set(slots) != asked or max(slots.values()) > 1:
            yield f"day {day.day} does not have each meal once"
        for meal in day.meals:
            if bool(meal.dishes) is (meal.skipped is not None):
                yield f"day {day.day}, {meal.slot}: a meal is either eaten here or skipped"
            if meal.locked and meal.skipped is not None:
                yield f"day {day.day}, {meal.slot} is locked and skipped"
    for day, meal, dish in plan.servings():
        for holder in (dish.servings, *(portion.grams for portion in dish.ingredients)):
            if set(holder) != people or min(holder.values()) < 0:
                yield f"{dish.title} on day {day.day}, {meal.slot}: amounts are not those of the people planned for"


def _leftovers(plan: Plan) -> Iterator[str]:
    """What is eaten again was cooked for a dinner before, and is counted as heated twice."""
    cooked = {(day.day, dish.dish) for day, meal, dish in plan.servings() if meal.slot == "dinner"}
    for day, _, dish in plan.servings():
        reheated = [(portion.retention or "").endswith(REHEATED) for portion in dish.ingredients]
        if dish.cooked_days_before is None:
            if any(reheated):
                yield f"{dish.title} on day {day.day} is counted as heated again, and left over from no dinner"
            if dish.from_freezer:
                yield f"{dish.title} on day {day.day} is out of the freezer, and nothing says when it was cooked"
            continue
        if (day.day - dish.cooked_days_before, dish.dish) not in cooked:
            yield f"{dish.title} on day {day.day} is left over from a dinner that does not have it"
        if not all(reheated):
            yield f"{dish.title} on day {day.day} is not counted as heated again"


def _foods(plan: Plan, table: FoodTable, catalogue: Catalogue) -> Iterator[str]:
    diets = find_diets(plan.request.get("diets", ()))
    avoided = resolve_avoid(plan.request.get("avoid", ()), catalogue)
    for name, food_id in sorted({(p.ingredient, p.food_id) for _, _, d in plan.servings() for p in d.ingredients}):
        if food_id not in table:
            yield f"{name}: food {food_id} is not in the food table"
        if name not in catalogue:
            yield f"{name} is not in the ingredient catalogue"
            continue
        verdict, reasons = judge_ingredient(catalogue[name], diets)
        if verdict is Verdict.REFUSED:
            yield "; ".join(reasons)
        if name in avoided:
            yield f"{name} was to be avoided"
    yield from _own_diets(plan, catalogue)
    for one in plan.avoided:
        names = resolve_avoid((one.food,), catalogue)
        for day, meal, dish in plan.servings():
            held = names & {portion.ingredient for portion in dish.ingredients}
            if held and day.date >= one.since and not meal.stays:
                yield f"day {day.day}, {meal.slot} holds {min(held)}, to be avoided from {one.since} on"


def broken_locks(before: Plan, after: Plan) -> list[str]:
    """Every locked or cooked meal of a plan that stands in a later one with other dishes, or not at all."""
    kept = {(day.date, meal.slot): meal.dishes for day in after.days for meal in day.meals if not meal.skipped}
    return [
        f"{day.date}, {meal.slot} is {'cooked' if meal.cooked else 'locked'} and was changed"
        for day in before.days
        for meal in day.meals
        if meal.stays and kept.get((day.date, meal.slot)) != meal.dishes
    ]


def _skips(plan: Plan, table: FoodTable) -> Iterator[str]:
    """The energy of a skipped meal is that of what was planned."""
    skips = [(day.day, meal.slot, meal.skipped) for day in plan.days for meal in day.meals if meal.skipped is not None]
    for day, slot, skipped in skips:
        portions = [portion for dish in skipped.planned for portion in dish.ingredients]
        for person, said in skipped.energy_kcal.items():
            eaten = [portion_intake(portion, person, table, ("energy_kcal",)) for portion in portions]
            found = sum(intake.amount["energy_kcal"] for intake in eaten)
            if _differ(said, found):
                yield f"day {day}, {slot}: {said:g} kcal skipped, {found:g} in what was planned"


def _own_diets(plan: Plan, catalogue: Catalogue) -> Iterator[str]:
    """What anyone is served against the diets and avoided foods that are theirs alone."""
    for person in plan.people:
        diets, avoided = find_diets(person.diets), resolve_avoid(person.avoid, catalogue)
        portions = (p for _, _, dish in plan.servings() for p in dish.ingredients if p.grams.get(person.id, 0.0) > 0)
        for name in sorted({portion.ingredient for portion in portions if portion.ingredient in catalogue}):
            verdict, reasons = judge_ingredient(catalogue[name], diets)
            if verdict is Verdict.REFUSED:
                yield f"{person.id}: {'; '.join(reasons)}"
            if name in avoided:
                yield f"{person.id}: {name} was to be avoided"


def _figures(plan: Plan, table: FoodTable, catalogue: Catalogue) -> Iterator[str]:
    covered: list[Coverage] = []
    iron: list[MealIron] = []
    for person in plan.people:
        meals = plan_iron(plan.days, person.id, table, catalogue)
        iron += meals
        covered += plan_coverage(plan.days, person.id, person.targets, meals, table)
    yield from _compare_coverage(plan.coverage, covered)
    if [(m.person, m.day, m.slot) for m in plan.iron] != [(m.person, m.day, m.slot) for m in iron]:
        yield "the iron of meals is not given for each meal"
        return
    for said, found in zip(plan.iron, iron, strict=True):
        for field in ("nonheme_mg", "heme_mg", "vitamin_c_mg", "absorbed_mg"):
            if _differ(getattr(said, field), getattr(found, field)):
                yield (
                    f"day {said.day}, {said.slot}: {field} is {getattr(said, field):g} in the plan, "
                    f"{getattr(found, field):g} from its grams"
                )


def _compare_coverage(said: Sequence[Coverage], found: Sequence[Coverage]) -> Iterator[str]:
    if [(row.person, row.nutrient) for row in said] != [(row.person, row.nutrient) for row in found]:
        yield "the coverage is not given for each target"
        return
    for row, again in zip(said, found, strict=True):
        if len(row.daily) != len(again.daily):
            yield f"{row.nutrient}: {len(row.daily)} days in the coverage, {len(again.daily)} in the plan"
            continue
        figures = [
            *zip(row.daily, again.daily, strict=True),
            (row.mean, again.mean),
            (row.worst, again.worst),
        ]
        for value, other in figures:
            if _differ(value, other):
                yield f"{row.nutrient} is {value:g} in the plan, {other:g} from its grams"
                break


def _list(plan: Plan, catalogue: Catalogue) -> Iterator[str]:
    needed: Counter[str] = Counter()
    for _, _, dish in plan.servings():
        for portion in dish.ingredients:
            grams = plan.eaters * sum(portion.grams.values())
            needed[portion.ingredient] += grams  # type: ignore[assignment] # Counter of grams
    listed = {
        line.ingredient: (_bought(line) + line.at_home_grams) * catalogue[line.ingredient].edible_share
        for line in plan.shopping
    }
    for name, grams in sorted(needed.items()):
        # The list is rounded to a tenth of a gram.
        if listed.get(name, 0.0) < grams - 0.1:
            yield f"the shopping list has {listed.get(name, 0.0):.0f} g of {name}, the plan needs {grams:.0f} g"


def _bought(line: ShoppingLine) -> float:
    """Grams that the line says are needed, or fewer where its packages hold fewer."""
    return line.grams if line.packed_grams is None else min(line.grams, line.packed_grams)


def _differ(value: float, other: float) -> bool:
    return abs(value - other) > max(_FLOOR, TOLERANCE * abs(other))
