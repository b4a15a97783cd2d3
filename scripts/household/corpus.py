"""The household requests of tests/data/household, as data."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

FOLDER = Path(__file__).parents[2] / "tests" / "data" / "household"
EFFECTS = ("timers", "alarms", "reminders", "list", "devices", "volume", "order", "said", "quiet")


@dataclass(frozen=True, slots=True)
class Given:
    """A request that was made and done before."""

    says: str
    call: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """`id` is its place in the file: "012.3". `effect` is as requests.toml describes it."""

    id: str
    intent: str
    says: str
    given: tuple[Given, ...] = ()
    effect: dict[str, Any] = field(default_factory=dict)
    held_out: bool = False


@cache
def requests() -> tuple[Request, ...]:
    """All of them, in order. Raises ValueError if one says or wants nothing, or has a key that is unknown."""
    tree = tomllib.loads((FOLDER / "requests.toml").read_text(encoding="utf-8"))
    given = {name: Given(**one) for name, one in tree["given"].items()}
    found = []
    for number, base in enumerate(tree["base"], 1):
        for place, one in enumerate(base["requests"], 1):
            effect = {key: value for key, value in one.items() if key in EFFECTS}
            strange = set(one) - set(effect) - {"says", "given", "held_out"}
            if strange or not effect or not one["says"]:
                raise ValueError(f"requests.toml, {base['intent']}, {one['says']!r}: {strange or 'it wants nothing'}")
            before = tuple(given[name] for name in one.get("given", base.get("given", ())))
            held_out = one.get("held_out", False)
            found.append(Request(f"{number:03}.{place}", base["intent"], one["says"], before, effect, held_out))
    return tuple(found)


def one_in(step: int) -> list[Request]:
    """A sample of one request in so many, always the same one, with its share of those that are held out."""
    draw = Random(step)
    parts = ([one for one in requests() if one.held_out == held_out] for held_out in (False, True))
    chosen = {one.id for part in parts for one in draw.sample(part, round(len(part) / step))}
    return [one for one in requests() if one.id in chosen]


@cache
def not_commands() -> tuple[str, ...]:
    """Small talk and questions, none of which asks for what a tool does."""
    return _lines("not_commands.txt")


def _lines(name: str) -> tuple[str, ...]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
