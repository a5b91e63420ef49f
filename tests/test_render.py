"""What must be true of a printed plan, on paper, on a phone and in a terminal."""

from __future__ import annotations

import io
import math
import re
import shutil
import subprocess
from datetime import date
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from foods.table import FoodTable
from mealplan.people import build_person
from mealplan.plan import Plan, Solve
from mealplan.render import figures, pages, words
from mealplan.render.html import render_html
from mealplan.render.paper import Paper
from mealplan.render.terminal import print_coverage, print_plan, print_shopping, print_targets, print_top, text_bar
from tests.plans import TABLE, build_dishes, build_plan

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PREGNANT = build_person({"id": "Ana", "sex": "female", "age": 30, "pregnant": 2})
BEN = build_person({"id": "Ben", "sex": "male", "age": 16})
LONG = "Slow-roasted sweet potatoes stuffed with smoky black beans, kale, pumpkin seeds and a lemon yogurt sauce"
XHTML = "{http://www.w3.org/1999/xhtml}"


def page(plan: Plan | None = None, **options: object) -> str:
    return render_html(plan or build_plan(), build_dishes(), table=TABLE, **options)  # type: ignore[arg-type]


def parse(html: str) -> ElementTree.Element:
    """The document tree; any parse error of HTML5 raises."""
    return html5lib.HTMLParser(strict=True).parse(html)


def text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def part(html: str, name: str) -> str:
    """The text of a section, white space folded."""
    found = [e for e in parse(html).iter(f"{XHTML}section") if e.get("id") == name]
    return text(found[0])


def terminal(plan: Plan, width: int = 80, what=print_plan) -> str:  # type: ignore[no-untyped-def]
    console = Console(file=io.StringIO(), width=width, highlight=False)
    what(plan, console)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


# -- the page ---------------------------------------------------------------------------------------------------


def test_every_meal_and_dish_stands_in_its_cell_of_the_week() -> None:
    plan = build_plan()
    rows = [tr for tr in parse(page(plan)).iter(f"{XHTML}tr") if tr.get("class") == "meal"]
    for row, slot in zip(rows, ("Breakfast", "Lunch", "Dinner", "Snack"), strict=True):
        heading, *cells = list(row)
        assert text(heading) == slot
        for cell, day in zip(cells, plan.days, strict=True):
            meal = next(meal for meal in day.meals if meal.slot == slot.lower())
            assert [dish.title in text(cell) for dish in meal.dishes] == [True] * len(meal.dishes)


def test_a_cell_says_servings_energy_minutes_and_iron_with_vitamin_c() -> None:
    monday = pages.build_weeks(build_plan(), build_dishes(), TABLE)[0].columns[0]
    dinner = monday.cells["dinner"]
    assert [(plate.title, plate.times, plate.main) for plate in dinner.plates] == [
        ("Red lentil dal with spinach", (), True),
        ("Brown rice", (), False),
        ("Red pepper salad with lemon", ("1 1/2 x",), False),
    ]
    assert dinner.minutes == 35  # the longest pot, as 15 + 5 + 10 minutes at work are fewer
    assert dinner.paired  # 8.4 mg non-heme iron, 253 mg vitamin C
    assert not monday.cells["breakfast"].paired  # 5.6 mg, but only 8 mg vitamin C
    breakfast_kcal = 60 * 3.79 + 200 * (245 / 240) * 0.44 + 18 * 5.59 + 74 * 0.57
    assert monday.cells["breakfast"].kcal == f"{breakfast_kcal:.0f} kcal"
    assert "1 1/2 x" in part(page(), "week-1")


def test_energy_of_a_meal_is_left_out_where_a_food_is_unknown() -> None:
    other = FoodTable(pd.DataFrame({"description": ["Water"]}, ["1"]), pd.DataFrame({"iron_mg": [0.0]}, ["1"]))
    html = render_html(build_plan(), build_dishes(), table=other)
    assert "460 kcal" not in html
    assert "Overnight oats" in html


