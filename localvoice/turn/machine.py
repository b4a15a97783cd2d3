"""The turn machine: `step(state, event, rules) -> (state, commands)`. Pure, total, replayable; it alone decides.

            SpeechStarted            SpeechPaused            EndOfTurn and words      first sample played
 LISTENING ──────────────▶ HEARING ◀────────────▶ SETTLING ───────────────────▶ THINKING ──────────▶ SPEAKING ⇄ YIELDING
     ▲                        ▲     SpeechResumed                                   │ SpeechStarted      │ (ducked)
     │                        └───────────── joined or barged in ◀─────────────────┴────────────────────┤
     └──────────────────────────────────────── ReplyEnded ◀─────────────────────────────────────────────┘

A turn is guessed at the first short pause (SETTLING: words and reply are prepared), committed when the pause has
lasted, and taken back when the user goes on soon after. What was interrupted by a sound without words goes on. Every
message of an older turn number is ignored.
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


MOST_TRIES = 3
"""So often in a row something is begun again that a sound without words interrupted. If that sound is an echo of the
assistant's own, it would go on for ever."""
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
class Interrupted:
    """What the assistant was at when somebody was taken for speaking."""

    turn: int
    from_at: int
    words: str
    """What was to be answered, where nothing of an answer had been said; else ""."""
    announcement: str
    """What nobody had asked for; "" for an answer."""


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
    sounding_at: int | None = None
    """Where the assistant began to be heard, be it with a filler."""
    answering: bool = False
    """Something of the reply itself has been said."""
    announcement: str = ""
    """What is being said without having been asked for."""
    resuming: bool = False
    """The rest of an answer that was interrupted is being said."""
    interrupted: Interrupted | None = None
    """What goes on when the turn that is heard now turns out to have no words."""
    tries: int = 0
    """How often the assistant was interrupted since somebody last said something, or let it finish."""
    unheeded_at: int | None = None
    """Where the user began to speak into an assistant that may not be interrupted."""
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
        case ev.PlayoutStarted(at=at):
            thinking = state.mode is Mode.THINKING
            return (replace(state, mode=Mode.SPEAKING, sounding_at=at), []) if thinking else (state, [])
        case ev.ClauseStarted(filler=filler):
            return replace(state, answering=state.answering or not filler), []
        case ev.ReplyEnded():
            return _reply_ended(state)
        case ev.Announcement(_, text):
            waiting = replace(state, announcements=(*state.announcements, text))
            return _rest(waiting, []) if state.mode is Mode.LISTENING else (waiting, [])
        case ev.MuteToggled():
            return _mute(state)
        case ev.TalkKey(at, pressed):
            return _talk_key(state, at, pressed, rules)
        case ev.WorkerFailed(_, _, turn):
            return _failed(state) if turn == state.turn else (state, [])
        case ev.AudioGap() | ev.ToolFinished():
            return state, []


def _rest(state: State, commands: list[Command]) -> Step:
    """Nobody talks now; say what has been waiting to be said."""
    free = _anew(state, Mode.LISTENING, state.turn)
    if not state.announcements:
        return free, commands
    text, *later = state.announcements
    spoken = _anew(free, Mode.THINKING, state.turn + 1)
    spoken = replace(spoken, announcements=tuple(later), announcement=text)
    return spoken, [*commands, do.Announce(spoken.turn, text)]


def _anew(state: State, mode: Mode, turn: int) -> State:
    """Nothing is left of the turn before but the turn number."""
    return replace(
        state, mode=mode, turn=turn, revision=0, words=None, wait_over=False, failed=False, spoke_on_at=None,
        sounding_at=None, answering=False, announcement="", resuming=False, interrupted=None, unheeded_at=None,
    )  # fmt: skip


