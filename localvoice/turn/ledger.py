"""What happened in each turn, gathered from the events: what was heard and answered, and how fast.

Words are kept of the last turns only: a conversation may last for days, and what was said in it stays nowhere.
"""

from collections import deque
from dataclasses import dataclass, field

from localvoice import events as ev
from localvoice.turn.latency import Times, TurnLatency, latency
from localvoice.turn.machine import Mode, State
from localvoice.turn.reply import Reply

KEPT_TURNS = 200
KEPT_SPANS = 10 * KEPT_TURNS
"""A turn has some five changes of mode and a few pauses."""


@dataclass(slots=True)
class TurnRecord:
    """One turn; sample indices are of the stream."""

    turn: int
    from_at: int
    heard: str = ""
    unheard: str = ""
    """Why nothing was understood, as half a sentence, if a person was heard."""
    reply: list[str] = field(default_factory=list)
    """The clauses that began to be heard."""
    heard_of_reply: str = ""
    """What was really played of them."""
    fillers: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    last_voiced_at: int = 0
    filler_at: int | None = None
    answer_at: int | None = None
    ended_at: int | None = None
    barged_in: bool = False
    """The user spoke over the reply and stopped it."""
    joined: bool = False
    """Taken back: the next turn goes on with it."""
    reply_object: Reply | None = None

    @property
    def answered(self) -> bool:
        return self.answer_at is not None

    @property
    def answer(self) -> TurnLatency | None:
        """The times of a turn that had words and was answered."""
        found = self.latency() if self.heard else None
        return found if found and found.voice_to_voice_ms is not None else None

    def latency(self) -> TurnLatency | None:
        """None before the turn was committed."""
        if self.reply_object is None:
            return None
        return latency(self.turn, self.last_voiced_at, self.reply_object.stages, self.answer_at, self.filler_at)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the stream, for the timeline."""

    from_at: int
    to_at: int
    what: str


class Ledger:
    """Feed it every event with the state after it; ask it for turns. Lives in the turn thread."""

    def __init__(self) -> None:
        self.unheard = 0
        """Turns since the beginning in which a person was heard and nothing was understood."""
        self.turns: dict[int, TurnRecord] = {}
        """The last KEPT_TURNS."""
        self.speech: deque[Span] = deque(maxlen=KEPT_SPANS)
        """Where the ears heard somebody speak."""
        self.modes: deque[tuple[int, Mode]] = deque([(0, Mode.LISTENING)], maxlen=KEPT_SPANS)
        self._earlier = Times()
        self._why = ""
        self._speech_from: int | None = None
        self._last_turn = 0

    def times(self) -> Times:
        """Of all answered turns since the beginning."""
        found = Times([*self._earlier.prompt], [*self._earlier.bridged], self.unheard)
        for record in self.turns.values():
            found.add(record.answer)
        return found

    def reply(self, reply: Reply) -> None:
        """A reply was committed."""
        record = self._record(reply.turn, 0)
        record.reply_object = reply
        record.tools = reply.tools

    def event(self, event: ev.Event, state: State, now_at: int) -> None:
        """Take note of `event`, after which the machine was in `state`."""
        if state.mode is not self.modes[-1][1]:
            self.modes.append((now_at, state.mode))
        if isinstance(event, ev.FinalTranscript) and event.unheard:
            self._why = event.unheard
        if state.unheard > self.unheard:
            self.unheard = state.unheard
            self._record(self._last_turn, state.from_at).unheard = self._why
        if state.turn != self._last_turn:
            self._new_turn(state, event)
        record = self.turns.get(event.turn) if isinstance(event, ev.Turn | ev.Durable) else None
        match event:
            case ev.SpeechStarted(at) | ev.SpeechResumed(at):
                self._speech_from = at
            case ev.SpeechPaused(at):
                self._close_speech(at)
                if state.mode is Mode.SETTLING and state.turn in self.turns:
                    self.turns[state.turn].last_voiced_at = at
            case ev.TalkKey(at, False) if state.turn in self.turns:
                self.turns[state.turn].last_voiced_at = at
            case ev.FinalTranscript(text=text) if record and event.revision == state.this.revision:
                record.heard = text
            case ev.ClauseStarted(_, at, text, filler) if record:
                if filler:
                    record.fillers.append(text)
                    record.filler_at = record.filler_at or at
                else:
                    record.reply.append(text)
                    record.answer_at = record.answer_at or at
            case ev.ReplyEnded(_, at, heard) if record:
                record.ended_at = at
                record.heard_of_reply = heard
            case ev.ReplyCut(heard=heard) if record:
                record.heard_of_reply = heard

    def _new_turn(self, state: State, event: ev.Event) -> None:
        before = self.turns.get(self._last_turn)
        if before is not None and isinstance(event, ev.SpeechStarted | ev.SpeechResumed | ev.TalkKey):
            before.joined = state.from_at == before.from_at
            before.barged_in = not before.joined and before.answered and before.ended_at is None
        self._last_turn = state.turn
        # A turn that is committed as it begins is known already.
        self._record(state.turn, state.from_at).from_at = state.from_at

    def _record(self, turn: int, from_at: int) -> TurnRecord:
        record = self.turns.setdefault(turn, TurnRecord(turn, from_at))
        while len(self.turns) > KEPT_TURNS:
            oldest = self.turns.pop(next(iter(self.turns)))
            self._earlier.add(oldest.answer)
        return record

    def _close_speech(self, at: int) -> None:
        if self._speech_from is not None and at > self._speech_from:
            self.speech.append(Span(self._speech_from, at, "voice"))
        self._speech_from = None
