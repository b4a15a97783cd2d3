"""Whether a time that was measured says something about the program: what else took the processor meanwhile."""

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

LEAST_SHARE = 0.15
"""Of a core: what others may take before nothing is judged any more."""
SLOWER = 1.5
STARVED_SHARE, STARVED_SLOWER = 0.4, 2.5
"""With so little left, a conversation in real time need not succeed at all."""
OTHERS = ("pulseaudio", "parec", "paplay")
"""Children of the tests that are no part of the program."""
STAT = Path("/proc/stat")
KERNEL = 2
"""Process that all threads of the kernel descend from."""


def work_s() -> float:
    """What a fixed amount of work takes at the moment."""
    took_s = []
    for _ in range(15):
        began_s = time.perf_counter()
        sum(range(200_000))
        took_s.append(time.perf_counter() - began_s)
    return statistics.median(took_s)


WORK_S = work_s()
"""When the tests began."""


class Watch:
    """What the processor did between `__enter__` and `__exit__`: shares of one core."""

    def __enter__(self) -> "Watch":
        self._began_s = time.monotonic()
        self._before, self._stolen = taken(), stolen()
        return self

    def __exit__(self, *_: object) -> None:
        ticks_per_core = (time.monotonic() - self._began_s) * os.sysconf("SC_CLK_TCK")
        self.shares = {"the host of this machine": (stolen() - self._stolen) / ticks_per_core}
        for pid, (name, ticks) in taken().items():
            share = (ticks - self._before.get(pid, (name, 0))[1]) / ticks_per_core
            self.shares[name] = self.shares.get(name, 0.0) + share
        self.slower = work_s() / WORK_S

    def __str__(self) -> str:
        first = sorted(self.shares.items(), key=lambda one: -one[1])[:6]
        return f"work took {self.slower:.2f} times as long; " + ", ".join(f"{who} {100 * s:.0f}%" for who, s in first)

    @property
    def is_disturbed(self) -> bool:
        return self.slower > SLOWER or sum(self.shares.values()) > LEAST_SHARE

    @property
    def is_starved(self) -> bool:
        return self.slower > STARVED_SLOWER or sum(self.shares.values()) > STARVED_SHARE

    @contextmanager
    def judging(self) -> Iterator[None]:
        """What is asserted inside may be wrong where the machine was starved: skips then."""
        try:
            yield
        except AssertionError as wrong:
            if self.is_starved:
                pytest.skip(f"too starved a machine to judge: {wrong} ({self})")
            raise

    def judge(self, holds: bool, sentence: str) -> None:
        """Fails unless `holds`; where others took the processor meanwhile, skips instead."""
        if not holds and self.is_disturbed:
            pytest.skip(f"too busy a machine to judge: {sentence} ({self})")
        assert holds, f"{sentence} ({self})"


def stolen() -> int:
    """Ticks that a virtual machine would have had and was not given."""
    return int(STAT.read_text().split(maxsplit=9)[8]) if STAT.exists() else 0


def taken() -> dict[int, tuple[str, int]]:
    """Name and ticks of every process but the kernel's, the tests and what they started."""
    found, parents = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            before, after = stat.read_text().rsplit(")", 1)
        except OSError:  # ended meanwhile
            continue
        number, name = before.split(" (", 1)
        fields = after.split()
        parents[int(number)] = int(fields[1])
        found[int(number)] = name, int(fields[11]) + int(fields[12])

    def counts(pid: int) -> bool:
        name, parent = found[pid][0], pid
        while parent not in (0, KERNEL, os.getpid()):
            parent = parents.get(parent, 0)
        return parent == 0 or (parent == os.getpid() and name in OTHERS)

    return {pid: found[pid] for pid in found if counts(pid)}
