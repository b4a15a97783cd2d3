"""A Whisper that is published as safetensors becomes one that we open, and hears the same."""

import json
import struct
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from localvoice import bundled
from localvoice.catalog import layout, lock, safetensors
from localvoice.catalog.entry import FileSpec
from localvoice.catalog.fetch import Hub
from localvoice.catalog.pull import pull
from localvoice.catalog.verify import raise_bad, verify
from localvoice.engines.transcriber import ct2_whisper
from localvoice.errors import CatalogError, LocalvoiceError, ModelBroken, ModelWrongKind
from localvoice.sound import Samples
from tests.catalog.conftest import REPO, entry, names_in
from tests.catalog.hub import FakeHub

Tensors = dict[str, Samples]
POCKET = bundled.path("pocket/transcriber")
SCRIPTS = Path(__file__).parents[2] / "scripts" / "pocket"
SPEECH = Path(__file__).parents[2] / "localvoice" / "demo" / "speech"
OTHERS = ("config.json", "tokenizer.json", "vocabulary.json", "preprocessor_config.json")


def safetensors_of(tensors: Tensors, kind: str = "F32") -> bytes:
    """The file's bytes, as its format is described."""
    header, data = {}, b""
    for name, value in tensors.items():
        if kind == "BF16":
            raw = (np.ascontiguousarray(value, "<f4").view("<u4") >> 16).astype("<u2").tobytes()
        else:
            raw = value.astype({"F32": "<f4", "F16": "<f2"}[kind]).tobytes()
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps({"__metadata__": {"format": "pt"}} | header).encode()
    return struct.pack("<Q", len(text)) + text + data


def pocket_tensors() -> Tensors:
    """The bundled transcriber's weights under the names that transformers gives them."""
    sys.path.insert(0, str(SCRIPTS))
    try:
        from transcriber import weights  # type: ignore[import-not-found]
    finally:
        sys.path.pop(0)
    found: Tensors = weights.read(POCKET / "model.bin")
    out: Tensors = {}

    def norm(at: str, name: str) -> None:
        out[f"{name}.weight"], out[f"{name}.bias"] = found[f"{at}/gamma"], found[f"{at}/beta"]

    def linear(at: str, *names: str) -> None:
        rows = zip(np.split(found[f"{at}/weight"], len(names)), np.split(found[f"{at}/bias"], len(names)), strict=True)
        for name, (weight, bias) in zip(names, rows, strict=True):
            out[f"{name}.weight"] = weight
            if name.endswith("k_proj"):
                assert not bias.any()
            else:
                out[f"{name}.bias"] = bias

    for conv in ("conv1", "conv2"):
        for part in ("weight", "bias"):
            out[f"model.encoder.{conv}.{part}"] = found[f"encoder/{conv}/{part}"]
    out["model.decoder.embed_tokens.weight"] = found["decoder/embeddings/weight"]
    for side in ("encoder", "decoder"):
        out[f"model.{side}.embed_positions.weight"] = found[f"{side}/position_encodings/encodings"]
        norm(f"{side}/layer_norm", f"model.{side}.layer_norm")
        number = 0
        while f"{side}/layer_{number}/ffn/linear_0/weight" in found:
            at, to = f"{side}/layer_{number}", f"model.{side}.layers.{number}"
            norm(f"{at}/self_attention/layer_norm", f"{to}.self_attn_layer_norm")
            linear(f"{at}/self_attention/linear_0", *(f"{to}.self_attn.{one}_proj" for one in "qkv"))
            linear(f"{at}/self_attention/linear_1", f"{to}.self_attn.out_proj")
            if side == "decoder":
                norm(f"{at}/attention/layer_norm", f"{to}.encoder_attn_layer_norm")
                linear(f"{at}/attention/linear_0", f"{to}.encoder_attn.q_proj")
                linear(f"{at}/attention/linear_1", f"{to}.encoder_attn.k_proj", f"{to}.encoder_attn.v_proj")
                linear(f"{at}/attention/linear_2", f"{to}.encoder_attn.out_proj")
            norm(f"{at}/ffn/layer_norm", f"{to}.final_layer_norm")
            linear(f"{at}/ffn/linear_0", f"{to}.fc1")
            linear(f"{at}/ffn/linear_1", f"{to}.fc2")
            number += 1
    return out


@pytest.fixture(scope="module")
def tensors() -> Tensors:
    return pocket_tensors()


def heard(folder: Path) -> list[str]:
    """What the model in `folder` hears in three recordings."""
    import soundfile
    import soxr

    from localvoice.engines.transcriber.whisper import Whisper

    engine = Whisper(folder, trusted=True)
    words = []
    for name in ("02_time", "05_lamp", "07_weather"):
        audio, rate = soundfile.read(SPEECH / f"{name}.flac", dtype="float32")
        words.append(engine.transcribe(soxr.resample(audio, rate, 16000).astype(np.float32)).text)
    return words


