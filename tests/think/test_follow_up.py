"""Answers to a question, what was done taken back, and what was meant instead."""

from collections.abc import Sequence
from typing import Literal

import pytest

from localvoice.think.answer import answer
from localvoice.think.commands.follow_up import follow_up
from localvoice.think.commands.understood import UNDO, Understand, Understood, Wanted
from localvoice.think.conversation import Conversation
from localvoice.think.history import Turn
from localvoice.think.messages import Json, TextDelta, ToolCall, ToolResult
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.runner import ToolRunner
from localvoice.think.tools.spec import Tool, tool, tools_of
from tests.think.scripted import ScriptedEngine


class Household:
    """The shape of the real tools; what they do is not looked at."""

    @tool(changes_world=True)
    def set_timer(self, duration: str, name: str | None = None) -> str:
        """Start a timer."""
        return duration

    @tool(changes_world=True)
    def add_to_timer(self, duration: str, name: str | None = None) -> str:
        """Add to a timer."""
        return duration

    @tool(changes_world=True)
    def cancel_timer(self, name: str | None = None) -> str:
        """Cancel a timer."""
        return "cancelled"

    @tool(changes_world=True)
    def set_alarm(self, at: str, day: str | None = None, name: str | None = None) -> str:
        """Set an alarm."""
        return at

    @tool(changes_world=True)
    def set_reminder(self, what: str, after: str | None = None, at: str | None = None, day: str | None = None) -> str:
        """Remind."""
        return what

    @tool(changes_world=True)
    def add_to_list(self, items: list[str]) -> str:
        """Put on the list."""
        return "added"

    @tool(changes_world=True)
    def set_device(self, device: str, state: Literal["on", "off"], room: str | None = None) -> str:
        """Switch a device."""
        return state

    @tool(changes_world=True)
    def set_brightness(self, percent: int, room: str | None = None) -> str:
        """Dim."""
        return "dimmed"

    @tool(changes_world=True)
    def set_volume(self, level: str) -> str:
        """Louder or quieter."""
        return level

    @tool()
    def get_weather(self, day: str | None = None) -> str:
        """The weather."""
        return "sunny"

    @tool(confirm="Shall I open the {which} door?")
    def open_door(self, which: str) -> str:
        """Open a door."""
        return "open"


TOOLS: list[Tool] = tools_of(Household())
REGISTRY = Registry(TOOLS)


def base(text: str, turns: Sequence[Turn]) -> Understood | None:
    return Understood((Wanted("set_volume", {"level": "up"}),)) if text == "make it louder" else None


UNDERSTAND = follow_up(REGISTRY, base)


def done(number: int, name: str, /, result: str = "done", **arguments: Json) -> Turn:
    call = ToolCall(f"call_{number}", name, arguments)
    turn = Turn(number, "…", committed=True)
    turn.note_tools([call], [ToolResult(call, result, True, 1.0)])
    turn.say("Okay.")
    return turn


def asked(number: int, name: str, /, **arguments: Json) -> Turn:
    turn = Turn(number, "…", committed=True)
    turn.ask([ToolCall(f"call_{number}", name, arguments)], "Shall I?")
    return turn


def chat(number: int) -> Turn:
    turn = Turn(number, "what is the capital of Portugal", committed=True)
    turn.say("Lisbon.")
    return turn


TIMER = ("set_timer", {"duration": "5 minutes"})
EATING = ("set_reminder", {"what": "eat", "day": "tonight"})
KITCHEN = ("set_device", {"device": "light", "state": "on", "room": "bedroom"})


