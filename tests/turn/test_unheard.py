"""A person who was heard and not understood is told so: when, how often, and what is no person."""

import pytest

from localvoice import events as ev
from localvoice.sound import EAR_HZ
from localvoice.turn import commands as do
from localvoice.turn.machine import (
    LATE_ECHO_SAMPLES,
    MOST_UNHEARD,
    UNHEARD,
    UNHEARD_MS,
    UNHEARD_WAIT_MS,
    Mode,
    Rules,
    State,
    step,
)

WHY = "the transcriber was only guessing"


def run(state: State, *happened: ev.Event, rules: Rules | None = None) -> tuple[State, list[do.Command]]:
    commands: list[do.Command] = []
    for event in happened:
        state, more = step(state, event, rules or Rules())
        commands += more
    return state, commands


def spoken(state: State, from_at: int, text: str = "", sure_ms: int = UNHEARD_MS, why: str = WHY) -> list[ev.Event]:
    """A voice from `from_at` on, of which the transcriber makes `text`."""
    turn, to_at = state.turn + 1, from_at + EAR_HZ
    return [
        ev.SpeechStarted(from_at), ev.SpeechPaused(to_at, sure_ms),
        ev.FinalTranscript(turn, 1, text, 300, "" if text else why),
        ev.EndOfTurn(to_at, to_at + 4800),
    ]  # fmt: skip


def said(commands: list[do.Command]) -> list[str]:
    return [command.text for command in commands if isinstance(command, do.Announce)]


def test_a_person_who_was_not_understood_is_told_so() -> None:
    state, commands = run(State(), *spoken(State(), 1000))
    assert commands[-1] == do.Announce(2, UNHEARD[0])
    assert not any(isinstance(command, do.Prepare | do.Commit) for command in commands), "nothing for the history"
    assert (state.mode, state.unheard) == (Mode.THINKING, 1)
    # Words that come after the wait make no difference.
    late = spoken(State(), 1000)
    late[2], late[3] = late[3], late[2]
    assert run(State(), *late) == (state, [commands[0], commands[1], commands[2], commands[3]])


def test_who_only_hesitates_is_not_asked_at_once() -> None:
    started, paused, heard, _ = spoken(State(), 1000)
    state, commands = run(State(), started, paused, heard)
    assert commands[-1] == do.SetPatience(UNHEARD_WAIT_MS, 17_000)
    _, commands = run(
        state, ev.SpeechResumed(26_000), ev.SpeechPaused(40_000, 900),
        ev.FinalTranscript(1, 2, "add milk and eggs", 300),
        ev.EndOfTurn(40_000, 44_800),
    )  # fmt: skip
    assert do.SetPatience(300, 40_000) in commands and commands[-1] == do.Commit(1, 2)
    # A cough is not waited for.
    cough = spoken(State(), 1000, sure_ms=0)
    assert do.SetPatience(300, 17_000) in run(State(), *cough)[1]


@pytest.mark.parametrize(
    ("sure_ms", "why"), [(UNHEARD_MS - 1, WHY), (0, WHY), (5000, "")], ids=["a cough", "music", "too quiet"]
)
def test_what_is_no_person_speaking_here_gets_no_answer(sure_ms: int, why: str) -> None:
    state, commands = run(State(), *spoken(State(), 1000, sure_ms=sure_ms, why=why))
    assert (state.mode, said(commands), state.unheard) == (Mode.LISTENING, [], 0)


def test_it_is_said_in_other_words_and_no_more_than_twice_in_a_row() -> None:
    state, at, sentences = State(), 1000, []
    for _ in range(5):
        state, commands = run(state, *spoken(state, at))
        sentences += said(commands)
        at += 10 * EAR_HZ
        state, _ = run(state, ev.PlayoutStarted(state.turn, at - 9), ev.ReplyEnded(state.turn, at - 8 * EAR_HZ))
        assert state.mode is Mode.LISTENING
    assert sentences == list(UNHEARD[:MOST_UNHEARD])
    assert state.unheard == 5, "counted all the same"
    # Something is understood, and the next one is told again.
    state, _ = run(state, *spoken(state, at, "what time is it"))
    state, _ = run(state, ev.ReplyEnded(state.turn, at + 2 * EAR_HZ))
    assert len(said(run(state, *spoken(state, at + 5 * EAR_HZ))[1])) == 1


def test_the_setting_keeps_it_silent_but_counts() -> None:
    state, commands = run(State(), *spoken(State(), 1000), rules=Rules(say_unheard=False))
    assert (said(commands), state.mode, state.unheard) == ([], Mode.LISTENING, 1)


def answered(ended_at: int) -> State:
    state, _ = run(State(), *spoken(State(), 1000, "what time is it"))
    return run(state, ev.PlayoutStarted(1, 25_000), ev.ReplyEnded(1, ended_at))[0]


def test_an_echo_that_comes_after_the_reply_is_no_person() -> None:
    ended_at = 60_000
    state = answered(ended_at)
    assert not said(run(state, *spoken(state, ended_at + LATE_ECHO_SAMPLES - 1))[1])
    assert said(run(state, *spoken(state, ended_at + LATE_ECHO_SAMPLES))[1])


