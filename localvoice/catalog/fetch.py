"""The network, and the only file that opens it: what the hub says of a file, and its bytes.

huggingface_hub finds the hub, the token, the proxy and the mirror, and its HTTP client carries the bytes. Fetching them
is our own: huggingface_hub 2 names a partial file anew in each run, so that a killed download starts from nothing.
"""

import os
import random
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from localvoice import __version__
from localvoice.catalog import answers
from localvoice.catalog.partial import Partial
from localvoice.catalog.sums import Sum, sum_of_etag
from localvoice.errors import ContentChanged, DownloadFailed, SettingsError

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")

_COMMIT = re.compile(r"[0-9a-f]{40}")
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try. The waits double; bytes that arrive start the count of tries anew."""

    tries: int = 6
    unreached_tries: int = 2
    """As long as nobody has answered and the host is unknown or refuses: then it is the network or the address."""
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    connect_s: float = 15.0
    stall_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Hub:
    """Where models come from."""

    mirror: str = ""
    """Address that takes the place of the hub's, such as "https://hf-mirror.example"; empty for HF_ENDPOINT."""
    patience: Patience = field(default_factory=Patience)
    stop: threading.Event = field(default_factory=threading.Event)
    """Set it, and everything here ends at the next chunk. Each pull has its own."""
    reached: threading.Event = field(default_factory=threading.Event)
    """Set once somebody has answered. Each pull has its own."""
    note: Callable[[str], None] = lambda text: None
    """Told, in a sentence, what is waited for."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A file as the hub, the catalog and the lock file have it."""

    url: str
    repo: str
    revision: str
    """The commit, wherever the server tells it."""
    source_path: str
    local_path: str
    size_bytes: int
    sums: tuple[Sum, ...]
    """At least one."""
    pinned: bool = False
    """The catalog names the commit, so that another content can only be a fault."""


class Stopped(BaseException):
    """`Hub.stop` was set: not a fault, and nothing between here and there should take it for one."""


def commit_of(revision: str) -> str | None:
    """The revision, if it is a whole commit; branches and tags can move."""
    return revision if _COMMIT.fullmatch(revision) else None


