"""Work on several models at once, in threads that a program may end without."""

import queue
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from localvoice.catalog.job import Job
from localvoice.catalog.transfer import Stopped
from localvoice.errors import LocalvoiceError, StorageRefused

CONNECTIONS = 4
END_S = 1.5
"""How long a pull that is broken off waits for its threads; a stalled connection may keep one for longer."""


@dataclass(frozen=True, slots=True)
class Task:
    job: Job
    do: Callable[[], None]


def side_by_side(stop: threading.Event, tasks: Iterable[Task]) -> None:
    """Do all tasks; a job whose task fails keeps the error. What would fail for all of them ends it for all."""
    todo: queue.SimpleQueue[Task] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[Job, BaseException | None]] = queue.SimpleQueue()
    for task in tasks:
        if not task.job.error:
            todo.put(task)
    count = todo.qsize()

    def work() -> None:
        with suppress(queue.Empty):
            while True:
                task = todo.get_nowait()
                error: BaseException | None = None
                try:
                    if not stop.is_set():
                        task.do()
                except BaseException as fault:  # noqa: BLE001  raised again below, by the thread that waits
                    error = fault
                done.put((task.job, error))

    # Threads that a program may end without: a server that says nothing would hold up Ctrl-C until it is given up.
    threads = [threading.Thread(target=work, name=f"pull-{n}", daemon=True) for n in range(min(count, CONNECTIONS))]
    try:
        for thread in threads:
            thread.start()
        while count:
            # With a limit, so that Ctrl-C is noticed on Windows too.
            with suppress(queue.Empty):
                job, error = done.get(timeout=0.2)
                count -= 1
                if isinstance(error, StorageRefused):
                    stop.set()
                if isinstance(error, LocalvoiceError):
                    job.error = job.error or error
                elif error and not isinstance(error, Stopped):
                    raise error
    except BaseException:
        stop.set()
        give_up_s = time.monotonic() + END_S
        for thread in threads:
            thread.join(max(0.0, give_up_s - time.monotonic()))
        raise
