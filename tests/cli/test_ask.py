"""`localvoice ask` from outside: words, pipes, JSON, and a conversation at a prompt."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from localvoice.cli.ask import tell
from localvoice.cli.ask_on import Lines
from tests import slow_weather
from tests.cli.program import localvoice

START_S = 60
ANSWER_S = 30


def asked(*arguments: str, home: Path, stdin: bytes = b"") -> tuple[int, str, str]:
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "localvoice", "ask", *arguments], input=stdin, capture_output=True, timeout=60,
        env=environment, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("words", [["what", "is", "twelve", "times", "seven"], ["what is twelve times seven"]])
def test_words_need_no_quotes(tmp_path: Path, words: list[str]) -> None:
    done = localvoice("ask", *words, home=tmp_path)
    assert done.returncode == 0 and "84" in done.stdout


def test_a_question_may_begin_with_a_dash(tmp_path: Path) -> None:
    code, out, _ = asked("-3 + 5", home=tmp_path)
    assert code == 0 and out.strip()


@pytest.mark.parametrize("words", [[], ["-"]])
def test_a_question_through_a_pipe(tmp_path: Path, words: list[str]) -> None:
    code, out, _ = asked(*words, home=tmp_path, stdin="\ufeffwhat is twelve\ntimes seven\n".encode())
    assert code == 0 and "84" in out


@pytest.mark.parametrize(
    ("stdin", "code", "words"),
    [
        (b"", 6, "no question"),
        (b"caf\xe9 is what", 6, "UTF-8"),
        (b"what\0is it", 6, "NUL"),
        (b"what is it " * 100_000, 1, "1,099,999 characters"),
        (b"what is it " * 10_000, 1, "tokens"),
    ],
)
def test_a_pipe_with_no_question(tmp_path: Path, stdin: bytes, code: int, words: str) -> None:
    ended, out, err = asked(home=tmp_path, stdin=stdin)
    assert (ended, out) == (code, "")
    assert words in err and err.startswith("localvoice: ") and "Traceback" not in err


def test_json_is_one_document(tmp_path: Path) -> None:
    code, out, err = asked("--json", "what is twelve times seven", home=tmp_path)
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert set(told) == {"question", "answer", "tools", "model", "seconds"}
    assert told["question"] == "what is twelve times seven" and "84" in told["answer"]
    (tool,) = told["tools"]
    assert tool["name"] == "calculate" and tool["ok"] is True and 0 <= tool["ms"] < 10_000
    assert told["model"] == "pocket" and 0 < told["seconds"] < 60


def test_json_tells_what_went_wrong(tmp_path: Path) -> None:
    code, out, _ = asked("--json", "?!", home=tmp_path)
    assert code == 6 and json.loads(out)["error"]["code"] == 6


def test_json_and_interactive_do_not_go_together(tmp_path: Path) -> None:
    code, out, err = asked("--json", "-i", home=tmp_path)
    assert (code, out) == (2, "") and "--interactive" in err


def test_lines_of_a_pipe_are_one_conversation(tmp_path: Path) -> None:
    lines = b"set a timer for five minutes\n\nhow much time is left on the timer\nexit\nwhat is twelve times seven\n"
    code, out, err = asked("-i", home=tmp_path, stdin=lines)
    assert code == 0
    answers = out.splitlines()
    assert len(answers) == 2 and "minutes" in answers[1], "the second question knew nothing of the first one's timer"
    assert "> " not in out and "(The program ends, and a timer has" in err


def test_a_bad_line_of_a_pipe_ends_it_with_its_code(tmp_path: Path) -> None:
    code, out, err = asked("-i", home=tmp_path, stdin=b"what is twelve times seven\ncaf\xe9\nhello\n")
    assert code == 6 and "84" in out and "UTF-8" in err
    assert len(out.splitlines()) == 1


def test_ctrl_c_ends_a_conversation_with_a_pipe(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "localvoice", "ask", "-i", "-"]
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
    }
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdin is not None and program.stdout is not None and program.stderr is not None
        program.stdin.write(b"what is twelve times seven\n")
        program.stdin.flush()
        # The dash itself was not asked.
        assert b"84" in program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert program.wait(10) == 130
        assert program.stderr.read() == b""


def test_a_terminal_obeys_no_announcement(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    lines = Lines()
    lines.announce("Your \x1b[2Jtea timer is done.")
    assert lines.read() is None
    tell("\x1b]0;tea\x07")
    assert capsys.readouterr() == ("Your [2Jtea timer is done.\n", "]0;tea\n")


@pytest.fixture
def prompt(tmp_path: Path) -> Iterator[Callable[..., "Terminal"]]:  # noqa: F821
    """`localvoice ask -i` in a terminal, waiting at its first prompt."""
    terminal_module = pytest.importorskip("tests.room.terminal", reason="a terminal")
    opened = []

    def start(*words: str, **environment: str):
        env = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
        terminal = terminal_module.Terminal(
            [sys.executable, "-m", "localvoice", "ask", "-i", *words], {**env, "TERM": "xterm", **environment}
        )
        opened.append(terminal)
        terminal.wait_for("Ctrl-C stops", START_S)
        if not words:
            terminal.wait_for("> ", START_S)
        return terminal

    yield start
    for terminal in opened:
        terminal.close()


def test_a_prompt_answers_and_asks_again(prompt) -> None:
    terminal = prompt()
    terminal.type("what is twelve times seven\r")
    terminal.wait_for("84", ANSWER_S)
    terminal.wait_for("\n> ", ANSWER_S)
    terminal.type("?!\r")
    terminal.wait_for("no word and no number", ANSWER_S)
    terminal.wait_for("> ", ANSWER_S)
    terminal.type("hello\r")
    terminal.wait_for("Hi|Hello", ANSWER_S)


def test_the_first_question_may_stand_on_the_command_line(prompt) -> None:
    terminal = prompt("what", "is", "twelve", "times", "seven")
    terminal.wait_for("84", ANSWER_S)
    terminal.wait_for("> ", ANSWER_S)


@pytest.mark.parametrize("leave", ["\x04", "exit\r", "\r", "QUIT\r"])
def test_ways_to_leave(prompt, leave: str) -> None:
    terminal = prompt()
    terminal.type(leave)
    assert terminal.leave(10)[0] == 0
    assert "Traceback" not in terminal.shown and terminal.is_as_before()


def test_ctrl_c_at_the_prompt_drops_what_was_typed(prompt) -> None:
    terminal = prompt()
    terminal.type("what is")
    terminal.wait_for("what is", 10)
    # Python's readline looks for signals only while it waits: one that comes in the middle of a key waits for the next.
    for _ in range(5):
        terminal.interrupt()
        if "> " in terminal.listen(1):
            break
    else:
        pytest.fail("no prompt came back")
    terminal.type("what is twelve times seven\r")
    terminal.wait_for("84", ANSWER_S)


def test_ctrl_c_ends_an_answer_and_not_the_program(prompt, tmp_path: Path) -> None:
    settings, asked_file = tmp_path / "slow.toml", tmp_path / "asked"
    settings.write_text(f"[tools]\nplugins = ['{slow_weather.__file__}']\ndeadline_s = 50\n")
    terminal = prompt("--config", str(settings), "what is the weather", **{slow_weather.ASKED: str(asked_file)})
    end_s = time.monotonic() + ANSWER_S
    while not asked_file.exists():
        assert time.monotonic() < end_s
        terminal.listen(0.05)
    terminal.interrupt()
    terminal.wait_for(r"\(stopped\)", 10)
    terminal.wait_for("> ", 10)
    terminal.type("what is twelve times seven\r")
    terminal.wait_for("84", ANSWER_S)
    assert "Traceback" not in terminal.raw


def test_a_timer_rings_at_the_prompt_and_keeps_what_is_typed(prompt) -> None:
    terminal = prompt()
    terminal.type("set a timer for two seconds\r")
    terminal.wait_for("\n> ", ANSWER_S)
    terminal.type("what is twelve")
    terminal.wait_for("timer is done", ANSWER_S)
    terminal.wait_for("> what is twelve", 10)
    terminal.type(" times seven\r")
    terminal.wait_for("84", ANSWER_S)


def test_leaving_with_a_timer_asks_once(prompt) -> None:
    terminal = prompt()
    terminal.type("set a timer for five minutes\r")
    terminal.wait_for("\n> ", ANSWER_S)
    terminal.type("exit\r")
    terminal.wait_for(r"A timer has .* left; leave again to leave all the same\.", 10)
    terminal.wait_for("> ", 10)
    terminal.type("exit\r")
    assert terminal.leave(10)[0] == 0


def test_ctrl_c_ends_one_question_at_once(tmp_path: Path) -> None:
    settings, asked_file = tmp_path / "slow.toml", tmp_path / "asked"
    settings.write_text(f"[tools]\nplugins = ['{slow_weather.__file__}']\ndeadline_s = 50\n")
    command = [sys.executable, "-m", "localvoice", "ask", "what is the weather", "--config", str(settings)]
    environment = {**os.environ, "HOME": str(tmp_path), slow_weather.ASKED: str(asked_file)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as program:
        end_s = time.monotonic() + START_S
        while not asked_file.exists():
            assert time.monotonic() < end_s
            time.sleep(0.01)
        program.send_signal(signal.SIGINT)
        assert program.wait(10) == 130
        assert program.stderr is not None and program.stderr.read() == ""


@pytest.mark.parametrize("variable", ["NO_COLOR", "TERM"])
def test_a_prompt_without_escape_codes(prompt, variable: str) -> None:
    terminal = prompt(**{variable: "dumb"})
    terminal.type("what is twelve times seven\r")
    terminal.wait_for("84", ANSWER_S)
    terminal.type("\r")
    terminal.leave(10)
    assert "\x1b" not in terminal.raw
