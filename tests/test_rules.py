"""Rules of the week are kept, counted alike by search and bound, and named where they cannot hold."""

from __future__ import annotations

from datetime import date

import numpy as np
import pulp
import pytest
from click.testing import CliRunner

from mealplan.cli import main
from mealplan.diets import find_diets, judge_dish
from mealplan.dishes import read_library
from mealplan.generation import lower_bound
from mealplan.model import build_master
from mealplan.obey import answers_to, contains, count_rules, judge_rules
from mealplan.occasions import build_occasions
from mealplan.open_model import BeyondTheModel, model_for
from mealplan.pipeline import explain
from mealplan.profile import build_profile
from mealplan.request import PlanRequest, Weights
from mealplan.rules import BrokenRules, Rules, build_rules
from mealplan.schedule import Search
from mealplan.score import Count
from mealplan.solve import solve
from mealplan.solvers import find_solver
from mealplan.task import build_task, with_goals_only
from tests.test_solve import DAYS, START, some_bounds
from tests.test_week import plan_week
from tests.weeks import small_kitchen
from tests.worlds import every_meal, random_space

LIBRARY = {dish.slug: dish for dish in read_library()}
MONDAY = date(2026, 1, 5)

RULES = {
    "at_most": {"red meat": 1, "egg": 2},
    "at_least": {"fish": 3},
    "on": {"friday": "curry"},
    "minutes": {"tue": 30},
    "meat_free": ["mon"],
    "no_cooking": ["sunday"],
    "dislikes": ["porridge"],
}


def a_ruled_task(seed):
    """A small random world in which a main is dear on Saturday, another wanted twice, a snack once."""
    random = np.random.default_rng(seed)
    space = random_space(random, mains=2, sides=2)
    dear = frozenset({("main0", 5.0)})
    occasions = build_occasions(
        START, DAYS, dearer=lambda day, slot: dear if (day.weekday(), slot) == (5, "dinner") else frozenset()
    )
    slugs = [dish.slug for dish in space.servings.dishes]
    counts = (
        Count(name=("at least", "2 main1"), rows=(slugs.index("main1"),), price=9.0, floor=2.0),
        Count(name=("at most", "1 main0"), rows=(slugs.index("main0"),), price=7.0, cap=1.0),
        Count(name=("at least", "1 toast"), rows=(slugs.index("toast"),), price=4.0, floor=1.0),
    )
    return build_task(space, occasions, some_bounds(space, random), counts)


def all_meals(task):
    return {
        occasion: task.space.build_columns(occasion, every_meal(task.space, occasion.slot).items)
        for occasion in task.occasions
    }


