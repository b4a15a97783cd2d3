"""A model file or folder of a person's own: which kind it is, told by what is in it."""

from pathlib import Path

from localvoice.catalog.entry import Kind
from localvoice.errors import ModelMissing, ModelWrongKind

GGUF = b"GGUF"
WHISPER = "model.bin"
_WHAT_IS_TAKEN = (
    "A chat model is a GGUF file, a voice is Piper's .onnx file with its .onnx.json beside it, "
    "and a transcriber is the folder of a CTranslate2 Whisper model."
)


def kind_of(path: Path) -> Kind:
    """The kind of the model at `path`, whose table of contents was checked; the weights are not read.

    Raises ModelMissing, ModelBroken, ModelWrongKind.
    """
    if path.is_dir():
        return _kind_of_folder(path)
    try:
        with path.open("rb") as file:
            begins = file.read(len(GGUF))
    except FileNotFoundError:
        raise ModelMissing(f"There is no file or folder {path}.", "Check the path.") from None
    except OSError as error:
        raise ModelMissing(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None
    if begins == GGUF:
        from localvoice.engines.chat import gguf

        gguf.read_head(path)
        return "chat"
    if path.suffix.lower() == ".onnx":
        from localvoice.engines.voice import piper

        piper.check_files(path)
        return "voice"
    if path.name == WHISPER:
        raise ModelWrongKind(f"{path} is one file of a model.", f"Name its folder: localvoice models use {path.parent}")
    if path.suffix.lower() == ".tar":
        raise ModelWrongKind(f"{path} is not a model.", f"If it is a bundle: localvoice models import {path}")
    raise ModelWrongKind(f"{path} is not a model that can be used here.", _WHAT_IS_TAKEN)


def _kind_of_folder(path: Path) -> Kind:
    if (path / WHISPER).is_file():
        from localvoice.engines.transcriber import whisper

        whisper.check_files(path)
        return "transcriber"
    inside = sorted(file for file in path.iterdir() if file.suffix.lower() in (".gguf", ".onnx"))
    if inside:
        raise ModelWrongKind(f"{path} is a folder.", f"Name a file in it: localvoice models use {inside[0]}")
    if any(path.glob("*.safetensors")):
        raise ModelWrongKind(
            f"{path} holds weights that were not converted yet (.safetensors).",
            "A Whisper model is converted by ct2-transformers-converter, a chat model by llama.cpp's "
            "convert_hf_to_gguf.py.",
        )
    raise ModelWrongKind(f"{path} has no model in it that can be used here.", _WHAT_IS_TAKEN)
