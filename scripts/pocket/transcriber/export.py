"""Writes a checkpoint as a CTranslate2 Whisper model, int8, that faster-whisper loads unchanged.

python scripts/pocket/transcriber/export.py --checkpoint FILE --to models/pocket/transcriber
"""

import argparse
import itertools
import json
import shutil
import sys
from pathlib import Path

import ctranslate2
import numpy as np
import torch
from ctranslate2.specs.common_spec import LayerNormSpec, LinearSpec
from ctranslate2.specs.whisper_spec import WhisperSpec
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from transcriber import tokens
from transcriber.model import DECODER_LAYERS, ENCODER_LAYERS, HEADS, MELS, Whisper

BUNDLED = Path(__file__).resolve().parents[3] / "models" / "pocket" / "transcriber"


def array(tensor: Tensor) -> NDArray[np.float32]:
    # A copy: quantisation scales it in place.
    return np.array(tensor.detach().float().numpy(), order="C")


def norm(spec: LayerNormSpec, module: torch.nn.LayerNorm) -> None:
    spec.gamma, spec.beta = array(module.weight), array(module.bias)


def linear(spec: LinearSpec, *modules: torch.nn.Linear) -> None:
    """Several modules become one product: their rows one below the other."""
    spec.weight = array(torch.cat([module.weight for module in modules]))
    spec.bias = array(torch.cat([torch.zeros(m.out_features) if m.bias is None else m.bias for m in modules]))


def specify(model: Whisper) -> WhisperSpec:
    """The model as CTranslate2 describes it (float32, not yet quantised)."""
    spec = WhisperSpec(ENCODER_LAYERS, HEADS, DECODER_LAYERS, HEADS)
    spec.encoder.conv1.weight, spec.encoder.conv1.bias = array(model.conv1.weight), array(model.conv1.bias)
    spec.encoder.conv2.weight, spec.encoder.conv2.bias = array(model.conv2.weight), array(model.conv2.bias)
    spec.encoder.position_encodings.encodings = array(model.positions)
    norm(spec.encoder.layer_norm, model.encoder_norm)
    for layer, block in zip(spec.encoder.layer, model.encoder, strict=True):
        self_attention(layer, block)
    norm(spec.decoder.layer_norm, model.decoder_norm)
    spec.decoder.embeddings.weight = array(model.embeddings())
    spec.decoder.projection.weight = array(model.embeddings())
    spec.decoder.position_encodings.encodings = array(model.text_positions)
    for layer, block in zip(spec.decoder.layer, model.decoder, strict=True):
        self_attention(layer, block)
        norm(layer.attention.layer_norm, block.cross_norm)
        linear(layer.attention.linear[0], block.cross.query)
        linear(layer.attention.linear[1], block.cross.key, block.cross.value)
        linear(layer.attention.linear[2], block.cross.out)
    return spec


def self_attention(layer, block) -> None:  # type: ignore[no-untyped-def]
    """What encoder and decoder layers share: attention to themselves and the feed-forward part."""
    norm(layer.self_attention.layer_norm, block.norm)
    linear(layer.self_attention.linear[0], block.attention.query, block.attention.key, block.attention.value)
    linear(layer.self_attention.linear[1], block.attention.out)
    norm(layer.ffn.layer_norm, block.ffn_norm)
    linear(layer.ffn.linear_0, block.up)
    linear(layer.ffn.linear_1, block.down)


def export(model: Whisper, tokenizer_json: Path, to: Path) -> None:
    """Writes model.bin, config.json, vocabulary.json, tokenizer.json and preprocessor_config.json into to."""
    tokenizer = Tokenizer.from_file(str(tokenizer_json))
    spec = specify(model)
    spec.register_vocabulary(tokens.vocabulary(tokenizer))
    nothing = [tokenizer.token_to_id("<|endoftext|>")]
    spec.config.suppress_ids = [tokenizer.token_to_id(token) for token in tokens.SPECIALS[1:7]]
    spec.config.suppress_ids_begin = nothing
    spec.config.lang_ids = []
    spec.config.alignment_heads = list(itertools.product([DECODER_LAYERS - 1], range(HEADS)))
    spec.validate()
    # The parts that are not int8 (positions, norms, convolutions) as float16: half a megabyte less.
    spec.optimize(quantization="int8_float16")
    to.mkdir(parents=True, exist_ok=True)
    spec.save(str(to))
    if tokenizer_json.resolve() != (to / "tokenizer.json").resolve():
        shutil.copy(tokenizer_json, to / "tokenizer.json")
    (to / "preprocessor_config.json").write_text(
        json.dumps(
            {
                "feature_size": MELS,
                "sampling_rate": 16000,
                "hop_length": 160,
                "chunk_length": 30,
                "n_fft": 400,
                "least_frames": 200,
            }
        )
        + "\n"
    )
    print(
        f"{to / 'model.bin'}: {(to / 'model.bin').stat().st_size / 1e6:.2f} MB, CTranslate2 {ctranslate2.__version__}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--to", type=Path, default=BUNDLED)
    parser.add_argument("--last", action="store_true", help="the last weights instead of their running average")
    options = parser.parse_args()
    state = torch.load(options.checkpoint, weights_only=True)
    weights = state["model" if options.last else "average"]
    model = Whisper(len(weights["text"]))
    model.load_state_dict(weights)
    export(model, BUNDLED / "tokenizer.json", options.to)


if __name__ == "__main__":
    main()
