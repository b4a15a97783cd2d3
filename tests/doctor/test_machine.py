"""Processor and memory as the platforms describe them, and libraries that are missing or end their process."""

import re
import sys
from pathlib import Path

import pytest

from localvoice import child
from localvoice.doctor import cpu, memory, software

X86 = """processor\t: 0
model name\t: Some Processor 9000
physical id\t: 0
core id\t\t: 0
flags\t\t: fpu sse2 avx avx2 avx512f avx512_vnni amx_tile amx_int8

processor\t: 1
model name\t: Some Processor 9000
physical id\t: 0
core id\t\t: 0
flags\t\t: fpu sse2 avx avx2 avx512f avx512_vnni amx_tile amx_int8

processor\t: 2
model name\t: Some Processor 9000
physical id\t: 0
core id\t\t: 1
flags\t\t: fpu
"""
ARM = "processor\t: 0\nFeatures\t: fp asimd evtstrm aes asimddp i8mm\nprocessor\t: 1\nFeatures\t: fp asimd\n"
MAC = """hw.optional.arm.FEAT_DotProd: 1
hw.optional.arm.FEAT_I8MM: 0
hw.optional.AdvSIMD: 1
machdep.cpu.brand_string: Apple M1
"""


def test_linux_names_processor_and_features():
    assert cpu.from_cpuinfo(X86) == ("Some Processor 9000", ("AVX2", "AVX-512", "VNNI", "AMX"))
    assert cpu.from_cpuinfo(ARM) == ("", ("NEON", "dot product", "I8MM"))
    assert cpu.from_cpuinfo("") == ("", ())


def test_macos_counts_only_what_is_on():
    assert cpu.from_sysctl(MAC) == ("Apple M1", ("NEON", "dot product"))
    assert cpu.from_sysctl("") == ("", ())


def test_windows_is_asked_number_by_number():
    assert cpu.from_windows(lambda number: number in (40, 41)) == ("AVX2", "AVX-512")
    assert cpu.from_windows(lambda number: 0) == ()


def test_this_machine_has_a_processor_and_memory():
    found = cpu.look()
    assert found.name and 1 <= found.cores <= found.threads
    here = memory.look()
    assert 0 < here.free_bytes <= here.total_bytes


def test_slow_and_busy_processors_are_known():
    assert cpu.Cpu("old", "x86_64", 2, 2, ()).is_slow
    assert not cpu.Cpu("arm", "arm64", 2, 2, ("NEON",)).is_slow
    assert cpu.Cpu("any", "x86_64", 2, 2, ("AVX2",), load=3.0).is_busy
    assert not cpu.Cpu("any", "x86_64", 8, 8, ("AVX2",), load=3.0).is_busy


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_memory_is_what_the_system_says(tmp_path):
    kilobytes = dict(re.findall(r"(?m)^(\w+):\s+(\d+) kB", Path("/proc/meminfo").read_text()))
    here = memory.look(limits=tmp_path)
    assert here.total_bytes == 1024 * int(kilobytes["MemTotal"])
    assert here.free_bytes == pytest.approx(1024 * int(kilobytes["MemAvailable"]), rel=0.3)


def test_without_psutil_memory_is_not_known_and_every_thread_counts_as_a_core(monkeypatch):
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert memory.look() == memory.Memory(0, 0)
    found = cpu.look()
    assert found.cores == found.threads


def test_a_containers_limit_counts():
    found = memory.limited(memory.Memory(16_000, 9_000), 4_000, 1_500)
    assert found == memory.Memory(4_000, 2_500)


def test_a_containers_limit_is_read(tmp_path):
    (tmp_path / "memory.max").write_text("5000000\n")
    (tmp_path / "memory.current").write_text("3000000\n")
    assert memory.look(limits=tmp_path) == memory.Memory(5_000_000, 2_000_000)
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.look(limits=tmp_path).total_bytes > 5_000_000


def test_libraries_that_are_missing_broken_or_deadly(tmp_path, monkeypatch):
    (tmp_path / "deadly_one.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    (tmp_path / "broken_one.py").write_text("raise OSError('no such native library')")
    (tmp_path / "chatty_one.py").write_text("print('{\"hello\": 1}'); print('welcome')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = software.load(["json", "deadly_one", "broken_one", "missing_one", "chatty_one"])
    assert found["json"] == found["chatty_one"] == ""
    assert found["deadly_one"] == "uses instructions that this processor does not have"
    assert found["broken_one"] == "does not load (OSError: no such native library)"
    assert found["missing_one"] == "is not installed"


def test_what_is_missing_is_a_check_with_a_remedy(tmp_path, monkeypatch):
    wanted = [
        software.Library("json", "", "text", "none"),
        software.Library("missing_one", "missing-one", "echo", "Install it.", "echo stays"),
        software.Library("missing_two", "missing-two", "voices", "Install that."),
    ]
    whole, optional, needed = software.libraries(wanted)
    assert (whole.state, optional.state, needed.state) == ("ok", "warn", "fail")
    assert "missing-one (echo) is not installed. Without it echo stays." == optional.sentence
    assert needed.remedy == "Install that." and needed.name == "library missing-two"


def test_all_libraries_of_this_program_load_here():
    (whole, *others) = software.libraries()
    assert not [check for check in others if check.state == "fail"], others
    assert "numpy" in whole.figures["versions"]


def test_python_is_judged(monkeypatch):
    assert software.python().state == "ok"
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    assert software.python().state == "fail"


def test_a_child_that_never_ends_is_ended():
    ended = child.run("import time; print('begun', flush=True); time.sleep(60)", 2.0)
    assert "did not finish within 2 s" in ended.died


def test_a_child_finds_this_package_and_nothing_of_the_folder_it_runs_in(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    ended = child.run("import json, localvoice, sys; print(localvoice.__file__, sys.argv[1])", 60.0, "word")
    assert not ended.died and ended.output.split()[1] == "word"
    assert Path(ended.output.split()[0]).parent == Path(software.__file__).parents[1]


def test_a_child_that_cannot_be_started_is_an_end_too():
    assert "cannot be started" in child.run("pass", 5.0, "a\0b").died
