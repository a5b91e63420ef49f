"""Dinners cooked for a later lunch: within the days they keep, bought once, counted as heated twice."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from foods.ingredients import read_catalogue
from foods.retention import factors, reheated
from foods.table import FoodTable
from mealplan.cli import main
from mealplan.cli.rules import read_rules
from mealplan.courses import PRODUCE
from mealplan.coverage import portion_intake
from mealplan.dishes import read_library
from mealplan.leftovers import FROZEN_PER_WEEK, PER_WEEK, choose_pots, left_over
from mealplan.plan import read_plan
from mealplan.render import words
from mealplan.render.ahead import build_ahead
from mealplan.render.html import render_html
from mealplan.render.pages import build_recipes, build_weeks
from mealplan.rules import BrokenRules, Rules, build_rules
from mealplan.verify import verify
from tests.test_week import plan_week
from tests.worlds import make_dish

TABLE, CATALOGUE = FoodTable.embedded(), read_catalogue()
DISHES = {dish.slug: dish for dish in read_library()}
MONDAY = date(2026, 1, 5)


@pytest.fixture(scope="module")
def week():
    return plan_week(rules={"leftovers": True})


@pytest.fixture(scope="module")
def usual():
    return plan_week()


def again(plan):
    return [(day, meal, dish) for day, meal, dish in plan.servings() if dish.cooked_days_before]


def test_three_dinners_or_more_serve_a_later_lunch(week):
    assert len(again(week)) >= 3
    assert {meal.slot for _, meal, _ in again(week)} == {"lunch"}


def test_nothing_is_eaten_beyond_the_days_it_keeps(week):
    for day, _, dish in again(week):
        assert 1 <= dish.cooked_days_before <= DISHES[dish.dish].keeps_days
        dinner = next(meal for meal in week.days[day.day - dish.cooked_days_before - 1].meals if meal.slot == "dinner")
        assert dish.dish in [cooked.dish for cooked in dinner.dishes]


def test_the_list_is_shorter(week, usual):
    assert len(week.shopping) < len(usual.shopping)


def test_the_list_holds_both_meals_in_one_line(week):
    _, _, dish = again(week)[0]
    for portion in dish.ingredients:
        named = [p for _, _, d in week.servings() for p in d.ingredients if p.ingredient == portion.ingredient]
        planned = sum(sum(p.grams.values()) for p in named)
        (line,) = [line for line in week.shopping if line.ingredient == portion.ingredient]
        assert line.edible_grams == pytest.approx(planned, abs=0.1)
        assert not any("left over" in title for title in line.dishes)


def test_vitamins_lost_on_heating_again_are_counted(week):
    """USDA's least share for anything reheated: 0.90 of vitamin C and of folate; minerals stay."""
    for _, _, dish in again(week):
        for portion in dish.ingredients:
            once = portion.model_copy(update={"retention": portion.retention.removesuffix("+reheated") or None})
            (who,) = portion.grams
            for key, share in (("vitamin_c_mg", 0.9), ("folate_ug_dfe", 0.9), ("iron_mg", 1.0)):
                twice = portion_intake(portion, who, TABLE, [key]).amount[key]
                assert twice == pytest.approx(share * portion_intake(once, who, TABLE, [key]).amount[key])


def test_heating_again_loses_more_than_cooking_once():
    for code in ("3005", None):
        assert factors(reheated(code))["vitamin_c_mg"] == pytest.approx(0.9 * factors(code)["vitamin_c_mg"])
        assert factors(reheated(code))["magnesium_mg"] == factors(code)["magnesium_mg"]


def test_a_week_with_leftovers_agrees_with_its_grams_and_its_bound(week):
    assert verify(week, TABLE, CATALOGUE) == []
    assert week.solve.bound <= week.solve.objective


def test_what_is_left_over_from_nothing_or_counted_as_fresh_is_found(week):
    day, meal, dish = again(week)[0]

    def changed(**fields):
        plates = tuple(dish.model_copy(update=fields) if one is dish else one for one in meal.dishes)
        meals = tuple(meal.model_copy(update={"dishes": plates}) if one is meal else one for one in day.meals)
        days = tuple(day.model_copy(update={"meals": meals}) if one is day else one for one in week.days)
        return verify(week.model_copy(update={"days": days}), TABLE, CATALOGUE)

    assert any("left over from a dinner that does not have it" in said for said in changed(cooked_days_before=5))
    fresh = tuple(portion.model_copy(update={"retention": None}) for portion in dish.ingredients)
    assert any("not counted as heated again" in said for said in changed(ingredients=fresh))


