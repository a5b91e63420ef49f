"""The coverage report: unknown is not zero, limits count what they are limits on, and iron is told meal by meal."""

from __future__ import annotations

import json
from math import inf, isnan
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from foods.ceilings import ENOUGH_MEASURED, Ceilings, ceilings
from foods.ingredients import read_catalogue
from foods.nutrients import NUTRIENTS
from foods.table import FoodTable
from mealplan.assess import Eater, assess_diary, assess_plan
from mealplan.cli import main
from mealplan.coverage import day_intake, food_intake
from mealplan.diets import Verdict, find_diets, judge_ingredient
from mealplan.dishes import read_library
from mealplan.eaten import EatenDay, EatenFood, EatenMeal, eaten_in_plan
from mealplan.gaps import Kitchen, rank_foods, usual_servings
from mealplan.people import Person, build_person
from mealplan.render import report_words
from mealplan.render.report_html import render_report
from mealplan.report import Read, Report, report_schema
from mealplan.tally import build_report
from tests.plans import TABLE as HAND_TABLE
from tests.plans import build_catalogue, build_plan

ROOT = Path(__file__).parents[1]
TABLE = FoodTable.embedded()
READ = Read(kind="diary", name="diary.txt", form="lines", days=1, lines=1, certain=1, unknown=0)
KEYS = ("iron_mg", "magnesium_mg", "vitamin_c_mg", "folate_ug_dfe", "choline_mg")


def food(food_id: str, grams: float | None, **more: object) -> EatenFood:
    return EatenFood(name=food_id, food_id=food_id, grams=grams, **more)  # type: ignore[arg-type] # fields by name


def day(*foods: EatenFood, meal: str = "lunch", name: str = "2026-01-05") -> EatenDay:
    return EatenDay(name=name, meals=(EatenMeal(name=meal, foods=foods),))


def report_on(*days: EatenDay, **fields: object) -> Report:
    person = build_person({"sex": "female", "age": 38, "kcal": 2000} | fields)
    return build_report(days, person, READ, TABLE, ceilings(TABLE))


def row(report: Report, nutrient: str):  # type: ignore[no-untyped-def] # a row of targets
    return next(one for one in report.nutrients if one.nutrient == nutrient)


def limit(report: Report, nutrient: str):  # type: ignore[no-untyped-def] # a row of limits
    return next(one for one in report.limits if one.nutrient == nutrient)


# -- the interval

_VALUES = TABLE.values  # noqa: PD011 # the table's own, and no data frame's
_RICH = _VALUES.index[_VALUES[list(KEYS)].notna().all(axis=1)].tolist()


def tables(eaten: list[tuple[str, float]], masked: set[tuple[int, str]]) -> tuple[FoodTable, FoodTable]:
    """The foods eaten with all their values, and with some hidden."""
    ids = list(dict.fromkeys(food_id for food_id, _ in eaten))
    values = _VALUES.loc[ids].copy()
    for place, key in masked:
        if place < len(ids):
            values.loc[ids[place], key] = np.nan
    foods = TABLE.foods.loc[ids]
    return FoodTable(foods, _VALUES.loc[ids]), FoodTable(foods, values)


@settings(max_examples=40, deadline=None)
@given(
    eaten=st.lists(st.tuples(st.sampled_from(_RICH), st.floats(0, 500)), min_size=1, max_size=8),
    masked=st.sets(st.tuples(st.integers(0, 7), st.sampled_from(KEYS))),
)
def test_the_interval_holds_the_truth_whatever_is_masked(
    eaten: list[tuple[str, float]], masked: set[tuple[int, str]]
) -> None:
    _, known = tables(eaten, masked)
    foods = day(*(food(food_id, grams) for food_id, grams in eaten))
    truth = day_intake(foods, TABLE, KEYS).amount
    found = day_intake(foods, known, KEYS, ceilings(TABLE))
    for key in KEYS:
        assert found.amount[key] <= truth[key] + 1e-9
        assert found.most[key] >= truth[key] - 1e-9


@settings(max_examples=40, deadline=None)
@given(
    eaten=st.lists(st.tuples(st.sampled_from(_RICH), st.floats(0, 500)), min_size=1, max_size=6),
    masked=st.sets(st.tuples(st.integers(0, 5), st.sampled_from(KEYS)), min_size=1),
)
def test_missing_values_never_raise_coverage(eaten: list[tuple[str, float]], masked: set[tuple[int, str]]) -> None:
    full, known = tables(eaten, masked)
    foods = day(*(food(food_id, grams) for food_id, grams in eaten))
    whole, less = (build_report([foods], Person(), READ, one, ceilings(TABLE)) for one in (full, known))
    means = {one.nutrient: one.mean for one in whole.nutrients}
    assert all(one.mean <= means[one.nutrient] + 1e-9 for one in less.nutrients)
    assert sum(one.days_met for one in less.nutrients) <= sum(one.days_met for one in whole.nutrients)


