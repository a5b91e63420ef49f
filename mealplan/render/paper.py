"""The two papers that people print on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Paper = Literal["a4", "letter"]

# The named sizes of CSS paged media; a landscape week and portrait pages after it.
PAPERS: Mapping[Paper, Mapping[str, str]] = MappingProxyType(
    {
        "a4": {"portrait": "A4 portrait", "landscape": "A4 landscape"},
        "letter": {"portrait": "letter portrait", "landscape": "letter landscape"},
    }
)


def check_paper(paper: str) -> None:
    """Raises: ValueError: a paper other than the two."""
    if paper not in PAPERS:
        raise ValueError(f"paper is {paper!r}, and must be one of {', '.join(PAPERS)}")
