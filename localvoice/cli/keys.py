"""Single keys from the terminal, without Return; the terminal is left as it was found."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator

KEYS_AT_ONCE = 32
LOOK_S = 0.1
WINDOWS_PREFIXES = ("\x00", "\xe0")
"""Of keys that are no characters."""


def keyboard() -> bool:
    """Whether keys can be pressed here."""
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


def windows_key(getwch: Callable[[], str]) -> str:
    """The key that was pressed; "" for an arrow or a function key, which arrives as two characters."""
    key = getwch()
    if key in WINDOWS_PREFIXES:
        # Which one it was; by itself it would be a letter.
        getwch()
        return ""
    return key


if sys.platform == "win32":

    @contextlib.contextmanager
    def _single_keys() -> Iterator[Callable[[], str]]:
        import msvcrt
        import time

        def read_key() -> str:
            if msvcrt.kbhit():
                return windows_key(msvcrt.getwch)
            time.sleep(0.05)
            return ""

        yield read_key

else:

    @contextlib.contextmanager
    def _single_keys() -> Iterator[Callable[[], str]]:
        import os
        import select
        import termios
        import time
        import tty

        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)

        def in_front() -> bool:
            # In the background of a shell, whoever touches the terminal is stopped.
            try:
                return os.tcgetpgrp(descriptor) == os.getpgrp()
            except OSError:
                # No shell controls this terminal.
                return True

        def read_key() -> str:
            if not in_front():
                time.sleep(LOOK_S)
                return ""
            ready, _, _ = select.select([descriptor], [], [], LOOK_S)
            if not ready or not in_front():
                return ""
            read = b""
            with contextlib.suppress(OSError):
                read = os.read(descriptor, KEYS_AT_ONCE)
            if not read:
                # The terminal was closed; the system ends the program for that.
                time.sleep(LOOK_S)
            typed = read.decode(errors="ignore")
            # An arrow or a function key arrives as several characters at once, of which Escape is the first.
            return typed.partition("\x1b")[0]

        def take(when: int = termios.TCSADRAIN) -> None:
            # A terminal that is closed lets its programs go on, so that they hear of it, and can be set no more.
            with contextlib.suppress(termios.error):
                if in_front():
                    tty.setcbreak(descriptor, when)

        def give_back() -> None:
            with contextlib.suppress(termios.error):
                if in_front():
                    termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

        # What was typed before was not meant for this.
        take(termios.TCSAFLUSH)
        try:
            with _when_stopped(give_back, take):
                yield read_key
        finally:
            give_back()

    @contextlib.contextmanager
    def _when_stopped(stopping: Callable[[], None], going_on: Callable[[], None]) -> Iterator[None]:
        """Calls `stopping` before Ctrl-Z stops the program, and `going_on` whenever it goes on, in whatever way."""
        import os
        import signal

        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, _frame: object) -> None:
            stopping()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

        def go_on(_number: int, _frame: object) -> None:
            signal.signal(signal.SIGTSTP, stop)
            going_on()

        old = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
        if old[signal.SIGTSTP] == signal.SIG_IGN:
            # A shell without job control has started this: there would be no way back.
            yield
            return
        signal.signal(signal.SIGTSTP, stop)
        signal.signal(signal.SIGCONT, go_on)
        try:
            yield
        finally:
            for number, handler in old.items():
                signal.signal(number, handler)
