"""Python and the native libraries: whether they are there, load on this machine, and in which version."""

import importlib.metadata
import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from localvoice import child
from localvoice.doctor.check import Check, State

OLDEST, TOO_NEW = (3, 11), (3, 14)
LONGEST_S = 120.0
REINSTALL = "Install localvoice again, or in a checkout run scripts/demo."


@dataclass(frozen=True, slots=True)
class Library:
    """One that is loaded by name. `without`: what happens where it is missing; empty where nothing works without."""

    module: str
    package: str
    what: str
    remedy: str
    without: str = ""


PORTAUDIO = "`sudo apt install libportaudio2` on Debian and Ubuntu, `brew install portaudio` on macOS."
LIBRARIES = (
    Library("numpy", "numpy", "numbers", REINSTALL),
    Library("sounddevice", "sounddevice", "sound devices", PORTAUDIO),
    Library("soundfile", "soundfile", "sound files", REINSTALL),
    Library("soxr", "soxr", "sample rates", REINSTALL),
    Library("pywebrtc_audio", "pywebrtc-audio", "echo (AEC3)", REINSTALL, "echo is removed by Speex alone"),
    Library("speexdsp", "speexdsp", "echo (Speex)",
            "Install swig, a C compiler and libspeexdsp-dev, then `pip install speexdsp`.",
            "echo is removed by AEC3 alone"),
    Library("localvoice.engines.sound.edge_library", "", "sound edge in C",
            "Install a C compiler and install localvoice again.", "live sound goes through rtmixer"),
    Library("onnxruntime", "onnxruntime", "voice detection and voices", REINSTALL),
    Library("faster_whisper", "faster-whisper", "transcribing", REINSTALL),
    Library("piper", "piper-tts", "voices", REINSTALL),
    Library("psutil", "psutil", "memory and cores", REINSTALL, "the doctor does not know how much memory there is"),
)  # fmt: skip

_LOAD = """
import importlib, json, sys
for name in sys.argv[1:]:
    print(json.dumps({"begin": name}), flush=True)
    try:
        importlib.import_module(name)
        fault = ""
    except BaseException as error:
        fault = f"{type(error).__name__}: {error}"
    print(json.dumps({"end": name, "fault": fault[:300]}), flush=True)
"""


def python() -> Check:
    """The interpreter."""
    version, bits = platform.python_version(), 64 if sys.maxsize > 1 << 32 else 32
    sentence = f"Python {version}, {platform.python_implementation()}, {bits} bit, on {platform.platform(terse=True)}."
    figures = {"version": version, "bits": bits, "platform": platform.platform()}
    if not OLDEST <= sys.version_info[:2] < TOO_NEW or bits == 32:
        return Check("python", "fail", sentence, "Install a 64-bit Python 3.11, 3.12 or 3.13.", figures)
    return Check("python", "ok", sentence, "", figures)


def libraries(wanted: Sequence[Library] = LIBRARIES) -> list[Check]:
    """One check for all that load, and one for each that does not."""
    faults = load([library.module for library in wanted])
    checks, versions = [], {}
    for library in wanted:
        fault = faults[library.module]
        if not fault:
            versions[library.package or library.what] = _version(library.package)
            continue
        state: State = "warn" if library.without else "fail"
        price = f" Without it {library.without}." if library.without else ""
        name = library.package or library.what
        sentence = f"{name} ({library.what}) {fault}.{price}"
        checks.append(Check(f"library {name}", state, sentence, library.remedy, {"module": library.module}))
    shown = ", ".join(f"{name} {version}".strip() for name, version in versions.items())
    return [Check("libraries", "ok", f"{shown}." if shown else "None.", "", {"versions": versions}), *checks]


def load(modules: Sequence[str]) -> dict[str, str]:
    """Load `modules` in a process of its own, and again without those that end it; the fault of each, or ""."""
    faults: dict[str, str] = {}
    left = list(modules)
    while left:
        ended = child.run(_LOAD, LONGEST_S, *left)
        begun = ""
        for line in ended.output.splitlines():
            try:
                said = json.loads(line)
            except ValueError:
                continue  # Some library greets.
            if isinstance(said, dict) and "begin" in said:
                begun = said["begin"]
            elif isinstance(said, dict) and "end" in said:
                faults[said["end"]] = _explained(said["fault"])
        if begun and begun not in faults:
            faults[begun] = ended.died or "ended the process that loads it"
        elif not begun:
            faults.update({module: f"cannot be tried: {ended.errors.strip()[-200:] or ended.died}" for module in left})
        left = [module for module in left if module not in faults]
    return faults


def _explained(fault: str) -> str:
    if fault.startswith("ModuleNotFoundError"):
        return "is not installed"
    return f"does not load ({fault})" if fault else ""


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package) if package else ""
    except importlib.metadata.PackageNotFoundError:
        return ""
