"""What is wrong with a TOML file, each fault with its line."""

import re

Location = tuple[str | int, ...]
"""Where something stands: keys and, in lists, positions from 0, such as ("model", 3, "files", 0, "sha256")."""


class Faults:
    """The faults of one file, in the order in which they are found."""

    def __init__(self, file: str, text: str = "") -> None:
        """`file` is only for the messages; `text` is what the lines are counted in."""
        self.sentences: list[str] = []
        self._found: list[str] = []
        self._file = file
        self._text = text
        self._lines: dict[Location, int] | None = None

    def add(self, at: Location, sentence: str) -> None:
        """`sentence` says what is wrong at `at`."""
        self.sentences.append(sentence)
        self._found.append(f"{self.place(at)}: {sentence}")

    def place(self, at: Location) -> str:
        """FILE:LINE of `at`, or of the nearest thing around it whose line is known."""
        if self._lines is None:
            self._lines = lines_of(self._text)
        known = (self._lines.get(at[:end]) for end in range(len(at), 0, -1))
        return f"{self._file}:{next(filter(None, known), 1)}"

    def __bool__(self) -> bool:
        return bool(self.sentences)

    def __str__(self) -> str:
        return "\n".join(self._found)


def lines_of(text: str) -> dict[Location, int]:
    """Where the tables and keys of TOML `text` stand, lines from 1; tomllib keeps no positions.

    Only what begins a line is found: what stands inside a value has the line of that value.
    """
    found: dict[Location, int] = {}
    counts: dict[str, int] = {}
    table: Location = ()
    inside = ""
    for number, line in enumerate(text.splitlines(), start=1):
        was_inside = inside
        for quotes in ('"""', "'''"):
            if inside in ("", quotes) and line.count(quotes) % 2:
                inside = "" if inside else quotes
        if was_inside:
            continue
        if header := re.match(rf"\s*(\[\[?)\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*\]", line):
            first, *rest = _parts(header.group(2))
            if header.group(1) == "[[" and not rest:
                counts[first] = counts.get(first, -1) + 1
            table = (first, counts[first], *rest) if first in counts else (first, *rest)
            here = table
        elif key := re.match(rf"\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=", line):
            here = (*table, *_parts(key.group(1)))
        else:
            continue
        for end in range(1, len(here) + 1):
            found.setdefault(here[:end], number)
    return found


_KEY = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_KEY, dotted)]
