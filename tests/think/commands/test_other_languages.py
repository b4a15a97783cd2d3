"""Languages that have sentences in home-assistant-intents, or a few of our own."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from localvoice.think.commands.house_intents import code_of
from localvoice.think.commands.understander import understander
from localvoice.think.commands.understood import Understand
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.spec import from_function, tool
from tests.think.commands.final_tools import everything, get_time

DATA: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "data" / "other_languages.toml").read_text(encoding="utf-8")
)
CASES = [(language, text, calls) for language, cases in DATA.items() for text, calls in cases.items()]


@cache
def understand_in(language: str) -> Understand:
    return understander(everything(), language)


@pytest.mark.parametrize(("language", "text", "calls"), CASES)
def test_what_is_said_in_a_language(language: str, text: str, calls: list[Any]) -> None:
    understood = understand_in(language)(text, ())
    found = [[call.name, call.arguments] for call in understood.calls] if understood else []
    assert found == calls


def test_a_language_that_nobody_has_sentences_for_has_those_of_tools() -> None:
    @tool(sentences=["aperi ianuam"])
    def open_door() -> None:
        """Open the door."""

    understand = understander(Registry([from_function(open_door), from_function(get_time)]), "la")
    understood = understand("Aperi ianuam!", ())
    assert understood is not None
    assert understood.calls[0].name == "open_door"
    assert understand("What time is it?", ()) is None


@pytest.mark.parametrize(
    ("language", "code"),
    [("en", "en"), ("pt-br", "pt-BR"), ("de-at", "de"), ("zh", "zh-CN"), ("no", "nb"), ("la", None), ("", None)],
)
def test_the_code_of_a_language(language: str, code: str | None) -> None:
    assert code_of(language) == code
