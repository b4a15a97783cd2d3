"""Work that is done a little ahead of whoever takes it, in a thread of its own."""

import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import Generic, Self, TypeVar

T = TypeVar("T")
_END = object()
END_S = 1.5
"""How long `close` waits for a thread that is in the middle of an item."""


class Ahead(Generic[T]):
    """`items`, made by another thread from now on, at most `most` before they are taken; what it raises is raised here.

    Close it, and the thread ends with the item that it is at.
    """

    def __init__(self, items: Iterator[T], most: int) -> None:
        self._items = items
        self._made: queue.Queue[object] = queue.Queue(most)
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._make, name="ahead", daemon=True)
        self._thread.start()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        item = self._made.get()
        if item is _END:
            raise StopIteration
        if isinstance(item, BaseException):
            raise item
        return item  # type: ignore[return-value]

    def close(self) -> None:
        """No further item is wanted."""
        self._left.set()
        self._thread.join(END_S)

    def _make(self) -> None:
        last: object = _END
        try:
            for item in self._items:
                self._put(item)
                if self._left.is_set():
                    break
        except BaseException as fault:  # noqa: BLE001  raised again by whoever takes
            last = fault
        finally:
            # What it holds open is let go of before the end is told; Windows would not remove the file.
            if isinstance(self._items, Generator):
                self._items.close()
            self._put(last)

    def _put(self, item: object) -> None:
        while not self._left.is_set():
            with suppress(queue.Full):
                self._made.put(item, timeout=0.1)
                return
