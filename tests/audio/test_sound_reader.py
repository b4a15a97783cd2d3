"""Every kind of file that people have, and every kind that is none."""

import io
import os
import socket
import subprocess
import sys
import threading
import time

import av
import numpy as np
import pytest
import soundfile

from localvoice.audio import sound_reader
from localvoice.audio.spool import IN_MEMORY_BYTES
from localvoice.errors import BadWav
from localvoice.sound import level_db

from .phone_files import write

RATE = 16_000
TONE = (0.3 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)).astype(np.float32)


def is_the_tone(samples, tolerance_db=1.5):
    """Whether it lasts as long, is as loud, and is of that pitch."""
    spectrum = np.abs(np.fft.rfft(samples[RATE // 2 : RATE // 2 + RATE]))
    return (
        abs(len(samples) - len(TONE)) < RATE // 5
        and abs(level_db(samples[RATE // 2 : RATE]) - level_db(TONE)) < tolerance_db
        and abs(int(np.argmax(spectrum)) - 440) < 5
    )


@pytest.mark.parametrize(
    ("name", "codec", "rate_hz", "film"),
    [
        ("phone.m4a", "aac", 16_000, False),
        ("phone.aac", "aac", 44_100, False),
        ("phone.amr", "libopencore_amrnb", 8_000, False),
        ("phone.3gp", "libopencore_amrnb", 8_000, False),
        ("browser.webm", "libopus", 48_000, False),
        ("browser.ogg", "libopus", 48_000, False),
        ("messenger.opus", "libopus", 48_000, False),
        ("radio.mp3", "libmp3lame", 16_000, False),
        ("film.mp4", "aac", 48_000, True),
        ("film.mov", "aac", 48_000, True),
        ("film.mkv", "aac", 48_000, True),
        ("film.ts", "aac", 48_000, True),
        ("old.avi", "mp2", 16_000, False),
        ("apple.caf", "alac", 16_000, False),
    ],
)
def test_what_phones_browsers_and_cameras_record(tmp_path, name, codec, rate_hz, film):
    samples, info = sound_reader.read(write(tmp_path / name, TONE, codec, rate_hz, film=film))
    # AMR is made for voices and bends a tone.
    assert is_the_tone(samples, tolerance_db=4 if "amr" in codec else 1.5)
    assert info.missing_s == 0.0


@pytest.mark.parametrize("layout", ["stereo", "5.1"])
def test_so_with_many_channels(tmp_path, layout):
    samples, info = sound_reader.read(write(tmp_path / "film.m4a", TONE, "aac", 48_000, layout))
    assert info.channels == (2 if layout == "stereo" else 6)
    # FFmpeg shares one channel out among the others, at 3 dB less.
    assert is_the_tone(samples, tolerance_db=4)


def test_the_name_does_not_matter(tmp_path):
    soundfile.write(tmp_path / "sound.wav", TONE, RATE)
    for name in ("sound.raw", "sound.mp4", "sound", "sound.txt"):
        (tmp_path / name).write_bytes((tmp_path / "sound.wav").read_bytes())
        assert is_the_tone(sound_reader.read(tmp_path / name)[0])


@pytest.mark.parametrize("name", ["half.flac", "half.ogg", "half.mp3", "half.webm", "half.aac"])
def test_of_a_compressed_file_that_was_cut_short_what_is_there(tmp_path, name):
    codec = {"mp3": "libmp3lame", "webm": "libopus", "ogg": "libopus", "aac": "aac", "flac": "flac"}
    codec = codec[name.rpartition(".")[2]]
    # Noise: a tone is small enough to be wholly in the first half.
    noise = (0.1 * np.random.default_rng(0).standard_normal(20 * RATE)).astype(np.float32)
    file = write(tmp_path / name, noise, codec, 48_000 if codec == "libopus" else RATE)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    info = sound_reader.read(file)[1]
    assert 7 < info.seconds < 13
    if name == "half.flac":
        assert info.seconds + info.missing_s == pytest.approx(20)


def test_a_damaged_place_costs_no_more_than_itself(tmp_path):
    noise = (0.1 * np.random.default_rng(0).standard_normal(20 * RATE)).astype(np.float32)
    file = write(tmp_path / "scratched.mp3", noise, "libmp3lame")
    data = bytearray(file.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 3000] = bytes(3000)
    file.write_bytes(data)
    assert sound_reader.read(file)[1].seconds > 17


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.m4a", "aac"), ("a.webm", "libopus"), ("a.mp3", "libmp3lame"), ("a.ts", "aac"), ("a.avi", "mp2")],
)
def test_of_a_damaged_file_comes_sound_or_a_sentence(tmp_path, name, codec, capfd):
    data = write(tmp_path / name, TONE, codec, 48_000 if codec == "libopus" else RATE).read_bytes()
    generator = np.random.default_rng(1)
    for number in range(60):
        damaged = bytearray(data if number % 3 else data[: generator.integers(1, len(data))])
        for at in generator.integers(0, min(len(damaged), 400), 8 if number % 3 else 0):
            damaged[at] = generator.integers(256)
        (tmp_path / "damaged").write_bytes(damaged)
        try:
            assert np.isfinite(sound_reader.read(tmp_path / "damaged")[0]).all()
        except BadWav as error:
            assert error.remedy
    assert capfd.readouterr() == ("", "")


def an_unfinished_recording(folder):
    file = write(folder / "dead-battery.m4a", TONE, "aac")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return file


def a_film_without_sound(folder):
    return write(folder / "silent.mp4", TONE, None, film=True)


def a_copy_protected_song(folder):
    file = write(folder / "song.m4a", TONE, "aac")
    file.write_bytes(file.read_bytes().replace(b"mp4a", b"drms"))
    return file


def noise_of_a_device(folder):
    (folder / "noise.m4a").write_bytes(np.random.default_rng(1).bytes(50_000))
    return folder / "noise.m4a"


def a_web_page(folder):
    (folder / "talk.mp3").write_text("<!doctype html><title>404</title>" * 50)
    return folder / "talk.mp3"


def subtitles(folder):
    (folder / "talk.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nhello\n\n" * 20)
    return folder / "talk.srt"


def a_rate_that_no_one_records_at(folder):
    soundfile.write(folder / "odd.wav", TONE[:100], 16_000)
    data = bytearray((folder / "odd.wav").read_bytes())
    data[24:28] = (3).to_bytes(4, "little")
    (folder / "odd.wav").write_bytes(data)
    return folder / "odd.wav"


def a_name_with_a_nul(folder):
    return str(folder / "a\0b.wav")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (an_unfinished_recording, "never finished"),
        (a_film_without_sound, "no sound track"),
        (a_copy_protected_song, "copy-protected"),
        (noise_of_a_device, "not a readable sound file"),
        (a_web_page, "not a readable sound file"),
        (subtitles, "not a readable sound file"),
        (a_rate_that_no_one_records_at, "3 Hz"),
        (a_name_with_a_nul, "cannot be read"),
    ],
)
def test_what_is_no_sound_gets_a_sentence(tmp_path, make, message, capfd):
    with pytest.raises(BadWav, match=message) as caught:
        sound_reader.read(make(tmp_path))
    assert caught.value.remedy.endswith(".")
    assert capfd.readouterr() == ("", ""), "no library complains by itself"


@pytest.mark.parametrize("kind", ["hls", "dash", "concat", "sdp"])
def test_a_playlist_dials_nowhere_and_opens_no_other_file(tmp_path, kind):
    soundfile.write(tmp_path / "other.wav", TONE, RATE)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        text = {
            "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{address}\n#EXT-X-ENDLIST\n",
            "dash": f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>'
            f'<AdaptationSet mimeType="audio/mp4"><Representation id="1"><BaseURL>{address}</BaseURL>'
            f"</Representation></AdaptationSet></Period></MPD>",
            "concat": f"ffconcat version 1.0\nfile '{tmp_path / 'other.wav'}'\n",
            "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        }[kind]
        (tmp_path / "list.m4a").write_text(text)
        began_s = time.monotonic()
        with pytest.raises(BadWav):
            sound_reader.read(tmp_path / "list.m4a")
        assert time.monotonic() - began_s < 5, "it waited for something to come in"
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("name", ["sound.wav", "sound.m4a", "sound.flac"])
def test_a_named_pipe_is_read_to_its_end(tmp_path, name):
    file = tmp_path / name
    if name == "sound.m4a":
        write(file, TONE, "aac")
    else:
        soundfile.write(file, TONE, RATE)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(file.read_bytes()))
    writer.start()
    assert is_the_tone(sound_reader.read(pipe)[0])
    writer.join()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_long_pipe_goes_into_a_temporary_file(tmp_path):
    long = np.tile(TONE, IN_MEMORY_BYTES // (2 * len(TONE)) + 2)
    soundfile.write(tmp_path / "long.wav", long, RATE)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes((tmp_path / "long.wav").read_bytes()))
    writer.start()
    assert len(sound_reader.read(pipe, np.float16)[0]) == len(long)
    writer.join()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX pipes")
def test_a_pipe_that_does_not_wait_is_waited_for(tmp_path, monkeypatch):
    soundfile.write(tmp_path / "sound.wav", TONE, RATE)
    data = (tmp_path / "sound.wav").read_bytes()
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    was_empty = threading.Event()

    class StandardInput(io.BufferedReader):
        def read(self, size=-1):
            data = super().read(size)
            if data is None:
                was_empty.set()
            return data

    def send():
        with os.fdopen(write_end, "wb", buffering=0) as pipe:
            pipe.write(data[:20_000])
            was_empty.wait()
            pipe.write(data[20_000:])

    writer = threading.Thread(target=send)
    writer.start()
    with StandardInput(io.FileIO(read_end, "rb")) as source:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(source))
        assert is_the_tone(sound_reader.read("-")[0])
    writer.join()


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="needs /dev/null")
def test_a_pipe_without_anything_is_empty():
    with pytest.raises(BadWav, match="is empty"):
        sound_reader.read("/dev/null")


def test_a_closed_standard_input_is_a_sentence():
    program = (
        "import sys; sys.stdin = None\n"
        "from localvoice.audio import sound_reader\n"
        "from localvoice.errors import BadWav\n"
        "try: sound_reader.read('-')\n"
        "except BadWav as error: print(error.message)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "There is no standard input.\n"


def test_half_precision_keeps_the_quietest_recording(tmp_path):
    soundfile.write(tmp_path / "quiet.wav", TONE * 1e-3, RATE, subtype="FLOAT")
    half, _ = sound_reader.read(tmp_path / "quiet.wav", np.float16)
    assert half.dtype == np.float16
    assert level_db(half.astype(np.float32) * 1000 - TONE) < level_db(TONE) - 60


@pytest.mark.parametrize("layout", ["quad", "5.1", "7.1", "hexadecagonal"])
def test_many_channels_of_a_film(tmp_path, layout):
    channels = len(av.AudioLayout(layout).channels)
    sound = np.tile((TONE * 32767).astype(np.int16)[:, None], (1, channels)).reshape(1, -1)
    with av.open(str(tmp_path / "cinema.mov"), "w") as container:
        track = container.add_stream("pcm_s16le", rate=RATE)
        track.layout = layout
        frame = av.AudioFrame.from_ndarray(sound, format="s16", layout=layout)
        frame.sample_rate = RATE
        container.mux(track.encode(frame))
        container.mux(track.encode(None))
    samples, info = sound_reader.read(tmp_path / "cinema.mov")
    assert info.channels == channels
    np.testing.assert_allclose(samples, TONE, atol=1e-3)
    # Without its names the channels are only counted.
    (tmp_path / "unnamed.mov").write_bytes((tmp_path / "cinema.mov").read_bytes().replace(b"chan", b"free"))
    np.testing.assert_allclose(sound_reader.read(tmp_path / "unnamed.mov")[0], TONE, atol=1e-3)
