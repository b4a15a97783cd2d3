"""The program from outside: what a person types, what comes back, and with which exit code."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from localvoice import bundled
from localvoice.demo.visitor import SPEECH
from localvoice.model_kinds import BUNDLED
from tests.cli.program import localvoice, refused


def test_help_names_every_command_quickly(tmp_path: Path) -> None:
    localvoice("--help", home=tmp_path)
    cpu_s = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = localvoice("--help", home=tmp_path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_s.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    for command in ("talk", "demo", "say", "transcribe", "ask", "devices", "config"):
        assert command in done.stdout
    # Processor time: the wall clock belongs to whoever else runs here.
    assert min(cpu_s) < 0.3


def test_config_shows_where_values_come_from(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[turn]\nend_of_turn_ms = 420\n")
    done = localvoice("config", "--config", str(file), home=tmp_path)
    assert done.returncode == 0
    line = next(line for line in done.stdout.splitlines() if line.startswith("turn.end_of_turn_ms"))
    assert line.split() == ["turn.end_of_turn_ms", "420", f"{file}:2"]
    assert "voice.speed" in done.stdout


def test_a_misspelt_setting(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[turn]\nend_of_trun_ms = 420\n")
    for command in (["talk"], ["demo"], ["config"], ["ask", "hello"]):
        refused(localvoice(*command, "--config", str(file), home=tmp_path), 2, f"{file}:2", "end_of_turn_ms")


def test_an_unknown_option(tmp_path: Path) -> None:
    done = localvoice("talk", "--devise", "x", home=tmp_path)
    assert done.returncode == 2
    assert "--device" in done.stderr


@pytest.mark.parametrize(
    ("section", "name", "command"),
    [
        ("transcriber", "none", ["transcribe", str(SPEECH / "01_hello.flac")]),
        ("chat", "none.gguf", ["ask", "hello"]),
        ("voice", "none.onnx", ["say", "hello", "-o", "out.wav"]),
    ],
)
def test_a_model_that_is_not_there(tmp_path: Path, section: str, name: str, command: list[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f"[{section}]\nmodel = '{tmp_path / name}'\n")
    refused(localvoice(*command, "--config", str(file), home=tmp_path), 3, name)


@pytest.mark.parametrize(
    ("section", "command"),
    [("chat", ["ask", "hello"]), ("voice", ["say", "hello", "-o", "out.wav"])],
)
@pytest.mark.parametrize("content", [b"", b"GGUF", b"<!doctype html><title>404</title>", b"\0" * 5000])
def test_a_model_file_that_is_none(tmp_path: Path, section: str, command: list[str], content: bytes) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(content)
    (tmp_path / "broken.gguf.json").write_text("{}")
    file = tmp_path / "mine.toml"
    file.write_text(f"[{section}]\nmodel = '{broken}'\n")
    refused(localvoice(*command, "--config", str(file), home=tmp_path), 3, "broken.gguf")


def test_say_writes_speech_that_transcribe_takes(tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    done = localvoice("say", "The kitchen light is on.", "-o", str(out), home=tmp_path)
    assert done.returncode == 0, done.stderr
    samples, rate_hz = soundfile.read(out)
    assert rate_hz > 16_000, "the voice was squeezed into the rate of the ears"
    assert 0.8 < len(samples) / rate_hz < 4
    assert 0.02 < np.sqrt(np.mean(samples**2)) < 0.5
    heard = localvoice("transcribe", str(out), home=tmp_path)
    assert heard.returncode == 0, heard.stderr


def test_the_bundled_transcriber_reads_the_bundled_voice(tmp_path: Path) -> None:
    out, settings = tmp_path / "out.wav", tmp_path / "pocket.toml"
    settings.write_text(f'[voice]\nmodel = "{bundled.path(BUNDLED["voice"])}"\n')
    text = "Add milk and eggs to the shopping list."
    localvoice("say", text, "-o", str(out), "--config", str(settings), home=tmp_path)
    heard = localvoice("transcribe", str(out), home=tmp_path)
    assert heard.stdout == "add milk and eggs to the shopping list\n"


@pytest.mark.parametrize("text", ["", "   ", "🎉🎉", "***", "[[ ]]"])
def test_nothing_to_say(tmp_path: Path, text: str) -> None:
    refused(localvoice("say", text, "-o", str(tmp_path / "out.wav"), home=tmp_path), 6)


@pytest.mark.parametrize("text", ["", "🙂", "?!", "…"])
def test_nothing_to_ask(tmp_path: Path, text: str) -> None:
    refused(localvoice("ask", text, home=tmp_path), 6, "question")


def test_transcribe_takes_any_rate_and_channel_count(tmp_path: Path) -> None:
    samples, rate_hz = soundfile.read(SPEECH / "05_lamp.flac")
    assert rate_hz == 16_000
    other = tmp_path / "other.wav"
    wide = np.repeat(samples, 3)  # 48 kHz, roughly
    soundfile.write(other, np.column_stack([wide, wide]), 48_000)
    done = localvoice("transcribe", str(other), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "light" in done.stdout


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "folder", "no samples"])
def test_a_sound_file_that_is_none(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "bad.wav"
    if kind == "empty":
        file.touch()
    elif kind == "text":
        file.write_text("this is no sound")
    elif kind == "folder":
        file.mkdir()
    elif kind == "no samples":
        soundfile.write(file, np.zeros(0), 16_000)
    refused(localvoice("transcribe", str(file), home=tmp_path), 4, "bad.wav")


def test_a_sound_file_that_was_cut_short_is_transcribed_with_a_warning(tmp_path: Path) -> None:
    samples, rate_hz = soundfile.read(SPEECH / "05_lamp.flac")
    file = tmp_path / "cut.wav"
    soundfile.write(file, np.concatenate([samples, samples]), rate_hz)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    done = localvoice("transcribe", str(file), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "light" in done.stdout
    assert "cut short" in done.stderr and "cut.wav" in done.stderr


def test_silence_has_no_words(tmp_path: Path) -> None:
    file = tmp_path / "silence.wav"
    soundfile.write(file, np.zeros(32_000), 16_000)
    done = localvoice("transcribe", str(file), home=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "no words" in done.stderr


def test_ask_uses_tools_and_says_when_nothing_is_connected(tmp_path: Path) -> None:
    done = localvoice("ask", "what is twelve times seven", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "84" in done.stdout
    done = localvoice("ask", "turn on the light in the kitchen", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "connected" in done.stdout


def test_talk_without_a_sound_device(tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "PULSE_SERVER": "/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-m", "localvoice", "talk"], capture_output=True, text=True, env=environment, timeout=60,
        check=False,
    )  # fmt: skip
    refused(done, 4, "localvoice demo")


def test_a_room_that_is_none(tmp_path: Path) -> None:
    refused(localvoice("demo", "--room", "cave", "-o", str(tmp_path), home=tmp_path), 2, "living")


def test_the_demo_sees_at_once_that_its_folder_can_be_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = localvoice("demo", "-o", str(tmp_path / "file" / "folder"), home=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "file/folder is not writable: Not a directory" in done.stderr
    assert "--output" in done.stderr
    assert "visitor:" not in done.stdout


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    done = localvoice("transcribe", str(tmp_path / "none.wav"), "--debug", home=tmp_path)
    assert done.returncode == 4
    assert "Traceback" in done.stderr
