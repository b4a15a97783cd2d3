"""How an answer comes about: a command is done at once; for the rest words, the calls of tools, their results, words.

Written once, for everybody who wants an answer: the conversation that is spoken, `ask`, and whatever serves others.
What cannot be undone is asked about first, and no sentence of a model leaves here that claims what no tool has done.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from localvoice.think.claims import Claim, Deed
from localvoice.think.commands.understood import UNDO, Understood
from localvoice.think.conversation import GAVE_UP, Conversation
from localvoice.think.history import joined
from localvoice.think.messages import TextDelta, ToolCall, ToolCalls, ToolResult
from localvoice.think.tools.attempt import TOO_LONG
from localvoice.think.tools.words import as_sentence
from localvoice.think.truth import Clauses, Sentences, Truth, cut

Run = Callable[[tuple[ToolCall, ...]], Sequence[ToolResult] | None]
"""Carries out calls; one result for each, in any order, or None when the answer is no longer wanted."""
Question = Callable[[ToolCall], str]
"""What has to be asked, and answered with yes, before a call is made; "" where nothing has to be."""

COULD_NOT = "I couldn't do that."
TOOK_TOO_LONG = "That took too long."
"""Of a call that runs on after its deadline; whether it will be done yet nobody knows."""
CANNOT = "I can't do that."
NOTE = "(Nothing has been done yet. If one of these does it, call it now: {tools}. If none does, say that you can't.)"


def no_question(call: ToolCall) -> str:
    """Asks before no call."""
    return ""


@dataclass(slots=True)
class Answering:
    """What the answer to one turn needs, and what has come of it so far."""

    conversation: Conversation
    text: str
    run: Run
    stop: Callable[[], bool]
    turn: int
    question: Question
    clauses: Clauses
    results: list[ToolResult] = field(default_factory=list)
    """Of the model's calls so far."""
    said: str = ""
    """Of the model's words: what was let go."""


def answer(
    conversation: Conversation,
    text: str,
    run: Run,
    stop: Callable[[], bool] = lambda: False,
    *,
    turn: int = 0,
    question: Question = no_question,
    clauses: Clauses | None = None,
) -> Iterator[TextDelta | ToolCalls]:
    """The answer to `text` as turn `turn`, piece by piece; what is called is yielded before `run` is asked.

    Each piece of words is what one clause of `clauses` was made of, white space included; by default a sentence.
    `stop()` is asked between tokens and before tools run; when it says so the iterator simply ends. The turn stays a
    draft of `conversation` until its `commit(turn)`.
    """
    that = Answering(conversation, text, run, stop, turn, question, clauses or Sentences())
    understood = conversation.understand(text)
    return _of_model(that) if understood is None else _of_command(that, understood)


def _of_command(that: Answering, understood: Understood) -> Iterator[TextDelta | ToolCalls]:
    conversation = that.conversation
    calls = conversation.command(that.text, understood.calls, turn=that.turn)
    asked = "" if understood.confirmed else _questions(that, calls)
    if asked:
        conversation.ask(calls.calls, asked)
        yield from _spoken(that, asked)
        return
    results: list[ToolResult] = []
    for group in _one_after_the_other(calls):
        if any(not result.ok for result in results):
            # What was to be corrected still stands; to do the rest as well would be to do it twice.
            break
        yield group
        came = None if that.stop() else that.run(group.calls)
        if came is None:
            # What was taken back before it was stopped is known to be.
            conversation.close(results, "")
            return
        results += _in_order(group, came)
    said = _said(results, understood.say)
    conversation.close(results, said)
    yield from _spoken(that, said)


def _one_after_the_other(calls: ToolCalls) -> list[ToolCalls]:
    """What is taken back is taken back before anything else is done; all the rest is done together."""
    undos = tuple(call for call in calls.calls if call.name == UNDO)
    rest = tuple(call for call in calls.calls if call.name != UNDO)
    return [ToolCalls(group) for group in (undos, rest) if group]


def _said(results: Sequence[ToolResult], say: str) -> str:
    """What a command says: what its tools say, `say` if they have no words of their own and all went well."""
    if not results:
        return say
    told = [result for result in results if result.call.name != UNDO or not result.ok] or results
    if say and all(result.ok for result in results) and not all(result.say for result in told):
        return say
    return joined(dict.fromkeys(map(_sentence, told)))