@pytest.mark.parametrize(
    ("said", "before", "becomes"),
    [
        ("make that twelve", TIMER, {"duration": "12 minutes"}),
        ("Make it twelve minutes.", TIMER, {"duration": "twelve minutes"}),
        ("no, I meant fifteen", TIMER, {"duration": "15 minutes"}),
        ("No, I meant 15.", TIMER, {"duration": "15 minutes"}),
        ("twelve, not five", TIMER, {"duration": "12 minutes"}),
        ("not five but twelve", TIMER, {"duration": "12 minutes"}),
        ("sorry, ten minutes", TIMER, {"duration": "ten minutes"}),
        ("no, an hour and a half", TIMER, {"duration": "an hour and a half"}),
        ("actually make it one minute please", TIMER, {"duration": "one minute"}),
        ("um, no, wait, ten", TIMER, {"duration": "10 minutes"}),
        ("ten minutes instead", TIMER, {"duration": "ten minutes"}),
        ("it should be half an hour", TIMER, {"duration": "half an hour"}),
        ("actually make it two", ("set_timer", {"duration": "a minute and a half"}), {"duration": "2 minutes"}),
        ("make it one", ("set_timer", {"duration": "two and a half hours"}), {"duration": "1 hour"}),
        ("make that 9", EATING, {**EATING[1], "at": "9"}),
        ("no, at noon", EATING, {**EATING[1], "at": "noon"}),
        ("no, tomorrow", EATING, {**EATING[1], "day": "tomorrow"}),
        ("make it one", ("set_timer", {"duration": "2 hours"}), {"duration": "1 hour"}),
        ("no, the kitchen", KITCHEN, {"device": "light", "state": "on", "room": "kitchen"}),
        ("no, in the living room", KITCHEN, {"device": "light", "state": "on", "room": "living room"}),
        ("I meant the kitchen light", KITCHEN, {"device": "light", "state": "on", "room": "kitchen"}),
        ("no, the kitchen", ("set_brightness", {"percent": 30}), {"percent": 30, "room": "kitchen"}),
        ("no, off", KITCHEN, {"device": "light", "state": "off", "room": "bedroom"}),
        ("I said the fan, not the light", KITCHEN, {"device": "fan", "state": "on", "room": "bedroom"}),
        ("no, I meant eight", ("set_alarm", {"at": "7 am"}), {"at": "eight am"}),
        ("make it 7:30", ("set_alarm", {"at": "7 am"}), {"at": "7:30 am"}),
        ("no, in the evening", ("set_alarm", {"at": "7:30"}), {"at": "7:30 in the evening"}),
        ("no, pm", ("set_alarm", {"at": "7 am"}), {"at": "7:00 pm"}),
        ("no, half past six", ("set_alarm", {"at": "7 am"}), {"at": "half past six am"}),
        ("no, tomorrow", ("set_alarm", {"at": "7 am"}), {"at": "7 am", "day": "tomorrow"}),
        ("I meant oat milk", ("add_to_list", {"items": ["milk"]}), {"items": ["oat milk"]}),
        ("oat milk, not milk", ("add_to_list", {"items": ["milk", "eggs"]}), {"items": ["oat milk", "eggs"]}),
        ("no, forty percent", ("set_brightness", {"percent": 30}), {"percent": 40}),
        ("make that forty", ("set_volume", {"level": "30"}), {"level": "40"}),
        ("make that forty", ("set_volume", {"level": 30}), {"level": 40}),
        ("no, the pasta one", ("cancel_timer", {}), {"name": "pasta"}),
        ("no not that one, the pasta timer", ("cancel_timer", {"name": "tea"}), {"name": "pasta"}),
    ],
)  # fmt: skip
def test_a_correction_takes_back_what_was_done_and_does_it_anew(
    said: str, before: tuple[str, dict[str, Json]], becomes: dict[str, Json]
) -> None:
    name, arguments = before
    found = UNDERSTAND(said, [done(1, name, **arguments)])
    assert found is not None
    assert found.calls == (Wanted(UNDO, {"calls": ["call_1"]}), Wanted(name, becomes))
    assert found.say.endswith("instead.") and not found.confirmed


@pytest.mark.parametrize("said", ["make it two", "no, five"])
@pytest.mark.parametrize("length", ["an hour and 5 minutes", "2 minutes 30 seconds"])
def test_of_several_numbers_nobody_knows_which_is_meant(said: str, length: str) -> None:
    assert UNDERSTAND(said, [done(1, "set_timer", duration=length)]) is None