def test_tonight_is_what_the_next_day_asks_for() -> None:
    week = pages.build_weeks(build_plan(), build_dishes(), TABLE)[0]
    soak, mix = "Soak the black beans in plenty of water", "Mix oats and soy milk in a jar and chill"
    assert [column.tonight for column in week.columns] == [(), (), (mix, soak), (soak,), (), (mix,), ()]
    assert week.evening_before == (mix,)
    assert "Sunday evening, before you start: Mix oats" in part(page(), "week-1")


def test_tonight_looks_into_the_next_week() -> None:
    first, second = pages.build_weeks(build_plan(14), build_dishes(), TABLE)
    assert first.columns[-1].tonight == ("Mix oats and soy milk in a jar and chill",)
    assert second.evening_before == ()


def test_headline_nutrients_stand_under_each_day_as_text_too() -> None:
    plan, html = build_plan(), page()
    said = part(html, "week-1")
    for nutrient, name in words.HEADLINES.items():
        row = next(row for row in plan.coverage if row.nutrient == nutrient)
        figures = [words.percent(value / row.target) for value in row.daily]
        assert re.search(name + ".*" + ".*".join(figures), said)
    assert html.count('<svg class="bar"') == 5 * 7 + len(plan.coverage)


def test_every_line_of_the_shopping_list_is_printed_with_staples_apart() -> None:
    plan = build_plan()
    lists = [e for e in parse(page(plan)).iter(f"{XHTML}div") if e.get("class") == "apart staples"]
    staples = text(lists[0])
    said = part(page(plan), "shopping")
    for line in plan.shopping:
        needed = words.spoken_plural(line.kitchen)
        # Staples are looked for at home: there the kitchen amount is what counts.
        item = f"{line.ingredient} {needed}" if line.staple else f"{line.ingredient} {line.packages}"
        assert item in said
        assert (item in staples) == line.staple
        assert needed in said
        assert all(words.sentence(note) in said for note in line.check_label)
    assert said.count("Produce") == 1


def test_coverage_comes_worst_first_and_limits_by_themselves() -> None:
    plan = build_plan()
    rows = figures.coverage_rows(plan, "person 1")
    assert [row.share for row in rows] == sorted(row.share for row in rows)
    assert rows[0].label == "Vitamin D"
    limits = {row.coverage.nutrient for row in figures.limit_rows(plan, "person 1")}
    assert limits == {"saturated_fat_g", "sodium_mg", "retinol_ug", "folic_acid_ug"}
    said = part(page(plan), "coverage")
    for row in plan.coverage:
        assert words.label(row.nutrient) in said
        assert row.authority in said
        assert words.amount(row.mean) in said


def test_coverage_names_the_foods_that_bring_most() -> None:
    rows = {row.coverage.nutrient: row for row in figures.coverage_rows(build_plan(), "person 1", TABLE)}
    assert rows["vitamin_d_ug"].sources == ("salmon", "fortified soy milk", "eggs")
    assert rows["absorbed_iron_mg"].sources == ()


def test_a_limit_that_is_passed_is_said_in_words() -> None:
    plan = build_plan()
    sodium = next(row for row in plan.coverage if row.nutrient == "sodium_mg")
    salty = tuple(row if row != sodium else row.model_copy(update={"mean": 2400.0}) for row in plan.coverage)
    plan = plan.model_copy(update={"coverage": salty})
    assert re.search(r"Sodium 104 % 2,400 .* 2,300 mg passed", part(page(plan), "coverage"))
    sentence = "Sodium: 2,400 mg a day as a mean, above the limit of 2,300 mg."
    assert sentence in part(page(plan), "coverage")
    assert "Sodium (!)" in terminal(plan)
    assert sentence in terminal(plan)


def test_shortfalls_are_plain_sentences_on_page_and_terminal() -> None:
    plan = build_plan()
    sentences = [
        "Vitamin D: 55 % of the week's target planned; 97 % is the most possible from this library under this "
        "diet, proven.",
        "Vitamin B12: below the target on 1 of 7 days; 203 % of the week's target planned; how much is possible "
        "was not worked out.",
    ]
    assert [words.short_of(shortfall, 7) for shortfall in plan.shortfalls] == sentences
    said = part(page(plan), "coverage")
    shown = " ".join(terminal(plan).split())
    assert all(sentence in said and sentence in shown for sentence in sentences)


