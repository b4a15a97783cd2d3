"""Calls run beside the conversation: in parallel, to a deadline, held until commit, undone on take-back."""

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from localvoice import log
from localvoice.errors import SettingsError
from localvoice.think.commands.understood import UNDO
from localvoice.think.messages import ToolCall, ToolResult
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.runner import MOST_RUNNING, MOST_STUCK, PARTLY_TAKEN_BACK, REPLIES_KEPT, ToolRunner
from localvoice.think.tools.spec import Done, ToolFailed, from_function, tool, tools_of


class World:
    """Tools that tests can hold and release."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.together = threading.Barrier(2)
        self.state: list[str] = []
        self.undone = threading.Event()

    @tool()
    def meet(self) -> str:
        """Wait for the other."""
        self.together.wait(5)
        return "met"

    @tool()
    def hang(self) -> str:
        """Take too long."""
        self.gate.wait(20)
        return "late"

    @tool(changes_world=True)
    def add(self, what: str) -> Done:
        """Add a thing."""
        self.state.append(what)
        return Done(f"added {what}", lambda: self.state.remove(what))

    @tool(changes_world=True)
    def add_slowly(self, what: str) -> Done:
        """Add a thing, later."""
        self.gate.wait(20)
        self.state.append(what)

        def undo() -> None:
            self.state.remove(what)
            self.undone.set()

        return Done(f"added {what}", undo)

    @tool(changes_world=True)
    def add_for_good(self, what: str) -> Done:
        """Add a thing that cannot be taken back."""
        self.state.append(what)
        return Done(f"added {what}", lambda: {}["no way back"])

    @tool()
    def fail(self) -> str:
        """Say that it cannot be done."""
        raise ToolFailed("no lights are connected")

    @tool()
    def break_down(self) -> str:
        """Meet a fault of its own."""
        raise KeyError("internal")

    @tool()
    def leave(self) -> str:
        """End the program, as far as a tool can."""
        sys.exit(3)

    @tool()
    def no_words(self) -> object:
        """Return what has no text."""
        return object()

    @tool(changes_world=True)
    def add_wordlessly(self, what: str) -> Done:
        """Add a thing, and have no words for it."""
        self.state.append(what)
        return Done(object(), lambda: self.state.remove(what))

    @tool()
    async def think(self, what: str) -> str:
        """Come back later."""
        await asyncio.sleep(0)
        return f"thought of {what}"

    @tool(changes_world=True)
    async def add_for_long(self, what: str) -> str:
        """Add a thing for as long as it runs."""
        self.state.append(what)
        try:
            await asyncio.sleep(20)
        finally:
            self.state.remove(what)
            self.undone.set()
        return "never"

    @tool(changes_world=True)
    async def add_later(self, what: str) -> Done:
        """Add a thing with a way back that is async too."""
        self.state.append(what)

        async def undo() -> None:
            await asyncio.sleep(0)
            self.state.remove(what)

        return Done(f"added {what}", undo)

    @tool()
    async def time_out(self) -> str:
        """Meet a time-out that is none of ours."""
        raise TimeoutError("the bridge said nothing about the bedroom")


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
    batch = runner.run([call("meet"), call("meet"), call("add", what="milk")], 5, reply=7)
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
    batch = runner.run([call("add", what="milk")], 5, reply=7)
    assert runner.take_back(7) == 0
    assert batch.finished.is_set()
    assert texts(batch.results) == ["error: it is no longer wanted"]
    runner.commit(7)
    assert world.state == []
    # A reply that has not noticed yet that nobody wants it may still ask.
    again = runner.run([call("add", what="eggs")], 5, reply=7, committed=True)
    assert again.wait(5) and world.state == []
    assert texts(again.results) == ["error: it is no longer wanted"]


def test_a_turn_taken_back_after_the_commit_is_undone_newest_first(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    for what in ("milk", "eggs"):
        assert runner.run([call("add", what=what)], 5, reply=7, committed=True).wait(5)
    assert runner.run([call("add", what="bread")], 5, reply=8, committed=True).wait(5)
    assert runner.take_back(7) == 2
    assert world.state == ["bread"]
    assert runner.take_back(7) == 0


def test_an_undo_that_fails_does_not_keep_the_others_from_being_done(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    for name, what in (("add", "milk"), ("add_for_good", "eggs"), ("add", "bread")):
        assert runner.run([call(name, what=what)], 5, reply=7, committed=True).wait(5)
    assert runner.take_back(7) == 3
    assert world.state == ["eggs"]


def test_a_call_that_runs_while_its_turn_is_taken_back_is_undone_when_it_ends(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    batch = runner.run([call("add_slowly", what="milk")], 5, reply=7, committed=True)
    runner.take_back(7)
    assert texts(batch.results) == ["error: it is no longer wanted"]
    world.gate.set()
    assert world.undone.wait(5)
    assert world.state == []


def test_tools_that_never_return_do_not_use_up_the_machine(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    stuck = runner.run([call("hang")] * MOST_RUNNING, 0.05)
    assert stuck.wait(5)
    refused = runner.run([call("think", what="tea")], 0.05)
    assert refused.wait(5)
    assert texts(refused.results) == ["error: too much is still running"]


def test_one_tool_that_hangs_does_not_take_all_the_places(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    for turn in range(2 * MOST_RUNNING):
        batch = runner.run([call("hang")], 0.05)
        assert batch.wait(5)
        assert texts(batch.results) == ["error: it took too long" if turn < MOST_STUCK else "error: it does not answer"]
    batch = runner.run([call("think", what="tea")], 5)
    assert batch.wait(5)
    assert texts(batch.results) == ["thought of tea"]


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


@pytest.mark.parametrize("name", ["leave", "break_down", "no_words"])
def test_a_tool_that_breaks_keeps_no_slot(world: World, name: str) -> None:
    runner = ToolRunner(Registry(tools_of(world)), on_fault=lambda fault: None)
    for _ in range(MOST_RUNNING + 1):
        batch = runner.run([call(name)], 5)
        assert batch.wait(5)
        assert texts(batch.results) == ["error: something went wrong"]


def test_a_thread_that_cannot_be_started_keeps_no_slot(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = ToolRunner(Registry(tools_of(world)), on_fault=lambda fault: None)

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        for _ in range(MOST_RUNNING + 1):
            batch = runner.run([call("think", what="tea")], 5)
            assert batch.finished.is_set()
            assert texts(batch.results) == ["error: something went wrong"]
    batch = runner.run([call("think", what="tea")], 5)
    assert batch.wait(5)
    assert texts(batch.results) == ["thought of tea"]


def test_a_fault_is_logged_without_what_was_said(world: World, caplog: pytest.LogCaptureFixture) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    assert runner.run([call("break_down"), call("time_out")], 5).wait(5)
    records = sorted((record for record in caplog.records), key=lambda record: record.getMessage())
    assert [record.levelno for record in records] == [logging.WARNING] * 2
    assert [record.name for record in records] == ["localvoice"] * 2
    line = World.break_down.__code__.co_firstlineno + 3
    assert records[0].getMessage() == f"The tool break_down failed: KeyError in test_tool_runner.py, line {line}."
    assert records[1].getMessage().startswith("The tool time_out failed: TimeoutError in test_tool_runner.py, line ")
    assert "Traceback" not in caplog.text and "bedroom" not in caplog.text and "internal" not in caplog.text


def test_a_traceback_is_shown_for_debugging_and_is_never_logged(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even in a log of everything: it may quote what was said."""
    log.tracebacks(True)
    try:
        with caplog.at_level(logging.DEBUG, "localvoice"):
            assert ToolRunner(Registry(tools_of(world))).run([call("break_down")], 5).wait(5)
    finally:
        log.tracebacks(False)
    assert "KeyError: 'internal'" in capsys.readouterr().err
    assert "Traceback" not in caplog.text and "internal" not in caplog.text