def ask(hub: Hub, repo: str, source_path: str, local_path: str, revision: str) -> Remote:
    """The file as the hub publishes it at `revision`.

    Raises:
        DownloadFailed: it has no such file, does not give it to us, or cannot be reached.
        SettingsError: the mirror is no address.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    _session()
    what = f"{repo}/{source_path}"
    url = hf_hub_url(repo, source_path, revision=revision, endpoint=_endpoint(hub))

    def question() -> Remote:
        said = get_hf_file_metadata(
            url, token=_token(hub), timeout=hub.patience.stall_s, headers={"user-agent": _agent()}
        )
        published = sum_of_etag(said.etag)
        if said.size is None or (published is None and not said.commit_hash):
            raise DownloadFailed(
                f"The server says neither size nor sum of {what}: it is no hub of models.", "Leave --mirror out."
            )
        commit = said.commit_hash or revision
        sums = (published,) if published else ()
        return remote_of(hub, repo, source_path, local_path, commit, said.size, sums)

    return _patiently(hub, what, repo, question, lambda: 0)


def remote_of(
    hub: Hub, repo: str, source_path: str, local_path: str, commit: str, size_bytes: int, sums: tuple[Sum, ...]
) -> Remote:
    """A file about which everything is known, so that nobody needs to be asked."""
    from huggingface_hub import hf_hub_url

    url = hf_hub_url(repo, source_path, revision=commit, endpoint=_endpoint(hub))
    return Remote(url, repo, commit, source_path, local_path, size_bytes, sums)


def cached(remote: Remote) -> Path | None:
    """The file in the Hugging Face cache, if it is there; its content is for the caller to check."""
    from huggingface_hub import constants, try_to_load_from_cache
    from huggingface_hub.file_download import repo_folder_name

    # Another revision may have had the same content: the cache keeps contents under the hub's sums.
    blobs = Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=remote.repo, repo_type="model") / "blobs"
    # A cache of another person's may not be readable.
    with suppress(OSError):
        found = try_to_load_from_cache(remote.repo, remote.source_path, revision=remote.revision)
        if isinstance(found, str):
            return Path(found).resolve()
        return next((blobs / one.digits for one in remote.sums if (blobs / one.digits).is_file()), None)
    return None


def download(hub: Hub, remote: Remote, final: Path, moved: Callable[[int], None]) -> str:
    """Fetch `remote` to `final`, going on with what an earlier run left there; its SHA-256. `moved` gets the position.

    Raises:
        DownloadFailed: the network or the server does not deliver.
        ContentChanged: what arrives is not what was published.
        StorageRefused: the disk does not take it.
    """
    what = f"{remote.repo}/{remote.source_path}"
    with Partial(final, remote.size_bytes, remote.sums) as partial:
        for last in (False, True):
            moved(partial.have)
            stream = _Stream(hub, remote, partial, moved)
            while partial.have < remote.size_bytes:
                _patiently(hub, what, remote.repo, stream.go_on, lambda: partial.have)
            difference = partial.difference()
            if difference is None:
                sha256 = partial.sha256()
                partial.finish()
                return sha256
            # A disk or a line may have turned a bit over: once more from the start, and then it is the server.
            partial.restart()
            if last:
                raise answers.differs(what, str(difference[0]), str(difference[1]), "its publisher", remote.pinned)
            hub.note(f"{what} came in damaged, and is fetched once more.")
    raise AssertionError("the loop above returns or raises")


class _Again(Exception):
    """Worth another try, after `wait_s` or our own wait."""

    def __init__(self, error: DownloadFailed, wait_s: float | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.wait_s = wait_s


class _Stream:
    """Asks for the rest of one file until it is there, and judges the answers."""

    def __init__(self, hub: Hub, remote: Remote, partial: Partial, moved: Callable[[int], None]) -> None:
        self._hub, self._remote, self._partial, self._moved = hub, remote, partial, moved
        self._what = f"{remote.repo}/{remote.source_path}"
        self._whole_only = False
        """The server's ranges make no sense, so it is asked for all."""

    def go_on(self) -> None:
        """One request and its answer's bytes. Raises _Again, or what no further try would mend."""
        import httpx2

        patience = self._hub.patience
        timeout = httpx2.Timeout(patience.stall_s, connect=patience.connect_s)
        with _session().stream(
            "GET", self._remote.url, headers=self._question(), timeout=timeout, follow_redirects=True
        ) as response:
            self._judge(response)
            self._take(response)
        if self._partial.have < self._remote.size_bytes:
            raise _Again(answers.cut(self._what, "the server ended it early"))

    def _question(self) -> dict[str, str]:
        headers = _headers(self._hub)
        if self._partial.have and self._whole_only:
            self._restart()
        elif self._partial.have:
            # No If-Range: ETags differ between mirrors, and whether parts fit together is what the sums tell.
            headers["Range"] = f"bytes={self._partial.have}-"
        return headers

    def _judge(self, response: "httpx2.Response") -> None:
        """Leave `partial` at the position where the answer's bytes start, or raise."""
        have, size, status = self._partial.have, self._remote.size_bytes, response.status_code
        self._hub.reached.set()
        if status == 416 and not self._whole_only:
            self._only_whole("416")
        if status in answers.AGAIN:
            raise _Again(answers.of_status(status, self._what, self._remote.repo), _wait_of(response.headers))
        if status not in (200, 206):
            raise answers.of_status(status, self._what, self._remote.repo)
        for answer in (*response.history, response):
            said = sum_of_etag(answer.headers.get("X-Linked-ETag"))
            for one in self._remote.sums:
                if said and said.kind == one.kind and said != one:
                    raise self._differs(str(one), str(said))
        part = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if status == 206 or (part and have):
            start, total = (int(part[1]), part[2]) if part else (-1, "*")
            if start != have or total not in ("*", str(size)):
                self._only_whole("a range of something else")
            return
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and int(length) != size and "Content-Encoding" not in response.headers:
            if have:
                self._only_whole("a part that says it is the whole")
            raise self._differs(f"{size} bytes", f"{length} bytes")
        self._restart()

    def _restart(self) -> None:
        self._partial.restart()
        # At once: what comes next may let itself be waited for.
        self._moved(0)

    def _differs(self, published: str, ours: str) -> ContentChanged:
        return answers.differs(self._what, published, ours, "its publisher", self._remote.pinned)

    def _only_whole(self, reason: str) -> None:
        self._whole_only = True
        if self._partial.have:
            self._restart()
        raise _Again(answers.cut(self._what, f"the server answered with {reason}"), 0.0)

    def _take(self, response: "httpx2.Response") -> None:
        body = response.iter_bytes() if "Content-Encoding" in response.headers else response.iter_raw()
        for data in body:
            if self._hub.stop.is_set():
                raise Stopped
            if self._partial.have + len(data) > self._remote.size_bytes:
                self._restart()
                raise self._differs(f"{self._remote.size_bytes} bytes", "more")
            self._partial.add(data)
            self._moved(self._partial.have)


