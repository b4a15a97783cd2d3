"""What this machine can do in numbers, without any model: for what a model that is not here yet would cost."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from localvoice.sound import Samples

RUNS = 8
READ_BYTES = 128 << 20
"""More than any cache holds."""
SIDE = 768
SHARE_S = 0.2
LEAST_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class MachineSpeed:
    """Of all cores together."""

    read_bytes_per_s: float
    """From memory: every token that a chat model writes reads all of its weights."""
    flops: float
    """Multiplications and additions a second, float32: what transcribing and reading prompts is made of."""
    share: float = 1.0
    """Of the processor time that was asked for, so much was given; far below 1, others run at the same time."""

    @property
    def is_disturbed(self) -> bool:
        """Whether other programs took so much that this does not tell what the machine can do."""
        return self.share < LEAST_SHARE


def measure(cores: int) -> MachineSpeed:
    """The best of a few runs of some tens of milliseconds each."""
    part = np.ones(READ_BYTES // 4 // max(1, cores), np.float32)
    with ThreadPoolExecutor(max(1, cores), "machine-speed") as pool:
        read_s = min(_seconds(lambda: list(pool.map(np.max, [part] * cores))) for _ in range(RUNS))
        share = float(np.mean(list(pool.map(_share, [part] * max(1, cores)))))
    one = np.ones((SIDE, SIDE), np.float32)
    product_s = min(_seconds(lambda: np.dot(one, one)) for _ in range(RUNS))
    return MachineSpeed(part.nbytes * cores / read_s, 2 * SIDE**3 / product_s, share)


def _seconds(work: object) -> float:
    assert callable(work)
    began_s = time.perf_counter()
    work()
    return time.perf_counter() - began_s


def _share(part: Samples) -> float:
    """How much of a core a thread that never waits is given; seen from inside, so that starting it costs nothing."""
    began_s, began_cpu_s = time.perf_counter(), time.thread_time()
    while (passed_s := time.perf_counter() - began_s) < SHARE_S:
        part.max()
    return (time.thread_time() - began_cpu_s) / passed_s
