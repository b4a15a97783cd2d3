"""Starts training from exported weights: the inverse of export.py, up to int8's rounding."""

from pathlib import Path

import torch
from torch import Tensor, nn
from transcriber import weights
from transcriber.model import N_TIMESTAMPS, Whisper


def load(model: Whisper, folder: Path) -> None:
    """Fills model from folder/model.bin. The heads that only training uses keep their random start."""
    source = {name: torch.from_numpy(value.copy()) for name, value in weights.read(folder / "model.bin").items()}

    def fill(parameter: Tensor, name: str, rows: slice = slice(None)) -> None:
        with torch.no_grad():
            parameter.copy_(source[name][rows])

    def linear(name: str, *modules: nn.Linear) -> None:
        at = 0
        for module in modules:
            rows = slice(at, at + module.out_features)
            fill(module.weight, f"{name}/weight", rows)
            if module.bias is not None:
                fill(module.bias, f"{name}/bias", rows)
            at = rows.stop

    def norm(name: str, module: nn.LayerNorm) -> None:
        fill(module.weight, f"{name}/gamma")
        fill(module.bias, f"{name}/beta")

    for name, conv in (("conv1", model.conv1), ("conv2", model.conv2)):
        fill(conv.weight, f"encoder/{name}/weight")
        fill(conv.bias, f"encoder/{name}/bias")
    for half, blocks, final in (
        ("encoder", model.encoder, model.encoder_norm),
        ("decoder", model.decoder, model.decoder_norm),
    ):
        norm(f"{half}/layer_norm", final)
        for i, block in enumerate(blocks):
            name = f"{half}/layer_{i}"
            norm(f"{name}/self_attention/layer_norm", block.norm)
            linear(f"{name}/self_attention/linear_0", block.attention.query, block.attention.key, block.attention.value)
            linear(f"{name}/self_attention/linear_1", block.attention.out)
            if block.cross is not None:
                norm(f"{name}/attention/layer_norm", block.cross_norm)
                linear(f"{name}/attention/linear_0", block.cross.query)
                linear(f"{name}/attention/linear_1", block.cross.key, block.cross.value)
                linear(f"{name}/attention/linear_2", block.cross.out)
            norm(f"{name}/ffn/layer_norm", block.ffn_norm)
            linear(f"{name}/ffn/linear_0", block.up)
            linear(f"{name}/ffn/linear_1", block.down)
    fill(model.text_positions, "decoder/position_encodings/encodings")
    embeddings = source["decoder/embeddings/weight"]
    fill(model.text, "decoder/embeddings/weight", slice(0, len(model.text)))
    # The timestamps' embeddings were one linear map of their sinusoids: found again by least squares.
    times = torch.cat([model.times, torch.ones(N_TIMESTAMPS, 1)], dim=1)
    solved = torch.linalg.lstsq(times, embeddings[len(model.text) :] / 0.1, driver="gelsd").solution
    with torch.no_grad():
        model.clock.weight.copy_(solved[:-1].T)
        model.clock.bias.copy_(solved[-1])
