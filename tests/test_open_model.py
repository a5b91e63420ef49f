"""The model laid open: what its names mean, what a rule does to it, and the plan that comes of it."""

from datetime import date

import pandas as pd
import pulp
import pytest

from foods import UnknownNutrient
from mealplan import (
    InvalidRequest,
    Kitchen,
    NoWeek,
    PlanRequest,
    Quantity,
    UnknownDish,
    UnknownModelFormat,
    UnknownPlace,
    model_for,
    plain_dish,
    verify_plan,
)
from mealplan.aims import targets_of
from mealplan.formulate import task_for
from mealplan.generation import lower_bound
from mealplan.obey import contains
from mealplan.render.words import how_good
from mealplan.solvers import find_solver

REQUEST = PlanRequest(start=date(2026, 1, 9), days=3, effort=1, diets=("vegetarian",))  # Friday to Sunday
SHORT = REQUEST.model_copy(update={"diets": ("omnivore",)})
FOODS = pd.DataFrame(
    {
        "energy_kcal": [379, 61, 116, 123, 89, 250, 131],
        "protein_g": [13, 3.2, 9, 2.7, 1.1, 9, 5],
        "iron_mg": [4.3, 0, 3.3, 0.6, 0.3, 2.0, 1.3],
    },
    index=["oats", "milk", "lentils", "rice", "banana", "bread", "pasta"],
)
PLATES = {
    "breakfast": {"Porridge": {"oats": 80, "milk": 300}, "Bread and milk": {"bread": 120, "milk": 250}},
    "snack": {"Banana": {"banana": 150}, "Toasted bread": {"bread": 60}, "Milk": {"milk": 250}},
    "main": {
        "Lentil soup": {"lentils": 450, "milk": 50},
        "Lentils and rice": {"lentils": 250, "rice": 250},
        "Pasta and milk": {"pasta": 400, "milk": 50},
        "Rice pudding": {"rice": 350, "milk": 200},
        "Bread soup": {"bread": 180, "milk": 200},
    },
}
FEW = Kitchen.of_foods(
    FOODS,
    [
        plain_dish(title, grams, course=course)
        for course, dishes in PLATES.items()
        for title, grams in dishes.items()
    ],
)  # fmt: skip
"""A kitchen so small that its models are solved to the end at once, whatever else the machine does."""

BREAD = {dish.slug for dish in Kitchen.embedded().dishes if "bread" in dish.title.lower()}


@pytest.fixture
def model():
    return model_for(REQUEST, meals_per_occasion=40)


@pytest.fixture(scope="module")
def untouched():
    return model_for(REQUEST, meals_per_occasion=40)


def solved(problem):
    problem.solve(find_solver("cbc")[1])
    assert problem.sol_status == pulp.LpSolutionOptimal
    return float(pulp.value(problem.objective))


def test_names_lead_to_meals_and_rules(model):
    assert [variable.name for variable in model.problem.variables() if variable.name in model.meals.index]
    assert model.meals.loc["dinner_weekend_0", "slot"] == "dinner"
    assert model.meals.loc["dinner_weekend_0", "days"] == (1, 2)
    assert model.rows.loc["fill_dinner_weekday"].tolist() == ["fill", "dinner_weekday"]
    assert {"iron_mg", "energy_kcal"} <= set(model.rows.query("rule == 'lower'")["about"])
    assert {row.name for row in model.problem.constraints()} == set(model.rows.index)


def test_its_linear_optimum_lies_above_the_bound_over_meals(model):
    # Fewer meals to choose from can only cost more; the likeliest are those that the bound rests on.
    bound = lower_bound(task_for(REQUEST, Kitchen.embedded(), targets_of(REQUEST)))
    assert bound - 1e-6 <= solved(model.problem) <= 1.1 * bound + 0.1


@pytest.mark.parametrize("suffix", [".lp", ".mps"])
def test_a_written_model_is_the_same_to_another_solver(model, tmp_path, suffix):
    path = tmp_path / f"week{suffix}"
    model.write(path)
    optimum = solved(model.problem)
    if suffix == ".mps":
        _, read = pulp.LpProblem.fromMPS(str(path))
        assert solved(read) == pytest.approx(optimum, rel=1e-6)
    else:
        highspy = pytest.importorskip("highspy")
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.readModel(str(path))
        highs.run()
        assert highs.getInfo().objective_function_value == pytest.approx(optimum, rel=1e-6)


