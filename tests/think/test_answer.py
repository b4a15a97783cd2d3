"""How an answer comes about: what is said is what was done, and what cannot be undone is asked about first."""

from collections.abc import Callable, Iterable, Sequence

import pytest

from localvoice.speak.clauses import ClauseSplitter
from localvoice.think.answer import CANNOT, COULD_NOT, TOOK_TOO_LONG, answer
from localvoice.think.commands.understood import UNDO, Understand, Understood, Wanted, nothing
from localvoice.think.conversation import MOST_TURNS, Conversation
from localvoice.think.messages import TextDelta, ToolCall, ToolCalls, ToolResult
from localvoice.think.tools.attempt import TOO_LONG
from localvoice.think.tools.spec import from_function
from tests.think.scripted import ScriptedEngine

END = "<|im_end|>"


def set_timer(duration: str) -> str:
    """Start a timer."""
    return duration


SCHEMAS = [from_function(set_timer).schema]


def call(name: str = "set_timer", arguments: str = '{"duration": "5 minutes"}') -> str:
    return f'<tool_call>{{"name": "{name}", "arguments": {arguments}}}</tool_call>'


class Tools:
    """Carries out calls with results that are told beforehand, and remembers them."""

    def __init__(self, text: str = "timer set for 5 minutes", say: str = "") -> None:
        self.text, self.say = text, say
        self.made: list[str] = []

    def run(self, calls: Sequence[ToolCall]) -> list[ToolResult]:
        self.made += [each.name for each in calls]
        return [ToolResult(each, self.text, not self.text.startswith("error:"), 1.0, self.say) for each in calls]


def said(pieces: Iterable[TextDelta | ToolCalls]) -> list[str]:
    return [piece.text for piece in pieces if isinstance(piece, TextDelta)]


def conversation(*script: str, commands: Understand = nothing, tools: bool = True) -> Conversation:
    return Conversation(ScriptedEngine([reply + END for reply in script]), SCHEMAS if tools else (), commands=commands)


def ask(
    talk: Conversation,
    text: str,
    tools: Tools,
    turn: int = 1,
    question: Callable[[ToolCall], str] = lambda call: "",
) -> str:
    out = answer(talk, text, tools.run, turn=turn, question=question, clauses=ClauseSplitter())
    text = "".join(said(out))
    talk.commit(turn)
    return text


def test_a_claim_without_a_call_is_tried_again_and_the_call_of_the_second_try_is_made() -> None:
    talk, tools = conversation("I've set a timer for 5 minutes.", call(), "Your timer is set."), Tools()
    assert ask(talk, "set a timer for 5 minutes", tools) == "Your timer is set."
    assert tools.made == ["set_timer"]
    assert "set_timer" in talk._engine.prompts[1].rpartition("<|im_start|>user")[2], "the second try names the tools"
    assert [step.content for step in talk.turns[-1].steps] == ["", tools.text, "Your timer is set."]
    assert talk.turns[-1].note == ""


def test_a_model_that_only_claims_has_not_done_it_and_its_claim_is_not_part_of_the_history() -> None:
    talk, tools = conversation("I've set a timer for 5 minutes.", "Okay, the timer is set!"), Tools()
    assert ask(talk, "set a timer for 5 minutes", tools) == CANNOT
    assert len(talk._engine.prompts) == 2 and tools.made == []
    assert talk.turns[-1].reply == CANNOT


def test_a_model_without_tools_is_not_asked_twice() -> None:
    talk = conversation("Sure! I've set a timer for 5 minutes. It will ring.", tools=False)
    assert ask(talk, "set a timer for 5 minutes", Tools()) == CANNOT
    assert len(talk._engine.prompts) == 1


def test_what_came_before_the_claim_is_said_already_and_stands() -> None:
    talk = conversation("What a good idea that is. I've set a timer for you.", tools=False)
    assert ask(talk, "set a timer for 5 minutes", Tools()) == f"What a good idea that is. {CANNOT}"
    assert talk.turns[-1].reply == f"What a good idea that is. {CANNOT}"


def test_a_promise_in_front_of_the_call_that_keeps_it_is_left_out() -> None:
    talk, tools = conversation(f"I'll set a timer for you. {call()}", "The timer is set for 5 minutes."), Tools()
    assert ask(talk, "set a timer for 5 minutes", tools) == "The timer is set for 5 minutes."
    assert tools.made == ["set_timer"]


def test_words_in_front_of_a_call_that_claim_nothing_are_said() -> None:
    talk, tools = conversation(f"One moment please. {call()}", "The timer is set for 5 minutes."), Tools()
    assert ask(talk, "set a timer for 5 minutes", tools) == "One moment please. The timer is set for 5 minutes."


