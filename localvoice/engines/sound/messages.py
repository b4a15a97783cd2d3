"""What sound libraries write on the screen by themselves, kept off it: what matters of it is in our errors.

PortAudio, ALSA and JACK write with stdio, whose `stderr` is a variable in glibc that a program may set (glibc manual,
Standard Streams). Python's own errors, those of a crash and those of child processes take another way and are never
touched. Elsewhere nothing is done.
"""

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

_lock = threading.Lock()
_shown = False
_hushing = 0
_before: int | None = None


def show(shown: bool = True) -> None:
    """Let everything be seen from now on: for --debug, before any device is opened."""
    global _shown
    _shown = shown


@contextmanager
def hushed() -> Iterator[None]:
    """Nothing that C libraries write is seen meanwhile: around a call of PortAudio. Of any thread, also nested."""
    global _hushing, _before
    stderr, nowhere = _stderr(), _nowhere()
    if _shown or stderr is None or nowhere is None:
        yield
        return
    with _lock:
        _hushing += 1
        if _hushing == 1:
            _before, stderr.value = stderr.value, nowhere
    try:
        yield
    finally:
        with _lock:
            _hushing -= 1
            if not _hushing:
                stderr.value = _before


def filter_with(open_stream: Callable[[], int | None]) -> None:
    """Let only what sound libraries do not write be seen from now on.

    `open_stream`: gives the address of a FILE that drops their lines and passes all others on, which is to be the C
    libraries' stderr (edge_c/messages.c); None if there is none. It is called by one thread at a time.
    """
    global _before
    stderr = _stderr()
    if _shown or stderr is None:
        return
    with _lock:
        stream = open_stream()
        if not stream:
            return
        if _hushing:
            _before = stream
        else:
            stderr.value = stream


@cache
def _stderr() -> ctypes.c_void_p | None:
    """glibc's variable."""
    if os.name != "posix":
        return None
    program = ctypes.CDLL(None)
    return ctypes.c_void_p.in_dll(program, "stderr") if hasattr(program, "gnu_get_libc_version") else None


@cache
def _nowhere() -> int | None:
    """A FILE that keeps nothing, never closed: some thread may still hold it."""
    if _stderr() is None:
        return None
    fopen = ctypes.CDLL(None).fopen
    fopen.restype = ctypes.c_void_p
    opened: int | None = fopen(os.devnull.encode(), b"we")
    return opened