def test_other_formats_are_refused(model, tmp_path):
    with pytest.raises(UnknownModelFormat, match="no model format"):
        model.write(tmp_path / "week.xls")


def test_terms_count_what_the_meals_hold(model):
    solved(model.problem)
    meals = model.meals.assign(times=[model.variable(name).varValue for name in model.meals.index])
    weekend = meals[(meals["slot"] == "lunch") & ~meals["weekday"]]
    held = sum(row["times"] * sum(row["dishes"].get(slug, 0) for slug in BREAD) for _, row in weekend.iterrows())
    assert pulp.value(model.servings(BREAD, slot="lunch", weekday=False)) == pytest.approx(held)
    assert pulp.value(model.total("iron_mg")) == pytest.approx((meals["times"] * meals["iron_mg"]).sum())


def test_a_term_of_something_unknown_is_refused(model):
    with pytest.raises(UnknownDish, match="no-such-dish"):
        model.servings({"no-such-dish"})
    with pytest.raises(UnknownNutrient, match="irn_mg"):
        model.total("irn_mg")


def test_a_rule_of_ones_own_is_kept_by_a_plan_that_verifies():
    model = model_for(REQUEST, about=BREAD, meals_per_occasion=40)
    model.problem += model.servings(BREAD) >= 3, "bread"
    plan = model.plan(solver="cbc", time_limit_s=10)
    assert sum(sum(dish.servings.values()) for _, _, dish in plan.servings() if dish.dish in BREAD) >= 3
    assert verify_plan(plan) == ()
    assert plan.solve.bound <= plan.solve.objective


def test_variables_and_costs_of_ones_own_are_kept():
    model = model_for(REQUEST, about=BREAD, meals_per_occasion=40)
    missed = model.problem.add_variable("bread_missed", lowBound=0)
    model.problem += model.times(BREAD) + missed >= 2, "bread"
    model.problem.setObjective(model.problem.objective + 500 * missed)
    plan = model.plan(time_limit_s=10)
    meals = [{dish.dish for dish in meal.dishes} for day in plan.days for meal in day.meals]
    assert sum(bool(BREAD & held) for held in meals) >= 2


def test_rules_that_no_week_keeps_are_said_so(model):
    model.problem += model.total("energy_kcal") <= 100, "hunger"
    with pytest.raises(NoWeek, match="no week of these meals"):
        model.plan(time_limit_s=10)


def test_a_quantity_is_a_column_of_the_model():
    quantity = Quantity(name="bread", per_serving=dict.fromkeys(BREAD, 1.0), upper=1)
    model = model_for(REQUEST.model_copy(update={"quantities": (quantity,)}), meals_per_occasion=20)
    assert "own:bread" in model.meals.columns
    assert "own:bread" in set(model.rows.query("rule == 'upper'")["about"])


def iron_of(plan, day):
    return next(row for row in plan.coverage if row.nutrient == "iron_mg").daily[day]


def holding(plan, slugs, day, slot=None):
    """How many meals of a day hold any of the dishes."""
    meals = [meal for meal in plan.days[day].meals if slot in (None, meal.slot)]
    return sum(any(dish.dish in slugs for dish in meal.dishes) for meal in meals)


def test_rules_about_one_day_are_kept_on_that_day():
    model = model_for(SHORT, FEW)
    soups = {"lentil-soup", "bread-soup"}
    model.problem += model.times("soup", slot="dinner", day="sun") >= 1, "soup_on_sunday"
    model.problem += model.times("soup", day="sat") <= 0, "none_on_saturday"
    model.problem += model.total("iron_mg", day=date(2026, 1, 10)) <= 20, "little_iron_on_saturday"
    plan = model.plan(solver="cbc")
    assert holding(plan, soups, 2, "dinner") == 1
    assert holding(plan, soups, 1) == 0
    assert iron_of(plan, 1) <= 20
    assert verify_plan(plan, FEW) == ()


@pytest.mark.parametrize(("day", "number"), [("sat", 1), ("sun", 2)])
def test_a_rule_binds_the_day_that_it_is_about_and_no_other(day, number):
    # The model without days could put all of it on the other day of the weekend.
    model = model_for(SHORT, FEW)
    model.problem += model.times("bread", day=day) >= 4, "bread_all_day"
    model.problem += model.times("bread", weekday=False) <= 4, "and_no_more"
    plan = model.plan()
    slugs = {dish.slug for dish in FEW.dishes if "bread" in dish.slug}
    assert [holding(plan, slugs, at) for at in (1, 2)] == [4 * (at == number) for at in (1, 2)]


