"""OpenMP's library out of CTranslate2's wheel, in a process of its own: a library once loaded stays."""

import subprocess
import sys

import pytest

from localvoice.engines.chat import openmp

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or openmp.carried_file() is None, reason="CTranslate2's wheel carries no libgomp here"
)

LOADED = """
import ctypes, sys
from pathlib import Path
from localvoice.engines.chat import openmp
{0}
ctypes.CDLL("libgomp.so.1").omp_get_max_threads()
import ctranslate2
print(*sorted({{line.split("/", 1)[1] for line in open("/proc/self/maps") if "libgomp" in line}}), sep="\\n")
"""


def loaded(code: str) -> str:
    """The files of every libgomp in a process that ran `code`, then asked for libgomp.so.1."""
    done = subprocess.run([sys.executable, "-c", LOADED.format(code)], capture_output=True, text=True, check=True)
    return done.stdout


def test_the_carried_library_answers_to_the_usual_name():
    files = loaded("openmp.load_renamed(openmp.carried_file())")
    assert "memfd:libgomp.so.1" in files
    # The system's, if there is one, was not asked for: the loader took the copy for it.
    assert not [
        file
        for file in files.splitlines()
        if file.endswith(("libgomp.so.1", "libgomp.so.1.0.0")) and "ctranslate2" not in file and "memfd" not in file
    ]


def test_where_the_system_has_none_the_carried_one_is_taken():
    without = "openmp.NAME = 'libgomp.so.1'; cdll = ctypes.CDLL\n"
    without += (
        "ctypes.CDLL = lambda name: (_ for _ in ()).throw(OSError(name)) if name == openmp.NAME else cdll(name)\n"
    )
    assert "memfd:" in loaded(without + "openmp.ensure(); ctypes.CDLL = cdll")


def test_a_file_that_does_not_name_itself_is_left_alone(tmp_path):
    other = tmp_path / "libgomp-1234.so.1"
    other.write_bytes(b"\x7fELF and nothing that could be run")
    before = len(openmp._kept)
    openmp.load_renamed(other)
    assert len(openmp._kept) == before
