"""`mealplan swap` and the others change the plan file, say what changed, and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from mealplan.cli import main
from mealplan.kitchen import Kitchen
from mealplan.pipeline import generate
from mealplan.plan import Plan, read_plan
from mealplan.request import PlanRequest
from mealplan.verify import verify
from tests.weeks import NOW, START, small_family


@pytest.fixture(scope="module")
def text() -> str:
    """Three days from the whole library."""
    return generate(PlanRequest(start=START, days=3, effort=1), now=NOW).to_json()


@pytest.fixture
def week(tmp_path, text) -> Path:
    path = tmp_path / "week.json"
    path.write_text(text, encoding="utf-8")
    return path


def run(*words: object, code: int | None = None):
    result = CliRunner().invoke(main, [str(word) for word in words])
    # 3 is a plan that says which target it misses.
    assert result.exit_code == code if code is not None else result.exit_code in (0, 3), result.output
    return result


def dinner(path: Path, day: int = 1) -> list[str]:
    return [dish.title for meal in read_plan(path).days[day].meals if meal.slot == "dinner" for dish in meal.dishes]


def test_the_list_shows_five_meals_with_what_they_do_and_changes_nothing(week, text):
    said = run("swap", week, "tue", "dinner", "--list", code=0).output
    assert said.count("--with ") == 5
    assert " points; " in said
    assert "no longer needs: " in " ".join(said.split())
    assert week.read_text(encoding="utf-8") == text


def test_a_swap_says_what_changed_and_undo_brings_the_file_back_byte_for_byte(week, text):
    before = dinner(week)
    said = run("swap", week, "tue", "dinner").output
    assert dinner(week) != before
    assert dinner(week)[0] in next(line for line in said.splitlines() if line.startswith("Tuesday dinner: "))
    assert "instead of: " in said
    assert f"wrote {week}" in said
    assert "0 more can be taken back" in run("undo", week, code=0).output
    assert week.read_text(encoding="utf-8") == text
    assert run("undo", week, code=2).stderr.startswith("error: ")


def test_what_the_list_offers_is_what_with_puts_there(week):
    said = run("swap", week, "tue", "dinner", "--list").output
    slug = [line.split()[-1] for line in said.splitlines() if line.strip().startswith("--with ")][3]
    run("swap", week, "tue", "dinner", "--with", slug)
    dishes = [dish.dish for day, meal, dish in read_plan(week).servings() if (day.day, meal.slot) == (2, "dinner")]
    assert dishes[0] == slug


def test_other_forms_are_written_anew_and_stale_ones_named(week, tmp_path):
    run("show", week, "-o", tmp_path / "week.html", "-o", tmp_path / "week.ics")
    said = run("swap", week, "tue", "dinner", "-o", tmp_path / "week.ics").output
    assert f"{tmp_path / 'week.html'} is of before the change" in said
    assert dinner(week)[0].split()[0] in (tmp_path / "week.ics").read_text(encoding="utf-8")


def test_a_week_of_changes_stays_a_plan_that_verifies(week):
    run("lock", week, "mon")
    assert "Monday dinner is locked" in run("swap", week, "mon", "dinner", code=2).stderr
    run("unlock", week, "mon", "lunch")
    assert "Eaten out, not counted" in run("skip", week, "wed", "dinner").output
    run("unskip", week, "wed", "dinner")
    run("skip", week, "wed", "dinner", "--estimate")
    run("move", week, "tue", "lunch", "wed")
    run("avoid", week, "spinach", "--today", "2026-01-06")
    run("regenerate", week, "--today", "2026-01-06")
    run("swap", week, "1", "lunch", "--quicker")
    kitchen = Kitchen.embedded()
    plan = read_plan(week)
    assert verify(plan, kitchen.table, kitchen.catalogue) == []
    assert "figures recomputed" in run("verify", week, code=0).output
    shown = run("show", week, code=0).output
    assert "Eaten out" in shown
    assert "(locked)" in shown
    assert plan.changed is not None


def test_a_skipped_meal_is_said_in_every_form(week, tmp_path):
    run("skip", week, "tue", "dinner")
    for name in ("a.html", "a.md", "a.ics", "a.csv", "a.txt", "a.xlsx", "a.pdf"):
        run("show", week, "-o", tmp_path / name, code=0)
    for name in ("a.html", "a.md"):
        assert "Eaten out, not counted" in (tmp_path / name).read_text(encoding="utf-8")
    assert "Tuesday 6, dinner: eaten out" in " ".join((tmp_path / "a.md").read_text(encoding="utf-8").split())


def test_the_report_on_a_plan_with_a_meal_out_gives_spans(week):
    whole = run("coverage", week).output
    run("skip", week, "tue", "dinner")
    assert run("coverage", week).output != whole


def test_cooking_takes_the_meal_out_of_the_pantry(week, tmp_path):
    portion = read_plan(week).days[1].meals[2].dishes[0].ingredients[0]
    pantry = tmp_path / "pantry.csv"
    pantry.write_text(f'item,amount,unit\n"{portion.ingredient}",5,kg\nsalt,1,kg\n', encoding="utf-8")
    slot = read_plan(week).days[1].meals[2].slot
    said = run("cooked", week, "tue", slot, "--pantry", pantry, code=0).output
    assert f"{portion.ingredient}: " in said
    assert float(pantry.read_text(encoding="utf-8").splitlines()[1].rsplit(",", 2)[1]) < 5


def at_home(path: Path, plan: Path) -> str:
    """Writes a pantry that holds five kilograms of a food of Tuesday's dinner."""
    (meal,) = [meal for meal in read_plan(plan).days[1].meals if meal.slot == "dinner"]
    text = f'item,amount,unit\n"{meal.dishes[0].ingredients[0].ingredient}",5,kg\nsalt,1,kg\n'
    path.write_text(text, encoding="utf-8")
    return text


