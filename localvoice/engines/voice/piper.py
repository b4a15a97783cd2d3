"""Piper: text to samples with a voice in Piper's ONNX form. The only file that imports it.

The graph is opened by ourselves (engines/onnx/runtime.py) because PiperVoice.load takes every core and lets
idle threads spin. Piper's own loudness normalising stays off: it would make every clause as loud as its
loudest sample, so that a reply wavers from clause to clause.
"""

import math
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from localvoice.engines.json_file import read_object
from localvoice.engines.onnx.file import read_outline
from localvoice.engines.onnx.runtime import OnnxGraph
from localvoice.engines.probe import insist
from localvoice.errors import ModelBroken, ModelMissing, ModelWrongKind
from localvoice.sound import Samples

_INPUTS = {"input", "input_lengths", "scales"}
_CONFIG_KEYS = ("audio", "espeak", "num_symbols", "num_speakers", "phoneme_id_map")
_LEAST_RATE_HZ, _MOST_RATE_HZ = 8_000, 48_000
_MOST_SYMBOLS = 100_000
_MOST_SCALE = 20.0


class PiperEngine:
    """One voice. Not for two threads at once."""

    def __init__(self, path: Path, threads: int = 1, gain: float = 1.0, trusted: bool | None = None) -> None:
        """Open the voice `path` (an .onnx file; its settings lie beside it as .onnx.json).

        `gain` multiplies every sample. `trusted`: do without the probe; None trusts the bundled models.
        Raises ModelMissing, ModelBroken, ModelWrongKind.
        """
        path = Path(path)
        config = check_files(path)
        whose = f"The voice {path} cannot be used"
        insist(path, __name__, whose, "Fetch both files of the voice again.", _beside(path), trusted=trusted)
        graph = OnnxGraph(path, threads=threads, trusted=True)
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
    ) -> Samples:
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
        pieces: list[Samples] = []
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

    def run(self, _outputs: None, feeds: dict[str, NDArray[Any]]) -> list[Samples]:
        return self._graph.run(feeds)


def check_files(path: Path) -> dict[str, Any]:
    """Look at both files of the voice `path` before a library does; its settings.

    Raises ModelMissing, ModelBroken, ModelWrongKind.
    """
    if not path.is_file():
        raise ModelMissing(f"There is no voice {path}.", "Check voice.model in the settings, or leave it out.")
    # What kind of file it is comes before what lies beside it: a file that is no voice has no settings of one.
    outline = read_outline(path)
    config = _read_config(path)
    if not outline.inputs >= _INPUTS:
        raise ModelWrongKind(
            f"{path} is an ONNX model but not a Piper voice.",
            "Give the path of a Piper voice's .onnx file.",
        )
    return config


def _read_config(path: Path) -> dict[str, Any]:
    """The voice's JSON settings, looked through before anything is loaded."""
    beside = _beside(path)
    if not beside.is_file():
        raise ModelMissing(f"The voice {path} lacks its settings {beside.name}.", f"Put {beside.name} beside it.")
    config = read_object(beside, "Fetch both files of the voice again.")
    if any(key not in config for key in _CONFIG_KEYS):
        raise ModelWrongKind(
            f"{beside} does not describe a Piper voice.", "Give the path of a Piper voice's .onnx file."
        )
    rate = config["audio"].get("sample_rate") if isinstance(config["audio"], dict) else None
    if not isinstance(rate, int) or not _LEAST_RATE_HZ <= rate <= _MOST_RATE_HZ:
        raise ModelBroken(f"{beside} gives no usable sample rate ({rate!r}).", "Fetch both files of the voice again.")
    if fault := _fault(config):
        raise ModelBroken(f"{beside} is damaged: {fault}.", "Fetch both files of the voice again.")
    return config


def _fault(config: dict[str, Any]) -> str:
    """What is wrong with a voice's settings, as half a sentence, or "". The graph trusts its symbols' numbers."""
    symbols, sounds = config["num_symbols"], config["phoneme_id_map"]
    for key in ("num_symbols", "num_speakers"):
        if type(config[key]) is not int or not 1 <= config[key] <= _MOST_SYMBOLS:
            return f"{key} cannot be {config[key]!r:.40}"
    if not isinstance(sounds, dict) or not sounds:
        return "phoneme_id_map has no sounds"
    for sound, numbers in sounds.items():
        if not isinstance(numbers, list) or not all(type(n) is int and 0 <= n < symbols for n in numbers):
            return f"phoneme_id_map gives {sound!r:.20} numbers outside of its {symbols} symbols"
    voice = config["espeak"].get("voice") if isinstance(config["espeak"], dict) else None
    if not isinstance(voice, str) or not voice:
        return "espeak.voice is missing"
    scales = config.get("inference", {})
    if not isinstance(scales, dict):
        return "inference is not an object"
    for key in ("noise_scale", "length_scale", "noise_w"):
        scale = scales.get(key, 1.0)
        if not isinstance(scale, int | float) or not math.isfinite(scale) or not 0 <= scale <= _MOST_SCALE:
            return f"inference.{key} cannot be {scale!r:.40}"
    return ""


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _try(path: str) -> None:
    """In the process of the probe: open the voice and say something."""
    try:
        sound = PiperEngine(Path(path), trusted=True).synthesise("One, two, three.")
    except (ModelBroken, ModelWrongKind) as error:
        sys.exit(error.message)
    if not len(sound):
        sys.exit("it makes no sound.")
    if not np.isfinite(sound).all():
        sys.exit("its weights are damaged: it computes values that are not finite numbers.")
