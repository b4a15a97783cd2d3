"""The head of a GGUF file, read without llama.cpp: enough to refuse a file before the library opens it.

llama.cpp maps a file into memory and trusts it; a truncated one ends the whole program with a bus error.
Layout: the GGUF specification, versions 2 and 3 (ggml's docs/gguf.md).
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localvoice.errors import ModelBroken, ModelMissing, ModelWrongKind

# Value types by number: struct letters; 8 is a string and 9 an array.
_LETTERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9

# Tensor types by number: bytes of a block, and its weights.
_BLOCKS = {
    0: (4, 1), 1: (2, 1), 2: (18, 32), 3: (20, 32), 6: (22, 32), 7: (24, 32), 8: (34, 32), 9: (36, 32),
    10: (84, 256), 11: (110, 256), 12: (144, 256), 13: (176, 256), 14: (210, 256), 15: (292, 256),
    16: (66, 256), 17: (74, 256), 18: (98, 256), 19: (50, 256), 20: (18, 32), 21: (110, 256), 22: (82, 256),
    23: (136, 256), 24: (1, 1), 25: (2, 1), 26: (4, 1), 27: (8, 1), 28: (8, 1), 29: (56, 256), 30: (2, 1),
}  # fmt: skip
_NAMES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 10: "Q2_K", 11: "Q3_K", 12: "Q4_K",
    13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 20: "IQ4_NL", 23: "IQ4_XS", 30: "BF16",
}  # fmt: skip
_NOT_CHAT = (
    "bert",
    "nomic-bert",
    "jina-bert-v2",
    "clip",
    "whisper",
    "t5encoder",
    "wavtokenizer-dec",
    "mmproj",
)
_MOST_ENTRIES = 100_000
_LONGEST_STRING = 1 << 24


@dataclass(frozen=True, slots=True)
class GgufHead:
    """What the file says about itself. `values` leaves arrays out; `context_tokens` is 0 if it is not said; `weights`
    counts the bytes in tensors of each type, such as "Q4_0"."""

    architecture: str
    name: str
    context_tokens: int
    chat_template: str
    values: dict[str, Any]
    weights: dict[str, int]

    @property
    def main_type(self) -> str:
        """What most of the weights are in; "" without any."""
        return max(self.weights, key=self.weights.__getitem__, default="")


class _Reader:
    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.at = 0

    def number(self, letter: str) -> Any:
        form = "<" + letter
        (value,) = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def string(self) -> str:
        length = self.number("Q")
        if length > _LONGEST_STRING or self.at + length > len(self.data):
            raise struct.error
        raw = self.data[self.at : self.at + length]
        self.at += length
        return raw.decode("utf-8", "replace")

    def skip_array(self) -> None:
        kind, count = self.number("I"), self.number("Q")
        if kind == _STRING:
            if count > len(self.data):
                raise struct.error
            for _ in range(count):
                (length,) = struct.unpack_from("<Q", self.data, self.at)
                self.at += 8 + length
        elif kind in _LETTERS:
            self.at += count * struct.calcsize("<" + _LETTERS[kind])
        else:
            raise struct.error

    def value(self) -> Any:
        kind = self.number("I")
        if kind == _STRING:
            return self.string()
        if kind == _ARRAY:
            return self.skip_array()
        if kind not in _LETTERS:
            raise struct.error
        return self.number(_LETTERS[kind])


def read_head(path: Path) -> GgufHead:
    """Check that `path` is a whole GGUF file of a chat model.

    Raises:
        ModelMissing: there is no such file, or it cannot be read.
        ModelWrongKind: it is no GGUF file, or one of another kind of model.
        ModelBroken: it is shorter than its own table of contents says, or the table makes no sense.
    """
    if path.is_dir():
        raise ModelWrongKind(f"{path} is a folder, not a GGUF file.", "Name the .gguf file in it.")
    try:
        with path.open("rb") as file:
            magic = file.read(4)
            if not magic:
                raise ModelBroken(f"The chat model {path} is empty.", "Fetch it again.")
            if magic != b"GGUF":
                raise ModelWrongKind(
                    f"{path} is not a GGUF file.",
                    "chat.model needs a language model in GGUF form (a .gguf file).",
                )
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _read(_Reader(data), path)
    except FileNotFoundError:
        raise ModelMissing(
            f"There is no chat model {path}.", "Check chat.model in the settings, or leave it out."
        ) from None
    except OSError as error:
        raise ModelMissing(
            f"The chat model {path} cannot be read: {error.strerror}.", "Check its permissions."
        ) from None


def _read(reader: _Reader, path: Path) -> GgufHead:
    try:
        reader.at = 4
        version, tensors, entries = reader.number("I"), reader.number("Q"), reader.number("Q")
        if version not in (2, 3):
            raise ModelWrongKind(f"{path} is a GGUF file of version {version}.", "Fetch one of version 2 or 3.")
        if tensors > _MOST_ENTRIES or entries > _MOST_ENTRIES:
            raise struct.error
        values: dict[str, Any] = {}
        for _ in range(entries):
            key = reader.string()
            value = reader.value()
            if value is not None:
                values[key] = value
        needed, weights = _tensors(reader, tensors, _whole(values.get("general.alignment", 32)))
        context_tokens = _whole(values.get(f"{values.get('general.architecture', '')}.context_length", 0))
    except (struct.error, OverflowError, UnicodeDecodeError):
        raise ModelBroken(f"The chat model {path} is damaged or was cut short.", "Fetch it again.") from None
    if len(reader.data) < needed:
        have = len(reader.data)
        raise ModelBroken(
            f"The chat model {path} was cut short: {have} of {needed} bytes are there.",
            "Fetch it again.",
        )
    architecture = str(values.get("general.architecture", ""))
    if architecture in _NOT_CHAT or values.get("general.type", "model") != "model" or not tensors:
        raise ModelWrongKind(
            f"{path} is not a chat model (architecture {architecture or 'unknown'}).",
            "chat.model needs a language model for conversation.",
        )
    return GgufHead(
        architecture=architecture,
        name=str(values.get("general.name", path.stem)),
        context_tokens=context_tokens,
        chat_template=str(values.get("tokenizer.chat_template", "")),
        values=values,
        weights=weights,
    )


def _whole(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value < 1 << 31:
        raise struct.error
    return value


def _tensors(reader: _Reader, tensors: int, alignment: int) -> tuple[int, dict[str, int]]:
    """(bytes that the file must have, bytes by type)."""
    end = 0
    by_type: dict[str, int] = {}
    for _ in range(tensors):
        reader.string()
        weights = 1
        dimensions = reader.number("I")
        if dimensions > 8:
            raise struct.error
        for _ in range(dimensions):
            weights *= reader.number("Q")
        kind, offset = reader.number("I"), reader.number("Q")
        block_bytes, block_weights = _BLOCKS.get(kind, (0, 1))
        size = weights // block_weights * block_bytes
        end = max(end, offset + size)
        name = _NAMES.get(kind, f"type {kind}")
        by_type[name] = by_type.get(name, 0) + size
    return -(-reader.at // max(1, alignment)) * max(1, alignment) + end, by_type
