"""What is a claim of having done something, what is none, and which deeds bear one out."""

from pathlib import Path

import pytest

from localvoice.speak.clauses import ClauseSplitter
from localvoice.think.claims import Claim, Deed, backed, claim, speaks_of_earlier
from localvoice.think.messages import Json, ToolCall
from localvoice.think.truth import Sentences, Truth, cut

DATA = Path(__file__).parent.parent / "data" / "claims"
REQUEST, QUESTION = "turn on the light", "what is photosynthesis"


def sentences_of(file: str) -> list[str]:
    return (DATA / file).read_text().splitlines()


def sentences(name: str) -> list[str]:
    return sentences_of(f"{name}.txt")


def test_the_sentences_that_the_patterns_were_made_with() -> None:
    claims, others = sentences("claims"), sentences("other")
    assert len(claims) >= 80 and len(others) >= 150
    assert [each for each in claims if claim(each, REQUEST) is None] == []
    assert [each for each in others if claim(each, QUESTION)] == []


def test_sentences_that_the_patterns_were_not_made_with() -> None:
    claims, others = sentences("claims_held_out"), sentences("other_held_out")
    assert sum(claim(each, REQUEST) is None for each in claims) <= 2, "of 50"
    assert [each for each in others if claim(each, QUESTION)] == []


def test_odd_wordings_in_answer_to_a_request() -> None:
    """A refusal is never caught; of what only sounds odd three quarters are."""
    claims, others = (
        [tuple(line.split("\t")) for line in sentences_of(f"{name}.tsv")]
        for name in ("answers_that_claim", "answers_that_claim_nothing")
    )
    assert sum(claim(said, asked) is None for asked, said in claims) <= 10, "of 40"
    assert [said for asked, said in others if claim(said, asked)] == ["Jazz began in New Orleans around 1900."]


def test_requests_are_told_from_questions() -> None:
    """A request that is taken for a question costs a claim that only the loose patterns see; the other way round costs
    an answer."""

    def loose(user_text: str) -> bool:
        return claim("I've silenced it.", user_text) is not None

    assert [each for each in sentences("general") if loose(each)] == []
    assert sum(not loose(each) for each in sentences("requests")) <= 1


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        ("I've set a timer.", Claim.DID),
        ("Setting a timer for five minutes...", Claim.DOES),
        ("I’ll remind you.", Claim.PROMISE),
        ("Okay, I will turn it off.", Claim.WILL),
        ("The timer is set.", Claim.STATE),
        ("Done!", Claim.DONE),
    ],
)
def test_the_kinds(sentence: str, what: Claim) -> None:
    assert claim(sentence) is what


def test_what_is_a_claim_only_where_a_reply_begins() -> None:
    for sentence in ("Done!", "I turned on the light.", "The lamp was dimmed.", "Lights off."):
        assert claim(sentence) and not claim(sentence, opens=False)
    assert claim("I've set a timer.", opens=False)


def deed(text: str, name: str = "set_timer", **arguments: Json) -> Deed:
    return Deed(ToolCall("1", name, arguments), text)


TIMER = deed("timer set for 5 minutes", duration="5 minutes")
LIGHT = deed("kitchen light is on", "set_device", device="light", room="kitchen", state="on")
LIST = deed("added milk, eggs and bread", "add_to_list", items=["milk", "eggs", "bread"])


@pytest.mark.parametrize(
    ("sentence", "deeds", "true"),
    [
        ("I've set a timer for 5 minutes.", [TIMER], True),
        ("I've set a timer for five minutes.", [TIMER], True),
        ("The timer is set.", [TIMER], True),
        ("Done!", [LIGHT], True),
        ("I've turned on the kitchen lights.", [LIGHT], True),
        ("I'll let you know when it rings.", [TIMER], True),
        ("I've done that.", [LIGHT], True),
        ("I've set a timer for 5 minutes and turned on the kitchen light.", [TIMER, LIGHT], True),
        ("I've set a timer for 5 minutes, and I'll let you know when it rings.", [TIMER], True),
        ("I've added milk, eggs and bread to your list.", [LIST], True),
        ("I've set a timer for 5 minutes and turned off the heating.", [TIMER], False),
        ("The timer is set for 5 minutes and the heating is off.", [TIMER], False),
        ("I've set a timer for 15 minutes.", [TIMER], False),
        ("I've turned off the heating.", [TIMER], False),
        ("The timer is set.", [LIGHT], False),
        ("The timer is set.", [], False),
        ("Done!", [], False),
    ],
)
def test_a_claim_needs_a_deed_with_its_words_and_numbers(sentence: str, deeds: list[Deed], true: bool) -> None:
    what = claim(sentence)
    assert what is not None
    assert backed(sentence, what, deeds) is true


def test_earlier_turns_are_spoken_of_by_who_is_asked_about_them_or_says_so() -> None:
    assert speaks_of_earlier("I've set a timer.", "did you set my timer")
    assert speaks_of_earlier("I've set a timer.", "thanks")
    assert speaks_of_earlier("I set one earlier.", "set a timer")
    assert not speaks_of_earlier("I've set a timer.", "set a timer")
    assert not speaks_of_earlier("I've set a timer.", "can you set a timer")


def let_go(text: str, *, by: int = 3, user: str = "set a timer", deeds: list[Deed] | None = None) -> tuple[str, bool]:
    truth = Truth(user, ClauseSplitter(), deeds or [])
    out = [piece for at in range(0, len(text), by) for piece in truth.feed(text[at : at + by])]
    return "".join([*out, *truth.finish()]), truth.claimed is not None


@pytest.mark.parametrize("by", [1, 3, 1000])
def test_the_same_is_let_go_however_the_words_come(by: int) -> None:
    text = "That is a good idea of yours. I've set a timer for 5 minutes. Bye."
    assert let_go(text, by=by) == ("That is a good idea of yours.", True)
    assert let_go(text, by=by, deeds=[TIMER]) == (text, False)


def test_a_claim_that_the_splitter_cuts_in_two_is_not_begun() -> None:
    assert let_go("The light in your living room is now switched off for you and all is well.") == ("", True)


def test_what_turns_out_to_be_no_claim_is_let_go_at_the_end_of_its_sentence() -> None:
    text = "Setting a timer for every dish that you cook on a Sunday is easy. Just ask."
    assert let_go(text, user=QUESTION) == (text, False)


def test_line_ends_and_lists_survive() -> None:
    text = "Three things:\n\n1. Milk\n2. Eggs\n\n\tAnd that is all  there is"
    assert let_go(text, user=QUESTION) == (text, False)


def test_a_text_is_cut_where_its_clauses_end() -> None:
    assert cut("One. Two!\nThree", Sentences()) == ["One.", " Two!", "\nThree"]
    assert cut("", Sentences()) == []
