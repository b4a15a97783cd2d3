"""What is fitted in closed form on top of the trained network.

A network that trained for minutes is smooth and copes with everything, but errs the same way each time in the same
surroundings. So, by ridge regression on what it leaves over:
  * its last dense layer is fitted anew;
  * every pair of sounds met in training gets a course of six knots over the second sound (what the first one does to
    it) and one over the first (what the second one does to it), and frequent triples one of three knots over the middle;
  * the logarithm of a sound's duration gets a correction by the same pairs.
Rare ones are shrunk towards no correction.

    python scripts/pocket/voice/tables.py --checkpoint DIR/voice.pt --data DIR --out DIR/tables.npz
"""

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from model import FEATURES, GROUP, PITCH, Acoustic, Shape
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from symbols import ALPHABET, SYMBOLS
from train import Example, _padded, batches, read_shard

KNOTS, TRIPLE_KNOTS = 6, 3
MOST_TRIPLES = 2500
PAIR_RIDGE, TRIPLE_RIDGE, DENSE_RIDGE, TIME_RIDGE = 12.0, 25.0, 30.0, 4.0
SILENT = frozenset("_ ˈˌːˑ'\"()-ʲ˞\u0303\u0329\u032f\u032a\u0327\u030a\u031d")
SOUNDING: NDArray[np.bool_] = np.array([symbol not in SILENT for symbol in ALPHABET])
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(slots=True)
class Observed:
    """Frames of many sentences: the sounds before, at and after each, how far its sound has gone, what the network
    left over [frames, 62], the last hidden layer [groups, frame]; and the same three sounds, true and predicted
    log1p duration for every sound."""

    around: Ints
    gone: Floats
    rest: Floats
    hidden: Floats
    time_around: Ints
    time_rest: Floats


def neighbours(tokens: Ints, index: Ints) -> Ints:
    """[len(index), 3]: the sounds before, at and after the characters `index`; 0 beyond the ends."""
    sounds = np.concatenate([[0], tokens[SOUNDING[tokens]], [0]])
    place = np.cumsum(SOUNDING[tokens])[index]
    return np.stack([sounds[place - 1], sounds[place], sounds[place + 1]], axis=1)


@torch.no_grad()
def observe(model: Acoustic, examples: list[Example]) -> Observed:
    """Runs the network over sentences with their true durations."""
    parts: list[tuple[NDArray[np.generic], ...]] = []
    for batch in batches(examples, random.Random(1)):
        lengths = torch.tensor([len(e.tokens) for e in batch])
        groups = torch.tensor([len(e.index) for e in batch])
        mask = (torch.arange(int(groups.max()))[None] < groups[:, None]).float()[..., None]
        text, log_time = model.encode(_padded([e.tokens for e in batch]), lengths)
        hidden = model.hidden(text, _padded([e.index for e in batch]), _padded([e.places for e in batch]), mask)
        given = model.leave(hidden).reshape(len(batch), -1, FEATURES) * model.spread + model.mean
        for i, e in enumerate(batch):
            tokens, index = e.tokens.numpy(), e.index.reshape(-1).numpy()
            own = np.flatnonzero(SOUNDING[tokens])[1:-1]
            parts.append((
                neighbours(tokens, index),
                e.places[:, : 2 * GROUP].reshape(-1, 2)[:, 0].numpy(),
                (e.features - given[i, : len(index)])[:, :PITCH].numpy(),
                hidden[i, : len(e.index)].numpy(),
                neighbours(tokens, own),
                (torch.log1p(e.durations) - log_time[i, : len(tokens)]).numpy()[own],
            ))  # fmt: skip
    return Observed(*[np.concatenate(column).astype(column[0].dtype) for column in zip(*parts, strict=True)])


def pair_keys(around: Ints) -> tuple[Ints, Ints]:
    """(previous, own) and (own, following) as one number each."""
    return around[:, 0] * SYMBOLS + around[:, 1], around[:, 1] * SYMBOLS + around[:, 2]


def triple_keys(around: Ints) -> Ints:
    return (around[:, 0] * SYMBOLS + around[:, 1]) * SYMBOLS + around[:, 2]


def hats(row: Ints, gone: Floats, rows: int, knots: int) -> csr_matrix:
    """[frames, rows * knots]: linear interpolation between the knots of each frame's row; row 0 stays empty."""
    position = gone * (knots - 1)
    knot = np.minimum(position.astype(np.int64), knots - 2)
    part, known = position - knot, (row > 0).astype(np.float64)
    columns = np.concatenate([row * knots + knot, row * knots + knot + 1])
    values = np.concatenate([(1 - part) * known, part * known])
    frames = np.tile(np.arange(len(row)), 2)
    return csr_matrix((values, (frames, columns)), (len(row), rows * knots))


