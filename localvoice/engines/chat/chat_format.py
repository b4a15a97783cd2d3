"""How a chat model writes: what its template shows of calls, thoughts and ends. Pure data."""

from dataclasses import dataclass
from typing import Literal

Syntax = Literal["json", "named json", "python", "tagged", "pairs", "braces"]
"""Of a call:

json        {"name": "f", "arguments": {"a": 1}}, whatever the keys are called, alone or in a list
named json  f, a mark, {"a": 1}
python      [f(a=1)]
tagged      <function=f><parameter=a>1</parameter></function>, or <invoke name="f"> …
pairs       f<arg_key>a</arg_key><arg_value>1</arg_value>
braces      call:f{a:1}, text between marks of its own
"""
LEAKS = ("\nUser:", "\nAssistant:")
"""A model that goes on for both sides begins the other one's part so."""


@dataclass(frozen=True, slots=True)
class CallFormat:
    """Marks stand around each call, or around all calls of a round."""

    opener: str = "<tool_call>"
    """"" where nothing but the call itself tells that it is one."""
    closer: str = "</tool_call>"
    """"" where the end of the turn closes."""
    syntax: Syntax = "json"
    name_key: str = "name"
    """Of JSON; "" where the name itself is the key."""
    arguments_key: str = "arguments"
    before_name: str = ""
    """What stands before the name inside the opener, white space aside, when the syntax is "named json"."""
    after_name: str = ""
    others: tuple[str, ...] = ()
    """Further texts that open a call."""
    inner: tuple[str, ...] = ()
    """Further marks inside."""
    one_only: bool = False
    """Only one call is allowed in a round."""


@dataclass(frozen=True, slots=True)
class ChatFormat:
    """`calls` is None where the template shows the model no tools. `thought`: what stands before and after one.

    `ends` are texts that end a reply although the vocabulary does not mark them so; `is_base`: the file has no template
    and was trained on none, so the conversation is written as plain lines.
    """

    calls: CallFormat | None = CallFormat()
    thought: tuple[str, str] = ("<think>", "</think>")
    ends: tuple[str, ...] = LEAKS
    is_base: bool = False
    silent: tuple[str, ...] = ()
    """Marks around words: they are neither said nor do they end anything."""
    lead: str = ""
    """The end of the prompt that already belongs to what the model writes."""
    opens_thought: bool = False
    """The prompt for an answer opens a thought, and nothing in the template switches that off."""

    @property
    def thoughts(self) -> tuple[tuple[str, str], ...]:
        """All marks of thoughts, this model's first: those of Qwen and DeepSeek have spread to many others."""
        return tuple(dict.fromkeys((self.thought, ("<think>", "</think>"))))

    @property
    def call_marks(self) -> tuple[str, ...]:
        """All that opens or closes a call."""
        known = ("<tool_call>", "</tool_call>")
        if self.calls is None:
            return known
        return tuple(filter(None, (self.calls.opener, self.calls.closer, *self.calls.others, *known)))

    def is_mark(self, text: str) -> bool:
        """Whether a control token with this text belongs to a call, a thought or the words, so that it is to be read.

        Any other one ends the reply.
        """
        inside = (self.calls.before_name, self.calls.after_name, *self.calls.inner) if self.calls else ()
        marks = (*self.call_marks, *(mark for pair in self.thoughts for mark in pair), *self.silent, *inside)
        return bool(text) and any(text in mark for mark in marks)


HERMES = ChatFormat()
"""As most models of the ChatML family write."""


def begins_in_thought(prompt: str, format: ChatFormat) -> bool:
    """Whether the prompt for an answer ends inside a thought, so that the model writes on there."""
    return prompt.rstrip().endswith(tuple(opener for opener, _ in format.thoughts if opener))
