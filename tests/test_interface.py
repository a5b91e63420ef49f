"""The library as other programs use it: its names, its manners, and what it says to nonsense."""

import concurrent.futures
import decimal
import json
import locale
import logging
import multiprocessing
import os
import pickle
import random
import re
import signal
import subprocess
import sys
import threading
import warnings
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import jsonschema
import numpy as np
import pandas as pd
import pytest

import foods
import mealplan
import mealplan.diet_problem
from foods import FoodsError
from mealplan import (
    Aim,
    BrokenKitchen,
    Eater,
    InvalidRequest,
    Kitchen,
    Person,
    PlanRequest,
    Quantity,
    assess_diary,
    assess_plan,
    coverage_frame,
    generate,
    meals_frame,
    plan_from_dict,
    plan_schema,
    portions_frame,
    quantities_of,
    render_plan,
    report_schema,
    request_schema,
    shopping_frame,
    verify_plan,
    with_list,
)

START = date(2026, 1, 5)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SMALL = PlanRequest(start=START, days=1, effort=1)

MEALPLAN = """
Aim Alternative BeyondTheModel BrokenDiary BrokenDish BrokenKitchen BrokenProfile CannotChange Diner Dish Eater
Explanation FoodsError InvalidPerson InvalidRequest Kitchen LeftWithout MealplanError MissingExtra NoMeals NoWeek
OpenModel Person Plan PlanDisagrees PlanRequest Profile Quantity QuantityEaten Report Rules SolverFailed Target
UnknownAvoid UnknownDiet UnknownDish UnknownFormat UnknownModelFormat UnknownPlace UnknownTimezone UnreadablePlan
UnwritableFile Weights assess_diary assess_plan avoid_food build_dishes cook_meal coverage_frame explain find_dish
find_swaps generate lock_meals meals_frame model_for move_meal plain_dish plan_from_dict plan_schema portions_frame
quantities_of read_dishes read_library read_plan read_profile regenerate_plan render_plan report_schema request_schema
serving_costs shopping_frame skip_meal swap_meal targets_for targets_of unlock_meals unskip_meal verify_plan with_list
write_beside
"""
FOODS = """
BadAmount BrokenCatalogue BrokenFoodTable Catalogue DamagedTable Doubt DuplicateFood FewerFoods FoodTable FoodsError
ImpossibleAmount Ingredient NUTRIENTS NotInstalled Nutrient Shape Store UnknownFood UnknownIngredient UnknownNutrient
UnknownUnit adopt_table build_catalogue build_table find_doubts layer_tables read_catalogue read_table relink
"""


@pytest.fixture(scope="module")
def plan():
    return generate(SMALL, now=NOW)


def work(seed):
    return generate(SMALL.model_copy(update={"seed": seed}), now=NOW).to_dict()


def without_time(document):
    return document | {"solve": document["solve"] | {"seconds": 0}}


def fresh(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("package", "names"), [(mealplan, MEALPLAN), (foods, FOODS)])
def test_the_public_names_are_these_and_each_has_a_docstring(package, names):
    public = set(package._MODULE_OF)
    assert public == set(names.split())
    assert public <= set(dir(package))
    for name in public - {"NUTRIENTS"}:
        assert getattr(package, name).__doc__, name


@pytest.mark.parametrize("package", [mealplan, foods])
def test_no_public_name_hides_a_module_of_the_package(package):
    for path in package.__path__:
        modules = {entry.split(".")[0] for entry in os.listdir(path)}  # noqa: PTH208  # names alone
        assert not modules & set(package._MODULE_OF)


def test_what_is_typed_is_what_is_there():
    for package in (mealplan, foods):
        text = package.__spec__.loader.get_source(package.__name__)
        typed = {line.split(" as ")[1] for line in text.splitlines() if line.startswith("    from ") and " as " in line}
        assert typed == set(package._MODULE_OF)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'genrate'"):
        _ = mealplan.genrate  # type: ignore[attr-defined]


def test_importing_loads_nothing_heavy():
    heavy = fresh(
        "import sys, mealplan, foods\n"
        "print(sorted({'pandas', 'numpy', 'pulp', 'rich', 'jinja2', 'requests', 'pydantic'} & set(sys.modules)))"
    )
    assert heavy.strip() == "[]"


