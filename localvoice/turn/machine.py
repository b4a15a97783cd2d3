"""The turn machine: `step(state, event, rules) -> (state, commands)`. Pure, total, replayable; it alone decides.

            SpeechStarted            SpeechPaused            EndOfTurn and words      first sample played
 LISTENING ──────────────▶ HEARING ◀────────────▶ SETTLING ───────────────────▶ THINKING ──────────▶ SPEAKING ⇄ YIELDING
     ▲                        ▲     SpeechResumed                                   │ SpeechStarted      │ (ducked)
     │                        └───────────── joined or barged in ◀─────────────────┴────────────────────┤
     └──────────────────────────────────────── ReplyEnded ◀─────────────────────────────────────────────┘

A turn is guessed at the first short pause (SETTLING: words and reply are prepared), committed when the pause has
lasted, and taken back when the user goes on soon after. What was interrupted by a sound without words goes on. A person
who was heard and not understood is told so. Every message of an older turn number is ignored.
"""

from dataclasses import replace

from localvoice import events as ev
from localvoice.sound import EAR_HZ
from localvoice.turn import commands as do
from localvoice.turn.commands import Command
from localvoice.turn.state import Interrupted, Mode, Rules, State

__all__ = ["Interrupted", "Mode", "Rules", "State", "step"]

MOST_TRIES = 3
"""So often in a row something is begun again that a sound without words interrupted. If that sound is an echo of the
assistant's own, it would go on for ever."""
APOLOGY = "Sorry, something went wrong with that."
UNHEARD = (
    "Sorry, I didn't catch that.",
    "I didn't get that. Could you say it again?",
    "Sorry, what was that?",
)
"""Said in turn to a person of whom no words are believed."""
SAID_ONCE = (APOLOGY, *UNHEARD)
"""Not said again if it was interrupted."""
UNHEARD_MS = 600
"""A voice shorter than this may be a cough or a laugh, and is nothing to be asked about."""
UNHEARD_WAIT_MS = 700
"""A pause after it lasts at least so long before the person is asked: it may be one in the middle of a sentence."""
MOST_UNHEARD = 2
"""So often in a row it is said; then not before something was understood: these people talk to each other."""
LATE_ECHO_SAMPLES = EAR_HZ // 2
"""A voice that begins so soon after the assistant's own may be its echo from a wireless loudspeaker."""

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
        case ev.SpeechPaused(at, sure_ms):
            return _paused(_voiced(state, sure_ms), at, wait_over=False)
        case ev.EndOfTurn(at, decided_at):
            return _end_of_turn(state, at, decided_at, rules)
        case ev.PartialTranscript(_, _, stable):
            hearing = state.mode in (Mode.HEARING, Mode.SETTLING)
            return state, [do.Prefill(state.turn, stable)] if hearing and stable else []
        case ev.FinalTranscript():
            return _heard(state, event, rules)
        case ev.PlayoutStarted(at=at):
            thinking = state.mode is Mode.THINKING
            return (replace(state, mode=Mode.SPEAKING, sounding_at=at), []) if thinking else (state, [])
        case ev.ClauseStarted(filler=filler):
            return replace(state, answering=state.answering or not filler), []
        case ev.ReplyEnded(_, at, spoken):
            return _reply_ended(state, at if spoken else state.sounded_to)
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
        unheard_why="", sure_ms=0, maybe_echo=False,
    )  # fmt: skip


def _reply_ended(state: State, sounded_to: int | None) -> Step:
    if state.mode not in BUSY:
        return state, []
    commands: list[Command] = [do.Restore()] if state.mode is Mode.YIELDING else []
    state = replace(state, tries=0, sounded_to=sounded_to)
    if state.unheeded_at is not None and not state.muted:
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
        joined, commands = _hear(state, state.from_at, [*commands, do.TakeBack(state.turn)])
        return replace(joined, sure_ms=state.sure_ms, maybe_echo=state.maybe_echo), commands
    unanswered = "" if state.answering or unasked else state.words or ""
    cut = Interrupted(state.turn, state.from_at, unanswered, state.announcement)
    sounded_to = state.sounded_to if state.sounding_at is None else at
    state = replace(state, tries=state.tries + 1, sounded_to=sounded_to)
    later = _announced_later(state, at, rules)
    return _hear(later, at, commands, cut if later is state else None)


def _announced_later(state: State, at: int, rules: Rules) -> State:
    """An announcement that has hardly been heard is made again, whatever was said into it."""
    sounded = 0 if state.sounding_at is None else at - state.sounding_at
    if state.announcement in ("", *SAID_ONCE) or sounded > rules.join_samples or state.tries > MOST_TRIES:
        return state
    return replace(state, announcements=(state.announcement, *state.announcements))


