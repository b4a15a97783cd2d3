"""The chirp on the software sound card, against recordings made at the same time."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from localvoice import config
from localvoice.audio.echo_path import chirp

ROOT = Path(__file__).parents[2]
RATE = 16_000
pytestmark = pytest.mark.room

# A click goes before the chirp, in the same stream: where it lies in the recording anybody can see.
MEASURE = """
import dataclasses, json, sys, time
import numpy as np
from localvoice.audio.echo_path import chirp, measure
from localvoice.audio.round_trip import measure_card, play_and_hear
from localvoice.engines.portaudio import PortAudioCard
from localvoice.errors import AudioError
click = np.zeros(16000, np.float32)
click[4000:4008] = 0.9
wanted = sys.argv[2] == "echo"
heard = None
for _ in range(4):  # a busy machine loses blocks, or the stream; the program says so, and here it is tried again
    card = PortAudioCard(rate_hz=16000)
    try:
        card.start()
        path, _ = measure_card(card)
        heard = play_and_hear(card, np.concatenate([click, chirp(16000)]), 0.5)
        again = measure(heard.played, heard.mic, 16000)
    except (AudioError, ValueError) as error:
        print(error, file=sys.stderr)
        continue
    finally:
        card.stop()
    # On a busy machine the sound server moves the streams against each other, and between the two the delay changes.
    steady = not wanted or abs(path.delay_ms - again.delay_ms) < 3.0
    if heard.whole and path.heard == again.heard == wanted and steady:
        break
if heard is None:
    print(json.dumps({"whole": False}))
    sys.exit()
np.save(sys.argv[1], np.column_stack([heard.played, heard.mic]))
print(json.dumps({"whole": heard.whole, "card": dataclasses.asdict(path), "again": dataclasses.asdict(again),
                  "latency_ms": [card.input_latency_ms, card.output_latency_ms]}))
"""


@pytest.fixture(params=[100, 60])
def room_volume(software_card, request):
    def set_volume(percent):
        command = ["pactl", "set-sink-volume", "room", f"{percent}%"]
        subprocess.run(command, env=software_card.env, check=True, timeout=20)

    set_volume(request.param)
    yield request.param
    set_volume(100)


def measured(card, file, wanted):
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(file), wanted], env={**card.env, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout)
    if not result["whole"]:
        pytest.skip("the sound server lost something in every one of four tries: this machine is too busy")
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
    done = subprocess.run(
        command, env={**software_card.env, "PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True, text=True,
        timeout=240,
    )  # fmt: skip
    document = json.loads(done.stdout)
    checks = {check["name"]: check for check in document["checks"]}
    assert checks["sound"]["figures"]["rate_hz"] == 16_000 and "microphone" in checks, checks
    if "delay_ms" not in checks.get("echo", {"figures": {}})["figures"]:
        pytest.skip(f"this machine is too busy: {checks.get('echo', checks.get('sound stream'))['sentence']}")
    delay_ms = checks["echo"]["figures"]["delay_ms"]
    assert 30 < delay_ms < 300
    assert config.load(file).settings.echo.delay_ms == pytest.approx(delay_ms, abs=0.1)
