"""A small llama: RMSNorm, rotary positions on interleaved pairs (as llama.cpp computes them), SwiGLU, tied embeddings."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Shape:
    vocabulary: int
    width: int = 256
    layers: int = 4
    heads: int = 4
    kv_heads: int = 1
    feed_forward: int = 1024
    context: int = 2048
    rope_base: float = 10_000.0
    epsilon: float = 1e-5

    @property
    def head(self) -> int:
        return 64


def rotary(length: int, shape: Shape) -> tuple[Tensor, Tensor]:
    """cos and sin, each [length, head / 2]."""
    rates = shape.rope_base ** (-torch.arange(0, shape.head, 2).float() / shape.head)
    angles = torch.outer(torch.arange(length).float(), rates)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """x: [batch, heads, length, head]; pairs are (0, 1), (2, 3), ..."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


class Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        d, kv = shape.width, shape.kv_heads * shape.head
        self.attn_norm = nn.RMSNorm(d, eps=shape.epsilon)
        self.attn_q = nn.Linear(d, shape.heads * shape.head, bias=False)
        self.attn_k = nn.Linear(d, kv, bias=False)
        self.attn_v = nn.Linear(d, kv, bias=False)
        self.attn_output = nn.Linear(shape.heads * shape.head, d, bias=False)
        self.ffn_norm = nn.RMSNorm(d, eps=shape.epsilon)
        self.ffn_gate = nn.Linear(d, shape.feed_forward, bias=False)
        self.ffn_up = nn.Linear(d, shape.feed_forward, bias=False)
        self.ffn_down = nn.Linear(shape.feed_forward, d, bias=False)

    def attend(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Causal attention as two matrix products per group of heads: on a CPU faster than the fused kernel's backward."""
        batch, heads, length, size = q.shape
        groups = self.shape.kv_heads
        stacked = q.reshape(batch, groups, heads // groups * length, size)
        scores = (stacked @ k.transpose(-1, -2) * size**-0.5).view(batch, heads, length, length)
        hidden = torch.ones(length, length, dtype=torch.bool).triu(1)
        weights = scores.masked_fill_(hidden, float("-inf")).softmax(-1, dtype=scores.dtype)
        return (weights.view(batch, groups, -1, length) @ v).view(batch, heads, length, size)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, length, _ = x.shape
        h = self.attn_norm(x)
        q = self.attn_q(h).view(batch, length, self.shape.heads, self.shape.head).transpose(1, 2)
        k = self.attn_k(h).view(batch, length, self.shape.kv_heads, self.shape.head).transpose(1, 2)
        v = self.attn_v(h).view(batch, length, self.shape.kv_heads, self.shape.head).transpose(1, 2)
        q, k = rotate(q, cos.to(q.dtype), sin.to(q.dtype)), rotate(k, cos.to(k.dtype), sin.to(k.dtype))
        mixed = self.attend(q, k, v)
        x = x + self.attn_output(mixed.transpose(1, 2).reshape(batch, length, -1))
        h = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h))


class Llama(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.output_norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        cos, sin = rotary(shape.context, shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                last = name.endswith(("attn_output.weight", "ffn_down.weight"))
                nn.init.normal_(weight, std=0.02 / ((2 * shape.layers) ** 0.5 if last else 1))

    def hidden(self, tokens: Tensor) -> Tensor:
        """tokens: [batch, length] int64 -> [batch, length, width]."""
        x = self.token_embd(tokens)
        length = tokens.shape[1]
        for layer in self.blk:
            x = layer(x, self.cos[:length], self.sin[:length])
        return self.output_norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        return hidden @ self.token_embd.weight.T
