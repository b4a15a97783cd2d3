"""One reply on its way: made before the turn is over, held back until it is, thrown away when it was not."""

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class Stages:
    """When each stage of a reply was done, as sample indices; None for what has not happened."""

    words_ready: int | None = None
    first_token: int | None = None
    tools_answered: int | None = None
    first_clause: int | None = None
    first_sound_ready: int | None = None
    committed: int | None = None


@dataclass(eq=False, slots=True)
class Reply:
    """Shared by the turn, think and speak threads.

    The turn thread alone commits and stops it: `committed` means that the turn is over, so that the reply may be said
    and tools may act; `stopped` that it is no longer wanted. The think thread alone writes `tools`, `bridged` and
    `made`. Each stage is written once, by the thread that reaches it.
    """

    number: int
    """Counts all replies ever begun, so that two attempts at one turn are told apart."""
    turn: int
    revision: int
    text: str
    announcement: bool = False
    tools: list[str] = field(default_factory=list)
    """Names of the tools that were called, in order."""
    bridged: bool = False
    """A filler was said while a tool was slow."""
    made: bool = False
    """The model has nothing more to do for it."""
    stages: Stages = field(default_factory=Stages)
    _go: threading.Event = field(default_factory=threading.Event)
    _committed: bool = False
    _stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def committed(self) -> bool:
        return self._committed

    @property
    def stop_event(self) -> threading.Event:
        """For engines that look at an event themselves."""
        return self._stopped

    def note_first_token(self, at: int) -> None:
        """Something of it is there; only the first time counts."""
        if self.stages.first_token is None:
            self.stages.first_token = at

    def stopped(self) -> bool:
        return self._stopped.is_set()

    def commit(self) -> None:
        """The turn is over."""
        self._committed = True
        self._go.set()

    def stop(self) -> None:
        """Nobody wants this any more. Wakes whoever waits for the commit."""
        self._stopped.set()
        self._go.set()

    def wait_committed(self) -> bool:
        """Wait until the turn is over; False when the reply was stopped instead."""
        self._go.wait()
        return self._committed and not self.stopped()

    def wait_stopped(self, timeout_s: float) -> bool:
        """Wait `timeout_s` for a stop; True when it came."""
        return self._stopped.wait(timeout_s)
