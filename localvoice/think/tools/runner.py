"""Running calls beside the conversation: in parallel, with a deadline, and with a way back.

Whatever goes wrong becomes a sentence beginning with "error:" that the model is told, so a call always has
a result. A tool that changes the world waits until its reply is committed; when a reply is taken back its
tools are undone, also those that finish only then. A result that comes after the deadline is dropped, and
undone, since the user was told that it failed.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from localvoice.think.commands.understood import UNDO
from localvoice.think.messages import Json, ToolCall, ToolResult
from localvoice.think.tools import confirm
from localvoice.think.tools.arguments import BadArguments, check
from localvoice.think.tools.attempt import TOO_LONG, WENT_WRONG, Fault, attempt, log_fault
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.spec import Done, Tool, ToolFailed

MOST_RUNNING = 8
"""Calls at once over all replies. A tool that never returns keeps its thread; eight of those and no more are
started.
"""
REPLIES_KEPT = 8
"""So many replies that did something can still be undone, and so many of the newest, whatever they did, are known to be
committed or taken back. Older ones are forgotten as soon as all their calls have results."""

MOST_STUCK = 3
"""Calls of one tool that run on after their deadline: it is not called again until one of them returns, so that a tool
that hangs does not take all the places."""

NOT_UNDONE = "that can't be undone"
TAKEN_BACK = "Okay, I took that back."
PARTLY_TAKEN_BACK = "I took back what can be taken back."
"""Of several things one has no way back."""

UNWANTED = "error: it is no longer wanted"
TOO_MUCH = "error: too much is still running"
STUCK = "error: it does not answer"

_IDS: Json = {"type": "array", "items": {"type": "string"}}


@dataclass(slots=True)
class _Work:
    """One call. `done` is what the tool returned, `result` what the model is told; they differ when it was
    late.
    """

    call: ToolCall
    deadline_s: float
    tool: Tool | None = None
    arguments: dict[str, object] = field(default_factory=dict)
    started_s: float | None = None
    done: Done | None = None
    result: ToolResult | None = None
    cancelled: bool = False


class Batch:
    """The calls of one round. As soon as `finished` is set, `results` is complete, in the order of the calls, and
    `on_result` has returned from all of them.
    """

    def __init__(self, works: Sequence[_Work], on_result: Callable[[ToolResult], None]) -> None:
        self._works = list(works)
        self._on_result = on_result
        self._reported = 0
        self.finished = threading.Event()
        if not works:
            self.finished.set()

    @property
    def results(self) -> list[ToolResult]:
        """Those that are there, in the order of the calls."""
        return [work.result for work in self._works if work.result is not None]

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until every call has its result. A held call has none before its reply is committed or taken
        back.
        """
        return self.finished.wait(timeout_s)


@dataclass(slots=True)
class _Reply:
    """What became of a reply, and the calls that it made."""

    committed: bool = False
    withdrawn: bool = False
    batches: list[Batch] = field(default_factory=list)

    @property
    def works(self) -> list[_Work]:
        return [work for batch in self.batches for work in batch._works]

    @property
    def settled(self) -> bool:
        return all(work.result is not None for work in self.works)

    @property
    def can_be_undone(self) -> bool:
        return any(work.done is not None and work.done.undo is not None for work in self.works)


