"""WAVs whose stated length is not the length of their sound."""

import io
import struct

import numpy as np
import pytest
import soundfile

from localvoice.audio import wav
from localvoice.errors import BadWav

RATE = 16_000


def tone(seconds=3.0):
    return (0.3 * np.sin(2 * np.pi * 300 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def pcm(samples, stated, riff=None, before=b"", after=b""):
    """A 16-bit mono WAV that states `stated` bytes of sound, and has all of `samples`."""
    body = (samples * 32767).astype("<i2").tobytes()
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    rest = b"WAVE" + before + fmt + struct.pack("<4sI", b"data", stated) + body + after
    return struct.pack("<4sI", b"RIFF", riff if riff is not None else min(0xFFFFFFFF, 36 + stated)) + rest


def rf64(samples, stated):
    body = (samples * 32767).astype("<i2").tobytes()
    ds64 = struct.pack("<4sIQQQI", b"ds64", 28, min(stated + 72, 2**64 - 1), stated, len(samples), 0)
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    return b"RF64\xff\xff\xff\xffWAVE" + ds64 + fmt + b"data\xff\xff\xff\xff" + body


def read(tmp_path, data):
    path = tmp_path / "some.wav"
    path.write_bytes(data)
    return wav.read(path)


@pytest.mark.parametrize(
    "stated",
    [
        0,
        0x40000000,
        0x40000000 - 36,
        2_000_000_000,
        0x7FFEFFFF,
        0x7FFFF000,
        0x7FFFFFFF,
        0x80000000,
        0x80000000 - 44,
        0xFFFFFFFF,
        0xFFFFFFFF - 36,
        0xFFFF0000,
    ],
)
@pytest.mark.parametrize("riff", [None, 0, 36, 0xFFFFFFFF])
def test_a_placeholder_means_to_the_end_of_the_file(tmp_path, stated, riff):
    samples, info = read(tmp_path, pcm(tone(), stated, riff))
    assert info.seconds == pytest.approx(3.0)
    assert info.missing_s == 0.0
    np.testing.assert_allclose(samples, tone(), atol=1e-3)


@pytest.mark.parametrize("stated", [0, 0x40000000, 0xFFFFFFFF, 0xFFFFFFFF_FFFFFFFF, 0x7FFFFFFF_FFFFFFFF, 96_000])
def test_rf64_too(tmp_path, stated):
    samples, info = read(tmp_path, rf64(tone(), stated))
    assert (info.seconds, info.missing_s) == (pytest.approx(3.0), 0.0)
    np.testing.assert_allclose(samples, tone(), atol=1e-3)


def test_a_header_that_was_patched_half_way_hides_nothing(tmp_path):
    assert read(tmp_path, pcm(tone(), 16_000))[1].seconds == pytest.approx(3.0)


def test_a_tag_or_a_chunk_behind_the_sound_is_no_sound(tmp_path):
    note = struct.pack("<4sI", b"LIST", 40_000) + bytes(40_000)
    whole = len(tone()) * 2
    assert read(tmp_path, pcm(tone(), whole, after=note))[1].seconds == pytest.approx(3.0)
    assert read(tmp_path, pcm(tone(), whole, after=b"TAG" + b"\1" * 125))[1].seconds == pytest.approx(3.0)
    with pytest.raises(BadWav, match="no sound"):
        read(tmp_path, pcm(tone()[:0], 0, after=note))


def test_the_sound_is_found_behind_other_chunks(tmp_path):
    note = struct.pack("<4sI", b"LIST", 5) + b"12345\0"
    samples, info = read(tmp_path, pcm(tone(), 0, before=note))
    assert info.seconds == pytest.approx(3.0)
    np.testing.assert_allclose(samples, tone(), atol=1e-3)


@pytest.mark.parametrize("stated_s", [4.0, 60.0, 3600.0])
def test_a_length_that_was_meant_says_what_is_missing(tmp_path, stated_s):
    info = read(tmp_path, pcm(tone(), round(stated_s * RATE) * 2))[1]
    assert info.missing_s == pytest.approx(stated_s - 3.0)


def test_no_recording_lasts_for_days(tmp_path):
    assert read(tmp_path, pcm(tone(), 3_000_000_000))[1].missing_s == 0.0


@pytest.mark.parametrize(("form", "endian"), [("AIFF", None), ("AU", None), ("W64", None), ("WAV", "BIG")])
def test_other_forms_say_what_is_missing_too(tmp_path, form, endian):
    file = io.BytesIO()
    soundfile.write(file, tone(), RATE, format=form, endian=endian)
    assert read(tmp_path, file.getvalue())[1].missing_s == 0.0
    info = read(tmp_path, file.getvalue()[: len(file.getvalue()) // 2])[1]
    assert info.seconds == pytest.approx(1.5, abs=0.01)
    assert info.missing_s == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize("form", ["AIFF", "CAF", "W64", "FLAC"])
def test_no_damage_makes_a_library_speak_up(tmp_path, form, capfd):
    file = io.BytesIO()
    soundfile.write(file, tone(0.5), RATE, format=form)
    generator = np.random.default_rng(3)
    for _ in range(60):
        data = bytearray(file.getvalue())
        for at in generator.integers(0, 90, 3):
            data[at] = generator.choice([0, 0x7F, 0x80, 0xFF])
        try:
            read(tmp_path, data)
        except BadWav:
            pass
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW", "IMA_ADPCM"])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_whatever_the_sound_is_kept_in(tmp_path, subtype, channels):
    if subtype == "IMA_ADPCM" and channels > 2:
        pytest.skip("IMA ADPCM has two channels at most.")
    file = io.BytesIO()
    soundfile.write(file, np.tile(tone()[:, None], (1, channels)), RATE, subtype=subtype, format="WAV")
    data = bytearray(file.getvalue())
    at = data.index(b"data") + 4
    data[at : at + 4] = bytes(4)
    samples, info = read(tmp_path, data)
    assert info.seconds == pytest.approx(3.0, abs=0.1)
    np.testing.assert_allclose(samples[1600:40_000], tone()[1600:40_000], atol=0.05)
