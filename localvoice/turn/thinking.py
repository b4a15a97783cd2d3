"""The language model's thread: shows it the growing words, makes replies, runs tools beside them, keeps the history."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from localvoice.events import ClauseReady, Event, Notice, ToolFinished
from localvoice.log import LOGGER
from localvoice.sound import EAR_HZ
from localvoice.speak.clauses import ClauseSplitter, split
from localvoice.speak.fillers import filler
from localvoice.think.answer import answer
from localvoice.think.conversation import Conversation
from localvoice.think.messages import TextDelta, ToolCall, ToolResult
from localvoice.think.tools.runner import UNWANTED, ToolRunner
from localvoice.turn.clock import StreamClock
from localvoice.turn.reply import Reply
from localvoice.turn.speaking import Finish, Say
from localvoice.turn.worker import Worker

FILLER_AFTER_MS = 400
"""A wait that people notice; shorter ones need no word."""
LOOK_S = 0.02
"""How soon a stop or a commit is noticed while tools run."""
SLOW_PRELOAD_MS = 250
"""Reading ahead a few words that takes this long would keep a finished turn waiting behind it."""
SLOW_PRELOADS = 3


@dataclass(frozen=True, slots=True)
class Preload:
    """Let the model read the words of a turn that is still being spoken."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Remember:
    """What was heard of the reply to `turn`, once that is known."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class ToolsCameBack:
    """All calls of an interrupted reply have their results: they were done, so the model is to know."""

    turn: int
    calls: tuple[ToolCall, ...]
    results: tuple[ToolResult, ...]


@dataclass(frozen=True, slots=True)
class Warm:
    """Nothing else is to do: read ahead what every prompt begins with."""


@dataclass(frozen=True, slots=True)
class Forget:
    """The turn was taken back."""

    turn: int


class _Clauses(ClauseSplitter):
    """Notes when the first words of the reply came."""

    def __init__(self, reply: Reply, clock: StreamClock) -> None:
        super().__init__()
        self._reply = reply
        self._clock = clock

    def feed(self, delta: str) -> list[str]:
        self._reply.note_first_token(self._clock.now())
        return super().feed(delta)


class Thinking(Worker):
    """Jobs: Preload, Reply, Remember, ToolsCameBack, Warm, Forget. Owns the conversation; nobody else touches it."""

    def __init__(
        self,
        conversation: Conversation,
        runner: ToolRunner,
        clock: StreamClock,
        post: Callable[[Event], None],
        speak: Callable[[Say | Finish], None],
        current_turn: Callable[[], int],
        deadline_s: float,
        debug: bool = False,
    ) -> None:
        super().__init__("think", post, debug=debug)
        self._conversation = conversation
        self._runner = runner
        self._clock = clock
        self._speak = speak
        self._current_turn = current_turn
        self._deadline_s = deadline_s
        self._slow_preloads = 0
        self._preloaded_turn = 0
        self._warned = False

    def handle(self, job: object) -> None:
        match job:
            case Preload(turn, text) if turn == self._current_turn():
                self._preload(turn, text)
            case Reply():
                self._reply(job)
            case Remember(turn, text):
                self._conversation.heard(turn, text)
            case ToolsCameBack(turn, calls, results):
                self._conversation.note_tools(turn, calls, results)
            case Warm():
                turn = self._current_turn()
                self._conversation.warm(lambda: turn != self._current_turn())
            case Forget(turn):
                self._conversation.take_back(turn)

    def _preload(self, turn: int, text: str) -> None:
        """Read ahead; the first thing a slow machine's language model does without."""
        if turn != self._preloaded_turn:
            # One try per turn: a machine that was busy for a moment is not slow for ever.
            self._preloaded_turn = turn
            self._slow_preloads = min(self._slow_preloads, SLOW_PRELOADS - 1)
        if self._slow_preloads >= SLOW_PRELOADS:
            return
        began = self._clock.now()
        self._conversation.prefill(text, lambda: turn != self._current_turn())
        slow = (self._clock.now() - began) * 1000 / EAR_HZ > SLOW_PRELOAD_MS
        self._slow_preloads = self._slow_preloads + 1 if slow else 0
        if self._slow_preloads == SLOW_PRELOADS and not self._warned:
            self._warned = True
            self._post(
                Notice("This machine is too slow for the chat model: it starts only when you have finished speaking.")
            )

    def _reply(self, reply: Reply) -> None:
        """Make the whole reply; ends early, and quickly, when the reply is stopped."""
        try:
            self._make(reply)
        finally:
            reply.made = True
        if reply.announcement:
            return
        if reply.wait_committed() or reply.committed:
            self._conversation.commit(reply.turn)
        if reply.stages.first_token is not None:
            LOGGER.info("reply turn=%d revision=%d %s", reply.turn, reply.revision, self._conversation.use.line())

    def _make(self, reply: Reply) -> None:
        # On a slow machine a reply to half a sentence would keep the whole one waiting, unless it takes no model.
        if self._slow_preloads >= SLOW_PRELOADS and self._conversation.understand(reply.text) is None:
            reply.wait_committed()
        if reply.stopped():
            if reply.committed and not reply.announcement:
                self._conversation.unanswered(reply.turn, reply.text)
            return
        if reply.announcement:
            self._announce(reply)
            return
        pieces = answer(
            self._conversation,
            reply.text,
            lambda calls: self._run_tools(reply, calls),
            reply.stopped,
            turn=reply.turn,
            question=self._runner.question,
            clauses=_Clauses(reply, self._clock),
        )
        for piece in pieces:
            reply.note_first_token(self._clock.now())
            if isinstance(piece, TextDelta):
                self._say(reply, " ".join(piece.text.split()))
        self._speak(Finish(reply))

    def _run_tools(self, reply: Reply, calls: tuple[ToolCall, ...]) -> Sequence[ToolResult] | None:
        """Results of the calls, or None when the reply was stopped before all were there.

        What changes the world waits for the commit. A wait is bridged by a few words: at once if one of the tools that
        still run is a slow one, after FILLER_AFTER_MS otherwise.
        """
        reply.tools += [call.name for call in calls]
        came: list[ToolResult] = []
        given_up = False
        last_word = threading.Lock()
        """Between the last result and the end of our patience, one is first."""

        def came_back(result: ToolResult) -> None:
            # A call of a reply that was taken back has neither been made nor failed.
            if result.text != UNWANTED:
                self._post(ToolFinished(reply.turn, result.call.name, result.ok, result.took_ms))
            with last_word:
                came.append(result)
                late = given_up and len(came) == len(calls)
            if late and reply.committed:
                self.put(ToolsCameBack(reply.turn, calls, tuple(came)))

        batch = self._runner.run(calls, self._deadline_s, came_back, reply=reply.number, committed=reply.committed)
        # A tool that changes nothing needs no commit: its answer may be prepared while the turn is still open.
        while not batch.wait(LOOK_S) and not reply.stopped():
            if reply.bridged or not reply.committed:
                continue
            came_ids = {result.call.id for result in batch.results}
            still_running = [call.name for call in calls if call.id not in came_ids]
            tools = [tool for name in still_running if (tool := self._runner.tools.get(name))]
            slow = [tool for tool in tools if tool.slow]
            if slow or (tools and self._waited_ms(reply) > FILLER_AFTER_MS):
                reply.bridged = True
                if reply.stages.first_clause is None:
                    self._speak(Say(reply, filler(reply.turn, (slow or tools)[0].while_waiting), filler=True))
        with last_word:
            given_up = len(came) < len(calls)
        if given_up or any(result.text == UNWANTED for result in came):
            return None
        reply.stages.tools_answered = self._clock.now()
        return tuple(came)

    def _waited_ms(self, reply: Reply) -> float:
        since = reply.stages.committed or self._clock.now()
        return (self._clock.now() - since) * 1000 / EAR_HZ

    def _announce(self, reply: Reply) -> None:
        for clause in split(reply.text):
            self._say(reply, clause)
        self._speak(Finish(reply))

    def _say(self, reply: Reply, clause: str) -> None:
        if reply.stages.first_clause is None:
            reply.stages.first_clause = self._clock.now()
        self._post(ClauseReady(reply.turn, reply.revision, clause))
        self._speak(Say(reply, clause))
