"""Timers that really ring."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from localvoice.think.tools.spec import Between, Done, ToolFailed, tool
from localvoice.think.tools.words import counted, duration

MOST_TIMERS = 20
LONGEST_S = 24 * 3600
UNIT_S = {"seconds": 1, "minutes": 60, "hours": 3600}


@dataclass(frozen=True, slots=True)
class Timer:
    """`label` is how it is spoken of: "pasta timer", "5 minute timer"."""

    label: str
    due_s: float


class Timers:
    """Rings through `on_ring(sentence)`, from a thread of its own, which must not block for long.

    `clock` counts seconds and never goes back. Timers end with the program.
    """

    def __init__(self, on_ring: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._on_ring = on_ring
        self._clock = clock
        self._timers: list[Timer] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    @tool(changes_world=True)
    def set_timer(
        self,
        amount: Annotated[int, Between(1, LONGEST_S)],
        unit: Literal["seconds", "minutes", "hours"],
        name: str | None = None,
    ) -> Done:
        """Start a timer that rings after a while.

        amount: how many of the unit
        name: what it is for, such as "pasta"
        """
        if amount * UNIT_S[unit] > LONGEST_S:
            raise ToolFailed("a timer can't be longer than a day")
        name = _bare(name)
        label = f"{name} timer" if name else f"{amount} {unit[:-1]} timer"
        timer = Timer(label, self._clock() + amount * UNIT_S[unit])
        with self._changed:
            if len(self._timers) >= MOST_TIMERS:
                raise ToolFailed("there are too many timers")
            self._timers.append(timer)
            self._wake()
        what = label if name else "timer"
        return Done(f"{what} set for {counted(amount, unit)}", lambda: self._remove(timer))

    @tool(changes_world=True)
    def cancel_timer(self, name: str | None = None) -> Done | str:
        """Cancel a timer: the one of that name, otherwise the newest.

        name: what it is for, such as "pasta"
        """
        name = _bare(name)
        with self._changed:
            found = [timer for timer in self._timers if not name or timer.label == f"{name} timer"]
            if not found:
                return f"there is no {name} timer" if name and self._timers else "there is no timer running"
            timer = found[-1]
            self._timers.remove(timer)
            self._changed.notify()
        return Done(f"cancelled the {timer.label}", lambda: self._put_back(timer))

    @tool()
    def check_timers(self) -> str:
        """How long the running timers still take."""
        left = [f"{duration(left_s)} left on the {label}" for label, left_s in self.running()]
        return ", ".join(left) or "there is no timer running"

    def running(self) -> list[tuple[str, float]]:
        """(label, seconds left) of the timers that have not rung, the next one first."""
        now = self._clock()
        with self._changed:
            return sorted(((timer.label, timer.due_s - now) for timer in self._timers), key=lambda timer: timer[1])

    def pending(self) -> str:
        """What ends with the program, as a clause: "a timer has 4 minutes left"; "" if nothing does."""
        running = self.running()
        if not running:
            return ""
        left = duration(running[0][1])
        if len(running) == 1:
            return f"a timer has {left} left"
        return f"{len(running)} timers are running, the next has {left} left"

    def ring_due(self) -> float | None:
        """Ring whatever is due. Returns the seconds until the next one, None if there is none."""
        with self._changed:
            now = self._clock()
            ringing = [timer for timer in self._timers if timer.due_s <= now]
            self._timers = [timer for timer in self._timers if timer.due_s > now]
            wait_s = min((timer.due_s - now for timer in self._timers), default=None)
        for timer in ringing:
            self._on_ring(f"Your {timer.label} is done.")
        return wait_s

    def close(self) -> None:
        """Forget all timers and end the thread."""
        with self._changed:
            self._closed = True
            self._timers.clear()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _put_back(self, timer: Timer) -> None:
        with self._changed:
            self._timers.append(timer)
            self._wake()

    def _remove(self, timer: Timer) -> None:
        with self._changed:
            if timer in self._timers:
                self._timers.remove(timer)
                self._changed.notify()

    def _wake(self) -> None:
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="timers", daemon=True)
            self._thread.start()
        self._changed.notify()

    def _run(self) -> None:
        while True:
            wait_s = self.ring_due()
            with self._changed:
                if self._closed:
                    return
                left_s = min((timer.due_s for timer in self._timers), default=None)
                # Between ring_due and here a timer may have been added; its own due time decides, not the
                # older wait.
                if left_s is not None:
                    wait_s = left_s - self._clock()
                if wait_s is None or wait_s > 0:
                    self._changed.wait(wait_s)


def _bare(name: str | None) -> str:
    """ "the pasta timer" and "Pasta" are both "pasta"."""
    words = (name or "").strip().lower().removeprefix("the ").removeprefix("my ")
    return words.removesuffix("timer").strip()
