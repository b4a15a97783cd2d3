"""A terminal with one line at the bottom that changes; where it is no terminal, only finished lines are printed."""

import os
import shutil
import sys
import threading
from typing import TextIO

import typer

from localvoice.cli.terminal import can_rewrite, may_colour, printable, tail, width, wrap


class Screen:
    """Lines go up, the status stays at the bottom. Safe from any thread.

    No escape codes are needed but colours', and those only in a terminal that may have them.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stdout
        self._live = can_rewrite(self._stream, os.environ)
        self._styled = self._stream.isatty() and may_colour(os.environ)
        self._lock = threading.Lock()
        self._status = ""
        self._drawn = 0
        """Columns of what stands at the bottom now."""

    def line(self, text: str = "", **style: bool | str) -> None:
        """Print a line for good; in a terminal it is wrapped between words."""
        text = printable(text)
        with self._lock:
            self._erase()
            for part in wrap(text, _columns()) if self._stream.isatty() else [text]:
                shown = typer.style(part, **style) if style and self._styled else part  # type: ignore[arg-type]
                typer.echo(shown, file=self._stream, color=self._styled)
            self._draw()

    def status(self, text: str) -> None:
        """Show `text` at the bottom until the next one."""
        with self._lock:
            self._erase()
            self._status = printable(text)
            self._draw()

    def close(self) -> None:
        """Leave the cursor on an empty line."""
        self.status("")

    def _erase(self) -> None:
        if self._drawn:
            self._stream.write(f"\r{' ' * self._drawn}\r")
            self._drawn = 0

    def _draw(self) -> None:
        if self._live and self._status:
            # The end of a long sentence is what is new in it. The last column is left free: a cursor behind it would
            # be on the next line.
            shown = tail(self._status, _columns() - 1)
            self._stream.write(shown)
            self._drawn = width(shown)
        self._stream.flush()


def _columns() -> int:
    return shutil.get_terminal_size().columns
