"""The transcriber's thread: partials while the user talks, the final words when a pause begins."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from localvoice.events import Event, FinalTranscript, Notice, PartialTranscript
from localvoice.hear.completeness import patience_ms
from localvoice.hear.streaming import StreamingTranscriber
from localvoice.sound import EAR_HZ
from localvoice.turn import commands as do
from localvoice.turn.clock import StreamClock
from localvoice.turn.worker import Worker

PARTIAL_EVERY_MS = 240
"""Often enough to read along, and rare enough that a final never waits long behind a partial."""
PARTIAL_SHARE = 0.5
"""Partials may take this share of the time; a slower machine gets fewer of them."""
GIVEN_UP_MS = 2000
"""Partials this far apart help nobody: the rest of the turn has none."""
SOUND_S = 0.25
"""How late the ears may be. A key is let go at once; its last syllable is still on its way then."""
LOOK_S = 0.005


@dataclass(frozen=True, slots=True)
class StopListening:
    """No more partials of this turn."""

    turn: int


class Transcribing(Worker):
    """Jobs: Listen, Transcribe, StopListening."""

    def __init__(
        self,
        transcriber: StreamingTranscriber,
        clock: StreamClock,
        post: Callable[[Event], None],
        end_of_turn_ms: int,
        wanted: Callable[[int, int], bool] = lambda turn, revision: True,
        debug: bool = False,
        language: str = "en",
    ) -> None:
        """`wanted(turn, revision)`: whether the words up to that pause are still waited for.

        `language`: its code, such as "de".
        """
        super().__init__("transcribe", post, debug=debug)
        self._transcriber = transcriber
        self._clock = clock
        self._end_of_turn_ms = end_of_turn_ms
        self._wanted = wanted
        self._language = language
        self._listening: do.Listen | None = None
        self._every_ms: float = PARTIAL_EVERY_MS
        self._warned = False

    def handle(self, job: object) -> None:
        match job:
            case do.Listen():
                self._listening = job
                self._every_ms = min(self._every_ms, GIVEN_UP_MS)
                self._idle_s = self._every_ms / 1000
            case StopListening(turn) if self._listening is not None and self._listening.turn <= turn:
                self._rest()
            case do.Transcribe(turn, revision) if self._wanted(turn, revision):
                self._rest()
                self._finish(job)

    def idle(self) -> float | None:
        """One partial of what is being said."""
        listening = self._listening
        if listening is None or self._every_ms > GIVEN_UP_MS:
            return None
        began = self._clock.now()
        hypothesis = self._transcriber.partial(listening.turn, listening.from_at, began)
        took_ms = (self._clock.now() - began) * 1000 / EAR_HZ
        self._shed(took_ms)
        if hypothesis is not None:
            self._post(PartialTranscript(listening.turn, hypothesis.text, hypothesis.stable_prefix))
        return self._every_ms / 1000

    def _shed(self, took_ms: float) -> None:
        """Partials are the first thing a slow machine does without."""
        self._every_ms = max(PARTIAL_EVERY_MS, took_ms / PARTIAL_SHARE)
        if self._every_ms > GIVEN_UP_MS and not self._warned:
            self._warned = True
            self._post(Notice("This machine is too slow for the transcriber: words appear only when you pause."))

    def _finish(self, job: do.Transcribe) -> None:
        self._wait_for_sound(job.to_at)
        hypothesis = self._transcriber.final(job.from_at, job.to_at)
        words, why = hypothesis.text, hypothesis.rejected
        unheard = why.value if why is not None and why.may_be_missed else ""
        wait_ms = patience_ms(words, self._end_of_turn_ms, self._language)
        self._post(FinalTranscript(job.turn, job.revision, words, wait_ms, unheard))

    def _wait_for_sound(self, to_at: int) -> None:
        end_s = time.monotonic() + SOUND_S
        while self._transcriber.heard_to < to_at and time.monotonic() < end_s:
            time.sleep(LOOK_S)

    def _rest(self) -> None:
        self._listening = None
        self._idle_s = None
