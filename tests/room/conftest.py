"""The software sound card, one for the whole run."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.quiet import Watch

sys.path.insert(0, str(Path(__file__).parent))

from software_card import SKIP, SoftwareCard, is_available
from terminal import Untimely


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call():
    """A sound card in real time needs its time: where the machine gave hardly any, nothing comes when it should."""
    with Watch() as watch:
        outcome = yield
    wrong = outcome.excinfo and outcome.excinfo[1]
    if isinstance(wrong, (Untimely, subprocess.TimeoutExpired)) and watch.is_starved:
        outcome.force_exception(pytest.skip.Exception(f"too starved a machine to judge: {wrong} ({watch})"))


# A sound server goes on working when nobody listens to it: it ends with the tests of this folder.
@pytest.fixture(scope="package")
def software_card():
    if not is_available():
        pytest.skip(SKIP)
    with SoftwareCard() as card:
        yield card


@pytest.fixture(scope="package")
def headphones_card():
    """The same without an echo: the microphone hears the user alone."""
    if not is_available():
        pytest.skip(SKIP)
    with SoftwareCard(echo_ms=None) as card:
        yield card
