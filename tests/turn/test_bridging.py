"""What is said while tools work: at once for a slow one, after a while for others, in the tool's own words."""

import threading
from collections.abc import Iterator

import pytest

from localvoice.sound import EAR_HZ
from localvoice.speak.fillers import GENERAL
from localvoice.think.messages import ToolCall
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.runner import ToolRunner
from localvoice.think.tools.spec import tool, tools_of
from localvoice.turn.reply import Reply
from localvoice.turn.speaking import Finish, Say
from localvoice.turn.thinking import FILLER_AFTER_MS, Thinking

WAIT_S = 10


class Clock:
    """Stands still unless it is set."""

    at = 1

    def now(self) -> int:
        return self.at


class Tools:
    """Each works until `gate` is opened."""

    def __init__(self) -> None:
        self.gate, self.begun = threading.Event(), threading.Event()

    @tool(slow=True, while_waiting=("Let me look outside.", "Let me see the sky."))
    def look(self) -> str:
        """Look outside."""
        return self.work()

    @tool(slow=True)
    def listen(self) -> str:
        """Listen."""
        return self.work()

    @tool(while_waiting="Let me knock.")
    def knock(self) -> str:
        """Knock."""
        return self.work()

    @tool(slow=True)
    def glance(self) -> str:
        """Be slow by name alone."""
        return "dark"

    def work(self) -> str:
        self.begun.set()
        assert self.gate.wait(WAIT_S)
        return "done"


class Bridge:
    """The think thread's `_run_tools`, in a thread of the test; `said` opens the gate."""

    def __init__(self) -> None:
        self.tools, self.clock = Tools(), Clock()
        self.said: list[str] = []
        self.finished = threading.Event()
        """The first tool is back."""
        self.runner = ToolRunner(Registry(tools_of(self.tools)))
        self.thinking = Thinking(
            None,  # type: ignore[arg-type]
            self.runner,
            self.clock,  # type: ignore[arg-type]
            lambda event: self.finished.set(),
            self._speak,
            lambda: 1,
            self.said.append,
            WAIT_S,
        )
        self.thread = threading.Thread()

    def _speak(self, job: Say | Finish) -> None:
        assert isinstance(job, Say) and job.filler
        self.said.append(job.clause)
        self.tools.gate.set()

    def run(self, *names: str, committed: bool = True, turn: int = 0) -> Reply:
        reply = Reply(1, turn, 0, "")
        if committed:
            self.commit(reply)
        calls = tuple(ToolCall(name, name) for name in names)
        self.thread = threading.Thread(target=self.thinking._run_tools, args=(reply, calls))
        self.thread.start()
        return reply

    def commit(self, reply: Reply) -> None:
        reply.stages.committed = self.clock.now()
        reply.commit()

    def wait(self) -> list[str]:
        self.thread.join(WAIT_S)
        assert not self.thread.is_alive()
        return self.said


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    bridge = Bridge()
    yield bridge
    bridge.tools.gate.set()


@pytest.mark.parametrize(("turn", "sentence"), [(0, "Let me look outside."), (1, "Let me see the sky.")])
def test_a_slow_tool_is_bridged_at_once_in_its_own_words(bridge: Bridge, turn: int, sentence: str) -> None:
    reply = bridge.run("look", turn=turn)
    assert bridge.wait() == [sentence]
    assert reply.bridged


def test_a_slow_tool_without_words_of_its_own_gets_general_ones(bridge: Bridge) -> None:
    bridge.run("listen")
    assert bridge.wait() == [GENERAL[0]]


def test_other_tools_are_bridged_after_a_while(bridge: Bridge) -> None:
    bridge.run("knock")
    assert bridge.tools.begun.wait(WAIT_S)
    assert not bridge.tools.gate.wait(0.1), "no time has passed on the clock"
    bridge.clock.at += FILLER_AFTER_MS * EAR_HZ // 1000 + 1
    assert bridge.wait() == ["Let me knock."]


def test_a_slow_tool_that_is_back_already_bridges_nothing_for_others(bridge: Bridge) -> None:
    reply = bridge.run("glance", "knock", committed=False)
    assert bridge.finished.wait(WAIT_S) and bridge.tools.begun.wait(WAIT_S)
    bridge.commit(reply)
    assert not bridge.tools.gate.wait(0.1)
    bridge.tools.gate.set()
    assert bridge.wait() == [] and not reply.bridged


def test_nothing_is_said_before_the_turn_is_over(bridge: Bridge) -> None:
    reply = bridge.run("look", committed=False)
    assert bridge.tools.begun.wait(WAIT_S)
    assert not bridge.tools.gate.wait(0.1)
    bridge.commit(reply)
    assert bridge.wait() == ["Let me look outside."]
