"""Sound from a file or a pipe, as a file in which a decoder can go back and forth."""

import io
import os
import select
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from localvoice.errors import BadWav

STDIN = "-"
STDIN_PATHS = (STDIN, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
IN_MEMORY_BYTES = 32_000_000
"""More of a pipe goes into a temporary file."""
MOST_BYTES = 4 << 30
"""Of a pipe: something that never ends, such as /dev/zero, must not fill the disk."""
_REMEDY = "Name a sound file, or send one: localvoice transcribe - < talk.wav"
_READ_BYTES = 1 << 20


@contextmanager
def opened(path: str | Path) -> Iterator[tuple[BinaryIO, str]]:
    """(file, its name for messages). The file is open for reading and can seek. `path` may be a pipe, and "-" is
    standard input; both are read to their end first.

    Raises BadWav for a file that is missing, empty, a folder or cannot be read, and for a terminal.
    """
    if str(path) in STDIN_PATHS:
        with _spooled(_stdin(), "standard input") as file:
            yield file, "standard input"
        return
    try:
        source = Path(path).open("rb")
    except FileNotFoundError:
        raise BadWav(f"There is no file {path}.", "Check the path.") from None
    except IsADirectoryError:
        raise _folder(path) from None
    except (OSError, ValueError) as error:
        # Windows says "permission denied" of folders; ValueError: a NUL in the name.
        if Path(path).is_dir():
            raise _folder(path) from None
        reason = getattr(error, "strerror", None) or "no such name is possible"
        raise BadWav(f"{path} cannot be read: {reason}.", "Check its permissions.") from None
    with source:
        if os.isatty(source.fileno()):
            raise _terminal(str(path))
        if stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            if not os.fstat(source.fileno()).st_size:
                raise _empty(str(path))
            yield source, str(path)
            return
        with _spooled(source, str(path)) as file:
            yield file, str(path)


@contextmanager
def _spooled(source: BinaryIO, name: str) -> Iterator[BinaryIO]:
    read: Callable[[int], bytes | None] = source.read
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as file:
        try:
            while (data := read(_READ_BYTES)) is None or data:
                if data is None:
                    # A pipe that was opened not to wait, as some programs give theirs to their children.
                    select.select([source], [], [])
                    continue
                if file.tell() + len(data) > MOST_BYTES:
                    raise BadWav(f"{name} has not ended after {MOST_BYTES >> 30} GB.", "Give a recording that ends.")
                file.write(data)
            came = file.tell()
            file.seek(0)
        except OSError as error:
            raise BadWav(f"{name} cannot be read to its end: {error.strerror}.", "Save it in a file first.") from None
        if not came:
            raise _empty(name)
        yield cast(BinaryIO, file)


def _stdin() -> BinaryIO:
    # Python makes None of a standard input that is closed, and a program that embeds it may put anything there.
    source = getattr(sys.stdin, "buffer", None)
    if source is None:
        raise BadWav("There is no standard input.", _REMEDY)
    try:
        if source.isatty():
            raise _terminal("standard input")
    except (OSError, ValueError, io.UnsupportedOperation):
        pass
    return cast(BinaryIO, source)


def _terminal(name: str) -> BadWav:
    return BadWav(f"No sound comes from a terminal ({name}).", _REMEDY)


def _folder(path: str | Path) -> BadWav:
    return BadWav(f"{path} is a folder.", "Name a sound file in it.")


def _empty(name: str) -> BadWav:
    return BadWav(f"{name} is empty.", "Record it again.")
