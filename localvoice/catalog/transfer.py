"""Bytes of one file over HTTP, whoever serves it: resumed, judged, hashed, with patience.

Whoever knows the server says in a Source how it is asked and what its refusals mean.
"""

import random
import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from localvoice.catalog import http_errors
from localvoice.catalog.checksums import Checksum, checksum_of_etag
from localvoice.catalog.partial import Partial
from localvoice.errors import CatalogError, DownloadFailed, SettingsError

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_PAST_END = re.compile(r"bytes \*/(\d+)")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try. The waits double; bytes that arrive start the count of tries again."""

    tries: int = 6
    unreached_tries: int = 2
    """As long as no server has answered and the host is unknown, refuses or keeps silent: then it is the network or the
    address."""
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    connect_s: float = 15.0
    stall_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Line:
    """One server's line: how long to try, whether to go on, and whom to tell."""

    patience: Patience = field(default_factory=Patience)
    stop: threading.Event = field(default_factory=threading.Event)
    """Set it, and everything here ends at the next chunk."""
    reached: threading.Event = field(default_factory=threading.Event)
    """Set once a server has answered."""
    note: Callable[[str], None] = lambda text: None
    """Told, in a sentence, what is waited for."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file comes from, and what is known of it before it comes."""

    url: str
    what: str
    """The file as people know it."""
    address: str
    """The setting that names the server, for a message that it is no address."""
    client: Callable[[], "httpx2.Client"]
    refused: Callable[[int], DownloadFailed]
    """What an HTTP status means that is no content."""
    differs: Callable[[str, str], CatalogError]
    """The error for (published, ours): sizes or checksums."""
    size_bytes: int | None = None
    """None if only the server will say."""
    checksums: tuple[Checksum, ...] = ()
    hashed: bool = True
    """False if whatever takes the file checks it in another way."""
    largest_bytes: int | None = None
    """More is refused; for a file whose size is not known."""
    headers: Callable[[], dict[str, str]] = dict
    explained: Callable[[], AbstractContextManager[None]] = nullcontext
    """Entered around each request: turns what only this client raises into a LocalvoiceError, or Again."""


class Stopped(BaseException):
    """`Line.stop` was set: not a fault, and nothing between here and there should take it for one."""


