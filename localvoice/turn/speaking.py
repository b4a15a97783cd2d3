"""The voice's thread: clauses become sound; the first waits, ready, until its turn is committed."""

from collections.abc import Callable
from dataclasses import dataclass

from localvoice.audio.playback import Playback
from localvoice.errors import CannotSpeak
from localvoice.events import Event, ReplyEnded
from localvoice.speak.voice import Voice
from localvoice.turn.clock import StreamClock
from localvoice.turn.reply import Reply
from localvoice.turn.worker import Worker

UNSPEAKABLE = "I can't say that one out loud."
"""Instead of a reply of emoji alone: silence would look like deafness."""
FULL_WAIT_S = 0.1
"""The play ring holds twenty seconds; when it is full there is all the time in the world."""


@dataclass(frozen=True, slots=True)
class Say:
    """Speak one clause of a reply."""

    reply: Reply
    clause: str
    filler: bool = False
    """Said to bridge a wait; not part of the answer."""


@dataclass(frozen=True, slots=True)
class Finish:
    """No more clauses will come."""

    reply: Reply


class Speaking(Worker):
    """Jobs: Say, Finish."""

    def __init__(
        self,
        voice: Voice,
        playback: Playback,
        clock: StreamClock,
        post: Callable[[Event], None],
        debug: bool = False,
    ) -> None:
        super().__init__("speak", post, debug=debug)
        self._voice = voice
        self._playback = playback
        self._clock = clock
        self._begun = 0
        self._unspeakable = 0

    def turn_of(self, job: object) -> int | None:
        return job.reply.turn if isinstance(job, Say | Finish) else None

    def handle(self, job: object) -> None:
        match job:
            case Say(reply=reply) if not reply.stopped():
                self._say(job)
            case Finish(reply=reply) if reply.wait_committed():
                self._finish(reply)

    def _say(self, job: Say) -> None:
        reply = job.reply
        try:
            spoken = self._voice.clause(job.clause, reply.stop_event)
        except CannotSpeak:
            self._unspeakable = reply.number
            return
        if reply.stages.first_sound_ready is None and not job.filler:
            reply.stages.first_sound_ready = self._clock.now()
        if not reply.wait_committed():
            return
        if self._begun != reply.number:
            if not self._playback.begin(reply.turn, lambda: not reply.stopped()):
                return
            self._begun = reply.number
        rest = spoken.samples
        text = spoken.text
        while len(rest):
            taken = self._playback.push(rest, text, filler=job.filler)
            rest, text = rest[taken:], ""
            if len(rest) and reply.wait_stopped(FULL_WAIT_S):
                return

    def _finish(self, reply: Reply) -> None:
        if self._begun != reply.number == self._unspeakable:
            self._say(Say(reply, UNSPEAKABLE))
        if self._begun == reply.number:
            self._playback.end()
        else:
            self._post(ReplyEnded(reply.turn, self._clock.now(), spoken=False))