def test_a_ceiling_is_the_richest_of_its_kind_and_nothing_where_too_few_are_measured() -> None:
    foods = pd.DataFrame(
        {"description": list("abcdefghijkl"), "category": ["x"] * 11 + ["y"]}, index=list("abcdefghijkl")
    )
    values = pd.DataFrame({"iron_mg": [float(n) for n in range(11)] + [5.0]}, index=foods.index)
    found = Ceilings(FoodTable(foods, values))
    assert ENOUGH_MEASURED == 10
    assert found.per_100g("a", "iron_mg") == 10
    assert found.per_100g("l", "iron_mg") == inf
    assert found.per_100g("a", "zinc_mg") == inf


def test_food_of_unknown_kind_or_weight_leaves_the_most_open() -> None:
    report = report_on(day(food("168462", 100), EatenFood(name="stew"), food("173944", None)))
    iron = row(report, "iron_mg")
    assert iron.mean_most is None
    assert iron.mean == pytest.approx(TABLE.per_100g("168462", "iron_mg"))
    assert (iron.foods, iron.foods_measured) == (3, 1)
    assert iron.unmeasured == pytest.approx(2 / 3, abs=1e-4)  # of 300 g, each unknown weight standing as 100 g
    assert iron.status == "unknown"


def test_it_says_how_many_foods_report_a_nutrient() -> None:
    unmeasured = next(i for i in TABLE.foods.index if isnan(TABLE.per_100g(i, "magnesium_mg")))
    report = report_on(day(food("168462", 77.215), food(unmeasured, 50)))
    said = report_words.at_least(row(report, "magnesium_mg"))
    assert said == "at least 61 mg: 1 of 2 foods report magnesium"  # 77.215 g x 79 mg / 100 g


# -- targets and days


def test_worst_come_first_with_mean_worst_day_and_days_met() -> None:
    days = [day(food("168462", grams), name=f"2026-01-0{place}") for place, grams in ((5, 100), (6, 500), (7, 400))]
    report = report_on(*days)
    shares = [one.mean / one.target for one in report.nutrients if one.status == "missed"]
    assert shares == sorted(shares)
    folate = row(report, "folate_ug_dfe")  # 194 ug in 100 g of spinach, 400 asked
    assert folate.daily == pytest.approx((194, 970, 776))
    assert (folate.worst_day, folate.days_met, folate.status) == ("2026-01-05", 2, "missed")
    assert folate.authority == "RDA, IOM 1998"
    assert folate.sources[0].share == 1


# -- limits and supplements


def test_a_supplement_counts_where_the_limit_counts_it_and_towards_no_target() -> None:
    pills = [
        {"nutrient": "magnesium", "amount": 400, "unit": "mg", "form": "oxide"},
        {"nutrient": "iron", "amount": 40, "unit": "mg"},
        {"nutrient": "vitamin D", "amount": 1000, "unit": "IU"},
        {"nutrient": "folic acid", "amount": 1.1, "unit": "mg"},
        {"nutrient": "vitamin A", "amount": 10000, "unit": "IU", "form": "beta-carotene"},
    ]
    eaten = day(food("168462", 100), food("171287", 100))
    with_pills, without = report_on(eaten, supplements=pills), report_on(eaten)
    assert row(with_pills, "iron_mg").mean == row(without, "iron_mg").mean
    assert row(with_pills, "iron_mg").supplements == 40
    magnesium = limit(with_pills, "magnesium_mg")
    assert (magnesium.food, magnesium.supplements, magnesium.status) == (0, 400, "passed")  # 350, of supplements alone
    assert all(one.nutrient != "magnesium_mg" for one in without.limits)
    iron = limit(with_pills, "iron_mg")
    assert iron.food + iron.supplements == pytest.approx(row(without, "iron_mg").mean + 40)
    assert limit(with_pills, "vitamin_d_ug").supplements == pytest.approx(25)  # 1000 IU x 0.025
    assert limit(with_pills, "folic_acid_ug").supplements == pytest.approx(1100)
    assert limit(with_pills, "folic_acid_ug").status == "passed"
    assert limit(with_pills, "retinol_ug").supplements == 0  # beta-carotene is no retinol


