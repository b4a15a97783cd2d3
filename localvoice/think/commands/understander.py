"""What understands the commands of a language, for the tools that there are."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from localvoice.think.commands.answered import with_answer
from localvoice.think.commands.courtesies import Courtesies
from localvoice.think.commands.house_intents import HouseIntents
from localvoice.think.commands.own import OwnSentences
from localvoice.think.commands.said import Said, said, sentences
from localvoice.think.commands.sentence_file import Command, Language, read
from localvoice.think.commands.sounds import variants
from localvoice.think.commands.template import parsed
from localvoice.think.commands.understood import Understand, Understood
from localvoice.think.commands.wishes import Found, Wishes
from localvoice.think.history import Turn
from localvoice.think.tools.registry import Registry

MOST_WORDS, MOST_CHARACTERS = 50, 500
"""Of a command. What is longer is a story."""


def understander(registry: Registry, language: str) -> Understand:
    """What understands the commands of a language for the tools of `registry`, loaded and warm (0.2 to 1.5 s).

    `language` is a code such as "en" or "pt-BR". In one that neither we nor home-assistant-intents have sentences for,
    only those that tools bring are understood.
    """
    commands = Commands(registry, language)
    return commands.understand


@contextmanager
def in_background(registry: Registry, language: str) -> Iterator[Callable[[], Understand]]:
    """As `understander`, meanwhile, in a thread of its own; the function waits for it."""
    with ThreadPoolExecutor(1, "commands") as thread:
        yield thread.submit(understander, registry, language).result


class Commands:
    """All sentences of a language for the tools that there are."""

    def __init__(self, registry: Registry, language: str) -> None:
        code = language.lower()
        self._language: Language = read(code.partition("-")[0])
        self._own = OwnSentences(registry, self._language)
        self._house = HouseIntents(registry, code, self._language)
        self._courtesies = Courtesies(self._language)
        parsed.cache_clear()
        self._questions = frozenset(command.say for command in self._language.commands if command.asks)

    def understand(self, text: str, turns: Sequence[Turn]) -> Understood | None:
        """What `text` asks for; None if it is not wholly a command, or several."""
        if len(text) > MOST_CHARACTERS:
            return None
        if turns and turns[-1].reply in self._questions:
            answer = self._courtesies.stripped(said(self._courtesies.without_fillers(text))).text
            for whole in with_answer(turns[-1].user, answer, self._language.answers):
                understood = self._as_written(whole, turns)
                if understood is not None and understood.calls:
                    return understood
        if (understood := self._as_written(text, turns)) is not None:
            return understood
        for meant, tools in variants(text, self._language.sounds):
            understood = self._as_written(meant, turns)
            if understood is not None and understood.calls and {call.name for call in understood.calls} <= tools:
                return understood
        return None

    def _as_written(self, text: str, turns: Sequence[Turn]) -> Understood | None:
        text = self._courtesies.without_fillers(text)
        whole = said(text)
        if not whole.text or len(whole.starts) > MOST_WORDS:
            return None
        # A transcriber that has little to read may write a sentence twice; nobody says one twice and means two.
        parts = list({said(piece).text: piece for piece in reversed(sentences(text))}.values())[::-1]
        text = " ".join(parts)
        parts = [piece for piece in parts if self._courtesies.stripped(said(piece)).text]

        def look_up(words: Said, second: bool) -> Found | None:
            return self._look_up(words, turns, second)

        understood = Wishes(look_up, self._language.joiners).of(text, parts)
        if understood is None and self._language.commands:
            # Few that ours have not; so they are asked once, not for every part.
            understood = self._house.find(self._courtesies.stripped(said(text)).text)
        return understood

    def _look_up(self, whole: Said, turns: Sequence[Turn], second: bool) -> Found | None:
        """One wish. It is sought without courtesies first: "please" is no part of a name."""
        simple = self._courtesies.stripped(whole, before=False)
        bare = self._courtesies.stripped(whole)
        for text, each in {each.text: each for each in (bare, simple, whole) if each.text}.items():
            asked = each is bare and text != simple.text

            def allowed(command: Command, asked: bool = asked) -> bool:
                fits = not command.first if second else not command.also
                return fits and not (asked and command.bare)

            if found := self._own.find(each, turns, allowed):
                return found
        if self._language.commands:
            return None
        understood = self._house.find(bare.text)
        return Found(understood) if understood else None