def test_what_is_async_is_run_to_its_end(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    batch = runner.run([call("think", what="tea"), call("add_later", what="milk")], 5, reply=1, committed=True)
    assert batch.wait(5)
    assert texts(batch.results) == ["thought of tea", "added milk"]
    assert runner.take_back(1) == 1
    assert world.state == []


def test_what_is_async_is_cancelled_at_the_deadline(world: World) -> None:
    batch = ToolRunner(Registry(tools_of(world))).run([call("add_for_long", what="milk")], 0.05, committed=True)
    assert batch.wait(5)
    assert texts(batch.results) == ["error: it took too long"]
    assert world.undone.wait(5)
    assert world.state == []


def test_what_was_done_without_words_can_be_undone(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)), on_fault=lambda fault: None)
    batch = runner.run([call("add_wordlessly", what="milk")], 5, reply=1, committed=True)
    assert batch.wait(5)
    assert texts(batch.results) == ["error: something went wrong"]
    assert world.state == ["milk"]
    assert runner.take_back(1) == 1
    assert world.state == []


def test_pauses_make_nothing_that_was_done_be_forgotten(world: World) -> None:
    """Each pause of a turn that goes on begins a reply, which may ask for the time; the one before it was cut."""
    runner = ToolRunner(Registry(tools_of(world)))
    assert runner.run([call("add", what="milk")], 5, reply=1, committed=True).wait(5)
    for reply in range(2, 4 * REPLIES_KEPT):
        assert runner.run([call("think", what="tea")], 5, reply=reply).wait(5)
        runner.take_back(reply)
    assert runner.take_back(1) == 1
    assert world.state == []


