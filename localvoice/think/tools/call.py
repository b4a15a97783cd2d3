"""Reading the calls that a model writes, and checking their arguments.

A model writes JSON by heart: brackets go missing, quotes turn single, numbers come as words in quotes. What
can only have been meant one way is repaired; everything else becomes a sentence that the model is told
instead of a result.
"""

import ast
import json
import math
import re
from typing import Any

from localvoice.think.messages import Json, ToolCall
from localvoice.think.tools.spec import Schema

LONGEST_CALL_CHARACTERS = 8000
"""A call longer than this is not read: it is a model that has lost its way."""


class BadArguments(ValueError):
    """The arguments do not fit the tool; the message is a sentence for the model."""


def parse(body: str, id: str) -> ToolCall:
    """The call in the text between the markers. Never raises: what cannot be read comes back with a
    `problem`.
    """
    value = _loads(body)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        return ToolCall(id, "", problem="the call was not valid JSON")
    inner = value.get("function")
    if isinstance(inner, dict):
        value = inner
    name = value.get("name", inner if isinstance(inner, str) else None)
    if not isinstance(name, str) or not name:
        return ToolCall(id, "", problem="the call had no name")
    arguments = value.get("arguments", value.get("parameters", {}))
    if isinstance(arguments, str):
        arguments = _loads(arguments) if arguments.strip() else {}
    if arguments is None:
        arguments = {}
    if not isinstance(arguments, dict):
        return ToolCall(id, name, problem=f"the arguments of {name} were not valid JSON")
    return ToolCall(id, name, arguments)


def check(arguments: dict[str, Json], parameters: Schema, tool: str) -> dict[str, Any]:
    """The arguments as the function wants them.

    Absent optional ones are left out, so are nulls and empty strings; "5" is read as 5 where a number is
    wanted. Raises BadArguments.
    """
    properties: dict[str, Schema] = parameters["properties"]
    good: dict[str, Any] = {}
    for name, value in arguments.items():
        if name not in properties:
            raise BadArguments(f"{tool} has no argument {name}")
        if value is None or (value == "" and name not in parameters["required"]):
            continue
        good[name] = _fit(value, properties[name], name)
    for name in parameters["required"]:
        if name not in good:
            raise BadArguments(f"{tool} needs {name}")
    return good


def _fit(value: Json, schema: Schema, name: str) -> Any:
    if "anyOf" in schema:
        faults: list[str] = []
        for choice in schema["anyOf"]:
            try:
                return _fit(value, choice, name)
            except BadArguments as fault:
                faults.append(str(fault))
        raise BadArguments(" or ".join(dict.fromkeys(faults)))
    if "enum" in schema:
        for choice in schema["enum"]:
            if value == choice or (isinstance(value, str) and value.strip().lower() == str(choice).lower()):
                return choice
        raise BadArguments(f"{name} must be one of {', '.join(map(str, schema['enum']))}")
    kind = schema["type"]
    if kind == "string":
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return str(value).strip()
        raise BadArguments(f"{name} must be text")
    if kind == "boolean":
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if isinstance(value, bool):
            return value
        raise BadArguments(f"{name} must be true or false")
    if kind == "array":
        items = value if isinstance(value, list) else [value]
        return [_fit(item, schema["items"], name) for item in items]
    return _number(value, schema, name)


def _number(value: Json, schema: Schema, name: str) -> int | float:
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d+(\.\d+)?\s*%?\s*", value):
        value = float(value.strip().rstrip("%"))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadArguments(f"{name} must be a number")
    if not math.isfinite(value):
        raise BadArguments(f"{name} must be a number")
    if schema["type"] == "integer":
        if int(value) != value:
            raise BadArguments(f"{name} must be a whole number")
        value = int(value)
    if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        raise BadArguments(f"{name} must be between {schema['minimum']:g} and {schema['maximum']:g}")
    return value


def _loads(text: str) -> Any:
    """JSON, or the nearest thing to it; None when it cannot be read."""
    text = text.strip()
    if len(text) > LONGEST_CALL_CHARACTERS:
        return None
    text = re.sub(r"^```(?:json)?\s*|\s*```$", "", text)
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
