"""What the doctor says of sound, on cards in simulated rooms."""

from types import SimpleNamespace

import numpy as np
import pytest

from localvoice.audio.acoustics import LIVING_ROOM, TILED_KITCHEN, Room
from localvoice.audio.room import RoomCard
from localvoice.doctor import sound
from localvoice.engines.sound import edge, portaudio
from localvoice.engines.sound.choose_device import Device
from localvoice.errors import DeviceRefused, NoDevice

RATE = 16_000


class Stepped(RoomCard):
    """Its time passes by being waited for; it counts how often it was stopped."""

    healthy = True
    notice = ""
    stopped = 0

    def start(self):
        pass

    def stop(self):
        self.stopped += 1

    def rest(self, seconds):
        self.step(round(seconds * self.rate_hz))


def examined(card, play=True):
    found = sound.examine(lambda: card, play, card.rest)
    assert card.stopped == 1
    return found, {check.name: check for check in found.checks}


@pytest.mark.parametrize("room", [LIVING_ROOM, TILED_KITCHEN])
def test_a_room_is_measured(room):
    found, checks = examined(Stepped(room))
    assert [check.state for check in found.checks] == ["ok", "ok", "ok"]
    assert checks["echo"].figures["delay_ms"] == pytest.approx(room.delay_ms, abs=1.0)
    assert checks["echo"].figures["echo_db"] == pytest.approx(room.echo_db, abs=1.0)
    assert found.echo is not None and found.echo.delay_ms == pytest.approx(room.delay_ms, abs=1.0)
    assert checks["microphone"].figures["mean_db"] == pytest.approx(room.noise_db, abs=1.0)
    assert checks["microphone"].figures["noise_floor_db"] == pytest.approx(room.noise_db, abs=3.0)
    assert checks["sound"].figures["rate_hz"] == RATE
    assert found.buffers_ms == 30.0


def test_without_the_chirp_nothing_is_played():
    card = Stepped(LIVING_ROOM, record=True)
    found, checks = examined(card, play=False)
    assert "echo" not in checks and found.echo is None
    assert not card.recording()[:, 1].any()


def test_headphones_are_no_fault_and_no_delay_is_invented():
    found, checks = examined(Stepped(Room(echo_db=-150.0, noise_db=-60.0)))
    assert checks["echo"].state == "warn" and found.echo is None
    assert "delay_ms" not in checks["echo"].figures and "headphones" in checks["echo"].remedy


def test_a_microphone_that_is_switched_off_is_said():
    found, checks = examined(Stepped(Room(echo_db=-2000.0, noise_db=-2000.0)))
    assert checks["microphone"].state == "fail" and "zeros" in checks["microphone"].sentence
    assert checks["microphone"].remedy
    assert "echo" not in checks and found.echo is None  # headphones would not be the reason
    _, checks = examined(Stepped(Room(noise_db=-2000.0)), play=False)
    assert checks["microphone"].state == "fail" and "noise gate" in checks["microphone"].remedy


def test_a_microphone_that_is_silent_between_sounds_is_gated_and_not_dead():
    found, checks = examined(Stepped(Room(noise_db=-2000.0)))
    assert checks["microphone"].state == "ok" and "noise gate" in checks["microphone"].sentence
    assert checks["microphone"].figures["is_gated"] is True
    assert checks["echo"].state == "ok" and found.echo is not None
    _, checks = examined(Stepped(LIVING_ROOM))
    assert checks["microphone"].figures["is_gated"] is False


