"""What can be wrong with food data or with a question put to it."""

from __future__ import annotations


class FoodsError(Exception):
    """A problem the user can mend: one line that names file, field and value, and the way on.

    ``hint`` is the way on, or None. Front ends print ``error: <message>`` and ``hint: <hint>``.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
