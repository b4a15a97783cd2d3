import pytest

from tests.words import error_rate, errors, words_of


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("a b c", "a b c", 0),
        ("a b c", "a x c", 1),
        ("a b c", "a c", 1),
        ("a c", "a b c", 1),
        ("", "a b", 2),
        ("a", "", 1),
    ],
)
def test_errors_are_the_least_number_of_changes(one: str, other: str, count: int) -> None:
    assert errors(one.split(), other.split()) == count


def test_case_punctuation_and_digits_do_not_count() -> None:
    assert words_of("Set a timer, for 5 minutes!") == words_of("set a timer for five minutes")


def test_the_rate_is_over_all_words() -> None:
    assert error_rate([("one two three four", "one two three five"), ("six", "six")]) == pytest.approx(0.2)
