"""What must be true of a plan in every form it is written in: nothing lost, nothing run, nothing in the way."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from foods.table import FoodTable
from mealplan.cli import main
from mealplan.people import build_person
from mealplan.plan import Plan
from mealplan.render import words
from mealplan.render.extras import EXTRAS, MissingExtra
from mealplan.render.formats import FORMATS, Printing, UnknownFormat, format_of
from mealplan.render.ics import SITTINGS, UnknownTimezone, render_ics
from mealplan.render.markdown import escaped, render_markdown
from mealplan.render.paper import Paper
from mealplan.render.plain import FORMULA_SIGNS, one_line
from mealplan.render.rows import COLUMNS, render_rows
from mealplan.render.text import render_text
from mealplan.render.workbook import render_workbook
from tests.plans import TABLE, build_dishes, build_plan

ANA = build_person({"id": "Ana", "sex": "female", "age": 30, "pregnant": 2})
BEN = build_person({"id": "Ben", "sex": "male", "age": 16})

HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd()",
    "=HYPERLINK(\"http://localhost\",\"x\")",
    "+1-2",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "＝1+1",
    "soup;=cmd()",
    'say "soup", please',
    "two\nlines\r\nand a third",
    "END:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:more",
    "a | b",
    "a \\| b",
    "[click](javascript:alert(1)) ![x](y)",
    "**bold** _thin_ `code` ~~gone~~",
    "# heading",
    "- item",
    "1. item",
    "&lt;b&gt; &amp; &#60;",
    "\x00\x0b\x1b[31mred\ufffe",
    "\u2028line\u2029paragraph\x85next",
)  # fmt: skip
FROM_ANYWHERE = ("شوربة العدس", "מרק עדשים", "Čočková polévka", "红烧豆腐", "Dal 🍲 👩🏽‍🍳", "e\u0301clair")

TITLES = st.text(min_size=1, max_size=40) | st.sampled_from((*HOSTILE, *FROM_ANYWHERE))
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def renamed(title: str, days: int = 1) -> Plan:
    """A plan in which Monday's dinner, and what is bought for it, goes by another name."""
    plan = build_plan(days, titles={"dal": title})
    lines = tuple(line.model_copy(update={"dishes": (title,), "check_label": (title,)}) for line in plan.shopping)
    return plan.model_copy(update={"shopping": lines})


def plates(plan: Plan) -> int:
    return sum(len(dish.servings) for _, _, dish in plan.servings())


# -- the registry and the command -------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("mealplan.pipeline.generate", lambda *_, **__: build_plan())
    return lambda *options: CliRunner().invoke(main, ["generate", *options])


def test_any_number_of_files_is_written_in_one_go(run: Any, tmp_path: Path) -> None:
    names = [f"plan{suffix}" for suffix in FORMATS if suffix != ".pdf"]
    result = run(*(part for name in names for part in ("-o", name)))
    assert result.exit_code == 3, result.output  # the plan by hand misses a target
    assert {path.name for path in tmp_path.iterdir()} == set(names)
    assert all(path.stat().st_size > 500 for path in tmp_path.iterdir())
    assert all(f"wrote {name}" in result.output for name in names)


def test_the_suffix_may_be_in_capitals() -> None:
    assert format_of(Path("PLAN.MD")) is FORMATS[".md"]


def test_an_unknown_suffix_lists_all_that_there_are(run: Any, tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat) as caught:
        format_of(Path("plan.docx"))
    assert all(suffix in str(caught.value.hint) for suffix in FORMATS)
    result = run("-o", "good.md", "-o", "plan.docx")
    assert result.exit_code == 2
    assert ".docx" in result.stderr
    assert all(suffix in result.stderr for suffix in FORMATS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("library", "extra"), EXTRAS.items())
def test_a_missing_library_is_one_line_with_the_command_before_any_work(
    library: str, extra: str, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    suffix = next(suffix for suffix, form in FORMATS.items() if form.library == library)
    result = run("-o", "plan.html", "-o", f"plan{suffix}")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"error: the library {library} is not installed, and `{extra}` output needs it",
        f'hint: pip install "mealplan[{extra}]"',
    ]
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(MissingExtra):
        FORMATS[suffix].render(build_plan(1), build_dishes(), Printing())