def everything(plan):
    """One call of each kind of work."""
    generate(SMALL, now=NOW)
    mealplan.explain(plan)
    mealplan.regenerate_plan(mealplan.swap_meal(plan, 1, "dinner", now=NOW), now=NOW)
    model = mealplan.model_for(SMALL, meals_per_occasion=20)
    model.problem += model.total("iron_mg", day=1) >= 15
    model.plan(time_limit_s=2)
    assess_plan(plan)
    for form in ("html", "md", "xlsx", "ics"):
        render_plan(plan, form)
    coverage_frame(plan)


def surroundings():
    """What a library has no business to change."""
    return {
        "folder": os.getcwd(),  # noqa: PTH109
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "environment": dict(os.environ),
        "random": (random.getstate(), repr(np.random.get_state())),
        "logging": (list(logging.getLogger().handlers), logging.getLogger("mealplan").level),
        "warnings": list(warnings.filters),
        "threads": threading.active_count(),
        "decimals": repr(decimal.getcontext()),
        "frames": repr(pd.describe_option(_print_desc=False)),
        "locale": locale.setlocale(locale.LC_ALL),
    }


def test_nothing_is_printed_and_nothing_around_the_library_changes(plan, capfd):
    everything(plan)  # what is loaded on first use, is
    capfd.readouterr()
    before = surroundings()
    everything(plan)
    assert capfd.readouterr() == ("", "")
    assert surroundings() == before


def test_it_logs_to_the_logger_of_its_name(caplog):
    with caplog.at_level(logging.INFO, logger="mealplan"):
        generate(SMALL, now=NOW)
    assert any(record.name == "mealplan.solve" for record in caplog.records)


def test_threads_and_processes_give_the_same_plans_as_one_after_the_other():
    seeds = [1, 2, 3]
    alone = [without_time(work(seed)) for seed in seeds]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        assert [without_time(found) for found in pool.map(work, seeds)] == alone
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        assert [without_time(found) for found in pool.map(work, seeds)] == alone


def test_changes_and_models_of_one_plan_may_run_in_threads(plan):
    def swap(slot):
        return mealplan.swap_meal(plan, 1, slot, now=NOW)

    def total(slot):
        model = mealplan.model_for(SMALL, meals_per_occasion=20)
        return str(model.total("iron_mg", slot=slot))

    slots = ["breakfast", "lunch", "dinner"]
    for work_on in (swap, total):
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            assert list(pool.map(work_on, slots)) == [work_on(slot) for slot in slots]


class Stop(Exception):
    """The caller's own."""


