"""What a newcomer's first command rests on: everything comes ready made, and the shell functions of scripts/lib."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ONLY_SOURCE = ("docopt",)
"""Comes as source alone, of num2words; it is plain Python."""
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "install", "--dry-run", "--ignore-installed"]


def resolved(*arguments: str) -> dict[str, Any] | None:
    """What pip would install, or None where it finds no way."""
    wheels_only = ["--only-binary", ":all:", *(option for name in ONLY_SOURCE for option in ("--no-binary", name))]
    # Without isolation docopt's metadata comes from the setuptools that is here.
    command = [*PIP, "--no-build-isolation", "--report", "-", *wheels_only, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT.parent, timeout=300, check=False)
    if done.returncode:
        print(done.stderr)
        return None
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.mark.slow
def test_nothing_that_the_program_needs_is_compiled() -> None:
    if resolved("--no-deps", "click") is None:
        pytest.skip("there is no package index here")
    report = resolved(*PROJECT["project"]["dependencies"])
    assert report is not None, "something is to be had as source only, and needs a compiler"
    files = {item["metadata"]["name"]: item["download_info"]["url"] for item in report["install"]}
    assert "llama-cpp-python" not in files
    assert "xllamacpp" in files
    assert [name for name, file in files.items() if not file.endswith(".whl")] == list(ONLY_SOURCE)


# --- scripts/lib --------------------------------------------------------------------------------------------------

TOOLS = ("apt-get", "awk", "cat", "chmod", "cksum", "dpkg-query", "env", "mkdir", "rm", "sed", "tail")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the scripts, an empty .venv, and a bin/ with few tools: no compiler among them."""
    folder = tmp_path / "a folder"
    shutil.copytree(ROOT / "scripts" / "lib", folder / "scripts" / "lib")
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "setup.log").write_text("")
    (folder / "bin").mkdir()
    for tool in TOOLS:
        (folder / "bin" / tool).symlink_to(shutil.which(tool) or "/bin/true")
    return folder


