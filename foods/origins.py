"""Where the embedded food table comes from."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_origins() -> tuple[dict[str, Any], ...]:
    """The releases behind the embedded table: what each is, its name and version, licence and hash.

    Source: data/origins.toml.
    """
    text = (files("foods") / "data" / "origins.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    return tuple(
        {
            "title": package["what"],
            "release": f"{package['name']} {package['version']}",
            "licence": "US government work, public domain",
            "sha256": package["sha256"],
        }
        for package in document["package"]
    )
