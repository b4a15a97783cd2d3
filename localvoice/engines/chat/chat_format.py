"""How a chat model writes: what its template shows of calls, thoughts and ends. Pure data."""

from dataclasses import dataclass
from typing import Literal

Syntax = Literal["json", "python", "tagged", "named json"]
"""Of a call: {"name": …, "arguments": …}; f(a=1); tags around name and values; the name, then its arguments as JSON."""


@dataclass(frozen=True, slots=True)
class CallFormat:
    """Marks stand around each call, or around all calls of a round; `closer` is "" where the end of the turn closes."""

    opener: str = "<tool_call>"
    closer: str = "</tool_call>"
    syntax: Syntax = "json"


@dataclass(frozen=True, slots=True)
class ChatFormat:
    """`calls` is None where the template shows the model no tools. `thought`: what stands before and after one.

    `ends` are texts that end a reply although the vocabulary does not mark them so; `is_base`: the file has no template
    and was trained on none, so the conversation is written as plain lines.
    """

    calls: CallFormat | None = CallFormat()
    thought: tuple[str, str] = ("<think>", "</think>")
    ends: tuple[str, ...] = ()
    is_base: bool = False


HERMES = ChatFormat()
"""As most models of the ChatML family write."""
