"""What replaces what, and what is mended: a model is never half of one commit and half of another."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from localvoice.catalog import listing, lock, staging
from localvoice.catalog.entry import Entry, FileSpec
from localvoice.catalog.fetch import Hub
from localvoice.catalog.pull import pull
from localvoice.catalog.verify import verify
from localvoice.engines.transcriber import ct2_whisper
from localvoice.errors import CatalogError, ContentChanged, StorageRefused
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

    monkeypatch.setattr(staging.os, "replace", refuse)
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


@pytest.fixture
def tuned(fake: FakeHub, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    """The hub with what TUNED is converted from, and a conversion that takes no time."""
    monkeypatch.setattr(ct2_whisper, "write", write)
    fake.publish(REPO, "model.safetensors", safetensors_of({"a": np.ones(5_000, np.float32)}))
    fake.publish(REPO, "vocabulary.json", b'["a", "b"]', small=True)
    return fake


@pytest.mark.parametrize(
    ("victim", "again"),
    [
        ("model.bin", ["model.safetensors"]),
        ("vocabulary.json", ["vocabulary.json"]),
        ("preprocessor_config.json", []),
    ],
)
def test_of_a_converted_model_too_only_what_is_bad_comes_again(
    tuned: FakeHub, hub: Hub, root: Path, victim: str, again: list[str]
) -> None:
    pull([TUNED], root, hub)
    files, locks = here(root), lock.read(root)
    assert set(files) == {"model.bin", "vocabulary.json", "preprocessor_config.json"}
    flip(root / "model" / victim)
    tuned.requests.clear()
    pull([TUNED], root, hub)
    assert (here(root), lock.read(root)) == (files, locks)
    assert fetched(tuned) == again


def test_what_a_killed_conversion_left_is_swept_up(tuned: FakeHub, hub: Hub, root: Path) -> None:
    pull([TUNED], root, hub)
    clean = names_in(root)
    left = staging.folder(root, "model")
    (left / "tmp.new").mkdir(parents=True)
    for path in ("model.safetensors", "tmp.new/model.bin"):
        (left / path).write_bytes(b"a gigabyte")
    tuned.requests.clear()
    pull([TUNED], root, hub)
    assert names_in(root) == clean
    assert tuned.requests == []


FORMER = entry("one.bin", "two.bin", "deep/er/old.txt")


@pytest.fixture
def former(fake: FakeHub, hub: Hub, root: Path) -> Path:
    """A folder with a model that had a file more, and notes of somebody's."""
    publish(fake, OLD | {"deep/er/old.txt": b"old"})
    pull([FORMER], root, hub)
    (root / "model" / "notes.txt").write_text("mine")
    publish(fake, NEW, LATER)
    del fake.contents[REPO, "deep/er/old.txt"]
    fake.requests.clear()
    return root


@pytest.mark.parametrize("how", ["an update", "a new pin", "a shorter list"])
def test_a_file_that_the_model_no_longer_has_goes_and_no_other(fake: FakeHub, hub: Hub, former: Path, how: str) -> None:
    model = replace(MODEL, revision=LATER) if how == "a new pin" else MODEL
    pull([model], former, hub, update=how == "an update")
    files = OLD if how == "a shorter list" else NEW
    assert names_in(former) == {"lock.json", "model/one.bin", "model/two.bin", "model/notes.txt"}
    assert here(former) == files | {"notes.txt": b"mine"}
    assert not (former / "model" / "deep").exists()
    assert {file.path for file in lock.read(former)["model"].files} == set(files)
    assert states(former) == {"good"}
    assert how != "a shorter list" or fake.requests == []


