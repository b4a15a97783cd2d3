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
from typing import Any

from localvoice import events as ev
from localvoice.sound import EAR_HZ
from localvoice.turn import commands as do
from localvoice.turn.commands import Command
from localvoice.turn.resuming import parted
from localvoice.turn.state import Interrupted, Mode, Resumed, Rules, State, TurnState

__all__ = ["Interrupted", "Mode", "Resumed", "Rules", "State", "TurnState", "step"]

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
    """The next state and what to do; total over all states and events.

    Events of other turns change nothing but what is known of a reply that was interrupted.
    """
    match event:
        case ev.ReplyEnded() | ev.ReplyCut():
            return _reply_over(state, event)
        case ev.ClauseReady():
            return _written(state, event), []
        case ev.Turn() | ev.Durable() if event.turn != state.turn:
            return state, []
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
            return (_now(replace(state, mode=Mode.SPEAKING), sounding_at=at), []) if thinking else (state, [])
        case ev.ClauseStarted(filler=filler):
            return _now(state, answering=state.this.answering or not filler), []
        case ev.Announcement(text):
            waiting = replace(state, announcements=(*state.announcements, text))
            return _rest(waiting, []) if state.mode is Mode.LISTENING else (waiting, [])
        case ev.MuteToggled():
            return _mute(state)
        case ev.TalkKey(at, pressed):
            return _talk_key(state, at, pressed, rules)
        case ev.WorkerFailed(_, _, turn):
            return _failed(state) if turn == state.turn else (state, [])
        case ev.VolumeWanted(percent):
            return state, [do.SetVolume(percent)]
        case ev.DeviceGone(message, remedy):
            return state, [do.End(message, remedy)]
        case ev.AudioGap() | ev.ToolFinished() | ev.Notice():
            return state, []


def _rest(state: State, commands: list[Command]) -> Step:
    """Nobody talks now; say what has been waiting to be said."""
    free = _new_turn(state, Mode.LISTENING, state.turn)
    if not state.announcements:
        return free, commands
    text, *later = state.announcements
    spoken = _now(_new_turn(free, Mode.THINKING, state.turn + 1), announcement=text)
    return replace(spoken, announcements=tuple(later)), [*commands, do.Announce(spoken.turn, text)]


def _new_turn(state: State, mode: Mode, turn: int) -> State:
    """Nothing is left of the turn before."""
    return replace(state, mode=mode, turn=turn, this=TurnState())


def _now(state: State, **known: Any) -> State:
    """The state with something else `known` of the turn."""
    return replace(state, this=replace(state.this, **known))


def _written(state: State, event: ev.ClauseReady) -> State:
    """There is one more clause of the reply that is being made, or of the one that was interrupted meanwhile."""
    this = state.this
    if (event.turn, event.revision) == (state.turn, this.revision):
        return _now(state, clauses=(*this.clauses, event.text))
    cut = this.interrupted
    if cut is not None and (event.turn, event.revision) == (cut.turn, cut.revision):
        return _now(state, interrupted=replace(cut, clauses=(*cut.clauses, event.text)))
    return state


def _reply_over(state: State, event: ev.ReplyEnded | ev.ReplyCut) -> Step:
    """What was played of a reply becomes history, whatever has happened since."""
    cut, resumed = state.this.interrupted, state.resumed
    if cut is not None and cut.turn == event.turn:
        state = _now(state, interrupted=replace(cut, heard=event.heard))
    known = do.Remember(event.turn, event.heard)
    if resumed is not None and resumed.turn == event.turn:
        known = do.Remember(resumed.of, f"{resumed.before} {event.heard}".strip())
    if isinstance(event, ev.ReplyCut) or event.turn != state.turn:
        return state, [known]
    ended, commands = _reply_ended(state, event.at if event.spoken else state.sounded_to)
    return ended, [known, *commands]


def _reply_ended(state: State, sounded_to: int | None) -> Step:
    if state.mode not in BUSY:
        return state, []
    commands: list[Command] = [do.Restore()] if state.mode is Mode.YIELDING else []
    state = replace(state, tries=0, sounded_to=sounded_to)
    if state.this.unheeded_at is not None and not state.muted:
        # Begun before the assistant had finished, and still going on.
        return _hear(state, state.this.unheeded_at, commands)
    return _rest(state, commands)


