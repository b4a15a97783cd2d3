"""What a terminal can show: whether colours, whether a line that changes, and how wide text is. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from typing import TextIO

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NO_WIDTH = ("Mn", "Me", "Cf")
_SHORTEST_WRAP = 20
"""Columns; in a narrower terminal there is nothing to be gained by whole words."""


def may_colour(environment: Mapping[str, str]) -> bool:
    """Whether a terminal may be sent colours: not with NO_COLOR, CLICOLOR=0 or TERM=dumb."""
    return not environment.get("NO_COLOR") and environment.get("CLICOLOR") != "0" and environment.get("TERM") != "dumb"


def can_rewrite(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a line that is on `stream` already can be written over."""
    return stream.isatty() and environment.get("TERM") != "dumb"


def printable(text: str) -> str:
    """`text` without what a terminal would obey; line ends and tabs stay."""
    return _CONTROLS.sub("", text)


def width(text: str) -> int:
    """The columns that `text` takes: two for most East Asian characters and emoji, none for combining ones."""
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def tail(text: str, columns: int) -> str:
    """The end of `text` that fits into `columns`, with an ellipsis in front if something is missing."""
    if width(text) <= columns:
        return text
    start, left = len(text), columns - 1
    while start and (left := left - _columns(text[start - 1])) >= 0:
        start -= 1
    # A mark that has lost its letter would sit on the ellipsis.
    while start < len(text) and _columns(text[start]) == 0:
        start += 1
    return "…" + text[start:]


def wrap(text: str, columns: int) -> list[str]:
    """`text` (one line) as lines of at most `columns`, cut between words, and inside of one only if it is wider.

    The lines that follow are indented like the first. East Asian text is cut between any two characters.
    """
    if columns < _SHORTEST_WRAP or width(text) <= columns:
        return [text]
    indent = text[: len(text) - len(text.lstrip(" "))]
    indent = indent if len(indent) <= columns // 2 else ""
    lines, line = [], ""
    for piece in re.findall(r" +|[^ ]+", text[len(indent) :]):
        if width(indent + line + piece) <= columns:
            line += piece
            continue
        if line.strip() and (piece.isspace() or (width(indent + piece) <= columns and not _is_wide(piece))):
            lines.append(indent + line.rstrip())
            line = "" if piece.isspace() else piece
            continue
        for character in piece:
            if width(indent + line + character) > columns:
                lines.append(indent + line.rstrip())
                line = ""
            line += character
    return [*lines, indent + line.rstrip()] if line.strip() else lines


def _is_wide(text: str) -> bool:
    return any(_columns(character) == 2 for character in text)
