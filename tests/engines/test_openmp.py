"""OpenMP's library out of CTranslate2's wheel, in a process of its own: a library once loaded stays."""

import subprocess
import sys
from ctypes.util import find_library

import pytest

from localvoice.engines.chat import openmp

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or openmp.carried_file() is None, reason="CTranslate2's wheel carries no libgomp here"
)

LOADED = """
import ctypes
from localvoice.engines.chat import openmp
{0}
ctypes.CDLL("libgomp.so.1").omp_get_max_threads()
import ctranslate2
print(*{{line.split("/", 1)[1].strip() for line in open("/proc/self/maps") if "libgomp" in line}}, sep="\\n")
"""
WITHOUT = """
cdll = ctypes.CDLL
def refuse(name):
    if name == openmp.NAME:
        raise OSError(name)
    return cdll(name)
ctypes.CDLL = refuse
openmp.ensure()
ctypes.CDLL = cdll
"""


def loaded(code: str) -> list[str]:
    """The files of every libgomp in a process that ran `code`, then asked for libgomp.so.1."""
    done = subprocess.run([sys.executable, "-c", LOADED.format(code)], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("code", ["openmp.load_renamed(openmp.carried_file())", WITHOUT])
def test_the_carried_library_answers_to_the_usual_name(code):
    files = loaded(code)
    assert any("memfd:libgomp.so.1" in file for file in files)
    # The system's, if there is one, is not asked: the loader takes the copy for it.
    assert all("memfd:" in file or "ctranslate2" in file for file in files), files


def test_the_systems_own_comes_first():
    if find_library("gomp") is None:
        pytest.skip("this system has none")
    assert not any("memfd:" in file for file in loaded("openmp.ensure()"))


def test_a_file_that_does_not_name_itself_is_left_alone(tmp_path):
    other = tmp_path / "libgomp-1234.so.1"
    other.write_bytes(b"\x7fELF and nothing that could be run")
    before = len(openmp._kept)
    openmp.load_renamed(other)
    assert len(openmp._kept) == before
