"""Real PortAudio streams on the software sound card."""

import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from software_card import SKIP, SoftwareCard, is_available

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
pytestmark = pytest.mark.alone


def python(card, *arguments, timeout_s=120):
    """Run Python in the card's environment; what it printed."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], env={**card.env, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
        capture_output=True, text=True, timeout=timeout_s,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def duplex_run(card, kind, seconds, spinners):
    return json.loads(python(card, HERE / "duplex_run.py", kind, seconds, spinners, timeout_s=seconds * 3 + 60))


def check_nothing_lost(result, seconds):
    assert result["pulled"] >= seconds * 16000
    assert result["capture_lost_frames"] == 0
    assert result["starved_frames"] == 0
    assert result["wrong_samples"] == 0
    assert result["healthy"]
    # A jump is allowed where the system itself lost something and said so, and nowhere else.
    assert result["gaps"] <= result["input_overflows"] + result["output_underflows"]
    assert result["jumps"] <= result["gaps"]


def test_a_stream_runs_and_every_sample_is_accounted_for(software_card):
    result = duplex_run(software_card, "c", 4, 0)
    check_nothing_lost(result, 4)
    assert result["microphone"] > 0.05  # the echo of what was played


@pytest.mark.slow
def test_two_spinning_python_threads_cost_and_shift_no_sample(software_card):
    """Sample by sample; a whole minute of conversation beside such threads is in test_talk.py."""
    result = duplex_run(software_card, "c", 10, 2)
    check_nothing_lost(result, 10)


@pytest.mark.slow
def test_a_python_callback_fails_in_the_same_run(software_card):
    """Proves that the test above can fail."""
    result = duplex_run(software_card, "python", 10, 2)
    lost = result["due_blocks"] - result["blocks"]
    assert result["output_underflows"] + result["input_overflows"] >= 3 or lost > 50


RTMIXER = """
import json, sys, time
import numpy as np
from localvoice.engines.sound.rtmixer import RtMixerCard
card = RtMixerCard(rate_hz=16000)
edge = card.edge
sound = (0.2 * np.random.default_rng(1).standard_normal(16000)).astype(np.float32)
edge.push(sound)
card.start()
mics, references, acks, cut = [], [], [], None
frames = 0
while frames < 40000 and card.healthy:
    first, mic, played = edge.pull(4096)
    frames += len(mic)
    mics.append(mic)
    references.append(played)
    acks += edge.acks()
    if cut is None and edge.played > 8000:
        cut = edge.drop()
    time.sleep(0.01)
card.stop()
mic, reference = np.concatenate(mics), np.concatenate(references)
counters = edge.counters
drop = next(a for a in acks if a.kind == "drop")
sounding = np.flatnonzero(reference)
span = reference[sounding[0] : drop.at_frame - counters.gaps - 200]
lag = int(np.argmax(np.abs(np.fft.irfft(np.fft.rfft(mic, 1 << 17) * np.conj(np.fft.rfft(reference, 1 << 17))))))
print(json.dumps({"same": bool(np.array_equal(span, sound[: len(span)])), "gaps": counters.gaps,
                  "played": counters.played_frames, "dropped": counters.dropped_frames, "lag": lag,
                  "last": int(sounding[-1]), "drop_at": drop.at_frame, "notice": card.notice, "cut": cut == drop.id,
                  "kinds": [a.kind for a in acks]}))
"""


def test_rtmixer_stands_in_where_the_edge_was_not_compiled(software_card):
    pytest.importorskip("rtmixer", reason="rtmixer is not installed")
    result = json.loads(python(software_card, "-c", RTMIXER))
    assert "rtmixer stands in" in result["notice"]
    assert result["cut"] and result["kinds"][0] == "started"
    assert result["played"] + result["dropped"] == 16000 and result["dropped"] > 0
    if not result["gaps"]:  # a busy machine may cost a gap, which must then be counted
        assert result["same"]
        assert abs(result["last"] - result["drop_at"]) <= 2
        assert 0 < result["lag"] < 16000 * 0.4


SPEAK = """
import json, sys, time
import numpy as np
from localvoice.engines.sound.portaudio import PortAudioCard, devices
card = PortAudioCard(sys.argv[1] or None)
tone = (0.3 * np.sin(2 * np.pi * 440 * np.arange(card.rate_hz) / card.rate_hz)).astype(np.float32)
card.edge.push(tone)
card.start()
heard = []
frames = 0
while frames < 2 * card.rate_hz and card.healthy:
    first, mic, played = card.edge.pull(4096)
    frames += len(mic)
    heard.append(mic)
    time.sleep(0.02)
card.stop()
card.stop()
mic = np.concatenate(heard)
print(json.dumps({"name": card.name, "rate_hz": card.rate_hz, "healthy": card.healthy, "played": card.edge.played,
                  "microphone": float(np.abs(mic).max()),
                  "default": [d.name for d in devices() if d.is_default_input]}))
