"""The sentences of a language: sentences/CODE.toml beside this file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from localvoice.think.commands.kinds import Words
from localvoice.think.messages import Json

FOLDER = Path(__file__).parent / "sentences"


@dataclass(frozen=True, slots=True)
class Command:
    """Templates and what they ask for: a call of `tool` with the slots and `arguments`, or words to say.

    bare: only said alone, without "could you".
    also: only as the second of two wishes: "and another one for ten minutes".
    again: says the last reply again.
    """

    templates: tuple[str, ...]
    tool: str = ""
    arguments: Mapping[str, Json] = field(default_factory=dict)
    say: str = ""
    bare: bool = False
    also: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """`before` and `after` are phrases that may stand around a wish, `openers` those before it that even "stop" may
    have, `fillers` words that may stand anywhere, `joiners` what stands between two wishes. `house` are more sentences
    for intents of home-assistant-intents.
    """

    commands: tuple[Command, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Words = field(default_factory=Words)
    fillers: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    joiners: tuple[str, ...] = ()
    house: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Words that transcribers write otherwise than those templates have them."""


@cache
def read(code: str) -> Language:
    """The sentences of a language; none at all if we have no file for it."""
    file = FOLDER / f"{code}.toml"
    if not file.exists():
        return Language()
    data: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    around = data.get("around", {})
    return Language(
        tuple(map(_command, data.get("command", ()))),
        data.get("rules", {}),
        _texts(data.get("phrases", {})),
        _words(data.get("words", {})),
        house=_texts(data.get("house", {})),
        spellings=data.get("spellings", {}),
        **{name: tuple(around.get(name, ())) for name in _AROUND},
    )


_AROUND = ("fillers", "openers", "before", "after", "joiners")


def _texts(data: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(texts) for name, texts in data.items()}


def _words(data: dict[str, list[str]]) -> Words:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(sorted(data.get(name, ()), key=len, reverse=True))

    return Words(
        and_words=texts("and"),
        articles=texts("articles"),
        never=frozenset(texts("never")),
        never_first=frozenset(texts("never_first")),
        never_last=frozenset(texts("never_last")),
        never_goods=frozenset(texts("never_goods")),
        operators=texts("operators"),
        before_numbers=texts("before_numbers"),
        after_numbers=texts("after_numbers"),
        orders=texts("orders"),
        more=frozenset(texts("more")),
        compound=texts("compound"),
    )


def _command(data: dict[str, Any]) -> Command:
    return Command(
        tuple(data["sentences"]),
        data.get("tool", ""),
        data.get("arguments", {}),
        data.get("say", ""),
        data.get("bare", False),
        data.get("also", False),
        data.get("again", False),
    )
