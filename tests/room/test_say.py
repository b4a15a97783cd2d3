"""`localvoice say` through a sound card in software, from outside."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from software_card import SoftwareCard
from terminal import Terminal

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.alone, pytest.mark.slow]
LEAVE_S = 1.0
SLACK_S = 1.5
"""What a loaded test machine may take longer to schedule a leaving process."""
SENTENCE = "The quick brown fox jumps over the lazy dog and goes on to the next one. "


def environment(card: SoftwareCard, home: Path) -> dict[str, str]:
    return {**card.env, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}


def test_what_comes_out_of_the_speaker_is_what_a_file_would_have(software_card: SoftwareCard, tmp_path: Path) -> None:
    software_card.hush()
    say = [sys.executable, "-m", "localvoice", "say", "She sells sea shells."]
    env = environment(software_card, tmp_path)
    subprocess.run([*say, "-o", str(tmp_path / "file.wav")], env=env, check=True, timeout=60)
    recorder = software_card.record(tmp_path / "speaker.wav", 48_000)
    subprocess.run(say, env=env, check=True, timeout=60)
    recorder.terminate()
    recorder.wait(10)
    spoken, _ = soundfile.read(tmp_path / "speaker.wav")
    heard = np.flatnonzero(np.abs(spoken) > 0.01)
    file, file_hz = soundfile.read(tmp_path / "file.wav")
    expected = np.flatnonzero(np.abs(file) > 0.01)
    assert np.ptp(heard) / 48_000 == pytest.approx(np.ptp(expected) / file_hz, abs=0.1)


def test_a_long_text_is_heard_soon_and_ctrl_c_ends_it_at_once(software_card: SoftwareCard, tmp_path: Path) -> None:
    software_card.hush()
    (tmp_path / "long.txt").write_text(SENTENCE * 2000)
    recorder = software_card.record(tmp_path / "speaker.wav")
    command = f"exec {sys.executable} -m localvoice say < long.txt"
    terminal = Terminal(["bash", "-c", command], environment(software_card, tmp_path), str(tmp_path))
    try:
        end_s = time.monotonic() + 20
        while not loud(tmp_path / "speaker.wav"):
            assert time.monotonic() < end_s, "an hour of text is made before the first word is heard"
            terminal.listen(0.2)
        terminal.interrupt()
        code, took_s = terminal.leave(10)
        assert code == 130 and took_s < LEAVE_S + SLACK_S
        assert "Traceback" not in terminal.shown
    finally:
        terminal.close()
        recorder.terminate()
        recorder.wait(10)


def loud(recording: Path) -> bool:
    """Whether something is heard in a recording that is still being written."""
    raw = recording.read_bytes()[44:] if recording.exists() else b""
    return bool(len(raw) > 2 and np.abs(np.frombuffer(raw[: len(raw) // 2 * 2], "<i2")).max() > 1000)
