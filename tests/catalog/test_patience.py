"""How long a pull tries, what it says meanwhile, and what it says of settings that cannot work."""

import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from localvoice.catalog import disk, fetch, lock
from localvoice.catalog.checksums import Checksum
from localvoice.catalog.fetch import Hub
from localvoice.catalog.progress import TransferProgress
from localvoice.catalog.pull import pull
from localvoice.catalog.transfer import Patience
from localvoice.errors import CatalogError, DownloadFailed, SettingsError
from tests.catalog.conftest import REPO, content, entry
from tests.catalog.hub import COMMIT, FakeHub, Fault
from tests.catalog.test_faults import _sha256 as sha256

BIG = content(400_000)


class Clock(threading.Event):
    """Waits for nothing, and remembers for how long."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        return False


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(random, "uniform", lambda low, high: 1.0)
    return Clock()


@pytest.fixture(autouse=True)
def published(fake: FakeHub) -> None:
    fake.publish(REPO, "model.gguf", BIG)


@pytest.mark.parametrize(
    ("patience", "waits"),
    [
        (Patience(), [1, 2, 4, 8, 16]),
        (Patience(tries=8, first_wait_s=3.0, longest_wait_s=20.0), [3, 6, 12, 20, 20, 20, 20]),
        (Patience(tries=1), []),
    ],
)
def test_patience_doubles_and_ends(
    fake: FakeHub, hub: Hub, clock: Clock, patience: Patience, waits: list[float]
) -> None:
    fake.head_status = 503
    told: list[str] = []
    with pytest.raises(DownloadFailed, match="fault of its own"):
        fetch.ask(replace(hub, patience=patience, stop=clock, note=told.append), REPO, "model.gguf", "x", "main")
    assert clock.waits == waits
    assert [f"Trying again in {wait:.0f} s" in line for wait, line in zip(waits, told, strict=True)] == [True] * len(
        waits
    )


def test_clients_do_not_come_back_all_at_once(fake: FakeHub, hub: Hub) -> None:
    fake.head_status = 503
    clocks = [Clock(), Clock()]
    for clock in clocks:
        with pytest.raises(DownloadFailed):
            fetch.ask(replace(hub, patience=Patience(), stop=clock), REPO, "model.gguf", "x", "main")
    assert clocks[0].waits != clocks[1].waits
    for expected, *waits in zip([1, 2, 4, 8, 16], *(clock.waits for clock in clocks), strict=True):
        assert all(0.75 * expected <= wait <= 1.25 * expected for wait in waits)


def test_bytes_that_arrive_start_the_count_anew(fake: FakeHub, hub: Hub, clock: Clock, tmp_path: Path) -> None:
    fake.faults = [Fault(cut_after=size) for size in (0, 0, 100_000, 0, 0)]
    hub = replace(hub, patience=Patience(tries=4), stop=clock)
    remote = fetch.remote_of(hub, REPO, "model.gguf", "x", COMMIT, len(BIG), (Checksum("sha256", sha256(BIG)),))
    fetch.download(hub, remote, tmp_path / "x", lambda _: None)
    assert clock.waits == [1, 2, 1, 2, 4]
    fake.always = Fault(cut_after=0)
    clock.waits.clear()
    with pytest.raises(DownloadFailed):
        fetch.download(hub, remote, tmp_path / "y", lambda _: None)
    assert clock.waits == [1, 2, 4]


def test_the_server_says_how_long(fake: FakeHub, hub: Hub, clock: Clock, tmp_path: Path) -> None:
    fake.faults = [Fault(status=429, headers={"Retry-After": "7"})]
    hub = replace(hub, patience=Patience(), stop=clock)
    remote = fetch.remote_of(hub, REPO, "model.gguf", "x", COMMIT, len(BIG), (Checksum("sha256", sha256(BIG)),))
    fetch.download(hub, remote, tmp_path / "x", lambda _: None)
    assert clock.waits == [7]


def unknown(*_: object, **__: object) -> None:
    raise socket.gaierror(-2, "Name or service not known")


@pytest.mark.parametrize("mirror", ["http://127.0.0.1:9", "http://nobody.invalid"])
def test_without_a_network_it_is_said_soon(
    hub: Hub, clock: Clock, monkeypatch: pytest.MonkeyPatch, mirror: str
) -> None:
    if "invalid" in mirror:
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
    told: list[str] = []
    hub = replace(hub, mirror=mirror, patience=Patience(), stop=clock, note=told.append)
    with pytest.raises(DownloadFailed, match="Check the network"):
        fetch.ask(hub, REPO, "model.gguf", "x", "main")
    assert clock.waits == [1]
    assert len(told) == 1
    hub.reached.set()
    clock.waits.clear()
    with pytest.raises(DownloadFailed):
        fetch.ask(hub, REPO, "model.gguf", "x", "main")
    assert clock.waits == [1, 2, 4, 8, 16], "a network that breaks off may come back"


def test_a_pull_tells_what_it_waits_for(fake: FakeHub, hub: Hub, root: Path) -> None:
    told: list[str] = []

    class Telling(TransferProgress):
        def note(self, text: str) -> None:
            told.append(text)

    fake.faults = [Fault(cut_after=100_000)]
    pull([entry("model.gguf")], root, replace(hub, patience=replace(hub.patience, first_wait_s=0.01)), Telling())
    assert len(told) == 1
    assert "did not arrive" in told[0]
    assert "Trying again in" in told[0]


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """An environment without proxies, and a client that has read none."""
    from huggingface_hub import close_session

    for name in ("NO_PROXY", "ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    close_session()
    yield monkeypatch
    close_session()


@pytest.mark.parametrize("pinned", [False, True])
@pytest.mark.parametrize(
    ("variable", "address", "words"),
    [
        ("ALL_PROXY", "socks5://me:secret@127.0.0.1:9", "socksio"),
        ("all_proxy", "socks://me:secret@127.0.0.1:9", "not the address"),
        ("HTTPS_PROXY", "ftp://me:secret@127.0.0.1:9", "not the address"),
    ],
)
def test_a_proxy_that_cannot_work_is_named(
    hub: Hub, root: Path, proxy: pytest.MonkeyPatch, variable: str, address: str, words: str, pinned: bool
) -> None:
    from localvoice.catalog.entry import FileSpec

    proxy.setenv(variable, address)
    proxy.setitem(sys.modules, "socksio", None)
    model = entry("model.gguf", revision=COMMIT)
    known = replace(model, files=(FileSpec("model.gguf", len(BIG), sha256(BIG)),))
    with pytest.raises(SettingsError, match=words) as refused:
        pull([known if pinned else model], root, hub)
    assert variable in refused.value.message
    assert variable in refused.value.remedy
    assert "secret" not in str(refused.value)


def test_a_socks_proxy_is_used(hub: Hub, root: Path, proxy: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy.setenv("ALL_PROXY", f"socks5://127.0.0.1:{server.getsockname()[1]}")
        asked: list[bytes] = []

        def serve() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    asked.append(connection.recv(1))

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(DownloadFailed):
            pull(
                [entry("model.gguf")],
                root,
                replace(hub, mirror="http://hub.invalid", patience=Patience(tries=2, first_wait_s=0)),
            )
        thread.join()
    assert asked == [b"\x05"] * 2, "the first byte of that protocol"


def test_a_cache_that_may_not_be_read_is_left_alone(hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(self: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "is_file", forbidden)
    pull([entry("model.gguf")], root, hub)
    assert (root / "model" / "model.gguf").read_bytes() == BIG


def test_a_lock_file_that_is_nested_without_end(root: Path) -> None:
    root.mkdir()
    (root / lock.FILE).write_text('{"version": ' + "[" * 100_000)
    with pytest.raises(CatalogError, match="damaged"):
        lock.read(root)


def test_windows_lets_nobody_replace_what_somebody_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = iter([True, True, True])
    target, really = tmp_path / "lock.json", Path.replace

    def replace_it(self: Path, to: Path) -> Path:
        if next(refusals, False):
            raise PermissionError(13, "Access is denied")
        return really(self, to)

    monkeypatch.setattr(Path, "replace", replace_it)
    monkeypatch.setattr(disk.time, "sleep", lambda _: None)
    with pytest.raises(PermissionError):
        disk.write_whole(target, b"1")  # elsewhere it is final at once
    monkeypatch.setattr(disk, "READERS_HINDER", True)
    disk.write_whole(target, b"2")
    assert target.read_bytes() == b"2"
    refusals = iter([True] * 99)
    with pytest.raises(PermissionError):
        disk.write_whole(target, b"3")
    assert [path.name for path in tmp_path.iterdir()] == ["lock.json"]


STALLED = """
import sys
from pathlib import Path
from huggingface_hub import constants
constants.HF_HUB_CACHE = sys.argv[2] + "-cache"
from localvoice.catalog.fetch import Hub
from localvoice.catalog.pull import pull
from tests.catalog.conftest import entry
try:
    pull([entry("model.gguf")], Path(sys.argv[2]), Hub(sys.argv[1]))