# -- iron


def test_iron_is_split_and_absorbed_meal_by_meal_within_its_band() -> None:
    beef = food(
        "beef", 100, heme_fraction=0.4, meat_share=1.0, stated={"iron_mg": (2.0, 2.0), "vitamin_c_mg": (0.0, 0.0)}
    )
    beans = food(
        "beans",
        200,
        stated={"iron_mg": (4.0, 4.0), "vitamin_c_mg": (2.0, 2.0), "calcium_mg": (350.0, 350.0)},
        phytate=(300.0, 300.0),
    )
    tea = food("tea", 240, steeped="tea", stated={"iron_mg": (0.0, 0.0)})
    report = report_on(
        EatenDay(
            name="1", meals=(EatenMeal(name="lunch", foods=(beans, tea)), EatenMeal(name="dinner", foods=(beef, beans)))
        )
    )
    lunch, dinner = report.iron
    assert (lunch.heme_mg, lunch.nonheme_mg) == (0, 4)
    # 4 mg at EF 2: 5 % + 26.804 % x ln 1.02 = 5.531 %
    assert lunch.absorbed_mg == pytest.approx(4 * 0.05531, abs=1e-4)
    assert lunch.notes == ("under 25 mg vitamin C", "tea beside it", "350 mg calcium beside it")
    # heme 0.8 x 35 %; non-heme 5.2 at EF 75 (capped): 20 %
    assert dinner.heme_mg == pytest.approx(0.8)
    assert dinner.absorbed_mg == pytest.approx(0.8 * 0.35 + 5.2 * 0.20, abs=1e-4)
    for meal in report.iron:
        assert meal.low_mg <= meal.shown_mg <= meal.high_mg
    assert report.iron_summary is not None
    assert report.iron_summary.without_vitamin_c == 2


def test_ferritin_shapes_the_estimate_shown_and_never_the_target() -> None:
    eaten = day(food("168462", 300))
    empty, half = report_on(eaten), report_on(eaten, ferritin_ug_l=30)
    assert half.iron_summary is not None
    assert half.iron_summary.stores_mg == 250
    assert half.iron_summary.shown_mg < half.iron_summary.absorbed_mg
    assert row(half, "absorbed_iron_mg").target == row(empty, "absorbed_iron_mg").target
    assert row(half, "absorbed_iron_mg").mean == row(empty, "absorbed_iron_mg").mean


def test_without_meals_nothing_is_said_of_absorption() -> None:
    report = report_on(day(food("168462", 300), meal=""))
    assert report.iron == ()
    assert report.iron_summary is None
    assert all(one.nutrient != "absorbed_iron_mg" for one in report.nutrients)


# -- what closes the gap


