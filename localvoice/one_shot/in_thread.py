"""Work in a thread of its own, so that whoever waits for it still hears Ctrl-C while a native library computes."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

LOOK_S = 0.1
"""A wait without a limit would not be interrupted on Windows."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None


def in_thread(
    make: Callable[[], Iterator[Item]], most: int = 0, stop: Callable[[], None] | None = None
) -> Iterator[Item]:
    """What `make()` yields, made in another thread, at most `most` items ahead of the reader (0: any number).

    Raises what `make` raises. When the reader stops early, the thread ends as soon as it comes to its next item, and
    does not keep the program from ending. With `stop`, which ends `make` soon, the thread is waited for.
    """
    items: queue.Queue[Item | _End] = queue.Queue(most)
    unwanted = threading.Event()

    def put(item: Item | _End) -> None:
        while not unwanted.is_set():
            try:
                items.put(item, timeout=LOOK_S)
                return
            except queue.Full:
                continue

    def work() -> None:
        error: BaseException | None = None
        try:
            for item in make():
                put(item)
                if unwanted.is_set():
                    return
        except BaseException as raised:  # noqa: BLE001  it is raised where the items are read
            error = raised
        put(_End(error))

    thread = threading.Thread(target=work, name="one-shot", daemon=True)
    thread.start()
    try:
        while True:
            try:
                item = items.get(timeout=LOOK_S)
            except queue.Empty:
                continue
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        unwanted.set()
        if stop is not None:
            _end(thread, stop)


def _end(thread: threading.Thread, stop: Callable[[], None]) -> None:
    """Wait for `thread`, whatever is pressed meanwhile: the next one must not find it at work in the same library."""
    while True:
        try:
            while thread.is_alive():
                stop()
                thread.join(LOOK_S)
            return
        except KeyboardInterrupt:
            continue
