"""The C edge by hand: exact samples, exact frames."""

import sys
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localvoice.engines.sound.edge import Edge
from localvoice.errors import AudioError

RATE = 16_000
BLOCK = 160


@pytest.fixture
def edge():
    made = Edge(RATE, play_s=2.0, capture_s=1.0)
    yield made
    made.close()


def run(edge, blocks, mic=0.0):
    return np.concatenate([edge.process(np.full(BLOCK, mic, np.float32)) for _ in range(blocks)])


def tone(frames, hz=300.0, level=0.5):
    return (level * np.sin(2 * np.pi * hz * np.arange(frames) / RATE)).astype(np.float32)


def test_plays_what_was_pushed_sample_for_sample(edge):
    sound = tone(1000)
    assert edge.push(sound) == 1000
    assert edge.queued == 1000
    out = run(edge, 10)
    np.testing.assert_array_equal(out[:1000], sound)
    assert edge.played == 1000
    assert edge.queued == 0
    kinds = [(ack.kind, ack.at_frame, ack.played_at) for ack in edge.acks()]
    assert kinds == [("started", 0, 0), ("dry", 1000, 1000)]


def test_microphone_and_reference_are_pairs_of_the_same_frame(edge):
    edge.push(tone(700))
    mic = np.arange(1600, dtype=np.float32) / 1600
    out = np.concatenate([edge.process(mic[i : i + BLOCK]) for i in range(0, 1600, BLOCK)])
    first, heard, played = edge.pull(5000)
    assert first == 0
    np.testing.assert_array_equal(heard, mic)
    np.testing.assert_array_equal(played, out)


def test_a_full_play_ring_takes_no_more_and_says_so(edge):
    room = edge.free
    assert edge.push(np.zeros(room + 100, np.float32)) == room
    assert edge.push(np.zeros(10, np.float32)) == 0
    run(edge, 1)
    assert edge.free == BLOCK


def test_drop_is_exact_and_keeps_what_comes_after(edge):
    edge.push(np.full(1000, 0.5, np.float32))
    run(edge, 2)
    number = edge.drop(fade_ms=8)
    edge.push(np.full(500, 0.25, np.float32))
    out = run(edge, 6)
    fade = round(0.008 * RATE)
    assert np.all(np.diff(out[:fade]) <= 0) and 0.45 < out[0] <= 0.5 and abs(out[fade - 1]) < 1e-6
    np.testing.assert_array_equal(out[fade : fade + 500], np.float32(0.25))
    drop = next(ack for ack in edge.acks() if ack.kind == "drop")
    assert (drop.id, drop.at_frame, drop.played_at) == (number, 2 * BLOCK + fade, 2 * BLOCK + fade)
    assert drop.dropped_frames == 1000 - 2 * BLOCK - fade
    assert edge.counters.dropped_frames == drop.dropped_frames


def test_drop_of_nothing_is_acknowledged_at_once(edge):
    number = edge.drop()
    run(edge, 1)
    assert [(ack.id, ack.kind, ack.at_frame, ack.dropped_frames) for ack in edge.acks()] == [(number, "drop", 0, 0)]


def test_ramp_moves_the_volume_and_holds_it(edge):
    edge.push(np.full(16000, 0.5, np.float32))
    run(edge, 1)
    number = edge.ramp(-20.0, 40)
    out = run(edge, 8)
    steps = np.diff(out[: round(0.04 * RATE)])
    assert np.all(steps < 0) and np.abs(steps).max() < 0.001
    np.testing.assert_allclose(out[round(0.04 * RATE) :], 0.05, rtol=1e-5)
    ack = edge.acks()[-1]
    assert (ack.id, ack.kind, ack.at_frame) == (number, "ramp", BLOCK)


def test_a_command_behind_a_drop_waits_for_its_fade(edge):
    edge.push(np.full(4000, 0.5, np.float32))
    run(edge, 1)
    edge.drop(fade_ms=15)
    edge.ramp(0.0, 0)
    edge.ramp(-6.0, 0)
    run(edge, 1)
    assert not [ack for ack in edge.acks() if ack.kind in ("drop", "ramp")]
    run(edge, 1)
    assert [ack.kind for ack in edge.acks()] == ["drop", "ramp", "ramp"]


def test_a_sudden_end_fades_instead_of_clicking(edge):
    edge.push(np.full(200, 0.5, np.float32))
    out = run(edge, 3)
    assert np.abs(np.diff(out[199:])).max() < 0.02
    assert np.all(out[200 + 90 :] == 0)


def test_starvation_counts_only_while_more_is_promised(edge):
    edge.push(tone(BLOCK))
    run(edge, 3)
    assert edge.counters.starved_frames == 0
    edge.expect_more(True)
    edge.push(tone(BLOCK))
    run(edge, 3)
    assert edge.counters.starved_frames == 2 * BLOCK
    assert edge.counters.starved_events == 1
    edge.expect_more(False)
    run(edge, 3)
    assert edge.counters.starved_frames == 2 * BLOCK


