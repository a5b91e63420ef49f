"""Rules in any combination: each is kept as far as other code counts, or named as broken with what that costs."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foods.ingredients import read_catalogue
from mealplan.dishes import read_library
from mealplan.pipeline import generate
from mealplan.plan import Plan
from mealplan.request import PlanRequest
from mealplan.rules import WEEKDAYS
from tests.test_budget import counted
from tests.weeks import NOW, START, small_kitchen

CATALOGUE, LIBRARY = read_catalogue(), {dish.slug: dish for dish in read_library()}
DAYS = 5
FLESH = {"meat", "poultry", "fish", "crustacean", "mollusc", "gelatin", "animal_rennet"}

days = st.sampled_from(WEEKDAYS[:DAYS])
rule_sets = st.fixed_dictionaries(
    {},
    optional={
        "at_most": st.dictionaries(
            st.sampled_from(["egg", "red meat", "fish", "dairy"]), st.integers(0, 3), max_size=2
        ),
        "at_least": st.dictionaries(st.sampled_from(["Indian", "Italian", "Mexican"]), st.integers(1, 5), max_size=2),
        "on": st.dictionaries(days, st.sampled_from(["Indian", "Greek", "haggis"]), max_size=2),
        "minutes": st.dictionaries(days, st.sampled_from([10, 25, 45]), max_size=2),
        "meat_free": st.lists(days, max_size=2, unique=True),
        "no_cooking": st.lists(days, max_size=1),
        "same_breakfast": st.booleans(),
        "budget": st.sampled_from([20.0, 45.0, 90.0]),
    },
)


def eaten(plan, weekday=None, slot=None):
    """Dishes as planned, of a weekday and slot or of all."""
    return [
        dish
        for day, meal, dish in plan.servings()
        if weekday in (None, WEEKDAYS[day.date.weekday()]) and slot in (None, meal.slot)
    ]


def carrying(plan, weekday=None, slot=None):
    return [dish for dish in eaten(plan, weekday, slot) if LIBRARY[dish.dish].course not in ("side", "drink")]


COUNTS = {
    r"at most US\$ (\S+) a week": lambda plan, usd: counted(plan) > float(usd) * DAYS / 7 + 0.005,
    r"at most (\d+) minutes a dish on (\w+)": lambda plan, minutes, day: sum(
        LIBRARY[dish.dish].minutes > int(minutes) for dish in eaten(plan, day)
    ),
    r"at most (\d+) (.+) a week": lambda plan, most, what: max(
        0, sum(holds(dish, what) for dish in eaten(plan)) - int(most)
    ),
    r"at least (\d+) (.+) a week": lambda plan, least, what: max(
        0, int(least) * DAYS // 7 - sum(is_called(dish, what) for dish in carrying(plan))
    ),
    r"no meat or fish on (\w+)": lambda plan, day: sum(map(has_flesh, eaten(plan, day))),
    r"no cooking on (\w+)": lambda plan, day: sum(LIBRARY[d.dish].active_minutes > 15 for d in eaten(plan, day)),
    r"the same breakfast on weekdays": lambda plan: len({d.dish for d in carrying(plan, slot="breakfast")}) - 1,
    r"(.+) on (\w+)": lambda plan, what, day: sum(not is_called(d, what) for d in carrying(plan, day, "dinner")),
}
"""How often a rule in words is broken, from the plan's dishes and grams alone; the first that fits counts."""


def times_broken(plan: Plan, said: str) -> float:
    found = ((count, match) for pattern, count in COUNTS.items() if (match := re.fullmatch(pattern, said)))
    count, match = next(found)
    return count(plan, *match.groups())


def holds(dish, group):
    foods = [CATALOGUE[portion.ingredient] for portion in dish.ingredients]
    return is_called(dish, group) or any(food.food_group == group or group in food.contains for food in foods)


def is_called(dish, what):
    held = LIBRARY[dish.dish]
    return what in (held.cuisine, held.protein) or what.lower() in re.findall(r"\w+", dish.title.lower())


def has_flesh(dish):
    return any(FLESH & set(CATALOGUE[portion.ingredient].contains) for portion in dish.ingredients)


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(rules=rule_sets)
def test_each_rule_is_kept_or_named_with_what_it_costs(rules):
    request = PlanRequest.model_validate({"start": START, "days": DAYS, "effort": 1, "rules": rules})
    plan = generate(request, now=NOW, kitchen=small_kitchen())
    assert len(plan.rules) == len(list(request.rules.each()))
    for rule in plan.rules:
        broken = times_broken(plan, rule.rule)
        assert rule.kept is (broken == 0), (rule, broken)
        if not rule.kept:
            told = re.search(r"for (\d+) points|US\$ [\d.]+ too much|no dish that is left", rule.why)
            assert told, rule.why
            assert told[1] is None or int(told[1]) == 50 * broken
    assert plan.solve.bound <= plan.solve.objective + 1e-3
