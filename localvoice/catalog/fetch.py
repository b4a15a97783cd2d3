"""What the hub says of a file, and its bytes.

huggingface_hub finds the hub, the token, the proxy and the mirror, and its HTTP client carries the bytes. Fetching them
is our own (transfer.py): huggingface_hub 2 names a partial file differently in each run, so that a killed
download starts from nothing.
"""

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from localvoice import __version__
from localvoice.catalog import http_errors, transfer
from localvoice.catalog.checksums import Checksum, checksum_of_etag
from localvoice.catalog.transfer import Again, Line, Patience, Source, patiently, wait_of
from localvoice.errors import DownloadFailed

if TYPE_CHECKING:
    import httpx2

_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Hub:
    """Where models come from."""

    mirror: str = ""
    """Address to use instead of the hub's, such as "https://hf-mirror.example"; empty for HF_ENDPOINT."""
    patience: Patience = field(default_factory=Patience)
    stop: threading.Event = field(default_factory=threading.Event)
    """Set it, and everything here ends at the next chunk. Each pull has its own."""
    reached: threading.Event = field(default_factory=threading.Event)
    """Set once a server has answered. Each pull has its own."""
    note: Callable[[str], None] = lambda text: None
    """Told, in a sentence, what is waited for."""

    @property
    def line(self) -> Line:
        """The same without the hub."""
        return Line(self.patience, self.stop, self.reached, self.note)


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
    checksums: tuple[Checksum, ...]
    """At least one."""
    pinned: bool = False
    """The catalog names the commit, so that another content can only be a fault."""


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
        with _hubs_answers(hub, what, repo):
            said = get_hf_file_metadata(
                url, token=_token(hub), timeout=hub.patience.stall_s, headers={"user-agent": _agent()}
            )
        published = checksum_of_etag(said.etag)
        if said.size is None or (published is None and not said.commit_hash):
            raise DownloadFailed(
                f"The server says neither size nor checksum of {what}: it is not a hub of models.",
                "Leave --mirror out.",
            )
        commit = said.commit_hash or revision
        checksums = (published,) if published else ()
        return remote_of(hub, repo, source_path, local_path, commit, said.size, checksums)

    return patiently(hub.line, what, _address(hub), question, lambda: 0)


def remote_of(
    hub: Hub,
    repo: str,
    source_path: str,
    local_path: str,
    commit: str,
    size_bytes: int,
    checksums: tuple[Checksum, ...],
) -> Remote:
    """A file about which everything is known, so that no server needs to be asked."""
    from huggingface_hub import hf_hub_url

    url = hf_hub_url(repo, source_path, revision=commit, endpoint=_endpoint(hub))
    return Remote(url, repo, commit, source_path, local_path, size_bytes, checksums)


def cached(remote: Remote) -> Path | None:
    """The file in the Hugging Face cache, if it is there; its content is for the caller to check."""
    from huggingface_hub import constants, try_to_load_from_cache
    from huggingface_hub.file_download import repo_folder_name

    # Another revision may have had the same content: the cache keeps contents under the hub's checksums.
    blobs = Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=remote.repo, repo_type="model") / "blobs"
    # A cache of another person's may not be readable.
    with suppress(OSError):
        found = try_to_load_from_cache(remote.repo, remote.source_path, revision=remote.revision)
        if isinstance(found, str):
            return Path(found).resolve()
        return next((blobs / one.digits for one in remote.checksums if (blobs / one.digits).is_file()), None)
    return None


def download(hub: Hub, remote: Remote, final: Path, moved: Callable[[int], None]) -> str:
    """Fetch `remote` to `final`, going on with what an earlier run left there; its SHA-256. `moved` gets the position.

    Raises:
        DownloadFailed: the network or the server does not deliver.
        ContentChanged: what arrives is not what was published.
        StorageRefused: the disk does not take it.
    """
    what = f"{remote.repo}/{remote.source_path}"
    source = Source(
        remote.url,
        what,
        _address(hub),
        _session,
        refused=lambda status: http_errors.of_status(status, what, remote.repo),
        differs=lambda published, ours: http_errors.differs(what, published, ours, "its publisher", remote.pinned),
        size_bytes=remote.size_bytes,
        checksums=remote.checksums,
        headers=lambda: _headers(hub),
        explained=lambda: _hubs_answers(hub, what, remote.repo),
    )
    return transfer.download(hub.line, source, final, moved)


@contextmanager
def _hubs_answers(hub: Hub, what: str, repo: str) -> Iterator[None]:
    """Turns what only the hub's client raises into a LocalvoiceError, or Again."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    try:
        yield
    except OfflineModeIsEnabled:
        raise http_errors.offline() from None
    except HfHubHTTPError as refused:
        hub.reached.set()
        error = http_errors.of_status(refused.response.status_code, what, repo)
        if refused.response.status_code not in http_errors.AGAIN:
            raise error from None
        raise Again(error, wait_of(refused.response.headers)) from None


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
        reason = (
            "SOCKS needs `pip install socksio`" if isinstance(fault, ImportError) else "it is not the address of one"
        )
        raise http_errors.proxy(", ".join(dict.fromkeys(set_here)) or "the system's settings", reason) from None


def _address(hub: Hub) -> str:
    return hub.mirror or "HF_ENDPOINT"


def _endpoint(hub: Hub) -> str | None:
    return hub.mirror.rstrip("/") or None


def _token(hub: Hub) -> bool | None:
    """None for the person's own token. A mirror on the command line does not get it: it is another server."""
    from huggingface_hub import constants

    own = hub.mirror.rstrip("/") in ("", constants.ENDPOINT, "https://huggingface.co")
    return None if own else False


def _agent() -> str:
    return f"localvoice/{__version__}"


def _headers(hub: Hub) -> dict[str, str]:
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    return build_hf_headers(token=_token(hub), headers={"user-agent": _agent()})
