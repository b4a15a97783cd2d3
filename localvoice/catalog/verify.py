"""Proving that what is here is what came in, and taking models away."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from localvoice.catalog import lock, staging
from localvoice.catalog.checksums import sha256_of
from localvoice.catalog.disk import explained
from localvoice.catalog.entry import Locked, LockedFile
from localvoice.errors import CatalogError, ContentChanged, StorageRefused
from localvoice.nearest import did_you_mean

State = Literal["good", "missing", "unreadable", "another size", "another checksum"]


@dataclass(frozen=True, slots=True)
class Finding:
    """How one locked file is."""

    name: str
    """Of the model."""
    path: str
    """Below the model's folder."""
    state: State
    expected: str
    """Size or SHA-256 of the lock file, whichever decides."""
    found: str = ""


def check(path: Path, name: str, file: LockedFile) -> Finding:
    """Size, then SHA-256, of one file."""
    try:
        if path.is_symlink():
            return Finding(name, file.path, "unreadable", "a file", "a symbolic link")
        size_bytes = path.stat().st_size
        if size_bytes != file.size_bytes:
            return Finding(name, file.path, "another size", f"{file.size_bytes} bytes", f"{size_bytes} bytes")
        sha256 = sha256_of(path)
    except FileNotFoundError:
        return Finding(name, file.path, "missing", f"{file.size_bytes} bytes")
    except OSError as error:
        return Finding(name, file.path, "unreadable", f"{file.size_bytes} bytes", error.strerror or str(error))
    state: State = "good" if sha256 == file.sha256 else "another checksum"
    return Finding(name, file.path, state, f"SHA-256 {file.sha256}", f"SHA-256 {sha256}")


def verify(root: Path, models: Iterable[Locked], told: Callable[[Finding], None] | None = None) -> list[Finding]:
    """Every locked file of `models`, several at once, in their order; `told` hears each as soon as it is known."""
    files = [(root / model.name / file.path, model.name, file) for model in models for file in model.files]

    def one(item: tuple[Path, str, LockedFile]) -> Finding:
        finding = check(*item)
        if told:
            told(finding)
        return finding

    with ThreadPoolExecutor(os.cpu_count() or 1, "verify") as pool:
        # The largest first, so that no core is left alone with one at the end.
        order = sorted(range(len(files)), key=lambda n: -files[n][2].size_bytes)
        findings = dict(zip(order, pool.map(one, [files[n] for n in order]), strict=True))
    return [findings[n] for n in range(len(files))]


def raise_bad(findings: Sequence[Finding]) -> None:
    """Raises ContentChanged if any file is not as it came in; the message names both checksums."""
    bad = [finding for finding in findings if finding.state != "good"]
    if not bad:
        return
    lines = [
        f"{finding.name}/{finding.path}: {finding.state} (expected {finding.expected}"
        + (f", found {finding.found})." if finding.found else ").")
        for finding in bad
    ]
    names = " ".join(sorted({finding.name for finding in bad}))
    raise ContentChanged("\n".join(lines), f"Fetch the bad files again: localvoice models pull {names}")


def remove(root: Path, name: str) -> list[str]:
    """Take away a model's files, and what a broken-off pull left of it; names of files that stay,
    because localvoice did not put them there.

    Raises:
        CatalogError: there is no such model below `root`.
        StorageRefused: the disk does not let go of it.
    """
    folder = root / name
    with lock.of_model(root, name):
        if folder.is_symlink():
            raise StorageRefused(f"{folder} is a symbolic link.", "Remove it yourself: it leads out of the folder.")
        locked = lock.read(root).get(name)
        waited = staging.discard(root, name)
        if locked is None:
            if not waited:
                near = did_you_mean(name, lock.read(root))
                raise CatalogError(
                    f"There is no model {name} in {root}.{near}", "`localvoice models list --here` shows what is."
                )
        else:
            # First: a model that is half gone must not look whole.
            lock.forget(root, name)
            with explained(folder):
                for path in (folder / file.path for file in (*locked.files, *locked.sources)):
                    # A link on the way would lead out.
                    if path.parent.resolve().is_relative_to(folder.resolve()):
                        path.unlink(missing_ok=True)
        for step in sorted({folder, *(path for path in folder.rglob("*") if path.is_dir())}, reverse=True):
            with suppress(OSError):
                step.rmdir()
        return sorted(str(path.relative_to(root)) for path in folder.rglob("*") if path.is_file())