def test_undo_brings_back_the_plan_and_the_pantry_byte_for_byte(week, text, tmp_path):
    pantry = tmp_path / "pantry.csv"
    before = at_home(pantry, week)
    said = run("cooked", week, "tue", "dinner", "--pantry", pantry, code=0).output
    assert "Tuesday dinner is cooked" in said
    assert read_plan(week).days[1].meals[2].cooked
    assert "(cooked)" in run("show", week).output
    assert "is cooked already" in run("swap", week, "tue", "dinner", code=2).stderr
    assert "is cooked already" in run("cooked", week, "tue", "dinner", "--pantry", pantry, code=2).stderr
    run("skip", week, "wed", "dinner")
    run("undo", week, code=0)
    assert f"{pantry} is as it was" in run("undo", week, code=0).output
    assert pantry.read_text(encoding="utf-8") == before
    assert week.read_text(encoding="utf-8") == text


def test_a_pantry_that_changed_since_is_not_overwritten(week, text, tmp_path):
    pantry = tmp_path / "pantry.csv"
    at_home(pantry, week)
    run("cooked", week, "tue", "dinner", "--pantry", pantry, code=0)
    pantry.write_text("item,amount,unit\nsalt,2,kg\n", encoding="utf-8")
    refused = run("undo", week, code=2)
    assert "was changed since" in refused.stderr
    assert "--plan-alone" in refused.stderr
    run("undo", week, "--plan-alone", code=0)
    assert week.read_text(encoding="utf-8") == text
    assert "salt,2,kg" in pantry.read_text(encoding="utf-8")


def test_a_meal_may_be_cooked_without_a_pantry(week):
    run("cooked", week, "tue", "dinner", code=0)
    assert [meal.cooked for meal in read_plan(week).days[1].meals] == [False, False, True, False]


OWN = """
title = "Barley with carrots and peas"
course = "main"
meals = ["lunch", "dinner"]
serves = 2
minutes = 30
active_minutes = 10
cuisine = "German"
protein = "beans"
sides = ["bread"]
difficulty = "easy"
steps = ["Boil everything."]

[[ingredients]]
item = "pearl barley"
amount = 150
unit = "g"
cook = "boiled"

[[ingredients]]
item = "carrots"
amount = 200
unit = "g"
cook = "boiled"

[[ingredients]]
item = "frozen peas"
amount = 300
unit = "g"
cook = "boiled"
"""


def test_a_plan_with_a_dish_of_ones_own_verifies(week, tmp_path, monkeypatch):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "barley-with-carrots.toml").write_text(OWN, encoding="utf-8")
    monkeypatch.setenv("MEALPLAN_DISHES", str(tmp_path / "own"))
    run("swap", week, "tue", "dinner", "--with", "barley-with-carrots")
    assert dinner(week)[0] == "Barley with carrots and peas"
    assert "all agree" in run("verify", week, code=0).output
    monkeypatch.delenv("MEALPLAN_DISHES")
    assert "all agree" in run("verify", week, code=0).output


def test_a_familys_plan_with_leftovers_is_changed_and_taken_back(tmp_path):
    path = tmp_path / "family.json"
    path.write_text(small_family(leftovers=True).to_json(), encoding="utf-8")
    before = path.read_bytes()
    listed = run("swap", path, "tue", "dinner", "--list", code=0).output
    assert "Ben " in listed
    assert "Dan " in listed
    for words in (("swap", "tue", "dinner"), ("avoid", "spinach", "--today", START), ("skip", "mon", "dinner")):
        run(words[0], path, *words[1:])
        run("verify", path, code=0)
    for _ in range(3):
        run("undo", path, code=0)
    assert path.read_bytes() == before


def test_an_old_plan_without_the_new_fields_still_reads(text):
    plan = Plan.model_validate_json(text)
    old = plan.model_dump(mode="json", by_alias=True)
    for day in old["days"]:
        for meal in day["meals"]:
            del meal["locked"], meal["skipped"], meal["cooked"]
    for row in old["coverage"]:
        del row["uncounted"]
    for field in ("changed", "avoided"):
        del old[field]
    del old["request"]["seen"], old["request"]["weights"]["seen"], old["request"]["weights"]["use_up"]
    assert Plan.model_validate(old).days == plan.days


@pytest.mark.parametrize(
    ("words", "named"),
    [(("swap", "sunday", "dinner"), "`sunday` is no day of the plan"),
     (("swap", "tue", "supper"), "`supper` is no meal of the plan"),
     (("swap", "tue", "dinner", "--with", "moon-cheese"), "there is no dish `moon-cheese`"),
     (("avoid", "unicorn", "--today", "2026-01-05"), "`unicorn`"),
     (("regenerate", "--today", "tomorrow"), "--today tomorrow"),
     (("regenerate", "--today", "2027-01-01"), "every day of the plan lies before"),
     (("unskip", "tue", "dinner"), "is not skipped")],
)  # fmt: skip
def test_wrong_input_is_named_and_the_plan_stays(week, text, words, named):
    result = run(words[0], week, *words[1:], code=2)
    assert named in result.stderr
    assert week.read_text(encoding="utf-8") == text
    assert not (week.parent / ".week.json.undo").exists()
