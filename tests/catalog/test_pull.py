"""A pull that meets no fault, and what it then need not fetch."""

import hashlib
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from localvoice.catalog import lock
from localvoice.catalog.entry import FileSpec
from localvoice.catalog.fetch import Hub
from localvoice.catalog.progress import TransferProgress
from localvoice.catalog.pull import pull
from localvoice.errors import CatalogError, ContentChanged, SettingsError, StorageRefused
from tests.catalog.conftest import REPO, Way, content, entry, names_in
from tests.catalog.hub import COMMIT, FakeHub, Fault

BIG = content(3_000_000)
SMALL = b'{"a": 1}\n'


@pytest.fixture(autouse=True)
def published(request: pytest.FixtureRequest, fake: FakeHub) -> None:
    fake.publish(REPO, "model.gguf", BIG)
    fake.publish(REPO, "config.json", SMALL, small=True)
    if "way" in request.fixturenames:
        request.getfixturevalue("way").publish("model.gguf", BIG)
        request.getfixturevalue("way").publish("config.json", SMALL, small=True)


def test_files_come_in_and_are_locked(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    done = pull([way.model("model.gguf", "config.json")], root, hub)
    assert (root / "model" / "model.gguf").read_bytes() == BIG
    assert (root / "model" / "config.json").read_bytes() == SMALL
    assert names_in(root) == {"lock.json", "model/model.gguf", "model/config.json"}
    assert done[0].revision == (COMMIT if way.road == "hub" else "")
    assert done[0].fetched_bytes == len(BIG) + len(SMALL)
    locked = lock.read(root)["model"]
    assert locked.revision == done[0].revision
    assert {file.path: file.sha256 for file in locked.files} == {
        "model.gguf": hashlib.sha256(BIG).hexdigest(),
        "config.json": hashlib.sha256(SMALL).hexdigest(),
    }


def test_the_second_pull_asks_nothing(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    pull([way.model("model.gguf")], root, hub)
    fake.requests.clear()
    done = pull([way.model("model.gguf")], root, hub)
    assert fake.requests == []
    assert (done[0].fetched_bytes, done[0].reused_bytes) == (0, len(BIG))


def test_files_of_a_voice_lose_the_folders_they_share(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    way.publish("en/us/voice.onnx", b"voice")
    way.publish("en/us/voice.onnx.json", b"{}", small=True)
    pull([way.model("en/us/voice.onnx", "en/us/voice.onnx.json")], root, hub)
    assert names_in(root / "model") == {"voice.onnx", "voice.onnx.json"}
    assert lock.read(root)["model"].files[0].source_path == "en/us/voice.onnx"


def test_a_file_may_come_from_another_repository(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.publish("parent/model", "tokenizer.json", b"[]", small=True)
    tuned = entry("model.gguf")
    tuned = replace(tuned, files=(*tuned.files, FileSpec("tokenizer.json", repo="parent/model", revision="main")))
    pull([tuned], root, hub)
    assert (root / "model" / "tokenizer.json").read_bytes() == b"[]"
    fake.requests.clear()
    (root / "model" / "tokenizer.json").unlink()
    pull([tuned], root, hub)
    assert [(r.method, r.path) for r in fake.requests] == [("GET", f"/parent/model/resolve/{COMMIT}/tokenizer.json")]


def test_a_lost_lock_file_costs_no_download(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    pull([way.model("model.gguf")], root, hub)
    before = lock.read(root)
    (root / lock.FILE).unlink()
    fake.requests.clear()
    pull([way.model("model.gguf")], root, hub)
    assert fake.bodies() == []
    assert lock.read(root) == before


def test_a_file_that_lost_its_end_is_fetched_again_from_the_locked_commit(
    fake: FakeHub, way: Way, hub: Hub, root: Path
) -> None:
    pull([way.model("model.gguf", "config.json")], root, hub)
    (root / "model" / "model.gguf").write_bytes(BIG[:-1])
    fake.requests.clear()
    pull([way.model("model.gguf", "config.json")], root, hub)
    assert (root / "model" / "model.gguf").read_bytes() == BIG
    if way.road == "hub":
        assert fake.requests[0].path == f"/{REPO}/resolve/{COMMIT}/model.gguf"
    [body] = fake.bodies()
    assert "model.gguf" in body.path or "model_gguf" in body.path


def test_the_cache_of_huggingface_is_reused(fake: FakeHub, hub: Hub, root: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "hf-cache" / "models--maker--model" / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (snapshot / "model.gguf").write_bytes(BIG)
    done = pull([entry("model.gguf", "config.json")], root, hub)
    assert [request.path.rsplit("/")[-1] for request in fake.bodies()] == ["config.json"]
    assert (root / "model" / "model.gguf").read_bytes() == BIG
    assert done[0].reused_bytes == len(BIG)


def test_content_that_the_cache_has_under_another_commit_is_reused(
    fake: FakeHub, hub: Hub, root: Path, tmp_path: Path
) -> None:
    blobs = tmp_path / "hf-cache" / "models--maker--model" / "blobs"
    blobs.mkdir(parents=True)
    (blobs / hashlib.sha256(BIG).hexdigest()).write_bytes(BIG)
    pull([entry("model.gguf")], root, hub)
    assert fake.bodies() == []


def test_the_cache_is_linked_where_that_can_be_and_copied_elsewhere(
    fake: FakeHub, hub: Hub, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = tmp_path / "hf-cache" / "models--maker--model" / "blobs"
    blobs.mkdir(parents=True)
    blob = blobs / hashlib.sha256(BIG).hexdigest()
    blob.write_bytes(BIG)
    pull([entry("model.gguf", name="linked")], root, hub)
    assert (root / "linked" / "model.gguf").samefile(blob)

    def no_link(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", no_link)
    pull([entry("model.gguf", name="copied")], root, hub)
    assert not (root / "copied" / "model.gguf").samefile(blob)
    assert (root / "copied" / "model.gguf").read_bytes() == BIG
    assert fake.bodies() == []


def test_what_a_kill_left_beside_a_good_file_is_swept_up(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    pull([way.model("model.gguf")], root, hub)
    (root / lock.FILE).unlink()
    for ending in (".part", ".part.json", "", ".linked"):
        (root / ".incoming" / "model").mkdir(parents=True, exist_ok=True)
        (root / ".incoming" / "model" / f"model.gguf{ending}").write_text("x")
    pull([way.model("model.gguf")], root, hub)
    assert names_in(root) == {"lock.json", "model/model.gguf"}


def test_a_spoilt_cache_is_not_believed(fake: FakeHub, hub: Hub, root: Path, tmp_path: Path) -> None:
    blobs = tmp_path / "hf-cache" / "models--maker--model" / "blobs"
    blobs.mkdir(parents=True)
    (blobs / hashlib.sha256(BIG).hexdigest()).write_bytes(BIG[:-1] + b"x")
    pull([entry("model.gguf")], root, hub)
    assert (root / "model" / "model.gguf").read_bytes() == BIG


def test_what_the_catalog_pins_is_fetched_without_a_question(fake: FakeHub, hub: Hub, root: Path) -> None:
    pinned = entry("model.gguf", revision=COMMIT)
    spec = FileSpec("model.gguf", len(BIG), hashlib.sha256(BIG).hexdigest())
    pull([replace(pinned, files=(spec,))], root, hub)
    assert [request.method for request in fake.requests] == ["GET", "GET"]  # the second is the redirect's


def test_md5_of_the_catalog_is_checked(fake: FakeHub, hub: Hub, root: Path) -> None:
    wrong, right = (hashlib.md5(data).hexdigest() for data in (b"x", BIG))
    with pytest.raises(ContentChanged, match=wrong):
        pull([replace(entry(), files=(FileSpec("model.gguf", md5=wrong),))], root, hub)
    assert not (root / "model" / "model.gguf").exists()
    pull([replace(entry(), files=(FileSpec("model.gguf", md5=right),))], root, hub)
    assert (root / "model" / "model.gguf").read_bytes() == BIG


def test_an_upstream_that_contradicts_the_catalog_is_named_with_both_checksums(
    fake: FakeHub, hub: Hub, root: Path
) -> None:
    expected, published = "1" * 64, hashlib.sha256(BIG).hexdigest()
    with pytest.raises(ContentChanged, match=f"(?s){expected}.*{published}"):
        pull([replace(entry(), files=(FileSpec("model.gguf", sha256=expected),))], root, hub)
    assert fake.bodies() == []


def test_an_upstream_that_changed_is_an_error_until_it_is_wanted(fake: FakeHub, hub: Hub, root: Path) -> None:
    pull([entry("model.gguf")], root, hub)
    changed = content(2_000_000, seed=1)
    fake.publish(REPO, "model.gguf", changed)
    (root / "model" / "model.gguf").unlink()
    old, new = (hashlib.sha256(data).hexdigest() for data in (BIG, changed))
    with pytest.raises(ContentChanged, match=f"(?s){old}.*{new}"):
        pull([entry("model.gguf")], root, hub)
    assert names_in(root / "model") == set()
    fake.commit = "d00d" + "0" * 36
    done = pull([entry("model.gguf")], root, hub, update=True)
    assert (root / "model" / "model.gguf").read_bytes() == changed
    assert done[0].revision == lock.read(root)["model"].revision == fake.commit


def test_a_plain_mirror_will_do(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.plain = True
    pull([entry("model.gguf", "config.json")], root, hub)
    assert (root / "model" / "model.gguf").read_bytes() == BIG


def test_a_mirror_that_is_no_address(root: Path, hub: Hub) -> None:
    with pytest.raises(SettingsError, match="not the address"):
        pull([entry("model.gguf")], root, Hub(mirror="nonsense", patience=hub.patience))


def test_the_token_goes_to_the_hub_alone(fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    pull([entry("model.gguf", name="from-a-mirror")], root, hub)
    assert {request.authorization for request in fake.requests} == {""}
    fake.requests.clear()
    monkeypatch.setattr(constants, "ENDPOINT", fake.url)  # as HF_ENDPOINT does
    template = fake.url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    pull([entry("model.gguf", name="from-the-hub")], root, hub)
    by_host = {request.host.split(":")[0]: request.authorization for request in fake.requests}
    assert by_host == {"127.0.0.1": "Bearer hf_secret", "localhost": ""}


def test_the_hub_learns_the_programs_name_and_no_more(fake: FakeHub, hub: Hub, root: Path) -> None:
    from localvoice import __version__

    pull([entry("model.gguf", "config.json")], root, hub)
    assert {request.agent for request in fake.requests} == {f"localvoice/{__version__}"}


def test_one_model_that_is_not_there_does_not_keep_the_others_away(
    fake: FakeHub, way: Way, hub: Hub, root: Path
) -> None:
    way.publish("nothing.gguf", BIG)
    gone = way.model("nothing.gguf", name="a")
    fake.unpublish("nothing")
    with pytest.raises(CatalogError, match=r"renamed or removed|was not found"):
        pull([gone, way.model("model.gguf", name="b")], root, hub)
    assert set(lock.read(root)) == {"b"}


def test_two_pulls_at_once_fetch_once(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.slow = threading.Semaphore(1)
    waiting = threading.Event()

    class Told(TransferProgress):
        def note(self, text: str) -> None:
            assert "waiting" in text
            waiting.set()

    first = threading.Thread(target=pull, args=([way.model("model.gguf")], root, hub))
    second = threading.Thread(target=pull, args=([way.model("model.gguf")], root, replace(hub), Told()))
    first.start()
    with fake.progress:
        assert fake.progress.wait_for(lambda: fake.sent_bytes() > 0, timeout=20)
    second.start()
    assert waiting.wait(20)
    fake.slow.release(10_000)
    first.join()
    second.join()
    assert fake.sent_bytes() == way.sent_bytes()
    assert (root / "model" / "model.gguf").read_bytes() == BIG


def test_several_files_come_in_side_by_side(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    names = [f"part-{number}.bin" for number in range(3)]
    for name in names:
        way.publish(name, BIG)
    fake.slow = threading.Semaphore(0)
    pulling = threading.Thread(target=pull, args=([way.model(*names)], root, hub))
    pulling.start()
    with fake.progress:
        assert fake.progress.wait_for(lambda: len(fake.bodies()) == len(names), timeout=20)
    fake.slow.release(10_000)
    pulling.join()
    assert {(root / "model" / name).read_bytes() == BIG for name in names} == {True}


def test_a_proxy_of_the_environment_is_honoured(
    fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import close_session

    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", fake.url)
    monkeypatch.setenv("http_proxy", fake.url)
    close_session()  # its client read the environment when it was made
    try:
        pull([entry("model.gguf")], root, replace(hub, mirror="http://hub.invalid"))
    finally:
        close_session()
    assert (root / "model" / "model.gguf").read_bytes() == BIG
    assert {request.path.split("/")[2].split(":")[0] for request in fake.requests} == {"hub.invalid", "localhost"}


def test_a_folder_that_is_a_link_is_not_written_through(
    fake: FakeHub, way: Way, hub: Hub, root: Path, tmp_path: Path
) -> None:
    root.mkdir()
    (tmp_path / "elsewhere").mkdir()
    try:
        (root / "model").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no symbolic links")
    with pytest.raises(StorageRefused, match="symbolic link"):
        pull([way.model("model.gguf")], root, hub)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_nothing_is_told_of_a_file_before_it_is_known(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    told: list[tuple[str, int]] = []

    class Telling(TransferProgress):
        def expect(self, name: str, path: str, size_bytes: int) -> None:
            told.append((path, -size_bytes))

        def moved(self, name: str, path: str, position_bytes: int) -> None:
            told.append((path, position_bytes))

    fake.faults = [Fault(cut_after=100_000)]
    pull([way.model("model.gguf")], root, hub, Telling())
    assert told[0] == ("model.gguf", -len(BIG))
    positions = [position for _, position in told[1:]]
    assert positions == sorted(positions)
    assert positions[-1] == len(BIG)


def test_the_lock_file_is_read_strictly(root: Path, hub: Hub) -> None:
    pull([entry("model.gguf")], root, hub)
    good = json.loads((root / lock.FILE).read_text())
    file = good["models"]["model"]["files"][0]
    for key, value in (("path", "../x"), ("path", "C:x"), ("sha256", "0"), ("size_bytes", -1), ("size_bytes", True)):
        bad = json.loads(json.dumps(good))
        bad["models"]["model"]["files"][0] = file | {key: value}
        with pytest.raises(CatalogError, match="damaged"):
            lock.parse(json.dumps(bad), "lock.json")
    for text in ("", "[]", "{}", '{"version": 2, "models": {}}', '{"version": 1, "models": {"../x": {}}}', "\x00"):
        with pytest.raises(CatalogError, match="damaged"):
            lock.parse(text, "lock.json")


def test_programs_that_lock_at_once_lose_nothing(root: Path) -> None:
    from localvoice.catalog.entry import Locked

    def put(number: int) -> None:
        lock.put(root, Locked(f"model-{number}", REPO, COMMIT, ()))

    threads = [threading.Thread(target=put, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lock.read(root)) == 12
