"""The edge without a compiler, on a stream that stands in for rtmixer's: what it does to its rings, block by block."""

from collections import deque

import numpy as np

from localvoice.engines.sound.rtmixer import AHEAD_MS, RtMixerEdge

RATE = 16_000
AHEAD = round(AHEAD_MS * RATE / 1000)


class Ring:
    """Bytes in, bytes out."""

    def __init__(self, size, _elements):
        self.size, self.items = size, deque()

    @property
    def read_available(self):
        return len(self.items)

    def write(self, data):
        self.items.extend(data[i : i + self.size] for i in range(0, len(data), self.size))

    def read(self, count):
        return b"".join(self.items.popleft() for _ in range(count))


class Stream:
    """Plays a ring into the microphone of the same frame, and ends it when it has run empty, as rtmixer does."""

    def __init__(self):
        self.actions = []

    def play_ringbuffer(self, ring):
        self.playing = ring
        self.actions = [*self.actions, ring]
        return ring

    def record_ringbuffer(self, ring):
        self.recording = ring
        self.actions = [*self.actions, ring]
        return ring

    def run(self, frames):
        for _ in range(frames):
            sample = bytes(4)
            if self.playing in self.actions:
                if self.playing.read_available:
                    sample = self.playing.read(1)
                else:
                    self.actions = [self.recording]
            self.recording.write(sample)


def an_edge():
    stream = Stream()
    edge = RtMixerEdge(stream, Ring, RATE)
    # As `run` does, without the thread: the test says when Python had time.
    edge._playing_action = stream.play_ringbuffer(edge._speaker)
    edge._recording_action = stream.record_ringbuffer(edge._microphone)
    edge._feed()
    return stream, edge


def test_after_a_hold_up_the_reference_is_that_of_the_same_frame():
    """With the ears first to look at it, or the feeding thread."""
    for ears_first in (True, False):
        stream, edge = an_edge()
        edge.push(np.linspace(0.1, 0.9, RATE, dtype=np.float32))
        mics, refs = [], []
        for block in range(100):
            stream.run(AHEAD + 640 if block == 20 else 160)
            for look in (0, 1) if ears_first else (1, 0):
                if look:
                    edge._feed()
                else:
                    _, mic, played = edge.pull(RATE)
                    mics.append(mic)
                    refs.append(played)
        assert edge.counters.gaps == 1
        np.testing.assert_array_equal(np.concatenate(mics), np.concatenate(refs))


def test_the_volume_moves_in_silence_too():
    stream, edge = an_edge()
    edge.ramp(-12.0, 30)
    for block in range(30):
        if block == 10:
            edge.push(np.full(160, 0.5, np.float32))
        stream.run(160)
        edge._feed()
    _, mic, _ = edge.pull(RATE)
    sounding = mic[np.flatnonzero(mic)]
    assert len(sounding) == 160
    np.testing.assert_allclose(sounding, 0.5 * 10 ** (-12 / 20), rtol=1e-3)
