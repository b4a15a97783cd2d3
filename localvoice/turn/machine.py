"""The turn machine: `step(state, event, rules) -> (state, commands)`. Pure, total, replayable; it alone decides.

            SpeechStarted            SpeechPaused            EndOfTurn and words      first sample played
 LISTENING ──────────────▶ HEARING ◀────────────▶ SETTLING ───────────────────▶ THINKING ──────────▶ SPEAKING ⇄ YIELDING
     ▲                        ▲     SpeechResumed                                   │ SpeechStarted      │ (ducked)
     │                        └───────────── joined or barged in ◀─────────────────┴────────────────────┤
     └──────────────────────────────────────── ReplyEnded ◀─────────────────────────────────────────────┘

A turn is guessed at the first short pause (SETTLING: words and reply are prepared), committed when the pause has
lasted, and taken back when the user goes on soon after. Every message of an older turn number is ignored.
"""

from dataclasses import dataclass, replace
from enum import Enum

from localvoice import events as ev
from localvoice.events import EAR_HZ
from localvoice.turn import commands as do
from localvoice.turn.commands import Command


class Mode(Enum):
    """Where the conversation stands."""

    LISTENING = "listening"
    HEARING = "hearing"
    SETTLING = "settling"
    THINKING = "thinking"
    SPEAKING = "speaking"
    YIELDING = "yielding"


APOLOGY = "Sorry, something went wrong with that."


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say about turns."""

    join_samples: int = EAR_HZ
    """A user who goes on this soon after a commit goes on with the same turn."""
    longest_joined_samples: int = 25 * EAR_HZ
    """A turn older than this is not joined any more: with one more of the longest it has to fit into a minute, which is
    what the ring keeps."""
    interruptible: bool = True
    key_only: bool = False
    """A turn begins and ends with the talk key alone."""


@dataclass(frozen=True, slots=True)
class State:
    """All the machine knows."""

    mode: Mode = Mode.LISTENING
    turn: int = 0
    revision: int = 0
    """Counts the pauses of this turn: words of an earlier pause are stale."""
    from_at: int = 0
    """First sample of the turn; kept when a turn is taken back and joined."""
    paused_at: int = 0
    words: str | None = None
    """What was heard up to the last pause; None while the transcriber is still at it."""
    wait_over: bool = False
    """The end-of-turn wait ran out before the words were there."""
    failed: bool = False
    """A fault of ours: there will be no words, or no reply to them."""
    spoke_on_at: int | None = None
    """Where the user went on after a turn that was too long already, and is being written down."""
    committed_at: int = 0
    announcing: bool = False
    """The reply that is being made or said is nobody's answer."""
    muted: bool = False
    key_held: bool = False
    announcements: tuple[str, ...] = ()


Step = tuple[State, list[Command]]
BUSY = (Mode.THINKING, Mode.SPEAKING, Mode.YIELDING)


def step(state: State, event: ev.Event, rules: Rules) -> Step:
    """The next state and what to do; total over all states and events. Events of other turns change nothing."""
    if isinstance(event, ev.Turn | ev.Durable) and event.turn != state.turn:
        return state, []
    match event:
        case ev.SpeechSuspected():
            return _suspected(state, rules)
        case ev.SuspicionGone():
            return _suspicion_gone(state)
        case ev.SpeechStarted(at) | ev.SpeechResumed(at):
            return _started(state, at, rules)
        case ev.SpeechPaused(at):
            return _paused(state, at, wait_over=False)
        case ev.EndOfTurn(at, decided_at):
            return _end_of_turn(state, at, decided_at)
        case ev.PartialHeard(_, _, stable):
            hearing = state.mode in (Mode.HEARING, Mode.SETTLING)
            return state, [do.Prefill(state.turn, stable)] if hearing and stable else []
        case ev.Heard():
            return _heard(state, event)
        case ev.PlayoutStarted():
            return (replace(state, mode=Mode.SPEAKING), []) if state.mode is Mode.THINKING else (state, [])
        case ev.ReplyEnded():
            return _reply_ended(state)
        case ev.Announcement(_, text):
            waiting = replace(state, announcements=(*state.announcements, text))
            return _rest(waiting, []) if state.mode is Mode.LISTENING else (waiting, [])
        case ev.MuteToggled():
            return _mute(state)
        case ev.TalkKey(at, pressed):
            return _talk_key(state, at, pressed)
        case ev.WorkerFailed(_, _, turn):
            return _failed(state) if turn == state.turn else (state, [])
        case ev.AudioGap() | ev.ToolFinished() | ev.ClauseStarted():
            return state, []


