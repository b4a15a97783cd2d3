"""Where the files are that travel with the program: the pocket models, the catalog, the demo's recordings.

In a checkout they lie in `models/` beside the package. A wheel has no such neighbour, so setup.py copies the
folder into the package as `localvoice/_bundled/`.
"""

from pathlib import Path

from localvoice.errors import ModelMissing

_PACKAGE = Path(__file__).resolve().parent
SPEECH = _PACKAGE / "demo" / "speech"
"""Recorded sentences, mono FLAC at 16 kHz: the demo's visitor speaks them, and the doctor measures with one."""


def folder() -> Path:
    """The folder of bundled files, whether it exists or not."""
    inside = _PACKAGE / "_bundled"
    return inside if inside.is_dir() else _PACKAGE.parent / "models"


def path(name: str) -> Path:
    """A bundled file or folder by its name below `models/`, such as "pocket/voice/pocket-voice.onnx".

    Raises:
        ModelMissing: this installation has no such file.
    """
    found = folder() / name
    if not found.exists():
        raise ModelMissing(
            f"The bundled file {name} is missing from {folder()}.",
            "Install localvoice again, or in a checkout run: git checkout -- models",
        )
    return found
