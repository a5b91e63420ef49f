"""Zip archives of recipe JSON, also one inside another; sizes are checked before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from mealplan.recipes.recipe import UnreadableRecipe

MAX_MEMBER = 5_000_000
MAX_MEMBERS = 5_000
MAX_TOTAL = 200_000_000
MAX_DEPTH = 2


def read_archive(data: bytes, source: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of every JSON file in a zip, and in the zips it holds.

    Raises: UnreadableRecipe: no zip, or one that would unpack to more than a cookbook holds.
    """
    yield from _walk(data, source, depth=0, budget=[MAX_TOTAL])


def _walk(data: bytes, source: str, depth: int, budget: list[int]) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise UnreadableRecipe(f"{source}: {len(members)} files are more than a cookbook holds")
            for member in members:
                inner = member.filename.lower().endswith(".zip")
                if not inner and not member.filename.lower().endswith(".json"):
                    continue
                content = _read(archive, member, source, budget)
                if inner and depth < MAX_DEPTH:
                    yield from _walk(content, f"{source}, {member.filename}", depth + 1, budget)
                elif not inner:
                    yield member.filename, content
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnreadableRecipe(f"{source}: not a zip archive that can be read: {error}") from error


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: str, budget: list[int]) -> bytes:
    limit = MAX_TOTAL if member.filename.lower().endswith(".zip") else MAX_MEMBER
    with archive.open(member) as stream:
        # The stated size may lie: read one byte more than is allowed and no further.
        content = stream.read(min(limit, budget[0]) + 1)
    budget[0] -= len(content)
    if len(content) > limit or budget[0] < 0:
        raise UnreadableRecipe(f"{source}: `{member.filename}` unpacks to more than a recipe holds")
    return content
