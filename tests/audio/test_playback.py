"""Clauses through the real edge in a simulated room, stepped by hand."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localvoice.audio.acoustics import Room
from localvoice.audio.playback import ClauseBegan, CutDone, Playback, PlayoutBegan, PlayoutEnded
from localvoice.audio.room import RoomCard

RATE = 16_000
FADE = 320
QUIET = Room(noise_db=-200.0)


@pytest.fixture
def card():
    made = RoomCard(QUIET, play_s=4.0)
    yield made
    made.edge.close()


@pytest.fixture
def playback(card):
    return Playback(card.edge)


def steady(ms, level=0.25):
    return np.full(round(ms * RATE / 1000), level, np.float32)


def pass_time(card, playback, ms):
    """What happened meanwhile, polled every block."""
    happened = []
    for _ in range(round(ms / 10)):
        card.step(160)
        happened += playback.poll()
    return happened


def everything_played(card):
    return card.edge.pull(10_000_000)[2]


def test_a_reply_starts_and_ends_at_exact_frames(card, playback):
    card.step(1600)
    playback.begin(7)
    assert playback.push(steady(500), "hello there") == 8000
    playback.end()
    happened = pass_time(card, playback, 700)
    assert happened == [
        PlayoutBegan(7, 1600),
        ClauseBegan(7, 1600, "hello there", False),
        PlayoutEnded(7, 9600),
    ]
    played = everything_played(card)
    assert np.flatnonzero(played)[0] == 1600
    np.testing.assert_array_equal(played[1600:9600], np.float32(0.25))
    assert playback.heard(7) == playback.heard(7)
    assert (playback.heard(7).text, playback.heard(7).samples) == ("hello there", 8000)


def test_clauses_are_joined_with_equal_power(card, playback):
    random = np.random.default_rng(3)
    first, second = (0.1 * random.standard_normal((2, 8000))).astype(np.float32)
    playback.begin(1)
    playback.push(first, "one")
    playback.push(second, "two")
    playback.end()
    happened = pass_time(card, playback, 1100)
    played = everything_played(card)
    assert [h.at_frame for h in happened] == [0, 0, 8000 - FADE, 16000 - FADE]
    np.testing.assert_array_equal(played[: 8000 - FADE], first[: 8000 - FADE])
    np.testing.assert_array_equal(played[8000 : 16000 - FADE], second[FADE:])
    join = played[8000 - FADE : 8000]
    assert np.std(join) == pytest.approx(0.1, rel=0.15)
    half = FADE // 2
    assert np.corrcoef(join[:half], first[-FADE : -FADE + half])[0, 1] > 0.8
    assert np.corrcoef(join[half:], second[half:FADE])[0, 1] > 0.8


def test_a_late_clause_leaves_the_end_of_the_one_before_whole(card, playback):
    playback.begin(1)
    playback.push(steady(300), "one")
    pass_time(card, playback, 500)
    playback.push(steady(300), "two")
    playback.end()
    pass_time(card, playback, 500)
    played = everything_played(card)
    np.testing.assert_array_equal(played[:4800], np.float32(0.25))
    assert card.edge.counters.starved_events == 1
    assert card.edge.played == 9600


def test_cut_is_silent_in_time_and_the_ledger_keeps_only_what_was_heard(card, playback):
    playback.begin(4)
    playback.push(steady(1000), "one two three four five")
    playback.push(steady(1000), "six seven")
    pass_time(card, playback, 500)
    assert playback.cut()
    happened = pass_time(card, playback, 500)
    fade = round(0.008 * RATE)
    assert happened == [CutDone(4, 8000 + fade)]
    played = everything_played(card)
    assert not played[8000 + fade :].any()
    assert np.abs(np.diff(played[7999 : 8000 + fade])).max() < 0.01
    assert playback.heard(4).text == "one two"
    assert playback.heard(4).samples == 8000 + fade


def test_after_a_cut_the_next_reply_is_exact_and_at_full_volume(card, playback):
    playback.begin(4)
    playback.push(steady(1000), "one two three")
    pass_time(card, playback, 200)
    playback.duck(-20.0)
    pass_time(card, playback, 100)
    playback.cut()
    assert playback.push(steady(300), "still the old reply") == 4800
    playback.begin(5)
    playback.push(steady(300, 0.125), "new")
    playback.end()
    happened = pass_time(card, playback, 500)
    assert [type(h) for h in happened] == [CutDone, PlayoutBegan, ClauseBegan, PlayoutEnded]
    start = happened[1].at_frame
    assert start == happened[0].at_frame
    played = everything_played(card)
    np.testing.assert_array_equal(played[start : start + 4800], np.float32(0.125))
    assert happened[3].at_frame == start + 4800
    assert playback.heard(5).text == "new"


def test_duck_and_restore(card, playback):
    playback.begin(1)
    playback.push(steady(3000), "long")
    pass_time(card, playback, 500)
    playback.duck(-20.0, 40.0)
    pass_time(card, playback, 500)
    playback.restore(60.0)
    pass_time(card, playback, 500)
    played = everything_played(card)
    np.testing.assert_allclose(played[8000 + 640 : 16000], 0.025, rtol=1e-4)
    np.testing.assert_allclose(played[16000 + 960 :], 0.25, rtol=1e-4)


def test_volume_stays_through_duck_and_cut(card, playback):
    playback.set_volume(50)
    playback.begin(1)
    playback.push(steady(2000), "long")
    pass_time(card, playback, 200)
    playback.duck(-20.0)
    playback.restore()
    pass_time(card, playback, 200)
    playback.cut()
    playback.begin(2)
    playback.push(steady(500), "new")
    playback.end()
    pass_time(card, playback, 300)
    played = everything_played(card)
    np.testing.assert_allclose(played[[5000, 9000]], 0.0625, rtol=1e-3)
    playback.set_volume(0)
    assert not [h for h in pass_time(card, playback, 500) if isinstance(h, CutDone)]
    assert not everything_played(card)[4000:].any()


def test_a_cut_of_nothing_says_that_nothing_will_be_reported(card, playback):
    assert playback.cut() is False
    assert pass_time(card, playback, 50) == []


def test_a_reply_cut_before_its_first_sample_never_started(card, playback):
    playback.begin(3)
    playback.push(steady(500), "unheard")
    assert playback.cut()
    assert pass_time(card, playback, 100) == [CutDone(3, 0)]
    assert playback.heard(3).text == ""


def test_a_full_ring_takes_part_and_the_rest_later_without_a_seam(card, playback):
    long = (0.2 * np.sin(2 * np.pi * 200 * np.arange(8 * RATE) / RATE)).astype(np.float32)
    playback.begin(1)
    rest, text, calls, happened = long, "a very long clause indeed", 0, []
    while len(rest):
        taken = playback.push(rest, text)
        rest, text, calls = rest[taken:], "", calls + 1
        if len(rest):
            happened += pass_time(card, playback, 100)
    playback.end()
    happened += pass_time(card, playback, 8500)
    assert calls > 5
    assert card.edge.counters.starved_frames == 0
    assert [type(h) for h in happened] == [PlayoutBegan, ClauseBegan, PlayoutEnded]
    played = np.concatenate([everything_played(card)])
    assert card.edge.played == len(long)
    assert playback.heard(1).text == "a very long clause indeed"
    assert len(played) <= len(long)


def test_audible_covers_the_echo(card, playback):
    assert not playback.audible
    playback.begin(1)
    playback.push(steady(100), "yes")
    assert playback.audible
    playback.end()
    pass_time(card, playback, 150)
    assert playback.audible
    pass_time(card, playback, 250)
    assert not playback.audible


def test_fillers_are_announced_but_are_no_part_of_the_answer(card, playback):
    playback.begin(1)
    playback.push(steady(300), "let me check", filler=True)
    playback.push(steady(300), "it rains")
    playback.end()
    happened = pass_time(card, playback, 800)
    assert [(h.text, h.filler) for h in happened if isinstance(h, ClauseBegan)] == [
        ("let me check", True),
        ("it rains", False),
    ]
    assert playback.heard(1).text == "it rains"


def test_two_replies_in_a_row_keep_their_own_ledgers(card, playback):
    for turn, text in ((1, "first reply"), (2, "second reply")):
        playback.begin(turn)
        playback.push(steady(200), text)
        playback.end()
    happened = pass_time(card, playback, 500)
    assert [(type(h).__name__, h.turn) for h in happened] == [
        ("PlayoutBegan", 1),
        ("ClauseBegan", 1),
        ("PlayoutEnded", 1),
        ("PlayoutBegan", 2),
        ("ClauseBegan", 2),
        ("PlayoutEnded", 2),
    ]
    assert playback.heard(1).text == "first reply"


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("clause"), st.integers(1, 900)),
            st.tuples(st.just("pass"), st.integers(1, 60)),
            st.tuples(st.just("end"), st.just(0)),
            st.tuples(st.just("cut"), st.just(0)),
            st.tuples(st.just("duck"), st.just(0)),
        ),
        max_size=25,
    )
)
def test_every_reply_ends_exactly_once_whatever_happens(steps):
    card = RoomCard(QUIET, play_s=2.0)
    playback = Playback(card.edge)
    begun, happened, inside = 0, [], False
    for kind, value in steps:
        if kind == "clause":
            if not inside:
                begun, inside = begun + 1, True
                playback.begin(begun)
            playback.push(steady(value), f"clause of {value}")
        elif kind == "pass":
            happened += pass_time(card, playback, 10 * value)
        elif kind == "end":
            playback.end()
            inside = False
        elif kind == "cut":
            playback.cut()
            inside = False
        else:
            playback.duck(-20.0)
    playback.end()
    happened += pass_time(card, playback, 3000)
    over = [h.turn for h in happened if isinstance(h, PlayoutEnded | CutDone)]
    assert over == list(range(1, begun + 1))
    starts = [h.turn for h in happened if isinstance(h, PlayoutBegan)]
    assert starts == sorted(set(starts))
    frames = [h.at_frame for h in happened if not isinstance(h, CutDone)]
    assert all(b >= a for a, b in itertools.pairwise(frames))
    assert not playback.audible
    card.edge.close()


@pytest.mark.parametrize("filler", [False, True])
def test_a_hole_behind_words_that_bridge_a_wait_is_no_fault(card, playback, filler):
    """What they wait for may take longer than they do."""
    playback.begin(1)
    playback.push(steady(200), "let me look", filler=filler)
    pass_time(card, playback, 500)
    playback.push(steady(200), "it rains")
    playback.end()
    pass_time(card, playback, 400)
    assert (card.edge.counters.starved_frames > 0) == (not filler)
