"""The whole assistant: the turn thread, which runs the machine, and the workers that carry out what it decides.

edge ─▶ ears ──events──▶ turn ──commands──▶ transcribe ─▶ (Heard) ─▶ turn
                          │ ──Reply──────▶ think ──clauses──▶ speak ──samples──▶ play ring ─▶ edge
                          └─ cut, duck ──▶ playback
"""

import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from localvoice.audio.card import Card
from localvoice.audio.playback import Playback
from localvoice.config import Settings
from localvoice.errors import DeviceLost
from localvoice.events import Announcement, Event, MuteToggled, ReplyEnded, TalkKey
from localvoice.faults import where
from localvoice.hear.listener import Listener
from localvoice.hear.streaming import StreamingTranscriber
from localvoice.sound import EAR_HZ, Samples
from localvoice.speak.voice import Voice
from localvoice.think.conversation import Conversation
from localvoice.think.tools.runner import ToolRunner
from localvoice.turn import commands as do
from localvoice.turn.clock import StreamClock
from localvoice.turn.ears import Ears
from localvoice.turn.machine import Mode, Rules, State, step
from localvoice.turn.reply import Reply
from localvoice.turn.speaking import Say, Speaking
from localvoice.turn.thinking import Forget, Preload, Remember, Thinking, Warm
from localvoice.turn.transcribing import StopListening, Transcribing

SWITCH_INTERVAL_S = 0.0005
"""How long a thread that computes in Python may keep the interpreter from the others. The ears ask for it several times
per block of 10 ms; at Python's own 5 ms, two busy threads in a tool make them fall behind the microphone for good."""
STOP_S = 1.5
"""Time for all threads to end; the program must be gone two seconds after Ctrl-C."""


@dataclass(slots=True)
class Parts:
    """What build.py has made: the rooms, ready to run."""

    notices: list[str]
    """What a person should know about how this runs here, as sentences."""
    card: Card
    playback: Playback
    listener: Listener
    transcriber: StreamingTranscriber
    conversation: Conversation
    abort: Callable[[], None]
    """Ends the language model's computation in progress, if its reply was stopped."""
    runner: ToolRunner
    voice: Voice


@dataclass(slots=True)
class Watcher:
    """Called in the turn thread for everything that happens; for screens and receipts. Must not block."""

    event: Callable[[Event, State], None] = lambda event, state: None
    reply: Callable[[Reply], None] = lambda reply: None
    """A reply was committed."""
    said: Callable[[Say], None] = lambda say: None
    """A clause went into the play ring. Called in the speak thread."""
    heard: Callable[[int, str], None] = lambda turn, text: None
    """What was really played of the reply to a turn."""
    warn: Callable[[str], None] = lambda sentence: None
    sound: Callable[[Samples, Samples], None] | None = None
    """Microphone and played, at 16 kHz. Called in the ears' thread."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Turn `turn` says the rest of the reply to turn `of`, of which `before` had been heard."""

    turn: int
    of: int
    before: str


