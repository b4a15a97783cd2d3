"""`localvoice ask --interactive`: a conversation in writing, at a prompt or with the lines of a pipe."""

import sys
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import typer

from localvoice.cli.ask import show, tell
from localvoice.cli.keys import keyboard
from localvoice.cli.terminal import printable
from localvoice.cli.text import STDIN, check_encoding, decoded
from localvoice.config import Settings
from localvoice.errors import LocalvoiceError

if TYPE_CHECKING:
    from localvoice.one_shot.ask import Chat

PROMPT = "> "
LEAVING = ("exit", "quit")


class Lines:
    """Reads the questions, and prints what is announced meanwhile without disturbing either of them."""

    def __init__(self) -> None:
        self.by_hand = keyboard() and sys.stdout.isatty()
        self._lock = threading.Lock()
        self._waiting = False
        """For a question; else one is being answered."""
        self._announced: list[str] = []
        self._typed: Callable[[], str] = lambda: ""
        if self.by_hand:
            # With it `input` has editing and a history, of this conversation alone. Windows lacks it.
            try:
                import readline
            except ImportError:
                pass
            else:
                self._typed = readline.get_line_buffer

    def read(self) -> str | None:
        """The next question; None at the end. Raises KeyboardInterrupt, and CannotSpeak for what is no UTF-8 text."""
        with self._lock:
            self._waiting = True
            announced, self._announced = self._announced, []
            for sentence in announced:
                typer.echo(printable(sentence))
        try:
            if not self.by_hand:
                line = sys.stdin.buffer.readline() if sys.stdin is not None else b""
                return decoded(line).strip() if line else None
            text = input(PROMPT)
            check_encoding(text)
            return text.strip()
        except EOFError:
            typer.echo()
            return None
        finally:
            with self._lock:
                self._waiting = False

    def announce(self, sentence: str) -> None:
        """Print a sentence at once at the prompt, else after the answer. From any thread."""
        with self._lock:
            if not self._waiting:
                self._announced.append(sentence)
            elif self.by_hand:
                typed = self._typed()
                clear = " " * (len(PROMPT) + len(typed))
                sys.stdout.write(f"\r{clear}\r{printable(sentence)}\n{PROMPT}{typed}")
                sys.stdout.flush()
            else:
                typer.echo(printable(sentence))


def converse(words: Sequence[str], settings: Settings) -> None:
    """Answer `words`, if there are any, and every line that follows.

    At a prompt Ctrl-C ends an answer, not the conversation. Raises KeyboardInterrupt where the lines come from a pipe.
    """
    from localvoice.one_shot.ask import Chat
    from localvoice.one_shot.in_thread import in_thread

    lines = Lines()
    first = " ".join(words) if list(words) != [STDIN] else ""
    check_encoding(first)
    with Chat(settings, announce=lines.announce, notice=tell) as chat:
        # In a thread: a model of gigabytes takes long, and Ctrl-C is to be heard.
        for _ in in_thread(lambda: iter([chat.load()])):
            pass
        if lines.by_hand:
            typer.echo("An empty line, exit or Ctrl-D leaves; Ctrl-C stops an answer.", err=True)
        if first:
            _answer(first, chat, lines)
        warned = False
        while True:
            try:
                text = lines.read()
            except KeyboardInterrupt:
                if not lines.by_hand:
                    raise
                # As in a shell: what was typed is dropped.
                typer.echo()
                continue
            except LocalvoiceError as error:
                _refuse(error, lines)
                continue
            if text and text.lower() not in LEAVING:
                warned = False
                _answer(text, chat, lines)
            elif text is None or text or lines.by_hand:
                pending = chat.pending()
                if pending and lines.by_hand and not warned:
                    warned = True
                    tell(f"{pending[:1].upper()}{pending[1:]}; leave again to leave all the same.")
                    continue
                if pending and not warned:
                    tell(f"(The program ends, and {pending}.)")
                return


def _answer(text: str, chat: "Chat", lines: Lines) -> None:
    from localvoice.one_shot.in_thread import in_thread

    try:
        for piece in in_thread(lambda: chat.ask(text), stop=chat.stop):
            show(piece)
        typer.echo()
    except KeyboardInterrupt:
        if not lines.by_hand:
            raise
        typer.echo(" ... (stopped)")
    except LocalvoiceError as error:
        _refuse(error, lines)


def _refuse(error: LocalvoiceError, lines: Lines) -> None:
    """A person may try again; a program that sends lines is told by the exit code."""
    if not lines.by_hand:
        raise error
    tell(f"{error.message}\n  {error.remedy}".rstrip())
