"""The last minute of cleaned speech, by absolute sample index."""

import numpy as np

from localvoice.sound import EAR_HZ, Samples


class Overwritten(LookupError):
    """The samples asked for are older than the ring remembers."""


class SpeechRing:
    """Written by the ears alone, read by any thread, no locks.

    Sample `at` lies at `at` modulo the capacity. The writer says how far it is going to write before it
    does, so a reader that was overtaken while it copied notices afterwards; this leans on Python's own
    ordering of attribute stores, which free-threaded builds keep as well.
    """

    def __init__(self, seconds: float = 60.0) -> None:
        self._data = np.zeros(max(1, round(seconds * EAR_HZ)), np.float32)
        self._newest = 0
        self._writing_to = 0

    @property
    def newest(self) -> int:
        """One past the index of the newest sample; 0 at the beginning."""
        return self._newest

    @property
    def oldest(self) -> int:
        """Index of the oldest sample that can still be read."""
        return max(0, self._writing_to - len(self._data))

    def append(self, samples: Samples) -> None:
        """Add float32 samples behind the newest."""
        size = len(self._data)
        end = self._newest + len(samples)
        self._writing_to = end
        kept = samples[-size:]
        start = (end - len(kept)) % size
        first = min(len(kept), size - start)
        self._data[start : start + first] = kept[:first]
        self._data[: len(kept) - first] = kept[first:]
        self._newest = end

    def skip_to(self, at: int) -> None:
        """The stream lost everything before `at`: silence stands in for it. Ignored when `at` is not ahead."""
        missing = at - self._newest
        if missing > 0:
            self._writing_to = at
            kept = min(missing, len(self._data))
            self._data[np.arange(at - kept, at) % len(self._data)] = 0.0
            self._newest = at

    def read(self, from_at: int, to_at: int) -> Samples:
        """A copy of the samples [from_at, to_at), cut to what has been written yet; negative indices are left out.

        Raises Overwritten when part of it is not remembered any more.
        """
        from_at = max(0, from_at)
        to_at = min(to_at, self._newest)
        if to_at <= from_at:
            return np.zeros(0, np.float32)
        if from_at < self.oldest:
            raise Overwritten(f"sample {from_at} was overwritten, the oldest is {self.oldest}")
        size = len(self._data)
        start = from_at % size
        first = min(to_at - from_at, size - start)
        copy = np.concatenate([self._data[start : start + first], self._data[: to_at - from_at - first]])
        if from_at < self.oldest:
            raise Overwritten(f"sample {from_at} was overwritten while it was read")
        return copy
