"""The chirp on the software sound card, against recordings made at the same time."""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from localvoice import config
from localvoice.audio.echo_path import chirp
from tests.room.software_card import SKIP, SoftwareCard, is_available

ROOT = Path(__file__).parents[2]
RATE = 16_000
TRIES = 4
"""A busy machine loses blocks, or the stream, or moves the streams against each other. The program says so, or the
recordings do; then it is tried again."""
pytestmark = pytest.mark.alone

# A click goes before the chirp, in the same stream: where it lies in the recording anybody can see.
MEASURE = """
import dataclasses, json, sys, time
import numpy as np
from localvoice.audio.echo_path import chirp, measure
from localvoice.audio.round_trip import measure_card, play_and_hear
from localvoice.engines.sound.portaudio import PortAudioCard
from localvoice.errors import DeviceLost
click = np.zeros(16000, np.float32)
click[4000:4008] = 0.9
wanted = sys.argv[2] == "echo"
result = {"whole": False}
for _ in range(int(sys.argv[3])):
    card = PortAudioCard(rate_hz=16000)
    try:
        card.start()
        path, first = measure_card(card)
        heard = play_and_hear(card, np.concatenate([click, chirp(16000)]), 0.5)
        again = measure(heard.played, heard.mic, 16000)
    except (DeviceLost, ValueError) as error:
        print(error, file=sys.stderr)
        continue
    finally:
        card.stop()
    if not (first.whole and heard.whole and path.agreed and again.agreed):
        continue
    # Nothing was lost, so this counts, right or wrong; another try may only find that the streams stand still.
    result = {"whole": True, "card": dataclasses.asdict(path), "again": dataclasses.asdict(again),
              "latency_ms": [card.input_latency_ms, card.output_latency_ms]}
    np.save(sys.argv[1], np.column_stack([heard.played, heard.mic]))
    if path.heard == again.heard == wanted and (not wanted or abs(path.delay_ms - again.delay_ms) < 3.0):
        break
print(json.dumps(result))
"""


@pytest.fixture(params=[pytest.param(100, marks=pytest.mark.soak), 60])
def room_volume(software_card, request):
    def set_volume(percent):
        command = ["pactl", "set-sink-volume", "room", f"{percent}%"]
        subprocess.run(command, env=software_card.env, check=True, timeout=20)

    set_volume(request.param)
    yield request.param
    set_volume(100)


def measured(card, file, wanted):
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(file), wanted, str(TRIES)], env={**card.env, "PYTHONPATH": str(ROOT)},
        cwd=ROOT, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout)
    if not result["whole"]:
        pytest.skip("the sound server lost something in every try: this machine is too busy")
    return result, *np.load(file).T


