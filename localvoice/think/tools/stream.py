"""Telling words from calls while a model writes: text goes on at once, calls come out whole, thoughts stay
inside.
"""

from dataclasses import dataclass, field
from typing import Literal

from localvoice.think.messages import TextDelta, ToolCall
from localvoice.think.tools import call

CALL = ("<tool_call>", "</tool_call>")
FENCE = "```"
"""Models that were made for code put a call between two of these."""
THOUGHT = ("<think>", "</think>")
_OPENERS = {CALL[0]: CALL, THOUGHT[0]: THOUGHT}


@dataclass(slots=True)
class CallReader:
    """Feed the model's text in pieces; get back what is to be said and what is to be called, in order.

    Only text that may be the beginning of a marker is held back, so words reach the voice as soon as they
    are written. White space before the first word and around calls is dropped. A reply that begins with a brace
    or a fence is held back to its end: it may be a call whose markers the model left out.
    """

    first_id: int = 1
    _held: str = ""
    _inside: Literal["", "<tool_call>", "<think>"] = ""
    _said: bool = False
    _count: int = field(default=0)

    def feed(self, text: str) -> list[TextDelta | ToolCall]:
        self._held += text
        out: list[TextDelta | ToolCall] = []
        while self._step(out):
            pass
        return out

    def finish(self, *, cut: bool = False) -> list[TextDelta | ToolCall]:
        """The model has ended: a call left open is read as far as it goes, half a marker was text after all.

        With `cut` the model was ended in the middle; then a call left open might have become another one
        and is not run.
        """
        out: list[TextDelta | ToolCall] = []
        bare = not self._inside and self._may_be_bare() and '"arguments"' in self._held
        if cut and (bare or self._inside == CALL[0]):
            out.append(ToolCall(f"call_{self.first_id + self._count}", "", problem="the call was too long"))
        elif self._inside == CALL[0]:
            self._call(self._held, out)
        elif bare:
            self._bare(out)
        elif not self._inside:
            self._text(self._held.rstrip(), out)
        self._held = ""
        self._inside = ""
        return out

    def _step(self, out: list[TextDelta | ToolCall]) -> bool:
        """One move; false when more text is needed."""
        if self._inside:
            closer = _OPENERS[self._inside][1]
            body, found, rest = self._held.partition(closer)
            if not found:
                return False
            if self._inside == CALL[0]:
                self._call(body, out)
            self._held, self._inside = rest, ""
            return True
        at, opener = min(((self._held.find(o), o) for o in _OPENERS if o in self._held), default=(-1, ""))
        if at < 0 and self._may_be_bare():
            return False
        if at < 0:
            keep = _tail_that_may_open(self._held)
            self._text(self._held[: len(self._held) - keep], out)
            self._held = self._held[len(self._held) - keep :]
            return False
        self._text(self._held[:at].rstrip(), out)
        self._held = self._held[at + len(opener) :]
        self._inside = CALL[0] if opener == CALL[0] else THOUGHT[0]  # type: ignore[assignment]
        return True

    def _may_be_bare(self) -> bool:
        start = self._held.lstrip()[:3]
        return not self._said and not self._count and (start[:1] == "{" or (start != "" and FENCE.startswith(start)))

    def _bare(self, out: list[TextDelta | ToolCall]) -> None:
        """A whole reply that is a call without its markers, if it can be read as one; otherwise it was text."""
        found = call.parse(self._held, f"call_{self.first_id}")
        if found.problem:
            self._text(self._held.rstrip(), out)
        else:
            self._count += 1
            out.append(found)

    def _text(self, text: str, out: list[TextDelta | ToolCall]) -> None:
        if not self._said:
            text = text.lstrip()
        if text:
            self._said = True
            out.append(TextDelta(text))

    def _call(self, body: str, out: list[TextDelta | ToolCall]) -> None:
        out.append(call.parse(body, f"call_{self.first_id + self._count}"))
        self._count += 1


def _tail_that_may_open(text: str) -> int:
    """How many characters at the end may be the beginning of a marker, with the white space before it."""
    longest = 0
    for opener in _OPENERS:
        for length in range(min(len(opener) - 1, len(text)), 0, -1):
            if text.endswith(opener[:length]):
                longest = max(longest, length)
                break
    body = text[: len(text) - longest]
    return longest + len(body) - len(body.rstrip())
