"""Sentence templates, and the ways to read a sentence by them."""

import pytest

from localvoice.think.commands.said import Said, said, sentences
from localvoice.think.commands.template import BadTemplate, Graph


def any_words(kind: str, text: Said, first: int, end: int) -> bool:
    return kind == "any" or (kind == "one" and end - first == 1)


def readings(template: str, text: str, rules: dict[str, str] | None = None) -> list[dict[str, str]]:
    graph = Graph(rules)
    graph.add(template, 0)
    words = said(text)
    return [
        {slot.argument: words.words(first, end) for slot, first, end in reading.slots}
        for reading in graph.readings(words, any_words)
    ]


@pytest.mark.parametrize(
    ("template", "text", "fits"),
    [
        ("open the door", "Open the door!", True),
        ("open the door", "open the doors", False),
        ("open the door", "do open the door", False),
        ("open [the] door", "open door", True),
        ("open [the] door", "open the the door", False),
        ("(open|shut) [the|my] door", "shut my door", True),
        ("(open|shut) [the|my] door", "close my door", False),
        ("door[s]", "doors", True),
        ("door[s]", "door s", False),
        ("five( |-)minute[s]", "five-minutes", True),
        ("five( |-)minute[s]", "five minute", True),
        ("(red;green) light", "green red light", True),
        ("(red;green) light", "red red light", False),
        ("<act> it", "shut it", True),
        ("what's up", "What’s up?", True),
        ("ÖFFNE die Tür", "öffne die tür", True),
    ],
)
def test_what_fits_a_template(template: str, text: str, fits: bool) -> None:
    assert bool(readings(template, text, {"act": "(open|shut)"})) is fits


def test_a_slot_takes_whole_words_and_every_way_to_divide_them_is_found() -> None:
    assert readings("call {any} at {any:when}", "call me at home at six") == [
        {"any": "me", "when": "home at six"},
        {"any": "me at home", "when": "six"},
    ]
    assert readings("the {one:a} {one:b} door", "the big red door") == [{"a": "big", "b": "red"}]
    assert readings("the {one} door", "the big red door") == []
    assert readings("the {one} door", "the door") == []


@pytest.mark.parametrize("template", ["open (the", "open ] it", "open {x", "", "()", "open > it", "a {} b"])
def test_a_template_that_cannot_be_read(template: str) -> None:
    with pytest.raises(BadTemplate):
        Graph().add(template, 0)


def test_a_rule_that_there_is_not() -> None:
    with pytest.raises(BadTemplate, match="<act>"):
        Graph().add("<act> it", 0)


def test_words_are_found_again_as_they_were_written() -> None:
    words = said('Remind me: "Call Mum, at 7 P.M." please…')
    assert words.text == "remind me call mum at 7 pm please"
    assert words.as_written(2, 4) == "Call Mum"
    assert words.part(2, 4).text == "call mum"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Stop. Turn it on!", ["Stop.", "Turn it on!"]),
        ("At 7 p.m. Tomorrow.", ["At 7 p.m. Tomorrow."]),
        ("It is 3.5", ["It is 3.5"]),
        ("", []),
        ("... Hello.", ["Hello."]),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts
