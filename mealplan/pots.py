"""The pots of a plan: which dinner a meal is left over from, which others it could be, and which has lost its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mealplan.dishes import Dish
from mealplan.leftovers import cooked_dish, is_left_over, keeps, thawed
from mealplan.places import Place
from mealplan.plan import Day, Meal, PlannedDish


def open_pots(days: Sequence[Day], place: Place, dishes: Iterable[Dish], freezer_days: int) -> dict[str, int]:
    """Which dishes eaten again may stand in a place, and how many days before it each is cooked.

    It is cooked for a dinner from which it keeps until then, and serves no other meal. Of a dinner that is cooked
    already only what was cooked for this place is left.
    Args: freezer_days: that a dish which freezes may wait.
    """
    found = {dish.slug: _days_before(days, place, dish, freezer_days) for dish in dishes if is_left_over(dish.slug)}
    return {slug: before for slug, before in found.items() if before is not None}


def _days_before(days: Sequence[Day], place: Place, dish: Dish, freezer_days: int) -> int | None:
    slug = cooked_dish(dish.slug)
    linked_to = {(_day_cooked(at, other), other.dish): at for at, other in _left_over(days)}
    for number in (number for number in reversed(range(place.day)) if keeps(dish, place.day - number, freezer_days)):
        holder = linked_to.get((number, slug))
        if slug in _cooked_for_dinner(days[number]) and (
            holder == place or (holder is None and not _is_cooked(days[number]))
        ):
            return place.day - number
    return None


def _is_cooked(day: Day) -> bool:
    return any(meal.cooked for meal in day.meals if meal.slot == "dinner")


def cooked_for(days: Sequence[Day], place: Place) -> tuple[PlannedDish, ...]:
    """All that is cooked for a meal: with what is eaten of it later, without what is left over from before."""
    (meal,) = (meal for meal in days[place.day].meals if meal.slot == place.slot)
    fresh = tuple(dish for dish in meal.dishes if dish.cooked_days_before is None)
    return fresh + tuple(dish for _, dish in served_by(days, place))


def served_by(days: Sequence[Day], place: Place) -> list[tuple[Place, PlannedDish]]:
    """The dishes of later meals that are left over from the meal at a place."""
    if place.slot != "dinner":
        return []
    cooked = _cooked_for_dinner(days[place.day])
    return [(at, dish) for at, dish in _left_over(days) if dish.dish in cooked and _day_cooked(at, dish) == place.day]


def linked(days: Sequence[Day], place: Place) -> list[Place]:
    """The dinners that a meal is left over from, and the meals left over from it."""
    there = [Place(day=_day_cooked(at, dish), slot="dinner") for at, dish in _left_over(days) if at == place]
    return there + [at for at, _ in served_by(days, place)]


def relink(days: Sequence[Day], dishes: Iterable[Dish], freezer_days: int) -> tuple[tuple[Day, ...], list[Place]]:
    """The days with each dish eaten again linked to its dinner, wherever meals have moved; and the places of those
    that have none.

    Args: dishes: those eaten again among them; freezer_days: that a dish which freezes may wait.
    """
    known = {cooked_dish(dish.slug): dish for dish in dishes if is_left_over(dish.slug)}
    linked, lost = tuple(days), []
    for place, dish in _left_over(days):
        cooked = _day_cooked(place, dish)
        if cooked >= 0 and dish.dish in _cooked_for_dinner(days[cooked]):
            continue
        again = _days_before(linked, place, known[dish.dish], freezer_days) if dish.dish in known else None
        if again is None:
            lost.append(place)
        else:
            linked = _with_plate(linked, place, dish, plate_again(dish, known[dish.dish], again))
    return linked, list(dict.fromkeys(lost))


def _left_over(days: Sequence[Day]) -> Iterator[tuple[Place, PlannedDish]]:
    """Every dish eaten again, and its place."""
    for number, day in enumerate(days):
        for meal in day.meals:
            for dish in meal.dishes:
                if dish.cooked_days_before is not None:
                    yield Place(day=number, slot=meal.slot), dish


def _day_cooked(place: Place, dish: PlannedDish) -> int:
    return place.day - (dish.cooked_days_before or 0)


def _cooked_for_dinner(day: Day) -> set[str]:
    return {
        dish.dish
        for meal in day.meals
        if meal.slot == "dinner"
        for dish in meal.dishes
        if dish.cooked_days_before is None
    }


def plate_again(plate: PlannedDish, dish: Dish, wait: int) -> PlannedDish:
    """A plate of what was cooked some days before: out of the fridge as long as it keeps there, else of the freezer."""
    frozen = wait > dish.keeps_days
    title = thawed(dish.title) if frozen else dish.title
    return plate.model_copy(update={"cooked_days_before": wait, "title": title, "from_freezer": frozen})


def _with_plate(days: Sequence[Day], place: Place, dish: PlannedDish, again: PlannedDish) -> tuple[Day, ...]:
    def linked(meal: Meal) -> Meal:
        return meal.model_copy(update={"dishes": tuple(again if one == dish else one for one in meal.dishes)})

    day = days[place.day]
    meals = tuple(linked(meal) if meal.slot == place.slot else meal for meal in day.meals)
    return (*days[: place.day], day.model_copy(update={"meals": meals}), *days[place.day + 1 :])
