"""From an address or a file to recipes: tells the format and hands it to its reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from mealplan.recipes.archive import read_archive
from mealplan.recipes.cooklang import read_cooklang
from mealplan.recipes.fetch import fetch_page, is_url
from mealplan.recipes.mealie import is_mealie, read_mealie
from mealplan.recipes.page import read_page
from mealplan.recipes.recipe import Recipe, UnreadableRecipe
from mealplan.recipes.tandoor import is_tandoor, read_tandoor
from mealplan.recipes.text import read_text

MAX_FILE = 200_000_000
MAX_TEXT_FILE = 20_000_000
KNOWN = "known: a web page, a .txt or .md text, a .cook file, the JSON or zip of Mealie or Tandoor"


def read_recipes(source: str) -> list[Recipe]:
    """Every recipe of an address (http, https) or a file; all but archives hold one.

    Raises: PageUnreachable; UnreadableRecipe; ImportExtraMissing.
    """
    if is_url(source):
        text, kind = fetch_page(source)
        if kind.endswith("json"):
            return list(_read_json(text, source))
        return [read_text(text, source) if kind == "text/plain" else read_page(text, source)]
    return _read_file(Path(source))


def _read_file(path: Path) -> list[Recipe]:
    try:
        if path.stat().st_size > MAX_FILE:
            raise UnreadableRecipe(f"{path}: too large to be a recipe")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableRecipe(f"cannot read {path}: {error.strerror or error}", hint=KNOWN) from error
    if data[:4] == b"PK\x03\x04" or path.suffix.lower() == ".zip":
        return _read_zip(data, path.name)
    if len(data) > MAX_TEXT_FILE or b"\0" in data[:4096]:
        raise UnreadableRecipe(f"{path}: this is no text", hint=KNOWN)
    return list(_read_document(_decode(data), path.name, path.suffix.lower()))


def _read_document(text: str, source: str, suffix: str) -> Iterator[Recipe]:
    start = text.lstrip()[:500].lower()
    if suffix == ".cook":
        yield read_cooklang(text, source, PurePath(source).stem)
    elif suffix == ".json" or start.startswith(("{", "[{")):
        yield from _read_json(text, source)
    elif suffix in (".html", ".htm") or start.startswith(("<!doctype", "<html", "<head", "<script", "<div")):
        yield read_page(text, source)
    else:
        yield read_text(text, source)


def _read_zip(data: bytes, source: str) -> list[Recipe]:
    found: list[Recipe] = []
    for name, content in read_archive(data, source):
        place = f"{source}, {name}"
        raw = _parse(content.decode("utf-8", "replace"), place)
        if is_mealie(raw) or is_tandoor(raw):
            found += _read_any(raw, place)
    if not found:
        raise UnreadableRecipe(f"{source}: no recipe in this archive", hint=KNOWN)
    return found


def _read_json(text: str, source: str) -> Iterator[Recipe]:
    raw = _parse(text, source)
    yield from _read_any(raw, source)


def _read_any(raw: Any, source: str) -> list[Recipe]:
    if isinstance(raw, list) and raw and all(is_mealie(one) or is_tandoor(one) for one in raw):
        return [recipe for one in raw for recipe in _read_any(one, source)]
    if is_mealie(raw):
        return [read_mealie(raw, source)]
    if is_tandoor(raw):
        return [read_tandoor(raw, source)]
    if isinstance(raw, dict | list) and "@type" in json.dumps(raw)[:100_000]:
        # Bare schema.org JSON: as the page it was cut from.
        script = json.dumps(raw).replace("</", "<\\/")
        return [read_page(f'<script type="application/ld+json">{script}</script>', source)]
    raise UnreadableRecipe(f"{source}: JSON, but no recipe of a kind that is known", hint=KNOWN)


def _parse(text: str, source: str) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableRecipe(f"{source}: not whole JSON: {error}") from error


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")