def test_what_the_progress_callback_raises_ends_the_work_and_leaves_it_as_new(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    steps = []

    def count(step):
        steps.append(step)
        if len(steps) == at:
            raise Stop(step)

    at = -1
    request = SMALL.model_copy(update={"solver": "cbc"})  # which works with files
    whole = generate(request, now=NOW, progress=count)
    for at in range(1, len(steps) + 1):
        steps.clear()
        with pytest.raises(Stop):
            generate(request, now=NOW, progress=count)
        assert len(steps) == at
    assert list(tmp_path.iterdir()) == []
    assert without_time(generate(request, now=NOW).to_dict()) == without_time(whole.to_dict())


def test_all_that_takes_long_can_be_stopped_between_its_steps(plan):
    model = mealplan.model_for(SMALL, meals_per_occasion=20)

    def stop(step):
        raise Stop(step)

    for long in (
        lambda: mealplan.regenerate_plan(plan, progress=stop),
        lambda: mealplan.model_for(SMALL, progress=stop),
        lambda: model.plan(progress=stop),
        lambda: generate(SMALL.model_copy(update={"household": (mealplan.Diner(person=SMALL.person),)}), progress=stop),
    ):
        with pytest.raises(Stop):
            long()
    assert model.plan(time_limit_s=2).solve.objective >= 0  # as if it had not been stopped


def test_the_time_limit_ends_the_searches_after_the_first():
    request = SMALL.model_copy(update={"effort": 50, "time_limit_s": 1e-3})
    found = generate(request, now=NOW)
    assert found.solve.status in ("time limit", "optimal")
    assert verify_plan(found) == ()


def test_what_is_out_of_reach_is_bounded_even_when_time_is_up():
    """Each proof of it is cut short: it may allow more than any week reaches, never less than the plan has."""
    hungry = SMALL.person.model_copy(update={"kcal": 1000.0})
    request = SMALL.model_copy(update={"person": hungry, "diets": ("vegan",), "time_limit_s": 1e-3})
    found = generate(request, now=NOW)
    assert found.solve.status == "time limit"
    assert found.shortfalls
    assert all(short.planned_pct <= short.best_pct <= 100 for short in found.shortfalls)


def test_a_plan_goes_out_as_plain_data_and_comes_back(plan):
    document = plan.to_dict()
    assert json.loads(plan.to_json()) == document
    jsonschema.validate(document, plan_schema())
    assert plan_from_dict(document) == plan
    assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301  # its own


def test_a_request_goes_out_as_plain_data_and_comes_back():
    request = PlanRequest(
        person=Person(sex="female", age=30),
        start=START,
        aims=(Aim(nutrient="fiber_g", lower=30),),
        quantities=(Quantity(name="price", per_serving={"dal": 1.5}, upper=40),),
    )
    document = request.model_dump(mode="json", exclude_none=True)
    assert PlanRequest.model_validate(json.loads(json.dumps(document))) == request
    jsonschema.validate(document, request_schema())
    published = Path(__file__).parents[1] / "docs" / "request.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == request_schema(), "run: python scripts/write_schema.py"


def test_frames_hold_what_the_plan_holds(plan):
    assert len(meals_frame(plan)) == sum(1 for _ in plan.servings())
    eaten = portions_frame(plan).groupby("ingredient")["grams"].sum()
    bought = shopping_frame(plan).set_index("ingredient")["edible_grams"]
    pd.testing.assert_series_equal(eaten.round(1), bought.sort_index(), check_names=False, atol=0.11)
    assert coverage_frame(plan)["nutrient"].tolist() == [row.nutrient for row in plan.coverage]


def test_a_plan_is_read_bought_for_and_printed(plan):
    report = assess_plan(plan)
    assert {row.nutrient for row in report.nutrients} <= {row.nutrient for row in plan.coverage}
    four = with_list(plan, people=4, pantry={"olive oil": 10_000})
    assert four.eaters == 4
    assert all(line.grams == 0 for line in four.shopping if line.ingredient == "olive oil")
    assert plan.days[0].meals[0].dishes[0].title in render_plan(four, "md")
    assert render_plan(plan, "xlsx").startswith(b"PK")
    assert "Shopping list" in render_plan(plan, "html", list_only=True)
    assert plan.eaters == 1  # the one given stays as it was


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"people": 0}, "people"),
        ({"pantry": {"rice": -1.0}}, "pantry.rice"),
        ({"pantry": {"rice": float("nan")}}, "pantry"),
    ],
)
def test_a_list_for_nobody_or_of_no_grams_is_refused(plan, options, field):
    with pytest.raises(InvalidRequest, match=field):
        with_list(plan, **options)


def test_a_diary_is_read_from_its_text_and_an_empty_one_refused():
    eater = Eater(person=Person(sex="female", age=30), diets=("vegan",))
    report = assess_diary("Monday\n2 slices whole-wheat bread\n", eater)
    assert (report.read.lines, report.read.unknown) == (1, 0)
    jsonschema.validate(report.to_dict(), report_schema())
    for text in ("", "  \n"):
        with pytest.raises(FoodsError, match="empty"):
            assess_diary(text, eater)


def test_own_aims_take_the_place_of_published_targets():
    own = (Aim(nutrient="energy_kcal", lower=1900, upper=2100, period="day"), Aim(nutrient="fiber_g", lower=40))
    alone = generate(SMALL.model_copy(update={"aims": own, "published": False}), now=NOW)
    assert [(row.nutrient, row.authority) for row in alone.coverage] == [
        ("energy_kcal", "own, as given"), ("fiber_g", "own, as given"),
    ]  # fmt: skip
    assert alone.coverage[1].mean >= 40 * 0.995
    beside = generate(SMALL.model_copy(update={"aims": own[1:]}), now=NOW)
    assert {row.nutrient: row.target for row in beside.coverage}["fiber_g"] == 40
    assert len(beside.coverage) > 20


