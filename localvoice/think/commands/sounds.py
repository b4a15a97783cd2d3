"""Words that a transcriber writes for others that sound alike: "console the timer" is "cancel the timer".

They are tried only where a text is otherwise no command, and hold only where the rest leaves no doubt: as a call of
one of the tools that they are heard for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from localvoice.think.commands.said import Said, said

MOST_VARIANTS = 8
"""Of one text, a few milliseconds each."""
MOST_WORDS = 14
"""Of a text. What is longer is heard well enough, or is a story."""


@dataclass(frozen=True, slots=True)
class Sound:
    """`heard` are the words that are written for `meant`.

    tools: whose calls may come of it. first: only at the beginning. beside: one of these words stands elsewhere in the
    text. before: one of these follows.
    """

    heard: tuple[str, ...]
    meant: str
    tools: tuple[str, ...]
    first: bool = False
    beside: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()


def variants(text: str, sounds: Sequence[Sound]) -> Iterator[tuple[str, frozenset[str]]]:
    """`text` with one or two words as they may have been meant, and the tools that such a text may be for."""
    whole = said(text)
    if len(whole.starts) > MOST_WORDS:
        return
    once = list(_changed(whole, sounds))
    twice = [
        (again, tools & more)
        for changed, tools in once
        for again, more in _changed(said(changed), sounds)
        if tools & more
    ]
    tried = {whole.text}
    for changed, tools in [*once, *twice]:
        if (plain := said(changed).text) not in tried and len(tried) <= MOST_VARIANTS:
            tried.add(plain)
            yield changed, tools


def _changed(whole: Said, sounds: Sequence[Sound]) -> Iterator[tuple[str, frozenset[str]]]:
    padded, words = f" {whole.text} ", whole.text.split()
    for sound in sounds:
        if sound.beside and sound.beside.isdisjoint(words):
            continue
        for heard in sound.heard:
            if f" {heard} " not in padded:
                continue
            first = padded[: padded.index(f" {heard} ")].count(" ")
            end = first + len(heard.split())
            if (sound.first and first) or (sound.before and (end >= len(words) or words[end] not in sound.before)):
                continue
            start, stop = whole.spans[first][0], whole.spans[end - 1][1]
            yield f"{whole.raw[:start]}{sound.meant}{whole.raw[stop:]}", frozenset(sound.tools)
