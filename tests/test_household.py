"""Several people at one table: shared dishes, own servings, nobody served what they do not eat."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from foods.ingredients import read_catalogue
from foods.table import FoodTable
from mealplan.cli import main
from mealplan.diets import Verdict, find_diets, judge_dish
from mealplan.dishes import read_library
from mealplan.generation import lower_bound
from mealplan.household import Seat, combine_targets, companion_points
from mealplan.people import Person
from mealplan.pipeline import Kitchen, explain, generate, task_for
from mealplan.plan import Plan, read_plan
from mealplan.profile import BrokenProfile, build_profile
from mealplan.render import words
from mealplan.render.markdown import render_markdown
from mealplan.render.plain import servings
from mealplan.request import Diner, PlanRequest, Weights
from mealplan.targets import targets_for
from mealplan.verify import verify

CATALOGUE = read_catalogue()
DISHES = {dish.slug: dish for dish in read_library()}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
START = date(2026, 1, 5)

ANA = Person(id="Ana", sex="female", age=34, weight_kg=68, height_cm=167, pregnant=2)
BEN = Person(id="Ben", sex="male", age=37, weight_kg=78, height_cm=180)
CLEO = Person(id="Cleo", sex="female", age=15, weight_kg=55, height_cm=163)
DAN = Person(id="Dan", sex="male", age=6, weight_kg=21, height_cm=116)
FAMILY = (Diner(person=ANA), Diner(person=BEN), Diner(person=CLEO, diets=("vegetarian",)), Diner(person=DAN))
PROFILE = """
[[people]]
id = "Ana"
sex = "female"
age = 34

[[people]]
id = "Ben"
sex = "male"
age = 37
avoid = ["mushroom"]
"""


def plan_household(household, **fields: object) -> Plan:
    request = PlanRequest.model_validate({"start": START, "effort": 1, "household": household} | fields)
    return generate(request, now=NOW)


@pytest.fixture(scope="module")
def week() -> Plan:
    """The family, with fish for those who eat it."""
    return plan_household(FAMILY, rules={"at_least": {"fish": 3}})


def eaten_by(plan, person):
    return [(d, m.slot, DISHES[dish.dish]) for d, m, dish in plan.servings() if dish.servings[person] > 0]


@pytest.mark.parametrize("person", ["Ana", "Ben", "Cleo", "Dan"])
@pytest.mark.parametrize("nutrient", ["iron_mg", "magnesium_mg", "folate_ug_dfe", "vitamin_b12_ug"])
def test_everyone_has_95_percent_of_the_headline_nutrients_on_six_days(week, person, nutrient):
    (row,) = [row for row in week.coverage if (row.person, row.nutrient) == (person, nutrient)]
    assert row.target == next(t.lower for t in targets_for(next(p for p in (ANA, BEN, CLEO, DAN) if p.id == person))
                              if t.nutrient == nutrient)  # fmt: skip
    assert sum(value >= 0.95 * row.target for value in row.daily) >= 6


@pytest.mark.parametrize("person", ["Ana", "Ben", "Cleo", "Dan"])
def test_everyone_has_their_own_energy(week, person):
    (row,) = [row for row in week.coverage if (row.person, row.nutrient) == (person, "energy_kcal")]
    (target,) = [t for p in week.people if p.id == person for t in p.targets if t.nutrient == "energy_kcal"]
    assert all(0.99 * target.lower <= kcal <= 1.01 * target.upper for kcal in row.daily)


def test_one_main_is_cooked_for_most_meals(week):
    mains = [
        sum(DISHES[dish.dish].is_main for dish in meal.dishes)
        for day in week.days
        for meal in day.meals
        if meal.slot in ("lunch", "dinner")
    ]
    assert all(count >= 1 for count in mains)
    assert sum(count == 1 for count in mains) > len(mains) / 2


def test_nobody_is_served_what_they_do_not_eat(week):
    vegetarian, pregnancy = find_diets(["vegetarian"]), find_diets(["pregnancy"])
    assert all(judge_dish(dish, vegetarian)[0] is not Verdict.REFUSED for _, _, dish in eaten_by(week, "Cleo"))
    assert all(judge_dish(dish, pregnancy)[0] is not Verdict.REFUSED for _, _, dish in eaten_by(week, "Ana"))
    for child in ("Cleo", "Dan"):
        assert not any("alcohol" in line.ingredient.contains for _, _, d in eaten_by(week, child) for line in d.lines)


def test_a_dish_one_may_not_eat_has_a_companion_main(week):
    """The rule asks for fish mains, and Cleo's diet for other ones beside them."""
    apart = [
        (day.day, meal.slot)
        for day in week.days
        for meal in day.meals
        if any(DISHES[d.dish].is_main and not d.servings["Cleo"] for d in meal.dishes)
    ]
    assert apart
    for number, slot in apart:
        (main,) = [d for day, at, d in eaten_by(week, "Cleo") if day.day == number and at == slot and d.is_main]
        assert judge_dish(main, find_diets(["vegetarian"]))[0] is not Verdict.REFUSED