def test_every_library_of_an_extra_is_declared_under_that_name() -> None:
    declared = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    for library, extra in EXTRAS.items():
        assert re.search(rf'^{extra} = \["{library}>=', declared, flags=re.MULTILINE)


def test_the_command_loads_no_format_before_it_is_asked_for() -> None:
    heavy = "{'icalendar', 'openpyxl', 'plutoprint', 'jinja2', 'pandas', 'csv'}"
    code = f"import sys, mealplan.cli; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# -- text that a user, or whoever the recipe is from, has written ---------------------------------------------------


@given(TITLES)
def test_one_line_is_one_line_of_printable_text(title: str) -> None:
    line = one_line(title)
    assert line.splitlines() in ([line], [])
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", line)
    assert one_line(line) == line


@pytest.mark.parametrize("title", FROM_ANYWHERE)
def test_names_from_anywhere_survive_in_every_form(title: str) -> None:
    plan = renamed(title)
    assert title in render_markdown(plan, build_dishes(), table=TABLE)
    assert title in render_rows(plan, table=TABLE)
    assert title in render_text(plan)
    assert title in summaries(render_ics(plan, build_dishes()))[2]
    assert title in meals(render_workbook(plan, build_dishes(), table=TABLE))[2]


# -- Markdown ---------------------------------------------------------------------------------------------------


def parse(text: str) -> Any:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)


def inlines(text: str) -> list[Any]:
    return [token for token in parse(text) if token.type == "inline"]


def said(inline: Any) -> str:
    return "".join(child.content for child in inline.children)


def cells(markdown: str) -> list[list[str]]:
    """The first table, as text."""
    tokens = parse(markdown)
    rows: list[list[str]] = []
    for before, token in pairwise(tokens):
        if before.type == "tr_open":
            rows.append([])
        if before.type in ("td_open", "th_open"):
            rows[-1].append(said(token))
        if before.type == "table_close":
            break
    return rows


def test_the_markdown_table_has_every_dish_in_its_place() -> None:
    plan = build_plan()
    heading, *rows = cells(render_markdown(plan, build_dishes(), table=TABLE))
    assert heading == ["Day", "Breakfast", "Lunch", "Dinner", "Snack", "Tonight"]
    for row, day in zip(rows, plan.days, strict=True):
        assert row[0].startswith(words.day_name(day.date))
        for meal in day.meals:
            assert all(dish.title in row[heading.index(meal.slot.capitalize())] for dish in meal.dishes)
    assert rows[0][3] == (
        "Red lentil dal with spinach; Brown rice; Red pepper salad with lemon 1 1/2 x (701 kcal, 35 min, Fe+C)"
    )


def test_the_markdown_has_the_list_to_tick_the_recipes_and_what_is_missed() -> None:
    plan = build_plan(people=[ANA, BEN], banner_lines=["Ask a clinician."])
    text = render_markdown(plan, build_dishes(), table=TABLE)
    for line in plan.shopping:
        assert f"- [ ] {line.ingredient}: {line.packages}" in text
    for dish in build_dishes().values():
        assert f"\n### {dish.title}\n" in text
        assert all(step in text for step in dish.steps)
    assert "- 156 g red lentils, dry" in text  # 250 g / 4 x 2.5 servings
    assert "**Ask a clinician.**" in text
    assert "Vitamin D" in text.partition("## What the plan covers")[2].partition("## Shopping list")[0]
    assert words.NOT_ADVICE in text


def test_a_fortnight_is_two_tables_in_markdown() -> None:
    assert render_markdown(build_plan(14), build_dishes(), table=TABLE).count("| Day | Breakfast |") == 2


@given(TITLES)
@SLOWLY
def test_no_text_becomes_markup_in_markdown(title: str) -> None:
    for before in ("", "- ", "- [ ] ", "### ", "**The day before:** "):
        tokens = parse(f"{before}{escaped(title)}\n")
        assert not [token for token in tokens if token.type.startswith(("html", "fence", "code"))]
        inline = [token for token in tokens if token.type == "inline"]
        if one_line(title):
            assert said(inline[0]).endswith(one_line(title))
            assert {child.type for child in inline[0].children} <= {
                "text",
                "text_special",
                "strong_open",
                "strong_close",
            }


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_text_in_markdown(title: str) -> None:
    plan = renamed(title).model_copy(update={"banners": (title,)})
    markdown = render_markdown(plan, build_dishes(), table=TABLE)
    assert "<" not in markdown
    assert cells(markdown)[1][3].startswith(f"{one_line(title)}; Brown rice")
    allowed = {"text", "text_special", "softbreak", "hardbreak", "em_open", "em_close", "strong_open", "strong_close"}
    assert {child.type for inline in inlines(markdown) for child in inline.children} <= allowed


