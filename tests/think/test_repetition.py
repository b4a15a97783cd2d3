"""Going round in circles is noticed, ordinary speech is not."""

from hypothesis import given
from hypothesis import strategies as st

from localvoice.think.repetition import COPIES, FEWEST_TOKENS, LONGEST_PERIOD, goes_round


@given(st.lists(st.integers(0, 50), max_size=30), st.lists(st.integers(0, 50), min_size=1, max_size=LONGEST_PERIOD))
def test_a_passage_said_again_and_again_is_noticed(before: list[int], passage: list[int]) -> None:
    copies = max(COPIES, -(-FEWEST_TOKENS // len(passage)))
    assert goes_round(before + passage * copies)


@given(st.lists(st.integers(0, 50), min_size=6, max_size=LONGEST_PERIOD, unique=True))
def test_twice_is_allowed(passage: list[int]) -> None:
    assert not goes_round([99, *passage, *passage])


def test_short_words_may_be_repeated() -> None:
    assert not goes_round("no no no no".split())  # type: ignore[arg-type]
    assert not goes_round([])