@pytest.mark.parametrize(
    "reply",
    ["The timer is set.", "I've set a timer for 5 minutes.", "Done!", "I'll let you know when it rings."],
)
def test_what_was_done_may_be_said(reply: str) -> None:
    talk, tools = conversation(call(), reply), Tools()
    assert ask(talk, "set a timer for 5 minutes", tools) == reply


@pytest.mark.parametrize(
    "reply", ["I've turned off the lights.", "I've set a timer for 15 minutes.", "Your pizza is on its way."]
)
def test_what_was_done_backs_no_other_claim_and_is_said_instead(reply: str) -> None:
    talk, tools = conversation(call(), reply), Tools()
    assert ask(talk, "set a timer for 5 minutes", tools) == "Timer set for 5 minutes."


def test_a_tool_that_failed_backs_nothing() -> None:
    talk, tools = conversation(call(), "I've set a timer for 5 minutes."), Tools("error: too many")
    assert ask(talk, "set a timer for 5 minutes", tools) == COULD_NOT


def test_an_earlier_turn_backs_what_is_said_about_it_but_no_new_claim() -> None:
    talk, tools = conversation(call(), "The timer is set.", "I set your timer for 5 minutes earlier."), Tools()
    ask(talk, "set a timer for 5 minutes", tools)
    assert ask(talk, "did you set my timer", tools, turn=2) == "I set your timer for 5 minutes earlier."
    talk, tools = conversation(call(), "The timer is set.", "I've set a timer for 5 minutes."), Tools()
    ask(talk, "set a timer for 5 minutes", tools)
    assert ask(talk, "set another timer for 5 minutes", tools, turn=2) == CANNOT


def test_what_claims_nothing_leaves_clause_by_clause_with_its_white_space() -> None:
    reply = "Here are three:\n1. Milk is good\n2. Eggs are better\n\nThat is all."
    talk = conversation(reply)
    pieces = said(answer(talk, "go on", Tools().run, turn=1, clauses=ClauseSplitter()))
    assert len(pieces) > 3 and "".join(pieces) == reply


def test_a_clause_leaves_as_soon_as_it_is_one_not_at_the_end_of_its_sentence() -> None:
    talk = conversation("Pasta is made of flour and eggs, and it is boiled in salted water until it is soft.")
    pieces = answer(talk, "what is pasta", Tools().run, turn=1, clauses=ClauseSplitter())
    assert next(pieces) == TextDelta("Pasta is made of flour")
    assert len(talk._engine.tokens) < len(talk._engine.prompts[0])


def opens(call: ToolCall) -> str:
    return f"Shall I start {call.name}?"


def test_a_question_is_asked_instead_of_the_call_of_a_command_and_of_the_model() -> None:
    wanted = Understood((Wanted("set_timer", {"duration": "5 minutes"}),))
    tools = Tools(say="Timer set.")
    talk = conversation("unused", commands=lambda text, turns: wanted)
    assert ask(talk, "set a timer", tools, question=opens) == "Shall I start set_timer?"
    assert tools.made == [] and [each.name for each in talk.turns[-1].open_question] == ["set_timer"]
    assert talk.turns[-1].outcomes == []

    talk = conversation(call())
    assert ask(talk, "set a timer", tools, question=opens) == "Shall I start set_timer?"
    assert tools.made == [] and talk.turns[-1].open_question[0].arguments == {"duration": "5 minutes"}


def test_what_was_confirmed_is_done_without_a_question() -> None:
    wanted = Understood((Wanted("set_timer", {"duration": "5 minutes"}),), confirmed=True)
    tools = Tools(say="Timer set.")
    talk = conversation("unused", commands=lambda text, turns: wanted)
    assert ask(talk, "yes", tools, question=opens) == "Timer set."
    assert tools.made == ["set_timer"] and not talk.turns[-1].open_question


@pytest.mark.parametrize(
    ("heard", "open"), [("", False), ("Let me see.", False), ("Let me see. Shall I", True), (None, True)]
)
def test_a_question_of_which_nothing_was_heard_is_not_open(heard: str | None, open: bool) -> None:
    talk = conversation(f"Let me see. {call()}")
    ask(talk, "set a timer", Tools(), question=opens)
    if heard is not None:
        talk.heard(1, heard)
    assert bool(talk.turns[-1].open_question) is open


def test_a_question_that_was_cut_and_then_said_to_its_end_is_open_again() -> None:
    talk = conversation(call())
    ask(talk, "set a timer", Tools(), question=opens)
    talk.heard(1, "")
    assert not talk.turns[-1].open_question
    talk.heard(1, "Shall I start set_timer?")
    assert talk.turns[-1].open_question


