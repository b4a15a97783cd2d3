"""The commands: they parse and print, nothing else. `main` turns every error into one message and its exit code."""

import contextlib
import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130


def main() -> None:
    """Entry point of `localvoice`. Exit codes: see errors.py; 130 after Ctrl-C, 143 after SIGTERM."""
    try:
        # Started without them (`>&-`): everything that prints would be at fault.
        sys.stdout = sys.stdout or open(os.devnull, "w")
        sys.stderr = sys.stderr or open(os.devnull, "w")
        from localvoice.cli.app import run

        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), _leave)
        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        # While this very program was being loaded.
        code = INTERRUPTED
    if code != INTERRUPTED:
        sys.exit(code)
    # Everything has been closed; a thread that is still inside a native library must not hold up the end.
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _leave(number: int, frame: FrameType | None) -> None:
    """Unwinds like Ctrl-C does, so that the terminal and the device are left as they were."""
    sys.exit(128 + number)
