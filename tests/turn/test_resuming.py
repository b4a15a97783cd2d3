"""Where a reply goes on that was interrupted by a sound."""

from hypothesis import given
from hypothesis import strategies as st

from localvoice.turn.resuming import parted

CLAUSES = st.lists(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4).map(" ".join), max_size=5)


def test_the_clause_that_was_cut_is_said_again_from_its_beginning() -> None:
    clauses = ["It is noon.", "The sun is out.", "Go out."]
    assert parted(clauses, "It is noon. The") == ("It is noon.", "The sun is out. Go out.")
    assert parted(clauses, "It is noon.") == ("It is noon.", "The sun is out. Go out.")
    assert parted(clauses, "") == ("", "It is noon. The sun is out. Go out.")
    assert parted(clauses, "It is noon. The sun is out. Go out.")[1] == ""
    assert parted([], "") == ("", "")


@given(CLAUSES, st.integers(0, 30))
def test_nothing_is_lost_and_nothing_unheard_is_taken_for_heard(clauses: list[str], words: int) -> None:
    whole = " ".join(clauses).split()
    before, rest = parted(clauses, " ".join(whole[:words]))
    assert [*before.split(), *rest.split()] == whole
    assert len(before.split()) <= words