except KeyboardInterrupt:
    sys.exit(130)
"""


def has(file: Path, size_bytes: int) -> bool:
    """What the server has sent need not have been read yet."""
    return file.exists() and file.stat().st_size >= size_bytes


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one program there")
@pytest.mark.parametrize("silent", ["in the file", "before the first answer"])
def test_ctrl_c_ends_a_stall(fake: FakeHub, hub: Hub, root: Path, silent: str) -> None:
    """The default patience is half a minute without a byte."""
    fake.silent = silent != "in the file"
    fake.faults = [Fault(stall_after=300_000)]
    command = [sys.executable, "-c", STALLED, fake.url, str(root)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as pulling:
        with fake.progress:
            part = root / ".incoming" / "model" / "model.gguf.part"
            assert fake.progress.wait_for(
                lambda: bool(fake.requests) if fake.silent else fake.sent_bytes() >= 300_000, timeout=60
            )
        give_up_s = time.monotonic() + 30
        while not fake.silent and not has(part, 300_000) and time.monotonic() < give_up_s:
            threading.Event().wait(0.02)
        start_s = time.monotonic()
        pulling.send_signal(signal.SIGINT)
        _, told = pulling.communicate(timeout=60)
    assert time.monotonic() - start_s < 15, "it waited until the server was given up"
    assert pulling.returncode == 130
    assert told == ""
    if silent == "in the file":
        pull([entry("model.gguf")], root, hub)
        assert fake.bodies()[-1].start == 300_000
        assert (root / "model" / "model.gguf").read_bytes() == BIG