def _failed(state: State) -> Step:
    """No user is left waiting for a reply that will not come."""
    if state.mode is Mode.SETTLING:
        failed = _now(state, failed=True)
        commands: list[Command] = [do.Abandon(state.turn)]
        if state.this.wait_over:
            return _apologise(failed, commands)
        if state.this.words is None:
            commands.append(do.SetPatience(None, state.paused_at))
        return failed, commands
    if state.mode in BUSY:
        return _apologise(state, [do.Abandon(state.turn), do.Cut(state.turn)])
    return state, []


def _apologise(state: State, commands: list[Command]) -> Step:
    if state.this.announcement:
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
        if state.this.wait_over and at - state.from_at > rules.longest_joined_samples:
            return _now(state, spoke_on_at=at), []
        return _going_on(state)
    if state.mode in BUSY and not rules.interruptible:
        return _now(state, unheeded_at=at), []
    if state.mode in BUSY:
        return _taken_over(state, at, rules)
    return _hear(state, at, [])


def _going_on(state: State) -> Step:
    """Spoken on before the turn was over: what was prepared answers half a sentence."""
    hearing = _now(replace(state, mode=Mode.HEARING), words=None, wait_over=False, failed=False, spoke_on_at=None)
    return hearing, [do.Abandon(state.turn), do.Listen(state.turn, state.from_at)]


def _taken_over(state: State, at: int, rules: Rules) -> Step:
    """The user speaks while a reply is being made or said: the same turn going on, or an interruption."""
    # Abandoned first: a clause that is ready would otherwise begin after the cut.
    commands: list[Command] = [do.Abandon(state.turn), do.Cut(state.turn)]
    soon = at - state.committed_at <= rules.join_samples
    unasked = state.this.announcement or state.this.resuming
    if soon and not unasked and at - state.from_at <= rules.longest_joined_samples:
        joined, commands = _hear(state, state.from_at, [*commands, do.TakeBack(state.turn)])
        return _now(joined, sure_ms=state.this.sure_ms, maybe_echo=state.this.maybe_echo), commands
    unanswered = "" if state.this.answering or unasked else state.this.words or ""
    this = state.this
    cut = Interrupted(state.turn, this.revision, state.from_at, unanswered, this.announcement, this.clauses)
    sounded_to = state.sounded_to if state.this.sounding_at is None else at
    state = replace(state, tries=state.tries + 1, sounded_to=sounded_to)
    later = _announced_later(state, at, rules)
    return _hear(later, at, commands, cut if later is state else None)


def _announced_later(state: State, at: int, rules: Rules) -> State:
    """An announcement that has hardly been heard is made again, whatever was said into it."""
    sounded = 0 if state.this.sounding_at is None else at - state.this.sounding_at
    if state.this.announcement in ("", *SAID_ONCE) or sounded > rules.join_samples or state.tries > MOST_TRIES:
        return state
    return replace(state, announcements=(state.this.announcement, *state.announcements))


def _hear(state: State, from_at: int, commands: list[Command], interrupted: Interrupted | None = None) -> Step:
    turn = state.turn + 1
    # Who presses the key is a person.
    echo = not state.key_held and state.sounded_to is not None and from_at < state.sounded_to + LATE_ECHO_SAMPLES
    hearing = _now(_new_turn(state, Mode.HEARING, turn), interrupted=interrupted, maybe_echo=echo)
    return replace(hearing, from_at=from_at), [*commands, do.Listen(turn, from_at)]


def _go_on(state: State) -> Step:
    """It was a cough or a door: what was interrupted goes on."""
    cut = state.this.interrupted
    if state.tries > MOST_TRIES:
        return _rest(replace(state, tries=0), [])
    if cut is None or cut.announcement:
        again = (cut.announcement,) if cut is not None and cut.announcement not in SAID_ONCE else ()
        return _rest(replace(state, announcements=again + state.announcements), [])
    if not cut.words:
        return _resume(state, cut)
    thinking = _new_turn(state, Mode.THINKING, state.turn + 1)
    # Asked once more, with the tools of the first try undone: nobody knows how far it had come.
    asked = _now(replace(thinking, from_at=cut.from_at), words=cut.words)
    return asked, [do.TakeBack(cut.turn), do.Prepare(asked.turn, 0, cut.words), do.Commit(asked.turn, 0)]


