"""The manners that all commands share: help, --debug, --log, completion, texts that begin with a dash."""

import logging
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from localvoice.cli import ask, devices
from localvoice.cli.app import run
from localvoice.cli.command import is_text
from tests.cli.program import localvoice, refused

COMMANDS = ("talk", "demo", "say", "transcribe", "ask", "devices", "doctor", "config", "models", "models pull")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_h_is_help(capsys, command: str) -> None:
    assert run([*command.split(), "-h"]) == 0
    short = capsys.readouterr().out
    assert run([*command.split(), "--help"]) == 0
    assert short == capsys.readouterr().out != ""
    assert short.startswith(f"Usage: localvoice {command}".rstrip())


def test_help_of_talk_fits_into_60_columns(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert run(["talk", "-h"]) == 0
    shown = capsys.readouterr().out
    assert "--quiet" in shown and "--debug" not in shown
    lines = shown.splitlines()
    assert max(map(len, lines)) <= 60
    # Room for the words beside the options.
    assert max(re.search(r"\S +(?=\S)", line).end() for line in lines if line.startswith("  -")) < 30


@pytest.fixture
def broken(monkeypatch) -> list[tuple[object, ...]]:
    """`ask` and `devices` meet a bug."""
    called: list[tuple[object, ...]] = []

    def command(*arguments: object, **_options: object) -> None:
        called.append(arguments)
        raise RuntimeError("broken")

    monkeypatch.setattr(ask, "ask", command)
    monkeypatch.setattr(devices, "devices", command)
    return called


@pytest.mark.parametrize("line", ["--debug ask hello", "ask hello --debug", "ask --debug hello", "devices --debug"])
def test_debug_before_the_command_or_after_it(broken, capsys, line: str) -> None:
    assert run(line.split()) == 5
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("line", [["ask", "--", "--debug"], ["ask", "--debug or not?"]])
def test_a_text_is_no_option(broken, capsys, line: list[str]) -> None:
    assert run(line) == 5
    assert "Traceback" not in capsys.readouterr().err
    assert broken[0][0] == [line[-1]]


def test_one_debug_is_not_that_of_the_next_command(broken, capsys) -> None:
    run(["--debug", "devices"])
    capsys.readouterr()
    run(["devices"])
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["-3 + 5"], ["-3 + 5"]),
        (["-3", "+", "5"], ["-3", "+", "5"]),
        (["what", "time", "is", "it"], ["what", "time", "is", "it"]),
        (["is", "it", "-5", "--json"], ["is", "it", "-5"]),
        (["-how is the weather"], ["-how is the weather"]),
        (["--json is what?"], ["--json is what?"]),
        (["-"], ["-"]),
        ([], []),
    ],
)
def test_words_as_they_are_typed(broken, line: list[str], words: list[str]) -> None:
    run(["ask", *line])
    assert broken[0][0] == words


def test_an_unknown_option_is_still_none(capsys) -> None:
    assert run(["say", "hello", "--outptu", "x.wav"]) == 2
    assert "--output" in capsys.readouterr().err


@pytest.mark.parametrize("argument", ["-o my.wav", "-omy wav.wav", "--output=my wav.wav", "--output", "hello", "--"])
def test_options_with_spaces_in_their_value_are_options(argument: str) -> None:
    assert not is_text(argument, {"-o", "--output"})


def test_a_log_is_written_and_a_second_run_appends(tmp_path: Path) -> None:
    file = tmp_path / "log.txt"
    before = list(logging.getLogger("localvoice").handlers)
    try:
        assert run(["--log", str(file), "config", "--config", os.devnull]) == 0
        logging.getLogger("localvoice.somewhere").info("%d turns", 3)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d [\d:,]+ INFO \[MainThread\] 3 turns\n", file.read_text())
    finally:
        for handler in set(logging.getLogger("localvoice").handlers) - set(before):
            logging.getLogger("localvoice").removeHandler(handler)
            handler.close()


def test_a_log_that_cannot_be_written(tmp_path: Path) -> None:
    refused(localvoice("--log", str(tmp_path / "none" / "log"), "config", home=tmp_path), 2, "No such file", "--log")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_has_a_script_for_each_shell(tmp_path: Path, shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "localvoice"], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "HOME": str(tmp_path), "_LOCALVOICE_COMPLETE": f"source_{shell}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"complete_{shell}" in done.stdout and "localvoice" in done.stdout
    if shutil.which(shell):
        assert subprocess.run([shell, "-n"], input=done.stdout, text=True, check=False).returncode == 0


@pytest.mark.skipif(not shutil.which("bash"), reason="a shell")
@pytest.mark.parametrize(("typed", "offered"), [("localvoice tra", "transcribe"), ("localvoice say --out", "--output")])
def test_bash_completes_commands_and_options(tmp_path: Path, typed: str, offered: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "localvoice"], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "HOME": str(tmp_path), "_LOCALVOICE_COMPLETE": "complete_bash", "COMP_WORDS": typed,
             "COMP_CWORD": str(len(typed.split()) - 1)},
    )  # fmt: skip
    assert offered in done.stdout.split()


@pytest.mark.skipif(os.name != "posix", reason="a terminal")
@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"CLICOLOR": "0"}])
def test_a_terminal_that_wants_no_colours_gets_none(tmp_path: Path, setting: dict[str, str]) -> None:
    from tests.room.terminal import Terminal

    environment = {**os.environ, "HOME": str(tmp_path), "TERM": "xterm", **setting}
    program = (
        "import typer; from localvoice.cli import app, settings;"
        "settings.show_config = lambda *a, **k: typer.secho('shown', fg='red');"
        "raise SystemExit(app.run(['config']))"
    )
    terminal = Terminal([sys.executable, "-c", program], environment)
    try:
        terminal.wait_for("shown", 60)
        terminal.leave(10)
        assert "\x1b" not in terminal.raw
    finally:
        terminal.close()