def test_additions_fit_the_diet_and_what_depends_on_the_brand_is_not_offered(tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text("lunch\n1 cup white rice\n1 apple\n", encoding="utf-8")
    catalogue, dishes = read_catalogue(), read_library()
    eater = Eater(person=Person(), diets=("vegan",), avoid=("spinach",))
    report = assess_diary(path, eater, TABLE, catalogue, dishes)
    assert {gap.nutrient for gap in report.gaps} >= {"iron_mg", "magnesium_mg", "vitamin_b12_ug"}
    titles = {dish.title: dish for dish in dishes}
    for gap in report.gaps:
        for one in (*gap.foods_by_serving, *gap.foods_by_energy):
            assert judge_ingredient(catalogue[one.name], find_diets(["vegan"]))[0] is Verdict.FITS
            assert "spinach" not in one.name
        for one in (*gap.dishes_by_serving, *gap.dishes_by_energy):
            assert not any("spinach" in line.ingredient.name for line in titles[one.name].lines)
        amounts = [one.per_serving for one in gap.foods_by_serving]
        assert amounts == sorted(amounts, reverse=True)


def test_no_liver_and_no_high_mercury_fish_is_offered_in_pregnancy(tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text("lunch\n1 apple\n", encoding="utf-8")
    catalogue = read_catalogue()
    eater = Eater(person=build_person({"sex": "female", "age": 30, "pregnant": 2}))
    report = assess_diary(path, eater, TABLE, catalogue, read_library())
    offered = {one.name for gap in report.gaps for one in (*gap.foods_by_serving, *gap.foods_by_energy)}
    assert offered
    assert not any(catalogue[name].contains & {"liver", "high_mercury", "raw_animal", "alcohol"} for name in offered)


def test_nothing_is_offered_for_iron_that_is_not_sought() -> None:
    report = report_on(day(food("171287", 100)), conditions=["hemochromatosis"])
    assert all(one.nutrient not in ("iron_mg", "absorbed_iron_mg") for one in report.nutrients)
    assert any(one.nutrient == "iron_mg" for one in report.untargeted)
    assert limit(report, "iron_mg").limit == 45


def test_a_serving_is_what_dishes_put_on_a_plate() -> None:
    catalogue, dishes = read_catalogue(), read_library()
    usual = usual_servings(catalogue, dishes)
    assert set(usual) == set(catalogue)
    assert all(0 < grams <= 500 for grams in usual.values())
    kitchen = Kitchen(table=TABLE, catalogue=catalogue, dishes=dishes, diets=find_diets(["vegetarian"]))
    found = rank_foods("iron_mg", kitchen, per="serving", limit=10)
    assert [one.per_serving for one in found] == sorted((one.per_serving for one in found), reverse=True)
    assert all(not catalogue[one.name].is_meat for one in found)


# -- kidney, warfarin


def test_kidney_disease_shows_the_intake_and_holds_it_to_nothing() -> None:
    report = report_on(day(food("168462", 300)), conditions=["kidney_disease"])
    for nutrient in ("potassium_mg", "magnesium_mg", "phosphorus_mg"):
        assert all(one.nutrient != nutrient for one in (*report.nutrients, *report.limits))
        assert any(one.nutrient == nutrient for one in report.untargeted)


def test_warfarin_shows_vitamin_k_week_by_week() -> None:
    days = [day(food("168462", 100 if place <= 7 else 200), name=f"2026-01-{place:02}") for place in range(1, 15)]
    report = report_on(*days, medicines=["warfarin"])
    first, second = report.vitamin_k_weeks
    assert second.mean == pytest.approx(2 * first.mean)
    assert all(one.nutrient != "vitamin_k_ug" for one in report.nutrients)


# -- the documents


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("report")
    path = folder / "diary.csv"
    path.write_text(
        "date,meal,food,amount,unit\n2026-01-05,breakfast,<script>alert(1)</script>,1,bowl\n"
        "2026-01-05,breakfast,black tea,1,cup\n2026-01-05,lunch,lentils,1,cup\n2026-01-05,[bold]lunch,egg,1,\n",
        encoding="utf-8",
    )
    person = build_person({"sex": "female", "age": 30, "conditions": ["rls"], "ferritin_ug_l": 40, "tsat_pct": 15})
    return assess_diary(path, Eater(person=person, diets=("vegetarian",)), TABLE, read_catalogue(), read_library())


def test_the_json_follows_its_published_schema(whole: Report) -> None:
    published = json.loads((ROOT / "docs" / "coverage.schema.json").read_text(encoding="utf-8"))
    assert published == report_schema()
    jsonschema.validate(json.loads(whole.to_json()), published)
    assert Report.model_validate_json(whole.to_json()) == whole


def test_the_page_is_whole_escaped_and_needs_nothing_else(whole: Report) -> None:
    page = render_report(whole)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert page.count("<h1>") == 1
    assert page.count("<caption>") == page.count("<table")
    for banner in whole.banners:
        assert banner.split(":")[0] in page


def test_the_page_is_valid_html(whole: Report) -> None:
    import html5lib

    html5lib.HTMLParser(strict=True).parse(render_report(whole))


def test_a_plan_has_its_report(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    plan = build_plan()
    plan = plan.model_copy(update={"request": plan.request | {"avoid": []}})
    path.write_text(plan.to_json(), encoding="utf-8")
    report = assess_plan(path, HAND_TABLE, build_catalogue(), (), plan.people[0].id)
    assert len(report.days) == len(plan.days)
    iron = {one.nutrient: one.mean for one in plan.coverage if one.person == plan.people[0].id}
    assert row(report, "iron_mg").mean == pytest.approx(iron["iron_mg"], abs=1e-3)


def test_a_plan_and_its_report_agree_on_what_is_absorbed() -> None:
    plan = build_plan()
    who = plan.people[0].id
    days = eaten_in_plan(plan.days, who, build_catalogue())
    report = build_report(
        days, Person.model_validate(plan.people[0].attributes), READ, HAND_TABLE, ceilings(HAND_TABLE)
    )
    said = [meal.absorbed_mg for meal in plan.iron if meal.person == who]
    assert [meal.absorbed_mg for meal in report.iron] == pytest.approx(said, abs=1e-3)


# -- the command


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def] # a function
    monkeypatch.chdir(tmp_path)

    def invoke(*words: object):  # type: ignore[no-untyped-def] # click's result
        return CliRunner().invoke(main, [str(one) for one in words])

    return invoke


def test_the_command_reports_and_writes(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "log.txt").write_text("lunch\n1 cup lentils\n1 xyzzy\n", encoding="utf-8")
    assert run("init").exit_code == 0
    result = run("coverage", "log.txt", "--profile", "mealplan.toml", "--vegan", "-o", "r.html", "-o", "r.json")
    assert result.exit_code == 0, result.output
    assert "1 unknown" in result.output
    assert "xyzzy: unknown" in result.output
    assert {path.name for path in tmp_path.iterdir()} == {"log.txt", "mealplan.toml", "r.html", "r.json"}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("coverage", "missing.csv"), "missing.csv"),
        (("coverage", "log.txt", "-o", "r.docx"), "r.docx"),
        (("coverage", "log.txt", "--foods", "none.csv"), "none.csv"),
        (("coverage", "log.txt", "--profile", "none.toml"), "none.toml"),
        (("coverage", "log.txt", "--avoid", "unicorn"), "unicorn"),
        (("foods", "top", "happiness", "--vegan"), "happiness"),
    ],
)
def test_wrong_input_is_one_clear_error(run, tmp_path: Path, words, named) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "log.txt").write_text("1 egg\n", encoding="utf-8")
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert named in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["log.txt"]


