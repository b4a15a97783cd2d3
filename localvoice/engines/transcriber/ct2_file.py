"""The table of contents of a CTranslate2 model.bin, read without CTranslate2, which trusts what it says.

Layout, as its own converter writes it: u32 format version, the specification's name, u32 revision, u32 count, then
per variable its name, u8 rank, that many u32 sizes, u8 type, u32 bytes, and the bytes; then u32 count of aliases, two
names each. A name is u16 length and that many bytes, the last one zero. All little-endian.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from localvoice.errors import ModelBroken, ModelMissing, ModelWrongKind

_ITEM_BYTES = {0: 4, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2}
"""float32, int8, int16, int32, float16, bfloat16."""
_OLDEST, _NEWEST, _NEWEST_EVER = 1, 6, 100
"""A version that we do not know is left to the library, which may."""
_TYPED_FROM = 4
"""Before it a variable had the size of an item in place of its type, and a count of items in place of bytes."""
_MOST_VARIABLES = 100_000
_MOST_DIMENSIONS = 8


@dataclass(frozen=True, slots=True)
class Ct2Head:
    """What the file is."""

    spec: str
    """Such as "WhisperSpec"."""
    variables: int
    """0 if the version is newer than this reader."""


class _Wrong(Exception):
    """What is wrong, as half a sentence."""


class _Other(Exception):
    """A model of another kind, by its name."""


def read_head(path: Path, wanted: str, remedy: str = "Fetch it again.") -> Ct2Head:
    """Walk through the whole table of `path`, a model of the kind `wanted`, without reading the weights.

    Raises:
        ModelMissing: it cannot be read, or is a folder.
        ModelWrongKind: it is a CTranslate2 model of another kind.
        ModelBroken: it is no CTranslate2 model, cut short, too long, or its table makes no sense.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return _read(file, size, wanted)
    except OSError as error:
        raise ModelMissing(f"{path} cannot be read: {error.strerror}.", remedy) from None
    except _Other as other:
        raise ModelWrongKind(f"{path} is a {other}, not a {wanted}.", remedy) from None
    except (_Wrong, struct.error, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, _Wrong) else "its contents are inconsistent"
        raise ModelBroken(f"{path} is not a CTranslate2 model, or is cut short: {why}.", remedy) from None


def _read(file: BinaryIO, size: int, wanted: str) -> Ct2Head:
    if size == 0:
        raise _Wrong("it is empty")
    version = _number(file, "I")
    if not _OLDEST <= version <= _NEWEST_EVER:
        raise _Wrong(f"its format would be version {version}")
    spec = _name(file)
    if not spec.endswith("Spec"):
        raise _Wrong("it does not say what kind of model it is")
    if spec != wanted:
        raise _Other(spec)
    if version > _NEWEST:
        return Ct2Head(spec, 0)
    _number(file, "I")
    count = _number(file, "I")
    if not 0 < count <= _MOST_VARIABLES:
        raise _Wrong(f"it would have {count} variables")
    names = set()
    for _ in range(count):
        names.add(_variable(file, size, version))
    if version >= 3:
        for _ in range(_aliases(file)):
            _name(file)
            if _name(file) not in names:
                raise _Wrong("it has a second name for a variable that is not there")
    if file.tell() != size:
        raise _Wrong(f"{size - file.tell()} bytes follow its end")
    return Ct2Head(spec, count)


def _variable(file: BinaryIO, size: int, version: int) -> str:
    name = _name(file)
    rank = _number(file, "B")
    if rank > _MOST_DIMENSIONS:
        raise _Wrong(f"{name} would have {rank} dimensions")
    items = 1
    for _ in range(rank):
        items *= _number(file, "I")
    if version >= _TYPED_FROM:
        kind, said = _number(file, "B"), _number(file, "I")
        if kind not in _ITEM_BYTES:
            raise _Wrong(f"{name} is of an unknown type ({kind})")
        needed = items * _ITEM_BYTES[kind]
        if said != needed:
            raise _Wrong(f"{name} has {said} bytes and needs {needed}")
    else:
        needed = _number(file, "B") * _number(file, "I")
    if file.tell() + needed > size:
        raise _Wrong(f"{name} ends after the end of the file")
    file.seek(needed, 1)
    return name


def _aliases(file: BinaryIO) -> int:
    count: int = _number(file, "I")
    if count > _MOST_VARIABLES:
        raise _Wrong(f"it would have {count} second names")
    return count


def _number(file: BinaryIO, letter: str) -> int:
    form = "<" + letter
    data = file.read(struct.calcsize(form))
    if len(data) < struct.calcsize(form):
        raise _Wrong("it ends too early")
    (value,) = struct.unpack(form, data)
    return int(value)


def _name(file: BinaryIO) -> str:
    length = _number(file, "H")
    data = file.read(length)
    if len(data) < length:
        raise _Wrong("it ends too early")
    if not data.endswith(b"\0"):
        raise _Wrong("a name has no end")
    return data[:-1].decode("utf-8")
