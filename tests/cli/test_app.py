"""What becomes of errors on their way out: one message with its remedy, and the documented exit code."""

import errno
import os
import queue
import select
import subprocess
import sys
from pathlib import Path

import pytest

from localvoice import errors
from localvoice.cli import ask, devices, settings
from localvoice.cli.app import run
from localvoice.cli.keys import keys
from localvoice.errors import OurFault
from tests.cli.program import localvoice, refused


def failing(error: BaseException):
    def command(*_arguments: object, **_options: object) -> None:
        raise error

    return command


def below(kind: type[errors.LocalvoiceError]) -> list[type[errors.LocalvoiceError]]:
    return [found for child in kind.__subclasses__() for found in (child, *below(child))]


@pytest.mark.parametrize("kind", below(errors.LocalvoiceError), ids=lambda kind: kind.__name__)
def test_every_error_is_in_the_drawing_and_in_use(kind) -> None:
    drawn = next(line for line in errors.__doc__.splitlines() if f"─ {kind.__name__} " in f"{line} ")
    codes = [int(word) for word in drawn.split() if word.isdigit()]
    assert codes == [kind.exit_code] or (not codes and kind.exit_code == kind.__mro__[1].exit_code)
    package = Path(errors.__file__).parent
    files = [file for file in package.rglob("*.py") if file != Path(errors.__file__)]
    assert kind.__subclasses__() or any(f"{kind.__name__}(" in file.read_text() for file in files)


def test_a_bug_is_told_in_one_line_without_the_users_words(monkeypatch, capsys) -> None:
    monkeypatch.setattr(ask, "ask", failing(RuntimeError("my secret question")))
    assert run(["ask", "my secret question"]) == OurFault.exit_code == 5
    told = capsys.readouterr().err
    assert told.startswith("localvoice: This is a bug in localvoice: RuntimeError in cli/app.py, ask, line ")
    assert "--debug" in told
    assert "Traceback" not in told and "secret" not in told


def test_debug_shows_where_the_fault_is(monkeypatch, capsys) -> None:
    monkeypatch.setattr(ask, "ask", failing(RuntimeError("broken")))
    assert run(["ask", "hello", "--debug"]) == 5
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["devices", "config"])
def test_every_command_takes_debug(monkeypatch, capsys, command) -> None:
    monkeypatch.setattr(devices, "devices", failing(RuntimeError("broken")))
    monkeypatch.setattr(settings, "show_config", failing(RuntimeError("broken")))
    assert run([command, "--debug"]) == 5
    assert "Traceback" in capsys.readouterr().err


def test_what_the_system_refuses_is_not_called_a_bug(monkeypatch, capsys) -> None:
    monkeypatch.setattr(ask, "ask", failing(OSError(errno.ENOSPC, "No space left on device", "/somewhere/file")))
    assert run(["ask", "hello"]) == 1
    told = capsys.readouterr().err
    assert "/somewhere/file: No space left on device." in told
    assert "bug" not in told


def test_a_terminal_that_was_closed_hides_no_signal(monkeypatch) -> None:
    def command(*_arguments: object, **_options: object) -> None:
        try:
            sys.exit(129)
        finally:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(ask, "ask", command)
    monkeypatch.setattr("sys.stdout", sys.stdout)
    assert run(["ask", "hello"]) == 129


@pytest.mark.parametrize("command", ["ask", "say"])
def test_text_in_another_encoding(tmp_path, command) -> None:
    # What the shell hands over for $'\xff\xfe hello'.
    refused(localvoice(command, "\udcff\udcfe hello", home=tmp_path), 6, "UTF-8")


def test_a_file_name_in_another_encoding_is_shown_somehow(tmp_path) -> None:
    file = tmp_path / "caf\udce9.toml"
    file.touch()
    done = localvoice("config", "--config", str(file), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "caf\\udce9.toml" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="a shell")
@pytest.mark.parametrize("command", ["config >&-", "config 2>&-", "config | true", "--help | true", "config >&- 2>&-"])
def test_nobody_who_reads_is_no_fault(tmp_path, command) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    program = f"{sys.executable} -m localvoice"
    done = subprocess.run(
        ["bash", "-c", f"{program} {command}; exit ${{PIPESTATUS[0]}}"],
        capture_output=True, text=True, env=environment, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_a_function_key_is_none_of_its_letters(monkeypatch) -> None:
    """F2 is Escape, O and Q."""
    pty = pytest.importorskip("pty")
    outside, inside = pty.openpty()
    pressed: queue.SimpleQueue[str] = queue.SimpleQueue()
    with os.fdopen(inside, "r") as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        with keys(pressed.put) as there:
            assert there
            os.write(outside, b"\x1bOQ")
            # Read apart from what follows: the reader is waiting for the first byte already.
            while select.select([inside], [], [], 0)[0]:
                pass
            os.write(outside, b"m")
            assert pressed.get(timeout=10) == "m"
    os.close(outside)
    assert pressed.empty()
