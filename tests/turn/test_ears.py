"""What the ears do when the stream has holes."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from localvoice.events import AudioGap, Event
from localvoice.turn.clock import StreamClock
from localvoice.turn.ears import HICCUP_S, Ears

RATE = 16_000


class Listener:
    """Remembers what it was given."""

    idle = True

    def __init__(self) -> None:
        self.fed: list[tuple[int, np.ndarray]] = []
        self.resets = 0

    def feed(self, first: int, mic: np.ndarray, played: np.ndarray, assistant_speaking: bool) -> list[Any]:
        assert len(mic) == len(played)
        self.fed.append((first, mic))
        return []

    def reset(self) -> None:
        self.resets += 1


def step_over(missing: int) -> tuple[Listener, list[Event]]:
    """Two blocks of ones with `missing` frames between them."""
    blocks = [(first, np.ones(160, np.float32), np.ones(160, np.float32)) for first in (0, 160 + missing)]
    card = SimpleNamespace(
        rate_hz=RATE, name="card", healthy=True, edge=SimpleNamespace(pull=lambda most: blocks.pop(0))
    )
    listener, posted = Listener(), []
    playback = SimpleNamespace(poll=list, audible=False)
    ears = Ears(card, listener, playback, StreamClock(), posted.append, print, print, print)  # type: ignore[arg-type]
    assert ears._step() and ears._step()
    return listener, posted


@pytest.mark.parametrize("missing", [1, round(HICCUP_S * RATE)])
def test_a_hiccup_is_filled_with_silence_and_deafens_nobody(missing: int) -> None:
    listener, posted = step_over(missing)
    assert posted == [AudioGap(160 + missing, missing)]
    first, mic = listener.fed[1]
    assert (first, len(mic)) == (160, missing + 160)
    assert not mic[:missing].any() and mic[missing:].all()
    assert not listener.resets


def test_after_a_hole_everything_is_learnt_anew() -> None:
    missing = round(HICCUP_S * RATE) + 1
    listener, posted = step_over(missing)
    assert posted == [AudioGap(160 + missing, missing)]
    assert listener.fed[1][0] == 160 + missing
    assert listener.resets == 1


def test_a_whole_stream_is_no_news() -> None:
    listener, posted = step_over(0)
    assert not posted and not listener.resets and listener.fed[1][0] == 160
