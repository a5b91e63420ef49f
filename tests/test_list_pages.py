"""What must be true of the shopping list as it is set, and of what is done ahead."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from xml.etree import ElementTree

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mealplan.plan import Plan, ShoppingLine
from mealplan.render import columns, items, words
from mealplan.render.ahead import Batch, Step, build_ahead
from mealplan.render.html import render_html, render_list_html
from mealplan.render.markdown import render_list_markdown
from mealplan.render.rows import render_list_rows
from mealplan.render.text import render_text
from mealplan.shopping import Shop, with_list
from tests.plans import START, TABLE, build_catalogue, build_dishes, build_plan

XHTML = "{http://www.w3.org/1999/xhtml}"
PLAN = build_plan()


def line(**fields: object) -> ShoppingLine:
    """A line of the list, with what a test says of it."""
    known = {
        "ingredient": "spinach", "aisle": "produce", "grams": 300.0, "edible_grams": 285.0, "packed_grams": 400.0,
        "packages": "2 x 200 g bag", "kitchen": "285 g", "staple": False, "check_label": (),
        "dishes": ("Red lentil dal with spinach",), "keeps_days": 5, "first_use": START, "last_use": START,
    }  # fmt: skip
    return ShoppingLine.model_validate(known | fields)


def listing(*lines: ShoppingLine, days: int = 7) -> Plan:
    return build_plan(days).model_copy(update={"shopping": lines})


LINES = st.builds(
    line,
    ingredient=st.sampled_from(["kale", "low-sodium vegetable bouillon powder, organic"]),
    packages=st.sampled_from(["3 pieces", "2 x 400 g can (240 g drained)"]),
    dishes=st.sampled_from([("Dal",), ("Dal", "Slow-roasted sweet potatoes with smoky black beans", "Soup")]),
    keeps_days=st.sampled_from([2, 90]),
)
SECTIONS = st.lists(
    st.builds(
        items.Section,
        heading=st.just("Produce"),
        lines=st.tuples(LINES, st.integers(1, 60)).map(
            lambda pair: tuple(pair[0].model_copy() for _ in range(pair[1]))
        ),
        kind=st.just("aisle"),
    ),
    max_size=6,
)


@given(SECTIONS, st.sampled_from(["a4", "letter"]))
def test_columns_hold_every_line_once_in_order_and_no_heading_alone(sections, paper):
    sheets = columns.sheets(sections, PLAN, paper)
    blocks = [block for sheet in sheets for column in sheet for block in column]
    assert [line for block in blocks for line in block.lines] == [line for part in sections for line in part.lines]
    assert all(block.lines for block in blocks)
    seen: list[items.Section] = []
    for block in blocks:
        assert block.continued == any(block.section is section for section in seen[-1:])
        seen.append(block.section)
    assert all(len(sheet) <= columns.COLUMNS for sheet in sheets)


def test_the_last_page_of_a_list_has_even_columns():
    section = items.Section(
        heading="Produce", lines=tuple(line(ingredient=f"food {n}") for n in range(30)), kind="aisle"
    )
    (sheet,) = columns.sheets([section], PLAN, "a4")
    assert [sum(len(block.lines) for block in column) for column in sheet] == [10, 10, 10]


def test_a_perishable_is_marked_with_the_day_it_is_first_used():
    plan = listing()
    assert items.first_used(line(first_use=date(2026, 3, 4)), plan) == "Wed"
    assert items.first_used(line(first_use=date(2026, 3, 4)), listing(days=14)) == "Wed 4"
    assert items.first_used(line(keeps_days=8), plan) == ""
    assert items.first_used(line(keeps_days=None), plan) == ""


@pytest.mark.parametrize(
    ("keeps", "first", "last", "said"),
    [
        (5, 0, 5, ""),
        (3, 5, 5, "keeps 3 days: not before Wed"),  # first used on Saturday 7 March
        (3, 0, 6, "keeps 3 days: some later, for Sun"),
        (1, 1, 2, "keeps 1 day: some later, for Wed"),
    ],
)
def test_what_does_not_keep_until_it_is_used_says_when_to_buy_it(keeps, first, last, said):
    days = {"first_use": START + timedelta(days=first), "last_use": START + timedelta(days=last)}
    assert items.freshness(line(keeps_days=keeps, **days), listing()) == said


def test_the_line_below_a_name_says_what_is_needed_what_for_and_the_price():
    priced = line(price_usd=5.454, price_year=2022, first_use=date(2026, 3, 4), dishes=("Dal", "Pie", "Soup"))
    assert items.use(priced, listing()) == "Wed 285 g, for Dal +2 · $5.45 ’22"
    long = line(dishes=("Slow-roasted sweet potatoes stuffed with smoky black beans", "Dal"), keeps_days=30)
    assert items.use(long, listing()) == "285 g, for Slow-roasted sweet potatoes… +1"
    assert items.use(line(staple=True, price_usd=2.0, price_year=2018), listing()) == "2 x 200 g bag · $2.00 ’18"
    assert items.use(line(packages="", grams=0.0, at_home_grams=300.0), listing()) == ""


def test_the_total_counts_whole_packages_and_says_what_has_no_price():
    shop = [
        line(price_usd=5.45, price_year=2022),
        line(ingredient="kale", price_usd=1.2, price_year=2018),
        line(ingredient="dill"),
        line(ingredient="salt", staple=True, price_usd=3.0, price_year=2018),
        line(ingredient="rice", packages="", grams=0.0, price_usd=0.0),
    ]
    assert items.total(listing(*shop)) == (
        "About $7 in whole packages, at US average prices of 2018 to 2022; 1 of the 3 things have no known price. "
        "Staples, if all were bought: $3 more."
    )
    assert items.total(listing(line())) == ""


def test_what_is_partly_at_home_is_bought_for_the_rest_and_what_is_wholly_so_is_listed_apart():
    partly, wholly = line(at_home_grams=200.0), line(ingredient="rice", packages="", grams=0.0, at_home_grams=300.0)
    assert items.needed(partly, "metric") == "285 g; 200 g at home"
    assert items.needed(partly, "us") == "285 g; 7 oz at home"
    assert [(part.heading, len(part.lines)) for part in items.sections(listing(partly, wholly))] == [
        ("Produce", 1),
        ("At home already", 1),
    ]


def page(html: str) -> ElementTree.Element:
    return html5lib.HTMLParser(strict=True).parse(html)


def text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_the_list_alone_is_a_valid_page_with_its_headings_in_order():
    tree = page(render_list_html(with_list(PLAN, build_catalogue(), Shop(eaters=4, pantry={"eggs": 5000.0}))))
    levels = [int(e.tag[-1]) for e in tree.iter() if re.fullmatch(r".*}h[1-6]", str(e.tag))]
    assert levels[0] == 1
    assert set(levels[1:]) == {2}
    said = text(tree)
    assert "for 4 people" in said
    assert "At home already" in said
    assert all(line.ingredient in said for line in PLAN.shopping)


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "=cmd()", "x;=cmd()", "مجدرة 🍲", "Łosoś サーモン"])
def test_a_title_is_only_text_in_every_form_of_the_list(title):
    plan = build_plan(1, titles={"dal": title, "oats": title})
    listed = plan.model_copy(update={"shopping": tuple(renamed_line(line, title) for line in plan.shopping)})
    tree = page(render_list_html(listed))
    assert title in text(tree)
    assert not list(tree.iter(f"{XHTML}script"))
    assert "<script" not in render_list_markdown(listed)
    rows = list(csv.reader(io.StringIO(render_list_rows(listed))))
    assert not [cell for row in rows for cell in row if re.match(r"\s*[=+\-@]", cell)]
    assert all("\x1b" not in part for part in render_text(listed).splitlines())
    openpyxl = pytest.importorskip("openpyxl")
    from mealplan.render.workbook import render_list_workbook

    book = openpyxl.load_workbook(io.BytesIO(render_list_workbook(listed)))
    cells = [cell for row in book["Shopping"].iter_rows() for cell in row]
    assert title in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_list_alone_prints_on_its_paper(paper):
    pytest.importorskip("plutoprint")
    from mealplan.render.pdf import render_list_pdf
    from tests.test_formats import sizes

    assert set(sizes(render_list_pdf(PLAN, paper=paper))) == {(595, 842) if paper == "a4" else (612, 792)}


def renamed_line(line: ShoppingLine, title: str) -> ShoppingLine:
    return line.model_copy(
        update={"dishes": (title,), "ingredient": title if line.ingredient == "garlic" else line.ingredient}
    )


def test_every_box_to_tick_has_a_name_of_its_own():
    tree = page(render_html(build_plan(14), build_dishes(), table=TABLE))
    labelled = {box: text(label) for label in tree.iter(f"{XHTML}label") for box in label.iter(f"{XHTML}input")}
    boxes = list(tree.iter(f"{XHTML}input"))
    names = [labelled.get(box) or box.get("aria-label") for box in boxes]
    assert all(names)
    # A label's text is hidden from a screen reader where the box carries a name beside it.
    assert not [box for box in boxes if box in labelled and box.get("aria-label")]
    assert len(set(names)) == len(names)


def test_the_evenings_before_and_what_does_for_two_meals_stand_before_the_recipes():
    ahead = build_ahead(PLAN, build_dishes())
    soak = "Soak the black beans in plenty of water."
    assert Step(date=date(2026, 3, 4), text=soak, title="Black bean chili with sweet potato") in ahead.steps
    assert [step.date for step in ahead.steps] == sorted(step.date for step in ahead.steps)
    # The dal of Monday keeps 3 days and so serves Wednesday's lunch; that of Sunday it does only frozen.
    dal = [batch for batch in ahead.batches if batch.title == "Red lentil dal with spinach"]
    assert dal == [
        Batch(title=dal[0].title, first=START, again=date(2026, 3, 4), servings=1.0, frozen=False),
        Batch(title=dal[0].title, first=START, again=date(2026, 3, 8), servings=1.5, frozen=True),
    ]
    # Chickpea stew does not freeze, and the one of Monday is gone by Saturday.
    assert not [batch for batch in ahead.batches if batch.title == "Chickpea and kale stew with lemon"]
    recipes = text(next(e for e in page(render_html(PLAN, build_dishes(), table=TABLE)).iter(f"{XHTML}section")
                        if e.get("id") == "recipes"))  # fmt: skip
    assert "Sunday evening: Mix oats and soy milk in a jar and chill. For Overnight oats" in recipes
    assert "Monday, Red lentil dal with spinach: cook 1 serving more for Wednesday." in recipes
    assert "cook 1 1/2 servings more for Sunday, and freeze them." in recipes


def test_what_is_cooked_ahead_is_for_everyone_at_the_table():
    four = with_list(PLAN, build_catalogue(), Shop(eaters=4))
    assert {batch.servings for batch in build_ahead(four, build_dishes()).batches} >= {4.0, 6.0}


def test_the_energy_of_a_day_stands_under_it():
    week = next(e for e in page(render_html(PLAN, build_dishes(), table=TABLE)).iter(f"{XHTML}section"))
    energy = next(row for row in PLAN.coverage if row.nutrient == "energy_kcal")
    said = [f"Energy {words.amount(round(value))} kcal" for value in energy.daily]
    assert all(day in text(week) for day in said)
