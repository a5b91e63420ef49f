"""A coverage report in the terminal: plain when piped, no verdict in colour."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mealplan.render import report_words as said
from mealplan.render import words
from mealplan.render.terminal import text_bar
from mealplan.report import Report, ReportIron

DOUBTFUL_SHOWN = 20
MEALS_SHOWN = 28
WIDE = 96
"""Columns from which there is room for bars."""


def print_report(report: Report, console: Console) -> None:
    """What was read, targets worst first, limits, iron by meal, what closes the gaps, and what is unknown."""
    _say(console, f"{said.title(report)}: {said.span(report)}", style="bold")
    _say(console, said.read(report))
    if report.assumed:
        _say(console, said.assumed(report))
    for banner in report.banners:
        _say(console, f"! {banner}", style="bold")
    for line in report.asides:
        _say(console, f"- {line}")
    console.print()
    _print_nutrients(report, console)
    _print_untargeted(report, console)
    _print_limits(report, console)
    _print_iron(report, console)
    _print_closing(report, console)
    _print_gaps(report, console)
    _print_doubtful(report, console)
    _say(console, said.NOT_ADVICE, style="dim")


def _print_nutrients(report: Report, console: Console) -> None:
    _say(console, "Targets, the one least met first; amounts a day", style="bold")
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Nutrient", overflow="fold", min_width=15)
    if bars := console.width >= WIDE:
        table.add_column("", width=9, no_wrap=True)
    for heading in ("Mean", "Target", "Worst", "Days met"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for row in report.nutrients:
        bar = Text(text_bar(row.mean / row.target, 9, ascii_only=console.options.ascii_only))
        table.add_row(
            Text(words.label(row.nutrient)),
            *((bar,) if bars else ()),
            said.interval(row),
            f"{words.amount(row.target)} {words.unit_sign(row.unit)} {row.goal}",
            words.percent(row.worst / row.target),
            said.days_met(row),
            said.status(row),
        )
    console.print(table)
    _say(console, said.INTERVAL, style="dim")
    console.print()
    short = [row for row in report.nutrients if row.status != "met" and row.foods_measured]
    for row in short:
        brought = said.sources(row)
        notes = [part for part in (said.at_least(row), f"most of it from {brought}" if brought else "") if part]
        if notes:
            console.print(Padding(Text(f"{words.label(row.nutrient)}: {'; '.join(notes)}."), (0, 0, 0, 2)))
    if silent := said.silent(report):
        console.print(Padding(Text(silent), (0, 0, 0, 2)))
    if short or silent:
        console.print()


def _print_untargeted(report: Report, console: Console) -> None:
    if report.untargeted:
        _say(console, "Held to no target here", style="bold")
        for row in report.untargeted:
            console.print(Padding(Text(f"{said.shown(row)}."), (0, 0, 0, 2)))
        console.print()


def _print_limits(report: Report, console: Console) -> None:
    _say(console, "Limits, the nearest first; amounts a day", style="bold")
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Nutrient", overflow="fold", min_width=12)
    table.add_column("Limit", justify="right", no_wrap=True)
    table.add_column("Counted", overflow="fold")
    table.add_column("", no_wrap=True)
    for row in report.limits:
        kind = str(row.authority).partition(",")[0]
        table.add_row(
            Text(words.label(row.nutrient)),
            f"{words.amount(row.limit)} {words.unit_sign(row.unit)} {kind}",
            Text(said.limit(row)),
            said.LIMIT_STATUS[row.status],
        )
    console.print(table)
    if report.supplements:
        _say(console, f"Taken: {'; '.join(report.supplements)}. {said.SUPPLEMENTS_ASIDE}", style="dim")
    if weeks := said.weeks(report):
        _say(console, weeks)
    console.print()


def _print_iron(report: Report, console: Console) -> None:
    _say(console, "Iron", style="bold")
    if report.iron_summary is None:
        _say(console, said.NO_MEALS)
        console.print()
        return
    _say(console, said.iron(report.iron_summary))
    if pairing := said.pairing(report.iron_summary):
        _say(console, pairing)
    console.print(_iron_table(report.iron[:MEALS_SHOWN]))
    if len(report.iron) > MEALS_SHOWN:
        _say(console, f"and {len(report.iron) - MEALS_SHOWN:,} more meals: -o report.html or .json has them all")
    _say(console, said.caveat(report.iron_summary), style="dim")
    console.print()


def _iron_table(rows: Sequence[ReportIron]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Day", no_wrap=True)
    table.add_column("Meal", overflow="fold")
    for heading in ("Non-heme", "Heme", "Vit. C", "Absorbed", "Band"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Beside it", overflow="fold")
    for row in rows:
        table.add_row(
            row.day,
            Text(row.meal),
            f"{row.nonheme_mg:.1f}",
            f"{row.heme_mg:.1f}",
            f"{row.vitamin_c_mg:.0f}",
            f"{row.shown_mg:.2f}",
            f"{row.low_mg:.2f}-{row.high_mg:.2f}",
            Text("; ".join(row.notes)),
        )
    return table


def _print_closing(report: Report, console: Console) -> None:
    found = report.closing
    if found is None:
        return
    _say(console, said.closing_title(found), style="bold")
    lines = [f"{name}: {listed}." for name, listed in said.changes(found)]
    if found.changes:
        lines += [f"{line}." for line in (said.moves(found), said.kept(found), said.unmeasured(found)) if line]
    lines += [f"{said.out_of_reach(row, found.most_added)}." for row in found.out_of_reach]
    for line in lines:
        console.print(Padding(Text(line), (0, 0, 0, 2)))
    _say(console, said.CLOSING, style="dim")
    console.print()


def _print_gaps(report: Report, console: Console) -> None:
    if not report.gaps:
        return
    _say(console, "What would add most, within the diet", style="bold")
    for gap in report.gaps:
        _say(console, said.gap(gap))
        for name, listed in said.additions(gap):
            console.print(Padding(Text(f"{name}: {listed}."), (0, 0, 0, 2)))
    console.print()


def _print_doubtful(report: Report, console: Console) -> None:
    lines = report.read.doubtful
    if lines:
        _say(console, "Lines not read with certainty", style="bold")
        for line in lines[:DOUBTFUL_SHOWN]:
            console.print(Padding(Text(f"line {line.line}, {line.text}: {said.doubtful(line)}"), (0, 0, 0, 2)))
        if len(lines) > DOUBTFUL_SHOWN:
            _say(console, f"and {len(lines) - DOUBTFUL_SHOWN} more: -o report.html or .json has them all")
        _say(console, said.override(lines))
        console.print()
    for reason in report.read.left_out:
        _say(console, f"Left out: {reason}.")


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style))
