"""The base of every worker: one thread, one bounded inbox, one loop that outlives the faults of its jobs."""

import queue
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from localvoice.events import Event, WorkerFailed
from localvoice.faults import where

INBOX_JOBS = 256
"""Far above what a conversation queues: a reply is some twenty clauses. A full inbox means that the worker is lost."""


@dataclass(frozen=True, slots=True)
class _Stop:
    """Ends the loop."""


class Worker:
    """Runs `handle(job)` for every job put to it, in order, in a thread called `name`.

    A fault in `handle` becomes a WorkerFailed event; the loop goes on with the next job. `post` takes all that there
    is to tell the turn thread. `idle` is called whenever the inbox stays empty for `idle_s`, for work that need not be
    asked for (partials).
    """

    def __init__(
        self,
        name: str,
        post: Callable[[Event], None],
        idle_s: float | None = None,
        debug: bool = False,
    ) -> None:
        self.name = name
        self._post = post
        self._idle_s = idle_s
        self._debug = debug
        self._inbox: queue.Queue[object] = queue.Queue(maxsize=INBOX_JOBS)
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def put(self, job: object) -> None:
        """Queue one job. A full inbox is reported as a fault of the worker; the job is dropped."""
        try:
            self._inbox.put_nowait(job)
        except queue.Full:
            self._post(WorkerFailed(self.name, "its inbox is full", self.turn_of(job)))

    def stop(self, timeout_s: float) -> bool:
        """Ask the loop to end and wait for it; True when it did."""
        self.put(_Stop())
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def handle(self, job: object) -> None:
        """Do one job."""
        raise AssertionError(f"{self.name} does not say how to do its jobs")

    def turn_of(self, job: object) -> int | None:
        """The turn that a job is done for."""
        return getattr(job, "turn", None)

    def idle(self) -> float | None:
        """Do what nobody asked for; returns the next waiting time in seconds, None to wait for a job."""
        return self._idle_s

    def _loop(self) -> None:
        wait_s = self._idle_s
        while True:
            try:
                job = self._inbox.get(timeout=wait_s)
            except queue.Empty:
                wait_s = self._guarded(self.idle, None)
                continue
            if isinstance(job, _Stop):
                return
            self._guarded(lambda job=job: self.handle(job), self.turn_of(job))  # type: ignore[misc]
            wait_s = self._idle_s

    def _guarded(self, work: Callable[[], float | None], turn: int | None) -> float | None:
        try:
            return work()
        except Exception as error:  # noqa: BLE001  a fault must not take the conversation down
            if self._debug:
                traceback.print_exc()
            self._post(WorkerFailed(self.name, where(error), turn))
            return self._idle_s
