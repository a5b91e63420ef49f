"""What a command writes to: a console, and a line that says what is being done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console() -> Console:
    """Standard output."""
    from rich.console import Console

    return Console(highlight=False)


@contextmanager
def progress(first: str = "reading the kitchen") -> Iterator[Callable[[str], None]]:
    """Says what is being done on a terminal; quiet in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(first) as status:
        yield status.update