def test_what_was_done_long_ago_is_forgotten(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    for reply in range(1, 4 * REPLIES_KEPT):
        assert runner.run([call("add", what=str(reply))], 5, reply=reply, committed=True).wait(5)
    assert runner.take_back(1) == 0
    assert runner.take_back(4 * REPLIES_KEPT - 1) == runner.take_back(4 * REPLIES_KEPT - 3) == 1
    assert len(runner._replies) <= 2 * REPLIES_KEPT + 1


def test_a_call_that_still_runs_is_never_forgotten(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    slow = runner.run([call("add_slowly", what="milk")], 60, reply=1, committed=True)
    for reply in range(2, 4 * REPLIES_KEPT):
        runner.commit(reply)
    runner.take_back(1)
    assert texts(slow.results) == ["error: it is no longer wanted"]
    world.gate.set()
    assert world.undone.wait(5)
    assert world.state == []


def test_a_call_whose_arguments_cannot_even_be_checked_has_its_result(world: World) -> None:
    # Python writes no number of more than 4300 digits.
    calls = [ToolCall("x", "add", {"what": 10**5000}), call("add", what="tea")]
    batch = ToolRunner(Registry(tools_of(world))).run(calls, 5, committed=True)
    assert batch.wait(5)
    assert texts(batch.results) == ["error: something went wrong", "added tea"]


def undo(*ids: str) -> ToolCall:
    return ToolCall("id undo", UNDO, {"calls": list(ids)})


def run_now(runner: ToolRunner, reply: int, *calls: ToolCall) -> list[ToolResult]:
    batch = runner.run(calls, 5, reply=reply, committed=True)
    assert batch.wait(5)
    return batch.results


def milk_is_there(world: World) -> ToolRunner:
    runner = ToolRunner(Registry(tools_of(world)))
    run_now(runner, 1, call("add", what="milk"))
    assert world.state == ["milk"]
    return runner


def test_what_an_earlier_turn_did_is_undone_once(world: World) -> None:
    runner = milk_is_there(world)
    (done,) = run_now(runner, 2, undo("id add"))
    assert world.state == [] and done.ok
    assert (done.text, done.say) == ("undone: added milk", "Okay, I took that back.")
    (again,) = run_now(runner, 3, undo("id add"))
    assert (again.text, again.ok, again.say) == ("error: that can't be undone", False, "That can't be undone.")


def test_that_a_part_cannot_be_undone_is_not_hidden(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)), on_fault=lambda fault: None)
    calls = [call("add", what="milk"), call("add_for_good", what="tea"), call("think", what="tea")]
    for number, each in enumerate(calls):
        run_now(runner, number, each)
    (done,) = run_now(runner, 7, undo(*(each.id for each in calls)))
    assert world.state == ["tea"] and done.ok and done.say == PARTLY_TAKEN_BACK


def test_an_undo_waits_until_its_turn_is_over_and_is_dropped_when_another_revision_replaces_it(world: World) -> None:
    runner = milk_is_there(world)
    batch = runner.run([undo("id add")], 5, reply=2)
    assert not batch.wait(0.05) and world.state == ["milk"]
    runner.take_back(2)
    assert texts(batch.results) == ["error: it is no longer wanted"] and world.state == ["milk"]
    run_now(runner, 3, undo("id add"))
    assert world.state == []