@pytest.mark.parametrize("seed", range(12))
def test_the_bound_is_the_linear_program_over_every_meal_with_rules(seed):
    task = a_ruled_task(seed)
    full = build_master(task, all_meals(task))
    full.problem.solve(find_solver("auto")[1])
    optimum = pulp.value(full.problem.objective)
    bound = lower_bound(task)
    assert bound <= optimum + 1e-6
    assert bound == pytest.approx(optimum, rel=0.0025, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_under_rules_beats_its_bound(seed):
    solution = solve(a_ruled_task(seed), seed=seed, effort=1, solver="cbc")
    assert solution.bound <= solution.objective + 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_the_search_counts_rules_as_the_objective_does(seed):
    task = a_ruled_task(seed)
    search = Search(task, all_meals(task))
    search.draw(np.random.default_rng(seed))
    for day in range(DAYS):
        for slot, rows in search.rows.items():
            old = int(rows[day])
            search._shift(day, slot, old, -1.0)
            points = search.candidates(day, slot)
            search._shift(day, slot, old, 1.0)
            before = search.objective()
            for new in range(0, len(points), 1 + len(points) // 12):
                search.place(search.rows | {slot: np.where(np.arange(DAYS) == day, new, rows)})
                assert search.objective() - before == pytest.approx(points[new] - points[old], abs=1e-9)
                search.place(search.rows | {slot: np.where(np.arange(DAYS) == day, old, search.rows[slot])})


def test_the_goals_alone_know_no_rules_of_a_day():
    """Else days that a rule sets apart would stand twice in a program under one name."""
    task = a_ruled_task(1)
    goals = with_goals_only(task, task.bounds, task.variety.over_cap)
    assert len(goals.occasions) < len(task.occasions)
    assert not any(occasion.dearer for occasion in goals.occasions)
    assert lower_bound(goals, solver="cbc") <= lower_bound(task, solver="cbc") + 1e-6


def test_days_held_to_the_same_are_one_occasion():
    """Monday to Sunday: dinner on weekdays but Friday, on Friday, and at the weekend."""
    dear = frozenset({("dal", 50.0)})
    found = build_occasions(MONDAY, 7, ("dinner",), lambda day, slot: dear if day.weekday() == 4 else frozenset())
    assert [occasion.days for occasion in found] == [(0, 1, 2, 3), (4,), (5, 6)]
    assert len({occasion.name for occasion in found}) == 3


@pytest.fixture(scope="module")
def week():
    return plan_week(rules=RULES)


def eaten(plan):
    return [(day, meal.slot, LIBRARY[dish.dish]) for day, meal, dish in plan.servings()]


def test_a_week_keeps_its_rules(week):
    served = eaten(week)
    assert sum(any(line.ingredient.food_group == "red meat" for line in d.lines) for _, _, d in served) <= 1
    assert sum(any(line.ingredient.food_group == "egg" for line in d.lines) for _, _, d in served) <= 2
    assert sum(d.protein == "fish" or "fish" in d.title.lower() for _, _, d in served) >= 3
    assert any("curry" in d.title.lower() for day, slot, d in served if day.day == 5 and slot == "dinner" and d.is_main)
    assert all(d.minutes <= 30 for day, _, d in served if day.day == 2)
    assert all(judge_dish(d, find_diets(["vegetarian"]))[0] < 2 for day, _, d in served if day.day == 1)
    assert all(d.active_minutes <= 15 for day, _, d in served if day.day == 7)
    assert not any("porridge" in d.title.lower() for _, _, d in served)
    assert all(rule.kept for rule in week.rules)
    assert len(week.rules) == 8


def test_a_broken_rule_is_seen_in_the_plan(week):
    """The plan's own week, held against rules that it was not made for."""
    fish = sum(contains(d, "fish") for _, _, d in eaten(week))
    (rule,) = judge_rules(Rules(at_most={"fish": fish - 1}), week.days, read_library(), Weights())
    assert not rule.kept
    assert "broken 1 time" in rule.why


def test_a_rule_that_nothing_answers_to_is_named_and_the_rest_is_kept():
    plan = plan_week(days=1, start=date(2026, 1, 9), rules={"on": {"friday": "haggis"}})
    assert [(rule.rule, rule.kept) for rule in plan.rules] == [("haggis on friday", False)]
    assert "no dish" in plan.rules[0].why
    assert plan.solve.objective < 50


@pytest.mark.parametrize("diet", ["omnivore", "vegetarian", "vegan"])
def test_friday_is_pizza_for_every_diet(diet):
    plan = plan_week(days=1, start=date(2026, 1, 9), diets=[diet], rules={"on": {"friday": "pizza"}})
    assert [(rule.rule, rule.kept) for rule in plan.rules] == [("pizza on friday", True)]
    (dinner,) = [meal for meal in plan.days[0].meals if meal.slot == "dinner"]
    assert any("pizza" in dish.title.lower() and LIBRARY[dish.dish].is_main for dish in dinner.dishes)


def test_what_a_rule_costs_is_the_rise_of_the_bound():
    plan = plan_week(days=1, start=date(2026, 1, 9), rules={"on": {"friday": "omelette"}, "at_most": {"liver": 1}})
    costs = explain(plan).rules
    assert set(costs) == {"omelette on friday", "at most 1 liver a week"}
    assert all(points >= 0 for points in costs.values())


def test_one_breakfast_on_all_weekdays():
    plan = plan_week(rules={"same_breakfast": True})
    weekdays = {
        d.slug for day, slot, d in eaten(plan) if slot == "breakfast" and d.course == "breakfast" and day.day < 6
    }
    assert len(weekdays) == 1
    assert plan.solve.bound <= plan.solve.objective


def test_one_breakfast_is_held_even_when_time_is_up():
    plan = plan_week(rules={"same_breakfast": True}, time_limit_s=1e-3)
    (rule,) = plan.rules
    assert rule.kept
    assert plan.solve.status == "time limit"


def test_only_the_meals_that_are_asked_for():
    plan = plan_week(days=1, rules={"meals": ["dinner", "lunch", "breakfast"], "times": {"dinner": "7:05"}})
    assert [meal.slot for meal in plan.days[0].meals] == ["breakfast", "lunch", "dinner"]
    assert plan.request["rules"]["times"] == {"dinner": "07:05"}


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"rules": {"leftovers": True}}, "leftovers"),
        ({"rules": {"freezer": 1}}, "leftovers"),
        ({"rules": {"same_breakfast": True}}, "the same breakfast on weekdays"),
        ({"household": [{"person": {"id": "Ben"}}]}, "several people"),
    ],
)
def test_what_is_planned_in_steps_is_not_laid_open_as_one_model(asked, what):
    with pytest.raises(BeyondTheModel, match=f"a week with {what} is planned in steps") as caught:
        model_for(PlanRequest.model_validate({"start": MONDAY} | asked))
    assert "generate" in caught.value.hint


