"""Several people at one table: dishes chosen for all of them together, then each one's own servings of them.

The shared week is that of the table as one: its mean energy, and of every nutrient what all need together for it. Then
each person has a week of their own among the dishes on the table, and others cost extra: whoever needs more of a
nutrient than the table holds finds it in a breakfast, a snack or a side of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import timedelta

from mealplan.choose import choose_week
from mealplan.courses import is_anchor
from mealplan.dishes import Dish, Slot
from mealplan.generation import lower_bound
from mealplan.leftovers import is_left_over
from mealplan.obey import has_meat
from mealplan.occasions import SATURDAY, Dearer, with_dearer
from mealplan.patterns import Ints, Space
from mealplan.progress import Progress
from mealplan.request import PlanRequest, Weights
from mealplan.score import Count
from mealplan.solve import Deadline, Solution, solve
from mealplan.targets import Target
from mealplan.task import Task, with_dishes

Table = dict[tuple[int, Slot], set[str]]
"""Slugs of the dishes that stand on the table, by day and slot."""

MEAT_PER_WEEK = 4
"""Mains with meat or fish in seven days that a table expects where most eat them and somebody does not."""

READY_MINUTES = 5
"""Active minutes up to which a dish of one's own is only set beside the others: fruit, bread, a glass of milk."""

