"""Nonsense in, one of the documented errors out, or an answer: from every way in that takes a caller's data."""

import copy
from contextlib import suppress
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mealplan import (
    Aim,
    Diner,
    Eater,
    FoodsError,
    InvalidRequest,
    Kitchen,
    Person,
    PlanRequest,
    Quantity,
    Rules,
    SolverFailed,
    UnreadablePlan,
    Weights,
    assess_diary,
    assess_plan,
    avoid_food,
    cook_meal,
    find_swaps,
    generate,
    lock_meals,
    move_meal,
    plain_dish,
    plan_from_dict,
    quantities_of,
    regenerate_plan,
    render_plan,
    skip_meal,
    swap_meal,
    targets_of,
    unlock_meals,
    unskip_meal,
    verify_plan,
    with_list,
)
from mealplan.profile import build_profile

START = date(2026, 1, 5)
NOW = datetime(2026, 1, 1, tzinfo=UTC)

FOODS = pd.DataFrame(
    {
        "energy_kcal": [379, 61, 116, 123, 89],
        "protein_g": [13, 3.2, 9, 2.7, 1.1],
        "iron_mg": [4.3, 0, 3.3, 0.6, 0.3],
        "contains": ["oats", "milk", "", "", ""],
    },
    index=["oats", "milk", "lentils", "brown rice", "banana"],
)
KITCHEN = Kitchen.of_foods(
    FOODS,
    [
        plain_dish("Porridge", {"oats": 80, "milk": 300}, course="breakfast"),
        plain_dish("Lentils and rice", {"lentils": 300, "brown rice": 250}, course="main"),
        plain_dish("Lentil soup", {"lentils": 450, "milk": 50}, course="main"),
        plain_dish("Banana", {"banana": 150}, course="snack"),
    ],
)
PLAN = generate(PlanRequest(start=START, days=2, effort=1), KITCHEN, now=NOW)
REQUEST = PlanRequest(
    start=START,
    aims=(Aim(nutrient="fiber_g", lower=3),),
    quantities=(Quantity(name="price", per_serving={"porridge": 1}, upper=3),),
    household=(Diner(person=Person(sex="male", age=30, conditions=("restless_legs",))),),
    rules=Rules(at_most={"fish": 2}, minutes={"monday": 30}),
    seen={"porridge": 3},
)

WORDS = st.sampled_from(
    ["iron_mg", "dinner", "mon", "vegan", "porridge", "2026-01-05", "fish", "female", "oats", "1e400", "-1"]
)
KEYS = st.text(max_size=4) | st.sampled_from(
    ["nutrient", "lower", "upper", "name", "per_serving", "person", "id", "sex", "age", "at_most", "minutes", "meals"]
)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
SLOW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def places(data, at=()):
    """Every place of plain data."""
    yield at
    inner = data.items() if isinstance(data, dict) else enumerate(data[:3]) if isinstance(data, list) else ()
    for key, value in inner:
        yield from places(value, (*at, key))


def put(data, at, value):
    """Plain data with another value in a place."""
    if not at:
        return value
    data = copy.deepcopy(data)
    held = data
    for key in at[:-1]:
        held = held[key]
    held[at[-1]] = value
    return data


def anything_in(data):
    """Plain data with anything in a place of it."""
    return st.builds(put, st.just(data), st.sampled_from(list(places(data))), DATA)


@given(anything_in(REQUEST.model_dump(mode="json")) | st.dictionaries(KEYS, DATA, max_size=4))
def test_no_request_brings_any_other_error(data):
    with suppress(FoodsError):
        request = PlanRequest.model_validate(data)
        assert PlanRequest.model_validate(request.model_dump(mode="json")) == request
        targets_of(request)


@given(st.sampled_from([Aim, Quantity, Weights, Rules, Diner, Person]), st.dictionaries(KEYS, DATA, max_size=3))
def test_no_part_of_a_request_brings_any_other_error(part, fields):
    for made in (lambda: part(**fields), lambda: part.model_validate(fields)):
        with suppress(FoodsError):
            made()


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (lambda: Rules(at_most={"fish": "two"}), "at_most.fish"),
        (lambda: Rules(minutes={"someday": 30}), "minutes"),
        (Diner, "person"),  # type: ignore[call-arg]
        (lambda: PlanRequest(start=START, aims=[{"nutrient": "iron_mg", "lower": 1e-199}]), "aims.0"),  # type: ignore[arg-type]
        (lambda: Weights(repeat=float("nan")), "repeat"),
        (lambda: PlanRequest(start=START, rules={"at_most": {"fish": -1}}), "rules.at_most.fish"),  # type: ignore[arg-type]
        (lambda: with_list(PLAN, KITCHEN, people="many"), "people"),  # type: ignore[arg-type]
        (lambda: with_list(PLAN, KITCHEN, units="stone"), "units"),  # type: ignore[arg-type]
        (lambda: with_list(PLAN, KITCHEN, pantry={"oats": "some"}), "pantry.oats"),  # type: ignore[dict-item]
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_names_its_field(made, field):
    with pytest.raises(InvalidRequest) as caught:
        made()
    assert [problem.field for problem in caught.value.problems] == [field]


