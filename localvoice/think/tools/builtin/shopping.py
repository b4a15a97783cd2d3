"""A shopping list that survives a restart."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from localvoice import folders
from localvoice.think.tools.spec import Done, ToolFailed, tool
from localvoice.think.tools.words import joined

MOST_ITEMS = 200
PATIENCE_S = 2.0
"""Another process needs some milliseconds."""


class ShoppingList:
    """Kept in shopping-list.json of `folder`, or of the platform's folder for this user's data. The file is replaced
    whole at each change, so a power cut leaves the old list or the new one. A file that cannot be read is set aside,
    never overwritten. Another process may use the same list.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = (folder or folders.data()) / "shopping-list.json"
        self._threads = threading.Lock()
        self._processes = FileLock(self._file.with_suffix(".lock"), timeout=PATIENCE_S)

    @tool(changes_world=True)
    def add_to_list(self, items: list[str]) -> Done:
        """Put things on the shopping list."""
        wanted = _clean(items)
        with self._lock():
            listed = self._read()
            new = [item for item in wanted if item not in listed]
            if len(listed) + len(new) > MOST_ITEMS:
                raise ToolFailed("the list is full")
            self._write(listed + new)
        return Done(f"added {joined(wanted)}", lambda: self._without(new))

    @tool(changes_world=True)
    def remove_from_list(self, items: list[str]) -> Done | str:
        """Take things off the shopping list."""
        wanted = _clean(items)
        with self._lock():
            before = self._read()
            gone = [found for item in wanted if (found := _find(item, before))]
            if gone:
                self._write([item for item in before if item not in gone])
            gone = list(dict.fromkeys(gone))
        missing = [item for item in wanted if not _find(item, before)]
        parts = [f"removed {joined(gone)}"] if gone else []
        if missing:
            parts.append(f"{joined(missing)} {'is' if len(missing) == 1 else 'are'} not on the list")
        text = ", ".join(parts)
        return Done(text, lambda: self._with(gone)) if gone else text

    @tool()
    def read_list(self) -> str:
        """Read out the shopping list."""
        with self._lock():
            return ", ".join(self._read()) or "the list is empty"

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Keeps other threads and processes from the list meanwhile."""
        with self._threads, ExitStack() as held:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                held.enter_context(self._processes)
            except (OSError, Timeout):
                raise ToolFailed("the list can't be opened") from None
            yield

    def _without(self, items: list[str]) -> None:
        with self._lock():
            self._write([item for item in self._read() if item not in items])

    def _with(self, items: list[str]) -> None:
        with self._lock():
            listed = self._read()
            self._write(listed + [item for item in items if item not in listed])

    def _read(self) -> list[str]:
        try:
            data = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
            data = None
        except OSError:
            raise ToolFailed("the list can't be read") from None
        if isinstance(data, list) and all(isinstance(item, str) for item in data):
            return data
        try:
            os.replace(self._file, _free_name(self._file))
        except OSError:
            raise ToolFailed("the list can't be read") from None
        return []

    def _write(self, items: list[str]) -> None:
        scratch = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with scratch.open("w", encoding="utf-8") as out:
                json.dump(items, out, ensure_ascii=False, indent=0)
                out.flush()
                os.fsync(out.fileno())
            os.replace(scratch, self._file)
        except OSError:
            raise ToolFailed("the list can't be saved") from None


def _clean(items: list[str]) -> list[str]:
    """Lower case without articles, each once. Raises ToolFailed if nothing is left."""
    words = (" ".join(item.lower().split()) for item in items)
    bare = (word.removeprefix("some ").removeprefix("the ").removeprefix("a ").removeprefix("an ") for word in words)
    found = list(dict.fromkeys(word for word in bare if word))
    if not found:
        raise ToolFailed("nothing was named")
    return found


def _find(item: str, listed: list[str]) -> str:
    """The entry that `item` means: itself, or its singular or plural."""
    forms = (item, f"{item}s", f"{item}es", item.removesuffix("s"), item.removesuffix("es"))
    return next((name for name in forms if name in listed), "")


def _free_name(file: Path) -> Path:
    number = 1
    while (free := file.with_name(f"{file.stem}.damaged-{number}{file.suffix}")).exists():
        number += 1
    return free
