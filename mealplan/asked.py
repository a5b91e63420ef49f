"""What all data that a caller gives has in common: it is checked at birth, and all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails

from mealplan.errors import MealplanError


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in what was asked: the ``field``, as ``aims.0.lower``, its value, and what is wrong with it."""

    field: str
    value: object
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message} (given: {self.value!r:.60})"


class InvalidRequest(MealplanError):
    """A request that cannot be meant; ``problems`` lists everything that is wrong, one line each."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)), "docs/library.md has every field of a request")
        self.problems = problems

    @classmethod
    def of(cls, field: str, value: object, message: str) -> Self:
        """One with a single problem."""
        return cls((Problem(field=field, value=value, message=message),))


_INSIDE: ContextVar[bool] = ContextVar("inside another part of a request", default=False)


@contextmanager
def told_by_another() -> Iterator[None]:
    """Within it a part leaves its problems to pydantic, as within another part."""
    token = _INSIDE.set(True)
    try:
        yield
    finally:
        _INSIDE.reset(token)


class Asked(BaseModel):
    """A part of a request. Raises: InvalidRequest, with every problem."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="wrap")
    @classmethod
    def _tell_every_problem_at_once(cls, data: Any, build: ModelWrapValidatorHandler[Self]) -> Self:
        if _INSIDE.get():
            return build(data)  # pydantic adds where it stands, and the outermost part tells
        with told_by_another():
            try:
                return build(data)
            except ValidationError as error:
                raise InvalidRequest(tuple(map(_problem, error.errors()))) from None


def _problem(detail: ErrorDetails) -> Problem:
    field = ".".join(map(str, detail["loc"])) or "request"
    return Problem(field=field, value=detail["input"], message=detail["msg"][:1].lower() + detail["msg"][1:])
