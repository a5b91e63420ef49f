"""The default vegetarian week is one to cook, and meets what it says it meets."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from foods.ingredients import read_catalogue
from foods.table import FoodTable
from mealplan.dishes import SLOTS, read_library
from mealplan.kitchen import Kitchen
from mealplan.pipeline import explain, generate
from mealplan.plan import Plan
from mealplan.render.explanation import explain_lines
from mealplan.request import PlanRequest
from mealplan.verify import verify

START = date(2026, 1, 5)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CATALOGUE = read_catalogue()
DISHES = {dish.slug: dish for dish in read_library()}
EVERY_DAY = ("iron_mg", "magnesium_mg", "folate_ug_dfe", "vitamin_b12_ug", "vitamin_c_mg")
BULKY = {"vegetable", "leafy green", "fruit", "citrus", "dairy", "drink", "fortified"}


def plan_week(**fields: object) -> Plan:
    return generate(PlanRequest.model_validate({"start": START, "effort": 1} | fields), now=NOW)


@pytest.fixture(scope="module")
def week() -> Plan:
    return plan_week(diets=("vegetarian",))


def covered(plan, nutrient):
    return next(row for row in plan.coverage if row.nutrient == nutrient)


def days_met(plan, nutrient):
    row = covered(plan, nutrient)
    return sum(value >= 0.995 * row.target for value in row.daily)


@pytest.mark.parametrize("nutrient", EVERY_DAY)
def test_the_headline_nutrients_are_met_on_six_days_or_more(week, nutrient):
    assert days_met(week, nutrient) >= 6


def test_vitamin_d_is_met_over_the_week_or_its_limit_is_stated(week):
    row = covered(week, "vitamin_d_ug")
    stated = [s.best_pct for s in week.shortfalls if s.nutrient == "vitamin_d_ug"]
    assert row.mean >= 0.995 * row.target or stated[0] is not None


def test_energy_lies_within_five_percent_every_day_and_two_over_the_week(week):
    row = covered(week, "energy_kcal")
    assert all(1900 - 10 <= kcal <= 2100 + 10 for kcal in row.daily)
    assert 1960 - 10 <= row.mean <= 2040 + 10


def test_sodium_stays_below_the_limit_on_six_days_or_more(week):
    assert sum(value < 2300 for value in covered(week, "sodium_mg").daily) >= 6


def test_a_vegetarian_week_holds_no_flesh_gelatin_or_animal_rennet(week):
    refused = {"meat", "poultry", "fish", "crustacean", "mollusc", "gelatin", "animal_rennet"}
    for _, _, dish in week.servings():
        for portion in dish.ingredients:
            ingredient = CATALOGUE[portion.ingredient]
            assert not refused & (ingredient.contains | ingredient.unverified), ingredient.name


def test_every_meal_of_every_day_is_there(week):
    assert [[meal.slot for meal in day.meals] for day in week.days] == [list(SLOTS)] * 7


def test_no_main_comes_twice_and_no_dish_on_two_days_in_a_row(week):
    mains = Counter(d.dish for _, _, d in week.servings() if DISHES[d.dish].is_main)
    assert max(mains.values()) == 1
    days = [{dish.dish for meal in day.meals for dish in meal.dishes} for day in week.days]
    assert not [today & tomorrow for today, tomorrow in pairwise(days) if today & tomorrow]


def test_servings_are_halves_or_quarters_between_a_half_and_two(week):
    amounts = {n for _, _, dish in week.servings() for n in dish.servings.values()}
    assert all(0.5 <= n <= 2 and (4 * n).is_integer() for n in amounts)


def test_plant_iron_comes_with_vitamin_c(week):
    heavy = [meal for meal in week.iron if meal.nonheme_mg >= 3]
    assert heavy
    assert all(meal.vitamin_c_mg >= 25 for meal in heavy)


def test_nobody_eats_half_a_kilo_of_one_food_a_day(week):
    for day in week.days:
        eaten: Counter[str] = Counter()
        for meal in day.meals:
            for dish in meal.dishes:
                for portion in dish.ingredients:
                    eaten[portion.ingredient] += portion.grams["person 1"]
        heavy = {name for name, grams in eaten.items() if grams > 500}
        assert {CATALOGUE[name].food_group for name in heavy} <= BULKY


def test_sides_go_with_their_main(week):
    for day in week.days:
        for meal in day.meals:
            main, *sides = [DISHES[dish.dish] for dish in meal.dishes]
            if main.is_main:
                assert all(side.kind in main.sides for side in sides)


def test_the_plan_agrees_with_its_foods_and_says_who_it_is_for(week):
    assert verify(week, FoodTable.embedded(), CATALOGUE) == []
    assert week.people[0].assumed
    assert week.solve.bound <= week.solve.objective + 1e-6
    assert 0 <= week.solve.gap < 0.25


def test_the_same_request_gives_the_same_week(week):
    again = plan_week(diets=("vegetarian",))
    drop = {"solve": {"seconds"}}
    assert again.model_dump(exclude=drop) == week.model_dump(exclude=drop)


def test_an_omnivore_week_stands_as_well(week):
    plan = plan_week(diets=("omnivore",))
    assert all(days_met(plan, nutrient) >= 6 for nutrient in EVERY_DAY)
    mains = [d.dish for _, _, d in plan.servings() if DISHES[d.dish].is_main]
    assert len(set(mains)) == len(mains) == 14


@pytest.mark.parametrize(
    "diet", ["omnivore", "vegetarian", "vegan", "pescatarian", "gluten-free", "dairy-free", "nut-free"]
)
def test_two_weeks_repeat_no_lunch_or_dinner(diet):
    plan = plan_week(diets=(diet,), days=14)
    mains = [d.dish for _, _, d in plan.servings() if DISHES[d.dish].is_main]
    assert len(set(mains)) == len(mains) == 28


def test_what_cannot_be_met_is_planned_as_near_as_can_be_and_said():
    plan = plan_week(diets=("vegan",), person={"kcal": 900}, days=3)
    assert plan.shortfalls
    assert all(s.best_pct is not None and s.best_pct >= min(s.planned_pct, 100) for s in plan.shortfalls)
    energy = covered(plan, "energy_kcal")
    assert max(energy.daily) < 1.1 * energy.upper  # no target is bought with more food
    assert verify(plan, FoodTable.embedded(), CATALOGUE) == []


def test_an_explanation_prices_what_binds_and_names_what_would_bring_what_is_missed():
    plan = plan_week(diets=("vegan",), person={"kcal": 900}, days=2)
    found = explain(plan)
    assert set(found.rich) == {s.nutrient for s in plan.shortfalls} - {"absorbed_iron_mg"}
    dear = {price.about for price in found.prices if price.rule == "lower"}
    assert {s.nutrient for s in plan.shortfalls if s.best_pct < 99} <= dear
    told = "\n".join(explain_lines(plan, found.prices, found.rich))
    assert "per 100 kcal" in told
    assert "could not be met" in told


def test_a_request_may_bring_its_own_kitchen():
    few = Kitchen(
        table=FoodTable.embedded(),
        catalogue=CATALOGUE,
        dishes=tuple(DISHES[slug] for slug in list(DISHES)[::4]),
    )
    plan = generate(PlanRequest(start=START, effort=1, days=2), now=NOW, kitchen=few)
    assert {dish.dish for _, _, dish in plan.servings()} <= {dish.slug for dish in few.dishes}