def _of_model(that: Answering) -> Iterator[TextDelta | ToolCalls]:
    conversation, stop = that.conversation, that.stop
    pieces = conversation.reply(that.text, stop, turn=that.turn)
    tried_again = False
    while True:
        truth = Truth(that.text, that.clauses, _deeds(that), _earlier(conversation))
        calls = yield from _one_round(that, pieces, truth)
        if stop():
            return
        if calls is None:
            if not truth.claimed:
                return
            names = conversation.callable_names
            if tried_again or that.said or that.results or not names:
                yield from _instead(that, truth)
                return
            tried_again = True
            pieces = conversation.again(NOTE.format(tools=", ".join(names)), that.said, stop)
            continue
        if asked := _questions(that, calls):
            conversation.ask(calls.calls, asked)
            yield from _spoken(that, asked)
            return
        yield calls
        results = None if stop() else that.run(calls.calls)
        if results is None:
            return
        that.results += _in_order(calls, results)
        if all(result.say for result in results):
            # The tools have said it all, in words that are right; a model could only spoil them.
            said = joined(result.say for result in _in_order(calls, results))
            conversation.close(results, said)
            yield from _spoken(that, said)
            return
        pieces = conversation.answer_tools(results, stop)


def _one_round(
    that: Answering, pieces: Iterable[TextDelta | ToolCalls], truth: Truth
) -> Generator[TextDelta, None, ToolCalls | None]:
    """The words of one round of the model, as far as they are true; returns what it calls."""
    calls: ToolCalls | None = None
    # What was said in front of the calls stands for itself.
    gap = " " if that.said.strip() else ""
    try:
        for piece in pieces:
            if isinstance(piece, ToolCalls):
                calls = piece
                break
            if piece.text == GAVE_UP and that.results:
                # Something was done; that nothing came of it would be as wrong as a claim.
                truth.claimed = Claim.DONE
                break
            for text in truth.feed(piece.text):
                yield _let_go(that, gap + text)
                gap = ""
            if truth.claimed and not that.conversation.callable_names:
                # No call can follow that would make it true.
                break
        stopped = that.stop()
        for text in () if stopped else truth.finish():
            yield _let_go(that, gap + text)
            gap = ""
    finally:
        if truth.holds:
            # What was held back when it was stopped; or a promise in front of the call that keeps it: what comes of the
            # call is said better behind it.
            that.conversation.heard(that.turn, that.said)
    return None if stopped else calls


def _let_go(that: Answering, text: str) -> TextDelta:
    that.said += text
    return TextDelta(text)


def _instead(that: Answering, truth: Truth) -> Iterator[TextDelta]:
    """Ends a reply in which the model claimed what was not done."""
    that.conversation.heard(that.turn, that.said)
    if truth.let_go and that.results:
        # What was done has been said.
        return
    said = joined(dict.fromkeys(map(_sentence, that.results))) or CANNOT
    that.conversation.close((), f" {said}" if that.said.strip() else said)
    yield from _spoken(that, said)


def _spoken(that: Answering, text: str) -> Iterator[TextDelta]:
    """What no model wrote, behind what it wrote, in the same pieces."""
    text = f" {text}" if that.said.strip() else text
    yield from map(TextDelta, cut(text, that.clauses))


def _questions(that: Answering, calls: ToolCalls) -> str:
    return joined(dict.fromkeys(map(that.question, calls.calls)))


def _deeds(that: Answering) -> list[Deed]:
    return [Deed(result.call, result.text) for result in that.results if result.ok]


def _earlier(conversation: Conversation) -> list[Deed]:
    return [
        Deed(call, text)
        for turn in conversation.turns
        if turn.committed
        for call, text in turn.outcomes
        if not text.startswith("error:")
    ]


def _in_order(calls: ToolCalls, results: Sequence[ToolResult]) -> list[ToolResult]:
    by_id = {result.call.id: result for result in results}
    return [by_id[call.id] for call in calls.calls if call.id in by_id]


def _sentence(result: ToolResult) -> str:
    """What is said of a result where no model finds the words."""
    if result.say:
        return result.say
    if result.text == TOO_LONG:
        return TOOK_TOO_LONG
    return as_sentence(result.text) if result.ok else COULD_NOT
