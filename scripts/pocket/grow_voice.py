"""Makes a voice of the size of every published medium Piper voice, with random weights, to measure the real cost.

    python scripts/pocket/grow_voice.py --out DIR        # writes DIR/medium.onnx and DIR/medium.onnx.json
Needs torch and the training code that piper-tts carries (`pip install localvoice[train]`). It says nothing that one
could understand: only its time and its memory mean something. Random weights give about one and a half frames a
phoneme, so the settings file asks for a longer length scale, which gives clauses as long as speech.
"""

import argparse
import json
from pathlib import Path

import localvoice  # isort: skip  # noqa: F401  first: it switches off ONNX Runtime's reports (docs/adr/0014)
import torch
from torch import Tensor

RATE_HZ = 22050
SYMBOLS = 256
OPSET = 15
LENGTH_SCALE = 1.8


def medium() -> torch.nn.Module:
    """Piper's generator at the medium quality: hidden 192, filter 768, residual blocks of kind 2, upsampling 8*8*4."""
    from piper.train.vits.models import SynthesizerTrn

    return SynthesizerTrn(
        n_vocab=SYMBOLS, spec_channels=513, segment_size=32, inter_channels=192, hidden_channels=192,
        filter_channels=768, n_heads=2, n_layers=6, kernel_size=3, p_dropout=0.1, resblock="2",
        resblock_kernel_sizes=(3, 5, 7), resblock_dilation_sizes=((1, 2), (2, 6), (3, 12)), upsample_rates=(8, 8, 4),
        upsample_initial_channel=256, upsample_kernel_sizes=(16, 16, 8), n_speakers=1, gin_channels=0, use_sdp=True,
    )  # fmt: skip


class Spoken(torch.nn.Module):
    """The three inputs and the one output of Piper's ONNX interface."""

    def __init__(self, generator: torch.nn.Module) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, phonemes: Tensor, lengths: Tensor, scales: Tensor) -> Tensor:
        """[1, n] ids, [1] lengths, [3] scales (noise, length, width noise) -> [1, 1, 1, samples]."""
        audio = self.generator.infer(
            phonemes, lengths, noise_scale=scales[0], length_scale=scales[1], noise_scale_w=scales[2]
        )[0]
        return torch.as_tensor(audio).unsqueeze(1)


def write(target: Path, id_map: dict[str, list[int]]) -> None:
    """Exports the generator to `target` and its settings beside it."""
    torch.manual_seed(1)
    generator = medium().eval()
    with torch.no_grad():
        generator.dec.remove_weight_norm()
    ids = torch.randint(1, SYMBOLS, (1, 50))
    torch.onnx.export(
        Spoken(generator),
        (ids, torch.tensor([50]), torch.tensor([0.667, 1.0, 0.8])),
        str(target),
        opset_version=OPSET,
        dynamo=False,
        input_names=["input", "input_lengths", "scales"],
        output_names=["output"],
        dynamic_axes={"input": {1: "phonemes"}, "output": {3: "samples"}},
    )
    settings = {
        "audio": {"sample_rate": RATE_HZ, "quality": "medium"},
        "espeak": {"voice": "en-us"},
        "inference": {"noise_scale": 0.667, "length_scale": LENGTH_SCALE, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_map": {},
        "phoneme_id_map": id_map,
        "num_symbols": SYMBOLS,
        "num_speakers": 1,
        "speaker_id_map": {},
    }
    Path(f"{target}.json").write_text(json.dumps(settings, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    target = options.out / "medium.onnx"
    write(target, {symbol: list(ids) for symbol, ids in DEFAULT_PHONEME_ID_MAP.items()})
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
