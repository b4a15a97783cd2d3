"""The software sound card, one for the whole run."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from software_card import SKIP, SoftwareCard, is_available


@pytest.fixture(scope="session")
def software_card():
    if not is_available():
        pytest.skip(SKIP)
    with SoftwareCard() as card:
        yield card


@pytest.fixture(scope="session")
def headphones_card():
    """The same without an echo: the microphone hears the user alone."""
    if not is_available():
        pytest.skip(SKIP)
    with SoftwareCard(echo_ms=None) as card:
        yield card
