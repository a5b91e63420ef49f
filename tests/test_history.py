"""What was planned before comes back less soon, and the same history gives the same plan."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mealplan.dishes import read_library
from mealplan.history import REMEMBERED_DAYS, BadHistory, read_history
from mealplan.pipeline import generate
from mealplan.plan import Plan, UnreadablePlan
from mealplan.preference import seen_share
from mealplan.request import PlanRequest
from tests.weeks import NOW, START, small_kitchen, small_week

NEXT = START + timedelta(days=3)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "first.json").write_text(small_week().to_json(), encoding="utf-8")
    return tmp_path


def mains(plan: Plan) -> set[str]:
    carrying = {dish.slug for dish in read_library() if dish.is_main}
    return {dish.dish for _, _, dish in plan.servings()} & carrying


def test_each_dish_counts_from_the_day_it_was_last_planned(folder):
    seen = read_history(folder, NEXT)
    assert set(seen) == {dish.dish for _, _, dish in small_week().servings()}
    last = {dish.dish: day.date for day, _, dish in small_week().servings()}
    assert seen == {slug: (NEXT - day).days for slug, day in sorted(last.items())}


def test_a_plan_does_not_count_for_its_own_days_and_is_forgotten_in_time(folder):
    assert read_history(folder, START) == {}
    assert max(read_history(folder, START + timedelta(days=1)).values()) == 1
    assert read_history(folder, START + timedelta(days=REMEMBERED_DAYS + 3)) == {}


def test_other_files_are_left_alone_and_broken_plans_are_named(folder):
    (folder / "coverage.json").write_text('{"schema": "mealplan/coverage/1"}')
    (folder / "notes.txt").write_text("{")
    assert read_history(folder, NEXT)
    (folder / "cut.json").write_text(small_week().to_json()[:1000])
    with pytest.raises(UnreadablePlan, match=r"cut\.json"):
        read_history(folder, NEXT)
    with pytest.raises(BadHistory, match="no folder"):
        read_history(folder / "nowhere", NEXT)


def test_a_week_after_a_week_repeats_fewer_mains_and_is_always_the_same(folder):
    def plan(seen: dict[str, int]) -> Plan:
        request = PlanRequest(start=NEXT, days=3, effort=1, seen=seen)
        return generate(request, now=NOW, kitchen=small_kitchen())

    seen = read_history(folder, NEXT)
    with_history, without = plan(seen), plan({})
    assert len(mains(with_history) & mains(small_week())) < len(mains(without) & mains(small_week()))
    again, drop = plan(read_history(folder, NEXT)), {"solve": {"seconds"}}
    assert again.model_dump(exclude=drop) == with_history.model_dump(exclude=drop)


def test_whatever_the_seed_what_was_seen_comes_back_less(folder):
    """Two seeds together: the chance of a main of the first week in the next one falls."""
    seen = read_history(folder, NEXT)

    def repeated(seen: dict[str, int]) -> int:
        weeks = [
            generate(PlanRequest(start=NEXT, days=3, effort=1, seed=seed, seen=seen), now=NOW, kitchen=small_kitchen())
            for seed in (2, 3)
        ]
        return sum(len(mains(week) & mains(small_week())) for week in weeks)

    assert repeated(seen) < repeated({}) / 2


def test_what_was_seen_fades_by_half_in_two_weeks():
    main = next(dish for dish in read_library() if dish.is_main)
    side = next(dish for dish in read_library() if dish.course == "side")
    assert seen_share(main, 14) == 0.5
    assert seen_share(main, 28) == 0.25
    assert seen_share(side, 14) == pytest.approx(0.1)  # a fifth of a main's: bread comes every week
