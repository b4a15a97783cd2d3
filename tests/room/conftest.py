"""The software sound card, one for the whole run."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from software_card import SKIP, SoftwareCard, is_available


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
