"""Both llama.cpp libraries, for tests that must hold with either."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from localvoice.engines.chat import llama_library
from localvoice.engines.chat.llama_library import CHOICE, PACKAGES, READY_MADE_FOR, Kind

INSTALLED: list[Kind] = [
    kind for kind in PACKAGES if llama_library._version(kind) and (kind == "compiled" or sys.platform in READY_MADE_FOR)
]


@contextmanager
def chosen(kind: Kind) -> Iterator[None]:
    """Inside, and in the processes that are started there, this one is loaded."""
    before = os.environ.get(CHOICE)
    os.environ[CHOICE] = kind
    try:
        yield
    finally:
        os.environ.pop(CHOICE)
        if before is not None:
            os.environ[CHOICE] = before
