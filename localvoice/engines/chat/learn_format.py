"""Reading off a template how its model writes: its calls, its thoughts, its ends.

A conversation with known words, a known call and its result is rendered, and what stands between and around them is
what the model was trained to write. llama.cpp's newer chat parsers come by their formats the same way.
"""

import re
from dataclasses import replace
from typing import Any

from localvoice.engines.chat import families
from localvoice.engines.chat.chat_format import LEAKS, CallFormat, ChatFormat, Syntax
from localvoice.engines.chat.chat_template import ChatTemplate
from localvoice.engines.chat.habits import (
    ARGUMENTS,
    NAMES,
    RESULT,
    SECOND,
    SYSTEM,
    TOOLS,
    USER,
    WORDS,
    called,
    fit,
    user,
)

MARK = re.compile(r"<[^<>\s][^<>]{0,60}>|\[/?[A-Z][A-Z_ ]{1,30}\]")
"""What looks like a mark of a model rather than like words."""
_PIECES = re.compile(f"({MARK.pattern})")
_JSON_BEGINS = re.compile(r"\[?\s*\{\s*\"")
_THOUGHT = "Zthought"
_FENCE = re.compile(r"\s*```\w*\s*$")


def learn(template: ChatTemplate) -> ChatFormat:
    """What `template` shows; HERMES where it shows nothing. Never raises for a template that refuses."""
    source = template.source
    begin, added = _begin_of_answer(template)
    silent, ends = _around_words(template, begin)
    calls = _calls(template, begin, ends)
    if families.HARMONY in source or "<|channel|>analysis" in source:
        return ChatFormat(
            replace(families.HARMONY_CALLS, one_only=calls.one_only) if calls else None,
            (families.HARMONY, "<|end|>"),
            (*families.HARMONY_ENDS, *LEAKS),
            silent=families.HARMONY_SILENT,
        )
    thought = _thought(template, begin)
    if thought[1] in ends:
        # After a thought the model begins its part anew.
        silent = (*silent, *filter(None, (added.rpartition(thought[1])[2].strip(),)))
    silent = (*silent, *(text for mark, text in families.SILENT if mark in source))
    return ChatFormat(
        calls,
        thought,
        tuple(dict.fromkeys((*(end for end in ends if end not in thought or end in ends[:1]), *LEAKS))),
        silent=silent,
        lead=_lead(begin),
        opens_thought=begin.rstrip().endswith(thought[0]),
    )


def _render(template: ChatTemplate, messages: list[dict[str, Any]], answer: bool = False) -> str:
    """With tools where it shows them; "" where it refuses."""
    habits = template.habits
    tools = TOOLS if habits.shows_tools else habits.without_tools
    return template.attempt(fit(messages, habits), tools, answer, habits.switches) or ""


def _after(text: str, word: str) -> str:
    return text.rpartition(word)[2]


def _begin_of_answer(template: ChatTemplate) -> tuple[str, str]:
    """(what stands in a prompt between the user's words and the answer; how much of it only a prompt for one has)."""
    # A word in the system text may be what switches thinking off.
    question = [{"role": "system", "content": SYSTEM}, user()]
    asked, told = (_after(_render(template, question, answer), USER) for answer in (True, False))
    common = 0
    for left, right in zip(_PIECES.split(asked), _PIECES.split(told), strict=False):
        if left != right:
            break
        common += len(left)
    return asked, asked[common:]


def _without_begin(text: str, begin: str) -> str:
    """`text` after as much of the answer's beginning as it has; marks are taken whole."""
    pieces = [piece.strip() for piece in _PIECES.split(begin) if piece.strip()]
    for piece in pieces:
        stripped = text.lstrip()
        if not stripped.startswith(piece):
            # Something stands between the user's words and the answer that only a prompt for one has.
            _, found, rest = text.partition(pieces[-1])
            return rest if found else text
        text = stripped[len(piece) :]
    return text


def _marks(text: str) -> list[str]:
    return MARK.findall(text)


def _lead(begin: str) -> str:
    """Such as >>> of Functionary: text without a letter after the last mark that introduces what is written."""
    tail = _PIECES.split(begin)[-1].strip()
    return tail if tail and not re.search(r"\w", tail) and tail != ":" else ""


# --- words ------------------------------------------------------------------------------------------------------


