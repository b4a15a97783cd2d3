"""Recordings of conversations: kept for their owner alone, and never a reason for a conversation to end."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from localvoice.audio import recorder as recording
from localvoice.audio import wav
from localvoice.audio.recorder import Recorder
from localvoice.errors import BadWav

BLOCK = np.full(16000, 0.25, np.float32)


def test_microphone_left_assistant_right_and_nobody_else_may_read_it(tmp_path) -> None:
    recorder = Recorder(str(tmp_path / "kept"))
    assert recorder.path.stat().st_mode & 0o077 == 0 or os.name == "nt"
    recorder.feed(BLOCK, -BLOCK)
    assert recorder.close()
    samples, rate_hz = soundfile.read(recorder.path)
    assert (rate_hz, samples.shape) == (16000, (16000, 2))
    assert samples[0] == pytest.approx([0.25, -0.25], abs=1e-4)
    assert recorder.path.stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_a_folder_that_can_be_none(tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadWav, match="No recording can be kept in") as caught:
        Recorder(str(tmp_path / "file" / "folder"))
    assert "audio.record_folder" in caught.value.remedy


def test_where_nothing_was_recorded_no_file_stays(tmp_path) -> None:
    assert not Recorder(str(tmp_path)).close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_ends_the_recording_and_is_told_once(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(recording, "WavWriter", lambda path, *layout: wav.WavWriter("/dev/full", *layout))
    told: list[str] = []
    recorder = Recorder(str(tmp_path), told.append)
    for _ in range(3):
        recorder.feed(BLOCK, BLOCK)
    recorder.close()
    (sentence,) = told
    assert "No space left" in sentence and "the conversation goes on" in sentence


def test_a_wav_that_is_full_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(wav, "MOST_BYTES", 100_000)
    told: list[str] = []
    recorder = Recorder(str(tmp_path), told.append)
    for _ in range(3):
        recorder.feed(BLOCK, BLOCK)
    assert recorder.close()
    assert len(told) == 1
    assert len(soundfile.read(recorder.path)[0]) == len(BLOCK)
