"""The outline of an ONNX file, read without ONNX Runtime: whether it is one, and whether it is whole.

An ONNX file is a protocol buffer without a magic number (onnx.proto of the ONNX project): fields of a number and a wire
type, one after another up to the end of the file. Weights are checked against their own shapes, and weights in other
files are refused: a model from elsewhere could name any file of this machine.
"""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localvoice.errors import ModelBroken, ModelMissing, ModelWrongKind

_VARINT, _EIGHT, _LENGTH, _FOUR = 0, 1, 2, 5
_IR_VERSION, _GRAPH, _OPSETS = 1, 7, 8
_NODE, _INITIALIZER, _INPUT, _OUTPUT = 1, 5, 11, 12
_DIMS, _DATA_TYPE, _TENSOR_NAME, _RAW_DATA, _EXTERNAL, _LOCATION = 1, 2, 8, 9, 13, 14
_ITEM_BYTES = {1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 14: 8, 15: 16, 16: 2}
_NEWEST_IR = 64
_NAMES_OF_OTHERS = {
    b"GGUF": "a GGUF file", b"PK\x03\x04": "a zip archive, as PyTorch writes", b"\x80\x02": "a pickle",
    b"\x1f\x8b": "a gzip archive", b"RIFF": "a sound file", b"\x89PNG": "a picture", b"<!DO": "a web page",
    b"<htm": "a web page", b"vers": "a Git LFS pointer, not the file itself",
}  # fmt: skip

Field = tuple[int, int, int, int]
"""Number, wire type, value (or where the content begins), end of the content."""


@dataclass(frozen=True, slots=True)
class OnnxOutline:
    """What the file says about itself."""

    ir_version: int
    nodes: int
    inputs: frozenset[str]
    outputs: frozenset[str]


class _Wrong(Exception):
    """What is wrong, as half a sentence."""


def read_outline(path: Path) -> OnnxOutline:
    """Check that `path` is a whole ONNX model.

    Raises:
        ModelMissing: there is no such file, it is a folder, or it cannot be read.
        ModelWrongKind: it is a file of another kind.
        ModelBroken: it is empty, cut short, or makes no sense.
    """
    if path.is_dir():
        raise ModelMissing(f"{path} is a folder, not an ONNX model.", "Name the .onnx file in it.")
    try:
        with path.open("rb") as file:
            magic = file.read(4)
            if not magic:
                raise ModelBroken(f"{path} is empty, not a whole ONNX model.", "Fetch it again.")
            for start, name in _NAMES_OF_OTHERS.items():
                if magic.startswith(start):
                    raise ModelWrongKind(f"{path} is {name}, not an ONNX model.", "Name an .onnx file.")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _read(data)
    except FileNotFoundError:
        raise ModelMissing(f"There is no ONNX model {path}.", "Check the path, or install again.") from None
    except OSError as error:
        raise ModelMissing(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None
    except (_Wrong, struct.error, IndexError, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, _Wrong) else "it ends too early"
        raise ModelBroken(f"{path} is not a whole ONNX model: {why}.", "Fetch it again.") from None


def _read(data: mmap.mmap) -> OnnxOutline:
    ir_version, opsets, graphs = 0, 0, []
    for number, wire, value, end in _fields(data, 0, len(data)):
        if number == _IR_VERSION and wire == _VARINT:
            ir_version = value
        elif number == _GRAPH and wire == _LENGTH:
            graphs.append((value, end))
        elif number == _OPSETS:
            opsets += 1
    if len(graphs) != 1 or not opsets:
        raise _Wrong("it has no graph")
    if not 1 <= ir_version <= _NEWEST_IR:
        raise _Wrong(f"its format would be version {ir_version}")
    nodes = 0
    names: dict[int, set[str]] = {_INPUT: set(), _OUTPUT: set()}
    for number, wire, value, end in _fields(data, *graphs[0]):
        if wire != _LENGTH:
            continue
        nodes += number == _NODE
        if number == _INITIALIZER:
            _check_tensor(data, value, end)
        elif number in names:
            names[number].add(_name(data, value, end))
    if not nodes or not names[_OUTPUT]:
        raise _Wrong("its graph is empty")
    return OnnxOutline(ir_version, nodes, frozenset(names[_INPUT]), frozenset(names[_OUTPUT]))


def _check_tensor(data: mmap.mmap, start: int, stop: int) -> None:
    items, kind, raw, name = 1, 0, None, "a tensor"
    for number, wire, value, end in _fields(data, start, stop):
        if number == _DIMS:
            for size in [value] if wire == _VARINT else _packed(data, value, end):
                items *= size
        elif number == _DATA_TYPE and wire == _VARINT:
            kind = value
        elif number == _RAW_DATA and wire == _LENGTH:
            raw = end - value
        elif number == _TENSOR_NAME and wire == _LENGTH:
            name = data[value:end].decode("utf-8", "replace")
        elif number == _EXTERNAL or (number == _LOCATION and value):
            raise _Wrong("it keeps weights in another file, which is not supported")
    if kind == 0:
        raise _Wrong(f"{name} has no type")
    if raw is not None and kind in _ITEM_BYTES and raw != items * _ITEM_BYTES[kind]:
        raise _Wrong(f"{name} has {raw} bytes and needs {items * _ITEM_BYTES[kind]}")


def _name(data: mmap.mmap, start: int, stop: int) -> str:
    for number, wire, value, end in _fields(data, start, stop):
        if number == 1 and wire == _LENGTH:
            return data[value:end].decode("utf-8")
    return ""


def _packed(data: mmap.mmap, at: int, end: int) -> Iterator[int]:
    while at < end:
        value, at = _varint(data, at, end)
        yield value


def _fields(data: Any, at: int, end: int) -> Iterator[Field]:
    """The fields of one message in data[at:end]."""
    while at < end:
        key, at = _varint(data, at, end)
        number, wire = key >> 3, key & 7
        if number == 0:
            raise _Wrong("its contents are inconsistent")
        if wire == _VARINT:
            value, at = _varint(data, at, end)
            yield number, wire, value, at
            continue
        if wire == _LENGTH:
            size, at = _varint(data, at, end)
        elif wire in (_EIGHT, _FOUR):
            size = 8 if wire == _EIGHT else 4
        else:
            raise _Wrong("its contents are inconsistent")
        if at + size > end:
            raise _Wrong("it ends too early")
        yield number, wire, at, at + size
        at += size


def _varint(data: Any, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        if at >= end:
            raise _Wrong("it ends too early")
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise _Wrong("its contents are inconsistent")
