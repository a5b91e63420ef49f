"""Fetching a page: http and https only, bounded in time and size."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from mealplan.errors import MealplanError

CONNECT_SECONDS = 10.0
READ_SECONDS = 15.0
TOTAL_SECONDS = 40.0
MAX_BYTES = 8_000_000
MAX_REDIRECTS = 5
AGENT = "Mozilla/5.0 (compatible; mealplan recipe import)"
BY_HAND = "save the page in the browser and give the file: mealplan dishes add recipe.html"
READABLE = ("text/html", "application/xhtml+xml", "text/plain", "application/json", "application/ld+json")


class PageUnreachable(MealplanError):
    """A page that did not come, or is nothing that can be read."""


def fetch_page(url: str, *, seconds: float = TOTAL_SECONDS) -> tuple[str, str]:
    """The text of a page and its content type, such as ``text/html``.

    Raises: PageUnreachable: no answer in time, an error code, too large, or no text.
    """
    import requests

    with requests.Session() as session:
        session.max_redirects = MAX_REDIRECTS
        session.headers.update({"User-Agent": AGENT, "Accept": ", ".join((*READABLE[:2], "*/*;q=0.1"))})
        try:
            wait = (min(CONNECT_SECONDS, seconds), min(READ_SECONDS, seconds))
            with session.get(url, timeout=wait, stream=True) as answer:
                return _read(answer, url, deadline=time.monotonic() + seconds)
        except requests.exceptions.Timeout as error:
            raise PageUnreachable(f"{url}: no answer within {seconds:.0f} seconds", hint=BY_HAND) from error
        except requests.exceptions.TooManyRedirects as error:
            raise PageUnreachable(f"{url}: redirected more than {MAX_REDIRECTS} times", hint=BY_HAND) from error
        except (requests.exceptions.RequestException, ValueError) as error:
            reason = "the connection failed" if isinstance(error, requests.exceptions.ConnectionError) else error
            raise PageUnreachable(f"{url}: {reason}", hint="is the address right?") from error


def is_url(source: str) -> bool:
    """Whether a source is an address to fetch.

    Raises: PageUnreachable: an address of another kind than http and https.
    """
    if "://" not in source:
        return False
    parts = urlsplit(source)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise PageUnreachable(f"{source}: only http and https addresses are read", hint="give an address or a file")
    return True


def _read(answer: object, url: str, deadline: float) -> tuple[str, str]:
    import requests

    assert isinstance(answer, requests.Response)  # noqa: S101  # narrows the type: requests is imported late
    if urlsplit(answer.url).scheme not in ("http", "https"):
        raise PageUnreachable(f"{url}: redirected to {answer.url}, which is no web page")
    if not answer.ok:
        hint = "the address may be mistyped" if answer.status_code in (404, 410) else BY_HAND
        raise PageUnreachable(f"{url}: the server says {answer.status_code} {answer.reason}", hint=hint)
    kind = answer.headers.get("Content-Type", "text/html").split(";")[0].strip().lower()
    if kind not in READABLE:
        raise PageUnreachable(f"{url}: this is {kind}, not a web page", hint="give the page of the recipe itself")
    body = bytearray()
    for chunk in answer.iter_content(65536):
        body += chunk
        if len(body) > MAX_BYTES:
            raise PageUnreachable(f"{url}: larger than {MAX_BYTES // 1_000_000} MB, no recipe page is", hint=BY_HAND)
        # A server that sends a byte now and then never runs into the read timeout.
        if time.monotonic() > deadline:
            raise PageUnreachable(f"{url}: still not complete after the time allowed", hint=BY_HAND)
    return _decode(bytes(body), answer.encoding if "charset" in answer.headers.get("Content-Type", "") else None), kind


def _decode(body: bytes, charset: str | None) -> str:
    for encoding in (charset, "utf-8-sig", "cp1252"):
        try:
            if encoding:
                return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")
