"""A model of the lock file is checked before anything opens it."""

import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from localvoice import bundled
from localvoice.catalog import lock, verify_on_load
from localvoice.catalog.entry import Locked, LockedFile
from localvoice.config import Settings
from localvoice.errors import CatalogError, ModelBroken
from localvoice.turn.build import load_voice

VOICE = "pocket-voice.onnx"


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALVOICE_MODELS", str(tmp_path / "models"))
    folder = tmp_path / "models" / "a-voice"
    folder.mkdir(parents=True)
    files = []
    for name in (VOICE, VOICE + ".json"):
        data = (bundled.folder() / "pocket/voice" / name).read_bytes()
        (folder / name).write_bytes(data)
        files.append(LockedFile(name, len(data), hashlib.sha256(data).hexdigest(), name))
    lock.write(tmp_path / "models", {"a-voice": Locked("a-voice", "some/repo", "abc", tuple(files))})
    return tmp_path / "models"


def opened(root: Path) -> Path:
    return root / "a-voice" / VOICE


def settings(path: Path) -> Settings:
    return replace(Settings(), voice=replace(Settings().voice, model=str(path)))


def test_a_good_model_passes_and_is_read_only_once(root, monkeypatch):
    verify_on_load.check(opened(root))
    monkeypatch.setattr("localvoice.catalog.verify.sha256_of", lambda path: pytest.fail("read again"))
    verify_on_load.check(opened(root))
    verify_on_load.check(root / "a-voice")


@pytest.mark.parametrize("victim", [VOICE, VOICE + ".json"])
def test_one_flipped_bit_is_an_error_that_names_both_checksums(root, victim):
    verify_on_load.check(opened(root))
    file = root / "a-voice" / victim
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    expected = next(f.sha256 for f in lock.read(root)["a-voice"].files if f.path == victim)
    with pytest.raises(ModelBroken) as caught:
        load_voice(settings(opened(root)))
    for part in (str(file), expected, hashlib.sha256(data).hexdigest()):
        assert part in caught.value.message
    assert "models pull a-voice" in caught.value.remedy


def test_a_file_that_was_put_back_as_old_as_before_is_read_again(root):
    verify_on_load.check(opened(root))
    before = opened(root).stat()
    data = bytearray(opened(root).read_bytes())
    data[-1] ^= 1
    opened(root).write_bytes(data)
    os.utime(opened(root), ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(ModelBroken):
        verify_on_load.check(opened(root))


def test_missing_and_short_files(root):
    (root / "a-voice" / (VOICE + ".json")).unlink()
    with pytest.raises(ModelBroken, match="missing"):
        verify_on_load.check(opened(root))
    opened(root).write_bytes(opened(root).read_bytes()[:-1])
    with pytest.raises(ModelBroken, match="another size"):
        verify_on_load.check(opened(root))


def test_files_that_nobody_locked_are_left_to_the_engines(root, tmp_path):
    shutil.copytree(root / "a-voice", root / "mine")
    (root / "mine" / VOICE).write_bytes(b"")
    verify_on_load.check(root / "mine" / VOICE)
    verify_on_load.check(tmp_path / "elsewhere.onnx")
    verify_on_load.check(root)


def test_a_damaged_lock_file_is_said(root):
    (root / lock.FILE).write_text("{")
    with pytest.raises(CatalogError, match=r"lock\.json"):
        verify_on_load.check(opened(root))