@SLOW
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "diets": st.lists(WORDS, max_size=2),
            "avoid": st.lists(WORDS | st.text(max_size=4), max_size=2),
            "aims": st.lists(
                st.builds(
                    lambda nutrient, lower, upper: {"nutrient": nutrient, "lower": lower, "upper": upper},
                    st.sampled_from(["iron_mg", "energy_kcal", "fiber_g"]),
                    st.floats(0, 1e12) | st.none(),
                    st.floats(0, 1e12) | st.none(),
                ),
                max_size=2,
            ),
            "quantities": st.lists(
                st.builds(
                    lambda held, upper, cost: {"name": "q", "per_serving": held, "upper": upper, "cost": cost},
                    st.dictionaries(st.sampled_from(["porridge", "banana"]), st.floats(0, 1e12)),
                    st.floats(0, 1e12),
                    st.floats(0, 1e12),
                ),
                max_size=1,
            ),
            "max_minutes": st.integers(5, 30),
            "published": st.booleans(),
            "weights": st.dictionaries(st.sampled_from(list(Weights.model_fields)), st.floats(0, 1e6), max_size=2),
        },
    )
)
def test_what_can_be_asked_is_answered_with_a_plan_that_verifies_or_with_a_documented_error(asked):
    with suppress(FoodsError):
        request = PlanRequest.model_validate({"start": "2026-01-05", "days": 1, "effort": 1} | asked)
        plan = generate(request, KITCHEN, now=NOW)
        assert verify_plan(plan, KITCHEN) == ()
        quantities_of(plan)


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_numbers_that_no_solver_takes_are_told_as_such(solver):
    apart = Quantity(name="price", per_serving={"porridge": 1e12}, upper=1e-6)
    request = PlanRequest(start=START, days=1, effort=1, solver=solver, quantities=(apart,))
    with pytest.raises(SolverFailed):
        generate(request, KITCHEN)


@given(anything_in(PLAN.to_dict()))
def test_no_plan_document_brings_any_other_error(data):
    with suppress(FoodsError):
        verify_plan(plan_from_dict(data), KITCHEN)


def test_a_plan_whose_request_is_none_names_the_field():
    with pytest.raises(UnreadablePlan, match=r"field `request\.diets`"):
        plan_from_dict(put(PLAN.to_dict(), ("request", "diets"), None))


@given(anything_in({"people": [{"id": "a", "age": 3, "sex": "male"}], "diets": [], "avoid": [], "rules": {}}))
def test_no_profile_brings_any_other_error(data):
    with suppress(FoodsError):
        build_profile(data if isinstance(data, dict) else {"people": data}, "profile.toml")


DAY = st.sampled_from(["mon", "tue", 1, START]) | DATA
MEAL = st.sampled_from(["dinner", "snack"]) | DATA
VERBS = {
    "swap": lambda day, meal, one, other: swap_meal(PLAN, day, meal, dish=one, than=other, kitchen=KITCHEN),
    "find": lambda day, meal, one, other: find_swaps(PLAN, day, meal, count=one, than=other, kitchen=KITCHEN),
    "lock": lambda day, meal, *_: lock_meals(PLAN, day, meal),
    "unlock": lambda day, meal, *_: unlock_meals(PLAN, day, meal, kitchen=KITCHEN),
    "cook": lambda day, meal, *_: cook_meal(PLAN, day, meal),
    "skip": lambda day, meal, one, _: skip_meal(PLAN, day, meal, estimate=one, kitchen=KITCHEN),
    "unskip": lambda day, meal, *_: unskip_meal(PLAN, day, meal, kitchen=KITCHEN),
    "move": lambda day, meal, one, _: move_meal(PLAN, day, meal, one, kitchen=KITCHEN),
    "avoid": lambda day, _, one, other: avoid_food(PLAN, one, today=day if other else None, kitchen=KITCHEN),
    "regenerate": lambda day, _, one, other: regenerate_plan(
        PLAN, seed=one, today=day if other else None, kitchen=KITCHEN
    ),
}


@SLOW
@given(st.sampled_from(sorted(VERBS)), DAY, MEAL, DATA | WORDS, DATA | st.none())
def test_no_change_brings_any_other_error(verb, day, meal, one, other):
    with suppress(FoodsError):
        assert verify_plan(VERBS[verb](day, meal, one, other), KITCHEN) == ()


@SLOW
@given(st.text() | st.text(alphabet='date,meal food\n0123456789/-gcup"'))
def test_no_diary_brings_any_other_error(text):
    with suppress(FoodsError):
        assess_diary(text, Eater(person=Person(sex="male", age=30)), KITCHEN)


@given(DATA, DATA, DATA | st.dictionaries(st.sampled_from(["oats", "milk"]), DATA))
def test_no_list_brings_any_other_error(people, units, pantry):
    with suppress(FoodsError):
        with_list(PLAN, KITCHEN, people=people, units=units, pantry=pantry)


@SLOW
@given(
    st.sampled_from(["md", "txt", "csv", "json", "ics"]) | DATA,
    st.booleans(),
    DATA,
    st.sampled_from(["a4", "letter"]) | DATA,
)
def test_no_form_brings_any_other_error(form, list_only, timezone, paper):
    with suppress(FoodsError):
        render_plan(PLAN, form, KITCHEN, list_only=list_only, timezone=timezone, paper=paper)


@given(DATA)
def test_no_name_of_a_person_brings_any_other_error(who):
    with suppress(FoodsError):
        assess_plan(PLAN, KITCHEN, who=who)
