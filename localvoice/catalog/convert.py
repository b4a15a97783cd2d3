"""Making of what is published what our engines open."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from localvoice.catalog import layout
from localvoice.catalog.checksums import sha256_of
from localvoice.catalog.disk import explained
from localvoice.catalog.entry import Entry, LockedFile
from localvoice.errors import CatalogError

MODEL = "model.bin"
PREPROCESSOR = "preprocessor_config.json"
"""Where engines/transcriber/whisper.py looks for the context that a model was trained for."""


def fault_of(entry: Entry) -> str | None:
    """Why the entry cannot be converted, as the end of a sentence; None if it can, or need not be."""
    ours = {MODEL} if entry.convert else set()
    ours |= {PREPROCESSOR} if entry.least_frames else set()
    twice = sorted(ours & {layout.local_path(entry, spec.path).lower() for spec in entry.files})
    if twice:
        return f"has {', '.join(twice)} among its files, which the conversion writes"
    if entry.least_frames and not entry.convert:
        return "has least_frames, which only a converted model may have"
    return None


def convert(entry: Entry, sources: Mapping[Path, LockedFile], folder: Path) -> tuple[LockedFile, ...]:
    """Convert the checked files `sources` into `folder` as the entry says; what is to be kept, to be locked.

    A killed conversion leaves nothing but what is swept up with `folder`.

    Raises:
        CatalogError: the entry lacks what the conversion needs.
        ModelError: the weights are not those of a Whisper, or do not fit the vocabulary.
        StorageRefused: the disk does not take the result.
    """
    from localvoice.catalog import safetensors
    from localvoice.engines.transcriber import ct2_whisper

    weights = [path for path in sources if path.suffix == ".safetensors"]
    words = [path for path in sources if path.name in ("vocabulary.json", "vocabulary.txt")]
    if entry.convert != "whisper-safetensors" or len(weights) != 1 or len(words) != 1:
        raise CatalogError(
            f"{entry.name} cannot be converted: that needs one .safetensors file and one vocabulary.",
            "Correct its entry in the catalog.",
        )
    source = sources[weights[0]]
    made = folder / MODEL
    with explained(made):
        ct2_whisper.write(safetensors.read(weights[0]), ct2_whisper.vocabulary(words[0]), made)
        model = LockedFile(MODEL, made.stat().st_size, sha256_of(made), source.source_path)
    return (model, *(file for file in sources.values() if file is not source))


def short_contexts(least_frames: int) -> tuple[bytes, LockedFile]:
    """A file that tells the engine that it need not encode 10 s for a short sentence."""
    data = (json.dumps({"least_frames": least_frames}) + "\n").encode()
    return data, LockedFile(PREPROCESSOR, len(data), hashlib.sha256(data).hexdigest(), "")