def test_noise_clipping_and_a_loud_echo_are_warned_of():
    _, checks = examined(Stepped(Room(noise_db=-30.0)), play=False)
    assert checks["microphone"].state == "warn" and "noisy" in checks["microphone"].sentence
    card = Stepped(LIVING_ROOM)
    card.say(np.full(RATE // 2, 2.0, np.float32) * np.sign(np.sin(np.arange(RATE // 2))).astype(np.float32))
    _, checks = examined(card, play=False)
    assert "clips" in checks["microphone"].sentence
    _, checks = examined(Stepped(Room(echo_db=9.0)))
    assert checks["echo"].state == "warn" and "Turn" in checks["echo"].remedy


def test_somebody_who_talks_now_and_then_does_not_raise_the_floor():
    mic = np.random.default_rng(1).normal(0, 10 ** (-70 / 20), 2 * RATE).astype(np.float32)
    mic[RATE : RATE + RATE // 2] += np.random.default_rng(2).normal(0, 0.1, RATE // 2).astype(np.float32)
    level = sound.measure_level(mic + 0.01, RATE)
    assert level.floor_db == pytest.approx(-70, abs=1.5)
    assert level.mean_db == pytest.approx(-26, abs=1.0)


def test_a_machine_without_a_card_is_told_what_to_do():
    def none():
        raise NoDevice("There is no microphone.", "Plug one in.")

    found = sound.examine(none, True)
    (check,) = found.checks
    assert (check.state, check.sentence, check.remedy) == ("fail", "There is no microphone.", "Plug one in.")
    assert found.buffers_ms is None and found.echo is None


def test_a_card_that_refuses_or_falls_silent_is_a_check():
    class Refusing(Stepped):
        def start(self):
            raise DeviceRefused("It is held by another program.", "Close that.")

    _, checks = examined(Refusing(LIVING_ROOM))
    assert checks["sound stream"].state == "fail"

    class Silent(Stepped):
        def rest(self, seconds):
            pass

    _, checks = examined(Silent(LIVING_ROOM))
    assert "stopped delivering" in checks["sound stream"].sentence


def test_lost_samples_give_a_warning_and_no_delay():
    class Losing(Stepped):
        def rest(self, seconds):
            self.edge.lose(7)
            super().rest(seconds)

    found, checks = examined(Losing(LIVING_ROOM))
    assert checks["echo"].state == "warn" and "lost" in checks["echo"].sentence and found.echo is None


def test_the_devices_are_listed_with_their_rates_and_latencies():
    found = [
        Device(0, "USB headset", "ALSA", 1, 2, 48_000, True, True, 8.7, 12.4),
        Device(1, "HDMI", "ALSA", 0, 8, 44_100, False, False, -1.0, 21.3),
        Device(2, "silent about it", "ALSA", 1, 0, 16_000, False, False),
    ]
    (check,) = sound.devices(lambda: found)
    assert check.sentence == (
        "USB headset 1 in 2 out 48000 Hz 9 ms in 12 ms out; HDMI 0 in 8 out 44100 Hz 21 ms out; "
        "silent about it 1 in 0 out 16000 Hz."
    )
    assert check.figures["devices"][0]["rate_hz"] == 48_000
    assert check.figures["devices"][0]["output_latency_ms"] == 12.4
    assert sound.devices(list) == []

    def broken():
        raise NoDevice("There is no PortAudio.", "Install it.")

    assert sound.devices(broken) == []


def test_rates_that_were_tried_are_said():
    card = Stepped(LIVING_ROOM)
    _, checks = examined(card, play=False)
    assert checks["sound"].figures["tried_hz"] == [RATE] and "tried" not in checks["sound"].sentence
    card = Stepped(LIVING_ROOM)
    card.tried_hz = (8_000, RATE)
    _, checks = examined(card, play=False)
    assert checks["sound"].figures["tried_hz"] == [8_000, RATE]
    assert "16000 Hz (not 8000 Hz, which was tried first)" in checks["sound"].sentence


def test_of_an_echo_that_was_lost_and_one_that_is_not_there_only_one_is_the_sound_systems_fault():
    class Losing(Stepped):
        def rest(self, seconds):
            self.edge.lose(7)
            super().rest(seconds)

    _, checks = examined(Losing(LIVING_ROOM))
    assert checks["echo"].figures["whole"] is False
    _, checks = examined(Stepped(Room(echo_db=-150.0, noise_db=-60.0)))
    assert checks["echo"].figures["whole"] is True and checks["echo"].figures["heard"] is False


def a_sounddevice(opens_at):
    """PortAudio with a headset and a loudspeaker of 48 kHz, which opens at the rates `opens_at` alone."""

    class PortAudioError(Exception):
        pass

    class Stream:
        latency = (0.02, 0.03)

        def __init__(self, samplerate, **_options):
            if samplerate not in opens_at:
                raise PortAudioError("Invalid sample rate")

    def entry(name, inputs, outputs):
        return {
            "name": name, "hostapi": 0, "max_input_channels": inputs, "max_output_channels": outputs,
            "default_samplerate": 48_000.0, "default_low_input_latency": 0.0087, "default_low_output_latency": 0.0213,
        }  # fmt: skip

    api = {"name": "Any", "devices": [0, 1], "default_input_device": 0, "default_output_device": 0}
    return SimpleNamespace(
        query_hostapis=lambda: [api],
        query_devices=lambda: [entry("headset", 1, 1), entry("loudspeaker", 0, 2)],
        PortAudioError=PortAudioError,
        _StreamBase=Stream,
        WasapiSettings=lambda **_options: None,
    )


def test_each_device_states_its_latencies_for_the_ways_that_it_has(monkeypatch):
    monkeypatch.setattr(portaudio, "_load", lambda: a_sounddevice(()))
    headset, loudspeaker = portaudio.devices()
    assert (headset.input_latency_ms, headset.output_latency_ms) == (8.7, 21.3)
    assert (loudspeaker.input_latency_ms, loudspeaker.output_latency_ms) == (-1.0, 21.3)


@pytest.mark.skipif(not edge.is_compiled(), reason="the sound edge is not compiled")
def test_the_card_knows_which_rates_it_asked_for(monkeypatch):
    good, bad = a_sounddevice((48_000,)), a_sounddevice(())
    monkeypatch.setattr(portaudio, "_load", lambda: good)
    assert portaudio.PortAudioCard().tried_hz == (16_000, 48_000)
    monkeypatch.setattr(portaudio, "_load", lambda: bad)
    with pytest.raises(DeviceRefused, match=r"headset does not open at 16000 Hz .* Nor does it at 48000, 44100 Hz\."):
        portaudio.PortAudioCard()
