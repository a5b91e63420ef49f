"""The FoodData Central API."""

from __future__ import annotations

import json
import os
import re
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import requests
from platformdirs import user_cache_path, user_config_path

from foods.errors import FoodsError
from foods.fdc.cache import Cache
from foods.fdc.food import ApiFood, StrangeAnswer, build_food, numbers_of
from foods.fdc.network import PATIENT, TRY_LATER, Patience, Refused, Unreachable, caught, open_session, pieces
from foods.table import UnknownFood

API = "https://api.nal.usda.gov/fdc/v1"
KEY_VARIABLE = "FDC_API_KEY"
SHARED_KEY = "DEMO_KEY"
"""Anyone's, for 30 questions an hour."""
GET_A_KEY = f"a key is free: https://fdc.nal.usda.gov/api-key-signup; put it in {KEY_VARIABLE} or the config file"
GENERIC = ("Foundation", "SR Legacy", "Survey (FNDDS)")
"""Without these a search finds little but branded foods."""
IDS_A_CALL = 20
ROWS_A_PAGE = 200
NUMBERS_A_CALL = 25
MAX_ANSWER = 60_000_000
CACHE = user_cache_path("mealplan", appauthor=False) / "fdc"
KEPT_S = 30 * 86_400.0


class KeyRefused(FoodsError):
    """The API key is unknown, disabled, or nothing that could be one."""


class OverLimit(FoodsError):
    """More questions than the key allows in an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Foods in the order asked for, and the ids that the API silently left out."""

    foods: tuple[ApiFood, ...]
    missing: tuple[str, ...]


def read_key(environment: Mapping[str, str] = os.environ, config: Path | None = None) -> str:
    """The user's key: of ``FDC_API_KEY``, else ``fdc_api_key`` in the config file, else the shared one.

    Raises: KeyRefused: the config file is no TOML.
    """
    path = user_config_path("mealplan", appauthor=False) / "config.toml" if config is None else config
    if key := environment.get(KEY_VARIABLE, "").strip():
        return key
    try:
        known = tomllib.loads(path.read_text(encoding="utf-8")).get("fdc_api_key", "")
    except FileNotFoundError:
        return SHARED_KEY
    except (OSError, ValueError):
        raise KeyRefused(f"{path} cannot be read as TOML", 'write: fdc_api_key = "..."') from None  # quotes the key
    return str(known).strip() or SHARED_KEY


class FoodDataCentral:
    """The API. Answers are kept for 30 days; the key goes into a header and nowhere else.

    Args: url: by default USDA's; cache: the folder for answers, by default the user's, False keeps nothing.
    Raises, every method: Unreachable, KeyRefused, OverLimit, Refused, StrangeAnswer.
    """

    def __init__(
        self,
        key: str | None = None,
        *,
        url: str | None = None,
        cache: Path | Literal[False] | None = None,
        patience: Patience = PATIENT,
    ) -> None:
        self._key = read_key() if key is None else key
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", self._key):
            raise KeyRefused("the API key has signs in it that no key has", GET_A_KEY)
        self._url = (url or API).rstrip("/")
        self._cache = None if cache is False else Cache(cache or CACHE, max_age_s=KEPT_S)
        self._patience = patience

    def food(self, fdc_id: str) -> ApiFood:
        """One food with all its details.

        Raises: UnknownFood.
        """
        if not fdc_id.isdecimal():
            raise UnknownFood(fdc_id)
        answer = self._ask("GET", f"food/{fdc_id}")
        if answer is None:
            raise UnknownFood(fdc_id)
        return build_food(answer)

    def foods(self, fdc_ids: Iterable[str], nutrients: Sequence[str] = ()) -> Fetched:
        """Many foods with their details, 20 a call. Args: nutrients: keys to keep to; by default all."""
        wanted = list(dict.fromkeys(fdc_ids))
        numbers = numbers_of(nutrients)
        only = {"nutrients": numbers} if 0 < len(numbers) <= NUMBERS_A_CALL else {}
        asked = [fdc_id for fdc_id in wanted if fdc_id.isdecimal()]
        found: dict[str, ApiFood] = {}
        for start in range(0, len(asked), IDS_A_CALL):
            ids = [int(fdc_id) for fdc_id in asked[start : start + IDS_A_CALL]]
            answer = self._ask("POST", "foods", {"fdcIds": ids, "format": "full", **only})
            found |= {food.fdc_id: food for food in map(build_food, _rows(answer))}
        return Fetched(
            foods=tuple(found[fdc_id] for fdc_id in wanted if fdc_id in found),
            missing=tuple(fdc_id for fdc_id in wanted if fdc_id not in found),
        )

    def search(self, words: str, data_types: Sequence[str] = GENERIC, limit: int = 25) -> list[ApiFood]:
        """The foods that the API finds best, best first. Args: data_types: as the API calls them."""
        found: list[ApiFood] = []
        for page, size in _pages(limit):
            question = {"query": words, "dataType": list(data_types), "pageSize": size, "pageNumber": page}
            answer = self._ask("POST", "foods/search", question)  # a colon in a GET is a server error
            if not isinstance(answer, dict):
                raise StrangeAnswer("FoodData Central answered a search with no list of foods", TRY_LATER)
            found += map(build_food, _rows(answer.get("foods", [])))
            if not isinstance(pages := answer.get("totalPages"), int) or page >= pages:
                break
        return found[:limit]

    def list_foods(self, data_types: Sequence[str] = GENERIC, limit: int = ROWS_A_PAGE) -> Iterator[ApiFood]:
        """Foods in the order of their ids, abridged."""
        left = limit
        for page, size in _pages(limit):
            question = {
                "dataType": list(data_types),
                "pageSize": size,
                "pageNumber": page,
                "sortBy": "fdcId",
                "sortOrder": "asc",
            }
            rows = _rows(self._ask("POST", "foods/list", question))
            yield from map(build_food, rows[:left])
            left -= len(rows)
            if len(rows) < size:
                return

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> object | None:
        """The answer, fresh or kept; None for 404."""
        question = f"{method} {self._url}/{path} {json.dumps(body, sort_keys=True)}"
        if self._cache is not None and (kept := self._cache.get(question)) is not None:
            return kept
        with open_session(self._patience) as session, caught("FoodData Central"):
            response = session.request(
                method,
                f"{self._url}/{path}",
                json=body,
                headers={"X-Api-Key": self._key, "Accept": "application/json"},
                timeout=(self._patience.connect_s, self._patience.read_s),
                stream=True,
                allow_redirects=False,  # the key would go along
            )
            with closing(response):
                content = _read(response, MAX_ANSWER, time.monotonic() + self._patience.total_s)
        if response.status_code == requests.codes.not_found and (not content or _told(content)):
            return None
        if response.status_code != requests.codes.ok:
            raise _refusal(response, content, shared=self._key == SHARED_KEY)
        answer = _told(content)
        if answer is None:
            raise Unreachable(f"FoodData Central sent {_kind(content)} in place of data", "it may be down: try later")
        if self._cache is not None:
            self._cache.put(question, answer)
        return answer