def test_an_echo_into_an_assistant_that_may_not_be_interrupted_is_no_person() -> None:
    deaf = Rules(interruptible=False)
    state, _ = run(State(), *spoken(State(), 1000, "what time is it"), ev.PlayoutStarted(1, 25_000), rules=deaf)
    state, _ = run(state, ev.SpeechStarted(50_000), ev.ReplyEnded(1, 52_000), rules=deaf)
    _, commands = run(
        state,
        ev.SpeechPaused(70_000, 1000),
        ev.FinalTranscript(2, 1, "", 300, WHY),
        ev.EndOfTurn(70_000, 74_800),
        rules=deaf,
    )
    assert not said(commands)


def test_an_interruption_without_words_goes_on_instead() -> None:
    state, _ = run(State(), *spoken(State(), 1000, "what time is it"))
    state, _ = run(
        state, ev.ClauseReady(1, 1, "It is noon."), ev.PlayoutStarted(1, 25_000),
        ev.ClauseStarted(1, 25_000, "It is noon.", False),
    )  # fmt: skip
    state, commands = run(state, *spoken(state, 60_000))
    assert said(commands) == ["It is noon."] and state.unheard == 0


def test_a_voice_without_words_while_a_reply_is_made_lets_it_be_made() -> None:
    state, _ = run(State(), *spoken(State(), 1000, "what time is it"))
    state, commands = run(state, *spoken(state, 60_000))
    assert commands[-1] == do.Commit(3, 0) and not said(commands) and state.unheard == 0


def test_it_is_not_said_again_when_it_was_interrupted() -> None:
    state, _ = run(State(), *spoken(State(), 1000))
    into = 30_000
    state, _ = run(state, ev.PlayoutStarted(2, 25_000))
    assert not said(run(state, *spoken(state, into))[1])
    assert not said(run(state, *spoken(state, into, "what time is it"), ev.ReplyEnded(3, 90_000))[1])


def test_a_timer_that_waited_rings_after_it() -> None:
    state, _ = run(State(), ev.SpeechStarted(1000), ev.Announcement("Ding."))
    state, commands = run(
        state, ev.SpeechPaused(20_000, 900), ev.FinalTranscript(1, 1, "", 300, WHY), ev.EndOfTurn(20_000, 24_800),
        ev.ReplyEnded(2, 60_000),
    )  # fmt: skip
    assert said(commands) == [UNHEARD[0], "Ding."]


@pytest.mark.parametrize("sure_ms", [None, 0, 900])
def test_the_talk_key_without_speech_gets_no_answer(sure_ms: int | None) -> None:
    pauses = [] if sure_ms is None else [ev.SpeechPaused(20_000, sure_ms)]
    for rules in (Rules(), Rules(key_only=True)):
        _, commands = run(
            State(), ev.TalkKey(1000, True), *pauses, ev.TalkKey(25_000, False), ev.FinalTranscript(1, 1, "", 300, WHY),
            rules=rules,
        )  # fmt: skip
        assert said(commands) == ([UNHEARD[0]] if sure_ms else [])
    # The ears may notice the pause only after the key was let go.
    if sure_ms:
        _, commands = run(
            State(), ev.TalkKey(1000, True), ev.TalkKey(19_000, False), *pauses, ev.FinalTranscript(1, 1, "", 300, WHY)
        )
        assert said(commands) == [UNHEARD[0]]


def test_a_person_at_the_key_is_no_echo() -> None:
    state = answered(60_000)
    _, commands = run(
        state, ev.TalkKey(60_500, True), ev.SpeechPaused(80_000, 900), ev.TalkKey(82_000, False),
        ev.FinalTranscript(2, 1, "", 300, WHY),
    )  # fmt: skip
    assert said(commands) == [UNHEARD[0]]


def test_what_is_joined_is_one_voice() -> None:
    """Words that are not believed any more once the rest of the sentence has come."""
    state, _ = run(State(), *spoken(State(), 1000, "set a timer for", sure_ms=900))
    _, commands = run(
        state, ev.PlayoutStarted(1, 22_000), ev.SpeechStarted(24_000), ev.SpeechPaused(30_000, 300),
        ev.FinalTranscript(2, 1, "", 300, WHY), ev.EndOfTurn(30_000, 34_800),
    )  # fmt: skip
    assert do.TakeBack(1) in commands and said(commands) == [UNHEARD[0]]


def test_who_goes_on_meanwhile_is_listened_to() -> None:
    state, commands = run(
        State(), ev.SpeechStarted(0), ev.SpeechPaused(480_000, 9000), ev.EndOfTurn(480_000, 480_000),
        ev.SpeechStarted(480_512), ev.FinalTranscript(1, 1, "", 300, WHY),
    )  # fmt: skip
    assert state.mode is Mode.HEARING and not said(commands)


def test_mute_forgets_it() -> None:
    state, commands = run(
        State(), ev.SpeechStarted(1000), ev.SpeechPaused(20_000, 900), ev.MuteToggled(21_000),
        ev.FinalTranscript(1, 1, "", 300, WHY), ev.EndOfTurn(20_000, 24_800),
    )  # fmt: skip
    assert (state.mode, said(commands), state.unheard) == (Mode.LISTENING, [], 0)