def _hear(state: State, from_at: int, commands: list[Command], interrupted: Interrupted | None = None) -> Step:
    turn = state.turn + 1
    # Who presses the key is a person.
    echo = not state.key_held and state.sounded_to is not None and from_at < state.sounded_to + LATE_ECHO_SAMPLES
    anew = _anew(state, Mode.HEARING, turn)
    hearing = replace(anew, from_at=from_at, interrupted=interrupted, maybe_echo=echo)
    return hearing, [*commands, do.Listen(turn, from_at)]


def _go_on(state: State) -> Step:
    """It was a cough or a door: what was interrupted goes on."""
    cut = state.interrupted
    if state.tries > MOST_TRIES:
        return _rest(replace(state, tries=0), [])
    if cut is None or cut.announcement:
        again = (cut.announcement,) if cut is not None and cut.announcement not in SAID_ONCE else ()
        return _rest(replace(state, announcements=again + state.announcements), [])
    thinking = _anew(state, Mode.THINKING, state.turn + 1)
    if not cut.words:
        return replace(thinking, resuming=True), [do.Resume(thinking.turn, cut.turn)]
    # Asked for anew, with the tools of the first try undone: nobody knows how far it had come.
    asked = replace(thinking, from_at=cut.from_at, words=cut.words)
    return asked, [
        do.TakeBack(cut.turn), do.Prepare(asked.turn, 0, cut.words), do.Commit(asked.turn, 0, cut.words)
    ]  # fmt: skip


def _voiced(state: State, sure_ms: int) -> State:
    """The ears count from the beginning of their own turn, of which a joined one or the talk key's may hold several."""
    listening = state.mode in (Mode.HEARING, Mode.SETTLING)
    return replace(state, sure_ms=max(state.sure_ms, sure_ms)) if listening else state


def _paused(state: State, at: int, wait_over: bool) -> Step:
    if state.mode is not Mode.HEARING or state.key_held:
        return state, [do.SetPatience(None, at)]
    return _write_down(state, at, wait_over)


def _write_down(state: State, at: int, wait_over: bool) -> Step:
    revision = state.revision + 1
    settling = replace(
        state, mode=Mode.SETTLING, revision=revision, paused_at=at, words=None, wait_over=wait_over, failed=False,
        spoke_on_at=None, unheard_why="",
    )  # fmt: skip
    return settling, [do.Transcribe(state.turn, revision, state.from_at, at)]


def _end_of_turn(state: State, at: int, decided_at: int, rules: Rules) -> Step:
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
    return _commit(replace(state, committed_at=decided_at), rules)


def _heard(state: State, event: ev.FinalTranscript, rules: Rules) -> Step:
    if state.mode is not Mode.SETTLING or event.revision != state.revision:
        return state, []
    known = replace(state, words=event.text, unheard_why=event.unheard)
    patience_ms = max(event.patience_ms, UNHEARD_WAIT_MS) if _is_unheard(known) else event.patience_ms
    commands: list[Command] = [do.SetPatience(patience_ms, state.paused_at)]
    if event.text:
        commands.append(do.Prepare(state.turn, state.revision, event.text))
    if not state.wait_over:
        return known, commands
    committed, more = _commit(known, rules)
    return committed, [*commands, *more]


def _commit(state: State, rules: Rules) -> Step:
    if state.failed:
        return _apologise(state, [])
    commands: list[Command] = [do.Commit(state.turn, state.revision, state.words)] if state.words else []
    if commands:
        state = replace(state, unheard_row=0)
    if state.spoke_on_at is not None:
        cut = None if commands else state.interrupted
        return _hear(state, state.spoke_on_at, [*commands, do.Abandon(state.turn)], cut)
    if not commands:
        return _ask_again(state, rules) if _is_unheard(state) else _go_on(state)
    return replace(state, mode=Mode.THINKING, wait_over=False, interrupted=None, tries=0), commands


def _is_unheard(state: State) -> bool:
    """A person spoke to the assistant and nothing was understood. What may have been its own echo is no person, and
    what interrupted it without words is dealt with by going on."""
    spoken = bool(state.unheard_why) and state.sure_ms >= UNHEARD_MS
    return spoken and not state.maybe_echo and state.interrupted is None


def _ask_again(state: State, rules: Rules) -> Step:
    known = replace(state, unheard=state.unheard + 1, unheard_row=state.unheard_row + 1, tries=0)
    if not rules.say_unheard or known.unheard_row > MOST_UNHEARD:
        return _rest(known, [])
    sentence = UNHEARD[state.unheard % len(UNHEARD)]
    return _rest(replace(known, announcements=(sentence, *known.announcements)), [])


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