def _patiently(hub: Hub, what: str, repo: str, question: Callable[[], T], progress: Callable[[], int]) -> T:
    """The answer to `question`, asked again while that may help; `progress` that grew starts the count anew."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    failures, furthest = 0, progress()
    while True:
        if hub.stop.is_set():
            raise Stopped
        wait_s, tries = None, hub.patience.tries
        try:
            answer = question()
            hub.reached.set()
            return answer
        except OfflineModeIsEnabled:
            raise answers.offline() from None
        except HfHubHTTPError as refused:
            hub.reached.set()
            error = answers.of_status(refused.response.status_code, what, repo)
            if refused.response.status_code not in answers.AGAIN:
                raise error from None
            wait_s = _wait_of(refused.response.headers)
        except _Again as again:
            error, wait_s = again.error, again.wait_s
        except httpx2.TooManyRedirects:
            raise answers.redirects(what) from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as fault:
            raise SettingsError(
                f"{hub.mirror or 'HF_ENDPOINT'} is no address of a server ({str(fault).rstrip('.')}).",
                "It looks like https://name.",
            ) from None
        except httpx2.TimeoutException:
            error = answers.cut(what, f"nothing came for {hub.patience.stall_s:g} s")
        except httpx2.RequestError as fault:
            if isinstance(fault, httpx2.ConnectError) and not hub.reached.is_set():
                tries = min(tries, hub.patience.unreached_tries)
            error = answers.cut(what, str(fault) or type(fault).__name__)
        if progress() > furthest:
            failures, furthest = 0, progress()
        failures += 1
        if failures >= tries:
            raise error
        _wait(hub, what, failures, wait_s, error)


def _wait(hub: Hub, what: str, failures: int, asked_s: float | None, error: DownloadFailed) -> None:
    """Wait before the next try: as long as the server asks, or longer each time, a little apart from other clients."""
    longest = hub.patience.longest_wait_s
    if asked_s is not None and asked_s > longest:
        raise answers.too_long_a_wait(what, asked_s)
    ours = min(longest, hub.patience.first_wait_s * 2 ** (failures - 1)) * random.uniform(0.75, 1.25)
    wait_s = ours if asked_s is None else asked_s
    if wait_s:
        hub.note(f"{error.message} Trying again in {wait_s:.0f} s.")
    if hub.stop.wait(wait_s):
        raise Stopped


def _wait_of(headers: "httpx2.Headers") -> float | None:
    """Seconds that the server asks us to wait, if it says so in seconds."""
    with suppress(ValueError, OverflowError):
        return max(0.0, float(headers.get("Retry-After", "")))
    return None


def _session() -> "httpx2.Client":
    """The hub's HTTP client. Raises SettingsError: the environment names a proxy that makes no sense."""
    import httpx2
    from huggingface_hub import get_session

    try:
        return get_session()
    except (ImportError, ValueError, httpx2.InvalidURL) as fault:
        # Only the addresses of proxies are read when it is made.
        names = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
        set_here = [name for upper in names for name in (upper, upper.lower()) if os.environ.get(name)]
        reason = "SOCKS needs `pip install socksio`" if isinstance(fault, ImportError) else "it is no address of one"
        raise answers.proxy(", ".join(dict.fromkeys(set_here)) or "the system's settings", reason) from None


def _endpoint(hub: Hub) -> str | None:
    return hub.mirror.rstrip("/") or None


def _token(hub: Hub) -> bool | None:
    """None for the person's own token. A mirror on the command line does not get it: it is somebody else."""
    from huggingface_hub import constants

    own = hub.mirror.rstrip("/") in ("", constants.ENDPOINT, "https://huggingface.co")
    return None if own else False


def _agent() -> str:
    return f"localvoice/{__version__}"


def _headers(hub: Hub) -> dict[str, str]:
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    # Compressed bytes have other sums and no ranges.
    return build_hf_headers(token=_token(hub), headers={"user-agent": _agent(), "Accept-Encoding": "identity"})
