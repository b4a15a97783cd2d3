"""The sample counter as a clock that can be read between two blocks."""

import threading
import time

from localvoice.sound import EAR_HZ


class StreamClock:
    """Sample index at the microphone, now.

    The ears tell it which sample they have reached; in between it runs on the monotonic clock. The earliest
    sighting of a sample is the truest (a later one was only seen late), so the largest offset seen counts; it is
    forgotten slowly, at 200 ppm, because sound cards drift against the computer's clock.
    """

    _FORGET = 200e-6

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset_s: float | None = None
        self._seen_s = 0.0

    def reached(self, at: int, after_gap: bool = False) -> None:
        """The newest sample is `at`. `after_gap`: a gap, whose length is not known exactly, lies before it, so that the
        old offset says nothing.
        """
        now_s = time.monotonic()
        with self._lock:
            offset_s = at / EAR_HZ - now_s
            if self._offset_s is None or after_gap:
                self._offset_s = offset_s
            else:
                faded = self._offset_s - (now_s - self._seen_s) * self._FORGET
                self._offset_s = max(offset_s, faded)
            self._seen_s = now_s

    def now(self) -> int:
        """Sample index now; 0 before the stream began."""
        with self._lock:
            return 0 if self._offset_s is None else max(0, round((time.monotonic() + self._offset_s) * EAR_HZ))
