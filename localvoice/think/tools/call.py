"""Reading the calls that a model writes; arguments.py checks what they ask for.

A model writes JSON by heart: brackets go missing, quotes turn single. What can only have been meant one way is
repaired; everything else becomes a sentence that the model is told instead of a result.
"""

import ast
import json
import re
from typing import Any

from localvoice.think.messages import ToolCall

LONGEST_CALL_CHARACTERS = 8000
"""A call longer than this is not read: it is a model that has lost its way."""


NAME_KEYS = ("name", "tool_name", "function_name", "recipient_name", "tool", "function")
ARGUMENT_KEYS = ("arguments", "parameters", "args", "params", "input", "tool_input", "kwargs")
OTHER_KEYS = ("type", "id", "tool_call_id", "call_id", "index")
"""What the keys of a call are called by one model or another; the last ones say nothing that is needed."""


def parse(body: str, id: str) -> ToolCall:
    """The call in the JSON between the markers. Never raises: what cannot be read comes back with a
    `problem`.
    """
    value = loads(body)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return from_value(value, id)


def from_value(value: Any, id: str) -> ToolCall:
    """The call that a JSON value stands for; with a `problem` if it stands for none."""
    if not isinstance(value, dict):
        return ToolCall(id, "", problem="the call was not valid JSON")
    inner = value.get("function")
    if isinstance(inner, dict):
        value = inner
    name = next((value[key] for key in NAME_KEYS if key in value), None)
    if name is None and len(value) == 1:
        # Apertus has the name as the key.
        (name, arguments), *_ = value.items()
        value = {"arguments": arguments} if name not in ARGUMENT_KEYS and isinstance(arguments, dict) else {}
        name = name if value else None
    if not isinstance(name, str) or not name:
        return ToolCall(id, "", problem="the call had no name")
    name = name.removeprefix("functions.")
    arguments = next((value[key] for key in ARGUMENT_KEYS if key in value), None)
    if arguments is None and all(key not in value for key in ARGUMENT_KEYS):
        arguments = {key: item for key, item in value.items() if key not in (*NAME_KEYS, *OTHER_KEYS)}
    if isinstance(arguments, str):
        arguments = loads(arguments) if arguments.strip() else {}
    if arguments is None:
        arguments = {}
    if not isinstance(arguments, dict):
        return ToolCall(id, name, problem=f"the arguments of {name} were not valid JSON")
    return ToolCall(id, name, arguments)


def loads(text: str) -> Any:
    """JSON, or the nearest thing to it; None when it cannot be read."""
    text = text.strip()
    if len(text) > LONGEST_CALL_CHARACTERS:
        return None
    text = re.sub(r"^```\w*\s*|\s*```$", "", text)
    # As the template of Qwen2.5-Coder has it by mistake; JSON itself never begins so. `_closed` drops what it leaves.
    text = re.sub(r"^\{\s*\{", "{", text)
    for candidate in (text, _closed(text), re.sub(r",\s*([}\]])", r"\1", _closed(text))):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):  # ValueError also of a number with thousands of digits
            continue
    try:
        found = ast.literal_eval(_closed(text))
        json.dumps(found, allow_nan=False)  # Python knows sets and complex numbers, chat templates do not
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    return found


def _closed(text: str) -> str:
    """`text` with the string and the brackets that were left open closed, and stray closing ones left out."""
    out: list[str] = []
    open_brackets: list[str] = []
    quoted = escaped = False
    for character in text:
        if quoted:
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            quoted = True
        elif character in "{[":
            open_brackets.append("}" if character == "{" else "]")
        elif character in "}]":
            if not open_brackets:
                continue
            if character != open_brackets[-1]:
                out.append(open_brackets.pop())
                if not open_brackets or character != open_brackets[-1]:
                    continue
            open_brackets.pop()
        out.append(character)
    return "".join(out) + ('"' if quoted else "") + "".join(reversed(open_brackets))
