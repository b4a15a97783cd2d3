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

import localvoice
from localvoice.catalog.fetch import Hub
from localvoice.catalog.pull import pull
from localvoice.engines.transcriber import ct2_whisper
from tests.catalog.conftest import QUICK, entry

PROGRAM = os.path.dirname(localvoice.__file__)
ENTRIES = [
    entry("model.gguf", "config.json", name="plain"),
    replace(
        entry("model.safetensors", "vocabulary.json", name="tuned", convert="whisper-safetensors"), least_frames=200
    ),
]
FORMER = [entry("model.gguf", "config.json", "gone.json", name="plain"), ENTRIES[1]]
"""What they were before: one of them loses a file."""


def write(tensors: ct2_whisper.Tensors, words: list[str], target: Path) -> None:
    """Takes the place of CTranslate2, which takes longer and tells weights apart no better."""
    target.write_bytes(tensors["a"].tobytes() + json.dumps(words).encode())


def main(url: str, root: str, last_step: int) -> None:
    """Pull one large file, or with a `last_step` both ENTRIES anew; 0 is never reached, and their number is printed."""
    from huggingface_hub import constants

    constants.HF_HUB_CACHE = root + "-cache"
    if last_step < 0:
        pull([entry("model.gguf")], Path(root), Hub(url, QUICK))
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
    pull(ENTRIES, Path(root), Hub(url, QUICK), update=True)
    sys.settrace(None)
    print(steps)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
