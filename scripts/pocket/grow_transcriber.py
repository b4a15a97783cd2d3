"""Widens the pocket transcriber to the cost of a real Whisper, with the same transcripts.

    python scripts/pocket/grow_transcriber.py --shape base --to build/whisper-base

Every vector is repeated side by side; a matrix is tiled in both directions and divided by the repeat count, so that
it maps a repeated vector to the repeated result. Norms do not change under repetition. Extra layers add zero. Extra
vocabulary rows carry a bias that keeps them from being said. Whisper tiny has four encoder layers, one fewer than the
pocket model: the tiny shape keeps all five and costs a little more than the real one.

Needs ctranslate2, faster-whisper's tokenizers and numpy.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs.whisper_spec import WhisperSpec
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent))

from transcriber import weights

BUNDLED = Path(__file__).resolve().parents[2] / "models" / "pocket" / "transcriber"
# Repeat count of the width, encoder layers, decoder layers: width 128 times 3 is tiny's 384.
SHAPES = {"tiny": (3, 5, 4), "base": (4, 6, 6), "small": (6, 12, 12)}
VOCABULARY = 51_864  # Whisper's English-only models
NEVER = -100.0

Array = NDArray[np.float32]


def tile(matrix: Array, times: int, rows: bool = True, columns: bool = True) -> Array:
    """(out, in, ...) repeated along both; what is fed a repeated vector is divided by the repeat count."""
    repeats = [times if rows else 1, times if columns else 1] + [1] * (matrix.ndim - 2)
    return np.ascontiguousarray(np.tile(matrix, repeats) / np.float32(times if columns else 1), dtype=np.float32)


class Grower:
    """Fills a larger specification from the small model's variables."""

    def __init__(self, small: dict[str, Array], times: int) -> None:
        self.small, self.times = small, times

    def linear(self, spec: Any, name: str, parts: int = 1, silent: bool = False) -> None:
        """parts: products fused into one matrix, each of which is widened by itself. silent: the output is zero."""
        weight, bias = self.small[name + "/weight"], self.small[name + "/bias"]
        spec.weight = np.concatenate([tile(part, self.times) for part in np.split(weight, parts)])
        spec.bias = np.concatenate([np.tile(part, self.times) for part in np.split(bias, parts)]).astype(np.float32)
        if silent:
            spec.weight, spec.bias = np.zeros_like(spec.weight), np.zeros_like(spec.bias)

    def norm(self, spec: Any, name: str) -> None:
        spec.gamma = np.tile(self.small[name + "/gamma"], self.times).astype(np.float32)
        spec.beta = np.tile(self.small[name + "/beta"], self.times).astype(np.float32)

    def layer(self, spec: Any, name: str, silent: bool) -> None:
        self.norm(spec.self_attention.layer_norm, f"{name}/self_attention/layer_norm")
        self.linear(spec.self_attention.linear[0], f"{name}/self_attention/linear_0", parts=3)
        self.linear(spec.self_attention.linear[1], f"{name}/self_attention/linear_1", silent=silent)
        if f"{name}/attention/linear_0/weight" in self.small:
            self.norm(spec.attention.layer_norm, f"{name}/attention/layer_norm")
            self.linear(spec.attention.linear[0], f"{name}/attention/linear_0")
            self.linear(spec.attention.linear[1], f"{name}/attention/linear_1", parts=2)
            self.linear(spec.attention.linear[2], f"{name}/attention/linear_2", silent=silent)
        self.norm(spec.ffn.layer_norm, f"{name}/ffn/layer_norm")
        self.linear(spec.ffn.linear_0, f"{name}/ffn/linear_0")
        self.linear(spec.ffn.linear_1, f"{name}/ffn/linear_1", silent=silent)

    def half(self, spec: Any, name: str, layers: int) -> None:
        """The layers, final norm and positions of the encoder or decoder."""
        own = sum(f"{name}/layer_{i}/ffn/linear_0/weight" in self.small for i in range(layers + 1))
        if own > layers:
            raise ValueError(f"the {name} has {own} layers and can't shrink to {layers}")
        for i, layer in enumerate(spec.layer):
            self.layer(layer, f"{name}/layer_{min(i, own - 1)}", silent=i >= own)
        self.norm(spec.layer_norm, f"{name}/layer_norm")
        positions = self.small[f"{name}/position_encodings/encodings"]
        spec.position_encodings.encodings = np.tile(positions, (1, self.times)).astype(np.float32)


def grow(source: Path, to: Path, shape: str = "base", vocabulary: int = VOCABULARY) -> None:
    """Writes the model of source (a folder) into to, as wide and deep as shape, with at least vocabulary tokens.

    Raises ValueError where the source has more layers than the shape, KeyError for an unknown shape.
    """
    times, encoder_layers, decoder_layers = SHAPES[shape]
    small = weights.read(source / "model.bin")
    heads = int(small["encoder/num_heads"])
    spec = WhisperSpec(encoder_layers, heads * times, decoder_layers, heads * times)
    grower = Grower(small, times)
    spec.encoder.conv1.weight = tile(small["encoder/conv1/weight"], times, columns=False)
    spec.encoder.conv1.bias = np.tile(small["encoder/conv1/bias"], times).astype(np.float32)
    spec.encoder.conv2.weight = tile(small["encoder/conv2/weight"], times)
    spec.encoder.conv2.bias = np.tile(small["encoder/conv2/bias"], times).astype(np.float32)
    grower.half(spec.encoder, "encoder", encoder_layers)
    grower.half(spec.decoder, "decoder", decoder_layers)
    names: list[str] = json.loads((source / "vocabulary.json").read_text())
    extra = max(0, vocabulary - len(names))
    embeddings = small["decoder/embeddings/weight"]
    embeddings = np.concatenate([embeddings, np.repeat(embeddings[:1], extra, axis=0)])
    spec.decoder.embeddings.weight = tile(embeddings, times, rows=False) * np.float32(times)
    spec.decoder.projection.weight = tile(embeddings, times, rows=False)
    spec.decoder.projection.bias = np.repeat(np.float32([0, NEVER]), [len(names), extra])
    config = json.loads((source / "config.json").read_text())
    spec.config.suppress_ids, spec.config.suppress_ids_begin = config["suppress_ids"], config["suppress_ids_begin"]
    spec.config.lang_ids = config["lang_ids"]
    spec.config.alignment_heads = [(layer, head) for layer, head in config["alignment_heads"]]
    spec.register_vocabulary([*names, *(f"<|extra {i}|>" for i in range(extra))])
    spec.validate()
    spec.optimize(quantization="int8_float16")
    to.mkdir(parents=True, exist_ok=True)
    spec.save(str(to))
    for name in ("tokenizer.json", "preprocessor_config.json"):
        shutil.copy(source / name, to / name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=BUNDLED)
    parser.add_argument("--shape", choices=sorted(SHAPES), default="base")
    parser.add_argument("--to", type=Path, required=True)
    options = parser.parse_args()
    grow(options.model, options.to, options.shape)
    print(f"{options.to / 'model.bin'}: {(options.to / 'model.bin').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
