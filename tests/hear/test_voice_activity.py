"""The real detector on real frames."""

from pathlib import Path

import numpy as np
import pytest

from localvoice.engines.detector.silero import Silero, bundled_model
from localvoice.errors import ModelBroken, ModelMissing, ModelWrongKind
from localvoice.events import EndOfTurn, SpeechPaused, SpeechStarted
from localvoice.hear.endpointing import Endpointing
from localvoice.hear.voice_activity import FRAME_SAMPLES, VoiceActivity
from localvoice.sound import EAR_HZ, SILENCE_DB, Samples, level_db

from .conftest import Say, noise, silence


def test_it_hears_a_voice_and_nothing_in_silence_or_noise(say: Say) -> None:
    activity = VoiceActivity(Silero())
    quiet = activity.feed(noise(2, -50))
    voice = activity.feed(say("set a timer for five minutes and turn on the kitchen light"))
    assert max(frame.probability for frame in quiet) < 0.35
    assert np.mean([frame.probability > 0.5 for frame in voice]) > 0.7


def test_block_length_makes_no_difference(say: Say) -> None:
    samples = say("what time is it")
    at_once = VoiceActivity(Silero()).feed(samples)
    piecewise = VoiceActivity(Silero())
    lengths = [1, 160, 511, 512, 513, 2000]
    pieces, start = [], 0
    while start < len(samples):
        length = lengths[len(pieces) % len(lengths)]
        pieces.append(samples[start : start + length])
        start += length
    assert [frame for piece in pieces for frame in piecewise.feed(piece)] == at_once
    assert [frame.end_at for frame in at_once] == [FRAME_SAMPLES * (n + 1) for n in range(len(at_once))]


class Counting:
    """The real detector, and how often it was asked."""

    def __init__(self) -> None:
        self.detector, self.asked = Silero(), 0

    def feed(self, chunk: Samples) -> float:
        self.asked += 1
        return self.detector.feed(chunk)

    def reset(self) -> None:
        self.detector.reset()


def test_the_detector_rests_in_a_quiet_room_and_wakes_at_the_first_word(say: Say) -> None:
    speech = say("what time is it")
    stream = np.concatenate((silence(10), speech, silence(3))) + noise(20, -55)[: 13 * EAR_HZ + len(speech)]
    counting, always = Counting(), Silero()
    resting = VoiceActivity(counting).feed(stream)
    awake = [always.feed(stream[n * FRAME_SAMPLES : (n + 1) * FRAME_SAMPLES]) for n in range(len(resting))]
    assert counting.asked < 0.25 * len(resting)
    first = next(n for n, probability in enumerate(awake) if probability >= 0.5)
    assert next(n for n, frame in enumerate(resting) if frame.probability >= 0.5) <= first + 1
    voiced = [frame.probability >= 0.5 for frame in resting]
    assert np.mean(np.array(voiced) == (np.array(awake) >= 0.5)) > 0.99


def test_a_voice_from_the_first_sample_on_is_heard(say: Say) -> None:
    frames = VoiceActivity(Silero()).feed(say("what time is it")[1600:])
    assert max(frame.probability for frame in frames[:8]) > 0.5


def test_reset_forgets_everything(say: Say) -> None:
    activity = VoiceActivity(Silero())
    first = activity.feed(say("what time is it"))
    activity.feed(noise(0.01, -30))
    activity.reset(at=0)
    assert activity.feed(say("what time is it")) == first
    activity.reset(at=10_000)
    assert activity.feed(silence(0.04))[0].end_at == 10_000 + FRAME_SAMPLES


@pytest.mark.parametrize("voice", ["en-us", "en-gb+f2", "flite:slt", "flite:rms"])
def test_a_turn_is_found_where_it_was_spoken(say: Say, voice: str) -> None:
    """From the detector's events: start and end within 120 ms of the loud part of the speech."""
    speech = say("can i have a large light roast latte with soy milk", voice)
    loud = np.flatnonzero(np.abs(speech) > 0.05 * np.abs(speech).max())
    begin, end = EAR_HZ + int(loud[0]), EAR_HZ + int(loud[-1])
    stream = np.concatenate((silence(1), speech, silence(1)))
    stream += noise(len(stream) / EAR_HZ + 1, -65)[: len(stream)]
    machine = Endpointing()
    events = [
        event
        for frame in VoiceActivity(Silero()).feed(stream)
        for event in machine.feed(frame.end_at, frame.probability, False)
    ]
    starts = [event.at for event in events if isinstance(event, SpeechStarted)]
    ends = [event.at for event in events if isinstance(event, EndOfTurn)]
    assert len(starts) == len(ends) == 1, events
    assert abs(starts[0] - begin) < 0.12 * EAR_HZ
    assert abs(ends[0] - end) < 0.12 * EAR_HZ
    assert any(isinstance(event, SpeechPaused) for event in events)


def test_levels() -> None:
    assert level_db(silence(0.1)) == SILENCE_DB
    assert level_db(np.zeros(0, np.float32)) == SILENCE_DB
    assert level_db(noise(1, -30)) == pytest.approx(-30, abs=0.2)


def test_bad_files_say_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        Silero(tmp_path / "nowhere.onnx")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(bundled_model().read_bytes()[:100_000])
    with pytest.raises(ModelBroken):
        Silero(broken)
    empty = tmp_path / "empty.onnx"
    empty.touch()
    with pytest.raises(ModelBroken):
        Silero(empty)


def test_another_model_is_the_wrong_kind() -> None:
    from localvoice.bundled import path

    with pytest.raises(ModelWrongKind):
        Silero(path("pocket/voice/pocket-voice.onnx"))


def test_wrong_chunk_length_is_refused() -> None:
    with pytest.raises(ValueError, match="512"):
        Silero().feed(np.zeros(160, np.float32))
