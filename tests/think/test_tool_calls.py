"""Reading what a model writes, whole or broken, in pieces of any size."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice.think.messages import TextDelta, ToolCall
from localvoice.think.tools.arguments import BadArguments, check
from localvoice.think.tools.call import parse
from localvoice.think.tools.stream import CallReader

TIMER = '{"name": "set_timer", "arguments": {"amount": 5, "unit": "minutes"}}'


def read(pieces: list[str]) -> tuple[str, list[ToolCall]]:
    reader = CallReader()
    out = [item for piece in pieces for item in reader.feed(piece)] + reader.finish()
    text = "".join(item.text for item in out if isinstance(item, TextDelta))
    return text, [item for item in out if isinstance(item, ToolCall)]


@pytest.mark.parametrize(
    "body",
    [
        TIMER,
        f"\n{TIMER}\n",
        f"[{TIMER}]",
        f"```json\n{TIMER}\n```",
        TIMER[:-1],
        TIMER[:-2],
        TIMER + "}}",
        TIMER.replace('"}}', '"'),
        TIMER.replace('"}}', '",}}'),
        f"{{{TIMER}}}",
        TIMER.replace('"', "'"),
        TIMER.replace("arguments", "parameters"),
        json.dumps({"name": "set_timer", "arguments": '{"amount": 5, "unit": "minutes"}'}),
        json.dumps({"type": "function", "function": json.loads(TIMER)}),
    ],
)
def test_what_can_only_mean_one_thing_is_read(body: str) -> None:
    assert parse(body, "call_1") == ToolCall("call_1", "set_timer", {"amount": 5, "unit": "minutes"})


@pytest.mark.parametrize(
    "body",
    [
        "",
        "set a timer",
        "{",
        "[1, 2]",
        '{"arguments": {}}',
        '{"name": 3}',
        "[" * 5000,
        "9" * 100_000,
        "9" * 5000,
        "{'name': 't', 'arguments': {'items': {'milk', 'eggs'}}}",
    ],
)
def test_what_cannot_be_read_has_a_problem(body: str) -> None:
    assert parse(body, "call_1").problem


def test_no_arguments_are_no_problem() -> None:
    for body in (
        '{"name": "get_time"}',
        '{"name": "get_time", "arguments": null}',
        '{"name": "get_time", "arguments": ""}',
    ):
        assert parse(body, "call_1") == ToolCall("call_1", "get_time", {})
    assert parse('{"name": "get_time", "arguments": [1]}', "call_1").problem


@given(st.lists(st.integers(1, 12), min_size=1))
def test_pieces_of_any_size_read_the_same(cuts: list[int]) -> None:
    whole = "<think>hm <tool_call></think>\nLet me see. <tool_call>\n"
    whole += f"{TIMER}\n</tool_call>\n<tool_call>{TIMER}</tool_call> 1 < 2 <to"
    pieces, at = [], 0
    while at < len(whole):
        step = cuts[len(pieces) % len(cuts)]
        pieces.append(whole[at : at + step])
        at += step
    text, calls = read(pieces)
    assert text == "Let me see. 1 < 2 <to"
    assert [call.id for call in calls] == ["call_1", "call_2"]
    assert all(call.name == "set_timer" and not call.problem for call in calls)


def test_words_are_not_held_back() -> None:
    reader = CallReader()
    assert reader.feed("It's") == [TextDelta("It's")]
    assert reader.feed(" 14:05") == [TextDelta(" 14:05")]
    assert reader.feed(" <") == []
    assert reader.feed("3") == [TextDelta(" <3")]


def test_a_call_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    assert read(["<tool_call>\n" + TIMER[:-1]])[1] == [
        ToolCall("call_1", "set_timer", {"amount": 5, "unit": "minutes"})
    ]
    assert read(["Sure.<tool_call>"])[1][0].problem
    assert read(["<think>never closed"]) == ("", [])


@pytest.mark.parametrize("bare", [TIMER, f"{{{TIMER}}}", f"\n{TIMER[:-1]}", f"```json\n{TIMER}\n```"])
def test_a_reply_that_is_a_call_without_its_markers_is_not_read_out(bare: str) -> None:
    for pieces in ([bare], list(bare)):
        text, calls = read(pieces)
        assert (text, calls) == ("", [ToolCall("call_1", "set_timer", {"amount": 5, "unit": "minutes"})])


def test_a_call_without_its_markers_that_was_cut_is_not_run() -> None:
    reader = CallReader()
    assert reader.feed(TIMER[:-4]) == []
    (found,) = reader.finish(cut=True)
    assert isinstance(found, ToolCall) and found.problem == "the call was too long"


@pytest.mark.parametrize(
    "text",
    ["{", "{a} or {b}", "`ls` lists files", "```\nls\n```", '{"name": "Ann"}', '{"arguments": 1}', f"It is {TIMER}"],
)
def test_braces_alone_are_no_call(text: str) -> None:
    assert read(list(text)) == (text, [])


def test_a_call_in_markers_after_a_brace_is_read() -> None:
    text, calls = read(list(f"{{ <tool_call>{TIMER}</tool_call>"))
    assert text == "{" and [call.name for call in calls] == ["set_timer"]


PARAMETERS = {
    "type": "object",
    "properties": {
        "amount": {"type": "integer", "minimum": 1, "maximum": 10},
        "unit": {"type": "string", "enum": ["seconds", "minutes"]},
        "ratio": {"type": "number"},
        "items": {"type": "array", "items": {"type": "string"}},
        "loud": {"type": "boolean"},
        "level": {"anyOf": [{"type": "string", "enum": ["up"]}, {"type": "integer", "minimum": 0, "maximum": 9}]},
        "name": {"type": "string"},
        "from": {"type": "string", "format": "time"},
    },
    "required": ["amount"],
}


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        ({"amount": 5}, {"amount": 5}),
        ({"amount": "5"}, {"amount": 5}),
        ({"amount": 5.0}, {"amount": 5}),
        ({"amount": "5 %"}, {"amount": 5}),
        ({"amount": "five"}, {"amount": 5}),
        ({"amount": "five percent"}, {"amount": 5}),
        ({"amount": 5, "ratio": "three and a half"}, {"amount": 5, "ratio": 3.5}),
        ({"amount": 5, "ratio": "1/8"}, {"amount": 5, "ratio": 0.125}),
        ({"amount": 5, "unit": "minute"}, {"amount": 5, "unit": "minutes"}),
        ({"amount": 5, "from": "7 pm"}, {"amount": 5, "from": "19:00:00"}),
        ({"amount": 5, "from": "half past seven in the morning"}, {"amount": 5, "from": "07:30:00"}),
        ({"amount": 5, "unit": "Minutes"}, {"amount": 5, "unit": "minutes"}),
        ({"amount": 5, "unit": None, "name": ""}, {"amount": 5}),
        ({"amount": 5, "ratio": 2}, {"amount": 5, "ratio": 2}),
        ({"amount": 5, "ratio": "2.5"}, {"amount": 5, "ratio": 2.5}),
        ({"amount": 5, "items": "milk"}, {"amount": 5, "items": ["milk"]}),
        ({"amount": 5, "items": ["milk", 3]}, {"amount": 5, "items": ["milk", "3"]}),
        ({"amount": 5, "loud": "true"}, {"amount": 5, "loud": True}),
        ({"amount": 5, "level": "up"}, {"amount": 5, "level": "up"}),
        ({"amount": 5, "level": "7"}, {"amount": 5, "level": 7}),
        ({"amount": 5, "name": 12}, {"amount": 5, "name": "12"}),
    ],
)
def test_good_arguments(given_: dict[str, object], wanted: dict[str, object]) -> None:
    assert check(given_, PARAMETERS, "t") == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_", "complaint"),
    [
        ({}, "t needs amount"),
        ({"amount": None}, "t needs amount"),
        ({"amount": 5, "colour": 1}, "t has no argument colour"),
        ({"amount": 11}, "amount must be between 1 and 10"),
        ({"amount": 5.5}, "amount must be a whole number"),
        ({"amount": float("nan")}, "amount must be a number"),
        ({"amount": 10**400}, "amount must be a number"),
        ({"amount": 5, "ratio": -(10**400)}, "ratio must be a number"),
        ({"amount": True}, "amount must be a number"),
        ({"amount": "some"}, "amount must be a number"),
        ({"amount": "five and a half"}, "amount must be a whole number"),
        ({"amount": 5, "from": "half past seven"}, "from must be a time such as 19:30"),
        ({"amount": [5]}, "amount must be a number"),
        ({"amount": 5, "unit": "days"}, "unit must be one of seconds, minutes"),
        ({"amount": 5, "name": {}}, "name must be text"),
        ({"amount": 5, "loud": "very"}, "loud must be true or false"),
        ({"amount": 5, "level": "left"}, "level must be one of up or level must be a number"),
    ],
)
def test_bad_arguments_become_a_sentence(given_: dict[str, object], complaint: str) -> None:
    with pytest.raises(BadArguments, match=complaint):
        check(given_, PARAMETERS, "t")  # type: ignore[arg-type]
