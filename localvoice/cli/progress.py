"""Bars for files that come in: how much, how fast, and how long still."""

import threading
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import TransferSpeedColumn as SpeedColumn
from rich.table import Column

from localvoice.catalog.progress import TransferProgress

SMALL_BYTES = 4_000_000
"""Files that come in a blink beside the weights: their bars would push the others off the screen."""


class Bars(TransferProgress):
    """A bar per large file on standard error; where that is no terminal, a line per file when it is there."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._live = self._console.is_terminal
        named = Column(no_wrap=True, overflow="ellipsis", max_width=44)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False, table_column=named),
            BarColumn(bar_width=None, table_column=Column(ratio=1, min_width=6)),
            DownloadColumn(table_column=Column(no_wrap=True)),
            SpeedColumn(table_column=Column(no_wrap=True)),
            TimeRemainingColumn(table_column=Column(no_wrap=True)),
            console=self._console,
            disable=not self._live,
        )
        self._bars: dict[tuple[str, str], tuple[TaskID, int]] = {}
        self._positions: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._progress.stop()

    def expect(self, name: str, path: str, size_bytes: int) -> None:
        """A new bar; or the one there is, where a file that the hub did not deliver is to come from the index."""
        with self._lock:
            if (name, path) not in self._bars:
                bar = self._progress.add_task(f"{name}/{path}", total=size_bytes, visible=size_bytes >= SMALL_BYTES)
                self._bars[name, path] = (bar, size_bytes)

    def moved(self, name: str, path: str, position_bytes: int) -> None:
        """Move a bar; a position that was not fetched just now counts for no speed."""
        with self._lock:
            bar, size_bytes = self._bars[name, path]
            before = self._positions.get((name, path))
            self._positions[name, path] = position_bytes
            if before is None or position_bytes < before:
                self._progress.reset(bar, completed=position_bytes)
            else:
                self._progress.update(bar, completed=position_bytes)
            if not self._live and position_bytes == size_bytes and before != position_bytes:
                self._console.print(f"{name}/{path}: {size_bytes} bytes", markup=False, soft_wrap=True)

    def note(self, text: str) -> None:
        """A line above the bars."""
        self._console.print(text, markup=False, soft_wrap=True)