def test_the_pot_is_cooked_for_both_meals(week):
    for day, _, dish in again(week):
        cooked = day.day - dish.cooked_days_before
        dinners = [d for at, meal, d in week.servings() if at.day == cooked and meal.slot == "dinner"]
        (dinner,) = [planned for planned in dinners if planned.dish == dish.dish]
        (recipe,) = [recipe for recipe in build_recipes(week, DISHES) if recipe.slug == dish.dish]
        assert recipe.uses[0].servings == sum(dinner.servings.values()) + sum(dish.servings.values())
        first = dinner.ingredients[0]
        grams = sum(first.grams.values()) + sum(dish.ingredients[0].grams.values())
        assert recipe.lines[0].grams == pytest.approx(grams, rel=1e-3)


def test_the_page_marks_what_is_left_over_and_its_few_minutes(week):
    (page,) = build_weeks(week, DISHES, TABLE)
    for day, meal, dish in again(week):
        cell = page.columns[day.day - 1].cells[meal.slot]
        assert dish.title.endswith("(left over)")
        assert dish.title in [plate.title for plate in cell.plates]
    pots = [batch for batch in build_ahead(week, DISHES).batches if batch.in_recipe]
    assert not any("left over" in batch.title for batch in pots)
    long = [planned for _, _, planned in again(week) if DISHES[planned.dish].minutes >= 15]
    assert len(pots) == len(long)
    assert render_html(week, DISHES).count("cook 2 x; the recipe holds") == len(long)


def test_a_dish_eaten_again_takes_few_minutes():
    dal = DISHES["red-lentil-dal-with-spinach"]
    assert left_over(dal).minutes == 10
    assert left_over(dal).active_minutes == 5
    assert [line.grams for line in left_over(dal).lines] == [line.grams for line in dal.lines]


def test_no_rule_is_broken_for_a_pot():
    plan = plan_week(rules={"leftovers": True, "meat_free": ["tue", "thu"], "at_least": {"fish": 4, "chicken": 2}})
    assert again(plan)
    assert all(rule.kept for rule in plan.rules)
    assert plan.solve.objective < 50


def test_everyone_at_a_table_eats_of_the_pot():
    household = [
        {"person": {"id": "Ben", "sex": "male", "age": 37}},
        {"person": {"id": "Cleo", "sex": "female", "age": 15}, "diets": ["vegetarian"]},
    ]
    plan = plan_week(household=household, days=3, rules={"leftovers": True})
    assert again(plan)
    assert all(set(dish.servings) == {"Ben", "Cleo"} for _, _, dish in again(plan))
    assert plan.solve.bound <= plan.solve.objective


@pytest.fixture(scope="module")
def frozen_week():
    return plan_week(rules={"freezer": 1})


def test_what_freezes_is_eaten_later_than_the_fridge_keeps_it(frozen_week):
    thawed = [(day, meal, dish) for day, meal, dish in again(frozen_week) if dish.from_freezer]
    assert thawed
    for day, meal, dish in again(frozen_week):
        held = DISHES[dish.dish]
        assert meal.slot == "lunch"
        assert dish.from_freezer is (dish.cooked_days_before > held.keeps_days)
        assert dish.cooked_days_before <= (7 if dish.from_freezer else held.keeps_days)
        assert held.freezes or not dish.from_freezer
        dinner = next(m for m in frozen_week.days[day.day - dish.cooked_days_before - 1].meals if m.slot == "dinner")
        assert dish.dish in [cooked.dish for cooked in dinner.dishes]


def test_a_dish_out_of_the_freezer_is_heated_once_more_and_no_more(frozen_week):
    for _, _, dish in again(frozen_week):
        assert all(portion.retention.count("+reheated") == 1 for portion in dish.ingredients)
    assert verify(frozen_week, TABLE, CATALOGUE) == []
    assert frozen_week.solve.bound <= frozen_week.solve.objective


def test_the_evening_before_says_what_to_take_out_of_the_freezer(frozen_week):
    page = render_html(frozen_week, DISHES)
    (columns,) = [week.columns for week in build_weeks(frozen_week, DISHES, TABLE)]
    for day, _, dish in again(frozen_week):
        if dish.from_freezer:
            said = f"take {DISHES[dish.dish].title} out of the freezer"
            assert said in columns[day.day - 2].tonight
            assert words.sentence(said) in [step.text for step in build_ahead(frozen_week, DISHES).steps]
            assert dish.title == f"{DISHES[dish.dish].title} (from the freezer)"
            assert "and freeze them" in page