class Assistant:
    """Start it, watch it, stop it."""

    def __init__(self, parts: Parts, settings: Settings, watcher: Watcher, debug: bool = False) -> None:
        turn = settings.turn
        self._parts = parts
        self._watch = watcher
        self._rules = Rules(
            join_samples=turn.join_ms * EAR_HZ // 1000, interruptible=turn.interruptible, key_only=turn.push_to_talk,
            say_unheard=turn.say_unheard,
        )  # fmt: skip
        self._duck_db = turn.duck_db
        self._state = State()
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._replies = 0
        self._preparing: Reply | None = None
        self._cut: Reply | None = None
        self._resumed: Resumed | None = None
        self.lost: DeviceLost | None = None
        self.ended = threading.Event()
        """Set when the device was lost; the conversation cannot go on."""
        self.clock = StreamClock()
        self._ears = Ears(
            parts.card, parts.listener, parts.playback, self.clock, self.post, self._cut_done, self._lost, watcher.warn,
            watcher.sound,
        )  # fmt: skip
        self._transcribing = Transcribing(
            parts.transcriber, self.clock, self.post, watcher.warn, turn.end_of_turn_ms, self._waits_for, debug
        )
        self._speaking = Speaking(parts.voice, parts.playback, self.clock, self.post, watcher.said, debug)
        self._thinking = Thinking(
            parts.conversation,
            parts.runner,
            self.clock,
            self.post,
            self._speaking.put,
            lambda: self._state.turn,
            watcher.warn,
            settings.tools.deadline_s,
            debug,
        )
        self._turn = threading.Thread(target=self._loop, name="turn", daemon=True)

    @property
    def state(self) -> State:
        """The machine's state now; safe to read from any thread, because it is never changed, only replaced."""
        return self._state

    def start(self) -> None:
        """Open the card and begin."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        for worker in (self._transcribing, self._thinking, self._speaking):
            worker.start()
        self._turn.start()
        self._thinking.put(Warm())
        self._parts.card.start()
        self._ears.start()

    def stop(self) -> None:
        """End everything: decisions first, then sound, then the work. Takes STOP_S at the most."""
        end_s = time.monotonic() + STOP_S

        def left_s() -> float:
            return max(0.05, end_s - time.monotonic())

        # After it nothing begins any more that would have to be stopped.
        self._events.put(None)
        self._turn.join(left_s())
        if self._preparing is not None:
            self._preparing.stop()
            self._parts.abort()
        self._ears.stop(left_s())
        self._parts.card.stop()
        self._parts.runner.close()
        for worker in (self._thinking, self._speaking, self._transcribing):
            worker.stop(left_s())

    def post(self, event: Event) -> None:
        """Tell the turn machine; from any thread, never blocks."""
        self._events.put(event)

    def mute(self) -> None:
        """The mute key."""
        self.post(MuteToggled(self.clock.now()))

    def talk_key(self, pressed: bool) -> None:
        """The push-to-talk key."""
        self.post(TalkKey(self.clock.now(), pressed))

    def announce(self, text: str) -> None:
        """Say `text` as soon as nobody talks."""
        self.post(Announcement(self.clock.now(), text))

    def _loop(self) -> None:
        while (event := self._events.get()) is not None:
            try:
                self._state, commands = step(self._state, event, self._rules)
                if isinstance(event, ReplyEnded):
                    self._remember(event.turn)
                for command in commands:
                    self._carry_out(command)
                self._watch.event(event, self._state)
            except Exception as error:  # noqa: BLE001  this loop is the base of its own worker
                # A screen that is gone must not take the conversation with it.
                with suppress(Exception):
                    self._watch.warn(f"A bug in localvoice (turn: {where(error)}); going on.")

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
            case do.Commit():
                self._commit()
            case do.Announce(turn, text):
                self._begin(turn, 0, text, announcement=True)
                self._commit()
            case do.Abandon(turn):
                self._transcribing.put(StopListening(turn))
                self._abandon()
            case do.Resume(turn, of):
                self._resume(turn, of)
            case do.TakeBack(turn):
                for reply in {self._preparing, self._cut}:
                    if reply is not None and reply.turn == turn:
                        self._parts.runner.take_back(reply.number)
                self._thinking.put(Forget(turn))
            case do.Cut(turn):
                self._cut = self._preparing
                if not self._parts.playback.cut():
                    # Nothing was being played, so nothing will be reported.
                    self._remember(turn)
            case do.Duck():
                self._parts.playback.duck(self._duck_db)
            case do.Restore():
                self._parts.playback.restore()
            case do.SetMuted(muted):
                self._ears.set_muted(muted)

    def _begin(self, turn: int, revision: int, text: str, announcement: bool = False) -> None:
        self._abandon()
        self._replies += 1
        reply = Reply(self._replies, turn, revision, text, announcement)
        reply.stages.words_ready = self.clock.now()
        self._preparing = reply
        self._thinking.put(reply)

    def _resume(self, turn: int, of: int) -> None:
        reply, rest, before = self._cut, "", ""
        if reply is not None and reply.turn == of:
            # The clause that was cut is said again from its beginning, as people do. What the model had not written
            # yet when it was stopped is lost; it writes faster than anybody speaks.
            first = reply.unheard(self._parts.playback.heard(of).text)
            before, rest = " ".join(reply.clauses[:first]), " ".join(reply.clauses[first:])
        earlier = self._resumed
        if earlier is not None and earlier.turn == of:
            of, before = earlier.of, f"{earlier.before} {before}".strip()
        self._resumed = Resumed(turn, of, before)
        self._begin(turn, 0, rest, announcement=True)
        self._commit()

    def _commit(self) -> None:
        reply = self._preparing
        if reply is None:
            return
        reply.stages.committed = self.clock.now()
        reply.commit()
        self._parts.runner.commit(reply.number)
        self._watch.reply(reply)

    def _abandon(self) -> None:
        reply = self._preparing
        if reply is None or reply.stopped():
            return
        reply.stop()
        if not reply.made:
            self._parts.abort()
        if not reply.committed:
            self._parts.runner.take_back(reply.number)

    def _cut_done(self, turn: int) -> None:
        """In the ears' thread: the fade is over, so now it is known what was heard."""
        self._remember(turn)

    def _waits_for(self, turn: int, revision: int) -> bool:
        """Whether the words up to that pause are still wanted; in the transcriber's thread."""
        state = self._state
        return state.mode is Mode.SETTLING and (state.turn, state.revision) == (turn, revision)

    def _remember(self, turn: int) -> None:
        heard = self._parts.playback.heard(turn)
        resumed = self._resumed
        if resumed is not None and resumed.turn == turn:
            self._thinking.put(Remember(resumed.of, f"{resumed.before} {heard.text}".strip()))
        else:
            self._thinking.put(Remember(turn, heard.text))
        self._thinking.put(Warm())
        self._watch.heard(turn, heard.text)

    def _lost(self, error: DeviceLost) -> None:
        self.lost = error
        self.ended.set()
