"""A program in a terminal of its own: type to it, and wait for what it shows."""

import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Sequence

ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Untimely(AssertionError):
    """What did not come in time, or of which a part was lost on the way."""


class Terminal:
    """Runs `command` on a pseudo terminal with `env`; ended at the latest by `close`."""

    def __init__(self, command: Sequence[str], env: dict[str, str], cwd: str | None = None) -> None:
        self._master, self._slave = pty.openpty()
        self._before = termios.tcgetattr(self._slave)
        self.process = subprocess.Popen(
            command, stdin=self._slave, stdout=self._slave, stderr=self._slave, env=env, cwd=cwd, start_new_session=True
        )
        self.shown = ""
        self.raw = ""
        """Everything that came, escape codes included."""

    def wait_for(self, pattern: str, timeout_s: float) -> re.Match[str]:
        """Until what has been shown since the last match has `pattern`; what came before it is forgotten."""
        end_s = time.monotonic() + timeout_s
        while not (found := re.search(pattern, self.shown)):
            left_s = end_s - time.monotonic()
            if left_s <= 0:
                raise Untimely(f"{pattern!r} was not shown within {timeout_s} s, but: {self.shown[-2000:]}")
            assert self._read(min(left_s, 0.5)) or self.process.poll() is None, self.shown[-2000:]
        self.shown = self.shown[found.end() :]
        return found

    def listen(self, seconds: float) -> str:
        """Everything that is shown within the next `seconds`."""
        self.shown = ""
        end_s = time.monotonic() + seconds
        while (left_s := end_s - time.monotonic()) > 0:
            self._read(left_s)
        return self.shown

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def interrupt(self) -> None:
        """What a terminal does at Ctrl-C."""
        os.killpg(self.process.pid, signal.SIGINT)

    def leave(self, timeout_s: float) -> tuple[int, float]:
        """Wait for the end: (exit code, seconds it took). What is shown meanwhile is kept in `shown`."""
        began_s = time.monotonic()
        while self.process.poll() is None and time.monotonic() - began_s < timeout_s:
            self._read(0.02)
        took_s = time.monotonic() - began_s
        while self._read(0.1):
            pass
        assert self.process.poll() is not None, f"still running after {timeout_s} s: {self.shown[-2000:]}"
        return self.process.returncode, took_s

    def is_as_before(self) -> bool:
        """Whether the terminal's modes are those that it had before the program ran."""
        return termios.tcgetattr(self._slave) == self._before

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        os.close(self._slave)
        os.close(self._master)

    def _read(self, timeout_s: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, timeout_s))
        if not ready:
            return False
        came = os.read(self._master, 65536).decode(errors="replace")
        self.raw += came
        self.shown += ESCAPES.sub("", came)
        return True