def _reply_ended(state: State) -> Step:
    if state.mode not in BUSY:
        return state, []
    commands: list[Command] = [do.Restore()] if state.mode is Mode.YIELDING else []
    state = replace(state, tries=0)
    if state.unheeded_at is not None:
        # Begun before the assistant had finished, and still going on.
        return _hear(state, state.unheeded_at, commands)
    return _rest(state, commands)


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
    if state.announcement:
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
        return replace(state, unheeded_at=at), []
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
    unasked = state.announcement or state.resuming
    if soon and not unasked and at - state.from_at <= rules.longest_joined_samples:
        return _hear(state, state.from_at, [*commands, do.TakeBack(state.turn)])
    unanswered = "" if state.answering or unasked else state.words or ""
    cut = Interrupted(state.turn, state.from_at, unanswered, state.announcement)
    state = replace(state, tries=state.tries + 1)
    later = _announced_later(state, at, rules)
    return _hear(later, at, commands, cut if later is state else None)


def _announced_later(state: State, at: int, rules: Rules) -> State:
    """An announcement that has hardly been heard is made again, whatever was said into it."""
    sounded = 0 if state.sounding_at is None else at - state.sounding_at
    if state.announcement in ("", APOLOGY) or sounded > rules.join_samples or state.tries > MOST_TRIES:
        return state
    return replace(state, announcements=(state.announcement, *state.announcements))


def _hear(state: State, from_at: int, commands: list[Command], interrupted: Interrupted | None = None) -> Step:
    turn = state.turn + 1
    hearing = replace(_anew(state, Mode.HEARING, turn), from_at=from_at, interrupted=interrupted)
    return hearing, [*commands, do.Listen(turn, from_at)]


def _go_on(state: State) -> Step:
    """It was a cough or a door: what was interrupted goes on."""
    cut = state.interrupted
    if state.tries > MOST_TRIES:
        return _rest(replace(state, tries=0), [])
    if cut is None or cut.announcement:
        again = (cut.announcement,) if cut is not None and cut.announcement != APOLOGY else ()
        return _rest(replace(state, announcements=again + state.announcements), [])
    thinking = _anew(state, Mode.THINKING, state.turn + 1)
    if not cut.words:
        return replace(thinking, resuming=True), [do.Resume(thinking.turn, cut.turn)]
    # Asked for anew, with the tools of the first try undone: nobody knows how far it had come.
    asked = replace(thinking, from_at=cut.from_at, words=cut.words)
    return asked, [
        do.TakeBack(cut.turn), do.Prepare(asked.turn, 0, cut.words), do.Commit(asked.turn, 0, cut.words)
    ]  # fmt: skip


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
    if state.mode in BUSY:
        return replace(state, unheeded_at=None), []
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
        cut = None if commands else state.interrupted
        return _hear(state, state.spoke_on_at, [*commands, do.Abandon(state.turn)], cut)
    if not commands:
        return _go_on(state)
    return replace(state, mode=Mode.THINKING, wait_over=False, interrupted=None, tries=0), commands


def _mute(state: State) -> Step:
    muted = replace(state, muted=not state.muted)
    commands: list[Command] = [do.SetMuted(muted.muted)]
    if muted.muted and state.mode in (Mode.HEARING, Mode.SETTLING):
        return _rest(replace(muted, key_held=False), [do.Abandon(state.turn), *commands])
    if muted.muted and state.mode is Mode.YIELDING:
        return replace(muted, mode=Mode.SPEAKING), [do.Restore(), *commands]
    return muted, commands


def _talk_key(state: State, at: int, pressed: bool, rules: Rules) -> Step:
    if pressed and not state.key_held and not state.muted:
        held = replace(state, key_held=True)
        if state.mode in BUSY:
            return _hear(_announced_later(held, at, rules), at, [do.Abandon(state.turn), do.Cut(state.turn)])
        if state.mode is Mode.SETTLING:
            return _going_on(held)
        return (held, []) if state.mode is Mode.HEARING else _hear(held, at, [])
    if not pressed and state.key_held:
        waiting, commands = _paused(replace(state, key_held=False), at, wait_over=True)
        return replace(waiting, committed_at=at), commands
    return state, []
