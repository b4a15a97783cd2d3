"""Workers survive their own faults and end when they are told to."""

import threading

from localvoice.events import WorkerFailed
from localvoice.turn.worker import INBOX_JOBS, Worker


class Echo(Worker):
    """Keeps what it was given; fails on request."""

    def __init__(self, failures: list[WorkerFailed], idle_s: float | None = None) -> None:
        super().__init__("echo", failures.append, idle_s)
        self.done: list[object] = []
        self.reached = threading.Event()
        self.idled = threading.Event()

    def handle(self, job: object) -> None:
        if job == "fail":
            raise ValueError("what the user said")
        self.done.append(job)
        if job == "last":
            self.reached.set()

    def idle(self) -> float | None:
        self.idled.set()
        return None


def test_a_fault_is_reported_without_what_was_said_and_work_goes_on() -> None:
    failures: list[WorkerFailed] = []
    worker = Echo(failures)
    worker.start()
    for job in ("first", "fail", "last"):
        worker.put(job)
    assert worker.reached.wait(5)
    assert worker.stop(5)
    assert worker.done == ["first", "last"]
    assert [failure.worker for failure in failures] == ["echo"]
    assert failures[0].error.startswith("ValueError in turn/worker.py, ")
    assert "user said" not in failures[0].error


def test_a_full_inbox_is_a_fault_and_never_blocks() -> None:
    failures: list[WorkerFailed] = []
    worker = Echo(failures)
    for number in range(INBOX_JOBS + 3):
        worker.put(number)
    assert len(failures) == 3


def test_idle_runs_while_nothing_is_asked() -> None:
    worker = Echo([], idle_s=0.001)
    worker.start()
    assert worker.idled.wait(5)
    assert worker.stop(5)