def test_after_starvation_sound_fades_in(edge):
    edge.expect_more(True)
    edge.push(np.full(BLOCK, 0.5, np.float32))
    run(edge, 2)
    edge.push(np.full(400, 0.5, np.float32))
    out = run(edge, 2)
    assert abs(out[0]) < 0.01 and np.abs(np.diff(out)).max() < 0.02


def test_what_is_too_loud_or_not_a_number_never_reaches_the_speaker(edge):
    edge.push(np.array([0.5, np.nan, 7.0, -np.inf, np.inf, 0.25], np.float32))
    np.testing.assert_array_equal(run(edge, 1)[:6], np.float32([0.5, 0, 1, -1, 1, 0.25]))


def test_a_late_reader_loses_the_newest_blocks_and_sees_how_many(edge):
    capacity = 16384
    for index in range(120):
        edge.process(np.full(BLOCK, index, np.float32))
    kept = capacity // BLOCK
    first, mic, _ = edge.pull(100_000)
    assert (first, len(mic)) == (0, kept * BLOCK)
    for index in range(120, 123):
        edge.process(np.full(BLOCK, index, np.float32))
    first, mic, _ = edge.pull(100_000)
    assert (first, mic[0], len(mic)) == (120 * BLOCK, 120.0, 3 * BLOCK)
    counters = edge.counters
    assert counters.capture_lost_frames == (120 - kept) * BLOCK
    assert counters.gaps == 1


def test_frames_that_the_system_lost_are_counted_in_the_frame_index(edge):
    run(edge, 2)
    edge.lose(77)
    run(edge, 1)
    pulls = [edge.pull(10_000), edge.pull(10_000)]
    assert [(first, len(mic)) for first, mic, _ in pulls] == [(0, 2 * BLOCK), (2 * BLOCK + 77, BLOCK)]
    assert edge.frame == 3 * BLOCK + 77


def test_a_stream_that_is_opened_anew_fades_in_where_the_old_one_was_cut_off(edge):
    edge.push(np.full(1000, 0.5, np.float32))
    run(edge, 2)
    edge.reopen(77)
    out = run(edge, 2)
    assert abs(out[0]) < 0.01 and np.abs(np.diff(out)).max() < 0.02 and out[-1] == 0.5
    assert edge.frame == 4 * BLOCK + 77


def test_a_drop_that_comes_when_the_last_sample_has_just_gone_out_does_not_click(edge):
    edge.push(np.full(BLOCK, 0.5, np.float32))
    run(edge, 1)
    edge.drop()
    out = run(edge, 2)
    assert 0.45 < out[0] <= 0.5 and np.abs(np.diff(out)).max() < 0.02 and out[-1] == 0


def test_a_dead_microphone_shows_in_the_counters(edge):
    run(edge, 3)
    assert edge.counters.zero_frames == 3 * BLOCK
    run(edge, 1, mic=0.001)
    assert edge.counters.zero_frames == 0


def test_commands_to_a_stream_that_stands_still_end_in_a_clear_error(edge):
    with pytest.raises(AudioError, match="no commands any more"):
        for _ in range(300):
            edge.ramp(0.0, 10)


def test_a_closed_edge_still_tells_its_counters(edge):
    run(edge, 4)
    edge.close()
    assert edge.counters.blocks == 4
    with pytest.raises(AudioError, match="closed"):
        edge.push(np.zeros(1, np.float32))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("push"), st.integers(0, 3000)),
            st.tuples(st.just("process"), st.integers(1, 700)),
            st.tuples(st.just("drop"), st.integers(0, 20)),
            st.tuples(st.just("ramp"), st.integers(0, 50)),
            st.tuples(st.just("pull"), st.integers(0, 4000)),
        ),
        max_size=60,
    )
)
def test_every_frame_is_accounted_for(steps):
    """Whatever happens: pushed = played + dropped + queued, pulled + lost + waiting = processed, volumes
    finite."""
    edge = Edge(RATE, play_s=0.5, capture_s=0.25)
    pushed = pulled = commands = answered = 0
    expected_first = 0
    try:
        for kind, value in steps:
            if kind == "push":
                pushed += edge.push(tone(value))
            elif kind == "process":
                assert np.abs(edge.process(np.zeros(value, np.float32))).max() <= 1.0
            elif kind == "drop":
                edge.drop(value)
                commands += 1
            elif kind == "ramp":
                edge.ramp(-value, value)
                commands += 1
            else:
                first, mic, played = edge.pull(value)
                assert len(mic) == len(played)
                assert first >= expected_first
                pulled += len(mic)
                expected_first = first + len(mic)
            counters = edge.counters
            assert pushed == counters.played_frames + counters.dropped_frames + edge.queued
        for _ in range(3):
            edge.process(np.zeros(600, np.float32))
        answered = sum(ack.id > 0 for ack in edge.acks())
        assert answered == commands
        while len(mic := edge.pull(1000)[1]):
            pulled += len(mic)
        counters = edge.counters
        assert pulled + counters.capture_lost_frames == counters.frames
    finally:
        edge.close()


