"""What is never said, held against everything the program can say: pages, terminal, documents and its own strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from foods.ceilings import ceilings
from foods.table import FoodTable
from mealplan.eaten import EatenDay, EatenFood, EatenMeal
from mealplan.health import CONDITIONS, MEDICINES
from mealplan.notices import asides, banners
from mealplan.people import Person, build_person
from mealplan.render.html import render_html
from mealplan.render.report_html import render_report
from mealplan.render.report_terminal import print_report
from mealplan.render.terminal import print_plan
from mealplan.report import Read
from mealplan.tally import build_report
from tests.plans import TABLE, build_dishes, build_plan

ROOT = Path(__file__).parents[1]

LEGS = r"(?:rls|restless legs?(?: syndrome)?|(?:your )?symptoms?|your legs)"
NEVER = {
    "diagnoses": r"\b(?:you (?:have|suffer from|are likely to have) (?:rls|restless|an? (?:iron|vitamin)|iron|ana?emia)"
    r"|(?:can|will|helps? to|to) diagnose|diagnosis of yours?)\b",
    "promises a cure": rf"\b(?:cures?|heals?|treats?|relieves?|eases?|stops?|ends?|fix(?:es)?|prevents?) {LEGS}\b",
    "promises a change": rf"\b{LEGS} (?:will|should) (?:improve|get better|calm|go away|disappear|ease)"
    r"|\b(?:sleep|feel) better\b|\bfewer symptoms\b",
    "picks a dose": r"\b(?:take|try|use|add|start with|supplement with) (?:about |up to )?\d[\d.,]* ?(?:mg|ug|µg|iu)\b"
    r"|\b\d[\d.,]* ?(?:mg|ug|µg|mcg|iu) (?:tablets?|pills?|capsules?)\b",
    "changes a medicine": r"\b(?:stop|start|quit|skip|halve|double|come off) (?:taking |using )?(?:your |the |a )?"
    r"(?:medicines?|medication|tablets?|pills?|drugs?)\b",
    "scores a risk": r"\b(?:rls|restless legs?) (?:risk|score)\b|\brisk score\b",
    "suggests iron": r"\b(?:take|try|buy|consider taking|you need|you should take) (?:an? |some )?iron "
    r"(?:supplements?|tablets?|pills?)\b",
    "presses to lose weight": r"\b(?:lose weight|weight.loss (?:plan|goal|target)|burn fat|slim(?:mer|ming)?)\b",
    "overstates vitamin C": r"\b(?:doubles?|triples?|boosts?|supercharges?) (?:your |the )?(?:iron|absorption)\b",
}
WRONG = {
    "diagnoses": "You have iron deficiency.",
    "promises a cure": "This plan treats RLS and relieves your symptoms.",
    "promises a change": "Your symptoms will improve.",
    "picks a dose": "Take 65 mg of iron with 200 mg tablets.",
    "changes a medicine": "Stop taking your medicine.",
    "scores a risk": "Your RLS risk is high.",
    "suggests iron": "Try an iron supplement.",
    "presses to lose weight": "A plan to lose weight.",
    "overstates vitamin C": "Vitamin C triples your iron.",
}
# The one sentence of the docs that names what is refused.
REFUSED = ("offers no target for losing weight",)


def wrongs(text: str) -> list[str]:
    """Whatever must not be said in a text."""
    plain = " ".join(text.split())
    for sentence in REFUSED:
        plain = plain.replace(sentence, "")
    return [f"{what}: {found[0]}" for what, how in NEVER.items() for found in re.finditer(how, plain, re.IGNORECASE)]


@pytest.mark.parametrize("what", list(NEVER))
def test_each_rule_catches_what_it_is_for(what: str) -> None:
    assert any(wrong.startswith(what) for wrong in wrongs(WRONG[what]))


def documents() -> Iterator[Path]:
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").glob("*.md"))
    yield from sorted((ROOT / "mealplan").rglob("*.html"))
    yield from sorted((ROOT / "mealplan" / "data").glob("*.toml"))


@pytest.mark.parametrize("path", list(documents()), ids=lambda path: path.name)
def test_no_document_or_template_says_it(path: Path) -> None:
    # In the list of wrong claims the words in italics are those of others.
    text = re.sub(r"^\* \*[^*]+\*", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert wrongs(text) == []


def test_no_string_of_the_program_says_it() -> None:
    said = []
    for package in ("mealplan", "foods"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    said += [f"{path.name}: {wrong}" for wrong in wrongs(node.value)]
    assert said == []


def people() -> list[Person]:
    ill = {"conditions": list(CONDITIONS), "medicines": list(MEDICINES), "no_caffeine_after": "14:00"}
    return [
        build_person({"id": "Ana", "sex": "female", "age": 38, "ferritin_ug_l": 10, "tsat_pct": 10} | ill),
        build_person(
            {"id": "Ben", "sex": "male", "age": 60, "ferritin_ug_l": 400, "tsat_pct": 60, "no_evening_alcohol": True}
        ),
        build_person(
            {"id": "Cy", "sex": "female", "age": 16, "pregnant": 2, "conditions": ["rls"], "ferritin_ug_l": 40}
        ),
        build_person({"id": "Di", "sex": "female", "age": 30, "breastfeeding": 2, "kcal": 900}),
    ]


@pytest.mark.parametrize("person", people(), ids=lambda person: person.id)
def test_no_banner_or_aside_says_it(person: Person) -> None:
    assert wrongs(" ".join((*banners(person), *asides(person)))) == []


@pytest.mark.parametrize("person", people(), ids=lambda person: person.id)
def test_no_page_and_no_terminal_says_it(person: Person) -> None:
    plan = build_plan(people=[person])
    plan = plan.model_copy(update={"asides": tuple(asides(person))})
    table = FoodTable.embedded()
    spinach = EatenFood(name="spinach", food_id="168462", grams=200)
    day = EatenDay(name="2026-01-05", date=date(2026, 1, 5), meals=(EatenMeal(name="lunch", foods=(spinach,)),))
    read = Read(kind="diary", name="log.txt", form="lines", days=1, lines=1, certain=1, unknown=0)
    report = build_report([day], person, read, table, ceilings(table))
    console = Console(file=StringIO(), width=400)
    print_plan(plan, console)
    print_report(report, console)
    terminal = console.file.getvalue()  # type: ignore[attr-defined] # a StringIO
    for said in (render_html(plan, build_dishes(), table=TABLE), render_report(report), terminal):
        assert wrongs(re.sub(r"<style>.*?</style>|<[^>]+>", " ", said, flags=re.DOTALL)) == []


def test_no_verdict_on_a_day_is_in_red_or_green() -> None:
    sheet = (ROOT / "mealplan" / "render" / "templates" / "style.css").read_text(encoding="utf-8")
    assert not re.search(r"\b(?:red|green|lime|crimson)\b", sheet)
    for path in sorted((ROOT / "mealplan" / "render").rglob("*.py")):
        assert not re.search(r"style=\"[^\"]*(?:red|green)", path.read_text(encoding="utf-8")), path.name


def test_whoever_is_young_pregnant_or_breastfeeding_is_sent_to_the_clinician_first() -> None:
    for person in people()[2:]:
        assert any("clinician or a registered dietitian" in banner for banner in banners(person))
