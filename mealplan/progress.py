"""How long work says where it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str], None]
"""Is told what is being worked on, a line at a time, in the thread of the caller; what it raises ends the work."""
