"""Lets a reply go clause by clause, and stops it where it claims what was not done."""

from collections.abc import Sequence
from typing import Protocol

from localvoice.think.claims import Claim, Deed, backed, claim, ends_sentence, speaks_of_earlier

PREAMBLE_WORDS = 3
"""A sentence this short ("Sure!") does not count as the one that the reply begins with."""


class Clauses(Protocol):
    """Cuts a growing text into what is spoken at once; speak.clauses.ClauseSplitter is one."""

    def feed(self, delta: str) -> list[str]: ...
    def finish(self) -> list[str]: ...


class Sentences:
    """Cuts at the ends of sentences and lines alone."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, delta: str) -> list[str]:
        out: list[str] = []
        for character in delta:
            if character.isspace() and self._held.strip() and (character == "\n" or ends_sentence(self._held)):
                out += self.finish()
            self._held += character
        return out

    def finish(self) -> list[str]:
        held, self._held = self._held, ""
        return [held] if held.strip() else []


class _Raw:
    """The text that clauses were made of."""

    def __init__(self) -> None:
        self.left = ""

    def of(self, clause: str) -> str:
        """Take what `clause` was made of, white space in front included."""
        wanted, at = sum(not character.isspace() for character in clause), 0
        while wanted and at < len(self.left):
            wanted -= not self.left[at].isspace()
            at += 1
        taken, self.left = self.left[:at], self.left[at:]
        return taken


def cut(text: str, clauses: Clauses) -> list[str]:
    """`text`, which is whole, in pieces of one clause each; together they are the text."""
    raw = _Raw()
    raw.left = text
    return [raw.of(clause) for clause in [*clauses.feed(text), *clauses.finish()]]


class Truth:
    """Feed it one round of a model's words; it lets go what claims nothing, and what `deeds` bear out.

    Nothing waits longer than its clause, which the voice waits for anyway, but for a clause that is a claim so far:
    that waits for the end of its sentence. After `claimed` nothing is let go any more. `earlier` bears out what speaks
    of earlier turns. `finish` leaves `clauses` ready for another text.
    """

    def __init__(self, user_text: str, clauses: Clauses, deeds: Sequence[Deed], earlier: Sequence[Deed] = ()) -> None:
        self._user_text = user_text
        self._clauses = clauses
        self._deeds = deeds
        self._earlier = earlier
        self._raw = _Raw()
        self._waiting = ""
        """Clauses that are a claim so far."""
        self._sentence = ""
        """What was let go of the sentence that is not over."""
        self._opens = True
        self.claimed: Claim | None = None
        self.let_go = False
        """Whether anything was."""

    @property
    def holds(self) -> bool:
        """Whether there are words that were fed and not let go."""
        return bool(self._raw.left.strip() or self._waiting.strip())

    def feed(self, delta: str) -> list[str]:
        """The pieces of text that `delta` lets go, one for each clause."""
        self._raw.left += delta
        return self._judged(self._clauses.feed(delta), last=False)

    def finish(self) -> list[str]:
        """What is left at the end of the round."""
        return self._judged(self._clauses.finish(), last=True)

    def _judged(self, clauses: Sequence[str], *, last: bool) -> list[str]:
        out: list[str] = []
        for number, clause in enumerate(clauses, 1):
            self._waiting += self._raw.of(clause)
            whole = ends_sentence(clause) or self._raw.left.startswith("\n") or (last and number == len(clauses))
            what = self.claimed or self._claim()
            if what is not None:
                self.claimed = what if whole else self.claimed
                continue
            out.append(self._waiting)
            self._opens &= not whole or len(self._waiting.split()) <= PREAMBLE_WORDS
            self._sentence = "" if whole else self._sentence + self._waiting
            self._waiting = ""
        if last and self._waiting and self.claimed is None:
            self.claimed = self._claim()
        self.let_go |= bool(out)
        return out

    def _claim(self) -> Claim | None:
        """What the sentence so far claims and nothing bears out."""
        opens = self._opens
        for sentence in cut(self._sentence + self._waiting, Sentences()):
            what = claim(sentence, self._user_text, opens=opens)
            opens &= len(sentence.split()) <= PREAMBLE_WORDS
            if what is None or backed(sentence, what, self._deeds):
                continue
            if speaks_of_earlier(sentence, self._user_text) and backed(sentence, what, self._earlier):
                continue
            return what
        return None
