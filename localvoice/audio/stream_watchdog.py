"""Keeping a stream alive: restarted when it has ended by itself, or when the microphone has fallen behind.

When a program is held up, a sound server keeps the microphone's samples for it (PulseAudio: megabytes) and hands
them out at the pace of the speaker: what was held up once comes late for ever. PortAudio's ALSA part then also takes
the capture buffer for nearly full and asks again and again, which costs a whole core. Only a new start helps.
"""

import math
import time
from collections import deque
from collections.abc import Callable

from localvoice.audio.card import Card
from localvoice.errors import AudioError

USUAL_S = 0.1
"""What a sound server with a wired microphone stays below."""
SLACK_S = 0.15
SUSTAINED_S = 0.5
"""A single late block is caught up by the next ones."""
STARTS = 3
REST = 10
"""No next restart for so many times as long as the last one took: a machine that is held up all the time would
be deaf otherwise."""
REVIVALS, REVIVALS_WITHIN_S = 5, 60.0
"""A stream that ended this often within this time is a broken device."""
AGAIN_S = 1.0
"""Until the next try if the device would not open: a sound server needs a moment to come back."""


class Lateness:
    """Fed with how late the microphone is, says when to restart the stream.

    A device that stays late after `STARTS` new starts is simply so (Bluetooth), and is left alone from then on.
    """

    def __init__(self) -> None:
        self._usual_s = USUAL_S
        self._late_since_s: float | None = None
        self._starts = 0

    def feed(self, now_s: float, late_s: float) -> bool:
        """`now_s`: any clock that only goes forward. `late_s`: age of the newest block, 0 if unknown.

        Returns whether the stream should be restarted now.
        """
        if late_s <= self._usual_s + SLACK_S:
            self._late_since_s = None
            if late_s > 0:
                self._starts = 0
            return False
        if self._late_since_s is None:
            self._late_since_s = now_s
        if now_s - self._late_since_s < SUSTAINED_S:
            return False
        self._late_since_s = None
        if self._starts == STARTS:
            self._usual_s = late_s
            return False
        self._starts += 1
        return True


class StreamWatchdog:
    """Looks after one card, for the thread that pulls from it."""

    def __init__(self, card: Card, now_s: Callable[[], float] = time.monotonic) -> None:
        self._card = card
        self._now_s = now_s
        self._lateness = Lateness()
        self._revived_s: deque[float] = deque([-math.inf] * REVIVALS, maxlen=REVIVALS)
        self._rest_until_s = -math.inf
        self._again_s = -math.inf

    @property
    def lost(self) -> bool:
        """Whether the stream has ended and restarting it has not helped."""
        return not self._card.healthy and self._now_s() - self._revived_s[0] < REVIVALS_WITHIN_S

    def look(self) -> bool:
        """To be called every now and then. Whether it restarted the stream, or tried to: a tenth of a second."""
        now_s = self._now_s()
        late_s = self._card.edge.counters.late_frames / self._card.rate_hz
        late = now_s >= self._rest_until_s and self._lateness.feed(now_s, late_s)
        if self._card.healthy:
            if not late:
                return False
        elif self.lost or now_s < self._again_s:
            return False
        else:
            self._revived_s.append(now_s)
        try:
            self._card.restart()
        except AudioError:
            self._again_s = self._now_s() + AGAIN_S
            return True
        end_s = self._now_s()
        self._rest_until_s = end_s + REST * (end_s - now_s)
        return True
