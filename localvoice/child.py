"""Python in a process of its own, for everything that could end the process it runs in."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ended:
    """What a child printed, and how it ended: `died` is half a sentence, empty if it ended well by itself."""

    output: str
    errors: str
    died: str
    code: int | None = None
    """Exit code, below 0 for a signal; None if there was none."""


def run(code: str, longest_s: float, *arguments: str) -> Ended:
    """Run Python `code` with `arguments` in sys.argv[1:], for `longest_s` at most."""
    package = str(Path(__file__).resolve().parents[1])
    paths = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", code, *arguments],
            env={**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=longest_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return Ended(_text(late.stdout), _text(late.stderr), f"did not finish within {longest_s:.0f} s")
    except (OSError, ValueError) as error:
        # No process is to be had, or an argument can be none.
        return Ended("", "", f"cannot be started ({error})")
    return Ended(_text(done.stdout), _text(done.stderr), _death(done.returncode), done.returncode)


def _death(code: int) -> str:
    if code == 0:
        return ""
    # Windows gives a process that ran into an unknown instruction this code.
    if code == 0xC000001D or -code == getattr(signal, "SIGILL", 0):
        return "uses instructions that this processor does not have"
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")