def test_a_side_that_an_aim_leaves_open_stays_as_published():
    person = Person(sex="female", age=30)
    published = {target.nutrient: target for target in mealplan.targets_for(person)}
    request = PlanRequest(person=person, start=START, aims=(Aim(nutrient="calcium_mg", lower=1200),))
    (calcium,) = (target for target in mealplan.targets_of(request) if target.nutrient == "calcium_mg")
    assert (calcium.lower, calcium.upper) == (1200, published["calcium_mg"].upper)
    assert (str(calcium.authority), str(calcium.upper_authority)) == ("own, as given", "UL, IOM 2011")
    with pytest.raises(InvalidRequest, match=r"aims\.0\.lower: crosses the published upper bound of calcium_mg, 2500"):
        mealplan.targets_of(request.model_copy(update={"aims": (Aim(nutrient="calcium_mg", lower=3000),)}))
    with pytest.raises(InvalidRequest, match=r"aims\.0\.upper: crosses the published lower bound"):
        mealplan.targets_of(request.model_copy(update={"aims": (Aim(nutrient="calcium_mg", upper=100),)}))


def test_iron_is_not_sought_where_it_may_build_up_whoever_asks():
    person = Person(sex="male", age=50, conditions=("hemochromatosis",))
    aims = (Aim(nutrient="iron_mg", lower=18), Aim(nutrient="absorbed_iron_mg", lower=3))
    with pytest.raises(InvalidRequest) as caught:
        generate(PlanRequest(person=person, start=START, aims=aims))
    assert [problem.field for problem in caught.value.problems] == ["aims.0.lower", "aims.1.lower"]
    (iron,) = (
        target
        for target in mealplan.targets_of(
            PlanRequest(person=person, start=START, aims=(Aim(nutrient="iron_mg", upper=20),))
        )
        if target.nutrient == "iron_mg"
    )
    assert (iron.lower, iron.upper) == (None, 20)


def test_own_aims_alone_need_energy():
    with pytest.raises(InvalidRequest, match="energy_kcal"):
        generate(SMALL.model_copy(update={"aims": (Aim(nutrient="iron_mg", lower=18),), "published": False}))


def test_a_quantity_bounds_the_plan_and_is_counted_from_its_servings():
    slugs = {dish.slug: 1.0 for dish in Kitchen.embedded().dishes if dish.course == "drink"}
    none, many = (
        generate(PlanRequest(start=START, days=2, effort=1, quantities=(quantity,)), now=NOW)
        for quantity in (
            Quantity(name="drinks", unit="glasses", per_serving=slugs, cost=50),
            Quantity(name="drinks", unit="glasses", per_serving=slugs, lower=1, period="day", weight=20),
        )
    )
    (few,), (more,) = quantities_of(none), quantities_of(many)
    counted = sum(sum(dish.servings.values()) for _, _, dish in many.servings() if dish.dish in slugs)
    assert few.total == 0
    assert (more.total, more.kept) == (counted, True)
    assert min(more.daily) >= 1
    assert verify_plan(many) == ()


def test_a_quantity_of_a_dish_that_is_not_there_is_named():
    quantity = Quantity(name="price", per_serving={"no-such-dish": 1.0}, upper=1)
    with pytest.raises(InvalidRequest, match=r"quantities\.0\.per_serving: no dish is called that .*no-such-dish"):
        generate(SMALL.model_copy(update={"quantities": (quantity,)}))


