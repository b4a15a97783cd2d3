"""A text that ends a reply although the model writes on: the name of who speaks next.

Small models, and models that were trained on no template at all, write both sides of a conversation. What belongs to
the other side is never said.
"""

import re

ROLES = ("User", "Human", "Assistant", "System")
_START = r"(?:\n|(?<=[.!?])[ \t])[ \t]*[#*]{0,3}[ \t]?"
"""A line's beginning, or a sentence's: some write all in one line."""
_CONTEXT_CHARACTERS = 2
"""Of what went through before: enough to see such a beginning."""
_ROLE = re.compile(_START + rf"(?:{'|'.join(ROLES)})[*]{{0,2}}[ \t]?:[*]{{0,2}}", re.IGNORECASE)


def _beginnings(name: str) -> str:
    """A pattern of what `name`, a colon behind it, begins with."""
    pattern = "[*]{0,2}[ \\t]?"
    for letter in reversed(name):
        pattern = f"{letter}(?:{pattern})?"
    return pattern


_MAY_BECOME = re.compile(_START + rf"(?:{'|'.join(map(_beginnings, ROLES))})?$", re.IGNORECASE)


class RoleGuard:
    """Feed what would be said; get back what may be said. `ended`: another one's name came, and the rest is not the
    assistant's. Its own name in front of all is left out."""

    def __init__(self) -> None:
        self.ended = False
        self._held = ""
        self._before = "\n"
        self._begun = False

    def feed(self, text: str) -> str:
        """The part that can be said now."""
        if self.ended:
            return ""
        self._held += text
        if not self._begun:
            self._held = self._held.lstrip()
        whole, known = self._before + self._held, len(self._before)
        if found := _ROLE.search(whole):
            if not self._begun and found.start() < known and "assistant" in found[0].lower():
                self._held = whole[found.end() :].lstrip()
                return self.feed("")
            self.ended = True
            return self._pass(max(0, found.start() - known))
        held = _MAY_BECOME.search(whole)
        return self._pass(max(0, held.start() - known) if held else len(self._held))

    def finish(self) -> str:
        """What was held back and is no name after all."""
        return "" if self.ended else self._pass(len(self._held))

    def _pass(self, length: int) -> str:
        passed, self._held = self._held[:length], self._held[length:]
        self._before = (self._before + passed)[-_CONTEXT_CHARACTERS:]
        self._begun = self._begun or bool(passed)
        return passed
