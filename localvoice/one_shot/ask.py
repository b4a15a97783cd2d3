"""Questions in writing, with the same model and tools as a conversation."""

from collections.abc import Callable, Iterator, Sequence

from localvoice.config import Settings
from localvoice.errors import CannotSpeak
from localvoice.events import Announcement, Event
from localvoice.think.answer import answer
from localvoice.think.conversation import Conversation
from localvoice.think.messages import TextDelta, ToolCall, ToolResult
from localvoice.think.tools.runner import ToolRunner


class Chat:
    """A conversation in writing: `ask` as often as you like; it remembers what was said. `load()` saves the first wait.

    It belongs to one thread. `announce(sentence)` is told what a tool says unasked (a timer that rings, from the
    timers' thread), `notice(sentence)` what a person should know about how the model runs here, and
    `tool_finished(result)` what came of each call.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        announce: Callable[[str], None] = lambda sentence: None,
        notice: Callable[[str], None] = lambda sentence: None,
        tool_finished: Callable[[ToolResult], None] = lambda result: None,
    ) -> None:
        self._settings = settings or Settings()
        self._announce = announce
        self._notice = notice
        self._tool_finished = tool_finished
        self._conversation: Conversation | None = None
        self._runner: ToolRunner | None = None
        self._turn = 0

    def load(self) -> "Chat":
        """Open the model and the tools. Raises ModelError, CatalogError, SettingsError."""
        from localvoice.turn.build import load_conversation

        self._conversation, self._runner, engine = load_conversation(self._settings, self._post)
        if engine.notice:
            self._notice(engine.notice)
        return self

    def close(self) -> None:
        """End what tools have running: timers no longer ring."""
        if self._runner is not None:
            self._runner.close()

    def __enter__(self) -> "Chat":
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def ask(self, text: str) -> Iterator[str]:
        """The answer to `text`, piece by piece. Raises CannotSpeak when there is neither a word nor a number in it."""
        # Of a picture or a dash alone the model would make something up.
        if not any(character.isalnum() for character in text):
            raise CannotSpeak(
                "There is no question in it, no word and no number.",
                'Give one, as in: localvoice ask "What time is it?"',
            )
        if self._conversation is None:
            self.load()
        assert self._conversation is not None
        self._turn += 1
        for piece in answer(self._conversation, text, self._run, turn=self._turn):
            if isinstance(piece, TextDelta):
                yield piece.text
        self._conversation.commit(self._turn)

    def _post(self, event: Event) -> None:
        """In the thread of a tool. There is no volume to change."""
        if isinstance(event, Announcement):
            self._announce(event.text)

    def _run(self, calls: tuple[ToolCall, ...]) -> Sequence[ToolResult]:
        assert self._runner is not None
        batch = self._runner.run(calls, self._settings.tools.deadline_s, turn=self._turn, committed=True)
        batch.wait()
        for result in batch.results:
            self._tool_finished(result)
        return batch.results


def ask(text: str, settings: Settings | None = None) -> str:
    """The answer to one question, tools used as in a conversation.

    Raises CannotSpeak when there is neither a word nor a number in `text`, ModelError, CatalogError, SettingsError.
    """
    with Chat(settings) as chat:
        return "".join(chat.ask(text)).strip()
