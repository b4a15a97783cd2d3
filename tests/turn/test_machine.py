"""The turn machine: the paths a conversation takes, and that it is total."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice import events as ev
from localvoice.sound import EAR_HZ
from localvoice.turn import commands as do
from localvoice.turn.machine import (
    APOLOGY,
    BUSY,
    MOST_TRIES,
    UNHEARD_MS,
    Interrupted,
    Mode,
    Resumed,
    Rules,
    State,
    TurnState,
    step,
)

RULES = Rules()
NO_WORDS_AT_5000 = do.SetPatience(None, 5000)


def run(state: State, *happened: ev.Event, rules: Rules = RULES) -> tuple[State, list[do.Command]]:
    commands: list[do.Command] = []
    for event in happened:
        state, more = step(state, event, rules)
        commands += more
    return state, commands


def committed(at: int = 20_000) -> State:
    """A state in which turn 1 was just taken for over at sample `at`."""
    state, commands = run(
        State(), ev.SpeechStarted(1000), ev.SpeechPaused(at - 4800), ev.FinalTranscript(1, 1, "what time is it", 300),
        ev.EndOfTurn(at - 4800, at),
    )  # fmt: skip
    assert commands[-1] == do.Commit(1, 1)
    return state


def test_a_turn_is_prepared_at_the_pause_and_committed_at_its_end() -> None:
    state, commands = run(State(), ev.SpeechStarted(1000), ev.SpeechPaused(9000))
    assert commands == [do.Listen(1, 1000), do.Transcribe(1, 1, 1000, 9000)]
    state, commands = run(state, ev.FinalTranscript(1, 1, "hello", 300))
    assert commands == [do.SetPatience(300, 9000), do.Prepare(1, 1, "hello")]
    state, commands = run(state, ev.EndOfTurn(9000, 13_800), ev.PlayoutStarted(1, 14_000))
    assert commands == [do.Commit(1, 1)]
    assert state.mode is Mode.SPEAKING
    assert run(state, ev.ReplyEnded(1, 30_000))[0].mode is Mode.LISTENING


def test_words_that_come_after_the_wait_commit_at_once() -> None:
    state, _ = run(State(), ev.SpeechStarted(0), ev.SpeechPaused(9000), ev.EndOfTurn(9000, 13_800))
    assert state.mode is Mode.SETTLING
    state, commands = run(state, ev.FinalTranscript(1, 1, "hello", 300))
    assert state.mode is Mode.THINKING
    assert commands[-2:] == [do.Prepare(1, 1, "hello"), do.Commit(1, 1)]


def test_words_of_an_earlier_pause_are_stale() -> None:
    state, commands = run(State(), ev.SpeechStarted(0), ev.SpeechPaused(9000), ev.SpeechResumed(12_000))
    assert commands[-2:] == [do.Abandon(1), do.Listen(1, 0)]
    state, commands = run(state, ev.FinalTranscript(1, 1, "set a timer", 300))
    assert (state.mode, commands) == (Mode.HEARING, [])


def test_noise_leads_nowhere() -> None:
    state, commands = run(
        State(), ev.SpeechStarted(0), ev.SpeechPaused(3000), ev.FinalTranscript(1, 1, "", 300), ev.EndOfTurn(3000, 7800)
    )
    assert state.mode is Mode.LISTENING
    assert not any(isinstance(c, do.Commit | do.Prepare) for c in commands)


def test_going_on_within_a_second_joins_both_pieces() -> None:
    state = committed(at=20_000)
    state, commands = run(state, ev.PlayoutStarted(1, 20_500), ev.SpeechStarted(20_000 + EAR_HZ))
    assert commands == [do.Abandon(1), do.Cut(1), do.TakeBack(1), do.Listen(2, 1000)]
    assert (state.mode, state.turn, state.from_at) == (Mode.HEARING, 2, 1000)


def test_speaking_over_the_reply_later_interrupts_it() -> None:
    state = committed(at=20_000)
    at = 20_000 + EAR_HZ + 1
    state, commands = run(state, ev.PlayoutStarted(1, 20_500), ev.SpeechSuspected(at), ev.SpeechStarted(at))
    assert commands == [do.Duck(), do.Abandon(1), do.Cut(1), do.Listen(2, at)]
    assert state.from_at == at


def test_a_suspicion_that_goes_away_only_ducks() -> None:
    state, commands = run(
        committed(), ev.PlayoutStarted(1, 20_500), ev.SpeechSuspected(50_000), ev.SuspicionGone(50_000)
    )
    assert (state.mode, commands) == (Mode.SPEAKING, [do.Duck(), do.Restore()])


def test_an_uninterruptible_assistant_talks_on() -> None:
    state, _ = run(committed(), ev.PlayoutStarted(1, 20_500))
    deaf = Rules(interruptible=False)
    into, commands = run(state, ev.SpeechSuspected(50_000), ev.SpeechStarted(50_000), rules=deaf)
    assert (into.mode, commands) == (Mode.SPEAKING, [])
    assert run(into, ev.SpeechPaused(55_000), ev.EndOfTurn(55_000, 60_000), rules=deaf)[0] == state
    # What was begun before its end and goes on after it is a turn.
    assert run(into, ev.ReplyEnded(1, 52_000), rules=deaf)[1] == [do.Remember(1, ""), do.Listen(2, 50_000)]
    # Nobody writes down what is said into it, so its pauses need not wait for words.
    assert run(state, ev.SpeechPaused(5000), rules=Rules(interruptible=False)) == (state, [NO_WORDS_AT_5000])


def test_a_timer_waits_until_nobody_talks() -> None:
    state, commands = run(committed(), ev.Announcement("Your timer is done."))
    assert commands == []
    state, commands = run(state, ev.ReplyEnded(1, 60_000, "It is noon."))
    assert commands == [do.Remember(1, "It is noon."), do.Announce(2, "Your timer is done.")]
    assert run(state, ev.PlayoutStarted(2, 60_100), ev.ReplyEnded(2, 80_000))[0].mode is Mode.LISTENING


COUGH = (ev.FinalTranscript(2, 1, "", 300), ev.EndOfTurn(50_000, 54_800))
LATE = 20_000 + EAR_HZ + 1


def test_a_question_is_asked_again_when_it_was_only_a_cough() -> None:
    """The model, or a tool, was at it for more than a second; a filler is no answer yet."""
    for state in (
        committed(),
        run(committed(), ev.PlayoutStarted(1, 24_000), ev.ClauseStarted(1, 24_000, "Let me see.", True))[0],
    ):
        state, commands = run(state, ev.SpeechStarted(LATE), ev.SpeechPaused(50_000))
        assert commands == [do.Abandon(1), do.Cut(1), do.Listen(2, LATE), do.Transcribe(2, 1, LATE, 50_000)]
        again, commands = run(state, *COUGH)
        words = "what time is it"
        assert commands[-3:] == [do.TakeBack(1), do.Prepare(3, 0, words), do.Commit(3, 0)]
        assert (again.mode, again.turn, again.from_at) == (Mode.THINKING, 3, 1000)
        # Words are another matter.
        _, commands = run(state, ev.FinalTranscript(2, 1, "never mind", 300), ev.EndOfTurn(50_000, 54_800))
        assert commands[-1] == do.Commit(2, 1)
        assert do.TakeBack(1) not in commands


def test_an_answer_goes_on_when_it_was_only_a_cough() -> None:
    answering, _ = run(
        committed(), ev.ClauseReady(1, 1, "It is noon."), ev.ClauseReady(1, 1, "The sun is out."),
        ev.PlayoutStarted(1, 20_500), ev.ClauseStarted(1, 20_500, "It is noon.", False),
    )  # fmt: skip
    state, commands = run(answering, ev.SpeechStarted(LATE), ev.ReplyCut(1, LATE, "It is noon. The"))
    assert commands[-1] == do.Remember(1, "It is noon. The")
    # The model had one more clause ready when it was stopped.
    state, commands = run(state, ev.ClauseReady(1, 1, "Go out."), ev.SpeechPaused(50_000), *COUGH)
    assert (state.mode, commands[-1]) == (Mode.THINKING, do.Announce(3, "The sun is out. Go out."))
    # And the rest can be interrupted by a cough again, but is no turn that somebody could go on with.
    sounding, _ = run(
        state, ev.ClauseReady(3, 0, "The sun is out."), ev.ClauseReady(3, 0, "Go out."), ev.PlayoutStarted(3, 55_000),
        ev.ClauseStarted(3, 55_000, "The sun is out.", False),
    )  # fmt: skip
    again, commands = run(
        sounding, ev.SpeechStarted(55_100), ev.ReplyCut(3, 55_200, "The sun is out. Go"), ev.SpeechPaused(56_000),
        ev.FinalTranscript(4, 1, "", 300), ev.EndOfTurn(56_000, 60_800),
    )  # fmt: skip
    # What was said in pieces is one reply to the model.
    assert do.Remember(1, "It is noon. The sun is out. Go") in commands
    assert commands[-1] == do.Announce(5, "Go out.") and not any(isinstance(c, do.TakeBack) for c in commands)
    assert run(again, ev.ReplyEnded(5, 90_000, "Go out."))[1][0] == do.Remember(
        1, "It is noon. The sun is out. Go out."
    )
    ended, commands = run(sounding, ev.ReplyEnded(3, 60_000, "The sun is out. Go out."))
    assert ended.mode is Mode.LISTENING and commands == [do.Remember(1, "It is noon. The sun is out. Go out.")]


def test_an_answer_that_was_said_to_its_end_does_not_go_on() -> None:
    """The sound came with the last syllable."""
    state, commands = run(
        committed(), ev.ClauseReady(1, 1, "It is noon."), ev.PlayoutStarted(1, 20_500),
        ev.ClauseStarted(1, 20_500, "It is noon.", False), ev.SpeechStarted(LATE), ev.ReplyCut(1, LATE, "It is noon."),
        ev.SpeechPaused(50_000), *COUGH,
    )  # fmt: skip
    assert state.mode is Mode.LISTENING and not any(isinstance(c, do.Announce) for c in commands)


def test_clauses_of_an_earlier_pause_are_not_said_again() -> None:
    """The first half of the sentence had been answered when the user went on."""
    state, _ = run(
        State(), ev.SpeechStarted(0), ev.SpeechPaused(9000), ev.FinalTranscript(1, 1, "set a timer", 300),
        ev.ClauseReady(1, 1, "For how long?"), ev.SpeechResumed(12_000), ev.SpeechPaused(20_000),
        ev.FinalTranscript(1, 2, "set a timer for noon", 300), ev.ClauseReady(1, 1, "Tell me."),
        ev.ClauseReady(1, 2, "It rings at noon."), ev.EndOfTurn(20_000, 24_800),
    )  # fmt: skip
    assert state.this.clauses == ("It rings at noon.",)


@pytest.mark.parametrize("sounded", [0, EAR_HZ + 1], ids=["hardly heard", "half heard"])
@pytest.mark.parametrize("announcing", [True, False])
def test_an_assistant_that_interrupts_itself_gives_up(announcing: bool, sounded: int) -> None:
    if announcing:
        state, _ = run(State(), ev.Announcement("Ding."))
    else:
        state = replace(committed(), committed_at=-EAR_HZ)
    begun, at = 0, 0
    while state.mode is Mode.THINKING:
        begun += 1
        turn = state.turn
        state, _ = run(
            state, ev.ClauseReady(turn, state.this.revision, "Ding."), ev.PlayoutStarted(turn, at),
            ev.ClauseStarted(turn, at, "Ding.", False),
            ev.SpeechStarted(at + EAR_HZ + sounded), ev.SpeechPaused(at + 2 * EAR_HZ),
            ev.FinalTranscript(turn + 1, 1, "", 300), ev.EndOfTurn(at + 2 * EAR_HZ, at + 3 * EAR_HZ),
        )  # fmt: skip
        at += 4 * EAR_HZ
        assert begun < 10
    assert begun == MOST_TRIES + 1 and state.mode is Mode.LISTENING and not state.tries


def test_the_key_means_what_it_says() -> None:
    answering, _ = run(committed(), ev.PlayoutStarted(1, 20_500), ev.ClauseStarted(1, 20_500, "It is noon.", False))
    state, _ = run(answering, ev.TalkKey(LATE, True), ev.TalkKey(50_000, False), ev.FinalTranscript(2, 1, "", 300))
    assert state.mode is Mode.LISTENING


def ringing(*happened: ev.Event) -> tuple[State, list[do.Command]]:
    return run(State(), ev.Announcement("Ding."), ev.PlayoutStarted(1, 1000), *happened)


def test_a_timer_that_nobody_could_hear_rings_again() -> None:
    spoken = (ev.FinalTranscript(2, 1, "and now the news", 300), ev.EndOfTurn(9000, 13_800), ev.ReplyEnded(2, 60_000))
    cough = (ev.FinalTranscript(2, 1, "", 300), ev.EndOfTurn(9000, 13_800))
    for start in (ev.SpeechStarted(2000), ev.TalkKey(2000, True)):
        end = (ev.SpeechPaused(9000),) if isinstance(start, ev.SpeechStarted) else (ev.TalkKey(9000, False),)
        assert ringing(start, *end, *spoken)[1][-1] == do.Announce(3, "Ding.")
    # After a second of it, words are taken for an answer, a cough is not.
    heard = (ev.SpeechStarted(1000 + EAR_HZ + 1), ev.SpeechPaused(30_000))
    assert ringing(*heard, *cough)[1][-1] == do.Announce(3, "Ding.")
    state, commands = ringing(*heard, *spoken)
    assert state.mode is Mode.LISTENING and not isinstance(commands[-1], do.Announce)


def test_tools_and_the_device_are_decided_about_here_too() -> None:
    assert run(committed(), ev.VolumeWanted(40)) == (committed(), [do.SetVolume(40)])
    assert run(State(), ev.DeviceGone("It is gone.", "Plug it in."))[1] == [do.End("It is gone.", "Plug it in.")]
    assert run(State(), ev.Notice("The card is old.")) == (State(), [])


def test_talking_into_an_announcement_never_joins_the_turn_before() -> None:
    state, _ = run(committed(), ev.Announcement("Ding."), ev.ReplyEnded(1, 22_000))
    _, commands = run(state, ev.SpeechStarted(22_500))
    assert do.TakeBack(2) not in commands


def test_muting_forgets_the_half_said() -> None:
    state, commands = run(State(), ev.SpeechStarted(0), ev.MuteToggled(100))
    assert (state.mode, commands[-2:]) == (Mode.LISTENING, [do.Abandon(1), do.SetMuted(True)])
    assert run(state, ev.SpeechStarted(200))[1] == []
    assert run(state, ev.MuteToggled(300))[1] == [do.SetMuted(False)]


def test_who_is_muted_is_not_listened_to_when_the_reply_ends() -> None:
    deaf = Rules(interruptible=False)
    state, _ = run(committed(), ev.PlayoutStarted(1, 20_500), ev.SpeechStarted(50_000), rules=deaf)
    state, commands = run(state, ev.MuteToggled(51_000), ev.ReplyEnded(1, 52_000), rules=deaf)
    assert (state.mode, commands) == (Mode.LISTENING, [do.SetMuted(True), do.Remember(1, "")])


def test_push_to_talk_ends_with_the_release() -> None:
    state, commands = run(
        State(), ev.TalkKey(100, True), ev.SpeechPaused(5000), ev.EndOfTurn(5000, 9800), ev.TalkKey(12_000, False)
    )
    assert commands == [do.Listen(1, 100), NO_WORDS_AT_5000, do.Transcribe(1, 1, 100, 12_000)]
    assert run(state, ev.FinalTranscript(1, 1, "hello", 900))[0].mode is Mode.THINKING


def test_with_the_key_alone_a_voice_starts_nothing() -> None:
    rules = Rules(key_only=True)
    assert run(State(), ev.SpeechStarted(0), ev.SpeechPaused(5000), rules=rules) == (State(), [NO_WORDS_AT_5000])
    _, commands = run(State(), ev.TalkKey(100, True), ev.TalkKey(9000, False), rules=rules)
    assert commands == [do.Listen(1, 100), do.Transcribe(1, 1, 100, 9000)]


def test_endless_speech_becomes_a_turn() -> None:
    state, commands = run(State(), ev.SpeechStarted(0), ev.EndOfTurn(480_000, 480_000))
    assert commands[-1] == do.Transcribe(1, 1, 0, 480_000)
    assert run(state, ev.FinalTranscript(1, 1, "and now the news", 300))[0].mode is Mode.THINKING


def test_words_that_come_too_late_and_too_long_are_a_turn_and_the_rest_another() -> None:
    """A television: the sentence that goes on after the longest turn does not take that turn back."""
    state, commands = run(
        State(), ev.SpeechStarted(0), ev.EndOfTurn(480_000, 480_000), ev.SpeechStarted(480_512),
        ev.FinalTranscript(1, 1, "and now the news", 300),
    )  # fmt: skip
    assert commands[-4:] == [
        do.Prepare(1, 1, "and now the news"), do.Commit(1, 1), do.Abandon(1), do.Listen(2, 480_512)
    ]  # fmt: skip
    assert (state.mode, state.from_at) == (Mode.HEARING, 480_512)
    # Where the rest has ended before the words of the first part were there, all of it is written down once.
    state, commands = run(
        State(), ev.SpeechStarted(0), ev.EndOfTurn(480_000, 480_000), ev.SpeechStarted(480_512),
        ev.EndOfTurn(490_000, 494_800), ev.FinalTranscript(1, 1, "and now", 300),
        ev.FinalTranscript(1, 2, "and now the news", 300),
    )  # fmt: skip
    assert do.Transcribe(1, 2, 0, 490_000) in commands
    assert commands[-1] == do.Commit(1, 2)


def test_a_turn_that_has_gone_on_for_long_is_not_joined_any_more() -> None:
    state = replace(committed(at=600_000), from_at=0)
    state, commands = run(state, ev.SpeechStarted(601_000))
    assert state.from_at == 601_000
    assert do.TakeBack(1) not in commands


FAULT = ev.WorkerFailed("think", "RuntimeError", 1)


def test_a_fault_while_a_reply_is_made_or_said_is_apologised_for() -> None:
    for state in (committed(), run(committed(), ev.PlayoutStarted(1, 20_500))[0]):
        state, commands = run(state, FAULT)
        assert commands == [do.Abandon(1), do.Cut(1), do.Announce(2, APOLOGY)]
        # An apology that fails as well ends there.
        assert run(state, ev.WorkerFailed("speak", "RuntimeError", 2))[0].mode is Mode.LISTENING


def test_a_fault_while_a_reply_is_prepared_is_told_when_the_turn_is_over() -> None:
    pause = (ev.SpeechStarted(1000), ev.SpeechPaused(9000), ev.FinalTranscript(1, 1, "hello", 300))
    state, commands = run(State(), *pause, FAULT)
    assert (state.mode, commands[-1]) == (Mode.SETTLING, do.Abandon(1))
    assert run(state, ev.EndOfTurn(9000, 13_800))[1] == [do.Announce(2, APOLOGY)]
    # Who goes on speaking gets another try.
    state, commands = run(
        state, ev.SpeechResumed(12_000), ev.SpeechPaused(20_000), ev.FinalTranscript(1, 2, "hello you", 300),
        ev.EndOfTurn(20_000, 24_800),
    )  # fmt: skip
    assert commands[-1] == do.Commit(1, 2)


def test_without_a_transcriber_nobody_is_left_waiting() -> None:
    fault = ev.WorkerFailed("transcribe", "RuntimeError", 1)
    pause, over = (ev.SpeechStarted(1000), ev.SpeechPaused(9000)), ev.EndOfTurn(9000, 13_800)
    assert run(State(), *pause, fault)[1][-1] == do.SetPatience(None, 9000)
    assert run(State(), *pause, fault, over)[1][-1] == do.Announce(2, APOLOGY)
    assert run(State(), *pause, over, fault)[1][-1] == do.Announce(2, APOLOGY)


def test_a_fault_of_an_earlier_turn_spoils_no_later_one() -> None:
    state = replace(committed(), turn=2)
    assert run(state, FAULT) == (state, [])
    assert run(state, ev.WorkerFailed("ears", "RuntimeError")) == (state, [])


AT = st.integers(0, 10 * EAR_HZ)
TURN = st.integers(0, 3)
EVENTS = st.one_of(
    st.builds(ev.SpeechSuspected, AT),
    st.builds(ev.SuspicionGone, AT),
    st.builds(ev.SpeechStarted, AT),
    st.builds(ev.SpeechPaused, AT, st.sampled_from([0, 2 * UNHEARD_MS])),
    st.builds(ev.SpeechResumed, AT),
    st.builds(ev.EndOfTurn, AT, AT),
    st.builds(ev.AudioGap, AT, AT),
    st.builds(ev.MuteToggled, AT),
    st.builds(ev.TalkKey, AT, st.booleans()),
    st.builds(ev.Announcement, st.just("ding")),
    st.builds(ev.PartialTranscript, TURN, st.just("a b"), st.sampled_from(["", "a"])),
    st.builds(
        ev.FinalTranscript,
        TURN,
        st.integers(0, 3),
        st.sampled_from(["", "a b"]),
        st.just(300),
        st.sampled_from(["", "guessing"]),
    ),
    st.builds(ev.PlayoutStarted, TURN, AT),
    st.builds(ev.ClauseStarted, TURN, AT, st.just("Hello."), st.booleans()),
    st.builds(ev.ClauseReady, TURN, st.integers(0, 3), st.sampled_from(["Hello.", "It is noon."])),
    st.builds(ev.ReplyEnded, TURN, AT, st.sampled_from(["", "Hello."]), st.booleans()),
    st.builds(ev.ReplyCut, TURN, AT, st.sampled_from(["", "Hello. It"])),
    st.builds(ev.VolumeWanted, st.integers(0, 100)),
    st.builds(ev.Notice, st.just("The card is old.")),
    st.builds(ev.DeviceGone, st.just("It is gone."), st.just("Plug it in.")),
    st.builds(ev.ToolFinished, TURN, st.just("t"), st.booleans(), st.just(1.0)),
    st.builds(ev.WorkerFailed, st.just("think"), st.just("ValueError"), st.none() | TURN),
)
CLAUSES = st.sampled_from([(), ("Hello.",), ("Hello.", "It is noon.")])
THIS = st.builds(
    TurnState, revision=st.integers(0, 3), words=st.sampled_from([None, "", "a"]), wait_over=st.booleans(),
    failed=st.booleans(), spoke_on_at=st.none() | AT, announcement=st.sampled_from(["", "dong", APOLOGY]),
    resuming=st.booleans(), sounding_at=st.none() | AT, answering=st.booleans(), clauses=CLAUSES,
    interrupted=st.none() | st.builds(
        Interrupted, TURN, st.integers(0, 3), AT, st.sampled_from(["", "a b"]), st.sampled_from(["", "ding", APOLOGY]),
        CLAUSES, st.sampled_from(["", "Hello."]),
    ),
    unheeded_at=st.none() | AT, unheard_why=st.sampled_from(["", "guessing"]),
    sure_ms=st.sampled_from([0, 2 * UNHEARD_MS]), maybe_echo=st.booleans(),
)  # fmt: skip
STATES = st.builds(
    State, mode=st.sampled_from(Mode), turn=TURN, this=THIS, from_at=AT, paused_at=AT, committed_at=AT,
    resumed=st.none() | st.builds(Resumed, TURN, TURN, st.just("Once.")), muted=st.booleans(), key_held=st.booleans(),
    announcements=st.sampled_from([(), ("ding",)]), tries=st.integers(0, 4), sounded_to=st.none() | AT,
    unheard=st.integers(0, 9), unheard_row=st.integers(0, 4),
)  # fmt: skip


@given(STATES, EVENTS)
def test_every_state_takes_every_event(state: State, event: ev.Event) -> None:
    after, commands = step(state, event, RULES)
    assert after.turn >= state.turn
    if isinstance(event, ev.Turn | ev.Durable) and event.turn != state.turn:
        # What was played is remembered, and what is left of an interrupted reply is known; nothing else.
        assert replace(after, this=replace(after.this, interrupted=None)) == replace(
            state, this=replace(state.this, interrupted=None)
        )
        heard = isinstance(event, ev.ReplyEnded | ev.ReplyCut)
        assert [type(c) for c in commands] == ([do.Remember] if heard else [])
    if state.muted and after.muted:
        assert not any(isinstance(c, do.Listen) for c in commands)
    if after.unheard > state.unheard:
        assert state.mode is Mode.SETTLING and not state.this.words and state.this.sure_ms >= UNHEARD_MS
        assert not state.this.maybe_echo and state.this.interrupted is None and not state.muted
        assert not any(isinstance(c, do.Prepare | do.Commit) for c in commands)


@given(st.lists(EVENTS, max_size=40))
def test_what_holds_in_every_conversation(happened: list[ev.Event]) -> None:
    state = State()
    committed_turns: list[int] = []
    ducked = False
    for event in happened:
        before, (state, commands) = state, step(state, event, RULES)
        for command in commands:
            if isinstance(command, do.Commit):
                committed_turns.append(command.turn)
                prepared = state.this.words
                assert prepared
            if isinstance(command, do.Duck):
                assert before.mode is Mode.SPEAKING
                ducked = True
            if isinstance(command, do.Restore | do.Cut):
                ducked = False
        assert ducked == (state.mode is Mode.YIELDING), "quieter as long as somebody is suspected, and no longer"
        if isinstance(event, ev.WorkerFailed) and event.turn == before.turn and before.mode in BUSY:
            assert state.turn > before.turn or state.mode is Mode.LISTENING
        if before.mode in BUSY and state.mode is Mode.HEARING:
            assert do.Cut(before.turn) in commands and do.Abandon(before.turn) in commands
        if state.mode is not Mode.SETTLING:
            assert not state.this.wait_over
    assert committed_turns == sorted(set(committed_turns)), "a turn is committed at most once"
    # The same events give the same end: the machine keeps nothing beside its state.
    again = State()
    for event in happened:
        again, _ = step(replace(again), event, RULES)
    assert again == state
