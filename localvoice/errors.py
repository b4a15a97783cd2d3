"""What can go wrong for a person, each with its remedy and its exit code.

LocalvoiceError            1  any other external failure
├── SettingsError          2  the settings file or a command-line option
├── ModelError             3  a model file
│   ├── ModelMissing
│   ├── ModelBroken            truncated, damaged, refused by its library
│   └── ModelWrongKind         a good file of another kind
├── AudioError             4  sound devices and sound files
│   ├── NoDevice
│   ├── DeviceRefused
│   ├── DeviceLost
│   └── BadWav
├── OurFault               5  a bug in the program; cli/app.py makes it of every exception outside this tree
├── CannotSpeak            6  a text that cannot be spoken or understood
├── NotUnderstood          6  a recording with a voice in it of which not one word was understood
├── TurnUnanswered         7  the demo: a turn got no answer
└── CatalogError           8  the catalog, downloads and bundles of models
    ├── DownloadFailed         the network or the server
    ├── ContentChanged         the content differs from what was published
    ├── BadBundle              a bundle, or a name in it, that cannot be trusted
    └── StorageRefused         the disk is full, read-only or forbidden

A tool that fails raises none of these: its error becomes a sentence for the model (think/tools/runner.py).
`localvoice doctor` raises nothing for what it finds: its exit code is 9 if a conversation is not possible yet.
130 is reserved for Ctrl-C, as every shell expects.
"""


class LocalvoiceError(Exception):
    """Base of the tree. `message` says what is wrong, `remedy` what to do about it, both as sentences."""

    exit_code = 1

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.remedy = remedy


class SettingsError(LocalvoiceError):
    """A setting is unknown, misspelt, of the wrong type or out of range."""

    exit_code = 2


class ModelError(LocalvoiceError):
    """A model cannot be used."""

    exit_code = 3


class ModelMissing(ModelError):
    """The file or folder of a model is not there, or cannot be read."""


class ModelBroken(ModelError):
    """The file is truncated or damaged, or its library refuses it."""


class ModelWrongKind(ModelError):
    """The file is a model, but not of the kind that is wanted here."""


class AudioError(LocalvoiceError):
    """A sound device or a sound file cannot be used."""

    exit_code = 4


class NoDevice(AudioError):
    """No microphone, no speaker, or none by that name."""


class DeviceRefused(AudioError):
    """The device is there but will not open as asked."""


class DeviceLost(AudioError):
    """The device went away while it was in use."""


class BadWav(AudioError):
    """A sound file is empty, unreadable or not a sound file."""


class OurFault(LocalvoiceError):
    """A bug in the program."""

    exit_code = 5


class CannotSpeak(LocalvoiceError):
    """Nothing in the text can be spoken or understood."""

    exit_code = 6


class NotUnderstood(LocalvoiceError):
    """A voice speaks in the recording, and not one word of it was understood."""

    exit_code = 6


class TurnUnanswered(LocalvoiceError):
    """A turn of the demo conversation got no answer."""

    exit_code = 7


class CatalogError(LocalvoiceError):
    """The catalog, the lock file, a download or a bundle."""

    exit_code = 8


class DownloadFailed(CatalogError):
    """The network or the server failed."""


class ContentChanged(CatalogError):
    """A file's size or checksum is not the one that was published, locked or bundled. The message names both."""


class BadBundle(CatalogError):
    """A bundle, or a name in a bundle or catalog, that cannot be trusted."""


class StorageRefused(CatalogError):
    """The disk is full, read-only, or its permissions forbid it."""
