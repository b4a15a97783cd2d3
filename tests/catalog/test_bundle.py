"""Bundles: what goes in comes out, and nothing else does, whatever a file pretends to be."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from localvoice.catalog import bundle, disk, lock, verify
from localvoice.catalog.entry import Entry, FileSpec, Locked, LockedFile
from localvoice.errors import BadBundle, CatalogError, ContentChanged, StorageRefused
from tests.catalog.conftest import REPO, content, names_in
from tests.catalog.hub import COMMIT
from tests.catalog.test_faults import _sha256 as sha256

FILES = {"model.gguf": content(1_300_000), "deep/down/config.json": b"{}", "empty": b""}


def locked(files: dict[str, bytes], name: str = "model") -> Locked:
    return Locked(name, REPO, COMMIT, tuple(LockedFile(p, len(d), sha256(d), p) for p, d in files.items()))


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder in which a model is installed."""
    root = tmp_path / "here"
    for path, data in FILES.items():
        (root / "model" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "model" / path).write_bytes(data)
    lock.put(root, locked(FILES))
    return root


@pytest.fixture
def file(here: Path, tmp_path: Path) -> Path:
    """Its bundle."""
    target = tmp_path / "bundle.tar"
    bundle.write([locked(FILES)], here, target)
    return target


def test_what_goes_in_comes_out(file: Path, root: Path) -> None:
    assert bundle.read(file, root) == [locked(FILES)]
    assert {path: (root / "model" / path).read_bytes() for path in FILES} == FILES
    assert lock.read(root) == {"model": locked(FILES)}
    assert names_in(root) == {"lock.json", *(f"model/{path}" for path in FILES)}


def test_any_tar_can_read_it(file: Path, tmp_path: Path) -> None:
    with tarfile.open(file) as tar:
        assert tar.getnames() == [bundle.MANIFEST, *(f"model/{path}" for path in FILES)]


