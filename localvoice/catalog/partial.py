"""A file that is still coming in: `NAME.part`, and `NAME.part.json` which says what it will be.

Both names are stable, so that a later run goes on where this one was cut off, whatever cut it off. Bytes are written
in chunks of CHUNK_BYTES, or after FLUSH_S on a slow line: this is what a killed program fetches twice, and no more.
"""

import json
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from localvoice.catalog.disk import explained, refusal, write_whole
from localvoice.catalog.sums import Sum, Summer
from localvoice.errors import StorageRefused

CHUNK_BYTES = 1 << 20
FLUSH_S = 0.5


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

    def __init__(self, final: Path, size_bytes: int, sums: tuple[Sum, ...]) -> None:
        self.final = final
        self.size_bytes = size_bytes
        self.etag = ""
        """Of the answer that the bytes come from."""
        self._sums = sums
        self._part = part_of(final)
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._flushed_s = time.monotonic()
        self._written = 0
        self._summer = self._new_summer()

    @property
    def have(self) -> int:
        """Bytes that need not be fetched."""
        return self._written + self._waiting_bytes

    def __enter__(self) -> Self:
        with explained(self._part):
            if self._part.is_symlink():
                self._part.unlink()
            mode: Literal["r+b", "w+b"] = "r+b" if self._part.exists() else "w+b"
            self._file = self._part.open(mode, buffering=0)
        if not self._remembers():
            self.restart("")
            return self
        with explained(self._part):
            self._summer.add_file(self._file)
            self._written = self._file.tell()
        if self._written > self.size_bytes:
            self.restart("")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            # What came in before a fault is worth keeping, and the fault is the one to report.
            with suppress(StorageRefused) if error else explained(self._part):
                self.flush()
        finally:
            self._file.close()

    def restart(self, etag: str) -> None:
        """Forget all bytes; those that come now belong to the answer with `etag`."""
        self._waiting, self._waiting_bytes, self._written = [], 0, 0
        self._summer = self._new_summer()
        with explained(self._part):
            self._file.seek(0)
            self._file.truncate()
            # Only now: a sidecar must never speak of bytes that came from another answer.
            self.etag = etag
            write_whole(sidecar_of(self.final), json.dumps(self._description() | {"etag": etag}).encode())

    def add(self, data: bytes) -> None:
        """Take the next bytes."""
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        if self._waiting_bytes >= CHUNK_BYTES or time.monotonic() - self._flushed_s > FLUSH_S:
            self.flush()

    def flush(self) -> None:
        """Hand over to the system what waits."""
        block = memoryview(b"".join(self._waiting))
        self._waiting, self._waiting_bytes = [], 0
        self._flushed_s = time.monotonic()
        while block:
            try:
                count = self._file.write(block)
            except OSError as error:
                raise refusal(error, self._part) from error
            self._summer.add(block[:count])
            self._written += count
            block = block[count:]

    def difference(self) -> tuple[Sum, Sum] | None:
        """(published, ours) if the whole file is not what was published."""
        self.flush()
        return self._summer.first_difference(self._sums)

    def sha256(self) -> str:
        """Of all bytes so far."""
        return self._summer.sum("sha256").digits

    def finish(self) -> None:
        """Give the file its final name, which never holds anything that was not checked."""
        self.flush()
        with explained(self.final):
            self._file.close()
            self._part.replace(self.final)
            sidecar_of(self.final).unlink(missing_ok=True)

    def _new_summer(self) -> Summer:
        return Summer(self.size_bytes, [one.kind for one in self._sums])

    def _description(self) -> dict[str, object]:
        return {"size_bytes": self.size_bytes, "sums": [str(one) for one in self._sums]}

    def _remembers(self) -> bool:
        """Whether the sidecar speaks of the same content; then it also tells the ETag."""
        try:
            said = json.loads(sidecar_of(self.final).read_bytes())
        except (OSError, ValueError):
            return False
        if not isinstance(said, dict) or not isinstance(etag := said.pop("etag", None), str):
            return False
        self.etag = etag
        return said == self._description()
