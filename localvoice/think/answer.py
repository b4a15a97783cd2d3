"""How an answer comes about: a command is done at once; for the rest words, the calls of tools, their results, words.

Written once, for everybody who wants an answer: the conversation that is spoken, `ask`, and whatever serves others.
"""

from collections.abc import Callable, Iterator, Sequence

from localvoice.think.commands.understood import Understood
from localvoice.think.conversation import Conversation
from localvoice.think.history import joined
from localvoice.think.messages import TextDelta, ToolCall, ToolCalls, ToolResult
from localvoice.think.tools.words import as_sentence

Run = Callable[[tuple[ToolCall, ...]], Sequence[ToolResult] | None]
"""Carries out calls; one result for each, in any order, or None when the answer is no longer wanted."""

COULD_NOT = "I couldn't do that."


def answer(
    conversation: Conversation, text: str, run: Run, stop: Callable[[], bool] = lambda: False, *, turn: int = 0
) -> Iterator[TextDelta | ToolCalls]:
    """The answer to `text` as turn `turn`, piece by piece; what is called is yielded before `run` is asked.

    `stop()` is asked between tokens and before tools run; when it says so the iterator simply ends. The turn stays a
    draft of `conversation` until its `commit(turn)`.
    """
    understood = conversation.understand(text)
    if understood is None:
        return _of_model(conversation, text, run, stop, turn)
    return _of_command(conversation, text, understood, run, stop, turn)


def _of_command(
    conversation: Conversation, text: str, understood: Understood, run: Run, stop: Callable[[], bool], turn: int
) -> Iterator[TextDelta | ToolCalls]:
    calls = conversation.command(text, understood.calls, turn=turn)
    results: Sequence[ToolResult] = ()
    said = understood.say
    if calls.calls:
        yield calls
        came = None if stop() else run(calls.calls)
        if came is None:
            return
        results = came
        said = joined(dict.fromkeys(_sentence(result) for result in _in_order(calls, results)))
    conversation.close(results, said)
    if said:
        yield TextDelta(said)


def _of_model(
    conversation: Conversation, text: str, run: Run, stop: Callable[[], bool], turn: int
) -> Iterator[TextDelta | ToolCalls]:
    pieces = conversation.reply(text, stop, turn=turn)
    while True:
        calls: ToolCalls | None = None
        for piece in pieces:
            if isinstance(piece, ToolCalls):
                calls = piece
            yield piece
        if calls is None or stop():
            return
        results = run(calls.calls)
        if results is None:
            return
        if all(result.say for result in results):
            # The tools have said it all, in words that are right; a model could only spoil them.
            said = joined(result.say for result in _in_order(calls, results))
            conversation.close(results, said)
            yield TextDelta(said)
            return
        pieces = conversation.answer_tools(results, stop)


def _in_order(calls: ToolCalls, results: Sequence[ToolResult]) -> list[ToolResult]:
    by_id = {result.call.id: result for result in results}
    return [by_id[call.id] for call in calls.calls if call.id in by_id]


def _sentence(result: ToolResult) -> str:
    """What is said of a result where no model finds the words."""
    if result.say:
        return result.say
    return as_sentence(result.text) if result.ok else COULD_NOT
