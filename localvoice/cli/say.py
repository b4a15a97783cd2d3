"""`localvoice say`: one text, spoken or written to a file."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import typer

from localvoice import config
from localvoice.cli.text import text_of
from localvoice.errors import SettingsError

if TYPE_CHECKING:
    from localvoice.one_shot.say import Said

STDOUT = ("-", "/dev/stdout", "/dev/fd/1")


def say(words: Sequence[str], output: str | None, device: str | None, config_file: Path | None) -> None:
    """Speak the text through the speaker, or into a file or the standard output."""
    from localvoice.one_shot.say import say as speak

    settings = config.load(config_file).settings
    if output is None:
        _mention_skipped(speak(text_of(words), None, settings, device))
        return
    if device is not None:
        raise SettingsError(
            "--device chooses what plays, and with --output nothing is played.", "Leave one of them out."
        )
    said = speak(text_of(words), _standard_output() if output in STDOUT else output, settings)
    # Not on the standard output, which the sound may have.
    typer.echo(f"{'standard output' if output in STDOUT else output}: {said.seconds:.1f} s", err=True)
    _mention_skipped(said)


def _standard_output() -> BinaryIO:
    if sys.stdout.isatty():
        raise SettingsError(
            "A terminal cannot show a sound.",
            "Send it on, as in: localvoice say hello -o - | aplay; or leave --output out to hear it.",
        )
    return sys.stdout.buffer


def _mention_skipped(said: "Said") -> None:
    if said.skipped:
        parts = "Part of the text has" if said.skipped == 1 else f"{said.skipped} parts of the text have"
        typer.echo(f"{parts} no sound in this voice, and nothing was said for it.", err=True)