def test_all_met_is_said_only_where_nothing_is_missed() -> None:
    plan = build_plan()
    met = plan.model_copy(update={"shortfalls": ()})
    assert words.ALL_MET not in page(plan) + terminal(plan)
    assert words.ALL_MET in part(page(met), "coverage")
    assert words.ALL_MET in " ".join(terminal(met).split())


def test_what_is_mostly_unmeasured_is_called_unknown_and_neither_met_nor_missed() -> None:
    rows = build_plan().coverage
    ala = next(row for row in rows if row.nutrient == "ala_g")
    little = ala.model_copy(update={"mean": 0.11, "unmeasured": 0.94})
    plan = build_plan().model_copy(update={"coverage": tuple(little if row == ala else row for row in rows)})
    sentence = "at least 10 % of the target; 94 % of the food, by weight, has no value for it."
    said = part(page(plan), "coverage")
    assert f"What is not known Alpha-linolenic acid (ALA): {sentence}" in said
    assert re.search(r"Alpha-linolenic acid \(ALA\) *10 % ≥ 0.11 ", said)
    assert sentence in " ".join(terminal(plan).split())
    assert "What is not known" not in page()


def test_iron_is_given_for_each_meal_with_its_caveat() -> None:
    plan = build_plan()
    html = page(plan)
    tables = [t for t in parse(html).iter(f"{XHTML}table") if t.get("class") == "figures meals"]
    rows = [tr for body in tables[0].iter(f"{XHTML}tbody") for tr in body]
    cells = [text(cell) for row in rows for cell in list(row)[1:-1]]
    for cell, meal in zip(cells, plan.iron, strict=True):
        heme = f" ({meal.heme_mg:.1f} heme)" if meal.heme_mg else ""
        eaten = f"{meal.nonheme_mg + meal.heme_mg:.1f}{heme}"
        assert cell == f"{meal.absorbed_mg:.2f} of {eaten} C {meal.vitamin_c_mg:.0f}"
    for row, day in zip(rows, plan.days, strict=True):
        own = [meal for meal in plan.iron if meal.day == day.day]
        eaten_mg = sum(meal.nonheme_mg + meal.heme_mg for meal in own)
        assert text(list(row)[-1]) == f"{sum(meal.absorbed_mg for meal in own):.2f} of {eaten_mg:.1f}"
    said = part(html, "coverage")
    assert "may help" in said
    assert "no significant difference (Cook & Reddy 2001)" in said


def test_recipes_come_in_order_of_first_use_for_everyone_at_the_table() -> None:
    plan = build_plan(people=[PREGNANT, BEN])  # Ben eats half as much again
    recipes = pages.build_recipes(plan, build_dishes())
    assert [recipe.slug for recipe in recipes[:4]] == ["oats", "chickpea-stew", "bread", "dal"]
    dal = recipes[3]
    assert dal.uses[0].servings == 2.5
    assert (dal.lines[0].ingredient, dal.lines[0].grams) == ("red lentils, dry", 156.25)  # 250 g / 4 x 2.5
    assert dal.lines[4].kitchen == "1 1/4 tbsp"  # 2 tbsp / 4 x 2.5
    said = part(page(plan), "recipes")
    assert "2 1/2 servings for Monday dinner" in said
    assert "Again: Wednesday lunch (2 1/2)" in said
    assert "The steps are written for 4 servings" in said
    for dish in build_dishes().values():
        assert all(step in said for step in dish.steps)


def test_a_dish_without_a_recipe_is_printed_with_its_amounts_and_no_steps() -> None:
    plan = build_plan()
    html = render_html(plan, {}, table=TABLE)
    assert "Red lentil dal with spinach" in part(html, "week-1")
    said = part(html, "recipes")
    assert re.search(r"62 g *red lentils, dry", said)
    assert "The recipe is not in this library" in said


def test_a_recipe_that_has_changed_since_lends_its_steps_but_not_its_amounts() -> None:
    dishes = dict(build_dishes())
    dishes["dal"] = dishes["chili"]
    recipe = next(r for r in pages.build_recipes(build_plan(), dishes) if r.slug == "dal")
    assert recipe.lines[0].ingredient == "red lentils, dry"
    assert {line.kitchen for line in recipe.lines} == {""}


