"""Checksums of files: SHA-256 for the lock file, and the kinds that publishers print beside their files."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

ChecksumKind = Literal["sha512", "sha384", "sha256", "sha224", "sha1", "md5", "git"]
READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Checksum:
    """One published checksum; `git` is the SHA-1 that git gives a blob, which the hub publishes for small files."""

    kind: ChecksumKind
    digits: str

    def __str__(self) -> str:
        return f"{'git SHA-1' if self.kind == 'git' else self.kind.upper()} {self.digits}"


def checksum_of_etag(etag: str | None) -> Checksum | None:
    """What the hub's ETag says about the content: SHA-256 of large files, git's checksum of small ones; else None."""
    digits = (etag or "").strip('"').lower()
    if re.fullmatch(r"[0-9a-f]{64}", digits):
        return Checksum("sha256", digits)
    return Checksum("git", digits) if re.fullmatch(r"[0-9a-f]{40}", digits) else None


class Checksums:
    """Of bytes as they come. Always SHA-256, which the lock file keeps; other kinds only if one is published."""

    def __init__(self, size_bytes: int, kinds: Iterable[ChecksumKind] = ()) -> None:
        self._sha256 = hashlib.sha256()
        self._others = {kind: _new(kind, size_bytes) for kind in set(kinds) - {"sha256"}}
        self._all = (self._sha256, *self._others.values())

    def add(self, data: bytes | memoryview) -> None:
        """Take the next bytes."""
        for one in self._all:
            one.update(data)

    def add_file(self, file: BinaryIO) -> None:
        """Take all that is left of an open file."""
        while data := file.read(READ_BYTES):
            self.add(data)

    def checksum(self, kind: ChecksumKind) -> Checksum:
        """The checksum of that kind so far."""
        return Checksum(kind, self._sha256.hexdigest() if kind == "sha256" else self._others[kind].hexdigest())

    def first_difference(self, published: Iterable[Checksum]) -> tuple[Checksum, Checksum] | None:
        """(published, ours) of the first checksum that is not the published one, or None."""
        for one in published:
            if self.checksum(one.kind) != one:
                return one, self.checksum(one.kind)
        return None


def _new(kind: ChecksumKind, size_bytes: int) -> "hashlib._Hash":
    if kind != "git":
        return hashlib.new(kind, usedforsecurity=False)
    # Git hashes a header with the size before the content.
    return hashlib.sha1(b"blob %d\0" % size_bytes, usedforsecurity=False)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits. Raises OSError."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
