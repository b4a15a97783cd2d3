"""A conversation's worth of sound on the software card while Python threads spin. Prints what happened as JSON.

python duplex_run.py c|python SECONDS SPINNERS
"""

import json
import queue
import sys
import threading
import time

import numpy as np

RATE = 16_000
BLOCK = 160
SEQUENCE = (0.05 * np.random.default_rng(5).standard_normal(1 << 16)).astype(np.float32)
"""Played over and over; every sample that comes back as reference can be told from its neighbours."""


def spin(stop):
    count = 0
    while not stop.is_set():
        count += 1


def run_c(seconds):
    from localvoice.engines.sound.portaudio import PortAudioCard

    card = PortAudioCard(rate_hz=RATE)
    edge = card.edge
    pushed = 0

    def fill():
        nonlocal pushed
        while edge.free >= len(SEQUENCE):
            pushed += edge.push(SEQUENCE)

    fill()
    edge.expect_more(True)
    card.start()
    total = round(seconds * RATE)
    pulled = wrong = jumps = played_position = 0
    expected = None
    microphone = 0.0
    while pulled < total and card.healthy:
        first, mic, played = edge.pull(RATE)
        fill()
        if not len(mic):
            time.sleep(0.005)
            continue
        jumps += expected is not None and first != expected
        expected = first + len(mic)
        due = np.take(SEQUENCE, np.arange(played_position, played_position + len(played)), mode="wrap")
        wrong += int(np.count_nonzero(played != due))
        played_position += len(played)
        pulled += len(mic)
        microphone = max(microphone, float(np.abs(mic).max()))
    healthy = card.healthy
    card.stop()
    counters = edge.counters
    result = {name: getattr(counters, name) for name in counters.__slots__}
    edge.close()
    return {
        **result, "pulled": pulled, "wrong_samples": wrong, "jumps": jumps, "healthy": healthy,
        "microphone": microphone, "latency_ms": [card.input_latency_ms, card.output_latency_ms],
    }  # fmt: skip


def run_python(seconds):
    """What a Python callback makes of the same."""
    import sounddevice

    blocks = queue.SimpleQueue()
    faults = {"output_underflows": 0, "input_overflows": 0}

    def callback(indata, outdata, frames, when, status):
        outdata[:, 0] = SEQUENCE[:frames]
        faults["output_underflows"] += bool(status.output_underflow)
        faults["input_overflows"] += bool(status.input_overflow)
        blocks.put(indata.copy())

    stream = sounddevice.Stream(
        samplerate=RATE, blocksize=BLOCK, channels=1, dtype="float32", latency=0.04, callback=callback
    )
    stream.start()
    time.sleep(seconds)  # the sound server's clock decides what is due meanwhile
    stream.abort()
    stream.close()
    return {**faults, "blocks": blocks.qsize(), "due_blocks": int(seconds * RATE / BLOCK)}


def main():
    kind, seconds, spinners = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    stop = threading.Event()
    threads = [threading.Thread(target=spin, args=(stop,), daemon=True) for _ in range(spinners)]
    for thread in threads:
        thread.start()
    result = run_c(seconds) if kind == "c" else run_python(seconds)
    stop.set()
    print(json.dumps(result))


main()
