"""Hibari: English text to samples at 24 kHz, by a small voice that its package carries. The only file that imports it.

The package reads English by itself (lexicon, tagger, a network for unknown words), so no espeak-ng is needed, and it
computes four to nine times as fast as a Piper voice of medium size: docs/adr/0026.
"""

import threading
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from localvoice.engines.onnx.file import read_outline
from localvoice.errors import ModelBroken, ModelMissing, ModelWrongKind
from localvoice.sound import Samples

VERSION = "0.2.1"
"""What pyproject.toml pins. Any other one is refused: the package is young, and its interface is no promise yet."""
_REMEDY = f"Install it: pip install hibari-tts=={VERSION}; or name another voice in voice.model."
_SLOWEST, _FASTEST = 0.5, 2.0
"""What the network was trained on; beyond that words blur."""
_STRANGE_WORD = "Brillig."
"""In no lexicon: reading it loads the network for unknown words too."""


class HibariEngine:
    """One voice. Not for two threads at once."""

    def __init__(self, path: Path, gain: float = 1.0) -> None:
        """Open the voice that the package in the folder `path` carries. `gain` multiplies every sample.

        Raises ModelMissing, ModelBroken, ModelWrongKind.
        """
        model = path / "assets" / "hibari.onnx"
        found = installed_version()
        if found is None or not model.is_file():
            raise ModelMissing(f"The voice hibari is not in {path}.", _REMEDY)
        if found != VERSION:
            raise ModelWrongKind(f"hibari-tts {found} is installed; this program knows {VERSION}.", _REMEDY)
        if not read_outline(model).inputs >= {"ids", "speed"}:
            raise ModelBroken(f"{model} is not the voice of hibari-tts {VERSION}.", _REMEDY)
        from hibari import Hibari

        # A named model keeps it from looking for voices on a hub. With one thread ONNX Runtime has no idle ones that
        # could spin.
        self._voice: Any = Hibari(model=str(model), threads=1)
        self.rate_hz: int = self._voice.sample_rate
        self._gain = gain
        self._voice.phonemize(_STRANGE_WORD)

    def synthesise(
        self,
        text: str,
        length_scale: float = 1.0,
        noise_scale: float | None = None,
        stop: threading.Event | None = None,
    ) -> Samples:
        """Mono float32 samples of `text` at `rate_hz`, within [-1, 1]; empty if nothing in it has a sound in English.

        `length_scale` multiplies the voice's own durations (2.0 takes twice as long), between 0.5 and 2.
        `noise_scale` is Piper's and changes nothing here. `stop` is looked at before each sentence; once it is set,
        what there is so far is returned.
        """
        speed = float(np.clip(1.0 / length_scale, _SLOWEST, _FASTEST))
        pieces: list[Samples] = []
        for phonemes in self._voice.phonemize(text):
            if stop is not None and stop.is_set():
                break
            # One seed: the same words always sound the same.
            pieces.append(self._voice.from_phonemes(phonemes, speed, seed=0))
        sound = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        limited: Samples = np.clip(self._gain * sound, -1.0, 1.0)
        return limited


def package_folder() -> Path | None:
    """Where the package is, without importing it; None if it is not installed."""
    spec = find_spec("hibari")
    inside = list(spec.submodule_search_locations or ()) if spec is not None else []
    return Path(inside[0]) if inside else None


def installed_version() -> str | None:
    """Of the package hibari-tts, without importing it; None if it is not there."""
    try:
        return version("hibari-tts")
    except PackageNotFoundError:
        return None
