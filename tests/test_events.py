"""The wire form of events, for whoever sends them elsewhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice import events as ev

ANY = st.one_of([st.from_type(kind) for kind in ev.Event.__args__])


@given(ANY)
def test_every_event_survives_the_wire(event: ev.Event) -> None:
    document = event.to_dict()
    assert document["type"] == event.type
    sent = json.loads(json.dumps(document))
    assert ev.from_dict(sent) == event
    # A later version may send more.
    assert ev.from_dict({**sent, "colour": "green"}) == event


def test_types_are_words_and_each_is_one_of_its_kind() -> None:
    assert ev.FinalTranscript(1, 1, "hello", 300).type == "final_transcript"
    assert ev.EndOfTurn(1, 2).type == "end_of_turn"
    names = [ev.from_dict.__globals__["_type_name"](kind.__name__) for kind in ev.Event.__args__]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({}, "There is no event of type None."),
        ({"type": "heard"}, "There is no event of type 'heard'."),
        ({"type": "reply_cut", "turn": 1}, "An event of type reply_cut needs at, heard."),
    ],
)
def test_what_is_no_event_is_a_sentence(document: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match="event of type") as caught:
        ev.from_dict(document)
    assert str(caught.value) == sentence
