"""What can be wrong with a request, a plan file or a dish."""

from __future__ import annotations

from foods.errors import FoodsError


class MealplanError(FoodsError):
    """A problem in the user's input: one line, and the way on in ``hint``."""
