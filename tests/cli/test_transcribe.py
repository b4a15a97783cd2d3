"""`localvoice transcribe` from outside: pipes, formats, several files, what was left out."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from localvoice.cli.subtitles import srt, vtt
from localvoice.cli.transcribe import transcribe
from localvoice.demo.visitor import SPEECH
from localvoice.errors import NotUnderstood
from localvoice.one_shot.transcribe import Passage
from localvoice.sound import Samples
from tests.cli.program import localvoice, refused
from tests.said import Said, Scored

TIMER, LAMP = SPEECH / "03_timer.flac", SPEECH / "05_lamp.flac"
RATE = 16_000


def piped(*arguments: str, data: bytes, home: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "localvoice", "transcribe", *arguments],
        input=data,
        capture_output=True,
        timeout=60,
        env={**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)},
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_standard_input(home: Path, name: str) -> None:
    if name != "-" and not Path(name).exists():
        pytest.skip(f"needs {name}")
    done = piped(name, data=TIMER.read_bytes(), home=home)
    assert done.returncode == 0, done.stderr
    assert b"timer" in done.stdout


def test_an_empty_pipe(home: Path) -> None:
    done = piped("-", data=b"", home=home)
    assert done.returncode == 4
    assert b"standard input is empty" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_sends_no_sound(home: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "localvoice", "transcribe", "-"],
            stdin=theirs, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(ours)
        os.close(theirs)
    refused(done, 4, "terminal")


def test_json_is_one_document(home: Path) -> None:
    done = localvoice("transcribe", "--json", str(TIMER), home=home)
    assert done.returncode == 0, done.stderr
    out = json.loads(done.stdout)
    assert set(out) == {"file", "seconds", "missing_s", "language", "passages", "left_out"}
    assert (out["file"], out["language"], out["left_out"]) == (str(TIMER), "en", [])
    assert out["seconds"] == pytest.approx(soundfile.info(TIMER).duration, abs=1e-3)
    assert "timer" in out["passages"][0]["text"]
    assert 0 <= out["passages"][0]["from_s"] < out["passages"][0]["to_s"] <= out["seconds"]


def test_one_bad_file_does_not_keep_the_others_from_their_turn(home: Path) -> None:
    missing, text = str(home / "none.wav"), home / "text.wav"
    text.write_text("no sound")
    files = [str(TIMER), missing, str(LAMP), str(text)]
    done = localvoice("transcribe", *files, home=home)
    assert done.returncode == 4
    headings = [line for line in done.stdout.splitlines() if line.startswith("==>")]
    assert headings == [f"==> {file} <==" for file in files]
    assert done.stdout.index("timer") < done.stdout.index("light")
    assert "none.wav" in done.stderr and "text.wav" in done.stderr
    done = localvoice("transcribe", "--format", "json", *files, home=home)
    assert done.returncode == 4
    documents = json.loads(done.stdout)
    assert [document["file"] for document in documents] == files
    assert [document.get("error", {}).get("code") for document in documents] == [None, 4, None, 4]
    assert documents[1]["error"]["remedy"]


def test_json_of_one_bad_file(home: Path) -> None:
    done = localvoice("transcribe", "--json", str(home / "none.wav"), home=home)
    refused(done, 4, "none.wav")
    assert json.loads(done.stdout)["error"]["code"] == 4


class OrdersOnly:
    """A transcriber that is sure of short sentences, and of nothing longer: which prose the bundled one gives up, no
    test could say beforehand."""

    longest_samples, notice = 30 * RATE, ""

    def transcribe(self, samples: Samples, *, quick: bool = False, thorough: bool = False) -> Said:
        return Said("an order", Scored(0.0 if len(samples) < 5 * RATE else -2.0), thorough=True)


def prose() -> Samples:
    """A quarter of a minute of it, in one breath: without the pauses."""
    said = np.concatenate([soundfile.read(file, dtype="float32")[0] for file in sorted(SPEECH.glob("*.flac"))])
    frames = said[: len(said) // 1024 * 1024].reshape(-1, 1024)
    return frames[np.abs(frames).max(axis=1) > 0.03].reshape(-1)[: 16 * RATE]


@pytest.fixture
def orders_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("localvoice.turn.build.load_whisper", lambda settings: OrdersOnly())


def test_speech_without_words_is_told_of(home: Path, orders_only: None, capsys: pytest.CaptureFixture[str]) -> None:
    order, _ = soundfile.read(LAMP, dtype="float32")
    gap = np.zeros(RATE, np.float32)
    soundfile.write(home / "mixed.wav", np.concatenate([gap, order, gap, prose(), gap, order, gap]), RATE)
    assert transcribe([home / "mixed.wav"], None, "text") == 0
    out, err = capsys.readouterr()
    assert out == "an order\nan order\n"
    said = re.fullmatch(r"(\d+\.\d)–(\d+\.\d) s: speech, but the words could not be trusted; left out\.\n", err)
    assert said, err
    begins_s, ends_s = float(said[1]), float(said[2])
    assert begins_s == pytest.approx(len(order) / RATE + 2, abs=1.5)
    assert ends_s - begins_s == pytest.approx(len(prose()) / RATE, abs=3)
    assert transcribe([home / "mixed.wav"], None, "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert [passage["text"] for passage in document["passages"]] == ["an order", "an order"]
    (left_out,) = document["left_out"]
    assert left_out == {
        "from_s": pytest.approx(begins_s, abs=0.1),
        "to_s": pytest.approx(ends_s, abs=0.1),
        "why": "the transcriber was only guessing",
    }


def test_speech_and_not_a_word_of_it(home: Path, orders_only: None, capsys: pytest.CaptureFixture[str]) -> None:
    soundfile.write(home / "prose.wav", prose(), RATE)
    for form in ("text", "json"):
        with pytest.raises(NotUnderstood, match="not one word") as caught:
            transcribe([home / "prose.wav"], None, form)
        assert caught.value.exit_code == 6
    document = json.loads(capsys.readouterr().out)
    assert document["left_out"] and document["error"]["code"] == 6
    assert transcribe([home / "prose.wav", LAMP], None, "text") == 6
    assert "an order" in capsys.readouterr().out


def test_subtitles(home: Path) -> None:
    done = localvoice("transcribe", "--format", "srt", str(TIMER), home=home)
    assert re.match(r"1\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\n.*timer", done.stdout)
    done = localvoice("transcribe", "--format", "vtt", str(TIMER), home=home)
    assert re.match(r"WEBVTT\n\n00:00:0\d\.\d{3} --> 00:00:0\d\.\d{3}\n.*timer", done.stdout)
    refused(localvoice("transcribe", "--format", "vtt", str(TIMER), str(LAMP), home=home), 2, "one recording")
    refused(localvoice("transcribe", "--format", "vtt", "--json", str(TIMER), home=home), 2, "two formats")
    refused(localvoice("transcribe", "--format", "docx", str(TIMER), home=home), 2, "srt")


def test_times_of_subtitles() -> None:
    long = Passage(3599.9996, 36_061.5, "a")
    assert srt(7, long) == "7\n01:00:00,000 --> 10:01:01,500\na\n"
    assert vtt(long) == "01:00:00.000 --> 10:01:01.500\na\n"
    assert srt(1, Passage(0.0004, 59.9994, "a --> b\n\nc")) == "1\n00:00:00,000 --> 00:00:59,999\na → b c\n"
    assert vtt(Passage(0, 1, "R&B <3 -->")).endswith("\nR&amp;B &lt;3 --&gt;\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_passages_come_one_by_one_and_ctrl_c_leaves_what_was_printed(home: Path) -> None:
    timer, _ = soundfile.read(TIMER, dtype="float32")
    once = np.concatenate([timer, np.zeros(2 * RATE, np.float32)])
    soundfile.write(home / "long.wav", np.tile(once, 1200), RATE)
    process = subprocess.Popen(
        [sys.executable, "-m", "localvoice", "transcribe", str(home / "long.wav")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "HOME": str(home)},
    )  # fmt: skip
    assert process.stdout is not None
    first = process.stdout.readline()
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "timer" in first
    assert (first + out).count("timer") < 1200
    assert "Traceback" not in err
