"""localvoice: talk to your own computer; nothing you say leaves it.

    import localvoice

    localvoice.say("Hello.", "hello.wav")
    localvoice.transcribe("hello.wav")
    localvoice.ask("what is twelve times seven")
    with localvoice.Session() as talk:
        talk.wait()

Everything here is loaded when it is first used, so that the import costs nothing. Plug-ins import `localvoice.tools`.
"""

import importlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localvoice.config import Settings
    from localvoice.errors import (
        AudioError,
        BadBundle,
        BadWav,
        CannotSpeak,
        CatalogError,
        ContentChanged,
        DeviceLost,
        DeviceRefused,
        DownloadFailed,
        LocalvoiceError,
        ModelBroken,
        ModelError,
        ModelMissing,
        ModelWrongKind,
        NoDevice,
        NotUnderstood,
        OurFault,
        SettingsError,
        StorageRefused,
        TurnUnanswered,
    )
    from localvoice.one_shot.ask import ask
    from localvoice.one_shot.say import say
    from localvoice.one_shot.transcribe import transcribe
    from localvoice.session import Session

__version__ = "0.1.0"

# The ONNX Runtime of newer releases reports its use to its maker. It looks at this variable when it is loaded, which
# other packages may do before engines/onnx/runtime.py does; tests/test_no_network.py traces that it works.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

_HOME = {
    "Session": "session",
    "Settings": "config",
    "ask": "one_shot.ask",
    "say": "one_shot.say",
    "transcribe": "one_shot.transcribe",
}
"""Where each name lives below this package; all others are errors."""

__all__ = [
    "AudioError",
    "BadBundle",
    "BadWav",
    "CannotSpeak",
    "CatalogError",
    "ContentChanged",
    "DeviceLost",
    "DeviceRefused",
    "DownloadFailed",
    "LocalvoiceError",
    "ModelBroken",
    "ModelError",
    "ModelMissing",
    "ModelWrongKind",
    "NoDevice",
    "NotUnderstood",
    "OurFault",
    "Session",
    "Settings",
    "SettingsError",
    "StorageRefused",
    "TurnUnanswered",
    "__version__",
    "ask",
    "say",
    "transcribe",
]


def __getattr__(name: str) -> object:
    """Load a name of the public face when it is first asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
