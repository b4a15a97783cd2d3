"""What a person typed, or sent through a pipe."""

import codecs
import sys
from collections.abc import Iterator, Sequence

from localvoice.errors import CannotSpeak

STDIN = "-"
_READ_BYTES = 65_536


def check_encoding(text: str) -> None:
    """Raises CannotSpeak for what the shell could not decode."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CannotSpeak("The text is not UTF-8.", "Type it in a terminal that is set to UTF-8.") from None


def text_of(words: Sequence[str]) -> Iterator[str]:
    """The text of a command line, or, if it has none or a dash alone, that of the standard input as it comes.

    Nothing comes from a terminal unless a dash asks for it. Raises CannotSpeak for what is no UTF-8 text.
    """
    if words and list(words) != [STDIN]:
        text = " ".join(words)
        check_encoding(text)
        yield text
    elif sys.stdin is not None and (words or not sys.stdin.isatty()):
        yield from _piped()


def decoded(raw: bytes) -> str:
    """A line of the standard input. Raises CannotSpeak for what is no UTF-8 text."""
    try:
        return _checked(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _piped() -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    # Not through sys.stdin: a thread that waits in there would not let the program end.
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as stdin:
        while read := stdin.read(_READ_BYTES):
            try:
                yield _checked(decoder.decode(read))
            except UnicodeDecodeError:
                raise _not_utf8() from None
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise _not_utf8() from None


def _checked(text: str) -> str:
    if "\0" in text:
        raise CannotSpeak("There are NUL characters on the standard input: it is not text.", "Send plain text.")
    return text


def _not_utf8() -> CannotSpeak:
    return CannotSpeak(
        "The text on the standard input is not UTF-8.", "Convert it, for example with: iconv -f latin1 -t UTF-8"
    )
