"""What the documentation shows is what happens: its Python, its commands, its links and its lists."""

import contextlib
import io
import re
import shlex
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mealplan import write_beside
from mealplan.cli import main

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
WITH_PYTHON = [page for page in PAGES if "```python" in page.read_text(encoding="utf-8")]

NOT_RUN = {
    "mealplan foods update": "asks FoodData Central",
    "mealplan foods update FoodData_Central_csv_2026-04-30.zip": "reads a file of half a gigabyte",
    "mealplan foods update --rollback": "changes what is installed",
    "mealplan dishes add https://example.org/lentil-soup": "asks a website",
    "mealplan dishes check --report --strict": "is run by CI itself",
}
"""Commands of the pages that only have their words and options checked, and why."""

DIARY = "Monday\nBreakfast\n2 slices whole-wheat bread\n1 orange\n"
SERVINGS = (
    "Day,Group,Food Name,Amount,Energy (kcal),Iron (mg)\n2026-01-05,Breakfast,Rolled Oats,60 g,228,2.6\n"
)  # fmt: skip
SOUP = ">> servings: 4\n\nSimmer @red lentils{250%g} and @carrots{2} in water for ~{25%minutes}.\n"


def blocks(page, *languages):
    return [(kind, text) for kind, text in FENCE.findall(page.read_text(encoding="utf-8")) if kind in languages]


def name_of(page):
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", WITH_PYTHON, ids=name_of)
def test_the_python_of_a_page_runs_and_prints_what_it_shows(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "page"}
    shown = ""
    for kind, text in blocks(page, "python", "text"):
        if kind == "text":
            assert shown == text
            continue
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(text, name_of(page), "exec"), names)  # noqa: S102  # the documentation's own
        shown = said.getvalue()


def commands():
    """(page, command) for every line with `mealplan` in a shell block; the README has a test of its own."""
    for page in PAGES:
        if page.name == "README.md" and page.parent == ROOT:
            continue
        for _, text in blocks(page, "console", "sh", ""):
            for line in text.splitlines():
                bare = line.removeprefix("$ ").split("#")[0].strip().removeprefix(".venv/bin/")
                if bare.startswith("mealplan "):
                    yield pytest.param(page, bare, id=f"{page.stem}: {bare}")


@pytest.fixture(scope="module")
def plan_json():
    from datetime import date

    from mealplan import PlanRequest, generate

    return generate(PlanRequest(start=date(2026, 1, 5), days=1, effort=1)).to_json()


@pytest.fixture
def folder(tmp_path, monkeypatch, plan_json):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEALPLAN_DISHES", str(tmp_path / "own"))
    (tmp_path / "own").mkdir()
    write_beside(tmp_path / "week.json", plan_json)
    (toml,) = [text for _, text in blocks(ROOT / "docs" / "dishes.md", "toml")]
    for file, text in (
        ("diary.txt", DIARY), ("servings.csv", SERVINGS), ("soup.cook", SOUP), ("white-bean-stew.toml", toml),
        ("mine.csv", "text,food_id,grams\n1 cup light yogurt,173445,245\n"),
    ):  # fmt: skip
        (tmp_path / file).write_text(text, encoding="utf-8")
    CliRunner().invoke(main, ["init"])
    return tmp_path


@pytest.mark.parametrize(("page", "command"), list(commands()))
def test_a_command_of_a_page_runs(page, command, folder):
    words = shlex.split(command)[1:]
    if command in NOT_RUN:
        found, context = main, click.Context(main)
        while isinstance(found, click.Group):
            found = found.get_command(context, words.pop(0))
            assert found is not None, command
        known = {name for parameter in found.params for name in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= known
        return
    done = CliRunner().invoke(main, words)
    assert done.exit_code in (0, 3), f"{command}\n{done.output}"


def test_every_command_that_is_not_run_stands_on_a_page():
    assert set(NOT_RUN) <= {parameter.values[1] for parameter in commands()}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    text = re.sub(FENCE, "", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        assert path.exists(), f"{name_of(page)} links to {target}"
        if anchor:
            heads = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_named_in_a_page_are_there(page):
    text = re.sub(FENCE, "", page.read_text(encoding="utf-8"))
    for named in re.findall(r"`((?:foods|mealplan|tests|scripts|examples|docs)/[\w/.-]+)`", text):
        assert (ROOT / named).exists(), f"{name_of(page)} names {named}"


def test_every_page_is_reached_from_the_index_or_the_readme():
    told = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "README.md", ROOT / "docs" / "README.md"))
    for page in PAGES:
        assert page == ROOT / "README.md" or f"{page.name})" in told, f"nothing links to {name_of(page)}"


def test_the_page_of_commands_is_the_commands():
    spec = spec_from_file_location("write_commands", ROOT / "scripts" / "write_commands.py")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == module.describe_commands(), "run: python scripts/write_commands.py"


def test_the_reference_names_every_public_name_and_field():
    import foods
    import mealplan
    from mealplan import PlanRequest

    text = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", text))
    assert set(mealplan._MODULE_OF) | set(foods._MODULE_OF) <= words | {"write_beside"}
    assert set(PlanRequest.model_fields) <= words
