"""What was asked for, said again of something else: "add socks instead", and "no, the front door". Pure."""

import re
from collections.abc import Callable, Iterator, Sequence

from localvoice.think.commands.follow_up_words import FollowUpWords
from localvoice.think.commands.understood import Understood, Wanted
from localvoice.think.messages import ToolCall

Simply = Callable[[str], Understood | None]
"""What a text asks for, whatever was said before."""


def instead(
    said: str, calls: Sequence[ToolCall], understand: Simply, words: FollowUpWords
) -> tuple[ToolCall, Wanted] | None:
    """One of `calls` and what takes its place, where `said` is the same request and ends with "instead"."""
    bare = re.sub(rf"(?: ,)? (?:{words.in_its_place})$", "", said)
    return _same_tool(understand(bare), calls) if bare != said else None


def carried(new: str, user: str, calls: Sequence[ToolCall], understand: Simply) -> tuple[ToolCall, Wanted] | None:
    """The same where `new` alone is said, and `user` is how one of `calls` was asked for."""
    if not new:
        return None
    for text in dict.fromkeys(text for call in calls for text in _in_its_words(new, user.split(), call)):
        if found := _same_tool(understand(text), calls):
            return found
    return None


def _same_tool(understood: Understood | None, calls: Sequence[ToolCall]) -> tuple[ToolCall, Wanted] | None:
    if understood is None or len(understood.calls) != 1:
        return None
    wanted = understood.calls[0]
    call = next((call for call in calls if call.name == wanted.name), None)
    return (call, wanted) if call is not None and call.arguments != wanted.arguments else None


def _in_its_words(new: str, user: list[str], call: ToolCall) -> Iterator[str]:
    """`new` behind what stood in front of a value of the call, or of the word before that: "open (the garage door)"."""
    for value in call.arguments.values():
        for item in value if isinstance(value, list) else [value]:
            old = str(item).lower().split()
            for at in range(1, len(user) - len(old) + 1):
                if old and user[at : at + len(old)] == old:
                    # From the word on with which `new` begins, "the", if there is one; nothing is said twice.
                    again = [place for place in range(1, at) if user[place] == new.split()[0]]
                    for begin in again[-1:] or (at, at - 1):
                        yield " ".join([*user[:begin], new])
                        yield " ".join([*user[:begin], new, *user[at + len(old) :]])
