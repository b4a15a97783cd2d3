"""Trying a model file in a process of its own, because a damaged one can end the process that opens it."""

import hashlib
from pathlib import Path

from localvoice import bundled, child, folders
from localvoice.errors import ModelBroken

LONGEST_S = 120.0
SPARE_BYTES = 8 << 30
"""What a probe may take beside four times the file: a damaged size must not eat all of the machine's memory."""

_LIMIT = """
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({0}, resource.getrlimit(resource.RLIMIT_AS)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
except (ImportError, ValueError, OSError):
    pass  # Windows has none of this; elsewhere a lower limit may be in force already.
"""


def is_ours(path: Path) -> bool:
    """Whether the file travels with the program and needs no probe."""
    return path.resolve().is_relative_to(bundled.folder().resolve())


def insist(
    path: Path,
    module: str,
    whose: str,
    remedy: str,
    *beside: Path,
    opens: Path | None = None,
    trusted: bool | None = None,
) -> None:
    """Let `_try` of `module` open `opens` (default: `path`) in a process of its own, once for each state of the files
    `path` and `beside`.

    `whose`: the beginning of the sentence for the error, such as "The voice x.onnx cannot be used". `trusted`: do
    without; None trusts the bundled models. Raises ModelBroken with `remedy`.
    """
    if is_ours(path) if trusted is None else trusted:
        return
    code = f"from {module} import _try; _try({str(opens or path)!r})"
    if why := survives(path, code, *beside):
        raise ModelBroken(f"{whose}: {why}", remedy)


def survives(path: Path, code: str, *beside: Path, limited: bool = True) -> str:
    """Run Python `code` that opens the file `path`, and those `beside` it; returns why it did not end well, as a
    sentence, or "". `limited`: with so much memory as SPARE_BYTES says; the driver of a graphics card reserves more.

    Files that passed are remembered by their places, sizes and times, so that this is done once.
    """
    about = "|".join([code, *map(_about, (path, *beside))])
    if passed_before("probed", about):
        return ""
    limit = _LIMIT.format(4 * path.stat().st_size + SPARE_BYTES) if limited else ""
    ended = child.run(limit + code, LONGEST_S)
    said = ended.errors.strip().splitlines()
    if ended.code and ended.code > 0 and said:
        return said[-1][:300]
    if ended.died:
        return f"the process that opens it {ended.died}."
    passed("probed", about)
    return ""


def passed_before(what: str, about: str) -> bool:
    """Whether `passed` was called with the same words, at any time on this machine."""
    return _mark(what, about).exists()


def passed(what: str, about: str) -> None:
    """Remember a check that need not be done again."""
    mark = _mark(what, about)
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError:
        pass  # It is done again next time.


def _mark(what: str, about: str) -> Path:
    cache = folders.cache()
    return cache / what / hashlib.sha256(about.encode()).hexdigest()[:32]


def _about(path: Path) -> str:
    """What changes when a file changes."""
    if not path.exists():
        return f"{path} is not there"
    about = path.stat()
    return f"{path.resolve()}|{about.st_size}|{about.st_mtime_ns}"