def test_every_meal_of_everyone_is_there(week):
    for person in ("Ana", "Ben", "Cleo", "Dan"):
        assert {(day.day, slot) for day, slot, _ in eaten_by(week, person)} == {
            (day.day, meal.slot) for day in week.days for meal in day.meals
        }


def test_a_household_plan_agrees_with_its_grams(week):
    assert verify(week, FoodTable.embedded(), CATALOGUE) == []


def test_a_serving_against_one_persons_diet_is_found(week):
    """Cleo is declared vegan: what she is served of milk and eggs is named, and nobody else's."""
    people = tuple(p.model_copy(update={"diets": ("vegan",)}) if p.id == "Cleo" else p for p in week.people)
    problems = verify(week.model_copy(update={"people": people}), FoodTable.embedded(), CATALOGUE)
    assert problems
    assert all(problem.startswith("Cleo: ") for problem in problems)


def test_the_list_buys_for_all(week):
    portions = [p for _, _, dish in week.servings() for p in dish.ingredients if p.ingredient == "onion"]
    planned = sum(sum(portion.grams.values()) for portion in portions)
    (line,) = [line for line in week.shopping if line.ingredient == "onion"]
    assert line.edible_grams == pytest.approx(planned, abs=0.1)


def test_the_bound_is_that_of_each_person_alone():
    """Whatever is shared, nobody's week can cost less than their best week alone: bounds add up."""
    household = (Diner(person=BEN), Diner(person=DAN))
    plan = plan_household(household, days=2)
    request = PlanRequest(start=START, days=2, effort=1, household=household)
    alone = [request.of(diner) for diner in household]
    kitchen = Kitchen.embedded()
    bounds = [lower_bound(task_for(one, kitchen, targets_for(one.person))) for one in alone]
    assert plan.solve.bound == pytest.approx(sum(bounds), abs=1e-3)
    assert plan.solve.objective >= plan.solve.bound


def test_the_same_household_gives_the_same_plan():
    household = (Diner(person=BEN), Diner(person=DAN, diets=("nut-free",)))
    first, second = (plan_household(household, days=1) for _ in range(2))
    assert first.days == second.days


def test_what_binds_a_household_is_told():
    plan = plan_household((Diner(person=BEN), Diner(person=DAN)), days=1, rules={"at_most": {"egg": 0}})
    assert "at most 0 egg a week" in explain(plan).rules


