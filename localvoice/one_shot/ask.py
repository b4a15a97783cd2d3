"""Questions in writing, with the same model and tools as a conversation."""

import threading
from collections.abc import Callable, Iterator, Sequence

from localvoice import log
from localvoice.config import Settings
from localvoice.errors import CannotSpeak, LocalvoiceError
from localvoice.events import Announcement, Event, Notice
from localvoice.speak.clauses import ClauseSplitter
from localvoice.think.answer import answer
from localvoice.think.conversation import Conversation
from localvoice.think.messages import TextDelta, ToolCall, ToolResult
from localvoice.think.tools.runner import Batch, ToolRunner

MOST_CHARS = 200_000
"""Of a question: no model here has a context for more, and counting its tokens would take long."""
LOOK_S = 0.05
"""How soon a stop is noticed while tools run."""


class Chat:
    """A conversation in writing: `ask` as often as you like; it remembers what was said. `load()` saves the first wait.

    All but `stop` and `pending` belongs to one thread at a time. `announce(sentence)` is told what a tool says unasked
    (a timer that rings, from the timers' thread); without it alarms that are due are left to another program, or to the
    next start, as they are with `alarms_ring=False`. `notice(sentence)` is told what a person should know about how the
    model runs here, and `tool_finished(result)` what came of each call.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        announce: Callable[[str], None] | None = None,
        alarms_ring: bool = True,
        notice: Callable[[str], None] = lambda sentence: None,
        tool_finished: Callable[[ToolResult], None] = lambda result: None,
    ) -> None:
        self._settings = settings or Settings()
        self._announce = announce
        self._alarms_ring = alarms_ring and announce is not None
        self._notice = notice
        self._tool_finished = tool_finished
        self._conversation: Conversation | None = None
        self._runner: ToolRunner | None = None
        self._abort: Callable[[], None] = lambda: None
        self._free: Callable[[], None] = lambda: None
        self._stopped = threading.Event()
        self._turn = 0
        self._stopped_calls: list[tuple[int, tuple[ToolCall, ...], Batch]] = []
        """Turn, calls, and what comes of them, of answers that were stopped before all their calls had results."""

    def load(self) -> "Chat":
        """Open the model and the tools. Raises ModelError, CatalogError, SettingsError."""
        from localvoice.turn.build import chat_notices, load_conversation

        if self._conversation is not None:
            return self
        self._conversation, self._runner, engine = load_conversation(
            self._settings, self._post, alarms_ring=self._alarms_ring
        )
        self._abort, self._free = engine.abort, engine.close
        for sentence in chat_notices(engine):
            self._notice(sentence)
        return self

    def close(self) -> None:
        """End what tools have running, timers no longer ring, and free the model. Not while it answers."""
        if self._runner is not None:
            self._runner.close()
        self._conversation = self._runner = None
        self._free()

    def __enter__(self) -> "Chat":
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    @property
    def model(self) -> str:
        """The name of the chat model, as the settings have it. Raises ModelError, CatalogError, SettingsError."""
        from localvoice.turn.build import model_of

        return model_of(self._settings, "chat").name

    def stop(self) -> None:
        """End the answer in progress within a moment; what came of it is remembered. From any thread."""
        self._stopped.set()
        self._abort()

    def pending(self) -> str:
        """What `close` would end, as a clause ("a timer has 4 minutes left"), or "". From any thread."""
        return self._runner.pending() if self._runner is not None else ""

    def ask(self, text: str) -> Iterator[str]:
        """The answer to `text`, piece by piece.

        Raises CannotSpeak if there is neither a word nor a number in it, LocalvoiceError if it is too long for the
        model.
        """
        # Of a picture or a dash alone the model would make something up.
        if not any(character.isalnum() for character in text):
            raise CannotSpeak(
                "There is no question in it, no word and no number.",
                'Give one, as in: localvoice ask "What time is it?"',
            )
        self._stopped.clear()
        if len(text) > MOST_CHARS:
            raise _too_long(f"{len(text):,} characters", f"{MOST_CHARS:,}")
        if self._conversation is None:
            self.load()
        assert self._conversation is not None and self._runner is not None
        tokens, most = self._conversation.tokens_of(text), self._conversation.most_user_tokens
        if tokens > most:
            raise _too_long(f"{tokens:,} tokens", f"{most:,}")
        self._note_stopped_calls()
        self._turn += 1
        try:
            pieces = answer(
                self._conversation,
                text,
                self._run,
                self._stopped.is_set,
                turn=self._turn,
                question=self._runner.question,
                clauses=ClauseSplitter(),
            )
            for piece in pieces:
                if isinstance(piece, TextDelta):
                    yield piece.text
        finally:
            # Also of an answer that was stopped, or not read to its end.
            self._conversation.commit(self._turn)

    def _post(self, event: Event) -> None:
        """In the thread of a tool. There is no volume to change."""
        log.event(event)
        if isinstance(event, Announcement):
            if self._announce is not None:
                self._announce(event.text)
        elif isinstance(event, Notice):
            self._notice(event.text)

    def _run(self, calls: tuple[ToolCall, ...]) -> Sequence[ToolResult] | None:
        assert self._runner is not None
        batch = self._runner.run(calls, self._settings.tools.deadline_s, reply=self._turn, committed=True)
        while not batch.wait(LOOK_S):
            if self._stopped.is_set():
                self._stopped_calls.append((self._turn, calls, batch))
                self._note_stopped_calls()
                return None
        for result in batch.results:
            self._tool_finished(result)
        return batch.results

    def _note_stopped_calls(self) -> None:
        """Let the model know what has come of them so far: what was done once must not be done again."""
        assert self._conversation is not None
        unfinished = [stopped for stopped in self._stopped_calls if not stopped[2].finished.is_set()]
        for turn, calls, batch in self._stopped_calls:
            self._conversation.note_tools(turn, calls, batch.results)
        self._stopped_calls = unfinished


def _too_long(length: str, most: str) -> LocalvoiceError:
    return LocalvoiceError(
        f"The question is too long: it has {length}; the limit is {most}.",
        "Shorten it, or raise chat.context_tokens if the model was made for more.",
    )


def ask(text: str, settings: Settings | None = None) -> str:
    """The answer to one question, tools used as in a conversation.

    Raises CannotSpeak when there is neither a word nor a number in `text`, ModelError, CatalogError, SettingsError.
    """
    with Chat(settings) as chat:
        return "".join(chat.ask(text)).strip()
