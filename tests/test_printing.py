"""`mealplan show` and `mealplan shopping`: a plan for more people, other shops and other papers, and what fails."""

from __future__ import annotations

import io
import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
from click.testing import CliRunner
from jinja2 import DictLoader, Environment

from mealplan.cli import main
from mealplan.kitchen import Kitchen
from mealplan.pipeline import generate
from mealplan.plan import UnwritableFile, plan_schema, read_plan, write_beside
from mealplan.render import html, words
from mealplan.render.formats import LIST_FORMATS
from mealplan.render.rows import LIST_COLUMNS
from mealplan.request import PlanRequest
from mealplan.verify import verify


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A small plan of the real kitchen, and its file."""
    from datetime import UTC, date, datetime

    request = PlanRequest(start=date(2026, 3, 2), days=2, diets=("vegetarian",), effort=1)
    path = tmp_path_factory.mktemp("real") / "plan.json"
    path.write_text(generate(request, now=datetime(2026, 3, 1, tzinfo=UTC)).to_json(), encoding="utf-8")
    return path


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(*words: object):
        return CliRunner().invoke(main, [str(word) for word in words])

    return invoke


def test_four_people_buy_and_cook_four_times_as_much_and_each_eats_the_same(run, real, tmp_path):
    result = run("show", real, "--people", 4, "-o", "four.json", "-o", "four.md")
    assert result.exit_code == 0, result.output
    one, four = read_plan(real), read_plan(tmp_path / "four.json")
    assert (four.eaters, four.coverage, four.days) == (4, one.coverage, one.days)
    for line, more in zip(one.shopping, four.shopping, strict=True):
        assert more.grams == pytest.approx(4 * line.grams, abs=0.25)
    kitchen = Kitchen.embedded()
    assert verify(four, kitchen.table, kitchen.catalogue) == []
    markdown = (tmp_path / "four.md").read_text(encoding="utf-8")
    size = 4 * sum(one.days[0].meals[0].dishes[0].servings.values())
    assert f"{words.count(size, 'serving')} for Monday breakfast" in markdown
    assert "for 4 people" in markdown
    # What is kept in the file stays: one more look does not take people away.
    assert "for 4 people" in run("shopping", "four.json").output
    assert "for 2 people" in run("shopping", "four.json", "--people", 2).output


def test_a_plan_that_buys_too_little_for_its_people_does_not_verify(real):
    plan = read_plan(real)
    kitchen = Kitchen.embedded()
    found = verify(plan.model_copy(update={"eaters": 2}), kitchen.table, kitchen.catalogue)
    traces = [line for line in plan.shopping if line.edible_grams <= 0.2]  # within the rounding of the list
    assert len(plan.shopping) - len(traces) <= len(found) <= len(plan.shopping)
    assert all("the shopping list has" in line for line in found)


def test_packages_that_hold_too_little_do_not_verify(real):
    plan = read_plan(real)
    kitchen = Kitchen.embedded()
    first, *rest = plan.shopping
    short = first.model_copy(update={"packed_grams": first.grams / 2})
    (found,) = verify(plan.model_copy(update={"shopping": (short, *rest)}), kitchen.table, kitchen.catalogue)
    assert first.ingredient in found


def test_people_units_pantry_and_aisles_shape_the_list_of_a_new_plan_too(run, tmp_path):
    (tmp_path / "pantry.csv").write_text("item,amount,unit\nolive oil,2,bottle\n", encoding="utf-8")
    (tmp_path / "aisles.txt").write_text("frozen\n", encoding="utf-8")
    words = "generate --vegan --days 1 --effort 1 --people 3 --units us --pantry pantry.csv --aisles aisles.txt"
    result = run(*words.split(), "-o", "plan.json")
    assert result.exit_code in (0, 3), result.output
    plan = read_plan(tmp_path / "plan.json")
    assert (plan.eaters, plan.units) == (3, "us")
    for line in plan.shopping:
        assert (line.at_home_grams > 0) == (line.ingredient == "olive oil")
    assert run("verify", "plan.json").exit_code == 0


@pytest.mark.parametrize("suffix", LIST_FORMATS)
def test_the_list_alone_is_written_in_every_form(run, real, tmp_path, suffix):
    result = run("shopping", real, "--units", "us", "-o", f"list{suffix}")
    assert result.exit_code == 0, result.output
    assert f"wrote list{suffix}" in result.output
    written = (tmp_path / f"list{suffix}").read_bytes()
    if suffix in (".html", ".md", ".txt", ".csv", ".json"):
        text = written.decode()
        assert all(line.ingredient in text for line in read_plan(real).shopping)


def test_the_list_as_json_is_a_plan_by_its_schema_and_as_csv_reads_in_pandas(run, real, tmp_path):
    run("shopping", real, "--people", 3, "-o", "list.json", "-o", "list.csv")
    jsonschema.validate(json.loads((tmp_path / "list.json").read_text(encoding="utf-8")), plan_schema())
    plan = read_plan(tmp_path / "list.json")
    frame = pd.read_csv(tmp_path / "list.csv", parse_dates=["first_use"])
    assert list(frame.columns) == list(LIST_COLUMNS)
    assert list(frame["ingredient"]) == [line.ingredient for line in plan.shopping]
    assert frame["packed_grams"].sum() == pytest.approx(sum(line.packed_grams for line in plan.shopping))
    assert (frame["packed_grams"] + 0.15 >= frame["grams"]).all()


def test_a_calendar_of_the_list_is_refused(run, real, tmp_path):
    result = run("shopping", real, "-o", "list.ics")
    assert result.exit_code == 2
    assert "known: .html" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["show", "shopping"])
def test_a_plan_of_another_catalogue_is_named_when_its_list_is_made_anew(run, real, tmp_path, command):
    plan = read_plan(real)
    name = plan.days[0].meals[0].dishes[0].ingredients[0].ingredient
    strange = plan.to_json().replace(json.dumps(name), '"moon dust"')
    (tmp_path / "plan.json").write_text(strange, encoding="utf-8")
    assert run(command, "plan.json").exit_code == 0
    result = run(command, "plan.json", "--people", 2, "-o", "plan.html")
    assert result.exit_code == 2
    assert "the plan needs an unknown ingredient `moon dust`" in result.stderr
    assert not (tmp_path / "plan.html").exists()


@pytest.mark.parametrize(
    ("schema", "way_on"),
    [
        ("mealplan/plan/2", "a newer mealplan wrote it: `pip install --upgrade mealplan`"),
        ("mealplan/plan/0", "an older mealplan wrote it: make the plan anew"),
        ("something/else", "it is no plan"),
        (None, "it is no plan"),
    ],
)
def test_a_plan_from_an_older_or_newer_schema_says_which_way_is_on(run, tmp_path, schema, way_on):
    (tmp_path / "plan.json").write_text(json.dumps({"schema": schema}), encoding="utf-8")
    (tmp_path / "plan.html").write_text("old", encoding="utf-8")
    result = run("show", "plan.json", "-o", "plan.html")
    assert result.exit_code == 2
    assert f"field `schema` is {schema!r}" in result.stderr
    assert f"hint: {way_on}" in result.stderr
    assert (tmp_path / "plan.html").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("template", ["{% if %}", "{{ nothing }}", "{{ 1 + }}", "{% include 'gone.html' %}"])
def test_a_broken_template_is_one_line_and_leaves_every_old_file(run, real, tmp_path, monkeypatch, template):
    monkeypatch.setattr(html, "environment", lambda: _broken(template))
    for name in ("plan.html", "plan.md"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    result = run("show", real, "-o", "plan.md", "-o", "plan.html")
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("error: the template ")
    assert len(result.stderr.splitlines()) == 2  # the error and the way on
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        "plan.html": "old",
        "plan.md": "old",
    }


def _broken(template: str) -> Environment:
    from jinja2 import StrictUndefined

    return Environment(loader=DictLoader({"plan.html": template}), undefined=StrictUndefined, autoescape=True)


_FULL = """
set -e
mount -t tmpfs -o size=64k tmpfs "$1"
printf old > "$1/plan.json"
set +e
"$2" -m mealplan show "$3" -o "$1/plan.json"
echo "code $?"
echo "left $(cat "$1/plan.json")"
echo "files $(ls -A "$1")"
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs a mount of its own, which Linux gives")
def test_a_full_disk_is_one_line_and_leaves_the_old_file(real, tmp_path):
    """On a disk of 64 kB that is really full, in a name space of its own."""
    assert real.stat().st_size > 65536
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _FULL, "sh"]
    done = subprocess.run(
        [*command, str(tmp_path), sys.executable, str(real)], capture_output=True, text=True, check=False
    )
    if "code" not in done.stdout:
        pytest.skip(f"no mount of its own here: {done.stderr.strip()}")
    assert done.stdout.splitlines() == ["code 2", "left old", "files plan.json"]
    assert done.stderr.splitlines() == [
        f"error: cannot write {tmp_path}/plan.json: No space left on device",
        "hint: choose another place with -o",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="limits of a process, as Linux has them")
def test_a_file_that_may_not_grow_leaves_the_old_one(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text("old", encoding="utf-8")
    pid = os.fork()
    if pid == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
        try:
            write_beside(path, "x" * 4096)
        except UnwritableFile:
            os._exit(2)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 2
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_a_full_terminal_ends_without_a_traceback(real):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mealplan", "shopping", str(real)],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "No space left on device" in done.stderr


def test_a_reader_that_goes_away_ends_the_command_quietly(real):
    done = subprocess.run(
        ["sh", "-c", '"$0" -m mealplan shopping "$1" | head -1', sys.executable, str(real)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("Shopping for")
    assert "Traceback" not in done.stderr


def test_the_terminal_list_is_plain_when_piped_and_fits_eighty_columns(real):
    done = subprocess.run(
        [sys.executable, "-m", "mealplan", "shopping", str(real), "--people", "4"],
        capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "80"},
    )  # fmt: skip
    assert "\x1b" not in done.stdout
    assert max(map(len, io.StringIO(done.stdout).read().splitlines())) <= 80
