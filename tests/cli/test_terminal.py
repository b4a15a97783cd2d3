"""How wide text is, where it is cut, and what a terminal is sent."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice.cli.screen import Screen
from localvoice.cli.terminal import may_colour, printable, tail, width, wrap


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def narrow(monkeypatch) -> None:
    for name in ("NO_COLOR", "CLICOLOR", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "24")


@pytest.mark.parametrize(
    ("text", "columns"), [("hello", 5), ("日本", 4), ("e\u0301", 1), ("🙂", 2), ("a\u200db", 2), ("", 0)]
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


def test_words_are_whole_and_lines_that_follow_are_indented() -> None:
    assert wrap("  localvoice: It is nine in the evening.", 24) == ["  localvoice: It is nine", "  in the evening."]


def test_a_word_that_is_wider_than_the_terminal_is_cut() -> None:
    assert wrap("a " + "b" * 30, 20) == ["a " + "b" * 18, "b" * 12]


def test_east_asian_text_is_cut_between_characters() -> None:
    assert wrap("you: " + "日" * 12, 20) == ["you: " + "日" * 7, "日" * 5]


@given(st.text(alphabet=st.sampled_from("ab 日é\u0301"), max_size=80), st.integers(20, 40))
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.text(alphabet=st.sampled_from("ab 日é\u0301"), max_size=40), st.integers(2, 40))
def test_a_tail_fits_and_is_the_end(text: str, columns: int) -> None:
    shown = tail(text, columns)
    assert width(shown) <= columns
    assert text.endswith(shown.removeprefix("…"))


def test_what_a_terminal_would_obey_is_left_out() -> None:
    assert printable("a\x1b[2Jb\x07\tc\x9b\n") == "a[2Jb\tc\n"


@pytest.mark.parametrize(
    ("environment", "colours"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False),
     ({"CLICOLOR": "0"}, False), ({"CLICOLOR": "1"}, True)],
)  # fmt: skip
def test_who_gets_colours(environment: dict[str, str], colours: bool) -> None:
    assert may_colour(environment) is colours


def shown_by(terminal: Tty) -> str:
    screen = Screen(terminal)
    screen.status("[listening]")
    screen.line("a warning", fg="yellow")
    screen.status("[thinking] of a sentence that is far too long")
    screen.close()
    return terminal.getvalue()


def test_a_terminal_gets_colours_and_a_line_that_changes(narrow) -> None:
    shown = shown_by(Tty())
    assert "\x1b[33ma warning\x1b[0m" in shown
    assert "[listening]\r" in shown
    plain = re.sub(r"\x1b\[\d*m", "", shown)
    assert plain.endswith("\r…e that is far too long\r" + 23 * " " + "\r"), "the status was not taken away whole"


@pytest.mark.parametrize("setting", [("NO_COLOR", "1"), ("TERM", "dumb"), ("CLICOLOR", "0")])
def test_no_escape_code_at_all(narrow, monkeypatch, setting: tuple[str, str]) -> None:
    monkeypatch.setenv(*setting)
    shown = shown_by(Tty())
    assert "\x1b" not in shown and "a warning\n" in shown


def test_a_dumb_terminal_gets_finished_lines_only(narrow, monkeypatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert shown_by(Tty()) == "a warning\n"


def test_what_is_no_terminal_gets_whole_lines(narrow) -> None:
    shown = io.StringIO()
    Screen(shown).line("a line that is longer than the terminal is wide", fg="red")
    assert shown.getvalue() == "a line that is longer than the terminal is wide\n"


def test_a_line_is_wrapped_at_words(narrow) -> None:
    terminal = Tty()
    Screen(terminal).line("  localvoice: It is nine in the evening.")
    assert terminal.getvalue() == "  localvoice: It is nine\n  in the evening.\n"
