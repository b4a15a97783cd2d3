"""The disk that models live on: space, permissions, and files that appear whole or not at all."""

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from localvoice.errors import StorageRefused

T = TypeVar("T")

READERS_HINDER = os.name == "nt"
"""Windows neither replaces nor opens a file that another program has open for a moment, a virus scanner at least."""
PATIENCE_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
SPARE_BYTES = 64 << 20
"""Left free on the disk by every download and import."""


def megabytes(size_bytes: int) -> str:
    """A size as people read it."""
    if size_bytes < 100_000:
        return f"{size_bytes / 1e3:.1f} kB"
    return f"{size_bytes / 1e9:.2f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.1f} MB"


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns an OSError of writing at `path` into StorageRefused that says what to do."""
    try:
        yield
    except OSError as error:
        raise refusal(error, path) from error


def refusal(error: OSError, path: Path) -> StorageRefused:
    """What an OSError of writing at `path` means for a person."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageRefused(
            f"The disk is full: {path} could not be written.",
            "Free space (`localvoice models remove NAME`) and give the command again; what came in is kept.",
        )
    if error.errno == errno.EFBIG:
        return StorageRefused(
            f"{path} is larger than this disk's file system allows.",
            "FAT32 ends at 4 GB: choose a folder on another disk, or format this one as exFAT, NTFS or ext4.",
        )
    if error.errno == errno.EROFS:
        return StorageRefused(f"{path} is on a read-only disk.", "Make it writable, or choose another models folder.")
    if isinstance(error, PermissionError):
        return StorageRefused(
            f"You may not write {path}.",
            "Correct its permissions, end the program that has it open, or choose another folder.",
        )
    return StorageRefused(f"{path} could not be written: {error.strerror or error}.", "Check the disk and the folder.")


def need_space(folder: Path, wanted_bytes: int) -> None:
    """Raises StorageRefused if `wanted_bytes` more would fill the disk that `folder` is, or will be, on."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    with explained(folder):
        free = shutil.disk_usage(there).free
    if wanted_bytes + SPARE_BYTES > free:
        raise StorageRefused(
            f"{folder} has {megabytes(free)} free, and {megabytes(wanted_bytes + SPARE_BYTES)} are needed.",
            "Free space, or choose a models folder on another disk.",
        )


def make_folder(root: Path, inside: Path) -> None:
    """Make `inside`, a folder below `root`, refusing symlinks between the two: they lead out. Raises StorageRefused."""
    with explained(inside):
        root.mkdir(parents=True, exist_ok=True)
        step = root
        for part in inside.relative_to(root).parts:
            step = step / part
            if step.is_symlink():
                raise StorageRefused(
                    f"{step} is a symbolic link.", "Remove it: models are only written into real folders."
                )
            step.mkdir(exist_ok=True)


def insisting(action: Callable[[], T]) -> T:
    """`action`, tried again for two seconds if a reader of the same file is in its way. Raises OSError."""
    for wait_s in PATIENCE_S if READERS_HINDER else ():
        try:
            return action()
        except PermissionError:
            time.sleep(wait_s)
    return action()


def write_whole(path: Path, data: bytes, lasting: bool = True) -> None:
    """Write a small file so that there is, at any moment, the old one or the new one, with its permissions.

    `lasting`, it survives a power cut too; but the system then writes out much of what else waits to be written, which
    takes seconds while a gigabyte comes in. Raises OSError.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            if path.exists():
                shutil.copymode(path, beside)
            file.write(data)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        insisting(lambda: beside.replace(path))
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