def test_all_banners_stand_before_the_week() -> None:
    plan = build_plan(people=[PREGNANT, BEN], banner_lines=["Ferritin 40 ug/L: see a clinician."])
    html = page(plan)
    assert len(plan.banners) == 3
    assert all(0 < html.index(banner[:40]) < html.index("<table") for banner in plan.banners)
    shown = " ".join(terminal(plan).split())
    assert all(banner in shown for banner in plan.banners)


def test_what_was_assumed_is_said_plainly() -> None:
    said = "Nobody was described, so this plan is for someone assumed: woman, 38 years, 2,000 kcal a day."
    assert said in part(page(), "week-1")
    assert said in part(page(), "about")
    assert said in " ".join(terminal(build_plan()).split())
    assert "Nobody was described" not in page(build_plan(people=[BEN]))


def test_the_footer_names_program_data_solver_seed_and_the_clinician() -> None:
    said = part(page(), "about")
    for fact in (
        "mealplan 0.1.0 on 27 February 2026",
        "USDA SR Legacy, release 2018-04 (CC0 1.0)",
        "Within 4.2 % of the best week this library can give, proven.",
        "seed 7",
        "not medical advice",
        "ask for ferritin and transferrin saturation",
        "Eats everything; without mushroom.",
    ):
        assert fact in said


FORBIDDEN = (
    r"\b(cures?|relieves?|treatment for|prevents?|diagnos\w+|improves? (your )?symptoms|RLS risk|tablets?|dosage)\b"
)


def test_nothing_promises_a_cure_or_names_a_dose() -> None:
    said = text(parse(page(build_plan(people=[PREGNANT, BEN]))))
    assert re.findall(FORBIDDEN, said, re.IGNORECASE) == []
    assert re.search(r"\d+ ?(mg|ug|µg) (of )?(iron|magnesium) (a day|daily|supplement)", said) is None