def test_a_turn_that_is_taken_back_forgets_its_question() -> None:
    talk = conversation(call())
    ask(talk, "set a timer", Tools(), question=opens)
    talk.take_back(1)
    seen: list[object] = []
    talk._commands = lambda text, turns: seen.append(list(turns))
    talk.understand("yes")
    assert seen == [[]]


class Order(Tools):
    """Says which calls came together, and which failed."""

    def __init__(self, failing: str = "") -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.failing = failing

    def run(self, calls: Sequence[ToolCall]) -> list[ToolResult]:
        self.batches.append([each.name for each in calls])
        return [
            ToolResult(each, "error: no" if each.name == self.failing else "fine", each.name != self.failing, 1.0, "")
            for each in calls
        ]


CORRECTED = Understood(
    (Wanted(UNDO, {"calls": ["call_1"]}), Wanted("set_timer", {"duration": "12 minutes"})),
    say="Okay, 12 minutes instead.",
)


def test_what_is_corrected_is_taken_back_before_it_is_done_anew_and_said_in_one_sentence() -> None:
    talk, tools = conversation("unused", commands=lambda text, turns: CORRECTED), Order()
    assert ask(talk, "make that twelve", tools) == "Okay, 12 minutes instead."
    assert tools.batches == [[UNDO], ["set_timer"]]


def test_what_cannot_be_taken_back_is_not_done_a_second_time() -> None:
    talk, tools = conversation("unused", commands=lambda text, turns: CORRECTED), Order(failing=UNDO)
    assert ask(talk, "make that twelve", tools) == COULD_NOT
    assert tools.batches == [[UNDO]]


def test_a_correction_that_is_stopped_half_way_is_known_to_be_half_done() -> None:
    talk, order = conversation("Fine.", commands=lambda text, turns: CORRECTED), Order()
    for _ in answer(talk, "no, twelve", order.run, lambda: bool(order.batches), turn=1):
        pass
    assert order.batches == [[UNDO]]
    talk.commit(1)
    assert [made.name for made, _ in talk.turns[-1].outcomes] == [UNDO]


def test_a_conversation_of_nothing_but_silence_can_be_read_ahead() -> None:
    talk = conversation("Fine.", commands=lambda text, turns: Understood())
    assert ask(talk, "stop", Tools()) == "" and talk.turns[-1].reply == ""
    assert talk.warm() > 0
    assert "stop" not in "".join(talk._engine.piece(token).decode() for token in talk._engine.tokens)


def test_a_tool_that_runs_on_is_not_called_undone() -> None:
    late = conversation(
        "Fine.", commands=lambda text, turns: Understood((Wanted("set_timer", {"duration": "5 minutes"}),))
    )
    assert ask(late, "set a timer", Tools(TOO_LONG)) == TOOK_TOO_LONG


def test_of_an_answer_that_is_stopped_what_was_held_back_is_forgotten() -> None:
    talk = conversation("Pasta is made of flour and eggs, and it is boiled in salted water.")
    pieces = answer(talk, "what is pasta", Tools().run, lambda: bool(heard), turn=1, clauses=ClauseSplitter())
    heard: list[str] = []
    for piece in pieces:
        assert isinstance(piece, TextDelta)
        heard.append(piece.text)
    assert heard == ["Pasta is made of flour"] and talk.turns[-1].reply == "Pasta is made of flour"


def test_of_an_answer_that_nobody_reads_to_its_end_what_was_held_back_is_forgotten() -> None:
    talk = conversation("Pasta is made of flour and eggs, and it is boiled in salted water.")
    pieces = answer(talk, "what is pasta", Tools().run, turn=1, clauses=ClauseSplitter())
    assert next(iter(pieces)) == TextDelta("Pasta is made of flour")
    del pieces
    assert talk.turns[-1].reply == "Pasta is made of flour"


def test_a_conversation_of_commands_alone_does_not_grow_for_ever() -> None:
    talk, tools = conversation("Fine.", commands=lambda text, turns: Understood((Wanted("set_timer"),))), Tools()
    for turn in range(3 * MOST_TURNS):
        ask(talk, f"command {turn}", tools, turn)
        assert len(talk.turns) <= MOST_TURNS and talk.turns[-1].user == f"command {turn}"
    assert talk.turns[0].user != "command 0" and len(talk.turns) >= MOST_TURNS // 2


def test_a_model_that_calls_for_ever_has_not_failed_if_its_tool_did_it() -> None:
    talk, tools = conversation(call()), Tools()
    assert ask(talk, "set a timer for 5 minutes", tools) == "Timer set for 5 minutes."
    assert talk.turns[-1].reply == "Timer set for 5 minutes."
