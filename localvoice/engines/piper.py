"""Piper: text to samples with a voice in Piper's ONNX form. The only file that imports it.

The graph is opened by ourselves (engines/onnx_runtime.py) because PiperVoice.load takes every core and lets
idle threads spin. Piper's own loudness normalising stays off: it would make every clause as loud as its
loudest sample, so that a reply wavers from clause to clause.
"""

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from localvoice.engines.onnx_runtime import OnnxGraph
from localvoice.errors import ModelBroken, ModelMissing, ModelWrongKind

_INPUTS = {"input", "input_lengths", "scales"}
_CONFIG_KEYS = ("audio", "espeak", "num_symbols", "num_speakers", "phoneme_id_map")
_LEAST_RATE_HZ, _MOST_RATE_HZ = 8_000, 48_000


class PiperEngine:
    """One voice. Not for two threads at once."""

    def __init__(self, path: Path, threads: int = 1, gain: float = 1.0) -> None:
        """Open the voice `path` (an .onnx file; its settings lie beside it as .onnx.json).

        `gain` multiplies every sample. Raises ModelMissing, ModelBroken, ModelWrongKind.
        """
        path = Path(path)
        config = _read_config(path)
        graph = OnnxGraph(path, threads=threads)
        if not graph.inputs >= _INPUTS:
            raise ModelWrongKind(
                f"{path} is an ONNX model but not a Piper voice.",
                "Give the path of a Piper voice's .onnx file.",
            )
        from piper import PiperVoice, SynthesisConfig
        from piper.config import PiperConfig

        try:
            settings = PiperConfig.from_dict(config)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelBroken(
                f"{path}.json does not describe a Piper voice ({type(error).__name__}: {error}).",
                "Fetch both files of the voice again.",
            ) from None
        self.rate_hz: int = settings.sample_rate
        self._length_scale: float = settings.length_scale
        self._gain = gain
        self._new_request: Any = SynthesisConfig
        self._voice: Any = PiperVoice(config=settings, session=_Session(graph))

    def synthesise(
        self,
        text: str,
        length_scale: float = 1.0,
        noise_scale: float | None = None,
        stop: threading.Event | None = None,
    ) -> NDArray[np.float32]:
        """Mono float32 samples of `text` at `rate_hz`, within [-1, 1]; empty when nothing in it has a sound.

        `length_scale` multiplies the voice's own durations (2.0 takes twice as long). `noise_scale` None
        leaves the voice's own. `stop` is looked at before each sentence; once set, what is there so far is
        returned.
        """
        request = self._new_request(
            length_scale=self._length_scale * length_scale,
            noise_scale=noise_scale,
            normalize_audio=False,
            volume=self._gain,
        )
        pieces: list[NDArray[np.float32]] = []
        sentences = iter(self._voice.synthesize(text, request))
        while stop is None or not stop.is_set():
            chunk = next(sentences, None)
            if chunk is None:
                break
            pieces.append(np.atleast_1d(chunk.audio_float_array).astype(np.float32, copy=False))
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


class _Session:
    """What PiperVoice needs of an onnxruntime session."""

    def __init__(self, graph: OnnxGraph) -> None:
        self._graph = graph

    def run(self, _outputs: None, feeds: dict[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        return self._graph.run(feeds)


def _read_config(path: Path) -> dict[str, Any]:
    """The voice's JSON settings, looked through before anything is loaded."""
    if not path.is_file():
        raise ModelMissing(
            f"There is no voice {path}.", "Check voice.model in the settings, or leave it out."
        )
    beside = path.with_name(path.name + ".json")
    if not beside.is_file():
        raise ModelMissing(
            f"The voice {path} lacks its settings {beside.name}.", f"Put {beside.name} beside it."
        )
    try:
        config = json.loads(beside.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelBroken(
            f"{beside} cannot be read: {error}.", "Fetch both files of the voice again."
        ) from None
    if not isinstance(config, dict) or any(key not in config for key in _CONFIG_KEYS):
        raise ModelWrongKind(
            f"{beside} does not describe a Piper voice.", "Give the path of a Piper voice's .onnx file."
        )
    rate = config["audio"].get("sample_rate") if isinstance(config["audio"], dict) else None
    if not isinstance(rate, int) or not _LEAST_RATE_HZ <= rate <= _MOST_RATE_HZ:
        raise ModelBroken(
            f"{beside} gives no usable sample rate ({rate!r}).", "Fetch both files of the voice again."
        )
    return config