def restating(asked: str, name: str, /, **arguments: Json) -> Understand:
    return follow_up(REGISTRY, lambda text, turns: Understood((Wanted(name, arguments),)) if text == asked else None)


@pytest.mark.parametrize("said", ["add socks instead", "Add socks, instead.", "add socks rather"])
def test_the_same_request_with_instead_takes_the_place_of_the_last(said: str) -> None:
    understand = restating("add socks", "add_to_list", items=["socks"])
    socks = Wanted("add_to_list", {"items": ["socks"]})
    milk = done(1, "add_to_list", items=["milk"])
    assert understand(said, [milk]) == Understood((Wanted(UNDO, {"calls": ["call_1"]}), socks))
    assert understand(said, []) is None
    assert understand(said, [done(1, *TIMER[:1], **TIMER[1])]) is None, "of another kind"
    assert understand(said, [done(1, "add_to_list", items=["socks"])]) is None, "it is the same"


def test_what_waits_for_a_yes_is_corrected_by_what_it_should_be() -> None:
    # "Open the the front door" is understood as well, of a door that there is not.
    texts = {"open the front door": "front", "open the the front door": "the front"}
    understand = follow_up(
        REGISTRY,
        lambda text, turns: Understood((Wanted("open_door", {"which": texts[text]}),)) if text in texts else None,
    )
    waiting = asked(1, "open_door", which="garage")
    waiting.user = "Open the garage door!"
    assert understand("No, the front door.", [waiting]) == Understood((Wanted("open_door", {"which": "front"}),))
    assert understand("the front door", [waiting]) is None
    assert understand("no", [waiting]) == Understood(say="Okay, I won't.")
    assert understand("sorry", [waiting]) is None
    did = done(1, "open_door", which="garage")
    did.user = "Open the garage door!"
    assert understand("No, the front door.", [did]) is None, "nothing more is done that was not asked for whole"


