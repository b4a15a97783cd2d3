"""Memory of this machine, and what of it this process may use."""

from dataclasses import dataclass
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")
"""Linux: a container's limits, in version 2 of control groups."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes; 0 if it cannot be found out."""

    total_bytes: int
    free_bytes: int
    """What programs can have without anything else being pushed out."""


def look(limits: Path = CGROUP) -> Memory:
    """This machine's memory, or less if a container has a limit. Nothing here raises."""
    try:
        import psutil

        now = psutil.virtual_memory()
        found = Memory(int(now.total), int(now.available))
    except (ImportError, OSError, RuntimeError):
        return Memory(0, 0)  # not installed, or a system without /proc
    limit, used = (_text(limits / name).strip() for name in ("memory.max", "memory.current"))
    return limited(found, int(limit), int(used)) if limit.isdigit() and used.isdigit() else found


def limited(memory: Memory, limit_bytes: int, used_bytes: int) -> Memory:
    """`memory` with a limit on all processes together."""
    left = max(0, limit_bytes - used_bytes)
    return Memory(min(memory.total_bytes, limit_bytes), min(memory.free_bytes, left))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
