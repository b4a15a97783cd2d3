"""Which llama.cpp is taken, that the prebuilt one is what it says, and what is said where it is not."""

import ctypes
import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from localvoice.engines.chat import llama_abi, llama_library
from localvoice.engines.chat.llama_library import CHOICE, put, which
from localvoice.errors import ModelError
from tests.engines.libraries import INSTALLED, chosen

READY_MADE = pytest.mark.skipif("prebuilt" not in INSTALLED, reason="xllamacpp is not installed, or is of no use here")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads what the Linux kernel and its OpenMP say")
ROOT = Path(__file__).parents[2]


def test_the_compiled_one_goes_first_and_either_can_be_asked_for() -> None:
    assert which("0.3.36", "2026.10.11549") == "compiled"
    assert which("0.3.36", "") == "compiled"
    assert which("", "2026.10.11549") == "prebuilt"
    assert which("0.3.36", "2026.10.11549", "prebuilt") == "prebuilt"


@pytest.mark.parametrize(
    ("compiled", "prebuilt", "wished", "said"),
    [
        ("", "", "", "There is no llama.cpp"),
        ("", "2026.10.11549", "compiled", "asks for the compiled llama.cpp, which is not installed"),
        ("0.3.36", "", "prebuilt", "asks for the prebuilt llama.cpp, which is not installed"),
        ("0.3.36", "2026.10.11549", "best", f"{CHOICE} is 'best'"),
    ],
)
def test_what_cannot_be_had_is_a_sentence_with_a_remedy(compiled: str, prebuilt: str, wished: str, said: str) -> None:
    with pytest.raises(ModelError) as caught:
        which(compiled, prebuilt, wished)
    assert said in caught.value.message and caught.value.remedy and caught.value.exit_code == 3


def test_the_version_that_is_installed_is_the_one_whose_structures_are_known() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (pinned,) = [line for line in project["dependencies"] if line.startswith("xllamacpp")]
    assert pinned.startswith(f"xllamacpp=={llama_abi.VERSION};")
    assert any(line.startswith("llama-cpp-python") for line in project["optional-dependencies"]["compiled"])


@pytest.mark.parametrize("kind", INSTALLED)
def test_each_says_what_it_is_and_sees_the_processor(kind: llama_library.Kind) -> None:
    with chosen(kind):
        library = llama_library.load()
    assert library.kind == kind and library.file.is_file()
    assert library.version == importlib.metadata.version(llama_library.PACKAGES[kind])
    assert library.features and not any(" " in feature for feature in library.features)
    assert "cpu" in {device.kind for device in library.devices()}


@READY_MADE
def test_the_ready_made_one_is_of_the_build_that_the_structures_are_of() -> None:
    library = ctypes.CDLL(str(ready_made()))
    assert llama_abi.fault(library) == ""