def test_a_damaged_model_goes_into_no_bundle(here: Path, tmp_path: Path) -> None:
    data = bytearray(FILES["model.gguf"])
    data[777] ^= 1
    (here / "model" / "model.gguf").write_bytes(data)
    with pytest.raises(ContentChanged, match=f"(?s){sha256(FILES['model.gguf'])}.*{sha256(bytes(data))}"):
        bundle.write([locked(FILES)], here, tmp_path / "bad.tar")
    (here / "model" / "model.gguf").write_bytes(data[:-7])
    with pytest.raises(ContentChanged):
        bundle.write([locked(FILES)], here, tmp_path / "bad.tar")
    (here / "model" / "model.gguf").unlink()
    with pytest.raises(CatalogError, match="cannot be read"):
        bundle.write([locked(FILES)], here, tmp_path / "bad.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_second_import_writes_nothing(file: Path, root: Path) -> None:
    bundle.read(file, root)
    before = (root / "model" / "model.gguf").stat()
    bundle.read(file, root)
    after = (root / "model" / "model.gguf").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_an_import_mends_what_is_damaged(file: Path, root: Path) -> None:
    bundle.read(file, root)
    (root / "model" / "model.gguf").write_bytes(b"x")
    bundle.read(file, root)
    assert (root / "model" / "model.gguf").read_bytes() == FILES["model.gguf"]


def refused(file: Path, root: Path, kind: type[CatalogError] = BadBundle, words: str = ".") -> None:
    outside = names_in(root.parent)
    with pytest.raises(kind, match=words) as error:
        bundle.read(file, root)
    assert error.value.remedy
    assert error.value.exit_code == 8
    assert lock.read(root) == {}
    assert names_in(root.parent) == outside


@pytest.mark.parametrize("keep", [0, 1, 511, 512, 700, 1500, 2048, 900_000, 1_300_000])
def test_cut_short_anywhere(file: Path, root: Path, keep: int) -> None:
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(BadBundle):
        bundle.read(file, root)
    assert lock.read(root) == {}
    assert not (root / "model" / "model.gguf").exists()


@pytest.mark.parametrize("at", [0, 100, 130, 156, 3000, 600_000, 1_200_000])
def test_a_bit_turned_over(file: Path, root: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 4
    file.write_bytes(data)
    refused(file, root, CatalogError)


def made(file: Path, models: dict[str, Locked], fill: Callable[[tarfile.TarFile], None]) -> None:
    """A bundle with any manifest and any content."""
    manifest = lock.text_of(models).encode()
    with tarfile.open(file, "w", format=tarfile.USTAR_FORMAT) as tar:
        put(tar, bundle.MANIFEST, manifest)
        fill(tar)


def put(tar: tarfile.TarFile, name: str, data: bytes, **changes: object) -> None:
    header = tarfile.TarInfo(name)
    header.size = len(data)
    for key, value in changes.items():
        setattr(header, key, value)
    tar.addfile(header, io.BytesIO(data))


NAMES = ("../x", "/x", "C:/x", "C:x", "a/../../x", "..\\x", "a/./b", "a//b", "nul", "a/COM1.txt", "x\n", "x.", "x:y")


@pytest.mark.parametrize("path", NAMES)
def test_a_manifest_that_climbs_out(tmp_path: Path, root: Path, path: str) -> None:
    file = tmp_path / "bad.tar"
    good = Locked("model", REPO, COMMIT, (LockedFile(path, 1, sha256(b"x"), path),))
    made(file, {"model": good}, lambda tar: put(tar, f"model/{path}", b"x"))
    refused(file, root)


@pytest.mark.parametrize("name", ("..", ".", "", "/", "a/b", "..\\..", "C:", ".locks", "lock.json/..", "nul"))
def test_a_model_that_climbs_out(tmp_path: Path, root: Path, name: str) -> None:
    file = tmp_path / "bad.tar"
    made(file, {name: locked({"x": b"x"}, name)}, lambda tar: put(tar, f"{name}/x", b"x"))
    refused(file, root)


@pytest.mark.parametrize("name", (*NAMES, "model/../../x", "other/x", "lock.json", bundle.MANIFEST))
def test_a_member_that_the_manifest_does_not_name(tmp_path: Path, root: Path, name: str) -> None:
    file = tmp_path / "bad.tar"
    made(file, {"model": locked({"x": b"x"})}, lambda tar: put(tar, name, b"x"))
    refused(file, root, words="is not in its manifest")


KINDS = {
    "a symbolic link": tarfile.SYMTYPE,
    "a hard link": tarfile.LNKTYPE,
    "a character device": tarfile.CHRTYPE,
    "a block device": tarfile.BLKTYPE,
    "a pipe": tarfile.FIFOTYPE,
    "a folder": tarfile.DIRTYPE,
    "a sparse file": tarfile.GNUTYPE_SPARSE,
    "a long name": tarfile.GNUTYPE_LONGNAME,
    "a long link": tarfile.GNUTYPE_LONGLINK,
    "an extended header": tarfile.XHDTYPE,
    "a global header": tarfile.XGLTYPE,
    "a contiguous file": tarfile.CONTTYPE,
    "something unheard of": b"Q",
}


@pytest.mark.parametrize("kind", KINDS)
def test_only_regular_files_are_taken(tmp_path: Path, root: Path, kind: str) -> None:
    file = tmp_path / "bad.tar"
    models = {"model": locked({"x": b"x"})}
    made(file, models, lambda tar: put(tar, "model/x", b"x", type=KINDS[kind], linkname="/etc/passwd"))
    refused(file, root, words="not a regular file|damaged")


def test_a_link_first_and_then_a_file_through_it(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "bad.tar"

    def fill(tar: tarfile.TarFile) -> None:
        put(tar, "model", b"", type=tarfile.SYMTYPE, linkname=str(tmp_path))
        put(tar, "model/x", b"x")

    made(file, {"model": locked({"x": b"x"})}, fill)
    refused(file, root)


def test_a_size_other_than_the_manifests(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "bad.tar"
    made(file, {"model": locked({"x": b"x"})}, lambda tar: put(tar, "model/x", b"x" * 100_000))
    refused(file, root, words="manifest says 1")


def test_a_manifest_that_promises_more_than_the_file_has(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "bad.tar"
    bomb = Locked("model", REPO, COMMIT, (LockedFile("x", 1 << 50, sha256(b"x"), "x"),))
    made(file, {"model": bomb}, lambda tar: put(tar, "model/x", b"x"))
    refused(file, root, words="cut short")


def test_a_manifest_without_end(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "bad.tar"
    with tarfile.open(file, "w", format=tarfile.USTAR_FORMAT) as tar:
        put(tar, bundle.MANIFEST, b" " * (bundle.MANIFEST_BYTES + 1))
    refused(file, root, words="not a localvoice bundle")


def test_a_size_below_zero(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "bad.tar"
    header = tarfile.TarInfo(bundle.MANIFEST)
    header.size = -1
    file.write_bytes(header.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    refused(file, root)


def test_no_room(file: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "SPARE_BYTES", 1 << 60)
    refused(file, root, StorageRefused, "free")


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_compressed_files_are_not_opened(tmp_path: Path, root: Path, mode: str) -> None:
    file = tmp_path / "bad.tar"
    with tarfile.open(file, mode) as tar:  # type: ignore[call-overload]
        put(tar, bundle.MANIFEST, bytes(10_000_000))
    refused(file, root)


@pytest.mark.parametrize("paths", [("x", "X"), ("x", "x"), ("a", "a/b"), ("A/b", "a")])
def test_two_files_of_one_name(tmp_path: Path, root: Path, paths: tuple[str, str]) -> None:
    file = tmp_path / "bad.tar"
    files = tuple(LockedFile(path, 1, sha256(b"x"), path) for path in paths)

    def fill(tar: tarfile.TarFile) -> None:
        for path in paths:
            put(tar, f"model/{path}", b"x")

    made(file, {"model": Locked("model", REPO, COMMIT, files)}, fill)
    refused(file, root, words="twice")


def test_a_member_that_comes_twice(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "bad.tar"

    def fill(tar: tarfile.TarFile) -> None:
        put(tar, "model/x", b"x")
        put(tar, "model/x", b"x")

    made(file, {"model": locked({"x": b"x", "y": b"y"})}, fill)
    with pytest.raises(BadBundle, match="twice"):
        bundle.read(file, root)
    assert lock.read(root) == {}


OTHER = "d00d" + "0" * 36


def pinned(name: str = "model", repo: str = REPO, revision: str = COMMIT, **first: object) -> Entry:
    """What a catalog says of the model; `first` of its first file."""
    specs = [FileSpec(path) for path in FILES]
    return Entry(name, "chat", "MIT", repo, revision, (replace(specs[0], **first), *specs[1:]))  # type: ignore[arg-type]


CATALOGS = {
    "another SHA-256": pinned(sha256="0" * 64),
    "another MD5": pinned(md5="0" * 32),
    "another size": pinned(size_bytes=7),
    "another repository": pinned(repo="maker/other"),
    "another commit": pinned(revision=OTHER),
    "another repository of a file": replace(
        pinned(), files=(FileSpec("model.gguf", repo="other/parent"), *pinned().files[1:])
    ),
    "other capitals": pinned("MODEL"),
    "other capitals of a file": replace(pinned(), files=(FileSpec("Model.gguf"), *pinned().files[1:])),
    "a file less": replace(pinned(), files=pinned().files[1:]),
    "a file of another name there": replace(pinned(), files=(FileSpec("x/model.gguf"),)),
}


@pytest.mark.parametrize("about", CATALOGS)
def test_what_the_catalog_pins_wins(file: Path, root: Path, about: str) -> None:
    with pytest.raises(ContentChanged):
        bundle.read(file, root, [CATALOGS[about]])
    assert names_in(root) == set()


def test_both_checksums_and_both_repositories_are_named(file: Path, root: Path) -> None:
    with pytest.raises(ContentChanged, match=f"(?s){sha256(FILES['model.gguf'])}.*the catalog has '{'0' * 64}'"):
        bundle.read(file, root, [pinned(sha256="0" * 64)])
    with pytest.raises(ContentChanged, match=f"(?s){REPO}.*the catalog has 'maker/other'"):
        bundle.read(file, root, [pinned(repo="maker/other")])


def test_what_agrees_with_the_catalog_is_taken(file: Path, root: Path) -> None:
    data = FILES["model.gguf"]
    good = pinned(sha256=sha256(data), md5=hashlib.md5(data).hexdigest(), size_bytes=len(data))
    bundle.read(file, root, [good])
    bundle.read(file, root, [replace(good, revision="main")])
    assert lock.read(root) == {"model": locked(FILES)}


LOCKS = {
    "another SHA-256": locked(FILES | {"model.gguf": b"another"}),
    "other capitals of a file": locked({"Model.GGUF": b"another"}),
    "another repository": replace(locked(FILES), repo="maker/other"),
    "another commit": replace(locked(FILES), revision=OTHER),
    "other capitals": locked(FILES, "Model"),
}


@pytest.mark.parametrize("about", LOCKS)
def test_what_is_locked_wins(file: Path, root: Path, about: str) -> None:
    lock.put(root, LOCKS[about])
    with pytest.raises(ContentChanged, match="the lock file has"):
        bundle.read(file, root)
    assert names_in(root) == {"lock.json"}
    assert list(lock.read(root).values()) == [LOCKS[about]]


def test_a_later_commit_comes_in_after_the_earlier_was_removed(file: Path, root: Path) -> None:
    lock.put(root, LOCKS["another commit"])
    verify.remove(root, "model")
    assert bundle.read(file, root) == [locked(FILES)]


def test_two_models_whose_names_differ_in_capitals(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "bad.tar"

    def fill(tar: tarfile.TarFile) -> None:
        put(tar, "model/x", b"x")
        put(tar, "Model/y", b"y")

    made(file, {"model": locked({"x": b"x"}), "Model": locked({"y": b"y"}, "Model")}, fill)
    refused(file, root, words="twice")


@pytest.mark.parametrize("name", ["lock.json", "LOCK.JSON", "lock.json.77.new"])
def test_the_lock_files_name_is_no_models(tmp_path: Path, root: Path, name: str) -> None:
    file = tmp_path / "bad.tar"
    made(file, {name: locked({"x": b"x"}, name)}, lambda tar: put(tar, f"{name}/x", b"x"))
    refused(file, root, words="kept for the lock file")


def test_half_a_character_in_a_manifest(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "bad.tar"
    bad = Locked("model", REPO, COMMIT, (LockedFile("\ud800", 1, sha256(b"x"), "x"),))
    made(file, {"model": bad}, lambda tar: put(tar, "model/x", b"x"))
    refused(file, root, words="an invalid character")


def test_a_manifest_that_is_nested_without_end(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "bad.tar"
    with tarfile.open(file, "w", format=tarfile.USTAR_FORMAT) as tar:
        put(tar, bundle.MANIFEST, b"[" * 100_000)
    refused(file, root, words="damaged")


@pytest.mark.parametrize("folder", [".", "..", "here", "/"])
def test_a_folder_is_no_bundle(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StorageRefused, match="is a folder"):
        bundle.write([locked(FILES)], here, Path(folder))
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_bad_bundle_replaces_nothing(here: Path, file: Path) -> None:
    """Its first file is good, and its last one is not."""
    models = locked({"model.gguf": b"new", "deep/down/config.json": b"new", "empty": b""})
    made(file, {"model": models}, lambda tar: [put(tar, f"model/{one}", b"new") for one in FILES])  # type: ignore[func-returns-value, return-value]
    verify.remove(here, "model")
    bundle_before = names_in(here)
    with pytest.raises(BadBundle):
        bundle.read(file, here)
    assert names_in(here) == bundle_before


def test_a_link_in_the_way_is_not_written_through(file: Path, root: Path, tmp_path: Path) -> None:
    root.mkdir()
    (tmp_path / "outside").mkdir()
    try:
        (root / "model").symlink_to(tmp_path / "outside", target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no symbolic links")
    with pytest.raises(StorageRefused, match="symbolic link"):
        bundle.read(file, root)
    assert list((tmp_path / "outside").iterdir()) == []


def test_not_there_and_not_a_file(tmp_path: Path, root: Path) -> None:
    for path in (tmp_path / "nothing.tar", tmp_path):
        with pytest.raises(BadBundle):
            bundle.read(path, root)


def test_the_manifest_is_read_as_strictly_as_a_lock_file(tmp_path: Path, root: Path) -> None:
    good = json.loads(lock.text_of({"model": locked({"x": b"x"})}))
    for bad in ({}, [], None, good | {"version": 9}, good | {"models": {}}, good | {"more": 1}):
        file = tmp_path / "bad.tar"
        with tarfile.open(file, "w", format=tarfile.USTAR_FORMAT) as tar:
            put(tar, bundle.MANIFEST, json.dumps(bad).encode())
        refused(file, root)
