"""Whole conversations on the bundled chat model, through llama.cpp, with real tools in a simulated house."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from localvoice import bundled
from localvoice.engines.chat.llama import BATCH_TOKENS, LlamaEngine
from localvoice.think.conversation import SYSTEM, Conversation, Limits
from localvoice.think.messages import TextDelta, ToolCall, ToolCalls
from localvoice.think.tools.builtin.arithmetic import Arithmetic
from localvoice.think.tools.builtin.shopping import ShoppingList
from localvoice.think.tools.builtin.time_date import TimeAndDate
from localvoice.think.tools.builtin.timers import Timers
from localvoice.think.tools.builtin.units import Units
from localvoice.think.tools.builtin.volume import Volume
from localvoice.think.tools.house import unconnected
from localvoice.think.tools.house.simulated import House
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.runner import ToolRunner
from localvoice.think.tools.spec import tools_of
from tests.engines.libraries import INSTALLED, chosen

MODEL = bundled.folder() / "pocket" / "chat" / "pocket-chat.gguf"


@dataclass
class Talk:
    """A conversation with everything around it that a turn needs, without sound."""

    conversation: Conversation
    runner: ToolRunner
    timers: Timers
    rung: list[str]
    turn: int = 0
    calls: list[ToolCall] = field(default_factory=list)
    results: list[str] = field(default_factory=list)

    def say(self, text: str, *, committed: bool = True) -> str:
        """One turn; returns the reply, leaves its calls and their results in `calls` and `results`."""
        self.turn += 1
        self.calls, self.results, reply = [], [], ""
        pieces = self.conversation.reply(text, turn=self.turn)
        while True:
            asked: ToolCalls | None = None
            for piece in pieces:
                if isinstance(piece, TextDelta):
                    reply += piece.text
                else:
                    asked = piece
            if asked is None:
                break
            batch = self.runner.run(asked.calls, 5, reply=self.turn, committed=committed)
            assert batch.wait(10)
            self.calls += asked.calls
            self.results += [result.text for result in batch.results]
            pieces = self.conversation.answer_tools(batch.results)
        if committed:
            self.conversation.commit(self.turn)
        return reply

    @property
    def called(self) -> list[tuple[str, dict[str, object]]]:
        return [(call.name, dict(call.arguments)) for call in self.calls]


@pytest.fixture(scope="module", params=INSTALLED)
def engine(request: pytest.FixtureRequest) -> Iterator[LlamaEngine]:
    with chosen(request.param):
        engine = LlamaEngine(MODEL)
        yield engine
        engine.close()


def talk_with(engine: LlamaEngine, folder: Path, house: object) -> Iterator[Talk]:
    rung: list[str] = []
    timers = Timers(rung.append)
    owners = (
        TimeAndDate(lambda: datetime(2026, 11, 22, 14, 5)), timers, Arithmetic(), Units(), ShoppingList(folder),
        Volume(lambda percent: None, 50), house,
    )  # fmt: skip
    registry = Registry([tool for owner in owners for tool in tools_of(owner)])
    yield Talk(Conversation(engine, registry.schemas), ToolRunner(registry), timers, rung)
    timers.close()


@pytest.fixture
def talk(engine: LlamaEngine, tmp_path: Path) -> Iterator[Talk]:
    yield from talk_with(engine, tmp_path, House(lambda seconds: None))


@pytest.fixture
def bare_talk(engine: LlamaEngine, tmp_path: Path) -> Iterator[Talk]:
    yield from talk_with(engine, tmp_path, unconnected)


def test_time_is_asked_of_the_clock_and_told(talk: Talk) -> None:
    reply = talk.say("what time is it")
    assert talk.called == [("get_time", {})]
    assert "14:05" in reply


def test_a_timer_is_set_checked_and_cancelled(talk: Talk) -> None:
    reply = talk.say("set a timer for five minutes")
    assert talk.called == [("set_timer", {"amount": 5, "unit": "minutes"})]
    assert "5 minute" in reply
    talk.say("how much time is left")
    assert [name for name, _ in talk.called] == ["check_timers"]
    talk.say("cancel the timer")
    assert [name for name, _ in talk.called] == ["cancel_timer"]
    assert talk.results == ["cancelled the 5 minute timer"]


def test_small_talk_needs_no_tool(talk: Talk) -> None:
    for text in ("hello", "how are you", "thank you"):
        assert talk.say(text)
        assert talk.called == []


def test_an_order_is_read_back_and_corrected(talk: Talk) -> None:
    reply = talk.say("can i have a large latte with soy milk")
    assert talk.called == [("order_coffee", {"drink": "latte", "size": "large", "milk": "soy milk"})]
    assert all(part in reply for part in ("large", "latte", "soy milk"))
    talk.say("make it a small cappuccino")
    assert talk.called == [("change_order", {"size": "small", "drink": "cappuccino"})]
    assert talk.results == ["order changed: small cappuccino with soy milk"]


def test_where_nothing_is_connected_it_says_so(bare_talk: Talk) -> None:
    reply = bare_talk.say("turn on the kitchen light")
    assert bare_talk.results == ["error: no lights are connected"]
    assert "connected" in reply
    assert "is on" not in reply


def test_a_turn_taken_back_leaves_the_world_as_it_was(talk: Talk) -> None:
    talk.say("set a timer for five minutes")
    talk.runner.take_back(talk.turn)
    talk.conversation.take_back(talk.turn)
    assert talk.timers.check_timers().text == "there is no timer running"
    assert talk.conversation.turns == ()
    talk.say("set a timer for fifty minutes")
    assert talk.called == [("set_timer", {"amount": 50, "unit": "minutes"})]


def test_only_new_tokens_are_read_turn_after_turn(talk: Talk, engine: LlamaEngine) -> None:
    """What one turn reads is what it brings: the user's words, the results, and the marks around them."""
    talk.conversation.warm()
    lines = ("good morning", "what time is it", "set a timer for ten minutes", "what is twelve times seven",
             "turn on the kitchen light", "what is the date today", "thank you")  # fmt: skip
    for text in lines:
        before = engine.prefilled_total
        talk.say(text)
        read = engine.prefilled_total - before
        use = talk.conversation.use
        brought = len(engine.tokenise(text)) + sum(len(engine.tokenise(result)) for result in talk.results)
        marks = 8 * use.rounds + 8
        assert read == use.prefilled_tokens
        assert read <= brought + marks, (text, use)
    assert use.reused_tokens > 4 * use.prefilled_tokens


