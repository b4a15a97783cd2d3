"""From the name of an engine to what opens a model with it: the one place that knows them all.

The names are those of the catalog (`engine` of an entry). A path in the settings has no entry: then its kind's own
engine opens it, and says what is wrong with it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from localvoice.config import ChatSettings, TranscriberSettings

if TYPE_CHECKING:
    from localvoice.engines.chat.llama import LlamaEngine
    from localvoice.engines.transcriber.whisper import Whisper
    from localvoice.engines.voice.hibari import HibariEngine
    from localvoice.engines.voice.piper import PiperEngine

FASTER_WHISPER, PIPER, HIBARI = "faster-whisper", "piper", "hibari"


def weights_file(path: Path, engine: str) -> Path:
    """The file that holds the weights of the model at `path`."""
    inside = {FASTER_WHISPER: "model.bin", HIBARI: "assets/hibari.onnx"}
    return path / inside[engine] if engine in inside else path


def open_transcriber(path: Path, settings: TranscriberSettings) -> "Whisper":
    """The transcriber in the folder `path`. Raises ModelError."""
    from localvoice.engines.transcriber.whisper import Whisper

    return Whisper(
        path,
        threads=settings.threads,
        language=settings.language,
        short_context=settings.short_context,
        beams=settings.beams,
        compute=settings.compute,
        words=settings.words,
    )


def open_chat(path: Path, settings: ChatSettings) -> "LlamaEngine":
    """The chat model in the file `path`. Raises ModelError."""
    from localvoice.engines.chat.llama import LlamaEngine

    return LlamaEngine(
        path,
        settings.context_tokens,
        settings.threads,
        compute=settings.compute,
        gpu_layers=settings.gpu_layers,
    )


def open_voice(path: Path, engine: str = PIPER) -> "PiperEngine | HibariEngine":
    """The voice at `path`: a Piper voice's file, or the folder of hibari's package. Raises ModelError."""
    if engine == HIBARI:
        from localvoice.engines.voice.hibari import HibariEngine

        return HibariEngine(path)
    from localvoice.engines.voice.piper import PiperEngine

    return PiperEngine(path)
