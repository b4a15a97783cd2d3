"""Timers that really ring."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from localvoice.think.commands.quantities import duration_s
from localvoice.think.tools.builtin.everything import means_all, means_both, one_of_all
from localvoice.think.tools.builtin.spoken import spoken
from localvoice.think.tools.builtin.waker import Waker
from localvoice.think.tools.spec import Done, ToolFailed, tool
from localvoice.think.tools.words import duration, joined, spoken_duration

MOST_TIMERS = 20
LONGEST_S = 24 * 3600


@dataclass(frozen=True, slots=True, eq=False)
class Timer:
    """`name` is what it is for, "" if that was not said. One that is paused has `left_s`; others ring at `due_s`. Two
    of them may be alike.
    """

    name: str
    length_s: float
    due_s: float
    left_s: float | None = None

    @property
    def label(self) -> str:
        """How it is spoken of: "pasta timer", "5 minute timer"."""
        return f"{self.name or _as_adjective(self.length_s)} timer"

    def left(self, now_s: float) -> float:
        return self.due_s - now_s if self.left_s is None else self.left_s


class Timers:
    """Rings through `on_ring(sentence)`, from a thread of its own, which must not block for long.

    `clock` counts seconds and never goes back. Timers end with the program.
    """

    def __init__(self, on_ring: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._on_ring = on_ring
        self._clock = clock
        self._timers: list[Timer] = []
        self._lock = threading.Lock()
        self._waker = Waker("timers", self.ring_due)

    # The bundled pocket model gives an amount and a unit.
    @tool(changes_world=True, unlisted=("amount", "unit"))
    def set_timer(
        self,
        duration: str | None = None,
        name: str | None = None,
        amount: str | None = None,
        unit: str | None = None,
    ) -> Done:
        """Start a timer.

        duration: such as "5 minutes"
        """
        length_s = _length_s(duration, amount, unit)
        timer = Timer(_bare(name), length_s, self._clock() + length_s)
        with self._lock:
            if len(self._timers) >= MOST_TIMERS:
                raise ToolFailed("there are too many timers")
            self._timers.append(timer)
        self._waker.wake()
        what = timer.label if timer.name else "timer"
        return spoken(
            f"{what} set for {spoken_duration(length_s, to_the_second=True)}", lambda: self._replace([timer], [])
        )

    @tool(changes_world=True)
    def cancel_timer(self, name: str | None = None, all: bool | None = None) -> Done:
        """Cancel a timer, or all."""
        with self._lock:
            found = self._named(name)
            twins = len({timer.label for timer in found}) < len(found)
            gone = found[-2:] if means_both(name) else found if all or means_all(name) else found[-1:]
            self._timers = [timer for timer in self._timers if timer not in gone]
            others = bool(self._timers)
        if not gone:
            return self._none(name)
        self._waker.wake()
        if len(gone) > 1:
            of_all = "" if others else "both " if len(gone) == 2 else "all "
            text = f"cancelled {of_all}{'' if of_all == 'both ' else f'{len(gone)} '}timers"
        else:
            which = f" with {spoken_duration(gone[0].left(self._clock()))} left" if twins else ""
            text = f"cancelled the {gone[0].label}{which}"
        return spoken(text, lambda: self._replace([], gone))

    @tool(changes_world=True)
    def pause_timer(self, name: str | None = None) -> Done:
        """Pause a timer."""
        return self._stop_or_go(name, pause=True)

    @tool(changes_world=True)
    def resume_timer(self, name: str | None = None) -> Done:
        """Let it run on."""
        return self._stop_or_go(name, pause=False)

    @tool(changes_world=True)
    def add_to_timer(self, duration: str, name: str | None = None) -> Done:
        """Make a timer longer."""
        more_s = _length_s(duration, None, None)
        with self._lock:
            found = self._named(name)
            if not found:
                return self._none(name)
            before = found[-1]
            now_s = self._clock()
            if before.left(now_s) + more_s > LONGEST_S:
                raise ToolFailed("a timer can't be longer than a day")
            left_s = before.left_s + more_s if before.left_s is not None else None
            after = replace(before, due_s=before.due_s + more_s, left_s=left_s)
            self._swap([before], [after])
        self._waker.wake()
        text = f"the {after.label} has {spoken_duration(after.left(now_s))} left now"
        return spoken(text, lambda: self._replace([after], [before]))

    @tool()
    def check_timers(self, name: str | None = None) -> Done:
        """How long the timers still take."""
        with self._lock:
            now_s = self._clock()
            found = sorted(self._named(name), key=lambda timer: timer.left(now_s))
            if not found:
                return self._none(name)
        states = [(timer, spoken_duration(timer.left(now_s)), timer.left_s is not None) for timer in found]
        text = ", ".join(
            f"{duration(timer.left(now_s))} left on the {timer.label}{' (paused)' if paused else ''}"
            for timer, _, paused in states
        )
        labels = [timer.label for timer in found]
        clauses = [
            f"{'the' if labels.count(timer.label) == 1 else 'one'} {timer.label} "
            f"{'is paused with' if paused else 'has'} {left} left"
            for timer, left, paused in states
        ]
        if len(found) == 1:
            return spoken(text, say=clauses[0] if found[0].name else clauses[0].replace(f"the {found[0].label}", "it"))
        return spoken(text, say=f"You have {len(found)} timers: {joined(clauses)}")

    def running(self) -> list[tuple[str, float]]:
        """(label, seconds left) of the timers that have not rung, the next one first."""
        now_s = self._clock()
        with self._lock:
            return sorted(((timer.label, timer.left(now_s)) for timer in self._timers), key=lambda timer: timer[1])

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
        with self._lock:
            now_s = self._clock()
            ringing = [timer for timer in self._timers if timer.left_s is None and timer.due_s <= now_s]
            self._timers = [timer for timer in self._timers if timer not in ringing]
            wait_s = min((timer.due_s - now_s for timer in self._timers if timer.left_s is None), default=None)
        for timer in ringing:
            self._on_ring(f"Your {timer.label} is done.")
        return wait_s

    def close(self) -> None:
        """Forget all timers and end the thread."""
        with self._lock:
            self._timers.clear()
        self._waker.close()

    def _stop_or_go(self, name: str | None, *, pause: bool) -> Done:
        with self._lock:
            found = self._named(name)
            if not found:
                return self._none(name)
            fit = [timer for timer in found if (timer.left_s is None) is pause]
            if not fit:
                return spoken(_all_are(found, "paused" if pause else "running"))
            now_s = self._clock()
            before = fit if means_all(name) else fit[-1:]
            after = [
                replace(timer, due_s=now_s + timer.left(now_s), left_s=timer.left(now_s) if pause else None)
                for timer in before
            ]
            for old, new in zip(before, after, strict=True):
                self._swap([old], [new])
        self._waker.wake()
        verb = "paused" if pause else "resumed"
        text = f"{verb} the {after[0].label} with {spoken_duration(after[0].left(now_s))} left"
        if len(after) > 1:
            text = f"{verb} {len(after)} timers"
        return spoken(text, lambda: self._exchange(after, before))

    def _named(self, name: str | None) -> list[Timer]:
        """Those that a name, or a length, means; all without one. Called with the lock held."""
        wanted = _bare(name)
        if not wanted:
            return list(self._timers)
        exact = [timer for timer in self._timers if timer.name == wanted]
        length_s = duration_s(wanted)
        return exact or [timer for timer in self._timers if length_s is not None and timer.length_s == length_s]

    def _none(self, name: str | None) -> Done:
        wanted = _bare(name)
        return spoken(f"there is no {wanted} timer" if wanted and self._timers else "there is no timer running")

    def _replace(self, gone: list[Timer], new: list[Timer]) -> None:
        """Raises ToolFailed where `gone` are gone already: what has rung is not taken back."""
        with self._lock:
            if any(timer not in self._timers for timer in gone):
                raise ToolFailed("that timer is gone")
            self._swap(gone, new)
        self._waker.wake()

    def _exchange(self, gone: list[Timer], new: list[Timer]) -> None:
        """As `_replace`, each for each."""
        for old, other in zip(gone, new, strict=True):
            self._replace([old], [other])

    def _swap(self, gone: list[Timer], new: list[Timer]) -> None:
        """Put `new` where `gone` were, if they are still there. Called with the lock held."""
        if gone and gone[0] not in self._timers:
            return
        place = self._timers.index(gone[0]) if gone else len(self._timers)
        self._timers[place : place + len(gone)] = new


def _all_are(timers: list[Timer], state: str) -> str:
    if len(timers) > 1:
        return f"all timers are {state} already"
    return f"the {timers[0].label} is {state} already"


def _length_s(duration: str | None, amount: str | None, unit: str | None) -> float:
    """Seconds, from whatever a model gives: a whole duration, or an amount and its unit. Raises ToolFailed."""
    given = [text for text in (duration, amount) if text]
    if not given:
        raise ToolFailed("I need to know for how long")
    read = (duration_s(text) for said in given for text in (said, f"{said} {unit}"))
    length_s = next((seconds for seconds in read if seconds is not None), None)
    if length_s is None:
        raise ToolFailed(f"I can't tell how long {given[0]} is")
    if length_s < 1:
        raise ToolFailed("a timer takes at least a second")
    if length_s > LONGEST_S:
        raise ToolFailed("a timer can't be longer than a day")
    return length_s


def _as_adjective(seconds: float) -> str:
    """ "5 minute", "90 second", "2 minute 30 second"."""
    if seconds < 120 and seconds % 60:
        return f"{seconds:g} second"
    if seconds < 7200 and seconds % 3600 and seconds % 60 == 0:
        return f"{seconds / 60:g} minute"
    return duration(seconds).replace("s ", " ").removesuffix("s")


def _bare(name: str | None) -> str:
    """ "the pasta timer" and "Pasta" are both "pasta"."""
    words = one_of_all(name)
    return words.removesuffix("timers").removesuffix("timer").strip(" .,!?'\"")
