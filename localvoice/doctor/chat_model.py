"""What a chat model's file says of it: how it is talked to, what it cannot do, and what makes it slow."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localvoice.engines.chat import abilities
from localvoice.engines.chat.chat_format import begins_in_thought
from localvoice.think.conversation import SYSTEM
from localvoice.think.history import Turn, as_dicts, messages
from localvoice.think.messages import Message, ToolCall

if TYPE_CHECKING:
    from localvoice.engines.chat.llama import LlamaEngine

SLOW_TYPES = {"Q4_1": "Most of its weights are Q4_1, with which it reads a prompt 2.8 times slower than with Q4_0."}
"""Measured on SmolLM2-135M: llama.cpp has fast multiplications for Q4_0 and none for this."""
CALL = ToolCall("call_1", "get_weather", {"place": "Oslo"})
TOOL = {
    "type": "function",
    "function": {
        "name": CALL.name,
        "description": "The weather.",
        "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]},
    },
}


def examine(engine: "LlamaEngine") -> dict[str, Any]:
    """What its template says, rendered as a conversation would: a greeting, a call, its result, another question.

    Raises ModelBroken: the template refuses one of them.
    """
    format = engine.format
    can_call = format.calls is not None
    greeted = Turn(1, "Hello.", [Message("assistant", "Hello.")])
    called = Turn(2, "And the weather?", [Message("assistant", "", (CALL,)), Message("tool", "Rain.", name=CALL.name)])
    answered = Turn(2, called.user, [*called.steps, Message("assistant", "It rains.")])
    prompt = ""
    for turns in ([Turn(1, "Hello.")], [greeted, called], [greeted, answered, Turn(3, "Thank you.")]):
        chat = as_dicts(messages(turns, SYSTEM, with_tools=can_call))
        prompt = engine.render(chat, [TOOL] if can_call else [], answer=True)
    return {
        "calls": f"{format.calls.opener} {format.calls.syntax}".strip() if format.calls else "",
        "opens_thought": begins_in_thought(prompt, format),
        "lacks": abilities.lacks(engine.name, format),
        "is_base": format.is_base,
        "slow": SLOW_TYPES.get(engine.main_type, ""),
    }


def sentences(found: Mapping[str, Any]) -> str:
    """What was found, as a person reads it; begins with a space where there is anything."""
    calls = f"Its calls are written as {found['calls']}." if found.get("calls") else ""
    thinks = "It thinks before it answers (chat.thought_tokens)." if found.get("opens_thought") else ""
    return "".join(f" {text}" for text in (calls, thinks, found.get("lacks", ""), found.get("slow", "")) if text)
