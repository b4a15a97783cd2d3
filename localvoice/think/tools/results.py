"""What a tool returns, as text for the model.

None             done
True, False      yes, no
21.456           21.46
["milk", "eggs"] milk and eggs
{"wind_speed": 3, "sky": "clear"}, or a dataclass with these fields
                 wind speed: 3, sky: clear
several of those one after the other, between semicolons
date, time, datetime
                 2026-05-31, 19:30, 2026-05-31 19:30
"""

import enum
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from typing import Any

from localvoice.think.tools.words import joined, number

DONE = "done"


class Unsayable(TypeError):
    """The value has no text: nothing says how it is to be written."""


def as_text(value: object) -> str:
    """The text of what a tool returned. Raises Unsayable."""
    if value is None:
        return DONE
    if isinstance(value, enum.Enum):
        return value.value if isinstance(value.value, str) else value.name.replace("_", " ").lower()
    if isinstance(value, str):
        return value or DONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number(value) if isinstance(value, float) and math.isfinite(value) else str(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return _pairs({item.name: getattr(value, item.name) for item in fields(value)})
    if isinstance(value, Mapping):
        return _pairs(value)
    if isinstance(value, (Sequence, Set)) and not isinstance(value, (bytes, bytearray, memoryview)):
        return _list(value)
    if type(value).__str__ is object.__str__ or isinstance(value, (bytes, bytearray, memoryview, type)):
        raise Unsayable(f"{type(value).__name__} has no text")
    return str(value)


def _pairs(values: Mapping[Any, object]) -> str:
    pairs = [f"{as_text(name).replace('_', ' ')}: {as_text(value)}" for name, value in values.items()]
    return ", ".join(pairs) or "nothing"


def _list(values: Sequence[object] | Set[object]) -> str:
    texts = [as_text(value) for value in values]
    whole = any(isinstance(value, (Mapping, Sequence, Set)) and not isinstance(value, str) for value in values)
    if whole or any(is_dataclass(value) for value in values):
        return "; ".join(texts)
    return joined(texts) if texts else "nothing"
