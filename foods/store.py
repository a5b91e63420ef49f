"""The installed food table: put on disk whole or not at all, with the one before it kept.

The folder holds one folder per table, named after its content, and a small file that names the current and the
previous one. Only the replacement of that file, which is atomic, changes what is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_data_path

from foods.errors import FoodsError
from foods.portions import Portion, read_portions, to_portions
from foods.release_table import Release, pack_release
from foods.table import FoodTable, layer_tables, read_table

FOLDER_VARIABLE = "MEALPLAN_FOODS"
"""Environment variable that names the folder of the installed table."""
EMBEDDED = ""
"""In place of a table's name: the one that comes with the program."""
ABANDONED_AFTER_S = 86_400.0
"""Age at which a folder that a killed installation left behind is removed."""
UNFINISHED = "installing-"
TABLE_NAME = re.compile(r"[0-9a-f]{12}-[0-9a-f]{12}")
"""Digests of the two packed files."""
PACKED = ("foods.csv.gz", "portions.csv.gz")
ROLL_BACK = "mealplan foods update --rollback"


class NotInstalled(FoodsError):
    """A table that was not put in place, or a change that cannot be taken back; what was there stays."""


class FewerFoods(NotInstalled):
    """A release with fewer foods than the installed table."""


class DamagedTable(FoodsError):
    """The installed table was changed or lost in part since it was installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What stands installed: the ``name`` of its folder, its releases, and how many foods it has."""

    name: str
    sources: tuple[str, ...]
    foods: int
    portions: int
    notes: tuple[str, ...]


