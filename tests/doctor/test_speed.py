"""Models are measured in processes of their own: good ones have figures, broken and deadly ones are findings."""

import hashlib
import shutil
from dataclasses import replace

import pytest

from localvoice import bundled, child
from localvoice.catalog import lock
from localvoice.catalog.entry import Locked, LockedFile
from localvoice.config import Settings
from localvoice.doctor import speed
from localvoice.doctor.speed import Model


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALVOICE_MODELS", str(tmp_path / "models"))


@pytest.mark.parametrize(
    ("kind", "figures"),
    [
        ("transcriber", {"final_ms", "audio_s"}),
        ("chat", {"read_tokens_per_s", "write_tokens_per_s", "first_token_ms", "first_clause_ms"}),
        ("voice", {"clause_ms", "audio_s"}),
    ],
)
def test_the_bundled_models_are_measured(kind, figures):
    check, found = speed.measure(Model(kind, "", True), "-")
    assert check.name == f"{kind} bundled" and "real-time factor" in check.sentence
    assert figures | {"real_time_factor", "load_s"} <= set(found)
    assert all(found[name] > 0 for name in figures)
    assert check.figures["chosen"] is True


def test_a_broken_model_is_a_finding(tmp_path):
    for name in ("pocket-voice.onnx", "pocket-voice.onnx.json"):
        shutil.copy(bundled.folder() / "pocket/voice" / name, tmp_path)
    file = tmp_path / "pocket-voice.onnx"
    file.write_bytes(file.read_bytes()[:-100])
    check, figures = speed.measure(Model("voice", str(file), True), "-")
    assert check.state == "fail" and str(file) in check.sentence and check.remedy and not figures


def test_a_model_that_ends_its_process_is_a_finding(monkeypatch):
    ended = child.Ended("", "loading\nsomething terrible", "was ended by signal 11")
    monkeypatch.setattr(child, "run", lambda *arguments: ended)
    for is_chosen, state in ((True, "fail"), (False, "warn")):
        check, figures = speed.measure(Model("chat", "/models/some.gguf", is_chosen), "-")
        assert (check.state, check.name, figures) == (state, "chat some.gguf", {})
        assert "ended by signal 11 (something terrible)" in check.sentence


@pytest.mark.parametrize(("factor", "state"), [(0.1, "ok"), (0.8, "warn"), (1.5, "fail")])
def test_a_model_that_is_too_slow_to_talk_to_is_said(monkeypatch, factor, state):
    said = f'greeting\n{{"clause_ms": 900.0, "audio_s": 2.0, "real_time_factor": {factor}}}\n'
    monkeypatch.setattr(child, "run", lambda *arguments: child.Ended(said, "", ""))
    check, figures = speed.measure(Model("voice", "", True), "-")
    assert check.state == state and figures["real_time_factor"] == factor
    assert bool(check.remedy) == (state != "ok")


def test_what_is_here_is_chosen_installed_and_bundled_each_once(tmp_path):
    root = tmp_path / "models"
    (root / "whisper-tiny.en").mkdir(parents=True)
    (root / "whisper-tiny.en" / "model.bin").write_bytes(b"abc")
    file = LockedFile("model.bin", 3, hashlib.sha256(b"abc").hexdigest(), "model.bin")
    lock.write(root, {"whisper-tiny.en": Locked("whisper-tiny.en", "some/repo", "abc", (file,))})
    settings = replace(Settings(), chat=replace(Settings().chat, model="/models/mine.gguf"))
    found = {(model.kind, model.named): model.is_chosen for model in speed.models_here(settings)}
    assert found == {
        ("transcriber", ""): True, ("chat", "/models/mine.gguf"): True, ("voice", ""): True,
        ("transcriber", "whisper-tiny.en"): False, ("chat", ""): False,
    }  # fmt: skip
    (root / lock.FILE).write_text("{")
    assert Model("chat", "/models/mine.gguf", True) in speed.without_catalog(settings)


def test_a_chosen_model_that_should_run_on_a_card_and_does_not_is_a_warning(monkeypatch):
    said = '{"clause_ms": 90.0, "audio_s": 2.0, "real_time_factor": 0.1, "notice": "It runs on the processor."}'
    monkeypatch.setattr(child, "run", lambda *arguments: child.Ended(said, "", ""))
    check, _ = speed.measure(Model("voice", "", True), "-")
    assert check.state == "warn" and "It runs on the processor." in check.sentence and "voice.compute" in check.remedy
    assert speed.measure(Model("voice", "", False), "-")[0].state == "ok"
