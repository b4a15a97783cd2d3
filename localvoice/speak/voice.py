"""Clauses become samples: made speakable, synthesised, trimmed, given a natural pause, resampled."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from localvoice.errors import CannotSpeak
from localvoice.sound import Samples
from localvoice.speak.speakable import breaths, speakable
from localvoice.speak.trim import pause_ms, trimmed

_CACHED_CLAUSES = 64
_CACHED_CHARS = 48
"""Openers ("Sure,", "Let me check.") come again, long clauses do not. Bounds the cache to about 15 MB."""


class Engine(Protocol):
    """What a voice needs of a synthesiser; engines/voice/piper.py is one."""

    rate_hz: int

    def synthesise(
        self,
        text: str,
        length_scale: float = 1.0,
        noise_scale: float | None = None,
        stop: threading.Event | None = None,
    ) -> Samples: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """A clause as sound."""

    samples: Samples
    """Mono, [-1, 1], at the target rate; begins with the first audible sample and ends with the pause."""
    text: str
    """The clause as it was written: what goes into the history when it was heard."""


class Voice:
    """A synthesiser with everything around it. Used by one thread."""

    def __init__(self, engine: Engine, target_rate_hz: int | None = 16_000, speed: float = 1.0) -> None:
        """`target_rate_hz` None leaves the samples at the engine's own rate. `speed` 2.0 speaks twice as fast."""
        self._engine = engine
        self.rate_hz = target_rate_hz or engine.rate_hz
        """Of the samples that `clause` gives."""
        self._length_scale = 1.0 / speed
        self._cache: OrderedDict[str, Samples] = OrderedDict()

    def clause(self, text: str, stop: threading.Event | None = None) -> Spoken:
        """`text` (at most a few hundred characters, see speak/clauses.py) as samples.

        Once `stop` is set the result is worthless and perhaps empty.
        Raises CannotSpeak when nothing in it can be said.
        """
        words = speakable(text)
        if not words:
            raise CannotSpeak("There is nothing in the text that can be spoken.", "Give it at least one word.")
        samples = self._cache.get(words)
        if samples is not None:
            self._cache.move_to_end(words)
            return Spoken(samples, text)
        made = np.concatenate([self._say(part, stop) for part in breaths(words)])
        stopped = stop is not None and stop.is_set()
        if not len(made) and not stopped:
            raise CannotSpeak(f"The voice has no sound for {text!r}.", "Write it in the voice's language.")
        pause = np.zeros(self.rate_hz * pause_ms(words) // 1000, np.float32)
        samples = np.concatenate([_resampled(made, self._engine.rate_hz, self.rate_hz), pause])
        samples.setflags(write=False)
        if len(words) <= _CACHED_CHARS and not stopped:
            self._cache[words] = samples
            if len(self._cache) > _CACHED_CLAUSES:
                self._cache.popitem(last=False)
        return Spoken(samples, text)

    def _say(self, words: str, stop: threading.Event | None) -> Samples:
        return trimmed(self._engine.synthesise(words, self._length_scale, None, stop), self._engine.rate_hz)

    def prepare(self, texts: Iterable[str]) -> list[str]:
        """Synthesise short `texts` ahead of time, so that they cost nothing later. Warms the engine up too.

        Returns those that cannot be spoken.
        """
        unspeakable = []
        for text in texts:
            try:
                self.clause(text)
            except CannotSpeak:
                unspeakable.append(text)
        return unspeakable


def _resampled(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    if from_hz == to_hz or not len(samples):
        return samples
    from localvoice.audio.resample import resample

    return resample(samples, from_hz, to_hz)
