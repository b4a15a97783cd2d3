"""The question before a call: its text in the tool's declaration, with the call's arguments put in. Pure."""

import string
from collections.abc import Mapping, Sequence

from localvoice.think.tools.arguments import Schema
from localvoice.think.tools.words import joined


def fault(template: str, parameters: Schema) -> str:
    """Why `template` can be no question about a call with these parameters, as a clause; "" if it can."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        return f"has braces that do not match ({error})"
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            return f"has a placeholder {{{name}}} that is not just a name"
        if name not in parameters["properties"]:
            return f"names {name}, which is no parameter"
        if name not in parameters["required"]:
            return f"names {name}, which a call may leave out"
    return "" if any(character.isalnum() for text, *_ in parts for character in text) else "says nothing"


def question(template: str, arguments: Mapping[str, object]) -> str:
    """The question about a call with `arguments`, whose template has no `fault`."""
    return template.format(**{name: _spoken(value) for name, value in arguments.items()})


def _spoken(value: object) -> str:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return str(value)
    return joined([str(item) for item in value]) if value else ""
