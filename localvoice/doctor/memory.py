"""Memory of this machine, and what of it this process may use."""

import ctypes
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes; 0 where it cannot be found out."""

    total_bytes: int
    free_bytes: int
    """What programs can have without anything else being pushed out."""


def look() -> Memory:
    """This machine's memory, or less where a container has a limit. Nothing here raises."""
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return from_macos(_run("/usr/sbin/sysctl", "-n", "hw.memsize"), _run("/usr/bin/vm_stat"))
    found = from_meminfo(_text(Path("/proc/meminfo")))
    limit, used = (_text(Path("/sys/fs/cgroup") / name).strip() for name in ("memory.max", "memory.current"))
    return limited(found, int(limit), int(used)) if limit.isdigit() and used.isdigit() else found


def from_meminfo(text: str) -> Memory:
    """From Linux's /proc/meminfo."""
    kilobytes = {key: int(value) for key, value in re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE)}
    return Memory(1024 * kilobytes.get("MemTotal", 0), 1024 * kilobytes.get("MemAvailable", 0))


def from_macos(size: str, vm_stat: str) -> Memory:
    """From `sysctl -n hw.memsize` and `vm_stat`."""
    page = re.search(r"page size of (\d+) bytes", vm_stat)
    pages = dict(re.findall(r"^Pages (free|inactive|speculative|purgeable):\s+(\d+)\.", vm_stat, re.MULTILINE))
    free = sum(map(int, pages.values())) * (int(page.group(1)) if page else 0)
    return Memory(int(size) if size.strip().isdigit() else 0, free)


def limited(memory: Memory, limit_bytes: int, used_bytes: int) -> Memory:
    """`memory` with a limit on all processes together."""
    left = max(0, limit_bytes - used_bytes)
    return Memory(min(memory.total_bytes, limit_bytes), min(memory.free_bytes, left))


def _windows() -> Memory:
    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong), ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "free", "c", "d", "e", "f", "g")),
        )  # fmt: skip

    status = Status()
    status.length = ctypes.sizeof(status)
    windll: Any = vars(ctypes).get("windll")
    if not windll or not windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return Memory(0, 0)
    return Memory(int(status.total), int(status.free))


def _run(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