def test_a_fine_tune_for_short_contexts_is_told_so(fake: FakeHub, hub: Hub, root: Path, tensors: Tensors) -> None:
    from localvoice.engines.transcriber.contexts import STOCK, trained_for
    from localvoice.engines.transcriber.whisper import Whisper

    stock = OTHERS[:-1]
    fake.publish(REPO, "model.safetensors", safetensors_of(tensors))
    for name in stock:
        fake.publish("other/parent", name, (POCKET / name).read_bytes(), small=True)
    files = (FileSpec("model.safetensors"), *(FileSpec(name, repo="other/parent", revision="main") for name in stock))
    model = replace(entry(convert="whisper-safetensors"), kind="transcriber", files=files)
    pull([replace(model, name="plain"), replace(model, name="short", least_frames=200)], root, hub)
    assert names_in(root / "short") - names_in(root / "plain") == {"preprocessor_config.json"}
    assert Whisper(root / "plain", trusted=True).contexts == STOCK
    assert Whisper(root / "short", trusted=True).contexts == trained_for(200)
    assert raise_bad(verify(root, lock.read(root).values())) is None


def test_a_pulled_safetensors_whisper_hears_what_it_heard(
    fake: FakeHub, hub: Hub, root: Path, tensors: Tensors
) -> None:
    fake.publish(REPO, "model.safetensors", safetensors_of(tensors))
    for name in OTHERS:
        fake.publish(REPO, name, (POCKET / name).read_bytes(), small=True)
    model = entry("model.safetensors", *OTHERS, convert="whisper-safetensors")
    pull([model], root, hub)
    assert names_in(root / "model") == {"model.bin", *OTHERS}
    locked = lock.read(root)["model"]
    assert {file.path for file in locked.files} == {"model.bin", *OTHERS}
    assert [file.path for file in locked.sources] == ["model.safetensors"]
    words = heard(POCKET)
    assert all(words)
    assert heard(root / "model") == words
    fake.requests.clear()
    pull([model], root, hub)
    assert layout.installed(root, model, lock.read(root))
    assert fake.requests == []


@pytest.mark.parametrize("kind", ["F32", "F16", "BF16"])
def test_every_type_of_number_is_read(tmp_path: Path, kind: str) -> None:
    values = {"a": np.array([[1.0, -2.0], [0.5, 3.0]], np.float32), "empty": np.zeros((0, 4), np.float32)}
    file = tmp_path / "x.safetensors"
    file.write_bytes(safetensors_of(values, kind))
    read = safetensors.read(file)
    assert {name: value.tolist() for name, value in read.items()} == {n: v.tolist() for n, v in values.items()}


def test_damaged_safetensors_are_told_apart_from_good_ones(tmp_path: Path) -> None:
    good = safetensors_of({"a": np.ones((8, 8), np.float32), "b": np.zeros(3, np.float32)})

    def header(**changes: object) -> bytes:
        text = json.dumps({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | changes}).encode()
        return struct.pack("<Q", len(text)) + text + bytes(8)

    bad = {
        "nothing": b"",
        "a length alone": good[:8],
        "half a header": good[:40],
        "a header without end": struct.pack("<Q", 1 << 60) + good[8:],
        "no JSON": good[:8] + b"x" + good[9:],
        "a list": struct.pack("<Q", 2) + b"[]",
        "half the numbers": good[:-13],
        "a shape that is too large": header(shape=[3]),
        "a shape below zero": header(shape=[-2]),
        "a shape of words": header(shape=["2"]),
        "no shape": header(shape=None),
        "an end before the start": header(data_offsets=[8, 0]),
        "a place outside": header(data_offsets=[8, 16]),
        "one place": header(data_offsets=[8]),
        "an unknown type": header(dtype="F8_E4M3"),
        "a pickle": b"\x80\x02}q\x00." + bytes(64),
        "deep JSON": struct.pack("<Q", 200_000) + b"[" * 200_000,
    }
    file = tmp_path / "x.safetensors"
    for name, data in bad.items():
        file.write_bytes(data)
        with pytest.raises(ModelBroken):
            safetensors.read(file)
            pytest.fail(name)


def without(tensors: Tensors, name: str) -> Tensors:
    return {key: value for key, value in tensors.items() if key != name}


def test_weights_that_do_not_fit_are_refused(tmp_path: Path, tensors: Tensors) -> None:
    words = ct2_whisper.vocabulary(POCKET / "vocabulary.json")
    target = tmp_path / "model.bin"
    cases: list[tuple[Tensors, list[str], type[LocalvoiceError]]] = [
        ({}, words, ModelWrongKind),
        ({"model.embed_tokens.weight": np.zeros((4, 64), np.float32)}, words, ModelWrongKind),
        (tensors, words[:-1], ModelBroken),
        (without(tensors, "model.decoder.layers.0.fc2.weight"), words, ModelBroken),
        (without(tensors, "model.encoder.layer_norm.bias"), words, ModelBroken),
    ]
    for weights, vocabulary, kind in cases:
        with pytest.raises(kind):
            ct2_whisper.write(weights, vocabulary, target)
    assert list(tmp_path.iterdir()) == []


def test_an_entry_that_cannot_be_converted_keeps_what_came(
    fake: FakeHub, hub: Hub, root: Path, tensors: Tensors
) -> None:
    fake.publish(REPO, "model.safetensors", safetensors_of({"a": np.ones(4, np.float32)}))
    fake.publish(REPO, "vocabulary.json", b'["a"]', small=True)
    model = entry("model.safetensors", "vocabulary.json", convert="whisper-safetensors")
    with pytest.raises(ModelWrongKind):
        pull([model], root, hub)
    assert lock.read(root) == {}
    with pytest.raises(CatalogError, match="one vocabulary"):
        pull([replace(model, files=model.files[:1])], root, hub)
    assert (root / ".incoming" / "model" / "model.safetensors").exists()
