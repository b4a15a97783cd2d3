"""`localvoice ask`: one question in writing, one answer."""

import sys
from pathlib import Path

import typer

from localvoice import config
from localvoice.cli.text import check_encoding


def ask(text: str, config_file: Path | None) -> None:
    """One question, one answer, on the terminal."""
    from localvoice.errors import CannotSpeak
    from localvoice.think.messages import ToolCalls
    from localvoice.turn.build import load_conversation

    settings = config.load(config_file).settings
    check_encoding(text)
    # Of a picture or a dash alone the model would make something up.
    if not any(character.isalnum() for character in text):
        raise CannotSpeak(
            "There is no question: no word and no number.", 'Give one, as in: localvoice ask "What time is it?"'
        )
    conversation, runner, engine = load_conversation(settings, lambda announcement: typer.echo(announcement))
    if engine.notice:
        typer.echo(engine.notice, err=True)
    pieces = conversation.reply(text, lambda: False)
    while True:
        calls: ToolCalls | None = None
        for piece in pieces:
            if isinstance(piece, ToolCalls):
                calls = piece
            else:
                typer.echo(piece.text, nl=False)
                sys.stdout.flush()
        if calls is None:
            break
        batch = runner.run(calls.calls, settings.tools.deadline_s, turn=1, committed=True)
        batch.wait()
        if any(result.ok and result.call.name == "set_timer" for result in batch.results):
            typer.echo("(A timer ends with the program; it rings in `localvoice talk`.)", err=True)
        pieces = conversation.answer_tools(list(batch.results), lambda: False)
    typer.echo()
