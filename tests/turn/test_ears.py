"""What the ears do when the stream has holes."""

import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from localvoice.events import AudioGap, DeviceGone, Event, Notice
from localvoice.turn import ears as module
from localvoice.turn.clock import StreamClock
from localvoice.turn.ears import FIRST_BLOCK_S, HICCUP_S, STALLED_S, Ears

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


def hearing(firsts: list[int], rate_hz: int = RATE) -> tuple[Ears, Listener, list[Event]]:
    """Ears on a card that delivers blocks of 10 ms of ones, which begin at `firsts`, and then nothing."""
    blocks = [(first, np.ones(rate_hz // 100, np.float32), np.ones(rate_hz // 100, np.float32)) for first in firsts]
    nothing = (0, np.ones(0, np.float32), np.ones(0, np.float32))
    edge = SimpleNamespace(
        pull=lambda most: blocks.pop(0) if blocks else nothing, counters=SimpleNamespace(late_frames=0)
    )
    card = SimpleNamespace(rate_hz=rate_hz, name="card", healthy=True, edge=edge)
    listener, posted = Listener(), []
    playback = SimpleNamespace(poll=list, audible=False)
    ears = Ears(card, listener, playback, StreamClock(), posted.append)  # type: ignore[arg-type]
    return ears, listener, posted


def step_over(missing: int) -> tuple[Listener, list[Event]]:
    """Two blocks with `missing` frames between them."""
    ears, listener, posted = hearing([0, 160 + missing])
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


def test_after_a_hole_everything_is_learnt_again() -> None:
    missing = round(HICCUP_S * RATE) + 1
    listener, posted = step_over(missing)
    assert posted == [AudioGap(160 + missing, missing)]
    assert listener.fed[1][0] == 160 + missing
    assert listener.resets == 1


def test_a_whole_stream_is_no_news() -> None:
    listener, posted = step_over(0)
    assert not posted and not listener.resets and listener.fed[1][0] == 160


@pytest.mark.parametrize("rate_hz", [11_025, 22_050, 44_100, 48_000])
def test_at_other_rates_too_only_a_hole_is_one(rate_hz: int) -> None:
    """Each second of blocks is followed by a hiccup of a frame or two."""
    block, firsts, at = rate_hz // 100, [], 0
    for second in range(9):
        firsts += range(at, at + 100 * block, block)
        at += 100 * block + 1 + second % 2
    ears, listener, posted = hearing(firsts, rate_hz)
    while ears._step():
        pass
    ends = [first + len(mic) for first, mic in listener.fed]
    assert [first for first, _ in listener.fed[1:]] == ends[:-1]
    assert abs(ends[-1] - (firsts[-1] + block) * RATE / rate_hz) <= 2
    assert len(posted) == 8 and not listener.resets


@pytest.mark.parametrize(("firsts", "usual_s"), [([], FIRST_BLOCK_S), ([0], STALLED_S)])
def test_the_first_block_may_take_its_time(firsts: list[int], usual_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty times as fast as in life."""
    monkeypatch.setattr(module, "FIRST_BLOCK_S", FIRST_BLOCK_S / 60)
    monkeypatch.setattr(module, "STALLED_S", STALLED_S / 60)
    ears, _, posted = hearing(firsts)
    began_s = time.monotonic()
    ears.start()
    ears._thread.join(20)
    assert isinstance(posted[-1], DeviceGone) and "card stopped delivering sound" in posted[-1].message
    assert time.monotonic() - began_s > usual_s / 60
    assert ears.stop(5)


def test_after_a_hole_the_clock_is_set_again() -> None:
    clock = StreamClock()
    clock.reached(80_000)
    clock.reached(16_000)
    assert clock.now() >= 80_000, "one late look moves nothing"
    clock.reached(16_000, after_gap=True)
    assert 16_000 <= clock.now() < 80_000


def warnings_after(*blocks: np.ndarray) -> list[str]:
    """What ears warn of that are given these blocks of the microphone."""
    first = 0
    pulls = []
    for block in blocks:
        pulls.append((first, block, np.zeros(len(block), np.float32)))
        first += len(block)
    ears, _, posted = hearing([])
    ears._card.edge.pull = lambda most: pulls.pop(0)  # type: ignore[method-assign]
    while pulls:
        assert ears._step()
    return [event.text for event in posted if isinstance(event, Notice)]


SILENCE, SOUND = [np.zeros(RATE // 5, np.float32)] * 11, [np.ones(RATE // 5, np.float32)]


def test_a_microphone_that_has_delivered_only_zeros_is_warned_of_once() -> None:
    (said,) = warnings_after(*SILENCE, *SILENCE)
    assert "only zeros so far" in said


@pytest.mark.parametrize("blocks", [[*SOUND, *SILENCE], [*SILENCE[:9], *SOUND, *SILENCE, *SOUND, *SILENCE]])
def test_a_gated_microphone_is_silent_between_sounds_and_not_dead(blocks: list[np.ndarray]) -> None:
    assert warnings_after(*blocks) == []
