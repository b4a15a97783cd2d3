"""Unpacking deflated bytes, and their CRC: by ISA-L, which is about twice as fast as zlib, or by zlib if it is missing.

Smaller pieces of work than these let threads wait for Python's lock more often.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

try:
    from isal import isal_zlib

    fast: Any = isal_zlib
except ImportError:  # a processor that there is no wheel for
    fast = zlib

Fault: type[Exception] = fast.error
"""What bytes raise that were not deflated."""
crc32: Callable[[bytes, int], int] = fast.crc32
READ_BYTES = 1 << 20
CHUNK_BYTES = 2 << 20


def inflated(file: BinaryIO, packed_bytes: int) -> Iterator[bytes]:
    """The next `packed_bytes` of `file` unpacked, in chunks of `CHUNK_BYTES` at most.

    Raises:
        EOFError: they end before the deflated data does, or go on after it.
        Fault: they are no deflated data.
    """
    inflater, packed = fast.decompressobj(wbits=-15), b""
    while not inflater.eof:
        if not packed:
            packed = file.read(min(READ_BYTES, packed_bytes))
            packed_bytes -= len(packed)
            if not packed:
                raise EOFError("the packed data ends too early")
        if data := inflater.decompress(packed, CHUNK_BYTES):
            yield data
        packed = inflater.unconsumed_tail
    if packed_bytes or inflater.unused_data:
        raise EOFError("there is more than the packed data")
