"""Whisper's architecture in torch, for training only. Names follow CTranslate2's specification."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTH, HEADS, ENCODER_LAYERS, DECODER_LAYERS = 128, 2, 5, 2
MELS, POSITIONS, TEXT_POSITIONS = 80, 1500, 448
LETTERS = " 'abcdefghijklmnopqrstuvwxyz"
N_TIMESTAMPS = 1501


def sinusoids(length: int, channels: int) -> Tensor:
    """Whisper's encoder positions: (length, channels), sines then cosines, wavelengths up to 10,000."""
    scale = torch.exp(-math.log(10_000) / (channels // 2 - 1) * torch.arange(channels // 2))
    angle = torch.arange(length)[:, None] * scale[None, :]
    return torch.cat([angle.sin(), angle.cos()], dim=1)


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH, bias=False)
        self.value, self.out = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor, memory: Tensor | None = None, causal: bool = False) -> Tensor:
        attends_elsewhere = memory is not None
        memory = x if memory is None else memory
        batch, length, _ = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, -1, HEADS, WIDTH // HEADS).transpose(1, 2)

        # Spelt out: torch's fused attention takes five times as long in its backward pass on a CPU.
        scores = split(self.query(x) * (WIDTH // HEADS) ** -0.5) @ split(self.key(memory)).transpose(2, 3)
        if causal:
            scores = scores + torch.full((length, length), -1e4, dtype=scores.dtype).triu(1)
        weights = scores.softmax(-1, dtype=scores.dtype)
        if attends_elsewhere:
            self.looked_at = weights
        y = weights @ split(self.value(memory))
        return self.out(y.transpose(1, 2).reshape(batch, length, WIDTH))


class Block(nn.Module):
    def __init__(self, cross: bool, dropout: float) -> None:
        super().__init__()
        self.norm, self.attention = nn.LayerNorm(WIDTH), Attention()
        self.cross_norm = nn.LayerNorm(WIDTH) if cross else None
        self.cross = Attention() if cross else None
        self.ffn_norm, self.up, self.down = (
            nn.LayerNorm(WIDTH),
            nn.Linear(WIDTH, 4 * WIDTH),
            nn.Linear(4 * WIDTH, WIDTH),
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, memory: Tensor | None = None) -> Tensor:
        x = x + self.dropout(self.attention(self.norm(x), causal=self.cross is not None))
        if self.cross is not None:
            x = x + self.dropout(self.cross(self.cross_norm(x), memory))
        return x + self.dropout(self.down(F.gelu(self.up(self.ffn_norm(x)))))


class Whisper(nn.Module):
    """n_text: tokens before the first timestamp, special ones included."""

    def __init__(self, n_text: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(MELS, WIDTH, 3, padding=1)
        self.conv2 = nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.register_buffer("positions", sinusoids(POSITIONS, WIDTH), persistent=False)
        self.register_buffer("times", sinusoids(N_TIMESTAMPS, WIDTH), persistent=False)
        self.encoder = nn.ModuleList(Block(False, 0.0) for _ in range(ENCODER_LAYERS))
        self.encoder_norm = nn.LayerNorm(WIDTH)
        self.decoder = nn.ModuleList(Block(True, 0.1) for _ in range(DECODER_LAYERS))
        self.decoder_norm = nn.LayerNorm(WIDTH)
        self.text = nn.Parameter(torch.randn(n_text, WIDTH) * 0.03)
        # Timestamps are a smooth function of time: 1,501 free embeddings would need far more examples.
        self.clock = nn.Linear(WIDTH, WIDTH, bias=True)
        self.text_positions = nn.Parameter(torch.randn(TEXT_POSITIONS, WIDTH) * 0.01)
        # Only training uses it: spelling from the encoder alone teaches the alignment early.
        self.spell = nn.Linear(WIDTH, len(LETTERS) + 1)
        self.sounding = nn.Linear(WIDTH, len(LETTERS) + 1)

    def embeddings(self) -> Tensor:
        """(n_text + 1501, width), tied between input and output."""
        return torch.cat([self.text, 0.1 * self.clock(self.times)])

    def encode(self, mel: Tensor) -> Tensor:
        """(batch, 80, frames) -> (batch, frames / 2, width)"""
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        x = x + self.positions[: x.shape[1]].to(x.dtype)
        for block in self.encoder:
            x = block(x)
        return self.encoder_norm(x)

    def decode(self, tokens: Tensor, memory: Tensor) -> Tensor:
        """(batch, n) -> logits (batch, n, vocabulary)"""
        embeddings = self.embeddings()
        x = F.embedding(tokens, embeddings) + self.text_positions[: tokens.shape[1]]
        for block in self.decoder:
            x = block(x, memory)
        return self.decoder_norm(x) @ embeddings.T
