"""Reads safetensors files: a length, a JSON header with names, types, shapes and places, and then the numbers."""

import json
import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from localvoice.errors import ModelBroken
from localvoice.sound import Samples

HEADER_BYTES = 100_000_000
_TYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": np.dtype("<u2")}
_REMEDY = "Pull the model again."


def read(path: Path) -> dict[str, Samples]:
    """Every tensor by name, as float32, shape as written. Memory: four bytes for each number, once it is looked at.

    Raises:
        ModelBroken: the file is damaged, or has numbers of another type than float32, float16 or bfloat16.
    """
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > min(HEADER_BYTES, path.stat().st_size - 8):
                raise ValueError("its header is longer than it is")
            header = json.loads(file.read(length))
        if not isinstance(header, dict):
            raise ValueError("its header is not a table")
        header.pop("__metadata__", None)
        data = np.memmap(path, np.uint8, "r", offset=8 + length) if header else np.zeros(0, np.uint8)
        return {name: _tensor(name, about, data) for name, about in header.items()}
    except (ValueError, struct.error, KeyError, TypeError, RecursionError) as error:
        raise ModelBroken(f"{path} is damaged or no safetensors file: {error}.", _REMEDY) from None
    except OSError as error:
        raise ModelBroken(f"{path} cannot be read: {error.strerror}.", _REMEDY) from None


def _tensor(name: str, about: dict[str, Any], data: NDArray[np.uint8]) -> Samples:
    kind, shape, (start, end) = about["dtype"], about["shape"], about["data_offsets"]
    if kind not in _TYPES:
        raise ValueError(f"{name} has numbers of type {kind!r}")
    if any(type(number) is not int or number < 0 for number in (*shape, start, end)):
        raise ValueError(f"the place of {name} makes no sense")
    if not start <= end <= data.size or end - start != math.prod(shape) * _TYPES[kind].itemsize:
        raise ValueError(f"{name} lies outside the file")
    raw: NDArray[Any] = np.frombuffer(data, _TYPES[kind], math.prod(shape), start)
    if kind == "BF16":
        # The upper half of a float32.
        raw = (raw.astype(np.uint32) << 16).view(np.float32)
    return np.asarray(raw, np.float32).reshape(shape)
