"""Corrections by pairs of neighbouring sounds, fitted in closed form on top of the trained network.

A network that trained for minutes is smooth and handles everything, but errs the same way each time in the same
surroundings. For every pair of sounds met in training this fits, by ridge regression on what the network leaves over,
a short course over the second sound (what the first one does to it) and one over the first (what the second one
does to it), each with six knots. Pairs that are rare are shrunk towards no correction.

    python scripts/pocket/voice/tables.py --checkpoint DIR/voice.pt --data DIR --out DIR/tables.npz
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from model import PITCH, Acoustic, Shape
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from symbols import ALPHABET, SYMBOLS
from torch import Tensor
from train import Example, _padded, batches, read_shard

KNOTS = 6
SILENT = frozenset("_ ˈˌːˑ'\"()-ʲ˞\u0303\u0329\u032f\u032a\u0327\u030a\u031d")
SOUNDING: NDArray[np.bool_] = np.array([symbol not in SILENT for symbol in ALPHABET])
CORRECTED = slice(0, PITCH)
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Observed:
    """Frames of many sentences: the two pairs around each, how far its sound has gone, what the network left over."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    gone: Floats
    rest: Floats


def pairs(tokens: NDArray[np.int64], index: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For the characters `index`: (previous, own) and (own, following) sound as one number each."""
    sounds = np.concatenate([[0], tokens[SOUNDING[tokens]], [0]])
    place = np.cumsum(SOUNDING[tokens])[index]
    return sounds[place - 1] * SYMBOLS + sounds[place], sounds[place] * SYMBOLS + sounds[place + 1]


def observe(model: Acoustic, examples: list[Example]) -> Observed:
    """Runs the network over sentences with their true durations."""
    import random

    lefts, rights, gones, rests = [], [], [], []
    for batch in batches(examples, random.Random(1)):
        given = predicted(model, batch)
        for e, features in zip(batch, given, strict=True):
            index = e.index.reshape(-1).numpy()
            left, right = pairs(e.tokens.numpy(), index)
            lefts.append(left)
            rights.append(right)
            gones.append(e.places[:, :8].reshape(-1, 2)[:, 0].numpy())
            rests.append((e.features - features[: len(index)])[:, CORRECTED].numpy())
    return Observed(np.concatenate(lefts), np.concatenate(rights), np.concatenate(gones), np.concatenate(rests))


@torch.no_grad()
def predicted(model: Acoustic, batch: list[Example]) -> Tensor:
    """[batch, frames, 64] in natural units."""
    lengths = torch.tensor([len(e.tokens) for e in batch])
    groups = torch.tensor([len(e.index) for e in batch])
    mask = (torch.arange(int(groups.max()))[None] < groups[:, None]).float()[..., None]
    text, _ = model.encode(_padded([e.tokens for e in batch]), lengths)
    given = model.decode(text, _padded([e.index for e in batch]), _padded([e.places for e in batch]), mask)
    return given * model.spread + model.mean


def design(seen: Observed, rows: NDArray[np.int64], count: int) -> csr_matrix:
    """[frames, 2 * count * KNOTS]: the hat functions of both pairs at every frame. `rows`: pair -> row, 0 = none."""
    position = seen.gone.astype(np.float64) * (KNOTS - 1)
    knot = np.minimum(position.astype(np.int64), KNOTS - 2)
    part = position - knot
    frames = np.arange(len(position))
    columns, values = [], []
    for side, pair in enumerate((seen.left, seen.right)):
        row = rows[pair]
        known = (row > 0).astype(np.float64)
        base = (side * count + row) * KNOTS + knot
        columns += [base, base + 1]
        values += [(1 - part) * known, part * known]
    size = (len(frames), 2 * count * KNOTS)
    return csr_matrix((np.concatenate(values), (np.tile(frames, 4), np.concatenate(columns))), size)


def solve(a: csr_matrix, b: NDArray[np.float64], ridge: float, steps: int) -> NDArray[np.float64]:
    """argmin |a x - b|^2 + ridge |x|^2 by conjugate gradients, all columns of `b` at once."""
    transposed = a.T.tocsr()
    x = np.zeros((a.shape[1], b.shape[1]))
    residual = transposed @ b
    direction = residual.copy()
    power = (residual**2).sum(0)
    for _ in range(steps):
        image = transposed @ (a @ direction) + ridge * direction
        rate = power / np.maximum((direction * image).sum(0), 1e-12)
        x += rate * direction
        residual -= rate * image
        following = (residual**2).sum(0)
        direction = residual + following / np.maximum(power, 1e-12) * direction
        power = following
    return x


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--ridge", type=float, default=12.0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = Acoustic(Shape())
    model.load_state_dict(torch.load(options.checkpoint)["averaged"])
    model.eval()
    examples = [e for path in sorted(options.data.glob("shard_*[0-9].npz")) for e in read_shard(path)]
    unseen, seen = observe(model, examples[:40]), observe(model, examples[40:])
    met = np.bincount(np.concatenate([seen.left, seen.right]), minlength=SYMBOLS**2)
    rows = np.where(met >= 20, np.cumsum(met >= 20), 0)
    count = int(rows.max()) + 1
    fitted = solve(design(seen, rows, count), seen.rest.astype(np.float64), options.ridge, 15)
    before = np.abs(unseen.rest).mean(0)
    after = np.abs(unseen.rest - design(unseen, rows, count) @ fitted).mean(0)
    for name, part in (("envelope", slice(0, 56)), ("breath", slice(56, 62))):
        print(f"{name}: mean error on unseen sentences {before[part].mean():.4f} -> {after[part].mean():.4f}")
    tables = fitted.reshape(2 * count, KNOTS, PITCH)
    scale = np.abs(tables).max((0, 1)) / 127 + 1e-9
    stored = np.round(tables / scale).astype(np.int8)
    np.savez(
        options.out, rows=rows.reshape(SYMBOLS, SYMBOLS).astype(np.int16), tables=stored, scale=scale,
        sounding=SOUNDING,
    )  # fmt: skip
    print(f"{options.out}: {count - 1} pairs, {stored.nbytes / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
