"""How an answer comes about: words, the calls of tools, their results, more words.

Written once, for everybody who wants an answer: the conversation that is spoken, `ask`, and whatever serves others.
"""

from collections.abc import Callable, Iterator, Sequence

from localvoice.think.conversation import Conversation
from localvoice.think.messages import TextDelta, ToolCall, ToolCalls, ToolResult

Run = Callable[[tuple[ToolCall, ...]], Sequence[ToolResult] | None]
"""Carries out calls; one result for each, in any order, or None when the answer is no longer wanted."""


def answer(
    conversation: Conversation, text: str, run: Run, stop: Callable[[], bool] = lambda: False, *, turn: int = 0
) -> Iterator[TextDelta | ToolCalls]:
    """The answer to `text` as turn `turn`, piece by piece; what the model calls is yielded before `run` is asked.

    `stop()` is asked between tokens and before tools run; when it says so the iterator simply ends. The turn stays a
    draft of `conversation` until its `commit(turn)`.
    """
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
        pieces = conversation.answer_tools(results, stop)
