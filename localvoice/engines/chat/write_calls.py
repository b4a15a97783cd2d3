"""Calls as text, the way a model writes them: for templates that show tools but leave the writing to others."""

import json
from collections.abc import Sequence
from typing import Any

from localvoice.engines.chat.chat_format import CallFormat

Call = tuple[str, dict[str, Any]]
"""Name and arguments."""


def write(calls: Sequence[Call], form: CallFormat) -> str:
    """`calls` of one round between their marks. Knows "json" (a list after one mark) and "python"."""
    if form.syntax == "python":
        body = ", ".join(f"{name}({_pairs(arguments)})" for name, arguments in calls)
        return f"{form.opener}[{body}]{form.closer}"
    texts = [_json({form.name_key: name, form.arguments_key: arguments}) for name, arguments in calls]
    if form == CallFormat():
        return "\n".join(f"{form.opener}\n{text}\n{form.closer}" for text in texts)
    return f"{form.opener}[{', '.join(texts)}]{form.closer}"


def _pairs(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value!r}" for key, value in arguments.items())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
