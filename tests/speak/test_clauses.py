import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice.speak.clauses import FIRST_MIN_WORDS, MAX_CHARS, ClauseSplitter, split

WORDS = "the light and is on, on. 3.5 14:05. Dr. Smith; but for in milk, eggs: why? no! — - e.g. I'm so"
REPLIES = st.lists(st.sampled_from([*WORDS.split(), "\n", "\n-", ""]), max_size=60).map(" ".join)


@pytest.mark.parametrize(
    ("reply", "clauses"),
    [
        ("The kitchen light is on.", ["The kitchen light is on."]),
        ("Sure, the light is on now.", ["Sure, the light is on now."]),
        ("All right then, the light is on now.", ["All right then,", "the light is on now."]),
        ("I turned the light on and the fan off.", ["I turned the light on", "and the fan off."]),
        ("It's 14:05. Anything else?", ["It's 14:05. Anything else?"]),
        ("That is 3.5 cups. Dr. Smith called.", ["That is 3.5 cups.", "Dr. Smith called."]),
        ("The answer is no. Sorry about that.", ["The answer is no.", "Sorry about that."]),
        ("Done.", ["Done."]),
        ("", []),
        (" \n ", []),
        (
            "one two three four five six seven eight nine ten eleven twelve.",
            ["one two three four five six seven eight nine ten", "eleven twelve."],
        ),
        ("Here is the list:\nmilk\neggs and bread", ["Here is the list:", "milk eggs and bread"]),
    ],
)
def test_reads_like_a_person_would(reply: str, clauses: list[str]) -> None:
    assert split(reply) == clauses


def test_the_first_clause_comes_before_the_sentence_is_over() -> None:
    splitter = ClauseSplitter()
    given_after = None
    for count, word in enumerate("Your large latte with soy milk and sugar is on its way to you.".split(), start=1):
        if splitter.feed(word + " "):
            given_after = count
            break
    assert given_after is not None and 5 <= given_after <= 10


def test_no_cut_inside_a_number_that_arrives_in_pieces() -> None:
    splitter = ClauseSplitter()
    pieces = [c for delta in ("The time is 14", ":", "05", ".", "5 o", "'clock") for c in splitter.feed(delta)]
    assert pieces + splitter.finish() == ["The time is 14:05.5 o'clock"]


def test_is_ready_for_the_next_reply_after_finish() -> None:
    splitter = ClauseSplitter()
    first = splitter.feed("All right then, I will do that.") + splitter.finish()
    assert splitter.feed("All right then, I will do that.") + splitter.finish() == first


@given(REPLIES, st.lists(st.integers(1, 12), min_size=1, max_size=40))
def test_tokens_make_no_difference(reply: str, lengths: list[int]) -> None:
    splitter = ClauseSplitter()
    clauses: list[str] = []
    start = 0
    for length in lengths:
        clauses += splitter.feed(reply[start : start + length])
        start += length
    clauses += splitter.feed(reply[start:]) + splitter.finish()
    assert clauses == split(reply)


@given(REPLIES)
def test_nothing_is_lost_or_added(reply: str) -> None:
    assert " ".join(split(reply)) == " ".join(reply.split())


@given(REPLIES)
def test_only_the_last_clause_may_be_very_short(reply: str) -> None:
    assert all(len(clause.split()) >= FIRST_MIN_WORDS for clause in split(reply)[:-1])


@given(st.text(max_size=1000))
def test_no_clause_is_long(reply: str) -> None:
    assert all(0 < len(clause) <= MAX_CHARS for clause in split(reply))
