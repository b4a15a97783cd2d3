"""The acoustic model of model.py as ONNX nodes, from its trained weights."""

import numpy as np
from graph import Graph
from numpy.typing import NDArray
from onnx import TensorProto
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
    """[n] phoneme ids of `padded` [1, m] without the padding zeros."""
    real = g.op("Slice", padded, g.ints(0), lengths, g.ints(1))
    flat = g.reshape(real, -1)
    return g.op("Compress", flat, g.op("Not", g.op("Equal", flat, g.const(0, np.int64))), axis=0)


def _layout(g: Graph, durations: str) -> tuple[str, str]:
    """The twin of model.layout: `index` [4 * groups] and `places` [groups, 14]."""
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
    return index, g.concat(own, *[g.column(c) for c in clause], axis=1)


def _log1p(g: Graph, x: str) -> str:
    return g.op("Log", g.shifted(x, 1.0))


def sharpening(strength: float) -> NDArray[np.float64]:
    """[56, 56]: deepens the valleys between formants, which a model that learns averages fills in."""
    count = len(BANDS)
    distance = np.subtract.outer(np.arange(count), np.arange(count))
    smooth = np.exp(-0.5 * (distance / 4.0) ** 2)
    smooth /= smooth.sum(axis=0, keepdims=True)
    return np.eye(count) + strength * (np.eye(count) - smooth)


def frames(g: Graph, w: Weights, tokens: str, length_scale: str, sharpen: float) -> Frames:
    """Describes the sound of a clause. `tokens` [n] with begin and end marks, `length_scale` scalar."""
    last = g.cut(tokens, -2, -1)
    x = g.add(g.op("Gather", g.weight(w["embed.weight"]), tokens), g.op("Gather", g.weight(w["closing.weight"]), last))
    text = _blocks(g, w, "text", x, [1 + i % 3 for i in range(_count(w, "text"))])
    time = _blocks(g, w, "time", text, [1] * _count(w, "time"))
    log_time = g.op("Squeeze", _linear(g, w, "time_out", time), g.ints(1))
    spoken = g.op("Max", g.shifted(g.op("Exp", log_time), -1.0), g.const(0.0))
    spoken = g.mul(g.cut(spoken, 1, -1), length_scale)
    durations = g.concat(g.const([LEAD_FRAMES]), spoken, g.const([TAIL_FRAMES]))
    index, places = _layout(g, durations)
    under = g.reshape(g.op("Gather", text, index), -1, GROUP * w["embed.weight"].shape[1])
    x = g.concat(under, places, axis=1)
    x = _linear(g, w, "enter", x)
    x = _blocks(g, w, "frames", x, [1] * _count(w, "frames"))
    x = _norm(g, w, "leave_norm", x)
    spread, mean = w["spread"].copy(), w["mean"].copy()
    spread[VOICED], mean[VOICED] = 1.0, 0.0
    spread, mean = np.tile(spread, GROUP), np.tile(mean, GROUP)
    out = {"leave.weight": w["leave.weight"] * spread[:, None], "leave.bias": w["leave.bias"] * spread + mean}
    features = g.reshape(_linear(g, out, "leave", x), -1, FEATURES)
    bands = g.matmul(g.cut(features, 0, BAND_COUNT, axis=1), g.const(sharpening(sharpen)))
    breath = g.clip(g.cut(features, BAND_COUNT, PITCH, axis=1), 0.0, 1.0)
    log_f0 = g.op("Squeeze", g.cut(features, PITCH, VOICED, axis=1), g.ints(1))
    log_f0 = g.clip(log_f0, float(np.log(80.0)), float(np.log(320.0)))
    gate = g.op("Sigmoid", g.op("Squeeze", g.cut(features, VOICED, FEATURES, axis=1), g.ints(1)))
    gate = g.clip(g.shifted(g.scaled(gate, 3.0), -1.0), 0.0, 1.0)
    return Frames(bands, breath, log_f0, gate)
