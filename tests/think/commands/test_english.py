"""What people say in English, by the files in data/: what each sentence asks for, and what asks for nothing."""

import gc
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from localvoice.think.commands.understander import understander
from localvoice.think.commands.understood import Understand
from localvoice.think.history import Turn
from localvoice.think.messages import ToolCall, ToolResult
from tests.think.commands.final_tools import everything

DATA = Path(__file__).parent / "data"
FILES: list[dict[str, Any]] = [
    tomllib.loads((DATA / name).read_text(encoding="utf-8")) for name in ("english.toml", "english_more.toml")
]
CALLS = [(text, case) for file in FILES for case in file["case"] for text in case["say"]]
SAID = [(text, case["words"]) for file in FILES for case in file["say"] for text in case["say"]]
ANSWERED = [(case["say"], case["answer"], *case["call"]) for case in FILES[1]["answered"]]
NONE = [
    line
    for name in ("english_none.txt", "english_near.txt")
    for line in (DATA / name).read_text(encoding="utf-8").splitlines()
    if line.strip()
]


@pytest.fixture(scope="module")
def understand() -> Understand:
    return understander(everything(), "en")


def before(case: Mapping[str, Any] = MappingProxyType({})) -> list[Turn]:
    """A turn with the calls that were made before."""
    turn = Turn(1, "What time is it?", committed=True)
    calls = [
        ToolCall(f"call{number}", name, arguments) for number, (name, arguments) in enumerate(case.get("given", ()))
    ]
    turn.note_tools(calls, [ToolResult(call, "done", True, 0.0) for call in calls])
    turn.say("It is noon.")
    return [turn]


def test_there_is_enough_to_ask() -> None:
    assert len(CALLS) + len(SAID) >= 150
    assert len(NONE) >= 100


@pytest.mark.parametrize(("text", "case"), CALLS, ids=[text for text, _ in CALLS])
def test_a_sentence_asks_for_its_calls(understand: Understand, text: str, case: dict[str, Any]) -> None:
    understood = understand(text, before(case))
    assert understood is not None
    assert [call.name for call in understood.calls] == [name for name, _ in case["calls"]]
    for call, (_, wanted) in zip(understood.calls, case["calls"], strict=True):
        assert set(call.arguments) == set(wanted)
        for argument, value in wanted.items():
            assert call.arguments[argument] in case.get("any_of", {}).get(argument, [value])


@pytest.mark.parametrize(("text", "words"), SAID, ids=[text for text, _ in SAID])
def test_a_sentence_is_answered_without_a_tool(understand: Understand, text: str, words: str) -> None:
    understood = understand(text, before())
    assert understood is not None
    assert (understood.calls, understood.say) == ((), words)


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_alike_is_left_to_the_model(understand: Understand, text: str) -> None:
    assert understand(text, before()) is None


def variants(text: str) -> Iterator[str]:
    """As other transcribers write it."""
    yield text.upper()
    yield text.lower().rstrip(".?!")
    yield f"  {text}  "
    yield f"Uh, {text[:1].lower()}{text[1:]}"


def test_capitals_full_stops_and_fillers_change_nothing(understand: Understand) -> None:
    for text in (
        "What time is it?",
        "Set a pizza timer for ten minutes.",
        "Cancel all timers.",
        "Add milk to my list.",
    ):
        wanted = understand(text, ())
        assert wanted is not None
        for variant in variants(text):
            understood = understand(variant, ())
            assert understood is not None
            assert [call.name for call in understood.calls] == [call.name for call in wanted.calls], variant


def test_it_is_quick_enough_to_be_asked_at_every_guess(understand: Understand) -> None:
    took_ms: list[float] = []
    # As in a session, no garbage collection goes through what is loaded, here by thousands of other tests.
    gc.collect()
    gc.freeze()
    try:
        for text in [text for text, _ in CALLS][::3] + NONE:
            # The processor's time: other tests may run beside this one.
            began_s = time.thread_time()
            understand(text, ())
            took_ms.append((time.thread_time() - began_s) * 1000)
    finally:
        gc.unfreeze()
    took_ms.sort()
    assert took_ms[int(0.95 * len(took_ms))] < 20
    assert took_ms[-1] < 60


def test_a_very_long_text_is_no_command(understand: Understand) -> None:
    began_s = time.perf_counter()
    assert understand("add " + "milk and " * 3000 + "eggs to my list", ()) is None
    assert understand("and " * 49 + "and", ()) is None
    assert time.perf_counter() - began_s < 2


@pytest.mark.parametrize("text", ["", " ", "...", "?!", "-", "um", "please", "and", "Okay, so", "\u3002", "%", "5"])
def test_what_says_nothing_asks_for_nothing(understand: Understand, text: str) -> None:
    assert understand(text, ()) is None


def test_before_anything_was_said_there_is_nothing_to_repeat(understand: Understand) -> None:
    understood = understand("Say that again.", ())
    assert understood is not None
    assert understood.say == "I haven't said anything yet."


@pytest.mark.parametrize(("asked", "answer", "name", "arguments"), ANSWERED, ids=[case[0] for case in ANSWERED])
def test_what_was_missing_is_the_answer_to_its_question(
    understand: Understand, asked: str, answer: str, name: str, arguments: dict[str, Any]
) -> None:
    question = understand(asked, ())
    assert question is not None
    assert question.calls == ()
    turn = Turn(1, asked, committed=True)
    turn.say(question.say)
    understood = understand(answer, [turn])
    assert understood is not None
    assert [(call.name, call.arguments) for call in understood.calls] == [(name, arguments)]


def test_what_is_no_answer_is_a_wish_of_its_own(understand: Understand) -> None:
    turn = Turn(1, "Remind me to take my pills.", committed=True)
    turn.say("When shall I remind you?")
    understood = understand("Set an alarm for seven.", [turn])
    assert understood is not None
    assert [(call.name, call.arguments) for call in understood.calls] == [("set_alarm", {"at": "seven"})]
    assert understand("Why do you ask?", [turn]) is None


def test_of_a_reply_that_was_cut_what_was_heard_is_said_again(understand: Understand) -> None:
    turns = before()
    turns[0].cut_to("It is")
    understood = understand("What did you say?", [*turns, Turn(2, "Stop.", committed=True)])
    assert understood is not None
    assert understood.say == "It is"
