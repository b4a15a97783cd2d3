"""What holds for every test."""

import signal

import pytest
from hypothesis import settings

from tests.quiet import Watch

# The same examples in every run, and no stopwatch on them: a busy machine is no fault of the code.
settings.register_profile("localvoice", deadline=None, derandomize=True)
settings.load_profile("localvoice")


WATCH = Watch()


def pytest_sessionstart() -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Started in the background of a shell; what the tests start would inherit deafness to Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    WATCH.__enter__()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What others took of this machine while the tests ran: the first thing to know where a measured time failed."""
    WATCH.__exit__(None, None, None)
    terminalreporter.write_line(f"this machine meanwhile: {WATCH}")