@pytest.mark.parametrize("days", [1, 3, 7, 10, 14])
def test_the_page_is_valid_html_with_one_title_and_no_skipped_heading(days: int) -> None:
    tree = parse(page(build_plan(days)))
    assert tree.get("lang") == "en"
    levels = [int(e.tag[-1]) for e in tree.iter() if re.fullmatch(r".*}h[1-6]", str(e.tag))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    targets = {e.get("href") for e in tree.iter(f"{XHTML}a")}
    assert targets <= {f"#{name}" for name in ids}


def test_every_table_header_has_a_scope_and_every_table_a_caption() -> None:
    tree = parse(page())
    assert all(th.get("scope") for th in tree.iter(f"{XHTML}th"))
    assert all(table.find(f"{XHTML}caption") is not None for table in tree.iter(f"{XHTML}table"))


def test_the_page_needs_no_other_file_and_no_script() -> None:
    html = page()
    tree = parse(html)
    tags = {str(e.tag).rsplit("}", 1)[-1] for e in tree.iter()}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    for element in tree.iter():
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            assert (element.get(name) or "#").startswith("#")
        assert not [name for name in element.attrib if name.startswith("on")]
    assert not re.search(r"url\(|@import|https?:", html)


def test_a_title_cannot_become_markup() -> None:
    evil = "<script>alert(1)</script>"
    plan = build_plan(titles={"dal": evil}, banner_lines=[evil])
    plan = plan.model_copy(update={"origins": ({"title": evil, "release": '"><img src=x>', "licence": "CC0"},)})
    html = page(plan)
    assert evil not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert not {f"{XHTML}script", f"{XHTML}img"} & {e.tag for e in parse(html).iter()}


def test_square_brackets_are_no_markup_in_the_terminal() -> None:
    assert "[red]dal[/]" in terminal(build_plan(titles={"dal": "[red]dal[/]"}))


@pytest.mark.parametrize(("first", "second"), [("--ink", "--paper"), ("--soft", "--paper"), ("--accent", "--paper")])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_has_the_contrast_of_aa(first: str, second: str, mode: str) -> None:
    roots = re.findall(r":root \{(.*?)\}", page(), re.DOTALL)
    colours = dict(re.findall(r"(--\w+): (#[0-9a-f]+)", roots[0] if mode == "light" else roots[1]))
    light, dark = sorted((_luminance(colours[first]), _luminance(colours[second])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_same_plan_gives_the_same_page() -> None:
    assert page() == page()


def test_another_paper_is_refused() -> None:
    with pytest.raises(ValueError, match="paper is 'a3', and must be one of a4, letter"):
        page(paper="a3")


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium to print with")
@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("kind", ["week", "fortnight", "long"])
def test_a_week_is_one_landscape_page(paper: str, kind: str, tmp_path: Path) -> None:
    mains = [slug for slug, dish in build_dishes().items() if dish.is_main]
    plan = {
        "week": build_plan,
        "fortnight": lambda: build_plan(14),
        "long": lambda: build_plan(people=[PREGNANT, BEN], titles=dict.fromkeys(mains, LONG)),
    }[kind]()
    sizes = _print(page(plan, paper=paper), tmp_path)
    long, short = (842, 595) if paper == "a4" else (792, 612)
    weeks = 2 if kind == "fortnight" else 1
    assert sizes[:weeks] == [(long, short)] * weeks
    assert set(sizes[weeks:]) == {(short, long)}


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium to print with")
@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("days", [7, 14])
def test_the_pdf_has_the_pages_of_the_browser(paper: Paper, days: int, tmp_path: Path) -> None:
    pytest.importorskip("plutoprint")
    from mealplan.render.pdf import render_pdf
    from tests.test_formats import sizes

    plan = build_plan(days)
    pdf = render_pdf(plan, build_dishes(), paper=paper, table=TABLE)
    assert sizes(pdf) == _print(page(plan, paper=paper), tmp_path)


def _print(html: str, folder: Path) -> list[tuple[int, int]]:
    """Prints with a browser: (width, height) of every page in points."""
    source, printed = folder / "plan.html", folder / "plan.pdf"
    source.write_text(html, encoding="utf-8")
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    flags += " --disable-component-update --disable-sync --no-pdf-header-footer"
    command = [str(CHROMIUM), *flags.split(), f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={printed}"]
    subprocess.run([*command, source.as_uri()], check=True, capture_output=True, timeout=120)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", printed.read_bytes())
    return [(round(float(width)), round(float(height))) for width, height in boxes]


# -- the terminal -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 100, 140])
def test_the_week_fits_the_terminal_and_names_every_dish(width: int) -> None:
    plan = build_plan()
    shown = terminal(plan, width)
    assert max(len(line) for line in shown.splitlines()) <= width
    listed = {word for _, _, dish in plan.servings() for word in dish.title.split()}
    assert listed <= set(shown.split())
    assert "within 4.2 % of the best week this library can give, proven" in " ".join(shown.split())


def test_piped_output_is_plain_text() -> None:
    assert "\x1b" not in terminal(build_plan())


def test_no_color_is_obeyed_and_no_verdict_is_red_or_green(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    print_plan(build_plan(), console)
    assert not re.search(r"\x1b\[[\d;]*\b(3[0-7]|9[0-7]|38)\b", console.file.getvalue())  # type: ignore[attr-defined]
    monkeypatch.delenv("NO_COLOR")
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard", highlight=False)
    print_plan(build_plan(), console)
    assert not re.search(r"\x1b\[[\d;]*\b[39][12]\b", console.file.getvalue())  # type: ignore[attr-defined]


def test_coverage_in_the_terminal_is_worst_first_with_what_is_unmeasured() -> None:
    lines = [line.strip() for line in terminal(build_plan(), what=print_coverage).splitlines()]
    assert re.fullmatch(r"Vitamin D +█{7}·{5}│·{5} +55 % +2 % +15 µg", lines[2])
    assert any(line.startswith("At least so much") for line in lines)


def test_a_bar_has_its_stroke_at_the_target() -> None:
    assert text_bar(0.5) == "██████······│·····"
    assert text_bar(3.0) == "████████████│█████"
    assert text_bar(0.5, ascii_only=True) == "######......|....."


def test_the_shopping_list_in_the_terminal_holds_every_line() -> None:
    plan = build_plan()
    shown = terminal(plan, what=print_shopping)
    for line in plan.shopping:
        assert re.search(rf"\[ \] +{re.escape(line.ingredient)} +{re.escape(line.packages)}", shown)
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.index("Produce") < shown.index("Staples")


def test_targets_and_rankings_are_shown_with_units() -> None:
    shown = terminal(PREGNANT, what=print_targets)  # type: ignore[arg-type]
    assert re.search(r"Iron +27 mg +45 mg +each day +RDA, IOM 2001", shown)
    shown = terminal(TABLE, what=lambda table, console: print_top(table, "iron", "100g", 1, console))  # type: ignore[arg-type]
    assert re.search(r"Iron, mg per 100 g\s+66.4 +170923 +ground cumin", shown)


# -- words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "said"),
    [(1240.4, "1,240"), (18.04, "18"), (18.44, "18.4"), (2.4, "2.4"), (0.85, "0.85"), (0.0312, "0.031"), (0, "0")],
)
def test_amounts_have_sensible_digits(value: float, said: str) -> None:
    assert words.amount(value) == said


def test_the_unknown_is_a_dash_and_never_zero() -> None:
    assert words.amount(None) == words.amount(math.nan) == words.percent(math.nan) == "–"


@pytest.mark.parametrize(("share", "said"), [(0.923, "92 %"), (0.9999, "99.9 %"), (0.995, "99.5 %"), (1.0, "100 %")])
def test_a_miss_is_never_rounded_up_to_the_whole(share: float, said: str) -> None:
    assert words.percent(share) == said


@given(st.floats(min_value=0, max_value=0.99999999))
def test_no_share_below_one_reads_as_one_hundred(share: float) -> None:
    assert words.percent(share) != "100 %"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.5, "1/2"),
        (1, "1"),
        (1.5, "1 1/2"),
        (2.25, "2 1/4"),
        (0.333, "1/3"),
        (1.999, "2"),
        (0.02, "1/8"),
        (12.4, "12"),
    ],
)
def test_servings_are_fractions(value: float, said: str) -> None:
    assert words.fraction(value) == said


@given(st.floats(min_value=0.13, max_value=9.9))
def test_a_fraction_is_near_what_it_stands_for(value: float) -> None:
    parts = [eval_part(piece) for piece in words.fraction(value).split()]
    assert sum(parts) == pytest.approx(value, abs=0.07)


def eval_part(piece: str) -> float:
    over, _, under = piece.partition("/")
    return float(over) / float(under or 1)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.01, "tsp", "a pinch"),
        (1.5, "cup", "1 1/2 cups"),
        (0.5, "cup", "1/2 cup"),
        (2, "tbsp", "2 tbsp"),
        (3, "clove", "3 cloves"),
        (2, "bunch", "2 bunches"),
        (1.125, "g", "1.1 g"),
        (249.9, "ml", "250 ml"),
    ],
)
def test_kitchen_amounts_read_like_a_recipe(value: float, unit: str, said: str) -> None:
    assert words.measured(value, unit) == said


