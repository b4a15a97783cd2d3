"""The inbox of the turn thread: the first thing that is made, and the one road by which anything is told to it."""

import queue
from contextlib import suppress

from localvoice.events import Event


class Inbox:
    """Events in the order in which they were posted. Any thread posts, one thread takes.

    Tools, ears, workers and keys are given `post` when they are made, so nothing has to be filled in later, and
    a callback never runs in somebody else's thread. It has no limit: what may not be dropped is posted, a few
    events a second.
    """

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()

    def post(self, event: Event) -> None:
        """Tell the turn thread; never blocks."""
        self._events.put(event)

    def close(self) -> None:
        """Nothing that is posted from now on is read."""
        self._events.put(None)

    def rest(self) -> list[Event]:
        """What has been posted and not taken; for the end, when nobody takes any more."""
        left: list[Event] = []
        with suppress(queue.Empty):
            while True:
                if (event := self._events.get_nowait()) is not None:
                    left.append(event)
        return left

    def take(self) -> Event | None:
        """The next event, waited for; None once the inbox was closed."""
        return self._events.get()
