"""Items from another thread: all of them, in order, not too many at once, and no thread is left over."""

import threading
from collections.abc import Iterator

import pytest

from localvoice.catalog.ahead import Ahead


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "ahead"]


def gone() -> None:
    """The thread ends by itself, a moment after its last item."""
    for thread in threading.enumerate():
        if thread.name == "ahead":
            thread.join(10)
    assert threads() == []


def test_all_come_in_order() -> None:
    assert list(Ahead(iter(range(1000)), 3)) == list(range(1000))
    assert list(Ahead(iter([]), 3)) == []
    gone()


def test_no_more_than_wanted_are_made_before_they_are_taken() -> None:
    made: list[int] = []
    full = threading.Event()

    def items() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            if number == 4:
                full.set()
            yield number

    taking = Ahead(items(), 3)
    assert next(taking) == 0
    assert full.wait(10), "it does not wait to be asked"
    assert len(made) <= 1 + 3 + 1
    taking.close()
    gone()


def test_what_goes_wrong_is_raised_where_it_is_taken() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    taking = Ahead(items(), 3)
    assert next(taking) == 1
    with pytest.raises(ValueError, match="no more"):
        next(taking)
    gone()


def test_what_is_held_open_is_let_go_of() -> None:
    closed = threading.Event()

    def items() -> Iterator[int]:
        try:
            yield from range(100)
        finally:
            closed.set()

    taking = Ahead(items(), 3)
    assert next(taking) == 0
    taking.close()
    assert closed.is_set()