def solve(a: csr_matrix, b: Floats, ridge: float, steps: int) -> Floats:
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


def dense_layer(seen: Observed) -> tuple[Floats, Floats]:
    """[frame, 4 * 62] and [4 * 62]: what to add to the last dense layer, in natural units."""
    hidden = np.concatenate([seen.hidden, np.ones((len(seen.hidden), 1))], axis=1)
    wanted = seen.rest.reshape(len(hidden), -1)
    fitted = np.linalg.solve(hidden.T @ hidden + DENSE_RIDGE * np.eye(hidden.shape[1]), hidden.T @ wanted)
    return fitted[:-1], fitted[-1]


def add_dense(seen: Observed, weight: Floats, bias: Floats) -> None:
    seen.rest = seen.rest - (seen.hidden @ weight + bias).reshape(seen.rest.shape)


def packed(values: Floats) -> tuple[NDArray[np.int8], Floats]:
    """int8 and the scale of each last-axis entry."""
    scale = np.abs(values).max(tuple(range(values.ndim - 1))) / 127 + 1e-9
    return np.round(values / scale).astype(np.int8), scale


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = Acoustic(Shape())
    model.load_state_dict(torch.load(options.checkpoint)["averaged"])
    model.eval()
    examples = [e for path in sorted(options.data.glob("shard_*[0-9].npz")) for e in read_shard(path)]
    unseen, seen = observe(model, examples[:40]), observe(model, examples[40:])

    def report(stage: str, unseen_rest: Floats) -> None:
        error = np.abs(unseen_rest).mean(0)
        print(
            f"{stage}: mean error unseen, envelope {error[:56].mean():.4f}, breath {error[56:].mean():.4f}", flush=True
        )

    report("network", unseen.rest)
    weight, bias = dense_layer(seen)
    add_dense(seen, weight, bias)
    add_dense(unseen, weight, bias)
    report("last layer", unseen.rest)

    left, right = pair_keys(seen.around)
    met = np.bincount(np.concatenate([left, right]), minlength=SYMBOLS**2)
    rows = np.where(met >= 20, np.cumsum(met >= 20), 0)
    count = int(rows.max()) + 1
    keys, times = np.unique(triple_keys(seen.around), return_counts=True)
    triples = np.sort(keys[np.argsort(-times)[:MOST_TRIPLES]])

    def design(o: Observed) -> csr_matrix:
        first, second = pair_keys(o.around)
        key = triple_keys(o.around)
        at = np.minimum(np.searchsorted(triples, key), len(triples) - 1)
        triple = np.where(triples[at] == key, at + 1, 0)
        shrunk = hats(triple, o.gone, len(triples) + 1, TRIPLE_KNOTS) * np.sqrt(PAIR_RIDGE / TRIPLE_RIDGE)
        pairs = [hats(rows[first], o.gone, count, KNOTS), hats(rows[second], o.gone, count, KNOTS)]
        return hstack([*pairs, shrunk]).tocsr()

    fitted = solve(design(seen), seen.rest.astype(np.float64), PAIR_RIDGE, 15)
    report("with pairs and triples", unseen.rest - design(unseen) @ fitted)
    edge = 2 * count * KNOTS
    pair_table, scale = packed(fitted[:edge].reshape(2 * count, KNOTS, PITCH))
    triple_table, triple_scale = packed(
        fitted[edge:].reshape(-1, TRIPLE_KNOTS, PITCH) * np.sqrt(PAIR_RIDGE / TRIPLE_RIDGE)
    )

    def time_design(o: Observed) -> csr_matrix:
        first, second = pair_keys(o.time_around)
        here = np.arange(len(first))
        both = [csr_matrix(((rows[k] > 0) * 1.0, (here, rows[k])), (len(here), count)) for k in (first, second)]
        return hstack(both).tocsr()

    time_fit = solve(time_design(seen), seen.time_rest[:, None].astype(np.float64), TIME_RIDGE, 30)
    after = unseen.time_rest - (time_design(unseen) @ time_fit)[:, 0]
    print(f"log duration: mean error unseen {np.abs(unseen.time_rest).mean():.4f} -> {np.abs(after).mean():.4f}")
    np.savez(
        options.out, rows=rows.reshape(SYMBOLS, SYMBOLS).astype(np.int16), pairs=pair_table, scale=scale,
        triple_keys=np.concatenate([[-1], triples]).astype(np.int32), triples=triple_table, triple_scale=triple_scale,
        times=time_fit.reshape(2, count).astype(np.float16), dense_weight=weight.astype(np.float32),
        dense_bias=bias.astype(np.float32), sounding=SOUNDING,
    )  # fmt: skip
    print(f"{options.out}: {count - 1} pairs, {len(triples)} triples")


if __name__ == "__main__":
    main()
