"""What a conversation shows on the screen."""

import io

from localvoice import events as ev
from localvoice.cli.narrator import Narrator
from localvoice.cli.screen import Screen
from localvoice.turn.ledger import Ledger
from localvoice.turn.machine import Mode, State


def test_a_fault_of_ours_is_one_line() -> None:
    shown = io.StringIO()
    Narrator(Screen(shown), Ledger()).event(ev.WorkerFailed("think", "ValueError in reply, line 7"), State())
    assert shown.getvalue() == "  A fault of ours in think (ValueError in reply, line 7); going on.\n"


def test_a_turn_is_shown_once_with_what_was_done_for_it() -> None:
    shown = io.StringIO()
    narrator = Narrator(Screen(shown), Ledger())
    thinking = State(Mode.THINKING, turn=1)
    narrator.event(ev.PartialHeard(1, "what time", ""), State(Mode.HEARING, turn=1))
    narrator.event(ev.ToolFinished(1, "get_time", True, 2.0), State(Mode.SETTLING, turn=1))
    narrator.event(ev.Heard(1, 1, "what time is it", 0), thinking)
    narrator.event(ev.ClauseStarted(1, 100, "It's nine.", False), State(Mode.SPEAKING, turn=1))
    narrator.event(ev.ReplyEnded(1, 200), State(Mode.LISTENING, turn=1))
    assert shown.getvalue().splitlines() == ["you: what time is it", "    [get_time 2 ms]", "  localvoice: It's nine."]
