"""Where a reply that has become too long is ended."""

import pytest

from localvoice.think.sentence_end import first_end, last_pause


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It is late. Go", "It is late."),
        ("It is late.", ""),
        ('She said "no." Then', 'She said "no."'),
        ("Is it 3.5 or 4. What", ""),
        ("1. Milk and 2. eggs", ""),
        ("It was in 1999. Then", "It was in 1999."),
        ("Wait... what", "Wait..."),
        ("यह ठीक है।फिर", "यह ठीक है।"),
        ("好的。然后", "好的。"),
    ],
)
def test_a_sentence_has_ended_when_its_full_stop_is_no_part_of_a_number(text: str, first: str) -> None:
    assert text[: max(0, first_end(text))] == first


def test_only_what_ends_behind_a_place_counts() -> None:
    assert first_end("One. Two. Three", 4) == len("One. Two.")
    assert first_end("One. Two", 4) == -1


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a dog, a cat and a mou", "a dog"), ("a dog and a mou", "a dog and a"), ("mou", "mou"), ("", "")],
)
def test_what_has_to_be_cut_is_cut_at_a_pause(text: str, kept: str) -> None:
    assert text[: last_pause(text)] == kept
