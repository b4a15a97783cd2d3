"""Words around a wish that ask for nothing: "hey", "could you", "um", "please"."""

from localvoice.think.commands.said import Said, said
from localvoice.think.commands.sentence_file import Language

LONGEST_COURTESY_WORDS = 8


class Courtesies:
    """Those of one language."""

    def __init__(self, language: Language) -> None:
        self._fillers = frozenset(language.fillers)
        self._openers = frozenset(language.openers)
        self._before = self._openers | frozenset(language.before)
        self._after = frozenset(language.after)

    def without_fillers(self, text: str) -> str:
        """`text` without "um" and "uh"."""
        kept = [word for word in text.split() if said(word).text not in self._fillers]
        return " ".join(kept)

    def stripped(self, whole: Said, before: bool = True) -> Said:
        """Without courtesies at both ends; of those before it, only what calls for attention unless `before`."""
        words = whole.text.split()
        first, end = _first(words, self._before if before else self._openers), len(words)
        while longest := next((n for n in _lengths(end - first) if " ".join(words[end - n : end]) in self._after), 0):
            end -= longest
        return whole if (first, end) == (0, len(words)) else whole.part(first, end)


def _first(words: list[str], phrases: frozenset[str]) -> int:
    """Where the words begin that are in no phrase of `phrases` at the front."""
    at = 0
    while longest := next((n for n in _lengths(len(words) - at) if " ".join(words[at : at + n]) in phrases), 0):
        at += longest
    return at


def _lengths(most: int) -> range:
    return range(min(LONGEST_COURTESY_WORDS, most), 0, -1)
