"""Runs the program as a person does."""

import os
import subprocess
import sys
from pathlib import Path


def localvoice(*arguments: str, home: Path, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "localvoice", *arguments],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        env=environment,
        check=False,
    )


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """One message with its remedy, the documented code, and no traceback."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("localvoice: ")
    assert len(done.stderr.strip().splitlines()) >= 2, "a remedy goes with it"
    for word in words:
        assert word in done.stderr, done.stderr