def _rest(state: State, commands: list[Command]) -> Step:
    """Nobody talks now; say what has been waiting to be said."""
    free = replace(
        state, mode=Mode.LISTENING, words=None, wait_over=False, failed=False, spoke_on_at=None, announcing=False
    )
    if not state.announcements:
        return free, commands
    text, *later = state.announcements
    turn = state.turn + 1
    spoken = replace(free, mode=Mode.THINKING, turn=turn, revision=0, announcements=tuple(later), announcing=True)
    return spoken, [*commands, do.Announce(turn, text)]


def _reply_ended(state: State) -> Step:
    if state.mode is Mode.YIELDING:
        return _rest(state, [do.Restore()])
    return _rest(state, []) if state.mode in BUSY else (state, [])


def _failed(state: State) -> Step:
    """No user is left waiting for a reply that will not come."""
    if state.mode is Mode.SETTLING:
        failed = replace(state, failed=True)
        commands: list[Command] = [do.Abandon(state.turn)]
        if state.wait_over:
            return _apologise(failed, commands)
        if state.words is None:
            commands.append(do.SetPatience(None, state.paused_at))
        return failed, commands
    if state.mode in BUSY:
        return _apologise(state, [do.Abandon(state.turn), do.Cut(state.turn)])
    return state, []


def _apologise(state: State, commands: list[Command]) -> Step:
    if state.announcing:
        # What cannot be announced cannot be apologised for either.
        return _rest(state, commands)
    return _rest(replace(state, announcements=(APOLOGY, *state.announcements)), commands)


def _suspected(state: State, rules: Rules) -> Step:
    if state.mode is Mode.SPEAKING and rules.interruptible and not rules.key_only and not state.muted:
        return replace(state, mode=Mode.YIELDING), [do.Duck()]
    return state, []


def _suspicion_gone(state: State) -> Step:
    if state.mode is Mode.YIELDING:
        return replace(state, mode=Mode.SPEAKING), [do.Restore()]
    return state, []


def _started(state: State, at: int, rules: Rules) -> Step:
    if state.muted or state.key_held or rules.key_only or state.mode is Mode.HEARING:
        return state, []
    if state.mode is Mode.SETTLING:
        if state.wait_over and at - state.from_at > rules.longest_joined_samples:
            return replace(state, spoke_on_at=at), []
        return _going_on(state)
    if state.mode in BUSY and not rules.interruptible:
        return state, []
    if state.mode in BUSY:
        return _taken_over(state, at, rules)
    return _hear(state, at, [])


def _going_on(state: State) -> Step:
    """Spoken on before the turn was over: what was prepared answers half a sentence."""
    hearing = replace(state, mode=Mode.HEARING, words=None, wait_over=False, failed=False, spoke_on_at=None)
    return hearing, [do.Abandon(state.turn), do.Listen(state.turn, state.from_at)]


def _taken_over(state: State, at: int, rules: Rules) -> Step:
    """The user speaks while a reply is being made or said: the same turn going on, or an interruption."""
    # Abandoned first: a clause that is ready would otherwise begin after the cut.
    commands: list[Command] = [do.Abandon(state.turn), do.Cut(state.turn)]
    soon = at - state.committed_at <= rules.join_samples
    if soon and not state.announcing and at - state.from_at <= rules.longest_joined_samples:
        return _hear(state, state.from_at, [*commands, do.TakeBack(state.turn)])
    return _hear(state, at, commands)


