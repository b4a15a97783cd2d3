"""Telling words from calls while a model writes: text goes on at once, calls come out whole, thoughts stay
inside.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from localvoice.engines.chat.chat_format import HERMES, LEAKS, ChatFormat
from localvoice.think.messages import TextDelta, ToolCall
from localvoice.think.tools import bare, call
from localvoice.think.tools.arguments import Schema
from localvoice.think.tools.syntaxes import Known, read

CALL = ("<tool_call>", "</tool_call>")
FENCE = "```"
"""Models that were made for code put a call between two of these."""
_FUNCTION = ("<function=", "</function>")
"""Qwen's coders now and then leave out the marks around this."""
TOO_LONG = "the call was too long"

Kind = Literal["call", "thought", "silent", "end"]
Item = TextDelta | ToolCall


def by_name(tools: Sequence[Mapping[str, Any]]) -> dict[str, Schema]:
    """The tools' parameters by name, out of what the chat template gets."""
    return {tool["function"]["name"]: tool["function"]["parameters"] for tool in tools}


class CallReader:
    """Feed the model's text in pieces; get back what is to be said and what is to be called, in order.

    Only text that may be the beginning of a marker or of a call is held back, so words reach the voice as soon as they
    are written. White space before the first word and around calls is dropped.

    format: what the model's template shows. first_id: the number of the first call. in_thought: the prompt ends inside
    one. tools: the tools' parameters by name; without them nothing can tell a call without marks from other JSON, and
    only a reply that is one from its beginning to its end counts as a call.
    """

    def __init__(
        self,
        format: ChatFormat = HERMES,
        first_id: int = 1,
        in_thought: bool = False,
        tools: Known | None = None,
    ) -> None:
        self._first_id = first_id
        self._known = tools
        self._marks = _marks(format)
        self._pattern = re.compile("|".join(map(re.escape, sorted(self._marks, key=len, reverse=True))))
        self._lead = format.lead
        # A reply may begin with "Assistant:"; such marks of a line begin with its break.
        self._held = "" if in_thought else format.lead or "\n"
        self._inside: Literal["", "call", "thought"] = "thought" if in_thought else ""
        self._opener = ""
        self._closers: tuple[str, ...] = tuple(closer for _, closer in format.thoughts) if in_thought else ()
        self._said = False
        self._count = 0
        self._behind_call = False
        self._line_start = True
        self._open_brackets = 0
        self.ended = False
        """The model has written what ends its turn, as text; nothing after it is read."""

    @property
    def in_thought(self) -> bool:
        """Whether what is written now is a thought."""
        return self._inside == "thought"

    @property
    def holds_call(self) -> bool:
        """Whether text is held back that looks like the beginning of a call without marks."""
        if self._inside or self._known is None or not re.search(r"[{\[`(]", self._held):
            return False
        return bare.start(self._held, self._known, self._line_start) >= 0

    def awaits(self, text: str) -> bool:
        """Whether a token with this text goes on here with a mark, even if the vocabulary says that it ends a turn.

        So does what closes a thought, and what a call begins with before anything was said.
        """
        if self._inside == "thought":
            return bool(text) and any(text in closer for closer in self._closers)
        held = self._held.lstrip() + text
        begins = any(mark.startswith(held) and kind == "call" for mark, (kind, _) in self._marks.items())
        return bool(text) and not self._inside and not self._said and not self._count and begins

    def feed(self, text: str) -> list[Item]:
        out: list[Item] = []
        if not self.ended:
            self._held += text
            while not self.ended and self._step(out, final=False):
                pass
        return out

    def finish(self, *, cut: bool = False) -> list[Item]:
        """The model has ended: a call left open is read as far as it goes, half a marker was text after all.

        With `cut` the model was ended in the middle; then a call left open might have become another one
        and is not run.
        """
        out: list[Item] = []
        if cut and not self.ended and self._held_is_call():
            out.append(ToolCall(self._next_id(), "", problem=TOO_LONG))
            self._held = self._inside = ""
        while not self.ended and self._held and self._step(out, final=True):
            pass
        if self._inside == "call" and not self.ended:
            self._calls(out)
        self._held = ""
        self._inside = ""
        return out

    # --- one move -------------------------------------------------------------------------------------------

    def _step(self, out: list[Item], final: bool) -> bool:
        """False when more text is needed."""
        if self._inside == "thought":
            return self._leave_thought()
        if self._inside == "call":
            return self._leave_call(out)
        if self._behind_call and not self._tidy_behind_call(final):
            return False
        mark = self._pattern.search(self._held)
        unsure = len(self._held) if final else len(self._held) - self._tail_that_may_open()
        if mark and mark.start() >= unsure and not self._is_whole(mark[0]):
            mark = None
        limit = mark.start() if mark else unsure
        judged = self._bare(limit, out, final=final or mark is not None)
        if judged is not None:
            return judged
        if mark is None:
            self._text(self._held[:limit], out)
            self._held = self._held[limit:]
            return final and bool(self._held)
        self._text(self._held[:limit].rstrip(), out)
        self._held = self._held[mark.end() :]
        self._meet(mark[0])
        return True

    def _is_whole(self, mark: str) -> bool:
        """Whether nothing longer can begin with it."""
        held = self._held[self._held.index(mark) :]
        return not any(other != mark and other.startswith(held) for other in self._marks)

    def _meet(self, mark: str) -> None:
        kind, closers = self._marks[mark]
        if kind == "end":
            # White space and its own name in front of all words end nothing.
            self.ended = self._said or not (mark.isspace() or mark == LEAKS[1])
        elif kind in ("call", "thought"):
            self._inside = "call" if kind == "call" else "thought"
            self._opener, self._closers = mark, closers

    def _leave_thought(self) -> bool:
        found = min(((at, closer) for closer in self._closers if (at := self._held.find(closer)) >= 0), default=None)
        if found is None:
            return False
        self._held, self._inside = self._held[found[0] + len(found[1]) :], ""
        return True

    def _leave_call(self, out: list[Item]) -> bool:
        if not self._fits_opener():
            # A word that only looked like the beginning of a call.
            self._inside = ""
            opener = "" if self._opener == self._lead else self._opener
            self._text(opener, out)
            return True
        ends = [mark for mark, (kind, _) in self._marks.items() if kind == "end" and mark not in LEAKS]
        found = [(at, mark) for mark in (*self._closers, *ends) if (at := self._held.find(mark)) >= 0]
        if not found:
            return False
        at, mark = min(found)
        rest = self._held[at + len(mark) :]
        self._held = self._held[:at]
        self._calls(out)
        self._held, self._inside = rest, ""
        self.ended = mark not in self._closers
        return True

    def _fits_opener(self) -> bool:
        """Whether what follows an opener made of words, such as ">>>" or "functools", may be a call."""
        body = self._held.lstrip()
        if re.search(r"[<|\]=]|functions\.$", self._opener) or not body or body[0] in "[{`":
            return True
        if self._opener != self._lead:
            return False
        names = self._known if self._known is not None else ()
        return any(name.startswith(body) or body.startswith(name) for name in names) or (
            self._known is None and re.match(r"\w+(\n|$)", body) is not None
        )

    def _tidy_behind_call(self, final: bool) -> bool:
        """Drop what is left of a call without marks: brackets too many, the end of its fence. False: more is needed."""
        self._held = self._held.lstrip(" \n\t}]);,")
        if not final and FENCE.startswith(self._held):
            return False
        if self._held.startswith(FENCE) and not self._held[3:4].isalpha():
            self._held = self._held[3:].lstrip()
        self._behind_call = not self._held
        return bool(self._held)

    # --- words ----------------------------------------------------------------------------------------------

    def _bare(self, limit: int, out: list[Item], *, final: bool) -> bool | None:
        """A call without marks in the first `limit` characters: whether to step on; None if there is none."""
        text = self._held[:limit]
        if self._known is None:
            return self._bare_of_unknown(final and limit == len(self._held), out)
        if self._open_brackets:
            return self._through_brackets(text, out)
        at = bare.start(text, self._known, self._line_start)
        if at < 0:
            return None
        before = text[:at].rstrip()
        self._text(before, out)
        self._held = self._held[len(before) :]
        text = text[at:]
        judged = bare.judge(text, self._first_id + self._count, self._known, final=final)
        if judged.what == "wait":
            return False
        space = at - len(before)
        if judged.what == "calls":
            self._count += len(judged.calls)
            out += judged.calls
            self._held = self._held[space + judged.length :]
            self._behind_call = True
            return True
        said = self._held[: space + judged.length]
        if judged.length == 1 and re.match(r"[{\[]\s*[\"'{\[]", text):
            self._open_brackets = 1  # JSON that is an answer; what is nested in it is no call
        self._text(said, out)
        self._held = self._held[len(said) :]
        return True

    def _through_brackets(self, text: str, out: list[Item]) -> bool | None:
        """Say JSON that is an answer up to its last bracket, as far as it is there."""
        for at, character in enumerate(text):
            self._open_brackets += (character in "{[") - (character in "}]")
            if not self._open_brackets:
                self._text(text[: at + 1], out)
                self._held = self._held[at + 1 :]
                return True
        return None

    def _bare_of_unknown(self, final: bool, out: list[Item]) -> bool | None:
        start = self._held.lstrip()[:3]
        may_be = not self._said and not self._count and (start[:1] == "{" or (start != "" and FENCE.startswith(start)))
        if not may_be or self._pattern.search(self._held):
            return None
        if not final:
            return False
        found = call.parse(self._held, self._next_id())
        if '"arguments"' not in self._held or found.problem:
            self._text(self._held.rstrip(), out)
        else:
            self._count += 1
            out.append(found)
        self._held = ""
        return False

    def _held_is_call(self) -> bool:
        """Whether what is held back would be a call if it went on."""
        if self._inside or not self._held.strip():
            return self._inside == "call"
        if self._known is None:
            return not self._said and self._held.lstrip()[:1] in ("{", "`") and '"arguments"' in self._held
        named = any(f'"{name}"' in self._held or f"{name}(" in self._held for name in self._known)
        return named and bare.start(self._held, self._known, self._line_start) >= 0

    def _text(self, text: str, out: list[Item]) -> None:
        if not self._said:
            text = text.lstrip()
        if text:
            self._said = True
            self._line_start = not text.rpartition("\n")[2].strip() and "\n" in text
            out.append(TextDelta(text))

    def _calls(self, out: list[Item]) -> None:
        body = self._opener + self._held if self._opener == _FUNCTION[0] else self._held
        calls = read(body, self._first_id + self._count, self._known or {})
        self._count += len(calls)
        out += calls

    def _next_id(self) -> str:
        return f"call_{self._first_id + self._count}"

    def _tail_that_may_open(self) -> int:
        """How many characters at the end may be the beginning of a marker, with the white space before it."""
        longest = 0
        for mark in self._marks:
            for length in range(min(len(mark) - 1, len(self._held)), longest, -1):
                if self._held.endswith(mark[:length]):
                    longest = length
                    break
        body = self._held[: len(self._held) - longest]
        return longest + len(body) - len(body.rstrip())


def _marks(format: ChatFormat) -> dict[str, tuple[Kind, tuple[str, ...]]]:
    """Every text that means something, with what it means and what closes it; the first meaning of a text counts."""
    out: dict[str, tuple[Kind, tuple[str, ...]]] = {}
    closers: list[str] = []
    if format.calls is not None:
        closer = tuple(filter(None, (format.calls.closer,)))
        for opener in filter(None, (format.calls.opener, *format.calls.others)):
            out.setdefault(opener, ("call", closer))
        closers += closer
    for opener, closer_text in (CALL, _FUNCTION):
        out.setdefault(opener, ("call", (closer_text,)))
        closers.append(closer_text)
    for opener, closer_text in format.thoughts:
        out.setdefault(opener, ("thought", (closer_text,)))
        closers.append(closer_text)
    for end in format.ends:
        out.setdefault(end, ("end", ()))
    for text in (*format.silent, *closers):
        out.setdefault(text, ("silent", ()))
    return out