@pytest.mark.parametrize(
    ("status", "gap", "said"),
    [
        ("optimal", 0.0, "the best week this library can give, proven"),
        ("near", 0.042, "within 4.2 % of the best week this library can give, proven"),
        ("near", 0.0001, "within 0.1 % of the best week this library can give, proven"),
        ("time limit", 0.2, "within 20.0 % of the best week this library can give, proven; the search was cut short"),
    ],
)
def test_the_gap_is_said_in_words(status: str, gap: float, said: str) -> None:
    solve = Solve(status=status, objective=1, bound=1, gap=gap, seconds=1, solver="CBC", seed=1)
    assert words.how_good(solve).startswith(said)


def test_a_full_bound_is_not_sold_as_a_proof_that_the_target_can_be_reached() -> None:
    shortfall = build_plan().shortfalls[0].model_copy(update={"best_pct": 100.0})
    assert words.short_of(shortfall, 7).endswith("that the whole of it is out of reach is not proven.")


def test_dates_span_months_and_years() -> None:
    assert words.span(date(2026, 3, 2), date(2026, 3, 8)) == "2 to 8 March 2026"
    assert words.span(date(2026, 3, 30), date(2026, 4, 5)) == "30 March to 5 April 2026"
    assert words.span(date(2025, 12, 29), date(2026, 1, 4)) == "29 December 2025 to 4 January 2026"