def _around_words(template: ChatTemplate, begin: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(marks before the assistant's words, what ends them)."""
    asked = {"role": "assistant", "content": WORDS}
    text = _after(_render(template, [user(), asked, user(SECOND)]), USER)
    if WORDS not in text or SECOND not in text:
        return (), ()
    before, _, rest = text.partition(WORDS)
    head = _without_begin(before, begin).strip()
    lead = _lead(begin)
    marks = MARK.fullmatch(head) or _PIECES.fullmatch(head) or (lead and head)
    silent = ((lead if head.startswith(lead) is False else "") + head + ("\n" if lead else ""),) if marks else ()
    between = rest.partition(SECOND)[0]
    ends: list[str] = []
    for piece in _PIECES.split(between):
        piece = piece.strip()
        if MARK.fullmatch(piece):
            ends.append(piece)
        elif piece.endswith(":") or piece.startswith("#"):
            ends.append(f"\n{piece}")
        elif piece and not ends and not piece.isalnum():
            ends.append(piece.partition("\n")[0])
        if len(ends) == 2:
            break
    # A mark that both sides begin with ends a reply only where it does not begin this one's own words.
    return silent, tuple(end for end in ends if end not in silent)


# --- calls ------------------------------------------------------------------------------------------------------


def _calls(template: ChatTemplate, begin: str, ends: tuple[str, ...]) -> CallFormat | None:
    habits = template.habits
    if habits.calls == "no" or not habits.shows_tools:
        return None
    if habits.calls == "text":
        return habits.writes
    chat = [user(), *called(NAMES[:1], habits)]
    whole = template.attempt(chat, TOOLS, False, habits.switches) or ""
    alone = template.attempt(chat[:-1], TOOLS, False, habits.switches) or ""
    text = _after(alone if NAMES[0] in _after(alone, USER) else whole, USER).partition(f"{RESULT}1")[0]
    text = _without_begin(text, begin)
    head, found, rest = text.partition(NAMES[0])
    if not found or str(ARGUMENTS["zsize"]) not in rest:
        return CallFormat(one_only=habits.one_call)
    for closer in {"</think>", *(closer for _, _, closer in families.THOUGHTS)}:
        head = head.rpartition(closer)[2] if closer in head else head
    tail = rest.rpartition(str(ARGUMENTS["zsize"]))[2]
    middle = rest.partition("zkind")[0]
    form = replace(_form(head, middle, rest), one_only=habits.one_call)
    if not form.opener and form.syntax != "json":
        form = replace(form, opener=begin.strip() and _lead(begin))
    also = tuple(text for mark, text in families.ALSO if mark in template.source)
    closer = _closer(form, tail, ends)
    if form.opener in text:
        # The marks of two calls are those of all: what stands between them, and around values.
        inside = text[text.index(form.opener) :]
        inside = inside.rpartition(closer)[0] if closer and closer in inside else inside
        inner = tuple(mark for mark in dict.fromkeys(_marks(inside)) if mark not in ends and NAMES[0] not in mark)
        form = replace(form, inner=inner)
    return replace(form, closer=closer, others=also + _without_end(form.opener, ends))


def _form(head: str, middle: str, rest: str) -> CallFormat:
    """`head`: up to the name; `middle`: from it to the first argument's; `rest`: all after the name."""
    begins = _JSON_BEGINS.search(head)
    if begins:
        keys = re.findall(r'"(\w+)"\s*:', head[begins.start() :])
        name_key = keys[-1] if keys else ""
        opener = head[: begins.start()].strip()
        marks = _marks(opener)
        if marks and opener.startswith(marks[0]) and opener.endswith(marks[-1]) and not _PIECES.sub("", opener).strip():
            opener = marks[0]
        arguments = re.findall(r'"(\w+)"\s*:', middle)
        return CallFormat(_FENCE.sub("", opener), "", "json", name_key, arguments[-1] if arguments else "")
    stripped = head.strip()
    marks = _marks(stripped)
    opener = marks[0] if marks and stripped.startswith(marks[0]) else stripped.removesuffix("[").rstrip()
    inner = stripped[len(opener) :].strip()
    return CallFormat(
        opener, "", _syntax(inner or opener, middle), before_name=inner, after_name=middle.partition("{")[0]
    )


def _syntax(before: str, after: str) -> Syntax:
    if after.startswith("("):
        return "python"
    if "<arg_key>" in after:
        return "pairs"
    if re.match(r"\"?\s*>\s*<", after):
        return "tagged"
    return "named json" if '"' in after.partition("{")[2] else "braces"


def _closer(form: CallFormat, tail: str, ends: tuple[str, ...]) -> str:
    """The mark behind the arguments that shares most words with the opener, the last of several."""
    for end in ends:
        tail = tail.partition(end)[0]
    words = _words(form.opener)
    kin = [(len(words & _words(mark)), number, mark) for number, mark in enumerate(_marks(tail))]
    shared, _, closer = max(kin, default=(0, 0, ""))
    return closer if shared else ""


def _words(mark: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", mark.lower()))


def _without_end(opener: str, ends: tuple[str, ...]) -> tuple[str, ...]:
    """The rest of an opener that begins with the end of the words before it."""
    return tuple(opener[len(end) :].lstrip() for end in ends if opener.startswith(end) and opener != end)


# --- thoughts ---------------------------------------------------------------------------------------------------


def _thought(template: ChatTemplate, begin: str) -> tuple[str, str]:
    """What stands around a thought: by the family's marks, else as it is rendered with an answer or a call."""
    habits = template.habits
    for mark, opener, closer in families.THOUGHTS:
        if mark in template.source:
            return opener, closer
    chats = [[user(), {"role": "assistant", "content": WORDS}]]
    if habits.calls == "field":
        chats.append([user(), *called(NAMES[:1], habits)])
    tools = TOOLS if habits.shows_tools else habits.without_tools
    for key in ("reasoning_content", "reasoning", "thinking"):
        for chat in chats if key in template.source else ():
            thinking = [chat[0], {**chat[1], key: _THOUGHT}, *chat[2:]]
            text = template.attempt(thinking, tools, False, {**habits.switches, "enable_thinking": True}) or ""
            head, found, tail = _after(text, USER).partition(_THOUGHT)
            before, after = _marks(head), _marks(tail)
            if found and before and after and head.rstrip().endswith(before[-1]):
                return before[-1], after[0]
    return "<think>", "</think>"
