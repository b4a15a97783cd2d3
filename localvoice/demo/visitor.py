"""The scripted visitor: speaks the recorded lines into the simulated room, each when a person would."""

import queue
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from localvoice import events as ev
from localvoice.audio import wav
from localvoice.audio.acoustics import Room as Description
from localvoice.audio.acoustics import noise
from localvoice.bundled import SPEECH
from localvoice.demo.conversation import GAP_S, Line
from localvoice.demo.measure import voiced_span
from localvoice.sound import EAR_HZ, Samples
from localvoice.turn.machine import Mode, State

GIVEN_UP_S = 12.0
"""The slow tool's deadline and a filler fit in; a turn without any answer after this has failed."""
LONGEST_REPLY_S = 60.0
AROUND_SAMPLES = EAR_HZ * 3 // 10
"""Soft consonants at both ends of a recording lie within this."""


class Stage(Protocol):
    """What the visitor needs of the simulated card."""

    @property
    def frame(self) -> int: ...
    def say(self, samples: Samples, at_frame: int | None = None) -> int: ...
    def disturb(self, samples: Samples, at_frame: int | None = None) -> int: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line and where it lies on the stream's clock."""

    line: Line
    from_at: int
    to_at: int


def spoken_part(sound: Samples) -> Samples:
    """A recording (float32 mono at 16 kHz) without what comes long before its first voiced sample and after its last.

    People's recordings begin and end with seconds of nothing; with those the visitor would speak through an answer.
    """
    start, end = voiced_span(sound, 0, len(sound))
    return sound[max(0, start - AROUND_SAMPLES) : end + AROUND_SAMPLES]


class Visitor:
    """`event` is called in the turn thread; `visit` runs in the caller's and returns when all lines were spoken."""

    def __init__(self, room: Stage, lines: Iterable[Line], folder: Path = SPEECH) -> None:
        self._room = room
        self._lines = list(lines)
        self._sounds = {line.name: spoken_part(wav.read(folder / f"{line.name}.flac")[0]) for line in self._lines}
        self._events: queue.SimpleQueue[tuple[ev.Event, State]] = queue.SimpleQueue()
        self.spoken: list[Spoken] = []

    def event(self, event: ev.Event, state: State) -> None:
        """Pass on what the visitor listens for."""
        if isinstance(event, ev.ClauseStarted | ev.ReplyEnded):
            self._events.put((event, state))

    def visit(self) -> list[Spoken]:
        """Speak all lines; for each where it lies on the stream."""
        at = self._room.frame + EAR_HZ // 2
        for index, line in enumerate(self._lines):
            self._say(line, at)
            following = self._lines[index + 1] if index + 1 < len(self._lines) else None
            at = self._wait(following)
        return self.spoken

    def _say(self, line: Line, at: int) -> None:
        sound = self._sounds[line.name]
        at = max(at, self._room.frame + EAR_HZ // 20)
        self._room.say(sound, at)
        if line.noise_db is not None:
            around = EAR_HZ // 2
            fan = noise(Description(noise_db=line.noise_db), EAR_HZ, (len(sound) + 2 * around) / EAR_HZ)
            self._room.disturb(fan, at - around)
        self.spoken.append(Spoken(line, at, at + len(sound)))

    def _wait(self, following: Line | None) -> int:
        """Until the next line may begin; the sample at which it shall."""
        to_at = self.spoken[-1].to_at
        answered_at: int | None = None
        while True:
            seconds_left = self._seconds_left(to_at, answered_at)
            try:
                event, state = self._events.get(timeout=max(0.01, seconds_left))
            except queue.Empty:
                if self._seconds_left(to_at, answered_at) > 0:
                    continue
                return self._room.frame
            match event:
                case ev.ClauseStarted(_, at, _, False) if at > to_at - EAR_HZ:
                    answered_at = at if answered_at is None else answered_at
                    if following is not None and following.interrupts_after_s is not None:
                        return answered_at + round(following.interrupts_after_s * EAR_HZ)
                case ev.ReplyEnded(_, at) if at > to_at and state.mode is Mode.LISTENING:
                    return at + round(GAP_S * EAR_HZ)

    def _seconds_left(self, to_at: int, answered_at: int | None) -> float:
        limit_at = to_at + GIVEN_UP_S * EAR_HZ if answered_at is None else answered_at + LONGEST_REPLY_S * EAR_HZ
        return (limit_at - self._room.frame) / EAR_HZ
