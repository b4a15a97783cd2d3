"""Single keys from the terminal, without Return; the terminal is left as it was found."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator

KEYS_AT_ONCE = 32


def keyboard() -> bool:
    """Whether somebody can press keys here."""
    return bool(sys.stdin and sys.stdin.isatty())


@contextlib.contextmanager
def keys(pressed: Callable[[str], None]) -> Iterator[bool]:
    """Call `pressed(key)` from a thread for every key while inside; yields whether there is a keyboard at all."""
    if not keyboard():
        yield False
        return
    stop = threading.Event()
    with _single_keys() as read_key:
        thread = threading.Thread(target=_read, args=(read_key, pressed, stop), name="keys", daemon=True)
        thread.start()
        try:
            yield True
        finally:
            stop.set()
            thread.join(0.5)


def _read(read_key: Callable[[], str], pressed: Callable[[str], None], stop: threading.Event) -> None:
    while not stop.is_set():
        for key in read_key():
            pressed(key)


if sys.platform == "win32":

    @contextlib.contextmanager
    def _single_keys() -> Iterator[Callable[[], str]]:
        import msvcrt
        import time

        def read_key() -> str:
            if msvcrt.kbhit():
                return msvcrt.getwch()
            time.sleep(0.05)
            return ""

        yield read_key

else:

    @contextlib.contextmanager
    def _single_keys() -> Iterator[Callable[[], str]]:
        import os
        import select
        import termios
        import tty

        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)

        def read_key() -> str:
            ready, _, _ = select.select([descriptor], [], [], 0.1)
            typed = os.read(descriptor, KEYS_AT_ONCE).decode(errors="ignore") if ready else ""
            # An arrow or a function key arrives as several characters at once, of which Escape is the first.
            return typed.partition("\x1b")[0]

        try:
            tty.setcbreak(descriptor)
            yield read_key
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