def test_what_is_said_of_a_correction_is_one_sentence() -> None:
    assert UNDERSTAND("make that twelve", [done(1, *TIMER[:1], **TIMER[1])]).say == "Okay, 12 minutes instead."  # type: ignore[union-attr]
    dimmed = done(1, "set_brightness", percent=30)
    assert UNDERSTAND("no, forty", [dimmed]).say == "Okay, 40 percent instead."  # type: ignore[union-attr]
    assert UNDERSTAND("no, the kitchen", [done(1, "set_device", **KITCHEN[1])]).say == "Okay, the kitchen instead."  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "said",
    [
        "no, that's fine", "no thanks", "no", "thank you", "what time is it", "make it purple", "no, I don't think so",
        "sorry, what was that", "set a timer for ten minutes", "ten minutes", "twelve", "tell me more", "why not",
        "make it stop raining", "not bad", "actually, who wrote Hamlet", "make that a large one", "one more thing",
        "no, I like cats", "wait, how long is that",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", [TIMER, KITCHEN, ("add_to_list", {"items": ["milk"]})])
def test_what_is_no_correction_is_left_alone(said: str, before: tuple[str, dict[str, Json]]) -> None:
    assert UNDERSTAND(said, [done(1, before[0], **before[1])]) is None


def test_what_the_commands_understand_comes_before_a_guess() -> None:
    found = UNDERSTAND("make it louder", [done(1, *KITCHEN[:1], **KITCHEN[1])])
    assert found == Understood((Wanted("set_volume", {"level": "up"}),))


@pytest.mark.parametrize(
    "said",
    ["undo that", "Undo.", "take that back", "please undo it", "cancel that", "no, not that one", "not that one",
     "scratch that", "no, that's wrong", "can you undo that please", "oops, undo that", "put it back"],
)  # fmt: skip
def test_what_was_done_last_is_taken_back(said: str) -> None:
    turns = [done(1, "add_to_list", items=["milk"]), done(2, "set_timer", duration="5 minutes")]
    assert UNDERSTAND(said, turns) == Understood((Wanted(UNDO, {"calls": ["call_2"]}),))


def test_taken_back_a_second_time_it_is_what_was_done_before() -> None:
    turns = [done(1, "add_to_list", items=["milk"]), done(2, "set_timer", duration="5 minutes")]
    turns.append(done(3, UNDO, calls=["call_2"]))
    assert UNDERSTAND("undo that", turns) == Understood((Wanted(UNDO, {"calls": ["call_1"]}),))
    turns.append(done(4, UNDO, calls=["call_1"]))
    assert UNDERSTAND("undo that", turns) == Understood(say="There is nothing to undo.")


def test_small_talk_in_between_leaves_undo_but_not_what_might_mean_something_else() -> None:
    turns = [done(1, "set_timer", duration="5 minutes"), chat(2), chat(3)]
    assert UNDERSTAND("undo that", turns) == Understood((Wanted(UNDO, {"calls": ["call_1"]}),))
    assert UNDERSTAND("cancel that", turns) is None
    assert UNDERSTAND("make that twelve", turns) is None


def test_what_failed_or_changed_nothing_has_nothing_to_be_taken_back() -> None:
    assert UNDERSTAND("undo that", [done(1, "get_weather", day="today")]) == Understood(say="There is nothing to undo.")
    assert UNDERSTAND("no, tomorrow", [done(1, "get_weather", day="today")]) == Understood(
        (Wanted("get_weather", {"day": "tomorrow"}),)
    )
    failed = done(1, "set_timer", "error: a timer can't be longer than a day", duration="50 hours")
    assert UNDERSTAND("I meant fifteen", [failed]) == Understood((Wanted("set_timer", {"duration": "15 hours"}),))


@pytest.mark.parametrize(
    "said",
    ["add five minutes to it", "five more minutes", "another five minutes", "make it five minutes longer",
     "give it five minutes more", "five minutes longer please"],
)  # fmt: skip
def test_more_time_is_added_to_the_timer_that_was_set(said: str) -> None:
    found = UNDERSTAND(said, [done(1, "set_timer", duration="6 minutes", name="pasta")])
    assert found is not None and [each.name for each in found.calls] == ["add_to_timer"]
    assert found.calls[0].arguments["name"] == "pasta"
    assert found.calls[0].arguments["duration"] in ("five minutes", "5 minutes")


@pytest.mark.parametrize(
    "said",
    ["yes", "Yeah.", "sure", "do it", "please do", "ok", "Yes, please do it!", "um, yes", "go ahead",
     "yes that's right", "Okay, go ahead please"],
)  # fmt: skip
def test_yes_makes_the_calls_that_wait(said: str) -> None:
    found = UNDERSTAND(said, [asked(1, "open_door", which="front")])
    assert found == Understood((Wanted("open_door", {"which": "front"}),), confirmed=True)


@pytest.mark.parametrize("said", ["no", "No thanks.", "don't", "cancel", "never mind", "no, please don't", "sorry, no"])
def test_no_drops_them(said: str) -> None:
    assert UNDERSTAND(said, [asked(1, "open_door", which="front")]) == Understood(say="Okay, I won't.")


@pytest.mark.parametrize(
    "said", ["yes but not now", "what is the time", "yes no", "maybe", "thank you", "yes it rains"]
)
def test_anything_else_drops_them_too_and_is_answered_as_it_is(said: str) -> None:
    turns = [asked(1, "open_door", which="front")]
    assert UNDERSTAND(said, turns) is None
    turns.append(chat(2))
    assert UNDERSTAND("yes", turns) is None, "the question was dropped"


@pytest.mark.parametrize("said", ["undo that", "take it back", "no, undo that", "scratch that"])
def test_what_waits_for_a_yes_is_not_what_was_done_before(said: str) -> None:
    turns = [done(1, *TIMER[:1], **TIMER[1]), asked(2, "open_door", which="front")]
    assert UNDERSTAND(said, turns) == Understood(say="Okay, I won't.")


def test_a_question_that_is_repeated_waits_on() -> None:
    commands = follow_up(REGISTRY, lambda text, turns: Understood(say=turns[-1].reply))
    turns = [asked(1, "open_door", which="front")]
    assert commands("repeat that", turns) == Understood((Wanted("open_door", {"which": "front"}),))
    assert commands("repeat that", [chat(1)]) == Understood(say="Lisbon.")


def test_what_waits_for_a_yes_can_be_corrected_and_is_asked_about_again() -> None:
    found = UNDERSTAND("no, I meant the back", [asked(1, "open_door", which="front")])
    assert found == Understood((Wanted("open_door", {"which": "back"}),))


def test_without_a_question_yes_is_no_command() -> None:
    assert UNDERSTAND("yes", [done(1, *TIMER[:1], **TIMER[1])]) is None
    assert UNDERSTAND("yes", []) is None


def test_of_two_calls_the_one_that_it_fits_is_corrected() -> None:
    calls = [ToolCall("a", "add_to_list", {"items": ["milk"]}), ToolCall("b", "set_timer", {"duration": "5 minutes"})]
    turn = Turn(1, "…", committed=True)
    turn.note_tools(calls, [ToolResult(call, "done", True, 1.0) for call in calls])
    found = UNDERSTAND("make that twelve", [turn])
    assert found is not None and found.calls[0] == Wanted(UNDO, {"calls": ["b"]})
    found = UNDERSTAND("undo that", [turn])
    assert found is not None and sorted(found.calls[0].arguments["calls"]) == ["a", "b"]  # type: ignore[arg-type,type-var]


class Doors:
    """Cannot be undone."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    @tool(confirm="Shall I open the {which} door?")
    def open_door(self, which: str) -> str:
        """Open a door."""
        self.opened.append(which)
        return f"the {which} door is open"


class House:
    """A conversation with commands and a runner, as the think thread has them: each revision is a reply of its own."""

    def __init__(self) -> None:
        self.doors = Doors()
        registry = Registry(tools_of(self.doors))
        self.runner = ToolRunner(registry)
        wish = Understood((Wanted("open_door", {"which": "front"}),))
        commands = follow_up(registry, lambda text, turns: wish if text == "open the front door" else None)
        engine = ScriptedEngine(["I see.<|im_end|>"])
        self.talk = Conversation(engine, registry.schemas, commands=commands)
        self.replies = 0

    def say(self, turn: int, text: str, *, commit: bool = True) -> str:
        self.replies += 1
        reply = self.replies

        def run(calls: Sequence[ToolCall]) -> list[ToolResult] | None:
            batch = self.runner.run(calls, 5, reply=reply, committed=commit)
            # Before the commit it waits; then the reply is stopped.
            return batch.results if batch.wait(5 if commit else 0.05) else None

        pieces = answer(self.talk, text, run, turn=turn, question=self.runner.question)
        said = "".join(piece.text for piece in pieces if isinstance(piece, TextDelta))
        if commit:
            self.talk.commit(turn)
        return said


def test_a_door_is_opened_after_a_yes_and_only_once() -> None:
    house = House()
    assert house.say(1, "open the front door") == "Shall I open the front door?"
    assert house.doors.opened == []
    assert house.say(2, "yes please") == "The front door is open."
    assert house.doors.opened == ["front"]
    assert house.say(3, "yes") == "I see."
    assert house.doors.opened == ["front"]


def test_a_yes_that_goes_on_opens_nothing() -> None:
    house = House()
    house.say(1, "open the front door")
    assert house.say(2, "yes", commit=False) == ""
    house.runner.take_back(house.replies)
    assert house.say(2, "yes but not now") == "I see."
    house.runner.commit(house.replies - 1)
    assert house.doors.opened == []
    assert house.say(3, "yes") == "I see.", "the question was dropped"
    assert house.doors.opened == []


def test_a_question_whose_turn_went_on_is_asked_anew_with_the_whole_turn() -> None:
    house = House()
    house.say(1, "open the front door")
    house.talk.take_back(1)
    assert house.say(1, "open the front door and sing") == "I see."
    assert house.say(2, "yes") == "I see."
    assert house.doors.opened == []


def test_a_question_that_was_not_heard_opens_nothing() -> None:
    house = House()
    house.say(1, "open the front door")
    house.talk.heard(1, "")
    assert house.say(2, "yes") == "I see." and house.doors.opened == []


def test_no_is_said_to_be_understood() -> None:
    house = House()
    house.say(1, "open the front door")
    assert house.say(2, "no don't") == "Okay, I won't."
    assert house.say(3, "yes") == "I see." and house.doors.opened == []


@pytest.mark.parametrize(
    ("said", "before", "becomes"),
    [
        ("and eggs too", ("add_to_list", {"items": ["milk"]}), {"items": ["eggs"]}),
        ("also bread and butter", ("add_to_list", {"items": ["milk"]}), {"items": ["bread", "butter"]}),
        ("bread, butter and tea as well", ("add_to_list", {"items": ["milk"]}), {"items": ["bread", "butter", "tea"]}),
        ("and the kitchen light too", KITCHEN, {"device": "light", "state": "on", "room": "kitchen"}),
        ("and the one in the hallway", KITCHEN, {"device": "light", "state": "on", "room": "hallway"}),
        ("What about Sunday?", ("get_weather", {"day": "today"}), {"day": "sunday"}),
        ("and on friday", ("get_weather", {}), {"day": "friday"}),
        ("and for six thirty too", ("set_alarm", {"at": "7 am"}), {"at": "six thirty am"}),
        ("and another for ten minutes", TIMER, None),
    ],
)
def test_the_same_once_more_of_something_else_leaves_what_was_done(
    said: str, before: tuple[str, dict[str, Json]], becomes: dict[str, Json] | None
) -> None:
    found = UNDERSTAND(said, [done(1, before[0], **before[1])])
    assert found == (None if becomes is None else Understood((Wanted(before[0], becomes),)))


@pytest.mark.parametrize(
    ("said", "before", "asked"),
    [
        ("cancel it", TIMER, "cancel the timer"),
        ("pause it please", ("set_timer", {"duration": "5 minutes", "name": "pasta"}), "pause the pasta timer"),
        ("turn it off again", KITCHEN, "turn the bedroom light off"),
        ("now dim it to thirty percent", KITCHEN, "dim the bedroom light to thirty percent"),
        ("take it off again", ("add_to_list", {"items": ["milk"]}), "take milk off my list"),
        ("take milk off it", ("add_to_list", {"items": ["milk", "tea"]}), "take milk off my list"),
        ("and put cheese on there as well", ("add_to_list", {"items": ["milk"]}), "put cheese on my list"),
    ],
)
def test_it_is_what_was_spoken_of_a_moment_ago(said: str, before: tuple[str, dict[str, Json]], asked: str) -> None:
    wish = Understood((Wanted("get_weather"),))
    commands = follow_up(REGISTRY, lambda text, turns: wish if text == asked else None)
    turns = [done(1, before[0], **before[1])]
    assert commands(said, turns) == wish
    assert commands(said, [*turns, chat(2), chat(3)]) is None


@pytest.mark.parametrize("before", [TIMER, KITCHEN, ("add_to_list", {"items": ["milk"]}), ("get_weather", {})])
@pytest.mark.parametrize(
    "said",
    ["and how are you", "what about you", "and what is the capital of France", "how about that", "and then he left",
     "me too", "and I like cats too", "what about a joke about a very old lighthouse"],
)  # fmt: skip
def test_what_only_sounds_like_more_of_the_same_is_left_alone(said: str, before: tuple[str, dict[str, Json]]) -> None:
    assert UNDERSTAND(said, [done(1, before[0], **before[1])]) is None
