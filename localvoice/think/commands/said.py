"""What was said, ready to be compared with templates: lower case, without punctuation, and the way back to it."""

import re
from dataclasses import dataclass

_EDGES = ' \t\n.,!?;:"“”„«»()[]{}…¿¡—–*।。،、'
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_HALVES = {"a.m": "am", "p.m": "pm", "o’clock": "o'clock"}
_SENTENCE_END = re.compile(r"(?<=[.!?।。])\s+(?=\S)|\n+")


@dataclass(frozen=True, slots=True)
class Said:
    """`text`: words with single spaces between them. `raw`: the words as they were written, capitals and commas
    included; `spans[n]` is where the nth word of `text` stands in it.
    """

    text: str
    raw: str
    spans: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]
    """Where each word begins in `text`."""

    def as_written(self, first: int, end: int) -> str:
        """Words `first` up to, not including, `end` as they were written."""
        return self.raw[self.spans[first][0] : self.spans[end - 1][1]]

    def words(self, first: int, end: int) -> str:
        """Words `first` up to, not including, `end` of `text`."""
        after = self.starts[end] - 1 if end < len(self.starts) else len(self.text)
        return self.text[self.starts[first] : after]

    def part(self, first: int, end: int) -> "Said":
        """Words `first` up to, not including, `end`."""
        return said(self.as_written(first, end)) if first < end else said("")


def said(text: str) -> Said:
    """`text` as it is compared."""
    raw = text.translate(_APOSTROPHES)
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    for found in re.finditer(r"\S+", raw):
        bare = found[0].strip(_EDGES)
        if not bare or bare in ("-", "'"):
            continue
        start = found.start() + found[0].index(bare)
        word = bare.casefold()
        words.append(_HALVES.get(word, word))
        spans.append((start, start + len(bare)))
    starts: list[int] = []
    at = 0
    for word in words:
        starts.append(at)
        at += len(word) + 1
    return Said(" ".join(words), raw, tuple(spans), tuple(starts))


def sentences(text: str) -> list[str]:
    """`text` cut after full stops, question and exclamation marks; "7 p.m. tomorrow" is not cut."""
    out: list[str] = []
    for piece in _SENTENCE_END.split(text.strip()):
        if out and (re.search(r"\b[ap]\.m\.$", out[-1], re.IGNORECASE) or piece[:1].islower()):
            out[-1] = f"{out[-1]} {piece}"
        elif any(map(str.isalnum, piece)):
            out.append(piece)
    return out
