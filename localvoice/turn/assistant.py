"""The whole assistant: the turn thread, which runs the machine, and the workers that carry out what it decides.

edge ─▶ ears ──events──▶ inbox ─▶ turn ──commands──▶ transcribe, think
                                   │ ──Reply──▶ think ──clauses──▶ speak ──samples──▶ play ring ─▶ edge
                                   └─ cut, duck ──▶ playback

docs/architecture.md has the table of the threads and of what each may touch.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from localvoice.audio.card import Card
from localvoice.audio.playback import Playback
from localvoice.config import Settings
from localvoice.errors import DeviceLost
from localvoice.events import Event, ReplyCut, WorkerFailed
from localvoice.faults import where
from localvoice.hear.listener import Listener
from localvoice.hear.streaming import StreamingTranscriber
from localvoice.log import LOGGER
from localvoice.sound import EAR_HZ, Samples
from localvoice.speak.voice import Voice
from localvoice.think.conversation import Conversation
from localvoice.think.tools.runner import ToolRunner
from localvoice.turn import commands as do
from localvoice.turn.clock import StreamClock
from localvoice.turn.ears import Ears
from localvoice.turn.inbox import Inbox
from localvoice.turn.ledger import Ledger
from localvoice.turn.machine import Mode, Rules, State, step
from localvoice.turn.reply import Reply
from localvoice.turn.speaking import Speaking
from localvoice.turn.thinking import Forget, Preload, Remember, Thinking, Warm
from localvoice.turn.transcribing import StopListening, Transcribing

STOP_S = 1.5
"""Time for all threads to end; the program must be gone two seconds after Ctrl-C."""
TURN = "turn"

Observer = Callable[[Event, State], None]
"""Told everything that happens, with the state after it. Called in the turn thread, so it must not block."""


@dataclass(slots=True)
class Parts:
    """What build.py has made, ready to run."""

    card: Card
    playback: Playback
    listener: Listener
    transcriber: StreamingTranscriber
    conversation: Conversation
    abort: Callable[[], None]
    """Ends the language model's computation in progress, if its reply was stopped."""
    runner: ToolRunner
    voice: Voice


