"""Releases of FoodData Central from its web site."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import requests

from foods.fdc.network import PATIENT, Patience, Refused, caught, open_session, pieces

Progress = Callable[[str], None]

RELEASES = tuple(
    f"https://fdc.nal.usda.gov/fdc-datasets/FoodData_Central_{name}.zip"
    for name in ("foundation_food_csv_2026-04-30", "sr_legacy_food_csv_2018-04", "survey_food_csv_2024-10-31")
)
"""The releases without branded foods, 13 MB in all; the full release has 480 MB for the same foods."""
DOWNLOADS = "https://fdc.nal.usda.gov/download-datasets"
MAX_RELEASE = 4_000_000_000


def fetch_release(
    url: str,
    folder: Path,
    progress: Progress = lambda _: None,
    patience: Patience = PATIENT,
) -> Path:
    """A release from an address into a file of the folder; nothing remains of one that does not come whole.

    Raises: Unreachable, Refused: too large for the disk or for any release.
    """
    name = re.sub(r"[^\w.-]", "_", url.partition("?")[0].rpartition("/")[2]).lstrip(".") or "release.zip"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with (
        open_session(patience) as session,
        caught(name),
        closing(session.get(url, timeout=(patience.connect_s, patience.read_s), stream=True)) as response,
    ):
        if response.status_code != requests.codes.ok:
            what = f"{name}: the server says {response.status_code} {response.reason}"
            raise Refused(what, f"the newest releases are at {DOWNLOADS}: mealplan foods update ADDRESS")
        told = response.headers.get("Content-Length", "")
        size = int(told) if told.isdecimal() else 0
        if size > min(MAX_RELEASE, shutil.disk_usage(folder).free):
            raise Refused(
                f"{name}: {size / 1e6:,.0f} MB do not fit on the disk", "make room, or choose a smaller release"
            )
        count = 0
        try:
            with path.open("wb") as file:
                for piece in pieces(response, time.monotonic() + patience.download_s):
                    count += file.write(piece)
                    progress(f"fetching {name}, {count / 1e6:.1f}" + (f" of {size / 1e6:.1f} MB" if size else " MB"))
                    if count > MAX_RELEASE:
                        raise Refused(f"{name} is larger than any release", f"see {DOWNLOADS}")
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return path