# -- plain text -------------------------------------------------------------------------------------------------


def test_the_text_is_the_shopping_list_and_no_line_is_long() -> None:
    plan = build_plan()
    lines = render_text(plan).splitlines()
    assert lines[0] == "Shopping for 2 to 8 March 2026"
    for line in plan.shopping:
        amount = words.spoken_plural(line.kitchen) if line.staple else line.packages
        assert any(said.startswith(f"- {line.ingredient}: {amount}") for said in lines)
    assert lines.index("PRODUCE") < lines.index("ENOUGH AT HOME?")
    assert max(map(len, lines)) < 100
    assert sum(line.startswith("- ") for line in lines) == len(plan.shopping)


# -- CSV --------------------------------------------------------------------------------------------------------


def test_the_csv_reads_in_pandas_and_adds_up_to_the_plan() -> None:
    plan = build_plan(people=[ANA, BEN])
    frame = pd.read_csv(io.StringIO(render_rows(plan, table=TABLE)), parse_dates=["date"])
    assert list(frame.columns) == list(COLUMNS)
    assert len(frame) == plates(plan)
    assert list(frame["title"][::2]) == [dish.title for _, _, dish in plan.servings()]
    for nutrient in ("iron_mg", "magnesium_mg", "folate_ug_dfe", "vitamin_b12_ug", "vitamin_d_ug"):
        for person in ("Ana", "Ben"):
            daily = frame[frame["person"] == person].groupby("day")[nutrient].sum()
            row = next(row for row in plan.coverage if (row.person, row.nutrient) == (person, nutrient))
            assert list(daily) == pytest.approx(row.daily, abs=0.01)


def test_the_unmeasured_is_an_empty_field_or_named_and_never_zero() -> None:
    frame = pd.read_csv(io.StringIO(render_rows(build_plan(), table=TABLE)))
    stew = frame[frame["dish"] == "chickpea-stew"].iloc[0]
    assert stew["at_least"] == "iron_mg magnesium_mg folate_ug_dfe"  # of the stock there are no values
    other = FoodTable(pd.DataFrame({"description": ["Water"]}, ["1"]), pd.DataFrame({"iron_mg": [0.0]}, ["1"]))
    frame = pd.read_csv(io.StringIO(render_rows(build_plan(), table=other)))
    assert frame[["energy_kcal", "iron_mg"]].isna().all(axis=None)


@given(TITLES)
@SLOWLY
def test_no_field_of_the_csv_can_be_a_formula(title: str) -> None:
    plan = renamed(title)
    text = render_rows(plan, table=TABLE)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 1 + plates(plan)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert text.count("\r\n") == text.count("\n") == len(rows)
    # Whether the reader parts fields at commas or, as in much of Europe, at semicolons.
    fields = [field for row in rows for field in row] + [part for line in text.splitlines() for part in line.split(";")]
    assert not [field for field in fields if field.lstrip(' "').startswith(tuple(FORMULA_SIGNS))]


# -- XLSX -------------------------------------------------------------------------------------------------------


def sheets(book: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(book))


def meals(book: bytes) -> list[str]:
    """The meals of the first day."""
    return [cell.value or "" for cell in sheets(book)["Week"][2][2:6]]


def values(sheet: Any) -> Iterator[dict[str, Any]]:
    heading, *rows = sheet.iter_rows(values_only=True)
    return (dict(zip(heading, row, strict=True)) for row in rows)


