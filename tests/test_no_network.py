"""Nothing leaves the machine: what the program asks of the operating system is traced.

The demo and `talk` are traced whole where they run anyway, in tests/test_demo.py and tests/room/test_talk.py.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from localvoice.demo.visitor import SPEECH
from tests.isolation import internet_sockets, traced

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "what time is it"],
        ["say", "good morning", "-o", "out.wav"],
        ["transcribe", str(SPEECH / "02_time.flac")],
    ],
    ids=["ask", "say", "transcribe"],
)
def test_no_network_socket_is_opened(tmp_path: Path, command: list[str]) -> None:
    trace = tmp_path / "trace"
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(
        [*traced(trace), sys.executable, "-m", "localvoice", *command],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not internet_sockets(trace)


def test_the_trace_would_show_one(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    program = "import socket; socket.socket(socket.AF_INET)"
    subprocess.run([*traced(trace), sys.executable, "-c", program], check=True)
    assert internet_sockets(trace)
