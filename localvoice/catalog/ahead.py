"""Work that is done a little ahead of whoever takes it, in a thread of its own."""

import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")
_END = object()


def ahead(items: Iterator[T], most: int) -> Generator[T, None, None]:
    """`items`, made by another thread, at most `most` before they are taken; what it raises is raised here.

    Close the generator, or leave it to be collected, and the thread ends with the item that it is at.
    """
    made: queue.Queue[object] = queue.Queue(most)
    left = threading.Event()

    def put(item: object) -> None:
        while not left.is_set():
            with suppress(queue.Full):
                made.put(item, timeout=0.1)
                return

    def make() -> None:
        try:
            for item in items:
                put(item)
                if left.is_set():
                    return
            put(_END)
        except BaseException as fault:  # noqa: BLE001  raised again by whoever takes
            put(fault)
        finally:
            # What it holds open is let go of here and now; Windows would not remove the file.
            if isinstance(items, Generator):
                items.close()

    thread = threading.Thread(target=make, name="ahead", daemon=True)
    thread.start()
    try:
        while (item := made.get()) is not _END:
            if isinstance(item, BaseException):
                raise item
            yield item  # type: ignore[misc]
    finally:
        left.set()
        thread.join()
