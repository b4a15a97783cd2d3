"""Single keys under a shell with job control: Ctrl-Z, fg and bg."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from localvoice.cli.keys import windows_key

pytestmark = pytest.mark.skipif(os.name != "posix", reason="job control")
START_S = 30
PATIENCE_S = 10
ROOT = Path(__file__).parents[2]

JOB = """
import queue
from localvoice.cli.keys import keys
pressed = queue.Queue()

def next_key():
    # As `talk` does: a thread that waits in a lock for ever hears no signal that another thread was given.
    while True:
        try:
            return pressed.get(timeout=0.1)
        except queue.Empty:
            pass

with keys(pressed.put) as there:
    print("ready", there, flush=True)
    while (key := next_key()) != "q":
        print("pressed", key, flush=True)
print("left", flush=True)
"""


HANGING_UP = """
import signal, threading
from localvoice.cli import _leave
from localvoice.cli.keys import keys
signal.signal(signal.SIGHUP, _leave)
with keys(lambda key: None) as there:
    print("ready", there, flush=True)
    while not threading.Event().wait(0.1):
        pass
"""


class Shell:
    """A job in a terminal, below tests/cli/job_shell.py."""

    def __init__(self, folder: Path) -> None:
        from tests.room.terminal import Terminal

        orders = folder / "orders"
        os.mkfifo(orders)
        self._orders = os.open(orders, os.O_RDWR)
        command = [sys.executable, str(Path(__file__).with_name("job_shell.py")), str(orders), JOB]
        self.terminal = Terminal(command, {**os.environ, "PYTHONPATH": str(ROOT)})
        self.terminal.wait_for("ready True", START_S)

    def order(self, name: str) -> None:
        os.write(self._orders, name[:1].encode())

    def expect(self, keys: str, shown: str) -> None:
        """Type, and wait for what comes of it."""
        self.terminal.type(keys)
        self.terminal.wait_for(shown, PATIENCE_S)

    def close(self) -> None:
        self.terminal.close()
        os.close(self._orders)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    started = Shell(tmp_path)
    yield started
    started.close()


def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(shell: Shell) -> None:
    assert not shell.terminal.is_as_before()
    shell.expect("m", "pressed m")
    for _ in range(2):
        shell.expect("\x1a", "stopped SIGTSTP")
        assert shell.terminal.is_as_before(), "the shell would have been left without echo"
        shell.order("fg")
        # A key that is typed into the shell's own line belongs to that line; a person sees when the program is back.
        end_s = time.monotonic() + PATIENCE_S
        while shell.terminal.is_as_before():
            assert time.monotonic() < end_s, "the keys were left dead"
            time.sleep(0.01)
        shell.expect("m", "pressed m")
    shell.expect("q", "ended 0")
    assert shell.terminal.is_as_before()


def test_a_terminal_that_is_closed_ends_it_quietly(tmp_path: Path) -> None:
    from tests.room.terminal import Terminal

    told = tmp_path / "stderr"
    program = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);" + HANGING_UP
    command = ["bash", "-c", f'exec "$0" "$@" 2> {told}', sys.executable, "-c", program]
    terminal = Terminal(command, {**os.environ, "PYTHONPATH": str(ROOT)})
    terminal.wait_for("ready True", START_S)
    os.close(terminal._slave)
    os.close(terminal._master)
    assert terminal.process.wait(PATIENCE_S) == 129
    assert told.read_text() == ""


def test_in_the_background_it_leaves_the_terminal_alone(shell: Shell) -> None:
    shell.expect("\x1a", "stopped SIGTSTP")
    shell.order("bg")
    # Typed for the shell: the job must neither take it, nor be stopped for trying.
    shell.terminal.type("q\n")
    assert "left" not in shell.terminal.listen(1)
    assert shell.terminal.is_as_before()
    shell.order("fg")
    shell.terminal.wait_for("left", PATIENCE_S)
    shell.terminal.wait_for("ended 0", PATIENCE_S)
    assert "stopped" not in shell.terminal.shown


def test_an_arrow_on_windows_is_no_letter() -> None:
    # Up, page down, F1, and the letters that their second characters would be.
    typed = iter("m\xe0H\xe0Q\x00;Hq")
    assert [windows_key(lambda: next(typed)) for _ in range(6)] == ["m", "", "", "", "H", "q"]
