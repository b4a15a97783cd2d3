"""What a conversation shows on the screen."""

import io

from localvoice import events as ev
from localvoice.cli.narrator import Narrator
from localvoice.cli.screen import Screen
from localvoice.sound import EAR_HZ
from localvoice.turn.latency import Times, summary
from localvoice.turn.ledger import Ledger
from localvoice.turn.machine import Mode, State, TurnState
from localvoice.turn.reply import Reply


def test_a_bug_is_one_line() -> None:
    shown = io.StringIO()
    bug = "ValueError in think/answer.py, answer, line 7"
    Narrator(Screen(shown), Ledger()).event(ev.WorkerFailed("think", bug), State())
    assert shown.getvalue() == f"  A bug in localvoice (think: {bug}); going on.\n"


def test_a_turn_is_shown_once_with_what_was_done_for_it() -> None:
    shown = io.StringIO()
    narrator = Narrator(Screen(shown), Ledger())
    thinking = State(Mode.THINKING, turn=1)
    narrator.event(ev.PartialTranscript(1, "what time", ""), State(Mode.HEARING, turn=1))
    narrator.event(ev.ToolFinished(1, "get_time", True, 2.0), State(Mode.SETTLING, turn=1))
    narrator.event(ev.FinalTranscript(1, 1, "what time is it", 0), thinking)
    narrator.event(ev.ClauseStarted(1, 100, "It's nine.", False), State(Mode.SPEAKING, turn=1))
    narrator.event(ev.ReplyEnded(1, 200), State(Mode.LISTENING, turn=1))
    assert shown.getvalue().splitlines() == ["you: what time is it", "    [get_time 2 ms]", "  localvoice: It's nine."]


def test_what_belongs_to_another_turn_is_not_shown_under_this_one() -> None:
    shown = io.StringIO()
    narrator = Narrator(Screen(shown), Ledger())
    narrator.event(ev.FinalTranscript(2, 1, "what time is it", 0), State(Mode.THINKING, turn=2))
    narrator.event(ev.ToolFinished(1, "get_weather", True, 900.0), State(Mode.THINKING, turn=2))
    narrator.event(ev.ClauseStarted(1, 100, "It rains.", False), State(Mode.THINKING, turn=2))
    narrator.close()
    assert shown.getvalue().splitlines()[:-1] == ["you: what time is it"]


def test_a_conversation_of_days_keeps_its_times_and_not_its_words() -> None:
    shown = io.StringIO()
    ledger = Ledger()
    narrator = Narrator(Screen(shown), ledger)
    turns = 3000
    times_ms = [float(turn % 997) for turn in range(1, turns + 1)]
    for turn, ms in enumerate(times_ms, 1):
        voiced_at = turn * 10 * EAR_HZ
        answer_at = voiced_at + round(ms * EAR_HZ / 1000)
        ledger.event(ev.SpeechStarted(voiced_at - 99), State(Mode.HEARING, turn, from_at=voiced_at - 99), voiced_at)
        ledger.event(ev.SpeechPaused(voiced_at), State(Mode.SETTLING, turn), voiced_at)
        ledger.event(
            ev.FinalTranscript(turn, 1, f"words of turn {turn}", 0), State(Mode.SETTLING, turn, TurnState(1)), voiced_at
        )
        ledger.reply(Reply(turn, turn, 1, f"words of turn {turn}"))
        ledger.event(ev.ClauseStarted(turn, answer_at, "Yes.", False), State(Mode.SPEAKING, turn), answer_at)
        ledger.event(ev.ReplyEnded(turn, answer_at), State(Mode.LISTENING, turn), answer_at)
    assert len(ledger.turns) < 500 and 1 not in ledger.turns and turns in ledger.turns
    assert len(ledger.modes) < 5000 and len(ledger.speech) < 5000
    narrator.close()
    assert shown.getvalue().splitlines()[-1] == summary(Times(times_ms))


def test_what_was_not_understood_is_shown_with_the_reason_and_counted() -> None:
    shown = io.StringIO()
    ledger = Ledger()
    narrator = Narrator(Screen(shown), ledger)
    settling = State(Mode.SETTLING, turn=1, this=TurnState(1))
    told = State(Mode.THINKING, turn=2, unheard=1)
    happened = (
        (ev.SpeechStarted(1000), State(Mode.HEARING, turn=1, from_at=1000)),
        (ev.SpeechPaused(20_000, 900), settling),
        (ev.FinalTranscript(1, 1, "", 300, "the transcriber was only guessing"), settling),
        (ev.EndOfTurn(20_000, 24_800), told),
        (ev.ClauseStarted(2, 25_000, "Sorry, I didn't catch that.", False), State(Mode.SPEAKING, turn=2, unheard=1)),
        (ev.ReplyEnded(2, 50_000), State(Mode.LISTENING, turn=2, unheard=1)),
    )
    for event, state in happened:
        ledger.event(event, state, 50_000)
        narrator.event(event, state)
    assert shown.getvalue().splitlines() == [
        "  Heard a voice but understood nothing: the transcriber was only guessing.",
        "  localvoice: Sorry, I didn't catch that.",
    ]
    assert ledger.unheard == 1 and ledger.turns[1].unheard == "the transcriber was only guessing"
    assert not ledger.turns[2].unheard and ledger.turns[2].answer is None
    narrator.close()
    assert shown.getvalue().splitlines()[-1] == "no turn was answered; 1 turn heard but not understood"


def test_quietly_no_times_are_shown() -> None:
    def shown_by(receipts: bool) -> list[str]:
        shown = io.StringIO()
        ledger = Ledger()
        narrator = Narrator(Screen(shown), ledger, receipts=receipts)
        happened = (
            (ev.SpeechPaused(1600), State(Mode.SETTLING, turn=1)),
            (ev.FinalTranscript(1, 1, "what time is it", 0), State(Mode.THINKING, turn=1, this=TurnState(1))),
            (ev.ClauseStarted(1, 3200, "It's nine.", False), State(Mode.SPEAKING, turn=1)),
            (ev.ReplyEnded(1, 8000), State(Mode.LISTENING, turn=1)),
        )
        for event, state in happened:
            ledger.event(event, state, 0)
            narrator.event(event, state)
            if isinstance(event, ev.FinalTranscript):
                ledger.reply(Reply(1, 1, 1, "what time is it"))
        return shown.getvalue().splitlines()

    loud, quiet = shown_by(True), shown_by(False)
    assert quiet == ["you: what time is it", "  localvoice: It's nine."]
    assert loud[:2] == quiet and loud[2].startswith("    100 ms")
