"""The sentences of a language: sentences/CODE.toml and CODE_*.toml beside this file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from localvoice.think.commands.goods import Goods
from localvoice.think.commands.kinds import Words
from localvoice.think.commands.sounds import Sound
from localvoice.think.messages import Json

FOLDER = Path(__file__).parent / "sentences"


@dataclass(frozen=True, slots=True)
class Command:
    """Templates and what they ask for: a call of `tool` with the slots and `arguments`, or words to say. In an argument
    "{slot}" is what stands in that slot.

    bare: only said alone, without "could you".
    also: only as the second of two wishes: "and another one for ten minutes". first: not as the second.
    again: says the last reply again. asks: what is said is a question, for the end of the sentence.
    unless: not if the turn before called one of these tools; then "it" is what that was about.
    follows: only if a turn before called one of these tools; with `same`, with the same value of that argument.
    """

    templates: tuple[str, ...]
    tool: str = ""
    arguments: Mapping[str, Json] = field(default_factory=dict)
    say: str = ""
    bare: bool = False
    also: bool = False
    first: bool = False
    again: bool = False
    asks: bool = False
    follows: tuple[str, ...] = ()
    same: str = ""
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """`before` and `after` are phrases that may stand around a wish, `openers` those before it that even "stop" may
    have, `fillers` words that may stand anywhere, `joiners` what stands between two wishes, `answers` what stands
    before a time or a day. `house` are more sentences for intents of home-assistant-intents.
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
    answers: tuple[str, ...] = ()
    house: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sounds: tuple[Sound, ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Words that transcribers write otherwise than those templates have them."""


@cache
def read(code: str) -> Language:
    """The sentences of a language; none at all if we have no file for it."""
    data: dict[str, Any] = {}
    for file in (FOLDER / f"{code}.toml", *sorted(FOLDER.glob(f"{code}_*.toml"))):
        if file.exists():
            _join(data, tomllib.loads(file.read_text(encoding="utf-8")))
    goods = _goods(data.get("goods", {}))
    around = data.get("around", {})
    return Language(
        tuple(map(_command, data.get("command", ()))),
        data.get("rules", {}),
        _texts(data.get("phrases", {})),
        _words(data.get("words", {}), goods),
        house=_texts(data.get("house", {})),
        sounds=tuple(map(_sound, data.get("sound", ()))),
        spellings=data.get("spellings", {}),
        **{name: tuple(around.get(name, ())) for name in _AROUND},
    )


_AROUND = ("fillers", "openers", "before", "after", "joiners", "answers")


def _texts(data: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(texts) for name, texts in data.items()}


def _join(data: dict[str, Any], more: dict[str, Any]) -> None:
    """Put what another file has to what is there: lists grow, tables are joined."""
    for name, value in more.items():
        if isinstance(value, dict):
            _join(data.setdefault(name, {}), value)
        elif isinstance(value, list):
            data[name] = [*data.get(name, ()), *value]
        else:
            data[name] = value


def _goods(data: dict[str, Any]) -> Goods:
    plural, mass, whole, measures, adjectives, amounts, one = (
        frozenset(data.get(name, ()))
        for name in ("plural", "mass", "whole", "measures", "adjectives", "amounts", "one")
    )
    heard = {each: meant for meant, texts in data.get("heard", {}).items() for each in texts}
    return Goods(plural, mass, whole, measures, adjectives, heard, amounts, one)


def _sound(data: dict[str, Any]) -> Sound:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(data.get(name, ()))

    return Sound(
        tuple(data["heard"]),
        data["meant"],
        texts("tools"),
        data.get("first", False),
        frozenset(texts("beside")),
        frozenset(texts("before")),
    )


def _words(data: dict[str, list[str]], goods: Goods) -> Words:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(sorted(data.get(name, ()), key=len, reverse=True))

    return Words(
        and_words=texts("and"),
        articles=texts("articles"),
        never=frozenset(texts("never")),
        never_first=frozenset(texts("never_first")),
        never_last=frozenset(texts("never_last")),
        never_ends=frozenset(texts("never_ends")),
        never_goods=frozenset(texts("never_goods")),
        operators=texts("operators"),
        before_numbers=texts("before_numbers"),
        after_numbers=texts("after_numbers"),
        orders=texts("orders"),
        more=frozenset(texts("more")),
        compound=texts("compound"),
        feet_inches=texts("feet_inches"),
        cooked=frozenset(texts("cooked")),
        goods=goods,
    )


def _command(data: dict[str, Any]) -> Command:
    return Command(
        tuple(data["sentences"]),
        data.get("tool", ""),
        data.get("arguments", {}),
        data.get("say", ""),
        data.get("bare", False),
        data.get("also", False),
        data.get("first", False),
        data.get("again", False),
        data.get("asks", False),
        tuple(data.get("follows", ())),
        data.get("same", ""),
        tuple(data.get("unless", ())),
    )
