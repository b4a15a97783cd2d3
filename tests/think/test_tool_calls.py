"""Reading what a model writes, whole or broken, in pieces of any size."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice.engines.chat import families
from localvoice.engines.chat.chat_format import HERMES, CallFormat, ChatFormat
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


TOOLS = {
    "set_timer": {
        "type": "object",
        "properties": {
            "amount": {"type": "integer"},
            "unit": {"type": "string", "enum": ["seconds", "minutes"]},
            "name": {"type": "string"},
        },
        "required": ["amount"],
    },
    "get_time": {"type": "object", "properties": {}},
    "add_to_list": {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"type": "string"}}},
        "required": ["items"],
    },
}
"""As models are shown them: without an empty list of what is required."""
FIVE = {"amount": 5, "unit": "minutes"}


def read_knowing(
    pieces: list[str], format: ChatFormat = HERMES, in_thought: bool = False
) -> tuple[str, list[ToolCall]]:
    reader = CallReader(format, in_thought=in_thought, tools=TOOLS)
    out = [item for piece in pieces for item in reader.feed(piece)] + reader.finish()
    text = "".join(item.text for item in out if isinstance(item, TextDelta))
    return text, [item for item in out if isinstance(item, ToolCall)]


@pytest.mark.parametrize("before", ["", "Sure! ", "One moment.\n"])
@pytest.mark.parametrize(
    "bare",
    [
        TIMER,
        f"{{{TIMER}}}",
        TIMER.replace("arguments", "parameters"),
        TIMER.replace("arguments", "args"),
        TIMER.replace("arguments", "input"),
        TIMER.replace("}}", ",}}"),
        TIMER.replace('"', "'"),
        TIMER + "}",
        TIMER[:-1],
        f"[{TIMER}]",
        f"```json\n{TIMER}\n```",
        f"```tool_call\n{TIMER}\n```",
        f"```\n{TIMER}```",
        json.dumps(json.loads(TIMER), indent=2),
        json.dumps({"name": "set_timer", "arguments": json.dumps(FIVE)}),
        json.dumps({"name": "functions.set_timer", "arguments": FIVE}),
        json.dumps({"name": "set_timer", **FIVE}),
        json.dumps({"tool": "set_timer", "tool_input": FIVE}),
        json.dumps({"function": "set_timer", "parameters": FIVE}),
        json.dumps({"type": "function", "function": {"name": "set_timer", "arguments": FIVE}}),
        json.dumps({"type": "function", "name": "set_timer", "parameters": FIVE}),
        json.dumps({"id": "1", "type": "function", "function": {"name": "set_timer", "arguments": FIVE}}),
        json.dumps({"arguments": FIVE, "name": "set_timer"}),
        json.dumps({"set_timer": FIVE}),
        "<function=set_timer>\n<parameter=amount>\n5\n</parameter>\n<parameter=unit>minutes</parameter>\n</function>",
        f"<function=set_timer>{json.dumps(FIVE)}</function>",
        f"<tool_call>{TIMER}</tool_call>",
        "<tool_call>set_timer(amount=5, unit='minutes')</tool_call>",
        f"<tool_call>set_timer\n{json.dumps(FIVE)}</tool_call>",
    ],
)
def test_what_is_meant_as_a_call_is_run_and_no_piece_of_it_is_spoken(bare: str, before: str) -> None:
    for pieces in ([before + bare], list(before + bare)):
        text, calls = read_knowing(pieces)
        assert text == before.strip()
        assert [(call.name, check(call.arguments, TOOLS[call.name], ""), call.problem) for call in calls] == [
            ("set_timer", FIVE, "")
        ]


@pytest.mark.parametrize(
    "bare",
    [
        'set_timer(amount=5, unit="minutes")',
        "[set_timer(amount=5, unit='minutes')]",
        "set_timer(5, 'minutes')",
        'set_timer\n{"amount": 5, "unit": "minutes"}',
        "```python\nset_timer(amount=5, unit='minutes')\n```",
    ],
)
def test_a_line_that_is_a_call_in_pythons_way_is_one(bare: str) -> None:
    for pieces in ([bare], list(bare), [*"Sure.\n", *bare]):
        text, calls = read_knowing(pieces)
        assert text in ("", "Sure.")
        assert [(call.name, call.arguments, call.problem) for call in calls] == [("set_timer", FIVE, "")]


@pytest.mark.parametrize(
    "bare",
    [
        f'{TIMER}; {{"name": "get_time", "parameters": {{}}}}',
        f'{TIMER}\n{{"name": "get_time", "parameters": {{}}}}',
        f'[{TIMER}, {{"name": "get_time", "arguments": {{}}}}]',
        "[set_timer(amount=5, unit='minutes'), get_time()]",
        "set_timer(amount=5, unit='minutes')\nget_time()",
        f'```json\n{TIMER}\n```\n```json\n{{"name": "get_time"}}\n```',
    ],
)
def test_two_calls_without_marks_are_two(bare: str) -> None:
    for pieces in ([bare], list(bare)):
        text, calls = read_knowing(pieces)
        assert (text, [(call.id, call.name) for call in calls]) == (
            "",
            [("call_1", "set_timer"), ("call_2", "get_time")],
        )


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "Dune", "year": 1965}',
        '{"name": "Ann", "age": 40}',
        '{"name": "Ann", "arguments": {"amount": 5}}',
        '{"answer": {"name": "set_timer", "arguments": {"amount": 5}}}',
        '[{"title": "Dune"}, {"title": "Emma"}]',
        '["milk", "eggs"]',
        "[1] says so, {see} there",
        "Use [link](x) or {a: 1}.",
        "set_timer is what I use",
        "get_time",
        "It is 5 { and } all",
        "`ls` and ```\nls\n``` list files",
        '```json\n{"title": "Dune"}\n```',
        "```python\nprint(1)\n```",
        "An opening ` and a { and a [",
        "He said <5 and >3.",
        "functools is a module, Action: too.",
    ],
)
def test_an_answer_that_is_no_call_is_said_as_it_stands(text: str) -> None:
    for pieces in ([text], list(text)):
        assert read_knowing(pieces) == (text, [])


@given(st.lists(st.integers(1, 12), min_size=1))
def test_calls_without_marks_come_out_whole_in_pieces_of_any_size(cuts: list[int]) -> None:
    whole = f'A [b] of {{"title": {{"x": "y"}}}} :-[ sad.\n{TIMER}\n```json\n{TIMER}\n```'
    pieces, at = [], 0
    while at < len(whole):
        step = cuts[len(pieces) % len(cuts)]
        pieces.append(whole[at : at + step])
        at += step
    text, calls = read_knowing(pieces)
    assert text == 'A [b] of {"title": {"x": "y"}} :-[ sad.'
    assert [(call.id, call.arguments, call.problem) for call in calls] == [("call_1", FIVE, ""), ("call_2", FIVE, "")]


def test_an_answer_in_json_is_not_held_back_longer_than_it_may_be_a_call() -> None:
    reader = CallReader(tools=TOOLS)
    assert reader.feed('{"') == []
    assert "".join(item.text for item in reader.feed('title"') if isinstance(item, TextDelta)) == '{"title"'
    reader = CallReader(tools=TOOLS)
    assert reader.feed('{"name": "') == []
    assert reader.feed("Ann") != []


@pytest.mark.parametrize(
    "bare",
    [
        '{"name": "set_timer", "arguments": {"amount": "lots"}}',
        '{"name": "set_timer", "arguments": {"colour": "red", "amount": 5}}',
        '{"name": "set_timer", "arguments": {"amount": 5 minutes}}',
        'Of course. {"name": "set_timer", "arguments": {}}',
    ],
)
def test_what_was_meant_as_a_call_but_is_wrong_is_neither_run_nor_read_out(bare: str) -> None:
    for pieces in ([bare], list(bare)):
        text, (call,) = read_knowing(pieces)
        assert text in ("", "Of course.") and call.problem


@pytest.mark.parametrize(
    "strange",
    [
        '{"name": "send_message", "arguments": {"to": "Tom", "text": "I am late."}}',
        '{{"name": "send_message", "arguments": {"to": "Tom"}}}',
        '```json\n{"name": "play_jazz", "arguments": {}}\n```',
        '[{"name": "play_jazz", "parameters": {"loud": true}}]',
    ],
)
def test_a_call_of_a_tool_that_there_is_not_is_neither_run_nor_read_out(strange: str) -> None:
    for pieces in ([strange], list(strange)):
        text, (call,) = read_knowing(pieces)
        assert (text, call.name) == ("", "") and call.problem.startswith("there is no tool called ")


@pytest.mark.parametrize(
    "answer",
    ['{"name": "ann", "age": 30}', '{"name": "ann", "input": "text"}', '{"name": "Ann Lee", "arguments": {"a": 1}}'],
)
def test_an_answer_that_names_somebody_is_said(answer: str) -> None:
    for pieces in ([answer], list(answer)):
        assert read_knowing(pieces) == (answer, [])


@pytest.mark.parametrize("cut", [TIMER[:-1], TIMER[:-9], f"Sure. {TIMER[:-3]}", "set_timer(amount=5", "<tool_call>{"])
def test_a_call_that_was_cut_is_not_run_whatever_it_looks_like(cut: str) -> None:
    reader = CallReader(tools=TOOLS)
    out = reader.feed(cut) + reader.finish(cut=True)
    assert [item.problem for item in out if isinstance(item, ToolCall)] == ["the call was too long"]
    assert "".join(item.text for item in out if isinstance(item, TextDelta)) in ("", "Sure.")


def test_a_thought_that_the_prompt_opened_is_not_said() -> None:
    for pieces in (["Hm, {TIMER}. "], list("Hm. set_timer(amount=5)")):
        assert read_knowing([*pieces, "</th", "ink>\n\nHello."], in_thought=True) == ("Hello.", [])
    assert read_knowing(["</think>Hello."]) == ("Hello.", [])
    assert read_knowing(["never closed"], in_thought=True) == ("", [])


def test_what_begins_the_other_sides_part_ends_the_reply() -> None:
    reader = CallReader()
    out = reader.feed("It is five.\nUs") + reader.feed("er: and the date?")
    assert out == [TextDelta("It is five.")] and reader.ended
    assert reader.feed(" more") + reader.finish() == []
    assert read(list("Assistant: It is five.")) == ("It is five.", [])
    assert read(list("The User: field")) == ("The User: field", [])


def test_ends_as_text_end_a_call_too() -> None:
    format = ChatFormat(CallFormat("[TOOL_CALLS]", "", "named json"), ends=("</s>",))
    reader = CallReader(format, first_id=7, tools=TOOLS)
    out = reader.feed('[TOOL_CALLS]set_timer[ARGS]{"amount": 5}</s>[INST]go on')
    assert out == [ToolCall("call_7", "set_timer", {"amount": 5})] and reader.ended


def test_an_opener_of_words_opens_only_what_may_be_a_call() -> None:
    format = ChatFormat(CallFormat("functools", "", "json"))
    assert read_knowing(list("functools is a module"), format) == ("functools is a module", [])
    text, calls = read_knowing(list(f"functools[{TIMER}]"), format)
    assert (text, [call.arguments for call in calls]) == ("", [FIVE])
    format = ChatFormat(CallFormat(">>>", "", "named json"), silent=(">>>all\n",), lead=">>>")
    assert read_knowing(list("all\nHello."), format) == ("Hello.", [])
    assert read_knowing(list("Hello."), format) == ("Hello.", [])
    assert [call.name for call in read_knowing(list("get_time\n{}"), format)[1]] == ["get_time"]


def test_channels() -> None:
    format = ChatFormat(
        families.HARMONY_CALLS,
        (families.HARMONY, "<|end|>"),
        families.HARMONY_ENDS,
        silent=families.HARMONY_SILENT,
    )
    thought = "<|channel|>analysis<|message|>They want to know.<|end|><|start|>assistant"
    assert read_knowing(list(f"{thought}<|channel|>final<|message|>It's five.<|return|>"), format) == ("It's five.", [])
    asked = '<|channel|>commentary to=functions.set_timer <|constrain|>json<|message|>{"amount": 5}<|call|>'
    for written in (
        asked,
        thought + asked,
        ' to=functions.set_timer<|channel|>commentary json<|message|>{"amount": 5}',
    ):
        text, calls = read_knowing(list(written), format)
        assert (text, [(call.name, call.arguments) for call in calls]) == ("", [("set_timer", {"amount": 5})])
    said = f"<|channel|>commentary<|message|>Let me look.<|end|><|start|>assistant{asked}"
    assert read_knowing(list(said), format)[0] == "Let me look."


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