def test_what_is_dropped_stays_where_it_is_behind_a_link(hub: Hub, former: Path, tmp_path: Path) -> None:
    (former / "model" / "deep").rename(tmp_path / "outside")
    try:
        (former / "model" / "deep").symlink_to(tmp_path / "outside", target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no symbolic links")
    pull([MODEL], former, hub, update=True)
    assert (tmp_path / "outside" / "er" / "old.txt").read_bytes() == b"old"
    assert states(former) == {"good"}


def test_what_is_dropped_comes_back_if_the_disk_refuses_the_rest(
    hub: Hub, former: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lock.read(former)
    names = {name for name in names_in(former) if "incoming" not in name}
    move = staging._move

    def refuse(path: Path, to: Path) -> None:
        if to.name == "one.bin":
            raise StorageRefused("No.", "Yes.")
        move(path, to)

    with monkeypatch.context() as patched, pytest.raises(StorageRefused):
        patched.setattr(staging, "_move", refuse)
        pull([MODEL], former, hub, update=True)
    assert lock.read(former) == before
    assert {name for name in names_in(former) if "incoming" not in name} == names
    assert states(former) == {"good"}
    pull([MODEL], former, hub, update=True)
    assert "model/deep/er/old.txt" not in names_in(former)


class Killed(BaseException):
    """Nothing of ours catches it."""


@pytest.mark.parametrize("again", [MODEL, FORMER])
@pytest.mark.parametrize("steps", range(5))
def test_killed_while_a_file_is_dropped(
    fake: FakeHub, hub: Hub, former: Path, monkeypatch: pytest.MonkeyPatch, steps: int, again: Entry
) -> None:
    """Between any two of: aside with the old one, the new lock file, the two files, what waits is swept up."""
    left = iter([True] * steps)

    def dying(module: object, name: str) -> None:
        real = getattr(module, name)

        def step(*words: object) -> object:
            if not next(left, False):
                raise Killed
            return real(*words)

        monkeypatch.setattr(module, name, step)

    with monkeypatch.context(), pytest.raises(Killed):
        for module, name in ((staging, "_move"), (lock, "put"), (staging, "discard")):
            dying(module, name)
        pull([MODEL], former, hub, update=True)
    monkeypatch.undo()
    monkeypatch.setenv("NO_PROXY", "*")
    whole = (OLD | {"old.txt": b"old"}, NEW)
    below = former / "model"
    files = {path.name: path.read_bytes() for path in below.rglob("*") if path.is_file() and path.name != "notes.txt"}
    assert files in whole or states(former) != {"good"}, "a mixture passes for good"
    fake.requests.clear()
    locked = {file.path for file in lock.read(former)["model"].files}
    if again is MODEL or "deep/er/old.txt" in locked:
        pull([again], former, hub)
        assert fake.requests == [], "what is needed to finish is here"
        assert states(former) == {"good"}
    pull([MODEL], former, hub, update=True)
    assert here(former) == NEW | {"notes.txt": b"mine"}
    assert names_in(former) == {"lock.json", "model/one.bin", "model/two.bin", "model/notes.txt"}


def test_a_file_that_now_comes_from_elsewhere_is_not_taken_for_it(fake: FakeHub, hub: Hub, pulled: Path) -> None:
    publish(fake, OLD)
    fake.publish("other/parent", "two.bin", NEW["two.bin"])
    files = (MODEL.files[0], FileSpec("two.bin", repo="other/parent", revision="main"))
    pull([replace(MODEL, files=files)], pulled, hub)
    assert here(pulled) == OLD | {"two.bin": NEW["two.bin"]}
    assert lock.read(pulled)["model"].files[1].repo == "other/parent"
    assert states(pulled) == {"good"}


def test_how_short_a_context_may_be_is_as_the_catalog_has_it_now(tuned: FakeHub, hub: Hub, root: Path) -> None:
    published = b'{"feature_size": 80}'
    tuned.publish(REPO, "preprocessor_config.json", published, small=True)
    with_it = replace(TUNED, files=(*TUNED.files, FileSpec("preprocessor_config.json")), least_frames=0)
    said = {
        TUNED: b'{"least_frames": 200}\n',
        replace(TUNED, least_frames=300): b'{"least_frames": 300}\n',
        with_it: published,
        replace(TUNED, least_frames=0): None,
    }
    at = root / "model" / "preprocessor_config.json"
    for model in [*said, TUNED, with_it, TUNED]:
        tuned.requests.clear()
        pull([model], root, hub)
        assert (at.read_bytes() if at.exists() else None) == said[model]
        paths = [file.path for file in lock.read(root)["model"].files]
        assert len(set(paths)) == len(paths)
        assert states(root) == {"good"}
        assert fetched(tuned) in ([], ["model.safetensors", "vocabulary.json"], ["preprocessor_config.json"])
        assert "model.safetensors" not in fetched(tuned) or model is TUNED


def test_a_file_both_published_and_written_by_us_is_refused(fake: FakeHub, hub: Hub, root: Path) -> None:
    for extra in ("deep/Preprocessor_config.json", "deep/model.bin"):
        paths = ("deep/model.safetensors", "deep/vocabulary.json", extra)
        model = replace(TUNED, files=tuple(FileSpec(path) for path in paths))
        with pytest.raises(CatalogError, match="which the conversion writes"):
            pull([model], root, hub)
        text = f"""
[[model]]
name = "ears"
kind = "transcriber"
licence = "MIT"
repo = "maker/ears"
files = {list(paths)!r}
convert = "whisper-safetensors"
least_frames = 200
"""
        with pytest.raises(CatalogError, match="which the conversion writes"):
            listing.parse(text, "mine.toml")
    assert fake.requests == []