def shell(folder: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `code` after the scripts have been sourced; its own functions replace theirs."""
    return subprocess.run(
        [shutil.which("bash") or "bash", "-euo", "pipefail", "-c", f"source scripts/lib/setup.sh\n{code}"],
        cwd=folder, env={"PATH": str(folder / "bin"), **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def program(file: Path, code: str) -> None:
    file.write_text(f"#!/bin/sh\n{code}\n")
    file.chmod(0o755)


def test_what_is_set_up_is_done_unless_compiling_is_asked_for(checkout: Path) -> None:
    program(checkout / ".venv" / "bin" / "python", "exit 1")  # finds no module llama_cpp
    (checkout / ".venv" / ".setup-demo").write_text("stamp")
    done = "setup_is_done demo stamp && echo done || echo not yet"
    assert shell(checkout, done).stdout == "done\n"
    assert shell(checkout, done, LOCALVOICE_COMPILE="0").stdout == "done\n"
    assert shell(checkout, done, LOCALVOICE_COMPILE="1").stdout == "not yet\n"
    assert shell(checkout, "setup_is_done test stamp && echo done || echo not yet").stdout == "not yet\n"
    program(checkout / ".venv" / "bin" / "python", "exit 0")
    assert shell(checkout, done, LOCALVOICE_COMPILE="1").stdout == "done\n"


def packages(folder: Path, level: str, **environment: str) -> list[str]:
    """What apt is asked for by somebody who may use it."""
    code = f"PYTHON={sys.executable}; is_installed() {{ false; }}; sudo() {{ true; }}; apt_install() {{ echo $*; }}\n"
    return shell(folder, code + f"install_system_packages {level}", **environment).stdout.split()


def test_make_and_the_rest_of_a_compiler_are_fetched_when_compiling_is_asked_for(checkout: Path) -> None:
    assert {"g++", "libportaudio2", "swig"} <= set(packages(checkout, "demo"))
    assert "build-essential" not in packages(checkout, "demo")
    assert "build-essential" in packages(checkout, "demo", LOCALVOICE_COMPILE="1")
    assert "pulseaudio" in packages(checkout, "test")


STUBS = """
has_module() { false; }
llama_runs() { LLAMA_FAULT="its reason"; [[ -e compiled ]]; }
install_system_packages() { echo "system packages for $1, compile=$LOCALVOICE_COMPILE"; }
pip_install_checkout() { echo "pip $*"; : >compiled; }
"""


def test_llama_is_compiled_when_the_ready_made_one_does_not_run(checkout: Path) -> None:
    done = shell(checkout, STUBS + "ensure_llama_runs demo")
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["system packages for demo, compile=1", "pip compiled"]
    assert "so it is compiled, once: its reason" in done.stderr


def test_the_reason_is_what_the_trial_said_last_or_how_it_ended(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    tried = 'llama_runs || echo "$LLAMA_FAULT"'
    program(python, "echo some greeting; echo It cannot be used. >&2; exit 1")
    assert shell(checkout, tried).stdout == "It cannot be used.\n"
    program(python, "echo some greeting; kill -ILL $$")
    assert shell(checkout, tried).stdout == "it ended its process with signal 4\n"
    program(python, "echo some greeting")
    assert shell(checkout, tried).stdout == ""
    assert (checkout / ".venv" / "setup.log").read_text().count("some greeting") == 3


def test_llama_is_not_compiled_when_the_ready_made_one_runs(checkout: Path) -> None:
    done = shell(checkout, STUBS + ": >compiled\nensure_llama_runs demo")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_compiled_llama_that_does_not_run_is_said(checkout: Path) -> None:
    done = shell(checkout, STUBS + "has_module() { true; }\nensure_llama_runs demo")
    assert (done.returncode, done.stdout) == (1, "")
    assert "does not run" in done.stderr


def test_without_a_compiler_zigs_builds_the_edge_and_goes_again(checkout: Path) -> None:
    fetched = "mkdir -p .venv/zig/lib/ziglang; printf '#!/bin/sh\\necho zig \"$@\"\\n' >.venv/zig/lib/ziglang/zig"
    stub = f'pip_install() {{ {fetched}; chmod +x .venv/zig/lib/ziglang/zig; echo "$1"; }}\n'
    # What a build would see: the compiler by its name, though the folder has a space in it.
    build = (
        'pip_install() { shift; while [[ $1 != -- ]]; do export "$1"; shift; done; $CC -c edge.c; $LDSHARED edge.o; }\n'
    )
    code = stub + "ensure_c_compiler\n" + build + 'pip_install_checkout test; [[ -e .venv/zig ]] || echo "it is gone"'
    done = shell(checkout, code)
    assert done.stdout.splitlines() == ["--", "zig cc -c edge.c", "zig cc -shared edge.o", "it is gone"], done.stderr
    assert "no C compiler" in done.stderr


def test_a_compiler_that_is_there_is_used(checkout: Path) -> None:
    program(checkout / "bin" / "cc", "exit 0")
    assert shell(checkout, "pip_install() { echo fetched; }\nensure_c_compiler").stdout == ""


def test_megabytes_are_those_of_the_newest_run(checkout: Path) -> None:
    log = ["--- pip install x", "  Downloading old-1.whl (70.0 MB)", "--- pip install y", "Collecting numpy>=1.26"]
    log += [
        "  Downloading numpy-2.whl (16.9 MB)",
        "  Downloading click-8.whl (126 kB)",
        "  Using cached av.whl (35 MB)",
    ]
    (checkout / ".venv" / "setup.log").write_text("\n".join(log))
    assert shell(checkout, "last_step").stdout == "17 Collecting numpy>=1.26\n"


def test_the_estimate_is_not_of_a_run_that_was_cut_off(checkout: Path) -> None:
    (checkout / "bin" / "find").symlink_to(shutil.which("find") or "/bin/true")
    (checkout / "bin" / "sort").symlink_to(shutil.which("sort") or "/bin/true")
    for name, age_s in (("cut-off", 60), ("running", 0)):
        ninja = checkout / "tmp" / name / "build" / "build.ninja"
        ninja.parent.mkdir(parents=True)
        ninja.touch()
        os.utime(ninja, (time.time() - age_s, time.time() - age_s))
    began = checkout / ".venv" / ".pip-began"
    began.touch()
    os.utime(began, (time.time() - 30, time.time() - 30))
    tree = checkout / "tmp" / "running" / "build"
    assert shell(checkout, "compile_tree", TMPDIR=str(checkout / "tmp")).stdout == f"{tree}\n"
    shutil.rmtree(tree)
    assert shell(checkout, "compile_tree", TMPDIR=str(checkout / "tmp")).stdout == ""


def test_the_check_of_an_install_leaves_nothing_in_the_home_folder(checkout: Path, tmp_path: Path) -> None:
    """ONNX Runtime reports its use where it is loaded by itself: a device id and a queue of events (docs/adr/0014)."""
    home = tmp_path / "home"
    home.mkdir()
    program(checkout / ".venv" / "bin" / "python", f'exec "{sys.executable}" "$@"')
    done = shell(checkout, "check_install", HOME=str(home), PYTHONPATH=str(ROOT), XDG_RUNTIME_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert not list(home.rglob("*"))


LOADS_ONNX_RUNTIME = re.compile(r"(?m)^ *(from|import) (onnxruntime|piper|faster_whisper\.vad)\b")
LOADS_LOCALVOICE = re.compile(r"(?m)^ *(from|import) localvoice\b")


def test_scripts_that_load_onnx_runtime_load_localvoice_first() -> None:
    found = 0
    for path in (ROOT / "scripts").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if theirs := LOADS_ONNX_RUNTIME.search(text):
            found += 1
            ours = LOADS_LOCALVOICE.search(text)
            assert ours and ours.start() < theirs.start(), f"{path}: {theirs.group()} comes before localvoice"
    assert found
