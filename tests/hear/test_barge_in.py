"""Whom to believe while the assistant speaks: the evidence of single frames."""

from hypothesis import given
from hypothesis import strategies as st

from localvoice.hear.barge_in import BargeIn, BargeInSettings, Evidence

FLOOR_DB = -62.0
LOUD_DB = -22.0
DELAY_MS = 40.0
ECHO = Evidence(words=0.05, words_level_db=-50.0, presence_level_db=FLOOR_DB, played_level_db=LOUD_DB)
LEFTOVER = Evidence(words=0.9, words_level_db=-48.0, presence_level_db=FLOOR_DB + 4, played_level_db=LOUD_DB)
USER = Evidence(words=0.8, words_level_db=-25.0, presence_level_db=FLOOR_DB + 33, played_level_db=LOUD_DB)
SWALLOWED = Evidence(words=0.8, words_level_db=-25.0, presence_level_db=FLOOR_DB + 12, played_level_db=LOUD_DB)
FAINT = Evidence(words=0.4, words_level_db=-45.0, presence_level_db=FLOOR_DB + 17, played_level_db=LOUD_DB)


def at_home() -> BargeIn:
    """After ten seconds of the assistant in a room that the echo canceller knows."""
    barge_in = BargeIn()
    for _ in range(312):
        barge_in.feed(ECHO, suspected=False, delay_ms=DELAY_MS)
    return barge_in


def believed(barge_in: BargeIn, seen: Evidence, suspected: bool) -> bool:
    return barge_in.feed(seen, suspected, DELAY_MS) >= 0.5


def test_a_leftover_is_worth_a_duck_and_no_more() -> None:
    barge_in = at_home()
    assert believed(barge_in, LEFTOVER, suspected=False)
    assert not any(believed(barge_in, LEFTOVER, suspected=True) for _ in range(20))


def test_the_echo_alone_is_nothing() -> None:
    assert not any(believed(at_home(), ECHO, suspected) for suspected in (False, True))


def test_a_user_is_believed_through_a_loud_echo() -> None:
    barge_in = at_home()
    assert believed(barge_in, USER, suspected=False)
    assert believed(barge_in, USER, suspected=True)


def test_a_user_whom_aec3_swallows_is_believed_for_being_loud_in_the_words() -> None:
    barge_in = at_home()
    assert believed(barge_in, SWALLOWED, suspected=True)


def test_a_faint_voice_is_believed_only_when_the_echo_is_weak() -> None:
    barge_in = at_home()
    assert not believed(barge_in, FAINT, suspected=True)
    ducked = Evidence(FAINT.words, FAINT.words_level_db, FAINT.presence_level_db, LOUD_DB - 20)
    found = [believed(barge_in, ducked, suspected=True) for _ in range(6)]
    assert not found[0], "what was played before the duck still sounds"
    assert found[-1]


def test_after_a_refusal_the_next_duck_needs_more() -> None:
    barge_in = at_home()
    barge_in.refused()
    assert not believed(barge_in, LEFTOVER, suspected=False)
    assert believed(barge_in, USER, suspected=False)
    for _ in range(BargeInSettings().wary_ms // 32 + 1):
        barge_in.feed(ECHO, suspected=False, delay_ms=DELAY_MS)
    assert believed(barge_in, LEFTOVER, suspected=False)


def test_a_room_not_yet_known_asks_for_a_weak_echo() -> None:
    barge_in = BargeIn()
    barge_in.feed(ECHO, suspected=False, delay_ms=DELAY_MS)
    assert not believed(barge_in, LEFTOVER, suspected=False)
    assert not any(believed(barge_in, USER, suspected=True) for _ in range(10))
    ducked = Evidence(USER.words, USER.words_level_db, USER.presence_level_db, LOUD_DB - 20)
    assert [believed(barge_in, ducked, suspected=True) for _ in range(6)][-1]


def test_without_a_presence_output_the_words_decide_once_the_echo_is_weak() -> None:
    barge_in = at_home()
    alone = Evidence(0.9, -30.0, None, LOUD_DB)
    assert believed(barge_in, alone, suspected=False)
    assert not believed(barge_in, alone, suspected=True)
    ducked = Evidence(0.9, -30.0, None, LOUD_DB - 20)
    assert [believed(barge_in, ducked, suspected=True) for _ in range(6)][-1]


levels = st.floats(-120, 0)
frames = st.lists(
    st.tuples(st.builds(Evidence, st.floats(0, 1), levels, st.none() | levels, levels), st.booleans()),
    max_size=100,
)


@given(frames, st.floats(0, 500))
def test_it_never_invents_certainty(seen: list[tuple[Evidence, bool]], delay_ms: float) -> None:
    """Any evidence gives a probability, and silence in `words` is never believed."""
    barge_in = BargeIn()
    for evidence, suspected in seen:
        judged = barge_in.feed(evidence, suspected, delay_ms)
        assert judged == 0.0 or 0.5 <= judged <= 1.0
        assert judged == 0.0 or evidence.words >= 0.3
