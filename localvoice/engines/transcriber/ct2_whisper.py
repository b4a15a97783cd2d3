"""Writes Whisper's weights as CTranslate2 reads them. Needs no torch: CTranslate2's own description takes arrays.

The tensors have the names that transformers gives them. Sizes are read off the tensors; every published Whisper has
heads of 64.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from localvoice.engines.transcriber.ct2 import whisper_spec
from localvoice.errors import ModelBroken, ModelWrongKind
from localvoice.sound import Samples

HEAD = 64
Tensors = Mapping[str, Samples]


def write(tensors: Tensors, vocabulary: list[str], target: Path, precision: str = "float16") -> None:
    """Write `target`, a model.bin, from the weights of a Whisper whose words are `vocabulary`.

    Raises:
        ModelWrongKind: these are not the weights of a Whisper.
        ModelBroken: they do not fit together, or do not fit the vocabulary.
        OSError: the disk does not take it.
    """
    weights = {name.removeprefix("model."): value for name, value in tensors.items()}
    layers = [_count(weights, part) for part in ("encoder", "decoder")]
    words = weights.get("decoder.embed_tokens.weight")
    if words is None or words.ndim != 2 or not all(layers) or "encoder.conv1.weight" not in weights:
        raise ModelWrongKind("These are not the weights of a Whisper model.", "Check the model's entry in the catalog.")
    if words.shape[1] % HEAD or words.shape[0] != len(vocabulary):
        raise ModelBroken(
            f"The weights know {words.shape[0]} words of width {words.shape[1]}, the vocabulary has {len(vocabulary)}.",
            "Weights and vocabulary belong to different models: check the model's entry in the catalog.",
        )
    heads = words.shape[1] // HEAD
    spec = whisper_spec()(layers[0], heads, layers[1], heads)
    try:
        _encoder(spec.encoder, weights)
        _decoder(spec.decoder, weights)
        spec.register_vocabulary(vocabulary)
        spec.validate()
        spec.optimize(quantization=precision)
    except (KeyError, ValueError) as error:
        raise ModelBroken(f"The weights do not form a Whisper model: {error}.", "Pull the model again.") from None
    # The library writes a folder, with a vocabulary and a configuration that the model already has.
    with tempfile.TemporaryDirectory(dir=target.parent, suffix=".new") as folder:
        spec.save(folder)
        (Path(folder) / "model.bin").replace(target)


def vocabulary(file: Path) -> list[str]:
    """The words of vocabulary.json or vocabulary.txt. Raises ModelBroken."""
    try:
        text = file.read_text("utf-8")
        words = json.loads(text) if file.suffix == ".json" else text.removesuffix("\n").split("\n")
    except (OSError, ValueError):
        words = None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ModelBroken(f"{file} is damaged: it should be a list of words.", "Pull the model again.")
    return words


def _count(weights: Tensors, part: str) -> int:
    """Layers of encoder or decoder, numbered from 0 without a gap."""
    count = 0
    while f"{part}.layers.{count}.fc1.weight" in weights:
        count += 1
    return count


def _encoder(spec: Any, weights: Tensors) -> None:
    for conv in ("conv1", "conv2"):
        getattr(spec, conv).weight = _array(weights, f"encoder.{conv}.weight")
        getattr(spec, conv).bias = _array(weights, f"encoder.{conv}.bias")
    _common(spec, weights, "encoder")


def _decoder(spec: Any, weights: Tensors) -> None:
    spec.embeddings.weight = _array(weights, "decoder.embed_tokens.weight")
    tied = "proj_out.weight" if "proj_out.weight" in weights else "decoder.embed_tokens.weight"
    spec.projection.weight = _array(weights, tied)
    _common(spec, weights, "decoder")
    for number, layer in enumerate(spec.layer):
        at = f"decoder.layers.{number}.encoder_attn"
        _norm(layer.attention.layer_norm, weights, f"{at}_layer_norm")
        _linear(layer.attention.linear[0], weights, f"{at}.q_proj")
        _linear(layer.attention.linear[1], weights, f"{at}.k_proj", f"{at}.v_proj")
        _linear(layer.attention.linear[2], weights, f"{at}.out_proj")


def _common(spec: Any, weights: Tensors, part: str) -> None:
    """Positions, last norm, and of each layer attention to itself and the feed-forward part."""
    spec.position_encodings.encodings = _array(weights, f"{part}.embed_positions.weight")
    _norm(spec.layer_norm, weights, f"{part}.layer_norm")
    for number, layer in enumerate(spec.layer):
        at = f"{part}.layers.{number}"
        _norm(layer.self_attention.layer_norm, weights, f"{at}.self_attn_layer_norm")
        _linear(layer.self_attention.linear[0], weights, *(f"{at}.self_attn.{one}_proj" for one in "qkv"))
        _linear(layer.self_attention.linear[1], weights, f"{at}.self_attn.out_proj")
        _norm(layer.ffn.layer_norm, weights, f"{at}.final_layer_norm")
        _linear(layer.ffn.linear_0, weights, f"{at}.fc1")
        _linear(layer.ffn.linear_1, weights, f"{at}.fc2")


def _norm(spec: Any, weights: Tensors, name: str) -> None:
    spec.gamma, spec.beta = _array(weights, f"{name}.weight"), _array(weights, f"{name}.bias")


def _linear(spec: Any, weights: Tensors, *names: str) -> None:
    """Several products become one: their rows one below the other. Whisper's keys have no bias: zeros."""
    parts = [_array(weights, f"{name}.weight") for name in names]
    none = np.zeros(0, np.float32)
    biases = [weights.get(f"{name}.bias", none) for name in names]
    spec.weight = np.concatenate(parts)
    spec.bias = np.concatenate(
        [bias if bias.size else np.zeros(len(part), np.float32) for bias, part in zip(biases, parts, strict=True)]
    )


def _array(weights: Tensors, name: str) -> Samples:
    # A copy: quantising scales in place, and the file may be mapped read-only.
    return np.array(weights[name], np.float32, order="C")
