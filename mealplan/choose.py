"""Solves a request's task, with the rules of the week that are beyond a program which adds meals up.

One breakfast on all weekdays, and dinners that serve a later lunch, are chosen from a first week and held in another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from math import inf

from mealplan.courses import is_anchor
from mealplan.dishes import Dish, Slot
from mealplan.generation import lower_bound
from mealplan.leftovers import FROZEN_PER_WEEK, Pot, choose_pots, is_left_over, slug_left_over
from mealplan.occasions import Dearer, with_dearer
from mealplan.progress import Progress
from mealplan.request import PlanRequest
from mealplan.solve import Deadline, Solution, solve, status_of
from mealplan.task import Task, with_dishes

STEADY_TRIED = 3
"""Breakfasts that are tried as the one of every weekday: those that a free week eats most on them."""

HELD_POINTS = 1e4
"""What another main costs where a pot is held: more than any week gains; the first week shows it can be kept."""

Solver = Callable[[Task, int, bool], Solution]
"""Solves a task with so many searches; whether its bound is to be told."""


def choose_week(
    task: Task, request: PlanRequest, deadline: Deadline, progress: Progress = lambda _: None
) -> tuple[Task, Solution]:
    """The best week found for a task, and the task with its choices held: the solution's items are of its space.

    The bound is of the task as given. Raises: NoMeals, SolverFailed.
    """

    told = not request.household and not request.rules.leftovers

    def solved(held: Task, effort: int, bound: bool) -> Solution:
        return solve(
            held,
            seed=request.seed,
            effort=effort,
            solver=request.solver,
            time_limit_s=deadline.left,
            # What all at a table miss together is nobody's; each one's week is looked at alone.
            insist=not request.household,
            prove=bound and told,
            progress=progress,
        )

    held = _with_pots(task, request, solved) if request.rules.leftovers else task
    if request.rules.same_breakfast and "breakfast" in request.rules.meals:
        held, found = _with_one_breakfast(held, request, solved, deadline)
    else:
        found = solved(held, request.effort, True)
    if request.rules.leftovers:
        found = _under(lower_bound(task, solver=request.solver, in_time=deadline.in_time), found)
    return held, found


def _under(bound: float, found: Solution) -> Solution:
    """A week in which more is held than the task asks for, with the bound of the task."""
    return replace(found, bound=bound, status=status_of(found.objective, bound))


def _with_one_breakfast(task: Task, request: PlanRequest, solved: Solver, deadline: Deadline) -> tuple[Task, Solution]:
    """The best of the breakfasts that promise most, each on all weekdays; of those that time allows, one at least."""
    free = solved(task, 1, True)
    found: list[tuple[Task, Solution]] = []
    for dish in _breakfasts(task, free):
        if deadline.in_time() or not found:
            held = _steady(task, dish, request)
            found.append((held, solved(held, request.effort, False)))
    held, best = min(found, key=lambda pair: pair[1].objective, default=(task, free))
    # A week with one breakfast is a week: what no week beats, it does not beat.
    return held, _under(free.bound, best)


def _breakfasts(task: Task, free: Solution) -> list[int]:
    """Rows of the dishes that carry the weekday breakfasts of a week, the most frequent first."""
    days = [day for o in task.occasions if o.slot == "breakfast" and o.weekday for day in o.days]
    eaten = Counter(int(task.space.item_dish[free.items(day, "breakfast")[0]]) for day in sorted(days))
    return [dish for dish, _ in eaten.most_common(STEADY_TRIED)]


def _steady(task: Task, breakfast: int, request: PlanRequest) -> Task:
    """The task with every other breakfast as dear on weekdays as a rule is to break."""
    others = frozenset(
        (dish.slug, request.weights.broken_rule)
        for row, dish in enumerate(task.space.servings.dishes)
        if is_anchor(dish, "breakfast") and row != breakfast
    )
    weekdays = {day for occasion in task.occasions if occasion.weekday for day in occasion.days}

    def more(day: int, slot: Slot) -> Dearer:
        return others if slot == "breakfast" and day in weekdays else frozenset()

    return replace(task, occasions=with_dearer(task.occasions, more))


def _with_pots(task: Task, request: PlanRequest, solved: Solver) -> Task:
    """The task in which dinners of a first week are cooked for a lunch too."""
    first = _for_the_freezer(with_dishes(task, lambda dish: not is_left_over(dish.slug)), request)
    week = solved(first, 1, False)
    weekdays = {day for occasion in task.occasions if occasion.weekday for day in occasion.days}
    dinners = {
        day: first.space.servings.dishes[first.space.item_dish[week.items(day, "dinner")[0]]]
        for occasion in first.occasions
        if occasion.slot == "dinner"
        for day in occasion.days
    }
    lunches = {day: o.dearer for o in task.occasions if o.slot == "lunch" for day in o.days}

    def price(pot: Pot) -> float:
        points = dict(lunches[pot.again]).get(slug_left_over(pot.dish), 0.0) if pot.again in lunches else inf
        return points if points < request.weights.broken_rule else inf

    pots = choose_pots(dinners, task.days, weekdays.__contains__, price, 7 * request.rules.freezer)
    again = {pot.again: slug_left_over(pot.dish) for pot in pots}
    cooked = {pot.cooked: pot.dish for pot in pots}
    held = with_dishes(task, lambda dish: not is_left_over(dish.slug) or dish.slug in again.values())
    mains = [dish for dish in held.space.servings.dishes if dish.is_main]

    def more(day: int, slot: Slot) -> Dearer:
        wanted = again.get(day) if slot == "lunch" else cooked.get(day) if slot == "dinner" else None
        return frozenset((dish.slug, HELD_POINTS) for dish in mains if _is_out(dish, slot, wanted))

    return replace(held, occasions=with_dearer(held.occasions, more))


def _for_the_freezer(task: Task, request: PlanRequest) -> Task:
    """The task with dishes that do not freeze dearer at the dinners of which a lunch is to wait."""
    mains = [dish for dish in task.space.servings.dishes if dish.is_main and not dish.freezes]

    def more(day: int, slot: Slot) -> Dearer:
        if slot != "dinner" or not request.rules.freezer or day % 7 >= FROZEN_PER_WEEK:
            return frozenset()
        return frozenset((dish.slug, request.weights.favourite) for dish in mains)

    return replace(task, occasions=with_dearer(task.occasions, more))


def _is_out(dish: Dish, slot: Slot, wanted: str | None) -> bool:
    """Whether a main is not the one that is held in a place; where none is, those that are left over from nothing."""
    return slot in dish.meals and (dish.slug != wanted if wanted else is_left_over(dish.slug))
