"""Asking over a network: patience, retries, and every failure in one line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import HTTPError, InvalidHeader, MaxRetryError, ReadTimeoutError, ResponseError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from foods.errors import FoodsError

TRY_LATER = "try again later"


class Unreachable(FoodsError):
    """No answer: no network, an outage, or a server that is too slow."""


class Refused(FoodsError):
    """The server answered that it will not, or what it sent cannot be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, in seconds, and how often to ask again."""

    connect_s: float = 10.0
    read_s: float = 20.0
    total_s: float = 60.0
    """For the body of one answer, of a server that sends a byte now and then."""
    retries: int = 4
    backoff_s: float = 0.5
    """Doubled with each retry."""
    longest_wait_s: float = 30.0
    """A longer ``Retry-After`` is told to the user instead."""
    download_s: float = 3600.0
    """For the whole of a release."""


PATIENT = Patience()


class _Retry(Retry):
    """Waits as long as the server asks, but gives up where that is longer than a person would wait."""

    longest_wait_s: float

    @classmethod
    def of(cls, patience: Patience) -> Self:
        retry = cls(
            total=patience.retries,
            read=1,
            backoff_factor=patience.backoff_s,
            status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods=("GET", "POST"),  # a POST of this API only asks
            raise_on_status=False,
        )
        retry.longest_wait_s = patience.longest_wait_s
        return retry

    def new(self, **changes: Any) -> Self:
        retry = super().new(**changes)
        retry.longest_wait_s = self.longest_wait_s
        return retry

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        try:
            return super().get_retry_after(response)
        except InvalidHeader:
            return None

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: Any = None,
    ) -> Self:
        if response is not None and _pool is not None and (self.get_retry_after(response) or 0) > self.longest_wait_s:
            raise MaxRetryError(_pool, url or "", ResponseError("a longer wait than is worth it"))
        return super().increment(method, url, response, error, _pool, _stacktrace)


def open_session(patience: Patience) -> requests.Session:
    session = requests.Session()
    session.headers.update({"User-Agent": f"mealplan/{version('mealplan')}", "Accept-Encoding": "identity"})
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=_Retry.of(patience)))
    return session


@contextmanager
def caught(what: str) -> Iterator[None]:
    """Turns what can go wrong on a network into one line. requests' own words may quote headers, and so the key."""
    try:
        yield
    except (requests.exceptions.Timeout, ReadTimeoutError) as error:
        raise Unreachable(f"{what}: no answer in time", TRY_LATER) from error
    except requests.exceptions.SSLError as error:
        raise Unreachable(f"{what}: the connection is not safe", "is the clock of this machine right?") from error
    except ValueError as error:  # InvalidURL, MissingSchema, InvalidSchema, and of what requests cannot take apart
        raise Unreachable(f"{what}: not an address of http or https") from error
    except requests.exceptions.TooManyRedirects as error:
        raise Unreachable(f"{what}: the server sends one round in circles", TRY_LATER) from error
    except (requests.exceptions.RequestException, HTTPError) as error:
        if error.args and isinstance(getattr(error.args[0], "reason", None), ReadTimeoutError):
            raise Unreachable(f"{what}: no answer in time", TRY_LATER) from error
        raise Unreachable(f"{what}: the connection failed", "is this machine online?") from error
    except OSError as error:
        raise Refused(
            f"{what} cannot be written: {error.strerror or error}", "make room, or choose another folder"
        ) from error


def pieces(response: requests.Response, deadline: float) -> Iterator[bytes]:
    """The body as it arrives: a server that sends a byte now and then never runs into the read timeout."""
    while piece := response.raw.read1(1 << 18):
        yield piece
        if time.monotonic() > deadline:
            raise requests.exceptions.ReadTimeout