def _resume(state: State, cut: Interrupted) -> Step:
    """Say what was ready of a reply and not heard. What the model had not written yet when it was stopped is lost; it
    writes faster than anybody speaks."""
    before, rest = parted(cut.clauses, cut.heard)
    if not rest:
        return _rest(replace(state, tries=0), [])
    of, earlier = cut.turn, state.resumed
    if earlier is not None and earlier.turn == of:
        of, before = earlier.of, f"{earlier.before} {before}".strip()
    resuming = _now(_new_turn(state, Mode.THINKING, state.turn + 1), resuming=True)
    resumed = Resumed(resuming.turn, of, before)
    return replace(resuming, resumed=resumed), [do.Announce(resuming.turn, rest)]


def _voiced(state: State, sure_ms: int) -> State:
    """The ears count from the beginning of their own turn, of which a joined one or the talk key's may hold several."""
    listening = state.mode in (Mode.HEARING, Mode.SETTLING)
    return _now(state, sure_ms=max(state.this.sure_ms, sure_ms)) if listening else state


def _paused(state: State, at: int, wait_over: bool) -> Step:
    if state.mode is not Mode.HEARING or state.key_held:
        return state, [do.SetPatience(None, at)]
    return _write_down(state, at, wait_over)


def _write_down(state: State, at: int, wait_over: bool) -> Step:
    revision = state.this.revision + 1
    settling = _now(
        replace(state, mode=Mode.SETTLING, paused_at=at), revision=revision, words=None, wait_over=wait_over,
        failed=False, spoke_on_at=None, unheard_why="", clauses=(),
    )  # fmt: skip
    return settling, [do.Transcribe(state.turn, revision, state.from_at, at)]


def _end_of_turn(state: State, at: int, decided_at: int, rules: Rules) -> Step:
    if state.key_held:
        return state, []
    if state.mode in BUSY:
        return _now(state, unheeded_at=None), []
    if state.this.spoke_on_at is not None:
        # What was said since has ended too before the words were there: it is one turn after all.
        return _write_down(replace(state, committed_at=decided_at), at, wait_over=True)
    if state.mode is Mode.HEARING:
        # Longer than any turn: the words so far are the turn.
        waiting, commands = _paused(state, at, wait_over=True)
        return replace(waiting, committed_at=decided_at), commands
    if state.mode is not Mode.SETTLING:
        return state, []
    if state.this.words is None and not state.this.failed:
        return _now(replace(state, committed_at=decided_at), wait_over=True), []
    return _commit(replace(state, committed_at=decided_at), rules)


def _heard(state: State, event: ev.FinalTranscript, rules: Rules) -> Step:
    if state.mode is not Mode.SETTLING or event.revision != state.this.revision:
        return state, []
    known = _now(state, words=event.text, unheard_why=event.unheard)
    patience_ms = max(event.patience_ms, UNHEARD_WAIT_MS) if _is_unheard(known) else event.patience_ms
    commands: list[Command] = [do.SetPatience(patience_ms, state.paused_at)]
    if event.text:
        commands.append(do.Prepare(state.turn, state.this.revision, event.text))
    if not state.this.wait_over:
        return known, commands
    committed, more = _commit(known, rules)
    return committed, [*commands, *more]


def _commit(state: State, rules: Rules) -> Step:
    if state.this.failed:
        return _apologise(state, [])
    commands: list[Command] = [do.Commit(state.turn, state.this.revision)] if state.this.words else []
    if commands:
        state = replace(state, unheard_row=0)
    if state.this.spoke_on_at is not None:
        cut = None if commands else state.this.interrupted
        return _hear(state, state.this.spoke_on_at, [*commands, do.Abandon(state.turn)], cut)
    if not commands:
        return _ask_again(state, rules) if _is_unheard(state) else _go_on(state)
    return _now(replace(state, mode=Mode.THINKING, tries=0), wait_over=False, interrupted=None), commands


def _is_unheard(state: State) -> bool:
    """A person spoke to the assistant and nothing was understood. What may have been its own echo is no person, and
    what interrupted it without words is dealt with by going on."""
    spoken = bool(state.this.unheard_why) and state.this.sure_ms >= UNHEARD_MS
    return spoken and not state.this.maybe_echo and state.this.interrupted is None


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
