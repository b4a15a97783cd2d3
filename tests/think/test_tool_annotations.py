"""What people write as types: what the model is shown, and what the function gets."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, List, Literal, Optional, Tuple  # noqa: UP035 - people write them

import pytest

from localvoice.errors import SettingsError
from localvoice.think.tools.arguments import BadArguments, check
from localvoice.think.tools.spec import Between, Tool, from_function


class Colour(enum.Enum):
    WARM = "warm white"
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@dataclass(frozen=True)
class Room:
    """A room.

    floor: counted from the ground
    """

    name: str
    floor: Annotated[int, Between(-1, 3)] = 0
    colours: list[Colour] = field(default_factory=list)


@dataclass(frozen=True)
class Meeting:
    at: datetime
    room: Room | None
    guests: tuple[str, ...] = ()


@dataclass
class Loop:
    inner: Loop


def take(hint: Any, default: Any = ...) -> Tool:
    """A tool with one parameter `it` of that type, which returns what it gets."""

    def tool(it):  # type: ignore[no-untyped-def]
        """Take it."""
        return it

    tool.__annotations__ = {"it": hint}
    tool.__defaults__ = () if default is ... else (default,)
    return from_function(tool)


def got(tool: Tool, **arguments: Any) -> Any:
    return tool.function(**check(arguments, tool.parameters, "t"))


SCHEMA_OF_ROOM = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "floor": {
            "type": "integer", "minimum": -1, "maximum": 3, "description": "counted from the ground", "default": 0,
        },
        "colours": {"type": "array", "items": {"type": "string", "enum": ["warm white", "red"]}},
    },
    "required": ["name"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("hint", "schema"),
    [
        (str, {"type": "string"}),
        (float, {"type": "number"}),
        (Colour, {"type": "string", "enum": ["warm white", "red"]}),
        (Level, {"type": "string", "enum": ["LOW", "HIGH"]}),
        (Literal["a", 2], {"enum": ["a", 2]}),
        (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}),
        (
            tuple[int, str],
            {
                "type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "minItems": 2, "maxItems": 2,
            },
        ),
        (date, {"type": "string", "format": "date"}),
        (time, {"type": "string", "format": "time"}),
        (datetime, {"type": "string", "format": "date-time"}),
        (Room, SCHEMA_OF_ROOM),
        (Annotated[float | None, Between(0, 1)], {"type": "number", "minimum": 0, "maximum": 1}),
        (
            Annotated[Literal["up"] | int, Between(0, 9)],
            {"anyOf": [{"type": "string", "enum": ["up"]}, {"type": "integer", "minimum": 0, "maximum": 9}]},
        ),
        (
            list[Annotated[int, Between(1, 6)]],
            {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 6}},
        ),
    ],
)  # fmt: skip
def test_the_model_is_shown(hint: Any, schema: dict[str, Any]) -> None:
    assert take(hint).parameters["properties"]["it"] == schema


@pytest.mark.parametrize(
    ("hint", "value", "wanted"),
    [
        (float, 3, 3.0),
        (Colour, "Warm White", Colour.WARM),
        (Level, "high", Level.HIGH),
        (tuple[int, ...], ["1", 2], (1, 2)),
        (tuple[int, str], [1, "a"], (1, "a")),
        (date, "2026-05-31", date(2026, 5, 31)),
        (time, "7:30", time(7, 30)),
        (time, "19:30:15", time(19, 30, 15)),
        (datetime, "2026-05-31T9:30", datetime(2026, 5, 31, 9, 30)),
        (datetime, "2026-05-31 19:30", datetime(2026, 5, 31, 19, 30)),
        (
            datetime,
            "2026-05-31T19:30Z",
            datetime(2026, 5, 31, 19, 30, tzinfo=UTC).astimezone().replace(tzinfo=None),
        ),
        (list[date], ["2026-05-31"], [date(2026, 5, 31)]),
        (Room, {"name": "hall", "floor": "2"}, Room("hall", 2)),
        (Room, {"name": "hall", "colours": "red"}, Room("hall", 0, [Colour.RED])),
        (
            Meeting,
            {"at": "2026-05-31T19:30", "guests": ["Ann"]},
            Meeting(datetime(2026, 5, 31, 19, 30), None, ("Ann",)),
        ),
        (int | Colour, "red", Colour.RED),
        (Colour | int, "4", 4),
        (date | str, "2026-05-31", date(2026, 5, 31)),
        (date | str, "tomorrow", "tomorrow"),
        (Literal[True, 2], True, True),
    ],
)
def test_the_function_gets(hint: Any, value: Any, wanted: Any) -> None:
    found = got(take(hint), it=value)
    assert found == wanted and type(found) is type(wanted)


@pytest.mark.parametrize(
    ("hint", "value", "complaint"),
    [
        (Colour, "blue", "it must be one of warm white, red"),
        (date, "tomorrow", "it must be a date such as 2026-05-31"),
        (date, 5, "it must be a date such as"),
        (date, "2026-02-30", "it must be a date such as"),
        (time, "half past seven", "it must be a time such as 19:30"),
        (time, "19:30Z", "it must be a time such as 19:30"),
        (datetime, "2026-05-31", "it must be a date and time such as"),
        (tuple[int, int], [1], "it must be a list of 2"),
        (Room, "hall", "it must be an object with name, floor, colours"),
        (Room, {}, "it needs name"),
        (Room, {"name": "hall", "size": 3}, "it has no argument size"),
        (Room, {"name": "hall", "floor": 9}, "floor must be between -1 and 3"),
        (list[Colour], ["red", "blue"], "it must be one of"),
    ],
)
def test_what_does_not_fit_is_a_sentence(hint: Any, value: Any, complaint: str) -> None:
    with pytest.raises(BadArguments, match=complaint):
        got(take(hint), it=value)


@pytest.mark.parametrize(
    ("hint", "default", "shown"),
    [
        (str, "today", "today"),
        (str, ", ", ", "),
        (float, 1, 1),
        (Colour, Colour.RED, "red"),
        (Level, Level.LOW, "LOW"),
        (time, time(7, 30), "07:30:00"),
        (tuple[str, ...], ("milk",), ["milk"]),
        (Room, Room("hall"), {"name": "hall", "floor": 0, "colours": []}),
        (str | None, None, ...),
        (Optional[int], 3, 3),  # noqa: UP045 - people write it
    ],
)
def test_defaults_are_shown_and_used(hint: Any, default: Any, shown: Any) -> None:
    tool = take(hint, default)
    assert tool.parameters["properties"]["it"].get("default", ...) == shown
    assert tool.parameters["required"] == []
    assert got(tool) == got(tool, it=None) == default


@pytest.mark.parametrize(
    ("hint", "default", "complaint"),
    [
        (str, None, "it of the tool tool has the default None, which is not of its type"),
        (int, "5", "has the default '5'"),
        (bool, 1, "has the default 1"),
        (list[str], ("a",), "has the default"),
        (Literal["on", "off"], "up", "has the default 'up'"),
        (Annotated[int, Between(1, 5)], 6, "has the default 6"),
        (Colour, "red", "has the default 'red'"),
        (date, "2026-05-31", "has the default '2026-05-31'"),
        (Any, ..., r"has the type (typing\.)?Any, which a tool cannot take"),
        (dict[str, int], ..., r"has the type dict\[str, int\]"),
        (bytes, ..., "has the type bytes"),
        (list, ..., r"does not say what it is a list of, as list\[str\] does"),
        (tuple, ..., "does not say what it is a tuple of"),
        (list[Any], ..., r"has the type (typing\.)?Any"),
        (Annotated[str, Between(1, 5)], ..., "has Between, which fits numbers alone"),
        (Annotated[int, Between(5, 1)], ..., r"has Between\(5, 1\), which no number lies in"),
        (Annotated[int, Between], ..., "has Between without its bounds"),
        (Literal[b"a"], ..., "has a choice that is neither text nor a number"),
        (Loop, ..., r"The parameter it\.inner of the tool tool contains itself: Loop"),
        (None, ..., "has the type NoneType"),
        (List, ..., "does not say what it is a list of"),  # noqa: UP006 - people write it
        (Tuple, ..., "does not say what it is a tuple of"),  # noqa: UP006
        ("int |", ..., "annotations of the tool tool cannot be read: "),
        ("Nowhere", ..., "annotations of the tool tool cannot be read: name 'Nowhere' is not defined"),
    ],
)
def test_what_cannot_be_taken_is_a_sentence_with_its_line(hint: Any, default: Any, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint + r".* \(test_tool_annotations.py, line \d+\)\. ") as caught:
        take(hint, default)
    assert caught.value.remedy
