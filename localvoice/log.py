"""The program's log: nothing unless a program that uses this package, or `--log`, listens to "localvoice".

At every level it has types, counts and durations, never a word of a user or of a reply.
"""

import logging
from pathlib import Path

from localvoice.errors import SettingsError

_LOGGER = logging.getLogger("localvoice")
_LOGGER.addHandler(logging.NullHandler())


def to_file(path: Path) -> None:
    """Append everything to `path`, a line per record: time, level, thread, message. Raises SettingsError."""
    try:
        handler = logging.FileHandler(path, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this can be no file"
        raise SettingsError(f"The log {path} cannot be written: {reason}.", "Choose another file for --log.") from None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(message)s"))
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.DEBUG)
