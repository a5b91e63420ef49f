"""The earlier documents of a plan file, kept beside it, so that a change can be taken back byte for byte.

They are kept whole in one hidden zip file per plan (`.week.json.undo`): it moves and goes with its folder, is replaced
in one step, and packs documents that differ in little. Each is kept with the hash of the document that replaced it, so
that nothing is taken back that this program did not change. A pantry file that changed with the plan is kept in the
same way, by its path from the plan's folder.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from mealplan.errors import MealplanError
from mealplan.plan import write_beside

KEPT = 20
"""Changes that can be taken back; the oldest are forgotten."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_NOTHING: Mapping[Path, str] = MappingProxyType({})


class NothingToUndo(MealplanError):
    """No earlier document of a plan is kept, or a file is not as the change left it."""


@dataclass(frozen=True, slots=True)
class _Was:
    """A file before a change, and the hash of it after."""

    before: bytes
    after: str

    def is_left(self, present: bytes) -> bool:
        """Whether a file is as the change left it."""
        return self.after == _hash(present)


@dataclass(frozen=True, slots=True)
class _Step:
    """A change: the plan, and by their path from its folder the files that changed with it."""

    plan: _Was
    beside: Mapping[str, _Was]


def undo_file(plan: Path) -> Path:
    """Where the earlier documents of a plan file are kept."""
    return plan.with_name(f".{plan.name}.undo")


def replace_plan(path: Path, content: str, beside: Mapping[Path, str] = _NOTHING) -> None:
    """Write a changed plan over a plan file, other files that change with it, and keep what was there.

    Raises: UnwritableFile.
    """
    present = path.read_bytes()
    others = {
        os.path.relpath(other, path.parent): _Was(other.read_bytes(), _hash(new.encode("utf-8")))
        for other, new in beside.items()
    }
    step = _Step(_Was(present, _hash(content.encode("utf-8"))), others)
    _write(path, [*_steps_to(path, present), step])
    write_beside(path, content)
    for other, new in beside.items():
        write_beside(other, new)


def undo(path: Path, *, plan_alone: bool = False) -> tuple[int, tuple[Path, ...]]:
    """Put the document before the last change back, and what changed with it; ``plan_alone``: only the document.

    Returns: how many more can be taken back, and the other files that are again as they were.
    Raises: NothingToUndo: none is kept, or a file is not as the last change left it; UnwritableFile.
    """
    try:
        present = path.read_bytes()
    except OSError as error:
        raise NothingToUndo(f"cannot read {path}: {error.strerror or error}") from error
    steps = _steps_to(path, present)
    if not steps:
        why = "it was made anew, or changed by hand" if undo_file(path).exists() else "no change of it is kept"
        raise NothingToUndo(f"{path}: there is nothing to take back: {why}")
    *earlier, step = steps
    beside = (
        {} if plan_alone else {Path(os.path.normpath(path.parent / name)): was for name, was in step.beside.items()}
    )
    for other, was in beside.items():
        _check_left(other, was)
    for other, was in beside.items():
        write_beside(other, was.before)
    write_beside(path, step.plan.before)
    _write(path, earlier)
    return len(earlier), tuple(beside)


def _check_left(path: Path, was: _Was) -> None:
    """Raises: NothingToUndo: the file is neither as the change left it nor as it was before."""
    try:
        present = path.read_bytes()
    except OSError:
        present = None
    if present is None or not (was.is_left(present) or present == was.before):
        raise NothingToUndo(
            f"{path} was changed since, or is gone: nothing is taken back", hint="--plan-alone leaves it as it is"
        )


def _steps_to(path: Path, present: bytes) -> list[_Step]:
    """The steps that led to a document, oldest first; none where the last of them led elsewhere."""
    steps = _read(path)
    # A change that was kept and then not written left its own beginning in place.
    while steps and not steps[-1].plan.is_left(present) and steps[-1].plan.before == present:
        steps.pop()
    return steps if steps and steps[-1].plan.is_left(present) else []


def _read(path: Path) -> list[_Step]:
    try:
        with zipfile.ZipFile(undo_file(path)) as kept:
            files = {entry.filename: _Was(kept.read(entry), entry.comment.decode()) for entry in kept.infolist()}
            beside = json.loads(kept.comment or b"{}")
            return [
                _Step(was, {other: files[entry] for entry, other in beside.get(name, {}).items()})
                for name, was in files.items()
                if name.endswith(".json")
            ]
    except (OSError, zipfile.BadZipFile, ValueError, KeyError):
        return []


def _write(path: Path, steps: list[_Step]) -> None:
    """Entries ``01.json`` and on, with what changed beside as ``01.0`` and on; the archive's comment names those."""
    file = io.BytesIO()
    names: dict[str, dict[str, str]] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as kept:
        for number, step in enumerate(steps[-KEPT:], start=1):
            _keep(kept, f"{number:02}.json", step.plan)
            for place, (other, was) in enumerate(step.beside.items()):
                _keep(kept, f"{number:02}.{place}", was)
                names.setdefault(f"{number:02}.json", {})[f"{number:02}.{place}"] = other
        kept.comment = json.dumps(names).encode()
    write_beside(undo_file(path), file.getvalue())


def _keep(kept: zipfile.ZipFile, name: str, was: _Was) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.comment = was.after.encode()
    kept.writestr(entry, was.before, zipfile.ZIP_DEFLATED)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
