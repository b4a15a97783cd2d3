"""A terminal with one line at the bottom that changes; where it is no terminal, only finished lines are printed."""

import shutil
import sys
import threading
from typing import TextIO

import typer


class Screen:
    """Lines go up, the status stays at the bottom. Safe from any thread."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stdout
        self._live = self._stream.isatty()
        self._lock = threading.Lock()
        self._status = ""

    def line(self, text: str = "", **style: bool | str) -> None:
        """Print a line for good."""
        with self._lock:
            self._erase()
            typer.echo(typer.style(text, **style) if style else text, file=self._stream)  # type: ignore[arg-type]
            self._draw()

    def status(self, text: str) -> None:
        """Show `text` at the bottom until the next one."""
        with self._lock:
            self._erase()
            self._status = text
            self._draw()

    def close(self) -> None:
        """Leave the cursor on an empty line."""
        self.status("")

    def _erase(self) -> None:
        if self._live and self._status:
            self._stream.write("\r\x1b[K")

    def _draw(self) -> None:
        if self._live and self._status:
            # The end of a long sentence is what is new in it.
            width = shutil.get_terminal_size().columns - 1
            shown = self._status if len(self._status) <= width else "…" + self._status[1 - width :]
            self._stream.write(shown)
        self._stream.flush()