def test_a_plan_keeps_its_own_person_and_diet(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "plan.json").write_text(build_plan().to_json(), encoding="utf-8")
    result = run("coverage", "plan.json", "--vegan")
    assert result.exit_code == 2
    assert "own person and diet" in result.stderr


def test_the_foods_richest_in_iron_are_listed_within_a_diet(run) -> None:  # type: ignore[no-untyped-def]
    result = run("foods", "top", "iron", "--per", "100kcal", "--vegetarian", "--limit", "5")
    assert result.exit_code == 0
    catalogue = read_catalogue()
    names = [line.split(None, 1)[1].strip() for line in result.output.splitlines()[1:] if line.strip()]
    assert len(names) == 5
    assert all(judge_ingredient(catalogue[name], find_diets(["vegetarian"]))[0] is Verdict.FITS for name in names)


def test_init_writes_over_nothing(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "mealplan.toml").write_text("mine", encoding="utf-8")
    assert run("init").exit_code == 2
    assert (tmp_path / "mealplan.toml").read_text(encoding="utf-8") == "mine"


def test_every_nutrient_of_the_report_is_in_the_registry(whole: Report) -> None:
    assert {one.nutrient for one in whole.nutrients} - {"absorbed_iron_mg"} <= set(NUTRIENTS)


def test_a_food_as_stated_is_counted_by_its_statement_alone() -> None:
    intake = food_intake(food("168462", 100, stated={"iron_mg": (1.0, 2.0)}), TABLE, ["iron_mg", "zinc_mg"])
    assert (intake.amount["iron_mg"], intake.most["iron_mg"]) == (1, 2)
    assert (intake.unmeasured("zinc_mg"), intake.most["zinc_mg"]) == (1, inf)


def test_days_sums_are_leasts_with_no_food_behind_them(tmp_path: Path) -> None:
    path = tmp_path / "daily.csv"
    path.write_text("Date,Energy (kcal),Iron (mg),Vitamin A (IU)\n2026-01-05,2000,12,9000\n", encoding="utf-8")
    report = assess_diary(path, Eater(person=Person()), TABLE, read_catalogue(), read_library())
    iron, zinc = row(report, "iron_mg"), row(report, "zinc_mg")
    assert (iron.mean, iron.mean_most, iron.sources) == (12, None, ())
    assert report_words.interval(iron) == "12 to ?"
    assert report_words.status(iron) == "short, as far as measured"
    assert (zinc.status, zinc.foods_measured) == ("unknown", 0)
    assert "Zinc" in report_words.silent(report)


def test_short_is_certain_only_where_the_most_falls_short_too() -> None:
    known = report_on(day(food("173944", 100)))  # a banana has 27 mg of magnesium, measured
    assert row(known, "magnesium_mg").mean_most == row(known, "magnesium_mg").mean
    assert report_words.status(row(known, "magnesium_mg")) == "short"
