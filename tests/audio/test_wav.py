"""Sound files, good and bad."""

import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from localvoice.audio import wav
from localvoice.errors import BadWav


def tone(rate_hz, seconds=0.5, hz=440.0):
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(rate_hz * seconds)) / rate_hz)).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_any_rate_and_channel_count_becomes_mono_at_the_ears_rate(tmp_path, rate_hz, channels):
    path = tmp_path / "tone.wav"
    soundfile.write(path, np.tile(tone(rate_hz)[:, None], (1, channels)), rate_hz)
    samples, info = wav.read(path)
    assert (info.rate_hz, info.channels, info.seconds) == (rate_hz, channels, pytest.approx(0.5, abs=1e-3))
    assert samples.dtype == np.float32 and samples.ndim == 1
    expected = tone(16000)
    middle = slice(1600, 6400)
    np.testing.assert_allclose(samples[middle], expected[middle], atol=0.01)


@pytest.mark.parametrize(
    ("name", "subtype"), [("a.flac", None), ("a.ogg", None), ("a.wav", "FLOAT"), ("a.wav", "PCM_24")]
)
def test_other_formats(tmp_path, name, subtype):
    path = tmp_path / name
    soundfile.write(path, tone(16000), 16000, subtype=subtype)
    np.testing.assert_allclose(wav.read(path)[0][1600:6400], tone(16000)[1600:6400], atol=0.05)


def test_not_a_number_in_a_float_file_becomes_silence(tmp_path):
    path = tmp_path / "nan.wav"
    soundfile.write(path, np.array([0.5, np.nan, np.inf, -0.5], np.float32), 16000, subtype="FLOAT")
    np.testing.assert_array_equal(wav.read(path)[0], np.float32([0.5, 0, 1, -0.5]))


def make_missing(folder):
    return folder / "nowhere.wav"


def make_folder(folder):
    return folder


def make_empty(folder):
    (folder / "empty.wav").touch()
    return folder / "empty.wav"


def make_text(folder):
    (folder / "text.wav").write_text("these are words, not sound\n" * 20)
    return folder / "text.wav"


def make_header_only(folder):
    with wave.open(str(folder / "header.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
    return folder / "header.wav"


def make_truncated(folder):
    wav.write(folder / "whole.wav", tone(16000), 16000)
    (folder / "cut.wav").write_bytes((folder / "whole.wav").read_bytes()[:20])
    return folder / "cut.wav"


def make_raw(folder):
    (folder / "samples.raw").write_bytes(b"\1\2" * 4000)
    return folder / "samples.raw"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (make_missing, "There is no file"),
        (make_folder, "is a folder"),
        (make_empty, "is empty"),
        (make_text, "not a readable sound file"),
        (make_header_only, "no sound"),
        (make_truncated, "not a readable sound file"),
        (make_raw, "not a readable sound file"),
    ],
)
def test_bad_files_get_one_sentence_and_a_remedy(tmp_path, make, message):
    with pytest.raises(BadWav, match=message) as caught:
        wav.read(make(tmp_path))
    assert caught.value.exit_code == 4
    assert caught.value.remedy.endswith(".")


def test_what_is_written_reads_back(tmp_path):
    stereo = np.column_stack([tone(16000), -tone(16000, hz=700)])
    wav.write(tmp_path / "stereo.wav", stereo, 16000)
    samples, rate_hz = soundfile.read(tmp_path / "stereo.wav", dtype="float32")
    assert rate_hz == 16000
    np.testing.assert_allclose(samples, stereo, atol=1 / 32000)


def test_a_recording_that_was_cut_off_is_a_whole_file(tmp_path):
    writer = wav.WavWriter(tmp_path / "live.wav", 16000, 2)
    writer.write(np.zeros((1600, 2), np.float32))
    writer.write(np.full((1600, 2), 3.0, np.float32))
    on_disk = soundfile.read(tmp_path / "live.wav")[0]
    writer.close()
    assert on_disk.shape == (3200, 2)
    assert on_disk[2000, 0] == pytest.approx(32767 / 32768)


def test_a_place_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(BadWav, match="cannot be written"):
        wav.write(tmp_path / "no" / "such" / "folder.wav", tone(16000), 16000)


@pytest.mark.parametrize("kept", [0.5, 0.9])
def test_a_file_that_was_cut_short_says_how_much_is_missing(tmp_path, kept):
    path = tmp_path / "cut.wav"
    wav.write(path, tone(16000, 2.0), 16000)
    header_bytes = 44
    path.write_bytes(path.read_bytes()[: header_bytes + round(kept * 64000)])
    samples, info = wav.read(path)
    assert len(samples) == pytest.approx(kept * 32000)
    assert info.missing_s == pytest.approx(2 * (1 - kept))


@pytest.mark.parametrize("promised", [0xFFFF_FFFF, 0x7FFF_F000, 0x8000_0000])
def test_a_file_from_a_pipe_promises_no_length(tmp_path, promised):
    path = tmp_path / "piped.wav"
    wav.write(path, tone(16000), 16000)
    data = bytearray(path.read_bytes())
    data[40:44] = promised.to_bytes(4, "little")
    path.write_bytes(data)
    samples, info = wav.read(path)
    assert (len(samples), info.missing_s) == (8000, 0.0)


def test_whole_files_miss_nothing(tmp_path):
    for name in ("whole.wav", "whole.flac"):
        soundfile.write(tmp_path / name, tone(16000), 16000)
        assert wav.read(tmp_path / name)[1].missing_s == 0.0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_says_so():
    with pytest.raises(BadWav, match="No space left"):
        wav.write("/dev/full", tone(16000), 16000)
