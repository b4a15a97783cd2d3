"""A program without any network, and a record of the sockets that it asks the system for."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest


def without_network() -> list[str]:
    """What to put before a command so that it has no network at all; skips where there is no such way."""
    command = ["unshare", "-rn"]
    if not shutil.which("unshare") or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system does not let us make a network namespace: unshare -rn true")
    return command


def traced(trace: Path) -> list[str]:
    """What to put before a command so that the sockets it asks for are written to `trace`; skips without strace."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (Debian package strace)")
    calls = "trace=socket,connect,bind,sendto"
    return ["strace", "-f", "--seccomp-bpf", "-qq", "-e", calls, "-o", str(trace)]


def internet_sockets(trace: Path) -> list[str]:
    """The system calls that had to do with the internet; local sockets (of a sound server) do not count."""
    return [line for line in trace.read_text().splitlines() if re.search(r"AF_INET|sin6?_addr", line)]