def test_what_no_dinner_was_cooked_for_cannot_come_out_of_the_freezer(frozen_week):
    day, meal, dish = next(held for held in again(frozen_week) if held[2].from_freezer)
    plates = tuple(one.model_copy(update={"cooked_days_before": None}) if one is dish else one for one in meal.dishes)
    meals = tuple(meal.model_copy(update={"dishes": plates}) if one is meal else one for one in day.meals)
    days = tuple(day.model_copy(update={"meals": meals}) if one is day else one for one in frozen_week.days)
    problems = verify(frozen_week.model_copy(update={"days": days}), TABLE, CATALOGUE)
    assert any("out of the freezer, and nothing says when it was cooked" in problem for problem in problems)


def test_a_dish_that_freezes_is_cooked_through():
    """No salad, no fruit beside: of what freezes less than a sixth is raw produce."""
    for dish in DISHES.values():
        raw = [line for line in dish.lines if line.cook == "raw" and line.ingredient.food_group in PRODUCE]
        if dish.is_main and dish.freezes:
            assert sum(line.grams for line in raw) < sum(line.grams for line in dish.lines) / 6, dish.slug


def test_the_freezer_is_a_rule_that_says_weeks():
    assert Rules(freezer=2).leftovers
    assert not Rules().leftovers
    with pytest.raises(BrokenRules, match="freezer"):
        build_rules({"freezer": 13}, "p.toml, rules")
    assert read_rules({"freezer": 2}, Rules(meat_free=("mon",))) == Rules(freezer=2, meat_free=("monday",))


@given(
    keeps=st.lists(st.integers(0, 4), min_size=1, max_size=14),
    same=st.lists(st.integers(0, 3), min_size=14, max_size=14),
)
def test_no_lunch_has_two_pots_and_no_pot_two_lunches(keeps, same):
    dinners = {day: make_dish(f"dish{same[day]}-{keep}", "main", keeps_days=keep) for day, keep in enumerate(keeps)}
    pots = choose_pots(dinners, len(keeps), lambda day: day % 7 < 5)
    assert len({pot.again for pot in pots}) == len({pot.dish for pot in pots}) == len(pots)
    assert len(pots) <= -(-PER_WEEK * len(keeps) // 7)
    assert all(0 < pot.again - pot.cooked <= dinners[pot.cooked].keeps_days for pot in pots)
    assert all(pot.again < len(keeps) and pot.dish == dinners[pot.cooked].slug for pot in pots)


def test_pots_that_all_can_eat_come_before_those_that_somebody_cannot():
    """Seven dinners, four lunches: the steak and the fish, which cost a companion, are not eaten twice."""
    menu = ["steak", "fish", "dal", "curry", "soup", "stew", "pie"]
    dinners = {day: make_dish(slug, "main") for day, slug in enumerate(menu)}
    pots = choose_pots(dinners, 7, lambda _: True, lambda pot: 4.0 * (pot.dish in ("steak", "fish")))
    assert [pot.dish for pot in pots] == ["dal", "curry", "soup", "stew"]


@given(
    keeps=st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=14),
    weeks=st.integers(0, 2),
)
def test_nothing_waits_longer_than_fridge_or_freezer_keep_it(keeps, weeks):
    dinners = {
        day: make_dish(f"dish{day}", "main", keeps_days=days, freezes=freezes)
        for day, (days, freezes) in enumerate(keeps)
    }
    pots = choose_pots(dinners, len(keeps), lambda day: day % 7 < 5, freezer_days=7 * weeks)
    assert len({pot.again for pot in pots}) == len({pot.dish for pot in pots}) == len(pots)
    late = [pot for pot in pots if pot.wait > dinners[pot.cooked].keeps_days]
    assert len(late) <= -(-FROZEN_PER_WEEK * len(keeps) // 7)
    assert all(dinners[pot.cooked].freezes and pot.wait <= 7 * weeks for pot in late)
    assert len(pots) - len(late) <= -(-PER_WEEK * len(keeps) // 7)


def test_the_option_is_the_rule(tmp_path):
    out = tmp_path / "plan.json"
    CliRunner().invoke(main, ["generate", "--leftovers", "--days", "3", "--effort", "1", "-o", str(out)])
    assert again(read_plan(out))
