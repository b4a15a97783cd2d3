"""What this machine can do in numbers, without any model: for what a model that is not here yet would cost."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

RUNS = 8
READ_BYTES = 128 << 20
"""More than any cache holds."""
SIDE = 768


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Of all cores together."""

    read_bytes_per_s: float
    """From memory: every token that a chat model writes reads all of its weights."""
    flops: float
    """Multiplications and additions a second, float32: what transcribing and reading prompts is made of."""


def measure(cores: int) -> Yardstick:
    """The best of a few runs of some tens of milliseconds each."""
    share = np.ones(READ_BYTES // 4 // max(1, cores), np.float32)
    with ThreadPoolExecutor(max(1, cores), "yardstick") as pool:
        read_s = min(_seconds(lambda: list(pool.map(np.max, [share] * cores))) for _ in range(RUNS))
    one = np.ones((SIDE, SIDE), np.float32)
    product_s = min(_seconds(lambda: np.dot(one, one)) for _ in range(RUNS))
    return Yardstick(share.nbytes * cores / read_s, 2 * SIDE**3 / product_s)


def _seconds(work: object) -> float:
    assert callable(work)
    began_s = time.perf_counter()
    work()
    return time.perf_counter() - began_s