def test_the_days_of_an_occasion_add_up_to_it(model):
    days = [model.times(BREAD, slot="lunch", day=day) for day in ("sat", "sun")]
    weekend = model.times(BREAD, slot="lunch", weekday=False)
    model.problem.setObjective(model.problem.objective - 3 * days[0] + days[1])
    solved(model.problem)
    assert sum(map(pulp.value, days)) == pytest.approx(pulp.value(weekend))
    meals = model.meals[(model.meals["slot"] == "lunch") & ~model.meals["weekday"]]
    on_saturday = sum(model.variable(name, day="sat").varValue for name in meals.index)
    assert on_saturday == pytest.approx(1)  # one lunch a day
    assert set(model.rows.query("rule == 'day'")["about"]) == {"lunch_weekend_day_2", "lunch_weekend_day_3"}


def test_a_term_of_a_day_costs_nothing_until_it_is_used(model):
    before = solved(model.problem)
    model.total("iron_mg", day="sat")
    assert solved(model.problem) == pytest.approx(before, rel=1e-6)


def test_a_day_that_is_an_occasion_of_its_own_needs_no_variables_of_its_own(model):
    count = len(model.problem.variables())
    model.total("iron_mg", day="fri")  # the only weekday of the three
    assert len(model.problem.variables()) == count
    assert model.variable("dinner_weekday_0", day="fri") is model.variable("dinner_weekday_0")
    with pytest.raises(KeyError):
        model.variable("dinner_weekday_0", day="sat")


def test_dishes_may_be_named_by_a_word_they_answer_to(model):
    fish = {dish.slug for dish in Kitchen.embedded().dishes if contains(dish, "fish")}
    assert dict(model.times("fish").items()) == dict(model.times(fish).items())
    slug = next(iter(model.meals["dishes"].iloc[0]))
    assert dict(model.servings(slug, day="fri").items()) == dict(model.servings({slug}, day="fri").items())


def test_objective_terms_about_a_day_are_minded_when_meals_are_settled():
    model = model_for(SHORT, FEW)
    model.problem.setObjective(model.problem.objective - 500 * model.times("bread", day="sun"))
    plan = model.plan()
    assert holding(plan, {dish.slug for dish in FEW.dishes if "bread" in dish.slug}, 2) == 4  # each is worth 500 points


def test_a_plan_under_rules_of_ones_own_says_that_its_bound_knows_nothing_of_them():
    bare = model_for(SHORT, FEW).plan()
    assert bare.solve.status == "near"
    ruled = model_for(SHORT, FEW)
    ruled.problem += ruled.times("bread") >= 8, "much_bread"
    plan = ruled.plan()
    assert plan.solve.status == "own rules"
    assert plan.solve.bound == bare.solve.bound  # of every week, so of those that keep the rule
    assert plan.solve.bound <= plan.solve.objective
    assert "what the rules added to its model cost is part of that" in how_good(plan.solve)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        (lambda model: model.servings("no such thing"), UnknownDish, "no dish answers to `no such thing`"),
        (lambda model: model.servings(""), UnknownDish, "no dish answers"),
        (lambda model: model.servings({"dal", 7}), UnknownDish, "dish `7`"),
        (lambda model: model.times("dal", day="thu"), UnknownPlace, "`thu` is no day of the plan"),
        (lambda model: model.times("dal", slot="supper"), UnknownPlace, "`supper` is no meal of the plan"),
        (lambda model: model.total("energy_kcal", day=9), UnknownPlace, "`9` is no day of the plan"),
        (lambda model: model.plan(solver="abacus"), InvalidRequest, "solver: is 'abacus': one of"),
        (lambda model: model.plan(time_limit_s=float("nan")), InvalidRequest, "time_limit_s: must be seconds"),
        (lambda model: model.plan(time_limit_s="5"), InvalidRequest, "time_limit_s: must be seconds"),
        (lambda _: model_for(REQUEST, about="no such thing"), UnknownDish, "no dish answers"),
        (lambda _: model_for(REQUEST, meals_per_occasion=0), InvalidRequest, "meals_per_occasion"),
    ],
)  # fmt: skip
def test_what_a_model_cannot_say_names_what_is_wrong(untouched, asked, error, said):
    with pytest.raises(error, match=said):
        asked(untouched)
