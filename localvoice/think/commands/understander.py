"""From what is said to what it asks for: courtesies taken off, two wishes taken apart, each looked up."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from localvoice.think.commands.house_intents import HouseIntents
from localvoice.think.commands.own import Found, OwnSentences
from localvoice.think.commands.said import Said, said, sentences
from localvoice.think.commands.sentence_file import Command, Language, read
from localvoice.think.commands.understood import Understand, Understood
from localvoice.think.history import Turn
from localvoice.think.tools.registry import Registry

MOST_WORDS = 50
"""Of a command. What is longer is a story."""
MOST_WISHES = 4
LONGEST_COURTESY_WORDS = 8


def understander(registry: Registry, language: str) -> Understand:
    """What understands the commands of a language for the tools of `registry`, loaded and warm (0.2 to 1.5 s).

    `language` is a code such as "en" or "pt-BR". In one that neither we nor home-assistant-intents have sentences for,
    only those that tools bring are understood.
    """
    commands = Commands(registry, language)
    return commands.understand


def in_background(registry: Registry, language: str) -> Callable[[], Understand]:
    """As `understander`, in a thread of its own; the result waits for it."""
    with_thread = ThreadPoolExecutor(1, "commands")
    future: Future[Understand] = with_thread.submit(understander, registry, language)
    with_thread.shutdown(wait=False)
    return future.result


class Commands:
    """All sentences of a language for the tools that there are."""

    def __init__(self, registry: Registry, language: str) -> None:
        code = language.lower()
        self._language: Language = read(code.partition("-")[0])
        self._own = OwnSentences(registry, self._language)
        self._house = HouseIntents(registry, code, self._language)
        self._courtesies = _Courtesies(self._language)

    def understand(self, text: str, turns: Sequence[Turn]) -> Understood | None:
        """What `text` asks for; None if it is not wholly a command, or several."""
        text = self._courtesies.without_fillers(text)
        whole = said(text)
        if not whole.text or len(whole.starts) > MOST_WORDS:
            return None
        parts = [piece for piece in sentences(text) if self._courtesies.stripped(said(piece)).text]
        if len(parts) > 1 and len(parts) <= MOST_WISHES:
            wishes = [self._wishes(said(part), turns, number > 0) for number, part in enumerate(parts)]
            known = [wish for wish in wishes if wish is not None]
            if len(known) == len(wishes):
                return _together(known)
        found = self._wishes(whole, turns, False)
        if found is None and self._language.commands:
            # Few that ours have not; so they are asked once, not for every part.
            bare = self._courtesies.stripped(whole)
            found = self._house.find(bare.text)
        return found

    def _wishes(self, whole: Said, turns: Sequence[Turn], second: bool, depth: int = 1) -> Understood | None:
        """One wish, or two with "and" between them."""
        found = self._one(whole, turns, second)
        if found is not None and found.swallows:
            return found.understood
        if depth < MOST_WISHES:
            for first, end in self._joints(whole):
                left = self._one(whole.part(0, first), turns, second)
                if left is None or not left.understood.calls or left.swallows:
                    continue
                rest = whole.part(end, len(whole.starts))
                right = self._wishes(rest, turns, True, depth + 1)
                if right is None and found is None:
                    right = self._carried(whole.part(0, first), left.understood, rest, turns)
                if right is not None and right.calls:
                    return _together([left.understood, right])
        return found.understood if found is not None else None

    def _carried(self, before: Said, left: Understood, rest: Said, turns: Sequence[Turn]) -> Understood | None:
        """ "(turn off the light and) the fan": as if the words that began `before`, which asks for `left`, stood before
        `rest` too."""
        for end in range(len(before.starts) - 1, 0, -1):
            whole = said(f"{before.as_written(0, end)} {rest.raw}")
            found = self._one(whole, turns, True)
            if found is not None and [call.name for call in found.understood.calls] == [left.calls[-1].name]:
                return None if found.swallows else found.understood
        return None

    def _one(self, whole: Said, turns: Sequence[Turn], second: bool) -> Found | None:
        """One wish alone. Of what is said without courtesies it is sought first: "please" is no part of a name."""
        simple = self._courtesies.stripped(whole, before=False)
        bare = self._courtesies.stripped(whole)
        seen: list[str] = []
        for each in (bare, simple, whole):
            if not each.text or each.text in seen:
                continue
            seen.append(each.text)
            asked = each.text != simple.text and each is bare

            def allowed(command: Command, asked: bool = asked) -> bool:
                return (second or not command.also) and not (asked and command.bare)

            if found := self._own.find(each, turns, allowed):
                return found
        if self._language.commands:
            return None
        understood = self._house.find(bare.text)
        return Found(understood) if understood else None

    def _joints(self, whole: Said) -> list[tuple[int, int]]:
        """Where a sentence may be taken apart: the first word of "and", and the one after it; also at commas."""
        words = whole.text.split()
        found: list[tuple[int, int]] = []
        for at in range(1, len(words) - 1):
            fits = [phrase.split() for phrase in self._language.joiners]
            lengths = [len(each) for each in fits if words[at : at + len(each)] == each]
            if lengths:
                found.append((at, at + max(lengths)))
            elif whole.raw[whole.spans[at - 1][1] :].startswith(","):
                found.append((at, at))
        return found[:6]


class _Courtesies:
    """Words around a wish that ask for nothing."""

    def __init__(self, language: Language) -> None:
        self._fillers = frozenset(language.fillers)
        self._openers = frozenset(map(str, language.openers))
        self._before = self._openers | frozenset(language.before)
        self._after = frozenset(language.after)

    def without_fillers(self, text: str) -> str:
        """`text` without "um" and "uh"."""
        kept = [word for word in text.split() if said(word).text not in self._fillers]
        return " ".join(kept)

    def stripped(self, whole: Said, before: bool = True) -> Said:
        """Without courtesies at both ends; of those before it, only what calls for attention unless `before`."""
        words = whole.text.split()
        first, end = _first(words, self._before if before else self._openers), len(words)
        while longest := next((n for n in _lengths(end - first) if " ".join(words[end - n : end]) in self._after), 0):
            end -= longest
        return whole if (first, end) == (0, len(words)) else whole.part(first, end)


def _first(words: list[str], phrases: frozenset[str]) -> int:
    """Where the words begin that are in no phrase of `phrases` at the front."""
    at = 0
    while longest := next((n for n in _lengths(len(words) - at) if " ".join(words[at : at + n]) in phrases), 0):
        at += longest
    return at


def _lengths(most: int) -> range:
    return range(min(LONGEST_COURTESY_WORDS, most), 0, -1)


def _together(wishes: Sequence[Understood]) -> Understood | None:
    """Several as one: their calls in order; words alone only where there is nothing else."""
    calls = tuple(call for wish in wishes for call in wish.calls)
    return Understood(calls) if calls else wishes[-1]
