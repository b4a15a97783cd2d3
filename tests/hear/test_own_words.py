"""When the answer of a Whisper that was told names beforehand is believed."""

import pytest

from localvoice.engines.transcriber.own_words import MOST_TOKENS, OwnWords


class Letters:
    """A tokenizer of one token a letter."""

    sot_prev = 9999

    def encode(self, text: str) -> list[int]:
        return [ord(letter) for letter in text]


def own(*words: str) -> OwnWords:
    return OwnWords(words, Letters())


def test_the_names_stand_before_the_prompt() -> None:
    assert own("Priya", " Kochi ").prompt == [9999, *map(ord, " Priya, Kochi")]
    assert own().prompt == own("", " - ").prompt == []


def test_names_beyond_the_space_are_counted() -> None:
    many = own(*[f"name {number:02}" for number in range(20)])
    assert 0 < many.left_out < 20 and len(many.prompt) <= MOST_TOKENS + 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Call Pre at 7.", "Call Priya at 7."),
        ("How far is it from Cochita Frischer?", "How far is it from Kochi to Thrissur?"),
        ("Turn on the light in Oyson's room.", "Turn on the light in Oisin's room."),
        ("Call Priya and Pre.", "Call Priya and Priya."),
        ("add anita nair", "Add Anita Nayar."),
    ],
)
def test_a_name_that_the_first_answer_lacks_is_believed(first: str, second: str) -> None:
    assert own("Priya", "Kochi", "Thrissur", "Oisin", "Anita Nayar").better(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Set a timer for five minutes.", "Set the timer for five minutes."),
        ("Call Priya.", "Call Priya!"),
        ("", "Priya"),
        ("Ha.", "Priya, Kochi, Thrissur, Oisin."),
        ("My cochineal is red.", "My Kochineal is red."),
    ],
)
def test_nothing_else_is(first: str, second: str) -> None:
    assert not own("Priya", "Kochi", "Thrissur", "Oisin").better(first, second)
