"""Text without marks that may be a call: when to wait for more of it, and what it is once it is whole. Pure.

Such text is a call if and only if it is one whole object (or a list, or f(a=1)) that names a known tool with arguments
which the tool's schema takes. One that names a tool and lacks no more than right arguments was meant as one, and so was
an object of a name and arguments alone that names no tool there is; they are not run, but they are not read out either.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from localvoice.think.messages import ToolCall
from localvoice.think.tools.arguments import BadArguments, check
from localvoice.think.tools.call import ARGUMENT_KEYS, NAME_KEYS, OTHER_KEYS
from localvoice.think.tools.syntaxes import Known, end_of_brackets, read

_FENCE = re.compile(r"```(\w*)\s*")
_KEY = re.compile(r"[\[{\s]*[\"'](\w*)([\"'])?")
_NAMED = re.compile(rf"[\"'](?:{'|'.join(NAME_KEYS)})[\"']\s*:\s*[\"']([\w.-]*)([\"'])?")
_STRANGE = re.compile(
    rf"[\[{{\s]*[\"'](?:{'|'.join(NAME_KEYS)})[\"']\s*:\s*[\"'](?P<name>[a-z_][\w.-]*)"
    r"(?:[\"']\s*(?:,\s*(?:[\"'](?P<key>\w*)(?P<behind>[\"'].*)?)?)?)?",
    re.DOTALL,
)
"""The beginning of a call, or a whole one, of a tool that nobody knows: models make them up."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the text begins with: `length` characters that are words or calls; for "wait" it takes more to know."""

    what: Literal["wait", "words", "calls"]
    length: int = 0
    calls: tuple[ToolCall, ...] = ()


WAIT = Judgement("wait")


def start(text: str, known: Known, at_line_start: bool) -> int:
    """Where a call may begin in `text`; -1 if nowhere. `at_line_start`: nothing but space stands before it there."""
    found = re.search(r"\{|\[|`", text)
    at = found.start() if found else len(text)
    lines = [match.end() for match in re.finditer(r"\n\s*", text)]
    if at_line_start:
        lines.insert(0, len(text) - len(text.lstrip()))
    for line in lines:
        if line < at and _may_be_name(text[line:], known):
            return line
    return at if found else -1


def judge(text: str, first_id: int, known: Known, *, final: bool) -> Judgement:
    """`text` begins where `start` says. `final`: no more will come."""
    fence = _FENCE.match(text)
    if fence:
        inner = text[fence.end() :]
        if not inner.strip():
            return Judgement("words", len(text)) if final else WAIT
        if inner[0] not in "{[" and not _may_be_name(inner, known):
            return Judgement("words", fence.end())
        found = judge(inner, first_id, known, final=final)
        return replace(found, length=fence.end() + found.length)
    if text[0] == "`":
        return WAIT if not final and "```".startswith(text) else Judgement("words", 1)
    end = _end(text)
    if not final and end < 0:
        return WAIT if _may_become(text, known) else Judgement("words", 1)
    if end < 0 and text[0] not in "{[":
        return Judgement("words", 1)
    whole = text if end < 0 else text[:end]
    if not _may_become(whole, known):
        return Judgement("words", 1)
    return _read(whole, first_id, known)


def _end(text: str) -> int:
    """Behind the last bracket of the call; -1 where it is not there yet."""
    first = re.search(r"[\[({]", text)
    return end_of_brackets(text, first.start()) if first else -1


def _read(whole: str, first_id: int, known: Known) -> Judgement:
    calls = read(whole, first_id, known)
    judged: list[ToolCall] = []
    for call in calls:
        if call.name not in known:
            if not _is_strange_call(whole):
                return _unread(whole, first_id, known)
            judged.append(ToolCall(call.id, "", problem=f"there is no tool called {call.name}"))
            continue
        try:
            check(call.arguments, known[call.name], call.name)
        except BadArguments as fault:
            call = replace(call, problem=call.problem or str(fault))
        judged.append(call)
    if whole[0] in "{[" and '"' not in whole and "'" not in whole and "(" not in whole:
        return Judgement("words", len(whole))
    if any(call.problem for call in judged) and not _has_arguments(whole):
        return Judgement("words", len(whole))
    return Judgement("calls", len(whole), tuple(judged))


def _unread(whole: str, first_id: int, known: Known) -> Judgement:
    """It cannot be read. Was it meant as a call?"""
    named = _NAMED.search(whole)
    if named and named[1] in known and _has_arguments(whole):
        return Judgement(
            "calls", len(whole), (ToolCall(f"call_{first_id}", "", problem="the call was not valid JSON"),)
        )
    return Judgement("words", len(whole))


def _is_strange_call(text: str) -> bool:
    """Whether it is a call of a tool that there is not, or may still become one."""
    found = _STRANGE.fullmatch(text)
    if found is None:
        return False
    if found["behind"] is None:
        return any(key.startswith(found["key"] or "") for key in ARGUMENT_KEYS)
    begun = re.fullmatch(r"[\"']\s*(?::\s*(?:\{.*)?)?", found["behind"], re.DOTALL)
    return found["key"] in ARGUMENT_KEYS and begun is not None


def _has_arguments(text: str) -> bool:
    return any(f'"{key}"' in text or f"'{key}'" in text for key in ARGUMENT_KEYS)


def _may_be_name(text: str, known: Known) -> bool:
    """Whether a known tool's name stands here, or may come to stand here, with its arguments behind it."""
    for name in known:
        if name.startswith(text):
            return True
        if text.startswith(name) and re.fullmatch(r"\s*|\s*\{.*|\(.*", text[len(name) :], re.DOTALL):
            return True
    return False


def _may_become(text: str, known: Known) -> bool:
    """Whether the beginning of a call can look like this."""
    if text[0] not in "{[":
        return _may_be_name(text, known)
    inner = text.lstrip("{[ \n\t\r")
    if not inner:
        return True
    if inner[0] not in "\"'":
        return text[0] == "[" and "{" not in text[: len(text) - len(inner)] and _may_be_name(inner, known)
    key = _KEY.match(text)
    if key is None:
        return False
    keys: Sequence[str] = (*NAME_KEYS, *ARGUMENT_KEYS, *OTHER_KEYS, *known)
    if key[2] is None:
        return any(each.startswith(key[1]) for each in keys)
    if key[1] not in keys:
        return False
    named = _NAMED.search(text)
    if named is None:
        return True
    if _is_strange_call(text):
        return True
    name = named[1].removeprefix("functions.")
    if named[2]:
        return name in known or (key[1] in ARGUMENT_KEYS and '"type"' not in text[: named.start()])
    return any(each.startswith(name) for each in known) or "functions.".startswith(name)
