"""History: cut to what was heard, tools kept, nothing said twice."""

from hypothesis import given
from hypothesis import strategies as st

from localvoice.think.history import Turn, as_dicts, messages
from localvoice.think.messages import Message, ToolCall, ToolResult

WORDS = st.lists(st.sampled_from(["yes,", "It's", "14:05", "(now)", "a", "no."]), max_size=12)
CALL = ToolCall("call_1", "get_time", {})


def turn_with(before: list[str], after: list[str]) -> Turn:
    turn = Turn(1, "what time is it")
    for word in before:
        turn.say(f"{word} ")
    turn.note_tools([CALL], [ToolResult(CALL, "14:05", True, 1.0)])
    for word in after:
        turn.say(f" {word}")
    return turn


@given(WORDS, WORDS, st.integers(0, 30))
def test_what_was_heard_is_what_stays(before: list[str], after: list[str], count: int) -> None:
    turn = turn_with(before, after)
    whole = turn.reply.split()
    assert whole == before + after
    turn.cut_to("  ".join(whole[:count]))
    assert turn.reply.split() == whole[:count]
    assert [step.content for step in turn.steps if step.role == "tool"] == ["14:05"]
    turn.cut_to(turn.reply)
    assert turn.reply.split() == whole[:count]


@given(WORDS, WORDS)
def test_heard_in_other_words(before: list[str], after: list[str]) -> None:
    turn = turn_with(before, after)
    turn.cut_to("quite something else")
    assert turn.reply == "quite something else"
    assert [step.role for step in turn.steps] == ["assistant", "tool", "assistant"]


def test_turns_without_an_answer_run_into_the_next() -> None:
    one, two, three = Turn(1, "set a timer"), Turn(2, "for five"), Turn(3, "minutes")
    assert messages([one, two, three], "s") == [
        Message("system", "s"),
        Message("user", "set a timer for five minutes"),
    ]
    two.say("How long?")
    assert [message.content for message in messages([one, two, three], "s")] == [
        "s", "set a timer for five", "How long?", "minutes",
    ]  # fmt: skip


def test_results_carry_the_names_and_ids_of_their_calls() -> None:
    turn = Turn(1, "both")
    second = ToolCall("call_2", "get_date", {})
    turn.note_tools([CALL, second], [ToolResult(second, "Sunday", True, 1.0), ToolResult(CALL, "14:05", True, 1.0)])
    chat = as_dicts(messages([turn], "s"))
    assert [entry["role"] for entry in chat] == ["system", "user", "assistant", "tool", "tool"]
    assert [call["id"] for call in chat[2]["tool_calls"]] == ["call_1", "call_2"]
    assert [(entry["content"], entry["tool_call_id"], entry["name"]) for entry in chat[3:]] == [
        ("14:05", "call_1", "get_time"),
        ("Sunday", "call_2", "get_date"),
    ]
