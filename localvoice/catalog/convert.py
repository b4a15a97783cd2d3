"""Making of what is published what our engines open."""

import json
import os
from contextlib import suppress
from pathlib import Path

from localvoice.catalog.disk import explained, write_whole
from localvoice.catalog.entry import Entry, LockedFile
from localvoice.catalog.sums import sha256_of
from localvoice.catalog.verify import sweep
from localvoice.errors import CatalogError

MODEL = "model.bin"
PREPROCESSOR = "preprocessor_config.json"
"""Where engines/whisper.py looks for the context that a model was trained for."""


def convert(entry: Entry, folder: Path, files: tuple[LockedFile, ...]) -> tuple[LockedFile, ...]:
    """Convert the checked `files` in `folder` as the entry says; what is to be kept, to be locked.

    Raises:
        CatalogError: the entry lacks what the conversion needs.
        ModelError: the weights are not those of a Whisper, or do not fit the vocabulary.
        StorageRefused: the disk does not take the result.
    """
    from localvoice.catalog import safetensors
    from localvoice.engines import ct2_whisper

    weights = [file for file in files if file.path.endswith(".safetensors")]
    words = [file for file in files if file.path in ("vocabulary.json", "vocabulary.txt")]
    if entry.convert != "whisper-safetensors" or len(weights) != 1 or len(words) != 1:
        raise CatalogError(
            f"{entry.name} cannot be converted: that needs one .safetensors file and one vocabulary.",
            "Correct its entry in the catalog.",
        )
    beside = folder / f"{MODEL}.{os.getpid()}.new"
    try:
        with explained(folder / MODEL):
            sweep(folder)
            tensors = safetensors.read(folder / weights[0].path)
            ct2_whisper.write(tensors, ct2_whisper.vocabulary(folder / words[0].path), beside)
            made = LockedFile(MODEL, beside.stat().st_size, sha256_of(beside), weights[0].source_path)
            beside.replace(folder / MODEL)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    said = (_short_contexts(folder, entry.least_frames),) if entry.least_frames else ()
    return (made, *said, *(file for file in files if file is not weights[0]))


def _short_contexts(folder: Path, least_frames: int) -> LockedFile:
    """Tells the engine that it need not encode 10 s for a short sentence."""
    path = folder / PREPROCESSOR
    with explained(path):
        write_whole(path, (json.dumps({"least_frames": least_frames}) + "\n").encode())
        return LockedFile(PREPROCESSOR, path.stat().st_size, sha256_of(path), "")
