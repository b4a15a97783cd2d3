"""What replaces what, and what is mended: a model is never half of one commit and half of another."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from localvoice.catalog import incoming, lock
from localvoice.catalog.entry import Entry, FileSpec
from localvoice.catalog.fetch import Hub
from localvoice.catalog.pull import pull
from localvoice.catalog.verify import verify
from localvoice.engines import ct2_whisper
from localvoice.errors import ContentChanged, StorageRefused
from tests.catalog.conftest import REPO, content, entry, names_in
from tests.catalog.dying import write
from tests.catalog.hub import COMMIT, FakeHub, Fault
from tests.catalog.test_convert import safetensors_of

LATER = "d00d" + "0" * 36
MODEL = entry("one.bin", "two.bin")
OLD = {"one.bin": content(200_000, 1), "two.bin": content(200_000, 2)}
NEW = {"one.bin": content(200_000, 3), "two.bin": content(300_000, 4)}


def publish(fake: FakeHub, files: dict[str, bytes], commit: str = COMMIT) -> None:
    fake.commit = commit
    for path, data in files.items():
        fake.publish(REPO, path, data)


def here(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "model").iterdir()}


def states(root: Path) -> set[str]:
    return {finding.state for finding in verify(root, lock.read(root).values())}


def fetched(fake: FakeHub) -> list[str]:
    return sorted(request.path.rsplit("/")[-1] for request in fake.bodies())


@pytest.fixture
def pulled(fake: FakeHub, hub: Hub, root: Path) -> Path:
    """A folder with the old model; the hub has the new one."""
    publish(fake, OLD)
    pull([MODEL], root, hub)
    publish(fake, NEW, LATER)
    fake.requests.clear()
    return root


@pytest.mark.parametrize("wanted", ["by the person", "by the catalog"])
def test_an_update_of_which_one_file_fails_replaces_nothing(fake: FakeHub, hub: Hub, pulled: Path, wanted: str) -> None:
    model, update = (MODEL, True) if wanted == "by the person" else (replace(MODEL, revision=LATER), False)
    before = lock.read(pulled)
    fake.broken["two.bin"] = Fault(flip_at=5)
    with pytest.raises(ContentChanged, match="Nothing was replaced"):
        pull([model], pulled, hub, update=update)
    assert here(pulled) == OLD
    assert lock.read(pulled) == before
    assert states(pulled) == {"good"}
    fake.broken.clear()
    fake.requests.clear()
    pull([model], pulled, hub, update=update)
    assert here(pulled) == NEW
    assert states(pulled) == {"good"}
    assert lock.read(pulled)["model"].revision == LATER
    assert fetched(fake) == ["two.bin"], "the other one waited"
    assert names_in(pulled) == {"lock.json", "model/one.bin", "model/two.bin"}


def replacing(monkeypatch: pytest.MonkeyPatch, good: int) -> pytest.MonkeyPatch:
    """The disk, or a program that has a file open, lets only so many files be replaced."""
    left = iter([True] * good)

    def refuse(source: Path, target: Path) -> None:
        final = ".incoming" in Path(source).parts and ".incoming" not in Path(target).parts
        if final and not next(left, False):
            raise PermissionError(13, "Permission denied")
        os.rename(source, target)

    monkeypatch.setattr(incoming.os, "replace", refuse)
    return monkeypatch


def test_a_disk_that_refuses_the_first_file_changes_nothing(
    fake: FakeHub, hub: Hub, pulled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lock.read(pulled)
    with monkeypatch.context() as patched, pytest.raises(StorageRefused):
        replacing(patched, 0)
        pull([MODEL], pulled, hub, update=True)
    assert here(pulled) == OLD
    assert lock.read(pulled) == before


def test_a_model_that_is_half_new_does_not_pass_and_the_next_pull_ends_it(
    fake: FakeHub, hub: Hub, pulled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched, pytest.raises(StorageRefused):
        replacing(patched, 1)
        pull([MODEL], pulled, hub, update=True)
    assert states(pulled) == {"good", "another size"}
    fake.requests.clear()
    pull([MODEL], pulled, hub)
    assert here(pulled) == NEW
    assert states(pulled) == {"good"}
    assert fake.requests == []


def pinned(**about: object) -> Entry:
    return replace(MODEL, revision=COMMIT, files=(FileSpec("one.bin", **about), FileSpec("two.bin")))  # type: ignore[arg-type]


def test_what_the_catalog_pins_is_not_updated_away(fake: FakeHub, hub: Hub, root: Path) -> None:
    """A bad mirror needs more than a person who does what the remedy says."""
    publish(fake, NEW)
    good = hashlib.sha256(OLD["one.bin"]).hexdigest()
    for about in ({"sha256": good}, {"sha256": good, "size_bytes": 200_000}, {"size_bytes": 7}, {"md5": "0" * 32}):
        for update in (False, True):
            with pytest.raises(ContentChanged) as changed:
                pull([pinned(**about)], root, hub, update=update)
            assert "--update" not in changed.value.remedy
            assert lock.read(root) == {}
            assert not list((root / "model").glob("*"))


def test_a_lock_file_that_contradicts_what_is_pinned_is_not_believed(fake: FakeHub, hub: Hub, pulled: Path) -> None:
    publish(fake, NEW)
    pull([pinned(sha256=hashlib.sha256(NEW["one.bin"]).hexdigest())], pulled, hub)
    assert here(pulled) == NEW


def test_of_a_pinned_file_with_an_md5_alone_the_hub_is_asked_for_more(fake: FakeHub, hub: Hub, root: Path) -> None:
    publish(fake, OLD)
    md5 = hashlib.md5(OLD["one.bin"]).hexdigest()
    alone = replace(MODEL, revision=COMMIT, files=(FileSpec("one.bin", len(OLD["one.bin"]), md5=md5),))
    fake.broken["one.bin"] = Fault(flip_at=5)
    with pytest.raises(ContentChanged, match="SHA256"):
        pull([replace(alone, files=(replace(alone.files[0], md5=flipped_md5(OLD["one.bin"])),))], root, hub)
    assert "HEAD" in {request.method for request in fake.requests}
    fake.broken.clear()
    pull([alone], root, hub)
    assert here(root)["one.bin"] == OLD["one.bin"]


def flipped_md5(data: bytes) -> str:
    """Of what the broken hub sends: somebody who can forge an MD5."""
    return hashlib.md5(data[:5] + bytes([data[5] ^ 1]) + data[6:]).hexdigest()


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_bit_that_turned_over_is_mended_by_a_pull_alone(fake: FakeHub, hub: Hub, root: Path) -> None:
    publish(fake, OLD)
    pull([MODEL], root, hub)
    before = lock.read(root)
    flip(root / "model" / "two.bin")
    fake.requests.clear()
    done = pull([MODEL], root, hub)
    assert here(root) == OLD
    assert fetched(fake) == ["two.bin"]
    assert (done[0].fetched_bytes, done[0].reused_bytes) == (len(OLD["two.bin"]), len(OLD["one.bin"]))
    assert lock.read(root) == before


TUNED = replace(entry("model.safetensors", "vocabulary.json", convert="whisper-safetensors"), least_frames=200)


@pytest.mark.parametrize(
    ("victim", "again"),
    [
        ("model.bin", ["model.safetensors"]),
        ("vocabulary.json", ["vocabulary.json"]),
        ("preprocessor_config.json", ["model.safetensors"]),
    ],
)
def test_of_a_converted_model_too_only_what_is_bad_comes_again(
    fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch, victim: str, again: list[str]
) -> None:
    monkeypatch.setattr(ct2_whisper, "write", write)
    fake.publish(REPO, "model.safetensors", safetensors_of({"a": np.ones(5_000, np.float32)}))
    fake.publish(REPO, "vocabulary.json", b'["a", "b"]', small=True)
    pull([TUNED], root, hub)
    files, locks = here(root), lock.read(root)
    assert set(files) == {"model.bin", "vocabulary.json", "preprocessor_config.json"}
    flip(root / "model" / victim)
    fake.requests.clear()
    pull([TUNED], root, hub)
    assert (here(root), lock.read(root)) == (files, locks)
    assert fetched(fake) == again


def test_what_a_killed_conversion_left_is_swept_up(
    fake: FakeHub, hub: Hub, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ct2_whisper, "write", write)
    fake.publish(REPO, "model.safetensors", safetensors_of({"a": np.ones(5_000, np.float32)}))
    fake.publish(REPO, "vocabulary.json", b'["a", "b"]', small=True)
    pull([TUNED], root, hub)
    clean = names_in(root)
    left = incoming.folder(root, "model")
    (left / "tmp.new").mkdir(parents=True)
    for path in ("model.safetensors", "tmp.new/model.bin"):
        (left / path).write_bytes(b"a gigabyte")
    fake.requests.clear()
    pull([TUNED], root, hub)
    assert names_in(root) == clean
    assert fake.requests == []
