"""The compiled sound edge: importing this opens it. ImportError where it was not compiled, or does not load.

The library is plain C, compiled from edge_c/edge.c; what it offers is read from edge.h (30 ms, once). `ffi` and `lib`
are those of cffi.
"""

import re
from pathlib import Path
from typing import Any

from cffi import FFI

HERE = Path(__file__).resolve().parent
FILE_NAMES = ("_edge.abi3.so", "_edge.pyd")
"""As setuptools names a library that serves every version of Python; the second on Windows."""


def _declarations() -> str:
    """edge.h without its comments, as cffi's parser wants it."""
    return re.sub(r"/\*.*?\*/", "", (HERE / "edge_c" / "edge.h").read_text(encoding="utf-8"), flags=re.DOTALL)


def _open() -> Any:
    files = [HERE / name for name in FILE_NAMES if (HERE / name).is_file()]
    if not files:
        raise ImportError("the sound edge was not compiled")
    # It stays to the very end: sound libraries hold addresses in it, and Python lets go of modules before they stop.
    stay = ffi.RTLD_NOW | getattr(ffi, "RTLD_NODELETE", 0)
    try:
        return ffi.dlopen(str(files[0]), stay)
    except OSError as error:
        raise ImportError(str(error)) from None


ffi: Any = FFI()
ffi.cdef(_declarations())
lib: Any = _open()
