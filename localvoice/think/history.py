"""What was said: turns, each with what the user said, what tools did and what of the reply was heard. Pure data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from localvoice.think.messages import Message, ToolCall, ToolResult


@dataclass(slots=True)
class Turn:
    """`steps` are the assistant's messages and the tools' results, in order. A call stands there only with its
    result."""

    number: int
    user: str
    steps: list[Message] = field(default_factory=list)
    committed: bool = False
    asked: tuple[ToolCall, ...] = ()
    """Calls that are made if the question at the end of the reply is answered with yes."""
    asked_after_words: int = 0
    """Where that question begins in the reply."""
    silent: bool = False
    """It was answered, with silence: the model sees nothing of it, or it would take it for a beginning of the next."""
    note: str = ""
    """Said to the model behind what the user said, while it answers; nobody said it."""

    @property
    def reply(self) -> str:
        """All that the assistant said in this turn."""
        return joined(step.content for step in self.steps if step.role == "assistant")

    @property
    def open_question(self) -> tuple[ToolCall, ...]:
        """The calls that wait for a yes. Nobody answers a question of which not a word was heard."""
        return self.asked if len(self.reply.split()) > self.asked_after_words else ()

    @property
    def outcomes(self) -> list[tuple[ToolCall, str]]:
        """Every call with the text of its result, in order."""
        out: list[tuple[ToolCall, str]] = []
        awaited: list[ToolCall] = []
        for step in self.steps:
            awaited += step.calls
            if step.role == "tool" and awaited:
                out.append((awaited.pop(0), step.content))
        return out

    def ask(self, calls: Sequence[ToolCall], question: str) -> None:
        """End the reply with a question; `calls` wait for its answer."""
        self.asked, self.asked_after_words = tuple(calls), len(self.reply.split())
        self.say(f" {question}" if self.reply else question)

    def say(self, text: str) -> None:
        """Add to what the assistant says at the end of the turn."""
        if self.steps and self.steps[-1].role == "assistant" and not self.steps[-1].calls:
            self.steps[-1] = Message("assistant", self.steps[-1].content + text)
        else:
            self.steps.append(Message("assistant", text))

    def note_tools(self, calls: Sequence[ToolCall], results: Sequence[ToolResult]) -> None:
        """Add calls and what came of them; what is noted already is not noted again.

        Words that the assistant said before the calls, in the same breath, join their message.
        """
        known = {call.id for step in self.steps for call in step.calls}
        by_call = {result.call.id: result for result in results}
        fresh = [call for call in calls if call.id not in known and call.id in by_call]
        if not fresh:
            return
        said = ""
        if self.steps and self.steps[-1].role == "assistant" and not self.steps[-1].calls:
            said = self.steps.pop().content
        self.steps.append(Message("assistant", said, tuple(fresh)))
        self.steps += [Message("tool", by_call[call.id].text, name=call.name) for call in fresh]

    def cut_to(self, heard: str) -> None:
        """Forget what the user did not hear. What tools did stays: it happened.

        `heard` is the beginning of the reply, give or take white space; if it is not, it stands for the whole reply.
        """
        reply_words, heard_words = self.reply.split(), heard.split()
        if reply_words[: len(heard_words)] != heard_words:
            self.steps = [Message(s.role, "", s.calls, s.name) if s.role == "assistant" else s for s in self.steps]
            self.steps = [step for step in self.steps if step.role == "tool" or step.calls]
            if heard_words:
                self.say(" ".join(heard_words))
            return
        left = len(heard_words)
        kept: list[Message] = []
        for step in self.steps:
            if step.role != "assistant":
                kept.append(step)
                continue
            words = step.content.split()
            content = step.content if left >= len(words) else _first_words(step.content, left)
            left -= min(left, len(words))
            if content or step.calls:
                kept.append(Message("assistant", content, step.calls))
        self.steps = kept


def joined(texts: Iterable[str]) -> str:
    return " ".join(stripped for text in texts if (stripped := text.strip()))


def messages(turns: Sequence[Turn], system: str, *, with_tools: bool = True) -> list[Message]:
    """The chat that the model sees. A turn to which nothing was answered runs into the next one.

    Without `with_tools`, for a model whose template has no place for them, only what was said stands there.
    """
    out = [Message("system", system)]
    unanswered = ""
    for turn in turns:
        out.append(Message("user", joined([unanswered, turn.user, turn.note])))
        steps = turn.steps if with_tools else _words(turn)
        out += steps
        unanswered = "" if steps else out.pop().content
    if unanswered:
        out.append(Message("user", unanswered))
    return out


def _words(turn: Turn) -> list[Message]:
    """What the assistant said, in one message: templates want the two to take turns."""
    return [Message("assistant", turn.reply)] if turn.reply else []


def as_dicts(chat: Sequence[Message]) -> list[dict[str, Any]]:
    """As chat templates want them."""
    out: list[dict[str, Any]] = []
    awaited: list[ToolCall] = []
    for message in chat:
        entry: dict[str, Any] = {"role": message.role, "content": message.content.strip()}
        if message.calls:
            awaited = list(message.calls)
            entry["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in message.calls
            ]
        if message.role == "tool":
            entry["name"] = message.name
            if awaited:
                entry["tool_call_id"] = awaited.pop(0).id
        out.append(entry)
    return out


def _first_words(text: str, count: int) -> str:
    """The first `count` words with the white space between them as it was."""
    at = 0
    for word in text.split()[:count]:
        at = text.index(word, at) + len(word)
    return text[:at]
