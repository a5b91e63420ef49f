"""Writes docs/pictures: the pages of a plan as Chromium prints them, and as a phone and a dark screen show them.

    .venv/bin/python scripts/take_pictures.py [PLAN.json]

Without a plan it makes a vegetarian week. Takes Chromium, Chrome or Edge, and poppler (pdftoppm, pdftotext).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from mealplan.kitchen import Kitchen
from mealplan.pipeline import generate
from mealplan.plan import Plan, read_plan
from mealplan.render.html import render_html
from mealplan.request import PlanRequest

TARGET = Path(__file__).resolve().parent.parent / "docs" / "pictures"
BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome", "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)  # fmt: skip
PAGES = {
    "week": "Meals for",
    "shopping": "Shopping list",
    "coverage": "What the plan covers",
    "recipes": "Ahead of the day",
}
"""Pictures of printed pages, by the words that only the page meant begins with."""

DOTS_PER_INCH = 84
PHONE = 390, 844  # CSS pixels
_FRAME = '<style>body {{ margin: 0 }}</style><iframe src="{page}" style="border:0; width:{width}px; height:{height}px">'


def main() -> None:
    """Find the programs first: nothing is worked out for pictures that cannot be taken."""
    browser = _found(BROWSERS, "Chromium, Chrome or Edge", "chromium")
    poppler = {name: _found((name,), name, "poppler-utils") for name in ("pdftoppm", "pdftotext")}
    plan = read_plan(Path(sys.argv[1])) if sys.argv[1:] else _vegetarian_week()
    dishes = {dish.slug: dish for dish in Kitchen.embedded().dishes}
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "plan.html"
        page.write_text(render_html(plan, dishes), encoding="utf-8")
        _print_pages(page, browser, poppler)
        _show_on_screens(page, browser)
    for picture in sorted(TARGET.glob("*.png")):
        print(f"{picture.relative_to(TARGET.parent.parent)}: {picture.stat().st_size // 1024} kB")


def _found(names: tuple[str, ...], what: str, package: str) -> str:
    for name in names:
        if path := shutil.which(name):
            return path
    sys.exit(f"error: {what} is not on this machine\nhint: install it (on Debian: apt-get install {package})")


def _vegetarian_week() -> Plan:
    return generate(PlanRequest(start=date(2026, 1, 5), diets=("vegetarian",)), now=datetime.now(UTC))


def _browse(browser: str, *options: str) -> None:
    command = [browser, "--headless", "--disable-gpu", "--hide-scrollbars", *options]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.insert(1, "--no-sandbox")  # Chromium has none for root
    subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603


def _print_pages(page: Path, browser: str, poppler: dict[str, str]) -> None:
    printed = page.with_suffix(".pdf")
    _browse(browser, "--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri())
    text = subprocess.run(  # noqa: S603
        [poppler["pdftotext"], "-layout", printed, "-"], check=True, capture_output=True, text=True
    ).stdout
    sheets = text.split("\f")
    for name, words in PAGES.items():
        number = next(place for place, sheet in enumerate(sheets, start=1) if words in sheet)
        span = ["-f", str(number), "-l", str(number)]
        command = [poppler["pdftoppm"], "-png", "-singlefile", "-r", str(DOTS_PER_INCH), *span, printed, TARGET / name]
        subprocess.run(command, check=True)  # noqa: S603


def _show_on_screens(page: Path, browser: str) -> None:
    width, height = PHONE
    phone = page.with_name("phone.html")
    # A browser's window has a least width; a frame has none.
    phone.write_text(_FRAME.format(page=page.name, width=width, height=height), encoding="utf-8")
    _picture(browser, phone, "phone", width, height)
    dark = page.with_name("dark.html")
    html = page.read_text(encoding="utf-8")
    dark.write_text(html.replace("(prefers-color-scheme: dark)", "(min-width: 1px)"), encoding="utf-8")
    _picture(browser, dark, "dark", 1180, 760)


def _picture(browser: str, page: Path, name: str, width: int, height: int) -> None:
    _browse(browser, f"--window-size={width},{height}", f"--screenshot={TARGET / name}.png", page.as_uri())


if __name__ == "__main__":
    main()
