"""Cuts a growing reply into clauses that can be spoken one after the other. Pure.

The first clause decides when the assistant is heard, so it is short: three words at a comma, four before a conjunction,
ten at the very most. Later clauses are spoken while an earlier one plays and may wait for a better place.

A cut is decided only when a word is complete (white space follows it), so "3.5", "14:05" and "don't" are
never cut, and the same reply gives the same clauses however it is chopped into tokens.
"""

import re

FIRST_MIN_WORDS = 3
"""Fewer words than this are never spoken alone, unless the reply ends there: they would be over before the
next clause is ready."""
_FIRST_CONJUNCTION_WORDS = 4
_FIRST_PREPOSITION_WORDS = 6
_FIRST_MAX_WORDS = 10
_LATER_COMMA_WORDS = 6
_LATER_CONJUNCTION_WORDS = 12
MAX_CHARS = 200
"""A clause is never longer than this, so that an abandoned synthesis is over soon."""

_CONJUNCTIONS = frozenset("and but or so because while which then if when although until unless".split())
_PREPOSITIONS = frozenset("for in at with to on from by after before into about without during".split())
_ABBREVIATIONS = frozenset("dr. mr. mrs. ms. prof. st. vs. e.g. i.e. etc. approx. a.m. p.m. sr. jr.".split())
_CLOSERS = "\"'”’)]}*_`"
_INITIAL = re.compile(r"[A-Za-z]\.")


class ClauseSplitter:
    """Feed it the reply as it grows; it returns the clauses that are complete.

    The clauses, joined by single spaces, are the reply with its white space collapsed.
    """

    def __init__(self, first_min_words: int = FIRST_MIN_WORDS) -> None:
        self._first_min = max(1, first_min_words)
        self._first = True
        self._words: list[str] = []
        self._part = ""

    def feed(self, delta: str) -> list[str]:
        """The clauses that `delta` completes, in order; often none."""
        clauses: list[str] = []
        for character in delta:
            if not character.isspace():
                self._part += character
                if len(self._part) >= MAX_CHARS:
                    clauses += self._word("")
            elif self._part:
                clauses += self._word(character)
            elif character == "\n" and self._words:
                clauses += self._end_of_line()
        return clauses

    def finish(self) -> list[str]:
        """What is left at the end of the reply. Afterwards the splitter is ready for another one."""
        clauses = self._word("") if self._part else []
        clauses += self._take(len(self._words))
        self._first = True
        return clauses

    def _word(self, space: str) -> list[str]:
        """One more complete word, followed by `space`."""
        word, self._part = self._part, ""
        clauses: list[str] = []
        before = len(self._words)
        if before and (self._cut_before(word, before) or self._length() + 1 + len(word) > MAX_CHARS):
            clauses += self._take(before)
        self._words.append(word)
        if self._cut_after(word, len(self._words)):
            clauses += self._take(len(self._words))
        elif space == "\n":
            clauses += self._end_of_line()
        return clauses

    def _end_of_line(self) -> list[str]:
        return self._take(len(self._words)) if len(self._words) >= self._first_min else []

    def _cut_before(self, word: str, words: int) -> bool:
        """Whether the `words` so far should be spoken without the next `word`."""
        plain = word.lower().strip(",.;:!?")
        if self._first:
            return (
                (plain in _CONJUNCTIONS and words >= _FIRST_CONJUNCTION_WORDS)
                or (plain in _PREPOSITIONS and words >= _FIRST_PREPOSITION_WORDS)
                or words >= _FIRST_MAX_WORDS
            )
        return plain in _CONJUNCTIONS and words >= _LATER_CONJUNCTION_WORDS

    def _cut_after(self, word: str, words: int) -> bool:
        """Whether the clause may end with `word`, its `words`-th."""
        if words < self._first_min:
            return False
        bare = word.rstrip(_CLOSERS)
        if bare.endswith((".", "!", "?", "…")):
            return not _is_abbreviation(bare)
        if bare.endswith((";", ":", "—", "–")) or bare == "-":
            return True
        return bare.endswith(",") and words >= (self._first_min if self._first else _LATER_COMMA_WORDS)

    def _take(self, words: int) -> list[str]:
        clause = " ".join(self._words[:words])
        del self._words[:words]
        if clause:
            self._first = False
        return [clause] if clause else []

    def _length(self) -> int:
        return sum(map(len, self._words)) + max(0, len(self._words) - 1)


def split(text: str) -> list[str]:
    """All clauses of a text that is already whole."""
    splitter = ClauseSplitter()
    return splitter.feed(text) + splitter.finish()


def _is_abbreviation(word: str) -> bool:
    """Whether the full stop belongs to the word ("Dr.", "J.", "e.g.") and ends no sentence."""
    plain = word.lower().lstrip("\"'“‘([{*_`")
    return plain in _ABBREVIATIONS or (bool(_INITIAL.fullmatch(plain)) and plain != "i.")
