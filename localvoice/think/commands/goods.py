"""What people buy: which words name it, where one thing ends and the next begins, and what was misheard for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from localvoice.think.commands.number_words import number

LONGEST_NAME_WORDS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Goods:
    """Words of one language, in lower case.

    plural: stand alone in the plural only; in the singular they say what kind of something it is.
    mass: stand alone as they are. whole: more of them, that have known words for parts.
    measures, adjectives: may stand before any. amounts: so do these, article and all.
    one: the articles that may be of one measure: "a loaf of".
    heard: what a transcriber writes -> what was meant, where the first is nothing that is bought.
    """

    plural: frozenset[str] = frozenset()
    mass: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()
    adjectives: frozenset[str] = frozenset()
    heard: Mapping[str, str] = field(default_factory=dict)
    amounts: frozenset[str] = frozenset()
    one: frozenset[str] = frozenset()
    of: str = "of"

    def known(self, item: str) -> bool:
        """Whether it is something to buy: "two bottles of red wine", "birthday card"."""
        words = self._plain(item.split())
        return bool(words) and (self._named(words) or self._is_singular(" ".join(words)))

    def split(self, item: str, alone: bool) -> list[str]:
        """Things named one after the other without a comma: "eggs milk"; itself where it is one.

        `alone`: nothing else is named beside it, so that "milk bread" may be one thing, and "eggs milk" is not.
        """
        words = item.split()
        if len(words) < 2 or self.known(item):
            return [item]
        parts = self._parts(words)
        first = parts[0].split() if parts else []
        surely = (
            len(parts) > 2
            or not alone
            or (bool(first) and (first[-1] in self.plural or len(self._plain(first)) < len(first)))
        )
        return parts if len(parts) > 1 and surely else [item]

    def meant(self, item: str) -> str:
        """`item`, or what sounds like it and can be bought where it cannot: "a dozen x" is of eggs."""
        if not self.heard or self.known(item):
            return item
        words = item.split()
        for at in range(max(0, len(words) - 2), len(words)):
            meant = self.heard.get(" ".join(words[at:]))
            if meant and (not at or self.known(" ".join([*words[:at], meant]))):
                return " ".join([*words[:at], meant])
        return item

    def begins_with_amount(self, words: Sequence[str]) -> bool:
        """Whether the article before it belongs to how much of it: "a dozen eggs", "a loaf of bread", "a few pears"."""
        first = " ".join(words[:2])
        return number(first) is not None or first in self.amounts or (words[0] in self.one and words[2:3] == [self.of])

    def _parts(self, words: Sequence[str]) -> list[str]:
        """All of `words` as things, each as long as it can be; [] if some are none."""
        if not words:
            return []
        for end in range(min(len(words), LONGEST_NAME_WORDS + 4), 0, -1):
            one = self._plain(words[:end])
            if not one or not (self._named(one) or (len(one) < end and self._is_singular(" ".join(one)))):
                continue
            rest = self._parts(words[end:])
            if rest or end == len(words):
                return [" ".join(words[:end]), *rest]
        return []

    def _plain(self, words: Sequence[str]) -> list[str]:
        """Without how many or how much of it, and what it is like."""
        at = next((n for n in range(len(words) - 1, 0, -1) if number(" ".join(words[:n])) is not None), 0)
        rest = list(words[at:])
        while len(rest) > 1 and (rest[0] in self.adjectives or rest[0] in self.measures or rest[0] == self.of):
            if self._named(rest):
                break
            rest = rest[1:]
        return rest

    def _named(self, words: Sequence[str]) -> bool:
        text = " ".join(words)
        return text in self.plural or text in self.mass or text in self.whole

    def _is_singular(self, text: str) -> bool:
        forms = (f"{text}s", f"{text}es", re.sub("y$", "ies", text))
        return any(form in self.plural for form in forms)
