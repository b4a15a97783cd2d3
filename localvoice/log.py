"""What is logged: types, counts and durations at every level, never a word of a user or a reply.

The logger is called "localvoice". Nothing is printed by default; an application that imports localvoice decides as
with any library, and `to_file` is what `--log FILE` does. Without colours and with one line a record it reads well in
a journal.
"""

import logging
import sys
import traceback
from dataclasses import fields
from pathlib import Path

from localvoice import events as ev
from localvoice.errors import SettingsError

LOGGER = logging.getLogger("localvoice")
LOGGER.addHandler(logging.NullHandler())

_tracebacks = False
FORMAT = "%(asctime)s %(levelname)s [%(threadName)s] %(message)s"
WORDS = ("text", "stable", "heard")
"""Fields that hold what people, or the assistant, said."""
RARE = (ev.AudioGap, ev.Notice)
FREQUENT = (ev.SpeechSuspected, ev.SuspicionGone, ev.PartialTranscript, ev.ClauseReady, ev.ClauseStarted)


def to_file(path: Path, level: int = logging.DEBUG) -> None:
    """Append what happens to the file `path`, a line per record. Raises SettingsError if it cannot be written."""
    try:
        handler = logging.FileHandler(path, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be a file"
        raise SettingsError(f"The log {path} cannot be written: {reason}.", "Choose another file for --log.") from None
    handler.setFormatter(logging.Formatter(FORMAT))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(level)


def fault(sentence: str, error: BaseException) -> None:
    """Log what other people's code raised, as `sentence`; with `tracebacks` show on standard error how it came about.

    A traceback never goes into the log: what is raised may quote what was said.
    """
    LOGGER.warning("%s", sentence)
    show(error)


def show(error: BaseException) -> None:
    """Show the traceback of `error` on standard error, if they are wanted."""
    if _tracebacks:
        traceback.print_exception(error, file=sys.stderr)


def tracebacks(wanted: bool) -> None:
    """Whether faults are shown with their tracebacks from now on; what `--debug` does."""
    global _tracebacks
    _tracebacks = wanted


def event(happened: ev.Event) -> None:
    """Log one event of a conversation; an observer of the session."""
    level = logging.DEBUG if isinstance(happened, FREQUENT) else logging.INFO
    if isinstance(happened, RARE):
        level = logging.WARNING
    if isinstance(happened, ev.WorkerFailed | ev.DeviceGone):
        level = logging.ERROR
    if LOGGER.isEnabledFor(level):
        LOGGER.log(level, "%s", describe(happened))


def describe(happened: ev.Event) -> str:
    """`happened` in one line: its type and its fields, of what was said the number of words alone."""
    parts = [happened.type]
    for field in fields(happened):
        value = getattr(happened, field.name)
        if field.name in WORDS and not isinstance(happened, ev.Notice):
            parts.append(f"{field.name}_words={len(value.split())}")
        elif field.name == "name" and isinstance(happened, ev.ToolFinished) and not happened.ok:
            # A tool that is not there is called by a name that the model has made up.
            continue
        elif value != "":
            parts.append(f"{field.name}={value}")
    return " ".join(parts)
