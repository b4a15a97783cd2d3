"""`localvoice ask`: one question in writing, one answer."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from localvoice import config
from localvoice.cli.text import check_encoding

if TYPE_CHECKING:
    from localvoice.think.messages import ToolResult


def ask(text: str, config_file: Path | None) -> None:
    """One question, one answer, on the terminal."""
    from localvoice.one_shot.ask import Chat

    settings = config.load(config_file).settings
    check_encoding(text)

    def notice(sentence: str) -> None:
        typer.echo(sentence, err=True)

    with Chat(settings, announce=typer.echo, notice=notice, tool_finished=mention_timer) as chat:
        for piece in chat.ask(text):
            typer.echo(piece, nl=False)
            sys.stdout.flush()
        typer.echo()


def mention_timer(result: "ToolResult") -> None:
    """Say that a timer that was set here will not ring."""
    if result.ok and result.call.name == "set_timer":
        typer.echo("(A timer ends with the program; it rings in `localvoice talk`.)", err=True)
