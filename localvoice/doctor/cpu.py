"""The processor: its name, its cores, and the vector instructions that the engines use."""

import ctypes
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

# Names by platform: /proc/cpuinfo, macOS's sysctl (hw.optional...), Windows' IsProcessorFeaturePresent.
LINUX = {
    "avx2": "AVX2", "avx512f": "AVX-512", "avx512_vnni": "VNNI", "avx_vnni": "VNNI", "amx_int8": "AMX",
    "asimd": "NEON", "neon": "NEON", "asimddp": "dot product", "i8mm": "I8MM", "sve": "SVE",
}  # fmt: skip
MACOS = {
    "avx2_0": "AVX2", "avx512f": "AVX-512", "neon": "NEON", "adv_simd": "NEON", "advsimd": "NEON",
    "feat_dotprod": "dot product", "feat_i8mm": "I8MM", "feat_sme": "SME",
}  # fmt: skip
WINDOWS = {40: "AVX2", 41: "AVX-512", 19: "NEON", 43: "dot product"}
"""Windows has no number for AMX and VNNI."""

BUSY_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Cpu:
    """`cores` are real ones where that is known, `threads` what this process may use at once."""

    name: str
    machine: str
    """The architecture: x86_64, arm64, ..."""
    cores: int
    threads: int
    features: tuple[str, ...]
    load: float = 0.0
    """Programs that wanted to run at once, mean of the last minute; 0 where the system does not say."""

    @property
    def is_busy(self) -> bool:
        """Whether other programs take so much that nothing measured now tells what the machine can do."""
        return self.load > BUSY_SHARE * self.threads

    @property
    def is_slow(self) -> bool:
        """Whether the engines have to do without the instructions that they are fast with."""
        return not {"AVX2", "AVX-512", "NEON"} & set(self.features)


def look() -> Cpu:
    """This machine's processor. Nothing here raises: what cannot be found out is left out."""
    machine = platform.machine()
    threads = _threads()
    name = platform.processor() or machine
    features: tuple[str, ...] = ()
    if sys.platform == "win32":
        name = os.environ.get("PROCESSOR_IDENTIFIER", name)
        features = from_windows(ctypes.windll.kernel32.IsProcessorFeaturePresent)
    elif sys.platform == "darwin":
        name, features = from_sysctl(_sysctl())
    else:
        name, features = from_cpuinfo(_text(Path("/proc/cpuinfo")))
    if machine.lower() in ("arm64", "aarch64"):
        features = tuple(dict.fromkeys(["NEON", *features]))  # part of every 64-bit ARM
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return Cpu(name or machine, machine, min(_cores() or threads, threads), threads, features, load)


def from_cpuinfo(text: str) -> tuple[str, tuple[str, ...]]:
    """(name, features) from Linux's /proc/cpuinfo."""
    values: dict[str, list[str]] = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        values.setdefault(key.strip(), []).append(value.strip())
    flags = (values.get("flags") or values.get("Features") or [""])[0].split()
    name = next((values[key][0] for key in ("model name", "Model", "Hardware") if key in values), "")
    return name, _known(LINUX, flags)


def from_sysctl(text: str) -> tuple[str, tuple[str, ...]]:
    """(name, features) from lines `key: value` of macOS's sysctl."""
    values = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    options = {key: value for key, value in values.items() if key.startswith("hw.optional")}
    on = [key.rsplit(".", 1)[-1].lower() for key, value in options.items() if value == "1"]
    return values.get("machdep.cpu.brand_string", ""), _known(MACOS, on)


def from_windows(has: Callable[[int], int]) -> tuple[str, ...]:
    """Features that `has`, which is IsProcessorFeaturePresent, says yes to."""
    return tuple(name for number, name in WINDOWS.items() if has(number))


def _known(names: dict[str, str], found: Iterable[str]) -> tuple[str, ...]:
    present = set(found)
    return tuple(dict.fromkeys(name for key, name in names.items() if key in present))


def _threads() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def _cores() -> int:
    """Real ones of the whole machine; 0 if that is not known."""
    try:
        import psutil

        return psutil.cpu_count(logical=False) or 0
    except (ImportError, OSError, RuntimeError):
        return 0


def _sysctl() -> str:
    names = ["hw.optional", "machdep.cpu.brand_string"]
    try:
        done = subprocess.run(["/usr/sbin/sysctl", *names], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return re.sub(r"(?m) = ", ": ", done.stdout)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