NONSENSE = [
    ({"days": 0}, "days"),
    ({"days": "seven"}, "days"),
    ({"start": "soon"}, "start"),
    ({"seed": -1}, "seed"),
    ({"effort": 10**6}, "effort"),
    ({"time_limit_s": float("nan")}, "time_limit_s"),
    ({"solver": "abacus"}, "solver"),
    ({"unknown": 1}, "unknown"),
    ({"weights": {"repeat": float("inf")}}, "weights.repeat"),
    ({"aims": [{"nutrient": "iron_mg", "lower": float("nan")}]}, "aims.0.lower"),
    ({"aims": [{"nutrient": "iron_mg", "lower": -1}]}, "aims.0.lower"),
    ({"aims": [{"nutrient": "iron_mg", "lower": "much"}]}, "aims.0.lower"),
    ({"aims": [{"nutrient": "irn_mg", "lower": 1}]}, "aims.0.nutrient"),
    ({"aims": [{"nutrient": "iron_mg"}]}, "aims.0"),
    ({"aims": [{"nutrient": "iron_mg", "lower": 2, "upper": 1}]}, "aims.0"),
    ({"aims": [{"nutrient": "iron_mg", "lower": 2}, {"nutrient": "iron_mg", "upper": 9}]}, "aims"),
    ({"quantities": [{"name": "", "per_serving": {}, "upper": 1}]}, "quantities.0.name"),
    ({"quantities": [{"name": "g", "per_serving": {"dal": -3}, "upper": 1}]}, "quantities.0.per_serving.dal"),
    ({"quantities": [{"name": "g", "per_serving": {"dal": 3}}]}, "quantities.0"),
]


@pytest.mark.parametrize(("fields", "field"), NONSENSE)
def test_a_request_that_cannot_be_meant_names_its_field(fields, field):
    with pytest.raises(InvalidRequest) as caught:
        PlanRequest.model_validate({"start": "2026-01-05"} | fields)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert field in caught.value.message


def test_everything_wrong_is_told_at_once_and_parts_tell_it_too():
    with pytest.raises(InvalidRequest) as caught:
        PlanRequest.model_validate({"days": 99, "seed": "x"})
    assert {problem.field for problem in caught.value.problems} == {"days", "seed", "start"}
    with pytest.raises(InvalidRequest, match="lower"):
        Aim(nutrient="iron_mg", lower=-1)


def test_a_kitchen_that_does_not_fit_together_is_told_in_full():
    kitchen = Kitchen.embedded()
    dish = kitchen.dishes[0]
    table = foods.build_table(pd.DataFrame({"iron_mg": [1.0]}, index=[dish.lines[0].ingredient.food_id]))
    with pytest.raises(BrokenKitchen) as caught:
        generate(SMALL, Kitchen(table=table, catalogue=kitchen.catalogue, dishes=(dish, dish)))
    assert "has no energy_kcal" in caught.value.message
    assert "is not in the food table" in caught.value.message
    assert f"two dishes are called `{dish.slug}`" in caught.value.message


def test_no_dishes_at_all_are_no_meals():
    kitchen = Kitchen.embedded()
    bare = Kitchen(table=kitchen.table, catalogue=kitchen.catalogue, dishes=())
    with pytest.raises(mealplan.NoMeals, match="breakfast"):
        generate(SMALL, bare)


def test_every_error_is_one_of_the_two_families():
    for package in (mealplan, foods):
        for name in package._MODULE_OF:
            found = getattr(package, name)
            if isinstance(found, type) and issubclass(found, Exception):
                assert issubclass(found, FoodsError)


def spoken_of(found):
    """The docstrings of a public name, and of what it has that is public itself."""
    yield found.__doc__ or ""
    if isinstance(found, type):
        yield from (getattr(one, "__doc__", None) or "" for name, one in vars(found).items() if name[0] != "_")


def every_error():
    """The names of all errors of the two packages."""
    return {
        name
        for package in (mealplan, foods)
        for module in walk_packages(package.__path__, f"{package.__name__}.")
        if not module.name.endswith("__main__")
        for name, found in vars(import_module(module.name)).items()
        if isinstance(found, type) and issubclass(found, FoodsError)
    }


def test_every_error_that_a_public_docstring_names_can_be_imported_to_be_caught():
    public = {*mealplan._MODULE_OF, *foods._MODULE_OF, *dir(mealplan.diet_problem)}
    errors = every_error()
    for package in (mealplan, foods):
        for name in set(package._MODULE_OF) - {"NUTRIENTS"}:
            for text in spoken_of(getattr(package, name)):
                _, _, raised = text.partition("Raises")
                named = set(re.findall(r"\b(?:[A-Z][a-z]+){2,}\b", raised)) & errors
                assert named <= public, f"{name} raises {named - public}"