def test_the_model_laid_open_holds_the_rules_that_add_up():
    """Of two days one is without meat, both within a budget and with an egg at the most."""
    rules = {"meat_free": ["mon"], "at_most": {"egg": 1}, "budget": 70}
    request = PlanRequest.model_validate({"start": MONDAY, "days": 2, "rules": rules})
    plan = model_for(request, small_kitchen(), meals_per_occasion=40).plan()
    assert [rule.kept for rule in plan.rules] == [True, True, True]


def test_words_mean_cuisines_proteins_food_groups_and_titles():
    dal = LIBRARY["red-lentil-dal-with-spinach"]
    assert answers_to(dal, "Indian")
    assert answers_to(dal, "lentils")
    assert answers_to(dal, "dal")
    assert not answers_to(dal, "da")
    assert not contains(dal, "red meat")


def test_weeks_share_a_count_by_their_length():
    """At least 2 in 7 days: 0 in 3 (6/7), 4 in 14. At most 2: still 2 in 3, 4 in 14."""
    dishes = list(read_library())
    for days, floor, cap in ((3, 0, 2), (7, 2, 2), (14, 4, 4)):
        most, least = count_rules(Rules(at_most={"fish": 2}, at_least={"fish": 2}), dishes, days, Weights())
        assert (most.cap, least.floor) == (cap, floor)


def test_every_wrong_rule_is_told_at_once():
    raw = {
        "at_most": {"fish": -1},
        "on": {"fryday": "curry"},
        "meals": ["brunch"],
        "calories": 3,
        "times": {"dinner": "25"},
    }
    with pytest.raises(BrokenRules) as caught:
        build_rules(raw, "p.toml, rules")
    for told in ("at_most", "fryday", "brunch", "`calories` is no rule", "18:30"):
        assert told in caught.value.message, told


def test_rules_of_the_profile_are_read_and_options_are_laid_over_them(tmp_path):
    profile = build_profile({"rules": {"at_most": {"red meat": 2}, "meat_free": ["weekend"]}}, "p.toml")
    assert profile.rules.meat_free == ("saturday", "sunday")
    (tmp_path / "p.toml").write_text('[rules]\nat_most = { "red meat" = 2 }\ncuisines = ["Italian"]\n')
    out = tmp_path / "plan.json"
    arguments = ["generate", "--profile", str(tmp_path / "p.toml"), "--days", "1", "--effort", "1", "-o", str(out)]
    CliRunner().invoke(main, [*arguments, "--at-most", "1 egg", "--on", "monday curry"])
    from mealplan.plan import read_plan

    rules = read_plan(out).request["rules"]
    assert rules["at_most"] == {"red meat": 2, "egg": 1}
    assert rules["cuisines"] == ["Italian"]
    assert rules["on"] == {"monday": "curry"}


def test_an_option_of_one_word_is_refused_with_the_way_to_write_it():
    result = CliRunner().invoke(main, ["generate", "--at-most", "fish"])
    assert result.exit_code == 2
    assert '"N WHAT"' in result.output