class ToolRunner:
    """Runs calls in threads of their own. All methods may be called from any thread and return at once."""

    def __init__(
        self,
        tools: Registry,
        clock: Callable[[], float] = time.monotonic,
        close: Callable[[], None] = lambda: None,
        on_fault: Callable[[Fault], None] = log_fault,
        pending: Callable[[], str] = lambda: "",
    ) -> None:
        """`on_fault` gets what a tool raised other than ToolFailed, from a thread of the runner."""
        self.tools = tools
        self._clock = clock
        self.close = close
        """Ends what the tools themselves have running; for the end of the conversation."""
        self._on_fault = on_fault
        self.pending = pending
        """What `close` would end, as a clause ("a timer has 4 minutes left"), or ""; from any thread."""
        self._lock = threading.Lock()
        self._running: list[_Work] = []
        self._replies: dict[int, _Reply] = {}
        self._undo_tool = Tool(
            UNDO, "Take back what was done.",
            {"type": "object", "properties": {"calls": _IDS}, "required": ["calls"]},
            self._undo_calls, changes_world=True,
        )  # fmt: skip

    def question(self, call: ToolCall) -> str:
        """What is to be asked before that call is made, or ""."""
        tool = self.tools.get(call.name)
        if tool is None or not tool.confirm or call.problem:
            return ""
        try:
            return confirm.question(tool.confirm, check(call.arguments, tool.parameters, call.name))
        except Exception:  # noqa: BLE001  what is wrong with it comes out when it is made
            return ""

    def run(
        self,
        calls: Sequence[ToolCall],
        deadline_s: float,
        on_result: Callable[[ToolResult], None] = lambda result: None,
        *,
        reply: int = 0,
        committed: bool = False,
    ) -> Batch:
        """Start the calls of a reply. `on_result` gets each result once, from a thread of the runner; it must not
        block.

        `reply` is a number that no other reply has; two attempts at one turn are two replies. The deadline of a call
        counts from its start, so waiting for the commit is not part of it.
        """
        works = [_Work(call, deadline_s) for call in calls]
        batch = Batch(works, on_result)
        with self._lock:
            known = self._known(reply)
            known.committed |= committed and not known.withdrawn
            known.batches.append(batch)
            withdrawn = known.withdrawn
        for work in works:
            work.cancelled = withdrawn
            fault = UNWANTED if withdrawn else self._prepare(work)
            if fault:
                self._settle(batch, work, fault, ok=False)
        self._start_what_may(known, batch)
        return batch

    def commit(self, reply: int) -> None:
        """The turn is over for good as far as is known: what was held for its reply starts."""
        with self._lock:
            known = self._known(reply)
            known.committed = True
            batches = list(known.batches)
        for batch in batches:
            self._start_what_may(known, batch)

    def take_back(self, reply: int) -> int:
        """The reply is no longer wanted: what was held is dropped, what was done is undone, newest first.

        Returns how many calls were undone; those still running are undone when they finish, and those that
        the model asks for only now do not begin.
        """
        with self._lock:
            known = self._known(reply)
            known.withdrawn, known.committed = True, False
            works = [(batch, work) for batch in known.batches for work in batch._works]
            known.batches = []
            for _, work in works:
                work.cancelled = True
            undos = [
                (work.tool, work.done.undo)
                for _, work in reversed(works)
                if work.tool is not None and work.done is not None and work.done.undo is not None
            ]
        for batch, work in works:
            self._settle(batch, work, UNWANTED, ok=False)
        for tool, undo in undos:
            self._undo(tool, undo)
        return len(undos)

    def _prepare(self, work: _Work) -> str:
        """Find the tool and check the arguments; the sentence that says why not."""
        if work.call.problem:
            return f"error: {work.call.problem}"
        tool = self._undo_tool if work.call.name == UNDO else self.tools.get(work.call.name)
        if tool is None:
            return f"error: there is no tool called {work.call.name}"
        try:
            work.arguments = check(work.call.arguments, tool.parameters, work.call.name)
        except BadArguments as fault:
            return f"error: {fault}"
        except Exception as error:  # noqa: BLE001  every call gets a result, or its reply would wait for ever
            self._on_fault(Fault(tool.name, error))
            return WENT_WRONG
        # Last: from here on a commit in another thread may start it.
        work.tool = tool
        return ""

    def _start_what_may(self, known: _Reply, batch: Batch) -> None:
        for work in batch._works:
            with self._lock:
                if work.result is not None or work.started_s is not None or work.tool is None or work.cancelled:
                    continue
                if work.tool.changes_world and not known.committed:
                    continue
                refusal = self._refusal(work.call.name)
                if not refusal:
                    self._running.append(work)
                    work.started_s = self._clock()
            if refusal:
                self._settle(batch, work, refusal, ok=False)
                continue
            alarm = threading.Timer(work.deadline_s, self._settle, (batch, work, TOO_LONG), {"ok": False})
            alarm.name = f"deadline {work.call.name}"
            alarm.daemon = True
            thread = threading.Thread(
                target=self._work, args=(batch, work, work.tool, alarm), name=f"tool {work.call.name}", daemon=True
            )
            try:
                alarm.start()
                thread.start()
            except RuntimeError as error:
                # The system has no more threads; the call has to end all the same.
                alarm.cancel()
                self._free_slot(work)
                self._on_fault(Fault(work.call.name, error))
                self._settle(batch, work, WENT_WRONG, ok=False)

    def _work(self, batch: Batch, work: _Work, tool: Tool, alarm: threading.Timer) -> None:
        try:
            done, ok = attempt(tool, work.arguments, work.deadline_s, self._on_fault)
        finally:
            self._free_slot(work)
        alarm.cancel()
        if not self._settle(batch, work, done.text, ok=ok, done=done) and done.undo is not None:
            self._undo(tool, done.undo)

    def _refusal(self, name: str) -> str:
        """Why another call of that tool must not start now; empty if it may. Called with the lock held."""
        late = [work for work in self._running if work.result is not None and work.result.text == TOO_LONG]
        if sum(work.call.name == name for work in late) >= MOST_STUCK:
            return STUCK
        return TOO_MUCH if len(self._running) >= MOST_RUNNING else ""

    def _free_slot(self, work: _Work) -> None:
        with self._lock:
            self._running = [other for other in self._running if other is not work]

    def _undo_calls(self, calls: Sequence[str]) -> Done:
        """Take back what those calls of committed replies did, the newest first. Its own way back does them again."""
        found: dict[str, tuple[_Work, Tool, Callable[[], object]]] = {}
        with self._lock:
            for known in reversed(self._replies.values()):
                for work in reversed(known.works if known.committed else []):
                    if work.call.id in calls and work.tool is not None and work.done and work.done.undo is not None:
                        found.setdefault(work.call.id, (work, work.tool, work.done.undo))
            for work, _, _ in found.values():
                # Whatever comes of it, nobody takes it back a second time.
                work.done = Done("")
        if not found:
            raise ToolFailed(NOT_UNDONE)
        undone = [work for work, tool, undo in found.values() if self._undo(tool, undo)]
        if not undone:
            raise ToolFailed(NOT_UNDONE)
        say = TAKEN_BACK if len(undone) == len(set(calls)) else PARTLY_TAKEN_BACK
        what = ", ".join(work.result.text for work in undone if work.result is not None)
        return Done(f"undone: {what}", lambda: self._do_again(undone), say=say)

    def _do_again(self, works: Sequence[_Work]) -> None:
        for work in reversed(works):
            if work.tool is not None:
                done, _ = attempt(work.tool, work.arguments, work.deadline_s, self._on_fault)
                with self._lock:
                    work.done = done

    def _undo(self, tool: Tool, undo: Callable[[], object]) -> bool:
        """Whether it went well."""
        return attempt(replace(tool, name=f"{tool.name} (undo)", function=undo), {}, None, self._on_fault)[1]

    def _settle(self, batch: Batch, work: _Work, text: str, *, ok: bool, done: Done | None = None) -> bool:
        """Give a call its result, unless it has one already or is no longer wanted."""
        with self._lock:
            if work.result is not None or (work.cancelled and done is not None):
                return False
            took_s = self._clock() - work.started_s if work.started_s is not None else 0.0
            say = done.say if done is not None else ""
            result = work.result = ToolResult(work.call, text, ok, took_s * 1000, say)
            work.done = done
        try:
            batch._on_result(result)
        finally:
            with self._lock:
                batch._reported += 1
                last = batch._reported == len(batch._works)
            if last:
                batch.finished.set()
        return True

    def _known(self, number: int) -> _Reply:
        """The reply of that number; a new one makes the oldest be forgotten. Called with the lock held."""
        if number not in self._replies:
            self._forget_old()
            self._replies[number] = _Reply()
        return self._replies[number]

    def _forget_old(self) -> None:
        numbers = list(self._replies)
        acted = [number for number in numbers if self._replies[number].can_be_undone]
        kept = {*numbers[1 - REPLIES_KEPT :], *acted[-REPLIES_KEPT:]}
        self._replies = {
            number: known for number, known in self._replies.items() if number in kept or not known.settled
        }
