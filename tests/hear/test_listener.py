"""The whole chain of the ears on one block after another, with a real echo canceller and detector."""

import numpy as np

from localvoice.audio.echo import EchoCanceller
from localvoice.engines.detector.silero import Silero
from localvoice.events import EndOfTurn, SpeechPaused, SpeechStarted
from localvoice.hear.barge_in import BargeIn, Evidence
from localvoice.hear.endpointing import EndpointingSettings, SpeechEvent
from localvoice.hear.listener import Listener
from localvoice.hear.ring import SpeechRing
from localvoice.sound import EAR_HZ, Samples

from .conftest import Say, noise, silence


def listen(
    listener: Listener, sound: Samples, first: int = 0, block: int = 160, speaking: bool = False
) -> list[SpeechEvent]:
    quiet = np.zeros(block, np.float32)
    events: list[SpeechEvent] = []
    for start in range(0, len(sound) - block + 1, block):
        events += listener.feed(first + start, sound[start : start + block], quiet, speaking)
    return events


def stream(say: Say) -> Samples:
    sound = np.concatenate((silence(1), say("set a timer for five minutes"), silence(1)))
    return sound + noise(len(sound) / EAR_HZ + 1, -65)[: len(sound)]


def test_the_ring_and_the_events_count_as_the_microphone_does(say: Say) -> None:
    """Whatever the echo canceller's latency: a sample has the same index before and after."""
    ring = SpeechRing(30)
    sound = stream(say)
    first = 48_000
    listener = Listener(EchoCanceller("off"), Silero(), EndpointingSettings(), ring)
    events = listen(listener, sound, first)
    assert [type(event) for event in events][1:] == [SpeechStarted, SpeechPaused, EndOfTurn]
    started = next(event.at for event in events if isinstance(event, SpeechStarted))
    assert abs(started - first - EAR_HZ) < EAR_HZ // 5
    assert ring.newest >= first + len(sound) - 1000
    kept = ring.read(first + EAR_HZ, first + 2 * EAR_HZ)
    np.testing.assert_allclose(kept, sound[EAR_HZ : 2 * EAR_HZ], atol=1e-3)


def test_patience_reaches_the_pause(say: Say) -> None:
    listener = Listener(EchoCanceller("off"), Silero(), EndpointingSettings(), SpeechRing(30))
    sound = np.concatenate((stream(say), noise(2, -65)))
    quiet = np.zeros(160, np.float32)
    end: EndOfTurn | None = None
    for start in range(0, len(sound) - 159, 160):
        for event in listener.feed(start, sound[start : start + 160], quiet, False):
            if isinstance(event, SpeechPaused):
                listener.set_patience(1000, event.at)
            elif isinstance(event, EndOfTurn):
                end = event
    assert end is not None and 0.95 < (end.decided_at - end.at) / EAR_HZ < 1.05


def test_block_length_changes_nothing(say: Say) -> None:
    sound = stream(say)
    found = [
        listen(
            Listener(EchoCanceller("both"), Silero(), EndpointingSettings(), SpeechRing(30)),
            sound,
            block=block,
        )
        for block in (160, 37, 1024)
    ]
    assert found[0] == found[1] == found[2]


def test_a_gap_moves_the_clock_and_the_turn_goes_on(say: Say) -> None:
    ring = SpeechRing(30)
    listener = Listener(EchoCanceller("both"), Silero(), EndpointingSettings(), ring)
    speech = say("can i have a large light roast latte with soy milk")
    half = len(speech) // 2 // 160 * 160
    lost = 1600
    events = listen(listener, np.concatenate((silence(0.5), speech[:half])))
    listener.reset()
    second = EAR_HZ // 2 + half + lost
    after = listen(listener, np.concatenate((speech[half:], silence(1))), second)
    assert SpeechStarted in [type(event) for event in events]
    assert SpeechStarted not in [type(event) for event in after]
    ends = [event for event in after if isinstance(event, EndOfTurn)]
    assert len(ends) == 1
    assert abs(ends[0].at - (second + len(speech) - half)) < EAR_HZ // 2
    assert not ring.read(second - lost + 200, second).any()


def test_silence_brings_nothing() -> None:
    listener = Listener(EchoCanceller("both"), Silero(), EndpointingSettings(), SpeechRing(30))
    assert listen(listener, silence(3)) == []
    assert listen(listener, noise(3, -45), first=3 * EAR_HZ) == []


class Scripted:
    """A detector that says what it is told, and counts how often it was made to forget."""

    def __init__(self) -> None:
        self.says = 0.0
        self.forgot = 0

    def feed(self, chunk: Samples) -> float:
        return self.says

    def reset(self) -> None:
        self.forgot += 1


def test_what_the_detector_learnt_from_the_assistant_is_forgotten_when_it_falls_silent() -> None:
    """Or Silero does not believe a user for a third of a second (the demo's ninth turn)."""
    detector = Scripted()
    listener = Listener(EchoCanceller("off"), detector, EndpointingSettings(), SpeechRing(30))
    listen(listener, noise(1, -40))
    before = detector.forgot
    listen(listener, noise(1, -40), EAR_HZ, speaking=True)
    assert detector.forgot == before
    listen(listener, noise(1, -40), 2 * EAR_HZ)
    assert detector.forgot == before + 1


def test_nothing_is_forgotten_while_the_user_talks() -> None:
    detector = Scripted()
    listener = Listener(EchoCanceller("off"), detector, EndpointingSettings(), SpeechRing(30))
    listen(listener, noise(1, -40))
    before = detector.forgot
    detector.says = 0.9
    events = listen(listener, noise(1, -20), EAR_HZ)
    events += listen(listener, noise(1, -20), 2 * EAR_HZ, speaking=True)
    events += listen(listener, noise(1, -20), 3 * EAR_HZ)
    assert SpeechStarted in map(type, events) and detector.forgot == before


class Unbelieving(BargeIn):
    """Takes everything for the assistant's echo."""

    def feed(self, seen: Evidence, suspected: bool, delay_ms: float) -> float:
        return 0.0


def test_the_echo_of_an_answer_that_began_in_the_pause_does_not_continue_the_turn() -> None:
    """By the talk key a turn is over before its silence is. Who was speaking already is believed as before."""
    for answered_in_the_pause in (True, False):
        detector = Scripted()
        listener = Listener(
            EchoCanceller("off"), detector, EndpointingSettings(end_of_turn_ms=800), SpeechRing(30), Unbelieving()
        )
        detector.says = 0.9
        listen(listener, noise(0.5, -20))
        at = EAR_HZ // 2
        if answered_in_the_pause:
            detector.says = 0.0
            listen(listener, noise(0.2, -20), at)
            at += EAR_HZ // 5
        detector.says = 0.9
        events = listen(listener, noise(1.5, -20), at, speaking=True)
        assert [type(event) for event in events] == ([EndOfTurn] if answered_in_the_pause else [])
