"""What was written twice is cut to one, and what was said twice stays."""

import csv
import os
from pathlib import Path

import pytest

from localvoice.hear.repetition import once

ORDER = "Can I have an iced mocha with a bit of sugar?"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (f"{ORDER} {ORDER}", ORDER),
        (f"{ORDER} {ORDER} {ORDER}", ORDER),
        (f"{ORDER} Can I have an iced mocha, with a bit of sugar.", ORDER),
        (f"{ORDER} {ORDER} Can I have an", ORDER),
        (f"{ORDER} {ORDER} Can I have an iced moch", ORDER),
        ("What's that? What's that? What's that?", "What's that? What's that? What's that?"),
        ("Stop it now. Stop it now.", "Stop it now."),
    ],
)
def test_a_sentence_written_again_is_cut(written: str, said: str) -> None:
    assert once(written) == said


@pytest.mark.parametrize(
    "said",
    [
        "",
        "no no no",
        "No. No. No. No.",
        "No no no. No no no.",
        "two two",
        "Thank you. Thank you.",
        "very very very very nice",
        "one two three. one two three.",
        "4 1 9. 4 1 9.",
        "Turn on the light. Turn on the light in the kitchen.",
        "Add milk and eggs. Add milk and bread.",
        "is it what it is is it what it is",
        f"{ORDER} Can I have",
        f"well {ORDER} {ORDER}",
    ],
)
def test_what_people_say_twice_stays(said: str) -> None:
    assert once(said) == said


def test_no_order_is_changed() -> None:
    folder = os.environ.get("LOCALVOICE_SPEECH")
    if not folder:
        pytest.skip("LOCALVOICE_SPEECH is not set: there are no orders to look at.")
    with (Path(folder) / "orders" / "transcripts.tsv").open(encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file, delimiter="\t")]
    assert len(texts) > 400
    assert all(once(text) == text and once(f"{text}.") == f"{text}." for text in texts)
    assert all(once(f"{text}. {text}.") == f"{text}." for text in texts)