def sounding_db(file):
    """Power of the sweeps in a recording, its silence left out."""
    sound, rate_hz = soundfile.read(file)
    blocks = sound[: len(sound) // 160 * 160].reshape(-1, 160)
    power = (blocks**2).mean(axis=1)
    loud = np.sort(power)[-round(1.0 * rate_hz / 160) :]
    return 10 * np.log10(loud.mean())


def test_delay_and_level_are_those_of_the_recordings(software_card, room_volume, tmp_path):
    outside = tmp_path / "speaker.wav", tmp_path / "room.wav"
    recorders = [software_card.record(outside[0]), software_card.record(outside[1], source="room.monitor")]
    result, played, mic = measured(software_card, tmp_path / "recording.npy", "echo")
    for recorder in recorders:
        recorder.terminate()
        recorder.wait(10)
    path = result["again"]
    assert path["heard"], result
    out = int(np.argmax(played > 0.5))
    before_chirp = slice(0, out + 12_000 - 4000)
    back = int(np.argmax(mic[before_chirp] > 0.5 * mic[before_chirp].max()))
    clicked_ms = 1000 * (back - out) / RATE
    seen_db = sounding_db(outside[1]) - sounding_db(outside[0])
    print(f"click {clicked_ms:.2f} ms, chirp {path['delay_ms']:.2f} ms, card's own {result['latency_ms']}, "
          f"recorded {seen_db:.2f} dB, chirp {path['echo_db']:.2f} dB")  # fmt: skip
    assert path["delay_ms"] == pytest.approx(clicked_ms, abs=3.0)
    assert result["card"]["delay_ms"] == pytest.approx(clicked_ms, abs=3.0)
    assert path["echo_db"] == pytest.approx(seen_db, abs=1.0)
    assert path["delay_ms"] > 30  # the way through the air alone


def test_headphones_give_no_echo_and_none_is_invented(headphones_card, tmp_path):
    result, played, _ = measured(headphones_card, tmp_path / "recording.npy", "none")
    assert not result["card"]["heard"] and not result["again"]["heard"], result
    assert np.abs(played).max() > 0.2
    assert len(played) > len(chirp(RATE))


def test_the_doctor_writes_the_delay_into_the_settings(software_card, tmp_path):
    file = tmp_path / "localvoice.toml"
    file.write_text("")
    command = [sys.executable, "-m", "localvoice", "doctor", "--json", "--fix", "--no-models", "--config", str(file)]
    for _ in range(TRIES):
        done = subprocess.run(
            command, env={**software_card.env, "PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True, text=True,
            timeout=240,
        )  # fmt: skip
        checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
        assert checks["sound"]["figures"]["tried_hz"] == [16_000], checks
        if "echo" in checks and checks["echo"]["figures"]["whole"]:
            break
    else:
        pytest.skip("the sound server lost something in every try: this machine is too busy")
    # The room is quite silent: the microphone gives zeros until the chirp sounds, as one with a noise gate does.
    assert checks["microphone"]["state"] == "ok" and checks["microphone"]["figures"]["is_gated"], checks["microphone"]
    figures = checks["echo"]["figures"]
    assert figures["heard"], checks["echo"]
    assert 30 < figures["delay_ms"] < 300
    written = config.load(file).settings.echo
    assert written.delay_ms == pytest.approx(figures["delay_ms"], abs=0.1)
    assert written.level_db == pytest.approx(figures["echo_db"], abs=0.1)


# --- against a recording from outside, on one clock ---

# How late the echo comes, again and again while the stream runs on; each line of standard input asks for one more.
AGAIN_AND_AGAIN = """
import dataclasses, json, sys
from localvoice.audio.round_trip import measure_card
from localvoice.engines.sound.portaudio import PortAudioCard
from localvoice.errors import DeviceLost
card = PortAudioCard(rate_hz=16000)
card.start()
for line in sys.stdin:
    try:
        path, heard = measure_card(card)
        print(json.dumps(dataclasses.asdict(path) | {"whole": heard.whole}), flush=True)
    except DeviceLost:
        print(json.dumps({"whole": False}), flush=True)
card.stop()
"""


class OneClock(SoftwareCard):
    """What the program plays and what its microphone hears are the two channels of one null sink, `air`.

    A recording of `air` thereby shows both on one clock, sample by sample, whatever the program's buffers do.
    """

    def __init__(self):
        super().__init__(echo_ms=None)

    def __enter__(self):
        super().__enter__()
        self.load("module-null-sink sink_name=air rate=16000 channels=2 channel_map=front-left,front-right")
        for side, what in (("left", "said"), ("right", "heard")):
            one = f"channels=1 channel_map=mono master_channel_map=front-{side} remix=no"
            self.load(f"module-remap-sink sink_name=to_{what} master=air {one}")
            self.load(f"module-remap-source source_name={what} master=air.monitor {one}")
        self.env |= {"PULSE_SINK": "to_said", "PULSE_SOURCE": "heard"}
        return self

    def load(self, module):
        """The module's number."""
        command = ["pactl", "load-module", *module.split()]
        done = subprocess.run(command, env=self.env, check=True, timeout=20, capture_output=True, text=True)
        return done.stdout.strip()

    @contextlib.contextmanager
    def echo(self, latency_ms):
        """Lead what is said to what is heard; both have one clock, so nothing has to be adjusted on the way."""
        module = self.load(f"module-loopback source=said sink=to_heard latency_msec={latency_ms} adjust_time=0")
        try:
            yield
        finally:
            if not self.has_ended:
                subprocess.run(["pactl", "unload-module", module], env=self.env, check=True, timeout=20)

    @contextlib.contextmanager
    def recording(self, file):
        """What happens in the air, as a WAV: left said, right heard."""
        options = ["--rate=16000", "--channels=2", "--channel-map=front-left,front-right", "--format=s16le"]
        recorder = self._start(["parec", "--device=air.monitor", *options, "--file-format=wav", str(file)])
        try:
            yield
        finally:
            recorder.terminate()
            recorder.wait(10)


def seen_ms(file):
    """How much later the right channel is than the left one, of each of the last two sounds: plain correlation."""
    said, heard = soundfile.read(file)[0].T
    size = 1 << (2 * len(said)).bit_length()
    sounding = np.flatnonzero(np.abs(said) > 0.05)
    starts = sounding[np.flatnonzero(np.diff(sounding, prepend=-RATE) > RATE // 4)]
    found = []
    for start in starts[-2:]:
        part = said[start : start + RATE // 2]
        match = np.fft.irfft(np.fft.rfft(heard[start:], size) * np.conj(np.fft.rfft(part, size)), size)[: RATE // 2]
        found.append(1000 * int(np.argmax(match)) / RATE)
    return found


def measured_and_seen(card, child, latency_ms, file):
    """(what the program measured, what the recording of the same sounds shows), ms; None where samples were lost, or
    the way through the air was not there yet."""
    with card.echo(latency_ms), card.recording(file):
        child.stdin.write("again\n")
        child.stdin.flush()
        line = child.stdout.readline()
    path = json.loads(line)
    if not path["whole"] or not path["agreed"] or not path["heard"]:
        return None
    first, second = seen_ms(file)
    return (path["delay_ms"], second) if abs(first - second) < 1.0 else None


def two_lengths(card, folder, end_s):
    """Of one stream: (measured, seen) at the one length and at the other; None where it did not stand still in time, or
    the sound server died."""
    child = subprocess.Popen(
        [sys.executable, "-c", AGAIN_AND_AGAIN], env={**card.env, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    ways: list[tuple[float, float] | None] = []
    with child:
        for latency_ms in (30, 130, 30, 130, 30, 130):
            if time.monotonic() > end_s or card.has_ended:
                break
            ways.append(measured_and_seen(card, child, latency_ms, folder / "air.wav"))
            print(latency_ms, ways[-1])
            before, there, back = [None, None, *ways][-3:]
            # The program's buffers are a part of its round trip and not of the recording's. Where they are the same
            # before and after, the sound server has not moved the streams meanwhile.
            if before and there and back and abs((before[0] - before[1]) - (back[0] - back[1])) < 1.0:
                return before, there
    if card.has_ended:
        return None
    assert any(ways) or time.monotonic() > end_s, "an echo was there all the time, and was never heard"
    return None


def test_a_longer_way_is_measured_as_much_longer_as_a_recording_from_outside_shows(tmp_path):
    if not is_available():
        pytest.skip(SKIP)
    end_s = time.monotonic() + 45
    found = None
    while found is None and time.monotonic() < end_s:
        with OneClock() as card:
            found = two_lengths(card, tmp_path, end_s)
    if found is None:
        pytest.skip("the sound server lost something or moved a stream all the time: this machine is too busy")
    (one_ms, one_seen_ms), (other_ms, other_seen_ms) = found
    assert abs(other_seen_ms - one_seen_ms) > 50.0
    assert other_ms - one_ms == pytest.approx(other_seen_ms - one_seen_ms, abs=3.0)
