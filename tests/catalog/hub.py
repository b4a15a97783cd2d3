"""A hub of models on the loopback, and a package index: the answers that our reader gets, with faults on demand.

Large files are published as the real hub does it: the hub's own address redirects to another origin (`localhost` here,
`127.0.0.1` being the hub), and the redirect carries size, SHA-256 and commit. Small ones come from the hub itself with
git's checksum as ETag. The other origin has ETags of its own.

The index lists wheels below `/simple/`, as HTML or JSON, and serves them below `/files/`.
"""

import base64
import hashlib
import html
import io
import json
import re
import socket
import struct
import threading
import urllib.parse
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BLOCK_BYTES = 16384
WHEELS = "index"
"""Stands for a repository in the contents of a FakeHub."""
COMMIT = "c0ffee" + "0" * 34
_ERRORS = {404: "EntryNotFound", 403: "GatedRepo"}


def git_checksum(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


@dataclass
class Fault:
    """What goes wrong with one answer that carries content."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int = -1
    """Bytes of this answer after which the connection ends."""
    reset: bool = False
    """The cut is a reset, not an end."""
    stall_after: int = -1
    """Bytes after which nothing more comes, until the server ends."""
    flip_at: int = -1
    """Position in the file of a byte with one bit turned over."""
    ignore_range: bool = False
    ok_for_partial: bool = False
    """Sends a part, and says 200."""
    ok_without_content_range: bool = False
    extra: bytes = b""
    """Sent behind the content, and counted in the length."""
    no_length: bool = False


@dataclass
class Request:
    """What was asked, and what came of it."""

    method: str
    path: str
    start: int | None
    if_range: str
    authorization: str
    host: str
    agent: str = ""
    status: int = 0
    sent: int = 0


def wheel_of(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A small wheel; nothing but a zip file as far as we are concerned."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as wheel:
        for name, data in members.items():
            wheel.writestr(name, data)
    return out.getvalue()


@dataclass
class FakeHub:
    """The hub's contents and what it was asked. `faults` are used up in order, `always` stays."""

    contents: dict[tuple[str, str], bytes] = field(default_factory=dict)
    small: set[str] = field(default_factory=set)
    commit: str = COMMIT
    faults: list[Fault] = field(default_factory=list)
    always: Fault | None = None
    head_status: int = 0
    broken: dict[str, Fault] = field(default_factory=dict)
    """By path: what always goes wrong with this one."""
    silent: bool = False
    """Takes questions and answers none."""
    head_faults: list[int] = field(default_factory=list)
    circles: bool = False
    plain: bool = False
    """Serves everything itself, without redirects: a simple mirror."""
    ranges: bool = True
    weak_etags: bool = False
    slow: threading.Semaphore | None = None
    """Blocks are sent one for each release."""
    as_json: bool = False
    """The index answers in JSON."""
    hashes: bool = True
    """The index says what the wheels' checksums are."""
    yanked: dict[str, str] = field(default_factory=dict)
    """Reasons, by the wheel's file name."""
    page_status: int = 0
    always_hub: int = 0
    """What the hub answers to everything, while the index goes on."""
    login: tuple[str, str] | None = None
    """Name and password that the index asks for."""
    requests: list[Request] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    progress: threading.Condition = field(default_factory=threading.Condition)
    generation: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cdn(self) -> str:
        return f"http://localhost:{self.port}"

    def publish(self, repo: str, path: str, data: bytes, small: bool = False) -> None:
        self.contents[repo, path] = data
        self.small.discard(path)
        if small:
            self.small.add(path)
        self.generation += 1

    def unpublish(self, word: str) -> None:
        """Take away whatever has `word` in its path."""
        for key in [key for key in self.contents if word in key[1]]:
            del self.contents[key]

    def publish_wheel(self, package: str, version: str, members: dict[str, bytes], data: bytes = b"") -> str:
        """Put a wheel of these members, or one that is `data`, into the index; its file name."""
        name = f"{package.replace('-', '_')}-{version}-py3-none-any.whl"
        self.publish(WHEELS, name, data or wheel_of(members))
        return name

    def page(self, package: str) -> str:
        """What the index says of a package."""
        start = package.replace("-", "_") + "-"
        files = [
            (name, data) for (repo, name), data in self.contents.items() if repo == WHEELS and name.startswith(start)
        ]
        checksums = [hashlib.sha256(data).hexdigest() for _, data in files]
        if self.as_json:
            tables = [
                {
                    "filename": name,
                    "url": f"/files/{name}",
                    "hashes": {"sha256": sha256} if self.hashes else {},
                    "yanked": self.yanked.get(name, False),
                }
                for (name, _), sha256 in zip(files, checksums, strict=True)
            ]
            return json.dumps({"meta": {"api-version": "1.0"}, "name": package, "files": tables})
        lines = []
        for (name, _), sha256 in zip(files, checksums, strict=True):
            yanked = f' data-yanked="{html.escape(self.yanked[name])}"' if name in self.yanked else ""
            lines.append(f'<a href="../../files/{name}{f"#sha256={sha256}" if self.hashes else ""}"{yanked}>{name}</a>')
        return "<!DOCTYPE html><html><body>" + "".join(lines) + "</body></html>"

    def bodies(self) -> list[Request]:
        """Requests that got content of a model."""
        return [
            request
            for request in self.requests
            if request.method == "GET" and request.status in (200, 206) and not request.path.startswith("/simple/")
        ]

    def sent_bytes(self) -> int:
        return sum(request.sent for request in self.bodies())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def setup(self) -> None:
        # Small buffers: what the client never read was not sent, give or take this.
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BLOCK_BYTES)
        super().setup()

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        hub = self.server.hub
        range_header = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        request = Request(
            self.command,
            self.path,
            int(range_header[1]) if range_header else None,
            self.headers.get("If-Range", ""),
            self.headers.get("Authorization", ""),
            self.headers.get("Host", ""),
            self.headers.get("User-Agent", ""),
        )
        hub.requests.append(request)
        with suppress(ConnectionError, TimeoutError):
            self._route(hub, request)

    def _route(self, hub: FakeHub, request: Request) -> None:
        # A proxy is asked for whole addresses.
        path = urllib.parse.unquote(re.sub(r"^http://[^/]+", "", self.path))
        if hub.silent:
            with hub.progress:
                hub.progress.notify_all()
            hub.closing.wait(60)
            return
        if hub.circles:
            self._head(request, 302, {"Location": f"{hub.url}{self.path}"})
            return
        if path.startswith(("/simple/", "/files/")):
            self._index(hub, request, path)
            return
        if hub.always_hub:
            self._refuse(request, hub.always_hub, {})
            return
        if stored := re.fullmatch(r"/stored/([^/]+/[^/]+)/(.+)", path):
            self._content(hub, request, stored[1], stored[2])
            return
        asked = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path)
        if not asked or (asked[1], asked[3]) not in hub.contents or asked[2] not in ("main", hub.commit):
            self._refuse(request, 404, {})
            return
        status = hub.head_faults.pop(0) if hub.head_faults and self.command == "HEAD" else 0
        status = status or (hub.head_status if self.command == "HEAD" else 0)
        if status:
            self._refuse(request, status, {})
            return
        data = hub.contents[asked[1], asked[3]]
        facts = {"X-Repo-Commit": hub.commit}
        if asked[3] in hub.small or hub.plain:
            facts["ETag"] = f'"{git_checksum(data) if asked[3] in hub.small else hashlib.sha256(data).hexdigest()}"'
            if self.command == "HEAD":
                self._head(request, 200, facts | {"Content-Length": str(len(data))})
            else:
                self._content(hub, request, asked[1], asked[3], facts)
            return
        facts |= {"X-Linked-Size": str(len(data)), "X-Linked-ETag": f'"{hashlib.sha256(data).hexdigest()}"'}
        at = urllib.parse.quote(f"/stored/{asked[1]}/{asked[3]}")
        self._head(request, 302, facts | {"Location": hub.cdn + at})

    def _index(self, hub: FakeHub, request: Request, path: str) -> None:
        if hub.login and request.authorization != "Basic " + base64.b64encode(":".join(hub.login).encode()).decode():
            self._refuse(request, 401, {"WWW-Authenticate": 'Basic realm="index"'})
            return
        if asked := re.fullmatch(r"/files/(.+)", path):
            if (WHEELS, asked[1]) in hub.contents:
                self._content(hub, request, WHEELS, asked[1])
                return
        elif asked := re.fullmatch(r"/simple/([^/]+)/", path):
            kind = "application/vnd.pypi.simple.v1+json" if hub.as_json else "text/html"
            body = hub.page(asked[1]).encode()
            if hub.page_status:
                self._refuse(request, hub.page_status, {})
                return
            self._head(request, 200, {"Content-Type": kind, "Content-Length": str(len(body))})
            self.connection.sendall(body)
            return
        self._refuse(request, 404, {})

    def _content(
        self, hub: FakeHub, request: Request, repo: str, path: str, facts: dict[str, str] | None = None
    ) -> None:
        data = hub.contents[repo, path]
        fault = hub.broken.get(path) or (hub.faults.pop(0) if hub.faults else hub.always or Fault())
        if fault.status:
            self._refuse(request, fault.status, fault.headers)
            return
        if fault.flip_at >= 0:
            data = data[: fault.flip_at] + bytes([data[fault.flip_at] ^ 1]) + data[fault.flip_at + 1 :]
        etag = (facts or {}).get("ETag") or f'"{hub.generation}-{len(data)}"'
        etag = f"W/{etag}" if hub.weak_etags else etag
        start = request.start if request.start is not None and hub.ranges and not fault.ignore_range else None
        if start is not None and request.if_range and request.if_range != etag:
            start = None
        if start is not None and start >= len(data):
            self._refuse(request, 416, {"Content-Range": f"bytes */{len(data)}"})
            return
        body = data[start or 0 :] + fault.extra
        headers = (facts or {}) | {"ETag": etag}
        if not fault.no_length:
            headers["Content-Length"] = str(len(body))
        if start is not None and not fault.ok_without_content_range:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        partial = start is not None and not fault.ok_for_partial and not fault.ok_without_content_range
        self._head(request, 206 if partial else 200, headers)
        if self.command == "GET":
            self._send(hub, request, body, fault)

    def _send(self, hub: FakeHub, request: Request, body: bytes, fault: Fault) -> None:
        limit = min(at for at in (len(body), fault.cut_after, fault.stall_after) if at >= 0)
        while request.sent < limit:
            if hub.slow and not hub.slow.acquire(timeout=30):
                break
            block = body[request.sent : min(limit, request.sent + BLOCK_BYTES)]
            self.connection.sendall(block)
            with hub.progress:
                request.sent += len(block)
                hub.progress.notify_all()
        if fault.stall_after >= 0:
            hub.closing.wait(60)
        if fault.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if limit < len(body) or fault.no_length:
            self.close_connection = True
            if fault.reset:
                self.connection.close()

    def _refuse(self, request: Request, status: int, headers: dict[str, str]) -> None:
        error = {"X-Error-Code": _ERRORS[status]} if status in _ERRORS else {}
        self._head(request, status, error | {"Content-Length": "0"} | headers)

    def _head(self, request: Request, status: int, headers: dict[str, str]) -> None:
        with self.server.hub.progress:
            request.status = status
            self.server.hub.progress.notify_all()
        if status in (301, 302, 307, 308):
            headers = headers | {"Content-Length": "0"}
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    hub: FakeHub

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what these tests are about."""


@contextmanager
def serving() -> Iterator[FakeHub]:
    """A hub that runs while the block does."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.hub = FakeHub(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.hub
    finally:
        server.hub.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
