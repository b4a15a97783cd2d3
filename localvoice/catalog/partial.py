"""A file that is still coming in: `NAME.part`, and `NAME.part.json` which says what it will be.

Both names are stable, so that a later run goes on where this one was cut off, whatever cut it off. Bytes are handed to
the system as they come: what a killed program had read is not fetched again.
"""

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from localvoice.catalog.checksums import Checksum, Checksums
from localvoice.catalog.disk import explained, refusal, write_whole


def part_of(final: Path) -> Path:
    """Where `final` comes in."""
    return final.with_name(final.name + ".part")


def sidecar_of(final: Path) -> Path:
    """Where it is written what comes in."""
    return final.with_name(final.name + ".part.json")


def discard(final: Path) -> None:
    """Remove what came in of a file that is here now. Raises StorageRefused."""
    for path in (part_of(final), sidecar_of(final)):
        with explained(path):
            path.unlink(missing_ok=True)


class Partial:
    """An incoming file. Use as a context manager; every method raises StorageRefused when the disk refuses."""

    def __init__(
        self, final: Path, size_bytes: int | None, checksums: tuple[Checksum, ...], hashed: bool = True
    ) -> None:
        """`size_bytes` is None if only the server will say it; without `hashed`, there are no `checksums`."""
        self.final = final
        self.size_bytes = size_bytes
        self._given_bytes = size_bytes
        self._checksums = checksums
        self._hashed = hashed
        self._part = part_of(final)
        self.have = 0
        """Bytes that need not be fetched."""
        self._hasher = self._new_hasher()

    def __enter__(self) -> Self:
        with explained(self._part):
            if self._part.is_symlink():
                self._part.unlink()
            mode: Literal["r+b", "w+b"] = "r+b" if self._part.exists() else "w+b"
            self._file = self._part.open(mode, buffering=0)
        if not self._remembers():
            self.restart()
            return self
        with explained(self._part):
            if self._hashed:
                self._hasher.add_file(self._file)
            self.have = self._file.seek(0, os.SEEK_END)
        if self.size_bytes is not None and self.have > self.size_bytes:
            self.restart()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._file.close()

    def restart(self) -> None:
        """Forget all bytes."""
        self.have, self._hasher = 0, self._new_hasher()
        with explained(self._part):
            # Not an empty file: ext4 writes out at once, when it is closed, what was cut to nothing before.
            if self._file.seek(0, os.SEEK_END):
                self._file.seek(0)
                self._file.truncate()
        # Only now: a sidecar must never speak of bytes of another content.
        self._describe()

    def cut(self, have_bytes: int) -> None:
        """Forget all bytes after the first `have_bytes`."""
        with explained(self._part):
            self._file.truncate(have_bytes)
            self._file.seek(0)
            self._hasher = self._new_hasher()
            self._hasher.add_file(self._file)
            self.have = self._file.tell()

    def learn_size(self, size_bytes: int) -> None:
        """The server has said how long the file will be."""
        self.size_bytes = size_bytes
        self._describe()

    def forget_size(self) -> None:
        """What a server said of the size does not count any more; what was given from the start does."""
        self.size_bytes = self._given_bytes

    def _describe(self) -> None:
        with explained(self._part):
            # Lost in a power cut, it costs what had come of this file; the bytes may be lost then as well.
            write_whole(sidecar_of(self.final), json.dumps(self._description()).encode(), lasting=False)

    def add(self, data: bytes) -> None:
        """Take the next bytes."""
        block = memoryview(data)
        while block:
            try:
                count = self._file.write(block)
            except OSError as error:
                raise refusal(error, self._part) from error
            if self._hashed:
                self._hasher.add(block[:count])
            self.have += count
            block = block[count:]

    def difference(self) -> tuple[Checksum, Checksum] | None:
        """(published, ours) if the whole file is not as published."""
        return self._hasher.first_difference(self._checksums)

    def sha256(self) -> str:
        """Of all bytes so far; "" if they are not hashed."""
        return self._hasher.checksum("sha256").digits if self._hashed else ""

    def finish(self) -> None:
        """Give the file its own name, which never holds anything that was not checked."""
        with explained(self.final):
            self._file.close()
            self._part.replace(self.final)
            sidecar_of(self.final).unlink(missing_ok=True)

    def _new_hasher(self) -> Checksums:
        # Only git's checksum asks for the size, and only the hub gives that, size included.
        return Checksums(self._given_bytes or 0, [one.kind for one in self._checksums])

    def _description(self) -> dict[str, object]:
        # The keys are kept as they were: what came in before an update of this program is still gone on from.
        return {"size_bytes": self.size_bytes, "sums": [str(one) for one in self._checksums]}

    def _remembers(self) -> bool:
        """Whether the sidecar speaks of the same content; a size that was learnt is taken from it."""
        try:
            said = json.loads(sidecar_of(self.final).read_bytes())
        except (OSError, ValueError, RecursionError):
            return False
        if self._given_bytes is None and isinstance(said, dict) and type(said.get("size_bytes")) is int:
            self.size_bytes = said["size_bytes"]
        return bool(said == self._description())