def test_a_turn_that_is_taken_back_after_its_undo_leaves_things_as_they_were_and_they_can_be_undone_again(
    world: World,
) -> None:
    runner = milk_is_there(world)
    run_now(runner, 2, undo("id add"))
    runner.take_back(2)
    assert world.state == ["milk"]
    run_now(runner, 3, undo("id add"))
    assert world.state == []


def test_a_correction_that_is_taken_back_puts_back_what_it_replaced(world: World) -> None:
    runner = milk_is_there(world)
    run_now(runner, 2, undo("id add"))
    run_now(runner, 2, ToolCall("id 2", "add", {"what": "oat milk"}))
    assert world.state == ["oat milk"]
    runner.take_back(2)
    assert world.state == ["milk"]


def test_an_undo_that_is_taken_back_while_it_runs_leaves_things_as_they_were(world: World) -> None:
    runner = ToolRunner(Registry(tools_of(world)))
    gate, state = threading.Event(), ["milk"]
    tried = threading.Event()

    @tool(changes_world=True)
    def add_heavily() -> Done:
        """Add a thing that is slowly taken away again."""
        if "milk" not in state:
            state.append("milk")

        def undo() -> None:
            tried.set()
            gate.wait(20)
            state.remove("milk")

        return Done("added", undo)

    runner.tools = Registry([from_function(add_heavily)])
    run_now(runner, 1, call("add_heavily"))
    batch = runner.run([undo("id add_heavily")], 5, reply=2, committed=True)
    assert tried.wait(5)
    runner.take_back(2)
    gate.set()
    assert batch.wait(5) and not batch.results[0].ok
    give_up_s = time.monotonic() + 5
    while runner._running and time.monotonic() < give_up_s:
        time.sleep(0.005)
    while state != ["milk"] and time.monotonic() < give_up_s:
        time.sleep(0.005)
    assert state == ["milk"]


def test_what_fails_to_be_undone_is_not_called_undone(world: World) -> None:
    faults: list[object] = []
    runner = ToolRunner(Registry(tools_of(world)), on_fault=faults.append)
    run_now(runner, 1, call("add_for_good", what="milk"))
    (done,) = run_now(runner, 2, undo("id add_for_good"))
    assert not done.ok and len(faults) == 1


def test_what_is_undone_in_part_is_called_so(world: World) -> None:
    runner = milk_is_there(world)
    run_now(runner, 1, call("add_for_good", what="tea"))
    (done,) = run_now(runner, 2, undo("id add", "id add_for_good"))
    assert world.state == ["tea"]
    assert (done.ok, done.text, done.say) == (True, "undone: added milk", PARTLY_TAKEN_BACK)


def test_a_reply_that_was_taken_back_has_nothing_left_to_be_undone(world: World) -> None:
    runner = milk_is_there(world)
    runner.take_back(1)
    assert world.state == []
    assert not run_now(runner, 2, undo("id add"))[0].ok


def test_no_tool_takes_the_name_of_the_runners_own() -> None:
    def undo() -> str:
        """Undo."""
        return ""

    with pytest.raises(SettingsError, match="cannot be called undo"):
        Registry([from_function(undo)])


class Doors:
    """Cannot be undone."""

    def __init__(self) -> None:
        self.open: list[str] = []

    @tool(confirm="Shall I open the {which} door?")
    def open_door(self, which: str) -> str:
        """Open a door."""
        self.open.append(which)
        return "open"


def test_the_question_of_a_tool_has_the_arguments_of_the_call() -> None:
    doors = Doors()
    runner = ToolRunner(Registry(tools_of(doors)))
    assert runner.question(call("open_door", which="front")) == "Shall I open the front door?"
    assert runner.question(call("open_door")) == "", "what is wrong with it comes out when it is made"
    assert runner.question(call("fly")) == ""
    batch = runner.run([call("open_door", which="front")], 5, reply=1)
    assert not batch.wait(0.05) and doors.open == [], "a yes that is not over yet opens nothing"
    runner.commit(1)
    assert batch.wait(5) and doors.open == ["front"]
