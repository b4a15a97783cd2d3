"""Reads the float weights back out of a CTranslate2 model.bin: for warm starts and for growing.

The layout is the one that ctranslate2.specs.ModelSpec._serialize writes: counted strings, then per variable its
name, shape, type and bytes, then the aliases.
"""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_TYPES = [np.float32, np.int8, np.int16, np.int32, np.float16]


def read(path: Path) -> dict[str, NDArray[np.float32]]:
    """Variable name -> float32 array, quantised ones multiplied out, aliases included.

    Raises ValueError where the file is not a CTranslate2 model of the known layout.
    """
    data, at = path.read_bytes(), 0

    def number(kind: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from("<" + kind, data, at)
        at += struct.calcsize(kind)
        return int(value)

    def string() -> str:
        nonlocal at
        length = number("H")
        at += length
        return data[at - length : at - 1].decode()

    version, name = number("I"), string()
    if version < 6 or name != "WhisperSpec":
        raise ValueError(f"{path} holds {name!r} in layout {version}, not a WhisperSpec in layout 6 or later")
    number("I")
    raw: dict[str, NDArray[np.float32]] = {}
    for _ in range(number("I")):
        key = string()
        shape = [number("I") for _ in range(number("B"))]
        kind = _TYPES[number("B")]
        size = number("I")
        raw[key] = np.frombuffer(data, kind, size // np.dtype(kind).itemsize, at).reshape(shape)
        at += size
    for _ in range(number("I")):
        alias, target = string(), string()
        raw[alias] = raw[target]
        if target + "_scale" in raw:
            raw[alias + "_scale"] = raw[target + "_scale"]
    out = {}
    for key, value in raw.items():
        if key.endswith("_scale"):
            continue
        scale = raw.get(key + "_scale")
        real = value.astype(np.float32)
        out[key] = real if scale is None else real / scale.astype(np.float32).reshape(-1, *[1] * (value.ndim - 1))
    return out
