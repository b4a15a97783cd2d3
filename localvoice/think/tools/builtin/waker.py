"""A thread that looks, each time it is due, whether something has to be done."""

import threading
from collections.abc import Callable


class Waker:
    """Calls `look()` in a thread called `name` once `wake` was called, then again after as many seconds as it returned,
    or at the next `wake`; None waits for that alone.
    """

    def __init__(self, name: str, look: Callable[[], float | None]) -> None:
        self._name = name
        self._look = look
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._woken = False
        self._closed = False

    def wake(self) -> None:
        """Look now. From any thread; does nothing once it is closed."""
        with self._changed:
            self._woken = True
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                self._woken = False
            wait_s = self._look()
            with self._changed:
                # What was changed while it looked may be due earlier.
                if not self._woken and not self._closed:
                    self._changed.wait(wait_s)