"""


def test_what_is_pushed_comes_out_of_the_speaker(headphones_card, tmp_path):
    recorder = headphones_card.record(tmp_path / "out.wav")
    result = json.loads(python(headphones_card, "-c", SPEAK, ""))
    recorder.terminate()
    recorder.wait(10)
    samples, rate_hz = soundfile.read(tmp_path / "out.wav")
    sounding = samples[np.abs(samples) > 0.05]
    assert result["rate_hz"] == 16000 and result["played"] == 16000
    assert len(sounding) / rate_hz == pytest.approx(0.9, abs=0.12)  # a sine is above a sixth of its peak nine tenths
    hz = np.fft.rfftfreq(len(samples), 1 / rate_hz)[np.argmax(np.abs(np.fft.rfft(samples)))]
    assert hz == pytest.approx(440, abs=2)
    assert result["microphone"] < 0.01
    assert not result["healthy"]  # stopped
    assert len(result["default"]) == 1


def test_a_device_can_be_named_by_a_part_of_its_name(headphones_card):
    assert json.loads(python(headphones_card, "-c", SPEAK, "DEFAU"))["name"] == "default"


REFUSED = """
import sys
from localvoice.engines.sound.portaudio import PortAudioCard
from localvoice.errors import AudioError
try:
    PortAudioCard(sys.argv[1] or None, int(sys.argv[2]) or None)
except AudioError as error:
    print(type(error).__name__, error.exit_code, error)
"""


def test_a_name_that_no_device_has(headphones_card):
    out = python(headphones_card, "-c", REFUSED, "nosuchcard", 0)
    assert out.startswith("NoDevice 4") and "default" in out and "localvoice devices" in out


def test_a_rate_that_the_device_refuses(headphones_card):
    out = python(headphones_card, "-c", REFUSED, "", 1_000_000)
    assert out.startswith("DeviceRefused 4") and "1000000 Hz" in out and "--device" in out


def test_no_sound_card_at_all(headphones_card, tmp_path):
    silent = SimpleNamespace(env={**headphones_card.env, "PULSE_SERVER": f"unix:{tmp_path / 'nothing'}"})
    out = python(silent, "-c", REFUSED, "", 0)
    assert out.startswith(("NoDevice 4", "DeviceRefused 4"))


LISTEN = """
import json, time
import numpy as np
from localvoice.engines.sound.portaudio import PortAudioCard
card = PortAudioCard(rate_hz=16000)
card.start()
heard, frames = [], 0
while frames < 32000 and card.healthy:
    _, mic, _ = card.edge.pull(16000)
    heard.append(mic)
    frames += len(mic)
    time.sleep(0.005)
card.stop()
print(json.dumps(float(np.sqrt(np.mean(np.concatenate(heard)[16000:] ** 2)))))
"""


@pytest.mark.parametrize("right", [1.0, -1.0])
def test_a_stereo_microphone_is_heard_even_if_its_channels_are_opposite(tmp_path, right):
    if not is_available():
        pytest.skip(SKIP)
    said = (0.1 * np.random.default_rng(0).standard_normal(16000 * 20)).astype(np.float32)
    soundfile.write(tmp_path / "said.wav", np.column_stack([said, right * said]), 16000)
    with SoftwareCard(echo_ms=None, microphone_channels=2) as card:
        card.speak(tmp_path / "said.wav")
        assert json.loads(python(card, "-c", LISTEN)) == pytest.approx(0.1, rel=0.1)


KILLED_WHILE_IT_RUNS = """
import sys, time
from localvoice.engines.sound.portaudio import PortAudioCard
from localvoice.errors import DeviceRefused
card = PortAudioCard()
card.start()
print("runs", flush=True)
sys.stdin.readline()
while card.healthy:
    card.edge.pull(4096)
    time.sleep(0.02)
try:
    card.restart()
except DeviceRefused as error:
    print(error.message, flush=True)
card.stop()
"""
KILLED_BEFORE = """
import sys
from localvoice.cli.app import run
from localvoice.engines.sound.portaudio import devices
devices()
print("runs", flush=True)
sys.stdin.readline()
sys.exit(run(["say", "hello"]))
"""


@pytest.mark.parametrize(
    ("program", "code", "errors"), [(KILLED_WHILE_IT_RUNS, 0, []), (KILLED_BEFORE, 4, ["localvoice: default ", "  "])]
)
def test_a_sound_server_that_dies_is_one_sentence_of_our_own(program, code, errors):
    """PortAudio and ALSA write three lines in that moment, and some thirty when the device is opened again."""
    if not is_available():
        pytest.skip(SKIP)
    with SoftwareCard() as card:
        child = subprocess.Popen(
            [sys.executable, "-c", program], env={**card.env, "PYTHONPATH": str(ROOT)}, cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert child.stdout is not None and child.stdout.readline() == "runs\n"
        card.kill()
        out, err = child.communicate("\n", timeout=60)
    assert child.returncode == code, err
    lines = err.splitlines()
    assert len(lines) == len(errors), err
    assert all(line.startswith(begin) for line, begin in zip(lines, errors, strict=True)), err
    assert re.search(r"does not open at \d+ Hz", out + err)
