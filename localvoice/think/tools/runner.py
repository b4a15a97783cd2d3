"""Running calls beside the conversation: in parallel, with a deadline, and with a way back.

Whatever goes wrong becomes a sentence beginning with "error:" that the model is told, so a call always has
a result. A tool that changes the world waits until its turn is committed; when a turn is taken back its
tools are undone, also those that finish only then. A result that comes after the deadline is dropped, and
undone, since the user was told that it failed.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from localvoice.think.messages import ToolCall, ToolResult
from localvoice.think.tools.call import BadArguments, check
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.spec import Done, Tool, ToolFailed

MOST_RUNNING = 8
"""Calls at once over all turns. A tool that never returns keeps its thread; eight of those and no more are
started.
"""
TURNS_KEPT = 4
"""How many turns back a tool can still be undone."""

TOO_LONG = "error: it took too long"
UNWANTED = "error: it is no longer wanted"


@dataclass(slots=True)
class _Work:
    """One call. `done` is what the tool returned, `result` what the model is told; they differ when it was
    late.
    """

    call: ToolCall
    turn: int
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
        """Until every call has its result. A held call has none before its turn is committed or taken
        back.
        """
        return self.finished.wait(timeout_s)


class ToolRunner:
    """Runs calls in threads of their own. All methods may be called from any thread and return at once."""

    def __init__(
        self,
        registry: Registry,
        clock: Callable[[], float] = time.monotonic,
        close: Callable[[], None] = lambda: None,
        pending: Callable[[], str] = lambda: "",
    ) -> None:
        self._registry = registry
        self._clock = clock
        self.close = close
        """Ends what the tools themselves have running; for the end of the conversation."""
        self.pending = pending
        """What `close` would end, as a clause ("a timer has 4 minutes left"), or ""; from any thread."""
        self._lock = threading.Lock()
        self._running = 0
        self._batches: dict[int, list[Batch]] = {}
        self._committed: set[int] = set()
        self._withdrawn: set[int] = set()

    def run(
        self,
        calls: Sequence[ToolCall],
        deadline_s: float,
        on_result: Callable[[ToolResult], None] = lambda result: None,
        *,
        turn: int = 0,
        committed: bool = False,
    ) -> Batch:
        """Start the calls. `on_result` gets each result once, from a thread of the runner; it must not block.

        The deadline of a call counts from its start, so waiting for the turn's commit is not part of it.
        """
        works = [_Work(call, turn, deadline_s) for call in calls]
        batch = Batch(works, on_result)
        with self._lock:
            self._batches.setdefault(turn, []).append(batch)
            self._forget_old(turn)
            withdrawn = turn in self._withdrawn
            if committed and not withdrawn:
                self._committed.add(turn)
        for work in works:
            work.cancelled = withdrawn
            fault = UNWANTED if withdrawn else self._prepare(work)
            if fault:
                self._settle(batch, work, fault, ok=False)
        self._start_what_may(batch)
        return batch

    def commit(self, turn: int) -> None:
        """The turn is over for good as far as is known: what was held for it starts."""
        with self._lock:
            self._committed.add(turn)
            batches = list(self._batches.get(turn, ()))
        for batch in batches:
            self._start_what_may(batch)

    def take_back(self, turn: int) -> int:
        """The turn was none: what was held is dropped, what was done is undone, newest first.

        Returns how many calls were undone; those still running are undone when they finish, and those that
        the model asks for only now do not begin.
        """
        with self._lock:
            self._withdrawn.add(turn)
            self._committed.discard(turn)
            works = [(batch, work) for batch in self._batches.pop(turn, []) for work in batch._works]
            for _, work in works:
                work.cancelled = True
            undos = [
                work.done.undo for _, work in reversed(works) if work.done is not None and work.done.undo is not None
            ]
        for batch, work in works:
            self._settle(batch, work, UNWANTED, ok=False)
        for undo in undos:
            _attempt(undo)
        return len(undos)

    def _prepare(self, work: _Work) -> str:
        """Find the tool and check the arguments; the sentence that says why not."""
        if work.call.problem:
            return f"error: {work.call.problem}"
        tool = self._registry.get(work.call.name)
        if tool is None:
            return f"error: there is no tool called {work.call.name}"
        try:
            work.arguments = check(work.call.arguments, tool.parameters, work.call.name)
        except BadArguments as fault:
            return f"error: {fault}"
        # Last: from here on a commit in another thread may start it.
        work.tool = tool
        return ""

    def _start_what_may(self, batch: Batch) -> None:
        for work in batch._works:
            with self._lock:
                if work.result is not None or work.started_s is not None or work.tool is None or work.cancelled:
                    continue
                if work.tool.changes_world and work.turn not in self._committed:
                    continue
                full = self._running >= MOST_RUNNING
                if not full:
                    self._running += 1
                    work.started_s = self._clock()
            if full:
                self._settle(batch, work, "error: too much is still running", ok=False)
                continue
            alarm = threading.Timer(work.deadline_s, self._settle, (batch, work, TOO_LONG), {"ok": False})
            alarm.daemon = True
            alarm.start()
            threading.Thread(
                target=self._work,
                args=(batch, work, work.tool, alarm),
                name=f"tool {work.call.name}",
                daemon=True,
            ).start()

    def _work(self, batch: Batch, work: _Work, tool: Tool, alarm: threading.Timer) -> None:
        done, ok = _attempt(lambda: tool.function(**work.arguments))
        alarm.cancel()
        with self._lock:
            self._running -= 1
        if not self._settle(batch, work, done.text or "done", ok=ok, done=done) and done.undo is not None:
            _attempt(done.undo)

    def _settle(self, batch: Batch, work: _Work, text: str, *, ok: bool, done: Done | None = None) -> bool:
        """Give a call its result, unless it has one already or is no longer wanted."""
        with self._lock:
            if work.result is not None or (work.cancelled and done is not None):
                return False
            took_s = self._clock() - work.started_s if work.started_s is not None else 0.0
            result = work.result = ToolResult(work.call, text, ok, took_s * 1000)
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

    def _forget_old(self, turn: int) -> None:
        for old in [number for number in self._batches if number <= turn - TURNS_KEPT]:
            del self._batches[old]
        self._committed = {number for number in self._committed if number > turn - TURNS_KEPT}
        self._withdrawn = {number for number in self._withdrawn if number > turn - TURNS_KEPT}


def _attempt(action: Callable[[], Done | str | None]) -> tuple[Done, bool]:
    """Run a tool, or its undo: what came of it, and whether it went well. Raises nothing."""
    try:
        value = action()
    except ToolFailed as failure:
        return Done(f"error: {failure}"), False
    except Exception:  # noqa: BLE001 - a plug-in is anybody's code and may raise anything
        return Done("error: something went wrong"), False
    done = value if isinstance(value, Done) else Done(str(value))
    return done, not done.text.startswith("error:")
