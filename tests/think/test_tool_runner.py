"""Calls run beside the conversation: in parallel, to a deadline, held until commit, undone on take-back."""

import threading
from collections.abc import Iterator

import pytest

from localvoice.think.messages import ToolCall, ToolResult
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.runner import MOST_RUNNING, ToolRunner
from localvoice.think.tools.spec import Done, ToolFailed, tool, tools_of


class World:
    """Tools that tests can hold and release."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.together = threading.Barrier(2)
        self.state: list[str] = []
        self.undone = threading.Event()

    @tool()
    def meet(self) -> str:
        self.together.wait(5)
        return "met"

    @tool()
    def hang(self) -> str:
        self.gate.wait(20)
        return "late"

    @tool(changes_world=True)
    def add(self, what: str) -> Done:
        self.state.append(what)
        return Done(f"added {what}", lambda: self.state.remove(what))

    @tool(changes_world=True)
    def add_slowly(self, what: str) -> Done:
        self.gate.wait(20)
        self.state.append(what)

        def undo() -> None:
            self.state.remove(what)
            self.undone.set()

        return Done(f"added {what}", undo)

    @tool(changes_world=True)
    def add_for_good(self, what: str) -> Done:
        self.state.append(what)
        return Done(f"added {what}", lambda: {}["no way back"])

    @tool()
    def fail(self) -> str:
        raise ToolFailed("no lights are connected")

    @tool()
    def break_down(self) -> str:
        raise KeyError("internal")


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.gate.set()


def call(name: str, **arguments: str) -> ToolCall:
    return ToolCall(f"id {name}", name, dict(arguments))


def texts(results: list[ToolResult]) -> list[str]:
    return [result.text for result in results]


def test_two_calls_run_at_the_same_time(world: World) -> None:
    batch = ToolRunner(Registry(tools_of(world))).run([call("meet"), call("meet")], 5)
    assert batch.wait(5)
    assert texts(batch.results) == ["met", "met"]


def test_everything_that_goes_wrong_is_a_sentence_in_the_order_of_the_calls(world: World) -> None:
    heard: list[ToolResult] = []
    calls = [
        call("fail"),
        call("break_down"),
        call("fly"),
        call("add"),
        ToolCall("x", "", problem="the call was not valid JSON"),
        call("hang"),
    ]
    batch = ToolRunner(Registry(tools_of(world))).run(calls, 0.05, heard.append, committed=True)
    assert batch.wait(5)
    assert texts(batch.results) == [
        "error: no lights are connected",
        "error: something went wrong",
        "error: there is no tool called fly",
        "error: add needs what",
        "error: the call was not valid JSON",
        "error: it took too long",
    ]
    assert not any(result.ok for result in batch.results)
    assert sorted(texts(heard)) == sorted(texts(batch.results))


def test_a_result_after_the_deadline_is_dropped_and_undone(world: World) -> None:
    heard: list[ToolResult] = []
    batch = ToolRunner(Registry(tools_of(world))).run(
        [call("add_slowly", what="milk")], 0.05, heard.append, committed=True
    )
    assert batch.wait(5)
    world.gate.set()
    assert world.undone.wait(5)
    assert texts(heard) == texts(batch.results) == ["error: it took too long"]
    assert world.state == []


def test_a_tool_that_changes_the_world_waits_for_the_commit(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    batch = runner.run([call("meet"), call("meet"), call("add", what="milk")], 5, turn=7)
    while len(batch.results) < 2:
        batch.wait(0.01)
    assert not batch.finished.is_set() and world.state == []
    runner.commit(6)
    assert world.state == []
    runner.commit(7)
    assert batch.wait(5)
    assert world.state == ["milk"]
    assert batch.results[2].text == "added milk"


def test_a_turn_taken_back_before_the_commit_never_runs(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    batch = runner.run([call("add", what="milk")], 5, turn=7)
    assert runner.take_back(7) == 0
    assert batch.finished.is_set()
    assert texts(batch.results) == ["error: it is no longer wanted"]
    runner.commit(7)
    assert world.state == []
    # A reply that has not noticed yet that nobody wants it may still ask.
    again = runner.run([call("add", what="eggs")], 5, turn=7, committed=True)
    assert again.wait(5) and world.state == []
    assert texts(again.results) == ["error: it is no longer wanted"]


def test_a_turn_taken_back_after_the_commit_is_undone_newest_first(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    for what in ("milk", "eggs"):
        assert runner.run([call("add", what=what)], 5, turn=7, committed=True).wait(5)
    assert runner.run([call("add", what="bread")], 5, turn=8, committed=True).wait(5)
    assert runner.take_back(7) == 2
    assert world.state == ["bread"]
    assert runner.take_back(7) == 0


def test_an_undo_that_fails_does_not_keep_the_others_from_being_done(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    for name, what in (("add", "milk"), ("add_for_good", "eggs"), ("add", "bread")):
        assert runner.run([call(name, what=what)], 5, turn=7, committed=True).wait(5)
    assert runner.take_back(7) == 3
    assert world.state == ["eggs"]


def test_a_call_that_runs_while_its_turn_is_taken_back_is_undone_when_it_ends(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    batch = runner.run([call("add_slowly", what="milk")], 5, turn=7, committed=True)
    runner.take_back(7)
    assert texts(batch.results) == ["error: it is no longer wanted"]
    world.gate.set()
    assert world.undone.wait(5)
    assert world.state == []


def test_tools_that_never_return_do_not_use_up_the_machine(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    stuck = runner.run([call("hang")] * MOST_RUNNING, 0.05)
    assert stuck.wait(5)
    refused = runner.run([call("hang")], 0.05)
    assert refused.wait(5)
    assert texts(refused.results) == ["error: too much is still running"]


def test_all_is_told_when_a_round_is_finished(world: World) -> None:
    """The last result may overtake the one before on its way."""
    told, slow = [], threading.Event()

    def hear(result: ToolResult) -> None:
        if result.call.arguments == {"what": "milk"}:
            assert slow.wait(5)
        told.append(result.call.arguments["what"])
        if result.call.arguments == {"what": "eggs"}:
            threading.Timer(0.05, slow.set).start()

    runner = ToolRunner(Registry(tools_of(world)))
    calls = [ToolCall(what, "add", {"what": what}) for what in ("milk", "eggs")]
    batch = runner.run(calls, 5, hear, committed=True)
    assert batch.wait(5)
    assert sorted(told) == ["eggs", "milk"]


def test_no_calls_are_finished_at_once(world: World) -> None:
    assert ToolRunner(Registry(tools_of(world))).run([], 1).finished.is_set()
