"""What a template wants a conversation to look like, found out by rendering small ones. Pure, apart from the rendering.

Each habit is one that a published template has: no system role, no role for tools, ids of nine characters, arguments
as text, one call at a time.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from localvoice.engines.chat import families
from localvoice.engines.chat.chat_format import CallFormat
from localvoice.engines.chat.write_calls import write

Chat = Sequence[Mapping[str, Any]]
Attempt = Callable[..., str | None]
"""(messages, tools, answer, switches) -> the text, None where the template refuses."""

SYSTEM, USER, SECOND, WORDS, RESULT = "Zsystem", "Zuser", "Zsecond", "Zwords", "Zresult"
NAMES = ("zfirst_tool", "zother_tool")
ARGUMENTS = {"zkind": "zvalue", "zsize": 7}
"""Words that stand in no template."""
_PARAMETERS = {
    "type": "object",
    "properties": {
        "zkind": {"type": "string", "description": "Kind."},
        "zsize": {"type": "integer", "description": "Size."},
    },
    "required": ["zkind"],
}
TOOLS = [
    {"type": "function", "function": {"name": name, "description": "Does it.", "parameters": _PARAMETERS}}
    for name in NAMES
]
_ROLES = ("tool", "tool_response", "function", "ipython", "observation")


@dataclass(frozen=True, slots=True)
class Habits:
    """How a chat is changed before a template sees it. The default is a template that takes all as it comes."""

    system: bool = True
    """False: the system text goes in front of the first user's."""
    calls: Literal["field", "text", "no"] = "field"
    """Rendered from the message's tool_calls; written into its words; left out together with their results."""
    writes: CallFormat = field(default_factory=CallFormat)
    """For "text"."""
    arguments: Literal["object", "text"] = "object"
    ids: Literal["ours", "nine", "named"] = "ours"
    """call_1; 000000001; functions.NAME:0."""
    one_call: bool = False
    words: Literal["with", "before", "no"] = "with"
    """What the assistant said before a call: in the same message, in one of its own, nowhere."""
    result_role: str = "tool"
    answers_results: bool = False
    """After a tool's result the user may not speak before the assistant has."""
    shows_tools: bool = True
    without_tools: list[Any] | None = None
    """What stands for no tools."""
    switches: dict[str, Any] = field(default_factory=dict)
    """Variables that switch thinking off."""
    no_thinking: str = ""
    """The same as a word at the end of the system text."""


def user(text: str = USER) -> dict[str, Any]:
    return {"role": "user", "content": text}


