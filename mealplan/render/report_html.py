"""A coverage report as one self-contained HTML file, for the screen and the printer."""

from __future__ import annotations

from mealplan.people import Person
from mealplan.render import fit, report_words, words
from mealplan.render.html import environment
from mealplan.render.paper import PAPERS, Paper
from mealplan.report import Report


def render_report(report: Report, *, paper: Paper = "a4") -> str:
    """The report as a page that needs no network, no script and no other file."""
    described = Person.model_validate(report.person).describe().split(" (assumed:")[0].removeprefix("person 1: ")
    who = described[:1].upper() + described[1:]
    return (
        environment()
        .get_template("report.html")
        .render(
            report=report,
            said=report_words,
            words=words,
            who=who,
            paper=PAPERS[paper],
            leading=fit.LEADING,
            span="",  # the sheet's own running foot is of plans; the page sets its own
        )
    )
