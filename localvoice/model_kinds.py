"""The kinds of model that a conversation runs on: what the settings call them, and which model of each is bundled."""

from collections.abc import Mapping

from localvoice.catalog.entry import Kind
from localvoice.config import Settings

KINDS: tuple[Kind, ...] = ("transcriber", "chat", "voice")
"""In the order in which a turn passes through them. Each has a section of the same name in the settings."""
SETTINGS: Mapping[Kind, str] = {kind: f"{kind}.model" for kind in KINDS}
"""The setting that names the model of a kind. Nothing opens the other kinds of the catalog yet."""
BUNDLED: Mapping[Kind, str] = {
    "transcriber": "pocket/transcriber",
    "chat": "pocket/chat/pocket-chat.gguf",
    "voice": "pocket/voice/pocket-voice.onnx",
}
"""The bundled model of each kind, as bundled.path takes it; its kind's first engine opens it."""


def named(settings: Settings) -> dict[Kind, str]:
    """What the settings name for each kind: a model of the catalog, a path, or "" for the bundled one."""
    return {kind: getattr(settings, kind).model for kind in KINDS}
