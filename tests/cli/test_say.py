"""`localvoice say` through a speaker that is there, missing, or unplugged. PortAudio is played by a stand-in."""

import itertools
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest

from localvoice import bundled
from localvoice.cli import say
from localvoice.config import Settings, VoiceSettings
from localvoice.engines.sound import portaudio
from localvoice.engines.sound.loudspeaker import AHEAD_S, MARGIN_S, Loudspeaker
from localvoice.errors import CannotSpeak, DeviceLost, NoDevice
from localvoice.model_kinds import BUNDLED
from localvoice.one_shot.say import say as speak
from localvoice.sound import Samples

SPEECH = np.linspace(-0.5, 0.5, 5000, dtype=np.float32)
RATE_HZ = 48_000
BEFORE = round(MARGIN_S * RATE_HZ)
PATIENCE_S = 20


class CallbackStop(Exception):
    pass


class PortAudioError(Exception):
    pass


class FakeSound:
    """Stands in for the sounddevice module: one speaker of two channels at 48 kHz, and no microphone."""

    CallbackStop = CallbackStop
    PortAudioError = PortAudioError
    latency_s = 0.05

    @staticmethod
    def _exit_handler() -> None:
        """Called at the exit by the real one."""

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

        gone = threading.Event()

        def run() -> None:
            while len(self.played) < self.unplugged_after and not gone.is_set():
                block = np.full((256, channels), np.nan, np.float32)
                try:
                    callback(block, 256, None, None)
                except CallbackStop:
                    self.played.append(block)
                    break
                self.played.append(block)
                if not block.any():
                    # A device takes its time; so does this one, while it waits for sound.
                    gone.wait(0.0005)
            else:
                if not self.tells:
                    return
            finished_callback()

        thread = threading.Thread(target=run)

        def close(ignore_errors: bool) -> None:
            gone.set()
            if thread.ident is not None:
                thread.join(PATIENCE_S)
            self.closed += 1

        return SimpleNamespace(
            latency=self.latency_s, start=thread.start, abort=lambda ignore_errors: None, close=close
        )


@pytest.fixture
def sound(monkeypatch) -> FakeSound:
    fake = FakeSound()
    monkeypatch.setattr(portaudio, "_load", lambda: fake)
    return fake


def test_everything_is_played_and_then_the_device_is_left(sound) -> None:
    Loudspeaker().play([SPEECH[:3000], SPEECH[3000:]])
    heard = sound.heard()
    # Where the stand-in was faster than the pieces there is silence between them; the ramp has one zero at the most.
    np.testing.assert_array_equal(heard[heard != 0], SPEECH[SPEECH != 0])
    assert np.flatnonzero(heard)[0] == BEFORE
    after = len(heard) - 1 - np.flatnonzero(heard)[-1]
    assert after > sound.latency_s * RATE_HZ, "the device's buffer was not played"
    assert sound.closed == 1


def test_the_first_piece_is_heard_before_the_second_is_made(sound) -> None:
    heard = threading.Event()

    def pieces() -> Iterator[Samples]:
        yield SPEECH
        while not sum(map(len, sound.played.copy())) > BEFORE + len(SPEECH):
            assert not heard.wait(0.01)
        heard.set()
        yield SPEECH

    Loudspeaker().play(pieces())
    assert heard.is_set()


def test_what_is_made_ahead_is_bounded(sound) -> None:
    """A book would not fit into the memory."""
    sound.unplugged_after, sound.tells = 10, False
    second = np.zeros(RATE_HZ, np.float32)
    made = []

    def pieces() -> Iterator[Samples]:
        for number in itertools.count():
            made.append(number)
            yield second

    with pytest.raises(DeviceLost):
        Loudspeaker().play(pieces())
    assert len(made) <= AHEAD_S + 2


def test_ctrl_c_leaves_the_device_at_once(sound) -> None:
    def pieces() -> Iterator[Samples]:
        yield SPEECH
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Loudspeaker().play(pieces())
    assert sound.closed == 1


def test_a_sound_server_that_was_killed_holds_nothing_up(sound, monkeypatch) -> None:
    monkeypatch.setattr(portaudio, "CLOSE_S", 0.05)
    answers = threading.Event()
    speaker = Loudspeaker()
    speaker._stream.abort = lambda ignore_errors: answers.wait(PATIENCE_S)
    began_s = time.monotonic()
    speaker.close()
    assert time.monotonic() - began_s < PATIENCE_S / 2 and sound.closed == 0
    answers.set()


def test_the_devices_own_rate_comes_first_and_another_if_it_is_refused(sound) -> None:
    assert Loudspeaker().rate_hz == 48_000
    sound.refuses_hz = {48_000}
    assert Loudspeaker().rate_hz == 44_100


@pytest.mark.parametrize("tells", [True, False])
def test_an_unplugged_device_ends_it(sound, monkeypatch, tells) -> None:
    monkeypatch.setattr(portaudio, "STALLED_S", 0.05)
    sound.unplugged_after, sound.tells = 3, tells
    with pytest.raises(DeviceLost, match="Kitchen Speaker"):
        Loudspeaker().play([SPEECH])
    assert sound.closed == 1


def test_a_device_that_never_begins_ends_it(sound, monkeypatch) -> None:
    monkeypatch.setattr(portaudio, "FIRST_BLOCK_S", 0.05)
    sound.unplugged_after, sound.tells = 0, False
    with pytest.raises(DeviceLost):
        Loudspeaker().play([SPEECH])


def test_a_machine_without_a_speaker(sound) -> None:
    sound.speakers = []
    with pytest.raises(NoDevice, match="There is no speaker"):
        Loudspeaker()


def test_say_needs_no_microphone_and_knows_the_volume(sound, tmp_path) -> None:
    loud, soft = (
        Settings(voice=VoiceSettings(model=str(bundled.path(BUNDLED["voice"])), volume_percent=percent))
        for percent in (100, 50)
    )
    said = speak("Hello.", settings=loud)
    heard = sound.heard()
    assert len(heard) / RATE_HZ > said.seconds > 0.2
    sound.played.clear()
    speak("Hello.", settings=soft)
    np.testing.assert_allclose(np.abs(sound.heard()).max(), np.abs(heard).max() / 4, rtol=1e-3)


def test_a_text_is_spoken_while_it_is_written(sound) -> None:
    """As from a program that writes an answer into a pipe."""

    def text() -> Iterator[str]:
        yield "The kitchen light is on. And"
        while not any(block.any() for block in sound.played.copy()):
            assert waiting.wait(0.01) is False
        waiting.set()
        yield " the door is open."

    waiting = threading.Event()
    speak(text(), settings=Settings(voice=VoiceSettings(model=str(bundled.path(BUNDLED["voice"])))))
    assert waiting.is_set()


def test_say_opens_no_device_for_no_text(sound) -> None:
    sound.speakers = []
    with pytest.raises(CannotSpeak):
        say.say([" "], None, None, None)
