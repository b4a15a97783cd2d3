"""Taking models away: nothing that is not theirs goes with them."""

from pathlib import Path

import pytest

from localvoice.catalog import lock, verify
from localvoice.catalog.entry import Locked, LockedFile
from localvoice.catalog.fetch import Hub
from localvoice.catalog.pull import pull
from localvoice.errors import CatalogError, DownloadFailed, StorageRefused
from tests.catalog.conftest import REPO, content, entry, names_in
from tests.catalog.hub import COMMIT, FakeHub, Fault

BAD_NAMES = ["../victim", "..", ".", "", "/", "a/../../victim", "..\\victim", "C:victim", ".incoming", ".locks",
             "lock.json", "LOCK.json", "nul", "victim\n", "\ud800"]  # fmt: skip


def everything(folder: Path) -> set[str]:
    """Every file and folder below it."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_climbs_out_removes_nothing(root: Path, tmp_path: Path, name: str) -> None:
    lock.put(root, Locked("model", REPO, COMMIT, ()))
    for at in (tmp_path / "victim", tmp_path / "models" / ".incoming" / "x"):
        at.mkdir(parents=True)
        for path in ("thesis.part", "thesis.new", "thesis.import"):
            (at / path).write_text("mine")
    before = everything(tmp_path)
    with pytest.raises(CatalogError) as refused:
        verify.remove(root, name)
    assert refused.value.remedy
    assert everything(tmp_path) == before


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_bad_name_locks_and_pulls_nothing(hub: Hub, root: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(CatalogError), lock.of_model(root, name):
        pytest.fail("it is locked")
    with pytest.raises(CatalogError, match="Correct it in the catalog"):
        pull([entry("x", name=name)], root, hub)
    assert everything(tmp_path) <= {"models"}


def test_a_folder_that_no_pull_has_made_stays(root: Path) -> None:
    (root / "mine").mkdir(parents=True)
    (root / "mine" / "thesis.part").write_text("mine")
    with pytest.raises(CatalogError, match="no model mine"):
        verify.remove(root, "mine")
    assert (root / "mine" / "thesis.part").exists()


def test_what_a_broken_off_pull_left_can_be_removed(fake: FakeHub, hub: Hub, root: Path) -> None:
    fake.publish(REPO, "model.gguf", content(100_000))
    fake.faults = [Fault(cut_after=50_000), *[Fault(cut_after=0)] * 4]
    with pytest.raises(DownloadFailed):
        pull([entry("model.gguf")], root, hub)
    assert names_in(root) == {".incoming/model/model.gguf.part", ".incoming/model/model.gguf.part.json"}
    assert verify.remove(root, "model") == []
    assert names_in(root) == set()


@pytest.mark.parametrize("link", ["model", "model/deep"])
def test_nothing_is_removed_through_a_link(root: Path, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    for path in ("x", "deep/x"):
        (outside / path).write_text("mine")
    lock.put(root, Locked("model", REPO, COMMIT, (LockedFile("deep/x", 4, "0" * 64, "deep/x"),)))
    (root / link).parent.mkdir(exist_ok=True)
    try:
        (root / link).symlink_to(outside, target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no symbolic links")
    if link == "model":
        with pytest.raises(StorageRefused, match="symbolic link"):
            verify.remove(root, "model")
    else:
        verify.remove(root, "model")
    assert names_in(outside) == {"x", "deep/x"}
