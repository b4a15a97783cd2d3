"""Texts that end a reply although the model writes on: its own end marks as plain text, and the name of who speaks
next.

Small models, and models that were trained on no template at all, write both sides of a conversation. What belongs to
the other side is never said.
"""

import re
from collections.abc import Sequence

ROLES = ("User", "Human", "Assistant", "System")
_START = r"(?:^|\n|(?<=[.!?])[ \t])[ \t]*[#*]{0,3}[ \t]?"
"""A line's beginning, or a sentence's: some write all in one line."""
_ROLE = re.compile(_START + rf"(?:{'|'.join(ROLES)})[*]{{0,2}}[ \t]?:[*]{{0,2}}", re.IGNORECASE)
_OWN = re.compile(r"\s*[#*]{0,3}[ \t]?Assistant[*]{0,2}[ \t]?:[*]{0,2}[ \t]*", re.IGNORECASE)


def _beginnings(name: str) -> str:
    """A pattern of what `name`, a colon behind it, begins with."""
    pattern = "[*]{0,2}[ \\t]?"
    for letter in reversed(name):
        pattern = f"{letter}(?:{pattern})?"
    return pattern


_MAY_BECOME = re.compile(_START + rf"(?:{'|'.join(map(_beginnings, ROLES))})?$", re.IGNORECASE)


class RoleGuard:
    """Feed what would be said; get back what may be said. `ended`: another one's name came, and the rest is not the
    assistant's."""

    def __init__(self) -> None:
        self.ended = False
        self._held = ""
        self._before = ""
        """The last character that went through: a line begins only where one has ended."""

    def feed(self, text: str) -> str:
        """The part that can be said now."""
        if self.ended:
            return ""
        self._held += text
        if not self._before and (own := _OWN.match(self._held)):
            self._held = self._held[own.end() :]
        whole = self._before + self._held
        if found := _ROLE.search(whole, 0):
            self.ended = True
            return self._pass(max(0, found.start() - len(self._before)), drop=True)
        held = _MAY_BECOME.search(whole)
        return self._pass(max(0, held.start() - len(self._before)) if held else len(self._held))

    def finish(self) -> str:
        """What was held back and is no name after all."""
        return "" if self.ended else self._pass(len(self._held))

    def _pass(self, length: int, drop: bool = False) -> str:
        passed, self._held = self._held[:length], "" if drop else self._held[length:]
        self._before = (self._before + passed)[-1:]
        return passed


class StopTexts:
    """Feed what the model writes; get back what comes before the first of `texts`. `ended`: it came."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.ended = False
        self._texts = tuple(text for text in texts if text)
        self._held = ""

    def feed(self, text: str) -> str:
        """The part that belongs to the reply for certain."""
        if self.ended or not self._texts:
            return "" if self.ended else text
        self._held += text
        at = min((self._held.find(stop) for stop in self._texts if stop in self._held), default=-1)
        if at >= 0:
            self.ended = True
            passed, self._held = self._held[:at], ""
            return passed
        keep = max(_overlap(self._held, stop) for stop in self._texts)
        cut = len(self._held) - keep
        passed, self._held = self._held[:cut], self._held[cut:]
        return passed

    def finish(self) -> str:
        """What was held back and is no end after all."""
        passed, self._held = self._held, ""
        return passed


def _overlap(text: str, stop: str) -> int:
    """How many characters at the end of `text` may be the beginning of `stop`."""
    longest = min(len(stop) - 1, len(text))
    return next((length for length in range(longest, 0, -1) if text.endswith(stop[:length])), 0)
