"""A talkative assistant in a simulated room, with the real edge, playback, echo canceller and ears, and a
user who interrupts it. Nothing waits: the card is stepped block by block and the sample counter is the clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from localvoice.audio.acoustics import Room
from localvoice.audio.echo import EchoCanceller, Engine
from localvoice.audio.playback import Playback, PlayoutBegan
from localvoice.audio.room import RoomCard
from localvoice.engines.detector.silero import Silero
from localvoice.events import EndOfTurn, SpeechStarted, SpeechSuspected, SuspicionGone
from localvoice.hear.barge_in import BargeIn
from localvoice.hear.endpointing import EndpointingSettings, SpeechEvent
from localvoice.hear.listener import Listener
from localvoice.hear.ring import SpeechRing
from localvoice.sound import EAR_HZ, Samples

BLOCK = 160
REACTION_BLOCKS = 1
"""From an event to what follows from it: two threads look at their queues."""
ANSWER_AFTER = EAR_HZ * 6 // 10


@dataclass(frozen=True)
class Interruption:
    """One thing the user said over the assistant; times in ms after its first sample, None where it never
    came."""

    onset: int
    suspected_ms: float | None
    started_ms: float | None


def onset_of(speech: Samples) -> int:
    """Sample at which the voice begins: the first 10 ms within 10 dB of the loudest, after the hiss of an
    s."""
    frames = speech[: len(speech) // BLOCK * BLOCK].reshape(-1, BLOCK)
    power = np.einsum("ij,ij->i", frames, frames)
    return int(np.flatnonzero(power > power.max() / 10)[0]) * BLOCK


@dataclass(frozen=True)
class Spoken:
    """What the user said over the assistant, on the stream's clock."""

    start: int
    onset: int
    end: int


@dataclass
class Result:
    interruptions: list[Interruption] = field(default_factory=list)
    false_starts: list[float] = field(default_factory=list)
    """When somebody was believed to speak although nobody did, in seconds."""
    false_suspicions: list[float] = field(default_factory=list)
    recording: Samples = field(default_factory=lambda: np.zeros((0, 2), np.float32))

    def late(self, what: str) -> list[float]:
        """Latencies in ms in rising order; what never came counts as infinity."""
        values = [getattr(one, what) for one in self.interruptions]
        return sorted(float("inf") if value is None else value for value in values)


class Conversation:
    """The assistant talks and talks; each interruption comes when it has been talking for a while."""

    def __init__(
        self,
        room: Room,
        replies: Iterator[Samples],
        engine: Engine = "both",
        barge_in: BargeIn | None = None,
        settings: EndpointingSettings | None = None,
    ) -> None:
        self.card = RoomCard(room, record=True)
        self.playback = Playback(self.card.edge)
        self.ring = SpeechRing(30)
        self.listener = Listener(
            EchoCanceller(engine), Silero(), settings or EndpointingSettings(), self.ring, barge_in
        )
        self._replies = replies
        self._rest = np.zeros(0, np.float32)
        self._turn = 0
        self._due: list[tuple[int, SpeechEvent]] = []
        self._answer_at: int | None = 0
        self.talking_since: int | None = None
        self.events: list[tuple[int, SpeechEvent]] = []
        """With the frame at which it was known."""

    def be_silent(self) -> None:
        """Until `say`, or until somebody has been heard."""
        self._answer_at = None

    def say(self, reply: Samples) -> None:
        """One whole reply, no longer than what the speaker's ring holds."""
        assert len(reply) <= self.card.edge.free
        self._turn += 1
        self.playback.begin(self._turn)
        self.playback.push(reply, "reply")
        self.playback.end()

    def step(self) -> None:
        """10 ms."""
        now = self.card.frame
        while self._due and self._due[0][0] <= now:
            self._react(self._due.pop(0)[1])
        if self._answer_at is not None and now >= self._answer_at:
            self._turn += 1
            self._answer_at = None
            self.playback.begin(self._turn)
            self._rest = next(self._replies)
            self.playback.push(self._rest[:0], "talk")
        if len(self._rest) and self.card.edge.free > EAR_HZ:
            taken = self.playback.push(self._rest[:EAR_HZ], "")
            self._rest = self._rest[taken:]
        self.card.step(BLOCK)
        for happened in self.playback.poll():
            if isinstance(happened, PlayoutBegan):
                self.talking_since = happened.at_frame
        first, mic, played = self.card.edge.pull(EAR_HZ)
        for event in self.listener.feed(first, mic, played, self.playback.audible):
            self.events.append((self.card.frame, event))
            self._due.append((self.card.frame + REACTION_BLOCKS * BLOCK, event))

    def _react(self, event: SpeechEvent) -> None:
        if isinstance(event, SpeechSuspected) and self.playback.audible:
            self.playback.duck(-20)
        elif isinstance(event, SuspicionGone):
            self.playback.restore()
        elif isinstance(event, SpeechStarted):
            self._rest = self._rest[:0]
            self.playback.cut()
            self.talking_since = None
            self._answer_at = None
        elif isinstance(event, EndOfTurn):
            self._answer_at = self.card.frame + ANSWER_AFTER


def interrupt(conversation: Conversation, sayings: list[Samples], seed: int, alone_s: float) -> Result:
    """Let the assistant talk alone for `alone_s`, then interrupt it with each of `sayings`, 1 to 2 s into a
    reply."""
    random = np.random.default_rng(seed)
    card = conversation.card
    while card.frame < alone_s * EAR_HZ:
        conversation.step()
    spoken: list[tuple[int, int]] = []
    for saying in sayings:
        lead = int(random.uniform(1.0, 2.0) * EAR_HZ)
        given_up = card.frame + 20 * EAR_HZ
        while conversation.talking_since is None or card.frame < conversation.talking_since + lead:
            conversation.step()
            if card.frame > given_up:
                raise AssertionError("the assistant never spoke again")
        start = card.say(saying)
        spoken.append(Spoken(start, start + onset_of(saying), start + len(saying)))
        while card.frame < spoken[-1].end + EAR_HZ:
            conversation.step()
    return _judge(conversation, spoken)


def _judge(conversation: Conversation, spoken: list[Spoken]) -> Result:
    result = Result(recording=conversation.card.recording())
    reaction = REACTION_BLOCKS * BLOCK

    def first(kind: type, words: Spoken) -> float | None:
        known = [at for at, event in conversation.events if isinstance(event, kind)]
        at = next((at for at in known if words.start <= at <= words.end + EAR_HZ // 2), None)
        return None if at is None else (at + reaction - words.onset) * 1000 / EAR_HZ

    for words in spoken:
        before = [event for at, event in conversation.events if at < words.start]
        ducked_already = bool(before) and isinstance(before[-1], SpeechSuspected)
        suspected_ms = 0.0 if ducked_already else first(SpeechSuspected, words)
        result.interruptions.append(Interruption(words.onset, suspected_ms, first(SpeechStarted, words)))
    for at, event in conversation.events:
        nobody = not any(words.start <= at <= words.end + EAR_HZ for words in spoken)
        if nobody and isinstance(event, SpeechStarted):
            result.false_starts.append(at / EAR_HZ)
        elif nobody and isinstance(event, SpeechSuspected):
            result.false_suspicions.append(at / EAR_HZ)
    return result