def test_the_workbook_holds_week_shopping_and_coverage() -> None:
    plan = build_plan(people=[ANA, BEN])
    book = sheets(render_workbook(plan, build_dishes(), table=TABLE))
    assert book.sheetnames == ["Week", "Shopping", "Coverage"]
    for row, day in zip(values(book["Week"]), plan.days, strict=True):
        assert row["Date"] == datetime.combine(day.date, time())
        for meal in day.meals:
            assert all(dish.title in row[meal.slot.capitalize()] for dish in meal.dishes)
    bought = {row["Ingredient"]: row for row in values(book["Shopping"])}
    assert set(bought) == {line.ingredient for line in plan.shopping}
    assert all(bought[line.ingredient]["Buy"] == line.packages for line in plan.shopping)
    covered = {(row["Person"], row["Nutrient"]): row for row in values(book["Coverage"])}
    assert len(covered) == len(plan.coverage)
    for wanted in plan.coverage:
        found = covered[wanted.person, words.label(wanted.nutrient)]
        assert found["Target a day"] == (None if wanted.target is None else pytest.approx(wanted.target))
        assert (found["Mean"], found["Mon 2"]) == pytest.approx((wanted.mean, wanted.daily[0]))


def test_the_workbook_prints_the_week_on_one_page() -> None:
    for paper, size in (("a4", "9"), ("letter", "1")):
        week = sheets(render_workbook(build_plan(), build_dishes(), paper=paper, table=TABLE))["Week"]  # type: ignore[arg-type]
        assert week.page_setup.orientation == "landscape"
        assert str(week.page_setup.paperSize) == size
        assert week.sheet_properties.pageSetUpPr.fitToPage
        assert int(week.page_setup.fitToHeight) == 1


@given(TITLES)
@settings(SLOWLY, max_examples=20)
def test_no_cell_of_the_workbook_is_a_formula(title: str) -> None:
    check_workbook(title)


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_text_in_the_workbook(title: str) -> None:
    check_workbook(title)


def check_workbook(title: str) -> None:
    book = sheets(render_workbook(renamed(title), build_dishes(), table=TABLE))
    every = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in every if cell.data_type == "f"]
    risky = [cell for cell in every if isinstance(cell.value, str) and cell.value.startswith(tuple(FORMULA_SIGNS))]
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)
    assert book["Week"]["E2"].value.startswith(one_line(title))


# -- ICS --------------------------------------------------------------------------------------------------------


def events(calendar: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(calendar).walk("VEVENT"))


def summaries(calendar: bytes) -> list[str]:
    return [str(event["summary"]) for event in events(calendar)]


def test_the_calendar_has_an_event_for_every_meal_at_its_time() -> None:
    plan = build_plan()
    calendar = icalendar.Calendar.from_ical(render_ics(plan, build_dishes()))
    assert str(calendar["x-wr-calname"]) == str(calendar["name"]) == "Meals for 2 to 8 March 2026"
    found = list(calendar.walk("VEVENT"))
    planned = [(day, meal) for day in plan.days for meal in day.meals]
    for event, (day, meal) in zip(found, planned, strict=True):
        assert event.decoded("dtstart") == datetime.combine(day.date, SITTINGS[meal.slot].start)
        assert event.decoded("dtend") > event.decoded("dtstart")
        assert event.decoded("dtstamp") == plan.created
        for dish in meal.dishes:
            assert dish.title in str(event["summary"])
            assert dish.title in str(event["description"])
            assert all(step in str(event["description"]) for step in build_dishes()[dish.dish].steps)
    assert str(found[2]["summary"]).startswith("Dinner: Red lentil dal with spinach; ")
    assert "- 50 g spinach (1 3/4 cups)" in str(found[2]["description"])


def test_the_description_has_the_amounts_of_that_meal_and_who_eats_how_much() -> None:
    found = events(render_ics(build_plan(people=[ANA, BEN]), build_dishes()))
    sunday = str(found[-2]["description"])  # dal x 1.5, and Ben eats half as much again
    assert "Red lentil dal with spinach (3 3/4 servings: Ana 1 1/2, Ben 2 1/4)" in sunday
    assert "- 234 g red lentils, dry" in sunday  # 250 g / 4 x 3.75


def test_the_same_plan_keeps_its_uids_and_another_has_others() -> None:
    def uids(plan: Plan) -> list[str]:
        return [str(event["uid"]) for event in events(render_ics(plan, build_dishes()))]

    plan = build_plan()
    later = plan.model_copy(update={"created": plan.created.replace(year=2027)})
    swapped = build_plan(titles={"dal": "Something else for dinner"})
    assert uids(plan) == uids(build_plan()) == uids(later) == uids(swapped)
    assert uids(plan) == uids(Plan.model_validate_json(plan.to_json()))
    assert len(set(uids(plan))) == 28
    other = plan.model_copy(update={"request": {**plan.request, "seed": 8}})
    assert not set(uids(plan)) & (set(uids(other)) | set(uids(build_plan(people=[BEN]))))


