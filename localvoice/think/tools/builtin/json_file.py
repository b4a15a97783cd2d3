"""A small file of this user's own data, safe from power cuts and from other processes."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

from localvoice.think.tools.spec import ToolFailed

PATIENCE_S = 2.0
"""Another process needs some milliseconds."""

T = TypeVar("T")


class Damaged(ToolFailed):
    """What was in the file cannot be read. The user has to know, once: from now on there is none."""


class JsonFile:
    """The file is replaced whole at each change, so a power cut leaves the old content or the new one. A file that
    cannot be read is set aside, never overwritten. Another process may use the same file. `what` is how the user knows
    it, as in "the list".
    """

    def __init__(self, file: Path, what: str) -> None:
        self._file = file
        self._what = what
        self._threads = threading.Lock()
        self._processes = FileLock(file.with_suffix(".lock"), timeout=PATIENCE_S)

    @property
    def exists(self) -> bool:
        return self._file.exists()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keeps other threads and processes from the file meanwhile. Raises ToolFailed."""
        with self._threads, ExitStack() as held:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                held.enter_context(self._processes)
            except (OSError, Timeout):
                raise ToolFailed(f"{self._what} can't be opened") from None
            yield

    def read(self, reads: Callable[[object], T | None]) -> T | None:
        """What `reads` makes of the JSON; None if there is no file. With the lock held. Raises ToolFailed; Damaged if
        it is no JSON or `reads` gave None, and then sets it aside.
        """
        try:
            found = reads(json.loads(self._file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
            found = None
        except OSError:
            raise ToolFailed(f"{self._what} can't be read") from None
        if found is None:
            try:
                os.replace(self._file, _free_name(self._file))
            except OSError:
                raise ToolFailed(f"{self._what} can't be read") from None
            raise Damaged(f"{self._what} can't be read any more, I have set the file aside")
        return found

    def write(self, content: object) -> None:
        """With the lock held. Raises ToolFailed."""
        scratch = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with scratch.open("w", encoding="utf-8") as out:
                json.dump(content, out, ensure_ascii=False, indent=0)
                out.flush()
                os.fsync(out.fileno())
            os.replace(scratch, self._file)
        except OSError:
            raise ToolFailed(f"{self._what} can't be saved") from None


def _free_name(file: Path) -> Path:
    number = 1
    while (free := file.with_name(f"{file.stem}.damaged-{number}{file.suffix}")).exists():
        number += 1
    return free
