"""`localvoice talk` without a sound card: its options and its keys."""

import io
from types import SimpleNamespace

from localvoice import events as ev
from localvoice.cli.app import run
from localvoice.cli.talk import TalkOptions, press
from localvoice.turn.machine import Mode, Rules, State, step


class Pressed:
    """The machine alone, behind the keys."""

    def __init__(self) -> None:
        self.state = State()

    def mute(self) -> None:
        self.state, _ = step(self.state, ev.MuteToggled(0), Rules())

    def talk_key(self, pressed: bool) -> None:
        self.state, _ = step(self.state, ev.TalkKey(0, pressed), Rules())


def after(keys: str) -> State:
    assistant = Pressed()
    for key in keys:
        press(key, assistant, TalkOptions())
    return assistant.state


def test_space_begins_and_ends() -> None:
    assert after(" ").mode is Mode.HEARING and after(" ").key_held
    assert after("  ").mode is Mode.SETTLING and not after("  ").key_held


def test_the_first_press_after_unmuting_begins() -> None:
    assert after("m mm").muted
    assert after("m m ").key_held, "space while muted was counted as a press"


def test_muting_while_talking_lets_go() -> None:
    assert after(" mm ").key_held, "the press that muting ended was still counted"


def test_a_key_that_is_held_down_counts_once(monkeypatch) -> None:
    """A terminal repeats it after half a second, and then thirty times a second."""
    now_s = [100.0]
    monkeypatch.setattr("localvoice.cli.talk.time", SimpleNamespace(monotonic=lambda: now_s[0]))
    assistant, wants = Pressed(), TalkOptions()
    press(" ", assistant, wants)
    now_s[0] += 0.5
    for _ in range(30):
        press(" ", assistant, wants)
        now_s[0] += 0.033
    assert assistant.state.turn == 1 and assistant.state.mode is Mode.SETTLING
    now_s[0] += 1
    press(" ", assistant, wants)
    assert assistant.state.key_held


def test_q_leaves() -> None:
    wants = TalkOptions()
    press("q", Pressed(), wants)
    assert wants.to_leave


def test_q_says_once_that_a_timer_would_end() -> None:
    wants, told = TalkOptions(), []

    def type_key(key: str) -> None:
        press(key, Pressed(), wants, lambda: "a timer has 4 minutes left", told.append)

    type_key("q")
    assert not wants.to_leave and told == ["A timer has 4 minutes left; press q again to leave."]
    type_key("m")
    type_key("q")
    assert not wants.to_leave and len(told) == 2, "another key lay between"
    type_key("q")
    assert wants.to_leave and len(told) == 2


def test_push_to_talk_without_a_keyboard_is_refused(monkeypatch, capsys) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert run(["talk", "--push-to-talk"]) == 2
    assert "space bar" in capsys.readouterr().err