def test_words_read_while_they_are_spoken_need_not_be_read_again(talk: Talk, engine: LlamaEngine) -> None:
    conversation = talk.conversation
    conversation.warm()
    words = "set a timer for fifteen minutes please".split()
    for count in range(1, len(words) + 1):
        assert conversation.prefill(" ".join(words[:count])) <= 4
    talk.say(" ".join(words))
    assert talk.called == [("set_timer", {"amount": 15, "unit": "minutes"})]
    use = conversation.use
    brought = sum(len(engine.tokenise(result)) for result in talk.results)
    assert use.prefilled_tokens <= brought + 8 * use.rounds + 8


def test_guessing_ahead_does_not_change_the_answer(talk: Talk, engine: LlamaEngine) -> None:
    """Partial transcripts that were wrong leave no trace."""
    engine.keep([0])
    fresh = talk.say("turn on the kitchen light")
    talk.conversation.take_back(talk.turn)
    for guess in ("turn", "turn of", "turn off the", "turn on the kitten"):
        talk.conversation.prefill(guess)
    assert talk.say("turn on the kitchen light") == fresh


def test_a_reply_can_be_stopped_inside_the_prefill(talk: Talk, engine: LlamaEngine) -> None:
    """An abort that waited for the end of a batch would leave that batch, the whole prompt, in the cache."""
    engine.keep([0])
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        engine.abort()

    alarm = threading.Timer(0.01, stop)
    alarm.start()
    pieces = list(talk.conversation.reply("turn on the kitchen light and " * 25, stopped.is_set, turn=99))
    alarm.join()
    use = talk.conversation.use
    assert pieces == [] and use.ended == "stopped"
    assert 100 < use.prompt_tokens <= BATCH_TOKENS
    assert engine.tokens == []
    assert talk.say("what time is it") and talk.called == [("get_time", {})]


def test_an_interrupted_reply_is_remembered_as_far_as_it_was_heard(talk: Talk, engine: LlamaEngine) -> None:
    talk.say("what can you do")
    talk.conversation.heard(talk.turn, " ".join(talk.conversation.turns[-1].reply.split()[:3]))
    assert len(talk.conversation.turns[-1].reply.split()) == 3
    talk.say("set a timer for five minutes")
    assert talk.called == [("set_timer", {"amount": 5, "unit": "minutes"})]
    assert talk.conversation.use.prefilled_tokens < 60


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_hundred_turns(talk: Talk, engine: LlamaEngine) -> None:
    """The context never overflows, and the last turn is understood as well as the first."""
    held_out = Path(__file__).parents[2] / "scripts" / "pocket" / "world" / "held_out.jsonl"
    lines = [json.loads(line) for line in held_out.read_text().splitlines()][:190]
    for line in lines:
        talk.say(line["text"])
        use = talk.conversation.use
        assert use.prompt_tokens + Limits().reply_tokens <= engine.context_tokens
        talk.conversation.warm()
    assert len(talk.conversation.turns) < len(lines)
    for number, words in ((5, "five"), (10, "ten"), (20, "twenty"), (15, "fifteen"), (30, "thirty")):
        talk.say(f"set a timer for {words} minutes")
        assert talk.called == [("set_timer", {"amount": number, "unit": "minutes"})]
        talk.say("cancel the timer")
        assert [name for name, _ in talk.called] == ["cancel_timer"]


def test_the_system_prompt_is_the_one_it_was_trained_with() -> None:
    assert SYSTEM == "You are localvoice, a helpful voice assistant. Answer in one or two short spoken sentences."
