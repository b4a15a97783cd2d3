"""Speex's echo canceller, from the speexdsp package: the only file that loads it.

The package's own Python layer imports a module that Python 3.12 removed, and adds nothing to the compiled one beside
it, so that one is loaded directly.
"""

import importlib.util
import sys
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from localvoice.errors import AudioError
from localvoice.sound import Samples


class SpeexEcho:
    """An adaptive filter in the frequency domain (speex_echo_cancellation of libspeexdsp).

    `frame_samples`: block length of `feed`; `filter_samples`: longest echo that can be cancelled, counted from
    the reference. Raises AudioError if speexdsp is not installed.
    """

    def __init__(self, frame_samples: int, filter_samples: int, rate_hz: int) -> None:
        self._speex: Any = _load()
        self.frame_samples = frame_samples
        # The rate has to be given: Speex assumes 8 kHz otherwise and eats the near end.
        self._state = self._speex.EchoCanceller_create(frame_samples, filter_samples, rate_hz, 1, 1)

    def feed(self, mic: Samples, reference: Samples) -> Samples:
        """float32 in [-1, 1], both exactly `frame_samples` long; the microphone without the echo comes back.

        Raises ValueError for another length: the library would read beyond the end of a short reference.
        """
        if mic.shape != (self.frame_samples,) or reference.shape != (self.frame_samples,):
            raise ValueError(f"Speex takes frames of {self.frame_samples} samples.")
        clean = self._speex.EchoCanceller_process(self._state, _to_int16(mic), _to_int16(reference))
        return np.frombuffer(clean, np.int16).astype(np.float32) / 32768.0

    def close(self) -> None:
        """Free the filter; `feed` must not be called again."""
        if self._state is not None:
            self._speex.delete_EchoCanceller(self._state)
            self._state = None


def _to_int16(samples: Samples) -> bytes:
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype(np.int16).tobytes()


def _compiled() -> Path | None:
    spec = importlib.util.find_spec("speexdsp")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for suffix in EXTENSION_SUFFIXES:
            file = Path(folder) / f"_speexdsp{suffix}"
            if file.is_file():
                return file
    return None


def _load() -> ModuleType:
    if "_speexdsp" in sys.modules:
        return sys.modules["_speexdsp"]
    file = _compiled()
    remedy = "Install it with `pip install speexdsp`; that needs swig, a C compiler and libspeexdsp's header."
    if file is None:
        raise AudioError("Speex's echo canceller is not installed.", remedy)
    spec = importlib.util.spec_from_loader("_speexdsp", ExtensionFileLoader("_speexdsp", str(file)))
    assert spec is not None and spec.loader is not None
    try:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except ImportError as error:
        raise AudioError(f"Speex's echo canceller cannot be loaded ({error}).", remedy) from None
    sys.modules["_speexdsp"] = module
    return module
