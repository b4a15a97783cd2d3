"""Interruptions in two simulated rooms, the user as loud as the assistant's echo; nothing else moves the
clock.

The limits are those of the product: ducked within 150 ms of the voice's onset, cut within 300 ms, 95 in 100
times, and the assistant never interrupts itself. `python -m pytest -s` prints the figures.
"""

from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from localvoice import bundled
from localvoice.audio.acoustics import LIVING_ROOM, TILED_KITCHEN, Room
from localvoice.engines.voice.piper import PiperEngine
from localvoice.events import SpeechStarted
from localvoice.hear.barge_in import BargeIn, Evidence
from localvoice.sound import EAR_HZ, Samples
from localvoice.speak.voice import Voice

from .conftest import Say, silence
from .simulation import BLOCK, Conversation, Result, interrupt

TALK = (
    "The weather tomorrow is rain with twelve degrees and a light wind from the west.",
    "Here is a story. Once upon a time there was a small kettle that wanted to sing, and it sang all day long.",
    "I have set a timer for five minutes and another one for twenty minutes.",
    "You have milk, eggs, bread and butter on your list, and I can add something else if you want.",
)
SAYINGS = (
    "stop",
    "no make it a large",
    "wait what time is it",
    "cancel the timer",
    "turn off the kitchen light",
    "that's enough thank you",
    "hold on",
    "actually make it two",
)
USERS = ("en-us", "flite:rms", "en-gb+m3", "flite:awb")
LEVEL_DB = -20.0


def talk() -> Iterator[Samples]:
    """Replies of 18 s in the bundled voice, without end."""
    voice = Voice(PiperEngine(bundled.path("pocket/voice/pocket-voice.onnx")), EAR_HZ)
    sentences = [np.concatenate((voice.clause(sentence).samples, silence(0.1))) for sentence in TALK]
    scale = 10 ** (LEVEL_DB / 20) / np.sqrt(np.mean(np.concatenate(sentences) ** 2))
    while True:
        yield np.concatenate(sentences) * np.float32(scale)
        sentences = [*sentences[1:], sentences[0]]


