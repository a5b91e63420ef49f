"""Rules of the week for the model: which dishes they make dearer where, what they count, and which a plan keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import floor

import numpy as np

from foods.search import singular
from mealplan.courses import BESIDE, is_anchor, star_foods
from mealplan.diets import Verdict, find_diets, judge_dish
from mealplan.dishes import Dish, Slot
from mealplan.leftovers import slug_left_over
from mealplan.occasions import SATURDAY, Dearer
from mealplan.plan import Day, PlannedDish, PlanRule
from mealplan.request import Weights
from mealplan.rules import NO_COOKING_MINUTES, Rules, weekday_of
from mealplan.score import Count, Variety
from mealplan.spending import Spent, spend

FAVOURITES_PER_WEEK = 3
NAMED = 8
"""Foods without a known price that a budget names; the rest are counted."""


def answers_to(dish: Dish, what: str) -> bool:
    """Whether a dish is what a rule speaks of: its cuisine, its protein, a food it is made of, words of its title."""
    wanted = _words(what)
    told = [dish.slug.replace("-", " "), dish.title]
    named = {dish.cuisine, dish.protein, *star_foods(dish)}
    return any(_words(name) == wanted for name in named if name) or any(_holds(_words(text), wanted) for text in told)


def contains(dish: Dish, what: str) -> bool:
    """Whether a dish answers to the word or holds any food of that group, however little."""
    wanted = _words(what)
    token = what.strip().casefold().replace(" ", "_")
    return answers_to(dish, what) or any(
        _words(line.ingredient.food_group) == wanted or token in line.ingredient.contains for line in dish.lines
    )


def dearer_dishes(rules: Rules, dishes: Sequence[Dish], weights: Weights) -> Callable[[date, Slot], Dearer]:
    """What the rules make dearer at each date and slot, among the dishes that the diet leaves.

    A rule that would leave a slot without a dish is not held there: every meal would break it alike.
    """
    preferred = _outside_cuisines(rules, dishes) if rules.cuisines else []

    def at(day: date, slot: Slot) -> Dearer:
        points: dict[str, float] = {dish.slug: weights.other_cuisine for dish in preferred}
        for breaks in _breaking(rules, day, slot):
            broken = [dish for dish in dishes if slot in dish.meals and breaks(dish)]
            if any(is_anchor(dish, slot) and not breaks(dish) for dish in dishes):
                for dish in broken:
                    points[dish.slug] = points.get(dish.slug, 0.0) + weights.broken_rule
        return frozenset(points.items())

    return at


def _outside_cuisines(rules: Rules, dishes: Sequence[Dish]) -> list[Dish]:
    wanted = [_words(cuisine) for cuisine in rules.cuisines]
    return [dish for dish in dishes if dish.is_main and _words(dish.cuisine) not in wanted]


def _breaking(rules: Rules, day: date, slot: Slot) -> list[Callable[[Dish], bool]]:
    """For each rule that is about this place, whether a dish breaks it."""
    name = weekday_of(day)
    found: list[Callable[[Dish], bool]] = []
    if name in rules.minutes:
        most = rules.minutes[name]
        found.append(lambda dish: dish.minutes > most)
    if name in rules.no_cooking:
        found.append(lambda dish: dish.active_minutes > NO_COOKING_MINUTES)
    if name in rules.meat_free:
        found.append(has_meat)
    if slot == "dinner" and name in rules.on:
        wanted = rules.on[name]
        found.append(lambda dish: dish.is_main and not answers_to(dish, wanted))
    return found


def has_meat(dish: Dish) -> bool:
    """Whether meat, poultry, fish or what is made of them goes into a dish."""
    return judge_dish(dish, find_diets(["vegetarian"]))[0] is Verdict.REFUSED


def is_disliked(dish: Dish, rules: Rules) -> bool:
    """Whether a dish is left out altogether."""
    return any(answers_to(dish, word) for word in rules.dislikes)


def count_rules(
    rules: Rules, dishes: Sequence[Dish], days: int, weights: Weights, snacks: bool = True
) -> tuple[Count, ...]:
    """The rules that count over the whole plan; in a plan shorter than a week a limit stays, a minimum shrinks.

    Args: snacks: whether a snack serves a minimum.
    """
    counts = [
        Count(
            name=("at most", f"{times} {what}"),
            rows=_rows(dishes, what, contains),
            price=weights.broken_rule,
            cap=float(_limit(times, days)),
        )
        for what, times in rules.at_most.items()
    ]
    counts += [
        Count(
            name=("at least", f"{times} {what}"),
            rows=tuple(row for row in _rows(dishes, what, carries) if snacks or dishes[row].course != "snack"),
            price=weights.broken_rule,
            floor=float(_minimum(times, days)),
        )
        for what, times in rules.at_least.items()
    ]
    liked = tuple(row for row, dish in enumerate(dishes) if any(answers_to(dish, word) for word in rules.favourites))
    if liked:
        wanted = min(_minimum(FAVOURITES_PER_WEEK, days), len(liked))
        counts.append(Count(name=("favourites", "dishes"), rows=liked, price=weights.favourite, floor=float(wanted)))
    # A minimum that no dish can serve would be missed by every week alike.
    return tuple(count for count in counts if count.rows)


def carries(dish: Dish, what: str) -> bool:
    """Whether a dish that carries a meal answers to the word: one a meal, so that a meal counts once."""
    return dish.course not in BESIDE and answers_to(dish, what)


def _rows(dishes: Sequence[Dish], what: str, fits: Callable[[Dish, str], bool]) -> tuple[int, ...]:
    return tuple(row for row, dish in enumerate(dishes) if fits(dish, what))


def _limit(times: int, days: int) -> int:
    return times if days <= 7 else floor(times * days / 7)


def _minimum(times: int, days: int) -> int:
    return floor(times * days / 7)


def with_steady_breakfast(variety: Variety, dishes: Sequence[Dish], days: int) -> Variety:
    """Variety in which the same breakfast every day is asked for, and costs nothing."""
    breakfast = np.array([dish.course == "breakfast" for dish in dishes], dtype=bool)
    return replace(
        variety,
        cap=np.where(breakfast, days, variety.cap),
        again=np.where(breakfast, 0.0, variety.again),
        adjacent=np.where(breakfast, 0.0, variety.adjacent),
    )


def judge_rules(
    rules: Rules,
    days: Sequence[Day],
    dishes: Iterable[Dish],
    weights: Weights,
    least_usd: Callable[[], float] | None = None,
) -> tuple[PlanRule, ...]:
    """Which rules a plan keeps, from what stands in it.

    Args: dishes: those that the diet and the dislikes leave; least_usd: proves what seven days cost at the least, asked
    where a budget is not kept.
    """
    known = {dish.slug: dish for dish in dishes}
    days = [_of_known(day, known) for day in days]
    return tuple(
        _judge(said, one, days, known, weights)
        if one.budget is None
        else _judge_budget(said, one.budget, days, known, least_usd)
        for said, one, _ in rules.each()
    )


def _of_known(day: Day, dishes: Mapping[str, Dish]) -> Day:
    """The day without dishes that nothing is known of, as of a plan made from another library."""
    meals = (
        meal.model_copy(update={"dishes": tuple(dish for dish in meal.dishes if slug_planned(dish) in dishes)})
        for meal in day.meals
    )
    return day.model_copy(update={"meals": tuple(meals)})


def _judge(said: str, rule: Rules, days: Sequence[Day], dishes: Mapping[str, Dish], weights: Weights) -> PlanRule:
    eaten = [(day, meal.slot, _dish(dish, dishes)) for day in days for meal in day.meals for dish in meal.dishes]
    plates = _plates(days, dishes)
    broken, possible = 0, True
    for what, times in rule.at_most.items():
        most = max((sum(contains(dish, what) for dish in eaten_by) for eaten_by in plates), default=0)
        broken = max(0, most - _limit(times, len(days)))
    for what, times in rule.at_least.items():
        most = max((sum(carries(dish, what) for dish in eaten_by) for eaten_by in plates), default=0)
        broken = max(0, _minimum(times, len(days)) - most)
        possible = any(carries(dish, what) for dish in dishes.values())
    for what in rule.favourites:
        possible = any(answers_to(dish, what) for dish in dishes.values())
        broken = not possible
    for day in days:
        for slot in {meal.slot for meal in day.meals}:
            for breaks in _breaking(rule, day.date, slot):
                broken += sum(breaks(dish) for on, at, dish in eaten if on is day and at == slot)
                possible &= any(is_anchor(dish, slot) and not breaks(dish) for dish in dishes.values())
    if rule.same_breakfast:
        mornings = [day for day in days if day.date.weekday() < SATURDAY]
        served = [
            {dish.slug for dish in eaten_by if dish.course == "breakfast"} for eaten_by in _plates(mornings, dishes)
        ]
        broken = max(0, max(map(len, served), default=0) - 1)
    return PlanRule(rule=said, kept=not broken, why=_why(possible, int(broken), weights) if broken else "")


def _judge_budget(
    said: str, budget: float, days: Sequence[Day], dishes: Mapping[str, Dish], least_usd: Callable[[], float] | None
) -> PlanRule:
    served = [
        (_dish(dish, dishes), sum(dish.servings.values())) for day in days for m in day.meals for dish in m.dishes
    ]
    spent = spend(served, dishes.values())
    usd, most = spent.usd, budget * len(days) / 7
    kept, why = round(usd, 2) <= round(most, 2), ""
    if not kept:
        why = f"what is eaten costs US$ {usd:.2f}, US$ {usd - most:.2f} too much"
        if least_usd is not None:
            # A plan that had to repeat dishes beyond their caps may cost less than any that keeps them.
            why += f"; no week of enough energy costs less than US$ {min(least_usd(), usd * 7 / len(days)):.2f}"
    return PlanRule(rule=said, kept=kept, why=why, note=_told(spent))


def _told(spent: Spent) -> str:
    """What a budget counted, in a sentence."""
    told = f"What is eaten costs about US$ {spent.usd:.2f}, of whole packages the part used"
    if not spent.unpriced:
        return f"{told}."
    named = "; ".join(spent.unpriced[:NAMED])  # names hold commas of their own
    more = len(spent.unpriced) - NAMED
    rest = f"; and {more} more" if more > 0 else ""
    return (
        f"{told}. US$ {spent.estimated:.2f} of it is an estimate for foods without a known price, each counted like "
        f"the rest of its dish by weight: {named}{rest}."
    )


def _plates(days: Sequence[Day], dishes: Mapping[str, Dish]) -> list[list[Dish]]:
    """The dishes that each person eats. A limit holds for everyone, a minimum for whoever eats most of it."""
    served = [dish for day in days for meal in day.meals for dish in meal.dishes]
    people = dict.fromkeys(person for dish in served for person in dish.servings)
    return [[_dish(dish, dishes) for dish in served if dish.servings.get(person)] for person in people]


def _dish(planned: PlannedDish, dishes: Mapping[str, Dish]) -> Dish:
    """The dish as it is planned, cooked or eaten again."""
    return dishes[slug_planned(planned)]


def slug_planned(planned: PlannedDish) -> str:
    """The slug that a planned dish has in the model, cooked or eaten again."""
    return slug_left_over(planned.dish) if planned.cooked_days_before else planned.dish


def _why(possible: bool, broken: int, weights: Weights) -> str:
    if not possible:
        return "no dish that is left answers to it everywhere; `mealplan dishes` adds your own"
    points = weights.broken_rule * broken
    return f"broken {broken} time{'s' * (broken > 1)}, for {points:g} points: no week was found that keeps it for less"


def _words(text: str) -> list[str]:
    return [singular(word) for word in text.casefold().replace(",", " ").replace("/", " ").replace("-", " ").split()]


def _holds(words: list[str], wanted: list[str]) -> bool:
    return any(words[start : start + len(wanted)] == wanted for start in range(len(words)))
