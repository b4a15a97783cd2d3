"""The acoustic model in torch: phonemes -> durations -> frames. Its twin in ONNX nodes is acoustic_graph.py.

The encoder looks at the whole clause character by character; every character lasts a number of 5 ms frames (stress and
length marks none). The decoder works on groups of four frames (20 ms) and gives 64 features for each frame of a group.
"""

from dataclasses import dataclass

import torch
from symbols import SYMBOLS
from torch import Tensor, nn
from torch.nn import functional

FEATURES = 64
GROUP = 4
PLACE_FEATURES = 2 * GROUP + 6
PITCH = 62
VOICED = 63


@dataclass(frozen=True, slots=True)
class Shape:
    """Widths and depths; the whole model is fixed by these and SYMBOLS."""

    text: int = 128
    text_blocks: int = 4
    frame: int = 160
    frame_blocks: int = 4
    inner: int = 384


class Block(nn.Module):
    """Depthwise convolution over time, then two dense layers, around a shortcut. [batch, time, width]."""

    def __init__(self, width: int, inner: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.near = nn.Conv1d(width, width, kernel, padding=dilation * (kernel // 2), dilation=dilation, groups=width)
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        y = self.near((x * mask).transpose(1, 2)).transpose(1, 2)
        y = self.down(functional.silu(self.up(self.norm(y))))
        return x + y


class Acoustic(nn.Module):
    """tokens [batch, characters] -> log1p durations and normalised features."""

    mean: Tensor
    spread: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(SYMBOLS, shape.text)
        self.closing = nn.Embedding(SYMBOLS, shape.text)
        self.text = nn.ModuleList(Block(shape.text, 2 * shape.text, 5, 1 + i % 3) for i in range(shape.text_blocks))
        self.time = nn.ModuleList(Block(shape.text, shape.text, 5, 1) for _ in range(1))
        self.time_out = nn.Linear(shape.text, 1)
        self.enter = nn.Linear(GROUP * shape.text + PLACE_FEATURES, shape.frame)
        self.frames = nn.ModuleList(Block(shape.frame, shape.inner, 5, 1) for i in range(shape.frame_blocks))
        self.leave_norm = nn.LayerNorm(shape.frame)
        self.leave = nn.Linear(shape.frame, GROUP * FEATURES)
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("spread", torch.ones(FEATURES))

    def encode(self, tokens: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """[batch, n, text] and log1p durations in frames [batch, n]. The last character before the end mark
        (full stop, question mark) is told to every place, because it decides the melody of the whole clause."""
        mask = (torch.arange(tokens.shape[1])[None] < lengths[:, None]).float()[..., None]
        last = tokens.gather(1, (lengths - 2)[:, None])
        x = self.embed(tokens) + self.closing(last)
        for block in self.text:
            x = block(x, mask)
        y = x.detach() * 0.9 + x * 0.1
        for block in self.time:
            y = block(y, mask)
        return x, self.time_out(y)[..., 0]

    def decode(self, text: Tensor, index: Tensor, places: Tensor, mask: Tensor) -> Tensor:
        """Normalised features [batch, 4 * groups, 64]."""
        batch = index.shape[0]
        return self.leave(self.hidden(text, index, places, mask)).reshape(batch, -1, FEATURES)

    def hidden(self, text: Tensor, index: Tensor, places: Tensor, mask: Tensor) -> Tensor:
        """[batch, groups, frame]: what the last dense layer reads. `index` [batch, groups, 4]: the character under each frame;
        `places` [batch, groups, 14]; `mask` [batch, groups, 1]."""
        batch, groups, width = index.shape[0], index.shape[1], text.shape[-1]
        under = text.gather(1, index.reshape(batch, -1, 1).expand(-1, -1, width))
        x = self.enter(torch.cat([under.reshape(batch, groups, -1), places], dim=-1))
        for block in self.frames:
            x = block(x, mask)
        return self.leave_norm(x)


def layout(durations: Tensor) -> tuple[Tensor, Tensor]:
    """Which character each frame belongs to, for one sentence.

    `durations` [n] in frames. Returns `index` [groups, 4] and `places` [groups, 14]: for each frame of the group the
    part of its character that has gone by and the character's length; then time from the start and to the end of the
    clause, each on a short and a long scale, the clause's length and the part of it that has gone by.
    """
    ends = torch.cumsum(durations, 0)
    total = ends[-1]
    groups = max(int(torch.ceil(total / GROUP - 1e-3)), 1)
    at = torch.arange(GROUP * groups) + 0.5
    index = torch.clamp((at[:, None] >= ends[None]).sum(1), max=len(durations) - 1)
    length = durations[index]
    gone = torch.clamp((at - (ends[index] - length)) / torch.clamp(length, min=0.5), 0.0, 1.0)
    own = torch.stack([gone, torch.log1p(length) / 3], dim=1).reshape(groups, 2 * GROUP)
    middle = at[::GROUP] + (GROUP - 1) / 2
    clause = torch.stack(
        [
            torch.clamp(middle / 40, max=1.0),
            torch.clamp(middle / 400, max=1.5),
            torch.clamp((total - middle) / 40, 0.0, 1.0),
            torch.clamp((total - middle) / 400, 0.0, 1.5),
            (torch.log1p(total) / 6).expand(groups),
            middle / (GROUP * groups),
        ],
        dim=1,
    )
    return index.reshape(groups, GROUP), torch.cat([own, clause], dim=1)