class Assistant:
    """Start it, watch it, stop it. `session.Session` does that, and makes the parts.

    `inbox` is the one that the tools were given, `ledger` is told everything before the observers are;
    `tap(microphone, played)` gets every block at 16 kHz in the ears' thread, for a recording.
    """

    def __init__(
        self,
        parts: Parts,
        settings: Settings,
        inbox: Inbox,
        ledger: Ledger,
        observers: Iterable[Observer] = (),
        tap: Callable[[Samples, Samples], None] | None = None,
        debug: bool = False,
    ) -> None:
        turn = settings.turn
        self._parts = parts
        self._inbox = inbox
        self._ledger = ledger
        self._observers = list(observers)
        self._complained: set[int] = set()
        self._rules = Rules(
            join_samples=turn.join_ms * EAR_HZ // 1000, interruptible=turn.interruptible, key_only=turn.push_to_talk,
            say_unheard=turn.say_unheard,
        )  # fmt: skip
        self._duck_db = turn.duck_db
        self._state = State()
        self._replies = 0
        self._reply: Reply | None = None
        """The newest; being prepared, said, or over."""
        self._cut: Reply | None = None
        """The last that was interrupted: it may have to be taken back yet."""
        self.lost: DeviceLost | None = None
        self.ended = threading.Event()
        """Set when the conversation cannot go on: the device was lost, or it was stopped."""
        self.clock = StreamClock()
        post = inbox.post
        self._ears = Ears(parts.card, parts.listener, parts.playback, self.clock, post, tap)
        self._transcribing = Transcribing(
            parts.transcriber, self.clock, post, turn.end_of_turn_ms, self._waits_for, debug,
            settings.transcriber.language,
        )  # fmt: skip
        self._speaking = Speaking(parts.voice, parts.playback, self.clock, post, debug)
        self._thinking = Thinking(
            parts.conversation, parts.runner, self.clock, post, self._speaking.put, lambda: self._state.turn,
            settings.tools.deadline_s, debug,
        )  # fmt: skip
        self._turn = threading.Thread(target=self._loop, name="turn", daemon=True)

    @property
    def state(self) -> State:
        """The machine's state now; safe to read from any thread, because it is never changed, only replaced."""
        return self._state

    def start(self) -> None:
        """Open the card and begin. Raises AudioError."""
        for worker in (self._transcribing, self._thinking, self._speaking):
            worker.start()
        self._thinking.put(Warm())
        self._parts.card.start()
        self._ears.start()
        # Last: what a screen is told first makes it say that it listens.
        self._turn.start()

    def stop(self) -> bool:
        """End everything: decisions first, then sound, then the work; True if all threads have ended.

        The threads get STOP_S; a sound card that does not let go takes what its own limits allow beyond that.
        """
        end_s = time.monotonic() + STOP_S

        def left_s() -> float:
            return max(0.05, end_s - time.monotonic())

        # After it nothing begins any more that would have to be stopped.
        self._inbox.close()
        self.ended.set()
        # An observer may end the session, which is this very thread.
        if self._turn.ident is not None and self._turn is not threading.current_thread():
            self._turn.join(left_s())
        if self._reply is not None:
            self._reply.stop()
            self._parts.abort()
        self._ears.stop(left_s())
        self._parts.card.stop()
        self._parts.runner.close()
        ended = [worker.stop(left_s()) for worker in (self._thinking, self._speaking, self._transcribing)]
        return all(ended)

    def _loop(self) -> None:
        while (event := self._inbox.take()) is not None:
            try:
                self._state, commands = step(self._state, event, self._rules)
                for command in commands:
                    self._carry_out(command)
                self._ledger.event(event, self._state, self.clock.now())
            except Exception as error:  # noqa: BLE001  this loop is the base of its own worker
                LOGGER.error("fault at %s: %s", event.type, where(error))
                # What was decided may be half done: the machine gives that turn up. Where this fails too, it ends.
                if not (isinstance(event, WorkerFailed) and event.worker == TURN):
                    self._inbox.post(WorkerFailed(TURN, where(error), self._state.turn))
            for observer in self._observers:
                try:
                    observer(event, self._state)
                except Exception as error:  # noqa: BLE001
                    # A screen that is gone must not take the conversation with it.
                    LOGGER.error("fault of an observer at %s: %s", event.type, where(error))
                    if id(observer) not in self._complained:
                        # Once for each: to be told this may be what it cannot take.
                        self._complained.add(id(observer))
                        self._inbox.post(WorkerFailed("observer", where(error)))

    def _carry_out(self, command: do.Command) -> None:
        match command:
            case do.Listen() | do.Transcribe():
                self._transcribing.put(command)
            case do.Prefill(turn, text):
                self._thinking.put(Preload(turn, text))
            case do.Prepare(turn, revision, text):
                self._begin(turn, revision, text)
            case do.SetPatience(ms, paused_at):
                self._ears.set_patience(ms, paused_at)
            case do.Commit(turn, revision):
                self._commit(turn, revision)
            case do.Announce(turn, text):
                self._begin(turn, 0, text, announcement=True)
                self._commit(turn, 0)
            case do.Abandon(turn):
                self._transcribing.put(StopListening(turn))
                self._abandon()
            case do.TakeBack(turn):
                for reply in {self._reply, self._cut}:
                    if reply is not None and reply.turn == turn:
                        self._parts.runner.take_back(reply.number)
                self._thinking.put(Forget(turn))
            case do.Cut(turn):
                self._cut = self._reply
                if not self._parts.playback.cut():
                    # Nothing is being played any more, or yet, so the ears have nothing to report.
                    heard = self._parts.playback.heard(turn).text
                    self._inbox.post(ReplyCut(turn, self.clock.now(), heard))
            case do.Remember(turn, heard):
                self._thinking.put(Remember(turn, heard))
                self._thinking.put(Warm())
            case do.Duck():
                self._parts.playback.duck(self._duck_db)
            case do.Restore():
                self._parts.playback.restore()
            case do.SetMuted(muted):
                self._ears.set_muted(muted)
            case do.SetVolume(percent):
                self._parts.playback.set_volume(percent)
            case do.End(message, remedy):
                self.lost = DeviceLost(message, remedy)
                self.ended.set()

    def _begin(self, turn: int, revision: int, text: str, announcement: bool = False) -> None:
        self._abandon()
        self._replies += 1
        reply = Reply(self._replies, turn, revision, text, announcement)
        reply.stages.words_ready = self.clock.now()
        self._reply = reply
        self._thinking.put(reply)

    def _commit(self, turn: int, revision: int) -> None:
        reply = self._reply
        if reply is None or (reply.turn, reply.revision) != (turn, revision):
            return
        reply.stages.committed = self.clock.now()
        reply.commit()
        self._parts.runner.commit(reply.number)
        self._ledger.reply(reply)

    def _abandon(self) -> None:
        reply = self._reply
        if reply is None or reply.stopped():
            return
        reply.stop()
        if not reply.made:
            self._parts.abort()
        if not reply.committed:
            self._parts.runner.take_back(reply.number)

    def _waits_for(self, turn: int, revision: int) -> bool:
        """Whether the words up to that pause are still wanted; in the transcriber's thread."""
        state = self._state
        return state.mode is Mode.SETTLING and (state.turn, state.this.revision) == (turn, revision)
