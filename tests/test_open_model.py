"""The model laid open: what its names mean, what a rule does to it, and the plan that comes of it."""

from datetime import date

import pulp
import pytest

from foods import UnknownNutrient
from mealplan import Kitchen, PlanRequest, Quantity, generate, model_for, verify_plan
from mealplan.library import UnknownDish
from mealplan.open_model import NoWeek, UnknownModelFormat
from mealplan.solvers import find_solver

REQUEST = PlanRequest(start=date(2026, 1, 9), days=3, effort=1, diets=("vegetarian",))  # Friday to Sunday
BREAD = {dish.slug for dish in Kitchen.embedded().dishes if "bread" in dish.title.lower()}


@pytest.fixture
def model():
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


def test_its_linear_optimum_lies_above_the_bound_of_the_request(model):
    # Fewer meals to choose from can only cost more; the likeliest are those that the bound rests on.
    bound = generate(REQUEST).solve.bound
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
