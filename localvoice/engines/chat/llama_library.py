"""The llama.cpp that runs: the one that was compiled for this machine if there is one, else the prebuilt one.

`llama-cpp-python` is compiled on the machine it is installed on and uses all that its processor has. `xllamacpp` comes
prebuilt; its Python side is not needed, only the shared library, which exports llama.cpp's whole C interface. Both
answer here with the same functions and structures, under llama.h's names.
"""

import ctypes
import importlib.metadata
import importlib.util
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from localvoice.engines.chat import llama_abi, openmp
from localvoice.engines.chat.cards import KINDS, Device
from localvoice.engines.probe import survives
from localvoice.errors import ModelError

Kind = Literal["compiled", "prebuilt"]
PACKAGES: dict[Kind, str] = {"compiled": "llama-cpp-python", "prebuilt": "xllamacpp"}
CHOICE = "LOCALVOICE_LLAMA"
"""The environment variable that asks for one of them, for comparing the two."""
SPIN_COUNT = "1000"
"""Of GNU's OpenMP: how often a waiting thread looks again before it sleeps."""
READY_MADE_FOR = ("linux", "darwin")
"""On Windows xllamacpp 2026.10.11549 exports nothing but its Python module."""
_NO_INSTRUCTIONS = ("LLAMAFILE", "OPENMP", "ACCELERATE", "REPACK")
"""What llama.cpp lists among them, and is a way of building it."""
COMPILE = "pip install 'localvoice[compiled]' compiles one on a machine with a C++ compiler."
READY_MADE = f"pip install xllamacpp=={llama_abi.VERSION}"


@dataclass(frozen=True, slots=True)
class Library:
    """One that is loaded."""

    kind: Kind
    version: str
    """Of its package."""
    file: Path
    """What changes when another build is installed."""
    calls: Any = field(repr=False)
    """llama.h's functions, structures' makers and callback types as attributes."""
    handles: Sequence[ctypes.CDLL] = field(repr=False)
    """Where ggml's own functions are."""

    @property
    def name(self) -> str:
        """Package and version."""
        return f"{PACKAGES[self.kind]} {self.version}"

    @property
    def features(self) -> tuple[str, ...]:
        """The instruction sets that it was built with and finds here, as llama.cpp calls them."""
        info: bytes = self.calls.llama_print_system_info()
        found = re.findall(r"(\w+) = 1\b", info.decode("utf-8", "replace"))
        return tuple(name for name in found if name not in _NO_INSTRUCTIONS)

    def devices(self) -> tuple[Device, ...]:
        """What it can compute on; initialises the drivers of cards that it was built for."""
        try:
            return _devices(self.handles)
        except AttributeError:
            return ()


def which(compiled: str, prebuilt: str, wished: str = "") -> Kind:
    """The one to load. `compiled`, `prebuilt`: the installed version or ""; `wished`: one of the two names, or "".

    Raises ModelError: there is none, or not the one that is wished for.
    """
    versions: dict[Kind, str] = {"compiled": compiled, "prebuilt": prebuilt}
    for kind, version in versions.items():
        if version and wished in ("", kind):
            return kind
    if wished not in ("", *versions):
        raise ModelError(f"{CHOICE} is {wished!r}.", "Set it to compiled or prebuilt, or not at all.")
    if wished:
        raise ModelError(
            f"{CHOICE} asks for the {wished} llama.cpp, which is not installed.", "Install it, or unset the variable."
        )
    ready_made = f"{READY_MADE} installs a prebuilt one; " if sys.platform in READY_MADE_FOR else ""
    raise ModelError("There is no llama.cpp for the chat model.", ready_made + COMPILE)


def chosen() -> tuple[Kind, str]:
    """(the one that `load` takes, its version). Raises ModelError as `which` does."""
    prebuilt = _version("prebuilt") if sys.platform in READY_MADE_FOR else ""
    kind = which(_version("compiled"), prebuilt, os.environ.get(CHOICE, ""))
    return kind, _version(kind)


def load() -> Library:
    """Load it, once for a process. Raises ModelError: none is installed, or it cannot be used here."""
    return _load(*chosen())


def put(structure: ctypes.Structure, **values: Any) -> None:
    """Set fields of `structure`; ctypes would take a name that it does not have without a word. Raises ModelError."""
    known = {name for name, *_ in structure._fields_}
    for name, value in values.items():
        if name not in known:
            raise ModelError(
                f"This llama.cpp is too new or too old: {type(structure).__name__} has no {name}.",
                "Install localvoice again: pip install --upgrade localvoice",
            )
        setattr(structure, name, value)


