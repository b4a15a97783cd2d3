"""`localvoice ask`: one question in writing, one answer."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from localvoice import config
from localvoice.cli.json_output import document
from localvoice.cli.ringing import note_on
from localvoice.cli.terminal import printable
from localvoice.cli.text import text_of
from localvoice.errors import SettingsError

if TYPE_CHECKING:
    from localvoice.config import Settings
    from localvoice.think.messages import ToolResult


def ask(words: Sequence[str], config_file: Path | None, *, interactive: bool = False, as_json: bool = False) -> None:
    """One question, one answer, on the terminal; or many (cli/ask_on.py)."""
    if interactive:
        from localvoice.cli.ask_on import converse

        if as_json:
            raise SettingsError("--json is for one question, --interactive for many.", "Leave one of them out.")
        converse(words, config.load(config_file).settings)
        return
    with document(as_json) as out:
        settings = config.load(config_file).settings
        _answer("".join(text_of(words)).strip(), settings, out, as_json)


def _answer(question: str, settings: "Settings", out: dict[str, Any], as_json: bool) -> None:
    """Print the answer, or with `as_json` fill `out`."""
    from localvoice.one_shot.ask import Chat
    from localvoice.one_shot.in_thread import in_thread

    tools: list[dict[str, Any]] = []

    def tool_finished(result: "ToolResult") -> None:
        tools.append({"name": result.call.name, "ok": result.ok, "ms": round(result.took_ms, 1)})
        if result.ok and (note := note_on(result.call.name)):
            tell(note)

    began_s = time.monotonic()
    # A timer may ring while the document is still being made.
    announce = tell if as_json else lambda sentence: typer.echo(printable(sentence))
    # Gone in a moment, and often part of a script: an alarm is for who stays.
    with Chat(settings, announce=announce, alarms_ring=False, notice=tell, tool_finished=tool_finished) as chat:
        pieces = []
        for piece in in_thread(lambda: chat.ask(question)):
            pieces.append(piece)
            if not as_json:
                show(piece)
        if not as_json:
            typer.echo()
        out |= {"question": question, "answer": "".join(pieces).strip(), "tools": tools, "model": chat.model}
        out["seconds"] = round(time.monotonic() - began_s, 3)


def show(piece: str) -> None:
    """Print a piece of an answer at once."""
    typer.echo(printable(piece), nl=False)
    sys.stdout.flush()


def tell(sentence: str) -> None:
    """Say something that is no part of an answer."""
    typer.echo(printable(sentence), err=True)