def _read(response: requests.Response, most: int, deadline: float) -> bytes:
    content = bytearray()
    for piece in pieces(response, deadline):
        content += piece
        if len(content) > most:
            raise StrangeAnswer(f"FoodData Central sent more than {most // 1_000_000} MB", "ask for fewer foods")
    return bytes(content)


def _told(content: bytes) -> dict[str, Any] | list[Any] | None:
    """The JSON of an answer; None where it is none."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict | list) else None


def _kind(content: bytes) -> str:
    start = content[:200].lstrip().lower()
    return "a web page" if start.startswith((b"<!doctype", b"<html")) else "something unreadable"


def _refusal(response: requests.Response, content: bytes, *, shared: bool) -> FoodsError:
    """Why not: ``{"error": {"code", "message"}}`` of the gateway, ``{"status", "error", "message"}`` from behind it."""
    told = _told(content)
    error = told.get("error") if isinstance(told, dict) else None
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    status = response.status_code
    if status == requests.codes.too_many_requests or code == "OVER_RATE_LIMIT":
        return _over_limit(response, shared=shared)
    if code.startswith("API_KEY") or status in (requests.codes.unauthorized, requests.codes.forbidden):
        return KeyRefused(f"FoodData Central refuses the API key ({_line(code or str(status))})", GET_A_KEY)
    if told is None or status >= requests.codes.internal_server_error:
        sent = f", with {_kind(content)}" if told is None and content else ""
        return Unreachable(f"FoodData Central is out of order ({status}{sent})", TRY_LATER)
    reason = error.get("message") if isinstance(error, dict) else told.get("message") if isinstance(told, dict) else ""
    return Refused(f"FoodData Central says {status}: {_line(str(reason or response.reason))}")


def _over_limit(response: requests.Response, *, shared: bool) -> OverLimit:
    limit = response.headers.get("X-RateLimit-Limit", "")
    allowed = f" of {limit} an hour" if limit.isdecimal() else ""
    wait = response.headers.get("Retry-After", "")
    when = f"try again in {max(1, -(-int(wait) // 60))} minutes" if wait.isdecimal() else "try again in an hour"
    return OverLimit(f"FoodData Central's limit{allowed} is used up", f"{when}; {GET_A_KEY}" if shared else when)


def _line(text: str) -> str:
    """Text of a server on one short line, without control signs."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text[:400]).split())[:120]


def _pages(limit: int) -> Iterator[tuple[int, int]]:
    """Number and size of the pages that hold so many rows."""
    size = max(1, min(limit, ROWS_A_PAGE))
    return ((page, size) for page in range(1, -(-limit // size) + 1))


def _rows(answer: object) -> list[Any]:
    if not isinstance(answer, list):
        raise StrangeAnswer("FoodData Central answered with no list of foods", TRY_LATER)
    return answer