class Again(Exception):
    """Worth another try, after `wait_s` or our own wait."""

    def __init__(self, error: DownloadFailed, wait_s: float | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.wait_s = wait_s


def download(
    line: Line,
    source: Source,
    final: Path,
    moved: Callable[[int], None],
    sized: Callable[[int], None] = lambda size_bytes: None,
) -> str:
    """Fetch `source` to `final`, going on with what an earlier run left there; its SHA-256, "" if it is not hashed.

    `moved` gets the position in bytes, `sized` the size once the server has said it.

    Raises:
        DownloadFailed: the network or the server does not deliver.
        CatalogError: what arrives is not what was published.
        StorageRefused: the disk does not take it.
    """
    with Partial(final, source.size_bytes, source.checksums, source.hashed) as partial:
        for last in (False, True):
            stream = _Stream(line, source, partial, moved, sized)
            stream.told()
            while not stream.whole():
                patiently(line, source.what, source.address, stream.go_on, lambda: partial.have)
            difference = partial.difference()
            if difference is None:
                sha256 = partial.sha256()
                partial.finish()
                return sha256
            # A disk or a line may have turned a bit over: once more from the start, and then it is the server.
            partial.restart()
            if last:
                raise source.differs(str(difference[0]), str(difference[1]))
            line.note(f"{source.what} came in damaged, and is fetched once more.")
    raise AssertionError("the loop above returns or raises")


class _Stream:
    """Asks for the rest of one file until it is there, and judges the answers."""

    def __init__(
        self,
        line: Line,
        source: Source,
        partial: Partial,
        moved: Callable[[int], None],
        sized: Callable[[int], None],
    ) -> None:
        self._line, self._source, self._partial, self._moved, self._sized = line, source, partial, moved, sized
        self._whole_only = False
        """The server's ranges make no sense, so it is asked for all."""
        self._ended = False
        """The server has said no size, and its answer ended as it should."""

    def whole(self) -> bool:
        """Whether all bytes are here."""
        return self._ended or self._partial.have == self._partial.size_bytes

    def told(self) -> None:
        """Tell what is known before anything is asked."""
        if self._partial.size_bytes is not None:
            self._sized(self._partial.size_bytes)
        self._moved(self._partial.have)

    def go_on(self) -> None:
        """One request and its answer's bytes. Raises Again, or what no further try would mend."""
        import httpx2

        patience = self._line.patience
        timeout = httpx2.Timeout(patience.stall_s, connect=patience.connect_s)
        with (
            self._source.explained(),
            self._source.client().stream(
                "GET", self._source.url, headers=self._question(), timeout=timeout, follow_redirects=True
            ) as response,
        ):
            if self._judge(response):
                self._take(response)
        if self._partial.size_bytes is None:
            self._ended = True
        elif self._partial.have < self._partial.size_bytes:
            raise Again(http_errors.cut(self._source.what, "the server ended it early"))

    def _question(self) -> dict[str, str]:
        # Compressed bytes have other checksums and no ranges.
        headers = self._source.headers() | {"Accept-Encoding": "identity"}
        if self._partial.have and self._whole_only:
            self._restart()
        elif self._partial.have:
            # No If-Range: ETags differ between mirrors, and whether parts fit together is what the checksums tell.
            headers["Range"] = f"bytes={self._partial.have}-"
        return headers

    def _judge(self, response: "httpx2.Response") -> bool:
        """Leave `partial` at the position where the answer's bytes start, or raise; whether there are any bytes."""
        have, status = self._partial.have, response.status_code
        self._line.reached.set()
        content_range = response.headers.get("Content-Range", "")
        if status == 416 and not self._whole_only:
            end = _PAST_END.fullmatch(content_range)
            if self._partial.size_bytes is None and end and int(end[1]) == have:
                self._learn(have)
                return False
            self._only_whole("416")
        if status in http_errors.AGAIN:
            raise Again(self._source.refused(status), wait_of(response.headers))
        if status not in (200, 206):
            raise self._source.refused(status)
        for answer in (*response.history, response):
            said = checksum_of_etag(answer.headers.get("X-Linked-ETag"))
            for one in self._source.checksums:
                if said and said.kind == one.kind and said != one:
                    raise self._source.differs(str(one), str(said))
        part = _RANGE.fullmatch(content_range)
        if status == 206 or (part and have):
            start, total = (int(part[1]), part[2]) if part else (-1, "*")
            if start != have or total not in ("*", str(self._partial.size_bytes or total)):
                self._only_whole("a range of something else")
            if total != "*":
                self._learn(int(total))
            return True
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and "Content-Encoding" not in response.headers:
            self._whole_of(int(length))
        self._restart()
        return True

    def _whole_of(self, length_bytes: int) -> None:
        """The answer is the whole file, and says that it is so long."""
        if self._source.size_bytes is None:
            self._partial.forget_size()
            self._restart()
            self._learn(length_bytes)
        elif length_bytes != self._source.size_bytes:
            if self._partial.have:
                self._only_whole("a part that says it is the whole")
            raise self._source.differs(f"{self._source.size_bytes} bytes", f"{length_bytes} bytes")

    def _learn(self, size_bytes: int) -> None:
        if self._partial.size_bytes is None:
            self._check_largest(size_bytes)
            self._partial.learn_size(size_bytes)
            self._sized(size_bytes)

    def _check_largest(self, size_bytes: int) -> None:
        if self._source.largest_bytes is not None and size_bytes > self._source.largest_bytes:
            self._restart()
            raise self._source.differs(f"{self._source.largest_bytes} bytes at most", f"{size_bytes} bytes or more")

    def _restart(self) -> None:
        self._partial.restart()
        # At once: what comes next may let itself be waited for.
        self._moved(0)

    def _only_whole(self, reason: str) -> None:
        self._whole_only = True
        if self._partial.have:
            self._restart()
        raise Again(http_errors.cut(self._source.what, f"the server answered with {reason}"), 0.0)

    def _take(self, response: "httpx2.Response") -> None:
        body = response.iter_bytes() if "Content-Encoding" in response.headers else response.iter_raw()
        for data in body:
            position = self._partial.have + len(data)
            if self._partial.size_bytes is None:
                self._check_largest(position)
            elif position > self._partial.size_bytes:
                size_bytes = self._partial.size_bytes
                self._restart()
                raise self._source.differs(f"{size_bytes} bytes", "more")
            self._partial.add(data)
            self._moved(position)
            # Only now: what was read need not come again.
            if self._line.stop.is_set():
                raise Stopped


def patiently(line: Line, what: str, address: str, question: Callable[[], T], progress: Callable[[], int]) -> T:
    """The answer to `question`, asked again while that may help; `progress` that grew starts the count again.

    `what` is the file as people know it, `address` the setting that names the server.
    """
    import httpx2

    failures, furthest = 0, progress()
    while True:
        if line.stop.is_set():
            raise Stopped
        wait_s, tries = None, line.patience.tries
        try:
            answer = question()
            line.reached.set()
            return answer
        except Again as again:
            error, wait_s = again.error, again.wait_s
        except httpx2.TooManyRedirects:
            raise http_errors.redirects(what) from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as fault:
            raise SettingsError(
                f"{address} is not the address of a server ({str(fault).rstrip('.')}).", "It looks like https://name."
            ) from None
        except httpx2.TimeoutException:
            if not line.reached.is_set():
                tries = min(tries, line.patience.unreached_tries)
            error = http_errors.cut(what, f"nothing came for {line.patience.stall_s:g} s")
        except httpx2.RequestError as fault:
            if isinstance(fault, httpx2.ConnectError) and not line.reached.is_set():
                tries = min(tries, line.patience.unreached_tries)
            error = http_errors.cut(what, str(fault) or type(fault).__name__)
        if progress() > furthest:
            failures, furthest = 0, progress()
        failures += 1
        if failures >= tries:
            raise error
        _wait(line, what, failures, wait_s, error)


def _wait(line: Line, what: str, failures: int, asked_s: float | None, error: DownloadFailed) -> None:
    """Wait before the next try: as long as the server asks, or longer each time, a little apart from other clients."""
    longest = line.patience.longest_wait_s
    if asked_s is not None and asked_s > longest:
        raise http_errors.too_long_a_wait(what, asked_s)
    ours = min(longest, line.patience.first_wait_s * 2 ** (failures - 1)) * random.uniform(0.75, 1.25)
    wait_s = ours if asked_s is None else asked_s
    if wait_s:
        line.note(f"{error.message} Trying again in {wait_s:.0f} s.")
    if line.stop.wait(wait_s):
        raise Stopped


def wait_of(headers: "httpx2.Headers") -> float | None:
    """Seconds that the server asks us to wait, if it says so in seconds."""
    with suppress(ValueError, OverflowError):
        return max(0.0, float(headers.get("Retry-After", "")))
    return None