def called(names: Sequence[str], habits: Habits, words: str = "") -> list[dict[str, Any]]:
    """An assistant's message with calls, and their results."""
    calls = [
        {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": dict(ARGUMENTS)}}
        for n, name in enumerate(names, 1)
    ]
    results = [
        {"role": "tool", "content": f"{RESULT}{n}", "name": name, "tool_call_id": f"call_{n}"}
        for n, name in enumerate(names, 1)
    ]
    return fit([{"role": "assistant", "content": words, "tool_calls": calls}, *results], habits)


def find_out(attempt: Attempt, source: str) -> Habits:
    """The habits of the template that `attempt` renders. What it refuses altogether keeps its default."""
    habits = Habits()
    if attempt([user()], None) is None and attempt([user()], []) is not None:
        habits = replace(habits, without_tools=[])
    habits = _thinking(attempt, source, habits)
    if not _has(attempt([_system(), user()], habits.without_tools, switches=habits.switches), SYSTEM):
        habits = replace(habits, system=False)
    habits = _tools(attempt, source, habits)
    if habits.shows_tools and not _has(
        attempt(fit([_system(), user()], habits), TOOLS, switches=habits.switches), SYSTEM
    ):
        habits = replace(habits, system=False)
    return habits


def _system() -> dict[str, Any]:
    return {"role": "system", "content": SYSTEM}


def _has(text: str | None, *parts: str) -> bool:
    return text is not None and all(part in text for part in parts)


def _opens(text: str | None) -> bool:
    openers = ("<think>", *(opener for _, opener, _ in families.THOUGHTS))
    return text is not None and text.rstrip().endswith(openers)


def _thinking(attempt: Attempt, source: str, habits: Habits) -> Habits:
    switches: dict[str, Any] = {"enable_thinking": False, "thinking": False}
    if "thinking_budget" in source:
        switches["thinking_budget"] = 0
    if "reasoning_effort" in source:
        switches["reasoning_effort"] = "low"
        plain = attempt([user()], habits.without_tools, True, switches)
        none = attempt([user()], habits.without_tools, True, {**switches, "reasoning_effort": "none"})
        if _opens(plain) and none is not None and not _opens(none):
            switches["reasoning_effort"] = "none"
    habits = replace(habits, switches=switches)
    if "/no_think" in source and _opens(attempt([_system(), user()], habits.without_tools, True, switches)):
        asked = {"role": "system", "content": f"{SYSTEM} /no_think"}
        told = attempt([asked, user()], habits.without_tools, True, switches)
        if told is not None and not _opens(told):
            habits = replace(habits, no_thinking="/no_think")
    return habits


def _tools(attempt: Attempt, source: str, habits: Habits) -> Habits:
    """Whether it shows tools, and how calls and results are to come."""
    shown = _has(attempt([user()], TOOLS, switches=habits.switches), *NAMES)
    habits = replace(habits, shows_tools=shown)
    tools = TOOLS if shown else habits.without_tools

    def shows(
        candidate: Habits, *parts: str, names: Sequence[str] = NAMES[:1], words: str = "", then: Chat = ()
    ) -> bool:
        chat = [user(), *called(names, candidate, words), *then]
        text = attempt(chat, tools, switches=habits.switches)
        # Behind the user's words: the tools' names are in the prompt anyway.
        return text is not None and _has(text.rpartition(USER)[2], *parts)

    good = _way_of_calling(shows, source, habits)
    if good is None:
        return replace(habits, shows_tools=False, calls="no")
    if not shows(good, *NAMES, f"{RESULT}1", f"{RESULT}2", names=NAMES):
        good = replace(good, one_call=True)
    if not shows(good, WORDS, NAMES[0], words=WORDS):
        before = replace(good, words="before")
        good = before if shows(before, WORDS, NAMES[0], f"{RESULT}1", words=WORDS) else replace(good, words="no")
    if not shows(good, SECOND, then=[user(SECOND)]):
        good = replace(good, answers_results=True)
    return good


def _way_of_calling(shows: Callable[..., bool], source: str, habits: Habits) -> Habits | None:
    """The first way that shows a call with its result; None if there is none."""
    result = f"{RESULT}1"
    for arguments in ("object", "text"):
        for ids in ("ours", "nine"):
            candidate = replace(habits, arguments=arguments, ids=ids)
            if shows(candidate, NAMES[0], ARGUMENTS["zkind"], result) and not shows(candidate, "'zkind'"):
                return candidate
            named = replace(candidate, ids="named")
            if ids == "ours" and shows(candidate, "call_1", ARGUMENTS["zkind"]) and shows(named, NAMES[0], result):
                return named
    if not habits.shows_tools:
        return None
    writes = next((form for mark, form in families.CALLS if mark in source), CallFormat())
    for role in _ROLES:
        if role == "tool" or f"'{role}'" in source or f'"{role}"' in source:
            candidate = replace(habits, calls="text", writes=writes, result_role=role)
            if shows(candidate, NAMES[0], result):
                return candidate
    return None


# --- making a chat fit --------------------------------------------------------------------------------------


def fit(messages: Chat, habits: Habits) -> list[dict[str, Any]]:
    """`messages` as a template of these habits wants them; they themselves stay as they are."""
    out: list[dict[str, Any]] = []
    for message in _rounds(messages) if habits.one_call else messages:
        for fitted in _fit_one(message, habits):
            last = out[-1] if out else {}
            if habits.answers_results and fitted["role"] == "user" and last.get("role") == habits.result_role:
                out.append({"role": "assistant", "content": "Okay."})
            if _joins(last, fitted):
                out[-1] = {**last, "content": " ".join(filter(None, (last["content"], fitted["content"])))}
            else:
                out.append(fitted)
    return _with_system(out, habits)


def _joins(last: Mapping[str, Any], message: Mapping[str, Any]) -> bool:
    if not last or last["role"] != message["role"] or message["role"] not in ("user", "assistant"):
        return False
    return not last.get("tool_calls") and not message.get("tool_calls")


def _fit_one(message: Mapping[str, Any], habits: Habits) -> list[dict[str, Any]]:
    if message["role"] == "tool":
        return [] if habits.calls == "no" else [_result(message, habits)]
    calls = message.get("tool_calls")
    if not calls:
        return [dict(message)]
    words = message["content"]
    spoken = [{"role": "assistant", "content": words}] if words else []
    if habits.calls == "no":
        return spoken
    if habits.calls == "text":
        pairs = [(call["function"]["name"], call["function"]["arguments"]) for call in calls]
        text = "\n".join(filter(None, (words, write(pairs, habits.writes))))
        return [{"role": "assistant", "content": text}]
    fitted = {**message, "tool_calls": [_call(call, habits) for call in calls]}
    if habits.words == "with":
        return [fitted]
    return [*(spoken if habits.words == "before" else []), {**fitted, "content": ""}]


def _call(call: Mapping[str, Any], habits: Habits) -> dict[str, Any]:
    # A copy: some templates change lists.
    text = json.dumps(call["function"]["arguments"], ensure_ascii=False)
    function = {**call["function"], "arguments": text if habits.arguments == "text" else json.loads(text)}
    return {**call, "id": _id(call["id"], function["name"], habits), "function": function}


def _result(message: Mapping[str, Any], habits: Habits) -> dict[str, Any]:
    known = _id(message.get("tool_call_id", ""), message.get("name", ""), habits)
    return {**message, "role": habits.result_role, "tool_call_id": known}


def _id(ours: str, name: str, habits: Habits) -> str:
    digits = "".join(filter(str.isdigit, ours)) or "0"
    if habits.ids == "nine":
        return f"{int(digits):09d}"[-9:]
    return f"functions.{name}:{max(0, int(digits) - 1)}" if habits.ids == "named" else ours


def _rounds(messages: Chat) -> list[Mapping[str, Any]]:
    """Each call in a message of its own, followed by its result."""
    out: list[Mapping[str, Any]] = []
    waiting: list[Mapping[str, Any]] = []
    for message in messages:
        calls = message.get("tool_calls") or ()
        if message["role"] == "tool" and waiting:
            out += [waiting.pop(0), message]
        elif len(calls) > 1:
            texts = [message["content"], *[""] * (len(calls) - 1)]
            waiting = [
                {**message, "content": text, "tool_calls": [call]} for text, call in zip(texts, calls, strict=True)
            ]
        else:
            out.append(message)
    return out


def _with_system(messages: list[dict[str, Any]], habits: Habits) -> list[dict[str, Any]]:
    if not messages or messages[0]["role"] != "system":
        return messages
    text = " ".join(filter(None, (messages[0]["content"], habits.no_thinking)))
    if habits.system:
        return [{**messages[0], "content": text}, *messages[1:]]
    if len(messages) == 1:
        return [user(text)]
    first = {**messages[1], "content": f"{text}\n\n{messages[1]['content']}"}
    return [first, *messages[2:]]
