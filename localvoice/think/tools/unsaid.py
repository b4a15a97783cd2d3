"""Arguments that a model made up: small models fill in every field there is. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace

from localvoice.think.messages import Json, ToolCall
from localvoice.think.tools.arguments import Schema

STEM_LETTERS = 4
"""Words that begin with so many letters alike count as the same: "living" and "live", "lights" and "light"."""


def without_unsaid(call: ToolCall, parameters: Schema, said: str) -> ToolCall:
    """`call` without optional free text of which not one word was `said`.

    What is required, a number, one of a list, or written with digits ("7:00" for seven) stays: it may have been said in
    other words.
    """
    kept = {
        name: value
        for name, value in call.arguments.items()
        if name in parameters.get("required", ()) or not _is_made_up(value, parameters["properties"].get(name), said)
    }
    return call if len(kept) == len(call.arguments) else replace(call, arguments=kept)


def _is_made_up(value: Json, schema: Mapping[str, object] | None, said: str) -> bool:
    is_free = schema is not None and schema.get("type") == "string" and not {"enum", "format"} & schema.keys()
    if not is_free or not isinstance(value, str) or any(map(str.isdigit, value)):
        return False
    return bool(value.strip()) and not _stems(value) & _stems(said)


def _stems(text: str) -> set[str]:
    return {word[:STEM_LETTERS] for word in re.findall(r"[^\W_]+", text.lower())}
