"""Work in another thread, read in this one."""

import itertools
import signal
import threading
from collections.abc import Iterator

import pytest

from localvoice.one_shot.in_thread import in_thread


def test_items_come_in_order_from_another_thread() -> None:
    def make() -> Iterator[tuple[int, int]]:
        for number in range(50):
            yield number, threading.get_ident()

    numbers, threads = zip(*in_thread(make, most=2), strict=True)
    assert numbers == tuple(range(50))
    assert set(threads) - {threading.get_ident()} and len(set(threads)) == 1


def test_what_goes_wrong_there_is_raised_here_with_its_place() -> None:
    def make() -> Iterator[int]:
        yield 1
        raise ValueError("there")

    items = in_thread(make)
    assert next(items) == 1
    with pytest.raises(ValueError, match="there") as raised:
        next(items)
    assert "make" in [entry.name for entry in raised.traceback]


def test_a_reader_that_leaves_ends_the_work_and_waits_for_it() -> None:
    stopped, ended = threading.Event(), threading.Event()

    def make() -> Iterator[int]:
        try:
            for number in itertools.count():
                yield number
                if number == 1:
                    stopped.wait(20)
        finally:
            ended.set()

    items = in_thread(make, stop=stopped.set)
    assert next(items) == 0
    items.close()
    assert stopped.is_set() and ended.is_set()


def test_ctrl_c_again_does_not_leave_the_thread_behind() -> None:
    ended, presses = threading.Event(), itertools.count()

    def make() -> Iterator[int]:
        yield 0
        stopped.wait(20)
        ended.set()

    stopped = threading.Event()

    def stop() -> None:
        if next(presses) < 3:
            signal.raise_signal(signal.SIGINT)
        stopped.set()

    items = in_thread(make, stop=stop)
    assert next(items) == 0
    try:
        items.close()
    except KeyboardInterrupt:
        pytest.fail("the wait was given up")
    assert ended.is_set()


def test_no_more_than_wanted_is_made_ahead() -> None:
    made: list[int] = []
    third = threading.Event()

    def make() -> Iterator[int]:
        for number in itertools.count():
            made.append(number)
            if number == 3:
                third.set()
            yield number

    items = in_thread(make, most=2)
    assert next(items) == 0
    assert third.wait(20)
    # One is read, two lie ready, one is in the hand of the thread.
    assert not any(len(made) > 4 for _ in range(1000))
    items.close()
