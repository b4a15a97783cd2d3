"""Checking a call's arguments against the tool's schema.

What can only have been meant one way is repaired ("5" or "five" for 5, "7:30" or "half past seven in the morning" for
07:30, "hour" for hours); everything else becomes a sentence for the model.
"""

import re
import sys
from datetime import date, datetime, time
from typing import Any

from localvoice.think.commands.quantities import clock_time, number
from localvoice.think.messages import Json

Schema = dict[str, Any]

MOMENTS: dict[str, tuple[type[date] | type[time], str]] = {
    "date-time": (datetime, "a date and time such as 2026-05-31T19:30"),
    "date": (date, "a date such as 2026-05-31"),
    "time": (time, "a time such as 19:30"),
}
"""By the "format" of the schema: what reads it, and what the model is told if it cannot be read."""


class BadArguments(ValueError):
    """The arguments do not fit the tool; the message is a sentence for the model."""


def check(arguments: dict[str, Json], parameters: Schema, whose: str) -> dict[str, Any]:
    """The arguments, each fitted to its schema.

    Absent optional ones are left out, so are nulls and empty strings. `whose` is the tool, or the parameter that is
    an object. Raises BadArguments.
    """
    properties: dict[str, Schema] = parameters["properties"]
    # What models are shown leaves out an empty list.
    required = parameters.get("required", ())
    good: dict[str, Any] = {}
    for name, value in arguments.items():
        if name not in properties:
            raise BadArguments(f"{whose} has no argument {name}")
        if value is None or (value == "" and name not in required):
            continue
        good[name] = fit(value, properties[name], name)
    for name in required:
        if name not in good:
            raise BadArguments(f"{whose} needs {name}")
    return good


def fit(value: Json, schema: Schema, name: str) -> Any:
    """`value` as `schema` wants it: still JSON. Raises BadArguments."""
    if "anyOf" in schema:
        return _first_that_fits(value, schema["anyOf"], name)
    if "enum" in schema:
        return _choice(value, schema["enum"], name)
    kind = schema["type"]
    if kind == "string":
        return _text(value, schema.get("format", ""), name)
    if kind == "boolean":
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if isinstance(value, bool):
            return value
        raise BadArguments(f"{name} must be true or false")
    if kind == "array":
        return _items(value, schema, name)
    if kind == "object":
        if not isinstance(value, dict):
            raise BadArguments(f"{name} must be an object with {', '.join(schema['properties'])}")
        return check(value, schema, name)
    return _number(value, schema, name)


def _first_that_fits(value: Json, choices: list[Schema], name: str) -> Any:
    faults: list[str] = []
    for choice in choices:
        try:
            return fit(value, choice, name)
        except BadArguments as fault:
            faults.append(str(fault))
    raise BadArguments(" or ".join(dict.fromkeys(faults)))


def _choice(value: Json, choices: list[Json], name: str) -> Json:
    for choice in choices:
        if value == choice and isinstance(value, bool) == isinstance(choice, bool):
            return choice
    for choice in choices:
        if isinstance(value, str) and value.strip().lower() == str(choice).lower():
            return choice
    # The singular for the plural, or the other way round.
    alike = [choice for choice in choices if isinstance(value, str) and _stem(value) == _stem(str(choice))]
    if len(alike) == 1:
        return alike[0]
    raise BadArguments(f"{name} must be one of {', '.join(map(str, choices))}")


def _stem(word: str) -> str:
    return word.strip().lower().removesuffix("s")


def _text(value: Json, form: str, name: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise BadArguments(f"{name} must be {MOMENTS[form][1] if form in MOMENTS else 'text'}")
    text = str(value).strip()
    if form not in MOMENTS:
        return text
    reads, told = MOMENTS[form]
    said = clock_time(text) if form == "time" and not re.fullmatch(r"[\d:.]*", text) else None
    if said is not None and len(said.times()) == 1:
        text = said.times()[0].isoformat()
    text = re.sub(r"(^|[T ])(\d:\d\d)", r"\g<1>0\2", text)
    try:
        read = reads.fromisoformat(text)
    except ValueError:
        raise BadArguments(f"{name} must be {told}") from None
    # A date alone says nothing about the time of day, nor a zone without a date about summer time.
    if (form == "date-time" and ":" not in text) or (isinstance(read, time) and read.tzinfo):
        raise BadArguments(f"{name} must be {told}")
    return read.isoformat()


def _items(value: Json, schema: Schema, name: str) -> list[Any]:
    items = value if isinstance(value, list) else [value]
    if "prefixItems" not in schema:
        return [fit(item, schema["items"], name) for item in items]
    if len(items) != len(schema["prefixItems"]):
        raise BadArguments(f"{name} must be a list of {len(schema['prefixItems'])}")
    return [fit(item, inner, name) for item, inner in zip(items, schema["prefixItems"], strict=True)]


def _number(value: Json, schema: Schema, name: str) -> int | float:
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d+(\.\d+)?\s*%?\s*", value):
        value = float(value.strip().rstrip("%"))
    elif isinstance(value, str) and (said := number(value.removesuffix("%").removesuffix("percent"))) is not None:
        value = said
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadArguments(f"{name} must be a number")
    # A whole number may be larger than any float.
    if not -sys.float_info.max <= value <= sys.float_info.max:
        raise BadArguments(f"{name} must be a number")
    if schema["type"] == "integer":
        if int(value) != value:
            raise BadArguments(f"{name} must be a whole number")
        value = int(value)
    if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        raise BadArguments(f"{name} must be between {schema['minimum']:g} and {schema['maximum']:g}")
    return value
