"""Several people at one table: shared dishes, own servings, nobody served what they do not eat."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from foods.ingredients import read_catalogue
from foods.table import FoodTable
from mealplan.cli import main
from mealplan.coverage import is_over, portion_intake
from mealplan.diets import Verdict, find_diets, judge_dish
from mealplan.dishes import read_library
from mealplan.formulate import task_for
from mealplan.generation import lower_bound
from mealplan.household import Seat, combine_targets, companion_points, energy_of, usual_mains
from mealplan.kitchen import Kitchen
from mealplan.obey import has_meat
from mealplan.people import Person
from mealplan.pipeline import explain, generate
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
    """The family's week, with no rule of its own."""
    return plan_household(FAMILY)


def mains_by_meal(plan):
    """The mains of each lunch and dinner, with who eats them."""
    return [
        [(DISHES[d.dish], {who for who, n in d.servings.items() if n}) for d in meal.dishes if DISHES[d.dish].is_main]
        for day in plan.days
        for meal in day.meals
        if meal.slot in ("lunch", "dinner")
    ]


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


def test_nobody_is_over_a_limit(week):
    assert [(row.person, row.nutrient) for row in week.coverage if is_over(row)] == []


def test_one_main_is_cooked_for_most_meals(week):
    cooked = [len(mains) for mains in mains_by_meal(week)]
    assert all(1 <= count <= 2 for count in cooked)
    assert sum(count == 1 for count in cooked) > len(cooked) / 2


def test_where_three_of_four_eat_meat_and_fish_the_table_has_some(week):
    """And whoever may eat it does: it is not cooked for the child alone."""
    held = [(dish, who) for mains in mains_by_meal(week) for dish, who in mains if has_meat(dish)]
    assert len(held) >= 3
    for dish, who in held:
        may = {
            diner.person.id
            for diner in FAMILY
            if judge_dish(dish, find_diets(PlanRequest(start=START).of(diner).diets))[0] is not Verdict.REFUSED
        }
        assert who == may
        assert len(who) >= 2


def test_nobody_may_miss_what_a_table_of_their_own_would_leave_out():
    """A table of vegetarians expects no meat, and one where all eat it needs nobody to ask for it."""
    dishes, kitchen = read_library(), Kitchen.embedded()
    request = PlanRequest(start=START)

    def usual(*diets):
        diners = [Diner(person=BEN.model_copy(update={"id": str(n)}), diets=(d,)) for n, d in enumerate(diets)]
        asked = [request.of(diner) for diner in diners]
        held = [targets_for(one.person) for one in asked]
        seats = [Seat(request=o, targets=t, task=task_for(o, kitchen, t)) for o, t in zip(asked, held, strict=True)]
        return usual_mains(seats, dishes, 7, Weights())

    (count,) = usual("omnivore", "pescatarian", "vegetarian")
    assert count.floor == 4
    assert all(has_meat(dishes[row]) and dishes[row].is_main for row in count.rows)
    assert usual("omnivore", "omnivore") == usual("omnivore", "vegetarian") == usual("vegan", "vegetarian") == ()


def test_whoever_needs_more_finds_it_beside_what_all_eat(week):
    """Ana needs 27 mg of iron and Ben 8: the table holds the mean of all, hers comes at breakfast and as a snack."""

    def density(person, slots):
        table, total = FoodTable.embedded(), {"iron_mg": 0.0, "energy_kcal": 0.0}
        for _, meal, dish in week.servings():
            for portion in dish.ingredients if meal.slot in slots else ():
                for key, value in portion_intake(portion, person, table, list(total)).amount.items():
                    total[key] += value
        return 1000 * total["iron_mg"] / total["energy_kcal"]

    own, shared = ("breakfast", "snack"), ("lunch", "dinner")
    assert density("Ana", own) > density("Ben", own)
    assert density("Ana", shared) == pytest.approx(density("Ben", shared), rel=0.1)


def test_nobody_is_served_what_they_do_not_eat(week):
    vegetarian, pregnancy = find_diets(["vegetarian"]), find_diets(["pregnancy"])
    assert all(judge_dish(dish, vegetarian)[0] is not Verdict.REFUSED for _, _, dish in eaten_by(week, "Cleo"))
    assert all(judge_dish(dish, pregnancy)[0] is not Verdict.REFUSED for _, _, dish in eaten_by(week, "Ana"))
    for child in ("Cleo", "Dan"):
        assert not any("alcohol" in line.ingredient.contains for _, _, d in eaten_by(week, child) for line in d.lines)


def test_a_dish_one_may_not_eat_has_a_companion_main(week):
    """Fish is for those who eat it, and Cleo's diet asks for another main beside it."""
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


def test_one_breakfast_on_weekdays_is_that_of_all():
    plan = plan_household((Diner(person=ANA), Diner(person=BEN)), days=3, rules={"same_breakfast": True})
    eaten = {
        (who, d.slug)
        for who in ("Ana", "Ben")
        for _, slot, d in eaten_by(plan, who)
        if slot == "breakfast" and d.course == "breakfast"
    }
    assert len({slug for _, slug in eaten}) == 1
    assert len(eaten) == 2
    assert [rule.kept for rule in plan.rules] == [True]


def test_the_same_household_gives_the_same_plan():
    household = (Diner(person=BEN), Diner(person=DAN, diets=("nut-free",)))
    first, second = (plan_household(household, days=1) for _ in range(2))
    assert first.days == second.days


def test_a_table_whose_time_is_up_still_gets_a_plan_that_verifies():
    plan = plan_household(FAMILY[1:3], days=1, time_limit_s=1e-3)
    assert verify(plan, FoodTable.embedded(), CATALOGUE) == []
    assert all(meal.dishes for day in plan.days for meal in day.meals)
    assert plan.solve.status == "household, time limit"
    assert words.how_good(plan.solve).endswith("of their own, proven; the search was cut short by the time limit")


def test_what_binds_a_household_is_told():
    plan = plan_household((Diner(person=BEN), Diner(person=DAN)), days=1, rules={"at_most": {"egg": 0}})
    assert "at most 0 egg a week" in explain(plan).rules


def test_the_shared_week_asks_for_what_all_need_together():
    """Ana: 27 mg iron a day, Dan: 10 mg. One person of their mean energy needs (27 + 10) / 2 = 18.5 mg."""
    kitchen = Kitchen.embedded()
    request = PlanRequest(start=START)
    seats = [
        Seat(request=one, targets=tuple(held), task=task_for(one, kitchen, held))
        for one in (request.of(Diner(person=ANA)), request.of(Diner(person=DAN)))
        for held in (targets_for(one.person),)
    ]
    combined = {target.nutrient: target for target in combine_targets(seats)}
    assert combined["iron_mg"].lower == pytest.approx(18.5)
    # Dan's limit of iron is 40 mg for his energy, Ana's 45 mg for more of it: hers binds first.
    energy = [energy_of(seat.targets) for seat in seats]
    limits = [next(t.upper for t in seat.targets if t.nutrient == "iron_mg") for seat in seats]
    least = min(limit / kcal for limit, kcal in zip(limits, energy, strict=True))
    assert combined["iron_mg"].upper == pytest.approx(least * sum(energy) / 2)
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
