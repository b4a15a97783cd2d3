"""Names that a Whisper has never read: it is asked twice, the second time as if it had just read them.

What it is told beforehand changes more than names. Of noise it makes words (11 of 51 sounds instead of 3 for tiny.en),
and sentences without names get a little worse. So its second answer counts only if it has one of the names that the
first one lacks, and whether anybody spoke at all is left to the first.
"""

import re
from collections.abc import Sequence
from typing import Any

MOST_TOKENS = 100
"""Some thirty names. Each token is one more that the decoder reads."""
MOST_MORE_WORDS = 2
"""A name may be heard as fewer words than it has; an answer that is longer still recites the list."""


class OwnWords:
    """`words` in the tokens of `tokenizer`, as many as fit; `left_out` is how many do not."""

    def __init__(self, words: Sequence[str], tokenizer: Any) -> None:
        tokens: list[int] = []
        self._known: list[str] = []
        wanted = [word for word in words if _plain(word)]
        for word in wanted:
            more = tokenizer.encode(f"{',' if tokens else ''} {word.strip()}")
            if len(tokens) + len(more) > MOST_TOKENS:
                break
            tokens += more
            self._known.append(f" {_plain(word)} ")
        self.left_out = len(wanted) - len(self._known)
        self.prompt: list[int] = [tokenizer.sot_prev, *tokens] if tokens else []
        """What stands before the prompt of the second time; empty if there are no words."""

    def better(self, first: str, second: str) -> bool:
        """Whether the `second` text is to be believed rather than the `first`."""
        before, after = f" {_plain(first)} ", f" {_plain(second)} "
        if not before.strip() or len(after.split()) > len(before.split()) + MOST_MORE_WORDS:
            return False
        return any(after.count(word) > before.count(word) for word in self._known)


def _plain(text: str) -> str:
    """Its words without case and punctuation: "oisin s room"."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
