"""The acoustic model of model.py as ONNX nodes, from its trained weights."""

from dataclasses import dataclass

import numpy as np
from graph import Graph
from numpy.typing import NDArray
from onnx import TensorProto
from symbols import ID_MAP, SYMBOLS
from synth_graph import Frames
from vocoder import BANDS

Weights = dict[str, NDArray[np.float32]]
LEAD_FRAMES, TAIL_FRAMES = 2.0, 9.0
BAND_COUNT, PITCH, VOICED, FEATURES, GROUP = 56, 62, 63, 64, 4


def _linear(g: Graph, w: Weights, name: str, x: str) -> str:
    return g.add(g.matmul(x, g.weight(w[f"{name}.weight"].T)), g.weight(w[f"{name}.bias"]))


def _norm(g: Graph, w: Weights, name: str, x: str) -> str:
    scale, shift = g.weight(w[f"{name}.weight"]), g.weight(w[f"{name}.bias"])
    return g.op("LayerNormalization", x, scale, shift, axis=-1, epsilon=1e-5)


def _block(g: Graph, w: Weights, name: str, x: str, dilation: int) -> str:
    """[time, width] -> [time, width]."""
    kernel = w[f"{name}.near.weight"]
    channels_first = g.op("Unsqueeze", g.op("Transpose", x, perm=[1, 0]), g.ints(0))
    margin = dilation * (kernel.shape[2] // 2)
    y = g.op(
        "Conv", channels_first, g.weight(kernel), g.weight(w[f"{name}.near.bias"]),
        group=kernel.shape[0], dilations=[dilation], pads=[margin, margin],
    )  # fmt: skip
    y = g.op("Transpose", g.op("Squeeze", y, g.ints(0)), perm=[1, 0])
    y = _linear(g, w, f"{name}.up", _norm(g, w, f"{name}.norm", y))
    y = _linear(g, w, f"{name}.down", g.mul(y, g.op("Sigmoid", y)))
    return g.add(x, y)


def _blocks(g: Graph, w: Weights, name: str, x: str, dilations: list[int]) -> str:
    for i, dilation in enumerate(dilations):
        x = _block(g, w, f"{name}.{i}", x, dilation)
    return x


def _count(w: Weights, name: str) -> int:
    return len({key.split(".")[1] for key in w if key.startswith(f"{name}.")})


def clause_tokens(g: Graph, padded: str, lengths: str) -> str:
    """[n] phoneme ids of `padded` [1, m] without the padding zeros, with a full stop where nothing closes the clause:
    the melody hangs on the last mark, and training met few clauses without one."""
    flat = g.reshape(g.op("Slice", padded, g.ints(0), lengths, g.ints(1)), -1)
    tokens = g.op("Compress", flat, g.op("Not", g.op("Equal", flat, g.const(0, np.int64))), axis=0)
    body, end = g.cut(tokens, 0, -1), g.cut(tokens, -1, 2**31)
    marks = np.zeros(SYMBOLS, dtype=np.bool_)
    marks[[ID_MAP[mark][0] for mark in ".?,"]] = True
    closed = g.op("Gather", g.const(marks, np.bool_), g.cut(body, -1, 2**31))
    stop = g.op("Compress", g.ints(ID_MAP["."][0]), g.op("Not", closed), axis=0)
    return g.concat(body, stop, end)


@dataclass(frozen=True, slots=True)
class Tables:
    """What tables.py fitted. `rows` [symbols, symbols] int16: pair -> row; `pairs` [2 * count, 6, 62] int8 (first the
    pairs (previous, own), then (own, following)) and `scale` [62]; `triple_keys` [m] int32, `triples` [m, 3, 62] int8
    and `triple_scale`; `times` [2, count] for log1p durations; `dense_weight` [frame, 4 * 62] and `dense_bias` to add
    to the last layer; `sounding` [symbols] bool."""

    rows: NDArray[np.int16]
    pairs: NDArray[np.int8]
    scale: NDArray[np.float64]
    triple_keys: NDArray[np.int32]
    triples: NDArray[np.int8]
    triple_scale: NDArray[np.float64]
    times: NDArray[np.float16]
    dense_weight: NDArray[np.float32]
    dense_bias: NDArray[np.float32]
    sounding: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Tensors [n] int64, one per character: the rows of its two pairs and of its triple; and which ones sound, 0/1."""

    left: str
    right: str
    triple: str
    sounding: str


def _rows(g: Graph, t: Tables, tokens: str) -> Rows:
    symbols = g.const(len(t.rows), np.int64)
    is_sound = g.op("Gather", g.const(t.sounding, np.bool_), tokens)
    sounds = g.concat(g.ints(0), g.op("Compress", tokens, is_sound, axis=0), g.ints(0))
    place = g.op("CumSum", g.op("Cast", is_sound, to=TensorProto.INT64), g.const(0, np.int64))
    before, own, after = (g.op("Gather", sounds, g.add(place, g.const(step, np.int64))) for step in (-1, 0, 1))
    left, right = g.add(g.mul(before, symbols), own), g.add(g.mul(own, symbols), after)
    triple = g.op("Cast", g.add(g.mul(left, symbols), after), to=TensorProto.INT32)
    # the first entry of the keys matches nothing, and ArgMax of a row without a match is that entry
    same = g.op("Cast", g.op("Equal", g.column(triple), g.const(t.triple_keys, np.int32)), to=TensorProto.INT32)
    table = g.const(t.rows.reshape(-1), np.int16)
    rows = [g.op("Cast", g.op("Gather", table, pair), to=TensorProto.INT64) for pair in (left, right)]
    rows[1] = g.add(rows[1], g.const(len(t.pairs) // 2, np.int64))
    return Rows(*rows, g.op("ArgMax", same, axis=1, keepdims=0), g.to_float(is_sound))


def _course(g: Graph, stored: str, knots: int, scale: NDArray[np.float64], row: str, gone: str) -> str:
    """[frames, 62]: the row of the table `stored` [rows * knots, 62] at every frame, interpolated between knots."""
    position = g.scaled(gone, knots - 1.0)
    knot = g.op("Min", g.op("Floor", position), g.const(knots - 2.0))
    part = g.column(g.sub(position, knot))
    at = g.add(g.mul(row, g.const(knots, np.int64)), g.op("Cast", knot, to=TensorProto.INT64))
    here = g.to_float(g.op("Gather", stored, at))
    following = g.to_float(g.op("Gather", stored, g.add(at, g.const(1, np.int64))))
    return g.mul(g.add(here, g.mul(part, g.sub(following, here))), g.const(scale))


def _correction(g: Graph, t: Tables, rows: Rows, index: str, gone: str) -> str:
    """[frames, 62] to add to envelope and aperiodicity, by the sounds around every frame."""
    (_, knots, width), triple_knots = t.pairs.shape, t.triples.shape[1]
    pairs = g.const(t.pairs.reshape(-1, width), np.int8)
    triples = g.const(t.triples.reshape(-1, width), np.int8)
    left = _course(g, pairs, knots, t.scale, g.op("Gather", rows.left, index), gone)
    right = _course(g, pairs, knots, t.scale, g.op("Gather", rows.right, index), gone)
    triple = _course(g, triples, triple_knots, t.triple_scale, g.op("Gather", rows.triple, index), gone)
    return g.add(g.add(left, right), triple)


def _layout(g: Graph, durations: str) -> tuple[str, str, str]:
    """The twin of model.layout: `index` [4 * groups] and `places` [groups, 14]; and how far each frame's sound has
    gone [4 * groups]."""
    ends = g.op("CumSum", durations, g.const(0, np.int64))
    total = g.cut(ends, -1, 2**31)
    groups_float = g.op("Ceil", g.shifted(g.scaled(total, 1 / GROUP), -1e-3))
    groups = g.op("Squeeze", g.op("Cast", groups_float, to=TensorProto.INT64))
    at = g.shifted(g.to_float(g.range(g.mul(groups, g.const(GROUP, np.int64)))), 0.5)
    passed = g.op("GreaterOrEqual", g.column(at), ends)
    index = g.op("ReduceSum", g.op("Cast", passed, to=TensorProto.INT64), g.ints(1), keepdims=0)
    index = g.op("Min", index, g.sub(g.length(durations), g.const(1, np.int64)))
    length = g.op("Gather", durations, index)
    begin = g.sub(g.op("Gather", ends, index), length)
    gone = g.clip(g.div(g.sub(at, begin), g.op("Max", length, g.const(0.5))), 0.0, 1.0)
    size = g.scaled(_log1p(g, length), 1 / 3)
    own = g.reshape(g.concat(g.column(gone), g.column(size), axis=1), -1, 2 * GROUP)
    middle = g.shifted(g.scaled(g.to_float(g.range(groups)), float(GROUP)), GROUP / 2)
    left = g.sub(total, middle)
    clause = [
        g.clip(g.scaled(middle, 1 / 40), 0.0, 1.0),
        g.clip(g.scaled(middle, 1 / 400), 0.0, 1.5),
        g.clip(g.scaled(left, 1 / 40), 0.0, 1.0),
        g.clip(g.scaled(left, 1 / 400), 0.0, 1.5),
        g.add(g.scaled(_log1p(g, total), 1 / 6), g.scaled(middle, 0.0)),
        g.div(middle, g.scaled(groups_float, float(GROUP))),
    ]
    return index, g.concat(own, *[g.column(c) for c in clause], axis=1), gone


def _log1p(g: Graph, x: str) -> str:
    return g.op("Log", g.shifted(x, 1.0))


def sharpening(strength: float) -> NDArray[np.float64]:
    """[56, 56]: deepens the valleys between formants, which a model that learns averages fills in."""
    count = len(BANDS)
    distance = np.subtract.outer(np.arange(count), np.arange(count))
    smooth = np.exp(-0.5 * (distance / 4.0) ** 2)
    smooth /= smooth.sum(axis=0, keepdims=True)
    return np.eye(count) + strength * (np.eye(count) - smooth)


def frames(g: Graph, w: Weights, t: Tables, tokens: str, length_scale: str, sharpen: float) -> Frames:
    """Describes the sound of a clause. `tokens` [n] with begin and end marks, `length_scale` scalar."""
    last = g.cut(tokens, -2, -1)
    x = g.add(g.op("Gather", g.weight(w["embed.weight"]), tokens), g.op("Gather", g.weight(w["closing.weight"]), last))
    text = _blocks(g, w, "text", x, [1 + i % 3 for i in range(_count(w, "text"))])
    time = _blocks(g, w, "time", text, [1] * _count(w, "time"))
    log_time = g.op("Squeeze", _linear(g, w, "time_out", time), g.ints(1))
    rows = _rows(g, t, tokens)
    stored = g.const(t.times.reshape(-1), np.float16)
    for row in (rows.left, rows.right):
        log_time = g.add(log_time, g.mul(g.to_float(g.op("Gather", stored, row)), rows.sounding))
    spoken = g.op("Max", g.shifted(g.op("Exp", log_time), -1.0), g.const(0.0))
    spoken = g.mul(g.cut(spoken, 1, -1), length_scale)
    durations = g.concat(g.const([LEAD_FRAMES]), spoken, g.const([TAIL_FRAMES]))
    index, places, gone = _layout(g, durations)
    under = g.reshape(g.op("Gather", text, index), -1, GROUP * w["embed.weight"].shape[1])
    x = g.concat(under, places, axis=1)
    x = _linear(g, w, "enter", x)
    x = _blocks(g, w, "frames", x, [1] * _count(w, "frames"))
    x = _norm(g, w, "leave_norm", x)
    spread, mean = w["spread"].copy(), w["mean"].copy()
    spread[VOICED], mean[VOICED] = 1.0, 0.0
    spread, mean = np.tile(spread, GROUP), np.tile(mean, GROUP)
    weight = (w["leave.weight"] * spread[:, None]).reshape(GROUP, FEATURES, -1)
    bias = (w["leave.bias"] * spread + mean).reshape(GROUP, FEATURES)
    weight[:, :PITCH] += t.dense_weight.T.reshape(GROUP, PITCH, -1)
    bias[:, :PITCH] += t.dense_bias.reshape(GROUP, PITCH)
    out = {"leave.weight": weight.reshape(GROUP * FEATURES, -1), "leave.bias": bias.reshape(-1)}
    features = g.reshape(_linear(g, out, "leave", x), -1, FEATURES)
    spectral = g.add(g.cut(features, 0, PITCH, axis=1), _correction(g, t, rows, index, gone))
    bands = g.matmul(g.cut(spectral, 0, BAND_COUNT, axis=1), g.const(sharpening(sharpen)))
    breath = g.clip(g.cut(spectral, BAND_COUNT, PITCH, axis=1), 0.0, 1.0)
    log_f0 = g.op("Squeeze", g.cut(features, PITCH, VOICED, axis=1), g.ints(1))
    log_f0 = g.clip(log_f0, float(np.log(80.0)), float(np.log(320.0)))
    gate = g.op("Sigmoid", g.op("Squeeze", g.cut(features, VOICED, FEATURES, axis=1), g.ints(1)))
    gate = g.clip(g.shifted(g.scaled(gate, 3.0), -1.0), 0.0, 1.0)
    return Frames(bands, breath, log_f0, gate)