READY_SHARE = 0.25
OWN: Mapping[Slot, float] = {"breakfast": 2.0, "snack": 0.5}
"""What a ready side, and a breakfast or snack of one's own, cost in shares of `Weights.apart`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One person at the table: what they alone would ask for, and the task of their week alone."""

    request: PlanRequest
    targets: tuple[Target, ...]
    task: Task

    @property
    def allowed(self) -> frozenset[str]:
        """Slugs of the dishes this person may eat."""
        return frozenset(dish.slug for dish in self.task.space.servings.dishes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One person's week: ``solution`` chooses items of ``space``; no week of theirs costs less than ``bound``.

    ``apart``: points of the solution for dishes that only others, or nobody else, have; no part of the person's own.
    """

    seat: Seat
    space: Space
    solution: Solution
    bound: float
    apart: float = 0.0

    @property
    def objective(self) -> float:
        """Points of the week by what this person alone would ask for."""
        return self.solution.objective - self.apart

    @property
    def request(self) -> PlanRequest:
        return self.seat.request


def share_budget(asked: Sequence[PlanRequest], targets: Sequence[Sequence[Target]]) -> list[PlanRequest]:
    """The requests of all at a table, each with the part of its budget that goes with their energy."""
    energies = [energy_of(held) for held in targets]
    return [with_budget(one, energy / sum(energies)) for one, energy in zip(asked, energies, strict=True)]


def with_budget(request: PlanRequest, share: float) -> PlanRequest:
    """The request with a share of its budget, where it has one."""
    if request.rules.budget is None:
        return request
    rules = request.rules.model_copy(update={"budget": request.rules.budget * share})
    return request.model_copy(update={"rules": rules})


def combine_targets(seats: Sequence[Seat]) -> tuple[Target, ...]:
    """Targets of one person of mean energy: of each nutrient as much, for that energy, as all need together for theirs.

    Limits are those of whoever may have least for their energy, where they leave room for what is needed.
    """
    energies = [energy_of(seat.targets) for seat in seats]
    mean = sum(energies) / len(energies)
    by_nutrient: dict[str, list[tuple[Target, float]]] = {}
    for seat, energy in zip(seats, energies, strict=True):
        for target in seat.targets:
            by_nutrient.setdefault(target.nutrient, []).append((target, energy / mean))
    return tuple(_combined(held) for held in by_nutrient.values())


def _combined(held: Sequence[tuple[Target, float]]) -> Target:
    """One target of several. Args: held: each with its person's energy as a share of the mean."""
    lowers = [(target.lower, share) for target, share in held if target.lower is not None]
    uppers = [target.upper / share for target, share in held if target.upper is not None]
    lower = sum(need for need, _ in lowers) / sum(share for _, share in lowers) if lowers else None
    upper = min(uppers, default=None)
    if lower is not None and upper is not None and upper < lower:
        upper = None
    weight = max(target.weight for target, _ in held)
    return replace(held[0][0], lower=lower, upper=upper, weight=weight)


def energy_of(targets: Sequence[Target]) -> float:
    """The middle of a person's energy band, in kcal a day."""
    energy = next(target for target in targets if target.nutrient == "energy_kcal")
    return ((energy.lower or 0.0) + (energy.upper or 0.0)) / 2


def companion_points(seats: Sequence[Seat], dishes: Sequence[Dish], weights: Weights) -> Dearer:
    """What dishes cost more at the shared table for each person who cannot eat them; snacks are each one's own."""
    refusing = {dish.slug: sum(dish.slug not in seat.allowed for seat in seats) for dish in dishes}
    return frozenset((slug, weights.companion * count) for slug, count in refusing.items() if count)


def usual_mains(seats: Sequence[Seat], dishes: Sequence[Dish], days: int, weights: Weights) -> tuple[Count, ...]:
    """Where most at the table eat meat and fish and somebody does not, the table still has some of it."""
    rows = tuple(row for row, dish in enumerate(dishes) if dish.is_main and has_meat(dish))
    eating = sum(any(dishes[row].slug in seat.allowed for row in rows) for seat in seats)
    floor = MEAT_PER_WEEK * days // 7
    if not floor or not len(seats) / 2 < eating < len(seats):
        return ()
    return (Count(name=("at least", f"{floor} meat or fish"), rows=rows, price=weights.usual_main, floor=float(floor)),)


def serve(
    seats: Sequence[Seat], shared: Task, request: PlanRequest, deadline: Deadline, progress: Progress
) -> list[Served]:
    """Each person's week, in the order of the seats, around dishes chosen for all. Raises: NoMeals, SolverFailed."""
    progress("choosing what all eat")
    chosen = _set_table(*choose_week(shared, request, deadline, progress))
    table = {place: set(dishes) for place, dishes in chosen.items()}
    served: dict[int, Served] = {}
    for number in in_turn(seats):
        seat = seats[number]
        progress(f"serving {seat.request.person.id}")
        task = at_table(seat, chosen, table, request)
        solution = solve(
            task,
            seed=request.seed,
            effort=1,
            solver=request.solver,
            time_limit_s=deadline.left,
            insist=False,
            prove=False,
        )
        bound = lower_bound(seat.task, solver=request.solver, in_time=deadline.in_time)
        served[number] = Served(
            seat=seat, space=task.space, solution=solution, bound=bound, apart=_apart(seat.task, task, solution)
        )
        for place, dishes in _set_table(task, solution).items():
            table[place] |= dishes
    return [served[number] for number in range(len(seats))]


def in_turn(seats: Sequence[Seat]) -> list[int]:
    """Whoever may eat the least chooses companions first: others find them on the table."""
    return sorted(range(len(seats)), key=lambda number: len(seats[number].allowed))


def _apart(alone: Task, task: Task, solution: Solution) -> float:
    """What the dishes of a week cost beyond what they cost whoever eats alone."""
    usual = {(day, one.slot): dict(one.dearer) for one in alone.occasions for day in one.days}
    return sum(
        dict(one.dearer).get(dish.slug, 0.0) - usual[day, one.slot].get(dish.slug, 0.0)
        for one in task.occasions
        for day in one.days
        for dish in _dishes(task.space, solution.items(day, one.slot))
    )


def _set_table(task: Task, solution: Solution) -> Table:
    return {
        (day, occasion.slot): {dish.slug for dish in _dishes(task.space, solution.items(day, occasion.slot))}
        for occasion in task.occasions
        for day in occasion.days
    }


def _dishes(space: Space, items: Ints) -> list[Dish]:
    return [space.servings.dishes[row] for row in space.item_dish[items].tolist()]


def at_table(seat: Seat, shared: Table, table: Table, request: PlanRequest) -> Task:
    """A person's week among the dishes on the table; mains of their own only where none there is for them.

    Args: shared: what was chosen for all; table: that, and what others before were given.
    """
    alone, dishes = seat.task, seat.task.space.servings.dishes
    together = {place: _is_held(*place, request) for place in table}
    offered = {
        place: _offered(shared[place], there, place[1], dishes, together[place]) for place, there in table.items()
    }
    served = all(offered[place] for place in offered if place[1] not in OWN)
    on_table = set().union(*table.values())

    def more(day: int, slot: Slot) -> Dearer:
        place, weights = (day, slot), request.weights
        price = weights.other_main if together[place] else weights.apart * OWN[slot]
        return _apart_points(offered[place], table[place], slot, dishes, price, weights)

    held = with_dishes(alone, lambda dish: not (served and dish.is_main) or dish.slug in on_table)
    return replace(held, occasions=with_dearer(held.occasions, more))


def _is_held(day: int, slot: Slot, request: PlanRequest) -> bool:
    """Whether all eat what was chosen for all: at lunch and dinner, and where a rule asks for one breakfast."""
    steady = request.rules.same_breakfast and (request.start + timedelta(days=day)).weekday() < SATURDAY
    return slot not in OWN or (slot == "breakfast" and steady)


def _offered(shared: Set[str], there: Set[str], slot: Slot, dishes: Sequence[Dish], together: bool) -> Set[str]:
    """What may carry a person's meal: what all eat, and only without it a companion that is on the table.

    Where not all eat ``together``, what somebody else was given is as good.
    """
    anchors = {dish.slug for dish in dishes if is_anchor(dish, slot)}
    return (together and anchors & shared) or anchors & there


def _apart_points(
    offered: Set[str], there: Set[str], slot: Slot, dishes: Sequence[Dish], price: float, weights: Weights
) -> Dearer:
    """What dishes cost that are not on the table: a ``price`` where others are offered to carry the meal."""
    points = {
        dish.slug: price
        for dish in dishes
        if is_anchor(dish, slot) and dish.slug not in offered and (offered or is_left_over(dish.slug))
    }
    points |= {
        dish.slug: side_apart(dish, weights)
        for dish in dishes
        if slot in dish.meals and not is_anchor(dish, slot) and dish.slug not in there
    }
    return frozenset(points.items())


def side_apart(dish: Dish, weights: Weights) -> float:
    """What a side for one person costs."""
    return weights.apart * (READY_SHARE if dish.active_minutes <= READY_MINUTES else 1.0)
