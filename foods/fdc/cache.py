"""Answers kept on disk, one a file, each written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path


class Cache:
    """JSON by question, in a folder that may be lost at any time. Nothing here ever fails: it only forgets."""

    def __init__(self, folder: Path, *, max_age_s: float) -> None:
        self._folder = folder
        self._max_age_s = max_age_s

    def get(self, question: str) -> object | None:
        """The answer; None where there is none, or none recent or whole."""
        path = self._path(question)
        with suppress(OSError, ValueError):
            if time.time() - path.stat().st_mtime <= self._max_age_s:
                answer: object = json.loads(path.read_text(encoding="utf-8"))
                return answer
        return None

    def put(self, question: str, answer: object) -> None:
        """Keep an answer."""
        path = self._path(question)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix="writing-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(answer, file)
                Path(temporary).replace(path)
            finally:
                Path(temporary).unlink(missing_ok=True)

    def _path(self, question: str) -> Path:
        return self._folder / f"{hashlib.sha256(question.encode()).hexdigest()[:32]}.json"