@cache
def _load(kind: Kind, version: str) -> Library:
    # Read when the library loads. Idle OpenMP threads that spin take the cores that hearing and speaking need; threads
    # that go to sleep at once are woken some hundred times a token. So they spin a moment (docs/adr/0027).
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("GOMP_SPINCOUNT", SPIN_COUNT)
    return _compiled(version) if kind == "compiled" else _prebuilt(version)


def _compiled(version: str) -> Library:
    try:
        import llama_cpp
        from llama_cpp import _ggml
        from llama_cpp.llama_cpp import _lib
    except (ImportError, OSError, RuntimeError) as error:
        again = "pip install --force-reinstall --no-binary llama-cpp-python llama-cpp-python"
        raise ModelError(
            f"llama-cpp-python {version} does not load ({error}).",
            f"Compile it again ({again}), or uninstall it: the prebuilt one is then used.",
        ) from None
    built = sorted(_place("llama_cpp").glob("lib/*llama.*"))
    return Library(
        "compiled", version, built[0] if built else Path(llama_cpp.__file__), llama_cpp, (_lib, _ggml.libggml)
    )


def _prebuilt(version: str) -> Library:
    if version != llama_abi.VERSION:
        raise ModelError(
            f"xllamacpp {version} is installed, but localvoice knows only the structures of {llama_abi.VERSION}.",
            f"{READY_MADE}, or {COMPILE}",
        )
    found = sorted(_place("xllamacpp").glob("xllamacpp*.so"))
    if not found:
        raise ModelError(f"xllamacpp {version} lacks its library.", f"{READY_MADE} --force-reinstall")
    # Of another build, or with instructions that this processor lacks, it would end the process.
    if why := survives(found[0], f"from {__name__} import _try; _try({str(found[0])!r})  # {version}"):
        raise ModelError(f"xllamacpp {version} cannot be used on this machine: {why}", _remedy(why))
    openmp.ensure()
    library = ctypes.CDLL(str(found[0]))
    return Library("prebuilt", version, found[0], llama_abi.calls(library), (library,))


def _remedy(why: str) -> str:
    if "libgomp" in why:
        return "Install OpenMP's library: sudo apt install libgomp1, on Fedora sudo dnf install libgomp."
    return f"{READY_MADE} --force-reinstall, or if that does not help: {COMPILE}"


def _try(file: str) -> None:
    """In a process of its own: load the prebuilt library and compare what it says with what is known."""
    try:
        openmp.ensure()
        fault = llama_abi.fault(ctypes.CDLL(file))
    except OSError as error:
        sys.exit(f"{error}.")
    if fault:
        sys.exit(f"it is not the build that its version says: {fault}.")


def _version(kind: Kind) -> str:
    try:
        return importlib.metadata.version(PACKAGES[kind])
    except importlib.metadata.PackageNotFoundError:
        return ""


def _place(package: str) -> Path:
    """The package's folder, found without running any of it."""
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return Path(folders[0]) if folders else Path(os.devnull)


def _devices(handles: Sequence[ctypes.CDLL]) -> tuple[Device, ...]:
    """Raises AttributeError: it does not show its devices."""

    def function(name: str, result: Any, *arguments: Any) -> Any:
        handle = next((handle for handle in handles if hasattr(handle, name)), handles[0])
        found = handle[name]
        found.restype, found.argtypes = result, arguments
        return found

    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    count = function("ggml_backend_dev_count", ctypes.c_size_t)
    get = function("ggml_backend_dev_get", pointer, ctypes.c_size_t)
    name, about = (function(f"ggml_backend_dev_{what}", text, pointer) for what in ("name", "description"))
    kind = function("ggml_backend_dev_type", ctypes.c_int, pointer)
    backend = function("ggml_backend_dev_backend_reg", pointer, pointer)
    backend_name = function("ggml_backend_reg_name", text, pointer)
    devices = []
    for handle in map(get, range(count())):
        family = _text(backend_name(backend(handle)))
        label = KINDS.get(family.upper(), family.lower())
        devices.append(Device(_text(name(handle)), _text(about(handle)), label, kind(handle), handle))
    return tuple(devices)


def _text(text: bytes | None) -> str:
    return (text or b"").decode("utf-8", "replace")