def sayings(say: Say, count: int, level_db: float) -> list[Samples]:
    """Things to say over the assistant, the synthesiser's own silence taken off."""
    found = []
    for number in range(count):
        speech = say(SAYINGS[number % len(SAYINGS)], USERS[number % len(USERS)], level_db)
        loud = np.flatnonzero(np.abs(speech) > 0.02 * np.abs(speech).max())
        found.append(speech[loud[0] : loud[-1] + EAR_HZ // 40])
    return found


@pytest.fixture(scope="module", params=[("living room", LIVING_ROOM), ("kitchen", TILED_KITCHEN)])
def held(request: pytest.FixtureRequest, say: Say) -> Result:
    if find_spec("speexdsp") is None:
        pytest.skip("speexdsp is not installed; AEC3 alone finds interruptions later (p95 188 ms), and not all of them")
    name, room = request.param
    assert isinstance(room, Room)
    result = interrupt(Conversation(room, talk()), sayings(say, 12, LEVEL_DB + room.echo_db), seed=3, alone_s=12)
    for what in ("suspected_ms", "started_ms"):
        print(f"\n{name}: {what} of 12, sorted: {[round(value) for value in result.late(what)]}")
    print(f"false starts {result.false_starts}, false suspicions {len(result.false_suspicions)}")
    return result


def test_ducked_within_150_ms_and_cut_within_300(held: Result) -> None:
    assert len(held.interruptions) == 12
    assert np.percentile(held.late("suspected_ms"), 95) <= 150
    assert np.percentile(held.late("started_ms"), 95) <= 300


def test_the_assistant_never_interrupts_itself(held: Result) -> None:
    assert held.false_starts == []
    assert len(held.false_suspicions) <= 10


def test_the_air_is_quiet_when_it_says_so(held: Result) -> None:
    """The recording's right channel is what left the loudspeaker: 12 dB quieter 100 ms after the suspicion,
    and silent 60 ms after the start."""
    speaker = held.recording[:, 1]
    quiet, silent = 0, 0
    for one in held.interruptions:
        if one.suspected_ms is None or one.started_ms is None:
            continue
        before = _level(speaker, one.onset - EAR_HZ, one.onset)
        ducked_at = one.onset + int((one.suspected_ms + 100) * EAR_HZ / 1000)
        cut_at = one.onset + int((one.started_ms + 60) * EAR_HZ / 1000)
        quiet += _level(speaker, ducked_at, ducked_at + EAR_HZ // 10) < before - 12
        silent += _level(speaker, cut_at, cut_at + EAR_HZ // 10) < -90
    assert quiet == silent == 12


@pytest.mark.parametrize("room", [TILED_KITCHEN, replace(TILED_KITCHEN, rt60_s=0.6)], ids=["kitchen", "hall"])
@pytest.mark.parametrize("seed", [1, 3, 4, 5])
def test_a_room_that_rings_on_when_a_sentence_ends_is_nobody(room: Room, seed: int) -> None:
    conversation = Conversation(replace(room, seed=seed), talk())
    assert interrupt(conversation, [], seed, alone_s=6).false_starts == []


SHORT = (
    "Sure.",
    "It is twelve minutes past nine.",
    "The weather tomorrow is rain with twelve degrees and a light wind.",
    "Hello, what can I do for you?",
)


@pytest.mark.parametrize("delay_ms", [150.0, 420.0], ids=["late", "wireless"])
@pytest.mark.parametrize("room", [LIVING_ROOM, TILED_KITCHEN], ids=["living room", "kitchen"])
def test_an_echo_that_comes_after_the_end_of_the_reply_is_nobody(room: Room, delay_ms: float) -> None:
    """A wireless loudspeaker plays up to half a second late: what it says last is heard after the playback's end."""
    voice = Voice(PiperEngine(bundled.path("pocket/voice/pocket-voice.onnx")), EAR_HZ)
    conversation = Conversation(replace(room, delay_ms=delay_ms), talk())
    conversation.be_silent()
    for sentence in SHORT:
        reply = voice.clause(sentence).samples
        conversation.say(reply)
        for _ in range((len(reply) + 2 * EAR_HZ) // BLOCK):
            conversation.step()
    assert not [event for _, event in conversation.events if isinstance(event, SpeechStarted)]


class Credulous(BargeIn):
    """Takes every voice for a user's."""

    def feed(self, seen: Evidence, suspected: bool, delay_ms: float) -> float:
        return seen.words


def test_the_test_can_fail() -> None:
    """Without an echo canceller, and without doubt, the assistant's own echo is taken for somebody."""
    room = LIVING_ROOM
    conversation = Conversation(room, talk(), engine="off", barge_in=Credulous())
    assert interrupt(conversation, [], seed=1, alone_s=6).false_starts


def early(say: Say, echo_level_db: float) -> Result:
    """Interruptions 1 s after the assistant has begun to talk for the first time, its echo being a weak one."""
    room = replace(LIVING_ROOM, echo_db=-18.0)
    results = Result()
    for number, saying in enumerate(sayings(say, 8, LEVEL_DB + room.echo_db)):
        conversation = Conversation(room, talk(), barge_in=BargeIn(echo_level_db=echo_level_db))
        while conversation.talking_since is None:
            conversation.step()
        found = interrupt(conversation, [saying], seed=number, alone_s=0)
        results.interruptions += found.interruptions
        results.false_starts += found.false_starts
    return results


def test_an_echo_whose_level_was_measured_hides_nobody_who_interrupts_at_once(say: Say) -> None:
    results = [early(say, level_db) for level_db in (0.0, -18.0)]
    unknown, known = (sum(value < 600 for value in result.late("started_ms")) for result in results)
    print(f"heard within 600 ms: {unknown} of 8 with an unknown echo, {known} with a known one")
    assert known >= unknown + 3 and known >= 5
    assert not results[1].false_starts


def _level(samples: Samples, start: int, end: int) -> float:
    power = float(np.mean(samples[start:end] ** 2))
    return 10 * np.log10(power) if power > 0 else -200.0