def test_the_same_plan_is_the_same_calendar_byte_for_byte() -> None:
    assert render_ics(build_plan(), build_dishes()) == render_ics(build_plan(), build_dishes())


def test_a_time_zone_is_kept_and_defined_in_the_file() -> None:
    calendar = render_ics(build_plan(1), build_dishes(), timezone="Europe/Berlin")
    start = events(calendar)[0].decoded("dtstart")
    assert start == datetime(2026, 3, 2, 7, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin" in calendar
    assert b"TZID" not in render_ics(build_plan(1), build_dishes())


def test_an_unknown_time_zone_is_named_before_any_work(run: Any, tmp_path: Path) -> None:
    with pytest.raises(UnknownTimezone):
        render_ics(build_plan(1), build_dishes(), timezone="../../etc/localtime")
    result = run("--timezone", "berlin", "-o", "plan.ics")
    assert result.exit_code == 2
    assert "hint: did you mean Europe/Berlin?" in result.stderr
    assert list(tmp_path.iterdir()) == []
    assert run("--timezone", "Europe/Berlin", "-o", "plan.ics").exit_code == 3
    assert b"Europe/Berlin" in (tmp_path / "plan.ics").read_bytes()


@given(TITLES)
@SLOWLY
def test_no_title_adds_to_the_calendar(title: str) -> None:
    calendar = render_ics(renamed(title), build_dishes())
    assert len(events(calendar)) == 4
    # A backslash is written as its wide twin: the library would read it as the beginning of a line break.
    said = one_line(title).replace("\\", "＼")
    assert summaries(calendar)[2] == f"Dinner: {said}; Brown rice; Red pepper salad with lemon"
    assert max(len(line) for line in calendar.split(b"\r\n")) <= 75


# -- PDF --------------------------------------------------------------------------------------------------------


def printed(plan: Plan, paper: Paper = "a4") -> bytes:
    pytest.importorskip("plutoprint")
    from mealplan.render.pdf import NoFonts, render_pdf

    try:
        return render_pdf(plan, build_dishes(), paper=paper, table=TABLE)
    except NoFonts:
        pytest.skip("no font to print with")


def opened(pdf: bytes) -> bytes:
    """The file with its compressed parts beside it, as they are."""
    objects = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, flags=re.DOTALL):
        try:
            objects.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(objects)


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """(width, height) of every page, in points."""
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", opened(pdf))
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.mark.parametrize(("paper", "long", "short"), [("a4", 842, 595), ("letter", 792, 612)])
@pytest.mark.parametrize("kind", ["week", "fortnight", "long"])
def test_every_week_of_the_pdf_is_one_landscape_page(paper: Paper, long: int, short: int, kind: str) -> None:
    name = "Slow-roasted sweet potatoes stuffed with smoky black beans, kale, pumpkin seeds and a lemon yogurt sauce"
    mains = [slug for slug, dish in build_dishes().items() if dish.is_main]
    plan = {
        "week": build_plan,
        "fortnight": lambda: build_plan(14),
        "long": lambda: build_plan(people=[ANA, BEN], titles=dict.fromkeys(mains, name)),
    }[kind]()
    found = sizes(printed(plan, paper))
    weeks = 2 if kind == "fortnight" else 1
    assert found.count((long, short)) == weeks
    assert set(found) == {(long, short), (short, long)}
    assert 8 <= len(found) <= 16


def test_the_pdf_is_the_same_for_the_same_plan_and_names_it() -> None:
    pdf = printed(build_plan())
    assert pdf.startswith(b"%PDF-")
    assert b"(Meals for 2 to 8 March 2026)" in opened(pdf)
    assert pdf == printed(build_plan())


@pytest.mark.parametrize("title", [*HOSTILE, *FROM_ANYWHERE])
def test_any_title_prints(title: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert len(sizes(printed(renamed(title)))) > 5
    assert capfd.readouterr().err == ""
