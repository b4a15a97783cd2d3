"""`@tool(sentences=…)`: what is refused when it registers, and what becomes of what is said."""

from collections.abc import Callable
from datetime import time
from typing import Annotated, Any, Literal

import pytest

from localvoice.errors import SettingsError
from localvoice.think.commands.understander import understander
from localvoice.think.commands.understood import Wanted
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.spec import Between, from_function, tool


def bus(place: str | None = None, number: int = 1) -> None:
    """When the bus comes."""


def door(which: str, angle: int = 90) -> None:
    """Open a door."""


@pytest.mark.parametrize(
    ("function", "sentence", "fault"),
    [
        (bus, "when is the bus [to {plaice}]", "plaice"),
        (bus, "when is the bus (to {place}", "brackets"),
        (bus, "when is the bus [to {place}]]", "brackets"),
        (bus, "", "brackets"),
        (bus, "{place}", "anything"),
        (bus, "[when is the bus to] {place}", "anything"),
        (bus, "please do {place} now", "anything"),
        (bus, "the bus <when>", "<when>"),
        (bus, "the bus to {town:place}", "town"),
        (bus, "(a;b;c;d;e;f;g;h;i;j;k) bus", "11 parts in any order"),
        (bus, "bus [now (a;b;c;d;e)]", "5 parts in any order"),
        (door, "open the door", "which"),
        (door, "open [the {which}] door", "which"),
        (door, "(open the {which} door|open the door)", "which"),
    ],
)
def test_a_sentence_that_cannot_work_is_refused(function: Callable[..., Any], sentence: str, fault: str) -> None:
    marked = tool(sentences=[sentence])(function)
    with pytest.raises(SettingsError) as refused:
        from_function(marked)
    message = str(refused.value)
    assert fault in message
    assert repr(sentence) in message
    assert f"{function.__name__} " in message
    assert "test_tool_sentences.py, line " in message
    assert "docs/tools.md" in message


def test_two_free_arguments_need_something_between_them() -> None:
    @tool(sentences=["take {what} {where}"])
    def carry(what: str, where: str) -> None:
        """Carry something."""

    with pytest.raises(SettingsError, match=r"between \{what\} and \{where\}"):
        from_function(carry)


def test_an_argument_that_no_words_give() -> None:
    @tool(sentences=["paint it {colour}"])
    def paint(colour: tuple[int, int, int]) -> None:
        """Paint."""

    with pytest.raises(SettingsError, match="cannot be read from words"):
        from_function(paint)


def test_a_fault_of_a_long_sentence_is_told_in_a_short_one() -> None:
    with pytest.raises(SettingsError) as refused:
        from_function(tool(sentences=["(" * 3000])(bus))
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("sentences", ["open the door", [3], None, {"open": 1}])
def test_sentences_are_a_list_of_texts(sentences: Any) -> None:
    with pytest.raises(SettingsError, match="no list of texts"):
        tool(sentences=sentences)


def wanted(function: Callable[..., Any], text: str) -> Wanted | None:
    understood = understander(Registry([from_function(function)]), "en")(text, ())
    return understood.calls[0] if understood else None


@tool(sentences=["(when is|when's) the next bus [to {place}]", "bus number {number} [to {place}]"])
def next_bus(place: str | None = None, number: int | None = None) -> None:
    """When the next bus leaves."""


@tool(sentences=["paint the {room} {colour} [at {percent} percent]", "paint the {room} {colour} at {percent}"])
def paint(
    room: Literal["hall", "living room"],
    colour: Literal["red", "warm white"],
    percent: Annotated[int, Between(0, 100)] = 50,
) -> None:
    """Paint a room."""


@tool(sentences=["feed the {pets}", "feed the {pets} {amount} (grams|gram)", "feed the {pets} at {at}"])
def feed(pets: list[str], amount: float | None = None, at: time | None = None) -> None:
    """Feed."""


@tool(sentences=["sleep for {duration:length}", "sleep (until|till) {time:length}", "sleep until {day:length}"])
def sleep(length: str) -> None:
    """Sleep."""


@tool(sentences=["soak it for {duration}", "soak it at {percent} (percent|%)", "soak it at {percent:level}"])
def soak(duration: str | None = None, percent: int | None = None, level: int | None = None) -> None:
    """Soak."""


@pytest.mark.parametrize(
    ("function", "text", "arguments"),
    [
        (soak, "Soak it for half an hour.", {"duration": "half an hour"}),
        (soak, "Soak it for ages.", None),
        (soak, "Soak it at 120 percent.", {"percent": 120}),
        (soak, "Soak it at 20%.", {"level": 20}),
        (next_bus, "When is the next bus?", {}),
        (next_bus, "Could you tell me, when is the next bus to New Cross, please?", None),
        (next_bus, "Hey, when's the next bus to New Cross, please?", {"place": "New Cross"}),
        (next_bus, "Bus number twenty five to Kew.", {"number": 25, "place": "Kew"}),
        (next_bus, "Bus number 7", {"number": 7}),
        (next_bus, "Bus number seven and a half", None),
        (next_bus, "When was the next bus?", None),
        (paint, "Paint the living room warm white at twenty percent.",
         {"room": "living room", "colour": "warm white", "percent": 20}),
        (paint, "Paint the hall red at 35%", {"room": "hall", "colour": "red", "percent": 35}),
        (paint, "Paint the hall red at 350%", None),
        (paint, "Paint the hall blue", None),
        (feed, "Feed the cat, the dog and the parrot.", {"pets": ["cat", "dog", "parrot"]}),
        (feed, "Feed the cat three and a half grams.", {"pets": ["cat"], "amount": 3.5}),
        (feed, "Feed the cat at 7:30.", {"pets": ["cat"], "at": "07:30:00"}),
        (feed, "Feed the cat at 12 a.m.", {"pets": ["cat"], "at": "00:00:00"}),
        (feed, "Feed the cat at half past six pm", {"pets": ["cat"], "at": "18:30:00"}),
        (sleep, "Sleep for an hour and a half", {"length": "an hour and a half"}),
        (sleep, "Sleep until noon", {"length": "noon"}),
        (sleep, "Sleep until Friday", {"length": "friday"}),
        (sleep, "Sleep for a potato", None),
    ],
)  # fmt: skip
def test_what_is_said_becomes_arguments(
    function: Callable[..., Any], text: str, arguments: dict[str, Any] | None
) -> None:
    call = wanted(function, text)
    assert (call.arguments if call else None) == arguments


def test_a_sentence_of_a_tool_may_stand_beside_another_wish() -> None:
    from tests.think.commands.final_tools import set_timer

    understand = understander(Registry([from_function(next_bus), from_function(set_timer)]), "en")
    understood = understand("When is the next bus and set a timer for ten minutes.", ())
    assert understood is not None
    assert [call.name for call in understood.calls] == ["next_bus", "set_timer"]
