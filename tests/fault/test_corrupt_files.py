"""Damaged model files of every format: each is one message that names the file, never a crash, never a hang."""

import json
import shutil
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import onnx
import pytest

from localvoice import bundled
from localvoice.engines.chat.llama import LlamaEngine
from localvoice.engines.transcriber.whisper import Whisper
from localvoice.engines.voice.piper import PiperEngine
from localvoice.errors import ModelBroken, ModelError, ModelMissing, ModelWrongKind
from tests.engines.libraries import INSTALLED, chosen

Damage = Callable[[bytes], bytes]
CHAT = bundled.folder() / "pocket/chat/pocket-chat.gguf"
EARS = bundled.folder() / "pocket/transcriber"
VOICE = bundled.folder() / "pocket/voice/pocket-voice.onnx"
LONGEST_S = 60.0
HUGE = (1 << 63) - 1
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(5000)

pytestmark = [pytest.mark.timeout(200)]


@pytest.fixture(autouse=True)
def no_memory_of_probes(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def refused(opened: Callable[[], Any], file: Path, kinds: Any) -> ModelError:
    began_s = time.monotonic()
    with pytest.raises(kinds) as caught:
        opened()
    error = caught.value
    assert str(file) in error.message, error.message
    assert error.remedy and error.exit_code == 3
    assert "Traceback" not in error.message and len(error.message) < 1000
    assert time.monotonic() - began_s < LONGEST_S
    return error


def patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def after(data: bytes, mark: bytes) -> int:
    """Where `mark`, which is there, ends."""
    return data.index(mark) + len(mark)


# --- GGUF -----------------------------------------------------------------------------------------------------

GGUF = CHAT.read_bytes()
READER = gguf.GGUFReader(CHAT)
FIRST = READER.tensors[0]


def gguf_key(name: str) -> int:
    """Where the type of the value of the key stands."""
    return after(GGUF, struct.pack("<Q", len(name)) + name.encode())


def tensor_entry() -> tuple[int, int]:
    """Where the first tensor's dimensions begin, and how many it has."""
    at = after(GGUF, struct.pack("<Q", len(FIRST.name)) + FIRST.name.encode())
    (dimensions,) = struct.unpack_from("<I", GGUF, at)
    return at + 4, dimensions


def without_words(data: bytes) -> bytes:
    """The vocabulary has no entries; everything else is where it belongs."""
    start = gguf_key("tokenizer.ggml.tokens")
    kind, item, count = struct.unpack_from("<IIQ", data, start)
    assert (kind, item) == (9, 8)
    at = start + 16
    for _ in range(count):
        (length,) = struct.unpack_from("<Q", data, at)
        at += 8 + length
    end = max(int(t.field.offset) + sum(p.nbytes for p in t.field.parts) for t in READER.tensors)
    head = data[:start] + struct.pack("<IIQ", 9, 8, 0) + data[at:end]
    return head + bytes(-len(head) % READER.alignment) + data[READER.data_offset :]


def gguf_nan(data: bytes) -> bytes:
    """Every norm weight is not a number."""
    spoilt = bytearray(data)
    for tensor in READER.tensors:
        if tensor.tensor_type == gguf.GGMLQuantizationType.F32:
            nans = np.full(tensor.n_elements, np.nan, np.float32).tobytes()
            spoilt[tensor.data_offset : tensor.data_offset + len(nans)] = nans
    return bytes(spoilt)


ALIGNMENT = struct.pack("<Q", 17) + b"general.alignment"
WORD_COUNT = gguf_key("tokenizer.ggml.tokens") + 8
DIMENSIONS_AT, DIMENSIONS = tensor_entry()
TYPE_AT = DIMENSIONS_AT + 8 * DIMENSIONS

GGUF_DAMAGE: dict[str, Damage] = {
    "empty": lambda d: b"",
    "three bytes": lambda d: d[:3],
    "magic alone": lambda d: d[:4],
    "half": lambda d: d[: len(d) // 2],
    "one byte short": lambda d: d[:-1],
    "flipped magic": lambda d: b"FUGG" + d[4:],
    "big endian": lambda d: d[:4] + d[4:8][::-1] + d[8:],
    "version of the future": lambda d: patched(d, 4, struct.pack("<I", 77)),
    "too many tensors": lambda d: patched(d, 8, struct.pack("<Q", HUGE)),
    "too many keys": lambda d: patched(d, 16, struct.pack("<Q", HUGE)),
    "a key longer than the file": lambda d: patched(d, 24, struct.pack("<Q", HUGE)),
    "more words than bytes": lambda d: patched(d, WORD_COUNT, struct.pack("<Q", HUGE)),
    "a value of an unknown type": lambda d: patched(d, gguf_key("general.name"), struct.pack("<I", 99)),
    "context length of a float": lambda d: patched(d, gguf_key("llama.context_length"), struct.pack("<If", 6, np.nan)),
    "a tensor of too many dimensions": lambda d: patched(d, DIMENSIONS_AT - 4, struct.pack("<I", 1 << 30)),
    "a tensor larger than the file": lambda d: patched(d, DIMENSIONS_AT, struct.pack("<Q", 1 << 62)),
    "a tensor beyond the end": lambda d: patched(d, TYPE_AT + 4, struct.pack("<Q", 1 << 40)),
    "an offset that overflows": lambda d: patched(d, TYPE_AT + 4, struct.pack("<Q", (1 << 64) - 32)),
    "a picture": lambda d: PICTURE,
    "a voice": lambda d: VOICE.read_bytes(),
    "a transcriber": lambda d: (EARS / "model.bin").read_bytes(),
    # These look right from outside; the library opens them in a process of its own.
    "tensors of an unknown type": lambda d: patched(d, TYPE_AT, struct.pack("<I", 200)),
    "no words": without_words,
    "weights that are no numbers": gguf_nan,
    "zeros from the middle on": lambda d: d[: READER.data_offset - 64] + bytes(len(d) - READER.data_offset + 64),
}


@pytest.mark.parametrize("kind", INSTALLED)
@pytest.mark.parametrize("name", GGUF_DAMAGE)
def test_gguf(tmp_path, name, kind):
    file = tmp_path / "chat.gguf"
    file.write_bytes(GGUF_DAMAGE[name](GGUF))
    assert file.read_bytes() != GGUF
    with chosen(kind):
        refused(lambda: LlamaEngine(file), file, (ModelBroken, ModelWrongKind))


def test_gguf_that_is_a_folder(tmp_path):
    refused(lambda: LlamaEngine(tmp_path), tmp_path, ModelWrongKind)


# --- ONNX -----------------------------------------------------------------------------------------------------

ONNX = VOICE.read_bytes()


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def message(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def changed(change: Callable[[Any], None]) -> Damage:
    """The voice with its graph changed by the onnx package."""

    def apply(data: bytes) -> bytes:
        model = onnx.load_from_string(data)
        change(model)
        return bytes(model.SerializeToString())

    return apply


def floats(graph: Any) -> list[Any]:
    return [tensor for tensor in graph.initializer if tensor.data_type == 1 and len(tensor.raw_data) > 64]


def not_numbers(model: Any) -> None:
    for tensor in floats(model.graph):
        tensor.raw_data = np.full(len(tensor.raw_data) // 4, np.nan, np.float32).tobytes()


def other_type(model: Any) -> None:
    tensor = floats(model.graph)[0]
    tensor.data_type = 7
    tensor.dims[0] //= 2


def short_weights(model: Any) -> None:
    tensor = floats(model.graph)[0]
    tensor.raw_data = tensor.raw_data[:-4]


def huge_shape(model: Any) -> None:
    floats(model.graph)[0].dims[0] = 1 << 60


def elsewhere(model: Any) -> None:
    tensor = floats(model.graph)[0]
    tensor.ClearField("raw_data")
    tensor.data_location = 1
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../etc/passwd"


def unknown_operator(model: Any) -> None:
    model.graph.node[0].op_type = "Frobnicate"


def lost_weights(model: Any) -> None:
    del model.graph.initializer[:]


def future_operators(model: Any) -> None:
    model.opset_import[0].version = 9999


def no_nodes(model: Any) -> None:
    del model.graph.node[:]


def loops(model: Any) -> None:
    model.graph.node[0].input[0] = model.graph.node[-1].output[0]


ONNX_DAMAGE: dict[str, Damage] = {
    "empty": lambda d: b"",
    "one byte": lambda d: d[:1],
    "half": lambda d: d[: len(d) // 2],
    "one byte short": lambda d: d[:-1],
    "wrong first byte": lambda d: b"\xff" + d[1:],
    "a length that overflows": lambda d: d[:2] + b"\x3a" + b"\xff" * 9 + b"\x01" + d[8:],
    "a number without end": lambda d: b"\x08" + b"\xff" * 40,
    "no graph": lambda d: b"\x08\x08" + message(8, b"\n\x00\x10\x11"),
    "an empty graph": lambda d: b"\x08\x08" + message(7, b"") + message(8, b"\n\x00\x10\x11"),
    "two graphs": lambda d: d + message(7, b""),
    "version of the future": lambda d: b"\x08\x7f" + d[2:],
    "zeros": lambda d: bytes(len(d)),
    "noise": lambda d: np.random.default_rng(3).bytes(len(d)),
    "a picture": lambda d: PICTURE,
    "a chat model": lambda d: GGUF,
    "a page of the web": lambda d: b"<!DOCTYPE html><html>Not found</html>",
    "short weights": changed(short_weights),
    "a shape larger than the file": changed(huge_shape),
    "weights in another file": changed(elsewhere),
    "no nodes": changed(no_nodes),
    # These look right from outside; the library opens them in a process of its own.
    "weights of another type": changed(other_type),
    "an unknown operator": changed(unknown_operator),
    "operators of the future": changed(future_operators),
    "weights are missing": changed(lost_weights),
    "a graph that feeds on itself": changed(loops),
    "weights that are no numbers": changed(not_numbers),
}


@pytest.fixture
def voice(tmp_path):
    for file in (VOICE, VOICE.with_name(VOICE.name + ".json")):
        shutil.copy(file, tmp_path)
    return tmp_path / VOICE.name


@pytest.mark.parametrize("name", ONNX_DAMAGE)
def test_onnx(voice, name):
    voice.write_bytes(ONNX_DAMAGE[name](ONNX))
    assert voice.read_bytes() != ONNX
    refused(lambda: PiperEngine(voice), voice, (ModelBroken, ModelWrongKind))


def test_onnx_that_is_a_folder(voice):
    voice.unlink()
    voice.mkdir()
    refused(lambda: PiperEngine(voice), voice, ModelMissing)


# --- voice JSON -----------------------------------------------------------------------------------------------

CONFIG = json.loads(VOICE.with_name(VOICE.name + ".json").read_text(encoding="utf-8"))


def config(**changes: Any) -> Damage:
    return lambda d: json.dumps(CONFIG | changes).encode()


VOICE_JSON_DAMAGE: dict[str, Damage] = {
    "empty": lambda d: b"",
    "half": lambda d: d[: len(d) // 2],
    "not text": lambda d: b"\xff\xfe\x00\x80" + d,
    "a picture": lambda d: PICTURE,
    "a list": lambda d: b"[1, 2]",
    "null": lambda d: b"null",
    "brackets without end": lambda d: b"[" * 200_000,
    "another object": lambda d: b'{"architectures": ["Whisper"]}',
    "no sample rate": config(audio={}),
    "a sample rate of text": config(audio={"sample_rate": "16000"}),
    "a sample rate without end": config(audio={"sample_rate": 10**12}),
    "audio is a number": config(audio=3),
    "no voice": config(espeak={}),
    "no sounds": config(phoneme_id_map={}),
    "sounds are a list": config(phoneme_id_map=[1, 2, 3]),
    "a sound beyond the symbols": config(phoneme_id_map=CONFIG["phoneme_id_map"] | {"a": [5000]}),
    "a sound of text": config(phoneme_id_map=CONFIG["phoneme_id_map"] | {"a": ["x"]}),
    "a negative count": config(num_symbols=-1),
    "more symbols than memory": config(num_symbols=10**15),
    "a scale that is no number": config(inference={"noise_scale": float("nan")}),
    "scales are text": config(inference="loud"),
    # Only the library can know these.
    "a voice that espeak does not have": config(espeak={"voice": "xx-nowhere"}),
    "phonemes of no kind": config(phoneme_type="none"),
}


@pytest.mark.parametrize("name", VOICE_JSON_DAMAGE)
def test_voice_json(voice, name):
    file = voice.with_name(voice.name + ".json")
    file.write_bytes(VOICE_JSON_DAMAGE[name](file.read_bytes()))
    error = refused(lambda: PiperEngine(voice), voice, (ModelBroken, ModelWrongKind))
    assert isinstance(error, ModelError)


def test_voice_json_that_is_a_folder(voice):
    file = voice.with_name(voice.name + ".json")
    file.unlink()
    file.mkdir()
    refused(lambda: PiperEngine(voice), voice, ModelMissing)


# --- CTranslate2 ----------------------------------------------------------------------------------------------

CT2 = (EARS / "model.bin").read_bytes()
COUNT_AT = 4 + 2 + len(b"WhisperSpec\0") + 4


def variable(name: str) -> tuple[int, int]:
    """Where the variable's rank stands, and its rank."""
    at = after(CT2, struct.pack("<H", len(name) + 1) + name.encode() + b"\0")
    return at, CT2[at]


WEIGHT_AT, WEIGHT_RANK = variable("decoder/embeddings/weight")
WEIGHT_TYPE_AT = WEIGHT_AT + 1 + 4 * WEIGHT_RANK
NORM_AT, NORM_RANK = variable("encoder/layer_norm/gamma")


def ct2_nan(data: bytes) -> bytes:
    at = NORM_AT + 1 + 4 * NORM_RANK
    kind, size = struct.unpack_from("<BI", data, at)
    value = {0: np.float32, 4: np.float16}[kind](np.nan).tobytes()
    return patched(data, at + 5, value * (size // len(value)))


def renamed(data: bytes) -> bytes:
    return data.replace(b"decoder/embeddings/weight\0", b"decoder/embeddings/wright\0")


CT2_DAMAGE: dict[str, Damage] = {
    "empty": lambda d: b"",
    "five bytes": lambda d: d[:5],
    "head alone": lambda d: d[:40],
    "half": lambda d: d[: len(d) // 2],
    "one byte short": lambda d: d[:-1],
    "one byte long": lambda d: d + b"\0",
    "wrong first bytes": lambda d: b"GGUF" + d[4:],
    "version nought": lambda d: patched(d, 0, struct.pack("<I", 0)),
    "a name longer than the file": lambda d: patched(d, 4, struct.pack("<H", 65535)),
    "another kind of model": lambda d: patched(d, 6, b"WhimsicSpec\0"),
    "no variables": lambda d: patched(d, COUNT_AT, struct.pack("<I", 0)),
    "too many variables": lambda d: patched(d, COUNT_AT, struct.pack("<I", 0xFFFFFFFF)),
    "too many dimensions": lambda d: patched(d, WEIGHT_AT, b"\xff"),
    "a shape that overflows": lambda d: patched(d, WEIGHT_AT + 1, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF)),
    "an unknown type": lambda d: patched(d, WEIGHT_TYPE_AT, b"\x63"),
    "the wrong type": lambda d: patched(d, WEIGHT_TYPE_AT, b"\x00"),
    "weights beyond the end": lambda d: patched(d, WEIGHT_TYPE_AT + 1, struct.pack("<I", 0xFFFFFFF0)),
    "a picture": lambda d: PICTURE,
    "a voice": lambda d: ONNX,
    "noise": lambda d: np.random.default_rng(4).bytes(50_000),
    # These look right from outside; the library opens them in a process of its own.
    "version of the future": lambda d: patched(d, 0, struct.pack("<I", 99)),
    "a variable is missing": renamed,
    "weights that are no numbers": ct2_nan,
}


@pytest.fixture
def ears(tmp_path):
    return Path(shutil.copytree(EARS, tmp_path / "ears"))


@pytest.mark.parametrize("name", CT2_DAMAGE)
def test_ctranslate2(ears, name):
    file = ears / "model.bin"
    file.write_bytes(CT2_DAMAGE[name](CT2))
    assert file.read_bytes() != CT2
    refused(lambda: Whisper(ears), ears, (ModelBroken, ModelWrongKind))


def test_ctranslate2_that_is_a_folder(ears):
    (ears / "model.bin").unlink()
    (ears / "model.bin").mkdir()
    refused(lambda: Whisper(ears), ears, ModelMissing)


# --- tokenizer JSON -------------------------------------------------------------------------------------------

TOKENIZER = json.loads((EARS / "tokenizer.json").read_text(encoding="utf-8"))


def tokenizer(**changes: Any) -> Damage:
    return lambda d: json.dumps(TOKENIZER | changes).encode()


def model(**changes: Any) -> Damage:
    return tokenizer(model=TOKENIZER["model"] | changes)


TOKENIZER_DAMAGE: dict[str, Damage] = {
    "empty": lambda d: b"",
    "half": lambda d: d[: len(d) // 2],
    "one byte short": lambda d: d.rstrip()[:-1],
    "not text": lambda d: b"\xff\xfe\x80" + d,
    "a picture": lambda d: PICTURE,
    "a list": lambda d: b"[]",
    "null": lambda d: b"null",
    "a number": lambda d: b"7",
    "brackets without end": lambda d: b"[" * 200_000,
    "another object": lambda d: b'{"bos_token": "<s>"}',
    "no model": tokenizer(model=None),
    "no words": model(vocab={}),
    "words without numbers": model(vocab={"a": None}),
    "negative numbers": model(vocab={"a": -5}),
    "numbers that overflow": model(vocab={"a": 1 << 70}),
    "markers are text": tokenizer(added_tokens="<|startoftranscript|>"),
    "markers are numbers": tokenizer(added_tokens=[1, 2, 3]),
    "no markers": tokenizer(added_tokens=[]),
    # Only the library can know these.
    "a model of no kind": model(type="Frobnicate"),
    "merges of unknown words": model(merges=[["qqqqq", "zzzzz"]]),
    "a decoder of no kind": tokenizer(decoder={"type": "Nothing"}),
}


@pytest.mark.parametrize("name", TOKENIZER_DAMAGE)
def test_tokenizer_json(ears, name):
    file = ears / "tokenizer.json"
    file.write_bytes(TOKENIZER_DAMAGE[name](file.read_bytes()))
    error = refused(lambda: Whisper(ears), ears, (ModelBroken, ModelWrongKind))
    assert "tokenizer.json" in error.message or "cannot be used" in error.message


def test_tokenizer_json_that_is_a_folder(ears):
    (ears / "tokenizer.json").unlink()
    (ears / "tokenizer.json").mkdir()
    refused(lambda: Whisper(ears), ears, ModelMissing)


def test_the_whole_files_open(tmp_path, voice, ears):
    """That every one of the tests above can fail."""
    file = tmp_path / "chat.gguf"
    file.write_bytes(GGUF)
    LlamaEngine(file).close()
    PiperEngine(voice)
    Whisper(ears)


def test_every_format_meets_a_dozen_kinds_of_damage():
    for damage in (GGUF_DAMAGE, ONNX_DAMAGE, VOICE_JSON_DAMAGE, CT2_DAMAGE, TOKENIZER_DAMAGE):
        assert len(damage) >= 12
