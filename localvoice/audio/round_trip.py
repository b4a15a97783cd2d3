"""Playing a sound on a card and hearing what comes back of it; the card is started and stopped here."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from localvoice.audio.card import Card
from localvoice.audio.echo_path import EchoPath, chirp, measure
from localvoice.errors import DeviceLost
from localvoice.sound import Samples

LOOK_S = 0.02
SETTLE_S = 0.5
"""A stream's first blocks may be late or lost while the sound system wakes up."""
STALLED_S = 6.0
TRIES = 3


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """What went out and what came in, frame by frame, float32 mono at the card's rate."""

    played: Samples
    mic: Samples
    whole: bool
    """False if the sound system lost something in between: then the two are not aligned."""


def listen(card: Card, seconds: float, rest: Callable[[float], None] = time.sleep) -> RoundTrip:
    """Hear for `seconds` on a card that runs. Raises DeviceLost when nothing comes any more."""
    total = round(seconds * card.rate_hz)
    played, mic = [], []
    expected: int | None = None
    frames, waited_s, whole = 0, 0.0, True
    while frames < total:
        first, heard, reference = card.edge.pull(min(card.rate_hz, total - frames))
        if not len(heard):
            if waited_s > STALLED_S or not card.healthy:
                raise DeviceLost(
                    f"The sound device {card.name} stopped delivering sound.",
                    "Plug it in again, or choose another one with --device (`localvoice devices` lists them).",
                )
            rest(LOOK_S)
            waited_s += LOOK_S
            continue
        whole = whole and expected in (None, first)
        expected, waited_s = first + len(heard), 0.0
        frames += len(heard)
        mic.append(heard)
        played.append(reference)
    return RoundTrip(np.concatenate(played), np.concatenate(mic), whole)


def play_and_hear(card: Card, sound: Samples, after_s: float, rest: Callable[[float], None] = time.sleep) -> RoundTrip:
    """Play `sound` on a card that runs, and hear until `after_s` after its end. Raises DeviceLost."""
    missing_before = _missing(card)
    card.edge.push(sound)
    heard = listen(card, len(sound) / card.rate_hz + after_s, rest)
    return RoundTrip(heard.played, heard.mic, heard.whole and _missing(card) == missing_before)


def measure_card(card: Card, rest: Callable[[float], None] = time.sleep) -> tuple[EchoPath, RoundTrip]:
    """Play the chirp on a card that runs; delay and level of its echo, and the recording they come from.

    A pass in which the sound system lost something is done again. Raises DeviceLost.
    """
    sound = chirp(card.rate_hz)
    _forget_what_waits(card)
    listen(card, SETTLE_S, rest)
    for _ in range(TRIES):
        heard = play_and_hear(card, sound, SETTLE_S, rest)
        try:
            path = measure(heard.played, heard.mic, card.rate_hz)
        except ValueError:
            # The stream has swallowed a part of the sound.
            path = EchoPath(False, 0.0, -np.inf, 0.0, agreed=False)
        if heard.whole and path.agreed:
            break
    return path, heard


def _forget_what_waits(card: Card) -> None:
    """The ring may not have been read for long: the ring is then full of old sound, and has holes."""
    while len(card.edge.pull(card.rate_hz)[1]):
        pass


def _missing(card: Card) -> int:
    counters = card.edge.counters
    return counters.gaps + counters.capture_lost_frames
