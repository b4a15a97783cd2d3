"""`localvoice say` into files, pipes and the standard output."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from localvoice import bundled
from localvoice.audio import sound_file
from localvoice.errors import BadWav
from localvoice.model_kinds import BUNDLED
from tests.cli.program import localvoice, refused

MAGIC = {"wav": b"RIFF", "WAV": b"RIFF", "flac": b"fLaC", "ogg": b"OggS", "opus": b"OggS", "oga": b"OggS"}
CODING = {"opus": "OPUS", "ogg": "VORBIS", "oga": "VORBIS", "mp3": "MPEG_LAYER_III"}
VOICE_HZ = 22_050
TONE = (0.3 * np.sin(np.arange(3 * VOICE_HZ) * 0.1)).astype(np.float32)


def piped(command: str, home: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A shell line in which `localvoice` is the program."""
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    line = command.replace("localvoice", f"{sys.executable} -m localvoice")
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"], input=stdin, capture_output=True, timeout=60, env=environment,
        cwd=home, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("ending", [*MAGIC, "mp3"])
def test_the_name_says_the_kind(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"tone.{ending}"
    with sound_file.writing(file, VOICE_HZ) as write:
        write(TONE[:1000])
        write(TONE[1000:])
    assert file.read_bytes().startswith(MAGIC.get(ending, b"")), file.read_bytes()[:4]
    samples, rate_hz = soundfile.read(file)
    assert rate_hz == (24_000 if ending == "opus" else VOICE_HZ)
    assert len(samples) / rate_hz == pytest.approx(3, abs=0.1)
    assert np.sqrt(np.mean(samples**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.1)
    assert soundfile.info(file).subtype == CODING.get(ending, "PCM_16")
    assert os.listdir(tmp_path) == [file.name]


def test_a_kind_that_cannot_be_written_is_told_with_those_that_can(tmp_path: Path) -> None:
    done = localvoice("say", "hello", "-o", str(tmp_path / "out.m4a"), home=tmp_path)
    refused(done, 4, "out.m4a", ".wav", ".flac", ".ogg", ".opus", ".mp3")
    assert not os.listdir(tmp_path)


def test_a_name_without_an_ending_is_a_wav(tmp_path: Path) -> None:
    with sound_file.writing(tmp_path / "tone", VOICE_HZ) as write:
        write(TONE)
    assert (tmp_path / "tone").read_bytes()[:4] == b"RIFF"


@pytest.mark.parametrize(
    ("where", "words"), [("none/out.wav", "does not exist"), (".", "is a folder"), ("file/out.wav", "it is a file")]
)
def test_a_place_that_is_none_is_told_before_the_voice_is_loaded(tmp_path: Path, where: str, words: str) -> None:
    (tmp_path / "file").touch()
    settings = tmp_path / "settings.toml"
    settings.write_text("[voice]\nmodel = 'missing.onnx'\n")
    refused(localvoice("say", "hello", "-o", str(tmp_path / where), "--config", str(settings), home=tmp_path), 4, words)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions bind everybody but root")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(BadWav, match="Permission denied"):
        sound_file.check(tmp_path / "locked" / "out.wav")


@pytest.mark.skipif(os.name != "posix", reason="limits")
@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "opus", "mp3"])
def test_a_disk_that_is_full_leaves_no_half_file_and_keeps_the_old_one(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"out.{ending}"
    file.write_bytes(b"old")
    program = (
        "import resource, sys, numpy as np; from pathlib import Path;"
        "from localvoice.audio import sound_file; from localvoice.errors import BadWav;"
        "noise = np.random.default_rng(0).uniform(-1, 1, 300_000).astype('f4');"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "try:\n"
        f"    with sound_file.writing(Path({str(file)!r}), 24_000) as write: write(noise)\n"
        "except BadWav as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert f"out.{ending} cannot be written" in done.stdout, done.stderr
    assert "disk is full" in done.stdout
    assert file.read_bytes() == b"old" and os.listdir(tmp_path) == [file.name]


def test_what_goes_wrong_half_way_keeps_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "out.wav"
    file.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), sound_file.writing(file, VOICE_HZ) as write:
        write(TONE)
        raise KeyboardInterrupt
    assert file.read_bytes() == b"old" and os.listdir(tmp_path) == [file.name]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.wav").symlink_to("real.wav")
    (tmp_path / "real.wav").touch()
    with sound_file.writing(tmp_path / "link.wav", VOICE_HZ) as write:
        write(TONE)
    assert (tmp_path / "link.wav").is_symlink()
    assert soundfile.info(tmp_path / "real.wav").frames == len(TONE)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_device_that_takes_nothing(tmp_path: Path) -> None:
    refused(localvoice("say", "hello", "-o", "/dev/full", home=tmp_path), 4, "/dev/full", "No space left")


@pytest.mark.skipif(os.name != "posix", reason="a shell")
@pytest.mark.parametrize("output", ["-", "/dev/stdout", "/dev/fd/1"])
@pytest.mark.parametrize("end", ["| cat", "> out.wav; cat out.wav"])
def test_the_standard_output_gets_a_wav_and_nothing_else(tmp_path: Path, output: str, end: str) -> None:
    done = piped(f"localvoice say hello there -o {output} {end}", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout[:4] == b"RIFF" and done.stdout[36:44] == b"data\xff\xff\xff\xff"
    samples, rate_hz = soundfile.read(io.BytesIO(done.stdout))
    assert rate_hz > 16_000
    assert len(samples) == (len(done.stdout) - 44) // 2, "something stood behind the sound"
    assert b" s\n" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a shell")
def test_transcribe_takes_what_say_sends(tmp_path: Path) -> None:
    (tmp_path / "pocket.toml").write_text(f'[voice]\nmodel = "{bundled.path(BUNDLED["voice"])}"\n')
    text = "Add milk and eggs to the shopping list."
    done = piped(
        f"localvoice say --config pocket.toml '{text}' -o - > out.wav && localvoice transcribe out.wav", tmp_path
    )
    assert done.stdout == b"add milk and eggs to the shopping list\n", done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a shell")
def test_a_reader_that_leaves_early_is_no_fault(tmp_path: Path) -> None:
    done = piped("localvoice say hello there, this is long, 'with some. Clauses. In it.' -o - | head -c 50", tmp_path)
    assert len(done.stdout) == 50
    assert b"Traceback" not in done.stderr and b"localvoice: " not in done.stderr, done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a pipe with a name")
def test_a_pipe_with_a_name_gets_a_wav(tmp_path: Path) -> None:
    done = piped("mkfifo pipe; cat pipe > out.wav & localvoice say hello -o pipe && wait && cat out.wav", tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(soundfile.read(io.BytesIO(done.stdout))[0]) > 1000
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.skipif(os.name != "posix", reason="a terminal")
def test_a_terminal_is_spared(tmp_path: Path) -> None:
    from tests.room.terminal import Terminal

    terminal = Terminal([sys.executable, "-m", "localvoice", "say", "hello", "-o", "-"], dict(os.environ))
    try:
        terminal.wait_for("A terminal cannot show a sound", 60)
        assert terminal.leave(10)[0] == 2
    finally:
        terminal.close()


def test_a_device_and_a_file_do_not_go_together(tmp_path: Path) -> None:
    refused(localvoice("say", "hi", "-o", "a.wav", "--device", "x", home=tmp_path), 2, "--device", "--output")


@pytest.mark.skipif(os.name != "posix", reason="a shell")
@pytest.mark.parametrize("words", ["", "-"])
def test_the_text_may_come_through_a_pipe(tmp_path: Path, words: str) -> None:
    done = piped(f"localvoice say {words} -o out.wav", tmp_path, "\ufeffThe kitchen light is on.\n".encode())
    assert done.returncode == 0, done.stderr
    assert soundfile.info(tmp_path / "out.wav").duration > 0.8


@pytest.mark.skipif(os.name != "posix", reason="a shell")
@pytest.mark.parametrize(
    ("stdin", "word"),
    [(b"", "no text"), (b" \n\n", "no text"), (b"caf\xe9", "UTF-8"), (b"caf\xc3", "UTF-8"), (b"a\0b", "NUL"),
     ("hi".encode("utf-16"), "UTF-8")],
)  # fmt: skip
def test_what_is_no_text(tmp_path: Path, stdin: bytes, word: str) -> None:
    done = piped("localvoice say -o out.wav", tmp_path, stdin)
    assert done.returncode == 6
    assert word in done.stderr.decode() and b"Traceback" not in done.stderr
    assert not (tmp_path / "out.wav").exists()


def test_what_has_no_sound_in_this_voice_is_mentioned(tmp_path: Path) -> None:
    text = "This is all English. 你 好 世 界. This is English again."
    done = localvoice("say", text, "-o", str(tmp_path / "out.wav"), home=tmp_path)
    assert done.returncode == 0
    assert "no sound in this voice" in done.stderr
