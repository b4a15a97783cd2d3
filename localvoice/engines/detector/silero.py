"""Silero VAD v6 as a stream: one probability for every 32 ms, the recurrent state carried along.

The ONNX file is the one that travels inside faster-whisper; the silero-vad package would bring torch with it.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from localvoice.engines.onnx.runtime import OnnxGraph
from localvoice.errors import ModelMissing, ModelWrongKind
from localvoice.sound import Samples

CHUNK_SAMPLES = 512
"""The model takes 512 samples at 16 kHz (32 ms) at a time, no more and no less."""
_CONTEXT_SAMPLES = 64
"""Each chunk is preceded by the last 64 samples of the one before."""
_STATE_SHAPE = (1, 1, 128)


class Silero:
    """Probability of speech."""

    def __init__(self, path: Path | None = None) -> None:
        """`path`: Silero's ONNX file with inputs `input`, `h`, `c`; None for the bundled one.

        Raises ModelMissing, ModelBroken, ModelWrongKind.
        """
        file = path if path is not None else bundled_model()
        # The one inside faster-whisper came with the program.
        self._graph = OnnxGraph(file, threads=1, trusted=True if path is None else None)
        if not {"input", "h", "c"} <= self._graph.inputs:
            raise ModelWrongKind(f"{file} is not Silero's voice detector.", "Leave the path out.")
        self.reset()

    def reset(self) -> None:
        """Forget everything heard; for a gap in the stream."""
        self._input = np.zeros((1, _CONTEXT_SAMPLES + CHUNK_SAMPLES), np.float32)
        self._h = np.zeros(_STATE_SHAPE, np.float32)
        self._c = np.zeros(_STATE_SHAPE, np.float32)

    def feed(self, chunk: Samples) -> float:
        """Probability of speech in the next `chunk`: float32, exactly 512 samples at 16 kHz in [-1, 1].

        Raises ValueError for another length.
        """
        if chunk.shape != (CHUNK_SAMPLES,):
            raise ValueError(f"Silero takes chunks of {CHUNK_SAMPLES} samples, not of shape {chunk.shape}.")
        self._input[0, :_CONTEXT_SAMPLES] = self._input[0, -_CONTEXT_SAMPLES:]
        self._input[0, _CONTEXT_SAMPLES:] = chunk
        probability, self._h, self._c = self._graph.run({"input": self._input, "h": self._h, "c": self._c})
        return float(probability.flat[0])


def bundled_model() -> Path:
    """The file inside faster-whisper, found without importing it. Raises ModelMissing."""
    spec = find_spec("faster_whisper")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for file in sorted((Path(folder) / "assets").glob("silero_vad_v*.onnx"), reverse=True):
            return file
    raise ModelMissing("faster-whisper's voice detector is missing.", "Run `pip install faster-whisper`.")