def test_the_shared_week_asks_for_what_whoever_needs_most_needs():
    """Ana: 27 mg iron in her energy; Dan: 10 mg in his. The densest asks, for the mean of both energies."""
    kitchen = Kitchen.embedded()
    request = PlanRequest(start=START)
    seats = [
        Seat(request=one, targets=tuple(held), task=task_for(one, kitchen, held))
        for one in (request.of(Diner(person=ANA)), request.of(Diner(person=DAN)))
        for held in (targets_for(one.person),)
    ]
    energy = [next(t for t in seat.targets if t.nutrient == "energy_kcal") for seat in seats]
    middles = [(t.lower + t.upper) / 2 for t in energy]
    iron = next(t for t in combine_targets(seats) if t.nutrient == "iron_mg")
    density = max(27 / middles[0], 10 / middles[1])
    assert iron.lower == pytest.approx(density * sum(middles) / 2)
    refused = dict(companion_points(seats, read_library(), Weights()))
    livers = [slug for slug, dish in DISHES.items() if dish.protein == "liver"]
    assert livers
    assert all(refused[slug] >= Weights().companion for slug in livers)


def test_nobody_under_age_is_served_alcohol():
    request = PlanRequest(start=START, diets=("omnivore",))
    assert "alcohol-free" in request.of(Diner(person=DAN)).diets
    assert "alcohol-free" not in request.of(Diner(person=BEN)).diets


def test_a_profile_of_several_people_is_planned_as_a_household(tmp_path):
    (tmp_path / "p.toml").write_text(PROFILE)
    out = tmp_path / "plan.json"
    arguments = ["generate", "--profile", str(tmp_path / "p.toml"), "--days", "1", "--effort", "1", "-o", str(out)]
    CliRunner().invoke(main, arguments)
    plan = read_plan(out)
    assert [(person.id, person.avoid) for person in plan.people] == [("Ana", ()), ("Ben", ("mushroom",))]
    assert not any("mushroom" in p.ingredient for _, _, d in plan.servings() for p in d.ingredients if p.grams["Ben"])
    result = CliRunner().invoke(main, ["show", str(out)])
    assert "Ana: " in result.output
    report = CliRunner().invoke(main, ["coverage", str(out), "--person", "Ben"])
    assert report.exit_code == 0, report.output


def test_one_person_is_no_household(tmp_path):
    out = tmp_path / "plan.json"
    (tmp_path / "p.toml").write_text('[[people]]\nsex = "male"\nage = 40\n')
    for profile in ([], ["--profile", str(tmp_path / "p.toml")]):
        CliRunner().invoke(main, ["generate", *profile, "--days", "1", "--effort", "1", "-o", str(out)])
        plan = read_plan(out)
        assert plan.request["household"] == []
        assert plan.solve.status in ("optimal", "near")


def test_a_persons_own_diets_are_read_and_checked():
    raw = {"people": [{"id": "Ana", "sex": "female", "age": 38, "diets": ["vegan"]}]}
    assert build_profile(raw, "p.toml").household[0].diets == ("vegan",)
    with pytest.raises(BrokenProfile, match=r"people\[0\].*carnivore"):
        build_profile({"people": [{"id": "Ana", "diets": ["carnivore"]}]}, "p.toml")


def test_whoever_is_not_served_is_not_named():
    assert words.times({"Ana": 1.0, "Ben": 0.0}) == ("Ana 1 x",)
    assert words.times({"Ana": 1.0, "Ben": 1.0}) == ()
    assert servings({"Ana": 1.5, "Ben": 0.0, "Cleo": 1.0}) == "2 1/2 servings: Ana 1 1/2, Cleo 1"


def test_the_page_says_who_follows_what(week):
    text = render_markdown(week, DISHES)
    assert "vegetarian" in text
    assert "Eats everything" not in text


def test_two_people_of_one_name_are_no_household():
    with pytest.raises(ValueError, match="one id"):
        PlanRequest(start=START, household=(Diner(person=BEN), Diner(person=BEN)))


def test_only_whoever_is_pregnant_follows_what_is_left_out_then():
    request = PlanRequest(start=START, household=FAMILY, person=ANA)
    assert request.diets == ("omnivore",)
    assert [("pregnancy" in request.of(diner).diets) for diner in FAMILY] == [True, False, False, False]