def users_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the installed table stands; the folder need not exist."""
    named = environment.get(FOLDER_VARIABLE)
    return Path(named).expanduser() if named else user_data_path("mealplan", appauthor=False) / "foods"


class Store:
    """The installed table of a folder, by default the user's. Reading never writes."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = users_folder() if folder is None else folder

    def installed(self) -> Installed | None:
        """What is installed; None where it is the embedded table.

        Raises: DamagedTable.
        """
        name = self._names().current
        return None if name == EMBEDDED else self._describe(name)

    def table(self) -> FoodTable:
        """The installed table, or the embedded one where none is.

        Raises: DamagedTable.
        """
        name = self._names().current
        if name == EMBEDDED:
            return FoodTable.embedded()
        self._read(name, "foods.csv.gz")
        return read_table(self.folder / name / "foods.csv.gz")

    def layered(self) -> FoodTable:
        """The installed foods, and those of the embedded table whose id they lack: every catalogue food resolves.

        Raises: DamagedTable.
        """
        installed, embedded = self.table(), FoodTable.embedded()
        if installed is embedded:
            return embedded
        return layer_tables(installed, embedded)

    def portions(self) -> Mapping[str, tuple[Portion, ...]]:
        """Food id -> portions, of the foods of `layered`.

        Raises: DamagedTable.
        """
        name = self._names().current
        if name == EMBEDDED:
            return read_portions()
        return {**read_portions(), **to_portions(self._read(name, "portions.csv.gz"))}

    def install(self, release: Release, *, allow_fewer: bool = False) -> Installed:
        """Put a release in place; the table before it can be brought back by `rollback`.

        Raises: FewerFoods; NotInstalled: the folder cannot be written. What was there stays in both cases.
        """
        names = self._names()
        before = self._before(names.current)
        if before is not None and len(release.table) < before.foods and not allow_fewer:
            raise FewerFoods(
                f"{', '.join(release.sources)} has {len(release.table):,} foods, the installed table {before.foods:,}",
                "add --allow-fewer if this is meant",
            )
        files = pack_release(release)
        installed = Installed(
            name="-".join(_digest(files[file]) for file in PACKED),
            sources=release.sources,
            foods=len(release.table),
            portions=sum(map(len, release.portions.values())),
            notes=release.notes,
        )
        about = json.dumps(asdict(installed), indent=1).encode()
        try:
            self._put(installed.name, files | {"release.json": about})
            if installed.name != names.current:
                self._point(_Names(current=installed.name, previous=names.current))
                self._clean(dropped=names.previous)
        except OSError as error:
            raise self._unwritable(error) from error
        return installed

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for what is fetched, on the disk of the table, gone afterwards.

        Raises: NotInstalled: the store's folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            folder = tempfile.mkdtemp(dir=self.folder, prefix=UNFINISHED)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield Path(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def rollback(self) -> Installed | None:
        """Bring the previous table back; a second time undoes it. None: it is the embedded table again.

        Raises: NotInstalled: there is no previous table; DamagedTable: it is there in part only.
        """
        names = self._names()
        if names.previous is None:
            raise NotInstalled("there is no previous food table to go back to", "mealplan foods update installs one")
        installed = None
        if names.previous != EMBEDDED:
            installed = self._describe(names.previous)
            for file in PACKED:
                self._read(names.previous, file)
        try:
            self._point(_Names(current=names.previous, previous=names.current))
        except OSError as error:
            raise self._unwritable(error) from error
        return installed

    def _unwritable(self, error: OSError) -> NotInstalled:
        return NotInstalled(
            f"cannot write in {self.folder}: {error.strerror or error}",
            f"the table stays as it was; {FOLDER_VARIABLE} names another folder",
        )

    def _names(self) -> _Names:
        path = self.folder / "installed.json"
        try:
            names = json.loads(path.read_text(encoding="utf-8"))
            return _Names(current=_checked(names["current"]), previous=_checked(names["previous"]))
        except FileNotFoundError:
            return _Names(current=EMBEDDED, previous=None)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DamagedTable(f"{path} cannot be read", "remove it, then run: mealplan foods update") from error

    def _describe(self, name: str) -> Installed:
        try:
            known = json.loads(self._read(name, "release.json"))
            return Installed(**known | {"sources": tuple(known["sources"]), "notes": tuple(known["notes"])})
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedTable(f"{self.folder / name / 'release.json'} cannot be read", ROLL_BACK) from error

    def _before(self, current: str) -> Installed | None:
        """What a new table is held against: nothing where it is the embedded one, or damaged and to be replaced."""
        if current == EMBEDDED:
            return None
        try:
            return self._describe(current)
        except DamagedTable:
            return None

    def _read(self, name: str, file: str) -> bytes:
        path = self.folder / name / file
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DamagedTable(f"{path} cannot be read: {error.strerror or error}", ROLL_BACK) from error
        if file in PACKED and _digest(content) != name.split("-")[PACKED.index(file)]:
            raise DamagedTable(f"{path} was changed since it was installed", ROLL_BACK)
        return content

    def _put(self, name: str, files: Mapping[str, bytes]) -> None:
        """Write the files of a table into a folder of its own, which appears under its name complete or never."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / name
        with suppress(DamagedTable):
            if all(self._read(name, file) for file in files):
                return  # installed before
        temporary = Path(tempfile.mkdtemp(dir=self.folder, prefix=UNFINISHED))
        try:
            for file, content in files.items():
                _write(temporary / file, content)
            _sync(temporary)
            if target.exists():  # damaged since
                shutil.rmtree(target)
            temporary.rename(target)
            _sync(self.folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _point(self, names: _Names) -> None:
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=UNFINISHED)
        os.close(handle)
        try:
            _write(Path(temporary), json.dumps(asdict(names)).encode())
            Path(temporary).replace(self.folder / "installed.json")
            _sync(self.folder)
        finally:
            Path(temporary).unlink(missing_ok=True)

    def _clean(self, dropped: str | None) -> None:
        """Remove the table that is no longer the previous one, and what killed installations left.

        Another table without a name may be of an installation that is about to name it.
        """
        names = self._names()
        for path in self.folder.iterdir():
            unnamed = TABLE_NAME.fullmatch(path.name) and path.name not in (names.current, names.previous)
            if not (unnamed or path.name.startswith(UNFINISHED)):
                continue
            with suppress(FileNotFoundError):  # another installation cleans too
                if path.name == dropped or time.time() - path.stat().st_mtime > ABANDONED_AFTER_S:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    current: str
    previous: str | None


def _checked(name: str | None) -> str:
    """The name of a table, and nothing that would lead elsewhere."""
    if name != EMBEDDED and not TABLE_NAME.fullmatch(name or ""):
        raise ValueError(name)
    return name or EMBEDDED


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make a rename in the folder last through a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
