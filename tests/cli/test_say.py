"""`localvoice say` through a speaker that is there, missing, or unplugged. PortAudio is played by a stand-in."""

from types import SimpleNamespace

import numpy as np
import pytest

from localvoice.cli import say
from localvoice.engines.sound import portaudio
from localvoice.engines.sound.loudspeaker import MARGIN_S, Loudspeaker
from localvoice.errors import CannotSpeak, DeviceLost, NoDevice
from localvoice.sound import Samples

SPEECH = np.linspace(-0.5, 0.5, 5000, dtype=np.float32)
BEFORE = round(MARGIN_S * 16_000)


class CallbackStop(Exception):
    pass


class PortAudioError(Exception):
    pass


class FakeSound:
    """Stands in for the sounddevice module: one speaker of two channels at 48 kHz, and no microphone."""

    CallbackStop = CallbackStop
    PortAudioError = PortAudioError
    latency_s = 0.05

    def __init__(self) -> None:
        self.speakers = ["Kitchen Speaker"]
        self.refuses_hz: set[int] = set()
        self.unplugged_after = 10**6
        """Blocks."""
        self.tells = True
        """The stream ends when the device goes; else it waits for ever."""
        self.played: list[Samples] = []
        self.closed = 0

    def heard(self) -> Samples:
        both = np.concatenate(self.played)
        np.testing.assert_array_equal(both[:, 0], both[:, -1])
        return both[:, 0]

    def query_hostapis(self):
        default = 0 if self.speakers else -1
        devices = list(range(len(self.speakers)))
        return [{"name": "ALSA", "devices": devices, "default_input_device": -1, "default_output_device": default}]

    def query_devices(self):
        channels = {"max_input_channels": 0, "max_output_channels": 2}
        return [{"name": name, "hostapi": 0, "default_samplerate": 48000.0, **channels} for name in self.speakers]

    def OutputStream(self, samplerate, channels, callback, finished_callback, **_options):
        if samplerate in self.refuses_hz:
            raise PortAudioError("Invalid sample rate")

        def start() -> None:
            while len(self.played) < self.unplugged_after:
                block = np.full((256, channels), np.nan, np.float32)
                try:
                    callback(block, 256, None, None)
                except CallbackStop:
                    self.played.append(block)
                    break
                self.played.append(block)
            else:
                if not self.tells:
                    return
            finished_callback()

        def close(ignore_errors: bool) -> None:
            self.closed += 1

        return SimpleNamespace(latency=self.latency_s, start=start, abort=lambda ignore_errors: None, close=close)


@pytest.fixture
def sound(monkeypatch) -> FakeSound:
    fake = FakeSound()
    monkeypatch.setattr(portaudio, "_load", lambda: fake)
    return fake


def test_everything_is_played_and_then_the_device_is_left(sound) -> None:
    Loudspeaker().play(SPEECH)
    heard = sound.heard()
    np.testing.assert_array_equal(heard[BEFORE : BEFORE + len(SPEECH)], SPEECH)
    after = heard[BEFORE + len(SPEECH) :]
    assert not after.any() and len(after) > sound.latency_s * 16_000, "the device's buffer was not played"
    assert sound.closed == 1


def test_a_rate_that_the_device_takes_is_found(sound) -> None:
    sound.refuses_hz = {16_000}
    assert Loudspeaker().rate_hz == 48_000


@pytest.mark.parametrize("tells", [True, False])
def test_an_unplugged_device_ends_it(sound, monkeypatch, tells) -> None:
    monkeypatch.setattr(portaudio, "STALLED_S", 0.05)
    sound.unplugged_after, sound.tells = 3, tells
    with pytest.raises(DeviceLost, match="Kitchen Speaker"):
        Loudspeaker().play(SPEECH)
    assert sound.closed == 1


def test_a_device_that_never_begins_ends_it(sound, monkeypatch) -> None:
    monkeypatch.setattr(portaudio, "FIRST_BLOCK_S", 0.05)
    sound.unplugged_after, sound.tells = 0, False
    with pytest.raises(DeviceLost):
        Loudspeaker().play(SPEECH)


def test_a_machine_without_a_speaker(sound) -> None:
    sound.speakers = []
    with pytest.raises(NoDevice, match="There is no speaker"):
        Loudspeaker()


def test_say_needs_no_microphone_and_knows_the_volume(sound, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(say, "_spoken", lambda text, settings: SPEECH)
    file = tmp_path / "settings.toml"
    file.write_text("[voice]\nvolume_percent = 50\n")
    say.say("hello", None, None, file)
    np.testing.assert_allclose(sound.heard()[BEFORE : BEFORE + len(SPEECH)], SPEECH / 4, atol=1e-6)


def test_say_opens_no_device_for_no_text(sound) -> None:
    sound.speakers = []
    with pytest.raises(CannotSpeak):
        say.say(" ", None, None, None)
