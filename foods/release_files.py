"""The files of a FoodData Central release, a folder or a zip, read in pieces and never unpacked to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import pandas as pd

from foods.errors import FoodsError

Progress = Callable[[str], None]

CHUNK_ROWS = 200_000
MAX_UNPACKED = 12_000_000_000
"""Bytes of one file; the whole of FoodData Central with its branded foods has 2 GB in the largest."""
MAX_RATIO = 200
"""Unpacked to packed size; the official files lie between 5 and 25."""
SMALL = 10_000_000
"""Bytes that no ratio makes dangerous."""
MAX_LINE = 1_000_000
OFFICIAL = "give an official CSV release of https://fdc.nal.usda.gov/download-datasets, as .zip or unpacked"


class BrokenRelease(FoodsError):
    """A release that cannot be read; the message names the file."""


class ReleaseFiles:
    """The CSV files of a release by name, each with its size in bytes and a way to open it."""

    def __init__(self, source: str, members: Mapping[str, tuple[int, Callable[[], IO[bytes]]]]) -> None:
        self.source = source
        self._members = members
        for needed in ("food.csv", "food_nutrient.csv", "nutrient.csv"):
            if needed not in members:
                raise BrokenRelease(f"{source}: there is no {needed} in it", OFFICIAL)

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def rows(self, name: str, columns: Sequence[str], progress: Progress = lambda _: None) -> Iterator[pd.DataFrame]:
        """The columns of a file as text, some rows at a time; the index counts the rows of the file.

        Raises: BrokenRelease: a column is missing, the file is cut short or is no CSV.
        """
        size, opened = self._members[name]
        where = f"{self.source}: {name}"
        try:
            with opened() as raw, _Watched(raw, where, size, progress) as watched:
                reader = pd.read_csv(
                    io.BufferedReader(watched, buffer_size=1 << 18),
                    usecols=lambda column: column in columns,
                    dtype=str,
                    keep_default_na=False,
                    chunksize=CHUNK_ROWS,
                    encoding="utf-8-sig",
                )
                with reader:
                    for chunk in reader:
                        if missing := [column for column in columns if column not in chunk.columns]:
                            raise BrokenRelease(f"{where} has no column `{missing[0]}`", OFFICIAL)
                        yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise BrokenRelease(f"{where} is cut short or damaged", "get the file again") from error
        except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
            raise BrokenRelease(f"{where} is no CSV file: {' '.join(str(error).split())}", OFFICIAL) from error
        except (RuntimeError, NotImplementedError) as error:  # how zipfile says: encrypted, or packed in another way
            raise BrokenRelease(f"{where} cannot be unpacked: {error}", OFFICIAL) from error
        except OSError as error:
            raise BrokenRelease(f"{where} cannot be read: {error.strerror or error}") from error


@contextmanager
def open_release(path: Path) -> Iterator[ReleaseFiles]:
    """A release in a folder or a zip.

    Raises: BrokenRelease: neither of them, files missing, or a zip made to do harm.
    """
    if path.is_dir():
        yield ReleaseFiles(path.resolve().name, _in_folder(path))
        return
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise BrokenRelease(f"{path}: there is no such file or folder", OFFICIAL) from error
    except OSError as error:
        raise BrokenRelease(f"{path} cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, NotImplementedError) as error:  # the second: of a version that zipfile cannot read
        raise BrokenRelease(
            f"{path.name}: {_no_zip(path)}", "get the file again, or give the unpacked folder"
        ) from error
    with archive:
        yield ReleaseFiles(path.name, _in_zip(archive, path.name))


def _no_zip(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(512).lstrip().lower()
    if start.startswith(b"pk\x03\x04"):
        return "this zip is cut short: its table of contents is missing"
    return "this is a web page, not a release" if start.startswith((b"<!doctype", b"<html")) else "this is no zip file"


def _in_folder(folder: Path) -> dict[str, tuple[int, Callable[[], IO[bytes]]]]:
    found = sorted(folder.glob("food.csv")) or sorted(folder.glob("*/food.csv"))
    if len(found) > 1:
        raise BrokenRelease(f"{folder}: there are {len(found)} releases in it", "give the folder of one")
    inside = found[0].parent if found else folder
    return {path.name: (path.stat().st_size, _opener(path)) for path in sorted(inside.glob("*.csv"))}


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _in_zip(archive: zipfile.ZipFile, source: str) -> dict[str, tuple[int, Callable[[], IO[bytes]]]]:
    members: dict[str, tuple[int, Callable[[], IO[bytes]]]] = {}
    folders = set()
    for info in archive.infolist():
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
            raise BrokenRelease(
                f"{source}: `{info.filename}` leads out of the archive, no official release does", OFFICIAL
            )
        if path.suffix == ".csv" and len(path.parts) <= 2 and "__MACOSX" not in path.parts:
            if path.name in members:
                raise BrokenRelease(f"{source}: {path.name} stands in it twice", OFFICIAL)
            _check_size(info, source)
            members[path.name] = (info.file_size, _member(archive, info))
            folders.add(path.parent)
    if len(folders) > 1:
        raise BrokenRelease(f"{source}: its files stand in {len(folders)} folders", OFFICIAL)
    return members


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(info)


def _check_size(info: zipfile.ZipInfo, source: str) -> None:
    """zipfile reads no more than the size that is stated, so that the statement can be judged."""
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > MAX_UNPACKED or (ratio > MAX_RATIO and info.file_size > SMALL):
        raise BrokenRelease(
            f"{source}: {info.filename} would unpack from {_megabytes(info.compress_size)} to "
            f"{_megabytes(info.file_size)}: this is a zip bomb, not a release",
            OFFICIAL,
        )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


class _Watched(io.RawIOBase):
    """Passes bytes on, says how far it is, and stops at a line that no CSV of a release has."""

    def __init__(self, raw: IO[bytes], where: str, size: int, progress: Progress) -> None:
        self._raw, self._where, self._size, self._progress = raw, where, size, progress
        self._count = self._line = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is 3.12's
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self._count += len(data)
        last = data.rfind(b"\n")
        self._line = self._line + len(data) if last < 0 else len(data) - last - 1
        if self._line > MAX_LINE:
            raise BrokenRelease(f"{self._where} has a line of over {MAX_LINE:,} bytes: no release has", OFFICIAL)
        self._progress(f"reading {self._where}, {100 * self._count // max(self._size, 1)} %")
        return len(data)
