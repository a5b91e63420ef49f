"""A budget is a rule: what is eaten costs no more, a food without a price is named and never free."""

from __future__ import annotations

from collections import defaultdict

import pytest
from click.testing import CliRunner

from foods.ingredients import read_catalogue
from mealplan.cli import main
from mealplan.dishes import read_library
from mealplan.household import share_budget
from mealplan.pipeline import explain
from mealplan.plan import Plan, read_plan
from mealplan.preference import cost_usd
from mealplan.render.explanation import explain_lines
from mealplan.render.items import total
from mealplan.request import PlanRequest
from mealplan.rules import BrokenRules, Rules, build_rules
from mealplan.spending import serving_costs, spend
from mealplan.targets import targets_for
from tests.test_household import BEN, DAN
from tests.test_week import START, plan_week

CATALOGUE = read_catalogue()
LIBRARY = {dish.slug: dish for dish in read_library()}


def counted(plan: Plan) -> float:
    """US$ of a plan from its grams and the catalogue's prices; in each dish what has none costs like the rest."""
    usd = 0.0
    for _, _, dish in plan.servings():
        known, priced, weight = 0.0, 0.0, 0.0
        for portion in dish.ingredients:
            food = CATALOGUE[portion.ingredient]
            grams = sum(portion.grams.values()) / food.edible_share
            weight += grams
            if food.price_usd_per_100g is not None:
                priced += grams
                known += grams * food.price_usd_per_100g / 100
        if not priced:  # a dish of foods without prices alone
            known, priced = serving_costs(LIBRARY.values())[dish.dish] * sum(dish.servings.values()), weight
        usd += known * weight / priced
    return usd


@pytest.fixture(scope="module")
def frugal() -> Plan:
    return plan_week(rules={"budget": 45})


def test_a_week_stays_within_its_budget(frugal):
    """A free week of the same request eats for some US$ 70."""
    assert counted(frugal) <= 45.0
    (rule,) = frugal.rules
    assert (rule.rule, rule.kept) == ("at most US$ 45 a week", True)
    assert f"US$ {counted(frugal):.2f}" in rule.note
    assert frugal.solve.bound <= frugal.solve.objective
    assert frugal.shortfalls == ()


def test_foods_without_a_price_are_named_and_never_free(frugal):
    grams: dict[str, float] = defaultdict(float)
    for _, _, dish in frugal.servings():
        for portion in dish.ingredients:
            if CATALOGUE[portion.ingredient].price_usd_per_100g is None:
                grams[portion.ingredient] += sum(portion.grams.values())
    heaviest = max(grams, key=lambda name: grams[name] / CATALOGUE[name].edible_share)
    note = frugal.rules[0].note
    assert f"by weight: {heaviest}; " in note
    assert f"and {len(grams) - 8} more" in note
    assert note in total(frugal)


def test_a_dish_of_foods_without_prices_costs_like_others():
    """Rice alone has no price; 260 g dry for four at the mean of all dishes by weight."""
    rice = LIBRARY["brown-rice"]
    assert cost_usd(rice) == 0
    costs = serving_costs(LIBRARY.values())
    assert costs["brown-rice"] > 0
    dal = LIBRARY["red-lentil-dal-with-spinach"]
    assert costs[dal.slug] == cost_usd(dal)
    spent = spend([(rice, 2.0), (dal, 1.0)], LIBRARY.values())
    assert spent.usd == pytest.approx(2 * costs["brown-rice"] + costs[dal.slug])
    assert "brown rice" in spent.unpriced
    assert 2 * costs["brown-rice"] < spent.estimated < spent.usd


def test_a_budget_that_cannot_hold_is_named_with_the_least_that_is_proven():
    plan = plan_week(days=2, rules={"budget": 10})
    (rule,) = plan.rules
    assert not rule.kept
    spent, most = counted(plan), 10 * 2 / 7
    assert f"US$ {spent:.2f}, US$ {spent - most:.2f} too much" in rule.why
    least = float(rule.why.rpartition("US$ ")[2])
    assert most < least <= spent * 7 / 2
    assert any("Rule not kept, at most US$ 10 a week" in line for line in explain_lines(plan, [], {}))


def test_what_a_budget_costs_is_the_rise_of_the_bound():
    plan = plan_week(days=1, rules={"budget": 35})
    found = explain(plan)
    assert found.rules["at most US$ 35 a week"] > 0
    assert any("the week's budget" in line for line in explain_lines(plan, found.prices, found.rich, found.rules))


def test_a_table_shares_its_budget_by_energy():
    """Dan needs about half of Ben's energy; what both may spend is the budget, to the cent."""
    request = PlanRequest(start=START, rules=Rules(budget=90))
    asked = [request.model_copy(update={"person": person}) for person in (BEN, DAN)]
    targets = [targets_for(person) for person in (BEN, DAN)]
    ben, dan = (one.rules.budget for one in share_budget(asked, targets))
    kcal = [next((t.lower + t.upper) / 2 for t in held if t.nutrient == "energy_kcal") for held in targets]
    assert ben + dan == pytest.approx(90)
    assert ben / dan == pytest.approx(kcal[0] / kcal[1])
    plan = plan_week(days=2, rules={"budget": 90}, household=[{"person": BEN}, {"person": DAN}])
    assert counted(plan) <= 90 * 2 / 7
    assert all(rule.kept for rule in plan.rules)


def test_a_budget_is_an_option_and_a_line_of_the_profile(tmp_path):
    (tmp_path / "p.toml").write_text("[rules]\nbudget = 80\n")
    out = tmp_path / "plan.json"
    arguments = ["generate", "--profile", str(tmp_path / "p.toml"), "--days", "1", "--effort", "1", "-o", str(out)]
    CliRunner().invoke(main, arguments)
    assert [rule.rule for rule in read_plan(out).rules] == ["at most US$ 80 a week"]
    CliRunner().invoke(main, [*arguments, "--budget", "60.5"])
    assert [rule.rule for rule in read_plan(out).rules] == ["at most US$ 60.5 a week"]
    result = CliRunner().invoke(main, [*arguments, "--budget", "0"])
    assert result.exit_code == 2
    assert "budget" in result.output
    with pytest.raises(BrokenRules, match="budget"):
        build_rules({"budget": "cheap"}, "p.toml, rules")
