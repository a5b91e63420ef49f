"""The verbs that change a plan, as other programs call them: plans in, plans out, places in everyday words."""

from datetime import UTC, date, datetime

import pytest

import mealplan
from mealplan import (
    CannotChange,
    InvalidRequest,
    MealplanError,
    PlanRequest,
    UnknownPlace,
    avoid_food,
    change,
    cook_meal,
    find_swaps,
    generate,
    lock_meals,
    move_meal,
    plan_from_dict,
    regenerate_plan,
    skip_meal,
    swap_meal,
    unlock_meals,
    unskip_meal,
    verify_plan,
)
from mealplan.places import Place

START = date(2026, 1, 5)  # a Monday
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TUESDAY_DINNER = Place(day=1, slot="dinner")


@pytest.fixture(scope="module")
def plan():
    return generate(PlanRequest(start=START, days=3, effort=1), now=NOW)


def titles(plan, day, slot):
    return [dish.title for meal in plan.days[day].meals if meal.slot == slot for dish in meal.dishes]


@pytest.mark.parametrize("day", ["tue", "Tuesday", "2026-01-06", "2", 2, date(2026, 1, 6)])
def test_a_day_is_named_as_people_name_it(plan, day):
    locked = lock_meals(plan, day, "dinner", now=NOW)
    assert [place for place in range(3) for meal in locked.days[place].meals if meal.locked] == [1]


def test_each_verb_is_that_of_the_module_it_names(plan):
    for mine, theirs in (
        (swap_meal(plan, "tue", "dinner", now=NOW), change.swap(plan, TUESDAY_DINNER, now=NOW)),
        (skip_meal(plan, 2, "dinner", estimate=True, now=NOW),
         change.skip(plan, TUESDAY_DINNER, now=NOW, estimate=True)),
        (move_meal(plan, 2, "dinner", "wed", now=NOW), change.move(plan, TUESDAY_DINNER, 2, now=NOW)),
        (cook_meal(plan, "tue", "dinner", now=NOW), change.cook(plan, TUESDAY_DINNER, now=NOW)),
        (avoid_food(plan, "rice", now=NOW), change.avoid(plan, "rice", today=START, now=NOW)),
        (regenerate_plan(plan, today=date(2026, 1, 7), now=NOW),
         change.regenerate(plan, today=date(2026, 1, 7), now=NOW)),
    ):  # fmt: skip
        assert mine == theirs
        assert mine != plan
        assert verify_plan(mine) == ()
        assert plan_from_dict(mine.to_dict()) == mine


def test_swaps_come_best_first_and_the_first_is_the_swap(plan):
    found = find_swaps(plan, "tue", "dinner", count=3, now=NOW)
    assert [one.points for one in found] == sorted(one.points for one in found)
    assert found[0].plan == swap_meal(plan, "tue", "dinner", now=NOW)
    assert len({titles(one.plan, 1, "dinner")[0] for one in found} | {titles(plan, 1, "dinner")[0]}) == 4


def test_what_was_given_stays_so_that_keeping_it_takes_a_change_back(plan):
    before = plan.to_json()
    after = unskip_meal(skip_meal(plan, "tue", "dinner", now=NOW), "tue", "dinner", now=NOW)
    assert after.days == plan.days
    assert plan.to_json() == before


def test_a_whole_day_is_locked_and_unlocked_but_for_what_is_skipped(plan):
    out = lock_meals(skip_meal(plan, "tue", "dinner", now=NOW), "tue", now=NOW)
    assert [meal.locked for meal in out.days[1].meals] == [meal.slot != "dinner" for meal in out.days[1].meals]
    assert not any(meal.locked for meal in unlock_meals(out, "tue", now=NOW).days[1].meals)


def test_by_default_a_change_may_begin_with_the_first_day(plan):
    # The clock decides nothing: the same call gives the same plan next year.
    again = regenerate_plan(plan, seed=5, now=NOW)
    assert again == regenerate_plan(plan, today=START, seed=5, now=NOW)
    assert again.solve.seed == 5


def test_no_file_is_touched(plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    swap_meal(plan, "tue", "dinner", than="quicker")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        (lambda plan: swap_meal(plan, "someday", "dinner"), UnknownPlace, "someday"),
        (lambda plan: swap_meal(plan, None, "dinner"), UnknownPlace, "None"),
        (lambda plan: swap_meal(plan, True, "dinner"), UnknownPlace, "True"),
        (lambda plan: swap_meal(plan, 4, "dinner"), UnknownPlace, "`4` is no day"),
        (lambda plan: swap_meal(plan, "tue", "supper"), UnknownPlace, "supper"),
        (lambda plan: swap_meal(plan, "tue", "dinner", dish="no such dish"), CannotChange, "no such dish"),
        (lambda plan: swap_meal(plan, "tue", "dinner", than="nicer"), InvalidRequest, "than: must be one of easier"),
        (lambda plan: find_swaps(plan, "tue", "dinner", count=0), InvalidRequest, "count: must be a whole number"),
        (lambda plan: swap_meal(lock_meals(plan, "tue"), "tue", "dinner"), CannotChange, "is locked"),
        (lambda plan: unskip_meal(plan, "tue", "dinner"), CannotChange, "is not skipped"),
        (lambda plan: move_meal(plan, "tue", "dinner", "tue"), CannotChange, "stands on that day already"),
        (lambda plan: avoid_food(plan, "moonstone"), mealplan.UnknownAvoid, "moonstone"),
        (lambda plan: avoid_food(plan, " "), InvalidRequest, "food: must be a food"),
        (lambda plan: avoid_food(plan, "rice", today="wed"), InvalidRequest, "today: must be a date"),
        (lambda plan: avoid_food(plan, "rice", today=date(2027, 1, 1)), CannotChange, "lies before 2027-01-01"),
        (lambda plan: regenerate_plan(plan, seed=-1), InvalidRequest, "seed:"),
        (lambda plan: regenerate_plan(plan, seed="two"), InvalidRequest, "seed:"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_is_said(plan, asked, error, said):
    with pytest.raises(error, match=said) as caught:
        asked(plan)
    assert isinstance(caught.value, MealplanError)
