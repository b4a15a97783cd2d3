"""One model on its way in, and what is found of it on this machine."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from localvoice.catalog import fetch, partial, resolve, staging
from localvoice.catalog.checksums import Checksums
from localvoice.catalog.disk import explained
from localvoice.catalog.entry import Entry, Locked, LockedFile, Road
from localvoice.catalog.fetch import Remote
from localvoice.catalog.progress import TransferProgress
from localvoice.errors import DownloadFailed, LocalvoiceError


@dataclass(slots=True, eq=False)
class Job:
    """One model on its way in."""

    entry: Entry
    root: Path
    locked: Locked | None
    """What is to be here, if that is decided already."""
    revision: str = ""
    remotes: list[Remote] = field(default_factory=list)
    """What is not known to be here."""
    files: dict[str, LockedFile] = field(default_factory=dict)
    """What is here and good, by its path."""
    waiting: set[str] = field(default_factory=set)
    """The paths of those `files` that have no final name yet."""
    fetched_bytes: int = 0
    reused_bytes: int = 0
    error: LocalvoiceError | None = None
    road: Road = "hub"
    hub_error: DownloadFailed | None = None
    """Why the hub did not deliver what the index is now asked for."""

    def final(self, path: str) -> Path:
        return self.root / self.entry.name / path

    def incoming(self, path: str) -> Path:
        return staging.folder(self.root, self.entry.name) / path

    def at(self, path: str) -> Path:
        """Where one of `files` is now."""
        return self.incoming(path) if path in self.waiting else self.final(path)

    def here(self, file: LockedFile, waiting: bool) -> None:
        """Note that `file` is here and good."""
        self.files[file.path] = file
        if waiting:
            self.waiting.add(file.path)


def find(job: Job, remote: Remote, watch: TransferProgress) -> Callable[[], None]:
    """Whether a published file is here that is not locked, or waits since an earlier run."""

    def do() -> None:
        if remote.local_path not in {file.path for file in resolve.kept(job.entry, job.locked)}:
            watch.expect(job.entry.name, remote.local_path, remote.size_bytes)
        for waiting, path in ((False, job.final(remote.local_path)), (True, job.incoming(remote.local_path))):
            if sha256 := good(path, remote):
                reused(job, remote, sha256, waiting, watch)
                return

    return do


def reused(job: Job, remote: Remote, sha256: str, waiting: bool, watch: TransferProgress) -> None:
    job.here(locked_file(job, remote, sha256), waiting)
    job.reused_bytes += remote.size_bytes
    watch.moved(job.entry.name, remote.local_path, remote.size_bytes)


def locked_file(job: Job, remote: Remote, sha256: str) -> LockedFile:
    elsewhere = (remote.repo, remote.revision) if remote.repo != job.entry.repo else ("", "")
    return LockedFile(remote.local_path, remote.size_bytes, sha256, remote.source_path, *elsewhere)


def missing_bytes(job: Job, remote: Remote) -> int:
    """What will come in again of a file."""
    have = 0
    with suppress(OSError):
        have = partial.part_of(job.incoming(remote.local_path)).stat().st_size
    return max(0, remote.size_bytes - have)


def good(path: Path, remote: Remote) -> str | None:
    """SHA-256 of `path` if it is a file with the published size and checksums, else None."""
    try:
        if path.is_symlink() or path.stat().st_size != remote.size_bytes:
            return None
        hasher = Checksums(remote.size_bytes, [one.kind for one in remote.checksums])
        with path.open("rb", buffering=0) as file:
            hasher.add_file(file)
    except OSError:
        return None
    return None if hasher.first_difference(remote.checksums) else hasher.checksum("sha256").digits


def from_cache(remote: Remote, path: Path) -> str | None:
    """Take the file out of the Hugging Face cache by a hard link or a copy, if it is there and good; its SHA-256."""
    found = fetch.cached(remote) if remote.repo else None
    sha256 = good(found, remote) if found else None
    if found is None or sha256 is None:
        return None
    with explained(path):
        path.unlink(missing_ok=True)
        try:
            os.link(found, path)
        except OSError:
            # Another disk, or a file system without links.
            shutil.copyfile(found, path)
            sha256 = good(path, remote)
    return sha256
