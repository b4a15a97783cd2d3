"""Commands that are spoken, through all the threads: what is understood at a first pause, and what becomes of it."""

import threading
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from localvoice import events as ev
from localvoice.audio import wav
from localvoice.demo.visitor import SPEECH
from localvoice.sound import EAR_HZ
from localvoice.think.answer import COULD_NOT
from localvoice.think.commands.follow_up import follow_up
from localvoice.think.commands.understood import UNDO, Understood, Wanted
from localvoice.think.conversation import Conversation
from localvoice.think.history import Turn
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.spec import Done, ToolFailed, tool, tools_of
from localvoice.turn.machine import Mode
from tests.think.scripted import ScriptedEngine
from tests.turn.test_assistant import WAIT_S, Stage, Words, says

MODEL_SAYS = "So they did."
GUESS_MS, OVER_MS = 220, 450
"""Pauses that are long enough to guess that the turn is over, and for it to be."""


class Lamps:
    """What is done, in order."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.gate = threading.Event()
        """Switching a lamp ends when it is open."""
        self.gate.set()

    @tool(changes_world=True)
    def switch(self, what: str) -> Done:
        """Switch a lamp."""
        self.done.append(what)
        assert self.gate.wait(WAIT_S)
        return Done(f"switched {what}", lambda: self.done.append(f"not {what}"), say=f"The lamp is {what}.")

    @tool()
    def look(self, what: str) -> Done:
        """Look at a lamp."""
        return Done(f"{what} is on", say=f"The {what} lamp is on.")

    @tool(changes_world=True)
    def fail(self) -> str:
        """Fail with a reason."""
        raise ToolFailed("the lamp is broken")

    @tool(confirm="Shall I break the {what} lamp?")
    def smash(self, what: str) -> Done:
        """Break a lamp."""
        self.done.append(f"smashed {what}")
        return Done("smashed", say="It is broken.")


COMMANDS = {
    "stop": Understood(),
    "lamp on": Understood((Wanted("switch", {"what": "on"}),)),
    "lamp on and off": Understood((Wanted("switch", {"what": "off"}),)),
    "broken lamp": Understood((Wanted("fail"),)),
    "no such lamp": Understood((Wanted("nonsense"),)),
    "wrong lamp": Understood((Wanted("switch", {"which": "on"}),)),
    "smash it": Understood((Wanted("smash", {"what": "red"}),)),
}


def understand(text: str, turns: Sequence[Turn]) -> Understood | None:
    return COMMANDS.get(text)


@pytest.fixture
def play() -> Iterator[Callable[[Words, Lamps], Stage]]:
    stages: list[Stage] = []

    def make(words: Words, lamps: Lamps) -> Stage:
        registry = Registry(tools_of(lamps))
        talk = Conversation(
            ScriptedEngine([f"{MODEL_SAYS}<|im_end|>"], 4000),
            registry.schemas,
            commands=follow_up(registry, understand),
        )
        stages.append(Stage(words, talk, registry))  # type: ignore[arg-type]
        stages[-1].assistant.start()
        return stages[-1]

    yield make
    for made in stages:
        made.assistant.stop()
    assert not [thread for thread in threading.enumerate() if thread.name in ("ears", "turn", "think", "speak")]


def talk_of(it: Stage) -> Conversation:
    return it.assistant._parts.conversation


def engine_of(it: Stage) -> ScriptedEngine:
    engine = talk_of(it)._engine
    assert isinstance(engine, ScriptedEngine)
    return engine


def pausing(first: str, whole: str) -> Words:
    """Understands `first` at the pause in the middle of a sentence, `whole` at its end."""
    return Words(lambda from_at, to_at: first if to_at - from_at < 2 * EAR_HZ else whole)


def say_with_a_pause(it: Stage, pause_ms: int) -> None:
    first, second = (wav.read(SPEECH / f"{name}.flac")[0] for name in ("01_hello", "02_time"))
    it.card.say(np.concatenate([first, np.zeros(EAR_HZ * pause_ms // 1000, np.float32), second]), 8000)


def over(it: Stage) -> None:
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded) and state.mode is Mode.LISTENING)


def test_a_command_that_says_nothing_ends_its_turn_in_silence_and_the_next_one_is_heard(
    play: Callable[[Words, Lamps], Stage],
) -> None:
    second_at = [1 << 62]
    it = play(Words(lambda from_at, to_at: "stop" if from_at < second_at[0] else "tell me more"), Lamps())
    it.say("01_hello", 8000)
    ended = it.wait(lambda event, state: isinstance(event, ev.ReplyEnded))
    assert isinstance(ended, ev.ReplyEnded) and not ended.spoken
    assert it.assistant.state.mode is Mode.LISTENING
    assert it.ledger.turns[1].reply == [] and not it.ledger.turns[1].fillers and it.ledger.turns[1].heard == "stop"
    second_at[0] = it.say("01_hello")[0] - EAR_HZ // 2
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded) and event.turn == 2 and event.spoken)
    it.assistant.stop()
    assert it.ledger.turns[2].reply == [MODEL_SAYS]
    # It is no beginning of what was asked then.
    assert "stop" not in engine_of(it).prompts[-1]


@pytest.mark.parametrize(
    ("first", "whole", "done", "reply"),
    [
        ("lamp on", "lamp on and off", ["off"], "The lamp is off."),
        ("lamp on", "lamp on is what they sang", [], MODEL_SAYS),
        ("what they sang was", "lamp on", ["on"], "The lamp is on."),
        ("stop", "lamp on", ["on"], "The lamp is on."),
        ("smash it", "lamp on", ["on"], "The lamp is on."),
    ],
)
def test_what_is_understood_at_a_pause_is_done_only_if_the_turn_ends_there(
    play: Callable[[Words, Lamps], Stage], first: str, whole: str, done: list[str], reply: str
) -> None:
    lamps = Lamps()
    it = play(pausing(first, whole), lamps)
    say_with_a_pause(it, GUESS_MS)
    over(it)
    it.assistant.stop()
    finals = [event.text for event, _ in it.happened if isinstance(event, ev.FinalTranscript)]
    assert finals[0] == first and finals[-1] == whole, "there was a pause"
    (turn,) = [record for record in it.ledger.turns.values() if record.reply]
    assert lamps.done == done and turn.reply == [reply]
    kept = talk_of(it).turns
    assert [each.user for each in kept] == [whole] and kept[0].open_question == ()
    assert [call.arguments["what"] for call, _ in kept[0].outcomes] == done
    clauses = [event.text for event, _ in it.happened if isinstance(event, ev.ClauseReady)]
    assert COULD_NOT not in clauses


def test_what_was_done_too_soon_is_undone_when_the_sentence_goes_on(play: Callable[[Words, Lamps], Stage]) -> None:
    lamps = Lamps()
    lamps.gate.clear()
    it = play(pausing("lamp on", "lamp on and off"), lamps)
    say_with_a_pause(it, OVER_MS)
    it.wait(lambda event, state: state.turn == 2)
    lamps.gate.set()
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded) and event.turn == 2)
    it.assistant.stop()
    assert it.ledger.turns[1].joined
    assert lamps.done == ["on", "not on", "off"]
    assert [turn.user for turn in talk_of(it).turns] == ["lamp on and off"]
    assert it.ledger.turns[2].reply == ["The lamp is off."]


def test_what_comes_of_a_command_after_an_interruption_is_known_and_can_be_undone(
    play: Callable[[Words, Lamps], Stage],
) -> None:
    lamps, pressed_at = Lamps(), [1 << 62]
    lamps.gate.clear()
    it = play(Words(lambda from_at, to_at: "lamp on" if from_at < pressed_at[0] else "undo that"), lamps)
    it.say("01_hello", 8000)
    it.wait(lambda event, state: state.mode is Mode.THINKING)
    pressed_at[0] = it.assistant.clock.now()
    it.inbox.post(ev.TalkKey(pressed_at[0], True))
    it.wait(lambda event, state: state.key_held)
    it.say("01_hello")
    it.wait(lambda event, state: isinstance(event, ev.SpeechPaused) and event.at > pressed_at[0])
    lamps.gate.set()
    it.wait(lambda event, state: isinstance(event, ev.ToolFinished))
    it.inbox.post(ev.TalkKey(it.assistant.clock.now(), False))
    it.wait(lambda event, state: isinstance(event, ev.ReplyEnded) and event.turn == 2)
    it.assistant.stop()
    assert lamps.done == ["on", "not on"]
    assert [call.name for turn in talk_of(it).turns for call, _ in turn.outcomes] == ["switch", UNDO]


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("broken lamp", "The lamp is broken."),
        ("no such lamp", COULD_NOT),
        ("wrong lamp", COULD_NOT),
    ],
)
def test_what_a_command_could_not_do_is_said(play: Callable[[Words, Lamps], Stage], words: str, reply: str) -> None:
    it = play(says(words), Lamps())
    it.say("01_hello", 8000)
    over(it)
    it.assistant.stop()
    assert it.ledger.turns[1].reply == [reply] and engine_of(it).prompts == []
