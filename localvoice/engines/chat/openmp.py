"""OpenMP's library for the prebuilt llama.cpp, on a Linux that has none.

xllamacpp's library asks the system for libgomp.so.1, which every compiler brings and many a machine without one lacks.
CTranslate2's wheel carries the same library, under a name of its own; a copy in memory that has its usual name again
answers llama.cpp just as well. Nothing is written to disk.
"""

import ctypes
import importlib.metadata
import os
import sys
from pathlib import Path

NAME = "libgomp.so.1"
_kept: list[ctypes.CDLL] = []


def ensure() -> None:
    """See that what is loaded from now on finds NAME; if nothing can be done, its own error says what is missing."""
    if sys.platform != "linux":
        return
    try:
        _kept.append(ctypes.CDLL(NAME))
    except OSError:
        carried = carried_file()
        if carried is not None:
            load_renamed(carried)


def carried_file() -> Path | None:
    """The one in CTranslate2's wheel."""
    try:
        package = importlib.metadata.distribution("ctranslate2")
    except importlib.metadata.PackageNotFoundError:
        return None
    return next(Path(str(package.locate_file("ctranslate2.libs"))).glob("libgomp-*"), None)


def load_renamed(file: Path) -> None:
    """Load a copy of `file` that is called NAME inside; the loader knows libraries by that name. Does nothing if the
    file does not hold its own name just once."""
    content, old = file.read_bytes(), file.name.encode() + b"\0"
    if content.count(old) != 1 or len(old) <= len(NAME):
        return
    memory = os.memfd_create(NAME)
    try:
        with open(memory, "wb", closefd=False) as copy:
            copy.write(content.replace(old, NAME.encode().ljust(len(old), b"\0")))
        _kept.append(ctypes.CDLL(f"/proc/self/fd/{memory}"))
    finally:
        os.close(memory)