@READY_MADE
@pytest.mark.parametrize("name", ["ModelParams", "ContextParams"])
def test_a_structure_that_is_a_field_short_or_too_long_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = getattr(llama_abi, name)._fields_
    for at in (0, len(fields) // 2, len(fields) - 1):
        # Two letters of a name are enough for a field that is as wide as a pointer, in both directions.
        shorter = [*fields[:at], *fields[at + 1 :]]
        longer = [*fields[:at], ("more", ctypes.c_void_p), *fields[at:]]
        for changed in (shorter, longer):
            wrong = type(name, (ctypes.Structure,), {"_fields_": tuple(changed)})
            if ctypes.sizeof(wrong) == ctypes.sizeof(getattr(llama_abi, name)) and at == len(fields) - 1:
                continue  # A last flag that fits into the padding changes nothing that could be seen.
            with monkeypatch.context() as patch:
                patch.setattr(llama_abi, name, wrong)
                assert llama_abi.fault(ctypes.CDLL(str(ready_made()))), (name, at, len(changed))


@READY_MADE
@pytest.mark.parametrize("known", ["MODEL_DEFAULTS", "CONTEXT_DEFAULTS"])
def test_another_default_is_noticed(known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for field, value in getattr(llama_abi, known).items():
        with monkeypatch.context() as patch:
            patch.setitem(getattr(llama_abi, known), field, value + 1)
            assert field in llama_abi.fault(ctypes.CDLL(str(ready_made())))


@pytest.mark.skipif(sys.platform == "win32", reason="any library serves")
def test_a_library_that_is_no_llama_has_no_such_functions() -> None:
    assert "has no function" in llama_abi.fault(ctypes.CDLL(None))


@pytest.fixture
def installed_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """A package xllamacpp of another content or version than the real one; returns a function that loads it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def load(content: bytes | None, version: str = llama_abi.VERSION) -> llama_library.Library:
        folder = tmp_path / "xllamacpp"
        folder.mkdir()
        if content is not None:
            (folder / "xllamacpp.abi3.so").write_bytes(content)
        monkeypatch.setattr(llama_library, "_place", lambda package: folder)
        return llama_library._prebuilt(version)

    return load


@LINUX
@pytest.mark.parametrize(
    ("content", "version", "said", "remedy"),
    [
        (b"", "2026.9.1", "knows only the structures of 2026.10.11549", "pip install xllamacpp==2026.10.11549"),
        (None, llama_abi.VERSION, "lacks its library", "--force-reinstall"),
        (b"no library at all", llama_abi.VERSION, "cannot be used on this machine", "localvoice[compiled]"),
    ],
)
def test_a_package_that_is_not_right_is_named_with_a_remedy(installed_anew, content, version, said, remedy) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ModelError) as caught:
        installed_anew(content, version)
    assert said in caught.value.message and remedy in caught.value.remedy


def test_one_that_ends_its_process_ends_only_the_probe(installed_anew, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """As where the processor is older than the instructions that it was built with."""
    monkeypatch.setattr(llama_library, "survives", lambda *_: "the process that opens it was ended by signal 4.")
    with pytest.raises(ModelError) as caught:
        installed_anew(b"")
    assert "signal 4" in caught.value.message and "localvoice[compiled]" in caught.value.remedy


@LINUX
@READY_MADE
def test_a_machine_that_lacks_openmp_says_how_to_get_it(installed_anew) -> None:  # type: ignore[no-untyped-def]
    """As a bare Debian does: here the library asks for one of another name, which no machine has."""
    with pytest.raises(ModelError, match=r"libgonp\.so\.1: cannot open shared object file"):
        installed_anew(ready_made().read_bytes().replace(b"libgomp.so.1", b"libgonp.so.1"))
    assert "apt install libgomp1" in llama_library._remedy("libgomp.so.1: cannot open shared object file.")


@READY_MADE
def test_it_is_tried_once(installed_anew, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    content = ready_made().read_bytes()
    installed_anew(content)
    monkeypatch.setattr("subprocess.run", lambda *a, **k: pytest.fail("tried again"))
    assert llama_library._prebuilt(llama_abi.VERSION).calls.llama_print_system_info()


def test_a_field_that_a_structure_lacks_is_not_set_in_silence() -> None:
    params = llama_abi.ModelParams()
    put(params, n_gpu_layers=3)
    assert params.n_gpu_layers == 3
    with pytest.raises(ModelError, match="has no use_mmap"):
        put(params, use_mmap=False)


@LINUX
@pytest.mark.parametrize("kind", INSTALLED)
def test_idle_threads_spin_for_microseconds_and_sleep_then(
    kind: llama_library.Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The OpenMP that the library is linked with says which policy it took over."""
    monkeypatch.setenv("OMP_DISPLAY_ENV", "verbose")
    for name in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT"):
        monkeypatch.delenv(name, raising=False)
    with chosen(kind):
        done = subprocess.run(
            [sys.executable, "-c", "from localvoice.engines.chat import llama_library; llama_library.load()"],
            capture_output=True, text=True, check=True, cwd=ROOT,
        )  # fmt: skip
    assert f"GOMP_SPINCOUNT = '{llama_library.SPIN_COUNT}'" in done.stderr


@READY_MADE
def test_nothing_of_the_packages_python_is_run() -> None:
    program = (
        "import sys; from localvoice.engines.chat import llama_library; llama_library.load();"
        "print([m for m in ('xllamacpp', 'llama_cpp') if m in sys.modules])"
    )
    with chosen("prebuilt"):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def ready_made() -> Path:
    (file,) = llama_library._place("xllamacpp").glob("xllamacpp*.so")
    return file