def test_rings_between_threads_lose_and_change_nothing():
    """Writer, callback and reader run at once; every sample that comes out is the one that must."""
    total = 4096 * 96
    edge = Edge(RATE, play_s=0.3, capture_s=0.3)
    turns = {"writer": 0, "callback": 0}
    pulled = [0]

    def numbers(start, count):
        return (((start + np.arange(count)) % 4093) / 4096).astype(np.float32)

    def write():
        at = 0
        while at < total:
            at += edge.push(numbers(at, min(997, total - at)))
            turns["writer"] += 1

    def callback():
        at = 0
        while at < total:
            # A real card waits for its clock; this one waits for both neighbours, so nothing may be lost.
            if edge.queued >= 128 and at - pulled[0] < 4096:
                edge.process(numbers(at, 128))
                at += 128
                turns["callback"] += 1

    switching_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # as many interleavings as Python can be made to give
    threads = [threading.Thread(target=work, daemon=True) for work in (write, callback)]
    try:
        for thread in threads:
            thread.start()
        reads = 0
        while pulled[0] < total:
            first, mic, played = edge.pull(501)
            assert first == pulled[0]
            np.testing.assert_array_equal(mic, numbers(first, len(mic)))
            np.testing.assert_array_equal(played, mic)
            pulled[0] += len(mic)
            reads += len(mic) > 0
        for thread in threads:
            thread.join(10)
    finally:
        sys.setswitchinterval(switching_s)
    counters = edge.counters
    edge.close()
    assert (counters.played_frames, counters.frames, counters.capture_lost_frames) == (total, total, 0)
    assert turns["callback"] == total / 128
    assert turns["writer"] >= total / 997 and reads >= total / 501


def heard_of(left, right, block=BLOCK, third=None):
    """What comes out of a microphone of two channels, or three."""
    channels = np.column_stack([left, right] if third is None else [left, right, third])
    stereo = Edge(RATE, play_s=1.0, capture_s=len(left) / RATE + 1, inputs=channels.shape[1])
    for at in range(0, len(channels), block):
        stereo.process_channels(channels[at : at + block])
    heard = stereo.pull(len(channels))[1]
    stereo.close()
    return heard


def words(seconds=4, seed=0):
    """Bursts, as words are, with pauses between them."""
    generator = np.random.default_rng(seed)
    loud = np.repeat(np.arange(4 * seconds) % 3 > 0, RATE // 4)
    return (0.1 * loud * generator.standard_normal(len(loud))).astype(np.float32)


def room(seed, seconds=4):
    return (0.001 * np.random.default_rng(seed).standard_normal(seconds * RATE)).astype(np.float32)


def level(samples):
    return 10 * np.log10(np.mean(samples.astype(np.float64) ** 2))


@pytest.mark.parametrize("block", [64, BLOCK, 1500])
@pytest.mark.parametrize("right", [-1.0, -0.8])
@pytest.mark.parametrize("offset", [0.0, 0.2])
def test_a_stereo_microphone_whose_channels_are_opposite_is_heard(block, right, offset):
    left = words() + room(1) + np.float32(offset)
    heard = heard_of(left, np.float32(right) * words() + room(2) + np.float32(offset), block)
    assert level(heard - heard.mean()) > level(words()) - 1


def test_it_keeps_to_one_channel_through_the_pauses():
    said = words()
    heard = heard_of(said + room(1), -said + room(2))[RATE // 2 :]
    np.testing.assert_allclose(heard, (said + room(1))[RATE // 2 :], atol=1e-6)


@pytest.mark.parametrize("right", [1.0, 0.5, 0.0])
def test_channels_that_do_not_cancel_are_averaged(right):
    heard = heard_of(words(), np.float32(right) * words())
    np.testing.assert_allclose(heard, words() * (1 + right) / 2, atol=1e-6)


def test_of_three_channels_too_and_back():
    said, half = words(8), 4 * RATE
    right, third = -said, 0 * said
    right[half:] = third[half:] = said[half:]
    heard = heard_of(said, right, third=third)
    assert level(heard[:half]) > level(said) - 1
    np.testing.assert_allclose(heard[-RATE:], said[-RATE:], atol=1e-5)


def test_a_change_of_channel_does_not_click():
    left = tone(4 * RATE, 200.0, 0.3)
    right = left.copy()
    right[2 * RATE :] *= -1
    step = np.abs(np.diff(heard_of(left, right)))
    at = 2 * RATE
    assert np.delete(step, slice(at - 2, at + 2)).max() < 0.05
