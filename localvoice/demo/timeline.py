"""A picture of a conversation: both voices, what the ears made of it, the state, the stages of each turn."""

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from localvoice import folders
from localvoice.sound import EAR_HZ, Samples
from localvoice.turn.ledger import Ledger, TurnRecord
from localvoice.turn.machine import Mode

ROW_S = 30.0
"""Seconds to a row: a word is then about a centimetre wide."""
COLOURS = {
    Mode.LISTENING: "#eeeeee",
    Mode.HEARING: "#9ecae1",
    Mode.SETTLING: "#fdd0a2",
    Mode.THINKING: "#fd8d3c",
    Mode.SPEAKING: "#a1d99b",
    Mode.YIELDING: "#756bb1",
}
ENVELOPE = EAR_HZ // 50
LETTERS_PER_S = 11.5
"""Of the labels' size, so that one ends before the next begins."""
LABEL_S = 5.5


def draw(path: Path, user: Samples, assistant: Samples, ledger: Ledger, title: str) -> None:
    """Write the timeline as a PNG. `user`, `assistant`: float32 mono at 16 kHz, of one length."""
    # What it finds out of the fonts is kept among our own files, and is removed with them.
    os.environ.setdefault("MPLCONFIGDIR", str(folders.cache() / "matplotlib"))
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.artist import Artist
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    rows = max(1, int(np.ceil(len(user) / EAR_HZ / ROW_S)))
    figure, axes = pyplot.subplots(rows, 1, figsize=(18, 2.3 * rows + 0.8), squeeze=False, layout="constrained")
    for row, axis in enumerate(axes[:, 0]):
        from_s = row * ROW_S
        axis.set_xlim(from_s, from_s + ROW_S)
        axis.set_ylim(-1.25, 1.6)
        axis.set_yticks([0.5, -0.55], ["you", "localvoice"])
        axis.tick_params(axis="x", labelsize=8)
        _states(axis, ledger, from_s)
        _voice(axis, user, from_s, 0.5, "#08519c")
        _voice(axis, assistant, from_s, -0.55, "#006d2c")
        for span in ledger.speech:
            axis.plot([span.from_at / EAR_HZ, span.to_at / EAR_HZ], [1.02, 1.02], color="#08519c", linewidth=3)
        for record, following in pairwise([*ledger.turns.values(), None]):
            if record is not None:
                _turn(axis, record, from_s, following)
    axes[-1, 0].set_xlabel("seconds")
    handles: list[Artist] = [Rectangle((0, 0), 1, 1, color=colour) for colour in COLOURS.values()]
    handles.append(Line2D([], [], color="#08519c", linewidth=3))
    figure.legend(
        handles, [*(m.value for m in COLOURS), "voice detected"], loc="outside lower center", ncols=7, fontsize=9
    )
    figure.suptitle(title, fontsize=11)
    figure.savefig(path, dpi=80)
    pyplot.close(figure)


def _states(axis: Any, ledger: Ledger, from_s: float) -> None:
    changes = [*ledger.modes, (10**12, Mode.LISTENING)]
    for (at, mode), (until, _) in pairwise(changes):
        start_s, end_s = at / EAR_HZ, until / EAR_HZ
        if end_s > from_s and start_s < from_s + ROW_S:
            axis.axvspan(max(start_s, from_s), min(end_s, from_s + ROW_S), 0.0, 0.045, color=COLOURS[mode], lw=0)


def _voice(axis: Any, samples: Samples, from_s: float, middle: float, colour: str) -> None:
    part = samples[round(from_s * EAR_HZ) : round((from_s + ROW_S) * EAR_HZ)]
    frames = part[: len(part) // ENVELOPE * ENVELOPE].reshape(-1, ENVELOPE)
    if len(frames):
        height = 0.45 * np.sqrt(np.abs(frames).max(axis=1))
        times = from_s + (np.arange(len(frames)) + 0.5) * ENVELOPE / EAR_HZ
        axis.fill_between(times, middle - height, middle + height, color=colour, lw=0)


def _turn(axis: Any, record: TurnRecord, from_s: float, following: TurnRecord | None) -> None:
    found = record.latency()
    if found is None or not record.last_voiced_at:
        return
    last_s = record.last_voiced_at / EAR_HZ
    if not from_s <= last_s < from_s + ROW_S:
        return
    marks: Sequence[tuple[str, str]] = (("words", "#756bb1"), ("voice", "#e6550d"), ("committed", "#636363"))
    for name, colour in marks:
        if name in found.stages_ms:
            at_s = last_s + found.stages_ms[name] / 1000
            axis.plot([at_s, at_s], [-0.05, 0.1], color=colour, linewidth=1)
    width_s = LABEL_S if following is None else (following.from_at - record.from_at) / EAR_HZ
    axis.text(
        record.from_at / EAR_HZ, 1.36, _shortened(record.heard, width_s), fontsize=7, color="#08519c", clip_on=True
    )
    if record.answer_at is not None:
        answer_s = record.answer_at / EAR_HZ
        axis.annotate(
            "", (answer_s, 0.03), (last_s, 0.03), arrowprops={"arrowstyle": "->", "color": "#e6550d", "lw": 1.2}
        )
        axis.text(last_s, 1.13, f"{found.voice_to_voice_ms:.0f} ms", fontsize=7, color="#e6550d")
        reply = f"{record.heard_of_reply} –" if record.barged_in else " ".join(record.reply)
        next_at = following.answer_at if following else None
        width_s = LABEL_S if next_at is None else next_at / EAR_HZ - answer_s
        axis.text(answer_s, -1.18, _shortened(reply, width_s), fontsize=7, color="#006d2c", va="bottom", clip_on=True)


def _shortened(text: str, width_s: float) -> str:
    most = int(min(width_s, LABEL_S) * LETTERS_PER_S)
    return text if len(text) <= most else text[: max(0, most - 2)] + "…"
