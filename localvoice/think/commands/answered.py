"""A question for the end of a sentence, and its answer: "set a timer", "for how long?", "ten minutes". Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from localvoice.think.commands import quantities
from localvoice.think.commands.calendar_days import day

MOST_ANSWER_WORDS = 12
_SOME_DAY = date(2024, 1, 1)
"""Whether a text names a day does not depend on what day it is."""


def with_answer(asked: str, answer: str, before: Sequence[str]) -> Iterator[str]:
    """`asked` and how it may go on, where `answer` is a duration, a time, a day, or two of them.

    `before`: words that stand before such an answer, "in", "at".
    """
    words = answer.split()
    if not 0 < len(words) <= MOST_ANSWER_WORDS:
        return
    ends = range(1, len(words))
    if _is_when(words, before) or any(_is_when(words[:at], before) and _is_when(words[at:], before) for at in ends):
        bare = asked.rstrip(" .!?,")
        yield f"{bare} {answer}"
        yield from (f"{bare} {each} {answer}" for each in before if words[0] != each)


def _is_when(words: Sequence[str], before: Sequence[str]) -> bool:
    text = " ".join(words[words[0] in before :])
    return bool(text) and bool(
        quantities.duration_s(text) or quantities.clock_time(text) is not None or day(text, _SOME_DAY) is not None
    )
