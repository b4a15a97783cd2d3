"""Trying a model file in a process of its own, because a damaged one can end the process that opens it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

LONGEST_S = 120.0


def survives(path: Path, code: str) -> str:
    """Run Python `code` that opens the file `path`; returns why it did not end well, as a sentence, or "".

    A file that passed is remembered by its place, size and time, so that this is done once.
    """
    import platformdirs

    about = path.stat()
    key = hashlib.sha256(f"{path.resolve()}|{about.st_size}|{about.st_mtime_ns}|{code}".encode()).hexdigest()[:32]
    passed = Path(platformdirs.user_cache_dir("localvoice", appauthor=False)) / "probed" / key
    if passed.exists():
        return ""
    package = str(Path(__file__).resolve().parents[2])
    paths = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
    try:
        result = subprocess.run(
            [sys.executable, "-P", "-c", code],
            env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it did not open within {LONGEST_S:.0f} s."
    if result.returncode < 0:
        return f"it ends the process that opens it (signal {-result.returncode})."
    if result.returncode:
        lines = result.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        return lines[-1][:300]
    try:
        passed.parent.mkdir(parents=True, exist_ok=True)
        passed.touch()
    except OSError:
        pass  # It is tried again next time.
    return ""