def _hear(state: State, from_at: int, commands: list[Command]) -> Step:
    turn = state.turn + 1
    fresh = replace(
        state, mode=Mode.HEARING, turn=turn, revision=0, from_at=from_at, words=None, wait_over=False, failed=False,
        spoke_on_at=None, announcing=False,
    )  # fmt: skip
    return fresh, [*commands, do.Listen(turn, from_at)]


def _paused(state: State, at: int, wait_over: bool) -> Step:
    if state.mode is not Mode.HEARING or state.key_held:
        return state, [do.SetPatience(None, at)]
    return _write_down(state, at, wait_over)


def _write_down(state: State, at: int, wait_over: bool) -> Step:
    revision = state.revision + 1
    settling = replace(
        state, mode=Mode.SETTLING, revision=revision, paused_at=at, words=None, wait_over=wait_over, failed=False,
        spoke_on_at=None,
    )  # fmt: skip
    return settling, [do.Transcribe(state.turn, revision, state.from_at, at)]


def _end_of_turn(state: State, at: int, decided_at: int) -> Step:
    if state.key_held:
        return state, []
    if state.spoke_on_at is not None:
        # What was said since has ended too before the words were there: it is one turn after all.
        return _write_down(replace(state, committed_at=decided_at), at, wait_over=True)
    if state.mode is Mode.HEARING:
        # Longer than any turn: the words so far are the turn.
        waiting, commands = _paused(state, at, wait_over=True)
        return replace(waiting, committed_at=decided_at), commands
    if state.mode is not Mode.SETTLING:
        return state, []
    if state.words is None and not state.failed:
        return replace(state, wait_over=True, committed_at=decided_at), []
    return _commit(replace(state, committed_at=decided_at))


def _heard(state: State, event: ev.Heard) -> Step:
    if state.mode is not Mode.SETTLING or event.revision != state.revision:
        return state, []
    known = replace(state, words=event.text)
    commands: list[Command] = [do.SetPatience(event.patience_ms, state.paused_at)]
    if event.text:
        commands.append(do.Prepare(state.turn, state.revision, event.text))
    if not state.wait_over:
        return known, commands
    committed, more = _commit(known)
    return committed, [*commands, *more]


def _commit(state: State) -> Step:
    if state.failed:
        return _apologise(state, [])
    commands: list[Command] = [do.Commit(state.turn, state.revision, state.words)] if state.words else []
    if state.spoke_on_at is not None:
        return _hear(state, state.spoke_on_at, [*commands, do.Abandon(state.turn)])
    return (replace(state, mode=Mode.THINKING, wait_over=False), commands) if commands else _rest(state, [])


def _mute(state: State) -> Step:
    muted = replace(state, muted=not state.muted)
    commands: list[Command] = [do.SetMuted(muted.muted)]
    if muted.muted and state.mode in (Mode.HEARING, Mode.SETTLING):
        return _rest(replace(muted, key_held=False), [do.Abandon(state.turn), *commands])
    if muted.muted and state.mode is Mode.YIELDING:
        return replace(muted, mode=Mode.SPEAKING), [do.Restore(), *commands]
    return muted, commands


def _talk_key(state: State, at: int, pressed: bool) -> Step:
    if pressed and not state.key_held and not state.muted:
        held = replace(state, key_held=True)
        if state.mode in BUSY:
            return _hear(held, at, [do.Abandon(state.turn), do.Cut(state.turn)])
        if state.mode is Mode.SETTLING:
            return _going_on(held)
        return (held, []) if state.mode is Mode.HEARING else _hear(held, at, [])
    if not pressed and state.key_held:
        waiting, commands = _paused(replace(state, key_held=False), at, wait_over=True)
        return replace(waiting, committed_at=at), commands
    return state, []
