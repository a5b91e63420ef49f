"""The earlier documents of a plan file, kept beside it, so that a change can be taken back byte for byte.

They are kept whole in one hidden zip file per plan (`.week.json.undo`): it moves and goes with its folder, is replaced
in one step, and packs documents that differ in little. Each is kept with the hash of the document that replaced it, so
that nothing is taken back that this program did not change.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from mealplan.errors import MealplanError
from mealplan.plan import write_beside

KEPT = 20
"""Changes that can be taken back; the oldest are forgotten."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


class NothingToUndo(MealplanError):
    """No earlier document of a plan is kept, or the plan is not the one that was changed."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A document before a change, and the hash of it after."""

    before: bytes
    after: str


def undo_file(plan: Path) -> Path:
    """Where the earlier documents of a plan file are kept."""
    return plan.with_name(f".{plan.name}.undo")


def replace_plan(path: Path, content: str) -> None:
    """Write a changed plan over a plan file, and keep what was there. Raises: UnwritableFile."""
    present, new = path.read_bytes(), content.encode("utf-8")
    steps = _steps_to(path, present)
    _write(path, [*steps, _Step(present, _hash(new))])
    write_beside(path, new)


def undo(path: Path) -> int:
    """Put the document before the last change back; how many more can be taken back.

    Raises: NothingToUndo: none is kept, or the file is not as the last change left it; UnwritableFile.
    """
    try:
        present = path.read_bytes()
    except OSError as error:
        raise NothingToUndo(f"cannot read {path}: {error.strerror or error}") from error
    steps = _steps_to(path, present)
    if not steps:
        why = "it was made anew, or changed by hand" if undo_file(path).exists() else "no change of it is kept"
        raise NothingToUndo(f"{path}: there is nothing to take back: {why}")
    write_beside(path, steps[-1].before)
    _write(path, steps[:-1])
    return len(steps) - 1


def _steps_to(path: Path, present: bytes) -> list[_Step]:
    """The steps that led to a document, oldest first; none where the last of them led elsewhere."""
    steps = _read(path)
    # A change that was kept and then not written left its own beginning in place.
    while steps and steps[-1].after != _hash(present) and steps[-1].before == present:
        steps.pop()
    return steps if steps and steps[-1].after == _hash(present) else []


def _read(path: Path) -> list[_Step]:
    try:
        with zipfile.ZipFile(undo_file(path)) as kept:
            return [_Step(kept.read(entry), entry.comment.decode()) for entry in kept.infolist()]
    except (OSError, zipfile.BadZipFile):
        return []


def _write(path: Path, steps: list[_Step]) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as kept:
        for number, step in enumerate(steps[-KEPT:], start=1):
            entry = zipfile.ZipInfo(f"{number:02}.json", _EPOCH)
            entry.comment = step.after.encode()
            kept.writestr(entry, step.before, zipfile.ZIP_DEFLATED)
    write_beside(undo_file(path), file.getvalue())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
