"""Nothing leaves the machine: what the program asks of the operating system is traced."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from localvoice.demo.visitor import SPEECH

pytestmark = pytest.mark.slow

CONVERSE = """
import sys
from pathlib import Path
from localvoice.audio.acoustics import LIVING_ROOM
from localvoice.config import Settings
from localvoice.demo.conversation import LINES
from localvoice.demo.run import Script, converse
from localvoice.turn.ledger import Ledger
outcome = converse(Script(LIVING_ROOM, LINES[:2]), Settings(), Path(sys.argv[1]), Ledger())
assert [turn["voice_to_voice_ms"] is not None for turn in outcome["turns"]] == [True, True]
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed (Debian package strace)")
@pytest.mark.parametrize(
    "command",
    [
        ["-m", "localvoice", "ask", "what time is it"],
        ["-m", "localvoice", "say", "good morning", "-o", "out.wav"],
        ["-m", "localvoice", "transcribe", str(SPEECH / "02_time.flac")],
        ["-c", CONVERSE, "."],
    ],
    ids=["ask", "say", "transcribe", "conversation"],
)
def test_no_network_socket_is_opened(tmp_path: Path, command: list[str]) -> None:
    trace = tmp_path / "trace"
    package = str(Path(__file__).parent.parent)
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": package}
    done = subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=socket,connect,bind,sendto", "-o", str(trace), sys.executable, *command],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    opened = [line for line in trace.read_text().splitlines() if re.search(r"AF_INET|sin6?_addr", line)]
    assert not opened, opened[:5]


def test_the_trace_would_show_one(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (Debian package strace)")
    trace = tmp_path / "trace"
    subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=socket", "-o", str(trace), sys.executable, "-c",
         "import socket; socket.socket(socket.AF_INET)"], check=True,
    )  # fmt: skip
    assert "AF_INET" in trace.read_text()
