"""What sound libraries write by themselves is kept off the screen, and nothing else is."""

import subprocess
import sys
from pathlib import Path

import pytest

from localvoice.engines.sound import edge, messages

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(messages._stderr() is None, reason="stderr is no variable of this C library")

BEGIN = """
import ctypes, os, sys, threading
from localvoice.engines.sound import edge, messages
c = ctypes.CDLL(None)
def say(text):
    "As a C library does."
    c.fputs(text.encode(), ctypes.c_void_p.in_dll(c, "stderr"))
"""


def written(code: str) -> str:
    """What a program leaves on the screen."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stderr


def test_only_what_c_libraries_write_is_hushed_and_only_meanwhile():
    code = """
say("before\\n")
with messages.hushed():
    say("hidden\\n")
    with messages.hushed():
        say("hidden\\n")
    say("hidden\\n")
    print("ours", file=sys.stderr)
    os.system("echo a child >&2")
say("after\\n")
"""
    assert written(code) == "before\nours\na child\nafter\n"


def test_two_threads_leave_it_as_it_was():
    code = """
first, second = messages.hushed(), messages.hushed()
first.__enter__()
other = threading.Thread(target=second.__enter__)
other.start(); other.join()
first.__exit__(None, None, None)
say("hidden\\n")
second.__exit__(None, None, None)
say("after\\n")
"""
    assert written(code) == "after\n"


def test_debug_leaves_everything_alone():
    code = """
from localvoice.cli.app import run
run(["config", "--debug"])
with messages.hushed():
    say("seen\\n")
messages.filter_with(edge.filtered_stderr)
say("Expression 'seen' failed\\n")
"""
    assert written(code) == "seen\nExpression 'seen' failed\n"


@pytest.mark.skipif(not edge.is_compiled(), reason="the sound edge is not compiled")
def test_the_filter_drops_the_lines_of_sound_libraries_and_passes_all_others():
    code = """
messages.filter_with(edge.filtered_stderr)
say("Expression 'ret' failed in 'src/hostapi/alsa/pa_linux_alsa.c', line: 1736\\n")
say("ALSA lib pulse.c:242:(pulse_connect) PulseAudio: Unable to connect\\n\\nours\\n\\n")
say("ALSA lib "); say("in two "); say("parts\\n")
say("GGML_ASSERT(x) "); say("failed\\n")
say("one\\nExpression 'two' failed\\nthree\\nno end")
"""
    assert written(code) == "ours\n\nGGML_ASSERT(x) failed\none\nthree\nno end"


@pytest.mark.skipif(not edge.is_compiled(), reason="the sound edge is not compiled")
def test_the_filter_set_while_hushed_holds_afterwards():
    code = """
with messages.hushed():
    messages.filter_with(edge.filtered_stderr)
    say("hidden\\n")
say("Expression 'hidden' failed\\n")
say("seen\\n")
"""
    assert written(code) == "seen\n"


@pytest.mark.skipif(not edge.is_compiled(), reason="the sound edge is not compiled")
def test_a_crash_is_seen():
    code = """
import faulthandler
faulthandler.enable()
messages.filter_with(edge.filtered_stderr)
with messages.hushed():
    os.abort()
"""
    assert "Fatal Python error: Aborted" in written(code)
