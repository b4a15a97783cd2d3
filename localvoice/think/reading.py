"""What the writer asks of whatever tells words from calls and thoughts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from localvoice.engines.chat.chat_format import ChatFormat
from localvoice.think.leaks import StopTexts
from localvoice.think.messages import TextDelta, ToolCall
from localvoice.think.tools.spec import Schema
from localvoice.think.tools.stream import CallReader


@dataclass(slots=True)
class Reader:
    """A CallReader that knows of thoughts that the prompt has opened, and of texts that end a reply."""

    format: ChatFormat
    first_id: int = 1
    in_thought: bool = False
    """Whether what is written now is a thought."""
    tools: Sequence[Schema] = ()
    _calls: CallReader = field(init=False)
    _stops: StopTexts = field(init=False)
    _raw: str = ""

    def __post_init__(self) -> None:
        self._calls, self._stops = CallReader(first_id=self.first_id), StopTexts(self.format.ends)
        if self.in_thought:
            self._calls.feed(self.format.thought[0])

    @property
    def ended(self) -> bool:
        """Whether the model has written what ends its turn, as text."""
        return self._stops.ended

    def awaits(self, text: str) -> bool:
        """Whether a token with this text goes on here, even if the vocabulary says that it ends a turn."""
        return self.in_thought and text == self.format.thought[1]

    def feed(self, text: str) -> list[TextDelta | ToolCall]:
        opener, closer = self.format.thought
        self._raw += text
        at = (self._raw.rfind(opener), self._raw.rfind(closer)) if opener else (-1, -1)
        if max(at) >= 0:
            self.in_thought = at[0] > at[1]
        return self._calls.feed(text if self.in_thought else self._stops.feed(text))

    def finish(self, *, cut: bool = False) -> list[TextDelta | ToolCall]:
        return [*self._calls.feed(self._stops.finish()), *self._calls.finish(cut=cut)]
