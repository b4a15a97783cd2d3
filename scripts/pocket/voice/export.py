"""Writes the voice that piper-tts loads: pocket-voice.onnx and pocket-voice.onnx.json.

    python scripts/pocket/voice/export.py --checkpoint DIR/voice.pt --tables DIR/tables.npz --data DIR --out models/pocket/voice
`--data` tells which phonemes occurred in training; the others borrow the id of a neighbour, or stay silent.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from acoustic_graph import Tables, Weights, clause_tokens, frames
from graph import Graph
from onnx import TensorProto
from symbols import ALPHABET, BEGIN, END, ID_MAP, PAD, SYMBOLS
from synth_graph import sound
from vocoder import HOP_SAMPLES, SAMPLE_RATE

GAIN = 0.75
SHARPEN = 0.2
ALIKE = {"!": ".", "…": ".", ";": ",", ":": ",", "—": ",", "-": " "}
BORROWED = {
    "a": "æ", "c": "k", "e": "ɛ", "o": "ɔ", "q": "k",
    "r": "ɹ", "x": "k", "y": "i", "g": "ɡ", "ɒ": "ɑ", "ɓ": "b", "ɔ": "ɑ", "ɕ": "ʃ", "ɖ": "d", "ɗ": "d", "ɘ": "ə",
    "ɝ": "ɜ", "ɞ": "ɜ", "ɟ": "ɡ", "ɠ": "ɡ", "ɣ": "ɡ", "ɤ": "ʌ", "ɥ": "w", "ɨ": "ɪ", "ɫ": "l", "ɬ": "l", "ɭ": "l",
    "ɯ": "u", "ɱ": "m", "ɲ": "n", "ɻ": "ɹ", "ɽ": "ɾ", "ʁ": "ɹ", "ʂ": "ʃ", "ʉ": "u", "ʋ": "v", "ʎ": "l", "ʏ": "ɪ",
    "ʐ": "ʒ", "ʑ": "ʒ", "ʝ": "j", "β": "v", "χ": "h", "ç": "h", "ħ": "h", "ø": "ɜ", "œ": "ɛ", "ɚ": "ə", "ɐ": "ə",
    "ᵻ": "ɪ", "ʔ": "t", "h": "h", "ʒ": "ʃ",
}  # fmt: skip


def id_map(trained: set[int]) -> dict[str, list[int]]:
    """Phoneme -> ids; a phoneme that training never met borrows, and what nothing resembles is left unsaid."""
    out: dict[str, list[int]] = {}
    for symbol in ALPHABET:
        lender = ALIKE.get(symbol, symbol)
        while ID_MAP[lender][0] not in trained and lender in BORROWED and BORROWED[lender] != lender:
            lender = BORROWED[lender]
        out[symbol] = ID_MAP[lender] if ID_MAP[lender][0] in trained or symbol in (PAD, BEGIN, END) else []
    return out


def build(weights: Weights, tables: Tables, gain: float, sharpen: float) -> onnx.ModelProto:
    """The whole voice: `input` [1, n] int64, `input_lengths` [1] int64, `scales` [3] float32 (noise, length, unused
    width noise) -> `output` [1, 1, samples] float32 at 16 kHz."""
    g = Graph()
    noise_scale = g.op("Squeeze", g.cut("scales", 0, 1), g.ints(0))
    length_scale = g.clip(g.op("Squeeze", g.cut("scales", 1, 2), g.ints(0)), 0.2, 5.0)
    tokens = clause_tokens(g, "input", "input_lengths")
    wave = sound(g, frames(g, weights, tables, tokens, length_scale, sharpen), noise_scale, gain)
    return g.model(
        [
            ("input", TensorProto.INT64, [1, "phonemes"]),
            ("input_lengths", TensorProto.INT64, [1]),
            ("scales", TensorProto.FLOAT, [3]),
        ],
        [("output", g.reshape(wave, 1, 1, -1), TensorProto.FLOAT, [1, 1, "samples"])],
    )


def settings(phoneme_id_map: dict[str, list[int]]) -> dict[str, object]:
    """What stands in the JSON file beside the model."""
    return {
        "audio": {"sample_rate": SAMPLE_RATE, "quality": "pocket"},
        "dataset": "pocket",
        "espeak": {"voice": "en-us"},
        "language": {"code": "en_US", "family": "en", "region": "US", "name_english": "English"},
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_map": {},
        "phoneme_id_map": phoneme_id_map,
        "num_symbols": SYMBOLS,
        "num_speakers": 1,
        "speaker_id_map": {},
        "hop_length": HOP_SAMPLES,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("models/pocket/voice"))
    parser.add_argument("--gain", type=float, default=GAIN)
    parser.add_argument("--sharpen", type=float, default=SHARPEN)
    options = parser.parse_args()
    trained: set[int] = set()
    for shard in options.data.glob("shard_*[0-9].npz"):
        tokens, counts = np.unique(np.load(shard)["tokens"], return_counts=True)
        trained |= {int(t) for t, c in zip(tokens, counts, strict=True) if c >= 3}
    state = torch.load(options.checkpoint, map_location="cpu")["averaged"]
    weights = {name: value.float().numpy() for name, value in state.items()}
    tables = Tables(**np.load(options.tables))
    options.out.mkdir(parents=True, exist_ok=True)
    target = options.out / "pocket-voice.onnx"
    onnx.save(build(weights, tables, options.gain, options.sharpen), target)
    text = json.dumps(settings(id_map(trained)), ensure_ascii=False, indent=1)
    Path(f"{target}.json").write_text(text + "\n", encoding="utf-8")
    print(f"{target}: {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
